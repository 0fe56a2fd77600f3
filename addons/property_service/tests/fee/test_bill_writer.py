# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.fee import property_bill_pattern as pattern_module
from ...models.fee import property_bill_writer as writer_module
from ..common import PropertyCase

#: columns that are a row's own whoever writes it
STAMPS = {"id", "create_date", "write_date", "move_id", "move_line_id"}


@tagged("post_install", "-at_install")
class TestBillWriter(PropertyCase):
    """The rows of bills written many at a time are those Odoo's own path writes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mgt = cls._make_item(priority=10)
        cls.lift = cls._make_item("LIFT", "Lift fee", priority=15)
        cls.rent = cls._make_item("RENT", "Rent", tax=9, priority=17)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls.units = [cls._make_unit(str(101 + n), 80 + n * 1.37) for n in range(8)]
        cls.date = date(2026, 11, 1)

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(writer_module, "WORTHWHILE", 4))
        pattern_module.known.clear()
        self.addCleanup(pattern_module.known.clear)

    def _charges(self, rows, units=None, **common):
        """Return draft charges: for every unit one of each (item, amount by unit's number)."""
        values = []
        for number, unit in enumerate(units or self.units):
            values += [
                {
                    "unit_id": unit.id,
                    "billed_unit_id": unit.id,
                    "building_id": unit.building_id.id,
                    "estate_id": unit.estate_id.id,
                    "company_id": self.company.id,
                    "item_id": item.id,
                    "partner_id": unit.payer_id.id,
                    "month": self.date,
                    "date_start": self.date,
                    "date_end": date(2026, 11, 30),
                    "date_due": date(2026, 11, 30),
                    "origin": "once",
                    "quantity": 1.0,
                    "amount": amount(number),
                    **common,
                }
                for item, amount in rows
            ]
        return self.env["property.charge"].create(values)

    def _facts(self, moves):
        """Return every column of the rows of bills, by reference and in their order."""
        self.env.flush_all()
        facts = {}
        for move in moves:
            tables = []
            for table, column in (
                ("account_move", "id"),
                ("account_move_line", "move_id"),
                ("account_analytic_line", "move_line_id"),
            ):
                ids = move.ids if table != "account_analytic_line" else move.line_ids.ids
                rows = self.env.execute_query(
                    SQL(
                        "SELECT to_jsonb(t) FROM %s t WHERE %s = ANY(%s) ORDER BY id",
                        SQL.identifier(table),
                        SQL.identifier("t", column),
                        ids,
                    )
                )
                tables.append(
                    [
                        {name: value for name, value in row.items() if name not in STAMPS}
                        for (row,) in rows
                    ]
                )
            lines = move.line_ids.sorted("id")
            tables.append([sorted(line.tax_ids.ids) for line in lines])
            tables.append([sorted(line.tax_tag_ids.ids) for line in lines])
            facts[move.ref] = tables
        return facts

    def _settled(self, charges):
        """Return the columns of the charges' rows, but for what names other rows."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT to_jsonb(c) FROM property_charge c WHERE id = ANY(%s) ORDER BY id",
                charges.ids,
            )
        )
        own = STAMPS - {"id"} | {"invoice_id", "receivable_line_id"}
        return [
            {name: (value is not None) if name in own else value for name, value in row.items()}
            for (row,) in rows
        ]

    def _assert_same(self, charges, plain_expected=2, **context):
        """Post charges plainly (and undo it), then by the writer, and compare all columns."""
        charges = charges.with_context(**context)
        self.env.flush_all()
        writer = charges.env["property.bill.writer"]
        with self.env.cr.savepoint() as savepoint:
            with patch.object(writer_module, "WORTHWHILE", 10**6):
                plain = self._facts(charges._post_invoices(self.date, set_off=False))
            settled = self._settled(charges)
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.cr.precommit.data.pop("sequence.mixin", None)
        calls = []
        original = type(writer)._post_plainly

        def counted(self, some):
            calls.append(len(some))
            return original(self, some)

        with patch.object(type(writer), "_post_plainly", counted):
            moves = charges._post_invoices(self.date, set_off=False)
        self.assertEqual(sum(calls), plain_expected, "bills that took the plain path")
        written = self._facts(moves)
        self.assertEqual(written.keys(), plain.keys())
        names = set()
        for ref, tables in plain.items():
            for kind, (mine, theirs) in enumerate(zip(written[ref], tables, strict=True)):
                self.assertEqual(len(mine), len(theirs))
                for one, other in zip(mine, theirs, strict=True):
                    if kind == 0:
                        # the bills posted first, as patterns, have the first numbers
                        number = one["name"], other["name"]
                        names.add((one["name"], one.pop("sequence_number")))
                        other.pop("sequence_number")
                    if kind < 3:
                        other = {
                            name: value.replace(number[1], number[0])
                            if isinstance(value, str)
                            else value
                            for name, value in other.items()
                        }
                    self.assertEqual(one, other, ref)
        numbers = sorted(number for _name, number in names)
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(plain))))
        self.assertTrue(all(not move.made_sequence_gap for move in moves))
        self.assertEqual(self._settled(charges), settled, "what is due of the charges")
        own = charges.filtered(lambda charge: charge.amount > 0)
        self.assertEqual(set(own.mapped("state")), {"open"})
        for charge in own:
            self.assertEqual(charge.receivable_line_id.property_charge_id, charge)
            self.assertEqual(charge.receivable_line_id.move_id, charge.invoice_id)
        return moves

    def test_two_taxes_and_agency(self):
        """Income at two rates, money collected for others, one account of analysis."""
        charges = self._charges(
            [
                (self.mgt, lambda n: 337.33 + n),
                (self.lift, lambda n: 41.43 + n / 10),
                (self.rent, lambda n: 300.0),
                (self.trash, lambda n: 5.0),
            ]
        )
        moves = self._assert_same(charges)
        self.assertEqual(len(moves), 8)
        self.assertTrue(moves.line_ids.analytic_line_ids)

    def test_exempt(self):
        self._assert_same(self._charges([(self.trash, lambda n: 5.0 + n)]))

    def test_reductions(self):
        """A reduction on the bill of the charge it reduces: one receivable item of the net."""
        charges = self._charges([(self.mgt, lambda n: 337.33 + n), (self.lift, lambda n: 41.43)])
        for charge in charges.filtered(lambda charge: charge.item_id == self.mgt):
            charges |= charge.copy(
                {"amount": -charge.amount * 0.3, "origin": "waiver", "reduces_id": charge.id}
            )
        moves = self._assert_same(charges)
        self.assertEqual(len(moves[0].line_ids), 3 + 1 + 2)
        reduced = charges.filtered(lambda charge: charge.reduction_ids)
        for charge in reduced:
            self.assertAlmostEqual(charge.amount_residual, charge.amount * 0.7, 2)
            self.assertEqual(charge.reduction_ids.invoice_id, charge.invoice_id)
            self.assertFalse(charge.reduction_ids.receivable_line_id)

    def test_rounding_of_several_lines(self):
        """Cents that the tax engine moves between lines of one rate are moved here too."""
        self._assert_same(
            self._charges(
                [
                    (self.mgt, lambda n: 21.53 + n / 100),
                    (self.lift, lambda n: 21.53 + n / 100),
                    (self.rent, lambda n: 0.05),
                ]
            )
        )

    def test_rounding_by_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self._assert_same(
            self._charges(
                [(self.mgt, lambda n: 21.53 + n / 100), (self.lift, lambda n: 21.53 + n / 100)]
            )
        )

    def test_without_analysis(self):
        self.estate.analytic_account_id = False
        moves = self._assert_same(self._charges([(self.mgt, lambda n: 100.0 + n)]))
        self.assertFalse(moves.line_ids.analytic_line_ids)

    def test_several_due_dates(self):
        """Bills with other due dates have a pattern of their own."""
        first = self._charges([(self.mgt, lambda n: 100.0 + n)], self.units[:4])
        second = self._charges(
            [(self.mgt, lambda n: 100.0 + n)], self.units[4:], date_due=date(2026, 12, 15)
        )
        moves = self._assert_same(first | second, plain_expected=4)
        self.assertEqual(
            set(moves.mapped("invoice_date_due")), {date(2026, 11, 30), date(2026, 12, 15)}
        )

    def test_journals_of_several_estates(self):
        """Each estate's bills go on in the series of its own journal."""
        other = self._make_estate("Hill Garden", "HG")
        building = self.env["property.building"].create({"name": "1幢", "estate_id": other.id})
        units = [self._make_unit(str(201 + n), 60 + n, building=building) for n in range(8)]
        first = self._charges([(self.mgt, lambda n: 100.0 + n), (self.trash, lambda n: 5.0)])
        second = self._charges(
            [(self.mgt, lambda n: 200.0 + n), (self.trash, lambda n: 5.0)], units
        )
        moves = (first | second)._post_invoices(self.date, set_off=False)
        self.assertEqual(len(moves), 16)
        by_journal = moves.grouped("journal_id")
        self.assertEqual(set(by_journal), {self.estate.journal_id, other.journal_id})
        for of_estate in by_journal.values():
            self.assertEqual(sorted(of_estate.mapped("sequence_number")), list(range(1, 9)))
        # the other's analytic account, not that of the pattern
        analytic = second.receivable_line_id.move_id.line_ids.analytic_line_ids
        account = other.analytic_account_id
        self.assertEqual(analytic[account.plan_id._column_name()], account)

    def test_series_of_another_form(self):
        """A journal that somebody numbers by year in a form of his own goes on in that form."""
        first = self._charges([(self.mgt, lambda n: 1.0)], self.units[:1])
        move = self.env["account.move"].create(first._prepare_invoices(date(2026, 10, 1)))
        move.name = "物业-2026-00041"
        move._post()
        moves = self._assert_same(self._charges([(self.lift, lambda n: 100.0 + n)]))
        self.assertEqual(sorted(moves.mapped("name")), [f"物业-2026-{n:05}" for n in range(42, 50)])

    def test_series_by_month(self):
        """The journal's own way of numbering goes on."""
        first = self._charges([(self.mgt, lambda n: 1.0)], self.units[:1])
        move = self.env["account.move"].create(first._prepare_invoices(date(2026, 10, 1)))
        move.name = "FEE/2026/10/007"
        move._post()
        moves = self._assert_same(self._charges([(self.lift, lambda n: 100.0 + n)]))
        self.assertEqual(sorted(moves.mapped("name")), [f"FEE/2026/11/{n:03}" for n in range(1, 9)])
        further = self._charges([(self.rent, lambda n: 5.0)], self.units[:1])
        self.assertEqual(further._post_invoices(self.date).name, "FEE/2026/11/009")

    def test_chatter_and_followers(self):
        """With the chatter on, every bill says when it was made and has the same followers."""
        charges = self._charges([(self.mgt, lambda n: 100.0 + n)])
        moves = self._assert_same(charges, tracking_disable=False)
        self.assertEqual([len(move.message_ids) for move in moves], [1] * 8)
        self.assertEqual(len(set(moves.message_ids.mapped("body"))), 1)
        self.assertEqual(len({move.message_partner_ids for move in moves}), 1)
        self.assertEqual(set(moves.partner_id.mapped("customer_rank")), {1})

    def test_patterns_are_used_again(self):
        """The next chunk of a run needs no plain bill."""
        self._charges([(self.mgt, lambda n: 100.0 + n)])._post_invoices(self.date)
        plain, reasons = self._post_counting(self._charges([(self.mgt, lambda n: 200.0 + n)]))
        self.assertEqual((plain, reasons), (0, []))

    def test_pattern_grows_old(self):
        """After a while, or when a tax was changed, Odoo posts two bills of the shape again."""
        self._charges([(self.mgt, lambda n: 100.0 + n)])._post_invoices(self.date)
        with patch.object(pattern_module, "PATTERN_AGE", -1):
            plain, _reasons = self._post_counting(self._charges([(self.mgt, lambda n: 200.0)]))
        self.assertEqual(plain, 8, "nothing proven lasts")

    def test_advance_receipts(self):
        """What was paid in advance is set off against bills written at once."""
        unit = self.units[5]
        self._take(unit, 150.0)
        charges = self._charges([(self.mgt, lambda n: 100.0 + n)])
        charges._post_invoices(self.date)
        paid = charges.filtered(lambda charge: charge.unit_id == unit)
        self.assertEqual((paid.state, paid.amount_residual), ("paid", 0.0))
        self.assertEqual(paid.invoice_id.payment_state, "paid")
        self.assertEqual(set((charges - paid).mapped("state")), {"open"})

    def test_reversal(self):
        """Bills written at once are reversed like any other."""
        charges = self._charges([(self.mgt, lambda n: 100.0 + n), (self.trash, lambda n: 5.0)])
        moves = charges._post_invoices(self.date)
        bill = moves[5]
        bill.line_ids.property_charge_id._reverse("wrong")
        self.assertEqual(bill.payment_state, "reversed")
        self.assertEqual(
            set(bill.invoice_line_ids.property_charge_id.mapped("state")), {"cancelled"}
        )

    # standing aside ------------------------------------------------------------------------------

    def _post_counting(self, charges):
        """Post; return (bills of the plain path, reasons)."""
        writer = self.env["property.bill.writer"]
        calls = []
        original = type(writer)._post_plainly

        def counted(self, some):
            calls.append(len(some))
            return original(self, some)

        with patch.object(type(writer), "_post_plainly", counted):
            moves, _receivables, reasons = writer._post(charges._prepare_invoices(self.date))
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        return sum(calls), reasons

    def test_aside_for_unknown_addon(self):
        charges = self._charges([(self.mgt, lambda n: 100.0)])
        known = writer_module.KNOWN_ADDONS - {"l10n_cn"}
        with patch.object(writer_module, "KNOWN_ADDONS", known):
            plain, reasons = self._post_counting(charges)
        self.assertEqual(plain, 8)
        self.assertIn("l10n_cn", reasons[0])

    def test_aside_for_method_put_in_place(self):
        """As automation rules do: the method of the registry's class is exchanged."""

        def create(self, vals_list):
            return create.origin(self, vals_list)

        create.__module__ = "odoo.addons.base_automation.models.base_automation"
        cls = self.env.registry["account.move"]
        create.origin = cls.create
        with patch.object(cls, "create", create):
            reasons = self.env["property.bill.writer"]._obstacles(
                {"journal_id": self.estate.journal_id.id}
            )
        self.assertIn("base_automation", reasons[0])

    def test_aside_for_secured_journal(self):
        self.estate.journal_id.restrict_mode_hash_table = True
        plain, reasons = self._post_counting(self._charges([(self.mgt, lambda n: 100.0)]))
        self.assertEqual(plain, 8)
        self.assertIn("secured", reasons[0])

    def test_aside_for_one_of_two_journals(self):
        """What one estate's journal does not allow does not stop the bills of another."""
        other = self._make_estate("Hill Garden", "HG")
        other.journal_id.restrict_mode_hash_table = True
        building = self.env["property.building"].create({"name": "1幢", "estate_id": other.id})
        units = [self._make_unit(str(201 + n), 60 + n, building=building) for n in range(4)]
        charges = self._charges([(self.mgt, lambda n: 100.0)])
        charges |= self._charges([(self.mgt, lambda n: 200.0)], units)
        plain, reasons = self._post_counting(charges)
        self.assertEqual(plain, 4 + 2)
        self.assertIn(other.journal_id.name, reasons[0])

    def test_aside_for_audit_trail(self):
        self.company.restrictive_audit_trail = True
        plain, reasons = self._post_counting(self._charges([(self.mgt, lambda n: 100.0)]))
        self.assertEqual(plain, 8)
        self.assertIn("secured", reasons[0])

    def test_aside_for_foreign_currency(self):
        currency = self.env.ref("base.USD")
        currency.active = True
        self.estate.journal_id.currency_id = currency
        reasons = self.env["property.bill.writer"]._obstacles(
            {"journal_id": self.estate.journal_id.id}
        )
        self.assertIn("foreign currency", reasons[0])

    def test_aside_for_taxes_on_top(self):
        """Where a tax comes on top of the price, the bill is not what was charged: refused."""
        charges = self._charges([(self.mgt, lambda n: 100.0 + n)])
        values = charges._prepare_invoices(self.date)
        for tax in self.mgt.tax_id:
            tax.price_include_override = "tax_excluded"
        writer = self.env["property.bill.writer"]._with_facts(values)
        self.assertEqual([writer._prepare(vals) for vals in values], [None] * 8)

    def test_aside_for_several_analytic_accounts(self):
        charges = self._charges([(self.mgt, lambda n: 100.0 + n)])
        values = charges._prepare_invoices(self.date)
        plan = self.env["account.analytic.plan"].create({"name": "Project"})
        other = self.env["account.analytic.account"].create({"name": "Lake", "plan_id": plan.id})
        own = self.estate.analytic_account_id.id
        halves = {str(own): 50, str(other.id): 50}
        for vals in values:
            vals["invoice_line_ids"][0][2]["analytic_distribution"] = halves
        writer = self.env["property.bill.writer"]._with_facts(values)
        self.assertEqual([writer._prepare(vals) for vals in values], [None] * 8)
        moves, _receivables, _reasons = self.env["property.bill.writer"]._post(values)
        self.assertEqual(len(moves.line_ids.analytic_line_ids), 16)

    def test_two_plans(self):
        """One distribution over two plans: an item of analysis has an account in each."""
        plan = self.env["account.analytic.plan"].create({"name": "Project"})
        other = self.env["account.analytic.account"].create({"name": "Lake", "plan_id": plan.id})
        own = self.estate.analytic_account_id
        charges = self._charges([(self.mgt, lambda n: 100.0 + n), (self.lift, lambda n: 10.0)])
        prepare = type(charges)._prepare_invoices

        def in_both(self, *args, **kwargs):
            values = prepare(self, *args, **kwargs)
            for vals in values:
                for command in vals["invoice_line_ids"]:
                    command[2]["analytic_distribution"] = {f"{own.id},{other.id}": 100}
            return values

        with patch.object(type(charges), "_prepare_invoices", in_both):
            moves = self._assert_same(charges)
        for item in moves.line_ids.analytic_line_ids:
            self.assertEqual(item[own.plan_id._column_name()], own)
            self.assertEqual(item[plan._column_name()], other)

    def test_locked_period(self):
        """No bill is dated into a locked period, nor moved silently to another day."""
        self.company.sale_lock_date = date(2026, 11, 30)
        charges = self._charges([(self.mgt, lambda n: 100.0)])
        with self.assertRaisesRegex(UserError, "locked"):
            charges._post_invoices(self.date)
        self.assertEqual(set(charges.mapped("state")), {"draft"})

    def test_aside_for_companies_with_contacts(self):
        partner = self.units[3].payer_id
        self.env["res.partner"].create({"name": "Bookkeeper", "parent_id": partner.id})
        plain, reasons = self._post_counting(self._charges([(self.mgt, lambda n: 100.0)]))
        self.assertEqual((plain, reasons), (3, []))

    @mute_logger("odoo.addons.property_service.models.fee.property_bill_pattern")
    def test_aside_when_the_proof_fails(self):
        """A copy that would differ in one column from Odoo's bill is never kept."""
        writer = type(self.env["property.bill.writer"])
        original = writer._line_rows

        def wrong(self, pattern, bill, ids, number):
            rows, receivables = original(self, pattern, bill, ids, number)
            rows[0] = ("another label", *rows[0][1:])
            return rows, receivables

        run = self._make_run()
        charges = self._charges([(self.mgt, lambda n: 100.0)], run_id=run.id)
        with patch.object(writer, "_line_rows", wrong):
            moves = charges._post_invoices(self.date, run=run)
        self.assertEqual(len(moves), 8)
        self.assertFalse(moves.line_ids.filtered(lambda line: line.name == "another label"))
        self.assertIn("another label", run.plain_reasons)
        self.assertEqual(set(charges.mapped("state")), {"open"})

    def test_nobody_is_waited_for(self):
        """A table that is locked, as while an addon is installed, does not hold the numbering."""
        self.env.cr.execute("LOCK TABLE account_move IN ACCESS EXCLUSIVE MODE")
        found = self.env["account.move"]._read_committed("SELECT 1 FROM account_move", [])
        self.assertIsNone(found)

    def test_numbers_taken_by_others(self):
        """A block of numbers that others have taken meanwhile is not used."""
        first = self._charges([(self.mgt, lambda n: 100.0)])
        taken = set(first._post_invoices(self.date).mapped("name"))
        writer = type(self.env["property.bill.writer"])
        again = self._charges([(self.mgt, lambda n: 200.0)])
        cache = self.env["account.move"]._get_sequence_cache()
        for key in list(cache):
            cache[key] -= 5
        with (
            self.enter_registry_test_mode(),
            patch.object(
                writer, "_committed_number", autospec=True, side_effect=writer._committed_number
            ) as asked,
        ):
            moves = again._post_invoices(self.date)
        self.assertTrue(asked.called)
        self.assertFalse(taken & set(moves.mapped("name")))
        self.assertEqual(len(set(moves.mapped("name"))), 8)
