# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyRenovationViolationType(models.Model):
    """What is forbidden on a site, with its basis and what has to follow (handbook A §37)."""

    _name = "property.renovation.violation.type"
    _description = "Kind of violation"
    _order = "sequence, id"

    code = fields.Char("Code of the violation", required=True, index=True)
    name = fields.Char("Violation", required=True, translate=True)
    level = fields.Selection(
        [
            ("P", "Prohibited by law"),
            ("A", "Needs an authority's approval"),
            ("R", "Against rules or agreement"),
        ],
        "Level of the violation",
        required=True,
        default="R",
    )
    sequence = fields.Integer(default=10)
    legal_basis = fields.Char("Provision broken", translate=True)
    danger = fields.Char("Possible consequence", translate=True)
    requirement = fields.Char("Usual requirement", translate=True)
    authority = fields.Char("Reported to", translate=True)
    authority_fine = fields.Char(
        "What the authority may impose",
        translate=True,
        help="By the authority alone, never by the property company.",
    )
    report_at_once = fields.Boolean("Reported at once", help="Without waiting for a dissuasion.")
    stop_work = fields.Boolean("Work has to stop")
    hours = fields.Integer("Hours to put it right", required=True, default=48)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is a violation with this code already."
    )
    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "Some hours are given to put a violation right."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for kind in self:
            kind.display_name = f"{kind.code or ''} {kind.name or ''}".strip()
