# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [
    ("venue", "Use of a venue"),
    ("venue_commercial", "Commercial use of a venue"),
]


class PropertyParameter(models.Model):
    _inherit = "property.parameter"

    room = fields.Selection(
        selection_add=[("desk", "Front desk affairs")], ondelete={"desk": "cascade"}
    )


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )
