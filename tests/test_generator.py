# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The generated database is what Odoo would have written, row by row and in the books."""

import sys
from pathlib import Path

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
    "property.repair": {"payer_class"},
}


@tagged("post_install", "-at_install")
class TestGenerator(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from generator import Generator

        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.generator = Generator(cls.env, estates=2, months=3)
        cls.generator.grow(40)
        cls.generator.grow(1200)  # once more, into a third building
        cls.estates = cls.generator.sample.estates

    def _last(self, model, count=30):
        return self.env[model].search([], order="id desc", limit=count)

    def test_counts(self):
        self.assertEqual(self.generator.units, 1200)
        units = self.env["property.unit"].search_count([("estate_id", "in", self.estates.ids)])
        self.assertEqual(units, 1200)
        self.assertEqual(self.env["property.repair"].search_count([]), 3600)
        self.assertEqual(
            self.estates.building_ids.mapped("name"), ["1栋", "2栋", "3栋", "1栋", "2栋", "3栋"]
        )

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
        self.assertEqual(move.property_unit_id.building_id.name, "3栋")
        self.assertTrue(move.ref.startswith(move.property_unit_id.full_name))
        item = move.line_ids.filtered(lambda line: line.display_type == "payment_term")[0]
        self.assertEqual(item.name, f"{move.ref} - {move.name}")
        receipt = self._last("property.receipt", 1)
        self.assertEqual(
            receipt.payment_id.memo, f"{receipt.number} {receipt.unit_id.full_name}"
        )
        self.assertEqual(receipt.payment_id.name, receipt.payment_id.move_id.name)
