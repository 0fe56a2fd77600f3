# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a month's charges come about: pure arithmetic, no database (handbook B H2).

A charge is one unit, one item, one stretch of days of one month with one price and one payer.
Its amount is the month's amount, rounded half-up to 0.01, times days over days of the month; the
last of several stretches of one month at one price takes the rest of the rounding, so that a full
month is always the full amount, however many payers share it.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .money import round_half_up

ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days from `first` to `last`, both belonging to it, and what holds on them."""

    first: date
    last: date
    what: object

    @property
    def days(self):
        return (self.last - self.first).days + 1


class Stretch(NamedTuple):
    """A charge to make."""

    first: date
    last: date
    days: int
    price: object
    payer: object
    amount: Decimal


def clip(spans, first, last):
    """Return the parts of `spans` between the days `first` and `last`, in order."""
    clipped = [
        Span(max(span.first, first), min(span.last, last), span.what)
        for span in spans
        if span.first <= last and span.last >= first
    ]
    return sorted(clipped, key=lambda span: span.first)


def overlay(base, over):
    """Return spans of `base` with those of `over` in their place (a unit's own price).

    Both are disjoint in themselves; so is the result.
    """
    result = list(over)
    for span in base:
        first = span.first
        for other in sorted(over, key=lambda item: item.first):
            if other.last < first or other.first > span.last:
                continue
            if other.first > first:
                result.append(Span(first, other.first - ONE_DAY, span.what))
            first = other.last + ONE_DAY
        if first <= span.last:
            result.append(Span(first, span.last, span.what))
    return sorted(result, key=lambda span: span.first)


def gaps(spans, first, last):
    """Return the stretches of days between `first` and `last` no span covers, as (first, last)."""
    holes = []
    day = first
    for span in clip(spans, first, last):
        if span.first > day:
            holes.append((day, span.first - ONE_DAY))
        day = max(day, span.last + ONE_DAY)
    if day <= last:
        holes.append((day, last))
    return holes


def stretches(prices, payers, taken, first, last, month_days, monthly):
    """Return the charges of one unit and item between two days of one month.

    :param prices: disjoint spans whose `what` is a price
    :param payers: disjoint spans whose `what` is a payer
    :param taken: spans already charged; their days are left out
    :param date first: first day to charge
    :param date last: last day to charge
    :param int month_days: days of the month
    :param monthly: function (price) -> the full month's amount, rounded, as Decimal
    :return: list of `Stretch`
    """
    free = [Span(a, b, None) for a, b in gaps(taken, first, last)]
    result = []
    for price in clip(prices, first, last):
        full = monthly(price.what)
        days_done = 0
        amount_done = Decimal(0)
        for payer in clip(payers, price.first, price.last):
            for hole in clip(free, payer.first, payer.last):
                days_done += hole.days
                amount = round_half_up(full * days_done / month_days) - amount_done
                amount_done += amount
                result.append(
                    Stretch(hole.first, hole.last, hole.days, price.what, payer.what, amount)
                )
    return result
