# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools.local_time import local_day, local_span, local_time
from ..core.property_register import Column


class PropertyRegisterVenue(models.AbstractModel):
    """公用场地使用登记表: who used which venue in a period (handbook A §48)."""

    _name = "property.register.venue"
    _description = "Register of uses of venues"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Uses of Public Ground and Venues")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Application no."), 17),
            Column("date", self.env._("Date"), 12, "date"),
            Column("applicant", self.env._("Applicant"), 9),
            Column("unit", self.env._("Room"), 12),
            Column("venue", self.env._("Venue used"), 12),
            Column("purpose", self.env._("What it is used for"), 16),
            Column("period", self.env._("Time of use"), 18),
            Column("persons", self.env._("Number of people"), 6, "integer", True),
            Column("fee", self.env._("Fee"), 8, "money", True),
            Column("deposit", self.env._("Deposit"), 8, "money", True),
            Column("approver", self.env._("Approved by"), 8),
            Column("restored", self.env._("Check after the use"), 14),
            Column("state", self.env._("State"), 8, "mid"),
            Column("remark", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        first = local_time(self._date(options, "date_from"), 0)
        last = local_time(self._date(options, "date_to"), 24)
        bookings = self.env["property.venue.booking"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date_start", ">=", first),
                ("date_start", "<", last),
            ],
            order="estate_id, date_start, id",
        )
        many = len(bookings.estate_id) > 1
        return [
            {
                "_section": booking.estate_id.name if many else "",
                "index": number,
                "number": booking.number,
                "date": local_day(booking.create_date),
                "applicant": booking.partner_id.name,
                "unit": booking.unit_id.full_name,
                "venue": booking.venue_id.name,
                "purpose": booking.purpose,
                "period": local_span(booking.date_start, booking.date_end),
                "persons": booking.persons,
                "fee": booking.fee_amount,
                "deposit": booking.deposit_amount,
                "approver": booking.approver_id.name,
                "restored": booking.after_note,
                "state": booking._state_label(booking.state),
                "remark": booking.reason or booking.stop_reason,
            }
            for number, booking in enumerate(bookings, 1)
        ]
