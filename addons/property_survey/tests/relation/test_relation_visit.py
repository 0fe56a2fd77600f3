# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .relation_common import RelationCase


@tagged("post_install", "-at_install")
class TestRelationVisit(RelationCase):
    """Visits: appointment, two persons, opinions item by item, an answer within three days."""

    def test_home_needs_appointment_and_two_persons(self):
        visit = self._make_visit(companion_ids=[Command.clear()])
        with self.assertRaisesRegex(UserError, "by appointment"):
            visit.action_start()
        visit.action_confirm()
        with self.assertRaisesRegex(UserError, "2 persons"):
            visit.action_start()
        visit.companion_ids = self.clerk
        visit.action_start()
        self.assertEqual(visit.state, "visiting")
        self.assertTrue(visit.started_date)

    def test_customer_who_refuses_is_called(self):
        visit = self._make_visit(companion_ids=[Command.clear()])
        visit.action_by_phone()
        visit.action_start()
        self.assertEqual((visit.way, visit.state), ("phone", "visiting"))

    def test_complaint_becomes_a_case_the_same_day(self):
        visit = self._visit(
            [("complaint", "Lift noise at night", False), ("opinion", "Lawn is dry", "Watered")]
        )
        complaint = visit.opinion_ids[0]
        self.assertEqual(complaint.intake_id.kind, "complaint")
        case = self.env["property.complaint"].browse(complaint.intake_id.case_id)
        self.assertEqual(case.unit_id, self.home)
        self.assertEqual(case.user_id, visit.user_id, "who heard it answers for it")
        self.assertEqual(case.create_date.date(), visit.started_date.date())
        self.assertTrue(visit.opinion_ids[1].on_spot)
        self.assertEqual((visit.opinion_count, visit.handled_count), (2, 1))

    def test_answer_is_due_in_three_days(self):
        with freeze_time("2026-11-02 02:00:00"):
            visit = self._visit([("suggestion", "More benches", False)])
            self.assertEqual(visit.date_due, datetime(2026, 11, 5, 2))
            visit.action_assign()
            self.assertEqual(visit.opinion_ids.intake_id.case_model, "property.inquiry")
            with self.assertRaisesRegex(UserError, "More benches"):
                visit.action_answer()
        with freeze_time("2026-11-06 02:00:00"):
            self.assertEqual(visit.lateness, "late")
            visit.opinion_ids.answer = "Two benches ordered"
            visit.action_answer()
            visit.action_close()
        self.assertEqual(visit.deadline_ids.state, "missed")

    def test_nothing_to_answer_has_no_clock(self):
        visit = self._visit([("praise", "Friendly guards", False)])
        self.assertFalse(visit.deadline_ids)
        visit.action_close()
        self.assertEqual(visit.state, "closed")

    def test_open_opinion_keeps_the_visit_open(self):
        visit = self._visit([("opinion", "Bins smell", False)])
        with self.assertRaisesRegex(UserError, "waits for an answer"):
            visit.action_close()

    def test_state_moves_by_buttons_only(self):
        visit = self._make_visit()
        with self.assertRaises(UserError):
            visit.write({"state": "closed"})
        with self.assertRaises(UserError):
            visit.action_record()

    def test_recorded_visit_is_fixed(self):
        visit = self._visit([("opinion", "Bins smell", False)])
        with self.assertRaisesRegex(UserError, "stays as it is"):
            visit.summary = "Something else"
        with self.assertRaises(UserError):
            visit.opinion_ids.unlink()
        with self.assertRaises(UserError):
            visit.with_user(self.manager).sudo().unlink()

    def test_signature_is_voluntary(self):
        visit = self._make_visit()
        with self.assertRaisesRegex(UserError, "visit first"):
            visit._sign("customer", "Owner 101", way="paper")
        visit = self._visit()
        visit.action_close()
        self.assertFalse(visit.signature_ids)
        visit._sign("customer", "Owner 101", way="paper")
        self.assertTrue(visit._is_signed("customer"))

    def test_next_visit_is_made_once(self):
        visit = self._make_visit(next_date=date(2027, 1, 5))
        visit.action_confirm()
        visit.action_start()
        visit.summary = "Talk"
        visit.action_record()
        following = visit.next_visit_id
        self.assertEqual(following.date_planned.date(), date(2027, 1, 5))
        self.assertEqual((following.state, following.partner_id), ("planned", visit.partner_id))

    def test_insults_are_refused(self):
        visit = self._make_visit()
        with self.assertRaisesRegex(ValidationError, "刁民"):
            visit.summary = "该业主是刁民"
        with self.assertRaisesRegex(ValidationError, "facts only"):
            visit.opinion_ids = [Command.create({"description": "神经病"})]
        self.env["property.refused.word"].create({"name": "nuisance"})
        with self.assertRaisesRegex(ValidationError, "nuisance"):
            visit.told = "A Nuisance"

    def test_no_meet_can_be_arranged_again(self):
        visit = self._make_visit()
        visit._take_step("no_meet", "Nobody at home, note left")
        self.assertEqual(visit.drop_reason, "Nobody at home, note left")
        visit.action_unconfirm()
        self.assertEqual(visit.state, "planned")

    def test_forgotten_record_is_reminded_once(self):
        with freeze_time("2026-11-02 02:00:00"):
            visit = self._make_visit()
            visit.action_confirm()
            visit.action_start()
        with freeze_time("2026-11-03 02:00:00"):
            self._run("visit_check")
            self._run("visit_check")
        self.assertEqual(len(visit.sudo().activity_ids), 1)

    # rights --------------------------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_rights(self):
        visit = self._make_visit()
        reader = visit.with_user(self.users["reader"])
        self.assertTrue(reader.number)
        with self.assertRaises(AccessError):
            reader.remark = "x"
        vip = self._make_visit(purpose_id=self._purpose("vip").id)
        with self.assertRaises(AccessError):
            vip.with_user(self.users["cashier"]).read(["number"])
        self.assertTrue(vip.with_user(self.clerk).number, "who comes along sees it")
        self.assertTrue(vip.with_user(self.supervisor).number)
        away = self.env["property.visit"].create(
            {"estate_id": self.other_estate.id, "partner_id": self.home.owner_id.id}
        )
        with self.assertRaises(AccessError):
            away.with_user(self.manager).read(["number"])
        self.assertTrue(away.with_user(self.users["administrator"]).number)

    # figures -------------------------------------------------------------------------------------

    def test_figures(self):
        """走访完成率 = 2 of 3, 走访覆盖率 = 1 of 4, 问题处理率 = 1 of 2."""
        self._make_unit("103")
        self._make_unit("104")
        self._make_unit("105", state="vacant")
        self._visit([("opinion", "One", "Answered"), ("opinion", "Two", False)])
        self._visit()
        self._make_visit()
        self._make_visit()._take_step("cancel", "Moved away")
        self.env["property.communication"].create(
            {"unit_id": self.neighbour.id, "content": "About fees"}
        )
        self.env.flush_all()
        year = str(fields.Date.today().year)
        ((planned, visited, done, cover, spoken, handled),) = self.env[
            "property.visit.report"
        ]._read_group(
            [("estate_id", "=", self.estate.id), ("year", "=", year)],
            [],
            [
                *("planned:sum", "visited:sum", "completion_rate:avg", "coverage_rate:avg"),
                *("contact_rate:avg", "handling_rate:avg"),
            ],
        )
        self.assertEqual((planned, visited), (3, 2))
        self.assertAlmostEqual(done, 2 / 3)
        self.assertAlmostEqual(cover, 1 / 4)
        self.assertAlmostEqual(spoken, 2 / 4)
        self.assertAlmostEqual(handled, 1 / 2)

    def test_weekly_quota_counts_households_once(self):
        self.building.steward_ids = self.steward
        with freeze_time("2026-11-03 02:00:00"):
            self._visit()
            self._visit()
            self._visit(unit_id=self.neighbour.id)
        quotas = self.env["property.visit.quota"]
        row = quotas._count(self.estate, date(2026, 11, 5))
        self.assertEqual((row.user_id, row.week), (self.steward, date(2026, 11, 2)))
        self.assertEqual((row.households, row.quota, row.missing), (2, 4, 2))
        self.assertEqual(quotas._count(self.estate, date(2026, 11, 8)), row)
        with freeze_time("2026-11-09 03:00:00"):
            self._run("visit_quota")
            self._run("visit_quota")
        told = self.estate.activity_ids.filtered(lambda row: row.user_id == self.supervisor)
        self.assertEqual(len(told), 1)
        self.assertIn("2/4", told.summary)

    def test_silent_households(self):
        with freeze_time(datetime.now() - timedelta(days=400)):
            self._visit()
        self._visit(unit_id=self.neighbour.id)
        silent = self.env["property.unit"].search(
            [("silent", "=", True), ("estate_id", "=", self.estate.id)]
        )
        self.assertEqual(silent, self.home)
        self.assertTrue(self.home.silent)
        self.assertFalse(self.neighbour.silent)
        self.assertTrue(self.neighbour.last_contact_date)

    def test_last_contact_query_count(self):
        units = self.home | self.neighbour
        for number in range(20):
            units |= self._make_unit(f"2{number:02d}")
        self.env.invalidate_all()
        units.mapped("state")
        with self.assertQueryCount(14):
            units.mapped("last_contact_date")
