# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ...tools import money

#: set by the steps of a receipt, never by a caller
_SYSTEM_FIELDS = {"number", "payment_id", "void_reason"}


class PropertyReceipt(models.Model):
    """Money taken for a home: a numbered receipt and a standard payment (handbook B H4).

    What it pays is chosen charge by charge; what is over becomes an advance receipt. The payment
    has one counterpart per charge, reconciled with that charge's receivable item.
    """

    _name = "property.receipt"
    _description = "Receipt"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
    ]
    _order = "date desc, id desc"
    _rec_name = "number"

    _number_form = "SJ"
    _number_gapless = True
    _workflow_moves = {
        "draft": ("confirmed",),
        "confirmed": ("voided",),
        "voided": (),
    }
    _workflow_stamps = {
        "confirmed": ("cashier_id", "confirmed_date"),
        "voided": ("voided_by_id", "voided_date"),
    }

    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, ondelete="restrict", index=True
    )
    payer_name = fields.Char("Paid in by", help="Name on the receipt when it is not the payer's.")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True, tracking=True)
    journal_id = fields.Many2one(
        "account.journal",
        "Way of paying",
        required=True,
        domain="[('property_method', '!=', False), ('company_id', '=', company_id)]",
        check_company=True,
        ondelete="restrict",
        index=True,
    )
    method = fields.Selection(related="journal_id.property_method", string="Paid by", store=True)
    amount = fields.Monetary("Amount received", required=True, tracking=True)
    amount_charges = fields.Monetary("For charges", compute="_compute_split", store=True)
    amount_deposits = fields.Monetary("Deposits", compute="_compute_split", store=True)
    amount_prepaid = fields.Monetary("Paid in advance", compute="_compute_split", store=True)
    prepaid_item_id = fields.Many2one(
        "property.fee.item",
        "In advance for",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="What is paid in advance pays this item only. Empty: whatever falls due.",
    )
    amount_words = fields.Char("In capitals", compute="_compute_amount_words")
    line_ids = fields.One2many("property.receipt.line", "receipt_id", "Paid charges")
    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null"
    )
    external_ref = fields.Char(
        "Transaction no.", copy=False, index="btree_not_null", help="Of the bank or platform."
    )
    memo = fields.Char()
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("voided", "Voided")],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    cashier_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null")
    confirmed_date = fields.Datetime("Confirmed on", readonly=True, copy=False)
    voided_by_id = fields.Many2one("res.users", "Voided by", readonly=True, copy=False)
    voided_date = fields.Datetime("Voided on", readonly=True, copy=False)
    void_reason = fields.Char(readonly=True, copy=False)
    print_count = fields.Integer(readonly=True, copy=False)
    request_key = fields.Char(
        readonly=True,
        copy=False,
        exportable=False,
        help="Names the cashier's request: sent twice, it takes the money once.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter the amount received.")
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a receipt with this number already."
    )
    _external_once = models.UniqueIndex(
        "(journal_id, external_ref) WHERE external_ref IS NOT NULL AND state != 'voided'",
        "This transaction has been taken in already.",
    )
    _request_once = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL", "This payment has been taken in already."
    )

    @api.depends("amount", "line_ids.amount", "line_ids.deposit_id")
    def _compute_split(self):
        for receipt in self:
            deposits = receipt.line_ids.filtered("deposit_id")
            receipt.amount_deposits = sum(deposits.mapped("amount"))
            receipt.amount_charges = sum((receipt.line_ids - deposits).mapped("amount"))
            prepaid = receipt.amount - receipt.amount_charges - receipt.amount_deposits
            currency = receipt.currency_id or self.env.company.currency_id
            receipt.amount_prepaid = currency.round(prepaid)

    @api.depends("amount")
    def _compute_amount_words(self):
        for receipt in self:
            receipt.amount_words = money.chinese_amount(Decimal(str(receipt.amount or 0)))

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for receipt in self:
            receipt.display_name = receipt.number or self.env._(
                "Draft receipt %(unit)s", unit=receipt.unit_id.full_name or ""
            )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id
        self.line_ids = [Command.clear()]

    @api.onchange("amount", "unit_id")
    def _onchange_amount(self):
        """Propose what the money pays: oldest due first."""
        if not self.unit_id or not self.amount:
            return
        shares, _left = self.unit_id._open_charges()._allocate(self.amount)
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"charge_id": charge.id, "amount": share})
                for charge, share in shares
            ),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in _SYSTEM_FIELDS & vals.keys():
                    vals.pop(name)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and _SYSTEM_FIELDS & vals.keys():
            raise UserError(self.env._("Number and payment of a receipt are given by the system."))
        money_fields = vals.keys() & {
            "amount",
            "unit_id",
            "partner_id",
            "journal_id",
            "date",
            "line_ids",
            "prepaid_item_id",
        }
        if money_fields and self.filtered(lambda receipt: receipt.state != "draft"):
            raise UserError(
                self.env._(
                    "Receipt %(number)s is confirmed: void it instead of changing it.",
                    number=self.filtered(lambda receipt: receipt.state != "draft")[0].number,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered("number"):
            raise UserError(
                self.env._(
                    "Receipt %(number)s keeps its number: void it instead of deleting it.",
                    number=kept[0].number,
                )
            )

    # taking money -------------------------------------------------------------------------------

    def _check_may_take(self):
        if not self.env.su and not self.env.user.has_group("property_service.group_cashier"):
            raise AccessError(self.env._("Only cashiers take money."))

    def action_confirm(self):
        """Take the money: number, payment, reconciliation, in one step.

        :raises UserError: if the day is closed, a charge was paid meanwhile, or sums do not agree
        """
        self._check_may_take()
        self.check_access("write")
        todo = self.filtered(lambda receipt: receipt.state == "draft").sudo()
        todo.line_ids.charge_id.lock_for_update(allow_referencing=True)
        todo.line_ids.charge_id.invalidate_recordset(["amount_residual", "state"])
        todo.line_ids.deposit_id.lock_for_update(allow_referencing=True)
        todo.line_ids.deposit_id.invalidate_recordset(["state"])
        for receipt in todo:
            receipt._check_before_confirm()
        todo._check_paid_once()
        todo._assign_number()
        todo._create_payments()
        for receipt in todo.filtered("amount_deposits"):
            receipt.line_ids.deposit_id._receive(receipt)
        todo.with_user(self.env.user).sudo()._move_to("confirmed")
        return True

    def _check_before_confirm(self):
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        self._check_day_open()
        if self.journal_id.currency_id and self.journal_id.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "“%(journal)s” is kept in %(currency)s; fees are paid in %(own)s.",
                    journal=self.journal_id.name,
                    currency=self.journal_id.currency_id.name,
                    own=self.currency_id.name,
                )
            )
        if compare(self.amount_prepaid, 0) < 0:
            raise UserError(
                self.env._(
                    "The chosen charges come to %(charges).2f yuan, more than the %(amount).2f yuan "
                    "received: reduce one of them.",
                    charges=self.amount_charges + self.amount_deposits,
                    amount=self.amount,
                )
            )
        for line in self.line_ids:
            if line.deposit_id:
                line.deposit_id._check_takeable(self.unit_id, line.amount)
                continue
            charge = line.charge_id
            if charge.billed_unit_id != self.unit_id._billed_unit():
                raise UserError(
                    self.env._(
                        "%(charge)s is not a charge of %(unit)s.",
                        charge=charge.display_name,
                        unit=self.unit_id.full_name,
                    )
                )
            if compare(line.amount, 0) <= 0 or compare(line.amount, charge.amount_residual) > 0:
                raise UserError(
                    self.env._(
                        "%(charge)s: %(amount).2f yuan cannot be paid, %(due).2f yuan are due.",
                        charge=charge.display_name,
                        amount=line.amount,
                        due=charge.amount_residual if charge.state != "draft" else 0.0,
                    )
                )
            if charge.state not in ("open", "partial"):
                raise UserError(
                    self.env._(
                        "%(charge)s is not due for payment (any more): load the home again.",
                        charge=charge.display_name,
                    )
                )
        self._check_order_of_months()
        self._check_prepay_limit()

    def _check_paid_once(self):
        """Refuse receipts that are fine one by one and together pay more than is due."""
        paid = defaultdict(float)
        for line in self.line_ids.filtered("charge_id"):
            paid[line.charge_id] += line.amount
        deposits = self.line_ids.filtered("deposit_id")
        if len(deposits) > len(deposits.deposit_id):
            raise UserError(self.env._("A deposit is taken once: load the home again."))
        for charge, amount in paid.items():
            if charge.currency_id.compare_amounts(amount, charge.amount_residual) > 0:
                raise UserError(
                    self.env._(
                        "%(charge)s: the receipts pay %(amount).2f yuan, %(due).2f yuan are due.",
                        charge=charge.display_name,
                        amount=amount,
                        due=charge.amount_residual,
                    )
                )

    def _check_order_of_months(self):
        """Where the setting asks for it, refuse newer months while older ones are open.

        Only what the same people owe counts: a buyer may pay while the seller has not.
        """
        if not self.estate_id._parameter("pay_oldest_first"):
            return
        charges = self.line_ids.charge_id
        if not charges:
            return
        newest = max(charges.mapped("month"))
        paid = {line.charge_id: line.amount for line in self.line_ids}
        for charge in self.unit_id._open_charges():
            if charge.partner_id not in charges.partner_id:
                continue
            left = charge.amount_residual - paid.get(charge, 0.0)
            if charge.month < newest and self.currency_id.compare_amounts(left, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(charge)s is older and still open: pay it first.",
                        charge=charge.display_name,
                    )
                )

    def _check_day_open(self):
        """Refuse days to come, days whose takings are closed and days the books are locked for."""
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("Money cannot be received on a day to come."))
        if self.env["property.day.closing"].sudo()._is_closed(self.estate_id, self.date):
            raise UserError(
                self.env._(
                    "The takings of %(estate)s on %(date)s are closed: take the money on another "
                    "day.",
                    estate=self.estate_id.name,
                    date=self.date,
                )
            )
        self.company_id._check_property_period(self.date, self.journal_id)

    def _create_payments(self):
        """Create and post the standard payments, and reconcile them charge by charge."""
        values = [receipt._prepare_payment() for receipt in self]
        entries = [vals.pop("line_ids") for vals in values]
        payments = self.env["account.payment"].create(values)
        # given to the payments, the lines would make Odoo create the entries one by one
        moves = self.env["account.move"].create(
            [
                {
                    **payment._generate_move_vals(line_ids=lines),
                    "property_unit_id": receipt.unit_id._billed_unit().id,
                }
                for receipt, payment, lines in zip(self, payments, entries, strict=True)
            ]
        )
        self._tie_payments(payments, moves)
        payments.action_post()
        plan = []
        for receipt in self:
            lines = receipt.payment_id.move_id.line_ids.grouped("property_charge_id")
            plan += [
                line.charge_id.receivable_line_id | lines[line.charge_id]
                for line in receipt.line_ids
                if line.charge_id
            ]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    def _tie_payments(self, payments, moves):
        """Tie each receipt to its payment, each payment to its entry, and put them in process.

        One statement for all: written payment by payment, each would make Odoo ask which
        invoices it has paid, by a join over all reconciliations.
        """
        for receipt, payment in zip(self, payments, strict=True):
            receipt.payment_id = payment
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE account_payment SET move_id = tied.move_id, state = 'in_process'"
                " FROM unnest(%s::int[], %s::int[]) AS tied (id, move_id)"
                " WHERE account_payment.id = tied.id",
                payments.ids,
                moves.ids,
            )
        )
        payments.invalidate_recordset(["move_id", "state"], flush=False)
        payments.modified(["move_id", "state"])

    def _prepare_payment(self):
        """Return the values of the `account.payment`, journal items included."""
        self.ensure_one()
        journal, company = self.journal_id, self.company_id
        method_line = journal.inbound_payment_method_line_ids[:1]
        label = f"{self.number} {self.unit_id.full_name}"
        liquidity = method_line.payment_account_id or journal.default_account_id
        lines = [
            {
                "account_id": liquidity.id,
                "partner_id": self.partner_id.id,
                "name": label,
                "debit": self.amount,
                "credit": 0.0,
            }
        ]
        for line in self.line_ids:
            if line.deposit_id:
                lines.append(line.deposit_id._prepare_counterpart())
                continue
            item = line.charge_id.receivable_line_id
            lines.append(
                {
                    "account_id": item.account_id.id,
                    "partner_id": item.partner_id.id,
                    "name": line.charge_id._line_label(),
                    "debit": 0.0,
                    "credit": line.amount,
                    "property_charge_id": line.charge_id.id,
                }
            )
        if self.currency_id.compare_amounts(self.amount_prepaid, 0) > 0:
            lines.append(
                {
                    "account_id": company.property_prepay_account_id.id,
                    "partner_id": self.partner_id.id,
                    "name": label,
                    "debit": 0.0,
                    "credit": self.amount_prepaid,
                    "property_item_id": self.prepaid_item_id.id,
                }
            )
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "journal_id": journal.id,
            "payment_method_line_id": method_line.id,
            "outstanding_account_id": liquidity.id,
            "memo": label,
            "property_receipt_id": self.id,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    @api.model
    def _take(self, values_list):
        """Take money in one go: values of receipts as `create()` takes them → confirmed receipts."""
        receipts = self.create(values_list)
        receipts.action_confirm()
        return receipts

    # voiding ------------------------------------------------------------------------------------

    def action_void(self):
        """Open the dialog that asks why the receipt is voided."""
        self.ensure_one()
        self._check_may_void()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Void the receipt"),
            "res_model": "property.receipt.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_receipt_id": self.id},
        }

    def _check_may_void(self):
        self._check_may_take()
        for receipt in self:
            if receipt.state != "confirmed":
                raise UserError(self.env._("Only a confirmed receipt can be voided."))
            today = fields.Date.context_today(self)
            taken = fields.Datetime.context_timestamp(self, receipt.confirmed_date).date()
            if taken != today or self.env["property.day.closing"].sudo()._is_closed(
                receipt.estate_id, receipt.date
            ):
                raise UserError(
                    self.env._(
                        "Receipt %(number)s is not of today, or today's takings are closed: money "
                        "goes back as a refund, not by voiding.",
                        number=receipt.number,
                    )
                )
            receipt._check_advance_unused()
            receipt.sudo().line_ids.deposit_id._check_returnable()

    def _check_advance_unused(self):
        """Refuse to take back an advance receipt that has paid bills meanwhile."""
        self.ensure_one()
        unit = self.unit_id._billed_unit()
        if self.currency_id.is_zero(self.amount_prepaid):
            return
        self.env["property.prepayment"]._claim(unit)
        pots = self.env["property.prepayment"]._pots(unit)[unit.id]
        left = pots.get((self.partner_id.id, self.prepaid_item_id.id or 0), 0.0)
        if self.currency_id.compare_amounts(left, self.amount_prepaid) < 0:
            raise UserError(
                self.env._(
                    "Of receipt %(number)s %(used).2f yuan paid in advance have been set off "
                    "against bills: it cannot be voided any more.",
                    number=self.number,
                    used=self.amount_prepaid - left,
                )
            )

    def _void(self, reason):
        """Ask the supervisor to void the receipt; his approval does it.

        :raises UserError: without a reason, on another day, or after the day's closing
        """
        self.ensure_one()
        self._check_may_void()
        if not (reason or "").strip():
            raise UserError(self.env._("State why the receipt is voided."))
        self.sudo().void_reason = reason.strip()
        return self._request_approval(
            "receipt_void",
            self.env._("Void receipt %(number)s", number=self.number),
            amount=self.amount,
            reason=reason,
        )

    def _approval_granted(self, approval):
        # approved the next day, or after the day's closing, is too late
        self._check_may_void()
        for receipt in self:
            receipt._reverse_payment()
            receipt.sudo().line_ids.deposit_id._give_back()
            receipt._move_to("voided")

    def _approval_refused(self, approval, reason):
        self.void_reason = False

    def _reverse_payment(self):
        """Take the payment back by a counter-entry of today; nothing posted is changed."""
        self.ensure_one()
        move = self.payment_id.move_id
        move._reverse_moves(
            [
                {
                    "date": fields.Date.context_today(self),
                    "ref": self.env._("Receipt %(number)s voided", number=self.number),
                    "property_unit_id": move.property_unit_id.id,
                }
            ],
            cancel=True,
        )
        self.payment_id.state = "canceled"

    def action_open_payment(self):
        """Open the payment in the books."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "res_id": self.payment_id.id,
            "view_mode": "form",
        }

    def action_open_journal_items(self):
        """Open the journal items of the payment."""
        moves = self.sudo().payment_id.move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("move_id", "in", (moves | moves.reversal_move_ids).ids)],
        }


class PropertyReceiptLine(models.Model):
    """A charge a receipt pays, and how much of it; or a deposit it takes."""

    _name = "property.receipt.line"
    _description = "Charge paid by a receipt"
    _order = "receipt_id, id"

    receipt_id = fields.Many2one("property.receipt", required=True, ondelete="cascade", index=True)
    charge_id = fields.Many2one("property.charge", ondelete="restrict", index="btree_not_null")
    deposit_id = fields.Many2one("property.deposit", ondelete="restrict", index="btree_not_null")
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    company_id = fields.Many2one(related="receipt_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="receipt_id.estate_id", store=True, index=True)
    item_id = fields.Many2one(related="charge_id.item_id", store=True, index=True)
    month = fields.Date(related="charge_id.month")
    due = fields.Monetary(related="charge_id.amount_residual")
    amount = fields.Monetary(required=True)

    _charge_once = models.UniqueIndex("(receipt_id, charge_id)", "A receipt names a charge once.")
    _deposit_once = models.UniqueIndex(
        "(receipt_id, deposit_id)", "A receipt names a deposit once."
    )
    _one_of_both = models.Constraint(
        "CHECK (num_nonnulls(charge_id, deposit_id) = 1)",
        "A line of a receipt names a charge or a deposit.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        if kept := self.receipt_id.filtered(lambda receipt: receipt.state != "draft"):
            raise UserError(
                self.env._(
                    "Receipt %(number)s is confirmed: void it instead of changing it.",
                    number=kept[0].number,
                )
            )

    @api.constrains("amount")
    def _check_amount(self):
        for line in self:
            if line.currency_id.compare_amounts(line.amount, 0) <= 0:
                raise ValidationError(
                    self.env._(
                        "%(charge)s: enter an amount above zero or leave it out.",
                        charge=(line.charge_id or line.deposit_id).display_name,
                    )
                )
