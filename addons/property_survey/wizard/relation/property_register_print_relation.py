# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("key.customer", "List of key customers"),
    ("relation.plan", "Plan of customer relations"),
    ("visit", "Register of customer visits"),
    ("communication", "Record of communications"),
    ("committee.letter", "Communication with the owners' committee"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
