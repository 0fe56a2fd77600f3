# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from ...tools.local_time import local_day, local_span, month_bounds

APPLICANTS = [
    ("resident", "Resident"),
    ("club", "Club of residents"),
    ("company", "Company or shop of the estate"),
    ("outside", "Somebody from outside"),
]
USES = [
    ("culture", "Culture and art"),
    ("sport", "Sport and games"),
    ("family", "Family celebration"),
    ("meeting", "Meeting of residents"),
    ("charity", "Charity and public benefit"),
    ("commercial", "Sales or promotion"),
    ("other", "Other use"),
]
#: states in which the venue is kept for a booking
TAKEN = ("approved", "deposit_paid", "fee_paid", "in_use")
#: states in which an application waits for its decision
WAITING = ("applied", "checked")
#: who goes first where two want the same time
FIRST = ("resident", "club")
_FACTS = (
    *("venue_id", "unit_id", "partner_id", "applicant_kind", "use_kind", "purpose", "date_start"),
    *("date_end", "persons", "facilities", "safety", "owners_decision"),
)


class PropertyVenueBooking(models.Model):
    """An application to use a venue, from the desk to the refund of its deposit.

    Handbook B G3 (form G3-1), A §48. Residents go first, then who comes first; the first approved
    has the venue, and the database itself refuses a second booking of the same time.
    """

    _name = "property.venue.booking"
    _description = "Booking of a venue"
    _inherit = [
        "property.living.mixin",
        "property.approval.mixin",
        "property.signature.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "CD"
    _workflow_moves = {
        "applied": ("checked", "refused", "cancelled"),
        "checked": ("approved", "refused", "cancelled"),
        "approved": ("deposit_paid", "fee_paid", "in_use", "cancelled"),
        "deposit_paid": ("approved", "fee_paid", "in_use", "cancelled"),
        "fee_paid": ("approved", "deposit_paid", "in_use", "cancelled"),
        "in_use": ("inspected",),
        "inspected": ("deposit_refunded", "closed"),
        "deposit_refunded": ("inspected", "closed"),
    }
    _workflow_stamps = {
        "checked": ("checked_by_id", "checked_date"),
        "approved": (None, "approved_date"),
        "in_use": ("opened_by_id", "opened_date"),
        "inspected": ("inspected_by_id", "inspected_date"),
        "closed": ("closed_by_id", "closed_date"),
        "refused": ("refused_by_id", "refused_date"),
        "cancelled": ("cancelled_by_id", "cancelled_date"),
    }
    _case_clocks = {"applied": ("check",), "checked": ("decide",), "in_use": ("inspect",)}
    _case_done = {
        "checked": ("check",),
        "approved": ("decide",),
        "refused": ("check", "decide"),
        "inspected": ("inspect",),
    }
    _case_end = ("closed", "refused", "cancelled")
    _living_open = ("applied",)
    _living_facts = _FACTS
    _signature_locks = {"applicant": _FACTS, "refund": ("after_note", "damage_ids")}
    _reasons = {
        "refuse": "_refuse",
        "cancel": "_cancel",
        "no_show": "_no_show",
        "stop": "_stop",
    }

    venue_id = fields.Many2one(
        "property.venue",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    kind = fields.Selection(related="venue_id.kind", store=True, index=True, precompute=True)
    unit_id = fields.Many2one(
        "property.unit",
        "Room",
        help="Fee and deposit are booked on it; who has none pays an invoice, and the deposit on the "
        "room the venue is registered as.",
    )
    partner_id = fields.Many2one(
        string="Applicant",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    applicant_kind = fields.Selection(
        APPLICANTS, "Applies as", required=True, default="resident", tracking=True
    )
    organiser = fields.Char("Club or company", help="On whose behalf the applicant applies.")
    use_kind = fields.Selection(
        USES, "Kind of use", required=True, default="culture", tracking=True, index=True
    )
    commercial = fields.Boolean(
        "Commercial use", compute="_compute_commercial", store=True, precompute=True
    )
    purpose = fields.Char("What it is used for", required=True, tracking=True)
    date_start = fields.Datetime("Use from", required=True, tracking=True, index=True)
    date_end = fields.Datetime("Use until", required=True, tracking=True)
    hours = fields.Float(
        "Hours charged", compute="_compute_amounts", store=True, precompute=True, aggregator="sum"
    )
    time_text = fields.Char("Time of use", compute="_compute_time_text")
    persons = fields.Integer("Number of people", default=1)
    facilities = fields.Char("Equipment and power needed")
    safety = fields.Text("Safety measures")
    owners_decision = fields.Char(
        "Owners' decision",
        tracking=True,
        help="Number and date of the decision of owners or owners' committee (民法典 art. 278, 282).",
    )
    owners_decision_ids = fields.Many2many(
        "ir.attachment",
        "property_venue_booking_decision_rel",
        string="Papers of the decision",
        bypass_search_access=True,
        copy=False,
    )
    signed_applicant = fields.Boolean(compute="_compute_signed_applicant")
    cs_opinion = fields.Char("Opinion of the desk", copy=False)
    problem_text = fields.Text("What stands against it", compute="_compute_problem_text")
    reason = fields.Char("Reason of the last step", readonly=True, copy=False, tracking=True)
    approver_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("applied", "Applied for"),
            ("checked", "Checked"),
            ("approved", "Approved"),
            ("deposit_paid", "Deposit paid"),
            ("fee_paid", "Fee paid"),
            ("in_use", "Being used"),
            ("inspected", "Inspected"),
            ("deposit_refunded", "Deposit returned"),
            ("closed", "Closed"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
        copy=False,
        group_expand="_group_expand_state",
    )
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    opened_by_id = fields.Many2one("res.users", "Venue opened by", readonly=True, copy=False)
    opened_date = fields.Datetime("Venue opened on", readonly=True, copy=False)
    inspected_by_id = fields.Many2one("res.users", "Inspected by", readonly=True, copy=False)
    inspected_date = fields.Datetime("Inspected on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)
    refused_by_id = fields.Many2one("res.users", "Refused by", readonly=True, copy=False)
    refused_date = fields.Datetime("Application refused on", readonly=True, copy=False)
    cancelled_by_id = fields.Many2one("res.users", "Cancelled by", readonly=True, copy=False)
    cancelled_date = fields.Datetime("Cancelled on", readonly=True, copy=False)

    _period = models.Constraint("CHECK (date_end > date_start)", "A use ends after it begins.")
    _nobody_twice = models.Constraint(
        """EXCLUDE USING gist (
            int4range(venue_id, venue_id, '[]') WITH =,
            tsrange(date_start, date_end) WITH &&
        ) WHERE (state IN ('approved', 'deposit_paid', 'fee_paid', 'in_use'))""",
        "The venue was given to somebody else for that time at this very moment: choose another "
        "time.",
    )
    _of_household = models.Index("(unit_id, date_start) WHERE unit_id IS NOT NULL")

    @api.model
    def _group_expand_state(self, states, _domain):
        return ["applied", "checked", "approved", "deposit_paid", "fee_paid", "in_use", "inspected"]

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {"approver_id", "reason"}

    @api.model
    def _signature_labels(self):
        return {
            "applicant": self.env._("Applicant"),
            "refund": self.env._("Applicant (return and refund)"),
        }

    def _signature_partner(self, role):
        return self.partner_id

    @api.model
    def _step_label(self, step):
        return {
            "check": self.env._("Check of the application"),
            "decide": self.env._("Decision on the application"),
            "inspect": self.env._("Inspection after the use"),
        }.get(step, step)

    def _deadline_agreed(self, step):
        """The inspection is due a while after the use is over, not after it began."""
        if step == "inspect":
            return self.date_end + timedelta(hours=self.estate_id._parameter("venue_inspect_hours"))
        return super()._deadline_agreed(step)

    # computes ------------------------------------------------------------------------------------

    @api.depends("unit_id", "venue_id")
    def _compute_place(self):
        for booking in self:
            booking.estate_id = booking.venue_id.estate_id
            booking.building_id = booking.unit_id.building_id

    @api.depends("unit_id", "applicant_kind")
    def _compute_partner_id(self):
        for booking in self:
            unit = booking.unit_id
            if not booking.partner_id and unit and booking.applicant_kind != "outside":
                booking.partner_id = unit.tenant_id or unit.owner_id

    @api.depends("partner_id")
    def _compute_phone(self):
        for booking in self:
            booking.phone = booking.partner_id.phone or booking.phone

    @api.depends("use_kind")
    def _compute_commercial(self):
        for booking in self:
            booking.commercial = booking.use_kind == "commercial"

    @api.depends("date_start", "date_end")
    def _compute_time_text(self):
        for booking in self:
            booking.time_text = (
                local_span(booking.date_start, booking.date_end)
                if booking.date_start and booking.date_end
                else False
            )

    @api.depends("number", "venue_id.name", "partner_id.name")
    def _compute_display_name(self):
        for booking in self:
            parts = (booking.number, booking.venue_id.name, booking.partner_id.name)
            booking.display_name = " ".join(part for part in parts if part)

    @api.depends("state", *_FACTS)
    def _compute_problem_text(self):
        for booking in self:
            ready = booking.venue_id and booking.date_start and booking.date_end
            waiting = ready and booking.state in WAITING
            booking.problem_text = "\n".join(booking._problems()) if waiting else False

    @api.depends("signature_ids.void_reason")
    def _compute_signed_applicant(self):
        for booking in self:
            booking.signed_applicant = booking._is_signed("applicant") if booking.id else False

    @api.constrains("unit_id", "venue_id")
    def _check_unit(self):
        for booking in self:
            if booking.unit_id and booking.unit_id.estate_id != booking.venue_id.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not in the estate of “%(venue)s”.",
                        unit=booking.unit_id.full_name,
                        venue=booking.venue_id.name,
                    )
                )

    # rules ---------------------------------------------------------------------------------------

    def _problems(self):
        """Return what stands against the booking, a list of sentences, each with its remedy."""
        self.ensure_one()
        return [
            *self._problems_of_time(),
            *self._problems_of_applicant(),
            *self._problems_of_others(),
        ]

    def _problems_of_time(self):
        """Return what is wrong with the time by the rules of the venue."""
        venue = self.venue_id
        now = fields.Datetime.now()
        hours = (self.date_end - self.date_start).total_seconds() / 3600
        longest = venue._longest()
        found = []
        if self.date_start < now:
            found.append(self.env._("The time applied for is over: choose another one."))
        elif venue.lead_hours and self.date_start < now + timedelta(hours=venue.lead_hours):
            found.append(
                self.env._(
                    "“%(venue)s” is applied for %(hours)g hours ahead: choose a later time.",
                    venue=venue.name,
                    hours=venue.lead_hours,
                )
            )
        if not venue._is_open(self.date_start, self.date_end):
            found.append(
                self.env._(
                    "“%(venue)s” is open %(hours)s: %(time)s is outside these hours.",
                    venue=venue.name,
                    hours=venue.hours_text,
                    time=local_span(self.date_start, self.date_end),
                )
            )
        if longest and hours > longest + 0.001:
            found.append(
                self.env._(
                    "“%(venue)s” is given for %(longest)g hours at the most, not for %(hours)g: "
                    "shorten the time.",
                    venue=venue.name,
                    longest=longest,
                    hours=round(hours, 2),
                )
            )
        if venue.capacity and self.persons > venue.capacity:
            found.append(
                self.env._(
                    "“%(venue)s” holds %(capacity)s people, not %(persons)s: choose a larger one.",
                    venue=venue.name,
                    capacity=venue.capacity,
                    persons=self.persons,
                )
            )
        return found

    def _problems_of_applicant(self):
        """Return what the applicant lacks: a home here, uses left in the month, a decision."""
        found = []
        if self.applicant_kind == "resident":
            if not self.unit_id:
                found.append(self.env._("A resident applies with his room: enter it."))
            elif self.partner_id and not self._lives_here(local_day(self.date_start)):
                found.append(
                    self.env._(
                        "%(person)s does not hold %(unit)s on %(date)s (moved out, or not "
                        "registered): the person who lives there applies.",
                        person=self.partner_id.name,
                        unit=self.unit_id.full_name,
                        date=local_day(self.date_start),
                    )
                )
            limit = self.venue_id._month_limit()
            others = self._of_month() if limit and self.unit_id else self.browse()
            if limit and len(others) >= limit:
                found.append(
                    self.env._(
                        "%(unit)s has %(count)s bookings in that month already (%(numbers)s): a "
                        "household has %(limit)s. Choose another month.",
                        unit=self.unit_id.full_name,
                        count=len(others),
                        numbers="、".join(others.mapped("number")),
                        limit=limit,
                    )
                )
        if self.commercial and not (self.owners_decision or "").strip():
            found.append(
                self.env._(
                    "Sales or promotion on common ground needs the decision of the owners: note "
                    "its number and date."
                )
            )
        return found

    def _problems_of_others(self):
        """Return who has the venue at that time."""
        return [
            self.env._(
                "“%(venue)s” is taken: %(number)s, %(person)s, %(time)s (%(state)s). Choose "
                "another time.",
                venue=self.venue_id.name,
                number=other.number,
                person=other.partner_id.name,
                time=local_span(other.date_start, other.date_end),
                state=other._state_label(other.state),
            )
            for other in self._overlapping(TAKEN)
        ]

    def _overlapping(self, states):
        """Return the other bookings of the venue in `states` at that time."""
        self.ensure_one()
        return (
            self.sudo()
            .search(
                [
                    ("id", "!=", self._origin.id),
                    ("venue_id", "=", self.venue_id.id),
                    ("state", "in", states),
                    ("date_start", "<", self.date_end),
                    ("date_end", ">", self.date_start),
                ],
                order="date_start, id",
            )
            .with_env(self.env)
            .sudo()
        )

    def _of_month(self):
        """Return the other bookings of the household in the month, of all venues that count."""
        self.ensure_one()
        first, following = month_bounds(local_day(self.date_start))
        return self.sudo().search(
            [
                ("id", "!=", self._origin.id),
                ("unit_id", "=", self.unit_id.id),
                ("applicant_kind", "=", "resident"),
                ("kind", "in", self.venue_id._counted_together()),
                ("date_start", ">=", first),
                ("date_start", "<", following),
                ("state", "not in", ("refused", "cancelled")),
            ],
            order="date_start, id",
        )

    def _lives_here(self, day):
        """Return whether the applicant holds the room on `day`."""
        self.ensure_one()
        return any(
            row.partner_id == self.partner_id and row._holds_on(day)
            for row in self.unit_id.sudo().occupancy_ids
        )

    def _check_rules(self):
        """Refuse what the rules forbid.

        :raises UserError: naming the booking and everything that stands against it
        """
        for booking in self:
            if problems := booking._problems():
                raise UserError("\n".join([booking.display_name, *problems]))

    def _check_residents_first(self):
        """Refuse somebody else while residents wait for the same time.

        :raises UserError: naming the application of the residents
        """
        for booking in self.filtered(lambda row: row.applicant_kind not in FIRST or row.commercial):
            for other in booking._overlapping(WAITING):
                if other.applicant_kind in FIRST and not other.commercial:
                    raise UserError(
                        self.env._(
                            "%(booking)s: residents go first, and %(number)s (%(person)s, "
                            "%(time)s) waits for the same time: decide it before.",
                            booking=booking.display_name,
                            number=other.number,
                            person=other.partner_id.name,
                            time=local_span(other.date_start, other.date_end),
                        )
                    )

    # application and decision --------------------------------------------------------------------

    def action_check(self):
        """Note that the desk has checked the signed application, and ask for the decision.

        :raises UserError: naming what stands against it, or that it is not signed
        """
        self.check_access("write")
        for booking in self:
            booking._check_rules()
            booking._need_signatures(("applicant",))
            booking._move_to("checked")
            booking._request_approval(
                "venue_commercial" if booking.commercial else "venue",
                self.env._(
                    "%(booking)s on %(time)s",
                    booking=booking.display_name,
                    time=local_span(booking.date_start, booking.date_end),
                ),
                amount=booking.fee_amount,
                reason=booking.purpose,
            )

    def _take_venue(self):
        """Make sure that nobody else is given the venue at the same moment.

        :raises UserError: if a colleague decides on a booking of it right now
        """
        for booking in self:
            venue = booking.venue_id.sudo()
            try:
                venue.lock_for_update(allow_referencing=True)
            except LockError as error:
                raise UserError(
                    self.env._(
                        "A colleague is deciding on a booking of “%(venue)s” at this moment: open "
                        "it again and see who has it.",
                        venue=venue.name,
                    )
                ) from error
            # a transaction that began before another approval is repeated by this
            venue.date_decided = fields.Datetime.now()
            venue.flush_recordset(["date_decided"])

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for booking in self:
            booking._take_venue()
            booking._check_rules()
            booking._check_residents_first()
            booking._move_to("approved", approver_id=self.env.uid)
            booking._ask_money()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self._move_to("refused", reason=reason)

    def _refuse(self, reason):
        """Refuse applications at the desk: e.g. gatherings the venue is not for.

        :param str reason: why
        :raises AccessError: below the supervisor
        """
        self._check_role(
            "supervisor", self.env._("An application for a venue is refused by a supervisor.")
        )
        for booking in self:
            booking._withdraw_approval()
            booking._move_to("refused", reason=reason)

    def _cancel(self, reason):
        """Cancel bookings: what was asked for is taken back, what was paid goes back.

        :param str reason: why
        """
        for booking in self:
            booking._withdraw_approval()
            booking._move_to("cancelled", reason=reason)
            booking._take_money_back()

    def copy_data(self, default=None):
        values = super().copy_data(default)
        for booking, vals in zip(self, values, strict=True):
            # the partner is a computed field that is entered, too
            vals["partner_id"] = booking.partner_id.id
        return values
