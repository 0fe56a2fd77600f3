# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .complaint_case import ComplaintCase
from .repair_case import SIGNATURE, RepairCase


@tagged("post_install", "-at_install")
class TestRepairMoney(RepairCase):
    """Advance payment, night surcharge, and money back for failed work (handbook B A3–A7, H12)."""

    def _approve(self, record):
        for approval in record.sudo().approval_ids.filtered(lambda row: row.state == "pending"):
            while approval.state == "pending":
                approval.sudo().action_approve()

    def _service(self, **values):
        order = self.env["property.repair"].create(
            {
                "kind": "service",
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "description": "Cleaning",
                "line_ids": self._lines(),
                **values,
            }
        )
        order.action_accept()
        return order

    def _charged(self, repair):
        """Take a chargeable order as far as its bill."""
        mine = self._on_site(repair)
        if not mine.line_ids:
            mine.line_ids = self._lines()
        mine.action_quote()
        mine.quote_signature = SIGNATURE
        mine.action_agree()
        mine.solution = "done"
        mine.action_done()
        mine.write({"customer_signature": SIGNATURE, "satisfaction": "C"})
        mine.action_accept_signed()
        return repair.charge_ids

    def test_advance_is_taken_before_and_set_off_at_the_bill(self):
        order = self._service(advance_asked=50.0)
        with self.assertRaisesRegex(UserError, "advance payment of 50.00"):
            order._dispatch(self.plumber)
        item = self.company._property_repair_item()
        self.assertIn(
            item, self.env["property.cashier"]._advance_items(self.unit, order.charge_ids)
        )
        action = order.action_take_advance()
        self.assertEqual(action["context"]["default_prepaid_item_id"], item.id)
        self.assertEqual(action["context"]["default_amount"], 50.0)
        self._take(self.unit, 50.0, prepaid_item_id=item.id)
        order.invalidate_recordset()
        self.assertEqual(order.advance_held, 50.0)
        charge = self._charged(order)
        self.assertEqual((charge.amount, charge.amount_residual), (78.0, 28.0))
        order.invalidate_recordset()
        self.assertEqual(order.advance_held, 0.0)

    def test_failed_paid_work_is_adjusted_and_refunded(self):
        repair = self._accepted(description="Tap drips")
        repair.payer_class = "chargeable"
        charge = self._charged(repair)
        self._take(self.unit, 78.0, charges=[(charge, 78.0)])
        with self.assertRaisesRegex(UserError, "adjusted first"):
            repair.action_refund()
        repair = self._as("supervisor", repair)
        repair._make_rework("Drips again")
        repair.action_adjust()
        adjustment = repair.adjustment_ids
        self.assertEqual(adjustment.amount_less, -78.0)
        self.assertIn("Drips again", adjustment.reason)
        self.assertEqual(repair.action_adjust()["res_id"], adjustment.id)
        adjustment.action_submit()
        self._approve(adjustment)
        self.assertEqual(adjustment.state, "posted")
        repair.action_refund()
        refund = repair.refund_ids
        self.assertEqual((refund.amount, refund.partner_id), (78.0, self.owner))
        refund.action_apply()
        self.assertEqual(refund.state, "applied")

    def test_unpaid_failed_work_needs_no_refund(self):
        repair = self._accepted()
        repair.payer_class = "chargeable"
        charge = self._charged(repair)
        repair = self._as("supervisor", repair)
        repair._make_rework("Drips again")
        repair.action_adjust()
        repair.adjustment_ids.action_submit()
        self._approve(repair.adjustment_ids)
        self.assertEqual((charge.state, repair.settlement), ("waived", "waived"))
        with self.assertRaisesRegex(UserError, "Nothing of it was paid"):
            repair.action_refund()

    def test_night_surcharge_only_where_it_is_published(self):
        self.price_elbow.night_percent = 50.0
        day = self._accepted()
        day._with_move().write({"arrived_at": datetime(2026, 11, 20, 4)})  # noon
        day.line_ids = self._lines()[:1]
        self.assertEqual((day.amount_total, day.line_ids.night), (60.0, False))
        night = self._accepted(description="At night")
        night._with_move().write({"arrived_at": datetime(2026, 11, 20, 15)})  # 23:00
        night.line_ids = self._lines()
        labour = night.line_ids.filtered("price_id")
        self.assertEqual((labour.price_unit, labour.night, labour.off_list), (90.0, True, False))
        labour.price_unit = 91.0
        self.assertTrue(labour.off_list)
        rows = self.env["property.register.service.price"]._rows(
            {"estate_ids": self.estate.ids, "date": "2030-01-01"}
        )
        self.assertIn("+50%", next(row["note"] for row in rows if row["code"] == "S01"))

    def test_long_service_is_followed_up_in_the_middle(self):
        self.env["property.callback.rule"].search(
            [("callback_class", "=", "special"), ("phase", "=", "middle")]
        ).share = 100
        with freeze_time("2026-11-02 01:00:00"):
            long = self._service(
                appointment_start="2026-11-03 01:00:00", appointment_end="2026-11-17 01:00:00"
            )
            short = self._service(
                appointment_start="2026-11-03 01:00:00", appointment_end="2026-11-03 09:00:00"
            )
            for order in (long, short):
                order._dispatch(self.plumber)
        for day, count in (("2026-11-05 01:00:00", 0), ("2026-11-11 01:00:00", 1)):
            for _again in range(2):
                with freeze_time(day), self.enter_registry_test_mode():
                    self.env.ref("property_service.ir_cron_halfway").method_direct_trigger()
            calls = self.env["property.callback"].search(
                [("res_model", "=", "property.repair"), ("phase", "=", "middle")]
            )
            self.assertEqual(len(calls), count)
        self.assertEqual(calls.res_id, long.id)


