# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...models.handover.property_vacant import KINDS
from ...tools import money
from ...tools.local_time import local_day
from ..core.property_register import Column


class PropertyRegisterVacantHome(models.AbstractModel):
    """空置房登记表 (handbook A §41): what stands empty on a day."""

    _name = "property.register.vacant.home"
    _description = "Register of vacant homes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Vacant Homes")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 11),
            Column("kind", self.env._("Kind of vacancy"), 10, "mid"),
            Column("owner", self.env._("Owner or developer"), 11),
            Column("phone", self.env._("Phone"), 10),
            Column("since", self.env._("Vacant since"), 8, "date"),
            Column("area", self.env._("GFA"), 7, "area", total=True),
            Column("fee", self.env._("Fee share, paid by"), 10, "mid"),
            Column("keys", self.env._("Where the keys are"), 10),
            Column("readings", self.env._("Water/power/gas readings"), 12, "mid"),
            Column("furnished", self.env._("Furniture inside"), 5, "mid"),
            Column("steward", self.env._("Steward in charge"), 7, "mid"),
            Column("end", self.env._("Date of the end"), 8, "date"),
            Column("remark", self.env._("Remark"), 10),
        ]

    def _rows(self, options):
        day = self._date(options)
        domain = [
            ("estate_id", "in", self._estates(options).ids),
            ("date_start", "<=", day),
            "|",
            ("date_end", "=", False),
            ("date_end", ">", day),
        ]
        if options.get("building_ids"):
            domain.append(("building_id", "in", options["building_ids"]))
        vacants = self.env["property.vacant"].search(domain, order="building_id, unit_id")
        kinds = self._labels("property.vacant", "kind")
        payers = self._labels("property.vacant", "payer_kind")
        sections = self._building_sections(vacants.building_id)
        rows = []
        for number, vacant in enumerate(vacants, 1):
            meters = (vacant.water, vacant.power, vacant.gas)
            rows.append(
                {
                    "_section": sections.get(vacant.building_id),
                    "index": number,
                    "unit": vacant.unit_id.full_name,
                    "kind": kinds[vacant.kind],
                    "owner": vacant.owner_id.name or "",
                    "phone": vacant.phone or "",
                    "since": vacant.date_start,
                    "area": vacant.gross_area,
                    "fee": f"{money.plain(vacant.fee_rate)} % {payers[vacant.payer_kind]}",
                    "keys": vacant.keys_kept
                    or (vacant.key_count and f"× {vacant.key_count}")
                    or "",
                    "readings": " / ".join(f"{reading:g}" for reading in meters)
                    if any(meters)
                    else "",
                    "furnished": "√" if vacant.furnished else "",
                    "steward": vacant.user_id.name or "",
                    "end": vacant.date_end,
                    "remark": vacant.remark or "",
                }
            )
        return rows


class PropertyRegisterVacantMonth(models.AbstractModel):
    """空置房月统计表 (handbook A §41): a month by building."""

    _name = "property.register.vacant.month"
    _description = "Vacant homes of a month by building"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Monthly Statistics of Vacant Homes")

    def _columns(self, options):
        kinds = self._labels("property.vacant", "kind")
        return [
            Column("building", self.env._("Building"), 14),
            Column("units", self.env._("All units"), 7, "integer", total=True),
            *(Column(kind, kinds[kind], 10, "integer", total=True) for kind, _label in KINDS),
            Column("vacant", self.env._("Vacant together"), 8, "integer", total=True),
            Column("new", self.env._("Newly vacant"), 8, "integer", total=True),
            Column("ended", self.env._("No longer vacant"), 8, "integer", total=True),
            Column("findings", self.env._("Problems"), 7, "integer", total=True),
            Column("fee", self.env._("Fee receivable (yuan)"), 12, "money", total=True),
        ]

    def _rows(self, options):
        month = money.month_start(self._date(options, "month"))
        units = dict(
            self.env["property.unit"]._read_group(
                [*self._unit_domain(options), ("category", "in", ("home", "shop", "office"))],
                ["building_id"],
                ["__count"],
            )
        )
        figures = {}
        domain = [*self._unit_domain(options), ("month", "=", month)]
        grouped = self.env["property.vacant.month"]._read_group(
            domain,
            ["building_id", "kind"],
            ["count:sum", "count_new:sum", "count_ended:sum", "count_findings:sum", "amount:sum"],
        )
        for building, kind, count, new, ended, findings, amount in grouped:
            row = figures.setdefault(building, {})
            row[kind] = count
            for key, number in (
                ("vacant", count),
                ("new", new),
                ("ended", ended),
                ("findings", findings),
                ("fee", amount),
            ):
                row[key] = row.get(key, 0) + number
        nothing = dict.fromkeys(
            (*(kind for kind, _label in KINDS), "vacant", "new", "ended", "findings", "fee"), 0
        )
        return [
            {**nothing, **figures.get(building, {}), "building": building.name, "units": count}
            for building, count in sorted(units.items(), key=lambda pair: pair[0].display_name)
        ]


