# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestLedger(PropertyCase):
    """The ledger is the truth (design rule 1): every sum drills down to journal items."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hill = cls._make_estate("Hill Garden", "HG")
        cls.hill_building = cls.env["property.building"].create(
            {"name": "1栋", "estate_id": cls.hill.id}
        )
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste", tax_id=False, kind="agency", basis="fixed", priority=20
        )
        cls.parking = cls._make_item("PARK", "Parking", tax=9, basis="fixed", priority=30)
        for estate, price in ((cls.estate, 2.85), (cls.hill, 3.2)):
            cls._make_price(cls.item, price, estate_id=estate.id)
            cls._make_price(cls.trash, 5, estate_id=estate.id)
            cls._make_price(cls.parking, 80, unit_type=cls.type_parking, estate_id=estate.id)
        cls.unit = cls._make_unit("101", 118.36)
        cls._make_space("B001", cls.unit)
        cls._make_unit("102", 89.77)
        cls._make_unit("103", 101.01)
        cls._make_unit("201", 77.77, building=cls.hill_building)

    def _bill_both(self, month=date(2026, 11, 1)):
        return self._bill(month, estate_ids=(self.estate | self.hill).ids)

    def _receivable(self, domain=()):
        """Return {(estate, item, month): open and settled receivable by the journal items}."""
        sums = defaultdict(lambda: [0.0, 0.0])
        for line in self.env["account.move.line"].search(
            [
                ("property_charge_id", "!=", False),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "=", "out_invoice"),
                *domain,
            ]
        ):
            charge = line.property_charge_id
            key = (line.move_id.property_unit_id.estate_id, charge.item_id, charge.month)
            sums[key][0] += line.balance
            sums[key][1] += line.amount_residual
        return {key: tuple(round(value, 2) for value in values) for key, values in sums.items()}

    def _charges(self):
        return {
            (estate, item, month): (round(amount, 2), round(residual, 2))
            for estate, item, month, amount, residual in self.env["property.charge"]._read_group(
                [("cancelled", "=", False)],
                ["estate_id", "item_id", "month:month"],
                ["amount:sum", "amount_residual:sum"],
            )
        }

    def test_charges_agree_with_the_journal_items(self):
        self._bill_both()
        self._bill_both(date(2026, 12, 1))
        self._take(self.unit, 400.0)
        charges = self._charges()
        self.assertEqual(len(charges), 2 * 5, "two months; two estates, one of them with parking")
        self.assertEqual(self._receivable(), charges)
        month = date(2026, 11, 1)
        self.assertEqual(charges[self.estate, self.parking, month], (80.0, 22.33))

    def test_invoices_are_what_their_charges_are(self):
        run = self._bill_both()
        for move in run.invoice_ids:
            charges = run.charge_ids.filtered(lambda charge, move=move: charge.invoice_id == move)
            self.assertAlmostEqual(move.amount_total, sum(charges.mapped("amount")), 2)
            terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
            self.assertEqual(terms, charges.receivable_line_id)
            self.assertEqual(sorted(terms.mapped("balance")), sorted(charges.mapped("amount")))

    def test_tax_is_inside_the_price(self):
        """337.33 with 6 % inside: 318.24 income, 19.09 tax."""
        run = self._bill_both()
        charge = run.charge_ids.filtered(
            lambda charge: charge.item_id == self.item and charge.unit_id == self.unit
        )
        line = charge.invoice_id.invoice_line_ids.filtered(
            lambda line: line.property_charge_id == charge
        )
        self.assertEqual((line.price_subtotal, line.price_total), (318.24, 337.33))
        self.assertEqual(line.account_id.account_type, "income")
        tax = charge.invoice_id.line_ids.filtered(lambda line: line.tax_line_id == self.item.tax_id)
        self.assertEqual(tax.credit, 19.09)

    def test_agency_is_no_income(self):
        run = self._bill_both()
        lines = run.invoice_ids.line_ids
        agency = lines.filtered(
            lambda line: line.account_id == self.company.property_agency_account_id
        )
        self.assertEqual(round(sum(agency.mapped("credit")), 2), 20.0)
        self.assertEqual(agency.account_id.account_type, "liability_current")
        self.assertFalse(agency.tax_ids)
        income = lines.filtered(lambda line: line.account_id.account_type == "income")
        self.assertNotIn(self.trash.product_id, income.product_id)

    def test_each_estate_has_its_result(self):
        run = self._bill_both()
        for estate in (self.estate, self.hill):
            charges = run.charge_ids.filtered(
                lambda charge, estate=estate: charge.estate_id == estate and charge.kind == "income"
            )
            net = sum(
                run.invoice_ids.invoice_line_ids.filtered(
                    lambda line, charges=charges: line.property_charge_id in charges
                ).mapped("price_subtotal")
            )
            account = estate.analytic_account_id
            plan = account.plan_id._column_name()
            booked = self.env["account.analytic.line"].search(
                [(plan, "=", account.id), ("general_account_id.account_type", "=", "income")]
            )
            self.assertAlmostEqual(sum(booked.mapped("amount")), net, 2)

    def test_global_tax_rounding_keeps_the_totals(self):
        """Whatever way the company rounds its taxes, a charge costs what it says."""
        self.company.tax_calculation_rounding_method = "round_globally"
        for number in range(5):
            self._make_space(f"C{number}", self.unit)
        self._make_price(self._make_item("LIFT", "Lift", priority=11), 0.333)
        run = self._bill()
        move = run.invoice_ids.filtered(lambda move: move.property_unit_id == self.unit)
        charges = run.charge_ids.filtered(lambda charge: charge.invoice_id == move)
        self.assertEqual(move.amount_total, round(sum(charges.mapped("amount")), 2))
        self.assertEqual(
            sorted(charges.receivable_line_id.mapped("debit")), sorted(charges.mapped("amount"))
        )
        self.assertEqual(len(charges), 9)

    # what accountants do with Odoo's own buttons ------------------------------------------------

    def _refund(self, move, **values):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "wrong area", **values})
        )
        wizard.reverse_moves()
        return wizard.new_move_ids

    def test_credit_note_of_one_bill(self):
        """Odoo's credit note cancels the charges of the bill, and the month is free again."""
        run = self._bill_both()
        move = run.invoice_ids.filtered(lambda move: move.property_unit_id == self.unit)
        self._take(self.unit, 100.0)
        refund = self._refund(move)
        self.assertEqual(refund.property_unit_id, self.unit)
        refund.action_post()
        charges = run.charge_ids.filtered(lambda charge: charge.invoice_id == move)
        self.assertEqual(set(charges.mapped("state")), {"cancelled"})
        self.assertEqual(charges.reversal_id, refund)
        self.assertEqual(self.unit.prepaid, 100.0)
        self.assertEqual(self.unit.arrears, 0.0)
        with self.assertRaises(UserError):
            refund.button_draft()
        again = self._bill_both()
        self.assertEqual(again.charge_ids.billed_unit_id, self.unit)
        self.assertEqual(len(again.charge_ids), 3)

    def test_pay_button_leads_to_a_receipt(self):
        """Money for fees gets a receipt number, whatever button one starts from."""
        run = self._bill_both()
        move = run.invoice_ids.filtered(lambda move: move.property_unit_id == self.unit)
        self.assertFalse(move.show_reset_to_draft_button)
        action = move.action_register_payment()
        self.assertEqual(action["res_model"], "property.receipt")
        with Form(self.env["property.receipt"].with_context(**action["context"])) as form:
            form.journal_id = self._journal("cash")
            self.assertEqual((form.amount, form.amount_prepaid), (422.33, 0.0))
            self.assertEqual(form.partner_id, self.unit.payer_id)
        form.save().action_confirm()
        self.assertEqual(move.payment_state, "paid")
        with self.assertRaisesRegex(UserError, "home by home"):
            run.invoice_ids.action_register_payment()

    def test_credit_note_of_half_a_bill(self):
        run = self._bill_both()
        move = run.invoice_ids.filtered(lambda move: move.property_unit_id == self.unit)
        refund = self._refund(move)
        refund.invoice_line_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "as a whole"):
            refund.action_post()

    def test_copy_of_a_bill_is_no_bill(self):
        run = self._bill_both()
        copy = run.invoice_ids[0].copy()
        self.assertFalse(copy.property_unit_id)
        self.assertFalse(copy.line_ids.property_charge_id)

    # locked periods ------------------------------------------------------------------------------

    def test_run_of_a_locked_period(self):
        """Nothing half written: the run stays checked until it has another bill date."""
        run = self._make_run()
        run.action_generate()
        run.action_check()
        self.company.sale_lock_date = date(2026, 11, 30)
        with self.assertRaisesRegex(UserError, "locked"):
            run.action_post()
        self.assertEqual((run.state, run.job, len(run.invoice_ids)), ("checked", False, 0))
        with self.assertRaises(UserError):
            run.invoice_date = date(2026, 12, 1)
        run.action_back()
        run.invoice_date = date(2026, 12, 1)
        run.action_check()
        run.action_post()
        self.assertEqual(set(run.invoice_ids.mapped("date")), {date(2026, 12, 1)})
        self.assertEqual(set(run.charge_ids.mapped("month")), {date(2026, 11, 1)})

    def test_period_locked_while_the_run_waits(self):
        run = self._make_run()
        run.action_generate()
        run.action_check()
        run._queue_job("post", 4)
        self.company.fiscalyear_lock_date = date(2026, 11, 30)
        while run._work_step():
            pass
        self.assertEqual(run.state, "posted")
        self.assertFalse(run.invoice_ids)
        self.assertEqual(set(run.exception_ids.mapped("kind")), {"error"})
        self.assertIn("locked", run.exception_ids[0].message)
        run.invoice_date = date(2026, 12, 1)
        run.action_post()
        self.assertFalse(run.exception_ids)
        self.assertEqual(set(run.charge_ids.mapped("state")), {"open"})
