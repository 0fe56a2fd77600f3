# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PropertyCase

NOW = "2026-11-20 02:00:00"
TODAY = date(2026, 11, 20)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDayClosing(PropertyCase):
    """Daily closing of an estate's takings (handbook B H4, form H4-2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        item = cls._make_item()
        cls._make_price(item, 2.0)
        cls.unit = cls._make_unit("101", 100)
        cls._bill()
        for method, amount in (("cash", 50), ("cash", 30), ("wechat", 70), ("transfer", 20)):
            cls._take(cls.unit, amount, method=method)

    def _closing(self, **values):
        return (
            self.env["property.day.closing"]
            .with_user(self.users["cashier"])
            .create({"estate_id": self.estate.id, "date": TODAY, **values})
        )

    def _line(self, closing, method):
        return closing.line_ids.filtered(lambda line: line.journal_id == self._journal(method))

    def test_sums_agree_with_the_books(self):
        closing = self._closing()
        self.assertEqual(
            {
                line.journal_id.property_method: (line.receipt_count, line.amount)
                for line in closing.line_ids
            },
            {"cash": (2, 80.0), "wechat": (1, 70.0), "transfer": (1, 20.0)},
        )
        self.assertEqual(closing.amount, 170.0)
        for line in closing.line_ids:
            journal = line.journal_id.sudo()
            booked = self.env["account.move.line"].search(
                [
                    ("journal_id", "=", journal.id),
                    ("account_id", "=", journal.default_account_id.id),
                    ("date", "=", TODAY),
                    ("parent_state", "=", "posted"),
                ]
            )
            self.assertEqual(line.amount, sum(booked.mapped("balance")))

    def test_other_days_and_voided_receipts_do_not_count(self):
        self._take(self.unit, 5.0, charges=[], date=date(2026, 11, 19))
        wrong = self._take(self.unit, 9.0, charges=[])
        wrong._void("wrong").with_user(self.users["supervisor"]).action_approve()
        self.assertEqual(self._closing().amount, 170.0)

    def test_cash_is_counted(self):
        closing = self._closing()
        self.assertEqual(self._line(closing, "cash").counted, 0.0)
        self.assertEqual(self._line(closing, "wechat").counted, 70.0)
        with self.assertRaisesRegex(UserError, "differ by -80.00"):
            closing.action_close()
        self._line(closing, "cash").counted = 80.0
        closing.action_close()
        self.assertEqual((closing.state, closing.difference), ("closed", 0.0))
        self.assertEqual(closing.closed_by_id, self.users["cashier"])

    def test_difference_is_explained(self):
        closing = self._closing()
        self._line(closing, "cash").counted = 79.5
        closing.note = "Half a yuan short, paid by the cashier"
        closing.action_close()
        self.assertEqual(closing.difference, -0.5)

    def test_money_taken_after_counting_is_summed_up(self):
        closing = self._closing()
        self._line(closing, "cash").counted = 80.0
        self._take(self.unit, 10.0, charges=[])
        with self.assertRaisesRegex(UserError, "differ by -10.00"):
            closing.action_close()

    def test_void_to_be_decided(self):
        receipt = self._take(self.unit, 9.0, method="wechat", charges=[])
        approval = receipt._void("wrong home")
        closing = self._closing()
        self._line(closing, "cash").counted = 80.0
        with self.assertRaisesRegex(UserError, receipt.number):
            closing.action_close()
        approval.with_user(self.users["supervisor"]).action_approve()
        closing.action_close()
        self.assertEqual(closing.amount, 170.0)

    def test_a_day_to_come(self):
        with self.assertRaises(UserError):
            self._closing(date=date(2026, 11, 21)).action_close()

    def test_figures_cannot_be_typed(self):
        closing = self._closing()
        line = self._line(closing, "cash")
        with self.assertRaises(UserError):
            line.amount = 10.0
        with self.assertRaises(UserError):
            line.unlink()
        line.counted = 80.0
        closing.action_close()
        for record, values in (
            (line, {"counted": 70.0}),
            (closing, {"date": date(2026, 11, 1)}),
            (closing, {"note": "changed my mind"}),
            (closing, {"state": "draft"}),
        ):
            with self.assertRaises(UserError):
                record.write(values)
        closing.deposited = 80.0
        with self.assertRaises(UserError):
            closing.unlink()

    def test_checked_by_another_person(self):
        closing = self._closing()
        self._line(closing, "cash").counted = 80.0
        closing.action_close()
        with self.assertRaises(AccessError):
            closing.action_check()
        closing.with_user(self.users["accountant"]).action_check()
        self.assertEqual(closing.state, "checked")
        self.assertEqual(closing.checked_by_id, self.users["accountant"])

    def test_own_closing_is_not_checked(self):
        closing = self._closing().with_user(self.users["supervisor"])
        self._line(closing, "cash").counted = 80.0
        closing.action_close()
        with self.assertRaises(UserError):
            closing.action_check()
