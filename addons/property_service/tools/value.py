"""Read single cells: text, numbers, dates, phones, people.

Every reader takes a cell as `sheet.read_workbook` gives it (None, str, int, float, bool, date,
datetime, Uncomputed) and returns a value or raises `ValueProblem` with one of `PROBLEMS`.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .sheet import Uncomputed
from .text import clean, compact, with_arabic_digits

PROBLEMS = {
    "missing": "the cell is empty or holds a dash",
    "formula": "a formula without a computed value",
    "error_value": "a formula that failed: #REF!, #N/A, …",
    "became_date": "a text such as 1-2 which the spreadsheet turned into a date",
    "not_a_number": "no number can be read",
    "zero": "zero where a positive number is due",
    "negative": "below zero where that cannot be",
    "unreadable_date": "no date can be read",
    "incomplete_date": "year and month only",
    "two_digit_year": "the century is not given",
    "impossible_date": "no such day, as 30 February",
    "date_out_of_range": "before 1900 or after 2100",
    "unreadable_phone": "no phone number can be read",
    "phone_lost_digits": "the phone was shown as 1.5E+10 and its digits are gone",
    "id_count": "not as many ID numbers as people",
    "id_lost_digits": "the ID number was kept as a number and lost its last digits",
    "unreadable_floor": "no single floor can be read",
    "unreadable_building": "no building can be read",
    "unreadable_room": "no room can be read",
}


class ValueProblem(ValueError):  # noqa: N818 - what is amiss lies in the paper
    """A cell that cannot be taken: `code` is a key of `PROBLEMS`, `raw` what the cell holds."""

    def __init__(self, code: str, raw: Any = None):
        super().__init__(code, raw)
        self.code = code
        self.raw = raw


_PLACEHOLDERS = frozenset({"", "-", "--", "---", "/", "//", "\\", "无", "暂无", "n/a", "null"})
_ERROR_VALUES = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


def is_missing(value: Any) -> bool:
    """Tell whether a cell is empty or holds one of the signs people put for nothing: - / 无."""
    if isinstance(value, str):
        return compact(value).lower() in _PLACEHOLDERS
    return value is None or (isinstance(value, float) and math.isnan(value))


def _refuse_formula(value: Any) -> None:
    if isinstance(value, Uncomputed):
        raise ValueProblem("formula", str(value))
    if isinstance(value, str) and value.strip().upper() in _ERROR_VALUES:
        raise ValueProblem("error_value", value)


def to_text(value: Any) -> str:
    """Return a cell as clean text, "" where it is empty; a number without a needless ``.0``.

    :raise ValueProblem: formula, error_value
    """
    _refuse_formula(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else _plain(_from_float(value))
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    return clean(str(value))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _from_float(value: float) -> Decimal:
    """Return the decimal a spreadsheet shows: it keeps 15 digits, the rest is binary noise."""
    return Decimal(f"{value:.15g}")


# --- numbers -----------------------------------------------------------------------------------

_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|¥|\$)", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:平方米|平米|平方|平|m2|m²|㎡|m3|立方米|立方|方|元整|元|圆|块钱|块|吨|度|kwh|位|户|个|辆)"
    r"(?:/.*)?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")


def to_decimal(value: Any, zero: bool = True, negative: bool = True) -> Decimal:
    """Return the exact number of a cell: ``111.86㎡``, full-width digits, ``1,234.50``,
    ``￥2.85``, ``2.85元/㎡·月``, ``(88.50)`` for minus.

    :param zero: whether zero is allowed
    :param negative: whether numbers below zero are
    :raise ValueProblem: missing, formula, error_value, not_a_number, zero, negative
    """
    _refuse_formula(value)
    if is_missing(value):
        raise ValueProblem("missing", value)
    number = _read_number(value)
    if number is None:
        raise ValueProblem("not_a_number", value)
    if number < 0 and not negative:
        raise ValueProblem("negative", value)
    if number == 0 and not zero:
        raise ValueProblem("zero", value)
    return number


def to_area(value: Any) -> Decimal:
    """Return an area: `to_decimal` which must be above zero."""
    return to_decimal(value, zero=False, negative=False)


def _read_number(value: Any) -> Decimal | None:
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _from_float(value) if math.isfinite(value) else None
    text = compact(str(value))
    if text.startswith("="):
        raise ValueProblem("formula", value)
    bracketed = re.fullmatch(r"\((.+)\)", text)
    if bracketed:
        text = "-" + bracketed.group(1)
    sign = "-" if text.startswith("-") else ""
    text = _UNIT.sub("", _CURRENCY.sub("", text.removeprefix("-")))
    if sign and text[:1] in "+-":
        return None
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        return None
    try:
        return Decimal(sign + text.replace(",", ""))
    except InvalidOperation:
        return None


# --- dates -------------------------------------------------------------------------------------

_SERIAL_ZERO = dt.date(1899, 12, 30)  # Excel's day 0, its false 29 February 1900 included
_SERIALS = range(10_000, 80_000)  # 1927 … 2119; smaller numbers are rather years or counts
_SEPARATOR = r"(?:-|/|\.|年|。|、|,)"
_DATE = re.compile(
    rf"(\d{{4}}|\d{{2}}){_SEPARATOR}(\d{{1,2}})(?:{_SEPARATOR}|月)(\d{{1,2}})[日号]?"
)
_MONTH = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})月?")
_TIME = re.compile(r"[T ]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|\+\d{2}:?\d{2})?$")


def to_date(value: Any, month_only: bool = False) -> dt.date:
    """Return the day a cell means; a time of day is dropped.

    Read are dates, Excel's day numbers, ``2023-09-28`` with any usual separator, ``20230928``,
    ``2023年9月28日``, Chinese numerals. Never guessed: a missing day (unless `month_only`, which
    gives the first of the month), the century of ``23-9-28``, day-first or month-first dates.

    :raise ValueProblem: missing, formula, error_value, unreadable_date, incomplete_date,
        two_digit_year, impossible_date, date_out_of_range
    """
    return _read_moment(value, month_only).date()


def to_datetime(value: Any) -> dt.datetime:
    """Return the moment a cell means, midnight where it tells no time; as `to_date`."""
    return _read_moment(value, False)


def _read_moment(value: Any, month_only: bool) -> dt.datetime:
    _refuse_formula(value)
    if is_missing(value):
        raise ValueProblem("missing", value)
    if isinstance(value, dt.datetime):
        return _in_range(value.replace(tzinfo=None), value)
    if isinstance(value, dt.date):
        return _in_range(dt.datetime.combine(value, dt.time()), value)
    if isinstance(value, bool | dt.time | dt.timedelta):
        raise ValueProblem("unreadable_date", value)
    if isinstance(value, float) and math.isfinite(value) and int(value) in _SERIALS:
        day = dt.datetime.combine(_SERIAL_ZERO, dt.time())
        return day + dt.timedelta(seconds=round(value * 86400))
    text = clean(to_text(value))
    moment = dt.time()
    if match := _TIME.search(text):
        hour, minute, second = (int(part or 0) for part in match.groups())
        if hour > 23 or minute > 59 or second > 59:
            raise ValueProblem("unreadable_date", value)
        moment = dt.time(hour, minute, second)
        text = text[: match.start()]
    return dt.datetime.combine(_read_day(text, month_only, value), moment)


def _read_day(text: str, month_only: bool, raw: Any) -> dt.date:
    # blanks may part the figures (2023 09 28) or just surround the separators
    text = re.sub(r"(?<=\d) (?=\d)", "-", text)
    text = with_arabic_digits(compact(text))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _day(match.groups(), raw)
    if re.fullmatch(r"\d{5}", text) and int(text) in _SERIALS:
        return _SERIAL_ZERO + dt.timedelta(days=int(text))
    if match := _DATE.fullmatch(text):
        if len(match.group(1)) == 2:
            raise ValueProblem("two_digit_year", raw)
        return _day(match.groups(), raw)
    if match := _MONTH.fullmatch(text) or re.fullmatch(r"((?:19|20)\d{2})(\d{2})", text):
        if not month_only:
            raise ValueProblem("incomplete_date", raw)
        return _day((*match.groups(), "1"), raw)
    raise ValueProblem("unreadable_date", raw)


def _day(parts: tuple[str, ...], raw: Any) -> dt.date:
    year, month, day = (int(part) for part in parts)
    try:
        return _in_range(dt.datetime(year, month, day), raw).date()
    except ValueProblem:
        raise
    except ValueError:
        raise ValueProblem("impossible_date", raw) from None


def _in_range(moment: dt.datetime, raw: Any) -> dt.datetime:
    if not 1900 <= moment.year <= 2100:
        raise ValueProblem("date_out_of_range", raw)
    return moment


# --- phones ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phones:
    """The phone numbers of a cell: the first, the others, and the pieces nobody can dial."""

    first: str
    others: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


_PHONE_SEPARATOR = re.compile(r"[/、,;|\n]|或|和|及|(?<=\d{11})\s+(?=\d)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"\(?(0(?:10|2\d|[3-9]\d{2}))\)?-?([2-9]\d{6,7})(?:[-转](\d{1,6}))?")


def to_phone(value: Any) -> Phones:
    """Return the phone numbers of a cell that may hold several, in digits only: a mobile as 11
    digits, a landline as ``0571-87654321`` with ``-801`` for an extension, others with ``+``.

    :raise ValueProblem: missing, formula, error_value, phone_lost_digits, unreadable_phone
        (no number at all can be read)
    """
    _refuse_formula(value)
    if is_missing(value):
        raise ValueProblem("missing", value)
    text = re.sub(r"[\r\n]+", "、", value) if isinstance(value, str) else to_text(value)
    text = re.sub(r"(?<=\d{7})\.0$", "", clean(text))
    if _SCIENTIFIC.fullmatch(text):
        number = Decimal(text)
        digits = len(re.sub(r"E.*", "", text, flags=re.IGNORECASE).replace(".", ""))
        if digits < number.adjusted() + 1:
            raise ValueProblem("phone_lost_digits", value)
        text = f"{number:f}"
    phones: list[str] = []
    unread: list[str] = []
    for piece in _PHONE_SEPARATOR.split(text):
        read = _read_phones(piece)
        phones += [phone for phone in read if phone not in phones]
        if not read and not is_missing(piece):
            unread.append(piece.strip())
    if not phones:
        raise ValueProblem("unreadable_phone", value)
    return Phones(phones[0], tuple(phones[1:]), tuple(unread))


def _read_phones(piece: str) -> list[str]:
    # people note beside a number whose it is: 13800000000(妻)
    digits = re.sub(r"[^\d()+\-转]", "", re.sub(r"\([^\d()]*\)|[:a-zA-Z]", "", compact(piece)))
    digits = digits.strip("-")
    bare = re.sub(r"[()\-]", "", digits)
    bare = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", bare)
    if _MOBILE.fullmatch(bare):
        return [bare]
    if len(bare) % 11 == 0 and re.fullmatch(f"(?:{_MOBILE.pattern})+", bare):
        return _MOBILE.findall(bare)
    landline = _LANDLINE.fullmatch(re.sub(r"^(?:\+86|0086)-?", "", digits))
    if landline is None and re.fullmatch(r"0[\d-]+", digits):
        landline = _LANDLINE.fullmatch(bare)
    if landline:
        area, number, extension = landline.groups()
        return [f"{area}-{number}" + (f"-{extension}" if extension else "")]
    if re.fullmatch(r"(?:400|800)\d{7}|[2-9]\d{6,7}", bare):
        return [bare]
    if re.fullmatch(r"\+\d{7,15}", bare):
        return [bare]
    return []


# --- people ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """One owner or co-owner; `share` in percent where the cell tells it."""

    name: str
    id_number: str | None = None
    share: Decimal | None = None


_NAME_SEPARATOR = re.compile(r"[、,;/|&\n]|(?<=[\u4e00-\u9fff])[ ](?=[\u4e00-\u9fff]{2})")
_ID_SEPARATOR = re.compile(r"[、,;/|&\s]+|和|及")
_SHARE = re.compile(r"[(]?(?:占|份额)?[:]?(\d{1,3}(?:\.\d+)?)%[)]?")
# A company's name may hold any sign that parts the names of people.
_COMPANY = re.compile(
    "公司|集团|银行|中心|商行|合作社|委员会|管理处|学校|医院|基金|事务所|分行|厂|店|局|部|院|所"
)


def to_people(names: Any, id_numbers: Any = None) -> list[Person]:
    """Return the people named in one cell, with the ID numbers of another in the same order.

    :raise ValueProblem: missing (no name), id_count (ID numbers for some of them only: whose
        they are is not guessed), id_lost_digits, formula, error_value
    """
    from .identity import clean_id

    _refuse_formula(names)
    if is_missing(names):
        raise ValueProblem("missing", names)
    ids: list[str] = []
    if isinstance(id_numbers, str) and not isinstance(id_numbers, Uncomputed):
        pieces = _ID_SEPARATOR.split(_glue_id(clean(id_numbers)))
        ids = [clean_id(piece) for piece in pieces if not is_missing(piece)]
    elif not is_missing(id_numbers):
        ids = [clean_id(id_numbers)]
    people = [_person(piece) for piece in _split_names(names, len(ids))]
    people = [person for person in people if person.name]
    if not people:
        raise ValueProblem("missing", names)
    if ids and len(ids) != len(people):
        raise ValueProblem("id_count", id_numbers)
    if not ids:
        return people
    return [
        Person(person.name, number, person.share)
        for person, number in zip(people, ids, strict=True)
    ]


def _glue_id(text: str) -> str:
    """Drop the blanks inside a single ID number written in groups."""
    joined = text.replace(" ", "")
    return joined if re.fullmatch(r"\d{17}[\dXx]", joined) else text


def _split_names(names: Any, expected: int) -> list[str]:
    text = names if isinstance(names, str) else to_text(names)
    text = clean(re.sub(r"[\r\n]+", "、", text))
    if _COMPANY.search(text) and expected <= 1:
        # only the sign that parts people and never stands within a company's name
        return text.split("、")
    pieces = [piece for piece in _NAME_SEPARATOR.split(text) if piece.strip()]
    if len(pieces) == 1 and expected != 1:
        # 和 is also a given name's character: both sides must be whole names
        match = re.fullmatch(r"([\u4e00-\u9fff]{2,4}?)(?:和|与|及)([\u4e00-\u9fff]{2,4})", text)
        if match:
            return list(match.groups())
    return pieces


def _person(piece: str) -> Person:
    share = None
    if match := _SHARE.search(piece):
        share = Decimal(match.group(1))
        piece = piece[: match.start()] + piece[match.end() :]
    # a two-character name is often padded: 张 三
    name = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", piece.strip())
    return Person(name, None, share)
