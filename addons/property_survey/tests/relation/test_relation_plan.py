# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .relation_common import RelationCase


@tagged("post_install", "-at_install")
class TestRelationPlan(RelationCase):
    """Relation plans: each customer once in a period; grades and their review."""

    @classmethod
    def _classify(cls, code, partner=None, **values):
        row = cls.env["property.customer.classification"].create(
            {
                "partner_id": (partner or cls.home.owner_id).id,
                "class_id": cls.env["property.customer.class"].search([("code", "=", code)]).id,
                "estate_id": cls.estate.id,
                "reason": "Largest area",
                **values,
            }
        )
        row.action_approve()
        return row

    def _make_plan(self, **values):
        return self.env["property.relation.plan"].create(
            {
                "name": "Monthly talk",
                "estate_id": self.estate.id,
                "class_ids": [Command.set(self.env.ref("property_service.customer_class_key").ids)],
                "purpose_id": self._purpose("regular").id,
                "frequency": "month",
                "way": "phone",
                "date_start": date(2026, 1, 1),
                **values,
            }
        )

    def test_each_customer_once_a_period(self):
        with freeze_time("2026-11-05 02:00:00"):
            self._classify("key")
            plan = self._make_plan()
            plan.with_user(self.supervisor).action_activate()
            line = plan.line_ids
            self.assertEqual(line.partner_id, self.home.owner_id)
            self.assertEqual(
                (line.period_start, line.date_due), (date(2026, 11, 1), date(2026, 11, 30))
            )
            plan._generate()
            self.assertEqual(plan.line_count, 1)
            self._classify("key", self.neighbour.owner_id)
            plan._generate()
            self.assertEqual(plan.line_count, 2)
        with freeze_time("2026-12-01 02:00:00"):
            self._run("relation_plan")
            self._run("relation_plan")
        states = sorted(plan.line_ids.mapped("state"))
        self.assertEqual(states, ["missed", "missed", "planned", "planned"])

    def test_periods(self):
        day = date(2026, 11, 18)
        for frequency, first, last in (
            ("week", date(2026, 11, 16), date(2026, 11, 22)),
            ("month", date(2026, 11, 1), date(2026, 11, 30)),
            ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
            ("half", date(2026, 7, 1), date(2026, 12, 31)),
            ("year", date(2026, 1, 1), date(2026, 12, 31)),
        ):
            plan = self._make_plan(frequency=frequency)
            self.assertEqual(plan._period(day), (first, last), frequency)

    def test_line_is_done_by_its_visit(self):
        self._classify("key")
        plan = self._make_plan(confidential=False, user_id=self.steward.id)
        plan._move_to("active")
        plan._generate()
        line = plan.line_ids.with_user(self.steward)
        line.action_visit()
        visit = line.visit_id
        visit.action_start()
        visit.summary = "All well"
        visit.action_record()
        self.assertEqual((line.state, line.done_by_id), ("done", self.steward))
        self.assertEqual(plan.done_rate, 1.0)

    def test_line_is_done_by_a_talk(self):
        self._classify("key")
        plan = self._make_plan(user_id=self.steward.id)
        plan._move_to("active")
        plan._generate()
        action = plan.line_ids.with_user(self.steward).action_communicate()
        talk = (
            self.env["property.communication"]
            .with_user(self.steward)
            .with_context(**action["context"])
            .create({"content": "Called"})
        )
        self.assertEqual(plan.line_ids.communication_id, talk)
        self.assertEqual(plan.line_ids.state, "done")

    def test_leaving_out_is_the_supervisors(self):
        self._classify("key")
        plan = self._make_plan(user_id=self.steward.id)
        plan._move_to("active")
        plan._generate()
        with self.assertRaises(AccessError):
            plan.line_ids.with_user(self.steward)._take_step("skip", "Abroad")
        plan.line_ids.with_user(self.supervisor)._take_step("skip", "Abroad")
        self.assertEqual(plan.line_ids.skip_reason, "Abroad")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_confidential_plans_are_hidden(self):
        self._classify("key")
        plan = self._make_plan(user_id=self.steward.id)
        plan._move_to("active")
        plan._generate()
        self.assertTrue(plan.confidential)
        lines = self.env["property.relation.line"]
        self.assertFalse(lines.with_user(self.clerk).search([("plan_id", "=", plan.id)]))
        self.assertTrue(lines.with_user(self.steward).search([("plan_id", "=", plan.id)]))
        self.assertTrue(lines.with_user(self.supervisor).search([("plan_id", "=", plan.id)]))

    def test_new_steward_meets_everybody_in_two_months(self):
        with freeze_time("2026-11-05 02:00:00"):
            self.building.steward_ids = self.steward
            plan = self.env["property.relation.plan"].search([("target", "=", "steward")])
            self.assertEqual((plan.state, plan.date_end), ("active", date(2027, 1, 4)))
            self.assertEqual(
                set(plan.line_ids.partner_id.ids),
                {self.home.owner_id.id, self.neighbour.owner_id.id},
            )
            self.building.steward_ids = self.steward | self.clerk
        self.assertEqual(plan.line_count, 2, "the first steward's plan stays as it was")

    def test_vacant_and_silent_targets(self):
        vacant = self._make_unit("301", state="vacant")
        plan = self._make_plan(target="vacant", class_ids=[Command.clear()])
        self.assertEqual(plan._targets(), [(vacant.owner_id, vacant)])
        plan = self._make_plan(target="silent", class_ids=[Command.clear()])
        people = {person for person, _unit in plan._targets()}
        self.assertEqual(people, {self.home.owner_id, self.neighbour.owner_id})

    def test_plan_needs_its_target(self):
        with self.assertRaises(ValidationError):
            self._make_plan(class_ids=[Command.clear()])
        with self.assertRaises(ValidationError):
            self._make_plan(target="steward")

    def test_usual_plans_are_proposed_once(self):
        estate = self.estate.with_user(self.supervisor)
        estate.action_propose_relation_plans()
        estate.action_propose_relation_plans()
        plans = self.env["property.relation.plan"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(len(plans), 5)
        with self.assertRaises(UserError):
            self.estate.with_user(self.clerk).action_propose_relation_plans()

    # grades --------------------------------------------------------------------------------------

    def test_one_grade_for_a_customer(self):
        self._classify("grade_a")
        with self.assertRaisesRegex(ValidationError, "grade"):
            self._classify("grade_c")

    def test_half_yearly_review(self):
        with freeze_time("2026-01-10 02:00:00"):
            row = self._classify("grade_a", date_start=date(2026, 1, 10))
        self.assertEqual(row.review_date, date(2026, 7, 10))
        with freeze_time("2026-07-11 02:00:00"):
            self._run("class_review")
            told = self.estate.activity_ids.filtered(lambda act: act.user_id == self.supervisor)
            self.assertEqual(len(told), 1)
            with self.assertRaises(AccessError):
                row.sudo(False).with_user(self.clerk).action_review()
            row.with_user(self.supervisor).action_review()
        self.assertEqual(row.review_date, date(2027, 1, 11))
        self.assertEqual(row.reviewed_by_id, self.supervisor)

    def test_next_visit_of_a_key_customer(self):
        row = self._classify("grade_a", visit_months=1)
        with freeze_time("2026-11-05 02:00:00"):
            self._visit()
        row.invalidate_recordset()
        self.assertEqual(row.last_visit_date, datetime(2026, 11, 5, 2))
        self.assertEqual(row.next_visit_date, date(2026, 12, 5))

    def test_insults_in_grades_are_refused(self):
        with self.assertRaises(ValidationError):
            self._classify("grade_d", reason="无赖")

    def test_key_customer_register_is_for_supervisors(self):
        self._classify("grade_a", concerns="Parking")
        register = self.env["property.register.key.customer"]
        options = {"estate_ids": self.estate.ids}
        with self.assertRaises(AccessError):
            register.with_user(self.clerk)._content(options)
        content = register.with_user(self.supervisor)._content(options)
        self.assertEqual(content["count"], 1)
        self.assertIn("Parking", str(content["sections"]))
