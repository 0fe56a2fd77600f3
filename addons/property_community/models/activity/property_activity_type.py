# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyActivityType(models.Model):
    """A type of community activity (活动类型, handbook B G1 and §9.7)."""

    _name = "property.activity.type"
    _description = "Activity type"
    _order = "sequence, id"

    name = fields.Char("Activity type", required=True, translate=True)
    sequence = fields.Integer(default=10)
    public_benefit = fields.Boolean(
        "For the public benefit",
        help="Counts towards the public-benefit activities that every half-year must have.",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    active = fields.Boolean(default=True)
