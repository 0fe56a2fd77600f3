# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("complaint", "Monthly list of complaints"),
    ("complaint.month", "Monthly analysis of complaints"),
    ("complaint.week", "Weekly summary of complaints"),
    ("inquiry", "Ledger of the front desk"),
    ("help", "Register of help requests"),
    ("emergency", "Register of emergencies"),
    ("emergency.call", "Emergency call list"),
    ("notice", "List of notices"),
    ("reception", "Register of the reception day"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
