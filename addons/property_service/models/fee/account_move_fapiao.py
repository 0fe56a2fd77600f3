# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountMove(models.Model):
    """Fapiao of a home's bill: its number, and what is on it (handbook B H4, H12)."""

    _inherit = "account.move"

    property_fapiao_date = fields.Date("Fapiao issued on", copy=False)
    property_red_needed = fields.Boolean(
        "Red-letter fapiao due",
        compute="_compute_property_red_needed",
        search="_search_property_red_needed",
        help="The bill was reduced or reversed after its fapiao had been issued.",
    )

    _property_fapiao_unique = models.UniqueIndex(
        "(property_fapiao_number) WHERE property_fapiao_number IS NOT NULL",
        "There is a bill with this fapiao number already.",
    )

    @api.constrains("property_fapiao_number")
    def _check_property_fapiao_number(self):
        for move in self:
            number = move.property_fapiao_number
            if number and (len(number) != 20 or not number.isdigit()):
                raise ValidationError(
                    self.env._(
                        "%(bill)s: a digital fapiao has 20 digits, “%(number)s” has %(count)s.",
                        bill=move.name,
                        number=number,
                        count=len(number),
                    )
                )

    @api.depends("move_type", "property_fapiao_number", "reversed_entry_id")
    def _compute_property_red_needed(self):
        for move in self:
            move.property_red_needed = bool(
                move.move_type == "out_refund"
                and move.state == "posted"
                and not move.property_fapiao_number
                and move._fapiao_original()
            )

    def _search_property_red_needed(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search(
            [
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("property_unit_id", "!=", False),
                ("property_fapiao_number", "=", False),
            ]
        ).filtered("property_red_needed")
        return [("id", "in" if True in value else "not in", found.ids)]

    def _fapiao_original(self):
        """Return the bill with an issued fapiao that this credit note corrects, or nothing."""
        self.ensure_one()
        original = self.reversed_entry_id
        if not original:
            original = self.invoice_line_ids.property_charge_id.reduces_id.sudo().invoice_id[:1]
        return original.filtered("property_fapiao_number")

    def _fapiao_lines(self):
        """Return what is on the bill's fapiao: its income, item by item, reductions as discount.

        :return: list of dicts: item, unit, quantity, price, amount, discount (yuan, tax
            included), tax_rate (percent); amounts below zero on a red-letter fapiao
        """
        self.ensure_one()
        sign = -1 if self.move_type == "out_refund" else 1
        rows, by_charge = [], {}
        lines = self.invoice_line_ids.filtered(
            lambda line: line.property_charge_id.item_id.kind == "income"
        )
        for line in lines.sorted(lambda line: (bool(line.property_charge_id.reduces_id), line.id)):
            charge = line.property_charge_id
            if charge.reduces_id in by_charge:
                by_charge[charge.reduces_id]["discount"] += -line.price_total
                continue
            row = {
                "item": charge.item_id,
                "name": line.name,
                "unit": charge.unit_id,
                "quantity": 1.0,
                "price": line.price_total,
                "amount": sign * line.price_total,
                "discount": 0.0,
                "tax_rate": sum(line.tax_ids.mapped("amount")),
            }
            by_charge[charge] = row
            rows.append(row)
        return rows
