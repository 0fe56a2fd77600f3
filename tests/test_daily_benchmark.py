# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench generator`` and ``./bench daily`` in small.

The generated database is what Odoo would have written, row by row and in the books; and no piece
of the daily work that a person waits for takes more statements where there are more homes.
"""

import sys
from pathlib import Path
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

FOLDER = Path(__file__).parent / "benchmarks"
if str(FOLDER) not in sys.path:
    sys.path.append(str(FOLDER))

MODELS = (
    *("res.partner", "property.estate", "property.building", "property.unit"),
    *("property.occupancy", "property.bill.run", "property.charge", "property.receipt"),
    *("property.receipt.line", "account.move", "account.move.line", "account.payment"),
    *("account.partial.reconcile", "account.full.reconcile", "account.analytic.line"),
    *("property.repair", "property.complaint", "property.complaint.reply", "property.inquiry"),
    *("property.callback", "property.callback.attempt", "property.deadline"),
)
#: proposals of Odoo a user may overwrite: computing them again proposes anew
PROPOSALS = {
    "account.move": {"name"},
    "account.payment": {"name"},
    "account.move.line": {"balance"},
    "property.repair": {"payer_class"},
}


@tagged("post_install", "-at_install")
class TestGenerator(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import daily
        import generator

        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        floors = patch.object(generator, "FLOORS", 5)  # so that few homes fill a building
        floors.start()
        cls.addClassCleanup(floors.stop)
        cls.generator = generator.Generator(cls.env, estates=1, months=3)
        cls.estates = cls.generator.sample.estates
        cls.few = cls._measure(daily, 200)
        cls.many = cls._measure(daily, 400)

    @classmethod
    def _measure(cls, daily, units):
        cls.generator.grow(units)
        return daily.Daily(cls.env, cls.generator.sample).measure(leave_out=("500 cases",))

    def _last(self, model, count=30):
        return self.env[model].search([], order="id desc", limit=count)

    def test_counts(self):
        self.assertEqual(self.generator.units, 400)
        units = self.env["property.unit"].search_count([("estate_id", "in", self.estates.ids)])
        self.assertEqual(units, 400)
        self.assertEqual(self.env["property.repair"].search_count([]), 1200)
        names = self.estates.building_ids.sorted("id").mapped("name")
        self.assertEqual(names, [f"{number}栋" for number in range(1, 9)])
        self.assertEqual(set(self.estates.building_ids.mapped("unit_count")), {50})

    def test_stored_fields_are_what_odoo_computes(self):
        for name in MODELS:
            records = self._last(name)
            self.assertTrue(records, name)
            for field in records._fields.values():
                if not (field.store and field.compute and field.column_type):
                    continue
                if field.name in PROPOSALS.get(name, ()):
                    continue
                before = self._stored(records, field)
                self.env.add_to_compute(field, records)
                records._recompute_recordset([field.name])
                records.flush_recordset([field.name])
                self.assertEqual(self._stored(records, field), before, str(field))

    def _stored(self, records, field):
        records.flush_recordset()
        self.env.cr.execute(
            f'SELECT id, "{field.name}"::text FROM {records._table} WHERE id = ANY(%s)',
            [records.ids],
        )
        return dict(self.env.cr.fetchall())

    def test_rows_pass_the_constraints_of_python(self):
        for name in MODELS:
            self._last(name)._validate_fields(self.env[name]._fields)

    def test_books(self):
        self.env.cr.execute("SELECT SUM(balance), SUM(debit) FROM account_move_line")
        balance, debit = self.env.cr.fetchone()
        self.assertEqual(balance, 0)
        self.assertGreater(debit, 0)
        self.env.cr.execute(
            "SELECT COUNT(*) FROM (SELECT 1 FROM account_move_line GROUP BY move_id "
            "HAVING SUM(balance) != 0) AS wrong"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        charges = self.env["property.charge"].search([])
        items = self.env["account.move.line"].search(
            [("account_id.account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(
            sum(charges.mapped("amount_residual")), sum(items.mapped("balance")), 2
        )
        self.assertAlmostEqual(
            sum(charges.mapped("amount_residual")), sum(items.mapped("amount_residual")), 2
        )

    def test_reconciliations_add_up(self):
        self.env.cr.execute(
            """
            SELECT COUNT(*) FROM account_move_line AS line
             WHERE line.amount_residual != line.balance - COALESCE((
                       SELECT SUM(amount) FROM account_partial_reconcile
                        WHERE debit_move_id = line.id), 0) + COALESCE((
                       SELECT SUM(amount) FROM account_partial_reconcile
                        WHERE credit_move_id = line.id), 0)
               AND line.account_id IN (SELECT id FROM account_account WHERE reconcile)
            """
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute(
            "SELECT COUNT(*) FROM account_move_line WHERE full_reconcile_id IS NOT NULL "
            "AND matching_number != full_reconcile_id::text"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_series_have_no_gaps_and_go_on(self):
        self.env.cr.execute(
            "SELECT journal_id, sequence_prefix FROM account_move GROUP BY 1, 2 "
            "HAVING MAX(sequence_number) != COUNT(*) OR MIN(sequence_number) != 1"
        )
        self.assertFalse(self.env.cr.fetchall())
        charge = self.env["property.charge"].search([("state", "=", "open")], limit=1)
        home = charge.billed_unit_id
        receipt = self.env["property.receipt"]._take(
            [
                {
                    "unit_id": home.id,
                    "partner_id": home.owner_id.id,
                    "journal_id": self.env["account.journal"]
                    ._property_journal_of(home.company_id, "cash")
                    .id,
                    "amount": charge.amount_residual,
                    "line_ids": [
                        (0, 0, {"charge_id": charge.id, "amount": charge.amount_residual})
                    ],
                }
            ]
        )
        self.assertEqual(receipt.state, "confirmed")
        self.assertEqual(charge.state, "paid")

    def test_texts_name_the_home(self):
        move = self.env["account.move"].search(
            [("move_type", "=", "out_invoice")], order="id desc", limit=1
        )
        self.assertEqual(move.property_unit_id.building_id.name, "8栋")
        self.assertTrue(move.ref.startswith(move.property_unit_id.full_name))
        item = move.line_ids.filtered(lambda line: line.display_type == "payment_term")[0]
        self.assertEqual(item.name, f"{move.ref} - {move.name}")
        receipt = self._last("property.receipt", 1)
        self.assertEqual(receipt.payment_id.memo, f"{receipt.number} {receipt.unit_id.full_name}")
        self.assertEqual(receipt.payment_id.name, receipt.payment_id.move_id.name)

    def test_partial_payments_are_among_them(self):
        charges = self.env["property.charge"].search([("state", "=", "partial")])
        self.assertEqual(len(charges), 40)
        for item in charges.receivable_line_id:
            self.assertEqual(item.matching_number, f"P{min(item.matched_credit_ids.ids)}")

    def test_nobody_waits_longer_for_more_homes(self):
        for name, (queries, _seconds, waited) in self.many.items():
            if waited:
                self.assertLessEqual(queries, self.few[name][0], name)

    def test_work_that_grows_takes_no_query_for_each_home(self):
        for name, (queries, _seconds, _waited) in self.many.items():
            if "100 due" not in name:  # in small fewer are
                self.assertLess(queries - self.few[name][0], 60, name)
