# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from ...tools import money
from ...tools.local_time import local_day, local_text
from ..core.property_register import Column


class PropertyRegisterTrusteeship(models.AbstractModel):
    """托管房台账 (handbook A §42)."""

    _name = "property.register.trusteeship"
    _description = "List of entrusted homes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("List of Entrusted Homes")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Agreement no."), 13),
            Column("unit", self.env._("Room"), 11),
            Column("owner", self.env._("Owner"), 8),
            Column("term", self.env._("Term of the trusteeship"), 15, "mid"),
            Column("rate", self.env._("Share of the fee (%)"), 6, "price"),
            Column("start", self.env._("Readings at the start (water/power)"), 11, "mid"),
            Column("last", self.env._("Last readings (water/power)"), 11, "mid"),
            Column("used", self.env._("Use since the start (water/power)"), 10, "mid"),
            Column("over", self.env._("Over the limit"), 6, "mid"),
            Column("patrol", self.env._("Last patrol"), 8, "date"),
            Column("state", self.env._("Status"), 9, "mid"),
        ]

    def _rows(self, options):
        day = self._date(options)
        rows = self.env["property.trusteeship"].search(
            [
                *self._unit_domain(options),
                ("state", "not in", ("applied", "checked", "cancelled")),
                ("date", "<=", day),
            ],
            order="building_id, unit_id, id",
        )
        states = self._labels("property.trusteeship", "state")
        return [
            {
                "index": number,
                "number": row.number,
                "unit": row.unit_id.full_name,
                "owner": row.partner_id.name,
                "term": f"{row.date_start} – {row.date_over or row.date_end}",
                "rate": row.rate,
                "start": f"{row.water_start:g} / {row.power_start:g}",
                "last": f"{row.water_last:g} / {row.power_last:g}",
                "used": f"{money.plain(row.water_used)} / {money.plain(row.power_used)}",
                "over": self.env._("Yes") if row.over_date else "",
                "patrol": row.patrol_date,
                "state": states[row.state],
            }
            for number, row in enumerate(rows, 1)
        ]


class PropertyRegisterTrusteeshipPatrol(models.AbstractModel):
    """托管房巡查记录表 (handbook A §42)."""

    _name = "property.register.trusteeship.patrol"
    _description = "Patrol record of entrusted homes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Patrol Record of Entrusted Homes")

    def _columns(self, options):
        return [
            Column("time", self.env._("Date and time"), 11, "mid"),
            Column("unit", self.env._("Room"), 10),
            Column("reason", self.env._("Kind of patrol"), 8, "mid"),
            Column("weather", self.env._("Weather"), 7),
            Column("doors", self.env._("Doors and windows"), 5, "mid"),
            Column("walls", self.env._("Outer walls and balcony"), 5, "mid"),
            Column("leaks", self.env._("Signs of leaks"), 5, "mid"),
            Column("readings", self.env._("Readings (water/power)"), 9, "mid"),
            Column("used", self.env._("Used since the start (water/power)"), 8, "mid"),
            Column("problem", self.env._("Problem"), 13),
            Column("handling", self.env._("How it is handled"), 11),
            Column("told", self.env._("Owner told (when, how)"), 10),
            Column("user", self.env._("Patrolled by"), 7, "mid"),
        ]

    def _rows(self, options):
        visits = self._patrol_visits(
            options, [("kind", "=", "entrusted"), ("unit_id", "!=", False)], "done_date, unit_id"
        )
        occasions = self._labels("property.patrol", "occasion")
        ways = self._labels("property.trusteeship", "notice_way")
        results = self._labels("property.patrol.visit", "state")
        items = [
            self.env.ref(f"property_service.patrol_item_vacant_{number}", raise_if_not_found=False)
            for number in (1, 2, 3)
        ]
        agreements = self.env["property.trusteeship"].search(
            [("unit_id", "in", visits.unit_id.ids), ("state", "!=", "cancelled")], order="id"
        )
        agreed = {row.unit_id: row for row in agreements}
        rows = []
        for visit in visits:
            marks = {check.item_id: check.result for check in visit.check_ids}
            findings = visit.finding_ids
            way = ways.get(agreed[visit.unit_id].notice_way, "") if visit.unit_id in agreed else ""
            row = {
                "time": local_text(visit.done_date) or f"{visit.date}",
                "unit": visit.unit_id.full_name,
                "reason": occasions.get(visit.patrol_id.occasion) or self.env._("Weekly round"),
                "weather": visit.patrol_id.weather or "",
                "problem": "; ".join(findings.mapped("description"))
                or ("" if visit.state in ("ok", "abnormal") else results[visit.state]),
                "handling": "; ".join(
                    part
                    for part in (*findings.mapped("followup_name"), *findings.mapped("measures"))
                    if part
                ),
                "told": f"{local_day(visit.owner_told)} {way}" if visit.owner_told else "",
                "user": visit.user_id.name or "",
            }
            for column, item in zip(("doors", "walls", "leaks"), items, strict=True):
                row[column] = {"ok": "√", "bad": "×"}.get(marks.get(item), "")
            if visit.meters_read:
                row["readings"] = f"{visit.water:g} / {visit.power:g}"
                row["used"] = f"{visit.water_used:g} / {visit.power_used:g}"
            rows.append(row)
        return rows
