# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("key.loan", "Register of key loans"),
    ("key.stock", "List of keys taken over"),
    ("key.custody", "Register of key custody"),
    ("key.left", "Register of keys left for repairs"),
    ("resident.pass", "Register of resident passes"),
    ("access.card", "Register of access cards"),
    ("moving", "Register of moves in and out"),
    ("material", "Register of materials coming in"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
