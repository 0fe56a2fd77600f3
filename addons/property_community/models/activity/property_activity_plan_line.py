# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_activity_plan import HELD_STATES

FUNDING = [
    ("service", "Property service budget"),
    ("owners", "Owners' common income"),
    ("sponsor", "Sponsor"),
    ("participants", "Fees of the participants"),
    ("developer", "Developer"),
    ("government", "Government purchase"),
]
#: what is free to change in an approved plan: who does it and what is noted
_FREE_FIELDS = {"user_id", "partner_org", "note", "sequence"}


class PropertyActivityPlanLine(models.Model):
    """A planned activity of the year, a row of form G1-1 (handbook B G1)."""

    _name = "property.activity.plan.line"
    _description = "Planned activity"
    _order = "plan_id, month, date_planned, sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "property.activity.plan", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="plan_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    year = fields.Integer(related="plan_id.year", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    month = fields.Selection(
        [(f"{number:02d}", f"{number:02d}") for number in range(1, 13)],
        required=True,
        index=True,
    )
    date_planned = fields.Date("Planned for", copy=False, help="Where the day is fixed already.")
    date_calendar = fields.Date(
        "Day in the calendar", compute="_compute_date_calendar", store=True, precompute=True
    )
    name = fields.Char("Activity name", required=True)
    type_id = fields.Many2one(
        "property.activity.type", required=True, ondelete="restrict", index=True
    )
    purpose = fields.Char()
    audience = fields.Char("Aimed at")
    expected_count = fields.Integer("People expected")
    place = fields.Char()
    user_id = fields.Many2one("res.users", "Person responsible", index="btree_not_null")
    partner_org = fields.Char("Co-organiser")
    budget = fields.Monetary("Budget (yuan)")
    funding = fields.Selection(FUNDING, "Source of funding", default="service")
    note = fields.Char("Remark")
    dropped = fields.Boolean(
        readonly=True, copy=False, help="Taken out of the plan with the manager's approval."
    )
    event_ids = fields.One2many("event.event", "plan_line_id", "Activities")
    held = fields.Boolean("Was held", compute="_compute_held")
    open_event = fields.Boolean("Activity going on", compute="_compute_held")
    event_state = fields.Char("Stand of the activity", compute="_compute_held")

    _budget_positive = models.Constraint("CHECK (budget >= 0)", "A budget is not below zero.")

    @api.depends("month", "date_planned", "year")
    def _compute_date_calendar(self):
        for line in self:
            line.date_calendar = line.date_planned or (
                date(line.year, int(line.month), 15) if line.year and line.month else False
            )

    @api.depends("event_ids.state", "event_ids.active")
    def _compute_held(self):
        for line in self:
            events = line.event_ids.filtered("active")
            line.held = any(event.state in HELD_STATES for event in events)
            line.open_event = any(
                event.state not in (*HELD_STATES, "cancelled") for event in events
            )
            last = events.sorted("id")[-1:]
            line.event_state = last._state_label(last.state) if last else False

    @api.constrains("date_planned", "month", "plan_id")
    def _check_date(self):
        for line in self.filtered("date_planned"):
            if (line.date_planned.year, f"{line.date_planned.month:02d}") != (
                line.year,
                line.month,
            ):
                raise UserError(
                    self.env._(
                        "“%(line)s” is planned for %(date)s, which is not in month %(month)s of "
                        "%(year)s.",
                        line=line.name,
                        date=line.date_planned,
                        month=line.month,
                        year=line.year,
                    )
                )

    def _check_open(self):
        """Refuse edits of a plan that was reviewed; they go by a request.

        :raises UserError: if so
        """
        for plan in self.plan_id:
            if plan.state != "draft" and not plan._moving():
                raise UserError(
                    self.env._(
                        "%(plan)s is “%(state)s”: its activities change by a request that the "
                        "manager approves (button “Change the plan”).",
                        plan=plan.display_name,
                        state=plan._state_label(plan.state),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines to plans that are still open."""
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        if vals.keys() - _FREE_FIELDS:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def action_make_event(self):
        """Make the activity of the line and open it; one that goes on already is opened.

        :raises UserError: if the plan is not approved or the line was taken out of it
        """
        self.ensure_one()
        self.plan_id._check_valid()
        if self.dropped:
            raise UserError(self.env._("“%(line)s” was taken out of the plan.", line=self.name))
        event = self.event_ids.filtered(lambda row: row.active and row.state != "cancelled")[:1]
        event = event or self.env["event.event"].create(self._event_values())
        return event._open_form()

    def _event_values(self):
        """Return the values of the activity: 09:30 to 11:30 (Beijing time) of its day."""
        day = self.date_calendar
        begin = datetime.combine(day, time(1, 30))
        return {
            "name": self.name,
            "estate_id": self.estate_id.id,
            "plan_line_id": self.id,
            "community_type_id": self.type_id.id,
            "purpose": self.purpose,
            "audience": self.audience,
            "expected_count": self.expected_count,
            "place": self.place,
            "user_id": self.user_id.id or self.env.uid,
            "partner_org": self.partner_org,
            "date_begin": begin,
            "date_end": begin + timedelta(hours=2),
            "funding_ids": [
                fields.Command.create({"source": self.funding or "service", "amount": self.budget})
            ]
            if self.budget
            else [],
        }
