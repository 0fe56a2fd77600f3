# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two dispatchers give one repair away, each with a database cursor of their own.

Run by tests/test_two_dispatchers.py on a database that is thrown away: what they do is committed.
Prints one line of JSON.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import dispatcher, sample_case
from harness import environment
from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import UserError


def main():
    """Let the second come while the first is at it, from an old view, and afterwards."""
    with environment() as env:
        first = dispatcher(env)
        second = first.copy({"name": "Second", "login": "second"})
        repair = sample_case(env)
        second.property_estate_ids = first.property_estate_ids
        people = env["hr.employee"].create([{"name": "Plumber"}, {"name": "Joiner"}])
        env.cr.commit()
        told = {}
        with env.registry.cursor() as one, env.registry.cursor() as two:
            mine = repair.with_env(api.Environment(one, first.id, {}))
            theirs = repair.with_env(api.Environment(two, second.id, {}))
            told["seen by both"] = [mine.state, theirs.state]
            mine._dispatch(people[0].with_env(mine.env))
            mine.env.flush_all()
            told["meanwhile"] = refused(theirs, people[1])
            one.commit()
            told["old view"] = refused(theirs, people[1])
            two.rollback()
            theirs.env.invalidate_all()
            told["afterwards"] = refused(theirs, people[1])
        env.cr.rollback()
        env.invalidate_all()
        told["result"] = [repair.state, repair.technician_id.name, repair.dispatched_by_id.name]
        told["clocks"] = sorted(env["property.deadline"]._of(repair, ["pickup"]).mapped("state"))
        told["messages"] = len(repair.message_ids)
        told["todos"] = len(repair.activity_ids)
    print(json.dumps(told))


def refused(repair, person):
    """Try to dispatch, and return what the dispatcher is told."""
    try:
        repair._dispatch(person.with_env(repair.env))
        repair.env.flush_all()
    except UserError as error:
        return str(error)
    except SerializationFailure:
        return "repeat"  # Odoo repeats the request by itself
    return "done"


if __name__ == "__main__":
    main()
