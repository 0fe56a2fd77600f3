# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench billing`` and ``./bench billing_size`` in small: they run, and the books agree."""

import re

import pytest
from inside import databases, settings
from scripts import benchmark

DATABASE = f"property_test{settings.TAG}_billing"
HOMES = 200


@pytest.fixture
def bench():
    """Yield what runs a benchmark on a database of its own and returns what it prints."""
    with databases.locked():
        databases.copy(databases.PLAIN, DATABASE)

    yield lambda name, *words: benchmark(name, *words, database=DATABASE)
    databases.drop(DATABASE)


@pytest.mark.parametrize(("options", "statements"), [((), 250), (("--prepaid",), 450)])
def test_comparison(bench, options, statements):
    text = bench("billing", HOMES, *options)
    assert "no reason for the plain path" in text
    assert "journal items agree: yes" in text
    assert "journal items agree: NO" not in text
    queries = dict(re.findall(r"^(.*?)  +[\d.]+ ms .*?([\d.]+) queries", text, re.MULTILINE))
    ours = float(queries["charges to posted (suite)"])
    assert ours < float(queries["create + action_post"]) / 4, text
    assert ours * HOMES < statements, "statements that grow with the bills"


def test_size(bench):
    text = bench("billing_size", 60)
    assert text.count("no reason for the plain path") == 3
    assert "60 homes, nothing in advance" in text
