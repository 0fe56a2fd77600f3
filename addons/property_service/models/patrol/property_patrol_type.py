# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

KINDS = [
    ("steward", "Steward's area (A post)"),
    ("building", "Building"),
    ("facility", "Common facilities"),
    ("renovation", "Renovation sites"),
    ("vacant", "Vacant units"),
    ("entrusted", "Units in trusteeship"),
    ("site", "Whole site"),
    ("night", "Night check"),
]


class PropertyPatrolType(models.Model):
    """A type of patrol: one engine for all of them (handbook B §E1)."""

    _name = "property.patrol.type"
    _description = "Type of patrols"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="building", index=True)
    sequence = fields.Integer(default=10)
    needs_scan = fields.Boolean(
        "Code is scanned", help="A point finished without scanning its code counts as suspicious."
    )
    item_ids = fields.Many2many(
        "property.patrol.item",
        string="Check items",
        help="Checked at points that have no items of their own.",
    )
    source = fields.Char("Handbook section", readonly=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is a type with this code already."
    )
