# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .renovation_case import RenovationCase


@tagged("post_install", "-at_install")
class TestRenovationReview(RenovationCase):
    """Declaration, pre-check, reviews (handbook A §28)."""

    def _clock(self, dossier, step="review"):
        return dossier.deadline_ids.filtered(lambda row: row.step == step).sorted("id")[-1:]

    def test_review_clock_starts_with_complete_papers(self):
        with freeze_time("2026-02-20 01:00:00"):
            dossier = self._submitted()
            dossier.action_precheck()
        self.assertFalse(self._clock(dossier))
        due = self._clock(dossier, "precheck").due
        self.assertEqual(due, datetime(2026, 2, 20, 15, 59), "the same day in China")
        with freeze_time("2026-02-20 02:00:00"):
            with self.assertRefused("Title certificate"):
                dossier.action_complete()
            action = dossier.action_return("drawings of the bathroom")
            self.assertEqual(action["type"], "ir.actions.report")
        self.assertEqual(dossier.state, "returned")
        self.assertIn("Title certificate", dossier.return_reason)
        self.assertFalse(dossier._is_signed("owner"), "it is signed anew")
        with freeze_time("2026-02-25 01:00:00"):
            self._sign(dossier, "owner", "contractor", "notice_owner", "notice_contractor")
            dossier.action_submit()
            dossier.action_precheck()
            self._papers(dossier)
            dossier.write({"use_kind": "own", "intention": "lives there"})
            dossier.action_complete()
        self.assertEqual(self._clock(dossier).due, datetime(2026, 2, 27, 1, 0))
        with freeze_time("2026-02-26 13:00:00"):
            self._review(dossier, "equipment")
            self.assertEqual(dossier.state, "second_review")
            self._review(dossier, "manager")
        self.assertEqual(dossier.state, "approved")
        self.assertEqual(dossier.review_hours, 36)
        self.assertTrue(dossier.review_in_time)
        self.assertEqual(dossier.approved_by_id, self.users["manager"])
        self.assertEqual(self._clock(dossier, "copy").due, datetime(2026, 2, 27, 15, 59))
        with freeze_time("2026-02-27 01:00:00"):
            dossier.action_copy_given()
        self.assertEqual(self._clock(dossier, "copy").state, "kept")

    def test_reserved_items_block_the_approval(self):
        with freeze_time("2026-02-20 01:00:00"):
            dossier = self._in_review(flags=["structure", "gas"])
            self._review(dossier, "equipment")
        with freeze_time("2026-02-20 05:00:00"):
            with self.assertRefused("Gas company"):
                self._review(dossier, "manager")
            with self.assertRaises(AccessError):
                dossier.with_user(self.users["supervisor"]).action_wait_authority()
            dossier.with_user(self.users["manager"]).action_wait_authority()
        self.assertEqual(self._clock(dossier).state, "paused")
        with freeze_time("2026-03-20 01:00:00"):
            with self.assertRefused("waits for the authority"):
                self._review(dossier, "manager")
            with self.assertRefused("Wall"):
                dossier.action_authority_received()
            item = dossier.item_ids.filtered("document_missing")
            item.write({"document_number": "2026-1", "document_ids": self._document().ids})
            dossier.action_authority_received()
            self._review(dossier, "manager")
        self.assertEqual(dossier.state, "approved")
        self.assertEqual(dossier.review_hours, 4, "waiting for an authority does not count")

    def test_papers_follow_the_declaration(self):
        codes = lambda dossier: set(dossier.paper_ids.type_id.mapped("code"))  # noqa: E731
        dossier = self._declare(flags=["structure"])
        self.assertLessEqual({"design", "authority", "firm", "guarantee"}, codes(dossier))
        self.assertNotIn("consent", codes(dossier))
        dossier.write({"applicant_kind": "tenant", "mode": "self"})
        self.assertIn("consent", codes(dossier))
        self.assertNotIn("firm", codes(dossier))

    def test_bad_declarations(self):
        dossier = self._declare(contractor_id=False)
        with self.assertRefused("Renovation contractor"):
            dossier.action_submit()
        dossier.contractor_id = self.firm
        with self.assertRefused("not signed yet"):
            dossier.action_submit()
        dossier.date_end_plan = date(2026, 8, 30)
        self._sign(dossier, "owner", "contractor")
        with self.assertRefused("90 days"):
            dossier.action_submit()
        with self.assertRefused("read-only"):
            dossier.date_end_plan = date(2026, 3, 30)
        with self.assertRefused("read-only"):
            dossier.item_ids.name = "Something else"
        dossier._void_signatures("typing error")
        dossier.date_end_plan = date(2026, 3, 30)
        self._sign(dossier, "owner", "contractor")
        dossier.action_submit()
        other = self._declare()
        self._sign(other, "owner", "contractor")
        with self.assertRefused(dossier.number):
            other.action_submit()

    def test_intention_and_checks_are_asked_for(self):
        dossier = self._submitted()
        dossier.action_precheck()
        self._papers(dossier)
        with self.assertRefused("prohibited"):
            dossier.action_complete()
        self._sign(dossier, "notice_owner", "notice_contractor")
        with self.assertRefused("real intention"):
            dossier.action_complete()
        dossier.write({"use_kind": "group", "intention": "five rooms"})
        dossier.action_complete()
        with self.assertRefused("enter the result"):
            self._review(dossier, "equipment", conform=False)
        dossier.review_check_ids[0].outcome = "bad"
        with self.assertRefused("does not conform"):
            self._review(dossier, "equipment")
        with self.assertRaises(AccessError):
            self._review(dossier, "supervisor")
        approval = dossier.approval_ids.filtered(lambda row: row.state == "pending")
        approval.with_user(self.users["equipment"])._refuse("walls")
        self.assertEqual(dossier.state, "rejected")
        self.assertEqual(dossier.state_reason, "walls")
        version = self.env["property.renovation"].browse(dossier.action_new_version()["res_id"])
        self.assertEqual((version.version, version.state), (2, "draft"))
        self.assertEqual(version.item_ids.mapped("name"), ["Floor"])

    def test_supplement_goes_under_the_permit(self):
        with freeze_time("2026-03-01 02:00:00"):
            site = self._working()
            action = site.action_new_version()
            more = self.env["property.renovation"].browse(action["res_id"])
            more.item_ids.unlink()
            self.env["property.renovation.item"].create(
                {"renovation_id": more.id, "name": "Ceiling"}
            )
            self._sign(more, "owner", "contractor", "notice_owner", "notice_contractor")
            more.action_submit()
            more.action_precheck()
            self._papers(more)
            more.write({"use_kind": "own", "intention": "same"})
            more.action_complete()
            self._review(more, "equipment")
            self._review(more, "manager")
        self.assertEqual(more.state, "closed")
        self.assertFalse(more.money_ids)
        self.assertIn("Ceiling", site.item_ids.mapped("name"))

    def test_contractor_with_bad_record_is_shown_not_barred(self):
        self.env["property.contractor.record"].create(
            {"partner_id": self.firm.id, "estate_id": self.estate.id, "note": "dumped debris"}
        )
        dossier = self._submitted()
        self.assertEqual(dossier.contractor_bad, 1)

    def test_forms_print(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working(flags=["waterproof"])
        for name in (
            "renovation",
            "renovation_missing",
            "renovation_rules",
            "renovation_neighbours",
            "renovation_condition",
            "renovation_agreement",
            "renovation_money",
            "renovation_permit",
            "renovation_acceptance",
            "renovation_refund",
        ):
            html = (
                self.env["ir.actions.report"]
                .with_user(self.users["staff"])
                ._render_qweb_html(f"property_service.report_{name}", dossier.ids)[0]
                .decode()
            )
            self.assertIn(
                dossier.number, html.replace("\n", "")
            ) if name != "renovation_permit" else (self.assertIn(dossier.permit_number, html))
            if name == "renovation_permit":
                self.assertIn("data:image/svg+xml", html)
        for register in ("renovation", "renovation.permit"):
            model = self.env[f"property.register.{register}"].with_user(self.users["staff"])
            rows = model._content({"date_from": "2026-01-01", "date_to": "2030-01-01"})
            self.assertEqual(rows["count"], 1)

    def test_catch_up_of_the_daily_reminders(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        permit = dossier.permit_id
        self.assertEqual(permit.state, "valid")
        cron = self.env.ref("property_service.ir_cron_renovation_permit")
        with freeze_time("2026-03-26 02:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(permit.state, "valid")
        with freeze_time("2026-03-27 02:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertEqual(permit.state, "expiring")
            tasks = len(dossier.activity_ids)
            cron.method_direct_trigger()
        self.assertEqual(len(dossier.activity_ids), tasks, "told once")
        with freeze_time("2026-03-31 02:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual((permit.state, dossier.state), ("expired", "suspended"))
        with freeze_time("2026-03-31 02:00:00"), self.assertRefused("extend it first"):
            dossier.action_resume()
        acceptance = self.env.ref("property_service.ir_cron_renovation_acceptance")
        with freeze_time("2026-04-06 02:00:00"), self.enter_registry_test_mode():
            acceptance.method_direct_trigger()
            self.assertTrue(dossier.acceptance_reminded)

    def test_rectify_loop_and_reinspection(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        with freeze_time("2026-03-20 02:00:00"):
            with self.assertRefused("not signed yet"):
                dossier.action_apply_acceptance()
            self._sign(dossier, "finish_owner", "finish_contractor")
            dossier.action_apply_acceptance()
            self.assertEqual(self._clock(dossier, "inspect").due, datetime(2026, 3, 20, 15, 59))
            dossier.first_check_ids.write({"outcome": "ok"})
            dossier.first_check_ids[0].outcome = "bad"
            with self.assertRefused("does not conform"):
                dossier.action_first_pass()
            dossier.action_rectify("lift wall scratched")
            self.assertEqual(self._clock(dossier, "rectify").due, datetime(2026, 3, 23, 15, 59))
        with freeze_time("2026-03-22 02:00:00"):
            dossier.action_rectified()
            dossier.first_check_ids.filtered(lambda row: not row.outcome).write({"outcome": "ok"})
            with self.assertRefused("debris"):
                dossier.action_first_pass()
            dossier.debris_removed = True
            with self.assertRaises(AccessError):
                dossier.with_user(self.users["staff"]).action_first_pass()
            dossier.with_user(self.users["supervisor"]).action_first_pass()
        self.assertEqual(dossier.reinspect_date, date(2026, 4, 22))
        self.assertEqual(dossier.permit_id.state, "returned")
        self.assertEqual(self.home.state, "occupied_owner")
        self.assertTrue(
            dossier.activity_ids.filtered(lambda row: row.date_deadline == date(2026, 4, 22))
        )
        with freeze_time("2026-04-01 02:00:00"), self.assertRefused("2026-04-22"):
            self._second_passed(dossier)
        with freeze_time("2026-04-22 02:00:00"):
            self._second_passed(dossier)
        self.assertEqual(dossier.state, "second_passed")

    def test_start_needs_notice_condition_and_permit(self):
        with freeze_time("2026-02-20 02:00:00"):
            dossier = self._paid()
            with self.assertRaises(AccessError):
                dossier.with_user(self.users["staff"]).action_issue_permit()
            dossier.with_user(self.users["supervisor"]).action_issue_permit()
            self.assertEqual(self.home.state, "renovating")
            with self.assertRefused("holds from 2026-03-01"):
                dossier.action_start()
        with freeze_time("2026-03-01 02:00:00"):
            with self.assertRefused("neighbours"):
                dossier.action_start()
            dossier.action_notice_posted()
            with self.assertRefused("not signed"):
                dossier.action_start()
            with self.assertRefused("photos"):
                self._sign(dossier, "condition_owner")
            self._start(dossier)
            with self.assertRefused("condition of the room is signed"):
                dossier.drain_test = "blocked"
        self.assertEqual((dossier.state, dossier.permit_id.state), ("working", "valid"))

    def test_stop_and_go_on_and_revoke(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
            with self.assertRaises(AccessError):
                dossier.with_user(self.users["staff"]).action_suspend("wall")
            dossier.with_user(self.users["supervisor"]).action_suspend("wall")
            self.assertEqual(dossier.permit_id.state, "suspended")
            facts = dossier.permit_id._verify_facts()
            self.assertFalse(facts["valid"])
            dossier.with_user(self.users["supervisor"]).action_resume()
            self.assertTrue(dossier.permit_id._verify_facts()["valid"])
            with self.assertRaises(AccessError):
                dossier.with_user(self.users["supervisor"]).action_revoke("wall again")
            dossier.with_user(self.users["manager"]).action_revoke("wall again")
            self.assertEqual((dossier.state, dossier.permit_id.state), ("suspended", "revoked"))
            with self.assertRaises(UserError):
                dossier.action_resume()

    def test_change_of_owner_in_the_middle(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
            buyer = self.env["res.partner"].create({"name": "Buyer"})
            self.home._transfer_ownership(date(2026, 3, 1), [(buyer, None)], "sale")
            self.assertEqual(dossier.owner_id, buyer)
            self.assertEqual(dossier.partner_id, buyer, "the duties are the new owner's")
            self.assertEqual(dossier.payer_id, self.party)
            deposit = dossier.money_ids.filtered(lambda row: row.code == "DECO").deposit_id
            self.assertEqual(deposit.partner_id, self.party, "deposits stay with who paid them")
            self.assertTrue(dossier.party_pending)
            self._sign(dossier, "finish_owner", "finish_contractor")
            with self.assertRefused("agreement"):
                dossier.action_apply_acceptance()
            self._sign(dossier, "agreement_owner")
            self.assertFalse(dossier.party_pending)
            dossier.action_apply_acceptance()

    def test_tenant_leaves_in_the_middle(self):
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        with freeze_time("2026-03-01 02:00:00"):
            self.home._start_tenancy(date(2026, 2, 1), tenant)
            dossier = self._working(applicant_kind="tenant")
            self.assertEqual(dossier.partner_id, tenant)
            self.assertEqual(dossier.payer_id, tenant)
            self.home._end_tenancy(date(2026, 3, 10))
            self.assertEqual(dossier.partner_id, self.party)
            self.assertEqual(dossier.payer_id, tenant)
            self.assertEqual(self.home.state, "renovating")
            other = self.env["res.partner"].create({"name": "Next tenant"})
            self.home._start_tenancy(date(2026, 3, 11), other)
            self.assertEqual(self.home.state, "renovating")
