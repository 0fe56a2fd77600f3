# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyActivityPart(models.AbstractModel):
    """A row of an activity: of its budget, funding, tasks, materials or head counts (handbook B G2).

    Estate and company are those of the activity and stored, for the record rules.
    """

    _name = "property.activity.part"
    _description = "Row of an activity"
    _check_company_auto = True

    event_id = fields.Many2one(
        "event.event", "Activity", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="event_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, index=True, precompute=True
    )
