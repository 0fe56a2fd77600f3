# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..core.import_case import ImportCase, csv_file

HEADER = ["房号", "表类", "表号", "倍率", "上期读数", "本期读数", "抄表日期", "抄表人", "备注"]


def row(room="1栋-1单元-101", number="W1", previous=100, current=110, **cells):
    """Return a line under `HEADER`."""
    values = {
        "房号": room,
        "表类": "水",
        "表号": number,
        "倍率": 1,
        "上期读数": previous,
        "本期读数": current,
        "抄表日期": "2026-10-28",
        "抄表人": "张三",
        "备注": None,
        **cells,
    }
    return [values[title] for title in HEADER]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestMeterImport(ImportCase):
    """Reading sheets as companies keep them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        building = cls.env["property.building"].create({"name": "1栋", "estate_id": cls.estate.id})
        for number in ("101", "102", "201"):
            cls._make_unit(number, building=building)

    def readings(self, *rows, **values):
        """Return the wizard after the import of rows under the usual header."""
        return self.take_in([HEADER, *rows], "meters", **values)

    def meter(self, number="W1"):
        return self.env["property.meter"].search(
            [("estate_id", "=", self.estate.id), ("number", "=", number)]
        )

    def test_unknown_meters_are_made(self):
        wizard = self.readings(row(), row("1#楼-1-102", "W2", 50.5, 60))
        self.assertFalse(wizard.error_ids, wizard.error_ids.mapped("message"))
        self.assertEqual(self.counts(wizard), {"meters": (2, 0, 0), "readings": (2, 0, 0)})
        meter = self.meter("W2")
        self.assertEqual(meter.unit_id.number, "102")
        self.assertEqual(meter.opening, 50.5)
        reading = meter.reading_ids
        self.assertEqual((reading.previous, reading.current, reading.usage), (50.5, 60.0, 9.5))
        self.assertEqual(reading.date, date(2026, 10, 28))
        self.assertEqual(reading.month, date(2026, 10, 1))
        self.assertEqual(reading.reader_name, "张三")
        self.assertEqual(reading.sheet_id.building_id.name, "1栋")
        self.assertEqual(reading.sheet_id.state, "open")

    def test_a_check_changes_nothing(self):
        before = self.env["property.meter"].search_count([])
        wizard = self.paper([HEADER, row()], "meters")
        wizard.action_check()
        self.assertEqual(wizard.imported_count, 1)
        self.assertEqual(self.env["property.meter"].search_count([]), before)

    def test_the_same_again_changes_nothing(self):
        rows = [HEADER, row(), row("1栋-1单元-102", "W2")]
        self.take_in(rows, "meters")
        reading = self.meter().reading_ids
        stamp = reading.write_date
        wizard = self.take_in(rows, "meters")
        self.assertEqual(self.counts(wizard), {"meters": (0, 0, 2), "readings": (0, 0, 2)})
        self.assertEqual(reading.write_date, stamp)

    def test_next_month_counts_from_the_last_reading(self):
        self.readings(row())
        self.readings(row(previous=110, current=125, 抄表日期="2026-11-20"))
        reading = self.meter().reading_ids.sorted("month")[-1]
        self.assertEqual((reading.previous, reading.usage), (110, 15))

    def test_another_figure_replaces_an_open_one(self):
        self.readings(row())
        wizard = self.readings(row(current=111))
        self.assertEqual(self.counts(wizard)["readings"], (0, 1, 0))
        self.assertEqual(self.meter().reading_ids.current, 111)

    def test_a_checked_sheet_takes_nothing(self):
        self.readings(row())
        sheet = self.meter().reading_ids.sheet_id
        sheet.action_read()
        sheet.action_check()
        wizard = self.readings(row(current=111), row("1栋-1单元-102", "W2"))
        self.assert_refused(wizard, (2, "", "back first"), (3, "", "back first"))

    def test_refused_rows(self):
        self.readings(row())
        self.assert_refused(
            self.readings(
                row(previous=99, current=120),
                row(number="W9"),
                row("9栋-1单元-101", "W3"),
                row("1栋-1单元-102", "W2", previous=None),
                row("1栋-1单元-102", "W1"),
                row("1栋-1单元-102", None),
                row("1栋-1单元-102", "W4", current=None),
                row("1栋-1单元-102", "W4", current=-3),
                row("1栋-1单元-102", "W5", 抄表日期="2026-12-28"),
                row("1栋-1单元-102", "W6", 表类="蒸汽"),
                row("1栋-1单元-201", "W7"),
                row("1栋-1单元-201", "W7", current=150),
                row(倍率=40, 抄表日期="2026-11-20", previous=110, current=120),
            ),
            (2, "上期读数", "counted from"),
            (3, "表号", "exchange"),
            (4, "房号", "no such unit"),
            (5, "上期读数", "opening"),
            (6, "房号", "1栋-1单元-101"),
            (7, "表号", "no meter"),
            (8, "本期读数", ""),
            (9, "本期读数", "below zero"),
            (10, "抄表日期", "not come yet"),
            (11, "表类", "not clear"),
            (13, "表号", "row 12"),
            (14, "倍率", "multiplier 1"),
        )

    def test_backwards_is_taken_and_listed(self):
        wizard = self.readings(row(current=95))
        self.assertFalse(wizard.error_ids)
        self.assertEqual(wizard.warning_count, 1)
        self.assertIn("second look", wizard.warning_ids.message)
        self.assertTrue(self.meter().reading_ids.needs_look)

    def test_older_than_the_last_reading(self):
        self.readings(row(抄表日期="2026-11-18"))
        wizard = self.readings(row(抄表日期="2026-09-18"))
        self.assert_refused(wizard, (2, "抄表日期", "read later"))

    def test_other_columns_and_csv(self):
        content = csv_file(
            [
                ["2026年10月抄表"],
                ["序号", "楼栋", "单元", "房号", "水表号", "起数", "止数", "用水量"],
                [1, "1号楼", "1单元", "101", "W1", "100", "110吨", "11"],
                [2, "", "", "102", "W2", "0", "0", "0"],
                ["合计", "", "", "", "", "", "", "11"],
            ],
            "gbk",
        )
        wizard = self.take_in(content, "meters", filename="readings.csv")
        self.assertFalse(wizard.error_ids, wizard.error_ids.mapped("message"))
        self.assertEqual(wizard.imported_count, 2)
        self.assertIn("come to 10", wizard.warning_ids[0].message)
        self.assertEqual(self.meter().kind, "water")
        reading = self.meter().reading_ids
        self.assertEqual((reading.date, reading.usage), (date(2026, 11, 21), 10))
        self.assertEqual(self.meter("W2").reading_ids.flag, "zero")

    def test_without_numbers_the_units_only_meter(self):
        self.readings(row())
        wizard = self.readings(row(number=None, previous=110, current=120, 抄表日期="2026-11-20"))
        self.assertFalse(wizard.error_ids, wizard.error_ids.mapped("message"))
        self.assertEqual(self.meter().last_reading, 120)

    def test_exchanged_meter(self):
        self.readings(row())
        self.env["property.meter.swap"].create(
            {
                "meter_id": self.meter().id,
                "date": date(2026, 11, 5),
                "old_end": 113,
                "new_number": "W8",
                "new_start": 2,
                "reason": "Broken",
            }
        )
        wizard = self.readings(row(number="W8", previous=2, current=9, 抄表日期="2026-11-20"))
        self.assertFalse(wizard.error_ids, wizard.error_ids.mapped("message"))
        self.assertEqual(self.meter("W8").reading_ids.sorted("month")[-1].usage, 10)

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.readings(row(), user="technician")
        self.readings(row(), user="supervisor")
        self.readings(row("1栋-1单元-102", "W2"), user="accountant")
