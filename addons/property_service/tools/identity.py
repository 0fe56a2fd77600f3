"""ID numbers: resident identity card (GB 11643), unified social credit code (GB 32100), passes
and passports; and their masking (个人信息保护法)."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from .text import compact
from .value import ValueProblem, is_missing, to_text

ID_PROBLEMS = {
    "id_lost_digits": "kept as a number by the spreadsheet, its last digits are gone",
    "id_length": "not 18 characters",
    "id_characters": "other characters than the number may have",
    "id_region": "the first digits name no province",
    "id_birth_date": "the digits 7-14 are no birth date",
    "id_check_digit": "the last character does not fit the others",
    "uscc_check_digit": "the social credit code's last character does not fit the others",
    "id_unknown": "like no ID number known here",
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
# First two digits of the place of registration; 9 begins a foreigner's permanent residence card.
_PROVINCES = frozenset(
    re.findall("..", "1112131415212223313233343536374142434445465051525354616263646571818283")
)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Identity:
    """An ID number, the kind of paper it is on, and what is wrong with it (key of
    `ID_PROBLEMS`), if anything.

    Kinds: resident_id, foreign_resident_id, credit_code, hk_macau_permit, taiwan_permit,
    passport, business_licence, other.
    """

    kind: str
    number: str
    problem: str | None = None


def clean_id(value: Any) -> str:
    """Return an ID number in capitals without blanks, dashes and brackets; "" for an empty cell.

    :raise ValueProblem: id_lost_digits where the spreadsheet kept it as a number of more than
        the 15 digits it can hold, formula, error_value
    """
    if is_missing(value):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**15:
        raise ValueProblem("id_lost_digits", value)
    text = compact(to_text(value)).upper()
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", text):
        raise ValueProblem("id_lost_digits", value)
    return re.sub(r"[-'`:]", "", text).removesuffix(".0")


def resident_check_digit(first17: str) -> str:
    """Return the check character of a resident ID number's first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def resident_id_problem(number: str, today: dt.date | None = None) -> str | None:
    """Return what is wrong with a resident ID number of 18 characters, or None.

    :param today: births after it are impossible; the machine's date if not given
    """
    if len(number) != 18:
        return "id_length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "id_characters"
    if number[:2] not in _PROVINCES and number[0] != "9":
        return "id_region"
    born = birth_date(number)
    if born is None or not dt.date(1850, 1, 1) <= born <= (today or dt.date.today()):
        return "id_birth_date"
    if resident_check_digit(number[:17]) != number[17]:
        # the check digit of a number cut to 15 digits is what usually gives it away
        return "id_lost_digits" if number.endswith("000") else "id_check_digit"
    return None


def birth_date(number: str) -> dt.date | None:
    """Return the birth date in a resident ID number, or None."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return None
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender(number: str) -> str | None:
    """Return ``male`` or ``female`` by a resident ID number's 17th digit, or None."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return None
    return "male" if int(number[16]) % 2 else "female"


def from_15_digits(number: str) -> str | None:
    """Return the 18-character form of a resident ID number of before 1999, or None."""
    if not re.fullmatch(r"[0-9]{15}", number):
        return None
    first17 = f"{number[:6]}19{number[6:]}"
    full = first17 + resident_check_digit(first17)
    return None if resident_id_problem(full) else full


def credit_code_problem(number: str) -> str | None:
    """Return what is wrong with a unified social credit code, or None."""
    if len(number) != 18:
        return "id_length"
    if any(character not in _CREDIT_ALPHABET for character in number):
        return "id_characters"
    total = sum(
        _CREDIT_ALPHABET.index(character) * pow(3, position, 31)
        for position, character in enumerate(number[:17])
    )
    if _CREDIT_ALPHABET[-total % 31] != number[17]:
        return "uscc_check_digit"
    return None


def identify(number: str, today: dt.date | None = None) -> Identity:
    """Return the kind of a cleaned ID number and its problem, if any.

    Only a resident ID number and a credit code can be proved right or wrong; the loose kinds
    never have a problem, and a text like none of them has ``id_unknown``. 18 digits are a
    resident ID number unless they make a faultless credit code only.
    """
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        problem = resident_id_problem(number, today)
        if problem and credit_code_problem(number) is None:
            return Identity("credit_code", number)
        kind = "foreign_resident_id" if number[0] == "9" and not problem else "resident_id"
        return Identity(kind, number, problem)
    if re.fullmatch(r"[0-9A-Z]{18}", number):
        return Identity("credit_code", number, credit_code_problem(number))
    if re.fullmatch(r"[0-9]{15}", number):
        if full := from_15_digits(number):
            return Identity("resident_id", full)
        return Identity("business_licence", number)
    if re.fullmatch(r"[0-9]{16,17}|[0-9]{19}", number):
        return Identity("resident_id", number, "id_length")
    for kind, pattern in (
        ("hk_macau_permit", r"[HM][0-9]{8}(?:[0-9]{2})?"),
        ("taiwan_permit", r"[0-9]{8}|T[0-9]{8,9}"),
        ("foreign_resident_id", r"[A-Z]{3}[0-9]{12}"),
        ("passport", r"[A-Z]{1,2}[0-9A-Z]?[0-9]{6,8}|[0-9]{9}"),
        ("credit_code", r"[0-9A-Z]{8}[0-9X]"),  # organisation code of before 2015
    ):
        if re.fullmatch(pattern, number):
            return Identity(kind, number)
    return Identity("other", number, "id_unknown")


def mask_id(number: str | None) -> str:
    """Return an ID number with all but the first three and last four characters hidden; of a
    short one only two at each end are left, of a very short one nothing."""
    number = number or ""
    return _masked(number, 3, 4) if len(number) >= 12 else _masked(number, 2, 2)


def mask_phone(number: str | None) -> str:
    """Return a phone number as ``183****7783``; a short one keeps its ends only."""
    number = number or ""
    return _masked(number, 3, 4) if len(number) >= 10 else _masked(number, 1, 2)


def _masked(text: str, first: int, last: int) -> str:
    hidden = len(text) - first - last
    if hidden < 2:
        return "*" * len(text)
    return text[:first] + "*" * hidden + text[-last:]
