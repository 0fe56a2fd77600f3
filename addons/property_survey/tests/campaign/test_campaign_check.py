# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestCampaignCheck(CampaignCase):
    """Some of those who answered are called to see whether they really did (handbook B F4, F5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(13, 34):
            cls.units |= cls._make_unit(f"{100 + number}")

    def _returned(self, **values):
        """Return a campaign 30 of whose 33 forms came back."""
        campaign = self._running(**values)
        campaign.form_ids[:30].with_user(self.users["staff"]).action_return()
        if not campaign.anonymous:
            for form in campaign.form_ids[:30]:
                campaign._enter(self._codes(1), form=form)
        return campaign

    def test_draw(self):
        campaign = self._returned()
        campaign.with_user(self.users["staff"]).action_verify()
        checks = campaign.check_ids
        self.assertEqual(len(checks), 2, "5 % of 30, rounded up")
        self.assertEqual((campaign.check_count, campaign.check_open_count), (2, 2))
        self.assertLessEqual(checks.form_id, campaign.form_ids[:30])
        self.assertFalse(campaign._draw_checks(), "a second draw adds nothing")

    def test_same_seed_same_draw(self):
        places = []
        for _number in range(2):
            campaign = self._returned()
            campaign._draw_checks()
            places.append(campaign.check_ids.form_id.mapped("unit_id.id"))
            campaign.sudo()._with_move().state = "cancelled"
        self.assertEqual(*places)

    def test_share_is_a_setting(self):
        self._set_parameter("survey_verify_share", "20", self.estate)
        campaign = self._returned()
        self.assertEqual(len(campaign._draw_checks()), 6)

    def test_calls_are_made_before_it_is_closed(self):
        campaign = self._returned()
        with freeze_time("2026-03-29 04:00:00"):
            campaign.with_user(self.users["staff"]).action_verify()
            with self.assertRaisesRegex(UserError, "2 verification calls"):
                campaign.with_user(self.users["staff"]).action_close()
            checks = campaign.check_ids.with_user(self.users["supervisor"])
            checks[0].action_genuine()
            checks[1].action_no_contact()
            checks[1].action_genuine()
            self.assertEqual(checks.call_user_id, self.users["supervisor"])
            campaign.with_user(self.users["staff"]).action_close()
        self.assertEqual(campaign.state, "closed")
        self.assertEqual(campaign.valid_count, 30)

    def test_an_untrue_answer_is_put_aside(self):
        campaign = self._returned()
        campaign.action_verify()
        check = campaign.check_ids[0].with_user(self.users["supervisor"])
        action = check.action_untrue()
        self.assertEqual(action["target"], "new")
        check._take_step("untrue", "The guard filled it in")
        self.assertEqual(check.state, "untrue")
        self.assertEqual(check.form_id.state, "returned_invalid")
        self.assertEqual(check.form_id.invalid_reason, "The guard filled it in")
        self.assertIn(self.users["manager"], campaign.activity_ids.user_id)
        campaign.invalidate_recordset()
        self.assertEqual(campaign.untrue_count, 1)
        with self.assertRaises(UserError):
            check.note = "It was right"
        with self.assertRaises(UserError):
            check.action_genuine()

    def test_anonymous_answers_stay_hidden(self):
        campaign = self._returned(anonymous=True)
        campaign.action_verify()
        check = campaign.check_ids[0].with_user(self.users["supervisor"])
        check._untrue("Never saw a form")
        self.assertEqual(check.form_id.state, "returned_valid")
        self.assertEqual(campaign.untrue_count, 1)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_calls(self):
        campaign = self._returned()
        campaign.action_verify()
        check = campaign.check_ids[0]
        with self.assertRaises(AccessError):
            check.with_user(self.users["staff"]).action_genuine()
        other = new_test_user(
            self.env,
            "other_supervisor",
            groups="property_service.group_supervisor",
            company_id=self.company.id,
            property_estate_ids=[Command.set(self.estate.ids)],
        )
        check.form_id.sudo().collector_id = other
        with self.assertRaisesRegex(UserError, "somebody else"):
            check.with_user(other).action_genuine()
        check.with_user(self.users["supervisor"]).action_genuine()
        with self.assertRaises(UserError):
            check.with_user(self.users["supervisor"]).state = "drawn"

    def test_register(self):
        campaign = self._returned()
        campaign.action_verify()
        campaign.check_ids[0].with_user(self.users["supervisor"]).action_genuine()
        register = self.env["property.register.survey.checks"].with_user(self.users["staff"])
        rows = register._rows({"res_ids": campaign.ids})
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[0]["user"], self.users["supervisor"].name)
        self.assertTrue(register._render_xlsx({"res_ids": campaign.ids}).startswith(b"PK"))
        action = campaign.with_context(survey_register="checks").action_download_register()
        self.assertIn("checks", action["url"])
