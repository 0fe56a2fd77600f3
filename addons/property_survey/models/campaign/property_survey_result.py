# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertySurveyResult(models.Model):
    """The figures of an item in a campaign, kept for comparison (forms F5-5 and F5-6)."""

    _name = "property.survey.result"
    _description = "Survey result of an item"
    _order = "campaign_id desc, sequence, id"

    campaign_id = fields.Many2one(
        "property.survey.campaign", required=True, ondelete="cascade", index=True, readonly=True
    )
    estate_id = fields.Many2one(
        related="campaign_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="campaign_id.kind", store=True, precompute=True)
    period = fields.Date("Quarter", related="campaign_id.period", store=True, precompute=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    item_id = fields.Many2one(
        "property.survey.item", ondelete="restrict", index=True, readonly=True
    )
    name = fields.Char(required=True, readonly=True)
    section = fields.Char("Section of the questionnaire", readonly=True)
    weight = fields.Float("Weight (%)", digits=(16, 2), readonly=True, aggregator=None)
    counts = fields.Json("Answers by grade", readonly=True)
    valid = fields.Integer("Rated", readonly=True)
    unrated = fields.Integer("Not rated", readonly=True)
    satisfied = fields.Integer(readonly=True)
    dissatisfied = fields.Integer(readonly=True)
    points = fields.Float("Sum of points", digits=(16, 2), readonly=True)
    rate_grade = fields.Float("Satisfied (%)", digits=(16, 2), readonly=True, aggregator="avg")
    rate_complement = fields.Float(
        "Not dissatisfied (%)", digits=(16, 2), readonly=True, aggregator="avg"
    )
    score_index = fields.Float("Index of points", digits=(16, 2), readonly=True, aggregator="avg")
    rate = fields.Float("Satisfaction", digits=(16, 2), readonly=True, aggregator="avg")
    compared = fields.Boolean("Asked last time, too", readonly=True)
    rate_before = fields.Float("Last time", digits=(16, 2), readonly=True, aggregator="avg")
    change = fields.Float(
        compute="_compute_change", store=True, digits=(16, 2), aggregator="avg", precompute=True
    )
    target = fields.Float("Target (%)", digits=(16, 2), readonly=True, aggregator="avg")
    met = fields.Boolean("Target met", compute="_compute_change", store=True, precompute=True)

    @api.depends("rate", "rate_before", "compared", "target", "valid")
    def _compute_change(self):
        for row in self:
            row.change = row.rate - row.rate_before if row.compared else 0.0
            row.met = not row.valid or row.rate >= row.target
