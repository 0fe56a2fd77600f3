# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [("deemed_handover", "Deemed handover")]


class PropertyParameter(models.Model):
    _inherit = "property.parameter"

    room = fields.Selection(
        selection_add=[("handover", "Handover of homes")], ondelete={"handover": "cascade"}
    )


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )
