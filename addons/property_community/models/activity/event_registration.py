# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.property_service.tools import identity
from odoo.addons.property_service.tools.local_time import local_today

AGE_GROUPS = [
    ("child", "Under 14"),
    ("teen", "14 to 17"),
    ("adult", "18 to 59"),
    ("senior", "60 and over"),
]
MINORS = ("child", "teen")
#: states of an activity in which people may still be checked in
_CHECK_IN_STATES = ("running", "done")


class EventRegistration(models.Model):
    """A person a household signs up for an activity (报名/签到, handbook B G2, form G2-4).

    Rules hold for activities of an estate only: the household is one of the estate and whoever
    books lives there now; a minor comes with a guardian's consent; a household has its quota; when
    the places are taken, the next ones wait and move up by themselves.
    """

    _inherit = "event.registration"

    unit_id = fields.Many2one(
        "property.unit",
        "Household",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=?', estate_id)]",
        aggregator="count_distinct",
        tracking=True,
    )
    building_id = fields.Many2one(related="unit_id.building_id", store=True, index="btree_not_null")
    estate_id = fields.Many2one(related="event_id.estate_id", store=True, index="btree_not_null")
    community_type_id = fields.Many2one(
        related="event_id.community_type_id", store=True, index="btree_not_null"
    )
    date_activity = fields.Datetime("Held on", related="event_id.date_begin", store=True)
    participant_kind = fields.Selection(
        [("household", "Resident"), ("volunteer", "Volunteer"), ("guest", "Guest")],
        "Takes part as",
        required=True,
        default="household",
        index=True,
    )
    age_group = fields.Selection(AGE_GROUPS, default="adult", index=True)
    is_minor = fields.Boolean("Minor", compute="_compute_is_minor", store=True)
    guardian_name = fields.Char("Guardian")
    guardian_phone = fields.Char("Guardian's phone")
    phone_masked = fields.Char("Phone (masked)", compute="_compute_phone_masked")
    guardian_consent = fields.Boolean(
        "Guardian consents", help="The guardian knows the safety rules and brings the child."
    )
    guardian_consent_date = fields.Datetime("Consent given on", readonly=True, copy=False)
    waiting = fields.Boolean("On the waiting list", readonly=True, copy=False, index=True)
    waiting_since = fields.Datetime("Waiting since", readonly=True, copy=False)
    walk_in = fields.Boolean("Came without sign-up")
    people = fields.Integer(default=1, readonly=True, aggregator="sum")
    came = fields.Integer("People who came", compute="_compute_came", store=True)

    _activity_person = models.UniqueIndex(
        "(event_id, unit_id, name) WHERE unit_id IS NOT NULL AND active AND state != 'cancel'",
        "This person of the household is signed up already.",
    )

    @api.depends("phone")
    def _compute_phone_masked(self):
        for registration in self:
            registration.phone_masked = identity.mask_phone(registration.phone)

    @api.depends("age_group")
    def _compute_is_minor(self):
        for registration in self:
            registration.is_minor = registration.age_group in MINORS

    @api.depends("state")
    def _compute_came(self):
        for registration in self:
            registration.came = int(registration.state == "done")

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id

    @api.constrains("age_group", "guardian_consent", "guardian_name", "event_id")
    def _check_guardian(self):
        for registration in self.filtered(lambda row: row.estate_id and row.is_minor):
            if not registration.guardian_consent or not registration.guardian_name:
                raise ValidationError(
                    self.env._(
                        "%(person)s is a minor: without the guardian's name and consent there is "
                        "no sign-up.",
                        person=registration.name or "",
                    )
                )

    # sign-up -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Sign people up; those for whom there is no place go on the waiting list."""
        events = self.env["event.event"].browse(
            {vals["event_id"] for vals in vals_list if vals.get("event_id")}
        )
        ours = events.sudo().filtered("estate_id")
        if not ours:
            return super().create(vals_list)
        ours._lock_sign_up()
        free = {event.id: event._places_free() for event in ours}
        for vals in vals_list:
            event = ours.filtered(lambda row, vals=vals: row.id == vals.get("event_id"))
            if event:
                self._prepare_sign_up(event, vals, free)
        registrations = super().create(vals_list)
        registrations.filtered("estate_id")._check_sign_up()
        return registrations

    @api.model
    def _prepare_sign_up(self, event, vals, free):
        """Complete the values of one sign-up: who books, consent's date, place or waiting list."""
        vals.pop("waiting", None)
        unit = self.env["property.unit"].sudo().browse(vals.get("unit_id") or [])
        if unit and not vals.get("partner_id"):
            vals["partner_id"] = (unit.payer_id or unit.owner_id).id
        if vals.get("name"):
            vals["name"] = vals["name"].strip()
        if vals.get("guardian_consent"):
            vals["guardian_consent_date"] = fields.Datetime.now()
        if vals.get("state") == "cancel" or free[event.id] is None:
            return
        if free[event.id] > 0:
            free[event.id] -= 1
        else:
            vals.update(state="draft", waiting=True, waiting_since=fields.Datetime.now())

    def _check_sign_up(self):
        """Refuse who may not sign up: too late, not of the estate, moved out, over the quota.

        :raises UserError: naming the person and the remedy
        """
        now = fields.Datetime.now()
        today = local_today()
        for registration in self.filtered(lambda row: row.state != "cancel"):
            event = registration.event_id.sudo()
            walk_in = registration.walk_in and event.state == "running"
            closed = event.state != "signup" or (event.signup_until and event.signup_until < now)
            if closed and not walk_in:
                raise UserError(
                    self.env._(
                        "The sign-up for “%(event)s” is not open (any more). On the day itself "
                        "staff enter who came without sign-up.",
                        event=event.name,
                    )
                )
            if registration.participant_kind != "household":
                continue
            registration._check_household(event, today)
        for event, unit in {(row.event_id, row.unit_id) for row in self if row.unit_id}:
            self._check_quota(event.sudo(), unit.sudo())

    def _check_household(self, event, today):
        """Refuse a household that is none of the estate, and people who do not live there now.

        :raises UserError: naming them
        """
        unit = self.sudo().unit_id
        if not unit or unit.estate_id != event.estate_id:
            raise UserError(
                self.env._(
                    "“%(event)s” is for households of %(estate)s: choose the household.",
                    event=event.name,
                    estate=event.estate_id.name,
                )
            )
        if not self._lives_there(unit, self.partner_id, today):
            raise UserError(
                self.env._(
                    "%(person)s does not live in %(unit)s (any more) and cannot sign up for this "
                    "household.",
                    person=self.partner_id.name or "",
                    unit=unit.full_name,
                )
            )

    @api.model
    def _lives_there(self, unit, partner, day):
        occupancies = self.env["property.occupancy"].sudo()
        return bool(
            partner
            and occupancies.search_count(
                [
                    *occupancies._domain_on(day),
                    ("unit_id", "=", unit.id),
                    ("partner_id", "=", partner.id),
                ],
                limit=1,
            )
        )

    @api.model
    def _check_quota(self, event, unit):
        if not event.household_quota:
            return
        count = self.sudo().search_count(
            [
                ("event_id", "=", event.id),
                ("unit_id", "=", unit.id),
                ("state", "!=", "cancel"),
                ("participant_kind", "=", "household"),
            ]
        )
        if count > event.household_quota:
            raise UserError(
                self.env._(
                    "“%(event)s”: %(quota)s people per household; %(unit)s would be %(count)s.",
                    event=event.name,
                    quota=event.household_quota,
                    unit=unit.full_name,
                    count=count,
                )
            )

    def write(self, vals):
        ours = self.filtered("estate_id")
        if not ours:
            return super().write(vals)
        if {"event_id", "unit_id"} & vals.keys():
            moved = ours.filtered(
                lambda row: any(
                    name in vals and row[name].id != vals[name] for name in ("event_id", "unit_id")
                )
            )
            if moved:
                raise UserError(
                    self.env._(
                        "%(person)s: cancel this sign-up and make another one.",
                        person=moved[0].name or "",
                    )
                )
        state = vals.get("state")
        if state == "done":
            ours._check_check_in()
        back = (
            ours.filtered(lambda row: row.state == "cancel")
            if state in ("draft", "open")
            else ours.browse()
        )
        if vals.get("guardian_consent"):
            vals = {**vals, "guardian_consent_date": fields.Datetime.now()}
        if state in ("open", "done", "cancel"):
            vals = {**vals, "waiting": False}
        result = super().write(vals)
        back._check_sign_up()
        if state in ("cancel", "draft") or vals.get("active") is False:
            ours.event_id._fill_from_waiting_list()
        return result

    def unlink(self):
        """Places of deleted sign-ups go to the waiting list."""
        events = self.event_id.filtered("estate_id")
        result = super().unlink()
        events._fill_from_waiting_list()
        return result

    def _check_check_in(self):
        """Refuse to check people in before the activity has begun, or from the waiting list.

        :raises UserError: naming them
        """
        for registration in self:
            event = registration.event_id
            if event.state not in _CHECK_IN_STATES:
                raise UserError(
                    self.env._(
                        "“%(event)s” has not been started: press “Start” before people are checked "
                        "in.",
                        event=event.name,
                    )
                )
            if registration.waiting:
                raise UserError(
                    self.env._(
                        "%(person)s is on the waiting list and has no place.",
                        person=registration.name or "",
                    )
                )


