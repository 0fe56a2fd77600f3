# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("readings", "Record of meter readings"),
    ("shares", "Publication of shared fees"),
    ("balance", "Balance of water and power"),
    ("agency", "Settlement of fees collected for others"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
