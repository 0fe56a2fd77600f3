# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

LATE_CODE = "LATE"


class ResCompany(models.Model):
    """The fee item of late charges (handbook B H1, H8)."""

    _inherit = "res.company"

    def _prepare_property_ledger(self):
        super()._prepare_property_ledger()
        for company in self.sudo():
            if company.chart_template:
                company._property_late_item()

    def _property_late_item(self):
        """Return the company's item of late charges, made where there is none yet.

        Its account is the chart's other income; tax is for the accountant to decide.
        """
        self.ensure_one()
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        found = items.search([("company_id", "=", self.id), ("code", "=", LATE_CODE)], limit=1)
        if found:
            return found
        accounts = self.env["account.account"].with_company(self).sudo()
        domain = [("company_ids", "in", self.ids), ("account_type", "=", "income_other")]
        # 营业外收入 of the small enterprises' and of the general chart
        account = accounts.search([*domain, ("code", "in", ("5301", "6301"))], limit=1)
        account = account or accounts.search(domain, limit=1)
        lang = self.env["res.lang"]._get_code("zh_CN")
        item = (
            items.with_company(self)
            .with_context(lang="en_US")
            .create(
                {
                    "code": LATE_CODE,
                    "name": "Late charge",
                    "company_id": self.id,
                    "kind": "income",
                    "basis": "quantity",
                    "periodic": False,
                    "priority": 90,
                    "sequence": 90,
                    "counts_in_rate": False,
                    "late_charge": False,
                    "account_id": account.id,
                }
            )
        )
        if lang:
            item.with_context(lang=lang).name = item.with_context(lang=lang).env._("Late charge")
        return item
