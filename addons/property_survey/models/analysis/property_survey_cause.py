# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .property_survey_analysis import BRANCHES

#: levels a cause may be deep: from large to small, until a measure can be taken
LEVELS = 4


class PropertySurveyCause(models.Model):
    """A cause in the fishbone: branch, cause above it, root cause or not (form F6-2)."""

    _name = "property.survey.cause"
    _description = "Cause of a problem"
    _order = "analysis_id, branch, sequence, id"

    analysis_id = fields.Many2one(
        "property.survey.analysis", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="analysis_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="analysis_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    branch = fields.Selection(
        BRANCHES,
        required=True,
        compute="_compute_branch",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        default="man",
    )
    parent_id = fields.Many2one(
        "property.survey.cause",
        "Part of",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('analysis_id', '=', analysis_id)]",
    )
    child_ids = fields.One2many("property.survey.cause", "parent_id", "Causes below")
    level = fields.Integer(compute="_compute_level", store=True, recursive=True, aggregator=None)
    name = fields.Char("Cause", required=True)
    is_root = fields.Boolean("Root cause")
    confirm_method = fields.Char("How it was confirmed")
    measure_ids = fields.One2many("property.survey.measure", "cause_id", "Countermeasures")

    @api.depends("parent_id.branch")
    def _compute_branch(self):
        for cause in self:
            if cause.parent_id:
                cause.branch = cause.parent_id.branch

    @api.depends("parent_id.level")
    def _compute_level(self):
        for cause in self:
            cause.level = (cause.parent_id.level or 0) + 1

    @api.constrains("parent_id", "analysis_id", "level")
    def _check_tree(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause cannot be part of itself."))
        for cause in self:
            if cause.level > LEVELS:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is deeper than %(levels)s levels: take a measure there.",
                        name=cause.name,
                        levels=LEVELS,
                    )
                )
            if cause.parent_id and cause.parent_id.analysis_id != cause.analysis_id:
                raise ValidationError(
                    self.env._("“%(name)s” hangs on a cause of another analysis.", name=cause.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        causes = super().create(vals_list)
        causes._check_open()
        return causes

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._check_open()

    def _check_open(self):
        closed = self.analysis_id.filtered(lambda row: row.state == "finished")
        if closed:
            raise UserError(self.env._("“%s” is finished: its causes are kept.", closed[0].name))


class PropertySurveyMeasure(models.Model):
    """A countermeasure against a root cause, by 5W1H (form F6-3)."""

    _name = "property.survey.measure"
    _description = "Countermeasure"
    _order = "analysis_id, date_due, id"

    cause_id = fields.Many2one(
        "property.survey.cause",
        "Root cause",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('analysis_id', '=', analysis_id), ('is_root', '=', True)]",
    )
    analysis_id = fields.Many2one(
        "property.survey.analysis",
        compute="_compute_analysis_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
        index=True,
    )
    estate_id = fields.Many2one(related="analysis_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="analysis_id.company_id", store=True, index=True)
    name = fields.Char("Countermeasure", required=True, help="What.")
    goal = fields.Char(help="Why: what is to be reached.")
    method = fields.Text("Measure", help="How.")
    user_id = fields.Many2one("res.users", "Responsible person", index="btree_not_null")
    place = fields.Char(help="Where.")
    date_due = fields.Date("To be done by", help="When.")
    verification = fields.Char("Check of the result")
    action_id = fields.Many2one(
        "property.corrective.action",
        "Corrective action",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.depends("cause_id.analysis_id")
    def _compute_analysis_id(self):
        for measure in self:
            measure.analysis_id = measure.cause_id.analysis_id or measure.analysis_id

    def action_make_action(self):
        """Open a corrective action that carries the countermeasure out (handbook B F7)."""
        actions = self.env["property.corrective.action"]
        for measure in self.filtered(lambda row: not row.action_id):
            analysis = measure.analysis_id
            measure.action_id = actions.create(
                {
                    "estate_id": analysis.estate_id.id,
                    "kind": "corrective",
                    "source": "pareto",
                    "res_model": analysis._name,
                    "res_id": analysis.id,
                    "campaign_id": analysis.campaign_id.id,
                    "name": measure.name,
                    "fact": f"{analysis.effect}: {measure.cause_id.name}",
                    "responsible_id": measure.user_id.id,
                    "corrective": measure.method or measure.name,
                    "date_due_plan": measure.date_due,
                }
            )
        return True


class PropertySurveyCauseStarter(models.Model):
    """A usual cause to begin a fishbone with (handbook B §9.8)."""

    _name = "property.survey.cause.starter"
    _description = "Usual cause"
    _order = "branch, sequence, id"

    branch = fields.Selection(BRANCHES, required=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Cause", required=True)
    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)
