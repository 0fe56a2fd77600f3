# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyHandoverFeeAdd(models.TransientModel):
    """Bills a further item of the published list that the owner asks for."""

    _name = "property.handover.fee.add"
    _description = "Further handover fee"

    handover_id = fields.Many2one(
        "property.handover", required=True, readonly=True, ondelete="cascade"
    )
    allowed_ids = fields.Many2many("property.handover.fee", compute="_compute_allowed_ids")
    fee_id = fields.Many2one(
        "property.handover.fee",
        "Line of the fee list",
        required=True,
        domain="[('id', 'in', allowed_ids)]",
        ondelete="cascade",
    )
    mode = fields.Selection(related="fee_id.mode")
    quantity = fields.Float(default=1.0, digits=(16, 2))

    @api.depends("handover_id")
    def _compute_allowed_ids(self):
        for dialog in self:
            dialog.allowed_ids = dialog.handover_id._fee_list()

    def action_add(self):
        """Bill the item."""
        self.ensure_one()
        self.handover_id.check_access("write")
        self.handover_id._add_fee(self.fee_id, self.quantity)
        return {"type": "ir.actions.act_window_close"}
