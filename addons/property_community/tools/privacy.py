# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must not hang on a wall: ID numbers and mobile numbers of people (个人信息保护法)."""

import re
import unicodedata

from odoo.addons.property_service.tools.identity import mask_id, mask_phone, resident_id_problem

_ID_18 = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)
#: an ID number that was typed in groups, to be seen through by its check digit
_ID_SPACED = re.compile(r"(?<!\d)\d{6}[ -]\d{4}[ -]?\d{4}[ -]?\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_DEBT = re.compile(
    r"欠费|拖欠|欠缴|未缴|催缴|欠款|逾期|\barrears\b|\bowes?\b|\bdebtors?\b", re.IGNORECASE
)
_ROOM = re.compile(
    r"\d+\s*[栋幢座]|\d{1,2}-\d{1,2}-\d{3,4}|(?<!\d)\d{3,4}\s*[室房号]|\b(?:room|unit)\s*\d+",
    re.IGNORECASE,
)


def personal_numbers(text, allowed=()):
    """Return the personal numbers in `text`, masked, in the order they stand there.

    :param str text: what is to be posted
    :param allowed: phone numbers that may be told everybody (the service centre's own)
    """
    text = unicodedata.normalize("NFKC", text or "")
    own = {_digits(number) for number in allowed if number}
    found = {match.start(): mask_id(match[0]) for match in _ID_18.finditer(text)}
    for match in _ID_SPACED.finditer(text):
        number = re.sub(r"[ -]", "", match[0]).upper()
        if not resident_id_problem(number):
            found[match.start()] = mask_id(number)
    for match in _MOBILE.finditer(text):
        if _digits(match[1]) not in own:
            found[match.start()] = mask_phone(_digits(match[1]))
    return [found[start] for start in sorted(found)]


def speaks_of_debts(text):
    """Return whether `text` is about fees somebody has not paid."""
    return bool(_DEBT.search(unicodedata.normalize("NFKC", text or "")))


def rooms(text):
    """Return the room numbers that `text` names."""
    return [match[0] for match in _ROOM.finditer(unicodedata.normalize("NFKC", text or ""))]


def _digits(number):
    return re.sub(r"\D", "", number)[-11:]
