# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    property_estate_ids = fields.Many2many(
        "property.estate",
        "property_estate_user_rel",
        "user_id",
        "estate_id",
        "Estates",
        help="The estates this user works for; only their records are seen.",
    )
