# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_waiver import WaiverCase

_PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
        "gg=="
    )
)


@tagged("post_install", "-at_install")
class TestDisclosure(WaiverCase):
    """Income and expenses published to the owners (handbook B H15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.env["account.account"].create(
            {
                "name": "Cleaning",
                "code": "660199",
                "account_type": "expense",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.unknown = cls.expense.copy({"code": "660198", "name": "Other"})
        cls.cleaning = cls.env.ref("property_service.cost_item_cleaning")
        cls.cleaning.account_ids = cls.expense
        cls.common = cls._make_item("AD", "Lift advertising", basis="fixed", common_income=True)
        cls._make_price(cls.common, 10)
        with freeze_time("2025-07-05 04:00:00"):
            cls._bill(date(2025, 7, 1))
            cls._take(cls.unit, 200, date=date(2025, 7, 5))
        cls._spend(cls.expense, 120)

    @classmethod
    def _spend(cls, account, amount):
        """Book a vendor bill on the estate's analytic account."""
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.env["res.partner"].create({"name": "Supplier"}).id,
                "invoice_date": date(2025, 7, 20),
                "date": date(2025, 7, 20),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "July",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": account.id,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {str(cls.estate.analytic_account_id.id): 100},
                        }
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def _accounts(self):
        return self.env["property.disclosure"].create(
            {
                "estate_id": self.estate.id,
                "date_from": date(2025, 7, 1),
                "date_to": date(2025, 7, 31),
            }
        )

    def _approved(self):
        accounts = self._accounts()
        accounts.with_user(self.users["accountant"]).action_finance_ok()
        accounts.with_user(self.users["accountant"]).action_submit()
        approval = accounts.approval_ids
        approval.with_user(self.users["administrator"]).action_approve()
        if approval.state == "pending":
            second = self.users["administrator"].copy({"login": "second_admin"})
            approval.with_user(second).action_approve()
        return accounts

    def test_figures_come_from_the_books(self):
        accounts = self._accounts()
        self.assertEqual((accounts.income_due, accounts.income_received), (337.33, 200))
        self.assertEqual(accounts.common_line_ids.due, 10)
        cost = {line.name: line.actual for line in accounts.cost_line_ids}
        self.assertEqual(len(cost), 9)
        self.assertEqual(cost[self.cleaning.name], 120)
        self.assertEqual(accounts.balance, 80)
        self._spend(self.unknown, 30)
        accounts.action_refresh()
        self.assertEqual(accounts.cost_actual, 150, "nothing booked is left out")
        self.assertEqual(len(accounts.cost_line_ids), 10)

    def test_budget_is_kept(self):
        accounts = self._accounts()
        line = accounts.cost_line_ids.filtered(lambda row: row.cost_item_id == self.cleaning)
        line.budget = 100
        accounts.action_refresh()
        line = accounts.cost_line_ids.filtered(lambda row: row.cost_item_id == self.cleaning)
        self.assertEqual(line.budget, 100)

    def test_way_to_publication(self):
        accounts = self._approved()
        self.assertEqual(accounts.state, "approved")
        with self.assertRaisesRegex(UserError, "photo"):
            accounts.action_publish()
        accounts.photo = _PIXEL
        with freeze_time("2025-08-10 04:00:00"):
            accounts.action_publish()
        self.assertEqual(accounts.published_on, date(2025, 8, 10))
        objection = self.env["property.disclosure.objection"].create(
            {
                "disclosure_id": accounts.id,
                "date": date(2025, 8, 12),
                "unit_id": self.unit.id,
                "text": "Why so much cleaning?",
            }
        )
        self.assertEqual(objection.deadline, date(2025, 8, 19))
        with self.assertRaisesRegex(UserError, "1 objections"):
            accounts.action_archive_accounts()
        with self.assertRaises(UserError):
            objection.answered_on = date(2025, 8, 15)
        objection.write({"answer": "See the contract", "answered_on": date(2025, 8, 15)})
        accounts.action_archive_accounts()
        self.assertEqual(accounts.state, "archived")

    def test_differs_from_accounts(self):
        """What the books no longer bear out is not published."""
        accounts = self._approved()
        accounts.photo = _PIXEL
        self._spend(self.expense, 1)
        with self.assertRaisesRegex(UserError, "differs from the accounts"):
            accounts.action_publish()
        self.assertEqual(accounts.state, "approved")

    def test_only_finance_checks(self):
        accounts = self._accounts()
        with self.assertRaises(UserError):
            accounts.with_user(self.users["manager"]).action_finance_ok()
        with self.assertRaises(UserError):
            accounts.with_user(self.users["manager"]).write({"state": "published"})
