# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .repair_case import RepairCase


@tagged("post_install", "-at_install")
class TestRepairPortal(RepairCase, HttpCase):
    """Scenario 21: a tenant files a repair; chargeable work is accepted by the payer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner_user = new_test_user(
            cls.env, "owner_portal", groups="base.group_portal", partner_id=cls.owner.id
        )
        cls.tenant_user = new_test_user(cls.env, "tenant_portal", groups="base.group_portal")
        cls.tenant = cls.tenant_user.partner_id
        cls.tenant.phone = "13900000009"
        cls.unit._start_tenancy(date(2026, 1, 1), cls.tenant)
        cls.other_user = new_test_user(cls.env, "other_portal", groups="base.group_portal")
        cls._make_unit("102", owner=cls.other_user.partner_id)

    def _post(self, path, **data):
        page = self.url_open("/my/repairs")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(path, data={"csrf_token": token, **data})

    def test_scenario_21_tenant_and_payer(self):
        self.authenticate("tenant_portal", "tenant_portal")
        page = self._post(
            "/my/repairs/new",
            unit_id=self.unit.id,
            description="The tap drips",
            category_id=self.sanitary.id,
        )
        self.assertEqual(page.status_code, 200)
        repair = self.env["property.repair"].search([("portal_user_id", "=", self.tenant_user.id)])
        self.assertEqual((repair.state, repair.channel), ("accepted", "portal"))
        self.assertEqual(repair.partner_id, self.tenant)
        self.assertEqual(repair.payer_id, self.owner, "the owner is registered as payer")
        mine = self._on_site(repair)
        mine.line_ids = self._lines()
        mine.action_quote()
        page = self.url_open(f"/my/repairs/{repair.id}")
        self.assertIn("78.00", page.text)
        self.assertNotIn(f"/my/repairs/{repair.id}/agree", page.text)
        page = self._post(f"/my/repairs/{repair.id}/agree")
        self.assertEqual(repair.state, "quoted", "the tenant cannot agree for the payer")
        mine.quote_partner_id = self.tenant
        mine.quote_signature = b"R0lGODlhAQABAAAAACw="
        with self.assertRaisesRegex(UserError, "has to agree"):
            mine.action_agree()
        self.authenticate("owner_portal", "owner_portal")
        page = self.url_open(f"/my/repairs/{repair.id}")
        self.assertIn(f"/my/repairs/{repair.id}/agree", page.text)
        self._post(f"/my/repairs/{repair.id}/agree")
        self.assertEqual((repair.state, repair.agreed_way), ("on_site", "portal"))
        self.assertEqual(repair.agreed_by_id, self.owner)
        mine.solution = "New seal"
        mine.action_done()
        self.authenticate("tenant_portal", "tenant_portal")
        self._post(f"/my/repairs/{repair.id}/confirm", rate="5", opinion="Very quick")
        # a rating by the portal counts as the callback (handbook B B1): nothing is left to do
        self.assertEqual((repair.state, repair.accepted_way), ("closed", "portal"))
        self.assertEqual((repair.satisfaction, repair.rating_last_value), ("A", 5.0))
        self.assertEqual(repair.charge_ids.partner_id, self.owner)

    def test_own_units_only(self):
        repair = self._accepted()
        self.authenticate("other_portal", "other_portal")
        self.assertEqual(self.url_open(f"/my/repairs/{repair.id}").status_code, 404)
        self.assertNotIn(repair.number, self.url_open("/my/repairs").text)
        self._post("/my/repairs/new", unit_id=self.unit.id, description="Not mine")
        self.assertFalse(
            self.env["property.repair"].search([("portal_user_id", "=", self.other_user.id)])
        )
        self.assertEqual(self._post(f"/my/repairs/{repair.id}/confirm", rate="5").status_code, 404)
        # the owner's own request is not the tenant's business
        self.authenticate("tenant_portal", "tenant_portal")
        self.assertEqual(self.url_open(f"/my/repairs/{repair.id}").status_code, 404)

    def test_no_access_to_records(self):
        for model in ("property.repair", "property.intake", "property.service.price"):
            self.assertFalse(self.env[model].with_user(self.owner_user).has_access("read"), model)

    def test_gone_with_the_home(self):
        repair = self._accepted(partner_id=self.tenant.id)
        self.authenticate("tenant_portal", "tenant_portal")
        self.assertEqual(self.url_open(f"/my/repairs/{repair.id}").status_code, 200)
        self.unit._end_tenancy(date(2026, 2, 1))
        self.assertEqual(self.url_open(f"/my/repairs/{repair.id}").status_code, 404)

    def test_objection_makes_a_rework(self):
        repair = self._accepted(partner_id=self.tenant.id)
        self._done(repair)
        self.authenticate("tenant_portal", "tenant_portal")
        self._post(f"/my/repairs/{repair.id}/object", reason="Still drips")
        self.assertEqual(repair.state, "rework")
        self.assertEqual(repair.rework_ids.state, "accepted")

    def test_photo(self):
        self.authenticate("tenant_portal", "tenant_portal")
        page = self.url_open("/my/repairs")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, "unit_id": self.unit.id, "description": "Look"}
        for kind, count in (("image/png", 1), ("text/html", 1)):
            self.url_open("/my/repairs/new", data=data, files={"photos": ("a.png", b"x", kind)})
            repairs = self.env["property.repair"].search(
                [("portal_user_id", "=", self.tenant_user.id)]
            )
            self.assertEqual(len(repairs.photo_before_ids), count)
        self.assertEqual(repairs.photo_before_ids.res_id, repairs.id)
