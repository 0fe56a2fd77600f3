# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from .campaign_case import CampaignCase

_ANSWER_TABLES = ("survey_user_input", "survey_user_input_line")


@tagged("post_install", "-at_install")
class TestCampaignAnonymous(HttpCase, CampaignCase):
    """Nothing in the database leads from an anonymous answer to its household.

    Households answer at known times in a known order; afterwards we try to find out who wrote
    what, with every way of joining that the tables offer.
    """

    def _vote(self, campaign, form, text, user=None):
        """Take a ballot and answer with `text` so that the test knows whose answer it is."""
        number, signature = campaign._take_ballot(form.sudo())
        answer = campaign._answer_of_ballot(number, signature)
        if user:
            answer = answer.with_user(user).sudo()
        answer._mark_in_progress()
        for question in answer.survey_id.question_ids:
            if question.property_item_id:
                answer._save_lines(question, str(question.suggested_answer_ids[0].id))
            elif question.property_open == "advice":
                answer._save_lines(question, text)
        answer._mark_done()
        return number, signature

    def _election(self):
        """Return (campaign, {text of an answer: form}) after all households have answered."""
        campaign = self._running(anonymous=True)
        forms = list(campaign.form_ids)
        random.Random(3).shuffle(forms)
        truth = {}
        for number, form in enumerate(forms):
            user = new_test_user(
                self.env,
                f"resident{number}",
                groups="base.group_portal",
                partner_id=form.partner_id.id,
            )
            form.partner_id.email = f"resident{number}@example.com"
            with freeze_time(f"2026-03-{13 + number} 0{number % 9}:1{number % 6}:0{number % 7}"):
                text = f"ballot {number:02}"
                self._vote(campaign, form, text, user)
                truth[text] = form
                campaign._calendar_step()
        return campaign, truth

    def _rows(self, table, where=None):
        self.env.flush_all()
        where = where or SQL("TRUE")
        return self.env.execute_query_dict(
            SQL("SELECT * FROM %s WHERE %s", SQL.identifier(table), where)
        )

    def _answers(self, campaign):
        """Return {text: (row of the input, its lines)} as the database has them."""
        survey = campaign.sudo().survey_id.id
        inputs = {
            row["id"]: row for row in self._rows("survey_user_input", SQL("survey_id=%s", survey))
        }
        lines = {}
        for row in self._rows("survey_user_input_line", SQL("survey_id=%s", survey)):
            lines.setdefault(row["user_input_id"], []).append(row)
        found = {}
        for number, rows in lines.items():
            text = next(row["value_text_box"] for row in rows if row["value_text_box"])
            found[text] = (inputs[number], rows)
        return found

    def _traces(self, form):
        """Return what could identify a household: ids of people and things, keys, addresses."""
        users = form.partner_id.with_context(active_test=False).user_ids
        return {
            "ids": {
                "partner_id": form.partner_id.id,
                "create_uid": users.id,
                "write_uid": users.id,
                "property_form_id": form.id,
                "unit_id": form.unit_id.id,
            },
            "texts": {
                form.sudo().access_token,
                form.partner_id.email,
                form.partner_id.name,
                form.number,
                users.login,
                form.unit_id.full_name,
            },
        }

    def test_no_value_joins(self):
        """No column of an answer holds anything of its household."""
        campaign, truth = self._election()
        for moment in ("before", "after"):
            answers = self._answers(campaign)
            self.assertEqual(set(answers), set(truth), moment)
            for text, (row, lines) in answers.items():
                traces = self._traces(truth[text])
                for part in (row, *lines):
                    for name, value in traces["ids"].items():
                        self.assertNotEqual(part.get(name), value, (moment, name))
                    values = {value for value in part.values() if isinstance(value, str)}
                    self.assertFalse(values & traces["texts"], moment)
            if moment == "before":
                with freeze_time("2026-03-28 04:00:00"):
                    campaign.action_close()

    def test_authors_times_and_languages_are_all_the_same(self):
        campaign, _truth = self._election()
        for closed in (False, True):
            for row, lines in self._answers(campaign).values():
                for part in (row, *lines):
                    self.assertEqual((part["create_uid"], part["write_uid"]), (1, 1))
                    for name in ("create_date", "write_date", "start_datetime", "end_datetime"):
                        if part.get(name):
                            self.assertEqual(part[name], campaign._blurred_moment(), name)
                for name in ("partner_id", "email", "nickname", "lang_id", "invite_token"):
                    self.assertIsNone(row[name])
            if not closed:
                with freeze_time("2026-03-28 04:00:00"):
                    campaign.action_close()

    def test_no_table_knows_both(self):
        """No row of any table refers to an answer and to a household, its person or its user."""
        campaign, truth = self._election()
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        answers = {row["id"] for row, _lines in self._answers(campaign).values()}
        references = self.env.execute_query(
            SQL(
                """
                SELECT link.conrelid::regclass::text, field.attname
                  FROM pg_constraint link
                  JOIN pg_attribute field ON field.attrelid = link.conrelid
                   AND field.attnum = link.conkey[1]
                 WHERE link.contype = 'f'
                   AND link.confrelid = ANY(ARRAY['survey_user_input'::regclass,
                                                  'survey_user_input_line'::regclass])
                """
            )
        )
        people = {form.partner_id.id for form in truth.values()}
        users = {form.partner_id.user_ids.id for form in truth.values()}
        for table, column in references:
            rows = self._rows(table, SQL("%s = ANY(%s)", SQL.identifier(column), list(answers)))
            for row in rows:
                self.assertNotIn(row.get("partner_id"), people, table)
                self.assertNotIn(row.get("create_uid"), users, table)
                self.assertNotIn(row.get("write_uid"), users, table)
        # nothing by name of model and number either: messages, followers, activities, files
        loose = self.env.execute_query(
            SQL(
                """
                SELECT model.table_name, model.column_name, number.column_name
                  FROM information_schema.columns model
                  JOIN information_schema.columns number USING (table_schema, table_name)
                 WHERE table_schema = current_schema
                   AND model.column_name IN ('model', 'res_model')
                   AND number.column_name = 'res_id' AND number.data_type = 'integer'
                """
            )
        )
        for table, model, number in loose:
            self.env.cr.execute(
                SQL(
                    "SELECT count(*) FROM %s WHERE %s IN ('survey.user_input',"
                    " 'survey.user_input.line') AND %s > 0",
                    SQL.identifier(table),
                    SQL.identifier(model),
                    SQL.identifier(number),
                )
            )
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)

    def test_order_tells_nothing(self):
        """The order of numbers says nothing about who came first, once it is closed."""
        campaign, truth = self._election()
        before = [row["id"] for row, _lines in self._answers(campaign).values()]
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        answers = self._answers(campaign)
        self.assertFalse(set(before) & {row["id"] for row, _lines in answers.values()})
        came = sorted(truth)
        numbered = sorted(came, key=lambda text: answers[text][0]["id"])
        by_lines = sorted(came, key=lambda text: min(row["id"] for row in answers[text][1]))
        # one chance in 12! each that a random order is the true one
        self.assertNotEqual(numbered, came)
        self.assertNotEqual(by_lines, came)
        stored = self._rows("survey_user_input", SQL("survey_id=%s", campaign.sudo().survey_id.id))
        by_place = {row["id"]: place for place, row in enumerate(stored)}
        placed = sorted(came, key=lambda text: by_place[answers[text][0]["id"]])
        self.assertNotEqual(placed, came)

    def test_forms_only_say_that_and_in_groups_when(self):
        campaign, truth = self._election()
        with freeze_time("2026-03-28 04:00:00"):
            campaign.action_close()
        groups = campaign.form_ids.grouped("returned_date")
        self.assertGreaterEqual(min(len(forms) for forms in groups.values()), 5)
        self.assertEqual(set(campaign.form_ids.mapped("state")), {"returned_valid"})
        self.assertNotIn("write_date", self._rows("property_survey_roll")[0])
        marks = campaign._roll().marks
        self.assertEqual(marks, sorted(form.id for form in truth.values()))

    def test_ballot_and_answer_are_written_apart(self):
        """Taking a ballot writes nothing of answers, and answering nothing of households.

        So not even the number of the transaction (xmin) is shared by the two.
        """
        campaign = self._running(anonymous=True)
        form = campaign.form_ids[0]
        self.env.flush_all()
        with freeze_time("2026-03-15 04:00:00"):
            written = self._written(lambda: campaign._take_ballot(form))
            self.assertEqual(written, {"property_survey_roll"})
            number, signature = "x", campaign._sign_ballot("x")

            def answer():
                answer = campaign._answer_of_ballot(number, signature)
                answer._mark_in_progress()
                answer._mark_done()

            written = self._written(answer)
        self.assertFalse({table for table in written if table.startswith("property_")})

    def _written(self, work):
        """Return the tables that `work` writes to."""
        self.env.flush_all()
        count = SQL(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        before = dict(self.env.execute_query(count))
        work()
        self.env.flush_all()
        after = dict(self.env.execute_query(count))
        return {table for table, number in after.items() if number != before.get(table, 0)}

    def test_one_ballot_each_and_none_forged(self):
        campaign = self._running(anonymous=True)
        form = campaign.form_ids[0]
        with freeze_time("2026-03-15 04:00:00"):
            number, signature = self._vote(campaign, form, "mine")
            self.assertEqual(campaign._refusal(form), "answered")
            with self.assertRaises(UserError):
                form.action_return()
            self.assertIsNone(campaign._answer_of_ballot("other", signature))
            again = campaign._answer_of_ballot(number, signature)
            self.assertEqual(again.state, "done")
            with self.assertRaises(UserError):
                again.survey_id._create_answer()
            self.assertEqual(form.state, "sent")
            self.assertFalse(form.returned_date)

    def test_paper_sheets_are_as_many_as_came_back(self):
        campaign = self._running(anonymous=True)
        entries = self.env["property.survey.entry"].with_user(self.users["staff"])
        sheet = Command.create({"codes": "1" * self.item_count})
        with freeze_time("2026-03-15 04:00:00"):
            campaign.form_ids[:2].with_user(self.users["staff"]).action_return()
            with self.assertRaises(UserError):
                entries.create({"campaign_id": campaign.id, "line_ids": [sheet] * 3}).action_save()
            entries.create({"campaign_id": campaign.id, "line_ids": [sheet] * 2}).action_save()
            with self.assertRaises(UserError):
                entries.create({"campaign_id": campaign.id, "line_ids": [sheet]}).action_save()
        rows = self._rows("survey_user_input", SQL("survey_id=%s", campaign.sudo().survey_id.id))
        self.assertEqual({row["create_uid"] for row in rows}, {1})

    def test_blurring_is_one_statement_for_many(self):
        """As many queries for one answer as for many, and nothing of another campaign changes."""
        campaign, _truth = self._election()
        named = self._running(date_start=date(2026, 3, 13), seed=8)
        with freeze_time("2026-03-16 04:00:00"):
            answer = named._enter(self._codes(1), form=named.form_ids[0])
        before = self._rows("survey_user_input_line", SQL("user_input_id=%s", answer.id))
        answers = (
            self.env["survey.user_input"]
            .sudo()
            .search([("survey_id", "=", campaign.sudo().survey_id.id)])
        )
        counts = []
        for some in (answers[:1], answers):
            self.env.invalidate_all()
            some.mapped("user_input_line_ids.question_id")
            start = self.cr.sql_log_count
            some._property_anonymous()._property_blur()
            counts.append(self.cr.sql_log_count - start)
        self.assertEqual(len(answers), 12)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 12)
        after = self._rows("survey_user_input_line", SQL("user_input_id=%s", answer.id))
        self.assertEqual(before, after)

    def test_over_http(self):
        """A resident who is logged in answers without leaving a trace; a second ballot is refused."""
        campaign = self._running(anonymous=True)
        form = campaign.form_ids[0]
        new_test_user(
            self.env, "resident", groups="base.group_portal", partner_id=form.partner_id.id
        )
        self.authenticate("resident", "resident")
        with freeze_time("2026-03-15 04:00:00"):
            start = f"/property/survey/{form.access_token}"
            page = self.url_open(start)
            self.assertIn("Your answer is anonymous", page.text)
            token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
            page = self.url_open(f"{start}/start", data={"csrf_token": token})
            self.assertIn("/survey/", page.url)
            answer = (
                self.env["survey.user_input"]
                .sudo()
                .search([("survey_id", "=", campaign.sudo().survey_id.id)])
            )
            self.assertEqual(len(answer), 1)
            route = f"{answer.survey_id.access_token}/{answer.access_token}"
            self.make_jsonrpc_request(f"/survey/begin/{route}", {})
            for section in answer.survey_id.page_ids:
                values = {"page_id": section.id}
                for question in section.question_ids.filtered("property_item_id"):
                    values[str(question.id)] = str(question.suggested_answer_ids[1].id)
                self.make_jsonrpc_request(f"/survey/submit/{route}", values)
            self.assertEqual(answer.state, "done")
            page = self.url_open(f"/survey/retry/{route}")
            self.assertEqual(
                self.env["survey.user_input"]
                .sudo()
                .search_count([("survey_id", "=", answer.survey_id.id)]),
                1,
            )
            self.opener.cookies.pop(f"property_ballot_{campaign.id}", None)
            page = self.url_open(f"{start}/start", data={"csrf_token": token})
            self.assertIn("answered this survey already", page.text)
        ((row, lines),) = [
            (row, self._rows("survey_user_input_line", SQL("user_input_id=%s", row["id"])))
            for row in self._rows("survey_user_input", SQL("id=%s", answer.id))
        ]
        self.assertEqual({part["create_uid"] for part in (row, *lines)}, {1})
        self.assertEqual(
            {part["write_date"] for part in (row, *lines)}, {campaign._blurred_moment()}
        )
        self.assertIsNone(row["partner_id"])
