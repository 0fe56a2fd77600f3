# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyCharge(models.Model):
    """What was given up of a charge (坏账核销, handbook B H12)."""

    _inherit = "property.charge"

    amount_written_off = fields.Monetary("Written off", readonly=True, copy=False)

    @api.depends("amount_written_off")
    def _compute_settlement(self):
        """What was written off is neither paid nor due; the memo list keeps it."""
        super()._compute_settlement()
        for charge in self.filtered(lambda charge: charge.written_off and not charge.cancelled):
            currency = charge.company_id.currency_id
            charge.amount_paid = currency.round(charge.amount_paid - charge.amount_written_off)
