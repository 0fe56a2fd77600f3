# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.property_service.tools.local_time import local_day

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityEvent(ActivityCase):
    """An activity from idea to archive (handbook B G2)."""

    def test_whole_way(self):
        event = self._make_event("running")
        self.assertTrue(event.number.startswith("HD-LG-"))
        self.assertEqual(event.stage_id, self.env.ref("event.event_stage_announced"))
        self.assertFalse(event.event_mail_ids, "no e-mails of Odoo's own to residents")
        event.action_finish()
        self.assertEqual(event.stage_id, self.env.ref("event.event_stage_done"))
        with self.assertRaises(UserError):
            event.action_summarise()
        event.write({"course": "As planned", "effect": "All liked it"})
        event.action_summarise()
        self.assertEqual(event.recorder_id, self.users["staff"])
        checker = event.with_user(self.users["supervisor"])
        with self.assertRaises(UserError):
            checker.action_archive_record()
        event.with_user(self.users["accountant"]).action_settle()
        checker.action_archive_record()
        self.assertEqual(event.state, "archived")
        with self.assertRaises(UserError):
            event.course = "Otherwise"

    def test_states_move_by_methods_only(self):
        event = self._make_event("approval")
        with self.assertRaises(UserError):
            event.state = "approved"
        with self.assertRaises(UserError):
            event.approved_budget = 99999
        with self.assertRaises(UserError):
            event.action_prepare()

    def test_path_of_approval(self):
        event = self._make_event("approval")
        self.assertEqual(
            event.approval_ids.step_ids.group_id,
            self.env.ref("property_service.group_supervisor")
            | self.env.ref("property_service.group_manager"),
        )
        event.approval_ids.with_user(self.users["supervisor"]).action_approve()
        event.approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual((event.state, event.approved_budget), ("approved", 1000))

    def test_company_decides_above_the_limit_and_outside_the_plan(self):
        company = self.env.ref("property_service.group_administrator")
        plan = self._make_plan()
        dear = self._make_event(
            "approval",
            plan_line_id=plan.line_ids[0].id,
            budget_ids=[Command.create({"name": "Stage", "price_unit": 1200})],
            funding_ids=[Command.create({"source": "service", "amount": 1200})],
        )
        self.assertEqual(dear.approval_ids.matter, "activity_extra")
        self.assertIn(company, dear.approval_ids.step_ids.group_id)
        unplanned = self._make_event("approval", plan_line_id=False)
        self.assertEqual(unplanned.approval_ids.matter, "activity_extra")

    def test_plan_without_approval(self):
        plan = self._make_plan(approve=False)
        event = self._make_event("idea", plan_line_id=plan.line_ids[0].id)
        with self._refused("have it approved"):
            event.action_submit()

    def test_scheme_must_be_complete_and_in_time(self):
        event = self._make_event("idea", safety_plan=False)
        with self._refused("Safety"):
            event.action_submit()
        event.safety_plan = "Guards"
        soon = fields.Datetime.now() + timedelta(days=5)
        event.write({"date_begin": soon, "date_end": soon + timedelta(hours=2)})
        with self._refused("was due"):
            event.action_submit()
        event.late_reason = "The street office asked for it"
        event.action_submit()
        self.assertEqual(event.state, "approval")

    def test_scheme_dates(self):
        event = self._make_event("idea")
        day = local_day(event.date_begin)
        self.assertEqual(event.scheme_due, day - timedelta(days=7))
        self.assertEqual(event.notice_due, day - timedelta(days=3))
        event.expected_count = 300
        self.assertTrue(event.large)
        self.assertEqual(event.notice_due, day - timedelta(days=7))
        self.assertEqual(event.summary_due, day + timedelta(days=7))
        self._set_parameter("activity_scheme_days", "10")
        event.expected_count = 301
        self.assertEqual(event.scheme_due, day - timedelta(days=10))

    def test_approved_facts_stay(self):
        event = self._make_event("approved")
        with self._refused("stays as it"):
            event.date_begin = event.date_begin + timedelta(days=1)
        event.place = "Hall"

    def test_large_event_needs_permit(self):
        event = self._make_event(
            "preparing",
            expected_count=1000,
            first_aid="Team",
            insurance="Yes",
            weather_plan="Hall",
        )
        self.assertTrue(event.permit_needed)
        with self._refused("permit of public"):
            event.action_announce()
        event.permit_number = "GA-7"
        event.action_announce()

    def test_notice_too_late(self):
        event = self._make_event("preparing")
        soon = fields.Datetime.now() + timedelta(days=2)
        event.sudo()._with_move().write({"date_begin": soon, "date_end": soon + timedelta(hours=2)})
        with self._refused("had to be announced"):
            event.action_announce()

    def test_rejected_scheme(self):
        event = self._make_event("approval")
        event.approval_ids.with_user(self.users["supervisor"])._refuse("Too loud")
        self.assertEqual((event.state, event.refuse_reason), ("rejected", "Too loud"))
        event.action_submit()
        self.assertEqual(event.state, "approval")

    def test_notice_goes_the_way_of_notices(self):
        event = self._make_event("preparing")
        event.action_make_notice()
        self.assertEqual(event.notice_id.state, "draft")
        self.assertIn(event.signup_url, event.notice_id.body)
        self.assertEqual(event.notice_id.estate_id, self.estate)

    def test_postponed_with_notice(self):
        event = self._make_event("signup")
        row = self._sign_up(event, self.homes[0])
        begin = event.date_begin + timedelta(days=7)
        dialog = (
            self.env["property.activity.stop"]
            .with_user(self.users["supervisor"])
            .create(
                {
                    "event_id": event.id,
                    "kind": "postponed",
                    "cause": "weather",
                    "date_begin": begin,
                    "date_end": begin + timedelta(hours=2),
                }
            )
        )
        dialog.action_confirm()
        self.assertEqual((event.state, event.date_begin), ("postponed", begin))
        self.assertTrue(event.stop_notice_id.urgent)
        self.assertEqual(row.state, "open", "who signed up stays signed up")
        event.action_resume()
        event.action_announce()

    def test_cancelled_with_notice(self):
        event = self._make_event("signup")
        row = self._sign_up(event, self.homes[0])
        event.with_user(self.users["supervisor"])._stop("cancelled", "Order of the authority")
        self.assertEqual((event.state, event.kanban_state), ("cancelled", "cancel"))
        self.assertEqual(row.state, "cancel")
        self.assertTrue(event.stop_notice_id)
        with self.assertRaises(UserError):
            self._sign_up(event, self.homes[1])

    def test_reminders(self):
        event = self._make_event("idea", user_id=self.users["staff"].id)
        event.with_user(self.users["staff"]).action_write_scheme()
        self.estate.user_ids |= self.users["supervisor"] | self.users["staff"]
        trusted = event.sudo()
        trusted._remind(event.scheme_due - timedelta(days=5))
        self.assertFalse(trusted.activity_ids)
        trusted._remind(event.scheme_due - timedelta(days=1))
        self.assertEqual(trusted.activity_ids.user_id, self.users["staff"])
        trusted._remind(event.scheme_due + timedelta(days=1))
        self.assertEqual(
            trusted.activity_ids.user_id, self.users["staff"] | self.users["supervisor"]
        )
        trusted._remind(event.scheme_due + timedelta(days=1))
        self.assertEqual(len(trusted.activity_ids), 2, "told once")

    def test_cron_runs(self):
        self._make_event("done")
        with self.enter_registry_test_mode():
            self.env.ref("property_community.ir_cron_activity").method_direct_trigger()
            self.env.ref("property_community.ir_cron_activity_plan").method_direct_trigger()

    def test_materials_and_prizes(self):
        event = self._make_event("running")
        prize = self.env["property.activity.material"].create(
            {"event_id": event.id, "kind": "prize", "name": "Lamp", "quantity": 2, "ready": 2}
        )
        issue = {"material_id": prize.id, "receiver": "Li"}
        self.env["property.activity.issue"].create({**issue, "quantity": 2})
        self.assertEqual(prize.left, 0)
        with self.assertRaises(UserError):
            self.env["property.activity.issue"].create(issue)

    def test_estates_are_apart(self):
        other = self._make_estate("Hill Garden", "HG")
        event = self.env["event.event"].create(self._event_values(estate_id=other.id))
        events = self.env["event.event"].with_user(self.users["staff"])
        self.assertFalse(events.search([("id", "=", event.id)]))
        with self.assertRaises(AccessError):
            event.with_user(self.users["staff"]).read(["name"])
        plain = self.env["event.event"].create(
            {
                "name": "Of Odoo's own",
                "date_begin": event.date_begin,
                "date_end": event.date_end,
            }
        )
        self.assertTrue(plain.event_mail_ids, "events without estate are Odoo's own")
        self.assertTrue(events.search([("id", "=", plain.id)]))
        reader = event.with_user(self.users["reader"])
        with self.assertRaises(AccessError):
            reader.write({"name": "x"})

    def test_forms(self):
        event = self._make_event("running")
        event.task_ids = [Command.create({"name": "Stage", "user_id": self.users["staff"].id})]
        self._sign_up(event, self.homes[0], name="Walker", walk_in=True)
        names = ("tasks", "approval", "record", "attendance", "materials", "budget", "poster")
        reports = self.env["ir.actions.report"].with_user(self.users["staff"])
        for name in names:
            with self.subTest(form=name):
                html = reports._render_qweb_html(
                    f"property_community.report_activity_{name}", event.ids
                )[0]
                self.assertIn(b"Mid-autumn evening", html)
