# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_today


class PropertyRelationLine(models.Model):
    """One customer of a relation plan in one period: done, not done in time, or left out."""

    _name = "property.relation.line"
    _description = "Customer of a relation plan"
    _inherit = ["property.workflow.mixin", "property.case.step.mixin"]
    _order = "date_due, id"
    _check_company_auto = True

    _workflow_moves = {"planned": ("done", "missed", "skipped")}
    _workflow_stamps = {
        "done": ("done_by_id", "done_date"),
        "missed": (None, "missed_date"),
        "skipped": ("done_by_id", None),
    }
    _case_steps = {"skip": "_skip", "done": "_note_done"}

    plan_id = fields.Many2one(
        "property.relation.plan", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="plan_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, index=True, precompute=True
    )
    confidential = fields.Boolean(related="plan_id.confidential", store=True)
    purpose_id = fields.Many2one(related="plan_id.purpose_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    unit_id = fields.Many2one("property.unit", "Room", index="btree_not_null")
    phone_masked = fields.Char(related="partner_id.property_phone_masked")
    user_id = fields.Many2one("res.users", "Carried out by", index="btree_not_null")
    period_start = fields.Date("Period from", required=True)
    date_due = fields.Date("To be done by", required=True, index=True)
    visit_id = fields.Many2one(
        "property.visit", "Visit made", readonly=True, index="btree_not_null"
    )
    communication_id = fields.Many2one(
        "property.communication", readonly=True, index="btree_not_null"
    )
    done_by_id = fields.Many2one("res.users", "Dealt with by", readonly=True)
    done_date = fields.Datetime("Carried out on", readonly=True, index=True)
    missed_date = fields.Datetime("Found not done on", readonly=True)
    skip_reason = fields.Char("Left out because", readonly=True)
    result = fields.Char("What came of it", readonly=True)
    count_due = fields.Integer("Was due", compute="_compute_figures", store=True)
    count_done = fields.Integer("Was done", compute="_compute_figures", store=True)
    state = fields.Selection(
        [
            ("planned", "To be done"),
            ("done", "Done"),
            ("missed", "Not done in time"),
            ("skipped", "Left out"),
        ],
        required=True,
        default="planned",
        index=True,
        group_expand=True,
    )

    _once = models.UniqueIndex(
        "(plan_id, partner_id, period_start)", "This customer is in the plan of the period already."
    )

    @api.depends("plan_id.name", "partner_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.plan_id.name or ''}: {line.partner_id.name or ''}"

    @api.depends("state")
    def _compute_figures(self):
        for line in self:
            line.count_due = int(line.state in ("done", "missed"))
            line.count_done = int(line.state == "done")

    def _finish(self, **values):
        """Note that lines still to be done are done, e.g. by a visit."""
        self.sudo().filtered(lambda line: line.state == "planned")._move_to("done", **values)

    @api.model
    def _miss(self):
        """Mark what was to be done before today as not done in time."""
        today = local_today()
        late = self.sudo().search([("state", "=", "planned"), ("date_due", "<", today)])
        late._move_to("missed")
        return late

    def action_visit(self):
        """Make the visit of the line, or open it."""
        self.ensure_one()
        if not self.visit_id:
            if self.state != "planned":
                raise UserError(self.env._("“%s” is dealt with already.", self.display_name))
            self.sudo().visit_id = self.env["property.visit"].create(
                {
                    "estate_id": self.estate_id.id,
                    "unit_id": self.unit_id.id,
                    "partner_id": self.partner_id.id,
                    "purpose_id": self.purpose_id.id,
                    "way": self.plan_id.way,
                    "user_id": (self.user_id or self.env.user).id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.visit",
            "res_id": self.visit_id.id,
            "view_mode": "form",
        }

    def action_communicate(self):
        """Open the form that records a talk with the customer; it makes the line done."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a communication"),
            "res_model": "property.communication",
            "view_mode": "form",
            "context": {
                "default_estate_id": self.estate_id.id,
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.partner_id.id,
                "default_line_id": self.id,
                "default_way": "phone",
            },
        }

    def action_done(self):
        """Ask what came of it, where neither a visit nor a communication is recorded."""
        return self._ask("done", self.env._("Done"), self.env._("What came of it?"))

    def _note_done(self, text):
        self._move_to("done", result=text)

    def action_skip(self):
        """Ask why the customer is left out this time; a supervisor decides."""
        self._check_role("supervisor", self.env._("Leaving out a customer"))
        return self._ask("skip", self.env._("Leave out"), self.env._("Why?"))

    def _skip(self, text):
        self._check_role("supervisor", self.env._("Leaving out a customer"))
        self._move_to("skipped", skip_reason=text)
