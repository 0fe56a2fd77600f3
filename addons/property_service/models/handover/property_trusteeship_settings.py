# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [("trustee_cancel", "Full fee for an entrusted home that was used")]


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )


class PropertyParameter(models.Model):
    _inherit = "property.parameter"

    room = fields.Selection(
        selection_add=[("vacant", "Vacant and entrusted homes")], ondelete={"vacant": "cascade"}
    )
