# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which building, entrance and number a line of a register is about."""

import re
from typing import NamedTuple

from ....tools import room, text
from ....tools.value import ValueProblem, is_missing, to_text


class Location(NamedTuple):
    """A unit's place: names to show and keys to compare."""

    building: str
    entrance: str
    number: str

    @property
    def keys(self):
        """(building, entrance, number) as `tools.room` compares them."""
        return (
            room.building_key(self.building),
            room.entrance_key(self.entrance),
            room.room_key(self.number),
        )


class LocationProblem(ValueError):  # noqa: N818 - what is amiss lies in the paper
    """A line whose unit is not certain: the `field` to look at and the `code` of the problem."""

    def __init__(self, field, code):
        super().__init__(field, code)
        self.field = field
        self.code = code


class Locator:
    """Finds the unit of each line of a paper.

    Companies write a room over up to three columns or in one. Where the column of numbers holds
    ``1-101`` beside one of buildings, the 1 is the entrance, unless it repeats the building on
    every such line of several buildings.
    """

    def __init__(self, records):
        repeated = {self._repeated_building(record.values) for record in records}
        self._number_repeats_building = False not in repeated and len(repeated - {None}) > 1

    @staticmethod
    def _repeated_building(values):
        """Return the building the number repeats; False where it names another one, None where
        it names none."""
        try:
            ref = room.split_room(values.get("number"))
            if ref.building is None:
                return None
            return ref.building == room.building_key(values.get("building")) and ref.building
        except ValueProblem:
            return None

    def locate(self, values):
        """Return the `Location` of a line.

        :param dict values: the line's cells by field
        :raises LocationProblem: if the building or number is missing or cannot be read
        """
        building, entrance = values.get("building"), values.get("entrance")
        number, full = values.get("number"), values.get("room")
        field = "number"
        if is_missing(number):
            number, field = full, "room" if not is_missing(full) else "number"
        if is_missing(number):
            raise LocationProblem("number", "missing")
        try:
            if not is_missing(building):
                return self._within(building, entrance, number, field)
            field = "number" if is_missing(full) else "room"
            return self._in_one_cell(entrance, number if is_missing(full) else full, field)
        except ValueProblem as problem:
            raise LocationProblem(field, problem.code) from problem

    def _within(self, building, entrance, number, field):
        """Return the place of a number in a building that has a column of its own."""
        name = room.building_name(building)
        lane = room.entrance_name(entrance)
        try:
            ref = room.split_room(number)
        except ValueProblem as problem:
            if problem.code != "unreadable_room":
                raise
            # a building of its own makes any text a number
            return Location(name, lane, number_name(number))
        if ref.building is None:
            given = room.entrance_name(ref.entrance) if ref.entrance else ""
            bare = number_name(number) if not given else ref.number
            return Location(name, lane or given, bare)
        same = ref.building == room.building_key(building)
        if same and (ref.entrance or lane or self._number_repeats_building or field == "room"):
            return Location(name, lane or room.entrance_name(ref.entrance), ref.number)
        if not ref.entrance and not lane and field == "number":
            return Location(name, room.entrance_name(ref.building), ref.number)
        raise LocationProblem(field, "other_building")

    @staticmethod
    def _in_one_cell(entrance, full, field):
        """Return the place of a room written in full in one cell."""
        ref = room.split_room(full)
        if not ref.building:
            raise LocationProblem("building" if field == "number" else field, "no_building")
        lane = room.entrance_name(entrance) or room.entrance_name(ref.entrance)
        return Location(building_label(ref.building), lane, ref.number)


def building_label(key):
    """Return the name to show for a building of which only the key is known."""
    if re.fullmatch("[A-Z]", key):
        return f"{key}座"
    return room.building_name(key)


def number_name(value):
    """Return a unit's number to show: without 室 or 号, zeros in front kept as they are."""
    name = text.compact(to_text(value)).upper()
    return re.sub(r"(?<=[0-9A-Z])(?:号房|室|房|号|户)$", "", name)


def building_sequence(name):
    """Return the place of a building in lists: numbered ones by number, then by letter."""
    key = room.building_key(name)
    if match := re.match(r"\d+", key):
        return min(int(match.group()), 9999)
    if re.match("[A-Z]", key):
        return 10000 + ord(key[0])
    return 11000


def floor_of(number):
    """Return the floor a plain room number tells (``1203`` -> 12), or None."""
    match = re.fullmatch(r"(\d{1,3})\d{2}", number)
    return int(match.group(1)) or None if match else None
