# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench cases [CLOSED] [OPEN]``: the service centre's day after years of closed cases.

Repairs with their clocks are multiplied in the database, first the open ones, then the closed
ones. List, kanban and the deadline action are measured before and after: queries and seconds must
not grow with what is closed. 50,000 closed and 2,000 open cases where nothing else is said.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import START, Measure, environment

from odoo import fields
from odoo.tools import SQL

CLOSED, OPEN, DUE = 50_000, 2_000, 100
COLUMNS = (
    *("number", "date", "unit_id", "category_id", "description", "technician_id", "urgency"),
    *("date_due", "lateness", "state", "partner_id", "phone"),
)


def main(argv):
    """Print the figures before and after the closed cases."""
    closed = int(argv[0]) if argv else CLOSED
    count = int(argv[1]) if argv[1:] else OPEN
    with environment() as env:
        user = dispatcher(env)
        sample = sample_case(env)
        multiply(env, sample, count - 1, "accepted")
        env.cr.commit()
        results = {0: measure(env, user, min(DUE, count))}
        multiply(env, sample, closed, "closed")
        env.cr.commit()
        results[closed] = measure(env, user, min(DUE, count))
    print(f"{count} open cases; queries and milliseconds")
    print(f"{'':32}" + "".join(f"{f'{number} closed':>20}" for number in results))
    for name in results[0]:
        row = "".join(
            f"{queries:>10} {seconds * 1000:>9.1f}"
            for queries, seconds in (figures[name] for figures in results.values())
        )
        print(f"{name:32}{row}")
    same = all(results[0][name][0] == results[closed][name][0] for name in results[0])
    print("queries are the same" if same else "QUERIES GROW WITH CLOSED CASES")
    return 0 if same else 1


def dispatcher(env):
    """Return a supervisor who may work in the estates of the benchmark."""
    return env["res.users"].create(
        {
            "name": "Dispatcher",
            "login": "dispatcher",
            "group_ids": [fields.Command.set(env.ref("property_service.group_supervisor").ids)],
        }
    )


def sample_case(env):
    """Return an accepted repair with its clocks, in an estate of its own."""
    estate = env["property.estate"].create({"name": "Benchmark estate", "code": "BM"})
    building = env["property.building"].create({"name": "1栋", "estate_id": estate.id})
    owner = env["res.partner"].create({"name": "Owner"})
    unit = env["property.unit"].create(
        {
            "building_id": building.id,
            "number": "101",
            "type_id": env.ref("property_service.unit_type_home").id,
            "gross_area": 90,
        }
    )
    env["property.occupancy"].create(
        {"unit_id": unit.id, "partner_id": owner.id, "date_start": START, "is_payer": True}
    )
    for user in env["res.users"].search([("login", "=", "dispatcher")]):
        user.property_estate_ids = [fields.Command.link(estate.id)]
    repair = env["property.repair"].create(
        {
            "unit_id": unit.id,
            "partner_id": owner.id,
            "category_id": env.ref("property_service.repair_category_toilet_bath").id,
            "description": "Tap drips",
            "phone": "13800000001",
            "payer_class": "free_promise",
        }
    )
    repair.action_accept()
    env.flush_all()
    return repair


def multiply(env, case, count, state):
    """Copy a case and its clocks `count` times into `state`, in a few statements."""
    env.flush_all()
    made = copy_rows(
        env,
        "property_repair",
        SQL("source.id = %s", case.id),
        count,
        {
            "number": SQL("%s || step", f"{state}-"),
            "state": SQL("%s", state),
            "date_due": SQL("NULL") if state == "closed" else SQL("source.date_due"),
        },
    )
    ended = state == "closed"
    env.cr.execute(
        SQL(
            "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT unnest(%s) AS id",
            [row[0] for row in made],
        )
    )
    copy_rows(
        env,
        "property_deadline",
        SQL("source.res_model = 'property.repair' AND source.res_id = %s", case.id),
        None,
        {
            "res_id": SQL("made.id"),
            "state": SQL("'kept'") if ended else SQL("source.state"),
            "next_check": SQL("NULL") if ended else SQL("source.next_check"),
            "done": SQL("source.due") if ended else SQL("NULL"),
        },
    )
    env.cr.execute("DROP TABLE made")
    env.cr.execute("ANALYZE property_repair, property_deadline")
    env.invalidate_all()


def copy_rows(env, table, where, count, values):
    """Copy rows of `table` with some columns changed; `count` times, or once for each `made`."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = %s AND column_name != 'id' AND table_schema = current_schema",
        [table],
    )
    names = [row[0] for row in env.cr.fetchall()]
    taken = [values.get(name) or SQL.identifier("source", name) for name in names]
    times = SQL("generate_series(1, %s) AS step", count) if count is not None else SQL("made")
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS source, %s WHERE %s RETURNING id",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(taken),
            SQL.identifier(table),
            times,
            where,
        )
    )
    return env.cr.fetchall()


def measure(env, user, due=0):
    """Return {what: (queries, seconds)} of the dispatcher's screens and the deadline action."""
    repairs = env["property.repair"].with_user(user)
    specification = {
        name: {"fields": {"display_name": {}}} if repairs._fields[name].relational else {}
        for name in COLUMNS
    }
    still_open = [("state", "not in", ("closed", "cancelled", "rejected"))]
    deadlines = env["property.deadline"]
    works = {
        "list, 80 rows": lambda: repairs.web_search_read(still_open, specification, limit=80),
        "kanban, groups": lambda: repairs.formatted_read_group(still_open, ["state"], ["__count"]),
        "kanban, 40 cards": lambda: repairs.web_search_read(
            [("state", "=", "accepted")], specification, limit=40
        ),
        "deadline action, nothing due": deadlines._cron_check,
    }
    if due:
        works[f"deadline action, {due} due"] = deadlines._cron_check
    figures = {}
    for name, work in works.items():
        if name.endswith(" due") and "nothing" not in name:
            make_due(env, due)
        else:
            work()  # what is cached once per process
        stopwatch = Measure(env)
        with stopwatch:
            work()
        figures[name] = (stopwatch.queries, stopwatch.seconds)
    return figures


def make_due(env, count):
    """Let the warning of `count` clocks come due now."""
    env.flush_all()
    env.cr.execute(
        "UPDATE property_deadline SET next_check = now() AT TIME ZONE 'UTC' - interval '1 minute', "
        "warned = false, told_percent = 0 WHERE id IN (SELECT id FROM property_deadline "
        "WHERE state = 'running' AND step = 'finish' ORDER BY id LIMIT %s)",
        [count],
    )
    env.invalidate_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
