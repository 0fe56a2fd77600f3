"""The suite installs with demo data, and upgrades in place, without a word in the log."""

import pytest
from inside import databases, settings

DEMO = f"property_test{settings.TAG}_demo"


@pytest.fixture(scope="module")
def demo():
    """A database with demo data of our addons as they are now."""
    with databases.locked():
        databases.ensure_installed(DEMO, demo=True)
    return DEMO


def test_demo_data_is_installed(demo):
    query = """SELECT name FROM ir_module_module
               WHERE state = 'installed' AND demo AND name LIKE 'property%%'"""
    rows = databases.execute(query, database=demo, fetch=True)
    assert sorted(name for (name,) in rows) == sorted(settings.suite())


def test_odoo_has_no_demo_data(demo):
    """A Chinese demo company does not show American partners."""
    query = """SELECT name FROM ir_module_module WHERE demo AND name NOT LIKE 'property%%'"""
    assert databases.execute(query, database=demo, fetch=True) == []


def test_upgrade_in_place(demo):
    """Loading every data file a second time works, as an upgrade at a customer's does."""
    with databases.scratch("upgrade", demo) as name:
        databases.build("upgrade", name, settings.suite())
