# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

PROCEDURES = [
    ("handover", "Handover of a home"),
    ("renovation", "Renovation declaration"),
    ("worker", "Worker of a renovation"),
    ("pass", "Resident pass"),
    ("tenant", "Moving in of a tenant"),
    ("moveout", "Moving out"),
    ("custody", "Key custody"),
    ("trusteeship", "House trusteeship"),
    ("letting", "Letting and sale service"),
]


class PropertyPaperType(models.Model):
    """A paper that a procedure asks for, and when (handbook A §12, §23, §25, §28)."""

    _name = "property.paper.type"
    _description = "Paper of a procedure"
    _order = "procedure, sequence, id"
    _check_company_auto = True

    name = fields.Char("Paper", required=True, translate=True)
    procedure = fields.Selection(PROCEDURES, required=True, index=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(help="Name by which rules of a procedure ask for this paper.")
    condition = fields.Char(
        "Only when",
        help="A condition of the procedure, e.g. agent, company, structure; empty: always. Several "
        "are divided by commas: one that holds is enough.",
    )
    required = fields.Boolean("Without it nothing goes on", default=True)
    keep = fields.Selection(
        [("original", "Keep the original"), ("copy", "Keep a copy"), ("none", "Only look at it")],
        "What is kept",
        required=True,
        default="copy",
    )
    expires = fields.Boolean("Has an expiry date", help="ID cards, authorisations, licences.")
    company_id = fields.Many2one("res.company", index=True)
    estate_id = fields.Many2one(
        "property.estate",
        "Only on this estate",
        check_company=True,
        index="btree_not_null",
    )
    active = fields.Boolean(default=True)
