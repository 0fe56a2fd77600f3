# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyOccupancyEnd(models.TransientModel):
    """End of one person's relation to a unit, e.g. of a family member who has moved out."""

    _name = "property.occupancy.end"
    _description = "End an occupancy"

    occupancy_id = fields.Many2one("property.occupancy", required=True, ondelete="cascade")
    unit_id = fields.Many2one(related="occupancy_id.unit_id")
    partner_id = fields.Many2one(related="occupancy_id.partner_id")
    role = fields.Selection(related="occupancy_id.role")
    date = fields.Date("Last day", required=True, default=fields.Date.context_today)
    reason = fields.Selection(
        [
            ("sold", "Sold"),
            ("lease_end", "Lease ended"),
            ("inheritance", "Inheritance"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )

    def action_apply(self):
        """End the relation with its last day."""
        self.ensure_one()
        self.occupancy_id.check_access("write")
        self.occupancy_id._end(self.date, self.reason)
