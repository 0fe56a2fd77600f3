# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The units of an estate, found by every way of writing a room."""

from collections import defaultdict

from ....tools import room


class UnitIndex:
    """Units by building, entrance and number as `tools.room` compares them."""

    def __init__(self, units):
        self.by_place = {}
        self.by_building = defaultdict(list)
        self.by_number = defaultdict(list)
        self.buildings = units.building_id.mapped("name")
        for unit in units:
            place = (
                unit.building_id.name_key,
                room.entrance_key(unit.entrance),
                room.room_key(unit.number),
            )
            self.by_place[place] = unit
            self.by_building[place[0], place[2]].append(unit)
            self.by_number[place[2]].append(unit)

    def find(self, ref):
        """Return the units a `RoomRef` may mean: one where it is certain.

        A part the text leaves out (building, entrance) is no obstacle as long as only one unit
        fits.
        """
        if ref.building is not None:
            if unit := self.by_place.get((ref.building, ref.entrance or "", ref.number)):
                return [unit]
            if ref.entrance:
                return []
            return self.by_building.get((ref.building, ref.number), [])
        found = self.by_number.get(ref.number, [])
        if ref.entrance:
            found = [unit for unit in found if room.entrance_key(unit.entrance) == ref.entrance]
        return found
