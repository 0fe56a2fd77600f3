"""The data lines under a header: values by field, without totals, notes and blank lines."""

import re
from dataclasses import dataclass, field
from typing import Any

from .header import Header, find_tables
from .layout import Column, Layout
from .room import building_key, is_building_name
from .sheet import Row, Sheet
from .text import clean


@dataclass
class Record:
    """One data line.

    `values` has every field of the header (None where empty), as the sheet holds it; `inherited`
    names the fields whose value stands further up (a building named once, a merged cell).
    """

    sheet: str
    row_number: int
    values: dict[str, Any]
    inherited: frozenset[str] = frozenset()


@dataclass
class Table:
    """A sheet's records, and the lines left out: (row number, why), where why is ``total``,
    ``note``, ``header`` (repeated on each printed page) or ``heading`` (a building's name on a
    line of its own)."""

    sheet: Sheet
    header: Header
    records: list[Record] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)


_TOTAL = re.compile(r"^(?:本页|本栋|本楼|全部|总)?(?:合计|总计|小计|共计|累计|总数)")
_NOTE = re.compile(
    r"^(?:注|备注|说明|附注|制表|填表|审核|复核|编制|打印|经办|制单|单位负责人|日期)(?:人|日期|时间)?[::]"
    r"|^[#*-]{2,}|^#"
)
# WeChat closes its bill with a header and a line of sums of its own.
_SUMMARY_HEADER = re.compile("^总交易单数|^总笔数|^交易合计")
# A sequence number proves nothing: sheets are numbered ahead.
_NO_CONTENT = frozenset({"sequence", "remark"})


def read_tables(sheets: list[Sheet], layout: Layout) -> list[Table]:
    """Return the tables of the given layout with their records; see `find_tables` for which.

    A table whose header lacks required columns comes without records.
    """
    return [
        read_records(sheet, header, layout)
        if header.is_complete
        else Table(sheet=sheet, header=header)
        for sheet, header in find_tables(sheets, layout)
    ]


def read_records(sheet: Sheet, header: Header, layout: Layout) -> Table:
    """Return the records below the header.

    An empty cell of a carrying column takes the value above it: the building from the nearest
    line that names one; what hangs on the building (the entrance) only while the building, too,
    is left empty, so that a shop without an entrance is not put into the entrance above.
    """
    table = Table(sheet=sheet, header=header)
    carried: dict[str, Any] = {}
    columns = {name: layout.column(name) for name in header.columns}
    carrying = [column.field for column in layout.columns if column.carries]
    for row in sheet.rows:
        if row.number <= header.row_number:
            continue
        reason = _reason_to_skip(row.values, header)
        if reason == "end":
            table.skipped += [
                (rest.number, "total") for rest in sheet.rows if rest.number >= row.number
            ]
            break
        if reason:
            table.skipped.append((row.number, reason))
            continue
        values, inherited = _values(row, header, columns)
        given = {name for name, value in values.items() if value is not None} - inherited
        if heading := _heading(row.values, given, values):
            if "building" in carrying:
                carried = {"estate": carried.get("estate"), "building": heading}
            table.skipped.append((row.number, "heading"))
            continue
        if not any(columns[name].repeats for name in given - _NO_CONTENT):
            # figures that belong to nothing are a sum without a word
            is_sum = given - _NO_CONTENT
            table.skipped.append((row.number, "total" if is_sum else "note"))
            continue
        _carry(carrying, carried, values, inherited)
        table.records.append(Record(sheet.name, row.number, values, frozenset(inherited)))
    return table


def _values(
    row: Row, header: Header, columns: dict[str, Column]
) -> tuple[dict[str, Any], set[str]]:
    """Return a line's values by field, and the fields that have theirs from a merged cell."""
    values: dict[str, Any] = {}
    inherited = set()
    for name, index in header.columns.items():
        value = row.values[index] if index < len(row.values) else None
        if isinstance(value, str) and not value.strip():
            value = None
        if value is not None and index in row.filled:
            if columns[name].repeats:
                inherited.add(name)
            else:
                value = None
        values[name] = value
    return values, inherited


def _carry(
    carrying: list[str], carried: dict[str, Any], values: dict[str, Any], inherited: set[str]
) -> None:
    for position, name in enumerate(carrying):
        if values.get(name) is not None:
            if name not in inherited and values[name] != carried.get(name):
                for lower in carrying[position + 1 :]:
                    carried.pop(lower, None)
            carried[name] = values[name]
            continue
        upper = carrying[position - 1] if position else None
        if upper in values and values[upper] is not None and upper not in inherited:
            # the line names its building but no entrance: it has none
            carried.pop(name, None)
        elif carried.get(name) is not None:
            values[name] = carried[name]
            inherited.add(name)


def _reason_to_skip(values: tuple[Any, ...], header: Header) -> str | None:
    cells = [(index, value) for index, value in enumerate(values) if value not in (None, "")]
    texts = [clean(value) for _index, value in cells if isinstance(value, str)]
    first = texts[0].replace(" ", "") if texts else ""
    if _SUMMARY_HEADER.match(first):
        return "end"
    if _TOTAL.match(first) and cells[0][1] is not None and isinstance(cells[0][1], str):
        return "total"
    if _NOTE.match(first) and len(cells) <= 4:
        return "note"
    titles = {header.titles[name]: index for name, index in header.columns.items()}
    repeated = sum(
        isinstance(value, str) and titles.get(value.strip()) == index for index, value in cells
    )
    if repeated >= 2 and repeated * 2 >= len(cells):
        return "header"
    if len(cells) == 1 and isinstance(cells[0][1], str) and len(first) > 12:
        return "note"
    return None


def _heading(values: tuple[Any, ...], given: set[str], by_field: dict[str, Any]) -> str | None:
    """Return the building named by a line that holds nothing else."""
    cells = [value for value in values if value not in (None, "")]
    if len(cells) != 1 or not isinstance(cells[0], str):
        return None
    if given == {"building"} or is_building_name(cells[0]):
        return cells[0] if building_key(cells[0]) else None
    return None
