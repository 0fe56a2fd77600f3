# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .repair_case import RepairCase

NIGHT = "2026-11-20 15:40:00"  # Friday, 23:40 in Shanghai
DAY = "2026-11-20 02:00:00"  # Friday, 10:00


@tagged("post_install", "-at_install")
class TestOnCall(RepairCase):
    """Who is on call goes first outside the working hours (handbook B A7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.company.resource_calendar_id
        calendar.tz = "Asia/Shanghai"
        cls.joiner.user_id = cls.users["steward"]
        cls.duty = cls.env["property.on.call"].create(
            {
                "estate_id": cls.estate.id,
                "date_start": "2026-11-20 10:00:00",
                "date_end": "2026-11-21 00:30:00",
                "employee_id": cls.joiner.id,
                "deputy_id": cls.plumber.id,
                "deputy_phone": "13900000000",
            }
        )

    def _propose(self, repair):
        return self.env["property.technician"]._propose(repair).employee_id

    def test_called_first_at_night_only(self):
        repair = self._accepted()
        with freeze_time(DAY):
            self.assertFalse(self.duty._called_first(self.estate))
            self.assertEqual(self._propose(repair)[0], self.plumber)
        with freeze_time(NIGHT):
            self.assertEqual(list(self._propose(repair))[:2], [self.joiner, self.plumber])
            dialog = self.env["property.repair.dispatch"].create({"repair_id": repair.id})
            self.assertEqual(dialog.technician_id.employee_id, self.joiner)
            self.assertEqual(dialog.line_ids.filtered("on_call").mapped("open_count"), [0, 0])
            self.assertEqual(repair._deadline_users("dispatcher"), self.users["steward"])

    def test_duty_of_the_trade_goes_before_the_one_for_everything(self):
        lift = self.env.ref("property_service.repair_category_lift")
        special = self.duty.copy({"category_ids": [(6, 0, lift.ids)]})
        special.employee_id = self.electrician
        with freeze_time(NIGHT):
            current = self.env["property.on.call"]._current
            self.assertEqual(current(self.estate, lift), special)
            self.assertEqual(current(self.estate, self.leak), self.duty)
        with self.assertRaisesRegex(ValidationError, "same trades"):
            self.duty.copy()
        with self.assertRaises(ValidationError):
            self.duty.deputy_id = self.joiner

    def test_unreachable_is_followed_by_the_deputy_then_by_the_supervisor(self):
        with freeze_time(NIGHT):
            repair = self._accepted()
            self._as("staff", repair)._dispatch(self.joiner)
            self.assertEqual(repair.on_call_id, self.duty)
        with freeze_time("2026-11-20 15:46:00"):
            self._check_deadlines()
            todo = repair.activity_ids.filtered(lambda row: row.user_id == self.users["technician"])
            self.assertIn("13900000000", todo.summary)
            self._as("supervisor", repair)._transfer(self.plumber, "no answer")
        with freeze_time("2026-11-20 15:52:00"):
            self._check_deadlines()
            todo = repair.activity_ids.filtered(lambda row: row.user_id == self.users["supervisor"])
            self.assertIn("Nobody on call answers", "".join(todo.mapped("summary")))

    def test_hand_over_names_what_is_open(self):
        with freeze_time(NIGHT):
            with self.enter_registry_test_mode():
                self.env.ref("property_service.ir_cron_on_call").method_direct_trigger()
            self.assertEqual(self.duty.state, "active")
            self._accepted()
            mine = self.duty.with_user(self.users["technician"])
            with self.assertRaisesRegex(UserError, "by a supervisor"):
                mine.employee_id = self.plumber
            with self.assertRaisesRegex(UserError, "write down"):
                mine.action_hand_over()
            self.duty.note = "Leak in 101: valve closed"
            mine.action_hand_over()
        self.assertEqual(self.duty.state, "handed_over")
        with self.assertRaisesRegex(UserError, "stays as it was"):
            self.duty.employee_id = self.electrician
        with self.assertRaisesRegex(UserError, "supervisor"):
            self.duty.copy({"date_start": "2026-12-01", "date_end": "2026-12-02"}).with_user(
                self.users["staff"]
            ).action_begin()
