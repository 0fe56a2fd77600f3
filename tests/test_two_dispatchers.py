# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two dispatchers on one case, with two real cursors: the second is told, nothing is lost."""

import json
import os
import subprocess
import sys

from inside import databases, settings

DATABASE = "property_test_dispatchers"


def test_second_dispatcher_is_told_and_nothing_is_lost():
    databases.copy(databases.TEMPLATE, DATABASE)
    try:
        done = subprocess.run(
            [sys.executable, "tests/benchmarks/two_dispatchers.py"],
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
    assert told["seen by both"] == ["accepted", "accepted"]
    assert "A colleague is working on" in told["meanwhile"]
    # the database refuses the old view; the request is repeated and sees what is afterwards
    assert told["old view"] == "repeat"
    assert "was given to Plumber by Dispatcher already" in told["afterwards"]
    assert told["result"] == ["dispatched", "Plumber", "Dispatcher"]
    assert told["clocks"] == ["running"]
