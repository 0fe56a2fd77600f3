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
    property_fapiao_number = fields.Char(
        "Fapiao number", size=20, copy=False, help="20 digits of the electronic invoice (数电票)."
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
            terms = {}
            for line in lines:
                amount = -sign * line.price_total
                key = frozendict(
                    {
                        "move_id": move.id,
                        "date_maturity": fields.Date.to_date(move.invoice_date_due),
                        "discount_date": False,
                        "property_charge_id": line.property_charge_id.id,
                    }
                )
                terms[key] = {
                    "balance": amount,
                    "amount_currency": amount,
                    "name": line.name,
                    "property_charge_id": line.property_charge_id.id,
                }
            total = sum(term["balance"] for term in terms.values())
            if move.currency_id.compare_amounts(total, move.amount_total_signed) == 0:
                move.needed_terms = terms

    def button_draft(self):
        """Refuse to take a posted property bill back: corrections are counter-entries."""
        if bills := self.filtered(lambda move: move.property_run_id and move.state == "posted"):
            raise UserError(
                self.env._(
                    "%(bill)s was billed to %(unit)s: reverse it instead of changing it.",
                    bill=bills[0].name,
                    unit=bills[0].property_unit_id.full_name,
                )
            )
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Keep the home on what reverses an entry of it."""
        values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, values_list, strict=True):
            if move.property_unit_id:
                values.setdefault("property_unit_id", move.property_unit_id.id)
        return super()._reverse_moves(values_list, cancel=cancel)
