# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of the estates against moments in UTC."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools import local_time as clock


@tagged("post_install", "-at_install")
class TestLocalTime(BaseCase):
    def test_moments_and_days(self):
        evening = datetime(2026, 2, 28, 15, 59, 59)
        self.assertEqual(clock.local(evening), datetime(2026, 2, 28, 23, 59, 59))
        self.assertEqual(clock.local_day(evening), date(2026, 2, 28))
        self.assertEqual(clock.local_day(datetime(2026, 2, 28, 16)), date(2026, 3, 1))
        self.assertEqual(clock.moment_of(clock.local(evening)), evening)
        for empty in (False, None):
            self.assertIs(clock.local(empty), empty)
            self.assertIs(clock.local_day(empty), empty)
            self.assertEqual(clock.local_text(empty), "")

    def test_hours_of_a_day(self):
        day = date(2026, 1, 1)
        self.assertEqual(clock.local_time(day), datetime(2025, 12, 31, 16))
        self.assertEqual(clock.local_time(day, 8.5), datetime(2026, 1, 1, 0, 30))
        self.assertEqual(clock.local_time(day, 24), clock.local_time(date(2026, 1, 2)))

    def test_bounds(self):
        self.assertEqual(
            clock.month_bounds(date(2026, 12, 9)),
            (datetime(2026, 11, 30, 16), datetime(2026, 12, 31, 16)),
        )
        self.assertEqual(
            clock.month_bounds(date(2028, 2, 29)),
            (datetime(2028, 1, 31, 16), datetime(2028, 2, 29, 16)),
        )
        self.assertEqual(
            clock.day_bounds(date(2026, 5, 4)), (datetime(2026, 5, 3, 16), datetime(2026, 5, 4, 16))
        )
        self.assertEqual(
            clock.day_bounds(date(2026, 1, 1), date(2026, 12, 31)),
            (datetime(2025, 12, 31, 16), datetime(2026, 12, 31, 16)),
        )

    def test_today_is_the_day_in_china(self):
        with freeze_time("2026-03-31 15:59:59"):
            self.assertEqual(clock.local_today(), date(2026, 3, 31))
        with freeze_time("2026-03-31 16:00:00"):
            self.assertEqual(clock.local_today(), date(2026, 4, 1))

    def test_text(self):
        start = datetime(2026, 5, 4, 11)
        self.assertEqual(clock.local_text(start), "2026-05-04 19:00")
        self.assertEqual(clock.local_text(start, "%m-%d"), "05-04")
        self.assertEqual(
            clock.local_span(start, datetime(2026, 5, 4, 13)), "2026-05-04 19:00–21:00"
        )
        self.assertEqual(
            clock.local_span(start, datetime(2026, 5, 4, 17)),
            "2026-05-04 19:00 – 2026-05-05 01:00",
        )
