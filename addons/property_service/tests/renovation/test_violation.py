# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .site_case import MONDAY, SiteCase


@tagged("post_install", "-at_install")
class TestViolation(SiteCase):
    """From finding to closing (handbook A §37)."""

    def _clock(self, case, step):
        return case.deadline_ids.filtered(lambda row: row.step == step).sorted("id")[-1:]

    def _noticed(self, code="R4"):
        case = self._violation(code)
        case.action_dissuade("Told the foreman; says yes")
        case.action_issue_notice()
        return case

    def test_violation_from_found_to_closed(self):
        with freeze_time(MONDAY):
            case = self._violation("A2", description="Window opened in the outer wall")
            self.assertEqual(case.renovation_id, self.site)
            self.assertTrue(self._tasks(case, "Serious violation"), "supervisor knows at once")
            case.action_dissuade("Told the foreman, owner phoned; they go on")
            self.assertEqual(self._clock(case, "dissuade").state, "kept")
            with self.assertRaises(AccessError):
                case.with_user(self.users["staff"]).action_issue_notice()
            case.with_user(self.users["supervisor"]).action_issue_notice()
            self.assertEqual(case.notice_number, f"{case.number}-1")
            self.assertEqual(case.notice_deadline, datetime(2026, 3, 4, 2, 0))
            self.assertEqual(self.site.state, "suspended", "the notice stops the work")
            self.assertEqual(self.site.permit_id.state, "suspended")
            self.assertEqual(self.firm.property_contractor_bad, 1)
            with self.assertRefused("signed for"):
                case.action_served()
            case._sign("owner", "Owner", way="refused", note="shut door", witnesses="王芳、李强")
            with self.assertRefused("post the notice"):
                case.action_served()
            case.posted_photo_ids = [Command.set(self._photo().ids)]
            case.action_served()
            self.assertEqual(case.served_way, "posted")
            self.assertEqual(self._clock(case, "rectify").due, datetime(2026, 3, 4, 2, 0))
            with self.assertRefused("read-only"):
                case.requirement = "less"
            with self.assertRefused("violations that are not put right"):
                self.site.action_resume()
        with freeze_time("2026-03-04 03:00:00"):
            case.action_recheck()
            with self.assertRefused("photo of the re-check"):
                case.action_pass("closed")
            case.action_recheck_failed("window still open")
            due = self._clock(case, "report").due
            self.assertEqual(due, datetime(2026, 3, 5, 3, 0), "24 hours after it failed")
            with self.assertRefused("owners' committee"):
                case.action_report()
            case.committee_copy = "given"
            case.action_report()
            self.assertEqual(self._clock(case, "report").state, "kept")
            with self.assertRefused("receipt"):
                case.action_authority("Mr Wu came")
            case.report_receipt = "2026-17"
            case.action_authority("Mr Wu came")
            case.action_repeat_report("street office told")
        with freeze_time("2026-03-09 03:00:00"):
            self.assertEqual(self.site._open_violations(), 1)
            with self.assertRefused("a violation is not settled"):
                self.site._check_refundable()
            case.write({"claim_basis": "Agreement 9", "claim_amount": 300})
            with self.assertRaises(AccessError):
                case.with_user(self.users["supervisor"]).action_claim()
            case.with_user(self.users["manager"]).action_claim()
            self.assertEqual(self.site.damage_ids.mapped("amount"), [300])
            self.assertEqual(self.site.damage_ids.photo_ids, case.photo_ids)
            case.action_recheck()
            case.photo_after_ids = [Command.set(self._photo().ids)]
            case.action_pass("wall is closed again")
            self.assertEqual(self.site._open_violations(), 0)
            self.site.action_resume()
            self.assertEqual(self.site.permit_id.state, "valid")
            case.with_user(self.users["supervisor"]).action_close("restored, damages agreed")
        self.assertEqual(case.state, "closed")
        kinds = case.step_ids.mapped("kind")
        for kind in ("found", "dissuasion", "notice", "served", "recheck_failed", "reported"):
            self.assertIn(kind, kinds)
        self.assertIn("李强", "".join(case.step_ids.filtered("witnesses").mapped("witnesses")))
        with self.assertRefused("kept with their evidence"):
            case.unlink()

    @freeze_time(MONDAY)
    def test_corrected_at_once(self):
        case = self._violation("R2")
        case.action_dissuade("Told")
        case.action_corrected("drill put away")
        with self.assertRefused("look at it again"):
            case.action_close("done")
        case.photo_after_ids = [Command.set(self._photo().ids)]
        case.action_close("done")
        self.assertFalse(self.site._open_violations())

    @freeze_time(MONDAY)
    def test_structure_is_reported_at_once(self):
        case = self._violation("P1")
        self.assertEqual(self._clock(case, "report").due, datetime(2026, 3, 2, 4, 0))
        case.action_dissuade("Told to stop")
        with self.assertRefused("report it first"):
            case.action_corrected("says it is only plaster")
        case.committee_copy = "none"
        case.action_report()
        self.assertEqual(case.state, "reported")
        case.action_issue_notice()
        self.assertEqual(self.site.state, "suspended")
        case.mail_number = "RM1"
        case.action_served()
        self.assertEqual(case.served_way, "mail")

    @freeze_time(MONDAY)
    def test_order_of_steps(self):
        case = self._violation("R3", photo_ids=False)
        with self.assertRefused("dissuade first"):
            case.action_dissuasion_failed("no")
        with self.assertRefused("cannot become"):
            case.action_recheck()
        with self.assertRefused("dissuaded first"):
            case.action_close("over")
        case.action_dissuade("Told")
        with self.assertRefused("photo or video"):
            case.action_issue_notice()
        case.photo_ids = [Command.set(self._photo().ids)]
        case.committee_copy = "none"
        with self.assertRefused("note that it failed"):
            case.action_report()
        case.action_dissuasion_failed("he goes on")
        case.action_report()
        self.assertTrue(case.report_number)

    @freeze_time(MONDAY)
    def test_old_violation_from_before_the_take_over(self):
        case = self._violation("A1", before_takeover=True, source="takeover")
        self.assertFalse(self.site._open_violations())
        case.action_close("Recorded at the take-over")
        self.assertEqual(case.state, "closed")

    @freeze_time(MONDAY)
    def test_improvement_notice_and_deduction(self):
        case = self._noticed()
        with self.assertRaises(AccessError):
            case.with_user(self.users["supervisor"]).action_improvement("patrol the corridor")
        case.with_user(self.users["manager"]).action_improvement("patrol the corridor")
        self.assertEqual(case.improvement_id.state, "issued")
        with self.assertRefused("clause it rests on"):
            case.action_deduct()
        case.write({"claim_basis": "Agreement 7", "claim_amount": 80})
        case.action_deduct()
        case.action_deduct()
        self.assertEqual(len(self.site.damage_ids), 1)

    @freeze_time(MONDAY)
    def test_work_without_declaration(self):
        unit = self._make_unit("309", 80.0)
        case = self._violation("R1", unit_id=unit.id)
        self.assertFalse(case.renovation_id)
        case.action_dissuade("Told")
        with self.assertRefused("no permit to withhold"):
            case.action_stop_work("undeclared")

    def test_nothing_that_the_law_forbids(self):
        """No button takes tools, cuts supplies, fines or opens doors."""
        for model in ("violation", "pass", "hot.work", "overtime", "stay", "worker"):
            names = dir(type(self.env[f"property.renovation.{model}"]))
            for word in ("confiscat", "cut_", "fine_", "force", "penalty"):
                self.assertFalse([name for name in names if word in name and "action" in name])
