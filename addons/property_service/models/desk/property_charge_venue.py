# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCharge(models.Model):
    """Fees and damage of venues."""

    _inherit = "property.charge"

    venue_booking_id = fields.Many2one(
        "property.venue.booking",
        "Booking of a venue",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _settlement_changed(self):
        """Have the bookings of the charges look at what is paid, too."""
        result = super()._settlement_changed()
        self.sudo().venue_booking_id._money_changed()
        return result
