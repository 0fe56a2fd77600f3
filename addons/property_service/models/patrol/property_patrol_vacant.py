# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyPatrolVisit(models.Model):
    """Meters of vacant units (handbook B §E5, handbook A §41–42)."""

    _inherit = "property.patrol.visit"

    water_used = fields.Float(
        "Water used (m³)", digits=(16, 2), readonly=True, help="Since custody began."
    )
    power_used = fields.Float("Power used (kWh)", digits=(16, 2), readonly=True)

    def _tell_usage(self):
        """Tell the reduction of a vacant unit what was used; more than allowed is a finding."""
        result = super()._tell_usage()
        for visit in self.filtered(lambda row: row.unit_id and row.meters_read):
            waiver = visit._vacancy_waiver()
            start = visit._start_readings(waiver)
            if start is None:
                continue
            used = (visit.water - start[0], visit.power - start[1])
            if min(used) < 0:
                raise UserError(
                    self.env._(
                        "%(unit)s: a meter reads less than at the start (%(water)g m³, %(power)g "
                        "kWh).",
                        unit=visit.unit_id.full_name,
                        water=start[0],
                        power=start[1],
                    )
                )
            visit._with_move().write({"water_used": used[0], "power_used": used[1]})
            if waiver:
                waiver._record_usage(visit.patrol_id.date, *used)
            if visit._uses_too_much(*used) and not visit.finding_ids:
                visit._report_usage(*used)
        return result

    def _uses_too_much(self, water, power):
        """Hook: whether this use since the start, in m³ and kWh, is more than is allowed."""
        estate = self.estate_id
        return water > estate._parameter("vacancy_water_m3") or power > estate._parameter(
            "vacancy_kwh"
        )

    def _vacancy_waiver(self):
        """Return the reduction in force for the empty unit, if it has one."""
        day = self.patrol_id.date or fields.Date.context_today(self)
        return (
            self.env["property.waiver"]
            .sudo()
            .search(
                [
                    ("unit_id", "=", self.unit_id.id),
                    ("kind", "=", "vacancy"),
                    ("state", "in", ("approved", "active")),
                    ("date_start", "<=", day),
                    ("date_end", ">=", day),
                ],
                limit=1,
            )
        )

    def _start_readings(self, waiver):
        """Return (water, power) that use is counted from; None where there is nothing yet."""
        if waiver and (waiver.water_start or waiver.power_start):
            return waiver.water_start, waiver.power_start
        before = self.sudo().search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("meters_read", "=", True),
                ("done_date", "!=", False),
                ("id", "!=", self.id),
                *([("date", ">=", waiver.date_start)] if waiver else []),
            ],
            order="done_date",
            limit=1,
        )
        return (before.water, before.power) if before else None

    def _report_usage(self, water, power):
        self.env["property.finding"].create(
            {
                "unit_id": self.unit_id.id,
                "estate_id": self.estate_id.id,
                "patrol_id": self.patrol_id.id,
                "visit_id": self.id,
                "category_id": self.env["property.case.category"]._by_code("finding", "VACANT").id,
                "description": self.env._(
                    "The meters of the empty unit have run: %(water)g m³ of water, %(power)g kWh "
                    "of power.",
                    water=water,
                    power=power,
                ),
            }
        )
