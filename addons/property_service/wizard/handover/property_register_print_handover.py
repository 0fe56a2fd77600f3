# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("handover.day", "Daily register of handovers"),
    ("handover.defect", "Register of defects left"),
    ("handover.meter", "Summary of opening readings"),
    ("handover.key", "Register of keys received"),
    ("handover.paper", "Register of papers received"),
    ("handover.service", "Register of proxy services"),
    ("handover.fee", "Register of handover charges"),
    ("handover.check", "Register of spot checks"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
