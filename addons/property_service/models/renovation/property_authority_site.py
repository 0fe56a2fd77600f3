# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [
    ("renovation_overtime", "Overtime on a site"),
    ("renovation_hot_work", "Hot work on a site"),
    ("renovation_stay", "Overnight stay on a site"),
]


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )
