# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .deposit_case import DepositCase

NOW = "2026-11-20 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPrepayment(DepositCase):
    """Advance receipts by item, their limit, set-off by hand, transfers (handbook B H5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_price(cls.trash, 5)

    def test_money_for_one_item_pays_that_item_only(self):
        self._prepay(100, prepaid_item_id=self.trash.id)
        pots = self.env["property.prepayment"]._pots(self.unit)[self.unit.id]
        self.assertEqual(pots, {(self.owner.id, self.trash.id): 100})
        self._bill()
        fee, trash = self.unit.charge_ids.sorted(lambda charge: charge.item_id.priority)
        self.assertEqual((fee.state, trash.state), ("open", "paid"))
        self.assertEqual(self._advance(), 95)
        self.assertBooksAgree()

    def test_item_first_then_what_is_free(self):
        self._prepay(3, prepaid_item_id=self.trash.id)
        self._prepay(339)
        self._bill()
        fee, trash = self.unit.charge_ids.sorted(lambda charge: charge.item_id.priority)
        self.assertEqual((fee.state, trash.amount_residual), ("paid", 0.33))
        pots = self.env["property.prepayment"]._pots(self.unit)[self.unit.id]
        self.assertEqual(pots, {})
        self.assertBooksAgree()

    def test_voiding_looks_at_the_item(self):
        self._prepay(100)
        receipt = self._prepay(100, prepaid_item_id=self.trash.id)
        self._bill()
        with self.assertRaisesRegex(UserError, "have been set off"):
            receipt._check_may_void()

    def test_limit_of_months(self):
        # 337.33 + 5.00 a month
        self.assertEqual(self.unit._monthly_fees(date(2026, 11, 20)), 342.33)
        with self.assertRaisesRegex(UserError, "at most 4107.96 yuan"):
            self._prepay(5000)
        self._prepay(4000)
        with self.assertRaisesRegex(UserError, "at most 107.96 yuan"):
            self._prepay(108)
        self._prepay(107.96)
        self.assertEqual(self._advance(), 4107.96)

    def test_limit_by_the_price_of_the_unit_and_its_parking(self):
        self._make_price(self.item, 1, unit_id=self.unit.id, override_reason="Agreed")
        parking = self._make_item("PARK", "Parking", basis="fixed")
        self._make_price(parking, 80, unit_type=self.type_parking)
        self._make_space("P1", self.unit)
        self.unit.invalidate_recordset()
        self.assertEqual(self.unit._monthly_fees(date(2026, 11, 20)), 203.36)

    def test_bank_transfers_are_booked_whatever_they_are(self):
        self._prepay(5000, method="transfer")
        self.assertEqual(self._advance(), 5000)

    def test_payments_a_statement_has_told_of_are_booked_too(self):
        row = self.env["property.incoming"].create(
            {
                "estate_id": self.estate.id,
                "journal_id": self._journal("wechat").id,
                "external_ref": "WX20261118",
                "date": date(2026, 11, 18),
                "amount": 5000,
                "unit_id": self.unit.id,
            }
        )
        row._book()
        self.assertEqual(self._advance(), 5000)

    def test_limit_switched_off_or_other(self):
        self._set_parameter("prepay_max_months", "1")
        with self.assertRaisesRegex(UserError, "1 months"):
            self._prepay(400)
        self._set_parameter("prepay_max_months", "0", self.estate)
        self._prepay(5000)

    def test_set_off_by_hand_at_the_counter(self):
        self._bill()
        self._prepay(400)
        self.assertEqual(self.unit.arrears, 342.33)
        cashier = self.users["cashier"]
        action = self.unit.with_user(cashier).action_set_off()
        form = Form(
            self.env[action["res_model"]].with_user(cashier).with_context(**action["context"])
        )
        self.assertEqual((form.balance, form.due, form.used), (400, 342.33, 342.33))
        dialog = form.save()
        result = dialog.action_apply()
        self.assertEqual(self.unit.arrears, 0)
        self.assertEqual(self._advance(), 57.67)
        move = self.env["account.move"].search([("property_entry", "=", "set_off")])
        self.assertIn(move.id, result["context"]["active_ids"])
        report = self.env["report.property_service.report_prepayment_set_off"]
        values = report.with_user(cashier)._get_report_values(move.ids)
        html = str(self.env["ir.qweb"]._render("property_service.prepayment_set_off_pages", values))
        self.assertIn("342.33", html)
        self.assertIn("57.67", html)
        with self.assertRaisesRegex(UserError, "Nothing can be set off"):
            self.env["property.prepayment"]._set_off_by_hand(self.unit.charge_ids)
        self.assertBooksAgree()

    def test_set_off_needs_a_balance_and_a_cashier(self):
        self._bill()
        with self.assertRaisesRegex(UserError, "nothing paid in advance"):
            self.unit.action_set_off()
        with self.assertRaises(AccessError):
            self.env["property.prepayment"].with_user(self.users["staff"])._set_off_by_hand(
                self.unit._open_charges()
            )

    # transfer ------------------------------------------------------------------------------------

    def _voucher(self, **values):
        other = self._make_unit("102", 80, owner=self.owner)
        return self.env["property.prepay.transfer"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "unit_to_id": other.id,
                "partner_to_id": self.owner.id,
                "amount": 300,
                "reason": "Taken for the wrong home",
                **values,
            }
        )

    def test_transfer_names_both_homes(self):
        self._prepay(500)
        voucher = self._voucher()
        voucher.with_user(self.users["cashier"]).action_submit()
        with self.assertRaises(AccessError):
            voucher.with_user(self.users["cashier"]).action_check()
        voucher.with_user(self.users["supervisor"]).action_check()
        self.assertEqual(voucher.state, "done")
        self.assertEqual(voucher.checked_by_id, self.users["supervisor"])
        self.assertEqual(self._advance(), 200)
        self.assertEqual(self._advance(voucher.unit_to_id, self.owner), 300)
        self.assertEqual(
            set(voucher.move_id.line_ids.property_unit_id), {self.unit, voucher.unit_to_id}
        )
        scope = self.env["property.fee.ledger"]._scope({"estate_ids": self.estate.ids})
        rows = self.env["property.fee.ledger"]._prepaid(
            scope, date(2026, 11, 1), date(2026, 11, 30)
        )
        self.assertEqual({row["unit_id"]: row["other"] for row in rows}[self.unit.id], -300)
        self.assertBooksAgree()

    def test_transfer_is_checked_by_another_and_within_the_balance(self):
        self._prepay(500)
        voucher = self._voucher(amount=600)
        with self.assertRaisesRegex(UserError, "500.00 yuan"):
            voucher.action_submit()
        voucher.amount = 500
        voucher.with_user(self.users["supervisor"]).action_submit()
        with self.assertRaisesRegex(UserError, "Somebody else"):
            voucher.with_user(self.users["supervisor"]).action_check()
        with self.assertRaises(UserError):
            voucher.amount = 100
        self._pay_out()
        with self.assertRaisesRegex(UserError, "cannot be moved"):
            voucher.with_user(self.users["accountant"]).action_check()

    def _pay_out(self):
        refund = self.env["property.refund"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "amount": 500,
                "reason": "Paid twice",
            }
        )
        self._pay(self._approve(refund))

    def test_transfer_to_another_payer_is_signed(self):
        self._prepay(500)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        voucher = self._voucher(unit_to_id=self.unit.id, partner_to_id=buyer.id)
        with self.assertRaisesRegex(UserError, "both have to sign"):
            voucher.action_submit()
        voucher.signed = True
        voucher.action_submit()
        voucher.with_user(self.users["supervisor"]).action_check()
        self.assertEqual(self._advance(partner=buyer), 300)
        self.assertBooksAgree()

    # old balances --------------------------------------------------------------------------------

    def test_inactive_balances_are_flagged_and_stay(self):
        with freeze_time("2023-10-01 02:00:00"):
            self._prepay(100)
        other = self._make_unit("103", 80)
        self._prepay(100, other)
        units = self.env["property.unit"]
        self.assertEqual(units.search([("prepaid_inactive", "=", True)]), self.unit)
        self.assertTrue(self.unit.prepaid_inactive)
        self.assertFalse(other.prepaid_inactive)
        self.assertIn(other, units.search([("prepaid_inactive", "=", False)]))
        self.assertEqual(self._advance(), 100)
