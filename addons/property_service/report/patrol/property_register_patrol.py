# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import calendar
from datetime import timedelta

from odoo import fields, models

from ...tools import money
from ...tools.local_time import local_day, local_text, local_time
from ..core.property_register import Column

#: states of units nobody lives in
_VACANT_STATES = ("unsold", "sold_pending", "handed_over", "vacant", "trusteeship")


class PropertyRegisterPatrolPlan(models.AbstractModel):
    """Who patrols which area on which day of a month (巡查计划表, form E1-1)."""

    _name = "property.register.patrol.plan"
    _description = "Patrol plan of a month"
    _inherit = "property.register"

    _register_options = ("estate_ids", "month")

    def _title(self, options):
        return self.env._("Patrol Plan")

    def _columns(self, options):
        month = self._date(options, "month")
        days = calendar.monthrange(month.year, month.month)[1]
        return [
            Column("plan", self.env._("Area"), 16),
            Column("times", self.env._("Times"), 9, "mid"),
            *(Column(f"day{day}", str(day), 3, "mid") for day in range(1, days + 1)),
        ]

    def _rows(self, options):
        grid = self.env["property.patrol.plan"]._month_grid(
            self._estates(options), self._date(options, "month")
        )
        rows = []
        for plan, days in grid.items():
            row = {"plan": plan.name, "times": plan.times_text}
            for day, names in days.items():
                # names are short in a cell of a day: the last two characters of a Chinese name
                row[f"day{day.day}"] = "、".join(dict.fromkeys(name[-2:] for name in names))
            rows.append(row)
        return rows


class PropertyRegisterVacantCheck(models.AbstractModel):
    """The checks of vacant units in a period (空置房巡查记录表, form E5-1)."""

    _name = "property.register.vacant.check"
    _description = "Patrol of vacant units"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Patrol Record of Vacant Units")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 3, "integer"),
            Column("unit", self.env._("Room"), 10),
            Column("kind", self.env._("Kind of vacancy"), 8, "mid"),
            Column("owner", self.env._("Owner and contact"), 12),
            Column("date", self.env._("Patrolled on"), 8, "date"),
            Column("water", self.env._("Water meter"), 6, "price"),
            Column("power", self.env._("Power meter"), 6, "price"),
            Column("gas", self.env._("Gas"), 6, "price"),
            Column("item1", self.env._("Doors and windows"), 5, "mid"),
            Column("item2", self.env._("Leaks of walls and ceilings"), 5, "mid"),
            Column("item3", self.env._("Floor drains and pipes"), 5, "mid"),
            Column("item4", self.env._("Switches and sockets"), 5, "mid"),
            Column("item5", self.env._("Clean and aired"), 5, "mid"),
            Column("item6", self.env._("Loss or damage"), 5, "mid"),
            Column("item7", self.env._("Smell and vermin"), 5, "mid"),
            Column("problem", self.env._("Problem"), 14),
            Column("treatment", self.env._("Treatment, owner told on"), 13),
            Column("user", self.env._("Patrolled by"), 7),
        ]

    def _rows(self, options):
        visits = self._patrol_visits(
            options, [("kind", "in", ("vacant", "entrusted")), ("unit_id", "!=", False)]
        )
        states = self._labels("property.unit", "state")
        results = self._labels("property.patrol.visit", "state")
        items = [
            self.env.ref(f"property_service.patrol_item_vacant_{number}", raise_if_not_found=False)
            for number in range(1, 8)
        ]
        rows = []
        for number, visit in enumerate(visits, 1):
            owner = visit.unit_id.owner_id
            marks = {check.item_id: check.result for check in visit.check_ids}
            row = {
                "index": number,
                "unit": visit.unit_id.full_name,
                "kind": states.get(visit.unit_state or visit.unit_id.state, ""),
                "owner": " ".join(part for part in (owner.name, owner.phone) if part),
                "date": visit.date,
                "problem": "; ".join(visit.finding_ids.mapped("description"))
                or (results[visit.state] if visit.state in ("nobody", "refused") else ""),
                "treatment": "、".join(
                    part
                    for part in (
                        *visit.finding_ids.mapped("number"),
                        visit.owner_told and f"{local_day(visit.owner_told)}",
                    )
                    if part
                ),
                "user": visit.user_id.name,
            }
            if visit.meters_read:
                row.update(water=visit.water, power=visit.power, gas=visit.gas or None)
            for column, item in enumerate(items, 1):
                mark = marks.get(item)
                row[f"item{column}"] = {"ok": "√", "bad": "×"}.get(mark, "")
            rows.append(row)
        return rows


