# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCaseCategory(models.Model):
    """What a complaint's category sets: who leads and helps, the first action, its own rules."""

    _inherit = "property.case.category"

    helper_department_ids = fields.Many2many(
        "hr.department",
        "property_case_category_helper_rel",
        "category_id",
        "department_id",
        "Helping departments",
    )
    first_action = fields.Text(translate=True, help="What the department does first.")
    limit_text = fields.Text("Usual limit", translate=True)
    rule = fields.Text(
        "Rules and bad cases", translate=True, help="What holds for this category only."
    )
    default_level = fields.Selection(
        [
            ("minor", "Minor"),
            ("important", "Important"),
            ("major", "Major"),
            ("urgent", "Urgent"),
        ],
        "Usual level",
        default="minor",
    )
    no_callback = fields.Boolean(
        "No callback needed", help="Neighbour disputes and the like: closed without a callback."
    )
