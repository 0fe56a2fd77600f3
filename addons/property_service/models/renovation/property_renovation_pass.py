# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_today

#: Handbook A §31
STATES = [
    ("applied", "Pass applied for"),
    ("approved", "Pass approved"),
    ("issued", "Pass handed out"),
    ("valid", "Pass in force"),
    ("extended", "Pass extended"),
    ("lost", "Pass lost, void"),
    ("withdrawn", "Pass withdrawn"),
    ("expired", "Pass expired"),
    ("recovered", "Pass taken back"),
    ("deposit_refunded", "Pass deposit given back"),
    ("refused", "Pass refused"),
]
#: states in which the pass lets its bearer work
VALID = ("issued", "valid", "extended")
#: states in which the badge is out of the centre's hands
OUT = (*VALID, "expired", "withdrawn")
PENDING = ("applied", "approved", *VALID)
KINDS = [
    ("long", "Long (a month)"),
    ("short", "Short (half a month)"),
    ("day", "One day"),
]
#: set by the steps only
_KEPT = {"worker_id", "kind", "date_start", "date_end", "deposit_id", "number", "warning_count"}


class PropertyRenovationPass(models.Model):
    """The temporary pass of one worker for one room (临时出入证, handbook A §31).

    One person, one room, one pass. The deposit is the one the dossier has paid for its planned
    workers; who comes besides pays his own. A pass is never a means to hold anybody's things.
    """

    _name = "property.renovation.pass"
    _description = "Temporary pass"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.verify.mixin",
        "property.patrol.reasoned",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "CRZ"
    _verify_code = "pass"
    _workflow_moves = {
        "applied": ("approved", "refused"),
        "approved": ("issued", "refused"),
        "issued": ("valid", "extended", "expired", "lost", "withdrawn", "recovered"),
        "valid": ("extended", "expired", "lost", "withdrawn", "recovered"),
        "extended": ("extended", "expired", "lost", "withdrawn", "recovered"),
        "expired": ("lost", "recovered"),
        "withdrawn": ("lost", "recovered"),
        "lost": ("deposit_refunded",),
        "recovered": ("deposit_refunded",),
    }
    _workflow_stamps = {
        "approved": ("approved_by_id", "approved_date"),
        "issued": ("issued_by_id", "issued_date"),
        "lost": (None, "lost_date"),
        "recovered": ("recovered_by_id", "recovered_date"),
    }
    _reasons = {
        "elsewhere": "action_found_elsewhere",
        "withdraw": "action_withdraw",
        "refuse": "action_refuse",
    }

    worker_id = fields.Many2one(
        "property.renovation.worker", required=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        related="worker_id.partner_id", store=True, index=True, precompute=True
    )
    # not computed before the record is there: the dossier's list would keep the passing image
    renovation_id = fields.Many2one(related="worker_id.renovation_id", store=True, index=True)
    unit_id = fields.Many2one(related="worker_id.unit_id", store=True, index=True, precompute=True)
    building_id = fields.Many2one(
        related="worker_id.unit_id.building_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="worker_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="worker_id.company_id", store=True, index=True, precompute=True
    )
    contractor_id = fields.Many2one(
        related="worker_id.renovation_id.contractor_id", store=True, index=True
    )
    trade = fields.Selection(related="worker_id.trade")
    photo = fields.Image(related="worker_id.photo")
    kind = fields.Selection(KINDS, "Length of validity", required=True, default="long")
    purpose = fields.Char("Purpose of the pass")
    guarantee = fields.Char(
        "Guaranteed by", help="Owner or contractor who stands for a worker of one day."
    )
    date_start = fields.Date(
        "Pass valid from", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(
        "Pass valid until",
        compute="_compute_date_end",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
    )
    days_extended = fields.Integer("Days extended", readonly=True, copy=False)
    return_due = fields.Date(
        "To be returned by",
        compute="_compute_return_due",
        store=True,
        help="Returned by then, the deposit goes back.",
    )
    receiver = fields.Char("Pass taken by")
    deposit_id = fields.Many2one(
        "property.deposit", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    deposit_state = fields.Selection(related="deposit_id.state", string="State of the deposit")
    deposit_amount = fields.Float("Deposit of the pass (yuan)", digits=(16, 2), readonly=True)
    money_id = fields.Many2one(
        "property.renovation.money",
        "Cost of the lost pass",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    replaces_id = fields.Many2one(
        "property.renovation.pass", "Replaces the pass", readonly=True, index="btree_not_null"
    )
    warning_count = fields.Integer("Warnings", readonly=True, copy=False)
    overdue = fields.Boolean(
        "Not returned in time", compute="_compute_overdue", search="_search_overdue"
    )
    security_told = fields.Boolean("Security told", readonly=True, copy=False)
    reason = fields.Char("Reason of the state", readonly=True, copy=False)
    state = fields.Selection(
        STATES,
        required=True,
        default="applied",
        index=True,
        tracking=True,
        copy=False,
        group_expand="_expand_states",
    )
    approved_by_id = fields.Many2one("res.users", "Pass approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Pass approved at", readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", "Pass issued by", readonly=True, copy=False)
    issued_date = fields.Datetime("Pass issued at", readonly=True, copy=False)
    lost_date = fields.Datetime("Loss reported at", readonly=True, copy=False)
    recovered_by_id = fields.Many2one("res.users", "Pass taken back by", readonly=True, copy=False)
    recovered_date = fields.Datetime("Pass taken back at", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a pass with this number already."
    )
    _one_person = models.UniqueIndex(
        "(partner_id) WHERE state IN ('issued', 'valid', 'extended')",
        "This person has a pass already: one person, one room, one pass.",
    )
    _out = models.Index("(date_end) WHERE state IN ('issued', 'valid', 'extended', 'expired')")

    @api.model
    def _expand_states(self, states, domain):
        """Show the states passes are in while they are worked with."""
        shown = {*states, "applied", "approved", "valid", "expired", "recovered"}
        return [state for state, _label in STATES if state in shown]

    @api.depends("number", "worker_id.name")
    def _compute_display_name(self):
        for card in self:
            parts = (card.number, card.worker_id.name)
            card.display_name = " ".join(part for part in parts if part)

    @api.depends("kind", "date_start", "days_extended", "worker_id.renovation_id.permit_date_end")
    def _compute_date_end(self):
        for card in self:
            if not card.date_start:
                card.date_end = False
                continue
            end = card.date_start + timedelta(days=card._days() - 1 + card.days_extended)
            limit = card.worker_id.renovation_id.permit_date_end
            if limit and card.state not in ("applied", "approved"):
                # what was printed on the badge stays; an extended permit lengthens no pass
                limit = max(limit, card.date_end or limit)
            card.date_end = max(min(end, limit), card.date_start) if limit else end

    def _days(self):
        """Return the days a pass of this length is valid, from the estate's settings."""
        self.ensure_one()
        if self.kind == "day" or not self.estate_id:
            return 1
        return self.estate_id._parameter(f"pass_{self.kind}_days")

    @api.depends("date_end")
    def _compute_return_due(self):
        for card in self:
            days = card.estate_id._parameter("pass_return_days") if card.estate_id else 0
            card.return_due = card.date_end and card.date_end + timedelta(days=days)

    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for card in self:
            card.overdue = bool(card._is_out() and card.return_due and card.return_due < today)

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = [("state", "in", OUT), ("return_due", "<", today)]
        if True in value and False in value:
            return []
        return late if True in value else ["!", "&", *late]

    def _is_out(self):
        """Return whether the badge is out of the centre's hands."""
        return self.state in OUT

    def _is_pending(self):
        """Return whether the pass is asked for or in force."""
        return self.state in PENDING

    def _is_valid(self, date=None):
        """Return whether the pass holds on `date`, today by default."""
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        return self.state in VALID and self.date_start <= date <= self.date_end

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in ("days_extended", "deposit_id", "money_id", "warning_count", "number"):
                    vals.pop(name, None)
        passes = super().create(vals_list)
        passes._assign_number()
        passes._check_application()
        return passes

    def write(self, vals):
        if _KEPT & vals.keys() and not self._moving() and not self.env.su:
            if kept := self.filtered(lambda card: card.state != "applied"):
                raise UserError(
                    self.env._(
                        "%(card)s is “%(state)s”: what is on it stays as it is.",
                        card=kept[0].display_name,
                        state=kept[0]._state_label(kept[0].state),
                    )
                )
        result = super().write(vals)
        if {"kind", "date_start", "guarantee"} & vals.keys():
            self.filtered(lambda card: card.state == "applied")._check_application()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_applied(self):
        if kept := self.filtered(lambda card: card.state not in ("applied", "refused")):
            raise UserError(
                self.env._("%(card)s keeps its number: take it back.", card=kept[0].display_name)
            )

    def _check_application(self):
        """Refuse passes nobody may have: a second one, for too many days, without certificate.

        :raises UserError: naming the worker and the remedy
        """
        for card in self:
            worker, dossier = card.worker_id, card.renovation_id
            worker._check_registered()
            worker._check_certificate(card.date_start)
            if not worker.photo and card.kind != "day":
                raise UserError(
                    self.env._("%(worker)s: take a photo for the pass.", worker=worker.name)
                )
            if dossier.state not in ("agreement", "paid", "permitted", "working", "suspended"):
                raise UserError(
                    self.env._(
                        "%(dossier)s is “%(state)s”: passes are given for sites with an agreement.",
                        dossier=dossier.display_name,
                        state=dossier._state_label(dossier.state),
                    )
                )
            other = self.sudo().search(
                [
                    ("partner_id", "=", card.partner_id.id),
                    ("state", "in", PENDING),
                    ("id", "!=", card.id),
                    ("date_end", ">=", card.date_start),
                ],
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(worker)s has pass %(number)s for %(unit)s: one person, one room, one "
                        "pass. Take that one back first.",
                        worker=worker.name,
                        number=other.number,
                        unit=other.unit_id.full_name,
                    )
                )
            if card.kind == "day":
                card._check_day_pass()

    def _check_day_pass(self):
        if not (self.guarantee or "").strip():
            raise UserError(
                self.env._(
                    "%(worker)s: a pass of one day needs somebody who guarantees for him, owner or "
                    "contractor.",
                    worker=self.worker_id.name,
                )
            )
        near = self.sudo().search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("kind", "=", "day"),
                ("state", "!=", "refused"),
                ("id", "!=", self.id),
                ("date_start", ">=", self.date_start - timedelta(days=1)),
                ("date_start", "<=", self.date_start + timedelta(days=1)),
            ],
            limit=1,
        )
        if near:
            raise UserError(
                self.env._(
                    "%(worker)s has a pass for %(date)s already: no passes of one day on two days "
                    "in a row. Register him and give him a longer one.",
                    worker=self.worker_id.name,
                    date=near.date_start,
                )
            )

    # steps ---------------------------------------------------------------------------------------

    def action_approve(self):
        """Approve the passes: the site administrator has checked the papers; ask for the deposit.

        :raises UserError: as of the application
        """
        self.check_access("write")
        self._check_application()
        for card in self:
            card._move_to("approved")
            card._ask_deposit()

    def action_refuse(self, reason=None):
        """Refuse the passes, with the reason.

        :raises UserError: without a reason
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("State why the pass is refused."))
        for card in self:
            if card.deposit_id.state == "due" and card.deposit_id.origin_model == self._name:
                card.deposit_id.sudo().action_cancel()
            card._move_to("refused", reason=reason)

    def _ask_deposit(self):
        """Tie the pass to the deposit of the dossier, or ask for one where that is used up."""
        self.ensure_one()
        dossier = self.renovation_id.sudo()
        if self.replaces_id:
            self.sudo().write(
                {
                    "deposit_id": self.replaces_id.deposit_id.id,
                    "deposit_amount": self.replaces_id.deposit_amount,
                }
            )
            return
        row = dossier.money_ids.filtered(
            lambda money: money.code == "PASS" and money.allowed and money.deposit_id
        )[:1]
        if row:
            used = self.sudo().search_count(
                [
                    ("renovation_id", "=", dossier.id),
                    ("deposit_id", "=", row.deposit_id.id),
                    ("replaces_id", "=", False),
                ]
            )
            if used < row.quantity:
                self.sudo().write({"deposit_id": row.deposit_id.id, "deposit_amount": row.price})
                return
        price = (
            self.env["property.renovation.price"]
            ._of_unit(self.unit_id)
            .filtered(lambda price: price.code == "PASS")[:1]
        )
        if not price or not price.price or price._forbidden(dossier.law_id):
            return
        payer = dossier._firm_payer() or dossier.payer_id
        deposit = self.env["property.deposit"]._require(
            self.unit_id, payer, "PASS", price._amount(1), self
        )
        self.sudo().write({"deposit_id": deposit.id, "deposit_amount": deposit.amount})

    def action_issue(self):
        """Hand the passes out: permit there, deposit paid.

        :raises AccessError: below the customer-service supervisor
        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._check_in_group(
            "supervisor",
            self.env._("Temporary passes are issued by the customer-service supervisor."),
        )
        for card in self:
            dossier = card.renovation_id
            if dossier.state not in ("permitted", "working"):
                raise UserError(
                    self.env._(
                        "%(card)s: %(dossier)s is “%(state)s”; passes are handed out with the "
                        "permit.",
                        card=card.display_name,
                        dossier=dossier.display_name,
                        state=dossier._state_label(dossier.state),
                    )
                )
            if card.deposit_id.sudo().state == "due":
                raise UserError(
                    self.env._(
                        "%(card)s: the cashier has not taken the deposit of %(amount).2f yuan yet.",
                        card=card.display_name,
                        amount=card.deposit_id.sudo().amount,
                    )
                )
            card._check_application()
            card._move_to("issued", receiver=card.receiver or dossier.lead_id.name)
            if card.date_start <= fields.Date.context_today(self):
                card._move_to("valid")

    def action_extend(self):
        """Extend the passes by their length, before they expire and within the permit.

        :raises UserError: naming the pass that cannot be extended
        """
        self.check_access("write")
        today = fields.Date.context_today(self)
        for card in self:
            if card.kind == "day":
                raise UserError(
                    self.env._("%(card)s: a pass of one day is not extended.", card=card.number)
                )
            if card.state == "expired" or card.date_end < today:
                raise UserError(
                    self.env._(
                        "%(card)s has expired on %(date)s: it is extended before that. Take it "
                        "back and apply for a new one.",
                        card=card.display_name,
                        date=card.date_end,
                    )
                )
            limit = card.renovation_id.permit_date_end
            wanted = card.date_end + timedelta(days=card._days())
            end = min(wanted, limit) if limit else wanted
            if end <= card.date_end:
                raise UserError(
                    self.env._(
                        "%(card)s is valid until the permit ends on %(date)s: extend the permit "
                        "first.",
                        card=card.display_name,
                        date=limit,
                    )
                )
            card.worker_id._check_certificate(end)
            more = (end - card.date_end).days
            card._move_to("extended", days_extended=card.days_extended + more)

    def action_found_elsewhere(self, reason=None):
        """Note that the pass was found in another room: a warning, the second time withdrawn.

        :param str reason: where and when, by whom
        :raises UserError: without it
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Note where and when the pass was found, and by whom."))
        for card in self:
            card._with_move().write({"warning_count": card.warning_count + 1})
            card.message_post(body=self.env._("Found outside its room: %(reason)s", reason=reason))
            if card.warning_count >= card.estate_id._parameter("pass_warnings"):
                card._move_to("withdrawn", reason=reason)
                card._tell_security(
                    self.env._("Pass %(card)s is withdrawn", card=card.display_name)
                )
            else:
                card.renovation_id._tell_site(
                    self.env._("Warn %(card)s: found outside its room", card=card.display_name)
                )

    def action_withdraw(self, reason=None):
        """Withdraw the pass after repeated breaches; only the badge is asked back.

        :raises AccessError: below the supervisor
        :raises UserError: without a reason
        """
        self.check_access("write")
        self._check_in_group(
            "supervisor", self.env._("Passes are withdrawn by the customer-service supervisor.")
        )
        if not (reason or "").strip():
            raise UserError(self.env._("State why the pass is withdrawn."))
        for card in self:
            card._move_to("withdrawn", reason=reason)
            card._tell_security(self.env._("Pass %(card)s is withdrawn", card=card.display_name))

    def action_report_lost(self):
        """Declare passes lost: void, the listed cost is charged, the gate knows the number."""
        self.check_access("write")
        for card in self:
            row = card.renovation_id.sudo()._charge_on_demand("RENO_PASS_LOST")
            card._move_to("lost", money_id=row.id, reason=self.env._("Reported lost"))
            card._tell_security(
                self.env._("Pass %(card)s is lost and void", card=card.display_name)
            )

    def action_replace(self):
        """Apply for a new pass in place of a lost one; the deposit stays the same.

        :return: the action that opens the new pass
        :raises UserError: while the pass is not lost
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("lost", "recovered"):
            raise UserError(
                self.env._(
                    "%(card)s is “%(state)s”: only a lost pass is replaced.",
                    card=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        new = self.sudo().create(
            {
                "worker_id": self.worker_id.id,
                "kind": self.kind,
                "guarantee": self.guarantee,
                "replaces_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_recover(self):
        """Take passes back and tell security; the cashier can give the deposit back."""
        self.check_access("write")
        for card in self:
            card._move_to("recovered")
            card._tell_security(self.env._("Pass %(card)s is taken back", card=card.display_name))
            card._with_move().write({"security_told": True})
            if not card.deposit_id:
                continue
            card._deposit_changed(card.deposit_id)

    def _tell_security(self, summary):
        """Give security a to-do about the passes, on their dossier."""
        for card in self:
            card.renovation_id._tell_security(summary)

    def _deposit_changed(self, deposit):
        """Follow the deposit: given back, the pass is settled."""
        for card in self.sudo():
            if deposit.state in ("refunded", "closed", "deducted") and card.state in (
                "recovered",
                "lost",
            ):
                card._move_to("deposit_refunded")

    def action_open_deposit(self):
        """Open the deposit of the pass."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.deposit",
            "res_id": self.deposit_id.id,
            "view_mode": "form",
        }

    # checking at the gate ------------------------------------------------------------------------

    def _verify_facts(self):
        """Show the guard who works where until when: no photo, no ID number, no phone."""
        self.ensure_one()
        valid = self._is_valid()
        today = fields.Date.context_today(self)
        if valid:
            status = self.env._("Pass in force")
        elif self.state in VALID and self.date_start > today:
            status = self.env._("Not valid yet")
        elif self.state in VALID:
            status = self._state_label("expired")
        else:
            status = self._state_label(self.state)
        trades = dict(self.worker_id._fields["trade"]._description_selection(self.env))
        rows = [
            (self.env._("Pass no."), self.number),
            (self.env._("Person's name"), self.worker_id.name),
            (self.env._("Trade"), trades.get(self.trade, "")),
            (self.env._("Room"), self.unit_id.full_name),
            (self.env._("Renovation contractor"), self.contractor_id.name or ""),
            (
                self.env._("Valid period"),
                self.env._("%(first)s to %(last)s", first=self.date_start, last=self.date_end),
            ),
        ]
        if self.renovation_id.state == "suspended":
            rows.append((self.env._("Renovation site"), self.env._("Work is stopped")))
        return {
            "title": self.env._("Temporary pass"),
            "valid": valid,
            "status": status,
            "rows": rows,
        }

    # daily ---------------------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Make passes valid whose day has come, expire those that are over, ask for them back.

        Each pass in its own savepoint; what was told is on the pass, so nothing is told twice.
        """
        today = local_today()
        todo = self.search(
            [
                "|",
                "&",
                ("state", "in", VALID),
                ("date_end", "<", today),
                "&",
                ("state", "=", "issued"),
                ("date_start", "<=", today),
            ],
            limit=1000,
        )
        self.env["ir.cron"]._property_each(
            todo,
            lambda card: card._check_validity(today),
            lambda card, error: card.message_post(
                body=self.env._("Not checked: %(error)s", error=str(error))
            ),
        )

    def _check_validity(self, today):
        self.ensure_one()
        if self.date_end < today:
            self._move_to("expired")
            self.renovation_id._tell_site(
                self.env._(
                    "Pass %(card)s has expired: ask for it back until %(date)s",
                    card=self.display_name,
                    date=self.return_due,
                )
            )
        else:
            self._move_to("valid")
