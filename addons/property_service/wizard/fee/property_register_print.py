# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_REGISTERS = [
    ("prices", "Fee items and price standards"),
    ("receivable", "Summary of receivables"),
    ("unpaid", "List of unpaid homes"),
    ("arrears", "List of arrears"),
    ("ageing", "Ageing of arrears by building"),
    ("ageing.unit", "Ageing of arrears by home"),
    ("takings", "Daily report of takings"),
    ("prepaid", "Ledger of advance receipts"),
    ("waiver", "Register of reductions"),
    ("collection", "Monthly collection report by building"),
    ("collection.item", "Monthly collection report by item"),
    ("dunning", "Dunning record"),
    ("parking.lease", "Register of parking leases"),
    ("parking.dunning", "Register of parking fee dunning"),
    ("collection.ranking", "Ranking of collection rates"),
]


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=_REGISTERS,
        ondelete={value: "cascade" for value, _label in _REGISTERS},
    )
