# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.property_survey.models.campaign.property_survey_count import _rate, item_figures

from .campaign_case import CampaignCase

#: (answers, points, satisfied, dissatisfied, unrated) of the item 清洁 in handbook B F5
CLEANING = [
    (98, 100, True, False, False),
    (71, 80, True, False, False),
    (24, 60, False, False, False),
    (9, 30, False, True, False),
    (0, 0, False, True, False),
    (3, 0, False, False, True),
]


@tagged("post_install", "-at_install")
class TestCampaignFigures(CampaignCase):
    """The formulas against the handbook's numbers, and their cost."""

    def test_rates_of_return(self):
        self.assertEqual(_rate(211, 248), 85.08)
        self.assertEqual(_rate(205, 211), 97.16)
        self.assertEqual(_rate(205, 248), 82.66)
        self.assertEqual(_rate(1, 0), 0)

    def test_item_of_the_handbook(self):
        found = item_figures(CLEANING)
        self.assertEqual((found["valid"], found["unrated"]), (202, 3))
        self.assertEqual(found["rate_grade"], 83.66)
        self.assertEqual(found["rate_complement"], 95.54)
        self.assertEqual(found["score_index"], 85.10)
        self.assertEqual(item_figures([(0, 100, True, False, False)])["score_index"], 0)

    def test_ten_points(self):
        grades = [(2, 9, True, False, False), (1, 6, False, False, False)]
        self.assertEqual(item_figures(grades, ten_point=True)["score_index"], 80.0)

    def test_totals(self):
        other = item_figures([(10, 100, True, False, False), (10, 30, False, True, False)])
        nobody = item_figures([(0, 100, True, False, False)])
        campaigns = self.env["property.survey.campaign"]
        totals = campaigns._totals([(60, item_figures(CLEANING)), (40, other), (5, nobody)])
        self.assertEqual(totals["total_grade"], 70.2)  # (60 x 83.66 + 40 x 50) / 100
        self.assertEqual(totals["total_complement"], 72.77)  # (95.54 + 50) / 2
        self.assertEqual(totals["total_index"], 77.06)  # (60 x 85.10 + 40 x 65) / 100
        self.assertEqual(totals["total_overall"], 80.63)  # 179 / 222

    def _fill(self, campaign, answers):
        """Write the answers with a name directly: a list of codes of one grade or None."""
        cr = self.env.cr
        survey = campaign.sudo().survey_id
        self.env.flush_all()
        questions = survey.question_ids.filtered("property_item_id")
        for form, code in zip(campaign.form_ids, answers, strict=False):
            form._move_to("returned_valid")
            self.env.flush_all()
            cr.execute(
                "INSERT INTO survey_user_input (survey_id, state, access_token, property_form_id,"
                " end_datetime) VALUES (%s, 'done', gen_random_uuid()::text, %s, now())"
                " RETURNING id",
                [survey.id, form.id],
            )
            answer = cr.fetchone()[0]
            cr.execute(
                "INSERT INTO survey_user_input_line (user_input_id, question_id, survey_id,"
                " answer_type, suggested_answer_id) SELECT %s, question.id, %s, 'suggestion',"
                " choice.id FROM survey_question question JOIN survey_question_answer choice"
                " ON choice.question_id = question.id JOIN property_survey_grade grade"
                " ON grade.id = choice.property_grade_id"
                " WHERE question.id = ANY(%s) AND grade.sequence = %s",
                [answer, survey.id, questions.ids, code * 10],
            )

    def test_campaign_of_the_handbook(self):
        """248 forms out, 211 back, 205 of them valid; each item as 清洁 of the handbook."""
        for number in range(13, 249):
            self._make_unit(f"{1000 + number}")
        campaign = self._running()
        self.assertEqual(campaign.sent_count, 248)
        blank = [None] * 6
        answers = [1] * 98 + [2] * 71 + [3] * 24 + [4] * 9 + [6] * 3 + [9] * len(blank)
        self._fill(campaign, answers)
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        self.assertEqual(
            (campaign.sent_count, campaign.returned_count, campaign.valid_count), (248, 211, 205)
        )
        self.assertEqual(
            (campaign.return_rate, campaign.valid_rate, campaign.valid_return_rate),
            (85.08, 97.16, 82.66),
        )
        row = campaign.result_ids[0]
        self.assertEqual(
            (row.rate_grade, row.rate_complement, row.score_index), (83.66, 95.54, 85.10)
        )
        for method, score in (
            ("grade", 83.66),
            ("complement", 95.54),
            ("index", 85.10),
            ("overall", 83.66),
        ):
            campaign.sudo().with_context(tracking_disable=True)._with_move().method = method
            self.assertEqual(campaign.score, score, method)
        found = campaign._satisfaction(self.estate, date(2026, 3, 1))
        self.assertEqual(found, {self.estate: (83.66, 205)})
        self.assertEqual(campaign._satisfaction(self.estate, date(2026, 4, 1)), {})
        index = self.env["property.satisfaction"]._count(self.estate, date(2026, 3, 31))
        action = index.line_ids.filtered(lambda line: line.source == "survey").action_open()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), campaign)
        self.assertEqual(campaign.valid_count, 205)
        self._registers(campaign)

    def _registers(self, campaign):
        for key in ("forms", "returns", "items", "rates", "report"):
            register = self.env[f"property.register.survey.{key}"].with_user(self.users["staff"])
            options = {"res_ids": campaign.ids}
            self.assertGreater(len(register._content(options)["sections"]), 0)
            self.assertTrue(register._render_xlsx(options).startswith(b"PK"), key)
            action = campaign.with_context(survey_register=key).action_download_register()
            self.assertIn(f"property.register.survey.{key}", action["url"])
        row = campaign._buildings()[0]
        self.assertEqual((row["households"], row["sent"], row["returned"]), (248, 248, 211))

    def test_blank_answers_and_the_last_one(self):
        campaign = self._running()
        forms = campaign.form_ids
        with freeze_time("2026-03-15 04:00:00"):
            third = self.item_count // 3
            for form, blanks in ((forms[0], third), (forms[1], third + 1)):
                form.action_return()
                campaign._enter(self._codes(1, blanks), form=form)
            forms[2].action_return()
            campaign._enter(self._codes(4), form=forms[2])
        with freeze_time("2026-03-16 04:00:00"):
            campaign._enter(self._codes(1), form=forms[2])
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        self.assertEqual(
            forms[:3].mapped("state"), ["returned_valid", "returned_invalid", "returned_valid"]
        )
        self.assertEqual(campaign.score, 100)
        self.assertEqual(campaign.result_ids[0].valid, 2)

    def test_put_aside_by_the_supervisor(self):
        campaign = self._running()
        form = campaign.form_ids[0]
        with freeze_time("2026-03-15 04:00:00"):
            form.action_return()
            campaign._enter(self._codes(1), form=form)
            form.with_user(self.users["supervisor"])._take_step("invalid", "Filled in by staff")
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        self.assertEqual(campaign.result_ids[0].valid, 0)

    def test_comparison_with_last_time(self):
        first = self._running()
        with freeze_time("2026-03-15 04:00:00"):
            for form in first.form_ids:
                form.action_return()
                first._enter(self._codes(4), form=form)
            first.action_close()
            first.action_analyse()
        with freeze_time("2026-06-12 04:00:00"):
            second = self._campaign(date_start=date(2026, 6, 12))
            self._approve(second)
            second.action_distribute()
            second.form_ids.action_send()
            second.action_collect()
            for form in second.form_ids:
                form.action_return()
                second._enter(self._codes(1), form=form)
            second.action_close()
        self.assertEqual(second.previous_id, first)
        self.assertEqual(second.score_change, 100)
        self.assertEqual(second.result_ids[0].change, 100)

    def test_five_thousand_answers_in_few_queries(self):
        campaign = self._running()
        survey = campaign.sudo().survey_id
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH made AS (
                INSERT INTO survey_user_input (survey_id, state, access_token)
                SELECT %(survey)s, 'done', gen_random_uuid()::text FROM generate_series(1, 5000)
                RETURNING id
            )
            INSERT INTO survey_user_input_line (user_input_id, question_id, survey_id, answer_type,
                                                suggested_answer_id)
            SELECT made.id, question.id, %(survey)s, 'suggestion',
                   (SELECT id FROM survey_question_answer choice
                     WHERE choice.question_id = question.id ORDER BY sequence
                    OFFSET made.id %% 3 LIMIT 1)
              FROM made, survey_question question
             WHERE question.survey_id = %(survey)s AND question.property_item_id IS NOT NULL
            """,
            {"survey": survey.id},
        )
        self.env.cr.execute("ANALYZE survey_user_input, survey_user_input_line")
        campaign.env.invalidate_all()
        with self.assertQueryCount(60):
            campaign.sudo()._mark_invalid_answers()
            campaign.sudo()._count()
            self.env.flush_all()
        self.assertEqual(campaign.counted_valid, 5000)
        self.assertEqual(sum(campaign.result_ids.mapped("valid")), 5000 * self.item_count)
