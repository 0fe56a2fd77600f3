# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PropertyRenovationDamage(models.Model):
    _inherit = "property.renovation.damage"

    violation_id = fields.Many2one(
        "property.renovation.violation", readonly=True, ondelete="restrict", index="btree_not_null"
    )
