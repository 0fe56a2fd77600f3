# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: kinds of campaigns, handbook B F4 and F5
KINDS = [("opinion", "Opinion solicitation"), ("satisfaction", "Satisfaction survey")]


class PropertySurveyTemplate(models.Model):
    """A questionnaire to make surveys from: weighted sections with items, and a scale of grades.

    Handbook B §9.3, §9.4. A survey made from it is a copy, so that a later change of the template
    leaves the answers that were given alone.
    """

    _name = "property.survey.template"
    _description = "Questionnaire template"
    _order = "kind, name, id"

    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, "Kind of campaign", required=True, default="satisfaction")
    introduction = fields.Text(help="Printed above the questions: purpose, thanks and privacy.")
    company_id = fields.Many2one("res.company", index=True)
    grade_ids = fields.One2many("property.survey.grade", "template_id", "Grades", copy=True)
    section_ids = fields.One2many("property.survey.section", "template_id", "Sections", copy=True)
    weight_total = fields.Float("Sum of weights", compute="_compute_weight_total", digits=(16, 2))
    active = fields.Boolean(default=True)

    @api.depends("section_ids.weight")
    def _compute_weight_total(self):
        for template in self:
            template.weight_total = sum(template.section_ids.mapped("weight"))

    def _check_complete(self):
        """Refuse a template no questionnaire can be made of.

        :raises UserError: without items, without grades, or with weights that are not 100 %
        """
        self.ensure_one()
        if not self.section_ids.item_ids or not self.grade_ids.filtered(lambda g: not g.unrated):
            raise UserError(
                self.env._("The questionnaire “%(name)s” needs items and grades.", name=self.name)
            )
        if abs(self.weight_total - 100) > 0.005:
            raise UserError(
                self.env._(
                    "The weights of the sections of “%(name)s” sum up to %(sum)s %%, not to 100 %%.",
                    name=self.name,
                    sum=f"{self.weight_total:g}",
                )
            )

    def _make_survey(self, title):
        """Return a `survey.survey` made of the template: a page per section, a choice per item.

        :param str title: what residents see above the questions
        """
        self.ensure_one()
        self._check_complete()
        survey = (
            self.env["survey.survey"]
            .sudo()
            .create(
                {
                    "title": title,
                    "survey_type": "survey",
                    # no live session; its random code may be that of an archived survey, which
                    # Odoo does not look at
                    "session_code": False,
                    # nobody: who hands out forms need not have rights to Odoo's surveys
                    "user_id": False,
                    "access_mode": "token",
                    "users_login_required": False,
                    "users_can_go_back": True,
                    "questions_layout": "page_per_section",
                    "progression_mode": "number",
                    "scoring_type": "no_scoring",
                    "description": self.introduction and self._paragraphs(self.introduction),
                }
            )
        )
        grades = self.grade_ids.sorted(lambda grade: (grade.sequence, grade.id))
        rows, sequence = [], 0
        for section in self.section_ids.sorted(lambda part: (part.sequence, part.id)):
            sequence += 1
            rows.append(
                {
                    "survey_id": survey.id,
                    "title": section.name,
                    "is_page": True,
                    "question_type": False,
                    "sequence": sequence,
                }
            )
            for item in section.item_ids.sorted(lambda part: (part.sequence, part.id)):
                sequence += 1
                rows.append(
                    {
                        "survey_id": survey.id,
                        "title": item.name,
                        "question_type": "simple_choice",
                        "constr_mandatory": False,
                        "property_item_id": item.id,
                        "sequence": sequence,
                        "suggested_answer_ids": [
                            fields.Command.create(
                                {
                                    "value": grade.name,
                                    "sequence": number,
                                    "property_grade_id": grade.id,
                                }
                            )
                            for number, grade in enumerate(grades)
                        ],
                    }
                )
        rows += self._open_questions(survey, sequence)
        self.env["survey.question"].sudo().create(rows)
        return survey

    @api.model
    def _paragraphs(self, text):
        """Return plain text as paragraphs of HTML, escaped."""
        lines = [line for line in text.splitlines() if line.strip()]
        return Markup("").join(Markup("<p>%s</p>") % line for line in lines)

    def _open_questions(self, survey, sequence):
        """Return the values of the questions that are answered in words (form F5-1)."""
        page = {"survey_id": survey.id, "is_page": True, "question_type": False}
        texts = (("best", "最满意的方面"), ("worst", "最不满意的方面"), ("advice", "意见与建议"))
        rows = [{**page, "title": "您的意见", "sequence": sequence + 1}]
        for number, (key, title) in enumerate(texts, sequence + 2):
            rows.append(
                {
                    "survey_id": survey.id,
                    "title": title,
                    "question_type": "text_box",
                    "constr_mandatory": False,
                    "property_open": key,
                    "sequence": number,
                }
            )
        return rows


class PropertySurveyGrade(models.Model):
    """A grade of a questionnaire's scale: its points and how the formulas count it (B §9.3)."""

    _name = "property.survey.grade"
    _description = "Grade of a questionnaire"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "property.survey.template", "Questionnaire", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    points = fields.Float(digits=(16, 2), aggregator=None)
    satisfied = fields.Boolean("Counts as satisfied")
    dissatisfied = fields.Boolean("Counts as dissatisfied")
    unrated = fields.Boolean("Left out", help="Not known or not rated: not in the denominator.")

    @api.constrains("satisfied", "dissatisfied", "unrated")
    def _check_meaning(self):
        for grade in self:
            if grade.satisfied + grade.dissatisfied + grade.unrated > 1:
                raise ValidationError(
                    self.env._(
                        "The grade “%(name)s” counts as satisfied, as dissatisfied or is left out.",
                        name=grade.name,
                    )
                )


class PropertySurveySection(models.Model):
    """A section of a questionnaire with its weight in the total (handbook B §9.4)."""

    _name = "property.survey.section"
    _description = "Section of a questionnaire"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "property.survey.template", "Questionnaire", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    weight = fields.Float("Weight (%)", digits=(16, 2))
    item_ids = fields.One2many("property.survey.item", "section_id", "Items", copy=True)


class PropertySurveyItem(models.Model):
    """What households grade; a section's weight is shared evenly by its items."""

    _name = "property.survey.item"
    _description = "Item of a questionnaire"
    _order = "section_id, sequence, id"

    section_id = fields.Many2one(
        "property.survey.section", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="section_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)

    def _weights(self):
        """Return {item: weight in the total, %}."""
        counts = {section: len(section.item_ids) for section in self.section_id}
        return {item: item.section_id.weight / (counts[item.section_id] or 1) for item in self}
