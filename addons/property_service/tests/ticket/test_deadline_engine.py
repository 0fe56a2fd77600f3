# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .repair_case import RepairCase

ENGINE = "odoo.addons.property_service.models.ticket.property_deadline"


@tagged("post_install", "-at_install")
class TestDeadlinePolicy(RepairCase):
    """Which policy counts, and when its time is up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["property.deadline.policy"]

    def _policy(self, **values):
        return self.policies.create(
            {
                "res_model": "property.repair",
                "step": "test",
                "time": 10,
                "time_unit": "hours",
                **values,
            }
        )

    def _found(self, category, urgency="U1", estate=None):
        return self.policies._find(
            "property.repair", "test", category, urgency, estate or self.estate
        )

    def test_speciality(self):
        """Estate before company, then category before its parent, then urgency."""
        child = self.leak.copy({"code": "leak_child", "parent_id": self.leak.id})
        self.assertFalse(self._found(child))
        order = [
            {},
            {"urgency": "U1"},
            {"category_id": self.leak.id},
            {"category_id": self.leak.id, "urgency": "U1"},
            {"category_id": child.id},
            {"company_id": self.company.id},
            {"estate_id": self.estate.id},
            {"estate_id": self.estate.id, "category_id": child.id, "urgency": "U1"},
        ]
        for values in order:
            policy = self._policy(**values)
            self.assertEqual(self._found(child), policy, values)
        other = self._make_estate("River Park", "RP")
        self.assertNotEqual(self._found(child, estate=other).estate_id, self.estate)
        self.assertFalse(self._found(child, "U3").urgency)

    def test_around_the_clock(self):
        policy = self._policy(time=24)
        friday = datetime(2026, 11, 13, 15, 0)
        self.assertEqual(policy._due(friday), friday + timedelta(hours=24))
        self.assertEqual(policy._elapsed(friday, friday + timedelta(hours=3)), 180)
        self.assertEqual(policy._before(friday), friday - timedelta(hours=24))

    def _calendar(self):
        return self.env["resource.calendar"].create(
            {
                "name": "Desk",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": 9,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )

    def test_working_hours(self):
        policy = self._policy(time=4, calendar_id=self._calendar().id)
        friday = datetime(2026, 11, 13, 7, 0)  # 15:00 in China
        monday = datetime(2026, 11, 16, 3, 0)  # 11:00 in China
        self.assertEqual(policy._due(friday), monday)
        self.assertEqual(policy._elapsed(friday, monday), 240)

    def test_working_days_count_alike_in_both_directions(self):
        """A pause of a clock in working days does not lose the weekend."""
        self.company.resource_calendar_id = self._calendar()
        policy = self._policy(time=2, time_unit="work_days")
        friday, monday = datetime(2026, 11, 13, 1, 0), datetime(2026, 11, 16, 1, 0)
        due = policy._due(friday)
        self.assertEqual(due, datetime(2026, 11, 16, 9, 0))
        run = policy._elapsed(friday, monday)
        self.assertEqual(run, 480)
        self.assertEqual(policy._due(monday, run), due)


@tagged("post_install", "-at_install")
class TestDeadlineClock(RepairCase):
    """Pause, resume, warning, escalation, breach, restart, broken records."""

    def test_hold_and_escalation(self):
        """A case goes through a hold that stops the clock, a hold that does not, and is late."""
        with freeze_time("2026-11-10 00:00:00") as clock:
            repair = self._accepted(category_id=self.sanitary.id)
            finish = self._deadline(repair, "finish")
            self.assertEqual(finish.due, datetime(2026, 11, 12))
            mine = self._on_site(repair)
            clock.move_to("2026-11-10 12:00:00")
            customer = self.env.ref("property_service.hold_reason_customer")
            mine._hold(customer, "Comes back on Friday")
            self.assertEqual((finish.state, finish.minutes_run), ("paused", 720))
            self.assertFalse(finish.next_check)
            clock.move_to("2026-11-13 12:00:00")
            self._check_deadlines()
            self.assertFalse(repair.breached)
            mine.action_resume()
            self.assertEqual((repair.state, finish.state), ("on_site", "running"))
            self.assertEqual(finish.due, datetime(2026, 11, 15))
            mine._hold(self.env.ref("property_service.hold_reason_material"), "No tap")
            self.assertEqual(finish.state, "running", "missing material is our affair")
            clock.move_to("2026-11-14 00:00:00")
            self._check_deadlines()
            self.assertTrue(finish.warned, "half of the time is over")
            self.assertEqual(repair.lateness, "soon")
            told = repair.activity_ids.user_id
            self.assertIn(self.users["technician"], told)
            self.assertIn(self.users["supervisor"], told)
            self.assertNotIn(self.users["manager"], told)
            count = len(repair.activity_ids)
            self._check_deadlines()
            self.assertEqual(len(repair.activity_ids), count, "told once")
            clock.move_to("2026-11-15 00:00:01")
            self._check_deadlines()
            self.assertTrue(repair.breached)
            self.assertEqual(finish.breached_at, datetime(2026, 11, 15))
            self.assertEqual(repair.lateness, "late")
            self.assertIn(repair, self.env["property.repair"].search([("lateness", "=", "late")]))
            clock.move_to("2026-11-17 00:00:01")
            self._check_deadlines()
            self.assertIn(self.users["manager"], repair.activity_ids.user_id)
            mine.action_resume()
            mine.write({"solution": "New tap", "payer_class": "free_promise"})
            mine.action_done()
            self.assertEqual(finish.state, "missed")
            self.assertFalse(finish.next_check)

    def test_more_urgent_does_not_win_time(self):
        with freeze_time("2026-11-10 00:00:00") as clock:
            repair = self._accepted(category_id=self.sanitary.id)
            finish = self._deadline(repair, "finish")
            arrive = self._deadline(repair, "arrive")
            clock.move_to("2026-11-10 00:10:00")
            repair.urgency = "U1"
            self.assertEqual(finish.due, datetime(2026, 11, 11))
            self.assertEqual(arrive.due, datetime(2026, 11, 10, 0, 15))
            control = self._deadline(repair, "control")
            self.assertEqual(control.due, datetime(2026, 11, 10, 2, 0))

    def test_appointment_instead_of_arrival(self):
        with freeze_time("2026-11-10 00:00:00"):
            repair = self._accepted(
                category_id=self.sanitary.id, appointment_start="2026-11-11 02:00:00"
            )
            self.assertFalse(self._deadline(repair, "arrive"))
            due = self._deadline(repair, "appointment")
            self.assertEqual(due.due, datetime(2026, 11, 11, 2, 0))
            repair.urgency = "U1"
            self.assertEqual(self._deadline(repair, "appointment").ids, [])
            self.assertEqual(self._deadline(repair, "arrive").due, datetime(2026, 11, 10, 0, 15))

    def test_estates_have_their_own_times(self):
        policy = self.env.ref("property_service.repair_policy_arrive_u1").copy(
            {"estate_id": self.estate.id, "time": 30}
        )
        with freeze_time("2026-11-10 00:00:00"):
            repair = self._accepted()
        arrive = self._deadline(repair, "arrive")
        self.assertEqual(arrive.policy_id, policy)
        self.assertEqual(arrive.due, datetime(2026, 11, 10, 0, 30))

    def test_broken_record_is_parked(self):
        """One case that cannot be told about does not keep the others from being told."""
        with freeze_time("2026-11-10 00:00:00"):
            broken, sound = self._accepted(), self._accepted()
        cases = self.env.registry["property.repair"]
        original = cases._deadline_breached

        def breach(case, deadline):
            if case == broken:
                raise ValueError("boom")
            return original(case, deadline)

        with (
            freeze_time("2026-11-12 00:00:00"),
            patch.object(cases, "_deadline_breached", breach),
            mute_logger(ENGINE),
        ):
            self._check_deadlines()
        self.assertTrue(sound.breached)
        self.assertFalse(broken.breached)
        parked = self._deadline(broken, "finish")
        self.assertEqual(parked.error, "boom")
        self.assertEqual(parked.next_check, datetime(2026, 11, 12, 1, 0))
        with freeze_time("2026-11-12 01:00:01"):
            self._check_deadlines()
        self.assertTrue(broken.breached)
        self.assertFalse(parked.error)

    def test_case_that_is_gone(self):
        repair = self._accepted()
        deadline = self._deadline(repair, "finish")
        deadline.write({"res_id": 999999999})
        with freeze_time(self._later(days=3)):
            self._check_deadlines()
        self.assertEqual(deadline.state, "cancelled")


@tagged("post_install", "-at_install")
class TestDeadlineWall(RepairCase):
    """The wall shows whatever has a clock."""

    def test_every_kind_of_case_says_where_it_is_and_who_has_it(self):
        kinds = self.env.registry.descendants(["property.procedure.mixin"], "_inherit")
        kinds = [name for name in kinds if not self.env[name]._abstract]
        self.assertIn("property.handover.utility", kinds)
        for name in kinds:
            with self.subTest(kind=name):
                case = self.env[name].new({"building_id": self.building.id})
                self.assertIsInstance(case._whereabouts(), str)
                self.assertEqual(case._handler_users()._name, "res.users")
