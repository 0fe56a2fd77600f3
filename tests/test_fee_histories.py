"""Random histories of a few homes: whatever happens, the books and the rooms say the same.

Hypothesis draws what happens one after the other — months billed, money taken, reductions
granted, deposits taken and given back, refunds, transfers, adjustments, write-offs, bills
reversed, receipts voided. What a rule refuses must leave nothing behind. After every step the
invariants of `_check_books` hold.
"""

from datetime import date

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.property_service.tests.fee.deposit_case import DepositCase

NOW = "2026-11-20 02:00:00"
UNITS = 3

unit = st.integers(0, UNITS - 1)
yuan = st.integers(1, 90000).map(lambda cents: cents / 100)
method = st.sampled_from(["cash", "wechat", "transfer"])
STEPS = st.one_of(
    st.tuples(st.just("bill"), st.integers(1, 11)),
    st.tuples(st.just("bill"), st.integers(1, 11)),
    st.tuples(st.just("pay"), unit, yuan, method),
    st.tuples(st.just("pay"), unit, yuan, method),
    st.tuples(st.just("pay_all"), unit, method),
    st.tuples(st.just("prepay"), unit, yuan),
    st.tuples(st.just("set_off"), unit),
    st.tuples(st.just("waive"), unit, st.integers(0, 90), st.integers(1, 11)),
    st.tuples(st.just("end_waiver"), unit),
    st.tuples(st.just("adjust"), unit, st.integers(-20000, 20000).map(lambda cents: cents / 100)),
    st.tuples(st.just("write_off"), unit),
    st.tuples(st.just("take_deposit"), unit, yuan),
    st.tuples(st.just("return_deposit"), unit, yuan),
    st.tuples(st.just("refund"), unit, yuan),
    st.tuples(st.just("transfer"), unit, unit, yuan),
    st.tuples(st.just("sell"), unit),
    st.tuples(st.just("reverse"), st.integers(1, 11)),
    st.tuples(st.just("void"), unit),
)


