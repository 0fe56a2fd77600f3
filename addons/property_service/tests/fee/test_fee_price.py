# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestFeePrice(PropertyCase):
    """Price standards (handbook B H1): approved by another, never edited, no overlap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls.accountant = cls.users["accountant"]

    def _draft(self, price=2.85, **values):
        return (
            self._make_price(self.item, price, approve=False, **values)
            .with_user(self.accountant)
            .with_context(tracking_disable=True)
        )

    def test_approved_by_another(self):
        price = self._draft()
        price.action_submit()
        self.assertEqual(price.state, "waiting")
        approval = price.sudo().approval_ids
        with self.assertRaises(AccessError):
            approval.with_user(self.accountant).action_approve()
        with self.assertRaises(AccessError):
            approval.with_user(self.users["manager"]).action_approve()
        approval.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(price.state, "approved")
        self.assertEqual(price.approved_by_id, self.users["administrator"])

    def test_nobody_approves_his_own(self):
        price = self._draft().with_user(self.users["administrator"])
        price.action_submit()
        with self.assertRaises(AccessError):
            price.approval_ids.action_approve()

    def test_refused(self):
        price = self._draft()
        price.action_submit()
        price.sudo().approval_ids.with_user(self.users["administrator"])._refuse("too high")
        self.assertEqual(price.state, "draft")
        price.price = 2.5
        price.action_submit()
        self.assertEqual(price.state, "waiting")

    def test_withdrawn(self):
        price = self._draft()
        price.action_submit()
        with self.assertRaises(UserError):
            price.price = 1.0
        price.action_withdraw()
        self.assertEqual(price.sudo().approval_ids.state, "withdrawn")
        price.price = 1.0
        price.action_submit()
        price.action_cancel()
        self.assertEqual(set(price.sudo().approval_ids.mapped("state")), {"withdrawn"})
        self.assertEqual(price.state, "cancelled")

    def test_state_is_not_written(self):
        price = self._draft()
        with self.assertRaises(UserError):
            price.state = "approved"
        with self.assertRaises(UserError):
            self._draft(state="approved")

    def test_never_edited_after_approval(self):
        price = self._draft()
        price.sudo()._approve_now()
        for values in (
            {"price": 1.0},
            {"date_start": date(2021, 1, 1)},
            {"item_id": self._make_item("X", "X").id},
            {"type_id": self.type_shop.id},
        ):
            with self.assertRaises(UserError):
                price.write(values)
        with self.assertRaises(UserError):
            price.unlink()

    def test_end(self):
        price = self._draft()
        price.sudo()._approve_now()
        self._make_unit("101")
        self._bill()
        with self.assertRaisesRegex(UserError, "has been charged until 2026-11-30"):
            price.date_end = date(2026, 11, 15)
        price.date_end = date(2026, 11, 30)
        with self.assertRaisesRegex(UserError, "approved until"):
            price.date_end = date(2027, 12, 31)
        with self.assertRaisesRegex(UserError, "approved until"):
            price.date_end = False
        with self.assertRaisesRegex(UserError, "has been charged"):
            price.action_cancel()

    def test_new_version_follows_the_old_one(self):
        price = self._draft()
        price.sudo()._approve_now()
        price.date_end = date(2026, 11, 30)
        action = price.action_new_version()
        new = (
            self.env["property.fee.price"].with_context(**action["context"]).create({"price": 3.0})
        )
        self.assertEqual(new.date_start, date(2026, 12, 1))
        self.assertEqual((new.type_id, new.item_id), (price.type_id, price.item_id))
        new._approve_now()
        new.flush_recordset()

    def test_overlap(self):
        self._make_price(self.item, 2.85, date_end=date(2026, 11, 30))
        for values in (
            {"date_start": date(2026, 11, 30)},
            {"date_start": date(2019, 1, 1)},
            {"date_start": date(2019, 1, 1), "date_end": date(2020, 1, 1)},
        ):
            price = self._make_price(self.item, 3.0, approve=False, **values)
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                price._approve_now()
                price.flush_recordset()
        self._make_price(self.item, 3.0, date_start=date(2026, 12, 1)).flush_recordset()
        self._make_price(self.item, 3.0, unit_type=self.type_shop).flush_recordset()

    def test_own_price_needs_a_reason(self):
        unit = self._make_unit("101")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._make_price(self.item, 2.0, unit_id=unit.id)

    def test_for_type_or_unit(self):
        unit = self._make_unit("101")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._make_price(
                self.item,
                2.0,
                unit_id=unit.id,
                type_id=self.type_home.id,
                override_reason="both",
            )

    def test_stage(self):
        price = self._draft(date_start=date(2020, 1, 1), date_end=date(2020, 12, 31))
        self.assertEqual(price.stage, "expired")
        price.date_end = date(2999, 12, 31)
        self.assertEqual(price.stage, "effective")
        price.date_start = date(2999, 1, 1)
        self.assertEqual(price.stage, "future")
