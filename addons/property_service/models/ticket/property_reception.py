# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import money
from ...tools.local_time import ZONE_NAME, local_today

_logger = logging.getLogger(__name__)


class PropertyReceptionDay(models.Model):
    """A day on which owners meet a leader face to face (投诉接待日), form C5-2.

    Handbook B C5: the first and third Friday, 10 to 12; moved to the next working day when it is
    a holiday. A deputy may replace the host, nobody may cancel the day.
    """

    _name = "property.reception.day"
    _description = "Reception day"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["estate_id.name"]
    _check_company_auto = True

    _workflow_moves = {"planned": ("held", "missed"), "missed": ("held",)}
    _workflow_stamps = {"held": ("held_by_id", "held_date")}

    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(required=True, index=True, tracking=True)
    planned_date = fields.Date("Regular day", readonly=True)
    moved = fields.Boolean("Moved: a holiday", compute="_compute_moved", store=True)
    hour_from = fields.Float("From (hour)", default=10.0)
    hour_to = fields.Float("To (hour)", default=12.0)
    place = fields.Char()
    host_id = fields.Many2one("res.users", index="btree_not_null", tracking=True)
    deputy_id = fields.Many2one("res.users", index="btree_not_null", tracking=True)
    host_present = fields.Selection(
        [("host", "Host"), ("deputy", "Deputy")], "Who received really", tracking=True
    )
    booking_ids = fields.One2many("property.reception", "day_id", "Bookings")
    booking_count = fields.Integer(
        "Number of bookings", compute="_compute_booking_count", store=True
    )
    state = fields.Selection(
        [("planned", "To be held"), ("held", "Took place"), ("missed", "Host did not come")],
        required=True,
        default="planned",
        tracking=True,
        index=True,
    )
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    held_date = fields.Datetime(readonly=True, copy=False)

    _day_unique = models.UniqueIndex(
        "(estate_id, planned_date) WHERE planned_date IS NOT NULL",
        "This reception day is planned already.",
    )
    _hours_order = models.Constraint(
        "CHECK (hour_to > hour_from)", "The reception ends after it starts."
    )

    @api.depends("date", "planned_date")
    def _compute_moved(self):
        for day in self:
            day.moved = bool(day.planned_date and day.planned_date != day.date)

    @api.depends("booking_ids.state")
    def _compute_booking_count(self):
        for day in self:
            day.booking_count = len(day.booking_ids.filtered(lambda row: row.state != "cancelled"))

    @api.depends("date", "estate_id.name")
    def _compute_display_name(self):
        for day in self:
            day.display_name = f"{day.date or ''} {day.estate_id.name or ''}"

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if any(day.state != "planned" or day.booking_ids for day in self):
            raise UserError(
                self.env._("A reception day is not cancelled: let the deputy receive the owners.")
            )

    @api.model
    def _regular_days(self, estate, month):
        """Return the regular days of a month: by default the first and third Friday.

        :param month: first day of the month
        """
        weekday = estate._parameter("reception_weekday") - 1
        first = money.month_start(month)
        first += timedelta(days=(weekday - first.weekday()) % 7)
        weeks = [int(part) for part in estate._parameter("reception_weeks").split(",")]
        days = [first + timedelta(weeks=week - 1) for week in weeks]
        return [day for day in days if day.month == month.month]

    @api.model
    def _working_day(self, estate, day):
        """Return `day`, or the next working day of the company's calendar when it is none."""
        calendar = estate.company_id.resource_calendar_id
        if not calendar:
            return day
        zone = timezone(calendar.tz or ZONE_NAME)
        for offset in range(31):
            candidate = day + timedelta(days=offset)
            start = zone.localize(datetime.combine(candidate, time.min)).astimezone(utc)
            end = start + timedelta(days=1)
            if calendar.get_work_hours_count(start, end, compute_leaves=True) > 0:
                return candidate
        return day

    @api.model
    def _plan_month(self, estate, month):
        """Plan the reception days of a month; those planned already stay as they are."""
        month = money.month_start(month)
        regular = self._regular_days(estate, month)
        there = self.search(
            [("estate_id", "=", estate.id), ("planned_date", "in", regular)]
        ).mapped("planned_date")
        return self.create(
            [
                {
                    "estate_id": estate.id,
                    "planned_date": day,
                    "date": self._working_day(estate, day),
                    "hour_from": estate._parameter("reception_hour_from"),
                    "hour_to": estate._parameter("reception_hour_to"),
                    "host_id": estate.manager_id.id,
                }
                for day in regular
                if day not in there
            ]
        )

    @api.model
    def _cron_plan(self):
        """Plan this month's and the next month's days of every estate; missed ones are noted."""
        today = local_today()

        def plan(estate):
            self._plan_month(estate, today)
            self._plan_month(estate, money.add_months(money.month_start(today), 1))
            late = self.search(
                [
                    ("estate_id", "=", estate.id),
                    ("state", "=", "planned"),
                    ("date", "<", today),
                    ("booking_ids.state", "=", "confirmed"),
                ]
            )
            late._miss()

        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            plan,
            lambda estate, _error: _logger.exception(
                "Reception days of estate %s cannot be planned", estate.id
            ),
        )

    def _miss(self):
        for day in self:
            day._move_to("missed")
            day.message_post(
                body=self.env._("Owners were booked and neither host nor deputy received them.")
            )

    def action_held(self):
        """Note that the day was held, by the host or the deputy.

        :raises UserError: if nobody received the owners
        """
        for day in self:
            if not day.host_present:
                raise UserError(self.env._("Enter who received the owners: host or deputy."))
            if day.host_present == "deputy" and not day.deputy_id:
                raise UserError(self.env._("Enter the deputy who received the owners."))
            day._move_to("held")
        return True


