# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: Handbook A §13
PLACES = [
    ("entrance", "Entrance door"),
    ("living", "Living room"),
    ("bedroom", "Bedrooms"),
    ("kitchen", "Kitchen"),
    ("bathroom", "Bathrooms"),
    ("balcony", "Balcony"),
    ("storage", "Storage and garage"),
    ("outside", "Outside position"),
]
#: how bad a defect is; each has its time (deadline policies)
SEVERITIES = [
    ("minor", "Minor"),
    ("medium", "Medium"),
    ("leak", "Leakage or structure"),
]


class PropertyHouseItem(models.Model):
    """What is looked at in a home when it is handed over (handbook A §13)."""

    _name = "property.house.item"
    _description = "Item of the house inspection"
    _order = "sequence, id"

    name = fields.Char("Item inspected", required=True, translate=True)
    place = fields.Selection(PLACES, "Place in the home", required=True, index=True)
    sequence = fields.Integer(default=10)
    standard = fields.Char("Standard to be met", translate=True)
    severity = fields.Selection(
        SEVERITIES, "Usual weight of a defect", required=True, default="minor"
    )
    category_id = fields.Many2one(
        "property.case.category",
        "Category of its repair",
        domain="[('kind', '=', 'repair')]",
        ondelete="restrict",
    )
    estate_id = fields.Many2one("property.estate", "Only on this estate", index=True)
    active = fields.Boolean(default=True)
