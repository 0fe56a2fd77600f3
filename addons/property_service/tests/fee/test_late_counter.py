# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2025-09-10 02:00:00")
class TestLateCounter(PropertyCase):
    """Late charges at the cashier's counter and on the payment notice (B H8, H2-1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_price(cls._make_item(), 2.85)
        cls.unit = cls._make_unit("101", 118.36)
        with freeze_time("2025-03-05 02:00:00"):
            cls._bill(month=date(2025, 3, 1))
        cls.charge = cls.unit._open_charges()
        cls.cashier = cls.env["property.cashier"].with_user(cls.users["cashier"])

    def _take_at_counter(self, lines, amount, key="k" * 20):
        return self.cashier.cashier_take(
            {
                "request_key": key,
                "unit_id": self.unit.id,
                "journal_id": self._journal().id,
                "amount": amount,
                "lines": lines,
            }
        )

    def test_shown_and_not_proposed(self):
        data = self.cashier.cashier_load(self.unit.id)
        self.assertFalse(data["late_proposed"])
        self.assertEqual(len(data["late"]), 1)
        self.assertEqual(data["late"][0]["due"], 27.49)
        self.assertEqual(data["late"][0]["late_for"], self.charge.id)
        self.assertEqual(len(data["charges"]), 1)

    def test_proposed_by_the_rate(self):
        self.env["property.late.rate"].create(
            {"estate_id": self.estate.id, "date_start": "2025-01-01", "mode": "counter"}
        )._move_to("approved")
        self.assertTrue(self.cashier.cashier_load(self.unit.id)["late_proposed"])

    def test_paid_with_the_charge_in_one_receipt(self):
        taken = self._take_at_counter(
            [
                {"charge_id": self.charge.id, "amount": 337.33},
                {"late_for": self.charge.id, "amount": 27.49},
            ],
            364.82,
        )
        self.assertEqual(taken["amount_charges"], 364.82)
        late = self.charge.late_ids
        self.assertEqual((late.amount, late.state), (27.49, "paid"))
        self.assertEqual(self.charge.state, "paid")
        data = self.cashier.cashier_load(self.unit.id)
        self.assertFalse(data["late"] or data["charges"])
        # the same request again takes nothing twice
        again = self._take_at_counter([], 364.82)
        self.assertTrue(again["repeated"])
        self.assertEqual(len(self.charge.late_ids), 1)

    def test_left_out_it_is_not_charged(self):
        self._take_at_counter([{"charge_id": self.charge.id, "amount": 337.33}], 337.33)
        self.assertFalse(self.charge.late_ids)

    def test_more_than_the_late_charge_is_refused(self):
        with self.assertRaises(UserError):
            self._take_at_counter([{"charge_id": self.charge.id, "amount": 500.0}], 500.0)

    def test_on_the_payment_notice(self):
        notice = self.env["property.payment.notice"]._notices(self.unit)[0]
        self.assertEqual(notice["late"], 27.49)
        # reckoned, not billed: it is not in the sum to pay
        self.assertEqual(notice["due"], 337.33)

    def test_on_the_list_of_arrears(self):
        register = self.env["property.register.arrears"]
        rows = register._rows({"estate_ids": self.estate.ids, "date": "2025-09-10"})
        self.assertEqual((rows[0]["late"], rows[0]["amount"]), (27.49, 337.33))
