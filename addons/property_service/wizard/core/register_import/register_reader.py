# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A row of a register as it is written: types, use states, areas, dates."""

from ....tools import money, room, text, value
from .location import LocationProblem, floor_of
from .people import read_people
from .register_plan import UnitPlan

#: words of a register for the use status (handbook A §1)
STATE_WORDS = {
    "未售": "unsold",
    "待售": "unsold",
    "未出售": "unsold",
    "已售未交付": "sold_pending",
    "已售未交房": "sold_pending",
    "未交付": "sold_pending",
    "未交房": "sold_pending",
    "已交付": "handed_over",
    "已交付未装修": "handed_over",
    "已交房": "handed_over",
    "未装修": "handed_over",
    "毛坯": "handed_over",
    "已收房": "handed_over",
    "装修中": "renovating",
    "装修": "renovating",
    "在装": "renovating",
    "自住": "occupied_owner",
    "业主自住": "occupied_owner",
    "已入住": "occupied_owner",
    "入住": "occupied_owner",
    "常住": "occupied_owner",
    "自用": "occupied_owner",
    "出租": "leased",
    "已出租": "leased",
    "租赁": "leased",
    "租住": "leased",
    "空置": "vacant",
    "空关": "vacant",
    "空房": "vacant",
    "未入住": "vacant",
    "闲置": "vacant",
    "托管": "trusteeship",
    "自营": "business",
    "经营": "business",
    "营业": "business",
    "商用": "business",
}
_SHOWN_STATES = (
    "自住",
    "出租",
    "空置",
    "装修中",
    "自营",
    "未售",
    "已售未交付",
    "已交付",
    "托管",
)
#: units of these categories have an area by which they are charged
_MEASURED = ("home", "shop", "office")


class RegisterReader:
    """Reads a row of a register into a `UnitPlan`; a part of `RegisterEngine`."""

    def read(self, row):
        """Read a row into a `UnitPlan`."""
        try:
            location = self.locator.locate(row.record.values)
        except LocationProblem as problem:
            row.refuse(problem.field, code=problem.code)
            location = None
        unit_type = self._read_type(row)
        measured = not unit_type or unit_type.category in _MEASURED
        values = {
            "type_id": unit_type,
            "state": self._read_state(row),
            "floor": row.read("floor", room.to_floor, weak=True),
            "gross_area": self._read_area(row, measured),
            "layout": row.text("layout"),
            "orientation": row.text("orientation"),
            "shared_area": self._read_side_area(row, "shared_area"),
            "land_area": self._read_side_area(row, "land_area"),
            "handover_date": row.read("handover_date", value.to_date),
            "fee_date_start": row.read("charge_start", value.to_date),
            "plate": text.compact(row.text("plate")).upper(),
            "remark": row.text("remark"),
            "address": self._read_address(row),
        }
        values["inner_area"] = self._read_inner_area(row, values["gross_area"])
        if values["floor"] is None and location:
            values["floor"] = floor_of(location.keys[2])
        row.plan = UnitPlan(
            location=location,
            values={name: given for name, given in values.items() if given not in (None, "")},
            people=read_people(row, self.today),
            date_start=values["handover_date"] or values["fee_date_start"],
            title_number=row.text("title_number"),
        )
        self._check_shares(row)

    def _read_type(self, row):
        word = row.text("type")
        if not word:
            if self.default_type:
                self.untyped[id(row.table)] += 1
                return self.default_type
            row.refuse(
                "type",
                self.env._(
                    "the type is missing. Fill it in, or choose above which type rows without one "
                    "have."
                ),
            )
            return None
        found = self.types.get(word) or self.types.get(text.compact(word))
        if not found:
            row.refuse(
                "type",
                self.env._(
                    "this type is not known. Known are: %(types)s. Correct the word, or have the "
                    "manager add it to the synonyms of a unit type.",
                    types="、".join(dict.fromkeys(kind.name for kind in self.types.values())),
                ),
            )
        return found

    def _read_state(self, row):
        word = text.compact(row.text("use_state"))
        if not word:
            return None
        states = self._state_words()
        if word not in states:
            row.refuse(
                "use_state",
                self.env._(
                    "this use status is not known. Write one of: %(words)s.",
                    words="、".join(_SHOWN_STATES),
                ),
            )
        return states.get(word)

    def _state_words(self):
        if not hasattr(self, "_states"):
            labels = self.env["property.unit"]._fields["state"]._description_selection(self.env)
            self._states = {**{text.compact(label): key for key, label in labels}, **STATE_WORDS}
        return self._states

    def _read_area(self, row, measured):
        """Return the gross area in m²; a home, shop or office needs one."""
        if not measured and row.cell("gross_area") is None:
            return None
        reader = value.to_area if measured else _to_size
        return _rounded(row.read("gross_area", reader, needed=measured))

    def _read_inner_area(self, row, gross_area):
        area = _rounded(row.read("inner_area", _to_size))
        if area and gross_area and area > gross_area:
            row.refuse(
                "inner_area",
                self.env._(
                    "larger than the gross floor area of %(area)s m². Correct one of them.",
                    area=gross_area,
                ),
            )
        return area or None

    @staticmethod
    def _read_side_area(row, name):
        return _rounded(row.read(name, _to_size, weak=True)) or None

    @staticmethod
    def _read_address(row):
        """Return the full address where the sheet has one beside the unit's number."""
        title = row.table.header.titles.get("room", "")
        if row.cell("number") is None or not ("坐落" in title or "地址" in title):
            return ""
        return row.text("room")

    def _check_shares(self, row):
        shares = [mention.share for mention in row.plan.people if mention.share]
        if sum(shares) > 100:
            row.refuse(
                "owner",
                self.env._("the owners' shares come to %(sum)s %%. Correct them.", sum=sum(shares)),
            )


def _to_size(raw):
    """Return an area that may be zero, never negative."""
    return value.to_decimal(raw, negative=False)


def _rounded(area):
    """Return an area as it is kept: two decimals, half up."""
    return None if area is None else float(money.round_half_up(area))
