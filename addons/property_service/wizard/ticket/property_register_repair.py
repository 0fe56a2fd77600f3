# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("repair", "Register of repair requests"),
    ("intake", "Record of contacts"),
    ("repair.cost.common", "Repair costs of common facilities"),
    ("repair.cost.home", "Repair costs of households"),
    ("warranty", "Construction defects being followed"),
    ("repair.month", "Monthly repair statistics"),
    ("service.price", "Price list of repairs and services"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