class PropertyRegisterVacantRound(models.AbstractModel):
    """空置房检查(巡检)记录表 (handbook A §41), with what followed."""

    _name = "property.register.vacant.round"
    _description = "Inspection record of vacant homes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Inspection Record of Vacant Homes")

    def _signatures(self):
        return [self.env._("Inspected by"), self.env._("Person in charge"), self.env._("Date")]

    def _columns(self, options):
        return [
            Column("date", self.env._("Date"), 8, "date"),
            Column("unit", self.env._("Room"), 10),
            Column("doors", self.env._("Doors/windows"), 5, "mid"),
            Column("supply", self.env._("Water/power/gas"), 5, "mid"),
            Column("readings", self.env._("Readings"), 9, "mid"),
            Column("walls", self.env._("Walls/ceiling/floor"), 5, "mid"),
            Column("equipment", self.env._("Equipment"), 5, "mid"),
            Column("hygiene", self.env._("Hygiene"), 5, "mid"),
            Column("aired", self.env._("Aired"), 5, "mid"),
            Column("problem", self.env._("What is not in order"), 14),
            Column("handling", self.env._("How it is handled"), 12),
            Column("told", self.env._("Owner or developer told on"), 10),
            Column("user", self.env._("Inspected by"), 7, "mid"),
            Column("opinion", self.env._("Opinion of the person in charge"), 10),
            Column("recheck", self.env._("Result of the recheck"), 9),
        ]

    #: column -> numbers of the check items that go into it
    _ITEMS = {
        "doors": (1,),
        "supply": (3, 4),
        "walls": (2,),
        "equipment": (6,),
        "hygiene": (5, 7),
    }

    def _rows(self, options):
        visits = self._patrol_visits(options, [("kind", "=", "vacant"), ("unit_id", "!=", False)])
        results = self._labels("property.patrol.visit", "state")
        states = self._labels("property.finding", "state")
        items = {
            number: self.env.ref(
                f"property_service.patrol_item_vacant_{number}", raise_if_not_found=False
            )
            for number in range(1, 8)
        }
        rows = []
        for visit in visits:
            marks = {check.item_id: check.result for check in visit.check_ids}
            findings = visit.finding_ids
            told = [
                f"{local_day(moment)}"
                for moment in (visit.owner_told, *findings.mapped("told_date"))
                if moment
            ]
            row = {
                "date": visit.date,
                "unit": visit.unit_id.full_name,
                "aired": "√" if visit.aired else "",
                "problem": "; ".join(findings.mapped("description"))
                or ("" if visit.state in ("ok", "abnormal") else results[visit.state]),
                "handling": "; ".join(
                    part
                    for part in (*findings.mapped("followup_name"), *findings.mapped("measures"))
                    if part
                ),
                "told": "、".join(dict.fromkeys(told)),
                "user": visit.user_id.name or "",
                "opinion": visit.patrol_id.review or "",
                "recheck": "、".join(states[state] for state in findings.mapped("state")),
            }
            if visit.meters_read:
                row["readings"] = f"{visit.water:g} / {visit.power:g} / {visit.gas:g}"
            for column, numbers in self._ITEMS.items():
                found = [marks.get(items[number]) for number in numbers if items[number]]
                row[column] = "×" if "bad" in found else ("√" if "ok" in found else "")
            rows.append(row)
        return rows
