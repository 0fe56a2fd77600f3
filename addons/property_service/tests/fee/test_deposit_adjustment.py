# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .deposit_case import DepositCase

NOW = "2026-11-20 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAdjustment(DepositCase):
    """Adjustments and write-offs (handbook B H12): correct without erasing."""

    def _adjust(self, *lines, **values):
        document = self.env["property.adjustment"].create(
            {
                "unit_id": self.unit.id,
                "reason": "Price of the contract",
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        document.with_user(self.users["accountant"]).action_submit()
        return document

    def _receivable(self):
        scope = self.env["property.fee.ledger"]._scope({"estate_ids": self.estate.ids})
        return self.env["property.fee.ledger"]._receivable_balance(scope, date(2099, 1, 1))

    def test_less_before_it_is_paid(self):
        self._bill()
        charge = self.unit.charge_ids
        document = self._adjust({"charge_id": charge.id, "amount": -37.33})
        self.assertEqual((document.state, charge.amount_residual), ("submitted", 337.33))
        self._decide(document)
        self.assertEqual(document.state, "posted")
        self.assertEqual(
            (charge.amount, charge.amount_reduced, charge.amount_residual), (337.33, 37.33, 300)
        )
        made = document.line_ids.made_charge_id
        self.assertEqual((made.origin, made.reduces_id, made.amount), ("adjust", charge, -37.33))
        self.assertEqual(made.invoice_id.move_type, "out_refund")
        self.assertEqual(self._receivable(), 300)

    def test_more_is_charged_and_advance_receipts_pay_it(self):
        self._prepay(100)
        document = self._adjust({"item_id": self.item.id, "month": date(2026, 10, 1), "amount": 20})
        self._decide(document)
        made = document.line_ids.made_charge_id
        self.assertEqual((made.month, made.amount, made.state), (date(2026, 10, 1), 20, "paid"))
        self.assertEqual((self._advance(), self._receivable()), (80, 0))
        self.assertBooksAgree()

    def test_refused_posts_nothing(self):
        self._bill()
        charge = self.unit.charge_ids
        document = self._adjust({"charge_id": charge.id, "amount": -37.33})
        self._decide(document, refuse="No reason")
        self.assertEqual((document.state, charge.amount_residual), ("refused", 337.33))

    def test_bad_lines(self):
        self._bill()
        charge = self.unit.charge_ids
        with self.assertRaisesRegex(UserError, "at most 337.33"):
            self._adjust({"charge_id": charge.id, "amount": -400})
        with self.assertRaisesRegex(ValidationError, "Name the charge"):
            self._adjust({"item_id": self.item.id, "month": date(2026, 11, 1), "amount": -4})
        with self.assertRaisesRegex(ValidationError, "more .+ or less"):
            self._adjust({"charge_id": charge.id, "amount": 0})
        with self.assertRaisesRegex(UserError, "month by month"):
            self._adjust()
        with self.assertRaises(AccessError):
            self.env["property.adjustment"].with_user(self.users["cashier"]).create(
                {"unit_id": self.unit.id, "reason": "x"}
            )

    def test_wrong_area_corrects_every_affected_month(self):
        self._months(9, 10, 11)
        self._take(self.unit, 337.33)
        dialog = self.env["property.adjustment.area"].create(
            {
                "unit_id": self.unit.id,
                "area_new": 108.36,
                "month_from": date(2026, 10, 1),
                "month_to": date(2026, 11, 30),
                "reason": "Title certificate",
            }
        )
        document = self.env["property.adjustment"].browse(dialog.action_make()["res_id"])
        # 108.36 × 2.85 = 308.826 → 308.83
        self.assertEqual(document.line_ids.mapped("amount"), [-28.5, -28.5])
        document.action_submit()
        self._decide(document)
        self.assertEqual(self.unit.gross_area, 108.36)
        self.assertEqual(self._receivable(), round(337.33 * 2 - 57, 2))
        with self.assertRaisesRegex(UserError, "No charge"):
            dialog.action_make()
        december = self._bill(date(2026, 12, 1))
        self.assertEqual(december.charge_ids.amount, 308.83)

    # write-off -----------------------------------------------------------------------------------

    def _write_off(self, **values):
        document = self.env["property.write.off"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "reason": "Three demands, moved abroad",
                **values,
            }
        )
        document.action_load()
        return document

    def test_write_off(self):
        self._months(10, 11)
        document = self._write_off()
        self.assertEqual(document.amount, 674.66)
        document.with_user(self.users["accountant"]).action_submit()
        self._decide(document)
        charges = self.unit.charge_ids
        self.assertEqual(set(charges.mapped("state")), {"written_off"})
        self.assertEqual(charges.mapped("amount_paid"), [0, 0])
        self.assertEqual(sum(charges.mapped("amount_residual")), 0)
        self.assertEqual(self._account(self.company.property_bad_debt_account_id), 674.66)
        self.assertEqual((self._receivable(), self.unit.arrears), (0, 0))
        memo = self.env["property.write.off.line"].search([("write_off_state", "=", "posted")])
        self.assertEqual(sum(memo.mapped("amount")), 674.66)

    def test_written_off_debt_paid_later(self):
        self._months(10, 11)
        document = self._write_off()
        document.action_submit()
        self._decide(document)
        line = document.line_ids[0]
        line.with_user(self.users["cashier"]).action_reopen()
        charge = line.charge_id
        self.assertEqual((charge.state, charge.amount_residual), ("open", 337.33))
        self.assertEqual(self._account(self.company.property_bad_debt_account_id), 337.33)
        self._take(self.unit, 337.33)
        line.invalidate_recordset(["recovered"])
        self.assertEqual((charge.state, line.recovered), ("paid", 337.33))
        self.assertEqual(self._receivable(), 0)
        with self.assertRaisesRegex(UserError, "not written off"):
            line.action_reopen()

    def test_write_off_of_a_part(self):
        self._bill()
        self._take(self.unit, 100)
        document = self._write_off()
        document.action_submit()
        self._decide(document)
        charge = self.unit.charge_ids
        self.assertEqual((charge.state, charge.amount_paid), ("written_off", 100))
        self.assertEqual(self._account(self.company.property_bad_debt_account_id), 237.33)

    def test_write_off_rules(self):
        self._bill()
        with self.assertRaisesRegex(UserError, "papers"):
            self._write_off(cause="insolvent").action_submit()
        document = self._write_off()
        self._take(self.unit, 337.33)
        with self.assertRaisesRegex(UserError, "not open"):
            document.action_submit()
        with self.assertRaises(AccessError):
            self.env["property.write.off"].with_user(self.users["supervisor"]).create(
                {"unit_id": self.unit.id, "partner_id": self.owner.id, "reason": "x"}
            )
