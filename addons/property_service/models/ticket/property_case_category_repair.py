# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: how urgent a request is (handbook B A1)
URGENCIES = [
    ("U0", "U0 Danger to life"),
    ("U1", "U1 Emergency repair"),
    ("U2", "U2 Ordinary repair"),
    ("U3", "U3 Medium or major repair"),
    ("U4", "U4 Planned or special service"),
]
#: whose part is broken (handbook B A1)
SCOPES = [
    ("own", "Customer's own part"),
    ("common", "Common part or facility"),
    ("utility", "Part of a supplier"),
    ("neighbour", "Caused by a neighbour"),
]
#: who bears the cost (handbook B A3)
PAYERS = [
    ("free_common", "Free: upkeep of common parts"),
    ("free_promise", "Free: promised"),
    ("warranty", "Developer's warranty"),
    ("fund", "Special maintenance fund"),
    ("chargeable", "Chargeable"),
    ("liable", "Who did the damage"),
    ("insurer", "Insurer"),
]


class PropertyCaseCategory(models.Model):
    """What a category of repairs proposes (handbook B §9.1)."""

    _inherit = "property.case.category"

    repair_urgency = fields.Selection(URGENCIES, "Usual urgency")
    repair_scope = fields.Selection(
        SCOPES, "Usual scope", help="Empty: by the place, the customer's own part inside a room."
    )
    repair_payer = fields.Selection(
        PAYERS,
        "Usual payer",
        help="Empty: by the scope, own parts are chargeable and common parts free.",
    )
    second_check = fields.Boolean(
        help="Concealed or dangerous work (electricity, gas, fire, waterproofing): the supervisor "
        "checks it before the customer accepts.",
    )
    fund_emergency = fields.Boolean(
        "Emergency use of the maintenance fund",
        help="Common parts for which the special fund may be used quickly.",
    )
