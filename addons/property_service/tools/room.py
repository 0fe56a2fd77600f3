"""Buildings, entrances, floors and rooms: one key for every way of writing them.

Keys are compared, never shown: ``1栋``, ``1#楼``, ``一号楼`` and ``01幢`` all have the key ``1``.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from .text import compact, one_dash, with_arabic_digits, without_leading_zeros
from .value import ValueProblem, is_missing, to_text


class RoomRef(NamedTuple):
    """A room by keys. None: the text does not tell; "" as entrance: the room has none."""

    building: str | None
    entrance: str | None
    number: str


_BUILDING_SUFFIX = r"(?:号?楼栋|号楼|#楼|号栋|号幢|号座|栋楼|栋|幢|座|#|号院|楼|号)"
_BUILDING = re.compile(rf"(.*?[0-9A-Z甲乙丙丁戊东南西北中]){_BUILDING_SUFFIX}")
_BUILDING_NAME = re.compile(rf"第?[0-9A-Z]{{1,3}}-?[0-9A-Z]?{_BUILDING_SUFFIX}")


def _normal(value: Any) -> str:
    """Return upper-case text without blanks, its Chinese numerals in digits."""
    if isinstance(value, dt.date | dt.time):
        raise ValueProblem("became_date", value)
    return with_arabic_digits(compact(to_text(value))).upper()


def _normal_text(value: Any) -> str:
    """Return as `_normal`, with its blanks: in free text they part a date from a room."""
    text = with_arabic_digits(one_dash(to_text(value))).upper()
    return re.sub(r" ?([-#]) ?", r"\1", text)


def building_key(value: Any) -> str:
    """Return the key of a building, "" for an empty cell.

    :raise ValueProblem: became_date, formula, error_value
    """
    if is_missing(value):
        return ""
    text = _normal(value).removeprefix("第")
    if match := _BUILDING.fullmatch(text):
        text = match.group(1)
    return without_leading_zeros(text)


def building_name(value: Any) -> str:
    """Return the name to show for a building that is not in the system yet: ``1栋`` for every
    spelling of a plain number, else the text as given.

    :raise ValueProblem: as `building_key`
    """
    key = building_key(value)
    return f"{key}栋" if key.isdigit() else to_text(value).strip()


def is_building_name(text: str) -> bool:
    """Tell whether a text is plainly a numbered building and nothing else: ``1栋``, ``A座``."""
    return bool(_BUILDING_NAME.fullmatch(_normal(text)))


def entrance_key(value: Any) -> str:
    """Return the key of an entrance, "" where there is none.

    :raise ValueProblem: as `building_key`
    """
    if is_missing(value):
        return ""
    text = _normal(value).removeprefix("第")
    text = re.sub(r"(?<=[0-9A-Z东南西北])(?:单元|号?门栋?|号?梯|U)$", "", text)
    return without_leading_zeros(text)


def entrance_name(value: Any) -> str:
    """Return the name to show for an entrance: ``1单元`` for every spelling of a plain number.

    :raise ValueProblem: as `building_key`
    """
    key = entrance_key(value)
    return f"{key}单元" if key.isdigit() else ("" if not key else to_text(value).strip())


def room_key(value: Any) -> str:
    """Return the key of a room number within its entrance, "" for an empty cell.

    :raise ValueProblem: as `building_key`
    """
    if is_missing(value):
        return ""
    text = re.sub(r"(?<=[0-9A-Z])(?:号房|室|房|号|户)$", "", _normal(value))
    # 0101 and 101 are one room; S01 is the shop's full number
    return without_leading_zeros(text) if text.isdigit() else text


_FLOOR = re.compile(r"(?:第)?(-|负|B|地下)?(?:F|L)?(\d{1,3})(?:层|楼|F)?")


def to_floor(value: Any) -> int:
    """Return a floor; below ground it is negative: ``B1``, ``负一层``, ``地下1层`` -> -1.

    :raise ValueProblem: missing, became_date, unreadable_floor (also ``1-2层``), formula,
        error_value
    """
    if is_missing(value):
        raise ValueProblem("missing", value)
    match = _FLOOR.fullmatch(_normal(value))
    if not match:
        raise ValueProblem("unreadable_floor", value)
    below, floor = match.groups()
    return -int(floor) if below else int(floor)


# --- a full room in one cell -------------------------------------------------------------------

_NUMBER = r"[A-Z]{0,2}\d{1,5}[A-Z]?"
_SPOKEN = re.compile(
    rf"(?P<building>[^-]+?{_BUILDING_SUFFIX})?-?(?P<entrance>(?:\d{{1,2}}|[A-Z])(?:单元|门|梯))?-?"
    rf"(?:(?<!\d)\d{{1,2}}[层F]-?)?(?P<number>{_NUMBER})(?:号房|室|房|号|户)?"
)
_PART = re.compile(rf"(?P<number>{_NUMBER})(?:号房|室|房|号|户)?")


def split_room(value: Any) -> RoomRef:
    """Return the room a cell names in full: ``2栋-1单元-204``, ``2栋1单元204室``, ``2-1-204``,
    ``2#1单元204``, ``商业街--S11``, ``A座1203``; a plain ``204`` leaves the building open.

    ``2-204`` names building 2 without an entrance; a floor between (``2栋1单元3层301``) is
    dropped, for the room's number says it.

    :raise ValueProblem: missing, became_date, unreadable_room, formula, error_value
    """
    if is_missing(value):
        raise ValueProblem("missing", value)
    text = _normal(value).replace("/", "-").replace("_", "-")
    parts = text.split("-")
    if len(parts) == 4 and re.fullmatch(r"\d{1,2}(?:层|F|楼)", parts[2]):
        del parts[2]
    if len(parts) == 3:
        if not parts[0] or not (match := _PART.fullmatch(parts[2])):
            raise ValueProblem("unreadable_room", value)
        return RoomRef(building_key(parts[0]), entrance_key(parts[1]), room_key(match["number"]))
    if match := _SPOKEN.fullmatch(text):
        if match["building"]:
            return RoomRef(
                building_key(match["building"]),
                entrance_key(match["entrance"]),
                room_key(match["number"]),
            )
        entrance = entrance_key(match["entrance"]) if match["entrance"] else None
        return RoomRef(None, entrance, room_key(match["number"]))
    if len(parts) == 2 and parts[0] and (match := _PART.fullmatch(parts[1])):
        return RoomRef(building_key(parts[0]), "", room_key(match["number"]))
    raise ValueProblem("unreadable_room", value)


# --- rooms in free text ------------------------------------------------------------------------

# What follows a number that is an amount, a date, a quantity, not a room.
_NO_ROOM_AFTER = r"(?!\d|\.\d| ?(?:元|块|圆|年|月|日|个月|度|吨|平|M2|%|:)|,\d{3}\.\d)"
_ROOM = rf"(?P<number>[A-Z]?\d{{3,4}}[A-Z]?|[A-Z]\d{{1,2}}){_NO_ROOM_AFTER}(?![A-Z\d])"
_GAP = r"[-,，。·_ ]*"
_WITH_BUILDING = re.compile(
    r"(?<![\dA-Z.月])(?P<building>\d{1,3}|[A-Z]\d{0,2})"
    r"(?:号楼|#楼|号栋|栋|幢|座|#|楼(?!\d+元)|号(?=[-,]*\d{1,2}(?:单元|门|梯|-)))"
    rf"{_GAP}(?:(?P<entrance>\d{{1,2}}|[A-Z])(?:单元|门|梯|-){_GAP})?(?:\d{{1,2}}(?:层|楼|F){_GAP})?"
    rf"{_ROOM}"
)
# Room numbers 2015–2049 in a row of bare figures are years: 11-03-2026.
_YEAR = re.compile(r"20(?:1[5-9]|[2-4]\d)")
_FIGURES = re.compile(
    r"(?<![\d.\-/:年A-Z])(?P<building>\d{1,2}|[A-Z]\d?)-(?:(?P<entrance>\d{1,2})(?:单元)?-)?"
    rf"(?P<number>[A-Z]?\d{{3,4}}){_NO_ROOM_AFTER}(?![A-Z\d\-/])"
)
_ENTRANCE_ONLY = re.compile(rf"(?<![\dA-Z])(?P<entrance>\d{{1,2}})单元{_GAP}{_ROOM}")
_ROOM_ONLY = re.compile(r"(?<![\dA-Z.\-])(?P<number>\d{3,4})(?:室|号房|房(?!租|屋|款))")
_SHOP = re.compile(rf"(?<![\dA-Z.\-])-*(?P<number>[A-Z]\d{{2,3}}){_NO_ROOM_AFTER}(?![A-Z\d\-])")
_FURTHER = re.compile(rf"(?:[、,和及/](?P<number>\d{{3,4}}){_NO_ROOM_AFTER}(?![A-Z\d\-]))")


def find_room_in_text(value: Any, buildings: Iterable[str] = ()) -> list[RoomRef]:
    """Return the rooms a payment's free text may mean, in the order they stand there, each once.

    Dates, amounts, phone and card numbers are not taken for rooms. A candidate is only what the
    text says: whether the estate has such a room is for the caller to check, and more than one
    candidate, or one without a building, is rather a case for a human than for a guess.

    :param value: the text; anything but text gives no room
    :param buildings: names of the estate's buildings. Given, they make buildings with a name
        (``商业街``) known, and candidates in buildings not among them are dropped.
    """
    if not isinstance(value, str) or is_missing(value):
        return []
    # long runs of digits (cards, phones, order numbers) can hold no room
    text = re.sub(r"\d{5,}", lambda match: _TAKEN * len(match.group()), _normal_text(value))
    names = {building_key(name): _normal(name) for name in buildings}
    found: list[tuple[int, RoomRef]] = []
    for key, name in names.items():
        if key == name:  # a name of its own, not a number with 栋 or 座
            pattern = re.compile(rf"{re.escape(name)}{_GAP}{_ROOM}")
            text = _take_rooms(pattern, text, found, building=key)
    for pattern in (_WITH_BUILDING, _FIGURES, _ENTRANCE_ONLY, _ROOM_ONLY, _SHOP):
        text = _take_rooms(pattern, text, found)
    refs = [ref for _start, ref in sorted(found, key=lambda item: item[0])]
    if names:
        refs = [ref for ref in refs if ref.building is None or ref.building in names]
    return list(dict.fromkeys(refs))


_TAKEN = "~"


def _take_rooms(
    pattern: re.Pattern[str],
    text: str,
    found: list[tuple[int, RoomRef]],
    building: str | None = None,
) -> str:
    """Add the rooms the pattern finds, with their places, to `found`; return the text with what
    was read struck out, so that no weaker pattern reads a part of it again."""
    for match in pattern.finditer(text):
        groups = match.groupdict()
        if pattern is _FIGURES and _YEAR.fullmatch(groups["number"]):
            continue
        key, entrance = building, groups.get("entrance")
        if groups.get("building"):
            key = building_key(groups["building"])
        if key is not None:
            entrance = entrance_key(entrance)
        ref = RoomRef(key, entrance, room_key(groups["number"]))
        found.append((match.start(), ref))
        end = match.end()
        # 2栋1单元1301、1302: one building named for several rooms
        while key is not None and (further := _FURTHER.match(text, end)):
            found.append((further.start(), ref._replace(number=room_key(further["number"]))))
            end = further.end()
        text = text[: match.start()] + _TAKEN * (end - match.start()) + text[end:]
    return text
