# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .patrol_case import NOON, PHOTO, PatrolCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPatrolPlan(PatrolCase):
    """Which patrols a plan makes, and that making them again changes nothing (B §E1)."""

    def _days(self, plan, first=date(2026, 3, 2), last=date(2026, 3, 31)):
        return [slot[0].day for slot in plan._slots(first, last)]

    def test_frequencies(self):
        plan = self._plan()
        self.assertEqual(len(self._days(plan)), 30)
        plan.write({"frequency": "interval", "interval_days": 10})
        self.assertEqual(self._days(plan), [11, 21, 31])
        plan.frequency = "weekly"
        self.assertEqual(self._days(plan), [2, 9, 16, 23, 30])
        plan.write({"frequency": "monthly", "month_days": "15,31"})
        self.assertEqual(self._days(plan), [15, 31])
        self.assertEqual(self._days(plan, date(2026, 4, 1), date(2026, 4, 30)), [15, 30])
        with self.assertRaises(ValidationError):
            plan.month_days = "40"
        plan.write({"frequency": "daily", "date_end": date(2026, 3, 4)})
        self.assertEqual(self._days(plan), [2, 3, 4])

    def test_days_drawn_for_the_managers_checks(self):
        """Four a month, irregular, and the same whoever asks (handbook B E4)."""
        plan = self._plan(frequency="drawn", times_a_month=4)
        months = []
        for month in (3, 4, 5):
            first = date(2026, month, 1)
            slots = plan._slots(first, date(2026, month, 30))
            months.append([day.day for day, *_rest in slots])
            again = plan._slots(first, date(2026, month, 30))
            self.assertEqual(slots, again)
        self.assertTrue(all(3 <= len(days) <= 4 for days in months))
        self.assertGreater(len({tuple(days) for days in months}), 1)

    def test_two_a_day_at_local_times(self):
        plan = self._plan()
        plan.time_ids = [Command.create({"hour": 15.5, "minutes": 60})]
        slots = plan._slots(date(2026, 3, 2), date(2026, 3, 2))
        self.assertEqual(
            [slot[2] for slot in slots],
            [datetime(2026, 3, 2, 1, 0), datetime(2026, 3, 2, 7, 30)],
        )
        self.assertEqual(slots[1][3], datetime(2026, 3, 2, 8, 30))

    def test_cron_makes_each_once(self):
        plan = self._plan()
        self._cron("ir_cron_patrol_make")
        tasks = self.env["property.patrol"].search([("plan_id", "=", plan.id)])
        self.assertEqual(len(tasks), 8, "today and seven days")
        self.assertEqual(set(tasks.mapped("point_count")), {3})
        self.assertEqual(tasks.user_id, self.steward)
        self.assertEqual(len(set(tasks.mapped("number"))), 8)
        self._cron("ir_cron_patrol_make")
        self.assertEqual(self.env["property.patrol"].search([("plan_id", "=", plan.id)]), tasks)

    def test_broken_plan_is_parked(self):
        good, broken = self._plan(name="good"), self._plan(name="broken")
        broken.frequency = "monthly"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE property_patrol_plan SET month_days = 'x' WHERE id = %s", [broken.id]
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.property_service.models.patrol.property_patrol_plan"):
            self._cron("ir_cron_patrol_make")
        self.assertIn("1,15", broken.error)
        self.assertTrue(self.env["property.patrol"].search([("plan_id", "=", good.id)]))
        broken.month_days = "1"
        broken.action_make()
        self.assertFalse(broken.error)

    def test_many_tasks_in_one_create(self):
        """Queries grow by the number of each task only, not by its points."""
        plan = self._plan()
        first, last = date(2026, 3, 2), date(2026, 3, 6)
        plan._make(plan._slots(first, last))

        def queries(days):
            nonlocal last
            first, last = last + timedelta(1), last + timedelta(days)
            slots = plan._slots(first, last)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            plan._make(slots)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = queries(5), queries(45)
        self.assertLess((many - few) / 40, 4)

    def test_rotation(self):
        plan = self._plan(user_ids=[Command.set((self.steward | self.technician).ids)])
        tasks = plan._make(plan._slots(date(2026, 3, 2), date(2026, 3, 5)))
        self.assertEqual(len(tasks.user_id), 2)
        self.assertNotEqual(tasks[0].user_id, tasks[1].user_id)

    def test_vacant_units_around_rain(self):
        """Units in trusteeship: weekly, and once before and once after heavy rain (B §E5)."""
        home = self._make_unit("601", state="trusteeship")
        self._make_unit("602", state="vacant")
        plan = self._plan(
            target="entrusted",
            frequency="weather",
            type_id=self.env.ref("property_service.patrol_type_entrusted").id,
            user_source="steward",
        )
        plan.with_context(rain="before").action_rain()
        plan.with_context(rain="before").action_rain()
        plan.with_context(rain="after").action_rain()
        tasks = self.env["property.patrol"].search([("plan_id", "=", plan.id)])
        self.assertEqual(sorted(tasks.mapped("occasion")), ["after", "before"])
        self.assertEqual(tasks.visit_ids.unit_id, home)
        self.assertEqual(tasks.user_id, self.steward)
        with self.assertRaises(UserError):
            plan.action_make()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPatrol(PatrolCase):
    """Patrols are made point by point, and what is late or doubtful shows (B §E1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan()
        # Tuesday, 9:00 to 11:00 in China
        cls.patrol = cls.plan._make(cls.plan._slots(date(2026, 3, 3), date(2026, 3, 3)))

    def _start(self):
        own = self.patrol.with_user(self.steward)
        own.action_start()
        return own

    def _do(self, visit, moment=None):
        with freeze_time(moment or datetime.now()):
            visit._scan()
            visit.action_all_normal()

    def test_scenario_7_steward_patrol(self):
        """A point missed: it cannot finish; one put right at once with 2 photos, one a repair;
        the recheck is made next day (§11.7)."""
        with freeze_time("2026-03-03 01:10:00"):
            own = self._start()
            first, second, third = own.visit_ids
            self._do(first, "2026-03-03 01:15:00")
        with freeze_time("2026-03-03 01:30:00"):
            with self.assertRaisesRegex(UserError, "2 points have no result"):
                own.action_finish()
            second._scan()
            door = second.check_ids[1]
            second.check_ids[0].action_pass()
            door.write({"result": "bad", "text": "Fire door blocked", "photo": PHOTO})
            door.write({"fixed": True})
            with self.assertRaisesRegex(UserError, "photo before and one afterwards"):
                second.action_done()
            door.photo_after = PHOTO
            second.action_done()
        self.assertEqual(second.state, "abnormal")
        self.assertEqual(door.finding_id.state, "closed")
        self.assertEqual(door.finding_id.category_id, self._category("fire"))
        with freeze_time("2026-03-03 01:40:00"):
            third._scan()
            lamp = third.check_ids[0]
            third.check_ids[1].action_pass()
            lamp.action_fail()
            with self.assertRaisesRegex(UserError, "describe it and take a photo"):
                third.action_done()
            lamp.write({"text": "Lamp broken", "photo": PHOTO})
            third.action_done()
            own.action_finish()
        self.assertEqual(self.patrol.state, "done")
        self.assertFalse(self.patrol.late)
        self.assertFalse(self.patrol.suspicious)
        self.assertEqual((self.patrol.on_time_count, self.patrol.abnormal_count), (3, 2))
        repair = lamp.finding_id
        self.assertEqual(repair.state, "found")
        repair.write({"responsible_id": self.technician.id, "measures": "New lamp"})
        repair.with_user(self.supervisor).action_assign()
        repair.with_user(self.technician).action_accept()
        repair.with_user(self.technician).action_fixed()
        with freeze_time("2026-03-04 01:00:00"):
            repair.with_user(self.steward).action_rechecked()
        self.assertEqual(repair.state, "closed")

    def test_without_scan_or_too_fast(self):
        with freeze_time("2026-03-03 01:10:00"):
            own = self._start()
        first, second, third = own.visit_ids
        self._do(first, "2026-03-03 01:15:00")
        self._do(second, "2026-03-03 01:15:05")
        with freeze_time("2026-03-03 01:20:00"):
            third.action_all_normal()
            own.action_finish()
        self.assertTrue(self.patrol.suspicious)
        self.assertFalse(first.suspicious)
        self.assertIn("5 seconds", second.suspicion)
        self.assertIn("not scanned", third.suspicion)

    def test_early_and_late(self):
        with freeze_time("2026-03-03 00:30:00"):
            own = self._start()
            self._do(own.visit_ids[0], "2026-03-03 00:31:00")
        self._do(own.visit_ids[1], "2026-03-03 02:00:00")
        self._do(own.visit_ids[2], "2026-03-03 04:00:00")
        self.assertEqual(own.visit_ids.mapped("arrival"), ["early", "on_time", "late"])
        with freeze_time("2026-03-03 04:01:00"):
            own.action_finish()
        self.assertTrue(self.patrol.late)

    def test_cron_shows_late_and_missed(self):
        with freeze_time("2026-03-03 03:05:00"):
            self._cron("ir_cron_patrol_late")
            self.assertEqual(self.patrol.state, "overdue")
            self._cron("ir_cron_patrol_late")
        with freeze_time("2026-03-03 12:00:00"):
            self._cron("ir_cron_patrol_late")
        self.assertEqual(self.patrol.state, "missed")
        self.assertEqual(set(self.patrol.visit_ids.mapped("arrival")), {"missed"})
        with self.assertRaises(UserError):
            self._start()

    def test_cron_leaves_a_broken_one(self):
        other = self.plan._make(self.plan._slots(date(2026, 3, 4), date(2026, 3, 4)))
        broken, model = self.patrol, type(self.patrol)
        move = model._move_to

        def move_to(patrols, state, **vals):
            if broken in patrols:
                raise ValueError("broken")
            return move(patrols, state, **vals)

        self.patch(model, "_move_to", move_to)
        quiet = mute_logger("odoo.addons.property_service.models.patrol.property_patrol")
        with freeze_time("2026-03-04 03:05:00"), quiet:
            self._cron("ir_cron_patrol_late")
        self.assertEqual((broken.state, other.state), ("scheduled", "overdue"))

    def test_moved_with_reason(self):
        own = self.patrol.with_user(self.steward)
        later = datetime(2026, 3, 4, 1)
        with self.assertRaisesRegex(UserError, "reason"):
            own.action_reschedule(None, later)
        with self.assertRaisesRegex(UserError, "over"):
            own.action_reschedule("rain", datetime(2026, 3, 1))
        own.action_reschedule("rain", later)
        self.assertEqual(self.patrol.date, date(2026, 3, 4))
        self.assertEqual(self.patrol.planned_end, datetime(2026, 3, 4, 3))
        self.assertEqual(self.patrol.first_planned, datetime(2026, 3, 3, 1))
        self.plan._make(self.plan._slots(date(2026, 3, 3), date(2026, 3, 3)))
        self.assertEqual(len(self.env["property.patrol"].search([])), 1, "not made again")

    def test_nothing_is_jumped_or_written_afterwards(self):
        own = self.patrol.with_user(self.steward)
        visit = own.visit_ids[0]
        for record, values in (
            (own, {"state": "done"}),
            (visit, {"state": "ok"}),
            (visit, {"scanned_date": NOON}),
            (visit, {"suspicious": False}),
            (own, {"planned_end": "2026-03-09 00:00:00"}),
            (own, {"late": False}),
        ):
            with self.assertRaises(UserError):
                record.write(values)
        with self.assertRaisesRegex(UserError, "Begin"):
            visit.action_all_normal()
        with freeze_time("2026-03-03 01:10:00"):
            own.action_start()
            for row in own.visit_ids:
                row.action_all_normal()
            own.action_finish()
        with self.assertRaisesRegex(UserError, "is over"):
            visit.note = "afterwards"
        with self.assertRaisesRegex(UserError, "is over"):
            visit.check_ids[0].text = "afterwards"
        with self.assertRaises(UserError):
            self.patrol.unlink()

    def test_measured_items(self):
        item = self.env.ref("property_service.patrol_item_plant_1")
        own = self._start()
        visit = own.visit_ids[0]
        check = self.env["property.patrol.check"].create({"visit_id": visit.id, "item_id": item.id})
        with self.assertRaisesRegex(UserError, "measured"):
            check.action_pass()
        check.write({"value": 0.45, "value_read": True})
        self.assertEqual(check.result, "ok")
        check.value = 0.9
        self.assertEqual(check.result, "bad")

    def test_a_foreign_estate_sees_nothing(self):
        for model in ("property.patrol", "property.patrol.visit", "property.patrol.point"):
            self.assertTrue(self.env[model].with_user(self.steward).search_count([]))
            self.assertFalse(self.env[model].with_user(self.outsider).search_count([]))

    def test_meters_of_a_vacant_home(self):
        """Over 5 m³ or 20 kWh the reduction is told, and there is a finding (B §E5, H7)."""
        home = self._make_unit("701", state="vacant")
        told = []
        waiver_class = type(self.env["property.waiver"])
        waiver = self.env["property.waiver"].new({"water_start": 100, "power_start": 1000})
        visit_class = type(self.env["property.patrol.visit"])
        self.patch(visit_class, "_vacancy_waiver", lambda visit: waiver)
        self.patch(
            waiver_class,
            "_record_usage",
            lambda rows, day, water, power: told.append((day, water, power)),
        )
        plan = self._plan(
            target="vacant",
            type_id=self.env.ref("property_service.patrol_type_vacant").id,
            frequency="monthly",
            month_days="2,3",
        )
        tasks = plan._make(plan._slots(date(2026, 3, 2), date(2026, 3, 3)))
        self.assertEqual(tasks.visit_ids.unit_id, home)
        first, second = tasks.sorted("date").with_user(self.steward)
        first.action_start()
        visit = first.visit_ids
        self.assertEqual(len(visit.check_ids), 7)
        visit.write({"meters_read": True, "water": 99, "power": 1010})
        with self.assertRaisesRegex(UserError, "less than at the start"):
            visit.action_all_normal()
        visit.write({"water": 105, "power": 1020})
        visit.action_all_normal()
        self.assertEqual(told, [(date(2026, 3, 2), 5, 20)])
        self.assertFalse(visit.finding_ids, "just at the limit")
        second.action_start()
        second.visit_ids.write({"meters_read": True, "water": 109, "power": 1003})
        second.visit_ids.action_all_normal()
        self.assertEqual(told[-1], (date(2026, 3, 3), 9, 3))
        self.assertEqual(second.visit_ids.finding_ids.category_id, self._category("vacant"))

    def test_daily_log_of_the_steward(self):
        with freeze_time("2026-03-03 01:10:00"):
            self._start()
            self._finding("clean", description="Litter", place="Lobby")
            log = (
                self.env["property.steward.log"]
                .with_user(self.steward)
                .create({"estate_id": self.estate.id})
            )
            log.action_fill()
            self.assertIn("Litter", log.environment_text)
            self.assertEqual(log.area, "1栋")
            self.assertIn("09:10", log.morning)
            log.action_submit()
            with self.assertRaisesRegex(UserError, "stays"):
                log.order_text = "x"
            with self.assertRaisesRegex(UserError, "supervisor"):
                log.action_comment()
            own = log.with_user(self.supervisor)
            own.comment = "Good"
            own.action_comment()
        self.assertEqual(log.state, "commented")


@tagged("post_install", "-at_install")
class TestPatrolScan(PatrolCase, HttpCase):
    """The code of a point opens it on the phone of who is on patrol, and of nobody else."""

    def test_scan(self):
        plan = self._plan()
        today = date.today()
        patrol = plan._make(plan._slots(today, today))
        point = patrol.visit_ids[1].point_id
        self.env["res.users"].browse(self.steward.id).password = "test_steward"
        self.outsider.password = "test_outsider"
        address = f"/property/patrol/point/{point.token}"
        self.authenticate("test_outsider", "test_outsider")
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.http"):
            self.assertEqual(self.url_open(address).status_code, 404)
        self.authenticate("test_steward", "test_steward")
        page = self.url_open(address)
        self.assertEqual(page.status_code, 200)
        self.assertIn(patrol.number, page.text)
        self.env.invalidate_all()
        self.assertFalse(patrol.visit_ids[1].scanned_date, "looking is not being there")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        self.url_open(f"{address}/here", data={"csrf_token": token}, allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual(patrol.state, "in_progress")
        self.assertTrue(patrol.visit_ids[1].scanned_date)
        self.assertEqual(patrol.visit_ids[1].scanned_by_id, self.steward)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/property/patrol/point/none").status_code, 404)
