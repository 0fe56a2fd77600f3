# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: states in which the owner is still expected
WAITING = ("sent", "delivered", "returned", "appointed")


class PropertyHandoverNotice(models.Model):
    """The notice that calls the owners of one home to receive it (入伙通知书, handbook A §10).

    Delivery is proved, an appointment given. Who does not come becomes overdue; that counts as a
    handover only where the manager approves it and the notice was properly served.
    """

    _name = "property.handover.notice"
    _description = "Handover notice"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "property.handover.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "batch_id, building_id, unit_id, id"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "RHTZ"
    _workflow_moves = {
        "draft": ("sent",),
        "sent": ("delivered", "returned", "appointed", "attended", "overdue"),
        "delivered": ("returned", "appointed", "attended", "overdue"),
        "returned": ("sent", "delivered", "appointed", "attended", "overdue"),
        "appointed": ("attended", "overdue"),
        "attended": ("done",),
        "overdue": ("appointed", "attended", "done"),
    }
    _workflow_stamps = {
        "sent": ("sent_by_id", "sent_date"),
        "delivered": ("delivered_by_id", "delivered_stamp"),
        "attended": (None, "attended_date"),
        "overdue": (None, "overdue_date"),
        "done": (None, "done_date"),
    }
    _reasons = {"returned": "action_returned", "deemed": "action_deemed"}

    batch_id = fields.Many2one(
        "property.handover.batch", required=True, ondelete="restrict", index=True
    )
    unit_id = fields.Many2one(
        "property.unit", "Room", required=True, ondelete="restrict", index=True, check_company=True
    )
    building_id = fields.Many2one(
        related="unit_id.building_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Owner", required=True, ondelete="restrict", index=True, tracking=True
    )
    phone = fields.Char(related="partner_id.phone")
    phone_masked = fields.Char("Phone (masked)", related="partner_id.property_phone_masked")
    date_from = fields.Date("Handover from", required=True)
    date_to = fields.Date("Handover until", required=True)
    slot_id = fields.Many2one(
        "property.handover.slot",
        "Appointment",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('batch_id', '=', batch_id), ('free', '>', 0)]",
        tracking=True,
    )
    slot_start = fields.Datetime(related="slot_id.start", store=True, string="Appointed for")
    state = fields.Selection(
        [
            ("draft", "To be sent"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("returned", "Came back"),
            ("appointed", "Appointed"),
            ("attended", "Attended"),
            ("done", "Handed over"),
            ("overdue", "Overdue, not come"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    send_way = fields.Selection(
        [
            ("registered", "Registered letter"),
            ("courier", "Courier (EMS)"),
            ("hand", "Handed over in person"),
            ("sms", "Text message and phone"),
            ("email", "E-mail"),
            ("newspaper", "Newspaper notice"),
        ],
        "Sent by way of",
        default="courier",
        required=True,
        tracking=True,
    )
    send_number = fields.Char("Consignment no.")
    proof_ids = fields.Many2many(
        "ir.attachment",
        string="Proof of service",
        copy=False,
        bypass_search_access=True,
        help="Receipt signed by the owner, delivery record of the courier, page of the newspaper.",
    )
    proof_note = fields.Char("Who received it")
    delivered_date = fields.Date("Delivered on", copy=False)
    return_reason = fields.Char("Why it came back", readonly=True, copy=False)
    contract_clause = fields.Char(
        "Clause of the sale contract",
        help="Clause by which a home counts as handed over when its owner does not come.",
    )
    handover_ids = fields.One2many("property.handover", "notice_id", "Handover cases")
    handover_id = fields.Many2one(
        "property.handover", "Handover case", compute="_compute_handover_id"
    )
    progress = fields.Selection(
        [
            ("noticed", "Notified"),
            ("working", "At the desks"),
            ("handed", "Keys given"),
            ("refused", "Refused by the owner"),
            ("overdue", "Not come"),
            ("deemed", "Deemed handed over"),
        ],
        compute="_compute_progress",
        store=True,
        index=True,
        group_expand=True,
    )
    area = fields.Float(related="unit_id.gross_area", store=True, digits=(16, 2))
    deemed_date = fields.Date("Deemed handed over on", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    sent_date = fields.Datetime("Sent on", readonly=True, copy=False)
    delivered_by_id = fields.Many2one("res.users", "Delivery noted by", readonly=True, copy=False)
    delivered_stamp = fields.Datetime("Delivery noted on", readonly=True, copy=False)
    attended_date = fields.Datetime("Attended on", readonly=True, copy=False)
    overdue_date = fields.Datetime("Overdue since", readonly=True, copy=False)
    done_date = fields.Datetime("Finished on", readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(batch_id, unit_id)", "This home has a notice of the batch already."
    )
    _period = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day of handover is before the first."
    )

    @api.depends("handover_ids")
    def _compute_handover_id(self):
        for notice in self:
            notice.handover_id = notice.handover_ids[:1]

    @api.depends("state", "deemed_date", "handover_ids.state")
    def _compute_progress(self):
        for notice in self:
            states = set(notice.handover_ids.mapped("state"))
            if states & {"keys_handed", "filed"}:
                notice.progress = "handed"
            elif "refused" in states:
                notice.progress = "refused"
            elif states:
                notice.progress = "working"
            elif notice.deemed_date:
                notice.progress = "deemed"
            elif notice.state == "overdue":
                notice.progress = "overdue"
            else:
                notice.progress = "noticed"

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for notice in self:
            parts = (notice.unit_id.full_name, notice.number)
            notice.display_name = " ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        """Number new notices; nobody sets what was decided about them."""
        for vals in vals_list:
            vals.pop("deemed_date", None)
            vals.pop("return_reason", None)
        notices = super().create(vals_list)
        notices._assign_number()
        return notices

    def write(self, vals):
        """Keep decisions to the methods; note an appointment once the notice is out."""
        if {"deemed_date", "return_reason"} & vals.keys() and not (self.env.su or self._moving()):
            raise UserError(self.env._("Decisions about a notice are taken by its buttons."))
        if {"unit_id", "batch_id"} & vals.keys() and self.filtered(lambda row: row.number):
            raise UserError(self.env._("A notice stays with its home: write another one."))
        result = super().write(vals)
        if vals.get("slot_id"):
            self.filtered(lambda row: row.state in ("sent", "delivered", "returned"))._move_to(
                "appointed"
            )
        return result

    # sending and serving -------------------------------------------------------------------------

    def _is_ready(self):
        """Refuse notices of an estate that is not really ready (handbook A §10).

        :raises UserError: naming what is missing
        """
        for batch in self.batch_id:
            if batch.state == "planning":
                raise UserError(
                    self.env._(
                        "“%(batch)s” is still being prepared: notices go out when its checklist is "
                        "done.",
                        batch=batch.name,
                    )
                )
            open_rows = batch.check_ids.filtered(lambda row: row.precondition and not row.done)
            if open_rows:
                raise UserError(
                    self.env._(
                        "The homes of “%(batch)s” are not ready: %(checks)s. No notice is sent.",
                        batch=batch.name,
                        checks="、".join(open_rows.mapped("name")),
                    )
                )
        faults = (
            self.env["property.handover.utility"]
            .sudo()
            .search(
                [("estate_id", "in", self.estate_id.ids), ("state", "not in", ("opened", "closed"))]
            )
        )
        waiting = faults.filtered(lambda row: not row.told_owners and row.unit_ids & self.unit_id)
        if waiting:
            raise UserError(
                self.env._(
                    "%(supply)s of %(units)s cannot be used yet: tell the owners the reason and "
                    "the date in writing before notices are sent.",
                    supply="、".join(waiting.mapped("display_name")),
                    units="、".join((waiting.unit_ids & self.unit_id)[:5].mapped("full_name")),
                )
            )

    def action_send(self):
        """Send notices; their homes are sold and wait to be handed over (handbook A §59).

        :raises UserError: if the batch is not ready
        """
        self._is_ready()
        self._move_to("sent")
        units = self.unit_id.sudo().filtered(lambda unit: unit.state == "unsold")
        units._set_state("sold_pending", self.env._("Handover notice sent."))
        waiting = self.filtered("slot_id")
        waiting._move_to("appointed")
        return True

    def action_delivered(self):
        """Note that notices were served.

        :raises UserError: without anything that proves it
        """
        for notice in self:
            if not (notice.proof_ids or notice.send_number or notice.proof_note):
                raise UserError(
                    self.env._(
                        "%(notice)s: enter the consignment number, who received it, or attach the "
                        "proof of service.",
                        notice=notice.display_name,
                    )
                )
        undated = self.filtered(lambda row: not row.delivered_date)
        undated.delivered_date = fields.Date.context_today(self)
        self.filtered(lambda row: row.state in ("sent", "returned"))._move_to("delivered")
        return True

    def action_returned(self, reason):
        """Note that a letter came back; somebody calls, writes or publishes a notice next."""
        reason = self._need_reason(reason)
        self._move_to("returned", return_reason=reason)
        for notice in self:
            notice.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "Handover notice came back: phone, e-mail or newspaper notice, keep the proof"
                ),
                user_id=(notice.batch_id.leader_id or self.env.user).id,
            )

    def action_send_again(self):
        """Send a notice that came back another way."""
        self._is_ready()
        self._move_to("sent")
        return True

    def action_attend(self):
        """Receive the owner at the desk: opens the case of the home.

        :return: the action that shows the case
        """
        cases = self._attend()
        if len(cases) == 1:
            return cases._open_form()
        return True

    def _attend(self):
        """Return the cases of owners who have come, made where there is none, all at once."""
        for notice in self:
            if notice.batch_id.state not in ("open", "routine", "noticed"):
                raise UserError(
                    self.env._("“%(batch)s” is not handing over.", batch=notice.batch_id.name)
                )
        new = self.filtered(lambda row: not row.handover_ids)
        self.env["property.handover"].create(
            [
                {
                    "notice_id": notice.id,
                    "batch_id": notice.batch_id.id,
                    "unit_id": notice.unit_id.id,
                    "partner_id": notice.partner_id.id,
                    "desk_id": notice.slot_id.desk_id.id,
                }
                for notice in new
            ]
        )
        self.filtered(lambda row: row.state != "attended")._move_to("attended")
        return self.handover_ids

    def action_open_handover(self):
        """Open the case of the home."""
        self.ensure_one()
        return self.handover_ids[:1]._open_form()

    # overdue -------------------------------------------------------------------------------------

    @api.model
    def _cron_overdue(self):
        """Mark the notices whose period is over and whose owner did not come."""
        today = fields.Date.context_today(self)
        late = self.search([("state", "in", WAITING), ("date_to", "<", today)])
        late = late.filtered(lambda row: not row.slot_start or row.slot_start.date() < today)
        self.env["ir.cron"]._property_each(
            late,
            lambda notice: notice._move_to("overdue"),
            lambda notice, error: notice._message_log(body=str(error)),
        )

    def action_overdue(self):
        """Mark notices whose period is over.

        :raises UserError: while the period runs
        """
        today = fields.Date.context_today(self)
        for notice in self:
            if notice.date_to >= today:
                raise UserError(
                    self.env._(
                        "%(notice)s: the owner may come until %(date)s.",
                        notice=notice.display_name,
                        date=notice.date_to,
                    )
                )
        self._move_to("overdue")

    def action_deemed(self, reason):
        """Ask the manager to let an overdue home count as handed over (handbook A §10).

        Until then the developer pays the fee. Needs proof that the notice was served and the
        clause of the contract that says so.

        :raises UserError: without them, or before the time of the setting is over
        """
        reason = self._need_reason(reason)
        today = fields.Date.context_today(self)
        for notice in self:
            if notice.state != "overdue":
                raise UserError(
                    self.env._("%(notice)s is not overdue.", notice=notice.display_name)
                )
            if notice.deemed_date:
                raise UserError(
                    self.env._(
                        "%(notice)s counts as handed over already.", notice=notice.display_name
                    )
                )
            if not notice.proof_ids or not notice.delivered_date:
                raise UserError(
                    self.env._(
                        "%(notice)s: without proof of service nobody can be treated as if he had "
                        "received the home. Attach the proof and note the day of delivery.",
                        notice=notice.display_name,
                    )
                )
            if not notice.contract_clause:
                raise UserError(
                    self.env._(
                        "%(notice)s: name the clause of the sale contract that provides for it.",
                        notice=notice.display_name,
                    )
                )
            days = notice.estate_id._parameter("handover_deemed_days")
            first = notice.date_to + timedelta(days=days)
            if today < first:
                raise UserError(
                    self.env._(
                        "%(notice)s can count as handed over from %(date)s on: %(days)s days after "
                        "the period of the notice.",
                        notice=notice.display_name,
                        date=first,
                        days=days,
                    )
                )
            notice._request_approval(
                "deemed_handover",
                self.env._("Deemed handover of %(unit)s", unit=notice.unit_id.full_name),
                reason=reason,
            )

    def _approval_granted(self, approval):
        """Let the home count as handed over: its owner pays from the day of the rule on."""
        for notice in self:
            today = fields.Date.context_today(notice)
            notice._with_move().write({"deemed_date": today})
            notice.env["property.handover"]._take_effect(
                notice.unit_id,
                today,
                {notice.unit_id.id: notice.partner_id},
                notice.env._("Deemed handed over, %(notice)s.", notice=notice.number),
            )
            notice.message_post(
                body=notice.env._("Deemed handed over from %(date)s on.", date=today)
            )
        return super()._approval_granted(approval)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(notice.state != "draft" for notice in self):
            raise UserError(self.env._("A notice that was sent is kept."))
