# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs a script that works with two real cursors, on a database of its own."""

import json

from inside import databases
from scripts import benchmark


def told_by(script, database):
    """Run `script` of ``tests/benchmarks`` on a copy of the template; return what it tells.

    :param str script: its name
    :param str database: name of the copy, dropped afterwards
    :return: the object its last line of output is, as JSON
    """
    databases.copy(databases.TEMPLATE, database)
    try:
        told = benchmark(script, database=database)
    finally:
        databases.drop(database)
    return json.loads(told.strip().splitlines()[-1])
