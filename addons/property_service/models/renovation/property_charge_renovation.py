# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    renovation_id = fields.Many2one(
        "property.renovation", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _settlement_changed(self):
        """Have the renovations of the charges look at what is paid, too."""
        result = super()._settlement_changed()
        self.sudo().renovation_id._money_changed()
        return result
