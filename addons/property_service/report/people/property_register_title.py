# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...models.people.property_occupancy import OWNER_ROLES
from ..core.property_register import Column

_UNSOLD = ("unsold", "sold_pending")


class PropertyRegisterTitle(models.AbstractModel):
    """Title register 产权清册: who owned what on a day, and how it came to him (handbook A §3).

    A row per unit; a parking space or storage room without owners of its own is not a row but
    listed with the home it belongs to.
    """

    _name = "property.register.title"
    _description = "Title register"
    _inherit = "property.register"

    def _title(self, options):
        return self.env._("Title register")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Unit"), 11),
            Column("owner", self.env._("Title holder"), 11),
            Column("certificate", self.env._("Title certificate no."), 17),
            Column("type", self.env._("House type"), 6, "mid"),
            Column("usable", self.env._("Usable area (m²)"), 7, "area", True),
            Column("gross", self.env._("Gross floor area (m²)"), 8, "area", True),
            Column("land", self.env._("Apportioned land area (m²)"), 8, "area", True),
            Column("status", self.env._("Use status"), 8, "mid"),
            Column("facilities", self.env._("Attached facilities"), 11),
            Column("garage", self.env._("Garage use"), 15),
            Column("transfer_date", self.env._("Transfer date"), 9, "date"),
            Column("manner", self.env._("Transfer manner"), 8, "mid"),
            Column("previous", self.env._("Previous owner"), 8),
            Column("remark", self.env._("Remark"), 8),
        ]

    def _rows(self, options):
        date = self._date(options)
        units = self.env["property.unit"].search(self._unit_domain(options))
        titles = self._titles(options, date)
        sides = (
            self.env["property.unit"]
            .search([("main_unit_id", "in", units.ids)])
            .grouped("main_unit_id")
        )
        shown = units.filtered(lambda unit: not unit.main_unit_id or unit in titles)
        sections = self._building_sections(shown.building_id)
        types = self._labels("property.unit", "state")
        nothing = self.env["property.unit"]
        rows = []
        for serial, unit in enumerate(shown, 1):
            side = sides.get(unit, nothing)
            spaces = side.filtered(lambda row: row.category == "parking")
            rows.append(
                {
                    "_section": sections[unit.building_id],
                    "serial": serial,
                    "unit": unit.full_name,
                    "type": unit.type_id.name,
                    "usable": unit.usable_area,
                    "gross": unit.gross_area,
                    "land": unit.land_area,
                    "status": types.get(unit.state),
                    "facilities": "；".join(
                        filter(None, [unit.facilities, *(side - spaces).mapped("full_name")])
                    ),
                    "garage": "；".join(self._space(space) for space in spaces)
                    or (unit.plate if unit.category == "parking" else ""),
                    "remark": unit.remark,
                    **(titles.get(unit) or self._without_owner(unit)),
                }
            )
        return rows

    def _notes(self, options):
        if self._date(options) >= fields.Date.context_today(self):
            return []
        return [
            self.env._(
                "Owners are those of the day stated above; areas, use status, facilities and "
                "garage use are those of the day of printing."
            )
        ]

    def _titles(self, options, date):
        """Return {unit: values of the columns about the owners on `date`}."""
        history = self.env["property.occupancy"].search(
            [
                *self._unit_domain(options),
                ("role", "in", OWNER_ROLES),
                ("date_start", "<=", date),
            ],
            order="unit_id, role desc, date_start, id",
        )
        history.partner_id.fetch(["name"])  # all at once, not unit by unit
        first_days = history.filtered(lambda row: row._holds_on(date))._first_days()
        return {
            unit: self._title_of(rows, date, first_days)
            for unit, rows in history.grouped("unit_id").items()
            if any(row.state == "pending" or row._holds_on(date) for row in rows)
        }

    def _title_of(self, rows, date, first_days):
        """Return the columns about the owners of one unit; `rows` is its history of owners."""
        current = rows.filtered(lambda row: row._holds_on(date))
        if not current:
            # two who claim it, or papers that were not seen: no transfer of rights (A §3)
            return {"owner": self.env._("To be verified")}
        newest = max(current, key=lambda row: first_days[row])
        transfer = first_days[newest]
        before = rows.filtered(
            lambda row: (
                row.date_end == transfer - timedelta(days=1)
                and row.partner_id not in current.partner_id
            )
        )
        several = len(current.partner_id) > 1
        manners = self._labels("property.occupancy", "manner")
        return {
            "owner": "、".join(
                f"{row.partner_id.name}({row.share:g}%)"
                if several and row.share
                else row.partner_id.name
                for row in current.sorted(lambda row: row.role != "owner")
            ),
            "certificate": "、".join(
                dict.fromkeys(row.title_number for row in current if row.title_number)
            ),
            "transfer_date": transfer,
            "manner": manners.get(newest.manner),
            "previous": newest.previous_owner or "、".join(before.partner_id.mapped("name")),
        }

    def _without_owner(self, unit):
        if unit.state in _UNSOLD:
            return {"owner": unit.estate_id.developer_id.name}
        return {"owner": self.env._("To be verified")}

    def _space(self, space):
        """Return a parking space as the column of garage use states it."""
        return " ".join(filter(None, [space.full_name, space.type_id.name, space.plate]))
