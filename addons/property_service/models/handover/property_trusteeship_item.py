# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyTrusteeshipItem(models.Model):
    """A thing left in an entrusted home (室内物品清单, handbook A §42); valuables are not taken."""

    _name = "property.trusteeship.item"
    _description = "Thing in an entrusted home"
    _order = "trusteeship_id, sequence, id"

    trusteeship_id = fields.Many2one(
        "property.trusteeship", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="trusteeship_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="trusteeship_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Thing", required=True)
    quantity = fields.Integer(required=True, default=1)
    place = fields.Char("Room or place")
    condition = fields.Char()

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "There is at least one of it.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.trusteeship_id._check_unsigned(["item_ids"])
        return rows

    def write(self, vals):
        self.trusteeship_id._check_unsigned(["item_ids"])
        return super().write(vals)

    def unlink(self):
        self.trusteeship_id._check_unsigned(["item_ids"])
        return super().unlink()
