# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two bookings of one venue for one time, with two real cursors: one has it, one is told."""

import json
import os
import subprocess
import sys

from inside import databases, settings

DATABASE = "property_test_bookings"


def test_venue_is_given_once():
    databases.copy(databases.TEMPLATE, DATABASE)
    try:
        done = subprocess.run(
            [sys.executable, "tests/benchmarks/two_bookings.py"],
            cwd=settings.ROOT,
            env={**os.environ, "PROPERTY_BENCH_DB": DATABASE},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        databases.drop(DATABASE)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["seen by both"] == ["checked", "checked"]
    assert "A colleague is deciding on a booking" in told["meanwhile"]
    # the database refuses the old view; the request is repeated and sees what is afterwards
    assert told["old view"] == "repeat"
    assert f"is taken: {told['number']}" in told["afterwards"]
    assert told["by force"] == "refused"
    assert told["result"] == ["approved", "checked", "approved"]
