# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of the register of parking spaces (车位清册): units billed with a home."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from odoo import fields
from odoo.fields import Domain

from ....tools import money, room, text, value
from ....tools.layout import PARKING
from ....tools.room import RoomRef
from ....tools.value import ValueProblem
from .engine import Engine
from .location import number_name
from .people import Mention, People
from .prices import decide_prices
from .units import UnitIndex

#: name of the car park where the sheet names none
CAR_PARK = "车库"
_HOMES = ("home", "shop", "office")
_COLUMNS = {
    "type_id": "type",
    "main_unit_id": "room",
    "plate": "plate",
    "gross_area": "area",
    "fee_date_start": "date_start",
    "remark": "remark",
}


@dataclass(eq=False)
class SpacePlan:
    """What a row says of a parking space, and what is known of it."""

    number: str
    values: dict
    park: object = None  # ParkSlot
    unit: object = None
    fee: object = None
    is_let: bool = False
    mention: Mention | None = None
    holder: object = None  # Person
    changes: dict = field(default_factory=dict)
    own_price: dict | None = None

    @property
    def status(self):
        """new, changed or unchanged."""
        if not self.unit:
            return "new"
        return "changed" if self.changes else "unchanged"


@dataclass(eq=False)
class ParkSlot:
    """A car park: known, or to be made."""

    name: str
    record: object = None

    def forget(self):
        """Forget a record that was rolled back."""
        self.record = None


