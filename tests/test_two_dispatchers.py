# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two dispatchers on one case, with two real cursors: the second is told, nothing is lost."""

from two_cursors import told_by


def test_second_dispatcher_is_told_and_nothing_is_lost():
    told = told_by("two_dispatchers", "property_test_dispatchers")
    assert told["seen by both"] == ["accepted", "accepted"]
    assert "A colleague is working on" in told["meanwhile"]
    # the database refuses the old view; the request is repeated and sees what is afterwards
    assert told["old view"] == "repeat"
    assert "was given to Plumber by Dispatcher already" in told["afterwards"]
    assert told["result"] == ["dispatched", "Plumber", "Dispatcher"]
    assert told["clocks"] == ["running"]
