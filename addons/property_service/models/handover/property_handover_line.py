# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import money
from .property_handover_fee import MODES

_SYSTEM = {"charge_id", "deposit_id", "handover_id", "fee_id", "advance_asked"}


class PropertyHandoverLine(models.Model):
    """One thing to be paid at a handover, by the published list (handbook A §16).

    Money itself is the fee room's: a charge, a deposit, or an advance receipt the cashier takes.
    """

    _name = "property.handover.line"
    _description = "Handover charge"
    _order = "handover_id, sequence, id"
    _check_company_auto = True

    handover_id = fields.Many2one(
        "property.handover", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="handover_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="handover_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(related="handover_id.unit_id", store=True, index=True)
    building_id = fields.Many2one(related="handover_id.building_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    fee_id = fields.Many2one(
        "property.handover.fee", "Line of the fee list", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Fee item", required=True)
    mode = fields.Selection(MODES, "Way of charging", required=True)
    partner_id = fields.Many2one("res.partner", "Paid by", required=True, ondelete="restrict")
    quantity = fields.Float(digits=(16, 2))
    price = fields.Float("Price (yuan)", digits=(16, 2))
    amount = fields.Monetary("Amount (yuan)")
    date_start = fields.Date("From", help="First day the amount is for.")
    date_end = fields.Date("To", help="Last day the amount is for.")
    charge_id = fields.Many2one(
        "property.charge", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    deposit_id = fields.Many2one(
        "property.deposit", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    proof_seen = fields.Boolean("Proof of payment seen")
    proof_number = fields.Char("Proof no.")
    state = fields.Selection(
        [
            ("billed", "To be paid"),
            ("partly_paid", "Partly paid"),
            ("paid", "Paid"),
            ("invoiced", "Paid and invoiced"),
            ("refunded", "Refunded"),
        ],
        "Payment",
        compute="_compute_state",
    )
    amount_open = fields.Monetary("Still to pay (yuan)", compute="_compute_state")
    receipt_numbers = fields.Char("Receipt no.", compute="_compute_receipts")
    pay_way = fields.Char("Way of payment", compute="_compute_receipts")
    cashier = fields.Char("Money taken by", compute="_compute_receipts")

    @api.depends(
        "mode",
        "amount",
        "proof_seen",
        "charge_id.state",
        "charge_id.amount_residual",
        "deposit_id.state",
    )
    def _compute_state(self):
        held = self._advances()
        for line in self:
            charge, deposit = line.sudo().charge_id, line.sudo().deposit_id
            rest = 0.0
            if line.mode == "proof":
                line.state = "paid" if line.proof_seen else "billed"
            elif line.mode == "developer":
                # billed to the developer: nothing the owner has to pay
                line.state = "paid"
            elif line.mode == "deposit":
                due = not deposit or deposit.state == "due"
                line.state = "billed" if due else "paid"
                rest = line.amount if due else 0.0
            elif line.mode == "prepay":
                paid = held.get(line.id, 0.0)
                rest = max(line.amount - paid, 0.0)
                line.state = self._state_of(line.amount, rest)
            elif charge.state in ("cancelled", "waived"):
                line.state = "refunded"
            else:
                rest = charge.amount_residual if charge else line.amount
                line.state = self._state_of(line.amount, rest)
            line.amount_open = rest

    @staticmethod
    def _state_of(amount, rest):
        if rest < 0.005:
            return "paid"
        return "partly_paid" if rest < amount - 0.005 else "billed"

    def _receipts(self):
        """Return {line id: confirmed receipts of its money}, in two queries."""
        receipts = self.env["property.receipt"].sudo()
        by_charge = {}
        if charges := self.sudo().charge_id:
            for row in (
                self.env["property.receipt.line"]
                .sudo()
                .search([("charge_id", "in", charges.ids), ("receipt_id.state", "=", "confirmed")])
            ):
                by_charge.setdefault(row.charge_id.id, receipts.browse())
                by_charge[row.charge_id.id] |= row.receipt_id
        advance = self.filtered(lambda line: line.mode == "prepay").handover_id
        by_unit = (
            receipts.search(
                [
                    ("unit_id", "in", advance.unit_id.ids),
                    ("state", "=", "confirmed"),
                    ("amount_prepaid", ">", 0),
                ]
            ).grouped("unit_id")
            if advance
            else {}
        )
        result = {}
        for line in self:
            found = receipts.browse()
            if line.mode == "prepay":
                found = by_unit.get(line.unit_id, found).filtered(
                    lambda row, line=line: (
                        row.partner_id == line.partner_id
                        and row.date >= line.handover_id.check_in_date.date()
                    )
                )
            elif line.charge_id:
                found = by_charge.get(line.charge_id.id, found)
            result[line.id] = found
        return result

    def _advances(self):
        """Return {line id: yuan taken in advance since the owner checked in}."""
        lines = self.filtered(lambda line: line.mode == "prepay")
        return {
            line_id: sum(found.mapped("amount_prepaid"))
            for line_id, found in lines._receipts().items()
        }

    def _compute_receipts(self):
        found = self._receipts()
        for line in self:
            receipts = found[line.id]
            line.receipt_numbers = "、".join(receipts.mapped("number")) or line.proof_number
            line.pay_way = "、".join(dict.fromkeys(receipts.journal_id.mapped("name")))
            line.cashier = "、".join(dict.fromkeys(receipts.cashier_id.mapped("name")))

    @api.model_create_multi
    def create(self, vals_list):
        """Take a line as the list has it.

        :raises UserError: for something that is not on the published list
        """
        fees = self.env["property.handover.fee"].browse(
            [vals["fee_id"] for vals in vals_list if vals.get("fee_id")]
        )
        if len(fees) < len(vals_list):
            raise UserError(
                self.env._("Only what is on the published fee list is collected at a handover.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Keep what was billed: a charge is corrected in the fee room."""
        if not self.env.su:
            if _SYSTEM & vals.keys():
                raise UserError(self.env._("Charges of a handover are made by its button."))
            money_fields = {"amount", "quantity", "price", "partner_id", "mode"}
            if money_fields & vals.keys() and self.filtered(
                lambda line: line.charge_id or line.deposit_id
            ):
                raise UserError(
                    self.env._("It is billed already: correct it by an adjustment of the charge.")
                )
        if "quantity" in vals and "amount" not in vals:
            for line in self:
                free = line.fee_id.free_quantity
                amount = max(vals["quantity"] - free, 0.0) * line.price
                super(PropertyHandoverLine, line).write(
                    {**vals, "amount": round(amount, 2)} if line.mode == "quantity" else vals
                )
            return True
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unbilled(self):
        if self.filtered(lambda line: line.charge_id or line.deposit_id):
            raise UserError(self.env._("It is billed already: it stays on the list."))


class PropertyHandover(models.Model):
    """Desk 2: what is to be paid, and from which day fees are charged (handbook A §16)."""

    _inherit = "property.handover"

    line_ids = fields.One2many("property.handover.line", "handover_id", "Handover charges")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary("To be paid (yuan)", compute="_compute_amounts")
    amount_open = fields.Monetary("Still to pay (yuan)", compute="_compute_amounts")
    fee_state = fields.Selection(
        [
            ("none", "Not billed"),
            ("billed", "To be paid"),
            ("partly_paid", "Partly paid"),
            ("paid", "Paid"),
            ("refused", "Payment refused"),
        ],
        "Handover fees",
        compute="_compute_amounts",
    )
    fees_refused = fields.Char("Why fees are refused", readonly=True, copy=False)
    fees_refused_by_id = fields.Many2one(
        "res.users", "Decided to go on by", readonly=True, copy=False
    )
    receipt_numbers = fields.Char("Receipts", compute="_compute_amounts")

    @api.depends("line_ids.state", "line_ids.amount", "fees_refused")
    def _compute_amounts(self):
        for case in self:
            lines = case.line_ids.filtered(lambda line: line.mode not in ("proof", "developer"))
            case.amount_total = sum(lines.mapped("amount"))
            case.amount_open = sum(lines.mapped("amount_open"))
            if not case.line_ids:
                case.fee_state = "none"
            elif case.amount_open < 0.005:
                case.fee_state = "paid"
            elif case.fees_refused:
                case.fee_state = "refused"
            else:
                partly = case.amount_open < case.amount_total - 0.005
                case.fee_state = "partly_paid" if partly else "billed"
            numbers = [part for part in lines.mapped("receipt_numbers") if part]
            case.receipt_numbers = "、".join(dict.fromkeys("、".join(numbers).split("、")))

    def _fee_list(self):
        """Return the published list that holds for the case: the batch's, else the estate's."""
        self.ensure_one()
        fees = self.env["property.handover.fee"]
        return self.batch_id.fee_ids or fees.search(
            [("estate_id", "=", self.estate_id.id), ("batch_id", "=", False)]
        )

    def _make_lines(self):
        """Bill what the list says, once the papers have passed: not before (handbook A §16).

        Charges are posted at once for all cases; the property fee in advance is only asked for.
        """
        today = fields.Date.context_today(self)
        values = []
        for case in self.filtered(lambda row: not row.line_ids):
            for fee in case._fee_list().filtered(lambda row: not row.optional):
                values.append(case._line_values(fee, today))
        self.env["property.handover.line"].sudo().create(values)
        self.line_ids._bill()

    def _line_values(self, fee, date):
        self.ensure_one()
        amount, quantity, price = fee._amount_of(self.unit_id, date)
        start = self._fee_start_of(date)
        values = {
            "handover_id": self.id,
            "fee_id": fee.id,
            "sequence": fee.sequence,
            "name": fee.name,
            "mode": fee.mode,
            "partner_id": self.partner_id.id,
            "quantity": quantity,
            "price": price,
            "amount": amount,
        }
        if fee.mode in ("prepay", "developer"):
            first = start
            if fee.mode == "prepay":
                first = money.add_months(start, self._free_months())
            values["date_start"] = first
            values["date_end"] = fields.Date.subtract(
                fields.Date.add(first, months=fee.months), days=1
            )
        if fee.mode == "developer":
            developer = self.estate_id.sudo().developer_id
            if not developer:
                raise UserError(
                    self.env._(
                        "“%(fee)s” is borne by the developer: name the developer of %(estate)s.",
                        fee=fee.name,
                        estate=self.estate_id.name,
                    )
                )
            values["partner_id"] = developer.id
        return values

    def _free_months(self):
        """Return how many months the developer has promised to bear."""
        self.ensure_one()
        return sum(self._fee_list().filtered(lambda fee: fee.mode == "developer").mapped("months"))

    def action_add_fee(self):
        """Open what else of the list the owner asks for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Further items of the fee list"),
            "res_model": "property.handover.fee.add",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_handover_id": self.id},
        }

    def _add_fee(self, fee, quantity=None):
        """Bill a further item of the list.

        :raises UserError: if it is not on the list of the case, or papers were not verified
        """
        self.ensure_one()
        if fee not in self._fee_list():
            raise UserError(self.env._("“%(fee)s” is not on the published fee list.", fee=fee.name))
        if self.state in ("checked_in", "docs_incomplete"):
            raise UserError(
                self.env._("Fees are collected when the papers are verified, not before.")
            )
        values = self._line_values(fee, fields.Date.context_today(self))
        if quantity is not None and fee.mode == "quantity":
            charged = max(quantity - fee.free_quantity, 0.0)
            values.update(quantity=quantity, amount=round(charged * fee.price, 2))
        line = self.env["property.handover.line"].sudo().create(values)
        line._bill()
        return line

    def action_take_money(self):
        """Open a receipt with what is still to be paid, for the cashier."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.amount_open > 0)
        if not lines:
            raise UserError(self.env._("Nothing is left to pay."))
        charges = lines.filtered("charge_id")
        deposits = lines.filtered("deposit_id")
        commands = [
            Command.create({"charge_id": line.charge_id.id, "amount": line.amount_open})
            for line in charges
        ] + [
            Command.create({"deposit_id": line.deposit_id.id, "amount": line.amount_open})
            for line in deposits
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take the handover fees"),
            "res_model": "property.receipt",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.partner_id.id,
                "default_amount": sum(lines.mapped("amount_open")),
                "default_line_ids": commands,
            },
        }

    def action_fees_paid(self):
        """Note that the fees are settled: receipts are there, or somebody decided to go on.

        :raises UserError: while something is open
        """
        for case in self:
            if missing := case.line_ids.filtered(
                lambda line: line.mode == "proof" and not line.proof_seen
            ):
                raise UserError(
                    self.env._(
                        "“%(case)s”: look at the proof of payment first: %(fees)s.",
                        case=case.display_name,
                        fees="、".join(missing.mapped("name")),
                    )
                )
            if case.fee_state in ("billed", "partly_paid"):
                raise UserError(
                    self.env._(
                        "“%(case)s”: %(amount).2f yuan are still to be paid. Take the money, or "
                        "note that payment is refused.",
                        case=case.display_name,
                        amount=case.amount_open,
                    )
                )
            if case.fee_state == "refused" and not case.fees_refused_by_id:
                raise UserError(
                    self.env._(
                        "“%(case)s”: payment is refused. The manager decides whether to go on.",
                        case=case.display_name,
                    )
                )
        self._move_to("fees_paid")
        return True

    def action_fees_refused(self, reason):
        """Note that the owner refuses to pay.

        Keys are no weapon for debts: by the default of the setting the handover goes on and the
        claim is pursued later (handbook A §11).
        """
        reason = self._need_reason(reason)
        for case in self:
            if case.state != "docs_verified":
                raise UserError(
                    self.env._("“%(case)s” is not at the fee desk.", case=case.display_name)
                )
            decide = case.estate_id._parameter("handover_fees_refused")
            goes_on = decide == "continue"
            case.sudo().write(
                {
                    "fees_refused": reason,
                    "fees_refused_by_id": self.env.uid if goes_on else False,
                }
            )
            case.message_post(body=self.env._("Payment refused: %(reason)s", reason=reason))

    def action_go_on_unpaid(self):
        """Decide as the manager that the handover goes on without payment."""
        self._check_in_group("manager", self.env._("The manager decides whether to go on."))
        self.sudo().write({"fees_refused_by_id": self.env.uid})
        return True

    def action_open_charges(self):
        """Open the charges of the handover."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handover charges"),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.charge_id.ids)],
        }


class PropertyHandoverLineBilling(models.Model):
    """Turning lines of the list into charges and deposits of the fee room."""

    _inherit = "property.handover.line"

    def _bill(self):
        """Post charges for the lines that stand for one; ask for deposits. Done once per line."""
        charges = self.sudo().filtered(
            lambda line: (
                line.mode in ("fixed", "area", "quantity", "developer")
                and not line.charge_id
                and line.amount > 0
            )
        )
        values = []
        for line in charges:
            vals = {
                "unit_id": line.unit_id.id,
                "item_id": line.fee_id.item_id.id,
                "partner_id": line.partner_id.id,
                "amount": line.amount,
                "origin_key": f"handover,{line.id}",
                "note": line.name,
            }
            if line.mode == "developer":
                vals.update(date_start=line.date_start, date_end=line.date_end)
            values.append(vals)
        if values:
            for line, charge in zip(
                charges, self.env["property.charge"]._charge(values), strict=True
            ):
                line.charge_id = charge
        for line in self.sudo().filtered(lambda row: row.mode == "deposit" and not row.deposit_id):
            line.deposit_id = self.env["property.deposit"]._require(
                line.unit_id,
                line.partner_id,
                line.fee_id.deposit_kind_id,
                line.amount,
                line.handover_id,
            )
