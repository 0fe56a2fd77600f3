# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyReceiptVoid(models.TransientModel):
    """Asks why a receipt is voided (handbook B H4)."""

    _name = "property.receipt.void"
    _description = "Void a receipt"

    receipt_id = fields.Many2one("property.receipt", required=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_void(self):
        """Ask the supervisor for the voiding."""
        self.ensure_one()
        self.receipt_id._void(self.reason)