class PropertyReception(models.Model):
    """A booking for a reception day (投诉接待日预约单), form C5-1.

    The matter is checked before: customer service, each department concerned and the project
    manager write their opinion, then the booking is confirmed. Decisions are tracked until the
    owner has his answer.
    """

    _name = "property.reception"
    _description = "Booking for the reception day"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.case.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "day_id desc, walk_in, time_slot, id"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "JD"
    _workflow_moves = {
        "requested": ("reviewed", "cancelled"),
        "reviewed": ("confirmed", "requested", "cancelled"),
        "confirmed": ("met", "no_show", "cancelled"),
        "met": ("tasks", "answered"),
        "tasks": ("answered",),
        "answered": ("closed", "tasks"),
        "no_show": ("requested",),
    }
    _workflow_stamps = {
        "reviewed": ("reviewed_by_id", "reviewed_date"),
        "confirmed": ("confirmed_by_id", "confirmed_date"),
        "met": ("met_by_id", "met_date"),
        "answered": ("answered_by_id", "answered_date"),
    }
    _case_steps = {"cancel": "_drop"}

    day_id = fields.Many2one(
        "property.reception.day",
        "Reception day",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        domain="[('state', '=', 'planned')]",
    )
    estate_id = fields.Many2one(related="day_id.estate_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(related="day_id.date", store=True, index=True)
    time_slot = fields.Float("Time (hour)", default=10.0)
    walk_in = fields.Boolean("Without appointment", help="Served after those who are booked.")
    unit_id = fields.Many2one(
        "property.unit",
        "Room",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )
    partner_id = fields.Many2one(
        "res.partner", "Owner", required=True, ondelete="restrict", index=True, tracking=True
    )
    phone = fields.Char(compute="_compute_phone", store=True, readonly=False, precompute=True)
    subject = fields.Text("Reason of the visit", required=True)
    wish = fields.Text("What should be solved")
    complaint_id = fields.Many2one(
        "property.complaint",
        "Complaint before",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )
    matter_id = fields.Many2one(
        "property.complaint.matter",
        "Common matter",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
        help="Of more than five owners with one matter, representatives are received.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Registered by",
        default=lambda self: self.env.user,
        index="btree_not_null",
    )
    cs_opinion = fields.Text("Opinion of customer service")
    opinion_ids = fields.One2many("property.reception.opinion", "reception_id", "Opinions")
    manager_opinion = fields.Text("Opinion of the project manager")
    attendants = fields.Char("With them")
    minutes = fields.Text("Record of the talk")
    task_ids = fields.One2many("property.reception.task", "reception_id", "Decisions")
    tasks_open = fields.Integer("Decisions open", compute="_compute_tasks_open", store=True)
    answer = fields.Text("Answer to the owner")
    cancel_reason = fields.Char("Cancelled because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("reviewed", "With the departments"),
            ("confirmed", "Confirmed"),
            ("met", "Met"),
            ("tasks", "Decisions carried out"),
            ("answered", "Answered"),
            ("closed", "Closed"),
            ("no_show", "Did not come"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="requested",
        tracking=True,
        index=True,
        group_expand=True,
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reviewed_date = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_date = fields.Datetime("Confirmed on", readonly=True, copy=False)
    met_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    met_date = fields.Datetime("Met on", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_date = fields.Datetime("Answered on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a booking with this number already."
    )

    @api.depends("partner_id")
    def _compute_phone(self):
        for booking in self:
            booking.phone = booking.phone or booking.partner_id.phone

    @api.depends("task_ids.done")
    def _compute_tasks_open(self):
        for booking in self:
            booking.tasks_open = len(booking.task_ids.filtered(lambda row: not row.done))

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.owner_id

    @api.onchange("complaint_id")
    def _onchange_complaint_id(self):
        if self.complaint_id:
            self.matter_id = self.complaint_id.matter_id
            self.unit_id = self.unit_id or self.complaint_id.unit_id
            self.partner_id = self.partner_id or self.complaint_id.partner_id
            self.subject = self.subject or self.complaint_id.description

    @api.constrains("time_slot", "day_id", "walk_in")
    def _check_time(self):
        for booking in self.filtered(lambda row: not row.walk_in):
            day = booking.day_id
            if not day.hour_from <= booking.time_slot < day.hour_to:
                raise ValidationError(
                    self.env._("The time is outside the hours of the reception day.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        bookings = super().create(vals_list)
        bookings._assign_number()
        return bookings

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A booking stays in the register: cancel it."))

    def action_review(self):
        """Ask the departments concerned for their opinion.

        :raises UserError: if no department is named
        """
        for booking in self:
            if not booking.opinion_ids:
                raise UserError(self.env._("Name the departments that are concerned."))
            booking._move_to("reviewed")
            for row in booking.opinion_ids:
                if user := row.department_id.sudo().manager_id.user_id:
                    booking.sudo().activity_schedule(
                        "mail.mail_activity_data_todo",
                        summary=self.env._("Opinion for the reception day"),
                        user_id=user.id,
                    )
        return True

    def action_confirm(self):
        """Confirm the booking once everybody concerned has written an opinion.

        :raises UserError: if an opinion is missing, or five owners come with this matter already
        """
        self._check_role("supervisor", self.env._("Confirming a booking"))
        for booking in self:
            missing = booking.opinion_ids.filtered(lambda row: not row.opinion)
            names = missing.department_id.sudo().mapped("name")
            if not booking.cs_opinion:
                names.append(self.env._("Customer service"))
            if not booking.manager_opinion:
                names.append(self.env._("Project manager"))
            if names:
                raise UserError(
                    self.env._(
                        "The booking cannot be confirmed, opinions are missing: %(names)s",
                        names="、".join(names),
                    )
                )
            booking._check_representatives()
            booking._move_to("confirmed")
        return True

    def _check_representatives(self):
        if not self.matter_id:
            return
        limit = self.estate_id._parameter("reception_matter_max")
        others = self.day_id.booking_ids.filtered(
            lambda row: row.state == "confirmed" and row.matter_id == self.matter_id
        )
        if len(others - self) >= limit:
            raise UserError(
                self.env._(
                    "%(count)s owners come with this matter already: let them choose "
                    "representatives.",
                    count=limit,
                )
            )

    def action_back(self):
        """Give the booking back to be completed."""
        self._move_to("requested")
        return True

    def action_meet(self):
        """Note that the owner was received.

        :raises UserError: if the record of the talk is missing
        """
        for booking in self:
            if not booking.minutes:
                raise UserError(self.env._("Write the record of the talk."))
            booking._move_to("met")
            if booking.task_ids:
                booking._move_to("tasks")
        return True

    def action_no_show(self):
        """Note that the owner did not come."""
        self._move_to("no_show")
        return True

    def action_request_again(self):
        """Book an owner again who did not come."""
        self._move_to("requested")
        return True

    def action_answer(self):
        """Note that the owner was told the outcome.

        :raises UserError: if a decision is open or the answer is missing
        """
        for booking in self:
            if booking.tasks_open:
                raise UserError(self.env._("Decisions of the reception are still open."))
            if not booking.answer:
                raise UserError(self.env._("Write down what the owner was told."))
            booking._move_to("answered")
        return True

    def action_close(self):
        """Close an answered booking."""
        self._move_to("closed")
        return True

    def action_cancel(self):
        """Ask why the owner does not come."""
        return self._ask("cancel", self.env._("Cancel the booking"), self.env._("Why?"))

    def _drop(self, text):
        self._move_to("cancelled", cancel_reason=text)


class PropertyReceptionOpinion(models.Model):
    """What a department says to a matter before the owner is received."""

    _name = "property.reception.opinion"
    _description = "Opinion for a reception day"
    _order = "reception_id, id"

    reception_id = fields.Many2one(
        "property.reception", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="reception_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="reception_id.company_id", store=True, index=True)
    department_id = fields.Many2one("hr.department", required=True, index=True)
    opinion = fields.Text()
    limit_date = fields.Date("Can be done until")
    user_id = fields.Many2one("res.users", "Opinion by", readonly=True, index="btree_not_null")
    date = fields.Datetime("On", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(self._signed(vals))
        return super().create(vals_list)

    def write(self, vals):
        return super().write({**vals, **self._signed(vals)})

    @api.model
    def _signed(self, vals):
        if not vals.get("opinion"):
            return {}
        return {"user_id": self.env.uid, "date": fields.Datetime.now()}


class PropertyReceptionTask(models.Model):
    """A decision of a reception: who does what until when."""

    _name = "property.reception.task"
    _description = "Decision of a reception"
    _order = "date_limit, id"

    reception_id = fields.Many2one(
        "property.reception", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="reception_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="reception_id.company_id", store=True, index=True)
    name = fields.Char("What is done", required=True)
    department_id = fields.Many2one(
        "hr.department", "Department in charge", required=True, index=True
    )
    date_limit = fields.Date("Until", required=True)
    done = fields.Boolean()
    result = fields.Char()
