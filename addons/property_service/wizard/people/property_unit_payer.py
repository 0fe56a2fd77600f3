# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyUnitPayer(models.TransientModel):
    """Change of payer without a change of owner or tenant (handbook A §5)."""

    _name = "property.unit.payer"
    _description = "Change of payer"

    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    payer_id = fields.Many2one(related="unit_id.payer_id", string="Present payer")
    arrears = fields.Monetary(related="unit_id.arrears")
    currency_id = fields.Many2one(related="unit_id.currency_id")
    occupancy_id = fields.Many2one(
        "property.occupancy",
        "New payer",
        required=True,
        ondelete="cascade",
        domain="[('unit_id', '=', unit_id), ('current', '=', True)]",
    )
    date = fields.Date("Pays from", required=True, default=fields.Date.context_today)

    def action_apply(self):
        """Let the chosen person pay from the date on."""
        self.ensure_one()
        self.unit_id.check_access("write")
        self.unit_id._change_payer(self.date, self.occupancy_id)
