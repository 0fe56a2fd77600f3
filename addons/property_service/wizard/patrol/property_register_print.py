# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("callback", "Register of callbacks"),
    ("spot.check", "Spot checks of callbacks"),
    ("callback.year", "Yearly statistics of callbacks"),
    ("patrol.plan", "Patrol plan"),
    ("vacant.check", "Patrol of vacant units"),
    ("vacant.unit", "Statistics of vacant units"),
    ("finding", "Tracking of rectifications"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
