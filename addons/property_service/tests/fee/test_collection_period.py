# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestCollectionPeriod(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        item = cls._make_item()
        cls._make_price(item, 2.0)
        cls.building.steward_ids = cls.users["steward"]
        cls.units = [cls._make_unit(f"10{number}", 100) for number in range(4)]
        with freeze_time("2025-07-05 04:00:00"):
            cls._bill(date(2025, 6, 1))
            cls._bill(date(2025, 7, 1))
            cls._take(cls.units[0], 400, date=date(2025, 7, 5))
            cls._take(cls.units[1], 200, date=date(2025, 7, 5))

    def _period(self, month=date(2025, 7, 1)):
        return self.env["property.collection.period"].create(
            {"estate_id": self.estate.id, "month": month}
        )

    def _closed(self):
        with freeze_time("2025-08-05 04:00:00"):
            self._period(date(2025, 6, 1)).action_close()
            period = self._period()
            period.with_user(self.users["accountant"]).action_close()
        return period

    def _figures(self, day, by=(), **options):
        return self.env["property.collection.rate"]._figures(
            {"estate_ids": self.estate.ids, **options},
            date(2025, 7, 1),
            date(2025, 7, 1),
            day,
            by,
        )

    def test_figures_are_those_of_the_books(self):
        with freeze_time("2025-08-05 04:00:00"):
            period = self._period()
        self.assertEqual((period.due, period.paid, period.closing), (800, 200, 1000))
        self.assertEqual(period.rate, 0.25)
        # of June's 800 open on 1 July 400 came in during July
        self.assertEqual(period.arrears_rate, 0.5)
        self.assertEqual(period.homes_rate, 0.25)
        line = period.building_line_ids
        self.assertEqual(line.steward_id, self.users["steward"])

    def test_closed_month_keeps_its_figures(self):
        """Money that comes in later belongs to the next period's old arrears."""
        period = self._closed()
        before = self._figures(date(2025, 8, 31))
        with freeze_time("2025-08-20 04:00:00"):
            self._take(self.units[2], 400)
        self.assertEqual(self._figures(date(2025, 8, 31)), before)
        self.assertEqual(period.paid, 200)
        for by in (("estate",), ("building",), ("item",), ("estate", "building", "item")):
            total = sum(figures.paid for figures in self._figures(date(2025, 8, 31), by).values())
            self.assertEqual(total, 200, by)
        august = self.env["property.collection.rate"]._figures(
            {"estate_ids": self.estate.ids}, date(2025, 8, 1), date(2025, 8, 1), date(2025, 8, 31)
        )[()]
        self.assertEqual((august.opening, august.recovered), (1000, 400))

    def test_report_before_the_closing_day_is_computed(self):
        """A report of a day before the closing still shows that day's figures."""
        self._closed()
        self.assertEqual(self._figures(date(2025, 7, 4)).get((), None).paid, 0)

    def test_open_and_closed_estates_together(self):
        self._closed()
        other = self._make_estate("Hill", "HL")
        other.user_ids = self.env.user
        building = self.env["property.building"].create({"name": "9栋", "estate_id": other.id})
        self._make_price(
            self.env["property.fee.item"].search([("code", "=", "MGT")], limit=1),
            1.0,
            estate_id=other.id,
        )
        self._make_unit("901", 50, building=building)
        with freeze_time("2025-08-06 04:00:00"):
            self._bill(date(2025, 7, 1), estate_ids=[(6, 0, other.ids)])
        both = self._figures(date(2025, 8, 31), ("estate",), estate_ids=[self.estate.id, other.id])
        self.assertEqual(both[self.estate.id,].due, 800)
        self.assertEqual(both[other.id,].due, 50)
        total = self._figures(date(2025, 8, 31), estate_ids=[self.estate.id, other.id])[()]
        self.assertEqual((total.due, total.homes_due), (850, 5))

    def test_order_and_end_of_month(self):
        with freeze_time("2025-07-20 04:00:00"):
            period = self._period()
            with self.assertRaisesRegex(UserError, "not over"):
                period.action_close()
            june = self._period(date(2025, 6, 1))
        with freeze_time("2025-08-05 04:00:00"):
            with self.assertRaisesRegex(UserError, "2025-06"):
                period.action_close()
            (june | period).action_close()
            with self.assertRaises(UserError):
                period.unlink()
            with self.assertRaises(UserError):
                period.with_user(self.users["accountant"]).write({"state": "open"})

    def test_supervisor_reads_only(self):
        with freeze_time("2025-08-05 04:00:00"):
            period = self._period()
        mine = period.with_user(self.users["supervisor"])
        self.assertEqual(mine.due, 800)
        with self.assertRaises(AccessError):
            mine.action_close()

    def test_ranking(self):
        """H14-3: stewards and buildings, the best rate first."""
        second = self.env["property.building"].create({"name": "2栋", "estate_id": self.estate.id})
        unit = self._make_unit("201", 100, building=second)
        with freeze_time("2025-07-06 04:00:00"):
            self._bill(date(2025, 7, 1))
            self._take(unit, 200, date=date(2025, 7, 6))
        content = self.env["property.register.collection.ranking"]._content(
            {"estate_ids": self.estate.ids, "month": "2025-07-01"}
        )
        people, buildings = (section["rows"] for section in content["sections"])
        self.assertEqual([row["name"] for row in buildings], ["2栋", "1栋"])
        self.assertEqual([row["rank"] for row in buildings], [1, 2])
        self.assertEqual([row["rate"] for row in buildings], [1.0, 0.25])
        self.assertEqual(people[-1]["name"], self.users["steward"].name)
