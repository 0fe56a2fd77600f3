# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestEmergency(ComplaintCase):
    """Emergencies: handbook B D4 and scenario 19."""

    def _report(self, code="lift", role="staff", **values):
        return (
            self.env["property.emergency"]
            .with_user(self.users[role])
            .create(
                {
                    "estate_id": self.estate.id,
                    "building_id": self.building.id,
                    "category_id": self.env.ref(f"property_service.emergency_category_{code}").id,
                    "description": "Two persons in lift 1",
                    **values,
                }
            )
        )

    def _mark(self, case, mark, text):
        return self.env["property.emergency.log"].create(
            {"emergency_id": case.id, "mark": mark, "text": text}
        )

    def test_scenario_19_lift_entrapment(self):
        """Call 08:02, informed 08:03, firm there 08:29, out 08:41; first report within 4 hours."""
        with freeze_time("2026-11-20 00:02:00"):
            case = self._report(trapped_count=2)
            self.assertEqual(self._clock(case, "rescuer").due, self._at("2026-11-20 00:32:00"))
            self.assertEqual(self._clock(case, "rescue").due, self._at("2026-11-20 02:02:00"))
            self.assertEqual(self._clock(case, "first_report").due, self._at("2026-11-20 04:02:00"))
        self.assertTrue(case.plan_id)
        self.assertEqual(len(case.step_ids), len(case.plan_id.step_ids))
        self.assertIn(self.users["manager"], case.sudo().activity_ids.user_id)
        with freeze_time("2026-11-20 00:03:00"):
            self._mark(case, "informed", "Maintenance firm called")
            case.level = "3"
            case.action_confirm()
            case.action_respond()
        self.assertEqual(self._clock(case, "oral").policy_id.time, 30)
        with freeze_time("2026-11-20 00:20:00"), self.assertRaisesRegex(UserError, "were out"):
            case.action_control()
        with freeze_time("2026-11-20 00:29:00"):
            self._mark(case, "rescuer", "Firm on site")
        with freeze_time("2026-11-20 00:41:00"):
            self._mark(case, "out", "Both out and well")
            case.action_control()
        self.assertEqual(self._clock(case, "rescuer").state, "kept")
        self.assertEqual(self._clock(case, "rescue").state, "kept")
        self.assertFalse(case.statutory, "two hours were not reached")
        with freeze_time("2026-11-20 03:30:00"):
            with self.assertRaisesRegex(UserError, "Write the first report"):
                case.action_first_report()
            case.first_report = "Two persons, 39 minutes, door sensor"
            case.action_first_report()
            case.action_report()
        self.assertEqual(self._clock(case, "first_report").state, "kept")
        self.assertEqual(case._callback_class(), "emergency")
        with freeze_time("2026-11-21 03:00:00"):
            with self.assertRaises(AccessError):
                case.action_final_report()
            manager = case.with_user(self.users["manager"])
            with self.assertRaisesRegex(UserError, "cause"):
                manager.action_final_report()
            manager.write({"cause": "Sensor", "final_report": "All", "prevention": "Checks"})
            manager.action_final_report()
            manager.action_close()
        self.assertEqual(self._clock(case, "final_report").state, "kept")

    def test_two_hours_in_a_lift_are_a_statutory_accident(self):
        with freeze_time("2026-11-20 00:02:00"):
            case = self._report(trapped_count=1)
        with freeze_time("2026-11-20 02:03:00"):
            self._check_deadlines()
        case.invalidate_recordset()
        self.assertTrue(case.statutory)

    def test_fire_is_confirmed_in_three_minutes(self):
        with freeze_time("2026-11-20 00:00:00"):
            case = self._report("fire")
            self.assertEqual(self._clock(case, "confirm").due, self._at("2026-11-20 00:03:00"))
            with self.assertRaisesRegex(UserError, "level"):
                case.action_confirm()

    def test_the_log_stays(self):
        case = self._report()
        line = case.log_ids[:1]
        with self.assertRaisesRegex(UserError, "not changed"):
            line.text = "Nothing"
        with self.assertRaisesRegex(UserError, "not changed"):
            line.sudo().unlink()
        with self.assertRaisesRegex(ValidationError, "has happened"):
            self.env["property.emergency.log"].create(
                {"emergency_id": case.id, "date": "2099-01-01 00:00:00", "text": "x"}
            )

    def test_false_alarm_is_kept(self):
        case = self._report("fire")
        case._take_step("false", "Burnt toast")
        self.assertEqual(case.state, "false_alarm")
        self.assertFalse(self.env["property.deadline"]._of(case))

    def test_duty_officer_spends_up_to_500(self):
        case = self._report()
        case.spent_amount = 500
        with self.assertRaisesRegex(ValidationError, "500.00"):
            case.spent_amount = 501
        case.with_user(self.users["manager"]).spent_amount = 2000

    def test_notice_tells_the_owners(self):
        case = self._report("power", description="Power off in building 1")
        action = case.with_user(self.users["supervisor"]).action_make_notice()
        notice = self.env["property.notice"].browse(action["res_id"])
        self.assertTrue(notice.urgent)
        self.assertEqual(notice.building_ids, self.building)
        notice.write({"valid_until": "2099-01-01", "outage_reason": "Cable"})
        notice.with_user(self.users["supervisor"]).action_publish_urgent()
        self.assertEqual(self._clock(case, "owners").state, "kept")

    def test_checklist(self):
        case = self._report()
        case.step_ids[0].action_done()
        self.assertTrue(case.step_ids[0].done)
        self.assertIn(case.step_ids[0].name, case.log_ids.mapped("text"))

    def test_plans_are_there_and_drilled(self):
        plans = self.env["property.emergency.plan"].search([])
        self.assertGreaterEqual(len(plans), 12)
        self.assertTrue(all(plan.step_ids and plan.call_ids for plan in plans))
        plan = plans[0]
        self.assertEqual(plan.drills_missing, 2)
        self.env["property.emergency.drill"].create(
            {"plan_id": plan.id, "estate_id": self.estate.id}
        )
        plan.invalidate_recordset()
        self.assertEqual((plan.drill_count, plan.drills_missing), (1, 1))
