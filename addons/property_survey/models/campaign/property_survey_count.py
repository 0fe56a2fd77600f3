# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_round

from odoo.addons.property_service.tools.local_time import month_bounds

from .property_survey_form import RETURNED


def _rate(part, whole):
    """Return part ÷ whole in %, half-up to two places; 0 without a whole."""
    return float_round(100.0 * part / whole, precision_digits=2) if whole else 0.0


def item_figures(grades, ten_point=False):
    """Return the figures of an item from its grades (formulas 2 to 4 of handbook B F5).

    :param list grades: (answers, points, satisfied, dissatisfied, unrated) of each grade
    :param bool ten_point: points are 1 to 10, their mean counts ten times
    :return: dict with valid, unrated, satisfied, dissatisfied, points, rate_grade,
        rate_complement, score_index (in %)
    """
    rated = [grade for grade in grades if not grade[4]]
    valid = sum(grade[0] for grade in rated)
    satisfied = sum(grade[0] for grade in rated if grade[2])
    dissatisfied = sum(grade[0] for grade in rated if grade[3])
    points = sum(grade[0] * grade[1] for grade in rated) * (10 if ten_point else 1)
    return {
        "valid": valid,
        "unrated": sum(grade[0] for grade in grades if grade[4]),
        "satisfied": satisfied,
        "dissatisfied": dissatisfied,
        "points": points,
        "rate_grade": _rate(satisfied, valid),
        "rate_complement": _rate(valid - dissatisfied, valid),
        "score_index": float_round(points / valid, precision_digits=2) if valid else 0.0,
    }


