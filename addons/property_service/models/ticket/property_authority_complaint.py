# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=[
            ("complaint_reply", "Answer to a complaint"),
            ("compensation", "Compensation"),
            ("notice", "Publication of a notice"),
            ("special_task", "Plan of a special task"),
        ],
        ondelete={
            "complaint_reply": "cascade",
            "compensation": "cascade",
            "notice": "cascade",
            "special_task": "cascade",
        },
    )
