# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .relation_common import RelationCase


@tagged("post_install", "-at_install")
class TestRelationCommittee(RelationCase):
    """The owners' committee, letters with their reply dates, disputes between neighbours."""

    def _committee(self, **values):
        return (
            self.env["property.committee"]
            .with_user(self.supervisor)
            .create(
                {
                    "name": "First committee",
                    "estate_id": self.estate.id,
                    "date_start": date(2024, 1, 1),
                    "date_end": date(2026, 12, 31),
                    "member_ids": [
                        Command.create({"partner_id": self.home.owner_id.id, "role": "chair"})
                    ],
                    **values,
                }
            )
        )

    def _letter(self, **values):
        return (
            self.env["property.committee.letter"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Repair of the lift",
                    "content": "Please decide on the use of the fund.",
                    "estate_id": self.estate.id,
                    **values,
                }
            )
        )

    def test_members_are_owners(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "only owners"):
            self._committee(member_ids=[Command.create({"partner_id": stranger.id})])

    def test_term_alarm_and_end(self):
        with freeze_time("2026-11-05 02:00:00"):
            committee = self._committee()
            committee.action_office()
            self._run("committee")
            self._run("committee")
            told = self.estate.activity_ids.filtered(lambda row: row.user_id == self.manager)
            self.assertEqual(len(told), 1)
            self.assertEqual(self._letter().committee_id, committee)
        with freeze_time("2027-01-05 02:00:00"):
            self._run("committee")
            self.assertEqual(committee.state, "expired")
            self.estate.street_office_id = self.env["res.partner"].create({"name": "Street"})
            letter = self._letter()
            self.assertFalse(letter.committee_id)
            self.assertEqual((letter.to_street_office, letter.addressee), (True, "Street"))

    def test_term_over_is_not_in_office(self):
        committee = self._committee(date_end=date(2025, 12, 31))
        with self.assertRaisesRegex(UserError, "the term is over"):
            committee.action_office()

    def test_letter_with_its_dates(self):
        with freeze_time("2026-11-05 02:00:00"):
            self._committee().action_office()
            letter = self._letter(date=date(2026, 11, 5))
            letter.action_send()
            self.assertEqual(letter.reply_date, date(2026, 11, 12))
            with self.assertRaisesRegex(UserError, "stays as it is"):
                letter.content = "Changed"
            with self.assertRaises(UserError):
                letter._take_step("answer", "Agreed")
            letter._sign("receiver", "Owner 101", way="paper")
            self.assertEqual((letter.state, letter.receiver), ("received", "Owner 101"))
        with freeze_time("2026-11-20 02:00:00"):
            letter.invalidate_recordset()
            self.assertTrue(letter.overdue)
            self.assertIn(
                letter, self.env["property.committee.letter"].search([("overdue", "=", True)])
            )
            letter._take_step("answer", "The committee agrees")
            letter.action_close()
        self.assertEqual((letter.state, letter.overdue), ("closed", False))

    def test_letter_to_us_is_answered(self):
        letter = self._letter(direction="in")
        with self.assertRaises(UserError):
            letter.action_send()
        letter.action_receive()
        with self.assertRaisesRegex(UserError, "our reply"):
            letter.action_close()
        letter._take_step("answer", "We will repair it in June")
        letter.action_close()
        with self.assertRaises(UserError):
            letter.sudo().unlink()

    def test_brief_and_meeting_are_prepared_once(self):
        letters = self.env["property.committee.letter"]
        with freeze_time("2026-11-05 02:00:00"):
            self._run("committee_letter")
            self._run("committee_letter")
        made = letters.search([("estate_id", "=", self.estate.id)])
        self.assertEqual(sorted(made.mapped("kind")), ["brief", "meeting"])
        self.assertEqual(made.filtered(lambda row: row.kind == "brief").period, date(2026, 10, 1))
        self.assertEqual(made.filtered(lambda row: row.kind == "meeting").period, date(2026, 10, 1))
        with freeze_time("2026-12-05 02:00:00"):
            self._run("committee_letter")
        made = letters.search([("estate_id", "=", self.estate.id)])
        self.assertEqual(len(made), 3, "a brief of November, no second meeting of the quarter")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_committee_is_the_supervisors(self):
        with self.assertRaises(AccessError):
            self._committee().with_user(self.clerk).name = "x"

    # disputes ------------------------------------------------------------------------------------

    def _dispute(self, **values):
        return (
            self.env["property.neighbour.dispute"]
            .with_user(self.clerk)
            .create(
                {
                    "unit_id": self.home.id,
                    "partner_id": self.home.owner_id.id,
                    "other_unit_id": self.neighbour.id,
                    "other_partner_id": self.neighbour.owner_id.id,
                    "kind": "noise",
                    "description": "Piano after 22:00",
                    **values,
                }
            )
        )

    def test_dispute_to_agreement(self):
        dispute = self._dispute(first_statement="Cannot sleep")
        self.assertEqual(dispute.first_statement_by_id, self.clerk)
        with self.assertRaisesRegex(UserError, "what was seen"):
            dispute.action_inspect()
        dispute.findings = "Heard in the bedroom"
        dispute.action_inspect()
        with self.assertRaisesRegex(UserError, "both sides apart"):
            dispute.action_mediate()
        dispute.with_user(self.steward).second_statement = "Practises for an exam"
        self.assertEqual(dispute.second_statement_by_id, self.steward)
        dispute.action_mediate()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            dispute.first_statement = "Other words"
        with self.assertRaisesRegex(ValidationError, "neither punish nor fine"):
            dispute.agreement = "再犯罚款200元"
        dispute.agreement = "No piano after 21:00"
        with self.assertRaisesRegex(UserError, "not signed"):
            dispute.action_agree()
        dispute._sign("first", "Owner 101", way="paper")
        with self.assertRaisesRegex(UserError, "read-only"):
            dispute.agreement = "Other"
        dispute._sign("second", "Owner 102", way="paper")
        dispute.action_agree()
        dispute._take_step("close", "Quiet since")
        self.assertEqual(dispute.state, "closed")

    def test_dispute_to_authority(self):
        dispute = self._dispute(kind="structure")
        dispute._take_step("authority", "Urban management, illegal structure on the roof")
        self.assertEqual(dispute.state, "to_authority")
        self.assertEqual(dispute.deadline_ids.state, "kept")

    def test_inspection_is_due_next_day(self):
        with freeze_time("2026-11-05 02:00:00"):
            self.assertEqual(self._dispute().date_due, datetime(2026, 11, 6, 2))

    def test_two_sides(self):
        with self.assertRaisesRegex(ValidationError, "two sides"):
            self._dispute(other_partner_id=self.home.owner_id.id)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_readers_do_not_see_disputes(self):
        with self.assertRaises(AccessError):
            self._dispute().with_user(self.users["reader"]).read(["description"])
