# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .deposit_case import DepositCase

NOW = "2026-11-20 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRefund(DepositCase):
    """Refunds of advance receipts (handbook B H12)."""

    def _refund(self, amount, **values):
        return self.env["property.refund"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "amount": amount,
                "cause": "double",
                "reason": "Paid twice",
                **values,
            }
        )

    def test_paid_from_the_liability(self):
        self._prepay(500)
        refund = self._refund(200)
        self.assertEqual(refund.available, 500)
        self._approve(refund)
        self.assertRegex(refund.number, r"^TK-LG-2026-\d{5}$")
        self._pay(refund)
        self.assertEqual((refund.state, self._advance()), ("paid", 300))
        move = refund.payment_id.move_id
        self.assertEqual(move.property_unit_id, self.unit)
        self.assertEqual(
            move.line_ids.filtered("debit").account_id, self.company.property_prepay_account_id
        )
        scope = self.env["property.fee.ledger"]._scope({"estate_ids": self.estate.ids})
        [row] = self.env["property.fee.ledger"]._prepaid(
            scope, date(2026, 11, 1), date(2026, 11, 30)
        )
        self.assertEqual([row[key] for key in ("received", "refunded", "balance")], [500, 200, 300])
        self.assertBooksAgree()

    def test_never_more_than_there_is(self):
        self._prepay(500)
        with self.assertRaisesRegex(UserError, "500.00 yuan"):
            self._refund(600).action_apply()
        self._refund(400).action_apply()
        with self.assertRaisesRegex(UserError, "100.00 yuan"):
            self._refund(200).action_apply()

    def test_money_used_meanwhile_is_not_paid(self):
        self._prepay(300)
        refund = self._approve(self._refund(300))
        self._bill()
        self.assertEqual(self._advance(), 0)
        with self.assertRaisesRegex(UserError, "cannot be refunded"):
            self._pay(refund)
        self.assertFalse(refund.payment_id)

    def test_paid_once(self):
        self._prepay(500)
        refund = self._pay(self._approve(self._refund(200)))
        with self.assertRaisesRegex(UserError, "only once"):
            refund.action_pay()

    def test_the_steps_and_who_may_take_them(self):
        self._prepay(500)
        refund = self._refund(200).with_user(self.users["staff"])
        refund.action_apply()
        with self.assertRaises(AccessError):
            refund.action_check()
        with self.assertRaises(AccessError):
            refund.action_pay()
        own = self._refund(50).with_user(self.users["supervisor"])
        own.action_apply()
        with self.assertRaisesRegex(UserError, "Somebody else"):
            own.action_check()
        refund.with_user(self.users["supervisor"]).action_check()
        with self.assertRaisesRegex(UserError, "approved refund"):
            refund.with_user(self.users["cashier"]).action_pay()
        with self.assertRaises(UserError):
            refund.write({"amount": 500})
        with self.assertRaises(UserError):
            refund.write({"state": "approved"})
        with self.assertRaises(UserError):
            refund.unlink()
        self._decide(refund)
        paying = refund.with_user(self.users["cashier"])
        paying.sudo().journal_id = self._journal()
        paying.action_pay()
        self.assertEqual(refund.paid_by_id, self.users["cashier"])

    def test_red_letter_fapiao_first(self):
        self._prepay(500)
        refund = self._approve(self._refund(200, fapiao_number="25442000000012345678"))
        with self.assertRaisesRegex(UserError, "red-letter"):
            self._pay(refund)
        refund.red_fapiao_number = "25442000000012345679"
        self._pay(refund)

    def test_third_person_needs_authority_and_id(self):
        self._prepay(500)
        son = self.env["res.partner"].create({"name": "Son"})
        refund = self._refund(200, payee_id=son.id)
        with self.assertRaisesRegex(UserError, "written authority"):
            refund.action_apply()
        refund.write({"authority_note": "Letter", "authority_ids": self._paper().ids})
        with self.assertRaisesRegex(UserError, "Record the ID"):
            refund.action_apply()
        son.property_id_number = "110101199003074477"
        self._pay(self._approve(refund))
        self.assertEqual(refund.payment_id.partner_id, son)
        self.assertEqual(self._advance(), 300)
        self.assertBooksAgree()

    def test_overdue(self):
        self._prepay(500)
        refund = self._approve(self._refund(200))
        overdue = self.env["property.refund"].search([("overdue", "=", True)])
        self.assertFalse(overdue)
        with freeze_time("2026-12-02 02:00:00"):
            self.assertEqual(self.env["property.refund"].search([("overdue", "=", True)]), refund)
            refund.invalidate_recordset(["overdue"])
            self.assertTrue(refund.overdue)

    def test_overcharge_is_adjusted_then_refunded(self):
        self._bill()
        self._take(self.unit, 337.33)
        charge = self.unit.charge_ids
        document = self.env["property.adjustment"].create(
            {
                "unit_id": self.unit.id,
                "reason": "Wrong area",
                "line_ids": [(0, 0, {"charge_id": charge.id, "amount": -28.5})],
            }
        )
        document.action_submit()
        self._decide(document)
        self.assertEqual(self._advance(), 28.5)
        self._pay(self._approve(self._refund(28.5, cause="overcharge")))
        self.assertEqual(self._advance(), 0)
        self.assertBooksAgree()

    def test_form(self):
        self._prepay(500)
        refund = self._approve(self._refund(200))
        report = self.env["report.property_service.report_refund"]
        values = report._get_report_values(refund.ids)
        html = str(self.env["ir.qweb"]._render("property_service.refund_pages", values))
        self.assertIn(refund.number, html)
        self.assertIn("200.00", html)

    def test_contract_end_lists_refunds(self):
        self._prepay(500)
        other = self._make_unit("102", 80)
        self._prepay(200, other)
        dialog = (
            self.env["property.contract.end"]
            .with_user(self.users["accountant"])
            .create({"estate_id": self.estate.id, "date": date(2026, 11, 30)})
        )
        action = dialog.action_prepare()
        refunds = self.env["property.refund"].search(action["domain"])
        self.assertEqual(sorted(refunds.mapped("amount")), [200, 500])
        self.assertEqual(set(refunds.mapped("state")), {"draft"})
        dialog.action_prepare()
        self.assertEqual(self.env["property.refund"].search_count(action["domain"]), 2)
