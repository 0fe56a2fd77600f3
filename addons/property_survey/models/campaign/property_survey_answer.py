# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .property_survey_campaign import RUNNING
from .property_survey_form import RETURNED


class PropertySurveyCampaign(models.Model):
    """Who may answer: every household once, in time, while it lives there (handbook B F4, F5)."""

    _inherit = "property.survey.campaign"

    entered_count = fields.Integer("Paper answers keyed in", readonly=True, copy=False)

    def _has_answered(self, form):
        """Return whether the household of `form` has answered, or has taken its ballot."""
        self.ensure_one()
        return form.state in RETURNED or form.id in self._roll_marks()

    def _is_open(self):
        """Return whether the campaign takes answers today."""
        self.ensure_one()
        return self.state in RUNNING and self.date_return >= self._today()

    def _refusal_of_answer(self, answer):
        """Return why an answer that was begun may not be gone on with; None if it may."""
        self.ensure_one()
        if not self._is_open():
            return "closed"
        form = answer.property_form_id
        if not form:
            return None
        if form.state in RETURNED:
            return "answered"
        return None if self._lives_there(form) else "moved"

    def _refusal(self, form):
        """Return why the household of `form` may not answer now; None if it may.

        :return: closed, not_open, answered, moved or refused
        """
        self.ensure_one()
        if not self._is_open():
            early = self.state in ("draft", "approved", "notice")
            return "not_open" if early else "closed"
        if self._has_answered(form):
            return "answered"
        if form.state != "sent":
            return "refused" if form.state == "refused" else "not_open"
        return None if self._lives_there(form) else "moved"

    @api.model
    def _lives_there(self, form):
        """Return whether the person the form was made for still belongs to the household."""
        occupancies = self.env["property.occupancy"].sudo()
        return bool(
            occupancies.search_count(
                [
                    ("unit_id", "=", form.unit_id.id),
                    ("partner_id", "=", form.partner_id.id),
                    *occupancies._domain_on(self._today()),
                ],
                limit=1,
            )
        )

    def _deadline_moment(self):
        """Return the moment (UTC) after which no answer is taken: midnight in China."""
        self.ensure_one()
        return self._at(self.date_return, 24)

    def _answer_of(self, form):
        """Return the answer a household with a name has begun, or a new one.

        :return: `survey.user_input` as superuser
        """
        self.ensure_one()
        survey = self.sudo().survey_id
        begun = (
            self.env["survey.user_input"]
            .sudo()
            .search([("property_form_id", "=", form.id), ("state", "!=", "done")], limit=1)
        )
        return begun or survey._property_admit(
            property_form_id=form.id, property_way="online", deadline=self._deadline_moment()
        )

    def _refresh_deadlines(self):
        """Give the answers that were begun the time of the campaign after an extension."""
        for campaign in self:
            answers = (
                self.env["survey.user_input"]
                .sudo()
                .search([("survey_id", "=", campaign.sudo().survey_id.id), ("state", "!=", "done")])
            )
            answers.write({"deadline": campaign._deadline_moment()})

    def _enter(self, codes, words=None, form=None, way="paper"):
        """Key in an answer that did not come online.

        :param list codes: number of the grade (from 1) for each item in order, 0 where blank
        :param dict words: {best, worst or advice: text}
        :param form: `property.survey.form` of the household; none in an anonymous campaign
        :param str way: paper or phone
        :return: the `survey.user_input`, as superuser
        """
        self.ensure_one()
        survey = self.sudo().survey_id
        values = {"deadline": False}
        if form and not self.anonymous:
            values.update(property_form_id=form.id, property_way=way)
        answer = survey._property_admit(**values)
        items = survey.question_ids.filtered("property_item_id")
        lines = []
        for question, code in zip(items, codes, strict=True):
            grades = question.suggested_answer_ids
            line = {"user_input_id": answer.id, "question_id": question.id}
            if code:
                line.update(answer_type="suggestion", suggested_answer_id=grades[code - 1].id)
            else:
                line.update(skipped=True)
            lines.append(line)
        for question in survey.question_ids.filtered("property_open"):
            text = (words or {}).get(question.property_open)
            line = {"user_input_id": answer.id, "question_id": question.id}
            line.update(
                {"answer_type": "text_box", "value_text_box": text} if text else {"skipped": True}
            )
            lines.append(line)
        root = self.env.ref("base.user_root")
        self.env["survey.user_input.line"].with_user(root).sudo().create(lines)
        answer._mark_done()
        return answer

    def action_enter(self):
        """Open the grid paper answers are keyed in with."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key in paper answers"),
            "res_model": "property.survey.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"default_campaign_id": self.id},
        }
