# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.property_service.tests.screens import ScreensCase

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignScreens(ScreensCase, CampaignCase):
    """Every menu of surveys and analyses opens for everybody who sees it."""

    addon = "property_survey"

    def test_every_menu_opens(self):
        campaign = self._running()
        with freeze_time("2026-03-15 04:00:00"):
            for form in campaign.form_ids[:3]:
                form.action_return()
                campaign._enter(self._codes(4), {"worst": "Stairs"}, form)
            campaign.action_verify()
            campaign.check_ids.with_user(self.users["supervisor"]).action_genuine()
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        campaign._open_corrective()
        campaign.action_new_analysis()
        self._running(date_start="2026-03-12", name="Open")
        ours = {
            *("property.survey.campaign", "property.survey.form", "property.survey.result"),
            *("property.survey.template", "property.survey.category", "property.survey.analysis"),
            "property.survey.check",
            *("property.corrective.action", "property.survey.cause.starter"),
        }
        self.check_every_menu_opens()
        self.assertFalse(ours & self.empty_screens())

    def test_forms_print(self):
        campaign = self._running()
        for report, record in (
            ("report_survey_form", campaign.form_ids[0]),
            ("report_survey_blank", campaign),
            ("report_survey_notice", campaign),
            ("report_survey_summary", campaign),
        ):
            html = self.env["ir.actions.report"]._render_qweb_html(
                f"property_survey.{report}", record.ids
            )[0]
            self.assertIn(self.estate.name.encode(), html, report)
