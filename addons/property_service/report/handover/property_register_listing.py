# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models

from ...tools.local_time import local_text
from ..core.property_register import Column


class PropertyRegisterListing(models.AbstractModel):
    """房屋租售登记, the register of offers (handbook A §43)."""

    _name = "property.register.listing"
    _description = "Register of homes for rent and sale"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Homes for Rent and Sale")

    def _columns(self, options):
        return [
            Column("number", self.env._("No."), 12),
            Column("kind", self.env._("Offered"), 5, "mid"),
            Column("unit", self.env._("Room"), 10),
            Column("layout", self.env._("Layout and area"), 9),
            Column("price", self.env._("Price or rent"), 9, "money"),
            Column("terms", self.env._("Terms of payment"), 9),
            Column("free", self.env._("Free from"), 8, "date"),
            Column("principal", self.env._("Principal and phone"), 12),
            Column("title", self.env._("Title certificate no."), 10),
            Column("keys", self.env._("Keys left"), 8),
            Column("sole", self.env._("Sole agency"), 5, "mid"),
            Column("until", self.env._("Term until"), 8, "date"),
            Column("commission", self.env._("Commission (yuan)"), 9, "money", total=True),
            Column("state", self.env._("State"), 8, "mid"),
        ]

    def _rows(self, options):
        rows = self.env["property.listing"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date", ">=", self._date(options, "date_from")),
                ("date", "<=", self._date(options, "date_to")),
            ],
            order="date, id",
        )
        kinds = self._labels("property.listing", "kind")
        states = self._labels("property.listing", "state")
        return [
            {
                "number": row.number,
                "kind": kinds[row.kind],
                "unit": row.unit_id.full_name,
                "layout": " ".join(filter(None, (row.layout, f"{row.gross_area:.2f} m²"))),
                "price": row.price,
                "terms": row.payment_terms or "",
                "free": row.available_date,
                "principal": " ".join(filter(None, (row.partner_id.name, row.phone))),
                "title": row.title_number or "",
                "keys": row.keys_left or "",
                "sole": "√" if row.exclusive else "",
                "until": row.date_end,
                "commission": row.amount_commission,
                "state": states[row.state],
            }
            for row in rows
        ]


class PropertyRegisterListingSeeker(models.AbstractModel):
    """求租(求购)登记表 as a register (handbook A §43)."""

    _name = "property.register.listing.seeker"
    _description = "Register of seekers of homes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Seekers (Rent or Purchase)")

    def _columns(self, options):
        return [
            Column("number", self.env._("No."), 12),
            Column("name", self.env._("Name of the seeker"), 9),
            Column("identity", self.env._("ID no."), 12),
            Column("phone", self.env._("Phone"), 10),
            Column("kind", self.env._("Looks for"), 6, "mid"),
            Column("layout", self.env._("Layout wanted"), 9),
            Column("area", self.env._("Area wanted"), 9, "mid"),
            Column("budget", self.env._("Budget"), 9, "money"),
            Column("date", self.env._("Wanted from"), 8, "date"),
            Column("purpose", self.env._("Purpose of use"), 9),
            Column("persons", self.env._("Number of persons"), 5, "integer"),
            Column("result", self.env._("How it ended"), 12),
        ]

    def _rows(self, options):
        rows = self.env["property.listing.seeker"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date", ">=", self._date(options, "date_from")),
                ("date", "<=", self._date(options, "date_to")),
            ],
            order="date, id",
        )
        kinds = self._labels("property.listing.seeker", "kind")
        states = self._labels("property.listing.seeker", "state")
        return [
            {
                "number": row.number,
                "name": row.partner_id.name,
                "identity": row.partner_id.property_id_number or "",
                "phone": row.phone or "",
                "kind": kinds[row.kind],
                "layout": row.layout or "",
                "area": f"{row.area_min:g} – {row.area_max:g}" if row.area_max else "",
                "budget": row.budget or None,
                "date": row.date_wanted,
                "purpose": row.purpose or "",
                "persons": row.persons or None,
                "result": " ".join(filter(None, (states[row.state], row.result))),
            }
            for row in rows
        ]


class PropertyRegisterListingViewing(models.AbstractModel):
    """带看记录(看房登记表) (handbook A §43)."""

    _name = "property.register.listing.viewing"
    _description = "Register of viewings of homes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Record of Viewings")

    def _columns(self, options):
        return [
            Column("time", self.env._("Date and time"), 11, "mid"),
            Column("unit", self.env._("Room"), 11),
            Column("visitor", self.env._("Visitor"), 9),
            Column("identity", self.env._("Last 4 of the ID"), 6, "mid"),
            Column("phone", self.env._("Phone"), 10),
            Column("user", self.env._("Accompanied by"), 8, "mid"),
            Column("key", self.env._("Key no., out and back"), 14),
            Column("opinion", self.env._("Opinion"), 16),
            Column("signature", self.env._("Signature of the visitor"), 9, "mid"),
        ]

    def _rows(self, options):
        first = self._date(options, "date_from")
        last = self._date(options, "date_to")
        rows = self.env["property.listing.viewing"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("state", "!=", "cancelled"),
                # days of China: they begin at 16:00 UTC of the day before
                ("date", ">=", f"{first - timedelta(days=1)} 16:00:00"),
                ("date", "<", f"{last} 16:00:00"),
            ],
            order="date, id",
        )
        return [
            {
                "time": local_text(row.date),
                "unit": row.unit_id.full_name,
                "visitor": row.visitor,
                "identity": row.visitor_id_last or "",
                "phone": row.phone or "",
                "user": row.user_id.name,
                "key": " ".join(
                    filter(None, (row.key_note, local_text(row.key_out), local_text(row.key_back)))
                ),
                "opinion": row.opinion or "",
                "signature": row._valid_signatures("visitor")[:1].name or "",
            }
            for row in rows
        ]
