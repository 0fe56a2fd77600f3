# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import frozendict


class AccountMove(models.Model):
    """Bills of units: one receivable journal item per charge.

    So a payment is reconciled with just the month and item it is for, and what is owed by item is
    what the ledger says, not a computation beside it.
    """

    _inherit = "account.move"

    property_unit_id = fields.Many2one(
        "property.unit", "Home or unit", index="btree_not_null", copy=False, readonly=True
    )
    property_run_id = fields.Many2one(
        "property.bill.run", "Bill run", index="btree_not_null", copy=False, readonly=True
    )
    property_entry = fields.Selection(
        [
            ("set_off", "Set-off of advance receipts"),
            ("prepay_transfer", "Transfer of advance receipts"),
            ("deposit_deduction", "Deduction from a deposit"),
            ("deposit_forfeit", "Forfeited deposit"),
            ("deposit_transfer", "Deposit passed on"),
            ("write_off", "Write-off"),
        ],
        "Kind of fee entry",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )
    property_fapiao_number = fields.Char(
        "Digital fapiao no.",
        size=20,
        copy=False,
        help="20 digits of the electronic invoice (数电票).",
    )

    def _compute_needed_terms(self):
        """Split the receivable of a property bill by charge."""
        super()._compute_needed_terms()
        for move in self.filtered("property_unit_id"):
            lines = move.invoice_line_ids.filtered("property_charge_id")
            if move.move_type not in ("out_invoice", "out_refund") or not lines:
                continue
            if lines != move.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
                continue
            sign = move.direction_sign
            charges = lines.property_charge_id
            terms = {}
            for line in lines:
                charge = line.property_charge_id
                if charge.reduces_id in charges:
                    charge = charge.reduces_id
                amount = -sign * line.price_total
                key = frozendict(
                    {
                        "move_id": move.id,
                        "date_maturity": fields.Date.to_date(move.invoice_date_due),
                        "discount_date": False,
                        "property_charge_id": charge.id,
                    }
                )
                if key in terms:
                    amount = move.currency_id.round(amount + terms[key]["balance"])
                terms[key] = {
                    "balance": amount,
                    "amount_currency": amount,
                    "name": charge._line_label(),
                    "property_charge_id": charge.id,
                }
            total = sum(term["balance"] for term in terms.values())
            if move.currency_id.compare_amounts(total, move.amount_total_signed) == 0:
                move.needed_terms = terms

    def _compute_show_reset_to_draft_button(self):
        super()._compute_show_reset_to_draft_button()
        self.filtered("property_unit_id").show_reset_to_draft_button = False

    def action_force_register_payment(self):
        """Take the money for a home's bill by a numbered receipt (handbook B H4).

        :raises UserError: if bills of several homes are chosen
        """
        bills = self.filtered(
            lambda move: move.property_unit_id and move.move_type == "out_invoice"
        )
        if not bills:
            return super().action_force_register_payment()
        if bills != self or len(bills.property_unit_id) > 1:
            raise UserError(
                self.env._("Fees are taken home by home, by a receipt: choose the bills of one.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New receipt"),
            "res_model": "property.receipt",
            "view_mode": "form",
            "context": {
                "default_unit_id": bills.property_unit_id.id,
                "default_amount": sum(bills.mapped("amount_residual")),
            },
        }

    def button_draft(self):
        """Refuse to take posted entries of a home back: corrections are counter-entries."""
        if moves := self.filtered(lambda move: move.property_unit_id and move.state == "posted"):
            move = moves[0]
            receipt = move.sudo().origin_payment_id.property_receipt_id
            if receipt:
                raise UserError(
                    self.env._(
                        "%(entry)s is the money of receipt %(number)s: void the receipt instead.",
                        entry=move.name,
                        number=receipt.number,
                    )
                )
            raise UserError(
                self.env._(
                    "%(bill)s was posted for %(unit)s: reverse it instead of changing it.",
                    bill=move.name,
                    unit=move.sudo().property_unit_id.full_name,
                )
            )
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Let the counter-entry of a home's entry carry the home."""
        defaults = default_values_list or [{} for _move in self]
        for move, values in zip(self, defaults, strict=True):
            if move.property_unit_id:
                values.setdefault("property_unit_id", move.property_unit_id.id)
        return super()._reverse_moves(defaults, cancel=cancel)

    def _post(self, soft=True):
        """Cancel the charges whose bill is reversed, by whatever button a credit note is made."""
        self._reverse_reductions()
        posted = super()._post(soft=soft)
        for credit in posted.filtered(
            lambda move: (
                move.move_type in ("out_refund", "out_invoice")
                and move.reversed_entry_id.property_unit_id
            )
        ):
            credit._cancel_reversed_charges()
        return posted

    def _reverse_reductions(self):
        """Before bills are reversed, take back the credit notes that reduced their charges.

        :raises UserError: if what such a credit note left over has paid other bills meanwhile
        """
        bills = self.filtered(lambda move: move.move_type == "out_refund").reversed_entry_id
        if not bills.property_unit_id:
            return
        reductions = (
            self.env["property.charge"]
            .sudo()
            .search(
                [
                    ("reduces_id.invoice_id", "in", bills.ids),
                    ("invoice_id", "not in", [False, *bills.ids]),
                    ("cancelled", "=", False),
                ]
            )
        )
        if not reductions:
            return
        kept = reductions.receivable_line_id.matched_debit_ids.debit_move_id.move_id.filtered(
            lambda move: move.move_type == "entry"
        )
        self.env["property.prepayment"]._check_still_held(kept)
        reductions.invoice_id._reverse_moves(
            [
                {"ref": bill.ref, "invoice_date": bill.invoice_date}
                for bill in reductions.invoice_id
            ],
            cancel=True,
        )
        kept._reverse_moves(cancel=True)

    def _cancel_reversed_charges(self):
        """Cancel the charges of the bill this credit note reverses.

        What had been paid for them already becomes an advance receipt of the home.

        :raises UserError: if the credit note is not for the whole bill
        """
        self.ensure_one()
        bill = self.reversed_entry_id
        charges = (
            self.env["property.charge"]
            .sudo()
            .search([("invoice_id", "=", bill.id), ("cancelled", "=", False)])
        )
        if not charges:
            return
        if self.currency_id.compare_amounts(self.amount_total, bill.amount_total):
            raise UserError(
                self.env._(
                    "%(bill)s is reversed as a whole, %(amount).2f yuan: then bill the month of "
                    "%(unit)s again, as it should have been.",
                    bill=bill.name,
                    amount=bill.amount_total,
                    unit=bill.sudo().property_unit_id.full_name,
                )
            )
        charges.write({"cancelled": True, "reversal_id": self.id})
        self.env["property.prepayment"]._keep_credits(
            self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        )
