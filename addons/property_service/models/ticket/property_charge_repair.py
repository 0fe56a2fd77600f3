# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    repair_id = fields.Many2one(
        "property.repair", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _settlement_changed(self):
        """Have the repairs of the charges look at what is paid, too."""
        super()._settlement_changed()
        repairs = self.sudo().repair_id
        self.env.add_to_compute(repairs._fields["settlement"], repairs)
