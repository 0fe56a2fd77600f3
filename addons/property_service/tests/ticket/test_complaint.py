# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tests.common import freeze_time

from ...tools.local_time import local_today
from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaint(ComplaintCase):
    """The scenarios of handbook B §11 about complaints, and the rules of C1 to C4."""

    def test_scenario_03_complaint_72_hours(self):
        """Received Friday 17:50; the weekend does not stop the clock; unanswered goes up."""
        # 2026-11-20 is a Friday; 17:50 in Shanghai is 09:50 UTC
        with freeze_time("2026-11-20 09:50:00"):
            case = self._complain(user="staff", level="important")
            self.assertEqual(self._clock(case, "transfer").due, self._at("2026-11-20 10:10:00"))
            reply = self._clock(case, "reply")
            self.assertEqual(reply.due, self._at("2026-11-23 09:50:00"))
            self.assertEqual(self._clock(case, "respond").state, "kept", "he is on the phone")
        with freeze_time("2026-11-20 10:05:00"):
            self._to_investigating(case, "important")
            self.assertEqual(self._clock(case, "transfer").state, "kept")
        with freeze_time("2026-11-21 21:40:00"):
            self._check_deadlines()
            self.assertFalse(reply.warned, "before Sunday 05:50")
        with freeze_time("2026-11-21 21:51:00"):
            self._check_deadlines()
            self.assertTrue(reply.warned, "Sunday 05:50 is half of the time")
            summaries = case.sudo().activity_ids.mapped("summary")
            self.assertTrue(any("Due soon" in text and "Reply" in text for text in summaries))
        with freeze_time("2026-11-23 09:51:00"):
            self._check_deadlines()
        case.invalidate_recordset()
        self.assertTrue(reply.breached)
        self.assertTrue(case.breached)
        self.assertEqual(case.level, "major", "one level up")
        self.assertEqual(case.lead_role, "company")

    def test_late_reply_needs_a_reason(self):
        with freeze_time("2026-11-20 09:50:00"):
            case = self._complain()
            case = self._to_investigating(case)
            case.write({"cause": "Bearing", "proposal": "New one"})
            case.action_propose()
        with freeze_time("2026-11-24 09:50:00"):
            with self.assertRaisesRegex(UserError, "overdue"):
                case._reply("final", "phone", "New one", "yes")
            case.late_reason = "The spare part came late"
            case._reply("final", "phone", "New one", "yes")
        self.assertEqual(self._clock(case, "reply").state, "missed")

    def test_scenario_04_invalid_complaint(self):
        """The supplier's water cut: explained, invalid, not in the rate, still in the list."""
        case = self._complain(description="No water since noon")
        supervisor = case.with_user(self.users["supervisor"])
        supervisor.validity = "invalid"
        dialog = supervisor.action_assess()
        self.assertEqual(dialog["res_model"], "property.case.step")
        step = (
            self.env["property.case.step"]
            .with_user(self.users["supervisor"])
            .with_context(**dialog["context"])
            .create({"text": "The water company repairs its main until 18:00"})
        )
        step.action_confirm()
        self.assertEqual(case.state, "invalid")
        self.assertEqual(case.reply_ids.kind, "final")
        self.assertEqual(self._clock(case, "reply").state, "kept")
        self._to_investigating(self._complain())
        today = local_today()
        figures = self.env["property.complaint.summary"]._figures(self.estate, today, today)
        self.assertEqual((figures["received"], figures["valid"], figures["invalid"]), (2, 1, 1))
        self.assertEqual(figures["rate"], 1 / figures["homes"])
        options = {"estate_ids": self.estate.ids, "month": str(today)}
        rows = self.env["property.register.complaint"]._rows(options)
        self.assertIn(case.number, [row["number"] for row in rows])
        with self.assertRaisesRegex(UserError, "never deleted"):
            case.unlink()

    def test_scenario_05_hot(self):
        """Three households about the lift in ten days: hot, manager, public answer, correction."""
        matter = self.env["property.complaint.matter"].create(
            {"name": "Lift noise", "estate_id": self.estate.id}
        )
        cases = self.env["property.complaint"]
        for day, number in (("05", "201"), ("09", "202"), ("14", "203")):
            with freeze_time(f"2026-11-{day} 02:00:00"):
                self.assertFalse(matter.hot_date)
                cases |= self._complain(self._make_unit(number), matter_id=matter.id)
        self.assertTrue(matter.hot_date)
        self.assertEqual(set(cases.mapped("level")), {"hot"})
        self.assertEqual(matter.user_id, self.users["manager"])
        self.assertTrue(matter.corrective_action)
        self.assertIn("manager", set(cases.mapped("lead_role")))
        with freeze_time("2026-11-15 02:00:00"):
            agent = matter.with_user(self.users["supervisor"])
            agent.public_answer = "The lift gets new bearings on the 20th."
            with self.assertRaisesRegex(UserError, "approved first"):
                agent.action_answer_all()
            agent.action_submit_answer()
            matter.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
            agent.action_answer_all()
        self.assertEqual(set(cases.mapped("state")), {"replied"})
        self.assertEqual(set(cases.reply_ids.mapped("kind")), {"public"})
        self.assertEqual(matter.notice_id.state, "draft")
        self.assertEqual(self._clock(cases[0], "reply").state, "missed", "eleven days")
        self.assertEqual(self._clock(cases[2], "reply").state, "kept")

    def test_same_household_does_not_make_a_matter_hot(self):
        matter = self.env["property.complaint.matter"].create(
            {"name": "Lift noise", "estate_id": self.estate.id}
        )
        cases = [self._complain(matter_id=matter.id) for _time in range(3)]
        self.assertFalse(matter.hot_date)
        self.assertEqual([case.is_repeat for case in cases], [False, True, True])
        self.assertEqual(cases[2].level, "repeat")

    def test_merge_makes_one_matter(self):
        cases = self._complain() | self._complain(self._make_unit("301"))
        cases.action_merge()
        self.assertEqual(len(cases.matter_id), 1)
        with self.assertRaisesRegex(UserError, "at least two"):
            cases[0].action_merge()

    def test_scenario_06_accused_is_handler(self):
        """Who is complained about cannot be assigned, cannot call back, sees nothing."""
        accused = self.users["staff"]
        case = self._complain(
            user="steward", category="staff", accused_ids=[Command.set(self.agent.ids)]
        )
        self.assertEqual(case.level, "important")
        with self.assertRaisesRegex(ValidationError, "cannot handle"):
            case.sudo().handler_id = accused
        self.assertIn(accused, case.sudo()._callback_handlers())
        self.assertFalse(
            self.env["property.complaint"].with_user(accused).search([("id", "=", case.id)])
        )
        with self.assertRaises(AccessError):
            case.with_user(accused).read(["description"])
        with self.assertRaisesRegex(UserError, "about you"):
            case.with_user(accused).action_receive()
        self.assertNotIn(accused, case.sudo().message_follower_ids.partner_id.user_ids)
        self.assertFalse(
            self.env["property.complaint.reply"]
            .with_user(accused)
            .search([("complaint_id", "=", case.id)])
        )

    def test_complaint_about_oneself_is_taken_by_a_colleague(self):
        with self.assertRaisesRegex(UserError, "about you"):
            self._complain(user="staff", accused_ids=[Command.set(self.agent.ids)])

    def test_complaint_about_the_supervisor_goes_to_the_manager(self):
        boss = self._make_employee("supervisor")
        case = self._complain(user="staff", accused_ids=[Command.set(boss.ids)])
        self.assertNotIn(self.users["supervisor"], case._deadline_users("supervisor"))
        self.assertTrue(case._deadline_users("supervisor"))
        late = self._complain()
        late.user_id = self.users["supervisor"]
        late.accused_ids = [Command.set(boss.ids)]
        self.assertNotEqual(late.user_id, self.users["supervisor"])

    def test_for_the_manager_only(self):
        case = self._complain(user="staff", manager_only=True)
        model = self.env["property.complaint"]
        domain = [("id", "=", case.id)]
        for role in ("supervisor", "technician", "reader", "steward"):
            self.assertFalse(model.with_user(self.users[role]).search(domain), role)
        for role in ("manager", "administrator"):
            self.assertTrue(model.with_user(self.users[role]).search(domain), role)
        case.sudo().handler_id = self.users["technician"]
        self.assertTrue(model.with_user(self.users["technician"]).search(domain))
        case.sudo().action_transfer()
        self.assertFalse(model.with_user(self.users["staff"]).search(domain), "no more his")

    def test_foreign_estate_sees_nothing(self):
        case = self._complain()
        other = self._make_estate("Hill Park", "HP")
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="property_service.group_manager",
            company_id=self.company.id,
            property_estate_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["property.complaint"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            case.with_user(stranger).read(["number"])

    def test_states_and_stamps_cannot_be_written(self):
        case = self._complain(user="staff")
        for values in (
            {"state": "closed"},
            {"replied_date": "2026-01-01 00:00:00"},
            {"received_date": "2026-01-01 00:00:00"},
            {"proposal_approved": True},
            {"is_hot": True},
            {"reopen_count": 0, "callback_waived": "x"},
        ):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                case.write(values)
        with self.assertRaises(UserError):
            case.action_resolve()
        with self.assertRaises(AccessError):
            case.validity = "invalid"
        with self.assertRaises(AccessError):
            case.action_close()

    def test_level_is_lowered_by_the_supervisor_only(self):
        case = self._complain(user="staff", level="important")
        case.level = "urgent"
        with self.assertRaisesRegex(AccessError, "Lowering"):
            case.level = "minor"
        case.with_user(self.users["supervisor"]).level = "minor"

    def test_department_returns_it(self):
        case = self._complain()
        supervisor = case.with_user(self.users["supervisor"])
        supervisor.action_transfer()
        technician = case.with_user(self.users["technician"])
        technician._take_step("return", "The intercom belongs to the order department")
        self.assertEqual(case.state, "received")
        self.assertEqual(self._clock(case, "decide").state, "running")
        self.assertIn(self.users["supervisor"], case.sudo().activity_ids.user_id)
        with self.assertRaisesRegex(AccessError, "returned"):
            case.with_user(self.users["staff"]).action_transfer()
        supervisor.department_id = self.env.ref("property_service.department_order")
        supervisor.action_transfer()
        self.assertEqual(self._clock(case, "decide").state, "kept")
        case.with_user(self.users["staff"]).action_receive()
        self.assertEqual(case.signed_by_id, self.users["staff"])
        self.assertEqual(case.handler_id, self.users["staff"])

    def test_the_whole_way(self):
        case = self._complain(user="staff")
        case = self._to_replied(case)
        with self.assertRaisesRegex(UserError, "measures were taken"):
            case.action_resolve()
        case.measures = "Bearing changed"
        case.action_resolve()
        with self.assertRaisesRegex(UserError, "nobody called back"):
            case.action_close()
        with self.assertRaisesRegex(UserError, "does not call back"):
            case.with_user(self.users["technician"]).action_follow_up()
        case.with_user(self.users["steward"])._take_step("follow_up", "It is quiet now")
        self.assertEqual(case.state, "followed_up")
        case.action_close()
        self.assertEqual(case.state, "closed")
        self.assertFalse(
            self.env["property.deadline"]._of(case), "no clock runs on a closed complaint"
        )
        with self.assertRaisesRegex(UserError, "is over"):
            case.description = "nothing happened"

    def test_compensation_by_amount(self):
        """Up to 500 yuan the manager, above him the company; nothing before the liability check."""
        case = self._to_investigating(self._complain())
        case.write({"cause": "Pipe", "proposal": "Pay the floor", "compensation_amount": 800})
        with self.assertRaisesRegex(UserError, "liable"):
            case.action_propose()
        case.liability_checked = True
        case.action_propose()
        approval = case.sudo().approval_ids
        self.assertEqual(len(approval.step_ids), 2)
        with self.assertRaisesRegex(UserError, "approved or waits"):
            case.compensation_amount = 100
        approval.with_user(self.users["manager"]).action_approve()
        self.assertFalse(case.proposal_approved)
        with self.assertRaisesRegex(UserError, "approved solution"):
            case._reply("final", "phone", "We pay", "yes")
        approval.with_user(self.users["administrator"]).action_approve()
        case.invalidate_recordset()
        self.assertTrue(case.proposal_approved)
        case._reply("final", "phone", "We pay", "yes")
        case.measures = "Paid"
        case.action_resolve()
        self.env.user.browse(self.users["supervisor"].id)
        case._take_step("waive", "Spoken at the settlement")
        with self.assertRaisesRegex(UserError, "settlement note is not signed"):
            case.action_close()
        case.write({"settlement_date": "2026-11-20", "compensation_paid_date": "2026-11-20"})
        case.action_close()
        small = self._to_investigating(self._complain())
        small.write(
            {
                "cause": "x",
                "proposal": "y",
                "compensation_amount": 500,
                "liability_checked": True,
            }
        )
        small.action_propose()
        self.assertEqual(len(small.sudo().approval_ids.step_ids), 1)

    def test_major_is_approved_and_closed_by_the_manager(self):
        case = self._to_replied(self._complain(), "major")
        case.write({"measures": "Done"})
        case.action_resolve()
        case._take_step("waive", "The manager visited the family")
        with self.assertRaisesRegex(AccessError, "Manager"):
            case.action_close()
        manager = case.with_user(self.users["manager"])
        with self.assertRaisesRegex(UserError, "corrective action"):
            manager.action_close()
        manager.corrective_action = "Bearings are checked each quarter"
        manager.action_close()

    def test_refused_solution_goes_back(self):
        case = self._to_investigating(self._complain(), "major")
        case.write({"cause": "x", "proposal": "y"})
        case.action_propose()
        case.sudo().approval_ids.with_user(self.users["manager"])._refuse("Too little")
        self.assertEqual(case.state, "investigating")
        case.proposal = "More"
        case.action_propose()
        self.assertFalse(case.proposal_approved, "the new one is asked for anew")

    def test_not_accepted_goes_one_level_up(self):
        case = self._to_replied(self._complain(), accepted="no")
        self.assertEqual((case.state, case.level), ("disputed", "important"))
        case.action_investigate()
        self.assertEqual(self._clock(case, "reply").state, "running")

    def test_reopened_within_30_days_twice(self):
        case = self._to_replied(self._complain())
        case.measures = "Done"
        case.action_resolve()
        case._take_step("waive", "Neighbour's wish")
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            case.action_close()
        with (
            freeze_time(fields.Datetime.now() + timedelta(days=40)),
            self.assertRaisesRegex(UserError, "new complaint"),
        ):
            case._take_step("reopen", "It is back")
        with freeze_time(fields.Datetime.now() + timedelta(days=5)):
            case._take_step("reopen", "It is back")
            self.assertEqual((case.state, case.level), ("investigating", "repeat"))
            self.assertTrue(case.is_repeat)
            self.assertEqual(self._clock(case, "reply").state, "running")
            case._take_step("withdraw", "Enough")
            case._take_step("reopen", "Not enough")
            case._take_step("withdraw", "Enough")
            with self.assertRaisesRegex(UserError, "reopened 2 times"):
                case._take_step("reopen", "Still")

    def test_bad_callback_opens_it_again_and_ends_outside(self):
        class Callback:
            result = "bad"
            display_name = "HF-1"

        case = self._complain()
        for count in (1, 2):
            case = self._resolve_again(case)
            case._callback_result(Callback)
            self.assertEqual((case.state, case.reopen_count), ("investigating", count))
        case = self._resolve_again(case)
        case._callback_result(Callback)
        self.assertEqual(case.state, "external")

    def _resolve_again(self, case):
        if case.state == "received":
            case = self._to_replied(case)
        else:
            case.action_propose()
            self._approve_all(case)
            case._reply("final", "phone", "Again", "yes")
        case.measures = "Done"
        case.action_resolve()
        return case

    def test_anonymous(self):
        with self.assertRaisesRegex(ValidationError, "who complains"):
            self.env["property.complaint"].create(
                {
                    "estate_id": self.estate.id,
                    "category_id": self._category("mep").id,
                    "description": "x",
                }
            )
        case = self._complain(is_anonymous=True, phone="13800000000")
        self.assertFalse(case.partner_id or case.phone)
        case = self._to_replied(case)
        case.measures = "Done"
        case.action_resolve()
        case.action_close()
        self.assertEqual(case.state, "closed", "nobody to call back")

    def test_written_complaint_gets_a_letter_the_manager_approved(self):
        case = self._to_investigating(self._complain(channel="letter"))
        self.assertEqual(self._clock(case, "respond").state, "running")
        case.write({"cause": "x", "proposal": "y"})
        case.action_propose()
        self.assertFalse(case.proposal_approved)
        self._approve_all(case)
        with self.assertRaisesRegex(UserError, "in writing"):
            case._reply("final", "phone", "y", "yes")
        case._reply("final", "letter", "y", "unknown")
        self.assertEqual(case.state, "replied")

    def test_unreachable_customer_is_tried_three_times(self):
        case = self._to_investigating(self._complain())
        case.write({"cause": "x", "proposal": "y"})
        case.action_propose()
        case._reply("attempt", "phone", "Nobody answers")
        with self.assertRaisesRegex(UserError, "tried 3 times"):
            case._reply("final", "letter", "y")
        case._reply("attempt", "phone", "Nobody answers")
        case._reply("attempt", "phone", "Nobody answers")
        case._reply("final", "letter", "y")
        self.assertEqual(case.state, "replied")

    def test_replies_stay_as_given(self):
        case = self._to_replied(self._complain())
        with self.assertRaisesRegex(UserError, "stays as it was"):
            case.reply_ids.content = "something else"
        with self.assertRaisesRegex(UserError, "stays as it was"):
            case.reply_ids.sudo().unlink()

    def test_old_unsolved_one_becomes_major(self):
        with freeze_time("2026-09-01 02:00:00"):
            case = self._complain()
        with freeze_time("2026-10-02 02:00:00"):
            self._check_deadlines()
        case.invalidate_recordset()
        self.assertEqual(case.level, "major")

    def test_order_of_an_authority(self):
        with freeze_time("2026-11-20 02:00:00"):
            case = self._complain(
                channel="authority", outer_authority="hotline", outer_number="12345-889"
            )
            contact = self._clock(case, "outer_contact")
            self.assertEqual(contact.due, self._at("2026-11-21 02:00:00"))
            case.action_respond()
            self.assertEqual(contact.state, "kept")
            case._take_step("outside", "The hotline handles it")
            self.assertEqual(self._clock(case, "outer").state, "running")
            with self.assertRaisesRegex(UserError, "answer that was sent"):
                case.action_outer_done()
            case.outer_answer = "Repaired on the 20th"
            case.action_outer_done()
        self.assertEqual(case.state, "resolved")
        self.assertEqual(self._clock(case, "outer").state, "kept")

    def test_category_names_department_and_limits(self):
        case = self._complain(category="public_clean")
        self.assertEqual(
            case.department_id, self.env.ref("property_service.department_environment")
        )
        self.assertEqual(case.group_id.code, "class_environment")
        with freeze_time("2026-11-20 02:00:00"):
            case.action_transfer()
            self.assertEqual(self._clock(case, "first_action").due, self._at("2026-11-20 03:00:00"))
            case.action_first_action()
        self.assertEqual(self._clock(case, "first_action").state, "kept")
        ten = ("design", "mep", "indoor_repair", "public_clean", "indoor_clean", "public_green",
               "indoor_green", "staff", "security", "decoration")  # fmt: skip
        for code in (*ten, "parking", "charging", "neighbour", "information", "other"):
            category = self._category(code)
            self.assertTrue(category.department_id and category.parent_id, code)
            self.assertTrue(category.first_action, code)

    def test_unknown_step_is_refused(self):
        case = self._complain(user="staff")
        dialog = self.env["property.case.step"].with_user(self.users["staff"])
        values = {"res_model": case._name, "res_id": case.id, "text": "x"}
        with self.assertRaisesRegex(UserError, "does not exist"):
            dialog.create({**values, "step": "unlink"}).action_confirm()
        with self.assertRaisesRegex(UserError, "does not exist"):
            dialog.create(
                {**values, "res_model": "res.users", "res_id": 1, "step": "x"}
            ).action_confirm()
        with self.assertRaises(AccessError):
            dialog.create({**values, "step": "explain"}).action_confirm()

    def test_statistics(self):
        for number in ("401", "402"):
            self._complain(self._make_unit(number))
        self._to_replied(self._complain())
        today = local_today()
        figures = self.env["property.complaint.summary"]._figures(self.estate, today, today)
        self.assertEqual((figures["received"], figures["valid"]), (3, 1))
        self.assertTrue(figures["exceeded"])
        self.assertEqual(figures["on_time"], 1)
        self._set_parameter("complaint_rate_numerator", "all")
        figures = self.env["property.complaint.summary"]._figures(self.estate, today, today)
        self.assertEqual(figures["rate"], 3 / figures["homes"])
        options = {
            "estate_ids": self.estate.ids,
            "month": str(today),
            "date_from": str(today),
            "date_to": str(today),
        }
        month = self.env["property.register.complaint.month"]
        row = month._rows(options)[0]
        self.assertEqual((row["received"], row["valid"], row["share"]), (3, 1, 1.0))
        for name in ("complaint", "complaint.month", "complaint.week", "inquiry", "help",
                     "emergency", "notice", "reception"):  # fmt: skip
            register = self.env[f"property.register.{name}"].with_user(self.users["staff"])
            self.assertTrue(register._render_xlsx(register._clean_options(options)), name)

    def test_summary_is_approved_by_the_manager(self):
        summary = (
            self.env["property.complaint.summary"]
            .with_user(self.users["supervisor"])
            .create({"estate_id": self.estate.id, "date_from": "2026-11-01"})
        )
        self.assertEqual(str(summary.date_to), "2026-11-30")
        with self.assertRaisesRegex(UserError, "main problems"):
            summary.action_submit()
        summary.main_problems = "Lift"
        summary.action_submit()
        with self.assertRaises(AccessError):
            summary.action_approve()
        summary.with_user(self.users["manager"]).action_approve()
        summary.action_lock()
        with self.assertRaisesRegex(UserError, "not changed"):
            summary.main_problems = "None"
