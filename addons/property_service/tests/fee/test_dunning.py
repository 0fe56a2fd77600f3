# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

NOON = "2026-03-02 04:00:00"


class DunningCase(PropertyCase):
    """A home that owes January since the end of the month; it is the 2nd of March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.unit = cls._make_unit("101", 118.36)
        cls.steward = cls.users["steward"]
        cls.building.steward_ids = cls.steward
        with freeze_time("2026-01-05 02:00:00"):
            cls._bill(month=date(2026, 1, 1))
        cls.charge = cls.unit._open_charges()

    def _open(self):
        self.env["property.dunning"]._open_cases()
        return self.env["property.dunning"].search([("unit_id", "=", self.unit.id)])

    def _contact(self, case, stage=None, **values):
        if stage:
            values["stage_id"] = self._stage(stage).id
        if (values.get("channel") or (stage or case.stage_id.code)) == "visit":
            values.setdefault("second_user_id", self.users["supervisor"].id)
        return (
            self.env["property.dunning.contact"]
            .with_user(self.steward)
            .create({"dunning_id": case.id, "content": "Asked to pay", **values})
        )

    def _stage(self, code):
        return self.env["property.dunning.stage"]._by_code(code)

    def _to_notice(self, case):
        """Take a case to the first notice, with its records."""
        self._contact(case)
        case.with_user(self.steward).action_next_stage()
        self._contact(case)
        case.with_user(self.steward).action_next_stage()
        return case

    def _print(self, case, stage="notice1"):
        dialog = (
            self.env["property.dunning.notice.print"]
            .with_user(self.steward)
            .create({"dunning_ids": [(6, 0, case.ids)], "stage_id": self._stage(stage).id})
        )
        dialog.action_print()
        return case.contact_ids.filtered(lambda row: row.delivery == "pending")

    def _deliver(self, contact, **values):
        contact.write({"delivery_method": "signed", "signer": "Owner 101", **values})
        contact.action_delivered()

    def _approve(self, document):
        for _step in range(5):
            pending = document.sudo().approval_ids.filtered(lambda row: row.state == "pending")
            if pending:
                pending.with_user(self.users["administrator"]).action_approve()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDunning(DunningCase):
    """Dunning goes up step by step, with evidence, and never beyond the law (B H9)."""

    def test_cases_are_opened_from_what_is_overdue(self):
        case = self._open()
        self.assertEqual(case.stage_id.code, "call")
        self.assertEqual(case.amount, 337.33)
        self.assertEqual(case.user_id, self.steward)
        self.assertEqual(case.date_first_due, date(2026, 1, 31))
        self.assertEqual(case.next_date, date(2026, 2, 1))
        self.assertTrue(case.number.startswith("CJ-LG-2026-"))
        self.assertEqual(self.env["property.dunning"]._open_cases(), 0)

    def test_scenario_14_step_by_step(self):
        """Step 3 needs the records of 1 and 2; a signed notice resets the limitation (§11.14)."""
        case = self._open()
        notice1 = self._stage("notice1")
        with self.assertRaisesRegex(UserError, "Call or message"):
            case.with_user(self.steward).write({"stage_id": notice1.id})
        self._contact(case, result="no_answer")
        with self.assertRaisesRegex(UserError, "Visit"):
            case.with_user(self.steward).write({"stage_id": notice1.id})
        case.with_user(self.steward).action_next_stage()
        self.assertEqual(case.stage_id.code, "visit")
        self._contact(case, result="absent")
        # dragged in the kanban
        case.with_user(self.steward).write({"stage_id": notice1.id})
        self.assertEqual(case.stage_id, notice1)
        self.assertEqual(self.charge.limitation_date, date(2029, 1, 31))
        notice = self._print(case)
        self.assertEqual(notice.amount, 337.33)
        self.assertFalse(notice.proven)
        self.assertFalse(notice.deadline)
        with self.assertRaisesRegex(UserError, "confirm its delivery"):
            case.action_next_stage()
        self._deliver(notice.with_user(self.steward))
        self.assertTrue(notice.proven)
        self.assertEqual(notice.deadline, date(2026, 3, 9))
        self.assertEqual(self.charge.demand_date, date(2026, 3, 2))
        self.assertEqual(case.limitation_date, date(2029, 3, 2))
        with self.assertRaisesRegex(UserError, "2026-03-09"):
            case.action_next_stage()
        with freeze_time("2026-03-10 04:00:00"):
            case.action_next_stage()
        self.assertEqual(case.stage_id.code, "notice2")

    def test_no_step_cuts_supplies(self):
        """The law forbids it: no step, channel or setting of the suite knows it (B H0.3)."""
        texts = [
            *self.env["property.dunning.stage"].search([]).mapped("code"),
            *dict(self.env["property.dunning.contact"]._fields["channel"].selection),
            *self.env["property.parameter"].search([]).mapped("key"),
            *dict(self.env["property.parking.dunning"]._fields["state"].selection),
        ]
        for text in texts:
            for word in ("cut", "utility", "power", "lock", "block"):
                self.assertNotIn(word, text)

    def test_dunning_does_not_go_back_or_jump(self):
        case = self._to_notice(self._open())
        with self.assertRaisesRegex(UserError, "does not go back"):
            case.write({"stage_id": self._stage("call").id})
        with self.assertRaises(UserError):
            case.write({"stage_id": self._stage("enforce").id})

    def test_contacts_are_not_made_ahead_of_their_step(self):
        case = self._open()
        with self.assertRaisesRegex(UserError, "first"):
            self._contact(case, "visit")

    def test_visits_are_made_by_two(self):
        case = self._open()
        self._contact(case)
        case.action_next_stage()
        with self.assertRaisesRegex(ValidationError, "two persons"):
            self._contact(case, second_user_id=False)

    def test_quiet_hours(self):
        case = self._open()
        with self.assertRaisesRegex(ValidationError, "21:00"):
            # 22:30 in Shanghai
            self._contact(case, date="2026-03-01 14:30:00")
        self._set_parameter("dunning_quiet", "warn")
        contact = self._contact(case, date="2026-03-01 14:30:00")
        self.assertTrue(contact.quiet_hours)

    def test_paid_it_stops_at_once(self):
        case = self._open()
        self._take(self.unit, 100.0)
        self.assertEqual((case.state, case.amount), ("running", 237.33))
        self.assertEqual(case.amount_collected, 100.0)
        receipt = self._take(self.unit, 237.33)
        self.assertEqual((case.state, case.amount, case.success), ("settled", 0.0, 100.0))
        self.assertFalse(case.next_date)
        with self.assertRaisesRegex(UserError, "not dunned"):
            self._contact(case)
        # voided, it goes on where it was
        receipt.sudo()._reverse_payment()
        self.assertEqual((case.state, case.amount), ("running", 237.33))

    def test_promise_kept_and_broken(self):
        case = self._open()
        with self.assertRaisesRegex(ValidationError, "day by which"):
            self._contact(case, result="promise")
        self._contact(case, result="promise", promise_date=date(2026, 3, 10), promise_amount=337.33)
        self.assertEqual((case.state, case.promise_date), ("promised", date(2026, 3, 10)))
        case._work()
        self.assertEqual(case.state, "promised")
        with freeze_time("2026-03-11 04:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref("property_service.ir_cron_dunning").method_direct_trigger()
            self.assertEqual((case.state, case.broken_count), ("running", 1))
            self.assertEqual(case.next_date, date(2026, 3, 11))
            self.assertEqual(case.activity_ids.user_id, self.steward)

    def test_promised_cases_are_not_pushed(self):
        case = self._open()
        self._contact(case, result="promise", promise_date=date(2026, 3, 10), promise_amount=337.33)
        with self.assertRaisesRegex(UserError, "let it go on"):
            case.action_next_stage()

    def test_tenant_and_owner_are_both_asked(self):
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self.unit._start_tenancy(date(2026, 1, 1), tenant, pays=True)
        with freeze_time("2026-02-05 02:00:00"):
            self._bill(month=date(2026, 2, 1))
        self.env["property.dunning"]._open_cases()
        case = self.env["property.dunning"].search([("partner_id", "=", tenant.id)])
        self.assertEqual(case.recipient_ids, tenant | self.unit.owner_id)
        contact = self._contact(case)
        self.assertEqual(contact.recipient_ids, tenant | self.unit.owner_id)

    def test_open_complaint_needs_the_managers_consent(self):
        case = self._open()
        self._contact(case)
        case.action_next_stage()
        self._contact(case)
        with patch.object(type(case), "_open_complaints", lambda self: True):
            with self.assertRaisesRegex(UserError, "consent"):
                case.action_next_stage()
            with self.assertRaises(AccessError):
                case.with_user(self.users["supervisor"]).action_consent()
            case.with_user(self.users["manager"]).action_consent()
            case.action_next_stage()
        self.assertEqual(case.stage_id.code, "notice1")

    def test_disputed_is_frozen(self):
        case = self._open()
        with self.assertRaises(AccessError):
            case.with_user(self.steward)._dispute("Area is wrong")
        late = self.env["property.late.charge"]
        before = late._total(self.charge)
        case.with_user(self.users["supervisor"])._dispute("Area is wrong")
        self.assertEqual(case.state, "disputed")
        with freeze_time("2026-04-02 04:00:00"):
            self.assertEqual(late._total(self.charge), round(before - 0.0005 * 337.33, 2))
            with self.assertRaises(UserError):
                self._contact(case)
            case.with_user(self.users["supervisor"]).action_resume()
            self.assertEqual(case.state, "running")
        with freeze_time("2026-04-10 04:00:00"):
            self.assertGreater(late._total(self.charge), before)

    def test_debtor_who_died_rests(self):
        case = self._open()
        dialog = (
            self.env["property.dunning.pause"]
            .with_user(self.users["supervisor"])
            .create({"dunning_ids": [(6, 0, case.ids)], "state": "paused", "cause": "deceased"})
        )
        dialog.action_apply()
        self.assertEqual(case.state, "paused")
        self.assertIn("heirs", case.pause_reason)
        self.assertFalse(case.next_date)

    def test_lawyer_needs_file_and_approval(self):
        case = self._to_notice(self._open())
        self._deliver(self._print(case))
        with freeze_time("2026-03-20 04:00:00"):
            case.action_next_stage()
            self._deliver(self._print(case, "notice2"))
        with freeze_time("2026-04-10 04:00:00"):
            case.action_next_stage()
            self.assertEqual(case.stage_id.code, "committee")
            with self.assertRaisesRegex(UserError, "approval"):
                case.write({"stage_id": self._stage("lawyer").id})
            with self.assertRaisesRegex(UserError, "Contract"):
                case.with_user(self.users["supervisor"]).action_next_stage()
            case.with_user(self.users["supervisor"]).action_fill_file()
            self.assertEqual(len(case.paper_ids.filtered(lambda row: row.kind == "demand")), 4)
            self.env["property.dunning.paper"].create(
                {"dunning_id": case.id, "kind": "contract", "name": "Service contract"}
            )
            case.with_user(self.users["supervisor"]).action_next_stage()
            self.assertEqual(case.stage_id.code, "committee")
            self.assertEqual(case.approval_ids.matter, "lawsuit")
            self._approve(case)
            self.assertEqual(case.stage_id.code, "lawyer")

    def test_limitation(self):
        case = self._open()
        self.assertEqual(case.limitation_state, "ok")
        with freeze_time("2028-09-01 04:00:00"):
            case._work()
            case.invalidate_recordset()
            self.assertEqual(case.limitation_state, "soon")
            self.assertEqual(len(case.activity_ids), 1)
            case._work()
            self.assertEqual(len(case.activity_ids), 1)
            found = case.search([("limitation_state", "=", "soon")])
            self.assertIn(case, found)
        with freeze_time("2029-03-01 04:00:00"):
            case._work()
            case.invalidate_recordset()
            self.charge.invalidate_recordset()
            self.assertEqual(case.limitation_state, "passed")
            self.assertTrue(self.charge.time_barred)
            self.assertIn(self.charge, self.charge.search([("time_barred", "=", True)]))
            # still shown and still payable
            self.assertEqual(case.amount, 337.33)
            self.charge._demanded(date(2029, 3, 1))
            self.assertFalse(self.charge.demand_date)

    def test_instalments(self):
        case = self._open()
        agreement = (
            self.env["property.dunning.agreement"]
            .with_user(self.steward)
            .create(
                {
                    "dunning_id": case.id,
                    "kind": "instalment",
                    "months": 2,
                    "reason": "Lost work",
                    "line_ids": [
                        (0, 0, {"date_due": date(2026, 4, 2), "amount": 168.67}),
                        (0, 0, {"date_due": date(2026, 5, 2), "amount": 168.66}),
                    ],
                }
            )
        )
        agreement.action_submit()
        self.assertEqual(agreement.approval_ids.matter, "deferral")
        self._approve(agreement)
        self.assertEqual((agreement.state, case.state), ("active", "instalment"))
        self.assertEqual(case.next_date, date(2026, 4, 3))
        with freeze_time("2026-04-01 04:00:00"):
            self._take(self.unit, 168.67)
        with freeze_time("2026-04-03 04:00:00"):
            case._work()
            self.assertEqual(case.state, "instalment")
            self.assertEqual(agreement.line_ids.mapped("paid"), [True, False])
        with freeze_time("2026-05-03 04:00:00"):
            case._work()
            self.assertEqual((agreement.state, case.state), ("broken", "running"))
            self.assertTrue(case.activity_ids)

    def test_agreement_kept(self):
        case = self._open()
        agreement = self.env["property.dunning.agreement"].create(
            {
                "dunning_id": case.id,
                "kind": "deferred",
                "months": 1,
                "reason": "Hardship",
                "line_ids": [(0, 0, {"date_due": date(2026, 4, 2), "amount": 337.33})],
            }
        )
        agreement.action_submit()
        self._approve(agreement)
        self.assertEqual(case.state, "deferred")
        self._take(self.unit, 337.33)
        self.assertEqual((agreement.state, case.state), ("kept", "settled"))

    def test_deferral_is_two_months_at_most(self):
        case = self._open()
        with self.assertRaisesRegex(ValidationError, "2 months"):
            self.env["property.dunning.agreement"].create(
                {"dunning_id": case.id, "kind": "deferred", "months": 3, "reason": "Hardship"}
            )

    def test_delivery_needs_its_proof(self):
        case = self._to_notice(self._open())
        notice = self._print(case)
        for values, text in (
            ({}, "how"),
            ({"delivery_method": "signed"}, "who signed"),
            ({"delivery_method": "registered"}, "number"),
            ({"delivery_method": "photo"}, "photo"),
        ):
            notice.write(values)
            with self.assertRaisesRegex(UserError, text):
                notice.action_delivered()

    def test_notices_of_a_building(self):
        second = self._make_unit("102", 100.0)
        with freeze_time("2026-02-01 02:00:00"):
            self._bill(month=date(2026, 2, 1))
        self.env["property.dunning"]._open_cases()
        cases = self.env["property.dunning"].search([])
        self._to_notice(cases.filtered(lambda case: case.unit_id == second))
        dialog = (
            self.env["property.dunning.notice.print"]
            .with_user(self.steward)
            .create({"estate_id": self.estate.id, "stage_id": self._stage("notice1").id})
        )
        self.assertEqual((dialog.case_count, dialog.left_count), (1, 1))
        dialog.action_print()
        dialog.invalidate_recordset()
        # printed, it is out; it is not printed a second time
        self.assertEqual(dialog.case_count, 0)
        with self.assertRaisesRegex(UserError, "No case may get"):
            dialog.action_print()

    def test_evidence_stays(self):
        case = self._to_notice(self._open())
        notice = self._print(case)
        self._deliver(notice)
        with self.assertRaises(UserError):
            notice.with_user(self.steward).write({"date": fields.Datetime.now()})
        with self.assertRaises(UserError):
            notice.unlink()
        with self.assertRaises(UserError):
            case.unlink()

    def test_state_cannot_be_typed(self):
        case = self._open()
        with self.assertRaises(UserError):
            case.with_user(self.steward).write({"state": "settled"})

    def test_late_charge_for_a_settlement(self):
        case = self._open()
        with self.assertRaises(AccessError):
            case.with_user(self.steward).action_charge_late()
        case.with_user(self.users["accountant"]).action_charge_late()
        self.assertTrue(self.charge.late_ids)

    def test_cron_survives_a_broken_case(self):
        self._make_unit("102", 100.0)
        with freeze_time("2026-02-01 02:00:00"):
            self._bill(month=date(2026, 2, 1))
        create = type(self.env["property.dunning"]).create

        def broken(records, vals_list):
            if any(vals["unit_id"] == self.unit.id for vals in vals_list):
                raise ValueError("broken")
            return create(records, vals_list)

        with (
            patch.object(type(self.env["property.dunning"]), "create", broken),
            mute_logger("odoo.addons.property_service.models.fee.property_dunning_work"),
        ):
            self.assertEqual(self.env["property.dunning"]._open_cases(), 1)

    def test_monthly_list(self):
        self.estate.user_ids = self.users["supervisor"]
        lists = self.env["property.arrears.list"]
        cron = self.env.ref("property_service.ir_cron_arrears_list")
        with freeze_time("2026-03-24 04:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(lists.search([("estate_id", "=", self.estate.id)]))
        for _twice in range(2):
            with freeze_time("2026-03-25 04:00:00"), self.enter_registry_test_mode():
                cron.method_direct_trigger()
        made = lists.search([("estate_id", "=", self.estate.id)])
        self.assertEqual(len(made), 1)
        self.assertEqual((made.home_count, made.amount), (1, 337.33))
        self.assertEqual(made.activity_ids.user_id, self.users["supervisor"])
        self.assertEqual(made.message_attachment_count, 1)
