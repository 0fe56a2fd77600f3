# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_today


class EventEvent(models.Model):
    """From the approval to the activity itself: notice, poster, sign-up, postponement (G2, G4)."""

    _inherit = "event.event"

    notice_id = fields.Many2one(
        "property.notice",
        "Public notice",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    stop_notice_id = fields.Many2one(
        "property.notice",
        "Notice of the change",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    contact_phone = fields.Char(
        "Phone for questions", compute="_compute_contact_phone", store=True, readonly=False
    )
    poster_text = fields.Text("Text of the poster", help="What residents read on poster and page.")
    signup_needed = fields.Boolean("Residents sign up", default=True)
    signup_until = fields.Datetime("Sign-up closes at", tracking=True)
    household_quota = fields.Integer(
        "People per household", help="0: as many as there are places.", default=0
    )
    signup_rate = fields.Float("Sign-up rate", compute="_compute_signup")
    low_signup = fields.Boolean("Too few signed up", compute="_compute_signup")
    waiting_count = fields.Integer("On the waiting list", compute="_compute_signup")
    signup_url = fields.Char("Address of the sign-up", compute="_compute_signup_url")

    _quota_positive = models.Constraint(
        "CHECK (household_quota >= 0)", "A household's quota is not below zero."
    )

    @api.depends("estate_id")
    def _compute_contact_phone(self):
        for event in self:
            event.contact_phone = event.contact_phone or event.estate_id.phone

    @api.depends("registration_ids.state", "registration_ids.waiting", "seats_max")
    def _compute_signup(self):
        """Low sign-up is a hint to merge or cancel: below 50 % of the people expected (G2)."""
        taken, waiting = {}, {}
        rows = self.env["event.registration"]._read_group(
            [("event_id", "in", self.ids), ("state", "!=", "cancel")],
            ["event_id", "state", "waiting"],
            ["__count"],
        )
        for event, state, waits, count in rows:
            book = waiting if waits else taken if state in ("open", "done") else None
            if book is not None:
                book[event.id] = book.get(event.id, 0) + count
        for event in self:
            wanted = (event.seats_limited and event.seats_max) or event.expected_count
            count = taken.get(event.id, 0)
            event.waiting_count = waiting.get(event.id, 0)
            event.signup_rate = count / wanted if wanted and event.estate_id else 0.0
            event.low_signup = bool(
                event.estate_id
                and event.signup_needed
                and wanted
                and event.state == "signup"
                and event.signup_rate < event.estate_id._parameter("activity_low_signup") / 100
            )

    def _compute_signup_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for event in self:
            event.signup_url = event.id and f"{base}/my/activities/{event.id}"

    @api.depends("state", "signup_until", "estate_id")
    def _compute_event_registrations_open(self):
        """Besides Odoo's own conditions: an activity's sign-up is open while it is announced so."""
        super()._compute_event_registrations_open()
        now = fields.Datetime.now()
        for event in self.filtered("estate_id"):
            if event.state != "signup" or (event.signup_until and event.signup_until < now):
                event.event_registrations_open = False

    def _signup_image(self, size=150):
        """Return the QR code of the sign-up page as the source of an image on the poster."""
        self.ensure_one()
        # drawn as lines: pictures in dots need a library that not every server has
        drawing = createBarcodeDrawing("QR", value=self.signup_url, width=size, height=size)
        image = drawing.asString("svg")
        if isinstance(image, str):
            image = image.encode()
        return f"data:image/svg+xml;base64,{base64.b64encode(image).decode()}"

    def action_prepare(self):
        """Begin the preparations; each task's person is told."""
        self.check_access("write")
        for event in self:
            event._move_to("preparing")
            for task in event._in_print_lang().task_ids.filtered("user_id"):
                event._tell(
                    task.user_id,
                    task.env._("Task for the activity: %(task)s", task=task.name),
                    date=task.date_due,
                )
        return True

    def action_make_notice(self):
        """Draw up the public notice of the activity, which goes the way of all notices (D5)."""
        self.ensure_one()
        self.check_access("write")
        if not self.notice_id:
            if self.state not in ("approved", "preparing", "announced", "signup"):
                raise UserError(self.env._("“%(event)s” is not approved yet.", event=self.name))
            event = self._in_print_lang()
            self._with_move().notice_id = self.env["property.notice"].create(
                event._notice_values(self.name, event._notice_text())
            )
        return self._open_notice(self.notice_id)

    def _open_notice(self, notice):
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.notice",
            "res_id": notice.id,
            "view_mode": "form",
        }

    def _notice_values(self, title, body, **more):
        return {
            "title": title,
            "kind": "event",
            "estate_id": self.estate_id.id,
            "body": body,
            "valid_until": self._local(self.date_end).date(),
            "contact_phone": self.contact_phone,
            **more,
        }

    def _notice_text(self):
        """Return the text of the notice in the language of the environment."""
        lines = [
            self.env._("Theme: %(theme)s", theme=self.theme or self.name),
            self.env._("Time: %(time)s", time=self._when()),
            self.env._("Place: %(place)s", place=self._where()),
        ]
        if self.audience:
            lines.append(self.env._("For: %(audience)s", audience=self.audience))
        if self.poster_text:
            lines.append(self.poster_text)
        if self.signup_needed:
            lines.append(
                self.env._("Sign up at the service centre or at %(url)s", url=self.signup_url)
            )
        return "\n".join(lines)

    def _when(self):
        """Return the activity's time in China, one line."""
        begin, end = self._local(self.date_begin), self._local(self.date_end)
        same = begin.date() == end.date()
        return f"{begin:%Y-%m-%d %H:%M} ~ {end.strftime('%H:%M' if same else '%Y-%m-%d %H:%M')}"

    def _where(self):
        """Hook: return where the activity takes place, in words."""
        return self.place or self.address_id.display_name or ""

    def action_announce(self):
        """Note that residents were told; sign-up is opened with the next button.

        :raises UserError: without the permit a large event needs, or too late without a reason
        """
        self.check_access("write")
        for event in self:
            event._check_permit()
            today = local_today()
            if today > event.notice_due and not event.late_reason:
                raise UserError(
                    self.env._(
                        "“%(event)s” had to be announced by %(date)s. Say under “Why it is late” "
                        "what the reason is, or postpone it.",
                        event=event.name,
                        date=event.notice_due,
                    )
                )
            event._move_to("announced")
        return True

    def _check_permit(self):
        """Refuse to go on without permit where so many are expected.

        :raises UserError: naming the limit
        """
        for event in self:
            if event.permit_needed and not event.permit_number:
                raise UserError(
                    self.env._(
                        "“%(event)s”: %(count)s people and more need the permit of public "
                        "security. Enter its number.",
                        event=event.name,
                        count=event.estate_id._parameter("activity_permit_people"),
                    )
                )

    def action_open_signup(self):
        """Open the sign-up."""
        self.check_access("write")
        for event in self:
            if not event.signup_needed:
                raise UserError(
                    self.env._("“%(event)s” is open to all without sign-up.", event=event.name)
                )
            event._move_to("signup")
        return True

    def action_start(self):
        """Start the activity: from now on people are checked in.

        :raises UserError: without permit where one is needed
        """
        self.check_access("write")
        self._check_permit()
        self._move_to("running")
        return True

    def action_finish(self):
        """Note that the activity is over; its summary is due in the days of the setting."""
        self.check_access("write")
        self._move_to("done")
        self._plan_callbacks()
        return True

    def action_stop(self):
        """Open the dialog that postpones or cancels the activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Postpone or cancel"),
            "res_model": "property.activity.stop",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def _stop(self, kind, reason, begin=None, end=None, text=None):
        """Postpone or cancel the activity, with a notice to the residents who knew of it.

        :param str kind: postponed or cancelled
        :param str reason: why, in words
        :param datetime begin: new time of a postponed activity
        :param str text: text of the notice; one is proposed
        """
        self.ensure_one()
        known = self.state in ("announced", "signup") or (
            self.state == "postponed" and self.announced_date
        )
        self._withdraw_approval()
        values = {"stop_reason": reason}
        if kind == "postponed" and begin:
            values.update(date_begin=begin, date_end=end, signup_until=False)
        self._move_to(kind, **values)
        if kind == "cancelled":
            self.registration_ids.filtered(lambda row: row.state != "cancel").sudo().write(
                {"state": "cancel", "waiting": False}
            )
        if known:
            event = self._in_print_lang()
            notice = self.env["property.notice"].create(
                event._notice_values(
                    event.env._("Postponed: %(event)s", event=self.name)
                    if kind == "postponed"
                    else event.env._("Cancelled: %(event)s", event=self.name),
                    text or event._stop_text(kind, reason),
                    urgent=True,
                    valid_until=max(
                        self._local(self.date_end).date(), fields.Date.context_today(self)
                    ),
                )
            )
            self._with_move().stop_notice_id = notice
            event._tell(
                event._members("supervisor"),
                event.env._("Publish the notice of the change and tell those who signed up"),
            )
        return True

    def _stop_text(self, kind, reason):
        """Return the text of the notice in the language of the environment."""
        if kind == "postponed":
            return self.env._(
                "“%(event)s” is postponed: %(reason)s. New time: %(time)s. Who has signed up stays "
                "signed up.",
                event=self.name,
                reason=reason,
                time=self._when(),
            )
        return self.env._(
            "“%(event)s” does not take place: %(reason)s. Thank you for your understanding.",
            event=self.name,
            reason=reason,
        )

    def action_resume(self):
        """Go on with a postponed activity; residents are told of the new time again."""
        self.check_access("write")
        for event in self:
            if event.date_begin < fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "“%(event)s” has no new time yet: postpone it again.", event=event.name
                    )
                )
            event._move_to("preparing")
        return True

    def action_open_registrations(self):
        """Open those who signed up."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "property_community.event_registration_action_activity"
            ),
            "domain": [("event_id", "=", self.id)],
            "context": {"default_event_id": self.id},
        }
