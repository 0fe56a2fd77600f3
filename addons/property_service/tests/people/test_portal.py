# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import freeze_time

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPortal(PropertyCase, HttpCase):
    """A resident sees his own home, and only while he holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_price(cls._make_item(), 2.0)
        cls.user = new_test_user(cls.env, "resident_1", groups="base.group_portal")
        cls.mine = cls._make_unit("301", 50.0, owner=cls.user.partner_id)
        cls.other = cls._make_unit("302", 77.77)
        cls._bill()

    def page(self):
        self.authenticate("resident_1", "resident_1")
        return self.url_open("/my/homes")

    def test_own_home_only(self):
        page = self.page()
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.mine.full_name, page.text)
        self.assertIn("100.00", page.text)
        self.assertNotIn(self.other.full_name, page.text)
        self.assertNotIn("155.54", page.text)

    def test_no_access_to_records(self):
        for model in ("property.unit", "property.charge", "property.occupancy", "property.receipt"):
            self.assertFalse(self.env[model].with_user(self.user).has_access("read"), model)

    def test_gone_after_the_sale(self):
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        with freeze_time("2026-11-21"):
            self.mine._transfer_ownership(date(2026, 11, 15), [(buyer, 100)], "sale")
        self.assertNotIn(self.mine.full_name, self.page().text)

    def test_tenant_sees_what_he_pays(self):
        tenant = new_test_user(self.env, "tenant_1", groups="base.group_portal")
        self.other._start_tenancy(date(2026, 11, 1), tenant.partner_id)
        self.authenticate("tenant_1", "tenant_1")
        page = self.url_open("/my/homes")
        self.assertIn(self.other.full_name, page.text)
        self.assertNotIn("155.54", page.text, "the owner pays; the tenant need not know")