class PropertySurveyCampaign(models.Model):
    """Closing and counting: rates of return, figures of items and of the whole (B F5)."""

    _inherit = "property.survey.campaign"

    sent_count = fields.Integer("Forms handed out", compute="_compute_returns", store=True)
    returned_count = fields.Integer("Forms returned", compute="_compute_returns", store=True)
    valid_count = fields.Integer("Valid answers", compute="_compute_returns", store=True)
    return_rate = fields.Float(
        "Return rate (%)", compute="_compute_returns", store=True, digits=(16, 2), aggregator="avg"
    )
    valid_rate = fields.Float(
        "Valid of returned (%)",
        compute="_compute_returns",
        store=True,
        digits=(16, 2),
        aggregator="avg",
    )
    valid_return_rate = fields.Float(
        "Valid of handed out (%)",
        compute="_compute_returns",
        store=True,
        digits=(16, 2),
        aggregator="avg",
    )
    counted_valid = fields.Integer(readonly=True, copy=False)
    total_grade = fields.Float(
        "Mean of satisfied shares (%)", readonly=True, digits=(16, 2), aggregator="avg", copy=False
    )
    total_complement = fields.Float(
        "Mean share not dissatisfied (%)",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        copy=False,
    )
    total_index = fields.Float(
        "Index of points", readonly=True, digits=(16, 2), aggregator="avg", copy=False
    )
    total_overall = fields.Float(
        "Overall satisfied share (%)", readonly=True, digits=(16, 2), aggregator="avg", copy=False
    )
    score = fields.Float(
        "Satisfaction",
        compute="_compute_score",
        store=True,
        digits=(16, 2),
        aggregator="avg",
        help="By the formula of the campaign, 0 to 100.",
    )
    previous_id = fields.Many2one(
        "property.survey.campaign", "Campaign before", compute="_compute_previous_id"
    )
    score_change = fields.Float(
        "Change", compute="_compute_previous_id", digits=(16, 2), aggregator=None
    )
    band = fields.Selection(
        [
            ("very", "Very satisfied"),
            ("rather", "Rather satisfied"),
            ("general", "Generally satisfied"),
            ("poor", "Dissatisfied, system review"),
        ],
        "Band of satisfaction",
        compute="_compute_score",
        store=True,
    )
    target_met = fields.Boolean("Target met", compute="_compute_score", store=True)

    @api.depends("form_ids.state", "counted_valid", "anonymous", "kept_figures")
    def _compute_returns(self):
        counts = self._form_states()
        for campaign in self:
            states = counts.get(campaign.id, {})
            sent = sum(count for state, count in states.items() if state != "to_send")
            returned = sum(states.get(state, 0) for state in RETURNED)
            valid = campaign.counted_valid if campaign.anonymous else states.get(RETURNED[0], 0)
            campaign.sent_count = sent
            campaign.returned_count = returned
            campaign.valid_count = valid
            campaign.return_rate = _rate(returned, sent)
            campaign.valid_rate = _rate(valid, returned)
            campaign.valid_return_rate = _rate(valid, sent)

    def _form_states(self):
        """Return {campaign: {state: forms}}; as they were kept where the forms were removed."""
        counts = {row.id: row.kept_figures["states"] for row in self if row.kept_figures}
        for campaign, state, count in (
            self.env["property.survey.form"]
            .sudo()
            ._read_group([("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"])
        ):
            if not campaign.kept_figures:
                counts.setdefault(campaign.id, {})[state] = count
        return counts

    @api.depends(
        "method", "target", "total_grade", "total_complement", "total_index", "total_overall"
    )
    def _compute_score(self):
        source = {
            "grade": "total_grade",
            "complement": "total_complement",
            "index": "total_index",
            "ten_point": "total_index",
            "overall": "total_overall",
        }
        for campaign in self:
            score = campaign[source[campaign.method]] if campaign.method else 0.0
            campaign.score = score
            campaign.target_met = bool(score and score >= campaign.target)
            bands = (("very", 90), ("rather", 70), ("general", 60), ("poor", 0.005))
            campaign.band = next((name for name, limit in bands if score >= limit), False)

    @api.depends("estate_id", "kind", "date_start", "score")
    def _compute_previous_id(self):
        for campaign in self:
            found = self.browse()
            if campaign.date_start and campaign.estate_id:
                found = self.search(
                    [
                        ("estate_id", "=", campaign.estate_id.id),
                        ("kind", "=", campaign.kind),
                        ("date_start", "<", campaign.date_start),
                        ("analysed_date", "!=", False),
                    ],
                    order="date_start desc, id desc",
                    limit=1,
                )
            campaign.previous_id = found
            campaign.score_change = campaign.score - found.score if found else 0.0

    def action_close(self):
        """Take no more answers, put invalid ones aside, and count.

        :raises UserError: while households still have time to answer
        """
        self._check_role("staff", self.env._("Answers are closed by the service centre."))
        self._check_verified()
        for campaign in self:
            waiting = campaign.form_ids.filtered(lambda form: form.state == "sent")
            marks = campaign._roll_marks()
            waiting = waiting.filtered(lambda form, marks=marks: form.id not in marks)
            if waiting and campaign.date_return >= campaign._today():
                raise UserError(
                    self.env._(
                        "%(count)s households of “%(name)s” may still answer until %(day)s.",
                        count=len(waiting),
                        name=campaign.name,
                        day=campaign.date_return,
                    )
                )
            campaign._close()
        return True

    def _close(self):
        self.ensure_one()
        trusted = self.sudo()
        trusted._publish_roll(final=True)
        trusted.form_ids.filtered(lambda form: form.state == "sent")._move_to("not_returned")
        trusted._mark_invalid_answers()
        trusted._mix()
        trusted.survey_id.active = False
        self._move_to("closed")
        trusted._count()
        trusted._make_opinions()

    def _mark_invalid_answers(self):
        """Mark answers with more than a third blank, and all but the last one of a household."""
        self.ensure_one()
        self.env.flush_all()
        survey = self.survey_id
        blank = self.env.execute_query(
            SQL(
                """
                SELECT answer.id
                  FROM survey_user_input answer
                 CROSS JOIN (SELECT count(*) AS items FROM survey_question
                              WHERE survey_id = %(survey)s AND property_item_id IS NOT NULL) total
                 WHERE answer.survey_id = %(survey)s AND answer.state = 'done'
                   AND (SELECT count(*) FROM survey_user_input_line line
                          JOIN survey_question question ON question.id = line.question_id
                         WHERE line.user_input_id = answer.id
                           AND question.property_item_id IS NOT NULL
                           AND line.suggested_answer_id IS NOT NULL) * 3 < total.items * 2
                """,
                survey=survey.id,
            )
        )
        again = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                    SELECT id, row_number() OVER (
                               PARTITION BY property_form_id ORDER BY end_datetime DESC, id DESC
                           ) AS place
                      FROM survey_user_input
                     WHERE survey_id = %s AND state = 'done' AND property_form_id IS NOT NULL
                ) answer WHERE place > 1
                """,
                survey.id,
            )
        )
        answers = self.env["survey.user_input"].sudo()
        blank = answers.browse(row[0] for row in blank)
        again = answers.browse(row[0] for row in again)
        self.env.cr.execute(
            SQL(
                "UPDATE survey_user_input SET property_invalid = (id = ANY(%s)) WHERE survey_id=%s",
                [*blank.ids, *again.ids],
                survey.id,
            )
        )
        answers.invalidate_model(["property_invalid"])
        if not self.anonymous:
            forms = (blank - again).property_form_id
            forms = forms.filtered(lambda form: form.state == "returned_valid")
            forms._move_to(
                "returned_invalid", invalid_reason=self.env._("More than a third left blank")
            )

    def _grade_counts(self):
        """Return {(item id, grade id): answers} of the valid answers, in one query."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT question.property_item_id, choice.property_grade_id, count(*)
                  FROM survey_user_input answer
                  JOIN survey_user_input_line line ON line.user_input_id = answer.id
                  JOIN survey_question question ON question.id = line.question_id
                  JOIN survey_question_answer choice ON choice.id = line.suggested_answer_id
             LEFT JOIN property_survey_form form ON form.id = answer.property_form_id
                 WHERE answer.survey_id = %s AND answer.state = 'done'
                   AND answer.property_invalid IS NOT TRUE AND answer.test_entry IS NOT TRUE
                   AND (form.state IS NULL OR form.state = 'returned_valid')
                   AND question.property_item_id IS NOT NULL
              GROUP BY 1, 2
                """,
                self.survey_id.id,
            )
        )
        return {(item, grade): count for item, grade, count in rows}

    def _count(self):
        """Work out the results of the campaign anew (forms F5-5, F5-6)."""
        self.ensure_one()
        self.env.flush_all()
        counts = self._grade_counts()
        grades = self.template_id.grade_ids
        items = self.survey_id.question_ids.property_item_id.with_context(active_test=False)
        weights = items._weights()
        before = {}
        if self.previous_id:
            before = {row.item_id.id: row.rate for row in self.previous_id.result_ids}
        rows, figures = [], []
        ten = self.method == "ten_point"
        rate = {
            "grade": "rate_grade",
            "overall": "rate_grade",
            "complement": "rate_complement",
        }.get(self.method, "score_index")
        for number, item in enumerate(items, 1):
            found = item_figures(
                [
                    (
                        counts.get((item.id, grade.id), 0),
                        grade.points,
                        grade.satisfied,
                        grade.dissatisfied,
                        grade.unrated,
                    )
                    for grade in grades
                ],
                ten,
            )
            figures.append((weights[item], found))
            rows.append(
                {
                    **found,
                    "campaign_id": self.id,
                    "item_id": item.id,
                    "sequence": number,
                    "name": item.name,
                    "section": item.section_id.name,
                    "weight": weights[item],
                    "counts": {
                        str(grade.id): counts.get((item.id, grade.id), 0) for grade in grades
                    },
                    "rate": found[rate],
                    "rate_before": before.get(item.id, 0.0),
                    "compared": item.id in before,
                    "target": self.item_target,
                }
            )
        self.result_ids.unlink()
        self.env["property.survey.result"].create(rows)
        self.write({**self._totals(figures), "counted_valid": self._valid_answers()})

    @api.model
    def _totals(self, figures):
        """Return the totals of the figures of items, formulas 2 to 5.

        :param list figures: (weight, figures of `item_figures`); items nobody rated do not count
        """
        rated = [(weight, found) for weight, found in figures if found["valid"]]
        weights = sum(weight for weight, _found in rated) or 1.0
        number = len(rated) or 1
        valid = sum(found["valid"] for _weight, found in rated)

        def mean(key, weighted):
            total = sum((weight if weighted else 1) * found[key] for weight, found in rated)
            return float_round(total / (weights if weighted else number), precision_digits=2)

        return {
            "total_grade": mean("rate_grade", True),
            "total_complement": mean("rate_complement", False),
            "total_index": mean("score_index", True),
            "total_overall": _rate(sum(found["satisfied"] for _w, found in rated), valid),
        }

    def _valid_answers(self):
        return (
            self.env["survey.user_input"]
            .sudo()
            .search_count(
                [
                    ("survey_id", "=", self.survey_id.id),
                    ("state", "=", "done"),
                    ("test_entry", "=", False),
                    ("property_invalid", "=", False),
                ]
            )
        )

    def action_analyse(self):
        """State that the figures are analysed.

        :raises UserError: while an analysis of the campaign is not finished
        """
        self._check_role("supervisor", self.env._("A survey is analysed by the supervisor."))
        for campaign in self:
            open_analyses = campaign.analysis_ids.filtered(lambda row: row.state != "finished")
            if open_analyses:
                raise UserError(
                    self.env._(
                        "Finish the analysis “%(analysis)s” of “%(name)s” first.",
                        analysis=open_analyses[0].name,
                        name=campaign.name,
                    )
                )
        self._move_to("analysed")

    def _buildings(self):
        """Return the rows of form F5-4, a dict per building with households in the estate."""
        self.ensure_one()
        if self.kept_figures:
            return self.kept_figures["buildings"]
        moved_in = {building: len(rows) for building, rows in self.sudo()._strata().items()}
        counts = {}
        for building, state, count in self.env["property.survey.form"]._read_group(
            [("campaign_id", "=", self.id)], ["building_id", "state"], ["__count"]
        ):
            counts.setdefault(building.id, {})[state] = count
        buildings = self.env["property.building"].browse({*moved_in, *counts}).sorted()
        rows = []
        for building in buildings:
            states = counts.get(building.id, {})
            sent = sum(count for state, count in states.items() if state != "to_send")
            returned = sum(states.get(state, 0) for state in RETURNED)
            # which forms of an anonymous campaign are valid is not known
            valid = None if self.anonymous else states.get(RETURNED[0], 0)
            households = moved_in.get(building.id, 0)
            rows.append(
                {
                    "building": building.name,
                    "households": households,
                    "sent": sent,
                    "sent_rate": sent / households if households else 0,
                    "returned": returned,
                    "return_rate": returned / sent if sent else 0,
                    "valid": valid,
                    "valid_rate": valid / returned if returned and valid is not None else None,
                }
            )
        return rows

    @api.model
    def _satisfaction(self, estates, month):
        """Return what surveys say about the satisfaction with estates in a month.

        :param estates: `property.estate` records
        :param month: any day of the month in which the answers were closed
        :return: {estate: (score from 0 to 100, number of valid answers)}, estates with answers only
        """
        found = {}
        for campaign in self.search(self._satisfaction_domain(estates, month)):
            total, count = found.get(campaign.estate_id, (0.0, 0))
            found[campaign.estate_id] = (
                total + campaign.score * campaign.valid_count,
                count + campaign.valid_count,
            )
        return {
            estate: (float_round(total / count, precision_digits=2), count)
            for estate, (total, count) in found.items()
            if count
        }

    @api.model
    def _satisfaction_domain(self, estates, month):
        """Return the domain of the campaigns `_satisfaction()` of a month is worked out from."""
        start, end = month_bounds(fields.Date.to_date(month))
        return [
            ("estate_id", "in", estates.ids),
            ("closed_date", ">=", start),
            ("closed_date", "<", end),
            ("state", "!=", "cancelled"),
            ("valid_count", ">", 0),
        ]