class PropertyRegisterVacantUnit(models.AbstractModel):
    """The vacant units of a month and what they pay (空置房统计表, form E5-2)."""

    _name = "property.register.vacant.unit"
    _description = "Statistics of vacant units"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Statistics of Vacant Units")

    def _signatures(self):
        return [self.env._("Prepared by"), self.env._("Reviewed by"), self.env._("Owner")]

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("floor", self.env._("Floor"), 5, "integer"),
            Column("unit", self.env._("Room"), 14),
            Column("kind", self.env._("Kind of vacancy"), 11, "mid"),
            Column("area", self.env._("Area (m²)"), 8, "area", total=True),
            Column("since", self.env._("Vacant since"), 9, "date"),
            Column("days", self.env._("Days vacant"), 7, "integer"),
            Column("fee", self.env._("Property fee of the month (yuan)"), 10, "money", total=True),
            Column("remark", self.env._("Remark"), 16),
        ]

    def _rows(self, options):
        month = self._date(options, "month").replace(day=1)
        end = min(money.month_end(month), max(fields.Date.context_today(self), month))
        units = self.env["property.unit"].search(
            [
                *self._unit_domain(options),
                ("state", "in", _VACANT_STATES),
                ("category", "in", ("home", "shop", "office")),
            ],
            order="building_id, floor, number",
        )
        fees = dict(
            self.env["property.charge"]._read_group(
                [
                    ("unit_id", "in", units.ids),
                    ("month", "=", month),
                    ("state", "not in", ("cancelled", "draft")),
                    ("item_id.kind", "=", "income"),
                ],
                ["unit_id"],
                ["amount:sum"],
            )
        )
        waivers = self.env["property.waiver"].search(
            [
                ("unit_id", "in", units.ids),
                ("kind", "=", "vacancy"),
                ("state", "in", ("approved", "active")),
            ]
        )
        since = {waiver.unit_id: waiver for waiver in waivers}
        states = self._labels("property.unit", "state")
        sections = self._building_sections(units.building_id)
        rows = []
        for number, unit in enumerate(units, 1):
            waiver = since.get(unit)
            start = (waiver.vacant_since or waiver.date_start) if waiver else unit.handover_date
            rows.append(
                {
                    "_section": sections[unit.building_id],
                    "index": number,
                    "floor": unit.floor,
                    "unit": unit.full_name,
                    "kind": states[unit.state],
                    "area": unit.gross_area,
                    "since": start,
                    "days": (end - start).days + 1 if start and start <= end else None,
                    "fee": fees.get(unit, 0.0),
                    "remark": self.env._("Reduction %s", waiver.display_name) if waiver else "",
                }
            )
        return rows


class PropertyRegisterFinding(models.AbstractModel):
    """Everything found in a period and what became of it (问题整改跟踪表, form E6-1)."""

    _name = "property.register.finding"
    _description = "Tracking of rectifications"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Tracking of Problems and Rectifications")

    def _columns(self, options):
        return [
            Column("number", self.env._("Number"), 14),
            Column("found", self.env._("Found on"), 10, "mid"),
            Column("source", self.env._("Source"), 9, "mid"),
            Column("place", self.env._("Place"), 13),
            Column("problem", self.env._("Problem"), 22),
            Column("category", self.env._("Category"), 8, "mid"),
            Column("severity", self.env._("Severity"), 6, "mid"),
            Column("department", self.env._("Responsible department"), 10),
            Column("limit", self.env._("To be done by"), 10, "mid"),
            Column("fixed", self.env._("Really done on"), 10, "mid"),
            Column("recheck", self.env._("Rechecked by, result"), 12),
            Column("state", self.env._("State"), 8, "mid"),
        ]

    def _rows(self, options):
        first, last = self._date(options, "date_from"), self._date(options, "date_to")
        findings = self.env["property.finding"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("found_date", ">=", local_time(first, 0)),
                ("found_date", "<", local_time(last + timedelta(days=1), 0)),
            ],
            order="found_date, id",
        )
        model = "property.finding"
        channels, states = self._labels(model, "channel"), self._labels(model, "state")
        severities = self._labels(model, "severity")

        rows = []
        for row in findings:
            checked = row.rechecked_by_id.name
            rows.append(
                {
                    "number": row.number,
                    "found": local_text(row.found_date, "%m-%d %H:%M"),
                    "source": channels.get(row.channel, ""),
                    "place": row.place or row.unit_id.full_name or row.building_id.name,
                    "problem": row.description,
                    "category": row.category_id.name,
                    "severity": severities[row.severity],
                    "department": row.department_id.name or row.responsible_id.name,
                    "limit": local_text(row.date_limit, "%m-%d %H:%M"),
                    "fixed": local_text(row.fixed_date, "%m-%d %H:%M"),
                    "recheck": " ".join(
                        part for part in (checked, row.recheck_note or (checked and "√")) if part
                    ),
                    "state": states[row.state],
                }
            )
        return rows

    def _notes(self, options):
        rows = self.env["property.finding"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("found_date", ">=", local_time(self._date(options, "date_from"), 0)),
                (
                    "found_date",
                    "<",
                    local_time(self._date(options, "date_to") + timedelta(days=1), 0),
                ),
            ]
        )
        if not rows:
            return []
        closed = rows.filtered("count_closed")
        return [
            self.env._(
                "Rectification rate %(closed).2f %%, in time %(in_time).2f %%, repeated "
                "%(repeated).2f %%",
                closed=100.0 * len(closed) / len(rows),
                in_time=100.0 * len(rows.filtered("count_in_time")) / len(rows),
                repeated=100.0 * len(rows.filtered("repeated")) / len(rows),
            )
        ]
