# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyVenueBooking(models.Model):
    """The club a venue is booked for."""

    _inherit = "property.venue.booking"

    club_id = fields.Many2one(
        "property.club",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id), ('state', 'in', ('forming', 'active'))]",
    )

    @api.onchange("club_id")
    def _onchange_club_id(self):
        if self.club_id:
            self.organiser = self.club_id.name
            self.partner_id = self.club_id.leader_id
            self.unit_id = self.club_id._leader_unit()

    @api.constrains("club_id", "venue_id")
    def _check_club(self):
        for booking in self.filtered("club_id"):
            if booking.club_id.estate_id != booking.venue_id.estate_id:
                raise ValidationError(
                    self.env._(
                        "“%(club)s” is not a club of the estate of “%(venue)s”.",
                        club=booking.club_id.name,
                        venue=booking.venue_id.name,
                    )
                )
