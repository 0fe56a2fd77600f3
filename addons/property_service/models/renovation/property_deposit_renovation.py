# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyDeposit(models.Model):
    """Money of a deposit that is held back for a neighbour's claim (handbook A §38)."""

    _inherit = "property.deposit"

    amount_withheld = fields.Monetary("Held back for a claim", readonly=True, copy=False)

    def write(self, vals):
        if "amount_withheld" in vals and not self.env.su:
            raise UserError(self.env._("What is held back follows the claims of the renovation."))
        return super().write(vals)

    def _withhold(self, amount):
        """Hold back `amount` yuan of the deposit; only the rest is refunded now.

        A deposit of which the rest was refunded already is ready for its next refund when less is
        held back than before.
        """
        for deposit in self.sudo():
            less = amount < deposit.amount_withheld
            deposit.amount_withheld = amount
            if less and deposit.state == "refunded" and deposit._held_now() > amount:
                deposit._move_to("inspected")

    def action_refund(self):
        """Make the refund of an inspected deposit; what is held back for a claim stays."""
        result = super().action_refund()
        if self.amount_withheld or self.refund_ids.filtered(lambda row: row.state == "paid"):
            refund = self.env["property.refund"].browse(result["res_id"])
            if refund.state == "draft":
                refund.amount = refund._available()
        return result


class PropertyRefund(models.Model):
    _inherit = "property.refund"

    def _available(self):
        """Leave out what is held back of the deposit for a neighbour's claim."""
        available = super()._available()
        if self.source == "deposit" and self.deposit_id.amount_withheld:
            available = self.currency_id.round(available - self.deposit_id.amount_withheld)
        return available
