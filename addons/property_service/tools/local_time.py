# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of the estates: days and hours in China, moments in UTC as the database keeps them.

The zone is fixed and no setting: the whole of China keeps one time by law, and deadlines, months
and opening hours of an estate are those of the place, wherever the user's browser or a scheduled
action (whose user has no zone) may be. A moment is a `datetime` in UTC without zone, as Odoo's
fields hold it; a wall time is a `datetime` without zone as the clock in the office shows it.
"""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

#: name of the zone, for what takes a name: field options, contexts, SQL
ZONE_NAME = "Asia/Shanghai"
ZONE = ZoneInfo(ZONE_NAME)


def local(moment):
    """Return the wall time of a moment; what is empty is returned as it is."""
    if not moment:
        return moment
    return moment.replace(tzinfo=timezone.utc).astimezone(ZONE).replace(tzinfo=None)


def moment_of(wall):
    """Return the moment of a wall time, the reverse of `local`."""
    return wall.replace(tzinfo=ZONE).astimezone(timezone.utc).replace(tzinfo=None)


def local_time(day, hours=0):
    """Return the moment of an hour (8.5 is half past eight, 24 midnight) of a day."""
    return moment_of(datetime.combine(day, time.min) + timedelta(minutes=round(hours * 60)))


def local_day(moment):
    """Return the day a moment falls on; what is empty is returned as it is."""
    return local(moment).date() if moment else moment


def local_today():
    """Return the day it is in China."""
    return datetime.now(ZONE).date()


def local_text(moment, form="%Y-%m-%d %H:%M"):
    """Return a moment's wall time as text, "" for none."""
    return local(moment).strftime(form) if moment else ""


def local_span(start, end):
    """Return from when to when two moments reach, as text; the day once where it is the same."""
    first, last = local(start), local(end)
    form = "%H:%M" if first.date() == last.date() else " %Y-%m-%d %H:%M"
    dash = "–" if first.date() == last.date() else " –"
    return f"{first:%Y-%m-%d %H:%M}{dash}{last.strftime(form)}"


def day_bounds(first, last=None):
    """Return the moments the days from `first` through `last` begin and are over."""
    return local_time(first), local_time((last or first) + timedelta(days=1))


def month_bounds(day):
    """Return the moments the month of a day begins and the next one begins."""
    first = date(day.year, day.month, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return local_time(first), local_time(following)
