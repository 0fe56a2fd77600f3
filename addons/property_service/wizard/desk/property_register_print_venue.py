# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [("venue", "Register of uses of public ground and venues")]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
