# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two supervisors approve bookings of one venue for one time, each with a cursor of their own.

Run by tests/test_two_bookings.py on a database that is thrown away: what they do is committed.
Prints one line of JSON.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import environment, estate_with_homes
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError


def main():
    """Let the second approve while the first is at it, from an old view, and afterwards."""
    with environment() as env:
        first, second, third = applications(env)
        env.cr.commit()
        told = {}
        with env.registry.cursor() as one, env.registry.cursor() as two:
            mine = first.with_env(api.Environment(one, SUPERUSER_ID, {}))
            theirs = second.with_env(api.Environment(two, SUPERUSER_ID, {}))
            told["seen by both"] = [mine.state, theirs.state]
            approve(mine)
            told["meanwhile"] = refused(theirs)
            one.commit()
            told["old view"] = refused(theirs)
            two.rollback()
            theirs.env.invalidate_all()
            told["afterwards"] = refused(theirs)
            two.rollback()
            # even who goes round the rules is stopped by the database itself
            told["by force"] = forced(two, second)
            two.rollback()
        env.cr.rollback()
        env.invalidate_all()
        approve(third)
        told["result"] = [first.state, second.state, third.state]
        told["number"] = first.number
    print(json.dumps(told))


def applications(env):
    """Return two signed and checked applications for one time, and one for the hour after."""
    estate = estate_with_homes(env, 3)
    units = env["property.unit"].search([("estate_id", "=", estate.id)], limit=3)
    venue = env["property.venue"].create({"name": "Hall", "estate_id": estate.id})
    # two in the afternoon in China
    start = fields.Datetime.to_datetime(fields.Date.today()) + timedelta(days=3, hours=6)
    made = env["property.venue.booking"]
    for unit, delay in zip(units, (0, 1, 3), strict=True):
        booking = made.create(
            {
                "venue_id": venue.id,
                "unit_id": unit.id,
                "purpose": "Choir",
                "date_start": start + timedelta(hours=delay),
                "date_end": start + timedelta(hours=delay + 2),
            }
        )
        booking._sign("applicant", "Applicant", way="paper")
        booking.action_check()
        made |= booking
    return made


def approve(booking):
    """Approve the application as its supervisor does."""
    booking.approval_ids.filtered(lambda row: row.state == "pending").action_approve()
    booking.env.flush_all()


def refused(booking):
    """Try to approve, and return what the supervisor is told."""
    try:
        with booking.env.cr.savepoint():
            approve(booking)
    except UserError as error:
        return str(error)
    except SerializationFailure:
        return "repeat"  # Odoo repeats the request by itself
    return "done"


def forced(cr, booking):
    """Write the state past all methods, and return whether the database let it through."""
    try:
        cr.execute(
            "UPDATE property_venue_booking SET state = 'approved' WHERE id = %s", (booking.id,)
        )
    except IntegrityError:
        return "refused"
    return "done"


if __name__ == "__main__":
    main()
