# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaign(HttpCase, CampaignCase):
    """A campaign from plan to end, and everything households and staff may not do."""

    def test_states_only_by_steps(self):
        campaign = self._campaign()
        with self.assertRaises(UserError):
            campaign.with_user(self.users["staff"]).write({"state": "closed"})
        with self.assertRaises(UserError):
            campaign.action_distribute()
        campaign.with_user(self.users["staff"]).action_request()
        with self.assertRaises(AccessError):
            campaign.approval_ids.with_user(self.users["staff"]).action_approve()
        campaign.approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual(campaign.state, "approved")
        with self.assertRaises(UserError):
            campaign.with_user(self.users["staff"]).write({"anonymous": True})

    def test_no_code_of_an_archived_survey_is_met(self):
        """Odoo draws a random code and looks at surveys in use only: an old one may have it."""
        template = self.env.ref("property_survey.template_opinion")
        old = self.env["survey.survey"].create({"title": "Old", "session_code": "1000"})
        old.active = False
        with patch("random.randint", return_value=1000):
            survey = template._make_survey("New")
        survey.flush_recordset()
        self.assertFalse(survey.session_code)

    def test_dates_of_the_scenario(self):
        """Handbook B §11.9: sent 12 March, back 27 March, summary 5 April, originals 15 April."""
        campaign = self._campaign(
            kind="opinion", template_id=self.env.ref("property_survey.template_opinion").id
        )
        self.assertEqual(campaign.date_return, date(2026, 3, 27))
        self.assertEqual(campaign.date_report, date(2026, 4, 5))
        self.assertEqual(campaign.date_originals, date(2026, 4, 15))
        self.assertEqual(self._campaign(date_start="2026-12-11").date_report, date(2027, 1, 5))

    def test_weights_must_be_complete(self):
        template = self.template.copy({"name": "Odd"})
        template.section_ids[0].weight = 30
        campaign = self._campaign(template_id=template.id)
        with self.assertRaises(UserError):
            campaign.action_request()

    def test_household_answers_once(self):
        campaign = self._running()
        form = campaign.form_ids[0]
        with freeze_time("2026-03-15 04:00:00"):
            self.assertIsNone(campaign._refusal(form))
            answer = campaign._answer_of(form)
            self.assertEqual(campaign._answer_of(form), answer)
            answer._mark_done()
            self.assertEqual(
                (form.state, form.returned_date), ("returned_valid", date(2026, 3, 15))
            )
            self.assertEqual(campaign._refusal(form), "answered")
            with self.assertRaises(UserError):
                answer.survey_id._create_answer(check_attempts=False)
            with self.assertRaises(UserError):
                form.action_return()

    def test_nobody_answers_too_late_or_after_moving_out(self):
        campaign = self._running()
        form, other = campaign.form_ids[:2]
        with freeze_time("2026-03-27 15:59:00"):
            self.assertIsNone(campaign._refusal(form))
            answer = campaign._answer_of(form)
            self.assertIsNone(campaign._refusal_of_answer(answer))
        with freeze_time("2026-03-27 16:01:00"):
            self.assertEqual(campaign._refusal(form), "closed")
            self.assertEqual(campaign._refusal_of_answer(answer), "closed")
            with self.assertRaises(UserError):
                other.action_return()
        other.unit_id.occupancy_ids._end(date(2026, 3, 13), "sold")
        self._make_occupancy(
            other.unit_id,
            self.env["res.partner"].create({"name": "Buyer"}),
            date_start=date(2026, 3, 14),
        )
        with freeze_time("2026-03-15 04:00:00"):
            self.assertEqual(campaign._refusal(other), "moved")

    def test_extension_once_and_up_to_a_week(self):
        campaign = self._running()
        with freeze_time("2026-03-20 04:00:00"):
            answer = campaign._answer_of(campaign.form_ids[0])
            for days in (0, 8):
                with self.assertRaises(UserError):
                    campaign._extend(days)
            campaign._extend(7)
            self.assertEqual(campaign.date_return, date(2026, 4, 3))
            self.assertEqual(answer.deadline, campaign._deadline_moment())
            with self.assertRaises(UserError):
                campaign._extend(1)

    def test_reminders_once_per_step(self):
        campaign = self._running()
        campaign.form_ids[0].partner_id.email = "a@example.com"
        campaign.form_ids.way = "portal"
        mails = self.env["mail.mail"]
        before = mails.search_count([])
        for moment, sent in (
            ("2026-03-13 04:00:00", 0),
            ("2026-03-20 04:00:00", 1),
            ("2026-03-21 04:00:00", 1),
            ("2026-03-25 04:00:00", 2),
            ("2026-03-26 04:00:00", 2),
        ):
            with freeze_time(moment):
                campaign._calendar_step()
            self.assertEqual(mails.search_count([]) - before, sent, moment)

    def test_phone_answers_are_few(self):
        campaign = self._running()
        with freeze_time("2026-03-15 04:00:00"), self.assertRaises(UserError):
            campaign.form_ids[0].action_return_phone()
        self.env["property.parameter.value"].create(
            {
                "parameter_id": self.env.ref("property_survey.parameter_survey_phone_ratio").id,
                "value": "10",
            }
        )
        with freeze_time("2026-03-15 04:00:00"):
            campaign.form_ids[0].action_return_phone()
            with self.assertRaises(UserError):
                campaign.form_ids[1].action_return_phone()

    def test_paper_answers_are_keyed_in(self):
        campaign = self._running()
        staff = self.users["staff"]
        entries = self.env["property.survey.entry"].with_user(staff)
        line = {"form_id": campaign.form_ids[0].id, "codes": "1" * self.item_count}
        with freeze_time("2026-03-15 04:00:00"):
            for codes in ("11", "9" * self.item_count, "x" * self.item_count):
                bad = entries.create(
                    {
                        "campaign_id": campaign.id,
                        "line_ids": [Command.create({**line, "codes": codes})],
                    }
                )
                with self.assertRaises(UserError):
                    bad.action_save()
            entries.create(
                {"campaign_id": campaign.id, "line_ids": [Command.create(line)]}
            ).action_save()
        self.assertEqual(campaign.form_ids[0].state, "returned_valid")
        self.assertEqual(campaign.form_ids[0].collector_id, staff)

    def test_closing_waits_for_households(self):
        campaign = self._running()
        with freeze_time("2026-03-20 04:00:00"), self.assertRaises(UserError):
            campaign.action_close()
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        self.assertEqual(set(campaign.form_ids.mapped("state")), {"not_returned"})
        self.assertFalse(campaign.sudo().survey_id.active)

    def test_to_the_end(self):
        campaign = self._running()
        with freeze_time("2026-03-15 04:00:00"):
            staff = campaign.with_user(self.users["staff"])
            for form in staff.form_ids:
                form.action_return()
                staff._enter(self._codes(4), {"advice": "Wash the stairs"}, form)
            staff.action_close()
        self.assertEqual(campaign.opinion_ids.mapped("text"), ["Wash the stairs"] * 12)
        self.assertFalse(campaign.target_met)
        campaign.with_user(self.users["supervisor"]).action_analyse()
        campaign.with_user(self.users["supervisor"]).action_report()
        campaign.with_user(self.users["supervisor"]).action_improve()
        self.assertEqual(campaign.corrective_count, self.item_count)
        manager = campaign.with_user(self.users["manager"])
        with self.assertRaises(UserError):
            manager.action_finish()
        manager.published = True
        with self.assertRaises(UserError):
            manager.action_finish()
        campaign.corrective_ids._with_move().write({"state": "closed"})
        manager.action_finish()
        self.assertEqual(campaign.state, "finished")

    def test_report_and_summary_are_asked_for(self):
        campaign = self._running()
        campaign.estate_id.user_ids |= self.users["supervisor"] | self.users["manager"]
        with freeze_time("2026-04-02 04:00:00"):
            campaign._calendar_step()
            campaign._calendar_step()
        due = campaign.activity_ids.filtered(lambda row: row.date_deadline == date(2026, 4, 5))
        self.assertEqual(len(due.user_id), len(due))
        self.assertIn(self.users["supervisor"], due.user_id)
        with freeze_time("2027-01-02 04:00:00"):
            self.env["property.survey.campaign"]._ask_yearly_summary()
            self.env["property.survey.campaign"]._ask_yearly_summary()
        due = campaign.activity_ids.filtered(lambda row: row.date_deadline == date(2027, 1, 5))
        self.assertIn(self.users["manager"], due.user_id)
        self.assertEqual(len(due), len(due.user_id))

    def test_page_of_a_household(self):
        campaign = self._running()
        form = campaign.form_ids[0]
        with freeze_time("2026-03-15 04:00:00"):
            page = self.url_open(f"/property/survey/{form.access_token}")
            self.assertIn("Fill in the questionnaire", page.text)
            self.assertEqual(self.url_open("/property/survey/none").status_code, 404)
            answer = campaign._answer_of(form)
            url = f"/survey/{answer.survey_id.access_token}/{answer.access_token}"
            self.assertIn(self.template.section_ids[0].name, self._begin(answer))
            form.action_refuse()
            page = self.url_open(f"/property/survey/{form.access_token}")
            self.assertIn("does not take part", page.text)
        with freeze_time("2026-04-15 04:00:00"):
            self.assertIn("This survey is closed", self.url_open(url).text)
            page = self.url_open(f"/property/survey/{campaign.form_ids[1].access_token}")
            self.assertIn("This survey is closed", page.text)

    def _begin(self, answer):
        done = self.make_jsonrpc_request(
            f"/survey/begin/{answer.survey_id.access_token}/{answer.access_token}", {}
        )
        return done[1]["survey_content"]

    def test_other_estates_and_readers(self):
        campaign = self._running()
        staff = campaign.with_user(self.users["staff"])
        with self.assertRaises(UserError):
            staff.write({"total_overall": 100})
        with self.assertRaises(UserError):
            staff.form_ids[0].write({"returned_date": "2026-03-15"})
        with self.assertRaises(AccessError):
            campaign.form_ids.with_user(self.users["reader"]).read(["unit_id"])
        self.assertTrue(campaign.with_user(self.users["reader"]).name)
        other = self._make_estate("Other", "OT")
        self.users["staff"].property_estate_ids = other
        with self.assertRaises(AccessError):
            campaign.with_user(self.users["staff"]).read(["name"])
