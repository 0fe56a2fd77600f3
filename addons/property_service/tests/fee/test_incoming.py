# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

NOW = "2026-11-20 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestIncoming(PropertyCase):
    """Lines of bank statements and payment platforms (handbook B H4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        item = cls._make_item(priority=10)
        trash = cls._make_item("TRASH", "Waste", tax=0, kind="agency", basis="fixed", priority=20)
        cls._make_price(item, 2.0)
        cls._make_price(trash, 5)
        cls.unit = cls._make_unit("101", 100)
        cls.bills = cls._bill()

    def _row(self, amount=205.0, ref="WX1", user="cashier", **values):
        return (
            self.env["property.incoming"]
            .with_user(self.users[user])
            .create(
                {
                    "estate_id": self.estate.id,
                    "journal_id": self._journal("wechat").id,
                    "external_ref": ref,
                    "date": date(2026, 11, 18),
                    "amount": amount,
                    "payer_name": "Somebody",
                    "text": "101",
                    "unit_id": self.unit.id,
                    **values,
                }
            )
        )

    def test_book(self):
        row = self._row()
        row.action_book()
        receipt = row.receipt_id
        self.assertEqual((row.state, receipt.state), ("booked", "confirmed"))
        self.assertEqual(row.booked_by_id, self.users["cashier"])
        self.assertEqual((receipt.date, receipt.external_ref), (date(2026, 11, 18), "WX1"))
        self.assertEqual(receipt.payer_name, "Somebody")
        self.assertEqual(set(self.bills.charge_ids.mapped("state")), {"paid"})

    def test_part_and_over(self):
        """Two payments of one home in one go: the second finds what the first has left."""
        rows = self._row(203.0, "WX1") | self._row(10.0, "WX2")
        rows.action_book()
        self.assertEqual(set(self.bills.charge_ids.mapped("state")), {"paid"})
        self.assertEqual(sum(rows.receipt_id.mapped("amount_prepaid")), 8.0)
        self.assertEqual(self.unit.prepaid, 8.0)

    def test_the_same_transaction_twice(self):
        self._row()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._row()
        self._row(journal_id=self._journal("alipay").id)

    def test_booked_again(self):
        row = self._row()
        row.action_book()
        receipt = row.receipt_id
        row.action_book()
        self.assertEqual(row.receipt_id, receipt)
        self.assertEqual(
            self.env["property.receipt"].search_count([("unit_id", "=", self.unit.id)]), 1
        )
        with self.assertRaises(UserError):
            row.action_ignore()

    def test_without_a_home(self):
        row = self._row(unit_id=False)
        with self.assertRaisesRegex(UserError, "choose the home"):
            row.action_book()
        ready = self._row(ref="WX2")
        (row | ready).action_book()
        self.assertEqual((row.state, ready.state), ("waiting", "booked"))

    def test_home_without_payer(self):
        row = self._row(unit_id=self._make_unit("102", owner=False).id)
        with self.assertRaisesRegex(UserError, "nobody who pays"):
            row.action_book()

    def test_home_of_another_estate(self):
        other = self._make_estate("Hill", "HL")
        building = self.env["property.building"].create({"name": "1栋", "estate_id": other.id})
        unit = self._make_unit("101", building=building)
        with self.assertRaises(ValidationError):
            self._row(user="administrator", unit_id=unit.id)

    def test_parking_space_stands_for_its_home(self):
        space = self._make_space("B001", self.unit)
        row = self._row(unit_id=space.id)
        row.action_book()
        self.assertEqual(row.receipt_id.unit_id, self.unit)
        self.assertEqual(set(self.bills.charge_ids.mapped("state")), {"paid"})

    def test_debts_of_a_former_owner_are_left_alone(self):
        """What the seller owes stays with him (handbook B H13)."""
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 11, 19), [(buyer, None)], "sale")
        row = self._row()
        row.action_book()
        self.assertEqual(set(self.bills.charge_ids.mapped("state")), {"open"})
        self.assertEqual(row.receipt_id.amount_prepaid, 205.0)
        self.assertEqual(row.receipt_id.partner_id, buyer)

    def test_day_that_is_closed_meanwhile(self):
        """A statement comes after the day it is of: then the receipt is of today."""
        self.env["property.day.closing"].create(
            {"estate_id": self.estate.id, "date": date(2026, 11, 18)}
        ).action_close()
        row = self._row()
        row.action_book()
        self.assertEqual(row.receipt_id.date, date(2026, 11, 20))
        self.assertEqual(row.date, date(2026, 11, 18))

    def test_ignore_and_take_back(self):
        row = self._row()
        row.action_ignore()
        self.assertEqual(row.state, "ignored")
        row.action_book()
        self.assertEqual(row.state, "ignored")
        row.action_wait()
        row.action_book()
        self.assertEqual(row.state, "booked")

    def test_what_the_bank_says_is_not_changed(self):
        row = self._row()
        for values in (
            {"amount": 300.0},
            {"external_ref": "WX9"},
            {"date": date(2026, 11, 1)},
            {"state": "booked"},
        ):
            with self.assertRaises(UserError):
                row.write(values)
        row.action_book()
        with self.assertRaises(UserError):
            row.unit_id = self._make_unit("103")
