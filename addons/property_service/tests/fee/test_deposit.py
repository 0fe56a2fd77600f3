# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .deposit_case import DepositCase

NOW = "2026-11-20 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDeposit(DepositCase):
    """Deposits: due, held, inspected, refunded (handbook B H6, A §29, §38)."""

    # kinds and accounts --------------------------------------------------------------------------

    def test_every_company_has_the_kinds_each_with_its_account(self):
        kinds = self.env["property.deposit.kind"].search([("company_id", "=", self.company.id)])
        self.assertLessEqual(
            {"DECO", "DECO_FIRM", "PASS", "KEY", "CARD", "VENUE", "MOVE"}, set(kinds.mapped("code"))
        )
        self.assertEqual(len(kinds.account_id), len(kinds))
        self.assertEqual(set(kinds.account_id.mapped("account_type")), {"liability_current"})
        self.assertTrue(all(kinds.account_id.mapped("reconcile")))
        kinds[0].active = False
        self.company._prepare_property_ledger()
        again = self.env["property.deposit.kind"].with_context(active_test=False)
        self.assertEqual(again.search_count([("company_id", "=", self.company.id)]), len(kinds))
        own = self.env["property.deposit.kind"].create({"name": "Gate remote", "code": "REMOTE"})
        self.assertEqual(own.account_id.account_type, "liability_current")
        self.assertNotIn(own.account_id, kinds.account_id)

    def test_a_kind_with_money_keeps_its_account(self):
        self._held()
        other = self.company._property_deposit_account("Other")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.kind.account_id = other

    def test_a_forbidden_kind_is_not_asked_for(self):
        self.kind.write({"allowed": False, "legal_basis": "City rule 12"})
        with self.assertRaisesRegex(UserError, "City rule 12"):
            self._require()

    def test_an_unknown_kind_is_named(self):
        with self.assertRaisesRegex(UserError, "PONY"):
            self._require(kind="PONY")

    # the public side -----------------------------------------------------------------------------

    def test_required_once_per_document_and_kind(self):
        deposits = self.env["property.deposit"]
        first = deposits._require(self.unit, self.owner, "DECO", 2000, self.building)
        self.assertEqual((first.state, first.amount), ("due", 2000))
        again = deposits._require(self.unit, self.owner, self.kind, 2500, self.building)
        self.assertEqual((again, first.amount), (first, 2500))
        key = deposits._require(self.unit, self.owner, "KEY", 50, self.building)
        self.assertNotEqual(key, first)
        self.assertFalse(deposits._held(origin_record=self.building))
        self._take_deposit(first)
        self.assertEqual(deposits._held(origin_record=self.building), first)
        self.assertEqual(deposits._held(self.unit, self.owner, "DECO"), first)
        self.assertFalse(deposits._held(self.unit, self.owner, "KEY"))
        deposits._require(self.unit, self.owner, "DECO", 9000, self.building)
        self.assertEqual(first.amount, 2500, "a deposit that was taken stays as it is")

    def test_the_document_is_told(self):
        told = []
        hook = patch.object(
            type(self.building),
            "_deposit_changed",
            lambda record, deposit: told.append((record, deposit.state)),
            create=True,
        )
        self.startPatcher(hook)
        deposit = self.env["property.deposit"]._require(
            self.unit, self.owner, "DECO", 2000, self.building
        )
        self._take_deposit(deposit)
        self._inspect(deposit)
        self.assertEqual(
            told,
            [
                (self.building, "held"),
                (self.building, "refund_requested"),
                (self.building, "inspected"),
            ],
        )

    # taking --------------------------------------------------------------------------------------

    def test_due_is_not_booked(self):
        before = self.env["account.move"].search_count([])
        deposit = self._require()
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertEqual((deposit.balance, self.unit.arrears), (0.0, 0.0))
        self.assertEqual((self.unit.deposits_due, self.unit.deposits_held), (2000, 0))
        self.assertRegex(deposit.number, r"^YJ-LG-2026-\d{5}$")

    def test_taken_into_the_liability_of_its_kind(self):
        deposit = self._require(partner=self.env["res.partner"].create({"name": "Builder"}))
        receipt = self._take_deposit(deposit)
        self.assertEqual((deposit.state, deposit.receipt_id), ("held", receipt))
        self.assertEqual(deposit.balance, 2000)
        self.assertEqual(
            (receipt.amount_deposits, receipt.amount_charges, receipt.amount_prepaid),
            (2000, 0, 0),
        )
        item = receipt.payment_id.move_id.line_ids.filtered("property_deposit_id")
        self.assertEqual(
            (item.account_id, item.partner_id, item.property_unit_id, item.balance),
            (self.kind.account_id, deposit.partner_id, self.unit, -2000),
        )
        self.assertEqual(self._account(self.kind.account_id), -2000)
        self.assertEqual((self.unit.deposits_due, self.unit.deposits_held), (0, 2000))
        self.assertBooksAgree()

    def test_taken_together_with_fees_and_an_advance(self):
        self._bill()
        deposit = self._require()
        charge = self.unit._open_charges()
        receipt = self._take(
            self.unit,
            2437.33,
            charges=(),
            line_ids=[
                Command.create({"deposit_id": deposit.id, "amount": 2000}),
                Command.create({"charge_id": charge.id, "amount": 337.33}),
            ],
        )
        self.assertEqual(
            (receipt.amount_deposits, receipt.amount_charges, receipt.amount_prepaid),
            (2000, 337.33, 100),
        )
        self.assertEqual((charge.state, deposit.state), ("paid", "held"))
        self.assertEqual(self._advance(), 100)
        self.assertEqual(
            [(row["name"], row["amount"]) for row in receipt._print_lines()],
            [
                ("Property service fee", 337.33),
                (self.kind.name, 2000),
                ("Paid in advance", 100),
            ],
        )
        self.assertBooksAgree()

    def test_taken_in_full_only_and_once(self):
        deposit = self._require()
        with self.assertRaisesRegex(UserError, "in full: 2000.00"):
            self._take(
                self.unit,
                500,
                charges=(),
                line_ids=[Command.create({"deposit_id": deposit.id, "amount": 500})],
            )
        self._take_deposit(deposit)
        with self.assertRaisesRegex(UserError, "not due"):
            self._take_deposit(deposit)
        other = self._make_unit("102")
        strange = self._require(unit=other)
        with self.assertRaisesRegex(UserError, "not a deposit of"):
            self._take(
                self.unit,
                2000,
                charges=(),
                line_ids=[Command.create({"deposit_id": strange.id, "amount": 2000})],
            )

    def test_two_receipts_at_once_take_it_once(self):
        deposit = self._require()
        values = {
            "unit_id": self.unit.id,
            "partner_id": self.owner.id,
            "journal_id": self._journal().id,
            "amount": 2000,
            "line_ids": [Command.create({"deposit_id": deposit.id, "amount": 2000})],
        }
        with self.assertRaisesRegex(UserError, "taken once"):
            self.env["property.receipt"]._take([values, values])

    @mute_logger("odoo.sql_db")
    def test_a_line_names_a_charge_or_a_deposit(self):
        self._bill()
        deposit = self._require()
        for line in (
            {"amount": 5},
            {"amount": 5, "deposit_id": deposit.id, "charge_id": self.unit._open_charges().id},
        ):
            with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
                self._take(self.unit, 10, charges=(), line_ids=[Command.create(line)])

    def test_voiding_makes_it_due_again(self):
        deposit = self._require()
        receipt = self._take_deposit(deposit)
        receipt.with_user(self.users["cashier"])._void("Wrong home")
        self._decide(receipt)
        self.assertEqual((receipt.state, deposit.state), ("voided", "due"))
        self.assertEqual((deposit.balance, deposit.receipt_id.id), (0.0, False))
        self.assertEqual(self._account(self.kind.account_id), 0)
        self._take_deposit(deposit)
        self.assertEqual((deposit.state, deposit.balance), ("held", 2000))
        self.assertBooksAgree()

    def test_a_receipt_whose_deposit_went_further_is_not_voided(self):
        deposit = self._held()
        self._inspect(deposit)
        with self.assertRaisesRegex(UserError, "cannot be voided"):
            deposit.receipt_id.with_user(self.users["cashier"])._void("Too late")

    def test_closing_and_takings_include_deposits(self):
        deposit = self._held()
        closing = self.env["property.day.closing"].create({"estate_id": self.estate.id})
        self.assertEqual(closing.amount, 2000)
        register = self.env["property.register.takings"]
        options = {"estate_ids": self.estate.ids, "date": "2026-11-20"}
        content = register._content(options)
        [row] = content["sections"][0]["rows"]
        self.assertEqual((row["item"], row["amount"]), (self.kind.name, 2000))
        self.assertIn("difference 0.00", " ".join(content["notes"]))
        self.assertTrue(deposit.receipt_id)

    # the cashier's screen ------------------------------------------------------------------------

    def test_cashier_sees_and_takes_it(self):
        builder = self.env["res.partner"].create({"name": "Builder"})
        deposit = self._require(partner=builder)
        cashier = self.env["property.cashier"].with_user(self.users["cashier"])
        [row] = cashier.cashier_load(self.unit.id)["deposits"]
        self.assertEqual(
            (row["id"], row["item"], row["other_payer"], row["amount"]),
            (deposit.id, self.kind.name, "Builder", 2000),
        )
        taken = cashier.cashier_take(
            {
                "request_key": "deposit-request-00001",
                "unit_id": self.unit.id,
                "journal_id": self._journal().id,
                "amount": 2000,
                "lines": [{"deposit_id": deposit.id, "amount": 2000}],
            }
        )
        self.assertEqual((taken["amount_deposits"], taken["payer"]), (2000, "Builder"))
        self.assertEqual(deposit.state, "held")
        self.assertFalse(cashier.cashier_load(self.unit.id)["deposits"])

    # refund --------------------------------------------------------------------------------------

    def test_refund_to_the_payer(self):
        deposit = self._inspect(self._held())
        refund = self._refund_of(deposit)
        self.assertEqual((refund.amount, refund.payee_id), (2000, self.owner))
        self._approve(refund)
        self.assertEqual(refund.state, "approved")
        # Friday 20 November + 7 working days
        self.assertEqual(refund.deadline, date(2026, 12, 1))
        [activity] = refund.activity_ids
        self.assertEqual(activity.date_deadline, refund.deadline)
        self._pay(refund)
        self.assertEqual((refund.state, deposit.state, deposit.balance), ("paid", "refunded", 0))
        payment = refund.payment_id
        self.assertEqual(
            (payment.payment_type, payment.partner_id, payment.amount),
            ("outbound", self.owner, 2000),
        )
        items = self.env["account.move.line"].search([("property_deposit_id", "=", deposit.id)])
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self.assertFalse(refund.activity_ids)
        refund.action_close()
        self.assertEqual((refund.state, deposit.state), ("closed", "closed"))
        self.assertBooksAgree()

    def test_receipt_returned_or_stated_lost(self):
        deposit = self._held()
        with self.assertRaisesRegex(UserError, "original receipt"):
            deposit.action_request_refund()
        deposit.receipt_back = "lost"
        with self.assertRaisesRegex(UserError, "signed statement"):
            deposit.action_request_refund()
        deposit.loss_statement_ids = self._paper()
        deposit.action_request_refund()
        self.assertEqual(deposit.state, "refund_requested")
        self.assertEqual(deposit.request_date, date(2026, 11, 20))

    def test_another_payee_needs_authority_and_id(self):
        deposit = self._held()
        heir = self.env["res.partner"].create({"name": "Heir"})
        deposit.write({"receipt_back": "returned", "payee_id": heir.id})
        with self.assertRaisesRegex(UserError, "written authority"):
            deposit.action_request_refund()
        deposit.write(
            {"authority_note": "Notarial certificate 88", "authority_ids": self._paper().ids}
        )
        with self.assertRaisesRegex(UserError, "Record the ID of Heir"):
            deposit.action_request_refund()
        heir.property_id_number = "110101199003074477"
        self._inspect(deposit)
        refund = self._pay(self._approve(self._refund_of(deposit)))
        self.assertEqual(refund.payment_id.partner_id, heir)
        release = refund.payment_id.move_id.line_ids.filtered("property_deposit_id")
        self.assertEqual(release.partner_id, self.owner, "the liability was to who paid")
        self.assertBooksAgree()

    def test_nothing_is_deducted_without_inspection(self):
        deposit = self._held()
        with self.assertRaisesRegex(UserError, "not been inspected"):
            deposit.action_refund()
        user = self.users["staff"]
        with self.assertRaisesRegex(UserError, "entered with the inspection"):
            deposit.with_user(user).deduction_ids.create(
                {"deposit_id": deposit.id, "reason": "Scratch", "amount": 10}
            )
        deposit.receipt_back = "returned"
        deposit.action_request_refund()
        with self.assertRaisesRegex(UserError, "who inspected"):
            deposit.action_inspected()
        deposit.write({"inspector_id": user.id, "findings": "Scratch in the lift"})
        deposit.deduction_ids.create({"deposit_id": deposit.id, "reason": "Scratch", "amount": 10})
        with self.assertRaisesRegex(UserError, "photos"):
            deposit.action_inspected()

    def test_no_more_is_deducted_than_held(self):
        with self.assertRaisesRegex(UserError, "2000.00 yuan are held"):
            self._inspect(self._held(), [("Wall", 2500, {})])

    def test_deduction_as_income_and_the_rest_refunded(self):
        deposit = self._inspect(self._held(), [("Broken tiles", 300, {})])
        refund = self._refund_of(deposit)
        self.assertEqual((refund.amount, refund._at_stake()), (1700, 2000))
        income = self.company.property_deduction_account_id
        before = self._account(income)
        self._approve(refund)
        self.assertEqual(deposit.balance, 1700)
        self.assertEqual(round(self._account(income) - before, 2), -300)
        self._pay(refund)
        self.assertEqual((deposit.state, deposit.balance), ("refunded", 0))
        self.assertBooksAgree()

    def test_deduction_pays_a_charge_with_consent(self):
        self._bill()
        charge = self.unit._open_charges()
        with self.assertRaisesRegex(ValidationError, "written consent"):
            self._inspect(
                self._held(), [("Fee", 337.33, {"treatment": "charge", "charge_id": charge.id})]
            )

    def test_deduction_settles_the_charge(self):
        self._bill()
        charge = self.unit._open_charges()
        deposit = self._inspect(
            self._held(),
            [
                (
                    "Fee",
                    337.33,
                    {"treatment": "charge", "charge_id": charge.id, "consent": True},
                )
            ],
        )
        self._pay(self._approve(self._refund_of(deposit)))
        self.assertEqual((charge.state, charge.amount_residual), ("paid", 0))
        self.assertEqual((deposit.state, deposit.balance), ("refunded", 0))
        scope = self.env["property.fee.ledger"]._scope({"estate_ids": self.estate.ids})
        self.assertEqual(
            self.env["property.fee.ledger"]._receivable_balance(scope, date(2026, 12, 31)), 0
        )
        self.assertBooksAgree()

    def test_deducted_in_full(self):
        deposit = self._inspect(self._held(300), [("Lost keys", 300, {})])
        refund = self._approve(self._refund_of(deposit))
        self.assertEqual((refund.state, refund.payment_id.id), ("paid", False))
        self.assertEqual((deposit.state, deposit.balance), ("deducted", 0))
        refund.action_close()
        self.assertEqual(deposit.state, "closed")
        self.assertBooksAgree()

    def test_refused_refund_changes_nothing(self):
        deposit = self._inspect(self._held(), [("Broken tiles", 300, {})])
        refund = self._refund_of(deposit)
        refund.action_apply()
        refund.with_user(self.users["supervisor"]).action_check()
        self._decide(refund, refuse="Too much deducted")
        self.assertEqual((refund.state, deposit.state), ("refused", "inspected"))
        self.assertEqual(deposit.balance, 2000)
        deposit.action_reinspect()
        deposit.deduction_ids.unlink()
        deposit.action_inspected()
        self._pay(self._approve(self._refund_of(deposit)))
        self.assertEqual(deposit.balance, 0)

    def test_payment_that_came_back_is_paid_again(self):
        deposit = self._inspect(self._held(), [("Broken tiles", 300, {})])
        refund = self._pay(self._approve(self._refund_of(deposit)))
        refund.action_payment_failed()
        self.assertEqual((refund.state, deposit.state), ("approved", "inspected"))
        self.assertEqual(deposit.balance, 1700)
        self._pay(refund)
        self.assertEqual((deposit.state, deposit.balance), ("refunded", 0))
        self.assertBooksAgree()

    # forfeiture ----------------------------------------------------------------------------------

    def test_forfeited_with_cause_notice_and_approval(self):
        deposit = self._held()
        today = date(2026, 11, 20)
        with self.assertRaisesRegex(UserError, "cause and after notice"):
            deposit._forfeit("", today)
        with self.assertRaisesRegex(UserError, "day to come"):
            deposit._forfeit("Agreement § 8", today + timedelta(days=1))
        deposit.with_user(self.users["supervisor"])._forfeit("Agreement § 8", today)
        self.assertEqual(deposit.state, "held")
        with self.assertRaisesRegex(UserError, "cannot be voided"):
            deposit.receipt_id._check_may_void()
        self._decide(deposit)
        self.assertEqual((deposit.state, deposit.balance), ("forfeited", 0))
        move = deposit.forfeit_move_id
        self.assertEqual(
            move.line_ids.filtered("credit").account_id, self.company.property_deduction_account_id
        )
        deposit.action_close()
        self.assertBooksAgree()

    # rules ---------------------------------------------------------------------------------------

    def test_states_and_facts_are_guarded(self):
        deposit = self._held()
        staff = deposit.with_user(self.users["staff"])
        for vals in (
            {"state": "refunded"},
            {"amount": 1},
            {"partner_id": self.env.user.partner_id.id},
            {"receipt_id": False},
            {"findings": "Before the application"},
        ):
            with self.assertRaises(UserError):
                staff.write(vals)
        with self.assertRaises(UserError):
            deposit.unlink()
        with self.assertRaises(UserError):
            self.env["property.deposit"].with_user(self.users["staff"]).create(
                {
                    "unit_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "kind_id": self.kind.id,
                    "amount": 5,
                    "state": "held",
                }
            )
        with self.assertRaises(AccessError):
            self._require().with_user(self.users["reader"]).action_cancel()

    def test_other_estates_are_not_seen(self):
        elsewhere = self._make_estate("River Park", "RP")
        building = self.env["property.building"].create({"name": "9栋", "estate_id": elsewhere.id})
        unit = self._make_unit("901", building=building)
        deposit = self._require(unit=unit)
        with self.assertRaises(AccessError):
            deposit.with_user(self.users["staff"]).read(["amount"])

    def test_form(self):
        self.kind.amount = 2000
        form = Form(
            self.env["property.deposit"]
            .with_user(self.users["staff"])
            .with_context(default_unit_id=self.unit.id)
        )
        self.assertEqual(form.partner_id, self.owner)
        form.kind_id = self.kind
        self.assertEqual(form.amount, 2000)
        self.assertEqual(form.save().state, "due")

    # registers -----------------------------------------------------------------------------------

    def test_ledger_and_ageing_equal_the_accounts(self):
        with freeze_time("2025-06-10 02:00:00"):
            old = self._held(1000)
        with freeze_time("2026-09-10 02:00:00"):
            key = self._held(50, kind="KEY")
        new = self._held(2000)
        spent = self._inspect(self._held(400), [("Paint", 100, {})])
        self._pay(self._approve(self._refund_of(spent)))
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-01-01",
            "date_to": "2026-11-20",
        }
        ledger = self.env["property.register.deposit"]._content(options)
        rows = {row["number"]: row for row in ledger["sections"][0]["rows"]}
        self.assertEqual(rows[old.number]["opening"], 1000)
        self.assertEqual(
            [rows[spent.number][key_] for key_ in ("taken", "deducted", "refunded", "balance")],
            [400, 100, 300, 0],
        )
        held = -sum(self._account(kind.account_id) for kind in (old | key | new).kind_id)
        self.assertEqual(ledger["total"]["balance"], held)
        self.assertEqual(held, 3050)
        self.assertIn("difference 0.00", ledger["notes"][0])
        ageing = self.env["property.register.deposit.age"]._content(
            {"estate_ids": self.estate.ids, "date": "2026-11-20"}
        )
        by_kind = {row["kind"]: row for row in ageing["sections"][0]["rows"]}
        self.assertEqual(by_kind[self.kind.name]["age_24"], 1000)
        self.assertEqual(by_kind[self.kind.name]["age_3"], 2000)
        self.assertEqual(by_kind[key.kind_id.name]["age_3"], 50)
        self.assertEqual(ageing["total"]["amount"], held)
        self.assertIn("difference 0.00", ageing["notes"][0])
        # on a day before, what was held then
        before = self.env["property.register.deposit.age"]._content(
            {"estate_ids": self.estate.ids, "date": "2026-08-31"}
        )
        self.assertEqual(before["total"]["amount"], 1000)

    def test_form_of_the_refund(self):
        deposit = self._inspect(self._held(), [("Broken tiles", 300, {})])
        report = self.env["report.property_service.report_deposit_refund"]
        values = report._get_report_values(deposit.ids)
        html = self.env["ir.qweb"]._render("property_service.deposit_refund_pages", values)
        for text in (deposit.number, deposit.receipt_id.number, "Broken tiles", "1,700.00"):
            self.assertIn(text, str(html))
