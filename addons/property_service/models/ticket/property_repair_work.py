# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError


class PropertyRepair(models.Model):
    """From acceptance to the technician's arrival: dispatch, return, transfer, hold, merging."""

    _inherit = "property.repair"

    return_count = fields.Integer("Times returned", readonly=True, copy=False)
    visits_missed = fields.Integer("Missed visits", readonly=True, copy=False)
    hold_reason_id = fields.Many2one(
        "property.hold.reason", "Reason of the hold", readonly=True, copy=False, ondelete="restrict"
    )
    hold_from = fields.Char(readonly=True, copy=False)
    resume_date = fields.Datetime("To be resumed on", readonly=True, copy=False)
    similar_ids = fields.Many2many(
        "property.repair",
        string="Perhaps the same fault",
        compute="_compute_similar_ids",
        help="Open orders of the same place, and orders done there within the days in which a "
        "fault that comes back is a rework.",
    )
    similar_count = fields.Integer(compute="_compute_similar_ids")

    @api.depends("category_id", "unit_id", "building_id", "place")
    def _compute_similar_ids(self):
        for repair in self:
            repair.similar_ids = repair._similar()
            repair.similar_count = len(repair.similar_ids)

    def _similar(self):
        """Return orders that may be about the same fault (handbook B A1, A4)."""
        self.ensure_one()
        if not self.category_id or not (self.unit_id or self.building_id):
            return self.browse()
        days = self.estate_id._parameter("rework_window_days")
        since = (self.date or fields.Datetime.now()) - timedelta(days=days)
        place = (
            [("unit_id", "=", self.unit_id.id)]
            if self.unit_id
            else [("building_id", "=", self.building_id.id), ("unit_id", "=", False)]
        )
        return self.search(
            [
                ("id", "!=", self._origin.id),
                ("category_id", "=", self.category_id.id),
                *place,
                ("state", "not in", ("cancelled", "rejected")),
                "|",
                ("done_at", "=", False),
                ("done_at", ">=", since),
            ],
            limit=10,
        )

    # acceptance ----------------------------------------------------------------------------------

    def action_accept(self):
        """Accept the request: its clocks start now (handbook B A1).

        :raises UserError: if it is not known where it is or whom to ask for
        """
        for repair in self:
            if missing := repair._missing_facts():
                raise UserError(
                    self.env._(
                        "“%(repair)s” is not complete; ask the customer for: %(missing)s.",
                        repair=repair.display_name,
                        missing="、".join(missing),
                    )
                )
            repair._move_to(
                "accepted", accepted_at=fields.Datetime.now(), accepted_by_id=self.env.uid
            )
        return True

    def _reject(self, reason, guidance):
        """Answer that it is not ours, and tell the customer who is in charge.

        :raises UserError: without guidance: never silent (handbook B A1)
        """
        if not (guidance or "").strip():
            raise UserError(self.env._("Say whom the customer should turn to, with the phone."))
        self._move_to("rejected", reason=reason, guidance=guidance)
        self._answer(
            self.env._(
                "Not in our scope: %(reason)s Please turn to: %(guidance)s",
                reason=reason or "",
                guidance=guidance,
            )
        )

    def _cancel_request(self, reason):
        """Cancel, with the customer's or our reason; the number is kept."""
        self._move_to("cancelled", reason=reason)
        self._answer(self.env._("Cancelled: %(reason)s", reason=reason))

    def _answer(self, text):
        """Put an answer on the case and on every duplicate report merged into it."""
        for repair in self | self.duplicate_ids:
            repair.message_post(body=text, subtype_xmlid="mail.mt_comment")

    # dispatch ------------------------------------------------------------------------------------

    def action_dispatch(self):
        """Open the dispatcher's list of who can take the order."""
        self.ensure_one()
        if self.state != "accepted":
            raise UserError(
                self.env._(
                    "“%(repair)s” is “%(state)s”: only an accepted one can be dispatched.",
                    repair=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispatch"),
            "res_model": "property.repair.dispatch",
            "view_mode": "form",
            "target": "new",
            "context": {"default_repair_id": self.id},
        }

    def action_dispatch_best(self):
        """Dispatch each order to the first technician of the proposal list."""
        for repair in self:
            best = self.env["property.technician"]._propose(repair)[:1]
            if not best:
                raise UserError(
                    self.env._(
                        "No technician on duty for “%(repair)s”.", repair=repair.display_name
                    )
                )
            repair._dispatch(best.employee_id)

    def _technicians_barred(self):
        """Return who may not get this rework: all earlier ones after the second failure."""
        self.ensure_one()
        barred = self.env["hr.employee"]
        if self.rework_number < 2:
            return barred
        earlier = self.origin_id
        while earlier:
            barred |= earlier.technician_id
            earlier = earlier.origin_id
        return barred

    def _dispatch(self, technician, helpers=None):
        """Give the order to a technician (handbook B A2).

        :param technician: `hr.employee` record
        :param helpers: further `property.technician` records
        :raises UserError: if somebody else has dispatched it, or he failed at it before
        """
        for repair in self:
            repair._take_for_dispatch()
            if technician in repair._technicians_barred():
                raise UserError(
                    self.env._(
                        "%(technician)s has failed at “%(repair)s” before: after the second time "
                        "somebody else has to go.",
                        technician=technician.sudo().name,
                        repair=repair.display_name,
                    )
                )
            repair._move_to(
                "dispatched",
                technician_id=technician.id,
                helper_ids=[fields.Command.set(helpers.ids if helpers else [])],
            )
            if user := repair.technician_user_id:
                repair.message_subscribe(user.partner_id.ids)
                repair.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("New order: %(repair)s", repair=repair.display_name),
                    user_id=user.id,
                )

    def _take_for_dispatch(self):
        """Make sure that nobody else gives the order away at the same moment.

        :raises UserError: if a colleague is about to, or has done so already
        """
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "A colleague is working on “%(repair)s” at this moment: open it again and "
                    "look who goes.",
                    repair=self.display_name,
                )
            ) from error
        self.invalidate_recordset(["state", "technician_id", "dispatched_by_id"])
        if self.state == "dispatched":
            trusted = self.sudo()
            raise UserError(
                self.env._(
                    "“%(repair)s” was given to %(technician)s by %(user)s already: transfer the "
                    "order if somebody else is to go.",
                    repair=self.display_name,
                    technician=trusted.technician_id.name,
                    user=trusted.dispatched_by_id.name,
                )
            )

    def _check_worker(self):
        """Let only the technician of an order, or a supervisor, report on the work."""
        for repair in self:
            if not repair._is_supervisor() and repair.technician_user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "“%(repair)s” is an order of %(technician)s.",
                        repair=repair.display_name,
                        technician=repair.sudo().technician_id.name or "—",
                    )
                )

    def action_pick_up(self):
        """The technician takes the order over."""
        self._check_worker()
        self._move_to("on_the_way")
        todo = self.env.ref("mail.mail_activity_data_todo")
        for repair in self.sudo():
            repair.activity_ids.filtered(
                lambda row, repair=repair: (
                    row.activity_type_id == todo and row.user_id == repair.technician_user_id
                )
            ).action_done()
        return True

    def action_arrive(self):
        """The technician is on site."""
        self._check_worker()
        for repair in self:
            if repair.state == "dispatched":
                repair.action_pick_up()
            first = {} if repair.arrived_at else {"arrived_at": fields.Datetime.now()}
            repair._move_to("on_site", **first)
        return True

    def action_controlled(self):
        """The danger or damage is under control: valve closed, circuit off (U0, U1)."""
        self._check_worker()
        for repair in self.filtered(lambda row: not row.controlled_at):
            if repair.state not in ("on_site", "quoted", "on_hold"):
                raise UserError(self.env._("Arrive first."))
            repair._with_move().write({"controlled_at": fields.Datetime.now()})
            self.env["property.deadline"]._of(repair, ["control"])._finish()
        return True

    def _return(self, reason):
        """The technician gives the order back; the third time the supervisor has to decide.

        :raises UserError: later than the minutes of setting ``repair_return_min``
        """
        self._check_worker()
        for repair in self:
            minutes = repair.estate_id._parameter("repair_return_min")
            late = fields.Datetime.now() > (
                (repair.dispatched_at or fields.Datetime.now()) + timedelta(minutes=minutes)
            )
            if late and not self._is_supervisor():
                raise UserError(
                    self.env._(
                        "An order is returned within %(minutes)s minutes: ask the supervisor to "
                        "transfer it.",
                        minutes=minutes,
                    )
                )
            repair._take_back(reason, return_count=repair.return_count + 1)
            if repair.return_count >= repair.estate_id._parameter("repair_return_max"):
                for user in repair._deadline_users("dispatcher"):
                    repair.sudo().activity_schedule(
                        "property_service.mail_activity_type_deadline",
                        summary=self.env._(
                            "Returned %(count)s times: decide who goes.", count=repair.return_count
                        ),
                        user_id=user.id,
                    )

    def _take_back(self, reason, **vals):
        name = self.sudo().technician_id.name
        self._move_to("accepted", technician_id=False, helper_ids=[(5,)], reason=reason, **vals)
        self.message_post(
            body=self.env._("Order taken back from %(name)s: %(reason)s", name=name, reason=reason)
        )

    def _transfer(self, technician, reason):
        """Give the order to another technician, with the reason."""
        for repair in self:
            if not self._is_supervisor() and repair.technician_user_id != self.env.user:
                raise AccessError(self.env._("Only the technician or a supervisor transfers it."))
            if repair.sudo().technician_id == technician:
                raise UserError(self.env._("Choose another technician."))
            repair._take_back(reason)
            repair._dispatch(technician)

    # hold ----------------------------------------------------------------------------------------

    def _hold(self, hold_reason, note=None, resume=None):
        """Put the order on hold; clocks stop only for reasons that say so (handbook B §9.2).

        :param hold_reason: `property.hold.reason` record
        :param resume: datetime (UTC) to go on, or None
        """
        for repair in self:
            repair._with_move().write({"hold_reason_id": hold_reason.id})
            repair._move_to(
                "on_hold", hold_from=repair.state, reason=note, resume_date=resume or False
            )
            repair.message_post(
                body=self.env._(
                    "On hold: %(reason)s %(note)s", reason=hold_reason.name, note=note or ""
                )
            )
            if resume:
                repair.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(repair, resume),
                    summary=self.env._("Go on with %(repair)s", repair=repair.display_name),
                    user_id=(repair.technician_user_id or repair.user_id or self.env.user).id,
                )

    def action_resume(self):
        """Go on where the order was put on hold."""
        for repair in self:
            repair._move_to(repair.hold_from or "accepted", hold_from=False, resume_date=False)
            repair._start_missing_clocks()
        return True

    def _missed_visit(self, note, appointment=None):
        """Nobody at home: a note is left, the order waits for a second appointment."""
        self._check_worker()
        reason = self.env["property.hold.reason"].search([("code", "=", "customer")], limit=1)
        for repair in self:
            if repair.state not in ("on_the_way", "on_site"):
                raise UserError(self.env._("Only who is under way can have missed the customer."))
            repair._with_move().write({"visits_missed": repair.visits_missed + 1})
            repair._hold(reason, note, appointment)
            if appointment:
                repair.appointment_start = appointment
            repair._answer(
                self.env._(
                    "Nobody was met (visit %(count)s). Please name another time.",
                    count=repair.visits_missed,
                )
            )

    def action_close_missed(self):
        """End an order because the customer missed two visits; for a supervisor."""
        self._check_supervisor()
        for repair in self:
            needed = repair.estate_id._parameter("repair_missed_visits")
            if repair.visits_missed < needed:
                raise UserError(self.env._("%(count)s missed visits are needed.", count=needed))
            repair._cancel_request(self.env._("The customer did not keep the appointments."))
        return True

    # duplicates ----------------------------------------------------------------------------------

    def _merge_into(self, master):
        """Merge reports of one fault into `master`; their customers get its answers.

        :raises UserError: if an order is merged into itself, or is worked on already
        """
        if master in self or master.master_id:
            raise UserError(self.env._("Choose the first report of the fault as the master."))
        if master.state not in (
            "draft",
            "accepted",
            "dispatched",
            "on_the_way",
            "on_site",
            "quoted",
            "on_hold",
            "done",
        ):
            raise UserError(self.env._("“%(repair)s” has ended.", repair=master.display_name))
        for repair in self:
            if repair.state not in ("draft", "accepted"):
                raise UserError(
                    self.env._(
                        "“%(repair)s” is worked on already and cannot be merged.",
                        repair=repair.display_name,
                    )
                )
            if repair.estate_id != master.estate_id:
                raise UserError(self.env._("The reports are of different estates."))
            repair._move_to(
                "cancelled",
                master_id=master.id,
                reason=self.env._("Merged into %(master)s", master=master.number),
            )
            repair.message_post(
                body=self.env._("Merged into %(master)s.", master=master.display_name)
            )
            master.message_post(
                body=self.env._("Also reported as %(repair)s.", repair=repair.display_name)
            )

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # dialogs -------------------------------------------------------------------------------------

    def _open_dialog(self, step, **defaults):
        self.ensure_one()
        dialog = self.env["property.repair.dialog"]
        return {
            "type": "ir.actions.act_window",
            "name": dict(dialog._fields["step"]._description_selection(self.env))[step],
            "res_model": dialog._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_repair_id": self.id,
                "default_step": step,
                **{f"default_{name}": value for name, value in defaults.items()},
            },
        }

    def action_return(self):
        """Ask why the order is returned."""
        return self._open_dialog("return")

    def action_transfer(self):
        """Ask to whom and why the order is transferred."""
        return self._open_dialog("transfer")

    def action_hold(self):
        """Ask why the order waits."""
        return self._open_dialog("hold")

    def action_missed_visit(self):
        """Ask for the note left and the next appointment."""
        return self._open_dialog("missed")

    def action_cancel(self):
        """Ask why the request is cancelled."""
        return self._open_dialog("cancel")

    def action_reject(self):
        """Ask why it is not ours and who is in charge."""
        return self._open_dialog("reject")

    def action_lower_urgency(self):
        """Ask for the lower urgency and the reason."""
        self._check_supervisor()
        return self._open_dialog("urgency")

    def action_merge(self):
        """Ask for the master order."""
        return self._open_dialog("merge", master_id=self.similar_ids[:1].id)

    def action_open_similar(self):
        """Open the orders that may be about the same fault."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Perhaps the same fault"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.similar_ids.ids)],
        }