@tagged("post_install", "-at_install")
class TestFeeHistories(DepositCase):
    """Charges, invoices, payments and the general ledger agree at every step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_price(cls.trash, 5)
        cls.units = cls.unit | cls._make_unit("102", 89.72) | cls._make_unit("103", 57.3)
        cls.space = cls._make_space("P1", cls.units[1])
        cls._make_price(cls._make_item("PARK", "Parking", basis="fixed"), 80, cls.type_parking)
        cls._set_parameter("prepay_max_months", "0")
        cls._set_parameter("vacancy_min_months", "0")

    @settings(
        max_examples=14,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(history=st.lists(STEPS, min_size=6, max_size=14))
    def test_history(self, history):
        """Any order of any steps."""
        with freeze_time(NOW), self.env.cr.savepoint() as savepoint:
            done = []
            for step in history:
                done.append((step, self._do(*step)))
                self._check_books(done)
            savepoint.rollback()
        self.env.invalidate_all()

    def test_every_step_can_happen(self):
        """A history by hand in which nothing is refused, so that no step is a dead letter."""
        history = [
            ("bill", 9),
            ("pay_all", 0, "cash"),
            ("pay", 1, 100.0, "wechat"),
            ("waive", 0, 70, 9),
            ("end_waiver", 0),
            ("bill", 10),
            ("prepay", 2, 50.0),
            ("set_off", 2),
            ("adjust", 1, -12.5),
            ("adjust", 1, 8.0),
            ("take_deposit", 0, 500.0),
            ("return_deposit", 0, 120.0),
            ("prepay", 0, 300.0),
            ("refund", 0, 40.0),
            ("transfer", 0, 1, 30.0),
            ("write_off", 2),
            ("void", 1),
            ("sell", 0),
            ("bill", 11),
            ("reverse", 11),
        ]
        with freeze_time(NOW):
            done = []
            for step in history:
                result = self._do(*step)
                done.append((step, result))
                self.assertEqual(result, "done", step)
                self._check_books(done)

    # steps ---------------------------------------------------------------------------------------

    def _do(self, name, *arguments):
        """Do a step; return "done", or why it was refused — then nothing may be left of it."""
        try:
            with self.env.cr.savepoint():
                done = getattr(self, f"_step_{name}")(*arguments)
                self.env.flush_all()
                return "done" if done else "nothing to do"
        except (UserError, ValidationError, AccessError) as error:
            self.env.invalidate_all()
            return f"refused: {error}"

    def _step_bill(self, month):
        run = self._bill(date(2026, month, 1))
        self.assertFalse(run.exception_ids.filtered(lambda row: row.kind == "error"))
        return run.charge_ids

    def _step_pay(self, index, amount, method):
        home = self.units[index]
        if not home._open_charges():
            return False
        return self._take(home, amount, method)

    def _step_pay_all(self, index, method):
        home = self.units[index]
        due = round(sum(home._open_charges().mapped("amount_residual")), 2)
        return due and self._take(home, due, method)

    def _step_prepay(self, index, amount):
        return self._prepay(amount, self.units[index])

    def _step_set_off(self, index):
        charges = self.units[index]._open_charges()
        return charges and self.env["property.prepayment"]._set_off(charges)

    def _step_waive(self, index, rate, month):
        home = self.units[index]
        waiver = self.env["property.waiver"].create(
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "kind": "hardship",
                "rate": rate,
                "date_start": date(2026, month, 1),
                "date_end": date(2026, 12, 31),
                "reason": "x",
                "findings": "x",
                "evidence": "x",
            }
        )
        waiver.action_verify()
        waiver.with_user(self.users["steward"]).action_submit()
        self._decide(waiver)
        return waiver

    def _step_end_waiver(self, index):
        granted = self.units[index].waiver_ids.filtered(lambda row: row.state == "active")
        granted.action_revoke()
        return granted

    def _step_adjust(self, index, amount):
        home = self.units[index]
        charge = home._open_charges().filtered(lambda charge: charge.origin == "price")[:1]
        if amount == 0 or (amount < 0 and not charge):
            return False
        line = {"amount": amount}
        if amount < 0:
            line["charge_id"] = charge.id
        else:
            line.update(item_id=self.item.id, month=date(2026, 9, 1))
        document = self.env["property.adjustment"].create(
            {"unit_id": home.id, "reason": "x", "line_ids": [Command.create(line)]}
        )
        document.with_user(self.users["accountant"]).action_submit()
        self._decide(document)
        return document

    def _step_write_off(self, index):
        charge = self.units[index]._open_charges()[:1]
        if not charge:
            return False
        document = self.env["property.write.off"].create(
            {
                "unit_id": charge.billed_unit_id.id,
                "partner_id": charge.partner_id.id,
                "cause": "insolvent",
                "reason": "x",
                "evidence_ids": [Command.set(self._paper().ids)],
            }
        )
        document.action_load()
        document.with_user(self.users["accountant"]).action_submit()
        self._decide(document)
        return document

    def _step_take_deposit(self, index, amount):
        return self._held(amount, unit=self.units[index])

    def _step_return_deposit(self, index, deduction):
        held = self.env["property.deposit"]._held(self.units[index])[:1]
        if not held:
            return False
        deduction = min(deduction, held.amount)
        self._inspect(held, [("Damage", deduction, {})])
        if held.currency_id.is_zero(held.amount - deduction):
            held.action_refund()
            return held
        refund = self._refund_of(held)
        self._approve(refund)
        self._pay(refund)
        return refund

    def _step_refund(self, index, amount):
        home = self.units[index]
        refund = self.env["property.refund"].create(
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "amount": amount,
                "cause": "double",
                "reason": "x",
            }
        )
        self._approve(refund)
        self._pay(refund)
        return refund

    def _step_transfer(self, source, target, amount):
        if source == target:
            return False
        one, two = self.units[source], self.units[target]
        transfer = self.env["property.prepay.transfer"].create(
            {
                "unit_id": one.id,
                "partner_id": one.owner_id.id,
                "unit_to_id": two.id,
                "partner_to_id": two.owner_id.id,
                "amount": amount,
                "reason": "x",
                "signed": True,
            }
        )
        transfer.with_user(self.users["accountant"]).action_submit()
        transfer.with_user(self.users["supervisor"]).action_check()
        return transfer

    def _step_sell(self, index):
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        today = fields.Date.to_date("2026-11-20")
        return self.units[index]._transfer_ownership(today, [(buyer, 100)], "sale")

    def _step_reverse(self, month):
        run = self.env["property.bill.run"].search(
            [("month", "=", date(2026, month, 1)), ("state", "=", "posted")], limit=1
        )
        if not run:
            return False
        run.with_user(self.users["accountant"]).action_reverse()
        self._decide(run)
        return run

    def _step_void(self, index):
        receipt = self.env["property.receipt"].search(
            [("unit_id", "=", self.units[index].id), ("state", "=", "confirmed")], limit=1
        )
        if not receipt:
            return False
        receipt.with_user(self.users["cashier"])._void("mistake")
        self._decide(receipt)
        return receipt

    # what holds at every step --------------------------------------------------------------------

    def _sum(self, model, domain, field):
        self.env.flush_all()
        return round(self.env[model]._read_group(domain, [], [f"{field}:sum"])[0][0] or 0, 2)

    def _check_books(self, done):
        try:
            self._check_charges()
            self._check_receivable()
            self.assertBooksAgree()
            self._check_cash()
            self._check_documents()
        except AssertionError as error:
            story = "\n".join(f"{step}: {result}" for step, result in done)
            raise AssertionError(f"{error}\nafter\n{story}") from error

    def _check_charges(self):
        """Charges = posted documents, by item and month; nothing owed below zero."""
        charges = self.env["property.charge"].search(
            [("invoice_id", "!=", False), ("cancelled", "=", False)]
        )
        charged = {}
        for charge in charges:
            key = (charge.item_id.id, charge.month)
            charged[key] = round(charged.get(key, 0) + charge.amount, 2)
            self.assertLessEqual(charge.amount_residual, max(charge.amount, 0), charge)
            if charge.amount > 0:
                self.assertGreaterEqual(charge.amount_residual, 0, charge)
                parts = (
                    charge.amount_paid
                    + charge.amount_reduced
                    + charge.amount_written_off
                    + charge.amount_residual
                )
                self.assertAlmostEqual(parts, charge.amount, 2)
            else:
                self.assertEqual(charge.amount_residual, 0, "a reduction is applied or kept")
        ledger = self.env["property.fee.ledger"]
        scope = ledger._scope({"estate_ids": self.estate.ids})
        booked = {}
        for row in ledger._fetch(ledger._documents(scope, SQL("TRUE"))):
            key = (row["item_id"], row["month"])
            booked[key] = round(booked.get(key, 0) + float(row["amount"]), 2)
        zero = {key for key, amount in booked.items() if not amount and key not in charged}
        self.assertEqual(
            charged, {key: amount for key, amount in booked.items() if key not in zero}
        )

    def _check_receivable(self):
        """What charges say is due = balance of the receivable accounts for the homes."""
        due = self._sum(
            "property.charge",
            [("invoice_id", "!=", False), ("cancelled", "=", False)],
            "amount_residual",
        )
        balance = self._sum(
            "account.move.line",
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("property_unit_id", "in", (self.units | self.space).ids),
            ],
            "balance",
        )
        self.assertEqual(due, balance)

    def _check_cash(self):
        """Receipts less what was paid out = what cash and bank got."""
        taken = self._sum("property.receipt", [("state", "=", "confirmed")], "amount")
        paid_out = self._sum("property.refund", [("state", "in", ("paid", "closed"))], "amount")
        liquid = self.env["account.journal"]._property_journals(self.company)
        balance = self._sum(
            "account.move.line",
            [
                ("journal_id", "in", liquid.ids),
                ("account_id.account_type", "=", "asset_cash"),
                ("parent_state", "=", "posted"),
                ("property_unit_id", "in", (self.units | self.space).ids),
            ],
            "balance",
        )
        self.assertEqual(round(taken - paid_out, 2), balance)

    def _check_documents(self):
        """No entry on fee accounts without the home and the document it comes from."""
        kinds = self.env["property.deposit.kind"].search([("company_id", "=", self.company.id)])
        accounts = kinds.account_id | self.company.property_prepay_account_id
        moves = (
            self.env["account.move.line"]
            .search([("account_id", "in", accounts.ids), ("parent_state", "=", "posted")])
            .move_id
        )
        moves |= self.env["property.charge"].search([("invoice_id", "!=", False)]).invoice_id
        self.assertFalse(moves.filtered(lambda move: not move.property_unit_id))
        self.assertFalse(moves.filtered(lambda move: not move.ref and not move.payment_reference))
