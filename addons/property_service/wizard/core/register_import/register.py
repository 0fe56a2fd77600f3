# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of the register of units and their owners (业主房产清册, handbook A §1–§3)."""

from collections import defaultdict

from odoo import fields

from ....models.people.property_occupancy import OWNER_ROLES
from ....tools import identity, money, room, text
from ....tools.layout import REGISTER
from .engine import Engine
from .location import Locator, building_sequence
from .people import IdentityConflictError, People
from .register_plan import BuildingSlot, EstateSlot
from .register_reader import RegisterReader

#: fields of a unit that decide its fees; only a manager changes them
_FEE_FIELDS = {"gross_area", "inner_area", "type_id", "fee_date_start"}
_COLUMNS = {
    "entrance": "entrance",
    "floor": "floor",
    "type_id": "type",
    "state": "use_state",
    "layout": "layout",
    "orientation": "orientation",
    "gross_area": "gross_area",
    "inner_area": "inner_area",
    "shared_area": "shared_area",
    "land_area": "land_area",
    "handover_date": "handover_date",
    "fee_date_start": "charge_start",
    "plate": "plate",
    "remark": "remark",
    "address": "room",
}


class RegisterEngine(RegisterReader, Engine):
    """Units with their owners. A row is one unit."""

    layouts = (REGISTER,)
    groups = ("property_service.group_supervisor",)
    things = ("estates", "buildings", "units", "people", "occupancies")

    def __init__(self, wizard, layout, tables):
        super().__init__(wizard, layout, tables)
        self.today = fields.Date.context_today(wizard)
        self.types = self.env["property.unit.type"]._by_word()
        self.default_type = wizard.type_id
        self.may_change_fees = self.user_has("property_service.group_manager")
        self.locator = Locator([record for table in tables for record in table.records])
        self.people = People(self.env, self.company)
        self.estates = {}  # name key -> EstateSlot
        self.buildings = {}  # (EstateSlot, building key) -> BuildingSlot
        self.units = {}  # (EstateSlot, building key, entrance key, number key) -> unit
        self.seen = {}  # the same key -> the first row that was taken for it
        self.made_slots, self.made_people = [], []  # by the `write` going on
        self.untyped = defaultdict(int)  # table -> rows without a type
        self.undated = defaultdict(int)  # table -> rows with an owner but no date

    def check(self):
        """Ask for the estate unless the sheet says it row by row."""
        if not all("estate" in table.header.columns for table in self.tables):
            super().check()

    # what is known ------------------------------------------------------------------------------

    def load(self):
        """Look up estates, buildings, units, their owners and the people named."""
        for row in self.rows:
            row.plan.estate = self._estate_of(row)
        known = [slot.record.id for slot in self.estates.values() if slot.record]
        buildings = (
            self.env["property.building"]
            .with_context(active_test=False)
            .search([("estate_id", "in", known)])
        )
        slots = {slot.record.id: slot for slot in self.estates.values() if slot.record}
        for building in buildings:
            estate = slots[building.estate_id.id]
            slot = BuildingSlot(estate, building.name, building)
            self.buildings[estate, building.name_key] = slot
        units = (
            self.env["property.unit"]
            .with_context(active_test=False)
            .search([("building_id", "in", buildings.ids)])
        )
        for unit in units:
            keys = (
                unit.building_id.name_key,
                room.entrance_key(unit.entrance),
                room.room_key(unit.number),
            )
            self.units[(slots[unit.estate_id.id], *keys)] = unit
        rows = self.env["property.occupancy"].search(
            [("unit_id", "in", units.ids), ("role", "in", OWNER_ROLES), ("state", "!=", "pending")]
        )
        self.owner_rows = rows.grouped("unit_id")
        self.people.load(
            [mention for row in self.rows for mention in row.plan.people],
            rows.partner_id,
        )

    def _estate_of(self, row):
        """Return the `EstateSlot` of a row; a row of another estate is refused."""
        name = row.text("estate")
        if self.estate:
            slot = self.estates.setdefault(
                text.compact(self.estate.name), EstateSlot(self.estate.name, self.estate)
            )
            if name and text.compact(name) != text.compact(self.estate.name):
                self._check_same_estate(row, name)
            return slot
        if not name:
            row.refuse(
                "estate",
                self.env._(
                    "the estate is missing. Fill it in, or choose the estate of all rows above."
                ),
            )
            return None
        key = text.compact(name)
        if key not in self.estates:
            found = self._estates_by_key().get(key)
            self.estates[key] = EstateSlot(found.name if found else name, found)
        slot = self.estates[key]
        if not slot.record and not self._may_make_estate():
            row.refuse(
                "estate",
                self.env._(
                    "there is no such estate among yours. Correct the name, or ask the "
                    "administrator to make the estate."
                ),
            )
        return slot

    def _check_same_estate(self, row, name):
        """Refuse a row of another estate; a single other name is this one spelled differently."""
        own, key = text.compact(self.estate.name), text.compact(name)
        if key not in self._estates_by_key() and (
            own in key or key in own or len(self._estate_names()) == 1
        ):
            return
        row.refuse(
            "estate",
            self.env._(
                "the row is of another estate than “%(estate)s”. Take it in there, or leave the "
                "estate open to take in all.",
                estate=self.estate.name,
            ),
        )

    def _estate_names(self):
        """Return the names of estates in the paper, as names are compared."""
        if not hasattr(self, "_named"):
            self._named = {text.compact(row.text("estate")) for row in self.rows} - {""}
        return self._named

    def _estates_by_key(self):
        if not hasattr(self, "_estate_keys"):
            estates = self.env["property.estate"].search([("company_id", "=", self.company.id)])
            self._estate_keys = {text.compact(estate.name): estate for estate in estates}
        return self._estate_keys

    def _may_make_estate(self):
        return self.env["property.estate"].has_access("create")

    # what a row means ---------------------------------------------------------------------------

    def resolve(self, row):
        """Compare a readable row with what is known."""
        plan = row.plan
        key = (plan.estate, *plan.location.keys)
        if first := self.seen.get(key):
            self._resolve_again(row, first)
            return
        plan.building = self.buildings.get(key[:2])
        plan.unit = self.units.get(key)
        if plan.unit and not (plan.unit.active and plan.building.record.active):
            row.refuse(
                "number",
                self.env._("the unit was archived in the system. Restore it there first."),
            )
        elif plan.unit:
            self._compare_unit(row)
        if row.is_good:
            self._resolve_people(row)
        if not row.is_good:
            return
        self.seen[key] = row
        if not plan.building:
            plan.building = BuildingSlot(plan.estate, plan.location.building)
            self.buildings[key[:2]] = plan.building
        plan.building.floors = max(plan.building.floors, plan.values.get("floor") or 0)
        row.mark("estates", plan.estate, "unchanged" if plan.estate.record else "new")
        row.mark("buildings", plan.building, "unchanged" if plan.building.record else "new")
        row.mark("units", plan, plan.status)
        if plan.enters_owners and not plan.date_start:
            self.undated[id(row.table)] += 1

    def _resolve_again(self, row, first):
        """Decide on a second row of one unit: the same data are nothing new, others refused."""
        if row.plan.values == first.plan.values and row.plan.people == first.plan.people:
            row.is_repeat = True
            row.warn(
                "number",
                self.env._("the same as row %(row)d: it was taken once.", row=first.number),
            )
            return
        different = [
            self.title_of(column)
            for name, column in _COLUMNS.items()
            if row.plan.values.get(name) != first.plan.values.get(name)
        ]
        if row.plan.people != first.plan.people:
            different.append(self.title_of("owner"))
        row.refuse(
            "number",
            self.env._(
                "the unit stands in row %(row)d already, with other data in: %(columns)s. Find out "
                "which row is right and delete the other.",
                row=first.number,
                columns="、".join(different),
            ),
        )

    def _compare_unit(self, row):
        """Find what the row changes of a known unit; an empty cell changes nothing."""
        plan, unit = row.plan, row.plan.unit
        for name, given in plan.values.items():
            if name == "type_id" and row.cell("type") is None:
                continue
            if name == "floor" and row.cell("floor") is None:
                continue
            present = unit[name]
            if present == given or (not present and not given):
                continue
            column = _COLUMNS[name]
            if present and name in _FEE_FIELDS and not self.may_change_fees:
                row.refuse(
                    column,
                    self.env._(
                        "in the system it is %(present)s, and fees depend on it. Ask the manager "
                        "to take the row in.",
                        present=self._label(name, present),
                    ),
                )
                continue
            if name == "state" and given not in unit._workflow_moves[unit.state]:
                row.warn(
                    column,
                    self.env._(
                        "the unit is “%(present)s” in the system and stays so: that cannot go back "
                        "to what the register says.",
                        present=self._label(name, present),
                    ),
                )
                continue
            plan.changes[name] = given
            row.note(
                column,
                self.env._("replaces %(present)s.", present=self._label(name, present))
                if present
                else self.env._("is added."),
            )

    def _label(self, name, present):
        if name == "state":
            return self.env["property.unit"]._state_label(present)
        if name == "type_id":
            return present.name
        if hasattr(present, "year"):
            return fields.Date.to_string(present)
        return f"{present:g}" if isinstance(present, float) else str(present)

    def _resolve_people(self, row):
        """Find who the owners are, and refuse a row that tells of a change of owner."""
        plan = row.plan
        held = self.owner_rows.get(plan.unit, []) if plan.unit else []
        present = [occupancy for occupancy in held if self._goes_on(occupancy)]
        owners = [self.people.by_partner[occupancy.partner_id.id] for occupancy in present]
        try:
            people = [self.people.find(mention, owners) for mention in plan.people]
        except IdentityConflictError as conflict:
            self._refuse_identity(row, conflict.person)
            return
        if held and people and set(people) != set(owners):
            self._refuse_change(row, present)
            return
        people = [
            self.people.take(mention, person)
            for mention, person in zip(plan.people, people, strict=True)
        ]
        self._warn_other_phone(row, people)
        for mention, person in zip(plan.people, people, strict=True):
            row.mark("people", person, person.status)
            row.mark("occupancies", (plan, mention.key), "unchanged" if held else "new")
        plan.owners, plan.enters_owners = people, bool(people) and not held

    def _goes_on(self, occupancy):
        return not occupancy.date_end or occupancy.date_end >= self.today

    def _refuse_identity(self, row, person):
        row.refuse(
            "id_number",
            self.env._(
                "the ID number %(number)s belongs to “%(person)s”, another name than in this row. "
                "Correct the name or the number.",
                number=identity.mask_id(person.id_number),
                person=person.name,
            ),
        )

    def _refuse_change(self, row, present):
        names = "、".join(occupancy.partner_id.name for occupancy in present)
        row.refuse(
            "owner",
            self.env._(
                "in the system the unit is owned by %(names)s. If it has changed hands, use "
                "“Change of owner” on the unit, because the day of the change must be known; if "
                "it is a mistake of writing, correct the name or the ID number.",
                names=names,
            )
            if names
            else self.env._(
                "in the system the unit had owners, and they have ended. Enter the new owner by "
                "“Change of owner” on the unit, because the day must be known."
            ),
        )

    def _warn_other_phone(self, row, people):
        for mention, person in zip(row.plan.people, people, strict=True):
            if mention.phone and person.phone != mention.phone:
                row.warn(
                    "phone",
                    self.env._(
                        "another row gives %(person)s another phone number, which was taken.",
                        person=person.name,
                    ),
                )

    # writing ------------------------------------------------------------------------------------

    def write(self, rows):
        """Write estates, buildings, people, units and owners of some rows, each in one go."""
        self.made_slots, self.made_people = [], []
        plans = [row.plan for row in rows]
        self._write_estates(plans)
        self._write_buildings(plans)
        people = dict.fromkeys(person for plan in plans for person in plan.owners)
        self.made_people = [person for person in people if person.partner is None]
        self.people.write(people)
        new = [plan for plan in plans if not plan.unit]
        units = (
            self.env["property.unit"]
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create([self._unit_values(plan) for plan in new])
        )
        of_plan = dict(zip(new, units, strict=True))
        for plan in plans:
            if plan.unit and plan.changes:
                self._write_changes(plan)
        self.env["property.occupancy"].with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        ).create(
            [
                values
                for plan in plans
                if plan.enters_owners
                for values in self._occupancy_values(plan, plan.unit or of_plan[plan])
            ]
        )

    def undo(self, rows):
        """Forget the records a rolled-back savepoint has taken away."""
        for record in (*self.made_people, *self.made_slots):
            record.forget()

    def done(self, rows):
        """Remember that the people of written rows are written."""
        for row in rows:
            for person in row.plan.owners:
                person.changes = set()

    def _write_estates(self, plans):
        for slot in dict.fromkeys(plan.estate for plan in plans):
            if not slot.record:
                self.made_slots.append(slot)
                slot.record = self.env["property.estate"].create(
                    {
                        "name": slot.name,
                        "code": self._free_code(),
                        "company_id": self.company.id,
                    }
                )

    def _write_buildings(self, plans):
        slots = list(dict.fromkeys(plan.building for plan in plans if not plan.building.record))
        self.made_slots += slots
        buildings = self.env["property.building"].create(
            [
                {
                    "name": slot.name,
                    "estate_id": slot.estate.record.id,
                    "sequence": building_sequence(slot.name),
                    "floors": slot.floors,
                }
                for slot in slots
            ]
        )
        for slot, building in zip(slots, buildings, strict=True):
            slot.record = building

    def _free_code(self):
        taken = set(
            self.env["property.estate"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company.id)])
            .mapped("code")
        )
        return next(code for number in range(1, 9999) if (code := f"E{number:02d}") not in taken)

    @staticmethod
    def _unit_values(plan):
        values = dict(plan.values)
        values["type_id"] = values["type_id"].id
        return {
            **values,
            "building_id": plan.building.record.id,
            "entrance": plan.location.entrance,
            "number": plan.location.number,
        }

    def _write_changes(self, plan):
        changes = dict(plan.changes)
        if "type_id" in changes:
            changes["type_id"] = changes["type_id"].id
        state = changes.pop("state", None)
        if changes:
            plan.unit.write(changes)
        if state:
            plan.unit._set_state(
                state, self.env._("By the register “%(file)s”.", file=self.wizard.filename or "")
            )

    def _occupancy_values(self, plan, unit):
        start = plan.date_start or money.month_start(self.today)
        for position, (person, mention) in enumerate(zip(plan.owners, plan.people, strict=True)):
            yield {
                "unit_id": unit.id,
                "partner_id": person.partner.id,
                "role": "co_owner" if position else "owner",
                "is_payer": not position,
                "share": float(mention.share or 0),
                "date_start": start,
                "title_number": plan.title_number,
            }

    def finish(self):
        """Say once per sheet what was assumed."""
        for table in self.tables:
            if count := self.untyped[id(table)]:
                self.sheet_remarks.append(
                    (
                        table,
                        table.header.row_number,
                        self.env._(
                            "%(count)d rows state no type and are taken as “%(type)s”.",
                            count=count,
                            type=self.default_type.name,
                        ),
                    )
                )
            if count := self.undated[id(table)]:
                self.sheet_remarks.append(
                    (
                        table,
                        table.header.row_number,
                        self.env._(
                            "%(count)d owners have no date of handing over: they are entered from "
                            "%(date)s on. Nobody is charged for the time before.",
                            count=count,
                            date=fields.Date.to_string(money.month_start(self.today)),
                        ),
                    )
                )
