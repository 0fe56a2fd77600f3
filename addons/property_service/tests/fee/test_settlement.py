# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .deposit_case import DepositCase


@tagged("post_install", "-at_install")
class TestSettlement(DepositCase):
    """Change of owner or tenant (handbook B H13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create({"name": "Buyer"})

    def _settlement(self, day, **values):
        return self.env["property.settlement"].create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "new_partner_id": self.buyer.id,
                "date": day,
                "reading_ids": [
                    Command.create({"kind": "water", "meter_number": "W1", "value": 345})
                ],
                **values,
            }
        )

    def _closed(self, day, **values):
        settlement = self._settlement(day, **values)
        settlement.action_meter_read()
        settlement.action_close_account()
        return settlement

    def _receivable(self):
        scope = self.env["property.fee.ledger"]._scope({"estate_ids": self.estate.ids})
        return self.env["property.fee.ledger"]._receivable_balance(scope, date(2099, 1, 1))

    def _prepaid_year(self):
        """The example of the handbook: twelve months paid, seven billed."""
        with freeze_time("2026-01-02 02:00:00"):
            self._prepay(4047.96)
        for month in range(1, 8):
            with freeze_time(f"2026-{month:02}-03 02:00:00"):
                self._bill(date(2026, month, 1))
        self.assertEqual(self._advance(), 1686.65)

    def test_scenario_13_prepaid_year_refunded(self):
        """§11.13: 4,047.96 paid, out after month 7, 5 × 337.33 = 1,686.65 go back."""
        self._prepaid_year()
        with freeze_time("2026-08-01 02:00:00"):
            settlement = self._closed(date(2026, 8, 1))
            self.assertEqual((settlement.debt, settlement.prepaid), (0, 1686.65))
            settlement.action_settle()
            with self.assertRaisesRegex(UserError, "decide whether"):
                settlement.action_certify()
            settlement.prepaid_treatment = "refund"
            settlement.action_certify()
            settlement.action_activate()
            refund = settlement.refund_ids
            self.assertEqual(
                (refund.amount, refund.cause, refund.state), (1686.65, "transfer", "applied")
            )
            refund.with_user(self.users["supervisor"]).action_check()
            self._decide(refund)
            self._pay(refund)
        self.assertEqual(self._advance(partner=self.owner), 0)
        self.assertEqual(self.unit.owner_id, self.buyer)
        self.assertBooksAgree()

    def test_scenario_13_prepaid_year_moved_to_the_buyer(self):
        """§11.13, the other way: moved to the buyer, with both signatures."""
        self._prepaid_year()
        with freeze_time("2026-08-01 02:00:00"):
            settlement = self._closed(date(2026, 8, 1), prepaid_treatment="move")
            settlement.action_settle()
            with self.assertRaisesRegex(UserError, "both signatures"):
                settlement.action_certify()
            settlement.both_signed = True
            settlement.action_certify()
            settlement.action_activate()
            settlement.action_archive_file()
        self.assertEqual(self._advance(partner=self.owner), 0)
        self.assertEqual(self._advance(partner=self.buyer), 1686.65)
        with freeze_time("2026-08-03 02:00:00"):
            august = self._bill(date(2026, 8, 1))
        self.assertEqual(august.charge_ids.partner_id, self.buyer)
        self.assertEqual(august.charge_ids.state, "paid")
        self.assertEqual(self._advance(partner=self.buyer), 1349.32)
        self.assertBooksAgree()

    @freeze_time("2026-11-20 02:00:00")
    def test_account_closed_to_the_day_before_the_bills(self):
        self._bill(date(2026, 10, 1))
        settlement = self._closed(date(2026, 11, 11))
        charge = settlement.charge_ids
        # 337.33 × 10/30 = 112.44
        self.assertEqual(
            (charge.amount, charge.date_start, charge.date_end),
            (112.44, date(2026, 11, 1), date(2026, 11, 10)),
        )
        self.assertEqual(settlement.debt, 449.77)
        settlement.action_close_account()
        self.assertEqual(settlement.debt, 449.77, "closed again, nothing is billed twice")
        with self.assertRaisesRegex(UserError, "still owes 449.77"):
            settlement.action_settle()
        self._take(self.unit, 449.77)
        settlement.action_settle()
        settlement.action_certify()
        settlement.action_activate()
        rest = self._bill(date(2026, 11, 1)).charge_ids
        self.assertEqual(rest.partner_id, self.buyer)
        self.assertEqual((rest.date_start, rest.amount), (date(2026, 11, 11), 224.89))
        self.assertEqual(round(charge.amount + rest.amount, 2), 337.33)

    @freeze_time("2026-11-20 02:00:00")
    def test_month_billed_in_full_is_divided(self):
        self._bill(date(2026, 11, 1))
        self._take(self.unit, 337.33)
        settlement = self._closed(date(2026, 11, 11))
        # 20 of 30 days go over: 224.89 back to the seller, charged to the buyer
        self.assertEqual(settlement.charge_ids.amount, -224.89)
        self.assertEqual((settlement.debt, settlement.prepaid), (0, 224.89))
        settlement.action_settle()
        settlement.prepaid_treatment = "refund"
        settlement.action_certify()
        settlement.action_activate()
        owed = self.unit._open_charges()
        self.assertEqual((owed.partner_id, owed.amount), (self.buyer, 224.89))
        self.assertEqual(self._receivable(), 224.89)
        self.assertFalse(self._bill(date(2026, 11, 1)).charge_ids)
        self.assertBooksAgree()

    @freeze_time("2026-11-20 02:00:00")
    def test_debt_stays_unless_assumed_in_writing(self):
        self._months(10, 11)
        settlement = self._closed(date(2026, 12, 1))
        self.assertEqual(settlement.debt, 674.66)
        with self.assertRaisesRegex(UserError, "signed"):
            settlement.action_agree()
        settlement.write({"both_signed": True, "paper_ids": self._paper().ids})
        settlement.line_ids[0].payer = "new"
        settlement.action_agree()
        self.assertEqual(settlement.state, "agreement")
        assumed, kept = settlement.line_ids.charge_id
        self.assertEqual((assumed.state, kept.state), ("waived", "open"))
        by_partner = {
            partner: sum(group.mapped("amount_residual"))
            for partner, group in self.unit._open_charges().grouped("partner_id").items()
        }
        self.assertEqual(by_partner, {self.owner: 337.33, self.buyer: 337.33})
        self.assertEqual(self._receivable(), 674.66)
        settlement.action_certify()
        html = self._render("settlement_certificate", settlement)
        self.assertIn("337.33", html)
        self.assertIn("337.33", self._render("settlement_handover", settlement))

    def _render(self, name, settlement):
        report = self.env[f"report.property_service.report_{name}"]
        values = report._get_report_values(settlement.ids)
        return str(self.env["ir.qweb"]._render(f"property_service.{name}_pages", values))

    @freeze_time("2026-11-20 02:00:00")
    def test_deposits_pass_to_the_buyer(self):
        deposit = self._held()
        settlement = self._closed(date(2026, 12, 1), both_signed=True, deposit_treatment="move")
        self._take(self.unit, settlement.debt)
        settlement.action_settle()
        settlement.action_certify()
        settlement.action_activate()
        self.assertEqual((deposit.partner_id, deposit.state), (self.buyer, "held"))
        self.assertEqual(deposit.balance, 2000)
        self._inspect(deposit)
        refund = self._pay(self._approve(self._refund_of(deposit)))
        self.assertEqual((refund.payee_id, deposit.balance), (self.buyer, 0))
        self.assertBooksAgree()

    @freeze_time("2026-11-20 02:00:00")
    def test_tenant_moves_out(self):
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self.unit._start_tenancy(date(2026, 1, 1), tenant, pays=True)
        self._months(10)
        settlement = self._closed(
            date(2026, 11, 16), kind="tenant", partner_id=tenant.id, new_partner_id=False
        )
        # October and 15 of 30 days of November: 337.33 + 168.67
        self.assertEqual(settlement.debt, 506.0)
        self.assertIn("506.00", settlement.release_warning)
        self._take(self.unit, 506.0, partner_id=tenant.id)
        self.unit.invalidate_recordset()
        self.assertFalse(self.unit.release_warning)
        settlement.action_settle()
        settlement.action_certify()
        settlement.action_activate()
        self.assertFalse(self.unit.tenant_id)
        self.assertEqual(self.unit.payer_id, self.owner)

    @freeze_time("2026-11-20 02:00:00")
    def test_rules(self):
        settlement = self._settlement(date(2026, 12, 1), reading_ids=False)
        with self.assertRaisesRegex(UserError, "note the readings"):
            settlement.action_meter_read()
        settlement.no_meter = True
        settlement.action_meter_read()
        run = self._make_run()
        run.action_generate()
        with self.assertRaisesRegex(UserError, "not posted"):
            settlement.action_close_account()
        run.action_check()
        run.action_post()
        settlement.action_close_account()
        with self.assertRaisesRegex(UserError, "closed to this day"):
            settlement.date = date(2026, 12, 15)
        with self.assertRaises(UserError):
            settlement.write({"state": "archived"})
        with self.assertRaisesRegex(UserError, "once it is issued"):
            self._render("settlement_certificate", settlement)

    @freeze_time("2026-11-20 02:00:00")
    def test_readings_are_told_to_the_room_of_meters(self):
        told = []

        def taken(settlements):
            told.extend(settlements)

        self.patch(type(self.env["property.settlement"]), "_readings_taken", taken)
        settlement = self._settlement(date(2026, 12, 1))
        settlement.action_meter_read()
        self.assertEqual(told, [settlement])
