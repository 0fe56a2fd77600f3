# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

#: Handbook B H6
STATES = [
    ("due", "Due"),
    ("held", "Held"),
    ("refund_requested", "Refund requested"),
    ("inspected", "Inspected"),
    ("deducted", "Deducted in full"),
    ("refunded", "Given back"),
    ("forfeited", "Forfeited"),
    ("closed", "Closed"),
    ("cancelled", "Withdrawn"),
]
#: states in which money of the deposit is held
HELD_STATES = ("held", "refund_requested", "inspected")
RECEIPT_BACK = [("returned", "Original returned"), ("lost", "Lost, statement signed")]
#: set by the steps of a deposit, never by a caller
_SYSTEM_FIELDS = {"number", "receipt_id", "date_taken", "forfeit_move_id"}
_FACTS = {"unit_id", "partner_id", "kind_id", "amount"}
_REQUEST_FIELDS = {
    "request_date",
    "request_reason",
    "receipt_back",
    "loss_statement_ids",
    "payee_id",
    "payee_account",
    "authority_note",
    "authority_ids",
}
_INSPECTION_FIELDS = {"inspector_id", "findings", "photo_ids", "deduction_ids"}


class PropertyDeposit(models.Model):
    """Security money of a home (押金, handbook B H6, A §29, §38): held, and given back cleanly.

    A deposit that is due is not booked. When the cashier takes it, the receipt's payment is booked
    on the liability account of its kind with the deposit on the journal item; what is held of it
    is from then on the sum of posted journal items that name it. It goes back by a refund
    (`property.refund`), to the payer or whom he names in writing, after an inspection.

    Other rooms use `_require()`, `_held()` and the hook `_deposit_changed()` of their document.
    """

    _name = "property.deposit"
    _description = "Deposit"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"

    _number_form = "YJ"
    _workflow_moves = {
        "due": ("held", "cancelled"),
        "held": ("due", "refund_requested", "forfeited"),
        "refund_requested": ("held", "inspected", "forfeited"),
        "inspected": ("refund_requested", "deducted", "refunded", "forfeited"),
        "deducted": ("closed",),
        "refunded": ("closed", "inspected"),
        "forfeited": ("closed",),
    }
    _workflow_stamps = {
        "refund_requested": ("requested_by_id", "requested_date"),
        "inspected": (None, "inspected_date"),
        "forfeited": (None, "forfeited_date"),
        "closed": ("closed_by_id", "closed_date"),
    }

    unit_id = fields.Many2one(tracking=True)
    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, ondelete="restrict", index=True, tracking=True
    )
    kind_id = fields.Many2one(
        "property.deposit.kind",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    amount = fields.Monetary(required=True, tracking=True)
    date = fields.Date("Asked for on", required=True, default=fields.Date.context_today)
    note = fields.Char("What it is for")
    origin_model = fields.Char("Model of the document", readonly=True, copy=False)
    origin_id = fields.Many2oneReference(
        "Document", model_field="origin_model", readonly=True, copy=False
    )
    origin_name = fields.Char("Asked for by", readonly=True, copy=False)
    receipt_id = fields.Many2one(
        "property.receipt", readonly=True, copy=False, index="btree_not_null"
    )
    date_taken = fields.Date("Taken on", readonly=True, copy=False, index=True)
    balance = fields.Monetary(
        "Balance held", compute="_compute_balance", help="Posted journal items of this deposit."
    )
    state = fields.Selection(STATES, required=True, default="due", tracking=True, index=True)

    # request and inspection
    requested_by_id = fields.Many2one(
        "res.users", "Request taken by", readonly=True, copy=False, index="btree_not_null"
    )
    requested_date = fields.Datetime("Requested on", readonly=True, copy=False)
    request_date = fields.Date("Date of the application", copy=False)
    request_reason = fields.Char("Reason of the refund", copy=False)
    receipt_back = fields.Selection(RECEIPT_BACK, "Original receipt", copy=False)
    loss_statement_ids = fields.Many2many(
        "ir.attachment",
        "property_deposit_loss_rel",
        string="Statement of loss",
        copy=False,
        bypass_search_access=True,
    )
    payee_id = fields.Many2one(
        "res.partner",
        "Refund to",
        copy=False,
        index="btree_not_null",
        help="Empty: the payer. Anybody else needs a written authority and an ID on record.",
    )
    payee_account = fields.Char("Account of the payee", copy=False)
    authority_note = fields.Char("Written authority", copy=False)
    authority_ids = fields.Many2many(
        "ir.attachment",
        "property_deposit_authority_rel",
        string="Papers of authority or succession",
        copy=False,
        bypass_search_access=True,
    )
    inspector_id = fields.Many2one("res.users", tracking=True, copy=False, index="btree_not_null")
    findings = fields.Text(copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "property_deposit_photo_rel",
        string="Photos",
        copy=False,
        bypass_search_access=True,
    )
    inspected_date = fields.Datetime("Inspected on", readonly=True, copy=False)
    deduction_ids = fields.One2many(
        "property.deposit.deduction", "deposit_id", "Deductions", copy=False
    )
    amount_deducted = fields.Monetary(compute="_compute_deducted", store=True)
    amount_back = fields.Monetary("To be refunded", compute="_compute_deducted", store=True)
    refund_ids = fields.One2many("property.refund", "deposit_id", "Refunds", copy=False)

    # forfeiture, closing
    forfeit_cause = fields.Char(readonly=True, copy=False)
    forfeit_notice_date = fields.Date("Notice given on", readonly=True, copy=False)
    forfeited_date = fields.Datetime("Forfeited on", readonly=True, copy=False)
    forfeit_move_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null"
    )
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter the amount of the deposit.")
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a deposit with this number already."
    )
    _of_document = models.Index("(origin_model, origin_id) WHERE origin_id IS NOT NULL")
    _due = models.Index("(unit_id) WHERE state = 'due'")

    @api.depends("number", "kind_id.name")
    def _compute_display_name(self):
        for deposit in self:
            parts = (deposit.number, deposit.kind_id.name)
            deposit.display_name = " ".join(part for part in parts if part)

    @api.depends("state", "deduction_ids.move_id")
    def _compute_balance(self):
        balances = self._balances()
        for deposit in self:
            deposit.balance = balances.get(deposit.id, 0.0)

    def _balances(self):
        """Return {deposit id: yuan held}, from posted journal items."""
        items = self.env["account.move.line"].sudo()
        return {
            deposit.id: deposit.company_id.currency_id.round(-balance) or 0.0
            for deposit, balance in items._read_group(
                [
                    ("property_deposit_id", "in", self.ids),
                    ("account_id", "in", self.sudo().kind_id.account_id.ids),
                    ("parent_state", "=", "posted"),
                ],
                ["property_deposit_id"],
                ["balance:sum"],
            )
        }

    def _held_now(self):
        """Return what is held of the deposit, in yuan, read from the books at this moment."""
        self.ensure_one()
        return self._balances().get(self.id, 0.0)

    @api.depends("amount", "deduction_ids.amount")
    def _compute_deducted(self):
        for deposit in self:
            deposit.amount_deducted = sum(deposit.deduction_ids.mapped("amount"))
            deposit.amount_back = deposit.amount - deposit.amount_deducted

    @api.onchange("kind_id")
    def _onchange_kind_id(self):
        self.amount = self.kind_id.amount or self.amount

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id

    # the public side ---------------------------------------------------------------------------

    @api.model
    def _require(self, unit, partner, kind, amount, origin_record=None):
        """Ask for a deposit: from then on the cashier sees it as due (handbook B H6).

        Asked again for the same document and kind, the deposit there is is returned, with the new
        amount and payer while it is still due.

        :param unit: `property.unit` it is for
        :param partner: `res.partner` who pays it and gets it back
        :param kind: `property.deposit.kind`, or its code in the unit's company, e.g. ``"DECO"``
        :param float amount: in yuan, above zero
        :param origin_record: the document that asks for it; its method `_deposit_changed(deposit)`,
            where it has one, is called whenever the deposit's state changes
        :return: the `property.deposit`
        :raises UserError: if the kind is unknown or not allowed
        """
        if isinstance(kind, str):
            kind = self.env["property.deposit.kind"]._by_code(unit.company_id, kind)
        if origin_record:
            known = self.sudo().search(
                [
                    ("origin_model", "=", origin_record._name),
                    ("origin_id", "=", origin_record.id),
                    ("kind_id", "=", kind.id),
                    ("state", "!=", "cancelled"),
                ],
                limit=1,
            )
            if known:
                if known.state == "due":
                    known.write({"partner_id": partner.id, "amount": amount})
                return known
        return self.sudo().create(
            {
                "unit_id": unit.id,
                "partner_id": partner.id,
                "kind_id": kind.id,
                "amount": amount,
                "origin_model": origin_record._name if origin_record else False,
                "origin_id": origin_record.id if origin_record else False,
                "origin_name": origin_record.display_name if origin_record else False,
            }
        )

    @api.model
    def _held(self, unit=None, partner=None, kind=None, origin_record=None):
        """Return the deposits whose money is held, by whatever is given.

        :param unit: `property.unit` record(s)
        :param partner: `res.partner` who paid
        :param str kind: code of a kind
        :param origin_record: the document that asked for them
        :return: `property.deposit` records; what is held of each is its `balance`, in yuan
        """
        domain = [("state", "in", HELD_STATES)]
        if unit:
            domain.append(("unit_id", "in", unit.ids))
        if partner:
            domain.append(("partner_id", "=", partner.id))
        if kind:
            domain.append(("kind_id.code", "=", kind))
        if origin_record:
            domain += [
                ("origin_model", "=", origin_record._name),
                ("origin_id", "in", origin_record.ids),
            ]
        return self.search(domain)

    def _tell_origin(self):
        """Tell the documents that asked for the deposits that their state has changed."""
        for deposit in self.sudo().filtered("origin_id"):
            if deposit.origin_model not in self.env:
                continue
            origin = self.env[deposit.origin_model].browse(deposit.origin_id).exists()
            if origin and hasattr(origin, "_deposit_changed"):
                origin._deposit_changed(deposit)

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in _SYSTEM_FIELDS & vals.keys():
                    vals.pop(name)
        deposits = super().create(vals_list)
        for deposit in deposits:
            if not deposit.kind_id.allowed:
                raise UserError(
                    self.env._(
                        "“%(kind)s” may not be asked for here (%(basis)s).",
                        kind=deposit.kind_id.name,
                        basis=deposit.kind_id.legal_basis or self.env._("see the kind of deposit"),
                    )
                )
        deposits.sudo()._assign_number()
        return deposits

    def write(self, vals):
        if not self.env.su:
            if _SYSTEM_FIELDS & vals.keys():
                raise UserError(
                    self.env._("Receipt and books of a deposit are kept by the system.")
                )
            self._check_stage(vals)
        if _FACTS & vals.keys() and not self._moving():
            if kept := self.filtered(lambda deposit: deposit.state not in ("due", "cancelled")):
                raise UserError(
                    self.env._(
                        "%(deposit)s is taken: home, payer, kind and amount stay as they are.",
                        deposit=kept[0].display_name,
                    )
                )
        result = super().write(vals)
        if "state" in vals:
            self._tell_origin()
        return result

    def _check_stage(self, vals):
        """Refuse changes of the request or of the findings once they have been acted upon."""
        for names, states in (
            (_REQUEST_FIELDS, ("due", "held", "refund_requested", "inspected")),
            (_INSPECTION_FIELDS, ("refund_requested",)),
        ):
            if names & vals.keys():
                if late := self.filtered(lambda row, states=states: row.state not in states):
                    raise UserError(
                        self.env._(
                            "%(deposit)s is “%(state)s”: this cannot be changed any more.",
                            deposit=late[0].display_name,
                            state=late[0]._state_label(late[0].state),
                        )
                    )
        if _REQUEST_FIELDS & vals.keys() and self._open_refund():
            raise UserError(
                self.env._("The refund of this deposit is on its way: it cannot be changed.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A deposit keeps its number: withdraw it instead of deleting it.")
        )

    def _open_refund(self):
        return self.sudo().refund_ids.filtered(
            lambda refund: refund.state in ("applied", "checked", "approved")
        )

    # taken and taken back by the cashier -------------------------------------------------------

    def _check_takeable(self, unit, amount):
        """Refuse what is not due, not of this home, or not the full amount."""
        self.ensure_one()
        if self.unit_id._billed_unit() != unit._billed_unit():
            raise UserError(
                self.env._(
                    "%(deposit)s is not a deposit of %(unit)s.",
                    deposit=self.display_name,
                    unit=unit.full_name,
                )
            )
        if self.state != "due":
            raise UserError(
                self.env._(
                    "%(deposit)s is not due (any more): load the home again.",
                    deposit=self.display_name,
                )
            )
        if self.currency_id.compare_amounts(amount, self.amount):
            raise UserError(
                self.env._(
                    "%(deposit)s is taken in full: %(amount).2f yuan.",
                    deposit=self.display_name,
                    amount=self.amount,
                )
            )

    def _prepare_counterpart(self):
        """Return the values of the journal item that takes the deposit in (a credit)."""
        self.ensure_one()
        return {
            "account_id": self.kind_id.account_id.id,
            "partner_id": self.partner_id.id,
            "name": f"{self.kind_id.name} {self.number}",
            "debit": 0.0,
            "credit": self.amount,
            "property_deposit_id": self.id,
        }

    def _receive(self, receipt):
        """Note that `receipt` has taken the deposits."""
        self._move_to("held", receipt_id=receipt.id, date_taken=receipt.date)

    def _check_returnable(self):
        """Refuse to void a receipt whose deposit has gone further."""
        for deposit in self:
            if deposit.state != "held" or deposit.approval_pending:
                raise UserError(
                    self.env._(
                        "%(deposit)s is “%(state)s”: its receipt cannot be voided any more.",
                        deposit=deposit.display_name,
                        state=deposit._state_label(deposit.state),
                    )
                )

    def _give_back(self):
        """Make the deposits due again: their receipt was voided."""
        self._move_to("due", receipt_id=False, date_taken=False)

    # steps ---------------------------------------------------------------------------------------

    def action_cancel(self):
        """Withdraw deposits nobody has paid."""
        self.check_access("write")
        self._move_to("cancelled")

    def action_request_refund(self):
        """Take the payer's application for the refund (form H6-1).

        :raises UserError: if the original receipt is neither returned nor stated as lost, or
            somebody else than the payer shall get the money without authority or ID
        """
        self.check_access("write")
        for deposit in self:
            if not deposit.receipt_back:
                raise UserError(
                    self.env._(
                        "%(deposit)s: note whether the original receipt %(number)s was returned, "
                        "or a statement of its loss signed.",
                        deposit=deposit.display_name,
                        number=deposit.receipt_id.number or "",
                    )
                )
            if deposit.receipt_back == "lost" and not deposit.loss_statement_ids:
                raise UserError(
                    self.env._(
                        "%(deposit)s: attach the signed statement that the receipt is lost.",
                        deposit=deposit.display_name,
                    )
                )
            self.env["property.refund"]._check_payee(
                deposit.partner_id, deposit.payee_id, deposit.authority_note, deposit.authority_ids
            )
            vals = {} if deposit.request_date else {"request_date": fields.Date.context_today(self)}
            deposit._move_to("refund_requested", **vals)

    def action_withdraw_request(self):
        """Go back to holding the deposit: the application was withdrawn."""
        self.check_access("write")
        self._move_to("held")

    def action_inspected(self):
        """State that the inspection was made; without its record nothing is deducted.

        :raises UserError: without inspector or findings, with deductions beyond the deposit
        """
        self.check_access("write")
        for deposit in self:
            if not deposit.inspector_id or not (deposit.findings or "").strip():
                raise UserError(
                    self.env._(
                        "%(deposit)s: record who inspected and what was found.",
                        deposit=deposit.display_name,
                    )
                )
            if deposit.deduction_ids and not deposit.photo_ids:
                raise UserError(
                    self.env._(
                        "%(deposit)s: a deduction needs photos of what was found.",
                        deposit=deposit.display_name,
                    )
                )
            held = deposit._held_now()
            if deposit.currency_id.compare_amounts(deposit.amount_deducted, held) > 0:
                raise UserError(
                    self.env._(
                        "%(deposit)s: %(amount).2f yuan cannot be deducted, %(held).2f yuan are "
                        "held. Claim the rest on its own.",
                        deposit=deposit.display_name,
                        amount=deposit.amount_deducted,
                        held=held,
                    )
                )
            deposit._move_to("inspected")

    def action_reinspect(self):
        """Open the inspection again."""
        self.check_access("write")
        if self._open_refund():
            raise UserError(
                self.env._("The refund of this deposit is on its way: withdraw it first.")
            )
        self._move_to("refund_requested")

    def action_refund(self):
        """Make the refund of an inspected deposit, and show it (handbook B H12)."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "inspected":
            raise UserError(
                self.env._(
                    "%(deposit)s has not been inspected: nothing is refunded or deducted before.",
                    deposit=self.display_name,
                )
            )
        refund = self._open_refund() or self.env["property.refund"].create(
            {
                "unit_id": self.unit_id._billed_unit().id,
                "partner_id": self.partner_id.id,
                "source": "deposit",
                "cause": "deposit",
                "deposit_id": self.id,
                "receipt_id": self.receipt_id.id,
                "receipt_back": self.receipt_back,
                "amount": self.amount_back,
                "reason": self.request_reason or self.env._("Refund of the deposit"),
                "payee_id": (self.payee_id or self.partner_id).id,
                "payee_account": self.payee_account,
                "authority_note": self.authority_note,
                "authority_ids": [Command.set(self.authority_ids.ids)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.refund",
            "res_id": refund[:1].id,
            "view_mode": "form",
        }

    def action_forfeit(self):
        """Open the dialog that asks for cause and notice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Forfeit the deposit"),
            "res_model": "property.deposit.forfeit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_deposit_id": self.id},
        }

    def _forfeit(self, cause, notice_date):
        """Ask for the approval to keep the deposit for good.

        :param str cause: why, as the agreement has it
        :param date notice_date: day the payer was given notice, not after today
        :raises UserError: without cause or notice, or while a refund is on its way
        """
        self.ensure_one()
        self.check_access("write")
        if not (cause or "").strip() or not notice_date:
            raise UserError(
                self.env._(
                    "A deposit is forfeited only with a cause and after notice to the payer."
                )
            )
        if notice_date > fields.Date.context_today(self):
            raise UserError(self.env._("The notice cannot be given on a day to come."))
        if self.state not in HELD_STATES or self._open_refund():
            raise UserError(
                self.env._(
                    "%(deposit)s is not held freely: it cannot be forfeited now.",
                    deposit=self.display_name,
                )
            )
        self.sudo().write({"forfeit_cause": cause.strip(), "forfeit_notice_date": notice_date})
        return self._request_approval(
            "refund",
            self.env._("Forfeit deposit %(deposit)s", deposit=self.display_name),
            amount=self._held_now(),
            reason=cause,
        )

    def _approval_granted(self, approval):
        for deposit in self:
            move = deposit._post_kept(
                deposit._held_now(),
                deposit.company_id.property_deduction_account_id,
                self.env._("Deposit forfeited %(deposit)s", deposit=deposit.display_name),
                "deposit_forfeit",
            )
            deposit._move_to("forfeited", forfeit_move_id=move.id)

    def _approval_refused(self, approval, reason):
        self.sudo().write({"forfeit_cause": False, "forfeit_notice_date": False})

    def action_close(self):
        """Close deposits that are settled: nothing is held any more."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("property_service.group_cashier"):
            raise AccessError(self.env._("Deposits are closed by cashier or accountant."))
        for deposit in self:
            held = deposit._held_now()
            if not deposit.currency_id.is_zero(held):
                raise UserError(
                    self.env._(
                        "%(deposit)s: %(held).2f yuan are still held.",
                        deposit=deposit.display_name,
                        held=held,
                    )
                )
            deposit._move_to("closed")

    def action_open_journal_items(self):
        """Open the journal items that name the deposits."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("property_deposit_id", "in", self.ids)],
        }

    def action_open_refunds(self):
        """Open the refunds of the deposit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refunds"),
            "res_model": "property.refund",
            "view_mode": "list,form",
            "domain": [("deposit_id", "=", self.id)],
        }
