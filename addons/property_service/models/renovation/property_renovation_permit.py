# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.local_time import local_today

#: Handbook A §30
STATES = [
    ("issued", "Handed out"),
    ("valid", "Valid"),
    ("expiring", "About to expire"),
    ("extended", "Permit extended"),
    ("expired", "Permit expired, work stops"),
    ("suspended", "Permit withheld"),
    ("revoked", "Permit revoked"),
    ("returned", "Permit taken back"),
    ("lost", "Permit lost, void"),
]
#: states in which work may go on under the permit
VALID = ("issued", "valid", "expiring", "extended")
#: states in which the permit is out of the centre's hands
LIVE = (*VALID, "expired", "suspended")


class PropertyRenovationPermit(models.Model):
    """The permit on the door of a site (装修许可证, handbook A §30): number, validity, QR code.

    A lost one is void and replaced by one with a new number; an extended one keeps its number.
    """

    _name = "property.renovation.permit"
    _description = "Renovation permit"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.verify.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "XK"
    _verify_code = "permit"
    _workflow_initial = VALID
    _workflow_moves = {
        "issued": (
            "valid",
            "expiring",
            "extended",
            "expired",
            "suspended",
            "revoked",
            "returned",
            "lost",
        ),
        "valid": ("expiring", "extended", "expired", "suspended", "revoked", "returned", "lost"),
        "expiring": ("valid", "extended", "expired", "suspended", "revoked", "returned", "lost"),
        "extended": ("extended", "expiring", "expired", "suspended", "revoked", "returned", "lost"),
        "expired": ("extended", "revoked", "returned", "lost"),
        "suspended": ("valid", "extended", "expired", "revoked", "returned", "lost"),
        "revoked": ("returned",),
    }
    _workflow_stamps = {
        "returned": ("returned_by_id", "returned_date"),
        "lost": (None, "lost_date"),
    }

    renovation_id = fields.Many2one(
        "property.renovation",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    unit_id = fields.Many2one(related="renovation_id.unit_id", store=True, index=True)
    building_id = fields.Many2one(related="renovation_id.building_id", store=True, index=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    contractor_id = fields.Many2one(related="renovation_id.contractor_id", store=True, index=True)
    date_issued = fields.Date("Date of issue", required=True, default=fields.Date.context_today)
    issued_by_id = fields.Many2one(
        "res.users", "Permit issued by", default=lambda self: self.env.user, readonly=True
    )
    receiver = fields.Char("Permit taken by")
    date_start = fields.Date("Valid from", required=True, readonly=True)
    date_end = fields.Date("Valid until", required=True, readonly=True, index=True, tracking=True)
    date_end_first = fields.Date("Valid until before the extension", readonly=True)
    work_hours = fields.Char(related="renovation_id.work_hours")
    replaces_id = fields.Many2one(
        "property.renovation.permit", readonly=True, index="btree_not_null"
    )
    state = fields.Selection(STATES, required=True, default="issued", tracking=True, index=True)
    reason = fields.Char("Reason of the state", readonly=True)
    returned_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False)
    returned_date = fields.Datetime("Taken back on", readonly=True, copy=False)
    lost_date = fields.Datetime("Reported lost on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a permit with this number already."
    )
    _one_live = models.UniqueIndex(
        "(unit_id) WHERE state IN ('issued', 'valid', 'expiring', 'extended', 'expired',"
        " 'suspended')",
        "This room has a renovation permit already: one permit per room.",
    )
    _live = models.Index("(date_end) WHERE state IN ('issued', 'valid', 'expiring', 'extended')")

    @api.model_create_multi
    def create(self, vals_list):
        permits = super().create(vals_list)
        permits._assign_number()
        return permits

    def write(self, vals):
        facts = {
            "renovation_id",
            "estate_id",
            "date_start",
            "date_end",
            "date_end_first",
            "replaces_id",
            "issued_by_id",
            "date_issued",
            "number",
            "reason",
        }
        if facts & vals.keys() and not self.env.su:
            raise UserError(
                self.env._(
                    "What permit %(permit)s says is kept by the system: extend it, or issue it "
                    "again.",
                    permit=self[:1].number,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A permit keeps its number: it is taken back or void."))

    def _is_live(self):
        """Return whether the permit is still out."""
        self.ensure_one()
        return self.state in LIVE

    def _is_valid(self, date=None):
        """Return whether work may go on under the permit on `date`, today by default."""
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        return self.state in VALID and self.date_start <= date <= self.date_end

    def _verify_facts(self):
        """Show the guard room, number, validity, hours, contractor and state, nothing else."""
        self.ensure_one()
        dossier = self.renovation_id
        valid = self._is_valid() and dossier.state in ("permitted", "working")
        if valid:
            status = self.env._("Valid, work may go on")
        elif self.state in VALID and self.date_start > fields.Date.context_today(self):
            status = self.env._("Not valid yet")
        elif self.state in VALID and self.date_end < fields.Date.context_today(self):
            status = self._state_label("expired")
        elif self.state in VALID:
            status = self.env._("Work is stopped")
        else:
            status = self._state_label(self.state)
        own = self.env._("By the owner himself")
        return {
            "title": self.env._("Renovation permit"),
            "valid": valid,
            "status": status,
            "rows": [
                (self.env._("Room"), self.unit_id.full_name),
                (self.env._("Permit no."), self.number),
                (
                    self.env._("Valid period"),
                    self.env._("%(first)s to %(last)s", first=self.date_start, last=self.date_end),
                ),
                (self.env._("Permitted hours"), self.work_hours or ""),
                (self.env._("Renovation contractor"), self.contractor_id.name or own),
            ],
        }

    # steps ---------------------------------------------------------------------------------------

    def _close_returned(self):
        """Take permits back: the work is over or was given up."""
        self._move_to("returned")

    def action_take_back(self):
        """Note that the permit was handed back.

        :raises UserError: while there is work under it
        """
        self.check_access("write")
        for permit in self:
            if permit.renovation_id.state in ("permitted", "working"):
                raise UserError(
                    self.env._(
                        "There is work under %(permit)s still: it is taken back at the first "
                        "acceptance.",
                        permit=permit.number,
                    )
                )
        self._move_to("returned")

    def action_report_lost(self):
        """Declare the permit lost: its number is void, a new one is issued, the fee is charged.

        :return: the action that opens the new permit
        :raises AccessError: below the supervisor
        """
        self.ensure_one()
        self.check_access("write")
        dossier = self.renovation_id
        dossier._check_issuer()
        values = {
            "renovation_id": dossier.id,
            "estate_id": self.estate_id.id,
            "date_start": self.date_start,
            "date_end": self.date_end,
            "date_end_first": self.date_end_first,
            "replaces_id": self.id,
            "receiver": self.receiver,
        }
        state = "valid" if self.state == "issued" else self.state
        if state not in VALID:
            raise UserError(
                self.env._(
                    "%(permit)s is “%(state)s”: only a valid permit is issued again.",
                    permit=self.number,
                    state=self._state_label(self.state),
                )
            )
        self.sudo()._move_to("lost", reason=self.env._("Reported lost"))
        self.flush_recordset()
        new = self.sudo().create({**values, "state": state, "issued_by_id": self.env.uid})
        dossier._charge_on_demand("RENO_REISSUE")
        dossier.message_post(
            body=self.env._(
                "Permit %(old)s lost and void, replaced by %(new)s.",
                old=self.number,
                new=new.number,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_open_renovation(self):
        """Open the dossier of the permit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.renovation",
            "res_id": self.renovation_id.id,
            "view_mode": "form",
        }

    # daily ---------------------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Remind of permits about to expire, stop the work under those that have expired.

        Each permit in its own savepoint; what was told changes its state, so a second run, or one
        after a crash, tells nothing twice.
        """
        today = local_today()
        permits = self.search([("state", "in", VALID), ("date_end", "<", today + timedelta(60))])
        todo = permits.filtered(
            lambda permit: (
                permit.date_end < today
                or (
                    permit.state != "expiring"
                    and permit.date_end
                    <= today + timedelta(days=permit.estate_id._parameter("renovation_remind_days"))
                )
            )
        )
        self.env["ir.cron"]._property_each(
            todo, lambda permit: permit._check_validity(today), self._cron_failed
        )

    @api.model
    def _cron_failed(self, permit, error):
        permit.message_post(body=self.env._("Not checked: %(error)s", error=str(error)))

    def _check_validity(self, today):
        """Move the permit to “about to expire” or “expired” as of `today`."""
        self.ensure_one()
        dossier = self.renovation_id
        if self.date_end < today:
            self._move_to("expired")
            if dossier.state == "working":
                dossier._stop_work("expired", self.env._("The permit has expired."))
            dossier._tell_site(self.env._("Permit expired: stop the work until it is extended"))
        else:
            self._move_to("expiring")
            dossier._tell_site(
                self.env._(
                    "Permit expires on %(date)s: extend it or apply for acceptance",
                    date=self.date_end,
                )
            )


class PropertyRenovation(models.Model):
    """Issue of the permit, start and stop of the work (handbook A §30)."""

    _inherit = "property.renovation"

    permit_ids = fields.One2many("property.renovation.permit", "renovation_id", "Permits")
    permit_reminded_date = fields.Date("Reminded to post the permit on", readonly=True, copy=False)
    permit_id = fields.Many2one("property.renovation.permit", compute="_compute_permit", store=True)
    permit_number = fields.Char("Permit no.", related="permit_id.number")
    permit_state = fields.Selection(related="permit_id.state", string="State of the permit")
    permit_date_end = fields.Date(
        "Permit until", related="permit_id.date_end", store=True, index=True
    )
    started_date = fields.Date("Really started on", readonly=True, copy=False)
    suspend_cause = fields.Selection(
        [("expired", "Permit expired"), ("violation", "Violation"), ("other", "Other cause")],
        "Stopped because of",
        readonly=True,
        copy=False,
    )
    unit_state_before = fields.Char("Use status before", readonly=True, copy=False)

    @api.depends("permit_ids.state")
    def _compute_permit(self):
        for dossier in self:
            dossier.permit_id = dossier.permit_ids.sorted("id")[-1:]

    def _check_issuer(self):
        if not self.env.su and not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(
                self.env._("Renovation permits are issued by the customer-service supervisor.")
            )

    def _check_workers(self):
        """Hook: refuse the permit while the workers are not registered.

        :raises UserError: if none is
        """
        for dossier in self:
            if not dossier.worker_count:
                raise UserError(
                    self.env._(
                        "%(dossier)s: register the workers before the permit is issued.",
                        dossier=dossier.display_name,
                    )
                )

    def action_issue_permit(self):
        """Issue the permit: agreement signed, money paid, workers registered.

        The room is “under renovation” from then on, and whoever looks after it is told.

        :raises AccessError: below the supervisor
        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._check_issuer()
        for dossier in self:
            if dossier.state != "paid":
                raise UserError(
                    self.env._(
                        "%(dossier)s is “%(state)s”: the permit is issued when the agreement is "
                        "signed and everything is paid (still due: %(due).2f yuan).",
                        dossier=dossier.display_name,
                        state=dossier._state_label(dossier.state),
                        due=dossier.amount_due,
                    )
                )
            dossier._check_workers()
            self.env["property.renovation.permit"].sudo().create(
                {
                    "renovation_id": dossier.id,
                    "estate_id": dossier.estate_id.id,
                    "issued_by_id": self.env.uid,
                    "receiver": dossier.lead_id.name or dossier.partner_id.name,
                    "date_start": dossier.date_start_plan,
                    "date_end": dossier.date_end_plan,
                }
            )
            dossier._move_to("permitted")
            unit = dossier.unit_id.sudo()
            if unit.state != "renovating":
                dossier.sudo().unit_state_before = unit.state
                unit._set_state(
                    "renovating",
                    self.env._("Renovation permit %(number)s", number=dossier.permit_number),
                )
            dossier._tell_site(self.env._("Permit issued: begin to look after the site"))
            self.env["property.archive.document"]._file_record(
                dossier,
                "archive_type_12",
                report="property_service.action_report_renovation_permit",
            )

    def action_start(self):
        """Begin the work: neighbours are told and the condition of the room is on record.

        :raises UserError: naming what is missing, or that the permit does not hold today
        """
        self.check_access("write")
        for dossier in self:
            if not dossier.permit_id._is_valid():
                raise UserError(
                    self.env._(
                        "%(dossier)s: permit %(permit)s holds from %(first)s to %(last)s.",
                        dossier=dossier.display_name,
                        permit=dossier.permit_number,
                        first=dossier.permit_id.date_start,
                        last=dossier.permit_id.date_end,
                    )
                )
            if dossier.law_id.publicity_required and not dossier.notice_posted_date:
                raise UserError(
                    self.env._(
                        "%(dossier)s: post the notice to the neighbours first and note it here.",
                        dossier=dossier.display_name,
                    )
                )
            dossier._need_signatures(["condition_owner", "condition_company"])
            dossier._move_to("working", started_date=fields.Date.context_today(self))
            if dossier.permit_id.state == "issued":
                dossier.permit_id.sudo()._move_to("valid")

    def _tell_site(self, summary):
        """Give whoever looks after the site a to-do."""
        for dossier in self:
            users = dossier.user_id or dossier._deadline_users("supervisor")
            for user in users:
                dossier.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(dossier),
                    summary=summary,
                    user_id=user.id,
                )

    def _stop_work(self, cause, reason):
        """Stop the work on sites: the permit does not hold until they go on."""
        for dossier in self:
            dossier._move_to("suspended", suspend_cause=cause, state_reason=reason)
            if dossier.permit_id.state in VALID and cause != "expired":
                dossier.permit_id.sudo()._move_to("suspended", reason=reason)
            dossier.message_post(body=reason)

    def action_suspend(self, reason=None):
        """Stop the work on the site, with the reason.

        :raises AccessError: below the supervisor
        :raises UserError: without reason
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(self.env._("Work is stopped by the supervisor or the manager."))
        if not (reason or "").strip():
            raise UserError(self.env._("State why the work is stopped."))
        self._stop_work("violation", reason)

    def action_resume(self):
        """Let the work go on: what stopped it is put right.

        :raises AccessError: below the supervisor
        :raises UserError: while the permit has expired, was revoked or a violation is open
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(self.env._("The supervisor or the manager lets the work go on."))
        for dossier in self:
            permit = dossier.permit_id
            if permit.state in ("expired", "revoked") or permit.date_end < fields.Date.today():
                raise UserError(
                    self.env._(
                        "Permit %(permit)s is “%(state)s”: extend it first.",
                        permit=permit.number,
                        state=permit._state_label(
                            "revoked" if permit.state == "revoked" else "expired"
                        ),
                    )
                )
            if dossier._open_violations():
                raise UserError(
                    self.env._(
                        "%(dossier)s has violations that are not put right.",
                        dossier=dossier.display_name,
                    )
                )
            dossier._move_to("working", suspend_cause=False, state_reason=False)
            if permit.state == "suspended":
                permit.sudo()._move_to("valid", reason=False)

    def action_revoke(self, reason=None):
        """Revoke the permit after a serious violation; the work stops.

        :raises AccessError: below the manager
        :raises UserError: without reason
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("property_service.group_manager"):
            raise AccessError(self.env._("The manager revokes permits."))
        if not (reason or "").strip():
            raise UserError(self.env._("State why the permit is revoked."))
        for dossier in self:
            if dossier.state == "working":
                dossier._move_to("suspended", suspend_cause="violation", state_reason=reason)
            dossier.permit_id.sudo()._move_to("revoked", reason=reason)
            dossier.message_post(body=reason)

    def _charge_on_demand(self, code):
        """Charge a fee of the price list that arises on the way, e.g. the re-issue of a permit.

        :return: the `property.renovation.money` row; empty where the list has none
        """
        self.ensure_one()
        rows = self.env["property.renovation.money"].sudo()
        prices = self.env["property.renovation.price"]._of_unit(self.unit_id)
        price = prices.filtered(lambda row: row.code == code)[:1]
        if not price:
            return rows
        values = self._prepare_money(price, 0)
        if not values["payer_id"]:
            values["payer_id"] = self.payer_id.id
        row = rows.create(values)
        row._ask()
        return row

    def action_open_permits(self):
        """Open the permits of the dossier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renovation permits"),
            "res_model": "property.renovation.permit",
            "view_mode": "list,form",
            "domain": [("renovation_id", "=", self.id)],
        }

    def _open_violations(self):
        """Hook: return how many violations of the site are not settled."""
        return 0

    def _board_facts(self):
        """Hook: return short texts about today's work on the site for the manager's board."""
        self.ensure_one()
        return []

    board_note = fields.Char("Today on the site", compute="_compute_board_note")

    def _compute_board_note(self):
        for dossier in self:
            dossier.board_note = "；".join(dossier._board_facts())