@tagged("post_install", "-at_install")
class TestComplaintMoney(ComplaintCase):
    """Compensation reaches the ledger (C2); a customer who is never reached; a repair of it."""

    def _compensated(self, way):
        case = self._to_replied(self._complain(), compensation_amount=200.0, liability_checked=True)
        case.write({"compensation_way": way})
        return case

    def test_compensation_as_credit_pays_the_bills(self):
        item = self._make_item("REP2", periodic=False)
        charge = self.env["property.charge"]._charge(
            [
                {
                    "unit_id": self.home.id,
                    "item_id": item.id,
                    "partner_id": self.owner.id,
                    "amount": 150.0,
                }
            ]
        )
        case = self._compensated("credit")
        manager = case.with_user(self.users["manager"])
        with self.assertRaisesRegex(UserError, "settlement note"):
            manager.action_book_compensation()
        manager.settlement_date = "2026-11-20"
        manager.action_book_compensation()
        move = case.sudo().compensation_move_id
        expense = move.line_ids.filtered("debit")
        self.assertEqual((move.state, expense.debit), ("posted", 200.0))
        self.assertTrue(expense.account_id.account_type.startswith("expense"))
        self.assertEqual(charge.amount_residual, 0.0)
        balances = self.env["property.prepayment"]._balances(self.home)
        self.assertEqual(balances[self.home.id], {self.owner.id: 50.0})
        self.assertTrue(case.compensation_paid_date)
        with self.assertRaisesRegex(UserError, "booked already"):
            manager.action_book_compensation()
        with self.assertRaisesRegex(UserError, "booked already"):
            manager.settlement_date = "2026-11-21"

    def test_compensation_paid_out_by_a_refund(self):
        case = self._compensated("payout")
        case.sudo().settlement_date = "2026-11-20"
        case.with_user(self.users["manager"]).sudo().action_book_compensation()
        refund = case.sudo().refund_ids
        self.assertEqual((refund.amount, refund.state), (200.0, "draft"))
        self.assertFalse(case.compensation_paid_date)
        refund.action_apply()
        refund.action_check()
        for approval in refund.approval_ids:
            while approval.state == "pending":
                approval.sudo().action_approve()
        refund.journal_id = self._journal("transfer")
        refund.action_pay()
        self.assertEqual((refund.state, case.compensation_reference), ("paid", refund.number))
        self.assertTrue(case.compensation_paid_date)

    def test_not_approved_compensation_is_not_booked(self):
        case = self._to_investigating(self._complain())
        case.sudo().write({"compensation_amount": 200.0, "settlement_date": "2026-11-20"})
        with self.assertRaisesRegex(UserError, "Only an approved"):
            case.with_user(self.users["manager"]).action_book_compensation()

    def test_customer_never_reached_is_closed_by_the_supervisor_with_reason(self):
        case = self._to_replied(self._complain(), accepted="unknown", measures="Bearing replaced")
        case = case.with_user(self.users["supervisor"])
        with self.assertRaisesRegex(UserError, "3 are needed"):
            case.action_close_unreached()
        for _try in range(3):
            case._add_reply("attempt", "phone", "nobody answers")
        action = case.action_close_unreached()
        self.assertEqual(action["context"]["default_step"], "unreached")
        case._take_step("unreached", "Called on three days, letter sent")
        self.assertEqual(case.state, "closed")
        self.assertEqual(case.callback_waived, "Called on three days, letter sent")
        calls = self.env["property.callback"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id)]
        )
        self.assertEqual(set(calls.mapped("state")), {"waived"})

    def test_repair_made_of_a_complaint_has_its_own_contact(self):
        case = self._complain(description="The tap drips and nobody comes")
        case.action_make_repair()
        repair = case.repair_ref
        self.assertEqual((repair._name, repair.unit_id), ("property.repair", self.home))
        self.assertIn(case.number, repair.description)
        self.assertEqual((repair.intake_id.case_id, repair.contact_count), (repair.id, 1))
        self.assertEqual(repair.action_open_contacts()["res_id"], repair.intake_id.id)
        self.assertEqual(case.state, "received")
        with self.assertRaisesRegex(UserError, "already"):
            case.action_make_repair()

    def test_complaint_of_a_contact_knows_it(self):
        intake = self.env["property.intake"].create(
            {"kind": "complaint", "unit_id": self.home.id, "description": "Noise"}
        )
        case = intake._make_case()
        self.assertEqual((case.intake_id, case.contact_count), (intake, 1))
