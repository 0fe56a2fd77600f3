# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from .meter_case import MeterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestMeterReading(MeterCase):
    """Usage, flags, second look and the steps of a sheet (handbook B H3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meter = cls._make_meter(cls.home)

    def history(self, *usages):
        """Read and check the months from July on with the given usages."""
        shown = self.meter.last_reading
        for number, usage in enumerate(usages):
            shown += usage
            self._month(date(2026, 7 + number, 1), shown)
        return shown

    def run_cron(self):
        """Run the scheduled action as the server does."""
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_meter_sheets").method_direct_trigger()

    def test_usage_is_reading_less_last_times_multiplier(self):
        self.meter.multiplier = 40
        reading = self._read(self._make_sheet(), 112.5, check=False)
        self.assertEqual(reading.previous, 100)
        self.assertEqual(reading.usage, 500)
        self.assertEqual(reading.flag, "normal")
        self.assertEqual(reading.quantity, 500)

    def test_the_opening_reading_is_fixed_once_read(self):
        self._read(self._make_sheet(), 112, check=False)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.meter.opening = 90

    def test_exchange(self):
        """usage = (old end − last) + (now − new start)."""
        self._month(date(2026, 9, 1), 110)
        self.env["property.meter.swap"].create(
            {
                "meter_id": self.meter.id,
                "date": date(2026, 10, 10),
                "old_end": 118,
                "new_number": "W9",
                "new_start": 2,
                "reason": "Dial broken",
            }
        )
        self.assertEqual(self.meter.number, "W9")
        reading = self._read(self._make_sheet(), 9, check=False)
        self.assertEqual(reading.replaced_usage, 8)
        self.assertEqual(reading.start, 2)
        self.assertEqual(reading.usage, 15)
        self.assertTrue(reading.is_replaced)
        self.assertEqual(self.meter.swap_ids.old_number, "W1")

    def test_exchange_to_another_multiplier_keeps_old_readings(self):
        old = self._month(date(2026, 9, 1), 110)
        self.env["property.meter.swap"].create(
            {
                "meter_id": self.meter.id,
                "date": date(2026, 10, 10),
                "old_end": 118,
                "new_number": "W9",
                "new_start": 0,
                "new_multiplier": 10,
                "reason": "Larger meter",
            }
        )
        reading = self._read(self._make_sheet(), 1.5, check=False)
        self.assertEqual(reading.usage, 23)
        self.assertEqual(old.usage, 10)
        self.assertEqual(old.multiplier, 1)

    def test_exchange_before_a_checked_reading_is_refused(self):
        self._month(date(2026, 9, 1), 110)
        with self.assertRaisesRegex(UserError, "was read on 2026-09-28"):
            self.env["property.meter.swap"].create(
                {
                    "meter_id": self.meter.id,
                    "date": date(2026, 9, 10),
                    "old_end": 105,
                    "new_number": "W9",
                    "reason": "x",
                }
            )

    def test_dial_runs_through_zero(self):
        self.meter.write({"digits": 5, "opening": 99990})
        reading = self._read(self._make_sheet(), 12, check=False)
        self.assertTrue(reading.rolled_over)
        self.assertEqual(reading.usage, 22)
        self.assertEqual(reading.flag, "normal")

    def test_lower_than_last_needs_reason_and_second_look(self):
        sheet = self._make_sheet()
        reading = self._read(sheet, 95, check=False)
        self.assertEqual(reading.flag, "reversed")
        self.assertTrue(reading.needs_look)
        self.assertEqual(reading.quantity, 0)
        with self.assertRaisesRegex(UserError, "reason is needed"):
            sheet.action_read()
        reading.reason = "Meter mounted the wrong way round"
        sheet.action_read()
        with self.assertRaisesRegex(UserError, "second look"):
            sheet.action_check()
        reading._confirm("Mounted backwards, usual usage agreed with the owner", 6)
        self.assertFalse(reading.needs_look)
        self.assertEqual(reading.quantity, 6)
        sheet.action_check()
        self.assertEqual(sheet.state, "checked")

    def test_read_again_instead(self):
        sheet = self._make_sheet()
        reading = self._read(sheet, 95, check=False)
        reading.reason = "?"
        sheet.action_read()
        reading._reread(105, "Misread")
        self.assertEqual(reading.flag, "normal")
        sheet.action_check()
        self.assertEqual(reading.quantity, 5)

    def test_confirmed_by_another_person(self):
        sheet = self._make_sheet()
        steward, technician = self.users["steward"], self.users["technician"]
        reading = sheet.reading_ids.with_user(technician)
        reading.write({"current": 95, "reason": "?"})
        with self.assertRaisesRegex(UserError, "yourself"):
            reading._confirm("I am sure")
        reading.with_user(steward)._confirm("Seen")
        self.assertEqual(reading.confirmed_by_id, steward)
        # another figure voids the second look
        reading.current = 94
        self.assertTrue(reading.needs_look)

    def test_stamps_cannot_be_written(self):
        sheet = self._make_sheet()
        reading = sheet.reading_ids.with_user(self.users["technician"])
        reading.current = 95
        with self.assertRaisesRegex(UserError, "kept by the system"):
            reading.write({"confirmed_date": "2026-11-01 00:00:00"})

    def test_abnormal_beyond_half_of_the_mean(self):
        shown = self.history(10, 12, 8)  # mean 10
        sheet = self._make_sheet()
        reading = self._read(sheet, shown + 15, check=False)
        self.assertEqual(reading.mean_usage, 10)
        self.assertEqual(reading.flag, "normal")
        reading.current = shown + 15.1
        self.assertEqual(reading.flag, "abnormal")
        reading.current = shown + 5
        self.assertEqual(reading.flag, "normal")
        reading.current = shown + 4.9
        self.assertEqual(reading.flag, "abnormal")
        sheet.action_read()
        with self.assertRaisesRegex(UserError, "second look"):
            sheet.action_check()
        reading._confirm("Away for weeks")
        self.assertEqual(reading.quantity, 4.9)
        sheet.action_check()

    def test_abnormal_by_setting(self):
        self._set_parameter("meter_abnormal_percent", "80", self.estate)
        shown = self.history(10, 10, 10)
        reading = self._read(self._make_sheet(), shown + 17, check=False)
        self.assertEqual(reading.flag, "normal")

    def test_zero_usage(self):
        reading = self._read(self._make_sheet(), 100, check=False)
        self.assertEqual(reading.flag, "zero")
        self.assertFalse(reading.needs_look)

    def test_a_meter_that_shows_zero_is_ticked(self):
        meter = self._make_meter(self._make_unit("102"), "W2", opening=0)
        sheet = self._make_sheet()
        line = sheet.reading_ids.filtered(lambda row: row.meter_id == meter)
        self.assertFalse(line.is_read)
        line.is_read = True
        self.assertEqual(line.flag, "zero")

    def test_estimate_is_settled_next_time(self):
        shown = self.history(10, 12, 8)
        sheet = self._make_sheet()
        reading = sheet.reading_ids
        reading.action_estimate()
        self.assertEqual(reading.current, shown + 10)
        self.assertEqual(reading.flag, "estimated")
        sheet.action_read()
        sheet.action_check()
        following = self._read(self._make_sheet(date(2026, 11, 1), 20), shown + 25, check=False)
        self.assertEqual(following.previous, shown + 10)
        self.assertEqual(following.usage, 15)

    def test_estimate_lower_than_last_is_refused(self):
        sheet = self._make_sheet()
        sheet.reading_ids.write({"current": 90, "estimated": True})
        with self.assertRaisesRegex(UserError, "estimate cannot be lower"):
            sheet.action_read()

    def test_estimate_without_past_is_refused(self):
        with self.assertRaisesRegex(UserError, "no readings to estimate"):
            self._make_sheet().reading_ids.action_estimate()

    def test_meters_not_read_are_named(self):
        self._make_meter(self._make_unit("102"), "W2")
        sheet = self._make_sheet()
        sheet.reading_ids[0].current = 105
        with self.assertRaisesRegex(UserError, "1 meters are not read"):
            sheet.action_read()

    def test_proof_by_two_readers_or_photo(self):
        self._set_parameter("meter_proof", "1", self.estate)
        sheet = self._make_sheet()
        self._read(sheet, 105, check=False)
        with self.assertRaisesRegex(UserError, "second reader"):
            sheet.action_read()
        sheet.second_reader_id = self.users["steward"]
        sheet.action_read()

    def test_the_reader_does_not_check(self):
        sheet = self._make_sheet()
        sheet.reading_ids.with_user(self.users["supervisor"]).current = 105
        sheet.with_user(self.users["supervisor"]).action_read()
        with self.assertRaisesRegex(UserError, "somebody else has to check"):
            sheet.with_user(self.users["supervisor"]).action_check()
        sheet.with_user(self.users["accountant"]).action_check()
        self.assertEqual(sheet.checked_by_id, self.users["accountant"])

    def test_checked_readings_are_fixed(self):
        reading = self._month(date(2026, 10, 1), 105)
        with self.assertRaisesRegex(UserError, "take it back"):
            reading.current = 106
        reading.sheet_id.action_back()
        reading.current = 106
        self.assertEqual(reading.usage, 6)

    def test_state_moves_by_buttons_only(self):
        with self.assertRaises(UserError):
            self._make_sheet().state = "checked"

    def test_sheets_are_checked_in_order(self):
        first = self._make_sheet(date(2026, 9, 1))
        self._read(first, 105, check=False)
        second = self._make_sheet()
        self._read(second, 112, check=False)
        second.action_read()
        with self.assertRaisesRegex(UserError, "first"):
            second.action_check()
        first.action_read()
        first.action_check()
        second.action_check()
        with self.assertRaisesRegex(UserError, "builds on"):
            first.action_back()

    def test_a_reading_that_comes_late_is_the_base(self):
        """The next sheet was opened before this one was read."""
        first = self._make_sheet(date(2026, 9, 1))
        second = self._make_sheet()
        self._read(first, 105)
        reading = self._read(second, 112, check=False)
        second.action_read()
        self.assertEqual(reading.previous, 105)
        self.assertEqual(reading.usage, 7)

    def test_a_sheet_has_each_meter_once_a_month(self):
        self._make_sheet()
        whole = self._make_sheet(building_id=False)
        self.assertFalse(whole.reading_ids)
        other = self._make_meter(number="C1", building_id=False)
        whole.action_refresh()
        self.assertEqual(whole.reading_ids.meter_id, other)

    def test_computed_figures_cannot_be_written(self):
        reading = self._read(self._make_sheet(), 95, check=False)
        own = reading.with_user(self.users["supervisor"])
        for vals in ({"usage": 1}, {"quantity": 0}, {"needs_look": False}, {"previous_id": False}):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                own.write(vals)

    def test_a_reading_between_two_rounds(self):
        """Somebody moves out on the tenth: the month is parted there."""
        self._month(date(2026, 9, 1), 105)
        between = self._make_sheet(unit_id=self.home.id, building_id=False, day=10)
        self._read(between, 108)
        reading = self._read(self._make_sheet(), 112)
        self.assertEqual((reading.previous, reading.usage), (108, 4))

    def test_two_readings_of_one_day_are_refused(self):
        self._month(date(2026, 10, 1), 108)
        between = self._make_sheet(unit_id=self.home.id, building_id=False)
        self._read(between, 110, check=False)
        with self.assertRaisesRegex(UserError, "as well"):
            between.action_read()

    def test_a_reading_before_a_checked_one_is_refused(self):
        self._month(date(2026, 10, 1), 108)
        between = self._make_sheet(unit_id=self.home.id, building_id=False, day=10)
        self._read(between, 104, check=False)
        between.action_read()
        with self.assertRaisesRegex(UserError, "was read later"):
            between.action_check()

    @mute_logger("odoo.addons.property_service.models.fee.property_meter_sheet")
    def test_the_routine_goes_on_after_a_failure(self):
        other = self._make_estate("Other", "OT")
        building = self.env["property.building"].create({"name": "9栋", "estate_id": other.id})
        self._make_meter(
            self._make_unit("901", building=building),
            "X1",
            building_id=building.id,
            estate_id=other.id,
        )
        model = self.env.registry["property.meter.sheet"]
        original = model._open_month

        def broken(records, estate, day):
            if estate == self.estate:
                raise ValueError("broken")
            return original(records, estate, day)

        self.patch(model, "_open_month", broken)
        self.run_cron()
        sheets = self.env["property.meter.sheet"].search([])
        self.assertFalse(sheets.filtered(lambda row: row.estate_id == self.estate))
        self.assertTrue(sheets.filtered(lambda row: row.estate_id == other))

    def test_removed_meters_are_left_out(self):
        self.meter.date_removed = date(2026, 8, 1)
        self.assertFalse(self._make_sheet().reading_ids)

    def test_reread_on_request(self):
        reading = self._month(date(2026, 10, 1), 105)
        reading.action_ask_reread()
        self.assertEqual(reading.reread_deadline, date(2026, 11, 24))
        activity = reading.activity_ids
        self.assertEqual(activity.date_deadline, date(2026, 11, 24))
        with self.assertRaisesRegex(UserError, "already"):
            reading.action_ask_reread()
        reading._reread(104)
        self.assertEqual(reading.current, 105, "a checked reading stays")
        self.assertEqual(reading.reread_done, date(2026, 11, 21))
        self.assertFalse(reading.activity_ids)

    def test_entry_goes_on_to_the_next_meter(self):
        self._make_meter(self._make_unit("102"), "W2")
        sheet = self._make_sheet()
        action = sheet.action_enter()
        entry = self.env["property.meter.entry"].with_context(**action["context"]).create({})
        self.assertEqual(entry.reading_id, sheet.reading_ids[0])
        entry.current = 90
        self.assertTrue(entry.warning)
        with self.assertRaisesRegex(UserError, "enter the reason"):
            entry.action_save_next()
        entry.write({"current": 108})
        self.assertEqual(entry.usage, 8)
        action = entry.action_save_next()
        self.assertEqual(action["context"]["default_reading_id"], sheet.reading_ids[1].id)
        entry = self.env["property.meter.entry"].with_context(**action["context"]).create({})
        entry.current = 101
        self.assertEqual(entry.action_save_next()["type"], "ir.actions.act_window_close")
        self.assertEqual(sheet.missing_count, 0)

    def test_the_routine_opens_sheets_once(self):
        self._make_meter(number="C1", building_id=False, kind="electricity")
        self._set_parameter("bill_meter_day", "25", self.estate)
        model = self.env["property.meter.sheet"]
        domain = [("estate_id", "=", self.estate.id)]
        self.run_cron()
        self.assertFalse(model.search(domain), "the day has not come")
        self._set_parameter("bill_meter_day", "1", self.estate)
        self.run_cron()
        self.run_cron()
        sheets = model.search(domain)
        self.assertEqual(
            {(sheet.kind, sheet.building_id, sheet.month) for sheet in sheets},
            {
                ("water", self.building, date(2026, 11, 1)),
                ("electricity", self.building.browse(), date(2026, 11, 1)),
            },
        )
        self.assertEqual(len(sheets.reading_ids), 2)
