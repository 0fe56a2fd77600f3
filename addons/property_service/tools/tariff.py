# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a metered usage costs: stepped prices and price changes by days (handbook B H3, H11).

Pure arithmetic, no database.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .money import round_half_up

ONE_DAY = timedelta(days=1)
#: decimals kept of a quantity that is parted by days
_PLACES = 4


class Version(NamedTuple):
    """A tariff from `first` to `last`, both belonging to it.

    `steps`: ((from quantity, price), …) in rising order, the first from 0. `yearly`: whether the
    steps count what was used since the first of January; otherwise each reading starts at 0.
    """

    first: date
    last: date
    steps: tuple
    yearly: bool = True


class Part(NamedTuple):
    """A part of a usage at one price; `amount` is rounded half-up to 0.01 yuan."""

    quantity: Decimal
    price: Decimal
    amount: Decimal


def stepped(usage: Decimal, used: Decimal, steps) -> list[tuple[Decimal, Decimal]]:
    """Return the usage by step, as (quantity, price).

    :param usage: what is to be priced; below zero it gives back from the highest step downwards
    :param used: what was used before it in the period the steps are for
    :param steps: see `Version.steps`
    """
    low, high = (used, used + usage) if usage >= 0 else (used + usage, used)
    sign = 1 if usage >= 0 else -1
    parts = []
    for number, (start, price) in enumerate(steps):
        end = steps[number + 1][0] if number + 1 < len(steps) else None
        # the first step also bears what lies below zero
        bottom = low if not number else max(low, start)
        top = high if end is None else min(high, end)
        if top > bottom:
            parts.append((sign * (top - bottom), price))
    return parts


def split_by_days(usage: Decimal, first: date, last: date, versions) -> list:
    """Return the usage by tariff, in proportion to the days each was in force.

    :return: list of (Version, quantity); the last one takes the rest of the rounding
    :raises LookupError: with the first and last day no tariff covers
    """
    pieces, day = [], first
    for version in sorted(versions, key=lambda row: row.first):
        start, end = max(version.first, first), min(version.last, last)
        if start > end:
            continue
        if start > day:
            raise LookupError(day, start - ONE_DAY)
        pieces.append((version, (end - start).days + 1))
        day = end + ONE_DAY
    if day <= last:
        raise LookupError(day, last)
    total, done, result = sum(days for _version, days in pieces), Decimal(0), []
    for number, (version, days) in enumerate(pieces, 1):
        share = usage - done
        if number < len(pieces):
            share = round_half_up(usage * days / total, _PLACES)
        done += share
        result.append((version, share))
    return result


def price_usage(
    usage: Decimal, first: date, last: date, versions, used: Decimal = Decimal(0)
) -> list[Part]:
    """Return what `usage` between two days costs, part by part.

    :param versions: tariffs that do not overlap
    :param used: what the household has used before in the calendar year
    :raises LookupError: with the first and last day no tariff covers
    """
    parts = []
    before = used
    for version, quantity in split_by_days(usage, first, last, versions):
        base = before if version.yearly else Decimal(0)
        parts += [
            Part(share, price, round_half_up(share * price))
            for share, price in stepped(quantity, base, version.steps)
        ]
        before += quantity
    return parts
