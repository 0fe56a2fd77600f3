# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_day, local_text

#: what nobody changes any more once the application is signed or handed in
_FACTS = (
    "renovation_id",
    "place",
    "method",
    "content",
    "date_start",
    "date_end",
    "operator_id",
    "watcher",
    "watcher_phone",
    "extinguisher_count",
    "extinguisher_kg",
)


class PropertyRenovationHotWork(models.Model):
    """Welding, cutting, open flame on a site (form 临时动火作业申请表, handbook A §33).

    One place, one shift; engineering, security and the manager approve, security after a look at
    the place; a guard watches, and the place is checked again some time after the end.
    """

    _name = "property.renovation.hot.work"
    _description = "Hot work on a site"
    _inherit = ["property.renovation.request", "property.verify.mixin"]
    _order = "date_start desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "DHZ"
    _verify_code = "hotwork"
    _matter = "renovation_hot_work"
    _workflow_moves = {
        "draft": ("applied",),
        "applied": ("checked", "refused", "approved", "expired"),
        "checked": ("approved", "refused", "expired"),
        "approved": ("working", "stopped", "expired"),
        "working": ("finished", "stopped"),
        "finished": ("rechecked", "stopped"),
        "stopped": ("rechecked",),
        "rechecked": ("closed",),
    }
    _workflow_stamps = {
        "applied": ("applied_by_id", "applied_date"),
        "checked": ("checked_by_id", "checked_date"),
        "approved": ("approved_by_id", "approved_date"),
        "working": (None, "begun_date"),
        "finished": ("finished_by_id", "finished_date"),
        "rechecked": ("rechecked_by_id", "rechecked_date"),
    }
    _case_clocks = {"applied": ("decide",), "finished": ("recheck",), "stopped": ("recheck",)}
    _case_done = {
        "approved": ("decide",),
        "refused": ("decide",),
        "rechecked": ("recheck",),
    }
    _case_end = ("closed", "refused", "expired")
    _signature_locks = {"operator": _FACTS, "watcher": _FACTS, "owner": _FACTS}
    _reasons = {"stop": "action_stop", "recheck": "action_recheck"}

    place = fields.Char("Place of the hot work", required=True)
    method = fields.Selection(
        [
            ("electric", "Electric welding"),
            ("gas", "Gas welding"),
            ("cutting", "Cutting and grinding"),
            ("flame", "Open flame"),
        ],
        "Kind of hot work",
        required=True,
        default="electric",
    )
    content = fields.Text("Why and what", required=True)
    date_start = fields.Datetime("Hot work from", required=True, tracking=True)
    date_end = fields.Datetime("Hot work until", required=True, tracking=True)
    operator_id = fields.Many2one(
        "property.renovation.worker",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('renovation_id', '=', renovation_id)]",
    )
    certificate_number = fields.Char(
        "Operator's certificate no.", related="operator_id.certificate_number"
    )
    certificate_date_end = fields.Date(related="operator_id.certificate_date_end")
    watcher = fields.Char("Fire watcher", tracking=True)
    watcher_phone = fields.Char("Phone of the watcher")
    fire_person = fields.Char(related="renovation_id.fire_person")
    extinguisher_count = fields.Integer("Extinguishers")
    extinguisher_kg = fields.Float("Size of each (kg)", digits=(16, 2))
    cleared = fields.Boolean("Combustibles cleared or covered")
    bottles_apart = fields.Boolean("Gas bottles far enough apart and from the flame")
    neighbours_told = fields.Boolean("Rooms around and below are told")
    detector_off = fields.Boolean("Detectors have to be isolated")
    measures = fields.Text("Further measures")
    site_checked = fields.Boolean("Place looked at by security", copy=False)
    site_note = fields.Char("What was seen at the place", copy=False)
    recheck_result = fields.Char("Result of the fire check", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("applied", "Hot work applied for"),
            ("checked", "Place checked"),
            ("approved", "Hot work approved"),
            ("refused", "Hot work refused"),
            ("working", "Hot work going on"),
            ("finished", "Hot work finished"),
            ("stopped", "Hot work stopped"),
            ("rechecked", "Fire check passed"),
            ("closed", "Closed"),
            ("expired", "Hot work permit expired"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
        group_expand="_expand_states",
    )
    applied_by_id = fields.Many2one("res.users", "Application taken by", readonly=True, copy=False)
    applied_date = fields.Datetime("Applied for on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Place checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Place checked at", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Hot work approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Hot work approved at", readonly=True, copy=False)
    begun_date = fields.Datetime("Hot work begun at", readonly=True, copy=False)
    finished_by_id = fields.Many2one("res.users", "End noted by", readonly=True, copy=False)
    finished_date = fields.Datetime("Hot work ended at", readonly=True, copy=False)
    rechecked_by_id = fields.Many2one("res.users", "Fire check by", readonly=True, copy=False)
    rechecked_date = fields.Datetime("Fire check at", readonly=True, copy=False)

    _period = models.Constraint("CHECK (date_end > date_start)", "Hot work ends after it begins.")
    _waiting = models.Index("(date_end) WHERE state IN ('applied', 'checked', 'approved')")

    @api.model
    def _expand_states(self, states, domain):
        shown = {*states, "applied", "checked", "approved", "working", "finished"}
        names = dict(self._fields["state"].selection)
        return [state for state in names if state in shown]

    @api.model
    def _signature_labels(self):
        return {
            "operator": self.env._("Operator of the hot work"),
            "watcher": self.env._("Fire watcher"),
            "owner": self.env._("Owner (consent)"),
        }

    def _signature_partner(self, role):
        self.ensure_one()
        if role == "operator":
            return self.operator_id.partner_id
        if role == "watcher":
            return self.env["res.partner"]
        return super()._signature_partner(role)

    @api.model
    def _step_label(self, step):
        return {
            "decide": self.env._("Decision on the application"),
            "recheck": self.env._("Fire check after the end"),
        }.get(step, step)

    def write(self, vals):
        if set(_FACTS) & vals.keys() and not self._moving() and not self.env.su:
            if late := self.filtered(lambda row: row.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(document)s was handed in: place and time stay as they are. Apply anew.",
                        document=late[0].display_name,
                    )
                )
        return super().write(vals)

    def _working_days_before(self, day):
        """Return how many working days lie from today to the day before `day`."""
        self.ensure_one()
        count, current = 0, self._today()
        while current < day and count < 30:
            count += int(not self._is_day_off(current))
            current += timedelta(days=1)
        return count

    def _check_conditions(self):
        """Refuse hot work that lacks time, extinguishers, watcher, certificate or measures.

        :raises UserError: naming what is missing and the remedy
        """
        for work in self:
            estate, day = work.estate_id, local_day(work.date_start)
            ahead = estate._parameter("hot_work_ahead_days")
            if work._working_days_before(day) < ahead:
                raise UserError(
                    self.env._(
                        "%(work)s: hot work is applied for at least %(days)s working days before. "
                        "Choose a later day.",
                        work=work.display_name,
                        days=ahead,
                    )
                )
            hours = estate._parameter("hot_work_max_hours")
            if work.date_end - work.date_start > timedelta(hours=hours):
                raise UserError(
                    self.env._(
                        "%(work)s: one permit holds for one shift of %(hours)s hours at most.",
                        work=work.display_name,
                        hours=hours,
                    )
                )
            number = estate._parameter("hot_work_extinguishers")
            size = estate._parameter("hot_work_extinguisher_kg")
            if work.extinguisher_count < number or work.extinguisher_kg < size:
                raise UserError(
                    self.env._(
                        "%(work)s: at least %(number)s extinguishers of %(size)g kg have to be at "
                        "the place.",
                        work=work.display_name,
                        number=number,
                        size=size,
                    )
                )
            watcher = (work.watcher or "").strip()
            if not watcher or watcher == work.operator_id.name:
                raise UserError(
                    self.env._(
                        "%(work)s: name a fire watcher who is not the operator; without watcher no "
                        "hot work.",
                        work=work.display_name,
                    )
                )
            work._check_own_workers(work.operator_id)
            operator = work.operator_id
            if not operator.certificate_number:
                raise UserError(
                    self.env._(
                        "%(work)s: %(worker)s has no certificate for hot work on record. Refuse "
                        "it, or have a certified operator do it (Fire Protection Law art. 21).",
                        work=work.display_name,
                        worker=operator.name,
                    )
                )
            if operator.certificate_date_end and operator.certificate_date_end < day:
                raise UserError(
                    self.env._(
                        "The certificate of %(worker)s has expired on %(date)s.",
                        worker=operator.name,
                        date=operator.certificate_date_end,
                    )
                )
            if not work.cleared or (work.method == "gas" and not work.bottles_apart):
                raise UserError(
                    self.env._(
                        "%(work)s: tick the measures: combustibles cleared; gas bottles at least "
                        "%(metres)g m apart and from the flame.",
                        work=work.display_name,
                        metres=estate._parameter("hot_work_bottle_metres"),
                    )
                )

    def action_apply(self):
        """Hand the application in, complete and at least a working day before.

        :raises UserError: naming what stands against it
        """
        self.check_access("write")
        for work in self:
            work._check_site(local_day(work.date_start))
            work._check_conditions()
            work._need_signatures(["operator", "watcher"])
            work._move_to("applied")
            work._ask(self.env._("Hot work of %(work)s", work=work.display_name), work.content)

    def _approval_advanced(self, approval):
        """Engineering has agreed; with security's step the place has been looked at.

        :raises UserError: where security approves without having been there
        """
        super()._approval_advanced(approval)
        security = self.env.ref("property_service.group_security")
        for work in self:
            done = approval.step_ids.filtered(lambda step: step.state == "approved")
            if security in done.group_id and work.state == "applied":
                work._check_looked_at()
                work._move_to("checked")

    def _check_looked_at(self):
        for work in self:
            if not work.site_checked:
                raise UserError(
                    self.env._(
                        "%(work)s: look at the place first and tick it; the permit is given after "
                        "that only.",
                        work=work.display_name,
                    )
                )

    def _approval_granted(self, approval):
        self._check_looked_at()
        if late := self.filtered(lambda work: work.date_end < fields.Datetime.now()):
            raise UserError(self.env._("%(work)s: its time is over.", work=late[0].display_name))
        return super()._approval_granted(approval)

    def _after_approval(self):
        """Have a guard watch the place while it goes on."""
        super()._after_approval()
        for work in self:
            work.renovation_id._tell_security(
                self.env._(
                    "Guard watch: hot work %(work)s at %(place)s, watcher %(watcher)s",
                    work=work.display_name,
                    place=work.place,
                    watcher=work.watcher,
                ),
                work.date_start,
                document=work,
            )

    def action_begin(self):
        """Begin the hot work: in its time window only, watcher and measures in place.

        :raises UserError: outside the window
        """
        self.check_access("write")
        now = fields.Datetime.now()
        for work in self:
            if not work.date_start <= now <= work.date_end:
                raise UserError(
                    self.env._(
                        "%(work)s: hot work only in the time on the permit. Apply anew for "
                        "another one.",
                        work=work.display_name,
                    )
                )
            work._check_site(local_day(now))
        self._move_to("working")

    def action_finish(self):
        """Note the end of the hot work; the fire check follows after a while."""
        self.check_access("write")
        self._move_to("finished")
        for work in self:
            minutes = work.estate_id._parameter("hot_work_recheck_minutes")
            work.renovation_id._tell_security(
                self.env._(
                    "Fire check of %(work)s, at the earliest %(minutes)s minutes after the end",
                    work=work.display_name,
                    minutes=minutes,
                ),
                document=work,
            )

    def action_stop(self, reason=None):
        """Stop the hot work at any sign of danger; the place is checked again all the same.

        :param str reason: why
        :raises UserError: without it
        """
        self.check_access("write")
        self._check_text(reason, self.env._("State why the hot work is stopped."))
        for work in self:
            vals = {} if work.finished_date else {"finished_date": fields.Datetime.now()}
            work._move_to("stopped", state_reason=reason, **vals)
            work.renovation_id._tell_site(self.env._("Hot work stopped: %(reason)s", reason=reason))

    def action_recheck(self, reason=None):
        """Note the fire check after the end: no embers, no smell, no smoke.

        :param str reason: what was seen
        :raises UserError: without it, or too soon after the end
        """
        self.check_access("write")
        self._check_text(reason, self.env._("Note what was seen at the fire check."))
        now = fields.Datetime.now()
        for work in self:
            minutes = work.estate_id._parameter("hot_work_recheck_minutes")
            earliest = work.finished_date + timedelta(minutes=minutes)
            if now < earliest:
                raise UserError(
                    self.env._(
                        "%(work)s: look again at the earliest %(minutes)s minutes after the end.",
                        work=work.display_name,
                        minutes=minutes,
                    )
                )
            work._move_to("rechecked", recheck_result=reason)
            work.activity_ids.sudo().action_done()

    def action_close(self):
        """Close the hot work and put its permit on file."""
        self.check_access("write")
        self._move_to("closed")
        for work in self:
            self.env["property.archive.document"]._file_record(
                work,
                "archive_type_12",
                report="property_service.action_report_renovation_hot_work",
            )

    def _is_valid(self):
        """Return whether hot work may go on now."""
        self.ensure_one()
        now = fields.Datetime.now()
        return self.state in ("approved", "working") and self.date_start <= now <= self.date_end

    def _verify_facts(self):
        """Show the guard where, when, by whom and who watches."""
        self.ensure_one()
        first, last = local_text(self.date_start), local_text(self.date_end)
        valid = self._is_valid()
        return {
            "title": self.env._("Hot work permit"),
            "valid": valid,
            "status": self.env._("Hot work allowed now")
            if valid
            else self.env._("No hot work now"),
            "rows": [
                (self.env._("Number"), self.number),
                (self.env._("Room"), self.unit_id.full_name),
                (self.env._("Place of the hot work"), self.place),
                (
                    self.env._("Valid period"),
                    self.env._("%(first)s to %(last)s", first=first, last=last),
                ),
                (self.env._("Operator"), self.operator_id.name),
                (self.env._("Fire watcher"), self.watcher),
            ],
        }

    @api.model
    def _cron_expire(self):
        """Let applications and permits expire whose time is over without work.

        Each in its own savepoint; work that goes on beyond its time is told to the supervisor.
        """
        now = fields.Datetime.now()
        todo = self.search(
            [
                ("state", "in", ("applied", "checked", "approved", "working")),
                ("date_end", "<", now),
                ("breached", "=", False),
            ],
            limit=500,
        )
        self.env["ir.cron"]._property_each(
            todo,
            lambda work: work._expire(),
            lambda work, error: work.message_post(
                body=self.env._("Not checked: %(error)s", error=str(error))
            ),
        )

    def _expire(self):
        self.ensure_one()
        if self.state == "working":
            self.breached = True
            self.renovation_id._tell_security(
                self.env._("Hot work %(work)s is over its time: stop it", work=self.display_name),
                document=self,
            )
            return
        self._withdraw_approval()
        self._move_to("expired")
