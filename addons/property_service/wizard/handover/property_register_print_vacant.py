# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("vacant.home", "Register of vacant homes"),
    ("vacant.month", "Vacant homes of a month"),
    ("vacant.round", "Inspection of vacant homes"),
    ("trusteeship", "Entrusted homes"),
    ("trusteeship.patrol", "Patrols of entrusted homes"),
    ("listing", "Letting and sale offers"),
    ("listing.seeker", "Seekers of homes"),
    ("listing.viewing", "Viewings of homes"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
