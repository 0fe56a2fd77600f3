# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .campaign_case import CampaignCase

#: what a campaign must still say after its personal answers are gone
FIGURES = (
    *("sample_count", "sent_count", "returned_count", "valid_count", "return_rate", "valid_rate"),
    *("valid_return_rate", "counted_valid", "total_grade", "total_index", "total_overall"),
    *("score", "band", "target_met", "check_count", "check_open_count", "untrue_count"),
)


@tagged("post_install", "-at_install")
class TestCampaignRetention(CampaignCase):
    """Personal answers go after the years of keeping, figures stay (handbook B F5, §10)."""

    def _closed(self, **values):
        campaign = self._running(**values)
        with freeze_time("2026-03-20 04:00:00"):
            for number, form in enumerate(campaign.form_ids[:10]):
                form.with_user(self.users["staff"]).action_return()
                answers = {"worst": f"8栋{number}室漏水"}
                campaign._enter(
                    self._codes(1 + number % 4), answers, None if campaign.anonymous else form
                )
            campaign.action_verify()
            campaign.check_ids.with_user(self.users["supervisor"]).action_genuine()
        with freeze_time("2026-03-29 04:00:00"):
            campaign.with_user(self.users["staff"]).action_close()
        self.env.invalidate_all()
        return campaign

    def _facts(self, campaign):
        """Return all figures a campaign shows."""
        self.env.invalidate_all()
        rows = campaign.result_ids.read(["name", "counts", "valid", "rate", "met"])
        opinions = self.env["property.survey.opinion"]._read_group(
            [("campaign_id", "=", campaign.id)], ["question", "category_id"], ["__count"]
        )
        return [campaign.read(FIGURES), rows, campaign._buildings(), opinions]

    def _cron(self, day):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("property_survey.ir_cron_survey_retention").method_direct_trigger()
        self.env.invalidate_all()

    def _answers(self, campaign):
        return (
            self.env["survey.user_input"]
            .sudo()
            .with_context(active_test=False)
            .search([("survey_id", "=", campaign.sudo().survey_id.id)])
        )

    def test_not_before_its_time(self):
        campaign = self._closed()
        self._cron("2029-03-28")
        self.assertFalse(campaign.personal_removed_date)
        self.assertEqual(len(self._answers(campaign)), 10)

    def test_answers_go_and_figures_stay(self):
        for anonymous in (False, True):
            with self.subTest(anonymous=anonymous):
                campaign = self._closed(anonymous=anonymous)
                before = self._facts(campaign)
                self.assertEqual(campaign.valid_count, 10)
                self._cron("2029-04-01")
                self.assertEqual(str(campaign.personal_removed_date), "2029-04-01")
                self.assertFalse(campaign.form_ids)
                self.assertFalse(self._answers(campaign))
                self.assertFalse(campaign._roll())
                texts = set(campaign.opinion_ids.mapped("text"))
                self.assertEqual(texts, {"Removed after the time of keeping"})
                self.assertEqual(self._facts(campaign), before)
                message = campaign.message_ids[0].body
                self._cron("2029-05-01")
                self.assertEqual(campaign.message_ids[0].body, message, "removed once")
                self.env["property.survey.campaign"].browse(campaign.id).sudo()._with_move().write(
                    {"state": "cancelled"}
                )

    def test_nothing_of_a_household_is_left(self):
        campaign = self._closed()
        people = campaign.form_ids.partner_id
        self._cron("2029-04-01")
        self.env.cr.execute(
            "SELECT count(*) FROM survey_user_input_line WHERE value_text_box LIKE '8栋%'"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.env.cr.execute("SELECT count(*) FROM property_survey_opinion WHERE text LIKE '8栋%'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        left = self.env["property.survey.form"].search([("partner_id", "in", people.ids)])
        self.assertFalse(left)

    def test_years_are_a_setting(self):
        self._set_parameter("survey_retention_years", "1", self.estate)
        campaign = self._closed()
        self._cron("2027-04-01")
        self.assertTrue(campaign.personal_removed_date)
        self._set_parameter("survey_retention_years", "0", self.estate)
        other = self._closed(date_start="2026-03-12", seed=9)
        self._cron("2046-04-01")
        self.assertFalse(other.personal_removed_date)

    def test_running_ones_stay(self):
        campaign = self._running()
        self._cron("2032-04-01")
        self.assertFalse(campaign.personal_removed_date)
        self.assertTrue(campaign.form_ids)

    def test_papers_and_index_still_work(self):
        campaign = self._closed()
        score = campaign._satisfaction(self.estate, campaign.closed_date.date())
        self._cron("2029-04-01")
        self.assertEqual(campaign._satisfaction(self.estate, campaign.closed_date.date()), score)
        for key in ("forms", "checks", "returns", "items", "rates"):
            register = self.env[f"property.register.survey.{key}"].with_user(self.users["staff"])
            self.assertTrue(register._render_xlsx({"res_ids": campaign.ids}).startswith(b"PK"), key)
        with self.assertRaises(UserError):
            campaign.with_user(self.users["manager"]).kept_figures = {}
