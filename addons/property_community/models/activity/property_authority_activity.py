# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

_MATTERS = [
    ("activity_plan", "Yearly activity plan"),
    ("activity_plan_change", "Change of an approved activity plan"),
    ("activity", "Activity within plan and budget"),
    ("activity_extra", "Activity outside plan or budget"),
    ("activity_overrun", "Budget overrun of an activity"),
]


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=_MATTERS, ondelete={value: "cascade" for value, _label in _MATTERS}
    )
