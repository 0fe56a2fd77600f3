# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.fee import property_bill_pattern as pattern_module
from ...models.fee import property_bill_writer as writer_module
from ..common import PropertyCase

#: columns that are a row's own whoever writes it, or name a row that is
OWN = {
    *("id", "create_date", "write_date", "move_id", "full_reconcile_id", "matching_number"),
    *("debit_move_id", "credit_move_id", "sequence_number"),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestSetOffWriter(PropertyCase):
    """Set-offs written many at a time are those Odoo's own path makes (handbook B H5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mgt = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls.units = [cls._make_unit(str(101 + n), 80 + n) for n in range(8)]
        cls._make_price(cls.mgt, 2.0)
        cls._make_price(cls.trash, 5)

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(writer_module, "WORTHWHILE", 4))
        pattern_module.known.clear()
        self.addCleanup(pattern_module.known.clear)

    def _charges(self):
        """Return the open charges of a posted month."""
        with patch.object(type(self.env["property.prepayment"]), "_set_off", lambda *a: None):
            run = self._bill()
        return run.charge_ids

    def _rows(self, table, column, ids):
        self.env.flush_all()
        return self.env["property.bill.writer"]._rows(table, column, ids)

    def _facts(self, entry):
        """Return every column of an entry, what it is reconciled with, and what that paid."""
        items = entry.line_ids.sorted("id")
        partials = self._rows("account_partial_reconcile", "credit_move_id", items.ids)
        bill = self.env["account.move.line"].browse(partials[0]["debit_move_id"]).move_id
        bill_items = bill.line_ids.sorted("id")
        order = {line.id: n for n, line in enumerate(items | bill_items)}
        fulls = sorted({row["full_reconcile_id"] for row in partials} - {None})
        numbers = {str(full_id): f"full {n}" for n, full_id in enumerate(fulls)}
        numbers |= {f"P{row['id']}": f"part {n}" for n, row in enumerate(partials)}
        tables = {
            "moves": self._rows("account_move", "id", (entry | bill).ids),
            "items": self._rows("account_move_line", "id", (items | bill_items).ids),
            "partials": partials,
            "fulls": self._rows("account_full_reconcile", "id", fulls),
            "charges": self._rows("property_charge", "id", bill.line_ids.property_charge_id.ids),
        }
        facts = {
            name: [
                {
                    column: value.replace(entry.name, "ENTRY") if isinstance(value, str) else value
                    for column, value in row.items()
                    if column not in OWN
                }
                for row in rows
            ]
            for name, rows in tables.items()
        }
        facts["links"] = [
            (
                *(order[row["debit_move_id"]], order[row["credit_move_id"]]),
                row["full_reconcile_id"] and fulls.index(row["full_reconcile_id"]),
            )
            for row in partials
        ]
        facts["numbers"] = [
            (numbers.get(row["matching_number"], row["matching_number"]), row["reconciled"])
            for row in tables["items"]
        ]
        facts["full items"] = [
            row["full_reconcile_id"] and fulls.index(row["full_reconcile_id"])
            for row in tables["items"]
        ]
        return facts

    def _set_off(self, charges):
        """Set `charges` off; return (entries, how many Odoo booked itself)."""
        writer = type(self.env["property.set.off.writer"])
        booked = []
        original = writer._book_plainly

        def counted(self, pairs):
            pairs = list(pairs)
            booked.append(len(pairs))
            return original(self, pairs)

        with patch.object(writer, "_book_plainly", counted):
            entries = charges.env["property.prepayment"]._set_off(charges)
        self.env.flush_all()
        self.env.cr.precommit.run()
        return entries, sum(booked)

    def _assert_same(self, charges, plain_expected=2):
        """Set off plainly (and undo it), then by the writer; compare all columns."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        with self.env.cr.savepoint() as savepoint:
            with patch.object(writer_module, "WORTHWHILE", 10**6):
                entries, _count = self._set_off(charges)
            plain = {entry.property_unit_id: self._facts(entry) for entry in entries}
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.cr.precommit.data.pop("sequence.mixin", None)
        entries, count = self._set_off(charges)
        self.assertEqual(count, plain_expected, "entries that took the plain path")
        written = {entry.property_unit_id: self._facts(entry) for entry in entries}
        self.assertEqual(written.keys(), plain.keys())
        for unit, facts in plain.items():
            for name, rows in facts.items():
                self.assertEqual(written[unit][name], rows, f"{unit.full_name} {name}")
        numbers = sorted(entries.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(entries))))
        self.assertFalse(any(entries.mapped("made_sequence_gap")))
        return entries

    def test_bills_paid_in_full(self):
        for unit in self.units:
            self._take(unit, 1000.0, charges=[])
        charges = self._charges()
        self._assert_same(charges)
        self.assertEqual(set(charges.mapped("state")), {"paid"})
        self.assertEqual(set(charges.invoice_id.mapped("payment_state")), {"paid"})
        balances = self.env["property.prepayment"]._balances(
            self.env["property.unit"].union(*self.units)
        )
        self.assertEqual(
            {unit.number: next(iter(balances[unit.id].values())) for unit in self.units},
            {str(101 + n): 1000 - 2 * (80 + n) - 5 for n in range(8)},
        )

    def test_bills_paid_in_part(self):
        """Of some the second item is left open, of others the first is paid in part."""
        for number, unit in enumerate(self.units):
            self._take(unit, 2 * (80 + number) if number % 2 else 50.0, charges=[])
        charges = self._charges()
        self._assert_same(charges, plain_expected=4)
        self.assertEqual(set(charges.mapped("state")), {"paid", "partial", "open"})
        self.assertEqual(set(charges.invoice_id.mapped("payment_state")), {"partial"})

    def test_pots_for_one_item(self):
        for unit in self.units:
            self._take(unit, 3.0, charges=[], prepaid_item_id=self.trash.id)
            self._take(unit, 400.0, charges=[])
        entries = self._assert_same(self._charges())
        items = entries.line_ids.filtered("property_item_id")
        self.assertEqual((len(items), set(items.mapped("debit"))), (8, {3.0}))

    def test_chatter(self):
        """Bills that are paid as they are made say what Odoo's say: when they were made."""
        for unit in self.units:
            self._take(unit, 1000.0, charges=[])
        run = self._make_run()
        run.action_generate()
        charges = run.charge_ids.with_context(tracking_disable=False)
        found, proven = [], []
        for worthwhile in (10**6, 4):
            self.env.flush_all()
            with (
                self.env.cr.savepoint() as savepoint,
                patch.object(writer_module, "WORTHWHILE", worthwhile),
            ):
                charges._post_invoices(run.invoice_date)
                self.env.flush_all()
                self.env.cr.precommit.run()
                proven.append(sum(key[1] == "set off" for key in pattern_module.known))
                lines = charges.receivable_line_id
                paid = lines.matched_credit_ids.credit_move_id.move_id
                messages = (charges.invoice_id | paid).message_ids
                found.append(
                    sorted(
                        (message.subtype_id.id, str(message.body), message.author_id.id)
                        for message in messages
                    )
                )
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.cr.precommit.data.pop("sequence.mixin", None)
        self.assertEqual(proven, [0, 1], "the second time they are written")
        self.assertEqual(len(found[0]), 16)
        self.assertEqual(found[0], found[1])

    def test_aside_for_bills_that_note_their_payment(self):
        """A bill of another day says in its chatter that it is paid; Odoo writes that."""
        charges = self._prepaid_charges().with_context(tracking_disable=False)
        self.env.cr.execute("UPDATE account_move SET create_date = '2026-11-01'")
        self.env.invalidate_all()
        _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)

    def test_two_payers_share_nothing(self):
        """The money of one home's payer pays no other home's bill."""
        for unit in self.units[:6]:
            self._take(unit, 1000.0, charges=[])
        charges = self._charges()
        entries = self._assert_same(charges)
        self.assertEqual(len(entries), 6)
        unpaid = charges.filtered(lambda charge: charge.unit_id in self.units[6:])
        self.assertEqual(set(unpaid.mapped("state")), {"open"})

    def test_with_the_bill_run(self):
        """Billed and set off in one step, then taken back: books and charges agree."""
        for unit in self.units:
            self._take(unit, 100.0, charges=[])
        run = self._bill()
        charges = run.charge_ids
        self.assertEqual(set(charges.mapped("state")), {"partial", "open"})
        self.assertEqual(sum(charges.mapped("amount_paid")), 800.0)
        self.assertEqual(
            sum(charges.receivable_line_id.mapped("amount_residual")),
            sum(charges.mapped("amount_residual")),
        )
        bill = charges.invoice_id.sorted("id")[-1]
        bill.line_ids.property_charge_id._reverse("wrong")
        balances = self.env["property.prepayment"]._balances(bill.property_unit_id)
        self.assertEqual(balances[bill.property_unit_id.id], {bill.partner_id.id: 100.0})
        self.assertEqual(bill.payment_state, "reversed")

    def test_reconciliation_can_be_undone(self):
        for unit in self.units:
            self._take(unit, 1000.0, charges=[])
        charges = self._charges()
        self._set_off(charges)
        charge = charges[-1]
        charge.receivable_line_id.remove_move_reconcile()
        self.assertEqual((charge.state, charge.amount_residual), ("open", charge.amount))
        self.assertEqual(charge.invoice_id.payment_state, "partial")

    def test_statements_do_not_grow(self):
        """As many statements for three homes as for one, once their shape is proven."""
        by_unit = self._prepaid_charges().grouped("unit_id")
        counts = []
        with patch.object(writer_module, "WORTHWHILE", 1):
            for units in (self.units[:4], self.units[4:5], self.units[5:8]):
                some = self.env["property.charge"].union(*(by_unit[unit] for unit in units))
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                _entries, booked = self._set_off(some)
                counts.append((booked, self.env.cr.sql_log_count - before))
        self.assertEqual(counts[0][0], 2)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(counts[1][0], 0)

    # standing aside ------------------------------------------------------------------------------

    def _prepaid_charges(self):
        for unit in self.units:
            self._take(unit, 1000.0, charges=[])
        return self._charges()

    def test_aside_for_few(self):
        charges = self._prepaid_charges().filtered(lambda c: c.unit_id in self.units[:3])
        _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 3)

    def test_aside_for_bills_paid_in_part_before(self):
        charges = self._charges()
        for unit in self.units[:3]:
            self._take(unit, 10.0)
        for unit in self.units:
            self._take(unit, 1000.0, charges=[])
        _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 3 + 2)
        self.assertEqual(set(charges.mapped("state")), {"paid"})

    def test_aside_for_reduced_charges(self):
        charges = self._prepaid_charges()
        reduced = charges[:1]
        reduced.copy(
            {"amount": -10.0, "origin": "waiver", "reduces_id": reduced.id}
        )._post_invoices(date(2026, 11, 20), set_off=False)
        _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 1 + 2)
        self.assertEqual(reduced.amount_paid, reduced.amount - 10.0)

    def test_aside_for_secured_journal(self):
        charges = self._prepaid_charges()
        self.company.property_transfer_journal_id.restrict_mode_hash_table = True
        _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)

    def test_aside_for_taxes_on_payments(self):
        charges = self._prepaid_charges()
        self.company.tax_exigibility = True
        _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)

    def test_aside_for_models_of_distribution(self):
        """Where Odoo would look for an analytic distribution it is left to look."""
        charges = self._prepaid_charges()
        account = self.estate.analytic_account_id
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.units[3].payer_id.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)
        entry = entries.filtered(lambda move: move.property_unit_id == self.units[3])
        self.assertTrue(all(line.analytic_distribution for line in entry.line_ids))

    def test_aside_for_unknown_addon(self):
        charges = self._prepaid_charges()

        def post_hook(self, data):
            return post_hook.origin(self, data)

        post_hook.__module__ = "odoo.addons.loyalty.models.account_move_line"
        cls = self.env.registry["account.move.line"]
        post_hook.origin = cls._reconcile_post_hook
        with patch.object(cls, "_reconcile_post_hook", post_hook):
            _entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)

    def test_aside_for_locked_period(self):
        """Odoo books into the next open month; so are all, by Odoo."""
        charges = self._prepaid_charges()
        self.company.fiscalyear_lock_date = date(2026, 11, 30)
        entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)
        self.assertGreater(min(entries.mapped("date")), date(2026, 11, 30))

    @mute_logger("odoo.addons.property_service.models.fee.property_set_off_writer")
    def test_aside_when_the_proof_fails(self):
        """A set-off that would differ in one column from Odoo's is never kept."""
        writer = type(self.env["property.set.off.writer"])
        original = writer._update_lines

        def wrong(self, rows):
            return original(self, [(*row[:3], "A1") for row in rows])

        charges = self._prepaid_charges()
        with patch.object(writer, "_update_lines", wrong):
            entries, booked = self._set_off(charges)
        self.assertEqual(booked, 8)
        self.assertNotIn("A1", entries.line_ids.mapped("matching_number"))
        self.assertEqual(set(charges.mapped("state")), {"paid"})
