# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import calendar
import logging
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.local_time import local_time, local_today

_logger = logging.getLogger(__name__)

#: what a plan goes to besides a route: states of the units
TARGET_STATES = {
    "vacant": ("unsold", "sold_pending", "handed_over", "vacant"),
    "entrusted": ("trusteeship",),
    "sites": ("renovating",),
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class PropertyPatrolPlan(models.Model):
    """When which patrol is made by whom (巡查计划, handbook B §E1).

    Tasks are made some days ahead by the scheduled action; each has the plan, its time and its
    building as identity, so that making them again changes nothing.
    """

    _name = "property.patrol.plan"
    _description = "Patrol plan"
    _inherit = ["mail.thread"]
    _order = "estate_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    estate_id = fields.Many2one("property.estate", required=True, index=True, tracking=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one("property.patrol.type", required=True, index=True)
    target = fields.Selection(
        [
            ("route", "Points of a route"),
            ("vacant", "All vacant units"),
            ("entrusted", "All units in trusteeship"),
            ("sites", "All renovation sites"),
        ],
        required=True,
        default="route",
        tracking=True,
        help="Units are taken as they are on the day the task is made, one task per building.",
    )
    route_id = fields.Many2one(
        "property.patrol.route", domain="[('estate_id', '=', estate_id)]", index="btree_not_null"
    )
    frequency = fields.Selection(
        [
            ("daily", "Every day"),
            ("interval", "Every few days"),
            ("weekly", "Every week"),
            ("monthly", "Once a month"),
            ("drawn", "Some days a month, drawn"),
            ("weather", "Before and after heavy rain"),
        ],
        required=True,
        default="daily",
        tracking=True,
    )
    interval_days = fields.Integer("Every … days", default=2)
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean()
    wednesday = fields.Boolean()
    thursday = fields.Boolean()
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    month_days = fields.Char(
        "Days of the month", default="1", help="Like 1,15; 31 means the last day of every month."
    )
    times_a_month = fields.Integer(
        default=4,
        help="How many days of each month are drawn. The draw looks irregular, but anybody can "
        "repeat it (handbook B E4: the manager's spot checks).",
    )
    time_ids = fields.One2many("property.patrol.plan.time", "plan_id", "Times", copy=True)
    times_text = fields.Char("At", compute="_compute_times_text")
    user_source = fields.Selection(
        [
            ("steward", "Steward of the building"),
            ("rotation", "These people in turn"),
            ("free", "Whoever takes it"),
        ],
        "Who goes",
        required=True,
        default="rotation",
    )
    user_ids = fields.Many2many("res.users", string="Patrolling staff")
    date_start = fields.Date("From", required=True, default=fields.Date.context_today)
    date_end = fields.Date("Until")
    error = fields.Char(readonly=True, copy=False)
    made_until = fields.Date("Tasks made until", readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _times_positive = models.Constraint(
        "CHECK (times_a_month BETWEEN 1 AND 28)", "Between one and 28 days of a month are drawn."
    )
    _interval_positive = models.Constraint(
        "CHECK (interval_days > 0)", "A plan goes at least one day further."
    )

    @api.depends("time_ids.hour", "time_ids.minutes")
    def _compute_times_text(self):
        for plan in self:
            plan.times_text = "、".join(row._text() for row in plan.time_ids)

    @api.constrains("target", "route_id", "estate_id", "frequency", "month_days")
    def _check_plan(self):
        for plan in self:
            if plan.target == "route" and not plan.route_id:
                raise ValidationError(self.env._("%s: name the route.", plan.name))
            if plan.route_id and plan.route_id.estate_id != plan.estate_id:
                raise ValidationError(
                    self.env._("%s: the route lies on another estate.", plan.name)
                )
            if plan.frequency == "monthly":
                plan._month_days()

    def _month_days(self):
        try:
            days = [int(part) for part in (self.month_days or "").replace("，", ",").split(",")]
        except ValueError:
            days = []
        if not days or not all(1 <= day <= 31 for day in days):
            raise ValidationError(
                self.env._("%s: write the days of the month like 1,15.", self.name)
            )
        return days

    def _due_on(self, day):
        """Return whether the plan has patrols on `day`."""
        self.ensure_one()
        if day < self.date_start or (self.date_end and day > self.date_end):
            return False
        if self.frequency == "daily":
            return True
        if self.frequency == "interval":
            return (day - self.date_start).days % self.interval_days == 0
        if self.frequency == "weekly":
            return self[WEEKDAYS[day.weekday()]]
        if self.frequency == "monthly":
            last = calendar.monthrange(day.year, day.month)[1]
            return day.day in {min(number, last) for number in self._month_days()}
        if self.frequency == "drawn":
            return day.day in self._drawn_days(day)
        return False

    def _drawn_days(self, day):
        """Return the days of the month of `day` that are drawn: one in each stretch of it."""
        last = calendar.monthrange(day.year, day.month)[1]
        dice = Random(f"{self.id},{day.year},{day.month}")
        borders = [last * number // self.times_a_month for number in range(self.times_a_month + 1)]
        return {dice.randint(low + 1, high) for low, high in pairwise(borders)}

    def _slots(self, first, last):
        """Return the times of the plan from `first` to `last`, both included.

        :return: list of (day, key, UTC start, UTC end)
        """
        self.ensure_one()
        slots = []
        day = first
        while day <= last:
            if self._due_on(day):
                slots += self._slots_of(day)
            day += timedelta(days=1)
        return slots

    def _slots_of(self, day):
        times = [(row.hour, row.minutes) for row in self.time_ids] or [(9.0, 540)]
        return [
            (
                day,
                f"{day} {hour:05.2f}",
                local_time(day, hour),
                local_time(day, hour) + timedelta(minutes=minutes),
            )
            for hour, minutes in times
        ]

    def _stops(self):
        """Return what a patrol of the plan goes to: [(building, values of visits)]."""
        self.ensure_one()
        if self.target == "route":
            points = self.route_id.point_ids.filtered("active").sorted(
                lambda point: (point.sequence, point.id)
            )
            building = points.building_id if len(points.building_id) == 1 else points.browse()
            visits = [
                {"sequence": number, "point_id": point.id, "name": point.name}
                for number, point in enumerate(points, 1)
            ]
            return [(building.id if building else False, visits)] if visits else []
        units = self.env["property.unit"].search(
            [
                ("estate_id", "=", self.estate_id.id),
                ("state", "in", TARGET_STATES[self.target]),
                ("category", "in", ("home", "shop", "office")),
            ]
        )
        return [
            (
                building.id,
                [
                    {
                        "sequence": number,
                        "unit_id": unit.id,
                        "name": unit.full_name,
                        "unit_state": unit.state,
                    }
                    for number, unit in enumerate(group, 1)
                ],
            )
            for building, group in units.grouped("building_id").items()
        ]

    def _user_on(self, day, building_id):
        """Return the id of who goes, or False for whoever takes it."""
        if self.user_source == "steward":
            building = self.env["property.building"].browse(building_id or ())
            people = building.steward_ids or self.route_id.point_ids.building_id.steward_ids
            people = people or self.user_ids
            return people[:1].id
        if self.user_source == "rotation" and self.user_ids:
            number = (day - self.date_start).days if day >= self.date_start else 0
            return self.user_ids[number % len(self.user_ids)].id
        return False

    def _make(self, slots):
        """Make the tasks of `slots` that are not there yet, all of them in one go.

        :param slots: as `_slots()` returns them
        :return: the new tasks
        """
        self.ensure_one()
        tasks = self.env["property.patrol"].sudo()
        if not slots:
            return tasks
        stops = self._stops()
        there = {
            (task.slot, task.building_id.id)
            for task in tasks.search_fetch(
                [("plan_id", "=", self.id), ("slot", "in", [slot[1] for slot in slots])],
                ["slot", "building_id"],
            )
        }
        values = [
            {
                "plan_id": self.id,
                "type_id": self.type_id.id,
                "route_id": self.route_id.id if self.target == "route" else False,
                "estate_id": self.estate_id.id,
                "building_id": building_id,
                "slot": key,
                "date": day,
                "planned_start": start,
                "planned_end": end,
                "user_id": self._user_on(day, building_id),
                "description": self.name,
                "channel": "patrol",
                "visit_ids": [Command.create(visit) for visit in visits],
            }
            for day, key, start, end in slots
            for building_id, visits in stops
            if (key, building_id) not in there
        ]
        quiet = tasks.with_context(tracking_disable=True)
        return quiet.create(values).with_context(tracking_disable=False)

    @api.model
    def _cron_make(self):
        """Make the tasks of the coming days; safe to run twice or to be killed.

        A plan that cannot be worked out keeps its error and the others go on.
        """
        today = local_today()

        def failed(plan, error):
            _logger.warning("Patrol plan %s cannot be worked out: %s", plan.id, error)
            plan.error = str(error)

        self.env["ir.cron"]._property_each(
            self.search([("frequency", "!=", "weather")]),
            lambda plan: plan._make_ahead(today),
            failed,
        )

    def _make_ahead(self, today):
        last = today + timedelta(days=self.estate_id._parameter("patrol_ahead_days"))
        self._make(self._slots(today, last))
        if self.made_until != last or self.error:
            self.write({"made_until": last, "error": False})

    def action_make(self):
        """Make the tasks of the coming days now; those that are there stay as they are."""
        today = local_today()
        for plan in self:
            if plan.frequency == "weather":
                raise UserError(
                    self.env._("Patrols around heavy rain are made by their own buttons.")
                )
            plan._make_ahead(today)
        return self.action_open_tasks()

    def action_rain(self):
        """Make the patrols before or after heavy rain, by `rain` in the context; once a day each.

        :raises UserError: for a plan that does not go by the weather
        """
        when = "after" if self.env.context.get("rain") == "after" else "before"
        now = fields.Datetime.now()
        day = local_today()
        for plan in self:
            if plan.frequency != "weather":
                raise UserError(self.env._("“%s” does not go by the weather.", plan.name))
            made = plan._make([(day, f"{day} {when}", now, now + timedelta(hours=12))])
            made.occasion = when
        return self.action_open_tasks()

    def action_open_tasks(self):
        """Open the tasks of the plans."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Patrols"),
            "res_model": "property.patrol",
            "view_mode": "calendar,list,form",
            "domain": [("plan_id", "in", self.ids)],
        }

    @api.model
    def _month_grid(self, estates, month):
        """Return {plan: {day: names of who goes}} of a month, for form E1-1."""
        first = month.replace(day=1)
        last = date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
        grid = {}
        for plan in self.search([("estate_id", "in", estates.ids)]):
            days = {}
            for day, *_rest in plan._slots(first, last):
                user = self.env["res.users"].browse(plan._user_on(day, False) or ())
                days.setdefault(day, []).append(user.name or "√")
            grid[plan] = days
        return grid


class PropertyPatrolPlanTime(models.Model):
    """A time of the day at which a patrol begins, and how long it may take."""

    _name = "property.patrol.plan.time"
    _description = "Time of a patrol plan"
    _order = "hour, id"

    plan_id = fields.Many2one("property.patrol.plan", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    hour = fields.Float("Begins at", required=True, default=9.0)
    minutes = fields.Integer("Minutes until it has to be done", required=True, default=120)

    _hour_of_day = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)", "A time of the day is between 0:00 and 24:00."
    )
    _minutes_positive = models.Constraint("CHECK (minutes > 0)", "A patrol needs some minutes.")

    def _text(self):
        return f"{int(self.hour):02d}:{round(self.hour % 1 * 60):02d}"
