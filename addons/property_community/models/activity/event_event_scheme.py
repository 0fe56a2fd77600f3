# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_today

from .event_event import SCHEME_STATES


class EventEvent(models.Model):
    """The scheme of an activity and its approval (活动方案审批, handbook B G2, form G2-2)."""

    _inherit = "event.event"

    theme = fields.Char()
    flow = fields.Text("Content and flow")
    organisation = fields.Text("Organisation and division of work")
    publicity = fields.Text("How it is made known")
    safety_plan = fields.Text("Safety, fire and traffic plan")
    first_aid = fields.Text()
    insurance = fields.Char()
    weather_plan = fields.Text("Bad-weather plan")
    filing = fields.Char("Filing with authorities")
    permit_needed = fields.Boolean("Permit needed", compute="_compute_size")
    permit_number = fields.Char("Permit of public security no.")
    large = fields.Boolean("Large activity", compute="_compute_size")
    scheme_due = fields.Date(
        "Scheme due", compute="_compute_due", store=True, help="Handed in for approval by then."
    )
    notice_due = fields.Date("Notice due", compute="_compute_due", store=True)
    late_reason = fields.Char("Why it is late", help="Scheme or notice later than the rule asks.")
    outside_plan = fields.Char("Outside the plan because", compute="_compute_outside_plan")
    last_opinions = fields.Json(compute="_compute_last_opinions")

    @api.depends("expected_count", "estate_id")
    def _compute_size(self):
        for event in self:
            estate = event.estate_id
            count = event.expected_count
            event.large = bool(estate and count >= estate._parameter("activity_large_people"))
            event.permit_needed = bool(
                estate and count >= estate._parameter("activity_permit_people")
            )

    @api.depends("date_begin", "expected_count", "estate_id")
    def _compute_due(self):
        """Scheme at least a week, notice three days (large: a week) ahead (handbook B G2, §10)."""
        for event in self:
            estate = event.estate_id
            if not estate or not event.date_begin:
                event.scheme_due = event.notice_due = False
                continue
            day = event._local(event.date_begin).date()
            ahead = estate._parameter(
                "activity_notice_days_large"
                if event.expected_count >= estate._parameter("activity_large_people")
                else "activity_notice_days"
            )
            event.scheme_due = day - timedelta(days=estate._parameter("activity_scheme_days"))
            event.notice_due = day - timedelta(days=ahead)

    @api.depends("plan_line_id.budget", "budget_total", "estate_id")
    def _compute_outside_plan(self):
        for event in self:
            line = event.plan_line_id
            if not event.estate_id:
                event.outside_plan = False
            elif not line:
                event.outside_plan = self.env._("It is not in the yearly plan.")
            elif event.budget_total > line.budget:
                event.outside_plan = self.env._(
                    "Its budget of %(budget).2f is above the %(planned).2f of the plan.",
                    budget=event.budget_total,
                    planned=line.budget,
                )
            else:
                event.outside_plan = False

    def _compute_last_opinions(self):
        """The decisions on the last request, for the approval form: role, who, when, what."""
        for event in self:
            approval = event.sudo().approval_ids.filtered(
                lambda row: row.matter in ("activity", "activity_extra")
            )[:1]
            event.last_opinions = [
                {
                    "role": step.group_id.name,
                    "state": step.state,
                    "user": step.user_id.name or "",
                    "date": fields.Date.to_string(event._local(step.date)) if step.date else "",
                    "reason": step.reason or "",
                }
                for step in approval.step_ids.sorted("sequence")
            ]

    def action_write_scheme(self):
        """Begin, or go back to, writing the scheme."""
        self.check_access("write")
        for event in self:
            if event.state == "approval":
                event._withdraw_approval()
            event._move_to("scheme")
        return True

    def _check_scheme(self):
        """Refuse a scheme that lacks what an approver has to judge.

        :raises UserError: naming what is missing
        """
        for event in self:
            needed = ("theme", "flow", "safety_plan", "place", "expected_count", "user_id")
            missing = [
                event._fields[name]._description_string(self.env)
                for name in needed
                if not event[name]
            ]
            if event.large:
                missing += [
                    event._fields[name]._description_string(self.env)
                    for name in ("first_aid", "weather_plan", "insurance")
                    if not event[name]
                ]
            if missing:
                raise UserError(
                    self.env._(
                        "“%(event)s”: the scheme still needs %(missing)s.",
                        event=event.name,
                        missing="、".join(missing),
                    )
                )

    def action_submit(self):
        """Hand the scheme in: supervisor, manager and, above the limit, the company decide.

        What is outside the plan or above its budget is another matter, with the company's word.

        :raises UserError: without complete scheme, of a plan that is not approved, too late
            without a reason, or with a budget nobody pays
        """
        self.check_access("write")
        for event in self:
            if event.state not in SCHEME_STATES:
                raise UserError(self.env._("“%(event)s” was handed in already.", event=event.name))
            if event.plan_line_id:
                event.plan_line_id.plan_id._check_valid()
            event._check_scheme()
            event._check_funding()
            today = local_today()
            if today > event.scheme_due and not event.late_reason:
                raise UserError(
                    self.env._(
                        "“%(event)s”: the scheme was due on %(date)s. Say under “Why it is late” "
                        "what the reason is.",
                        event=event.name,
                        date=event.scheme_due,
                    )
                )
            if event.state != "scheme":
                event._move_to("scheme")
            event.sudo().with_context(tracking_disable=True).refuse_reason = False
            event._move_to("approval")
            event._request_approval(
                "activity_extra" if event.outside_plan else "activity",
                self.env._(
                    "Activity “%(event)s”, %(estate)s",
                    event=event.name,
                    estate=event.estate_id.name,
                ),
                event.budget_total,
                "\n".join(text for text in (event.outside_plan, event.late_reason) if text) or None,
            )
        return True

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for event in self:
            if approval.matter == "activity_overrun":
                event._with_move().approved_budget = approval.amount
            elif event.state == "approval":
                event._move_to("approved", approved_budget=event.budget_total)

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        for event in self:
            if approval.matter != "activity_overrun" and event.state == "approval":
                event._move_to("rejected", refuse_reason=reason)
