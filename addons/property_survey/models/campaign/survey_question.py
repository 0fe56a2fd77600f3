# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    property_item_id = fields.Many2one(
        "property.survey.item",
        "Item of the questionnaire",
        ondelete="set null",
        index="btree_not_null",
    )
    property_open = fields.Selection(
        [("best", "Best liked"), ("worst", "Least liked"), ("advice", "Advice")],
        "Question in words",
    )


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    property_grade_id = fields.Many2one(
        "property.survey.grade", "Grade", ondelete="set null", index="btree_not_null"
    )
