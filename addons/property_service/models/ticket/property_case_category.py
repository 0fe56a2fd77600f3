# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyCaseCategory(models.Model):
    """What a case is about: kinds of repairs, complaints, inquiries, emergencies, findings.

    Handbook B §9.1, C3. A category proposes urgency, payer, department, skills and how the result
    is followed up; rooms add what they need by `_inherit`.
    """

    _name = "property.case.category"
    _description = "Category of cases"
    _parent_store = True
    _parent_name = "parent_id"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(index=True)
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("complaint", "Complaint"),
            ("inquiry", "Inquiry"),
            ("emergency", "Emergency"),
            ("finding", "Finding"),
        ],
        required=True,
        index=True,
    )
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one("property.case.category", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    department_id = fields.Many2one("hr.department", "Responsible department", index=True)
    follow_up_class = fields.Selection(
        [
            ("safety", "Safety facility"),
            ("leak", "Leak"),
            ("other", "Other"),
            ("none", "Not called back"),
        ],
        "Callback",
        default="other",
        help="How soon the result is asked for: setting followup_days.",
    )
    description = fields.Text("Hints for the clerk", translate=True)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(kind, code) WHERE code IS NOT NULL", "There is a category with this code already."
    )

    def _and_parents(self):
        """Return the category and its parents, the nearest first."""
        found, category = self.browse(), self
        while category:
            found |= category
            category = category.parent_id
        return found

    @api.model
    def _by_code(self, kind, code):
        """Return the category of `kind` with `code`; empty where there is none."""
        return self.search([("kind", "=", kind), ("code", "=", code)], limit=1)
