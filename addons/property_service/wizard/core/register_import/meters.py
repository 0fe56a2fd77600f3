# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of meter readings (抄表记录, handbook B H3): meters, and the readings of a month."""

import re
from dataclasses import dataclass, field

from odoo import fields

from ....tools import money, room, text, value
from ....tools.layout import METERS
from ....tools.room import RoomRef
from ....tools.value import ValueProblem
from .engine import Engine
from .units import UnitIndex

#: words for a kind of meter, as sheets write them
_KINDS = (
    ("water", re.compile("水")),
    ("electricity", re.compile("电|動力|动力|能耗")),
    ("gas", re.compile("燃气|天然气|煤气|气")),
    ("heat", re.compile("热|暖")),
    ("other", re.compile("其他|其它")),
)
#: readings closer than this are the same
_SAME = 0.00005


@dataclass(eq=False)
class ReadingPlan:
    """What a row says of a meter, and what is known of it."""

    kind: str
    number: str
    values: dict
    unit: object = None
    meter: object = None  # MeterSlot
    reading: object = None
    status: str = "new"


@dataclass(eq=False)
class MeterSlot:
    """A meter: known, or to be made."""

    record: object = None
    values: dict = field(default_factory=dict)

    def forget(self):
        """Forget a record that was rolled back."""
        self.record = None


