"""Find the header line of a sheet and the field behind each of its columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from .layout import Layout
from .sheet import Row, Sheet
from .text import compact

# A header stands below at most a title, notes and account lines.
SEARCHED_ROWS = 30


@dataclass
class Header:
    """Where a sheet's header is and what it says.

    `row_number` is the (last) header line as the spreadsheet numbers it; `columns` maps each
    field found to its column's index, `titles` to what the sheet calls it; `unknown` lists the
    titles no field answers to; `missing` the usual names of required columns that are lacking
    (``房号/房屋坐落`` where either would do).
    """

    row_number: int
    columns: dict[str, int]
    titles: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every required column was found."""
        return not self.missing


_UNIT = (
    r"m2|平方米|平米|平方|元|人民币|rmb|cny|¥|度|吨|m3|立方米|%|"
    r"必填|选填|可选|必填项|含税|[+-]?元|\+|-|元/.*|[ymd\-/.年月日]+|\*"
)
_BRACKETED_UNIT = re.compile(rf"[(\[【<]\s*[+-]?(?:{_UNIT})\s*[)\]】>]", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[【<][^)\]】>]*[)\]】>]")
_TRAILING_UNIT = re.compile(r"(?:[/_:,]?(?:m2|平方米|平米))$")
_NOISE = re.compile(r"[()\[\]【】<>*:#'\"“”、,，/\\|_.·+\-]")
# Bracketed words that make another column of it: 面积(套内) is not 面积.
_TELLING = re.compile("套内|使用|公摊|分摊|土地|建筑|产权|借|贷|收入|支出|租户|紧急|备用|上|本")
# Words put before or after a column's name that change nothing.
_PREFIX = re.compile("^(?:业主|房屋|房产|客户|住户|产权人|物业|所属|本)")
_SUFFIX = re.compile("(?:信息|名称|号码)$")


@cache
def normalise(title: str) -> str:
    """Return a column title in the form titles are compared in: half-width, lower case, without
    blanks, line breaks, punctuation and units."""
    title = compact(title).lower()
    title = _BRACKETED_UNIT.sub("", title)
    title = _TRAILING_UNIT.sub("", title)
    return _NOISE.sub("", title)


@cache
def _spellings(title: str) -> tuple[str, ...]:
    """Return the forms under which a title is looked up, the most faithful first."""
    forms = [normalise(title)]
    brackets = "".join(_BRACKETED.findall(compact(title)))
    if brackets and not _TELLING.search(brackets):
        forms.append(normalise(_BRACKETED.sub("", compact(title))))
    for form in tuple(forms):
        bare = _PREFIX.sub("", form)
        forms += [bare, _SUFFIX.sub("", form), _SUFFIX.sub("", bare)]
    return tuple(dict.fromkeys(form for form in forms if form))


@cache
def _synonyms(kind_columns: tuple) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return normalised synonym -> the (field, rank) pairs it may stand for."""
    known: dict[str, list[tuple[str, int]]] = {}
    for column in kind_columns:
        for rank, synonym in enumerate(column.synonyms):
            known.setdefault(normalise(synonym), []).append((column.field, rank))
    return {name: tuple(pairs) for name, pairs in known.items()}


def _match(titles: list[str | None], layout: Layout) -> dict[str, int]:
    """Return field -> column index for the titles that are known.

    Every title serves one field only. Required fields choose first; where two titles claim a
    field, the better spelled and the more usual one has it.
    """
    known = _synonyms(layout.columns)
    needed = {name for group in layout.required for name in group}
    claims = []
    for index, title in enumerate(titles):
        if title:
            for distance, spelling in enumerate(_spellings(title)):
                for name, rank in known.get(spelling, ()):
                    claims.append((distance > 0, name not in needed, rank, distance, index, name))
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for _loose, _optional, _rank, _distance, index, name in sorted(claims):
        if name not in columns and index not in taken:
            columns[name] = index
            taken.add(index)
    return dict(sorted(columns.items(), key=lambda item: item[1]))


def _titles(row: Row) -> list[str | None]:
    return [
        value.strip() if isinstance(value, str) and 0 < len(value.strip()) <= 40 else None
        for value in row.values
    ]


def _joined(upper: list[str | None], lower: list[str | None], layout: Layout) -> list[str | None]:
    """Return the titles of a header written over two lines."""
    known = _synonyms(layout.columns)
    titles: list[str | None] = []
    group = None  # an upper title stands over the untitled columns to its right as well
    for index in range(max(len(upper), len(lower))):
        above = upper[index] if index < len(upper) else None
        below = lower[index] if index < len(lower) else None
        group = above or (group if below else None)
        if not below or below == above:
            titles.append(above)
        elif group and any(normalise(pair) in known for pair in (below + group, group + below)):
            titles.append(below + group if normalise(below + group) in known else group + below)
        else:
            titles.append(below)
    return titles


def _missing(columns: Iterable[str], layout: Layout) -> list[str]:
    return [
        "/".join(layout.column(name).title for name in group)
        for group in layout.required
        if not any(name in columns for name in group)
    ]


def find_header(sheet: Sheet, layout: Layout) -> Header | None:
    """Return the header found in the sheet's first lines, or None if no line looks like one.

    The line that names the most columns wins, the upper one of equals; required columns count
    double. Two lines together win only where they name more than either alone.
    """
    rows = sheet.rows[:SEARCHED_ROWS]
    candidates = []
    for position, row in enumerate(rows):
        titles = _titles(row)
        columns = _match(titles, layout)
        score = _score(columns, layout)
        candidates.append((score, -position, row.number, titles, columns))
        if position + 1 < len(rows) and _is_subheader(rows[position + 1]):
            lower = _titles(rows[position + 1])
            joined = _joined(titles, lower, layout)
            columns = _match(joined, layout)
            if _score(columns, layout) > max(score, _score(_match(lower, layout), layout)):
                # a hair less than its score, so that one line is preferred to two
                score = _score(columns, layout) - 0.5
                candidates.append((score, -position, rows[position + 1].number, joined, columns))
    if not candidates:
        return None
    score, _position, number, titles, columns = max(candidates, key=lambda item: item[:2])
    if len(columns) < 2:
        return None
    used = set(columns.values())
    return Header(
        row_number=number,
        columns=columns,
        titles={name: titles[index] or "" for name, index in columns.items()},
        unknown=[title for index, title in enumerate(titles) if title and index not in used],
        missing=_missing(columns, layout),
    )


def _score(columns: dict[str, int], layout: Layout) -> float:
    required = sum(any(name in columns for name in group) for group in layout.required)
    return len(columns) + required


def _is_subheader(row: Row) -> bool:
    """Tell whether a line has words only, as the lower line of a header does."""
    return all(
        value is None or (isinstance(value, str) and not re.search(r"\d", value))
        for value in row.values
    )


def find_tables(sheets: Iterable[Sheet], layout: Layout) -> list[tuple[Sheet, Header]]:
    """Return the sheets that hold a table of the given layout, with their headers.

    All complete ones are returned, since companies keep one sheet per building; hidden sheets
    only where no visible one will do. If none is complete, the one that lacks least is returned
    alone, so that its `Header.missing` can be shown. An empty list: no sheet is like it at all.
    """
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet, layout))]
    complete = [pair for pair in found if pair[1].is_complete]
    if complete:
        return [pair for pair in complete if pair[0].visible] or complete
    return sorted(found, key=lambda pair: (len(pair[1].missing), -len(pair[1].columns)))[:1]
