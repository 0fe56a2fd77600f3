# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .relation_common import RelationCase


@tagged("post_install", "-at_install")
class TestRelationTalk(RelationCase):
    """Communications, owners' meetings, and the registers."""

    def _talk(self, **values):
        return (
            self.env["property.communication"]
            .with_user(self.steward)
            .create(
                {
                    "unit_id": self.home.id,
                    "partner_id": self.home.owner_id.id,
                    "content": "Asked about the fee",
                    **values,
                }
            )
        )

    def test_follow_up(self):
        talk = self._talk(todo="Send the statement")
        with self.assertRaisesRegex(UserError, "by whom and until when"):
            talk.action_to_do()
        with self.assertRaisesRegex(UserError, "follow it up"):
            talk.action_done()
        talk.write({"todo_user_id": self.clerk.id, "todo_date": date.today() + timedelta(days=2)})
        talk.action_to_do()
        self.assertEqual(talk.sudo().activity_ids.user_id, self.clerk)
        self.assertEqual(talk.deadline_ids.state, "running")
        self.assertEqual(talk.date_due.date(), talk.todo_date)
        talk.with_user(self.clerk)._take_step("done", "Sent")
        self.assertEqual((talk.state, talk.result), ("done", "Sent"))
        self.assertFalse(talk.sudo().activity_ids)

    def test_supervisor_reads_others_records(self):
        talk = self._talk()
        with self.assertRaises(AccessError):
            talk.action_review()
        own = self._talk().with_user(self.supervisor)
        own.sudo().user_id = self.supervisor
        with self.assertRaisesRegex(UserError, "Somebody else"):
            own._take_step("review", "Read")
        talk.with_user(self.supervisor)._take_step("review", "Read")
        self.assertEqual(talk.reviewed_by_id, self.supervisor)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            talk.content = "Something else"

    def test_promise_without_power_is_corrected_in_writing(self):
        talk = self._talk(agreed="One year without fees", promise=True)
        with self.assertRaises(AccessError):
            talk._take_step("correct", "No")
        talk.with_user(self.supervisor)._take_step("correct", "Letter: no reduction is possible")
        self.assertEqual(talk.corrected_by_id, self.supervisor)
        self.assertIn("Letter", talk.correction)

    def test_insults_are_refused(self):
        with self.assertRaises(ValidationError):
            self._talk(content="又来闹，不要脸")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_estates(self):
        away = self.env["property.communication"].create(
            {"estate_id": self.other_estate.id, "content": "x"}
        )
        with self.assertRaises(AccessError):
            away.with_user(self.clerk).read(["content"])

    # owners' meetings ----------------------------------------------------------------------------

    def test_meeting_from_plan_to_actions(self):
        plan = (
            self.env["property.owners.meeting.plan"]
            .with_user(self.supervisor)
            .create({"estate_id": self.estate.id, "year": 2026})
        )
        with self.assertRaisesRegex(UserError, "at least 1"):
            plan.action_submit()
        plan.meeting_ids = [
            Command.create(
                {
                    "name": "Spring talk",
                    "date": fields.Datetime.now(),
                    "place": "Hall",
                    "agenda": "Lift",
                }
            )
        ]
        meeting = plan.meeting_ids
        with self.assertRaisesRegex(UserError, "not approved"):
            meeting.action_announce()
        plan.action_submit()
        self.assertEqual(plan.state, "review")
        plan.sudo().approval_ids.with_user(self.manager).action_approve()
        self.assertEqual(plan.state, "approved")
        meeting.action_announce()
        with self.assertRaisesRegex(UserError, "minutes"):
            meeting.action_held()
        meeting.write(
            {
                "minutes": "All items were discussed",
                "attendee_ids": [Command.create({"partner_id": self.home.owner_id.id})],
                "action_ids": [
                    Command.create(
                        {
                            "name": "Ask for offers",
                            "user_id": self.clerk.id,
                            "date_limit": date.today(),
                        }
                    )
                ],
            }
        )
        self.assertEqual(meeting.attendee_ids.name, "Owner 101")
        meeting.action_held()
        self.assertEqual(meeting.sudo().activity_ids.user_id, self.clerk)
        with self.assertRaises(UserError):
            meeting.minutes = "Changed"
        with self.assertRaisesRegex(UserError, "not done yet"):
            meeting.action_close()
        meeting.action_ids.done = True
        meeting.action_close()
        self.assertEqual(plan.held_count, 1)

    # registers and forms -------------------------------------------------------------------------

    def test_registers(self):
        self._visit([("complaint", "Lift noise", False), ("opinion", "Dry lawn", "Watered")])
        self._talk(todo="x", todo_user_id=self.clerk.id, todo_date=date.today())
        self.env["property.committee.letter"].create(
            {"name": "Lift", "content": "Text", "estate_id": self.estate.id}
        )
        options = {
            "estate_ids": self.estate.ids,
            "date_from": str(date.today() - timedelta(days=1)),
            "date_to": str(date.today() + timedelta(days=1)),
        }
        for name in ("visit", "communication", "committee.letter", "relation.plan"):
            register = self.env[f"property.register.{name}"].with_user(self.supervisor)
            content = register._content(options)
            self.assertTrue(content["title"])
            if name != "relation.plan":
                self.assertEqual(content["count"], 1, name)
            self.assertTrue(register._render_preview(options))
        row = self.env["property.register.visit"]._rows(options)[0]
        self.assertEqual(row["answer"], "Watered")
        self.assertTrue(row["case"], "the number of the complaint")

    def test_forms(self):
        visit = self._visit(
            [("opinion", "Dry lawn", "Watered")], purpose_id=self._purpose("vip").id
        )
        letter = self.env["property.committee.letter"].create(
            {"name": "Lift", "content": "Text", "estate_id": self.estate.id}
        )
        dispute = self.env["property.neighbour.dispute"].create(
            {
                "unit_id": self.home.id,
                "partner_id": self.home.owner_id.id,
                "other_unit_id": self.neighbour.id,
                "other_partner_id": self.neighbour.owner_id.id,
                "description": "Piano at night",
            }
        )
        meeting = self.env["property.owners.meeting"].create(
            {"name": "Talk", "date": fields.Datetime.now(), "estate_id": self.estate.id}
        )
        reports = self.env["ir.actions.report"]
        for name, record, text in (
            ("visit", visit, "VIP Customer Visit Record"),
            ("communication", self._talk(), "Asked about the fee"),
            ("committee_letter", letter, "Street office"),
            ("dispute", dispute, "Piano at night"),
            ("owners_meeting", meeting, "Minutes of an Owners"),
        ):
            html = reports._render_qweb_html(f"property_survey.report_{name}", record.ids)[0]
            self.assertIn(text, html.decode(), name)
