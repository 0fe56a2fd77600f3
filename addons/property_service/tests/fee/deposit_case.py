# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import date

from odoo import Command

from ..common import PropertyCase


class DepositCase(PropertyCase):
    """A home of the handbook's examples, and shortcuts through approvals and payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls._make_price(cls.item, 2.85)
        cls.unit = cls._make_unit("101", 118.36)
        cls.owner = cls.unit.owner_id
        cls.kind = cls.env["property.deposit.kind"]._by_code(cls.company, "DECO")

    def _require(self, amount=2000.0, unit=None, partner=None, kind="DECO"):
        unit = unit or self.unit
        return self.env["property.deposit"]._require(unit, partner or unit.owner_id, kind, amount)

    def _take_deposit(self, deposit, more=0.0, method="cash", **values):
        """Return the confirmed receipt of a deposit."""
        return self._take(
            deposit.unit_id,
            deposit.amount + more,
            method,
            charges=(),
            line_ids=[Command.create({"deposit_id": deposit.id, "amount": deposit.amount})],
            **values,
        )

    def _held(self, amount=2000.0, **values):
        deposit = self._require(amount, **values)
        self._take_deposit(deposit)
        return deposit

    def _paper(self, name="paper.txt"):
        return self.env["ir.attachment"].create(
            {"name": name, "datas": base64.b64encode(b"signed")}
        )

    def _inspect(self, deposit, deductions=()):
        """Take a deposit through application and inspection; deductions are (reason, yuan, …)."""
        deposit.receipt_back = "returned"
        deposit.action_request_refund()
        deposit.write(
            {
                "inspector_id": self.users["technician"].id,
                "findings": "Corridor checked",
                "photo_ids": [Command.set(self._paper("photo.txt").ids)],
                "deduction_ids": [
                    Command.create({"reason": reason, "amount": amount, **values})
                    for reason, amount, values in deductions
                ],
            }
        )
        deposit.action_inspected()
        return deposit

    def _refund_of(self, deposit):
        return self.env["property.refund"].browse(deposit.action_refund()["res_id"])

    def _decide(self, document, refuse=None):
        """Have every step of the pending approval decided by the administrator."""
        approval = document.approval_ids.filtered(lambda row: row.state == "pending")
        self.assertEqual(len(approval), 1)
        deciding = approval.with_user(self.users["administrator"])
        if refuse:
            deciding._refuse(refuse)
            return approval
        for _step in approval.step_ids:
            deciding.action_approve()
        self.assertEqual(approval.state, "approved")
        return approval

    def _approve(self, refund):
        refund.action_apply()
        refund.with_user(self.users["supervisor"]).action_check()
        self._decide(refund)
        return refund

    def _pay(self, refund, method="transfer"):
        refund.journal_id = self._journal(method)
        refund.action_pay()
        return refund

    def _account(self, account):
        """Return the balance of an account, in yuan."""
        [(balance,)] = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")],
            [],
            ["balance:sum"],
        )
        return round(balance or 0.0, 2)

    def _advance(self, unit=None, partner=None):
        unit = unit or self.unit
        balances = self.env["property.prepayment"]._balances(unit)[unit.id]
        return balances.get((partner or unit.owner_id).id, 0.0)

    def _prepay(self, amount, unit=None, **values):
        return self._take(unit or self.unit, amount, charges=(), **values)

    def _months(self, *months, year=2026):
        for month in months:
            self._bill(date(year, month, 1))

    def assertBooksAgree(self):
        """Advance receipts and deposits say what their accounts say; every entry balances."""
        deposits = self.env["property.deposit"].search([("company_id", "=", self.company.id)])
        for kind in deposits.kind_id:
            held = sum(
                deposits.filtered(lambda row, kind=kind: row.kind_id == kind)._balances().values()
            )
            self.assertEqual(round(held, 2), -self._account(kind.account_id), kind.name)
        units = self.env["property.unit"].search([("company_id", "=", self.company.id)])
        balances = self.env["property.prepayment"]._balances(units)
        advance = sum(sum(row.values()) for row in balances.values())
        self.assertEqual(round(advance, 2), -self._account(self.company.property_prepay_account_id))
