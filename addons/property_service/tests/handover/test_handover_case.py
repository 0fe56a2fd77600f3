# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestHandoverCase(HandoverCase):
    """Routine handovers and what goes wrong (handbook A §11–§17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls._make_homes(3)
        cls.env["property.handover.fee"].create(
            [
                {
                    "estate_id": cls.estate.id,
                    "name": "Property fee in advance",
                    "mode": "prepay",
                    "months": 3,
                },
                {
                    "estate_id": cls.estate.id,
                    "name": "Special repair fund",
                    "mode": "proof",
                    "optional": True,
                },
            ]
        )
        cls.unit = cls.units[0]

    # papers --------------------------------------------------------------------------------------

    def test_papers_missing_and_brought(self):
        """Missing papers: incomplete with a list and a day; back when they are brought."""
        case = self._check_in(self.unit)
        self.assertEqual(case.mode, "routine")
        case.action_verify()
        self.assertEqual(case.state, "docs_incomplete")
        self.assertIn("House sale contract", case.papers_missing)
        self.assertEqual(case.supplement_date, date(2026, 11, 27))
        self.assertEqual(case.verify_result, "supplement")
        self.assertFalse(case.line_ids, "nothing is collected before the papers pass")
        case.action_check_in()
        case.action_papers_seen()
        case.action_verify()
        self.assertEqual(case.state, "docs_verified")
        self.assertEqual(case.verify_result, "verified")
        with self.assertRaisesRegex(UserError, "verified and stay"):
            case.paper_ids[0].with_user(self.users["staff"]).original_seen = False

    def test_agent_needs_authority(self):
        """An agent whose authorisation lacks an act, or has run out, is not let through."""
        case = self._check_in(self.unit, way="agent")
        codes = case.paper_ids.type_id.mapped("code")
        self.assertIn("authorisation", codes)
        self.assertNotIn("licence", codes)
        case.action_papers_seen()
        with self.assertRaisesRegex(UserError, "name of the agent"):
            case.action_verify()
        case.write({"agent_name": "Li", "agent_receives": True, "agent_signs": True})
        with self.assertRaisesRegex(UserError, "receive the keys"):
            case.action_verify()
        case.write({"agent_keys": True, "agent_until": date(2026, 11, 1)})
        with self.assertRaisesRegex(UserError, "ran out"):
            case.action_verify()
        case.agent_until = date(2026, 12, 1)
        case.abroad = True
        self.assertIn("notarised", case.paper_ids.type_id.mapped("code"))
        case.action_papers_seen()
        case.action_verify()
        self.assertEqual(case.state, "docs_verified")

    def test_company_and_co_owner_papers(self):
        """A company brings licence and letter; one co-owner alone brings the others' papers."""
        case = self._check_in(self.unit, way="company")
        codes = set(case.paper_ids.type_id.mapped("code"))
        self.assertTrue({"unit_letter", "licence", "agent_id"} <= codes)
        other = self.env["res.partner"].create({"name": "Wife"})
        self.env["property.occupancy"].create(
            {
                "unit_id": self.units[1].id,
                "partner_id": other.id,
                "role": "co_owner",
                "state": "pending",
                "date_start": date(2026, 1, 1),
            }
        )
        case = self._check_in(self.units[1])
        self.assertTrue(case.co_owners_absent)
        self.assertIn("co_owner", case.paper_ids.type_id.mapped("code"))

    def test_doubtful_and_false_papers(self):
        """Doubtful papers wait for the developer and a supervisor; false ones stop everything."""
        case = self._check_in(self.unit)
        case.action_papers_seen()
        case.action_doubtful("photo does not look like him")
        with self.assertRaisesRegex(UserError, "doubtful"):
            case.action_verify()
        with self.assertRaises(AccessError):
            case.with_user(self.users["staff"]).action_clear_doubt()
        with self.assertRaisesRegex(UserError, "who confirmed"):
            case.with_user(self.users["supervisor"]).action_clear_doubt()
        case.doubt_note = "Ms Wu of the developer, 20 November"
        case.with_user(self.users["supervisor"]).action_clear_doubt()
        case.paper_ids[0].finding = "false"
        self.assertEqual(case.verify_result, "false")
        with self.assertRaisesRegex(UserError, "police"):
            case.action_verify()

    # fees ----------------------------------------------------------------------------------------

    def test_fees_by_list_only(self):
        """Fees by the published list: in advance by months, paid by receipt, proof looked at."""
        case = self._check_in(self.unit)
        case.action_papers_seen()
        case.action_verify()
        self.assertEqual(case.line_ids.mapped("amount"), [900.0])
        self.assertEqual(
            (case.line_ids.date_start, case.line_ids.date_end),
            (date(2026, 12, 1), date(2027, 2, 28)),
        )
        with self.assertRaisesRegex(UserError, "still to be paid"):
            case.action_fees_paid()
        self._pay(case)
        self.assertEqual(case.fee_state, "paid")
        self.assertTrue(case.receipt_numbers.startswith("SJ"))
        fund = case._fee_list().filtered(lambda fee: fee.mode == "proof")
        line = case._add_fee(fund)
        with self.assertRaisesRegex(UserError, "proof of payment"):
            case.action_fees_paid()
        line.proof_seen = True
        case.action_fees_paid()
        with self.assertRaisesRegex(UserError, "published"):
            self.env["property.handover.line"].create(
                {"handover_id": case.id, "name": "Tea", "mode": "fixed", "partner_id": 1}
            )
        foreign = self.env["property.handover.fee"].create(
            {
                "estate_id": self._make_estate("Other", "OT").id,
                "name": "Other",
                "mode": "prepay",
                "months": 1,
            }
        )
        with self.assertRaisesRegex(UserError, "not on the published"):
            case._add_fee(foreign)

    def test_prepayment_limit(self):
        """More months in advance than the setting allows are not put on a list."""
        with self.assertRaisesRegex(ValidationError, "at most 3"):
            self.env["property.handover.fee"].create(
                {"estate_id": self.estate.id, "name": "Half a year", "mode": "prepay", "months": 6}
            )

    def test_fees_refused(self):
        """Refused fees do not hold back the keys; by the setting the manager decides."""
        case = self._check_in(self.unit)
        case.action_papers_seen()
        case.action_verify()
        case.action_fees_refused("quarrel about the parking space")
        self.assertEqual(case.fee_state, "refused")
        case.action_fees_paid()
        self._set_parameter("handover_fees_refused", "manager")
        case = self._check_in(self.units[1])
        case.action_papers_seen()
        case.action_verify()
        case.action_fees_refused("no money")
        with self.assertRaisesRegex(UserError, "manager decides"):
            case.action_fees_paid()
        with self.assertRaises(AccessError):
            case.with_user(self.users["staff"]).action_go_on_unpaid()
        case.with_user(self.users["manager"]).action_go_on_unpaid()
        case.action_fees_paid()
        self.assertEqual(case.state, "fees_paid")

    def test_developer_bears_first_months(self):
        """What the developer promised is billed to him, and the owner's fees start later."""
        self.env["property.handover.fee"].create(
            {
                "estate_id": self.estate.id,
                "name": "Free months",
                "mode": "developer",
                "months": 2,
                "item_id": self.management.id,
            }
        )
        case = self._check_in(self.unit)
        case.action_papers_seen()
        case.action_verify()
        free = case.line_ids.filtered(lambda line: line.mode == "developer")
        self.assertEqual(free.charge_id.partner_id, self.developer)
        self.assertEqual(free.charge_id.amount, 600.0)
        self.assertEqual(case.amount_total, 900.0)
        self.env["property.handover"]._take_effect(
            self.unit,
            date(2026, 11, 20),
            {self.unit.id: case.partner_id},
            "x",
            {self.unit.id: case._free_months()},
        )
        self.assertEqual(self.unit.fee_date_start, date(2027, 2, 1))

    def test_fee_start_rule(self):
        """First half → the 15th, second half → next month; same day; next month (§16)."""
        rule = self.env["property.handover"]._fee_start_rule
        self.assertEqual(rule(self.estate, date(2026, 11, 3)), date(2026, 11, 15))
        self.assertEqual(rule(self.estate, date(2026, 11, 15)), date(2026, 11, 15))
        self.assertEqual(rule(self.estate, date(2026, 11, 16)), date(2026, 12, 1))
        self.assertEqual(rule(self.estate, date(2026, 12, 31)), date(2027, 1, 1))
        self._set_parameter("handover_fee_start", "day", self.estate)
        self.assertEqual(rule(self.estate, date(2026, 11, 3)), date(2026, 11, 3))
        self._set_parameter("handover_fee_start", "next", self.estate)
        self.assertEqual(rule(self.estate, date(2026, 11, 3)), date(2026, 12, 1))

    # agreements, six records ----------------------------------------------------------------------

    def test_covenant_refused_before_witnesses(self):
        """The covenant binds without a signature: refusal with two witnesses; nothing else so."""
        case = self._check_in(self.unit)
        with self.assertRaisesRegex(UserError, "before the papers"):
            case._sign("covenant", "Buyer", way="paper")
        case.action_papers_seen()
        case.action_verify()
        self._pay(case)
        case.action_fees_paid()
        with self.assertRaisesRegex(UserError, "two witnesses"):
            case._sign("covenant", "Buyer", way="refused", note="no", witnesses="Wang")
        case._sign("covenant", "Buyer", way="refused", note="no", witnesses="王芳、李强")
        with self.assertRaisesRegex(UserError, "Only the covenant"):
            case._sign("fee", "Buyer", way="refused", note="no", witnesses="王芳、李强")
        with self.assertRaisesRegex(UserError, "not signed yet"):
            case.action_signed()
        case.action_sign_agreements()
        case.action_signed()
        self.assertTrue(case.covenant_refused)
        with self.assertRaisesRegex(UserError, "not signed yet"):
            case.action_issue_papers()
        case.article_ids[0].write({"received": False})
        with self.assertRaisesRegex(UserError, "not handed out"):
            case.action_issue_papers()
        case.article_ids[0].shortage_note = "next week"
        case.action_sign_papers()
        with self.assertRaisesRegex(UserError, "read-only"):
            case.article_ids[0].received = True
        case.action_issue_papers()
        with self.assertRaisesRegex(UserError, "wants none"):
            case.action_register_services()

    def test_six_records(self):
        """No case is filed while one of the six records is missing."""
        case = self._check_in(self.unit)
        inspection = self._to_inspection(case)
        self._conclude(inspection)
        self.assertEqual(case.state, "accepted")
        with self.assertRaisesRegex(UserError, "not signed yet"):
            case.action_hand_keys()
        case.action_sign_keys()
        case.action_hand_keys()
        self.assertEqual(case.key_ids.key_id.state, "handed_to_owner")
        case._void_signatures("wrong sheet", ["registration", "papers"])
        case.no_services = False
        with self.assertRaisesRegex(UserError, "1 Owner's registration.*3 Signed.*5 Record"):
            case.action_file()
        case._sign_on_paper(["registration", "papers"])
        case.action_no_services()
        case.action_file()
        self.assertEqual(case.state, "filed")
        self.assertEqual(self.unit.state, "handed_over")
        self.assertEqual(self.unit.owner_id, case.partner_id)
        self.assertEqual(case.fee_date_start, date(2026, 12, 1))
        self.assertFalse(self.unit.archive_missing_count)
        with self.assertRaisesRegex(UserError, "filed"):
            case.with_user(self.users["staff"]).write({"card_count": 5})
        with self.assertRaisesRegex(UserError, "handed over on"):
            self._check_in(self.unit)

    # inspection ----------------------------------------------------------------------------------

    def test_defect_repaired_twice_in_vain(self):
        """Deadlines by weight; the second failure tells the manager; only a signature closes."""
        case = self._check_in(self.unit)
        inspection = self._to_inspection(case)
        item = inspection.check_ids.filtered(lambda row: row.item_id.severity == "leak")[0]
        leak = item._defect("Water at the ceiling")
        minor = inspection.check_ids[0]._defect("Scratch")
        medium = inspection.check_ids[1]._defect("Loose", "medium")
        self.assertEqual(leak.date_limit, date(2026, 12, 20))
        self.assertEqual(medium.date_limit, date(2026, 12, 5))
        self.assertEqual(minor.date_limit, date(2026, 11, 27))
        with self.assertRaisesRegex(UserError, "owner's signature"):
            item.result = "ok"
        case.key_ids.left_quantity = 1
        self._conclude(inspection, "rectify")
        self.assertEqual(case.state, "rectifying")
        self.assertEqual(inspection.state, "failed")
        self.assertEqual(leak.claim_id.state, "sent_to_developer")
        self.assertEqual(leak.claim_id.responsible_id, self.developer)
        with self.assertRaisesRegex(UserError, "what was repaired"):
            leak.action_self_checked()
        for _round in range(2):
            leak.work_done = "Sealed"
            leak.action_self_checked()
            leak.action_fail("still wet")
        self.assertEqual((leak.repeats, leak.state, leak.written), (2, "repairing", True))
        self.assertIn(self.users["manager"], leak.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, "not repaired or not checked"):
            inspection.action_reinspect()
        with self.assertRaises(AccessError):
            minor.with_user(self.users["staff"]).action_close_reasoned("nobody minds")
        minor.with_user(self.users["manager"]).action_close_reasoned("agreed with the owner")
        (leak | medium).write({"work_done": "New pipe"})
        (leak | medium).action_self_checked()
        with self.assertRaisesRegex(UserError, "not signed yet"):
            leak.action_pass()
        (leak | medium).action_sign_owner()
        self.assertEqual(set((leak | medium).mapped("state")), {"closed"})
        self.assertEqual(leak.claim_id.state, "closed")
        inspection.action_reinspect()
        self.assertEqual(inspection.round, 2)
        with self.assertRaisesRegex(UserError, "not signed yet"):
            inspection.action_reinspected()
        inspection._sign_on_paper(["reinspection"])
        inspection.action_reinspected()
        self.assertEqual(case.state, "accepted")
        self._to_filed(case)
        self.assertEqual(case.key_ids.left_key_id.key_class, "repair")
        self.assertEqual(case.key_ids.left_key_id.state, "in_store")

    def test_keys_before_acceptance(self):
        """Keys while defects are repaired: only with the signed form that shows them."""
        case = self._check_in(self.unit)
        inspection = self._to_inspection(case)
        inspection.check_ids[0]._defect("Scratch")
        with self.assertRaisesRegex(UserError, "after the home was accepted"):
            case.action_hand_keys()
        self._conclude(inspection, "rectify")
        inspection._void_signatures("torn")
        case.action_sign_keys()
        with self.assertRaisesRegex(UserError, "signed the inspection form"):
            case.action_hand_keys()
        inspection._sign_on_paper(["owner"])
        case.action_hand_keys()
        self.assertEqual(case.state, "keys_handed")

    def test_short_key_set(self):
        """A short set of keys is noted with the day it is promised for."""
        case = self._check_in(self.unit)
        self._conclude(self._to_inspection(case))
        case.key_ids.short_quantity = 2
        case.action_sign_keys()
        with self.assertRaisesRegex(UserError, "promised"):
            case.action_hand_keys()

    def test_refused(self):
        """Refused: written report the same day, home not handed over, inspected again later."""
        case = self._check_in(self.unit)
        inspection = self._to_inspection(case)
        inspection.check_ids[0]._defect("Door burst open", "leak")
        inspection.opinion_text = "The house is not safe"
        self._conclude(inspection, "refuse")
        self.assertEqual((case.state, inspection.state), ("refused", "failed"))
        self.assertEqual(self.unit.state, "unsold")
        self.assertFalse(self.unit.fee_date_start)
        self.assertEqual(case.deadline_ids.filtered("due").mapped("step").count("report"), 1)
        with self.assertRaisesRegex(UserError, "written report"):
            case.action_resume()
        case.action_developer_told()
        self.assertTrue(
            self.unit.archive_ids.filtered(lambda row: row.res_id == case.id and row.to_print)
        )
        inspection.defect_ids.write({"work_done": "New door"})
        inspection.defect_ids.action_self_checked()
        inspection.defect_ids.action_sign_owner()
        case.action_resume()
        self.assertEqual(case.state, "inspecting")
        self._conclude(inspection)
        self.assertEqual(case.state, "accepted")

    def test_inspection_complete_before_it_is_signed(self):
        """Nobody signs without an opinion; nothing is concluded with items not looked at."""
        case = self._check_in(self.unit)
        inspection = self._to_inspection(case)
        with self.assertRaisesRegex(UserError, "opinion"):
            inspection.action_sign_all()
        inspection.opinion = "accept"
        with self.assertRaisesRegex(UserError, "not looked at"):
            inspection.action_conclude()
        inspection.action_rest_ok()
        inspection.action_sign_all()
        with self.assertRaisesRegex(UserError, "was not read"):
            inspection.action_conclude()
        with self.assertRaisesRegex(UserError, "read-only"):
            inspection.check_ids[0].result = "none"

    # meters --------------------------------------------------------------------------------------

    def test_meters(self):
        """No meter yet, numbers swapped, disputed values; a correction keeps the old value."""
        case = self._check_in(self.unit)
        inspection = self._to_inspection(case)
        water, power = case.meter_ids.sorted("kind", reverse=True)
        water.value = 5
        self.assertEqual(water.state, "read")
        power.status = "closed"
        with self.assertRaisesRegex(UserError, "expected"):
            power.action_confirm()
        power.expected_date = date(2026, 12, 1)
        water.number_ok = False
        with self.assertRaisesRegex(UserError, "swapped"):
            water.action_confirm()
        water.write({"number_ok": True, "status": "disputed"})
        with self.assertRaisesRegex(UserError, "disputes"):
            water.action_confirm()
        water.status = "ok"
        self._conclude(inspection)
        self._to_filed(case)
        self.assertEqual(water.state, "transferred")
        self.assertEqual(water.meter_id.opening, 5)
        self.assertEqual(water.reading_id.current, 5)
        with self.assertRaisesRegex(UserError, "correct it with a reason"):
            water.with_user(self.users["staff"]).value = 6
        water._correct(6, "misread")
        self.assertEqual((water.old_value, water.value, water.state), (5, 6, "corrected"))
        self.assertEqual(water.meter_id.opening, 6)
        self.assertEqual(water.reading_id.usage, 0)
        fault = self.env["property.handover.utility"].create(
            {
                "estate_id": self.estate.id,
                "supply": "electricity",
                "unit_ids": [Command.set(self.unit.ids)],
                "cause": "Transformer late",
                "promised_date": date(2026, 12, 1),
            }
        )
        fault.action_opened()
        self.assertEqual((power.status, power.state), ("ok", "listed"))
        power.value = 2
        power.action_confirm()
        self.assertEqual(power.meter_id.opening, 2)

    # access --------------------------------------------------------------------------------------

    def test_access(self):
        """A clerk of another estate sees nothing; RPC cannot jump states or forge facts."""
        case = self._check_in(self.unit, self.users["staff"])
        with self.assertRaisesRegex(UserError, "buttons"):
            case.write({"state": "filed"})
        with self.assertRaisesRegex(UserError, "steps"):
            case.write({"fee_date_start": date(2030, 1, 1)})
        with self.assertRaisesRegex(UserError, "cannot start"):
            self.env["property.handover"].with_user(self.users["staff"]).create(
                {
                    "unit_id": self.units[1].id,
                    "partner_id": case.partner_id.id,
                    "state": "keys_handed",
                }
            )
        other = new_test_user(
            self.env,
            "other_clerk",
            groups="property_service.group_staff",
            property_estate_ids=[Command.set(self._make_estate("Far", "FA").ids)],
        )
        for model in (
            "property.handover",
            "property.handover.key",
            "property.handover.article",
            "property.handover.meter",
        ):
            self.assertFalse(self.env[model].with_user(other).search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            case.with_user(other).read(["partner_id"])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            case.with_user(self.users["reader"]).write({"note": "x"})

    def test_clerk_does_the_whole_way(self):
        """The desk staff need no more rights than a clerk's and a cashier's."""
        case = self._check_in(self.unit, self.users["staff"])
        case.action_papers_seen()
        case.action_verify()
        self._pay(case.sudo())
        case.action_fees_paid()
        case.action_sign_agreements()
        case.action_signed()
        case.action_sign_papers()
        case.action_issue_papers()
        case.action_no_services()
        case.action_register_services()
        case.action_inspect()
        inspection = case.inspection_id
        inspection.check_ids[0]._defect("Scratch")
        self._conclude(inspection)
        self.assertEqual(inspection.state, "passed_with_defects")
        case.action_sign_keys()
        case.action_hand_keys()
        case.action_file()
        self.assertEqual(self.unit.state, "handed_over")
        defect = inspection.defect_ids
        defect.work_done = "Painted"
        defect.action_self_checked()
        defect.action_sign_owner()
        self.assertEqual(inspection.state, "closed")

    # services ------------------------------------------------------------------------------------

    def test_proxy_service(self):
        """Utilities bear no fee; a fee needs the list; papers go back when it cannot be done."""
        case = self._check_in(self.unit)
        service = self.env["property.proxy.service"].create(
            {"handover_id": case.id, "kind": "gas", "fee": 50, "advance": 100}
        )
        self.assertEqual(service.unit_id, self.unit)
        with self.assertRaisesRegex(UserError, "no fee of ours"):
            service.action_confirm()
        service.kind = "cleaning"
        with self.assertRaisesRegex(UserError, "price list"):
            service.action_confirm()
        service.fee = 0
        with self.assertRaisesRegex(UserError, "promised"):
            service.action_confirm()
        service.promised_date = date.today() + timedelta(days=3)
        service.action_sign_client()
        service.action_confirm()
        service.action_begin()
        with self.assertRaisesRegex(UserError, "given back"):
            service.action_cancel("no appointment to be had")
        service.returned = "100 yuan"
        service.action_cancel("no appointment to be had")
        self.assertEqual(service.state, "cancelled")
