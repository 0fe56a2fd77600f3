# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

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
        writer_module._patterns.clear()
        self.addCleanup(writer_module._patterns.clear)

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

    def _assert_same(self, charges, plain_expected=2, **context):
        """Post charges plainly (and undo it), then by the writer, and compare all columns."""
        charges = charges.with_context(**context)
        writer = charges.env["property.bill.writer"]
        values = charges._prepare_invoices(self.date)
        with self.env.cr.savepoint() as savepoint:
            plain = self._facts(writer._post_plainly(values))
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.cr.precommit.data.pop("sequence.mixin", None)
        calls = []
        original = type(writer)._post_plainly

        def counted(self, some):
            calls.append(len(some))
            return original(self, some)

        with patch.object(type(writer), "_post_plainly", counted):
            moves = charges._post_invoices(self.date)
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
        self.assertEqual(set(charges.mapped("state")), {"open"})
        for charge in charges.filtered(lambda charge: charge.amount > 0):
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
