# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestInquiry(ComplaintCase):
    """Inquiries, suggestions, help and special tasks: handbook B D1 to D3."""

    def _ask(self, **values):
        return (
            self.env["property.inquiry"]
            .with_user(self.users["staff"])
            .create(
                {
                    "unit_id": self.home.id,
                    "partner_id": self.owner.id,
                    "description": "What does a second invoice need?",
                    **values,
                }
            )
        )

    def test_answered_at_once_from_the_book(self):
        book = self.env["property.answer"].create(
            {"question": "Second invoice", "answer": "ID card", "keywords": "fapiao"}
        )
        self.assertIn(book, self.env["property.answer"].search([("keywords", "ilike", "fapiao")]))
        case = self._ask(answer_id=book.id)
        with self.assertRaisesRegex(UserError, "Write down"):
            case.action_answer()
        case.answer = book.answer
        case.action_answer()
        self.assertTrue(case.at_once)
        self.assertEqual(self._clock(case, "answer").state, "kept")
        self.assertEqual(book.use_count, 1)
        case.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            case.answer = "Nothing"

    def test_promised_then_passed_on(self):
        case = self._ask()
        with self.assertRaisesRegex(UserError, "Agree a time"):
            case.action_promise()
        case.promised_date = fields.Datetime.now() + timedelta(hours=3)
        case.action_promise()
        with self.assertRaisesRegex(UserError, "department or the person"):
            case.action_forward()
        case.department_id = self.engineering
        case.action_forward()
        self.assertIn(self.users["technician"], case.sudo().activity_ids.user_id)
        case.answer = "The pressure is 0.35 MPa"
        case.action_answer()
        self.assertFalse(case.at_once)

    def test_policy_takes_three_days(self):
        with freeze_time("2026-11-20 02:00:00"):
            normal = self._ask()
            policy = self._ask(
                category_id=self.env.ref("property_service.inquiry_category_policy").id
            )
            idea = self._ask(kind="suggestion")
        self.assertEqual(self._clock(normal, "answer").due, self._at("2026-11-21 02:00:00"))
        self.assertEqual(self._clock(policy, "answer").due, self._at("2026-11-23 02:00:00"))
        self.assertEqual(self._clock(idea, "answer").due, self._at("2026-11-27 02:00:00"))

    def test_wrong_answer_is_corrected(self):
        case = self._ask(answer="Nothing at all")
        case.action_answer()
        case._take_step("correct", "The ID card")
        self.assertTrue(case.corrected)
        self.assertEqual(case.answer, "The ID card")

    def test_suggestion_needs_a_verdict(self):
        case = self._ask(kind="suggestion", description="A bench at the lake")
        case.answer = "Good idea"
        with self.assertRaisesRegex(UserError, "adopted"):
            case.action_answer()
        case.verdict = "refused"
        with self.assertRaisesRegex(UserError, "adopted"):
            case.action_start()
        case.verdict = "adopted"
        case.action_start()
        case.action_answer()
        self.assertEqual(case.state, "answered")

    def test_help_in_a_flat_needs_consent(self):
        case = self._ask(kind="help", grade="urgent", description="Mother does not answer")
        self.assertEqual(self._clock(case, "answer").policy_id.time, 2)
        case.handler_id = self.users["steward"]
        case.action_forward()
        self.assertEqual(self._clock(case, "start").policy_id.time, 15)
        case.action_start()
        self.assertEqual(self._clock(case, "start").state, "kept")
        case.write({"answer": "Opened with the police", "entered_flat": True})
        with self.assertRaisesRegex(UserError, "two witnesses"):
            case.action_answer()
        case.entry_consent = "Police 0231, Wang, Li"
        case.action_answer()
        case.action_followed_up()
        case.action_close()

    def test_danger_to_life_becomes_an_emergency(self):
        case = self._ask(kind="help", grade="life", description="Smoke in the stairs")
        case.action_make_emergency()
        self.assertEqual(case.emergency_id.unit_id, self.home)
        self.assertEqual(case.emergency_id.state, "reported")

    def test_declined_with_alternatives(self):
        case = self._ask(kind="help", description="Paint my kitchen")
        case._take_step("decline", "We do not paint; three firms named")
        self.assertEqual(case.state, "declined")
        with self.assertRaisesRegex(UserError, "stays in the register"):
            case.sudo().unlink()

    def test_state_cannot_be_written(self):
        case = self._ask()
        with self.assertRaisesRegex(UserError, "kept by the system"):
            case.state = "closed"
        with self.assertRaisesRegex(UserError, "kept by the system"):
            case.at_once = True

    def test_from_intake(self):
        """The front desk's one door makes exactly one typed case."""
        for model, kind in (
            ("property.inquiry", "help"),
            ("property.complaint", "complaint"),
            ("property.emergency", "emergency"),
        ):
            intake = self.env["property.intake"].create(
                {
                    "kind": kind,
                    "unit_id": self.home.id,
                    "partner_id": self.owner.id,
                    "description": "Help",
                }
            )
            case = self.env[model]._from_intake(intake)
            self.assertEqual(case.intake_id, intake)
            self.assertEqual(case.unit_id, self.home)
            self.assertEqual(case.description, "Help")
            self.assertEqual(case.estate_id, self.estate)

    # special tasks -------------------------------------------------------------------------------

    def test_special_task(self):
        task = (
            self.env["property.special.task"]
            .with_user(self.users["manager"])
            .create(
                {
                    "estate_id": self.estate.id,
                    "source": "government",
                    "description": "Inspection of the city on Friday",
                }
            )
        )
        coordinator = task.with_user(self.users["supervisor"])
        with self.assertRaisesRegex(UserError, "class"):
            coordinator.action_classify()
        coordinator.kind = "urgent"
        with self.assertRaisesRegex(UserError, "accountable"):
            coordinator.action_classify()
        coordinator.owner_id = self.users["steward"]
        coordinator.action_classify()
        self.assertEqual(self._clock(task, "finish").policy_id.time, 24)
        owner = task.with_user(self.users["steward"])
        with self.assertRaisesRegex(UserError, "plan"):
            owner.action_plan()
        owner.plan = "Clean, check the fire doors"
        owner.action_plan()
        self.assertEqual(task.state, "planned")
        task.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual(task.state, "running")
        first = self._clock(task, "report")
        self.env["property.special.task.line"].with_user(self.users["steward"]).create(
            {"task_id": task.id, "progress": "Half done"}
        )
        self.assertEqual(first.state, "kept")
        self.assertEqual(self._clock(task, "report").state, "running")
        owner.result = "Passed"
        owner.action_done()
        owner.lessons = "Start earlier"
        owner.action_review()
        with self.assertRaisesRegex(UserError, "who raised"):
            owner.action_close()
        task.action_close()
        self.assertEqual(task.state, "closed")
