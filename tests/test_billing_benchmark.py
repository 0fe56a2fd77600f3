# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench billing`` and ``./bench billing_size`` in small: they run, and the books agree."""

import os
import re
import subprocess
import sys

import pytest
from inside import databases, settings

DATABASE = f"property_test{settings.TAG}_billing"
HOMES = 200


@pytest.fixture
def bench():
    """Yield what runs a benchmark on a database of its own and returns what it prints."""
    with databases.locked():
        databases.copy(databases.PLAIN, DATABASE)

    def start(name, *words):
        done = subprocess.run(
            [sys.executable, f"tests/benchmarks/{name}.py", *map(str, words)],
            cwd=settings.ROOT,
            env={**os.environ, "PROPERTY_BENCH_DB": DATABASE},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield start
    databases.drop(DATABASE)


def test_comparison(bench):
    text = bench("billing", HOMES)
    assert "no reason for the plain path" in text
    assert "journal items agree: yes" in text
    assert "journal items agree: NO" not in text
    queries = dict(re.findall(r"^(.*?)  +[\d.]+ ms .*?([\d.]+) queries", text, re.MULTILINE))
    ours = float(queries["charges to posted (suite)"])
    assert ours < float(queries["create + action_post"]) / 5, text
    assert ours * HOMES < 250, "statements that grow with the bills"


def test_size(bench):
    text = bench("billing_size", 60)
    assert text.count("no reason for the plain path") == 3
    assert "60 homes, nothing in advance" in text
