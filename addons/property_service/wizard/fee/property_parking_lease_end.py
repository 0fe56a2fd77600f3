# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyParkingLeaseEnd(models.TransientModel):
    """Asks on which day a parking lease ends, and why."""

    _name = "property.parking.lease.end"
    _description = "End a parking lease"

    lease_id = fields.Many2one("property.parking.lease", required=True, ondelete="cascade")
    date = fields.Date("Last day", required=True, default=fields.Date.context_today)
    reason = fields.Selection(
        [
            ("term", "End of the term"),
            ("notice", "Given up by the tenant"),
            ("moved", "Moved out"),
            ("sublet", "Sublet"),
            ("arrears", "Rent not paid"),
            ("other", "Other"),
        ],
        required=True,
        default="notice",
    )

    def action_apply(self):
        """End the lease; the space is free again."""
        self.ensure_one()
        self.lease_id.check_access("write")
        self.lease_id._end(self.date, self.reason)
