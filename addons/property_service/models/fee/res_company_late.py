# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResCompany(models.Model):
    """The fee item of late charges (handbook B H1, H8)."""

    _inherit = "res.company"

    def _prepare_property_ledger(self):
        super()._prepare_property_ledger()
        for company in self.sudo():
            if company.chart_template:
                company._property_late_item()

    def _property_item_names(self):
        return {**super()._property_item_names(), "LATE": self.env._("Late charge")}

    def _prepare_property_item(self, code):
        values = super()._prepare_property_item(code)
        if code == "LATE":
            values |= {
                "priority": 90,
                "sequence": 90,
                "counts_in_rate": False,
                "late_charge": False,
                "account_id": self._property_other_income().id,
                "tax_id": False,
            }
        return values

    def _property_late_item(self):
        """Return the company's item of late charges, made where there is none yet.

        Its account is the chart's other income; tax is for the accountant to decide.
        """
        return self._property_own_item("LATE")

    def _property_other_income(self):
        """Return the chart's account of other income, 营业外收入 where it has one."""
        accounts = self.env["account.account"].with_company(self).sudo()
        domain = [("company_ids", "in", self.ids), ("account_type", "=", "income_other")]
        # of the small enterprises' and of the general chart
        account = accounts.search([*domain, ("code", "in", ("5301", "6301"))], limit=1)
        return account or accounts.search(domain, limit=1)