class EventEvent(models.Model):
    _inherit = "event.event"

    signup_serial = fields.Integer(
        "Counter of sign-ups", readonly=True, copy=False, default=0, groups="base.group_no_one"
    )

    def _lock_sign_up(self):
        """Let two sign-ups of one activity follow one another.

        The row is changed, not only locked: a transaction that began before would otherwise not
        see the places the other one took. It fails and is tried again by Odoo.
        """
        for event_id in sorted(self.ids):
            self.env.cr.execute(
                SQL(
                    "UPDATE event_event SET signup_serial = COALESCE(signup_serial, 0) + 1"
                    " WHERE id = %s",
                    event_id,
                )
            )
        self.invalidate_recordset(["signup_serial"], flush=False)

    def _places_free(self):
        """Return how many places are free, None where they are not limited."""
        self.ensure_one()
        if not self.seats_limited or not self.seats_max:
            return None
        registrations = self.env["event.registration"].sudo()
        taken = registrations.search_count(
            [("event_id", "=", self.id), ("state", "in", ("open", "done"))]
        )
        return max(self.seats_max - taken, 0)

    def _fill_from_waiting_list(self):
        """Give free places to those who wait, in their order; who moved out loses his turn."""
        today = local_today()
        for event in self.sudo().filtered(
            lambda row: row.estate_id and row.state in ("signup", "running")
        ):
            waiting = (
                self.env["event.registration"]
                .sudo()
                .search(
                    [("event_id", "=", event.id), ("waiting", "=", True), ("state", "=", "draft")],
                    order="waiting_since, id",
                )
            )
            if not waiting:
                continue
            event._lock_sign_up()
            for registration in waiting:
                free = event._places_free()
                if free is not None and free <= 0:
                    break
                if registration.participant_kind == "household" and not registration._lives_there(
                    registration.unit_id, registration.partner_id, today
                ):
                    registration.state = "cancel"
                    continue
                registration.state = "open"
                moved = event._in_print_lang()
                text = moved.env._(
                    "%(person)s of %(unit)s moved up from the waiting list: tell them",
                    person=registration.name or "",
                    unit=registration.unit_id.full_name or "",
                )
                registration.message_post(body=text)
                moved._tell(event.user_id or moved._members("supervisor"), text)
