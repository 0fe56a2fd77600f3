# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command

#: who does a step or is called
ROLES = [
    ("finder", "Who finds it"),
    ("desk", "Monitoring centre or front desk"),
    ("duty", "Duty officer"),
    ("engineer", "Engineering"),
    ("order", "Order staff"),
    ("cleaning", "Environment staff"),
    ("steward", "Steward"),
    ("manager", "Project manager"),
    ("company", "Company leader"),
    ("outside", "Outside body"),
]


class PropertyEmergencyPlan(models.Model):
    """What is done first in an emergency, by whom, in how many minutes, and who is called.

    Handbook B D4. The steps become the checklist of each emergency of the plan's category.
    """

    _name = "property.emergency.plan"
    _description = "Emergency plan"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    category_id = fields.Many2one(
        "property.case.category",
        required=True,
        domain="[('kind', '=', 'emergency')]",
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", index=True)
    estate_id = fields.Many2one(
        "property.estate", index=True, check_company=True, help="Empty: for every estate."
    )
    after = fields.Text("Afterwards", translate=True)
    step_ids = fields.One2many("property.emergency.plan.step", "plan_id", "Steps", copy=True)
    call_ids = fields.One2many("property.emergency.call", "plan_id", "Call chain", copy=True)
    drill_ids = fields.One2many("property.emergency.drill", "plan_id", "Drills")
    drill_count = fields.Integer("Drills this year", compute="_compute_drill_count")
    drills_missing = fields.Integer(
        "Drills to be held", compute="_compute_drill_count", help="Until the end of the year."
    )
    active = fields.Boolean(default=True)

    def _compute_drill_count(self):
        first = fields.Date.context_today(self).replace(month=1, day=1)
        counts = dict(
            self.env["property.emergency.drill"]._read_group(
                [("plan_id", "in", self.ids), ("date", ">=", first)], ["plan_id"], ["__count"]
            )
        )
        wanted = self.env["property.parameter"]._get("drills_per_year")
        for plan in self:
            plan.drill_count = counts.get(plan, 0)
            plan.drills_missing = max(wanted - plan.drill_count, 0)

    @api.model
    def _of(self, category, estate):
        """Return the plan for a category in an estate: its own before the general one."""
        rows = self.search(
            [
                ("category_id", "in", category._and_parents().ids),
                ("estate_id", "in", (False, estate.id)),
                ("company_id", "in", (False, estate.company_id.id)),
            ]
        )
        return max(
            rows,
            key=lambda row: (bool(row.estate_id), row.category_id == category, -row.id),
            default=rows,
        )

    def _checklist(self):
        """Return the commands that make the checklist of an emergency."""
        return [
            Command.create(
                {
                    "sequence": step.sequence,
                    "name": step.name,
                    "role": step.role,
                    "minutes": step.minutes,
                }
            )
            for step in self.step_ids
        ]


class PropertyEmergencyPlanStep(models.Model):
    """A step of an emergency plan."""

    _name = "property.emergency.plan.step"
    _description = "Step of an emergency plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one(
        "property.emergency.plan", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What is done", required=True, translate=True)
    role = fields.Selection(ROLES, "Who", required=True, default="duty")
    minutes = fields.Integer("Within (minutes)", help="0: at once.")


class PropertyEmergencyCall(models.Model):
    """A call of an emergency plan's chain, form D4-4."""

    _name = "property.emergency.call"
    _description = "Call of an emergency plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one(
        "property.emergency.plan", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, "Who", required=True, default="outside")
    name = fields.Char(translate=True)
    phone = fields.Char()
    note = fields.Char("When", translate=True)


class PropertyEmergencyDrill(models.Model):
    """A drill of an emergency plan, form D4-3 (应急演练记录表)."""

    _name = "property.emergency.drill"
    _description = "Emergency drill"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _rec_name = "plan_id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "property.emergency.plan", required=True, ondelete="restrict", index=True, tracking=True
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    place = fields.Char()
    user_id = fields.Many2one(
        "res.users", "Led by", default=lambda self: self.env.user, index="btree_not_null"
    )
    participants = fields.Text()
    course = fields.Text("How it went")
    minutes = fields.Integer("Time taken (minutes)")
    rating = fields.Selection([("good", "Good"), ("fair", "Fair"), ("bad", "Insufficient")])
    improvement = fields.Text("To be improved")

    _minutes_positive = models.Constraint(
        "CHECK (minutes >= 0)", "The time taken is not below zero."
    )
