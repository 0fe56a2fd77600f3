# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two bookings of one venue for one time, with two real cursors: one has it, one is told."""

from two_cursors import told_by


def test_venue_is_given_once():
    told = told_by("two_bookings", "property_test_bookings")
    assert told["seen by both"] == ["checked", "checked"]
    assert "A colleague is deciding on a booking" in told["meanwhile"]
    # the database refuses the old view; the request is repeated and sees what is afterwards
    assert told["old view"] == "repeat"
    assert f"is taken: {told['number']}" in told["afterwards"]
    assert told["by force"] == "refused"
    assert told["result"] == ["approved", "checked", "approved"]
