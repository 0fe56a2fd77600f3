# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import date

from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import day_bounds, local_today

from .property_activity_plan import HELD_STATES, VALID_STATES

_logger = logging.getLogger(__name__)


class PropertyActivityPlan(models.Model):
    """What the calendar asks of the plans of all estates (handbook B G1)."""

    _inherit = "property.activity.plan"

    @api.model
    def _cron_plan(self):
        """Daily: warn before year end, copy and escalate after it, watch the public benefit."""
        today = local_today()
        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            lambda estate: self._watch_estate(estate, today),
            lambda estate, _error: _logger.exception("Plan of estate %s not watched", estate.id),
        )

    @api.model
    def _watch_estate(self, estate, today):
        """Do what `today` asks of one estate; a second run finds it done."""
        plans = self.with_context(lang=estate._print_lang())
        due_day = min(estate._parameter("activity_plan_day"), 31)
        if today.month == 12 and today >= date(today.year, 12, due_day):
            plans._warn_next_year(estate, today.year + 1)
        current = plans._of_year(estate, today.year)
        if current.state == "approved":
            current._move_to("running")
        elif current.state not in (*VALID_STATES, "closed"):
            plans._escalate_missing(estate, today.year, current, today)
        plans._watch_benefit(estate, today)

    @api.model
    def _of_year(self, estate, year):
        return self.search([("estate_id", "=", estate.id), ("year", "=", year)], limit=1)

    @api.model
    def _warn_next_year(self, estate, year):
        """Tell the supervisor that next year's plan is due (25 December by default)."""
        plan = self._of_year(estate, year)
        if plan.state in VALID_STATES or plan.approval_pending:
            return
        plan = plan or self._begin(estate, year)
        plan._tell_plan(
            estate._activity_members("supervisor"),
            self.env._("The activity plan of %(year)s is due: hand it in", year=year),
        )

    @api.model
    def _begin(self, estate, year):
        """Return a draft plan of `year`: last year's calendar copied, or empty where there is none."""
        last = self.search(
            [("estate_id", "=", estate.id), ("year", "<", year)], order="year desc", limit=1
        )
        users = estate._activity_members("supervisor") or self.env.user
        if last and last.line_ids:
            plan = last._copy_as_draft(year)
        else:
            plan = self.create({"estate_id": estate.id, "year": year})
        plan.user_id = users[:1]
        return plan

    @api.model
    def _escalate_missing(self, estate, year, plan, today):
        """The year began without approved plan: last year's is the draft, leaders are told."""
        if plan.escalated_date:
            return
        if not plan and not self.search_count([("estate_id", "=", estate.id)]):
            # an estate that never planned here is not late with its plan before it is asked for one
            return
        plan = plan or self._begin(estate, year)
        plan.sudo().escalated_date = today
        plan._tell_plan(
            estate._activity_members("manager") | estate._activity_members("administrator"),
            self.env._("There is no approved activity plan of %(year)s", year=year),
        )

    def _tell_plan(self, users, summary):
        self.ensure_one()
        plan = self.sudo()
        for user in users:
            known = plan.activity_ids.filtered(
                lambda row, user=user: row.user_id == user and row.summary == summary
            )
            if not known:
                plan.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(self),
                    summary=summary,
                    user_id=user.id,
                )

    @api.model
    def _benefit_gap(self, estate, today):
        """Return how many public-benefit activities of this half-year are neither held nor coming.

        :return: (count, last day of the half-year)
        """
        first = date(today.year, 1 if today.month <= 6 else 7, 1)
        last = date(today.year, 6, 30) if today.month <= 6 else date(today.year, 12, 31)
        start, end = day_bounds(first, last)
        events = (
            self.env["event.event"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", estate.id),
                    ("public_benefit", "=", True),
                    ("state", "not in", ("cancelled", "rejected")),
                    ("date_begin", ">=", start),
                    ("date_begin", "<", end),
                ]
            )
        )
        now = fields.Datetime.now()
        counted = events.filtered(
            lambda event: event.state in (*HELD_STATES, "running") or event.date_begin > now
        )
        return max(estate._parameter("public_benefit_min") - len(counted), 0), last

    @api.model
    def _watch_benefit(self, estate, today):
        """Tell the supervisor in time that the half-year lacks its public-benefit activity."""
        missing, last = self._benefit_gap(estate, today)
        plan = self._of_year(estate, today.year)
        warn = fields.Date.subtract(last, days=estate._parameter("public_benefit_warn_days"))
        if missing and plan and today >= warn:
            plan._tell_plan(
                estate._activity_members("supervisor"),
                self.env._(
                    "%(count)s public-benefit activity is missing until %(date)s",
                    count=missing,
                    date=last,
                ),
            )
