# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityPlan(ActivityCase):
    """The yearly plan, its approval, its changes and what the calendar asks (handbook B G1)."""

    def test_way_of_a_plan(self):
        plan = self._make_plan(approve=False)
        self.assertTrue(plan.number.startswith("HDJH-LG-"))
        self.assertEqual(plan.budget_total, 4000)
        self.assertFalse(plan.warning)
        with self.assertRaises(UserError):
            plan.line_ids[0].action_make_event()
        plan.action_submit()
        approval = plan.approval_ids
        self.assertEqual(len(approval.step_ids), 3, "manager, finance, company")
        approval.with_user(self.users["manager"]).action_approve()
        self.assertEqual(plan.state, "reviewed")
        self.assertEqual(plan.reviewed_by_id, self.users["manager"])
        approval.with_user(self.users["accountant"]).action_approve()
        approval.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(plan.state, "running", "its year has begun")

    def test_submitter_and_reader(self):
        plan = self._make_plan(approve=False)
        with self.assertRaises(AccessError):
            plan.with_user(self.users["staff"]).write({"basis": "x"})
        plan.action_submit()
        with self.assertRaises(AccessError):
            plan.approval_ids.with_user(self.users["supervisor"]).action_approve()
        with self.assertRaises(UserError):
            plan.write({"state": "approved"})

    def test_quantities_of_the_handbook(self):
        plan = self._make_plan(approve=False)
        plan.line_ids[3].unlink()
        self.assertIn("second half-year", plan.warning)
        with self.assertRaises(UserError):
            plan.action_submit()
        plan.basis = "The square is being rebuilt."
        plan.action_submit()

    def test_refused_plan_is_draft_again(self):
        plan = self._make_plan(approve=False)
        plan.action_submit()
        plan.approval_ids.with_user(self.users["manager"]).action_approve()
        plan.approval_ids.with_user(self.users["accountant"])._refuse("Too expensive")
        self.assertEqual((plan.state, plan.refuse_reason), ("draft", "Too expensive"))

    def test_changes_need_the_manager(self):
        plan = self._make_plan()
        line = plan.line_ids[0]
        with self.assertRaises(UserError):
            line.budget = 2000
        with self.assertRaises(UserError):
            plan.write({"line_ids": [Command.delete(line.id)]})
        line.note = "Weather watch"
        change = (
            self.env["property.activity.plan.change"]
            .with_user(self.users["supervisor"])
            .create({"plan_id": plan.id, "line_id": line.id, "reason": "More children"})
        )
        self.assertEqual(change.budget, 1000, "proposed from the line")
        change.budget = 1500
        change.action_submit()
        self.assertEqual(line.budget, 1000)
        change.approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual((line.budget, plan.state), (1500, "adjusted"))
        self.assertEqual(change.state, "applied")
        drop = (
            self.env["property.activity.plan.change"]
            .with_user(self.users["supervisor"])
            .create({"plan_id": plan.id, "kind": "drop", "line_id": line.id, "reason": "Flood"})
        )
        drop.action_submit()
        drop.approval_ids.with_user(self.users["manager"])._refuse("No")
        self.assertFalse(line.dropped)

    def test_change_adds_a_line(self):
        plan = self._make_plan()
        change = (
            self.env["property.activity.plan.change"]
            .with_user(self.users["supervisor"])
            .create(
                {
                    "plan_id": plan.id,
                    "kind": "add",
                    "name": "Chess",
                    "type_id": self.type_fest.id,
                    "month": "11",
                    "budget": 200,
                    "reason": "Asked for",
                }
            )
        )
        change.action_submit()
        change.approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertIn("Chess", plan.line_ids.mapped("name"))
        self.assertEqual(plan.budget_total, 4200)

    def test_completion_rate(self):
        plan = self._make_plan()
        self.assertEqual(plan.completion_rate, 0)
        self._make_event("done", plan_line_id=plan.line_ids[2].id)
        plan.invalidate_recordset()
        self.assertEqual((plan.line_count, plan.held_count, plan.completion_rate), (4, 1, 0.25))

    def test_year_end_copies_and_escalates(self):
        with freeze_time("2031-05-05"):
            last = self._make_plan(year=2031)
        plans = self.env["property.activity.plan"]
        estate = self.estate
        estate.user_ids = self.users["supervisor"] | self.users["manager"]
        plans._watch_estate(estate, date(2031, 12, 24))
        self.assertFalse(plans._of_year(estate, 2032))
        plans._watch_estate(estate, date(2031, 12, 25))
        draft = plans._of_year(estate, 2032)
        self.assertEqual((draft.state, draft.copied_from_id), ("draft", last))
        self.assertEqual(draft.line_ids.mapped("name"), last.line_ids.mapped("name"))
        self.assertEqual(draft.activity_ids.user_id, self.users["supervisor"])
        plans._watch_estate(estate, date(2031, 12, 26))
        self.assertEqual(len(draft.activity_ids), 1, "told once")
        plans._watch_estate(estate, date(2032, 1, 1))
        self.assertEqual(draft.escalated_date, date(2032, 1, 1))
        self.assertIn(self.users["manager"], draft.activity_ids.user_id)

    def test_plan_approved_in_time_is_left_alone(self):
        with freeze_time("2031-05-05"):
            plan = self._make_plan(year=2032)
        self.assertEqual(plan.state, "approved")
        plans = self.env["property.activity.plan"]
        plans._watch_estate(self.estate, date(2031, 12, 28))
        self.assertFalse(plan.activity_ids)
        plans._watch_estate(self.estate, date(2032, 1, 1))
        self.assertEqual(plan.state, "running")

    def test_missing_public_benefit_is_shown_in_time(self):
        with freeze_time("2031-01-05"):
            plan = self._make_plan(year=2031)
        plans = self.env["property.activity.plan"]
        self.estate.user_ids = self.users["supervisor"]
        with freeze_time("2031-04-01"):
            plans._watch_benefit(self.estate, date(2031, 4, 1))
            self.assertFalse(plan.activity_ids, "ninety days are left")
        with freeze_time("2031-05-10"):
            self.assertEqual(plans._benefit_gap(self.estate, date(2031, 5, 10))[0], 1)
            plans._watch_benefit(self.estate, date(2031, 5, 10))
            self.assertEqual(len(plan.activity_ids), 1)
            self.env["event.event"].create(
                self._event_values(
                    community_type_id=self.type_benefit.id,
                    date_begin=datetime(2031, 6, 20, 2),
                    date_end=datetime(2031, 6, 20, 4),
                )
            )
            self.assertEqual(plans._benefit_gap(self.estate, date(2031, 5, 10))[0], 0)

    def test_one_plan_a_year(self):
        plan = self._make_plan(year=2031, approve=False)
        with self.assertRaises(UserError):
            plan._copy_as_draft(2031)
        self.assertEqual(plan._copy_as_draft(2032).year, 2032)

    def test_closing_waits_for_activities(self):
        plan = self._make_plan()
        event = self._make_event("signup", plan_line_id=plan.line_ids[0].id)
        with self.assertRaises(UserError):
            plan._close("Fine")
        event.with_user(self.users["supervisor"])._stop("cancelled", "Storm")
        plan.invalidate_recordset()
        plan.line_ids.invalidate_recordset()
        plan._close("Fine")
        self.assertEqual((plan.state, plan.close_note), ("closed", "Fine"))

    def test_register(self):
        plan = self._make_plan()
        register = self.env["property.register.activity.plan"].with_user(self.users["staff"])
        options = {
            "estate_ids": self.estate.ids,
            "date_from": f"{plan.year}-01-01",
            "date_to": f"{plan.year}-12-31",
        }
        content = register._content(options)
        self.assertEqual(content["count"], 4)
        self.assertEqual(content["total"]["budget"], 4000)
