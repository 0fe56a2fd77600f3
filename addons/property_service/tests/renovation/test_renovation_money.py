# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .renovation_case import RenovationCase


@tagged("post_install", "-at_install")
class TestRenovationMoney(RenovationCase):
    """Agreement, fees, deposits, extension, refund (handbook A §29, §30, §38)."""

    def _row(self, dossier, code, extension=False):
        return dossier.money_ids.filtered(
            lambda row: row.code == code and bool(row.extension_id) == extension
        )

    def _extend(self, dossier, until, **values):
        extension = self.env["property.renovation.extension"].create(
            {
                "renovation_id": dossier.id,
                "date_end_new": until,
                "reason": "tiles came late",
                **values,
            }
        )
        self._sign(extension, *dossier._roles("owner", "contractor"))
        return extension

    def _account_of(self, code):
        return self.env["property.deposit.kind"]._by_code(self.company, code).account_id

    def test_from_declaration_to_refund_with_an_extension(self):
        with freeze_time("2026-02-20 02:00:00"):
            dossier = self._agreed()
            amounts = {row.code: row.amount for row in dossier.money_ids}
            # 100 m² × 30 days × 0.03; 100 m² × 2.00; 4 workers × 5 and × 20
            self.assertEqual(
                amounts,
                {
                    "DECO": 2000.0,
                    "DECO_FIRM": 2000.0,
                    "RENO_MGT": 90.0,
                    "RENO_DEBRIS": 200.0,
                    "RENO_PASS": 20.0,
                    "PASS": 80.0,
                },
            )
            self.assertEqual(dossier.amount_due, 4390.0)
            with self.assertRefused("4390.00 yuan"):
                dossier.action_issue_permit()
            self._pay_all(dossier)
            self.assertEqual(dossier.state, "paid")
            self.assertEqual(dossier.paid_by_id, self.users["cashier"])
            self.assertEqual(dossier.amount_held, 4080.0)
            self.assertEqual(self._account(self._account_of("DECO")), -2000.0)
            dossier.action_issue_permit()
        with freeze_time("2026-03-01 02:00:00"):
            self._start(dossier)
        with freeze_time("2026-03-25 02:00:00"):
            extension = self._extend(dossier, date(2026, 4, 9))
            self.assertEqual((extension.days, extension.amount), (10, 30.0))
            extension.action_apply()
            self.assertFalse(extension.late)
            self._decide(extension)
            self.assertEqual(extension.state, "to_pay")
            self.assertEqual(dossier.permit_date_end, date(2026, 3, 30), "not before it is paid")
            self._pay_all(dossier, extension)
            self.assertEqual(extension.state, "granted")
        self.assertEqual(dossier.permit_date_end, date(2026, 4, 9))
        self.assertEqual(dossier.permit_id.state, "extended")
        with freeze_time("2026-04-05 02:00:00"):
            # 36 of 40 days were used: four days of the extension go back
            self._first_passed(dossier)
        less = self.env["property.charge"].search(
            [("renovation_id", "=", dossier.id), ("amount", "<", 0)]
        )
        self.assertEqual(less.mapped("amount"), [-12.0])
        self.assertEqual(self._advance(self.home, self.party), 12.0)
        with freeze_time("2026-05-05 02:00:00"):
            dossier.damage_ids.create(
                {
                    "renovation_id": dossier.id,
                    "name": "Lift wall",
                    "basis": "clause 11",
                    "amount": 2300.0,
                    "photo_ids": [Command.set(self._photo().ids)],
                }
            )
            self._second_passed(dossier)
            with self.assertRefused("not approved by the manager"):
                dossier.action_refund()
            dossier.action_submit_damage()
            self._decide(dossier)
            dialog = self._refund_dialog(dossier)
            self.assertEqual(
                [(line.kind_id.code, line.amount_deducted) for line in dialog.line_ids],
                [("DECO_FIRM", 2000.0), ("DECO", 300.0), ("PASS", 0.0)],
            )
            dialog.action_apply()
            self.assertEqual(dossier.state, "refund")
            self._settle_refunds(dossier)
        self.assertEqual(dossier.state, "closed")
        self.assertEqual(dossier.damage_ids.amount_taken, 2300.0)
        self.assertFalse(dossier.amount_held)
        for code in ("DECO", "DECO_FIRM", "PASS"):
            self.assertFalse(self._account(self._account_of(code)), code)
        self.assertEqual(
            self._account(self.company.property_deduction_account_id), -2300.0, "kept as income"
        )
        items = self.env["account.move.line"].search(
            [("property_deposit_id", "in", dossier.money_ids.deposit_id.ids)]
        )
        self.assertTrue(all(items.mapped("reconciled")))
        self.assertBooksAgree()
        clock = dossier.deadline_ids.filtered(lambda row: row.step == "refund")
        self.assertEqual(clock.state, "kept")

    def test_agreement_is_signed_by_all(self):
        dossier = self._approved()
        self._sign(dossier, "agreement_owner", "agreement_company")
        with self.assertRefused("Contractor"):
            dossier.action_agreement()
        self.assertFalse(dossier.money_ids.deposit_id, "nothing is asked for before")

    def test_local_law_forbids_and_caps(self):
        self.estate.renovation_law_id = self.env.ref("property_service.renovation_law_yancheng")
        dossier = self._agreed()
        owner, firm = self._row(dossier, "DECO"), self._row(dossier, "DECO_FIRM")
        self.assertEqual((owner.settled, owner.deposit_id.id), ("forbidden", False))
        self.assertEqual(firm.amount, 1000.0)
        fees = dossier.money_ids.filtered(lambda row: row.kind == "fee")
        self.assertEqual(sum(fees.mapped("amount")), 200.0, "2 yuan per m² for everything")
        self._pay_all(dossier)
        self.assertEqual(dossier.state, "paid")

    def test_unlisted_items_are_not_charged(self):
        price = self.env.ref("property_service.renovation_price_debris")
        price.write({"allowed": False, "legal_basis": "price office"})
        dossier = self._agreed()
        self.assertFalse(self._row(dossier, "RENO_DEBRIS").charge_id)
        self.assertEqual(self._row(dossier, "RENO_DEBRIS").basis_note, "price office")

    def test_receipt_voided_the_same_day(self):
        dossier = self._paid()
        deposit = self._row(dossier, "DECO").deposit_id
        receipt = deposit.receipt_id
        receipt._void("wrong payer")
        self._decide(receipt)
        self.assertEqual(dossier.state, "agreement")
        self._pay_all(dossier)
        self.assertEqual(dossier.state, "paid")

    def test_expired_while_working(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        with freeze_time("2026-04-01 02:00:00"):
            dossier.permit_id._check_validity(date(2026, 4, 1))
            self.assertEqual(dossier.state, "suspended")
            extension = self._extend(dossier, date(2026, 4, 30))
            extension.action_apply()
            self.assertTrue(extension.late)
            self._decide(extension)
            self._pay_all(dossier, extension)
            self.assertEqual((dossier.state, dossier.permit_id.state), ("working", "extended"))
            facts = dossier.permit_id._verify_facts()
            self.assertTrue(facts["valid"])

    def test_extension_refused_and_bad(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
            early = self._extend(dossier, date(2026, 3, 20))
            with self.assertRefused("holds until 2026-03-30"):
                early.action_apply()
            extension = self.env["property.renovation.extension"].create(
                {"renovation_id": dossier.id, "date_end_new": date(2026, 4, 9), "reason": "late"}
            )
            with self.assertRefused("not signed"):
                extension.action_apply()
            self._sign(extension, "owner", "contractor")
            extension.action_apply()
            self._decide(extension, refuse="neighbours complain")
            self.assertEqual(extension.state, "refused")
            self.assertEqual(dossier.permit_date_end, date(2026, 3, 30))

    def test_lost_permit(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
            old = dossier.permit_id
            old.with_user(self.users["supervisor"]).action_report_lost()
            new = dossier.permit_id
            self.assertNotEqual(old.number, new.number)
            self.assertFalse(old._verify_facts()["valid"])
            self.assertTrue(new._verify_facts()["valid"])
            charge = self._row(dossier, "RENO_REISSUE").charge_id
            self.assertEqual((charge.amount, charge.partner_id), (10.0, self.firm))

    def test_withdrawn_before_and_after_payment(self):
        dossier = self._agreed()
        with self.assertRaises(UserError):
            dossier.action_cancel("")
        dossier.action_cancel("sold the room")
        self.assertEqual(dossier.state, "cancelled")
        self.assertEqual(set(dossier.money_ids.deposit_id.mapped("state")), {"cancelled"})
        self.assertFalse(dossier.amount_due)
        with freeze_time("2026-03-01 02:00:00"):
            paid = self._permitted()
            paid.action_cancel("no money left")
            self.assertEqual(paid.state, "refund")
            self.assertEqual(self.home.state, "handed_over")
            self.assertEqual(paid.permit_id.state, "returned")
            self._refund_dialog(paid).action_apply()
            self._settle_refunds(paid)
        self.assertEqual(paid.state, "closed")
        self.assertEqual(self._advance(self.home, self.party), 290.0)
        self.assertBooksAgree()

    def test_neighbours_claim_holds_only_its_estimate(self):
        below = self._make_unit("201")
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        with freeze_time("2026-03-30 02:00:00"):
            self._first_passed(dossier)
        with freeze_time("2026-05-05 02:00:00"):
            dossier.action_prepare_second()
            dossier.second_check_ids.write({"outcome": "ok"})
            dossier.leak_check = "leak"
            with self.assertRefused("claim"):
                dossier.action_second_pass()
            claim = self.env["property.renovation.claim"].create(
                {
                    "renovation_id": dossier.id,
                    "unit_id": below.id,
                    "name": "ceiling",
                    "estimate": 500.0,
                }
            )
            dossier.action_second_pass()
            self._refund_dialog(dossier).action_apply()
            self._settle_refunds(dossier)
            self.assertEqual(dossier.state, "refund")
            self.assertEqual(dossier.amount_held, 500.0)
            firm = self._row(dossier, "DECO_FIRM").deposit_id
            self.assertEqual(firm._held_now(), 500.0)
            with self.assertRaises(UserError):
                dossier.action_close()
            with self.assertRefused("how"):
                claim.action_settle()
            claim.note = "contractor has painted the ceiling"
            claim.action_settle()
            self._refund_dialog(dossier).action_apply()
            self._settle_refunds(dossier)
        self.assertEqual(dossier.state, "closed")
        self.assertBooksAgree()

    def test_open_violation_blocks_the_refund(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        with freeze_time("2026-03-30 02:00:00"):
            self._first_passed(dossier)
        with freeze_time("2026-05-05 02:00:00"):
            self._second_passed(dossier)
            reported = patch.object(type(dossier), "_open_violations", lambda self: 1)
            with reported, self.assertRefused("violation"):
                dossier.action_refund()

    def test_lost_receipt_needs_a_statement(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        with freeze_time("2026-03-30 02:00:00"):
            self._first_passed(dossier)
        with freeze_time("2026-05-05 02:00:00"):
            self._second_passed(dossier)
            dialog = self._refund_dialog(dossier)
            dialog.line_ids[0].receipt_back = "lost"
            with self.assertRefused("statement"):
                dialog.action_apply()
            dialog.line_ids[0].loss_statement_ids = self._paper()
            dialog.action_apply()
        self.assertEqual(dossier.state, "refund")
        self.assertEqual(
            dossier.deadline_ids.filtered(lambda row: row.step == "refund").due.date(),
            date(2026, 5, 12),
        )

    def test_self_renovation_asks_nothing_of_a_contractor(self):
        dossier = self._agreed(mode="self", contractor_id=False)
        self.assertEqual(set(dossier.money_ids.mapped("code")), {"DECO", "RENO_MGT", "RENO_DEBRIS"})
