# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [
    ("renovation", "Renovation declaration"),
    ("renovation_extension", "Extension of a renovation permit"),
    ("renovation_damage", "Damage list of a renovation"),
]


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )
