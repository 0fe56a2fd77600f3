# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs a script that works with two real cursors, on a database of its own."""

import json
import os
import subprocess
import sys

from inside import databases, settings


def told_by(script, database):
    """Run `script` of ``tests/benchmarks`` on a copy of the template; return what it tells.

    :param str script: its file
    :param str database: name of the copy, dropped afterwards
    :return: the object its last line of output is, as JSON
    """
    databases.copy(databases.TEMPLATE, database)
    try:
        done = subprocess.run(
            [sys.executable, f"tests/benchmarks/{script}"],
            cwd=settings.ROOT,
            env={**os.environ, "PROPERTY_BENCH_DB": database},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        databases.drop(database)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])
