# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import PropertyCase

#: morning of 20 November in China, so that today is the same day for everybody
NOW = "2026-11-20 02:00:00"
TODAY = date(2026, 11, 20)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReceipt(PropertyCase):
    """Taking money (handbook B H4), advance receipts (H5), voiding."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls._make_price(cls.item, 2.85)
        cls._make_price(cls.trash, 5)
        cls.unit = cls._make_unit("101", 118.36)
        cls.october = cls._bill(date(2026, 10, 1))
        cls.november = cls._bill()
        cls.cashier = cls.users["cashier"]

    def _charge(self, run, item=None):
        return run.charge_ids.filtered(lambda charge: charge.item_id == (item or self.item))

    def _draft(self, amount=100.0, charges=(), user=None, **values):
        return (
            self.env["property.receipt"]
            .with_user(user or self.cashier)
            .create(
                {
                    "unit_id": self.unit.id,
                    "partner_id": self.unit.payer_id.id,
                    "journal_id": self._journal().id,
                    "amount": amount,
                    "line_ids": [
                        Command.create({"charge_id": charge.id, "amount": share})
                        for charge, share in charges
                    ],
                    **values,
                }
            )
        )

    def _number(self):
        """Return the serial number of the next receipt."""
        return int(self._take(self.unit, 1.0, charges=[]).number.rsplit("-", 1)[1])

    # what may be taken ---------------------------------------------------------------------------

    def test_cashier_takes_money(self):
        charge = self._charge(self.october)
        receipt = self._draft(337.33, [(charge, 337.33)])
        receipt.action_confirm()
        self.assertEqual(receipt.state, "confirmed")
        self.assertEqual(receipt.cashier_id, self.cashier)
        self.assertRegex(receipt.number, r"^SJ-LG-2026-\d{5}$")
        self.assertEqual(receipt.amount_words, "叁佰叁拾柒元叁角叁分")
        self.assertEqual((charge.state, charge.amount_paid), ("paid", 337.33))
        move = receipt.sudo().payment_id.move_id
        self.assertEqual(move.date, TODAY)
        self.assertEqual(move.property_unit_id, self.unit)
        self.assertEqual(
            sorted(move.line_ids.mapped(lambda line: (line.account_id.account_type, line.balance))),
            [("asset_cash", 337.33), ("asset_receivable", -337.33)],
        )

    def test_only_cashiers(self):
        with self.assertRaises(AccessError):
            self._draft(user=self.users["staff"])
        receipt = self._draft()
        with self.assertRaises(AccessError):
            receipt.with_user(self.users["staff"]).action_confirm()

    def test_more_than_due(self):
        charge = self._charge(self.october)
        receipt = self._draft(400, [(charge, 337.34)])
        with self.assertRaisesRegex(UserError, "cannot be paid"):
            receipt.action_confirm()
        receipt = self._draft(300, [(charge, 337.33)])
        with self.assertRaisesRegex(UserError, "more than"):
            receipt.action_confirm()

    def test_paid_meanwhile(self):
        charge = self._charge(self.october)
        first = self._draft(337.33, [(charge, 337.33)])
        second = self._draft(337.33, [(charge, 337.33)])
        with self.assertRaisesRegex(UserError, "receipts pay"):
            (first | second).action_confirm()
        first.action_confirm()
        with self.assertRaises(UserError):
            second.action_confirm()

    def test_charge_of_another_home(self):
        other = self._make_unit("102", 50)
        self._bill(date(2026, 9, 1))
        receipt = self._draft(100, [(other.charge_ids[0], 1.0)])
        with self.assertRaisesRegex(UserError, "is not a charge of"):
            receipt.action_confirm()

    def test_unposted_charge(self):
        run = self._make_run(date(2026, 12, 1))
        run.action_generate()
        receipt = self._draft(100, [(self._charge(run), 100.0)])
        with self.assertRaisesRegex(UserError, "not due for payment"):
            receipt.action_confirm()

    def test_nothing_and_less_than_nothing(self):
        with self.assertRaises(ValidationError):
            self._draft(100, [(self._charge(self.october), 0.0)])
        with self.assertRaises(ValidationError):
            self._draft(100, [(self._charge(self.october), -5.0)])

    def test_day_to_come(self):
        receipt = self._draft(date=date(2026, 11, 21))
        with self.assertRaisesRegex(UserError, "day to come"):
            receipt.action_confirm()

    def test_closed_day(self):
        closing = self.env["property.day.closing"].create(
            {"estate_id": self.estate.id, "date": date(2026, 11, 19)}
        )
        receipt = self._draft(date=date(2026, 11, 19))
        closing.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            receipt.action_confirm()
        receipt.date = TODAY
        receipt.action_confirm()

    def test_locked_books(self):
        """A locked period is said so; the money is not silently booked on another day."""
        self.company.fiscalyear_lock_date = date(2026, 10, 31)
        number = self._number()
        receipt = self._draft(date=date(2026, 10, 31))
        with self.assertRaisesRegex(UserError, "locked"):
            receipt.action_confirm()
        self.assertEqual((receipt.state, receipt.number), ("draft", False))
        self.assertFalse(receipt.sudo().payment_id)
        self.assertEqual(self._number(), number + 1, "no number was lost")

    def test_foreign_currency(self):
        dollars = self.env.ref("base.USD")
        dollars.active = True
        journal = self._journal("transfer").copy({"currency_id": dollars.id, "code": "USD1"})
        journal.property_method = "transfer"
        receipt = self._draft(journal_id=journal.id)
        with self.assertRaisesRegex(UserError, "USD"):
            receipt.action_confirm()

    def test_confirmed_receipt_is_not_changed(self):
        charge = self._charge(self.october)
        receipt = self._draft(400, [(charge, 300.0)])
        receipt.action_confirm()
        for values in (
            {"amount": 1.0},
            {"date": date(2026, 11, 1)},
            {"partner_id": self.cashier.partner_id.id},
            {"state": "draft"},
            {"number": "SJ-1"},
        ):
            with self.assertRaises(UserError):
                receipt.write(values)
        line, other = receipt.line_ids, self._charge(self.november)
        with self.assertRaises(UserError):
            line.amount = 337.33
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            line.create({"receipt_id": receipt.id, "charge_id": other.id, "amount": 1.0})
        with self.assertRaises(UserError):
            receipt.unlink()
        with self.assertRaisesRegex(UserError, "void the receipt"):
            receipt.sudo().payment_id.action_draft()

    # order and advance ---------------------------------------------------------------------------

    def test_proposal_is_oldest_first(self):
        shares, left = self.unit._open_charges()._allocate(400.0)
        self.assertEqual(
            [(charge.month.month, charge.item_id.code, share) for charge, share in shares],
            [(10, "MGT", 337.33), (10, "TRASH", 5.0), (11, "MGT", 57.67)],
        )
        self.assertEqual(left, 0)

    def test_oldest_month_first_where_the_setting_asks_for_it(self):
        newer = self._charge(self.november)
        self._draft(10, [(newer, 10.0)]).action_confirm()
        self._set_parameter("pay_oldest_first", "1", self.estate)
        with self.assertRaisesRegex(UserError, "older and still open"):
            self._draft(10, [(newer, 10.0)]).action_confirm()
        both = [(charge, charge.amount) for charge in self.october.charge_ids]
        self._draft(352.33, [*both, (newer, 10.0)]).action_confirm()

    def test_buyer_need_not_pay_the_sellers_debt_first(self):
        self._set_parameter("pay_oldest_first", "1")
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 12, 1), [(buyer, None)], "sale")
        december = self._bill(date(2026, 12, 1))
        charge = self._charge(december)
        self.assertEqual(charge.partner_id, buyer)
        self._draft(337.33, [(charge, 337.33)], partner_id=buyer.id).action_confirm()
        self.assertEqual(charge.state, "paid")

    def test_advance_is_a_liability_and_set_off_oldest_first(self):
        """12 months paid in advance, 4,047.96, are used up month by month (scenario 13)."""
        self._take(self.unit, 684.66)
        receipt = self._take(self.unit, 4047.96)
        self.assertEqual(receipt.amount_prepaid, 4047.96)
        line = receipt.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id == self.company.property_prepay_account_id
        )
        self.assertEqual(
            (line.credit, line.account_id.account_type), (4047.96, "liability_current")
        )
        december = self._bill(date(2026, 12, 1))
        self.assertEqual(set(december.charge_ids.mapped("state")), {"paid"})
        self.unit.invalidate_recordset(["prepaid"])
        self.assertEqual(self.unit.prepaid, 4047.96 - 342.33)

    def test_set_off_is_not_dated_before_the_money_came_in(self):
        self._take(self.unit, 684.66)
        self._take(self.unit, 100.0)
        september = self._bill(date(2026, 9, 1))
        entry = self._charge(september).receivable_line_id.matched_credit_ids.credit_move_id.move_id
        self.assertEqual(entry.date, TODAY)

    def test_advance_of_another_person_is_not_touched(self):
        self._take(self.unit, 784.66)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 12, 1), [(buyer, None)], "sale")
        december = self._bill(date(2026, 12, 1))
        self.assertEqual(set(december.charge_ids.mapped("state")), {"open"})
        self.unit.invalidate_recordset(["prepaid"])
        self.assertEqual(self.unit.prepaid, 100.0)

    # numbers -------------------------------------------------------------------------------------

    def test_numbers_have_no_gaps_and_are_not_used_again(self):
        first = self._number()
        refused = self._draft(300, [(self._charge(self.october), 337.33)])
        with self.assertRaises(UserError):
            refused.action_confirm()
        self._draft().unlink()
        self.assertEqual(self._number(), first + 1)
        voided = self._draft()
        voided.action_confirm()
        voided._void("typed wrongly").with_user(self.users["supervisor"]).action_approve()
        self.assertEqual(voided.state, "voided")
        self.assertTrue(voided.number.endswith(f"{first + 2:05d}"))
        with self.assertRaises(UserError):
            voided.unlink()
        self.assertEqual(self._number(), first + 3)

    def test_number_cannot_be_chosen(self):
        receipt = self._draft(number="SJ-LG-2026-99999")
        self.assertFalse(receipt.number)

    # voiding -------------------------------------------------------------------------------------

    def test_void_needs_reason_and_supervisor(self):
        receipt = self._draft(337.33, [(self._charge(self.october), 337.33)])
        receipt.action_confirm()
        with self.assertRaisesRegex(UserError, "why"):
            receipt._void("  ")
        dialog = (
            self.env["property.receipt.void"]
            .with_user(self.cashier)
            .create({"receipt_id": receipt.id, "reason": "wrong home"})
        )
        dialog.action_void()
        approval = receipt.sudo().approval_ids
        self.assertEqual((approval.state, receipt.state), ("pending", "confirmed"))
        with self.assertRaises(AccessError):
            approval.with_user(self.cashier).action_approve()
        approval.with_user(self.users["supervisor"]).action_approve()
        self.assertEqual((receipt.state, receipt.void_reason), ("voided", "wrong home"))
        self.assertEqual(receipt.voided_by_id, self.users["supervisor"])
        self.assertEqual(self._charge(self.october).state, "open")
        moves = receipt.sudo().payment_id.move_id
        balance = sum((moves | moves.reversal_move_ids).line_ids.mapped("balance"))
        self.assertEqual(balance, 0.0)
        self.assertEqual(moves.reversal_move_ids.property_unit_id, self.unit)

    def test_refused_void(self):
        receipt = self._draft()
        receipt.action_confirm()
        approval = receipt._void("wrong home")
        approval.with_user(self.users["supervisor"])._refuse("it is right")
        self.assertEqual((receipt.state, receipt.void_reason), ("confirmed", False))
        self.assertTrue(receipt._void("really wrong"))

    def test_void_on_another_day(self):
        receipt = self._draft()
        receipt.action_confirm()
        with freeze_time("2026-11-21 02:00:00"), self.assertRaisesRegex(UserError, "not of today"):
            receipt._void("wrong home")

    def test_void_approved_too_late(self):
        receipt = self._draft()
        receipt.action_confirm()
        approval = receipt._void("wrong home")
        with freeze_time("2026-11-21 02:00:00"), self.assertRaisesRegex(UserError, "not of today"):
            approval.with_user(self.users["supervisor"]).action_approve()

    def test_void_after_the_closing(self):
        receipt = self._draft(journal_id=self._journal("wechat").id)
        receipt.action_confirm()
        closing = self.env["property.day.closing"].create({"estate_id": self.estate.id})
        closing.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            receipt._void("wrong home")

    def test_void_of_a_used_advance(self):
        self._take(self.unit, 684.66)
        receipt = self._draft(100.0)
        receipt.action_confirm()
        self._bill(date(2026, 12, 1))
        with self.assertRaisesRegex(UserError, "set off"):
            receipt._void("wrong home")

    def test_void_of_an_unused_advance(self):
        receipt = self._draft(100.0)
        receipt.action_confirm()
        receipt._void("wrong home").with_user(self.users["supervisor"]).action_approve()
        self.unit.invalidate_recordset(["prepaid"])
        self.assertEqual(self.unit.prepaid, 0.0)
