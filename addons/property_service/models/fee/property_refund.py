# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...tools import money
from .property_deposit import RECEIPT_BACK

#: Handbook B H12
CAUSES = [
    ("overcharge", "Over-charged"),
    ("double", "Paid twice"),
    ("contract_end", "Service contract ended"),
    ("transfer", "Change of owner or tenant"),
    ("deposit", "Deposit"),
    ("other", "Other"),
]
STATES = [
    ("draft", "Draft"),
    ("applied", "Applied for"),
    ("checked", "Checked, waiting for approval"),
    ("approved", "Approved"),
    ("paid", "Paid"),
    ("closed", "Closed"),
    ("refused", "Refused"),
    ("cancelled", "Withdrawn"),
]
#: states in which the money is promised and not paid yet
OPEN_STATES = ("applied", "checked", "approved")
_SYSTEM_FIELDS = {"number", "payment_id", "deadline", "refuse_reason"}
_FACTS = {
    "unit_id",
    "partner_id",
    "source",
    "deposit_id",
    "item_id",
    "amount",
    "payee_id",
    "authority_note",
    "authority_ids",
    "cause",
}


class PropertyRefund(models.Model):
    """Money that goes back to who paid it (退款, handbook B H12).

    From what a home's payer has in advance, or from a deposit. Applied for, checked by another
    person, approved along the authority matrix, and paid by a standard payment out of the
    liability: never more than is there, however many people pay at once.
    """

    _name = "property.refund"
    _description = "Refund"
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

    _number_form = "TK"
    _workflow_moves = {
        "draft": ("applied", "cancelled"),
        "applied": ("checked", "draft", "cancelled"),
        "checked": ("approved", "refused"),
        "approved": ("paid", "cancelled"),
        "paid": ("closed", "approved"),
        "refused": ("draft", "cancelled"),
    }
    _workflow_stamps = {
        "applied": ("applied_by_id", "applied_date"),
        "checked": ("checked_by_id", "checked_date"),
        "approved": (None, "approved_date"),
        "paid": ("paid_by_id", "paid_date"),
        "closed": ("closed_by_id", "closed_date"),
    }

    partner_id = fields.Many2one(
        "res.partner",
        "Payer",
        required=True,
        ondelete="restrict",
        index=True,
        help="Who paid the money in.",
    )
    source = fields.Selection(
        [("advance", "Advance receipts"), ("deposit", "Deposit")],
        "From",
        required=True,
        default="advance",
    )
    item_id = fields.Many2one(
        "property.fee.item",
        "Kept for",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Advance receipts that were paid for this item only.",
    )
    deposit_id = fields.Many2one(
        "property.deposit", ondelete="restrict", index="btree_not_null", check_company=True
    )
    settlement_id = fields.Many2one(
        "property.settlement", ondelete="restrict", index="btree_not_null", readonly=True
    )
    cause = fields.Selection(CAUSES, required=True, default="overcharge", tracking=True)
    reason = fields.Char(required=True)
    amount = fields.Monetary(required=True, tracking=True)
    amount_late = fields.Monetary("Of it late charges")
    amount_words = fields.Char("In capitals", compute="_compute_amount_words")
    available = fields.Monetary("Can be refunded", compute="_compute_available")
    receipt_id = fields.Many2one(
        "property.receipt", "Original receipt", ondelete="restrict", index="btree_not_null"
    )
    receipt_back = fields.Selection(RECEIPT_BACK, "Receipt handed in")
    payee_id = fields.Many2one(
        "res.partner", "Refund to", ondelete="restrict", index="btree_not_null", tracking=True
    )
    payee_account = fields.Char("Account of the payee")
    authority_note = fields.Char("Written authority")
    authority_ids = fields.Many2many(
        "ir.attachment",
        "property_refund_authority_rel",
        string="Papers of authority or succession",
        bypass_search_access=True,
    )
    fapiao_number = fields.Char("Fapiao issued", help="Number of the invoice given for the money.")
    red_fapiao_number = fields.Char("Red-letter fapiao")
    journal_id = fields.Many2one(
        "account.journal",
        "Paid by",
        domain="[('property_method', '!=', False), ('company_id', '=', company_id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null"
    )
    deadline = fields.Date("To be paid by", readonly=True, copy=False, index=True)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    state = fields.Selection(STATES, required=True, default="draft", tracking=True, index=True)
    applied_by_id = fields.Many2one(
        "res.users", "Applied by", readonly=True, copy=False, index="btree_not_null"
    )
    applied_date = fields.Datetime("Applied on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    paid_by_id = fields.Many2one("res.users", "Paid out by", readonly=True, copy=False)
    paid_date = fields.Datetime("Paid on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)
    refuse_reason = fields.Char("Refused because", readonly=True, copy=False)

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "Enter the amount refunded.")
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a refund with this number already."
    )
    _deposit_once = models.UniqueIndex(
        "(deposit_id) WHERE deposit_id IS NOT NULL AND state IN"
        " ('draft', 'applied', 'checked', 'approved')",
        "A refund of this deposit is on its way already.",
    )

    @api.depends("amount")
    def _compute_amount_words(self):
        for refund in self:
            refund.amount_words = money.chinese_amount(Decimal(str(refund.amount or 0)))

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = refund.number or self.env._(
                "Draft refund %(unit)s", unit=refund.unit_id.full_name or ""
            )

    @api.depends("unit_id", "partner_id", "source", "deposit_id", "item_id", "amount", "state")
    def _compute_available(self):
        for refund in self:
            refund.available = refund._available() if refund.unit_id and refund.partner_id else 0.0

    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for refund in self:
            refund.overdue = bool(
                refund.state == "approved" and refund.deadline and refund.deadline < today
            )

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain([("state", "=", "approved"), ("deadline", "<", today)])
        if set(value) == {True, False}:
            return fields.Domain.TRUE
        return late if True in value else ~late

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        unit = self.unit_id
        self.partner_id = unit.payer_id or unit.owner_id
        self.item_id = False

    @api.onchange("unit_id", "partner_id", "item_id", "source")
    def _onchange_balance(self):
        self.payee_id = self.payee_id or self.partner_id
        if self.source == "advance" and self.unit_id and self.partner_id:
            self.amount = self._available()

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in _SYSTEM_FIELDS & vals.keys():
                    vals.pop(name)
        refunds = super().create(vals_list)
        for refund in refunds:
            if not refund.payee_id:
                refund.payee_id = refund.partner_id
        return refunds

    def write(self, vals):
        if not self.env.su and _SYSTEM_FIELDS & vals.keys():
            raise UserError(self.env._("Number and payment of a refund are given by the system."))
        if _FACTS & vals.keys() and (kept := self.filtered(lambda refund: refund.state != "draft")):
            raise UserError(
                self.env._(
                    "%(refund)s is applied for: send it back to draft to change it.",
                    refund=kept[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unnumbered(self):
        if kept := self.filtered("number"):
            raise UserError(
                self.env._(
                    "Refund %(number)s keeps its number: withdraw it instead of deleting it.",
                    number=kept[0].number,
                )
            )

    # what there is -------------------------------------------------------------------------------

    def _available(self):
        """Return what can be refunded, in yuan: the balance less what is promised already."""
        self.ensure_one()
        if self.source == "deposit":
            deposit = self.deposit_id
            unbooked = deposit.deduction_ids.filtered(lambda row: not row.move_id)
            return self.currency_id.round(deposit._held_now() - sum(unbooked.mapped("amount")))
        home = self.unit_id._billed_unit()
        pots = self.env["property.prepayment"]._pots(home)[home.id]
        balance = pots.get((self.partner_id.id, self.item_id.id or 0), 0.0)
        others = self.sudo().search(
            [
                ("unit_id", "=", home.id),
                ("partner_id", "=", self.partner_id.id),
                ("item_id", "=", self.item_id.id),
                ("source", "=", "advance"),
                ("state", "in", OPEN_STATES),
                ("id", "!=", self._origin.id),
            ]
        )
        return max(self.currency_id.round(balance - sum(others.mapped("amount"))), 0.0)

    def _check_amount(self):
        """Refuse more than there is; of a deposit, anything but all that is not deducted."""
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        available = self._available()
        if self.source == "deposit":
            if not self.deposit_id or self.deposit_id.state != "inspected":
                raise UserError(
                    self.env._("A deposit is refunded after its inspection: choose one of those.")
                )
            if self.deposit_id.partner_id != self.partner_id:
                raise UserError(
                    self.env._(
                        "%(deposit)s was paid by %(payer)s: it goes back to him, or to whom he "
                        "names in writing.",
                        deposit=self.deposit_id.display_name,
                        payer=self.deposit_id.partner_id.name,
                    )
                )
            if compare(self.amount, available):
                raise UserError(
                    self.env._(
                        "%(deposit)s: after the deductions %(amount).2f yuan go back.",
                        deposit=self.deposit_id.display_name,
                        amount=available,
                    )
                )
            return
        if compare(self.amount, 0) <= 0:
            raise UserError(self.env._("Enter the amount refunded."))
        if compare(self.amount, available) > 0:
            raise UserError(
                self.env._(
                    "%(unit)s: %(amount).2f yuan cannot be refunded, %(available).2f yuan of "
                    "%(payer)s's advance receipts are free. Money charged too much is refunded "
                    "after its adjustment.",
                    unit=self.unit_id.full_name,
                    amount=self.amount,
                    available=available,
                    payer=self.partner_id.name,
                )
            )

    @api.model
    def _check_payee(self, payer, payee, authority_note, authority_ids):
        """Refuse a payee who is not the payer, without written authority and ID (H6, H12)."""
        if not payee or payee == payer:
            return
        if not (authority_note or "").strip() or not authority_ids:
            raise UserError(
                self.env._(
                    "%(payee)s did not pay this money: note and attach the written authority of "
                    "%(payer)s, or the papers of succession.",
                    payee=payee.name,
                    payer=payer.name,
                )
            )
        if not payee.sudo().property_id_number:
            raise UserError(
                self.env._("Record the ID of %(payee)s on the contact first.", payee=payee.name)
            )

    # steps ---------------------------------------------------------------------------------------

    def action_apply(self):
        """Apply for the refund: it gets its number and the money is kept back for it.

        :raises UserError: if more is asked for than there is, or for somebody without authority
        """
        self.check_access("write")
        for refund in self:
            home = refund.unit_id._billed_unit()
            if refund.unit_id != home:
                refund.unit_id = home
            self.env["property.prepayment"]._claim(home)
            refund._check_amount()
            self._check_payee(
                refund.partner_id, refund.payee_id, refund.authority_note, refund.authority_ids
            )
            refund.sudo()._assign_number()
            refund._move_to("applied")

    def action_reset(self):
        """Send the application back to draft."""
        self.check_access("write")
        self._move_to("draft")

    def action_cancel(self):
        """Withdraw the refund; the money stays where it is."""
        self.check_access("write")
        self.activity_unlink(["property_service.mail_activity_type_refund"])
        self._move_to("cancelled")

    def action_check(self):
        """State that the refund was checked, and ask for its approval (matter “refund”).

        :raises AccessError: if the user is neither supervisor nor accountant
        :raises UserError: if he applied for it himself
        """
        roles = ("property_service.group_supervisor", "property_service.group_accountant")
        if not self.env.su and not any(self.env.user.has_group(role) for role in roles):
            raise AccessError(self.env._("Refunds are checked by supervisor or accountant."))
        self.check_access("write")
        for refund in self:
            if not self.env.su and refund.applied_by_id == self.env.user:
                raise UserError(self.env._("Somebody else than the applicant checks the refund."))
            refund._check_amount()
            refund._move_to("checked")
            refund._request_approval(
                "refund",
                self.env._(
                    "Refund %(number)s %(unit)s",
                    number=refund.number,
                    unit=refund.unit_id.full_name,
                ),
                amount=refund._at_stake(),
                reason=refund.reason,
            )

    def _at_stake(self):
        """Return the amount the approval is about: what goes back and what is kept."""
        self.ensure_one()
        if self.source == "deposit":
            return self.deposit_id._held_now()
        return self.amount

    def _approval_granted(self, approval):
        for refund in self:
            deadline = refund._working_day_after(
                fields.Date.context_today(refund), refund.estate_id._parameter("refund_days")
            )
            refund._move_to("approved", deadline=deadline)
            if refund.deposit_id:
                refund.deposit_id._post_deductions()
            if refund.currency_id.is_zero(refund.amount):
                refund._move_to("paid")
                refund.deposit_id._move_to("deducted")
            else:
                refund._remind()

    def _approval_refused(self, approval, reason):
        self._move_to("refused", refuse_reason=reason)

    def _working_day_after(self, day, number):
        """Return the day that is `number` working days after `day`, by the company's calendar."""
        self.ensure_one()
        calendar = self.company_id.sudo().resource_calendar_id
        start = fields.Datetime.to_datetime(fields.Date.add(day, days=1))
        planned = calendar and calendar.plan_days(number, start, compute_leaves=True)
        if planned:
            return planned.date()
        while number > 0:
            day = fields.Date.add(day, days=1)
            number -= day.weekday() < 5
        return day

    def _remind(self):
        """Put the payment on the list of who pays, for its last day."""
        for refund in self:
            users = refund.estate_id.sudo().user_ids
            payers = users.filtered(
                lambda user: user.has_group("property_service.group_accountant")
            )
            user = payers[:1] or refund.checked_by_id or self.env.user
            refund.activity_schedule(
                "property_service.mail_activity_type_refund",
                date_deadline=refund.deadline,
                user_id=user.id,
                summary=self.env._("Pay refund %(number)s", number=refund.number),
            )

    def action_pay(self):
        """Pay the refund out of the liability by a standard payment.

        :raises AccessError: if the user is no cashier
        :raises UserError: if the money is no longer there, or papers are missing
        """
        self.env["property.receipt"]._check_may_take()
        self.check_access("write")
        for refund in self.sudo():
            self.env["property.prepayment"]._claim(refund.unit_id)
            refund.lock_for_update()
            refund.invalidate_recordset(["state", "payment_id"])
            refund._check_before_payment()
            refund._create_payment()
            refund.with_user(self.env.user).sudo()._move_to("paid")
            if refund.deposit_id:
                refund.deposit_id._reconcile_items()
                refund.deposit_id._move_to("refunded")
            refund.activity_feedback(["property_service.mail_activity_type_refund"])
        return True

    def _check_before_payment(self):
        self.ensure_one()
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "%(refund)s is “%(state)s”: only an approved refund is paid, and only once.",
                    refund=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        if not self.journal_id:
            raise UserError(self.env._("Choose how the refund is paid."))
        if self.fapiao_number and not self.red_fapiao_number:
            raise UserError(
                self.env._(
                    "A fapiao was issued for this money: issue the red-letter fapiao first and "
                    "enter its number."
                )
            )
        self._check_amount()
        self.company_id._check_property_period(fields.Date.context_today(self), self.journal_id)

    def _prepare_release(self, label):
        """Return the values of the journal item the money is taken from."""
        self.ensure_one()
        if self.source == "deposit":
            return self.deposit_id._prepare_release(self.amount, label)
        return {
            "account_id": self.company_id.property_prepay_account_id.id,
            "partner_id": self.partner_id.id,
            "name": label,
            "debit": self.amount,
            "credit": 0.0,
            "property_item_id": self.item_id.id,
        }

    def _create_payment(self):
        """Create and post the payment."""
        self.ensure_one()
        journal = self.journal_id
        method_line = journal.outbound_payment_method_line_ids[:1]
        liquidity = method_line.payment_account_id or journal.default_account_id
        label = f"{self.number} {self.unit_id.full_name}"
        payee = self.payee_id or self.partner_id
        lines = [
            self._prepare_release(label),
            {
                "account_id": liquidity.id,
                "partner_id": payee.id,
                "name": label,
                "debit": 0.0,
                "credit": self.amount,
            },
        ]
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": payee.id,
                "amount": self.amount,
                "currency_id": self.currency_id.id,
                "date": fields.Date.context_today(self),
                "journal_id": journal.id,
                "payment_method_line_id": method_line.id,
                "outstanding_account_id": liquidity.id,
                "memo": label,
                "property_refund_id": self.id,
            }
        )
        move = self.env["account.move"].create(
            {
                **payment._generate_move_vals(line_ids=[Command.create(line) for line in lines]),
                "property_unit_id": self.unit_id.id,
            }
        )
        payment.write({"move_id": move.id, "state": "in_process"})
        self.payment_id = payment
        payment.action_post()

    def action_payment_failed(self):
        """Take the payment back: the bank has returned the money (handbook B H4, bounced).

        :raises AccessError: if the user is no accountant
        """
        if not self.env.su and not self.env.user.has_group("property_service.group_accountant"):
            raise AccessError(self.env._("A returned payment is booked by the accountant."))
        self.check_access("write")
        for refund in self.sudo():
            if refund.state != "paid" or not refund.payment_id:
                raise UserError(self.env._("Only a refund that was paid can come back."))
            move = refund.payment_id.move_id
            move._reverse_moves(
                [
                    {
                        "date": fields.Date.context_today(refund),
                        "ref": self.env._("Refund %(number)s returned", number=refund.number),
                    }
                ],
                cancel=True,
            )
            refund.payment_id.state = "canceled"
            refund._move_to("approved", payment_id=False)
            if refund.deposit_id:
                refund.deposit_id._move_to("inspected")
            refund._remind()

    def action_close(self):
        """Close the refund: the payee's signature is filed."""
        self.check_access("write")
        for refund in self:
            refund._move_to("closed")
            if refund.deposit_id.state in ("refunded", "deducted"):
                refund.deposit_id.sudo().action_close()

    def action_open_payment(self):
        """Open the payment in the books."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "res_id": self.payment_id.id,
            "view_mode": "form",
        }
