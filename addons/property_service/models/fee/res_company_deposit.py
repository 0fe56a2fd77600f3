# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: new accounts take the codes after this one, away from the chart's own
_DEPOSIT_CODES = "224110"


class ResCompany(models.Model):
    """The accounts of deposits, and those that deductions and write-offs go to."""

    _inherit = "res.company"

    property_deduction_account_id = fields.Many2one(
        "account.account",
        "Deductions from deposits",
        check_company=True,
        help="Income account of what is kept of deposits (营业外收入).",
    )
    property_bad_debt_account_id = fields.Many2one(
        "account.account",
        "Bad debts",
        check_company=True,
        help="Expense account of fees written off (坏账损失).",
    )

    def _prepare_property_ledger(self):
        """Make the kinds of deposits, each with a liability account, where there are none yet."""
        super()._prepare_property_ledger()
        for company in self.sudo():
            if not company.chart_template:
                continue
            if not company.property_deduction_account_id:
                company.property_deduction_account_id = company._property_result_account(
                    "6301", "income_other", self.env._("Deductions from deposits")
                )
            if not company.property_bad_debt_account_id:
                company.property_bad_debt_account_id = company._property_result_account(
                    "6701", "expense", self.env._("Bad debts of property fees")
                )
            self.env["property.deposit.kind"]._make_defaults(company)

    def _property_result_account(self, code, account_type, name):
        """Return the company's account of `code` and type, made where the chart lacks it."""
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self).sudo()
        group = account_type.split("_")[0]
        account = accounts.search(
            [
                ("company_ids", "in", self.ids),
                ("account_type", "=like", f"{group}%"),
                ("code", "=like", f"{code}%"),
            ],
            limit=1,
        )
        return account or accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(f"{code}00"),
                "account_type": account_type,
                "company_ids": [fields.Command.set(self.ids)],
            }
        )

    def _property_deposit_account(self, name):
        """Return a new liability account for one kind of deposit.

        Its items are reconciled: a refund with the receipt of the deposit it gives back.
        """
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self).sudo()
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(_DEPOSIT_CODES),
                "account_type": "liability_current",
                "reconcile": True,
                "company_ids": [fields.Command.set(self.ids)],
            }
        )
