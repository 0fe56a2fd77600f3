"""Money: rounding, part months, amounts in Chinese capitals (人民币大写), month arithmetic."""

import calendar
import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = ("", "拾", "佰", "仟")
_LARGE_UNITS = ("", "万", "亿", "万亿")
# 9999 of the largest unit: beyond it there is no agreed way of writing
_LIMIT = Decimal(10) ** 16


def round_half_up(amount: Decimal, places: int = 2) -> Decimal:
    """Return the amount rounded half away from zero, with exactly `places` decimals."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def part_month(monthly: Decimal, days: int, days_in_month: int) -> Decimal:
    """Return the share of a monthly amount for some of its days, rounded to the cent.

    :raise ValueError: if the days are not between 0 and the month's
    """
    if not 0 <= days <= days_in_month:
        raise ValueError(f"{days} of {days_in_month} days")
    # multiplied first: a third of a month times three must be the month
    return round_half_up(monthly * days / days_in_month)


def plain(number: float) -> str:
    """Return an area or price with up to four decimals and no more than it needs: ``2.85``."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def price(number: float) -> str:
    """Return a price with two decimals, or up to four where it has them: ``0.30``, ``2.855``."""
    whole, decimals = f"{number:.4f}".split(".")
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def chinese_amount(amount: Decimal) -> str:
    """Return an amount in the capitals of a receipt, rounded to the cent, without the leading
    人民币: ``1409.50`` -> ``壹仟肆佰零玖元伍角``.

    By the central bank's rules for filling in bills (正确填写票据和结算凭证的基本规定): 整 after
    a whole 元 only, one 零 for any run of zeros between digits, none before 元 or 万 themselves,
    零 between 元 and 分 where there is no 角. Below zero: ``负`` first.

    :raise ValueError: for amounts of 10^16 and more, and for NaN
    """
    if not amount.is_finite() or abs(amount) >= _LIMIT:
        raise ValueError(f"no capitals for {amount}")
    amount = round_half_up(amount)
    cents = int(abs(amount) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = "负" if amount < 0 else ""
    if yuan or not cents:
        text += _integer(yuan) + "元"
    if not jiao and not fen:
        return text + "整"
    if jiao:
        text += _CAPITALS[jiao] + "角"
    elif yuan:
        text += "零"
    if fen:
        text += _CAPITALS[fen] + "分"
    return text


def _integer(number: int) -> str:
    if not number:
        return "零"
    text, pending_zero = "", False
    digits = str(number)
    for position, character in enumerate(digits):
        place = len(digits) - 1 - position
        digit = int(character)
        if digit:
            text += ("零" if pending_zero else "") + _CAPITALS[digit] + _SMALL_UNITS[place % 4]
        pending_zero = not digit
        # a group of four closes with its unit unless it is empty: 1,0000,0001 has no 万
        if place % 4 == 0 and (number // 10**place) % 10**4:
            text += _group_unit(place // 4, number)
    return text


def _group_unit(group: int, number: int) -> str:
    if group == 3:
        # 万亿: the 亿 belongs to the group below where that one is not empty
        return "万" if number // 10**8 % 10**4 else "万亿"
    return _LARGE_UNITS[group]


# --- months ------------------------------------------------------------------------------------


def month_start(day: dt.date) -> dt.date:
    """Return the first day of the month."""
    return dt.date(day.year, day.month, 1)


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month."""
    return dt.date(day.year, day.month, days_in_month(day))


def days_in_month(day: dt.date) -> int:
    """Return how many days the month has."""
    return calendar.monthrange(day.year, day.month)[1]


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later (or earlier), or the month's last if it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    first = dt.date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, days_in_month(first)))
