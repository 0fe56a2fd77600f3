# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from pytz import utc

from odoo import api, fields, models

#: units of a policy's time
UNITS = [
    ("minutes", "Minutes"),
    ("hours", "Hours"),
    ("days", "Days"),
    ("work_days", "Working days"),
]
#: whom an escalation goes to
ROLES = [
    ("handler", "Who works on it"),
    ("dispatcher", "Supervisor of the department"),
    ("supervisor", "Customer-service supervisor"),
    ("manager", "Project manager"),
    ("company", "Company leader"),
]


class PropertyDeadlinePolicy(models.Model):
    """How long a step of a case may take, and who is told when it takes longer.

    Handbook B §0.2, A1, C1, D4, E6, §10. One policy holds for a kind of document and a step; the
    most special one that fits counts: category before none, urgency before none, estate before
    company before all. Around the clock unless it names working hours.
    """

    _name = "property.deadline.policy"
    _description = "Deadline policy"
    _order = "res_model, step, category_id, urgency, estate_id, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False, translate=False)
    res_model = fields.Selection(
        lambda self: self._case_models(), "Kind of document", required=True, index=True
    )
    step = fields.Char(required=True, help="Step of the document the time is for.")
    category_id = fields.Many2one("property.case.category", ondelete="cascade", index=True)
    urgency = fields.Char(help="Urgency or level it is for; empty: any.")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index=True,
    )
    estate_id = fields.Many2one("property.estate", check_company=True, index=True)
    time = fields.Float("Time allowed", required=True, digits=(16, 2), aggregator=None)
    time_unit = fields.Selection(UNITS, required=True, default="hours")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Clock of working hours",
        help="Only these hours count. Empty: around the clock, on every day of the year.",
    )
    pause_on_hold = fields.Boolean(
        default=True, help="The clock stands while the case is on hold for a reason that stops it."
    )
    warn_percent = fields.Integer("Warn at (%)", default=50)
    escalation_ids = fields.One2many(
        "property.deadline.escalation", "policy_id", "Escalations", copy=True
    )
    active = fields.Boolean(default=True)

    _time_positive = models.Constraint("CHECK (time >= 0)", "A time is not below zero.")

    @api.model
    def _case_models(self):
        """Return the models whose steps have deadlines, as (model, name) in the user's language."""
        kinds = self.env["ir.model"].sudo()
        cases = self.env.registry.descendants(["property.case.mixin"], "_inherit")
        return sorted(
            (name, kinds._get(name).name or name) for name in cases if not self.env[name]._abstract
        )

    @api.depends("estate_id")
    def _compute_company_id(self):
        for policy in self:
            policy.company_id = policy.estate_id.company_id or policy.company_id

    @api.depends("res_model", "step", "category_id.name", "urgency")
    def _compute_name(self):
        for policy in self:
            model = self.env.get(policy.res_model)
            kind = self.env._(model._description) if model is not None else policy.res_model
            parts = [kind, policy.step, policy.category_id.name, policy.urgency]
            policy.name = " · ".join(part for part in parts if part)

    @api.depends("name", "res_model", "step", "category_id.name", "urgency")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Name a policy in the user's language, where its document has labels for its steps."""
        for policy in self:
            model = self.env.get(policy.res_model)
            if model is None or not hasattr(model, "_step_label"):
                policy.display_name = policy.name
                continue
            kind = self.env["ir.model"]._get(policy.res_model).sudo().name
            label = model._step_label(policy.step)
            urgency = model._urgency_label(policy.urgency)
            parts = [kind, label, policy.category_id.name, urgency]
            policy.display_name = " · ".join(part for part in parts if part)

    @api.model
    def _find(self, res_model, step, category, urgency, estate):
        """Return the policy that counts, or an empty record where the step has no deadline.

        :param category: `property.case.category` record, its parents are asked too
        """
        rows = self.sudo().search(
            [
                ("res_model", "=", res_model),
                ("step", "=", step),
                ("company_id", "in", (False, estate.company_id.id)),
                ("estate_id", "in", (False, estate.id)),
                ("urgency", "in", (False, urgency or False)),
                ("category_id", "in", (False, *category._and_parents().ids)),
            ]
        )
        lineage = category._and_parents().ids

        def speciality(policy):
            depth = len(lineage) - lineage.index(policy.category_id.id) if policy.category_id else 0
            return (
                bool(policy.estate_id),
                bool(policy.company_id),
                depth,
                bool(policy.urgency),
                policy.id,
            )

        return max(rows, key=speciality, default=rows)

    def _due(self, start, minutes_done=0.0):
        """Return when the time is up that starts at `start`, a UTC datetime.

        :param float minutes_done: minutes of it that have run already before a pause
        """
        self.ensure_one()
        minutes = self._minutes() - minutes_done
        calendar = self._calendar()
        if not calendar:
            return start + timedelta(minutes=minutes)
        return self._plan(calendar, start, minutes)

    def _before(self, end):
        """Return when the clock starts that is to end at `end`, a UTC datetime."""
        self.ensure_one()
        return end - timedelta(minutes=self._minutes())

    def _calendar(self):
        """Return the working hours the clock runs in; empty: around the clock."""
        self.ensure_one()
        if self.time_unit == "work_days" and not self.calendar_id:
            return (self.estate_id.company_id or self.env.company).resource_calendar_id
        return self.calendar_id

    def _minutes(self):
        factor = {"minutes": 1, "hours": 60, "days": 1440}.get(self.time_unit)
        if not factor:
            factor = 60 * (self._calendar().hours_per_day or 8)
        return self.time * factor

    @staticmethod
    def _plan(calendar, start, minutes):
        """Return the UTC datetime `minutes` of working time after `start`."""
        planned = calendar.plan_hours(minutes / 60.0, utc.localize(start), compute_leaves=True)
        return (planned or utc.localize(start)).astimezone(utc).replace(tzinfo=None)

    def _elapsed(self, start, end):
        """Return the minutes of the policy's clock between two UTC datetimes."""
        self.ensure_one()
        if end <= start:
            return 0.0
        calendar = self._calendar()
        if not calendar:
            return (end - start).total_seconds() / 60.0
        hours = calendar.get_work_hours_count(
            utc.localize(start), utc.localize(end), compute_leaves=True
        )
        return hours * 60.0


class PropertyDeadlineEscalation(models.Model):
    """Who is told when how much of the time is used up (100 % is the deadline)."""

    _name = "property.deadline.escalation"
    _description = "Escalation of a deadline"
    _order = "policy_id, percent, id"

    policy_id = fields.Many2one(
        "property.deadline.policy", required=True, ondelete="cascade", index=True
    )
    percent = fields.Integer("At (%)", required=True, default=100)
    role = fields.Selection(ROLES, required=True, default="supervisor")