class ParkingEngine(Engine):
    """Parking spaces. A row is one space."""

    layouts = (PARKING,)
    groups = ("property_service.group_supervisor",)
    things = ("buildings", "spaces", "people", "occupancies", "own_prices")

    def __init__(self, wizard, layout, tables):
        super().__init__(wizard, layout, tables)
        self.today = fields.Date.context_today(wizard)
        self.types = self.env["property.unit.type"]._by_word()
        self.people = People(self.env, self.company)
        self.parks = {}  # building key -> ParkSlot
        self.spaces = {}  # (building key, number key) -> unit
        self.seen = {}  # the same key -> the first row that was taken for it
        self.unpriced = defaultdict(int)  # unit type -> rows whose fee nothing answers to
        self.unpaid = defaultdict(int)  # table -> rows without home and owner
        self.made_slots, self.made_people = [], []

    # reading a row --------------------------------------------------------------------------

    def read(self, row):
        """Read a row into a `SpacePlan`."""
        number = row.read("number", number_name, needed=True) or ""
        unit_type = self._read_type(row)
        values = {
            "type_id": unit_type,
            "plate": text.compact(row.text("plate")).upper(),
            "gross_area": float(money.round_half_up(area)) if (area := self._area(row)) else None,
            "fee_date_start": row.read("date_start", value.to_date),
            "remark": row.text("remark"),
        }
        row.plan = SpacePlan(
            number=number,
            values={name: given for name, given in values.items() if given not in (None, "")},
            fee=row.read("fee", lambda raw: value.to_decimal(raw, negative=False)),
            is_let="租" in row.text("type"),
        )
        row.read("date_end", lambda raw: self._check_end(row, value.to_date(raw)), weak=True)

    @staticmethod
    def _area(row):
        return row.read("area", lambda raw: value.to_decimal(raw, negative=False), weak=True)

    def _check_end(self, row, last_day):
        if last_day < self.today:
            row.warn(
                "date_end",
                self.env._(
                    "this day is past. The space is taken in as if it went on: if it does not, "
                    "untie it from the home."
                ),
            )

    def _read_type(self, row):
        word = text.compact(row.text("type"))
        if not word:
            row.refuse("type", code="missing")
            return None
        found = self.types.get(word) or self.types.get(f"{word}车位")
        if found and found.category in ("parking", "storage"):
            return found
        known = [
            kind.name for kind in self.types.values() if kind.category in ("parking", "storage")
        ]
        row.refuse(
            "type",
            self.env._(
                "no type of parking spaces is known by this word. Known are: %(types)s. Correct "
                "the word, or have the manager add it to the synonyms of a unit type.",
                types="、".join(dict.fromkeys(known)),
            ),
        )
        return None

    # what is known ------------------------------------------------------------------------------

    def load(self):
        """Look up the estate's homes, car parks, spaces, prices and the people named."""
        units = (
            self.env["property.unit"]
            .with_context(active_test=False)
            .search([("estate_id", "=", self.estate.id)])
        )
        homes = units.filtered(lambda unit: unit.active and unit.category in _HOMES)
        self.homes = UnitIndex(homes)
        for building in (
            self.env["property.building"]
            .with_context(active_test=False)
            .search([("estate_id", "=", self.estate.id)])
        ):
            self.parks[building.name_key] = ParkSlot(building.name, building)
        for unit in units - homes:
            self.spaces[unit.building_id.name_key, room.room_key(unit.number)] = unit
        self._load_holders(units - homes)
        self._load_prices()

    def _load_holders(self, spaces):
        for row in self.rows:
            row.plan.mention = self._mention(row)
        rows = self.env["property.occupancy"].search(
            [("unit_id", "in", spaces.ids), ("state", "!=", "pending")]
        )
        self.occupancies = rows.grouped("unit_id")
        domain = Domain.FALSE
        if any(row.plan.mention for row in self.rows):
            homes = [unit.id for unit in self.homes.by_place.values()]
            domain = Domain("unit_id", "in", homes) & rows._domain_on(self.today)
        homes = rows.search(domain)
        self.home_holders = homes.grouped("unit_id")
        mentions = [row.plan.mention for row in self.rows if row.plan.mention]
        self.people.load(mentions, rows.partner_id | homes.partner_id)

    @staticmethod
    def _mention(row):
        """Return who holds the space by the sheet, or None."""
        names = row.read("owner", value.to_people, weak=True)
        if not names:
            return None
        phones = row.read("phone", value.to_phone, weak=True)
        return Mention(names[0].name, phone=phones.first if phones else None)

    def _load_prices(self):
        """Look up the approved prices in force or to come: {unit type or unit: records}."""
        prices = (
            self.env["property.fee.price"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", self.estate.id),
                    ("item_id.periodic", "=", True),
                    ("state", "in", ("approved", "waiting", "draft")),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", self.today),
                ],
                order="date_start, id",
            )
        )
        self.type_prices = prices.filtered(
            lambda price: price.type_id and price.state == "approved"
        ).grouped("type_id")
        self.unit_prices = prices.filtered("unit_id").grouped("unit_id")

    # what a row means ---------------------------------------------------------------------------

    def resolve(self, row):
        """Compare a readable row with what is known."""
        plan = row.plan
        plan.park = self._park_of(row)
        key = (room.building_key(plan.park.name), room.room_key(plan.number))
        self._resolve_home(row)
        if row.is_good and key in self.seen:
            self._resolve_again(row, self.seen[key])
            return
        plan.unit = self.spaces.get(key)
        if plan.unit and not plan.unit.active:
            row.refuse(
                "number",
                self.env._("the space was archived in the system. Restore it there first."),
            )
        if not row.is_good:
            return
        self.seen[key] = row
        if plan.unit:
            self._compare(row)
        self._resolve_holder(row)
        self._resolve_fee(row)
        status = "unchanged" if plan.park.record else "new"
        row.mark("buildings", plan.park, status)
        row.mark("spaces", plan, plan.status)

    def _park_of(self, row):
        """Return the car park of a row: the one named, else the only one, else a common one."""
        zone = row.text("zone")
        if not zone:
            parks = [
                slot for slot in self.parks.values() if slot.record and _is_car_park(slot.record)
            ]
            if len(parks) == 1:
                return parks[0]
            zone = CAR_PARK
        key = room.building_key(zone)
        slot = self.parks.get(key)
        if slot and slot.record and not _is_car_park(slot.record):
            # a space “by building 1” is no unit of the building
            zone, key = f"{zone}{CAR_PARK}", room.building_key(f"{zone}{CAR_PARK}")
        return self.parks.setdefault(key, ParkSlot(zone))

    def _resolve_home(self, row):
        """Find the home the space is billed with."""
        raw = row.cell("room")
        if raw is None:
            if row.cell("owner") is None:
                self.unpaid[id(row.table)] += 1
            return
        try:
            ref = room.split_room(raw)
            if ref.building is None:
                building = room.building_key(row.cell("building")) or None
                entrance = room.entrance_key(row.cell("entrance")) or ref.entrance
                ref = RoomRef(building, entrance, ref.number)
        except ValueProblem as problem:
            row.refuse("room", code=problem.code)
            return
        found = self.homes.find(ref)
        if len(found) == 1:
            row.plan.values["main_unit_id"] = found[0]
            return
        row.refuse(
            "room",
            self.env._(
                "the estate has no such home. Correct the room, or take in the register of units "
                "first."
            )
            if not found
            else self.env._(
                "several homes fit: %(homes)s. Write the room as 1栋-1单元-101.",
                homes="、".join(unit.full_name for unit in found[:5]),
            ),
        )

    def _resolve_again(self, row, first):
        same = row.plan.values == first.plan.values and row.plan.fee == first.plan.fee
        if same and row.plan.mention == first.plan.mention:
            row.is_repeat = True
            row.warn(
                "number",
                self.env._("the same as row %(row)d: it was taken once.", row=first.number),
            )
            return
        row.refuse(
            "number",
            self.env._(
                "the space stands in row %(row)d already, with other data. Find out which row is "
                "right and delete the other.",
                row=first.number,
            ),
        )

    def _compare(self, row):
        plan = row.plan
        for name, given in plan.values.items():
            present = plan.unit[name]
            if present == given:
                continue
            plan.changes[name] = given
            if isinstance(given, type(plan.unit)) or name == "type_id":
                present = present.display_name
            row.note(
                _COLUMNS[name],
                self.env._("replaces %(present)s.", present=present)
                if present
                else self.env._("is added."),
            )

    def _resolve_holder(self, row):
        """Enter who holds the space where it is not simply the home's owner."""
        plan = row.plan
        held = self.occupancies.get(plan.unit, []) if plan.unit else []
        home = plan.values.get("main_unit_id")
        if not plan.mention or held:
            return
        at_home = [
            self.people.by_partner[occupancy.partner_id.id]
            for occupancy in (self.home_holders.get(home, []) if home else [])
        ]
        person = self.people.find(plan.mention, at_home)
        if home and person in at_home:
            return  # pays with the home
        plan.holder = self.people.take(plan.mention, person)
        row.mark("people", plan.holder, plan.holder.status)
        row.mark("occupancies", plan, "new")

    def _resolve_fee(self, row):
        """Compare the monthly fee with the price list; another amount is the space's own price."""
        plan = row.plan
        if not plan.fee:
            return
        kind = plan.values["type_id"]
        prices = self.type_prices.get(kind, [])
        items = {price.item_id for price in prices}
        if len(items) != 1:
            self.unpriced[kind] += 1
            return
        start = max(plan.values.get("fee_date_start") or self.today, prices[0].date_start)
        price = next(
            (price for price in prices if not price.date_end or price.date_end >= start), prices[-1]
        )
        own = self.unit_prices.get(plan.unit, []) if plan.unit else []
        current = next((record for record in own if record.item_id == price.item_id), None)
        if abs(float(plan.fee) - (current or price).price) < 0.00005:
            if current:
                row.mark("own_prices", plan, "unchanged")
            return
        if current:
            row.warn(
                "fee",
                self.env._(
                    "the space has a price of its own of %(price)s yuan in the system, which stays. "
                    "Change it in the price list.",
                    price=f"{current.price:g}",
                ),
            )
            return
        plan.own_price = {
            "item_id": price.item_id.id,
            "estate_id": self.estate.id,
            "price": float(plan.fee),
            "override_reason": self.env._("Register of parking spaces"),
            "date_start": max(price.date_start, start.replace(day=1)),
        }
        row.mark("own_prices", plan, "new")
        row.note(
            "fee",
            self.env._(
                "differs from the %(price)s yuan of the price list: the space gets a price of its "
                "own.",
                price=f"{price.price:g}",
            ),
        )

    # writing ------------------------------------------------------------------------------------

    def write(self, rows):
        """Write car parks, spaces, holders and own prices of some rows, each in one go."""
        self.made_slots, self.made_people = [], []
        plans = [row.plan for row in rows]
        self._write_parks(plans)
        people = dict.fromkeys(plan.holder for plan in plans if plan.holder)
        self.made_people = [person for person in people if person.partner is None]
        self.people.write(people)
        new = [plan for plan in plans if not plan.unit]
        units = (
            self.env["property.unit"]
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create(
                [
                    {
                        **_ids(plan.values),
                        "building_id": plan.park.record.id,
                        "number": plan.number,
                        "floor": _floor_in(plan.number),
                        "state": "handed_over",
                    }
                    for plan in new
                ]
            )
        )
        of_plan = dict(zip(new, units, strict=True))
        for plan in plans:
            if plan.unit and plan.changes:
                plan.unit.write(_ids(plan.changes))
        self._write_holders(plans, of_plan)
        self._write_prices(plans, of_plan)

    def undo(self, rows):
        """Forget the records a rolled-back savepoint has taken away."""
        for record in (*self.made_people, *self.made_slots):
            record.forget()

    def done(self, rows):
        """Remember that the people of written rows are written."""
        for row in rows:
            if row.plan.holder:
                row.plan.holder.changes = set()

    def _write_parks(self, plans):
        slots = list(dict.fromkeys(plan.park for plan in plans if not plan.park.record))
        self.made_slots = slots
        parks = self.env["property.building"].create(
            [
                {
                    "name": slot.name,
                    "estate_id": self.estate.id,
                    "kind": "carpark",
                    "sequence": 20000,
                }
                for slot in slots
            ]
        )
        for slot, park in zip(slots, parks, strict=True):
            slot.record = park

    def _write_holders(self, plans, of_plan):
        self.env["property.occupancy"].with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        ).create(
            [
                {
                    "unit_id": (plan.unit or of_plan[plan]).id,
                    "partner_id": plan.holder.partner.id,
                    "role": "tenant" if plan.is_let else "owner",
                    "is_payer": True,
                    "date_start": plan.values.get("fee_date_start")
                    or money.month_start(self.today),
                }
                for plan in plans
                if plan.holder
            ]
        )

    def _write_prices(self, plans, of_plan):
        # whoever takes in the register asks for the prices, and need not be able to set them
        prices = (
            self.env["property.fee.price"]
            .sudo()
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create(
                [
                    {**plan.own_price, "unit_id": (plan.unit or of_plan[plan]).id}
                    for plan in plans
                    if plan.own_price
                ]
            )
        )
        decide_prices(self, prices)

    def finish(self):
        """Say once what the price list or the sheet lacks."""
        table = self.tables[0]
        for kind, count in self.unpriced.items():
            self.sheet_remarks.append(
                (
                    table,
                    table.header.row_number,
                    self.env._(
                        "The monthly fee of %(count)d spaces “%(type)s” was not compared: the "
                        "estate has not exactly one approved price for that type. Take in the "
                        "price list, then this sheet again.",
                        count=count,
                        type=kind.name,
                    ),
                )
            )
        for table in self.tables:
            if count := self.unpaid[id(table)]:
                self.sheet_remarks.append(
                    (
                        table,
                        table.header.row_number,
                        self.env._(
                            "%(count)d spaces name neither home nor owner: nobody pays for them, "
                            "and the bill run will list them.",
                            count=count,
                        ),
                    )
                )


def _is_car_park(building):
    return building.kind == "carpark"


def _floor_in(number):
    """Return the floor a space's number begins with (``B1-001`` -> -1)."""
    match = re.match(r"(?:B|负|-)(\d)(?=\D)", number)
    return -int(match.group(1)) if match else 0


def _ids(values):
    return {name: given.id if hasattr(given, "_name") else given for name, given in values.items()}