class MeterEngine(Engine):
    """Readings. A row is one meter; unknown meters are made, with the last reading as opening."""

    layouts = (METERS,)
    groups = ("property_service.group_supervisor", "property_service.group_accountant")
    things = ("meters", "readings")

    def __init__(self, wizard, layout, tables):
        super().__init__(wizard, layout, tables)
        self.today = fields.Date.context_today(wizard)
        self.seen = {}  # MeterSlot, month -> the first row that was taken for it
        self.made = []

    # reading a row --------------------------------------------------------------------------

    def read(self, row):
        """Read a row into a `ReadingPlan`."""
        row.plan = ReadingPlan(
            kind=self._read_kind(row),
            number=text.compact(row.text("meter_number")).upper(),
            values={
                "current": self._number(row, "current", needed=True),
                "previous": self._number(row, "previous"),
                "multiplier": row.read(
                    "ratio", lambda raw: float(value.to_decimal(raw, zero=False, negative=False))
                ),
                "usage": row.read("usage", lambda raw: float(value.to_decimal(raw)), weak=True),
                "date": row.read("date", value.to_date) or self.today,
                "reader": row.text("reader"),
                "remark": row.text("remark"),
            },
        )
        if row.is_good and row.plan.values["date"] > self.today:
            row.refuse("date", self.env._("the day has not come yet. Correct the date."))

    @staticmethod
    def _number(row, name, needed=False):
        return row.read(
            name, lambda raw: float(value.to_decimal(raw, negative=False)), needed=needed
        )

    def _read_kind(self, row):
        """Return the kind of meter: by its column, else by the words of the header."""
        word = row.text("meter_type")
        if not word:
            titles = row.table.header.titles
            word = " ".join(titles.get(name, "") for name in ("meter_number", "usage", "current"))
            word += row.table.sheet.name
        for kind, pattern in _KINDS:
            if pattern.search(word):
                return kind
        row.refuse(
            "meter_type",
            self.env._("what the meter measures is not clear. Write 水, 电, 燃气 or 热."),
        )
        return None

    # what is known ------------------------------------------------------------------------------

    def load(self):
        """Look up the estate's units, meters, their last readings and this month's lines."""
        units = self.env["property.unit"].search([("estate_id", "=", self.estate.id)])
        self.units = UnitIndex(units)
        meters = self.env["property.meter"].search([("estate_id", "=", self.estate.id)])
        self.meters, self.of_unit = {}, {}
        for meter in meters:
            slot = MeterSlot(meter)
            self.meters[meter.kind, text.compact(meter.number).upper()] = slot
            if meter.unit_id and not meter.date_removed:
                self.of_unit.setdefault((meter.unit_id, meter.kind), []).append(slot)
        self.last = meters._last_readings()
        months = {money.month_start(row.plan.values["date"]) for row in self.rows if row.is_good}
        self.readings = {
            (reading.meter_id, reading.month): reading
            for reading in self.env["property.meter.reading"].search(
                [
                    ("meter_id", "in", meters.ids),
                    ("month", "in", list(months)),
                    ("sheet_id.unit_id", "=", False),
                ]
            )
        }
        self.sheets = {
            (sheet.building_id.id, sheet.kind, sheet.month): sheet
            for sheet in self.env["property.meter.sheet"].search(
                [
                    ("estate_id", "=", self.estate.id),
                    ("month", "in", list(months)),
                    ("unit_id", "=", False),
                ]
            )
        }

    # what a row means ---------------------------------------------------------------------------

    def resolve(self, row):
        """Compare a readable row with what is known."""
        plan = row.plan
        self._resolve_unit(row)
        if row.is_good:
            self._resolve_meter(row)
        if not row.is_good:
            return
        month = money.month_start(plan.values["date"])
        if first := self.seen.get((plan.meter, month)):
            self._resolve_again(row, first)
            return
        self.seen[plan.meter, month] = row
        if plan.meter.record:
            self._resolve_reading(row, month)
        else:
            self._check_sheet(row, plan.unit.building_id.id, month)
            self._remark_usage(row, plan.meter.values["opening"], plan.meter.values["multiplier"])
        if not row.is_good:
            return
        row.mark("meters", plan.meter, "unchanged" if plan.meter.record else "new")
        row.mark("readings", plan, plan.status)

    def _resolve_unit(self, row):
        """Find the unit the row names, if it does."""
        raw = row.cell("room")
        if raw is None:
            return
        try:
            ref = room.split_room(raw)
            if ref.building is None:
                building = room.building_key(row.cell("building")) or None
                entrance = room.entrance_key(row.cell("entrance")) or ref.entrance
                ref = RoomRef(building, entrance, ref.number)
        except ValueProblem as problem:
            if not row.plan.number:
                row.refuse("room", code=problem.code)
            return
        found = self.units.find(ref)
        if len(found) == 1:
            row.plan.unit = found[0]
        elif found:
            row.refuse(
                "room",
                self.env._(
                    "several units fit: %(units)s. Write the room as 1栋-1单元-101.",
                    units="、".join(unit.full_name for unit in found[:5]),
                ),
            )
        elif not self.meters.get((row.plan.kind, row.plan.number)):
            row.refuse(
                "room",
                self.env._(
                    "the estate has no such unit. Correct the room, or take in the register of "
                    "units first."
                ),
            )

    def _resolve_meter(self, row):
        """Find the meter of the row, or plan a new one."""
        plan = row.plan
        here = self.of_unit.get((plan.unit, plan.kind), []) if plan.unit else []
        slot = self.meters.get((plan.kind, plan.number)) if plan.number else None
        if not slot and not plan.number:
            if len(here) == 1:
                slot = here[0]
            else:
                row.refuse(
                    "meter_number",
                    self.env._(
                        "the unit has no meter or several of this kind in the system. Write the "
                        "meter number."
                    ),
                )
                return
        if slot:
            self._take_slot(row, slot)
        elif not plan.unit:
            row.refuse(
                "meter_number",
                self.env._(
                    "no meter of this number is known, and the row names no unit. Enter a common "
                    "meter in the system first."
                ),
            )
        elif here:
            numbers = "、".join(self._number_of(other) for other in here)
            row.refuse(
                "meter_number",
                self.env._(
                    "the unit has the meter %(number)s in the system. If it was exchanged, enter "
                    "the exchange with its last and first reading; else correct the number.",
                    number=numbers,
                ),
            )
        else:
            self._plan_meter(row)

    @staticmethod
    def _number_of(slot):
        return slot.record.number if slot.record else slot.values["number"]

    def _take_slot(self, row, slot):
        plan = row.plan
        unit = slot.record.unit_id if slot.record else slot.values["unit"]
        if plan.unit and unit != plan.unit:
            row.refuse(
                "room",
                self.env._(
                    "the meter is one of %(unit)s in the system. Correct the room or the meter "
                    "number.",
                    unit=unit.full_name or self.env._("common parts"),
                ),
            )
            return
        plan.meter = slot

    def _plan_meter(self, row):
        plan = row.plan
        if plan.values["previous"] is None:
            row.refuse(
                "previous",
                self.env._(
                    "the meter is not known yet. Fill in its last reading, which becomes the "
                    "opening one."
                ),
            )
            return
        plan.meter = MeterSlot(
            values={
                "number": plan.number,
                "kind": plan.kind,
                "unit": plan.unit,
                "opening": plan.values["previous"],
                "multiplier": plan.values["multiplier"] or 1.0,
            }
        )
        self.meters[plan.kind, plan.number] = plan.meter
        self.of_unit.setdefault((plan.unit, plan.kind), []).append(plan.meter)

    def _resolve_again(self, row, first):
        if row.plan.values == first.plan.values:
            row.is_repeat = True
            row.warn(
                "meter_number",
                self.env._("the same as row %(row)d: it was taken once.", row=first.number),
            )
            return
        row.refuse(
            "meter_number",
            self.env._(
                "the meter stands in row %(row)d already, with other data. Find out which row is "
                "right and delete the other.",
                row=first.number,
            ),
        )

    def _resolve_reading(self, row, month):
        """Compare a row with the known meter's past and this month's line."""
        plan = row.plan
        meter, given = plan.meter.record, plan.values
        reading = plan.reading = self.readings.get((meter, month))
        last = self.last.get(meter.id)
        if given["multiplier"] and abs(given["multiplier"] - meter.multiplier) > _SAME:
            row.refuse(
                "ratio",
                self.env._(
                    "the meter has the multiplier %(multiplier)s in the system. Correct it, or "
                    "enter the exchange of the meter.",
                    multiplier=f"{meter.multiplier:g}",
                ),
            )
        if reading and reading.is_read:
            self._resolve_known(row, reading)
            return
        if last and last.date and last.date > given["date"]:
            row.refuse(
                "date",
                self.env._(
                    "the meter was read later, on %(date)s, already. Correct the date.",
                    date=fields.Date.to_string(last.date),
                ),
            )
            return
        if reading and reading.sheet_state not in ("open", "read"):
            self._refuse_checked(row, reading.sheet_id)
        elif not reading:
            self._check_sheet(row, meter.building_id.id, month)
        self._check_previous(row, last.current if last else meter.opening, meter)

    def _resolve_known(self, row, reading):
        """Compare a row with a reading that is in the system."""
        plan, given = row.plan, row.plan.values
        self._check_previous(row, reading.previous, reading.meter_id)
        same = abs(reading.current - given["current"]) < _SAME and reading.date == given["date"]
        if same:
            plan.status = "unchanged"
        elif reading.sheet_state not in ("open", "read"):
            self._refuse_checked(row, reading.sheet_id)
        else:
            plan.status = "changed"
            row.note(
                "current",
                self.env._(
                    "replaces %(present)s of %(date)s.",
                    present=f"{reading.current:g}",
                    date=fields.Date.to_string(reading.date),
                ),
            )

    def _check_previous(self, row, previous, meter):
        given = row.plan.values["previous"]
        swapped = meter.swap_ids[:1]
        if given is not None and abs(given - previous) > _SAME:
            if swapped and abs(given - swapped.new_start) < _SAME:
                return
            row.refuse(
                "previous",
                self.env._(
                    "the last reading in the system is %(previous)s. Usage is counted from that "
                    "one: correct the cell, or enter the exchange of the meter.",
                    previous=f"{previous:g}",
                ),
            )
            return
        if not swapped:
            self._remark_usage(row, previous, meter.multiplier)

    def _remark_usage(self, row, previous, multiplier):
        given = row.plan.values
        usage = (given["current"] - previous) * multiplier
        if usage < -_SAME:
            row.warn(
                "current",
                self.env._(
                    "lower than the last reading %(previous)s. It is taken in and needs a second "
                    "look before it is billed.",
                    previous=f"{previous:g}",
                ),
            )
        elif given["usage"] is not None and abs(given["usage"] - usage) > _SAME:
            row.warn(
                "usage",
                self.env._(
                    "the readings come to %(usage)s, which is what counts.", usage=f"{usage:g}"
                ),
            )

    def _check_sheet(self, row, building_id, month):
        """Refuse a row whose sheet takes no further meters."""
        sheet = self.sheets.get((building_id, row.plan.kind, month))
        if sheet and sheet.state != "open":
            self._refuse_checked(row, sheet)

    def _refuse_checked(self, row, sheet):
        row.refuse(
            None,
            self.env._(
                "“%(sheet)s” is %(state)s already. Take the sheet back first.",
                sheet=sheet.display_name,
                state=sheet._state_label(sheet.state),
            ),
        )

    # writing ------------------------------------------------------------------------------------

    def write(self, rows):
        """Write meters, sheets and readings of some rows, each in one go."""
        quiet = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True}
        rows = [row for row in rows if row.plan.status != "unchanged"]
        new = [row for row in rows if not row.plan.meter.record]
        self.made = [row.plan.meter for row in new]
        meters = (
            self.env["property.meter"]
            .with_context(**quiet)
            .create([_meter_values(slot) for slot in self.made])
        )
        for slot, meter in zip(self.made, meters, strict=True):
            slot.record = meter
        lines = self._lines(rows, quiet)
        for row in rows:
            plan = row.plan
            month = money.month_start(plan.values["date"])
            reading = lines[plan.meter.record, month]
            reading.with_context(**quiet)._enter(
                {
                    "current": plan.values["current"],
                    "date": plan.values["date"],
                    "is_read": True,
                    "reader_name": plan.values["reader"] or reading.reader_name,
                    "remark": plan.values["remark"] or reading.remark,
                }
            )
        self.env.flush_all()

    def _lines(self, rows, quiet):
        """Return {(meter, month): line}, with the sheets and lines that were lacking."""
        wanted, days = {}, {}
        for row in rows:
            if row.plan.reading:
                continue
            meter = row.plan.meter.record
            day = row.plan.values["date"]
            key = (meter.building_id.id, meter.kind, money.month_start(day))
            wanted.setdefault(key, self.env["property.meter"])
            wanted[key] |= meter
            days.setdefault(key, day)
        model = self.env["property.meter.sheet"].with_context(**quiet)
        known = {
            (sheet.building_id.id, sheet.kind, sheet.month): sheet
            for sheet in model.search(
                [
                    ("estate_id", "=", self.estate.id),
                    ("month", "in", [month for _building, _kind, month in wanted]),
                    ("unit_id", "=", False),
                ]
            )
        }
        for key, meters in wanted.items():
            building_id, kind, month = key
            if sheet := known.get(key):
                sheet._make_readings(meters)
            else:
                model.create(
                    {
                        "estate_id": self.estate.id,
                        "building_id": building_id,
                        "kind": kind,
                        "month": month,
                        "date": days[key],
                    }
                )
        found = self.env["property.meter.reading"].search(
            [
                ("meter_id", "in", [row.plan.meter.record.id for row in rows]),
                (
                    "month",
                    "in",
                    list({money.month_start(row.plan.values["date"]) for row in rows}),
                ),
                ("sheet_id.unit_id", "=", False),
            ]
        )
        return {(reading.meter_id, reading.month): reading for reading in found}

    def undo(self, rows):
        """Forget the meters a rolled-back savepoint has taken away."""
        for slot in self.made:
            slot.forget()


def _meter_values(slot):
    """Return the values of a new meter."""
    values = {name: given for name, given in slot.values.items() if name != "unit"}
    return {**values, "unit_id": slot.values["unit"].id}
