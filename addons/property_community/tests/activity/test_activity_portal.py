# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityPortal(ActivityCase, HttpCase):
    """Residents sign up, withdraw and rate by their own page, for their own homes only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resident = new_test_user(cls.env, "resident", groups="base.group_portal", lang="en_US")
        cls.home = cls._make_unit("801", owner=cls.resident.partner_id)
        cls.stranger = new_test_user(cls.env, "stranger", groups="base.group_portal", lang="en_US")

    def _post(self, path, **values):
        values["csrf_token"] = Request.csrf_token(self)
        return self.url_open(path, data=values)

    def test_resident_signs_up_and_withdraws(self):
        event = self._make_event()
        self.authenticate("resident", "resident")
        page = self.url_open("/my/activities")
        self.assertIn("Mid-autumn evening", page.text)
        page = self.url_open(f"/my/activities/{event.id}")
        self.assertIn("801", page.text)
        self._post(f"/my/activities/{event.id}/sign_up", unit_id=self.home.id, name_0="Wang")
        row = event.registration_ids
        self.assertEqual((row.name, row.unit_id, row.state), ("Wang", self.home, "open"))
        page = self._post(f"/my/activities/{event.id}/sign_up", unit_id=self.home.id, name_0="Wang")
        self.assertIn("已经报名", page.text)
        page = self._post(
            f"/my/activities/{event.id}/sign_up",
            unit_id=self.home.id,
            name_0="Kid",
            age_0="child",
        )
        self.assertIn("未成年", page.text)
        self._post(f"/my/activities/{event.id}/withdraw/{row.id}")
        self.assertEqual(row.state, "cancel")

    def test_not_for_other_homes(self):
        event = self._make_event()
        self.authenticate("resident", "resident")
        page = self._post(
            f"/my/activities/{event.id}/sign_up", unit_id=self.homes[0].id, name_0="Wang"
        )
        self.assertIn("未登记在您名下", page.text)
        self.assertFalse(event.registration_ids)
        row = self._sign_up(event, self.homes[0])
        page = self._post(f"/my/activities/{event.id}/withdraw/{row.id}")
        self.assertEqual((page.status_code, row.state), (404, "open"))

    def test_strangers_see_nothing(self):
        event = self._make_event()
        self.authenticate("stranger", "stranger")
        self.assertEqual(self.url_open(f"/my/activities/{event.id}").status_code, 404)
        self.assertNotIn("Mid-autumn", self.url_open("/my/activities").text)
        self.authenticate(None, None)
        page = self.url_open(f"/my/activities/{event.id}", allow_redirects=False)
        self.assertIn(page.status_code, (302, 303), "to the login")

    def test_not_announced_is_not_shown(self):
        event = self._make_event("preparing")
        self.authenticate("resident", "resident")
        self.assertEqual(self.url_open(f"/my/activities/{event.id}").status_code, 404)

    def test_rating(self):
        event = self._make_event()
        registrations = self.env["event.registration"]
        row = registrations._sign_up_by_resident(
            self.resident, event.sudo(), self.home.id, [{"name": "Wang"}]
        )
        event.action_start()
        row.action_set_done()
        event.action_finish()
        self.authenticate("resident", "resident")
        self._post(f"/my/activities/{event.id}/rate/{row.id}", rate="4", opinion="Good")
        row.invalidate_recordset()
        self.assertEqual((row.satisfaction, row.opinion), ("4", "Good"))
        self.assertEqual(row.sudo().rating_ids.parent_res_id, event.id)

    def test_moved_out_sees_nothing(self):
        event = self._make_event()
        registrations = self.env["event.registration"]
        self.home.occupancy_ids.with_context(property_occupancy_batch=True).write(
            {"date_end": fields.Date.today() - timedelta(days=1)}
        )
        with self.assertRaises(UserError):
            registrations._sign_up_by_resident(
                self.resident, event.sudo(), self.home.id, [{"name": "Wang"}]
            )
        self.assertFalse(self.env["event.event"]._of_resident(self.resident))
