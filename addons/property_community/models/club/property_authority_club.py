# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [("club_support", "Support money of a club")]


class PropertyParameter(models.Model):
    _inherit = "property.parameter"

    room = fields.Selection(
        selection_add=[("community", "Community culture")], ondelete={"community": "cascade"}
    )


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )
