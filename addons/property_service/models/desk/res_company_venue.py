# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command

#: the account of the owners' common income takes the first free code after this one
_COMMON_INCOME_CODES = "605190"


class ResCompany(models.Model):
    """The fee items of venues (handbook B G3, H1)."""

    _inherit = "res.company"

    def _property_venue_items(self):
        """Return {code: name} of the fee items of venues, in the user's language."""
        return {
            "VENUE": self.env._("Venue fee"),
            "VENUE_DAMAGE": self.env._("Damage to a venue"),
        }

    def _property_venue_item(self, code):
        """Return the company's fee item `code` (VENUE or VENUE_DAMAGE), made where there is none.

        What venues bring in is common income of the owners, on an account of its own
        (物业管理条例 art. 54, 民法典 art. 282).
        """
        self.ensure_one()
        company = self.sudo()
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        item = items.search([("company_id", "=", company.id), ("code", "=", code)], limit=1)
        if item:
            return item
        common = code == "VENUE"
        tax = company._property_sale_tax(6) if company.chart_template and common else False
        source = company.with_context(lang="en_US")
        item = (
            items.with_company(company)
            .with_context(lang="en_US")
            .create(
                {
                    "code": code,
                    "name": source._property_venue_items()[code],
                    "company_id": company.id,
                    "kind": "income",
                    "basis": "quantity",
                    "periodic": False,
                    "late_charge": False,
                    "counts_in_rate": False,
                    "common_income": common,
                    "account_id": company._property_common_income_account().id if common else False,
                    "priority": 75,
                    "sequence": 75,
                    "tax_id": tax.id if tax else False,
                }
            )
        )
        if lang := self.env["res.lang"]._get_code("zh_CN"):
            names = company.with_context(lang=lang)._property_venue_items()
            item.with_context(lang=lang).name = names[code]
        return item

    def _property_common_income_account(self):
        """Return a new income account for the common income of the owners."""
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self).sudo()
        if not self.chart_template:
            return accounts
        return accounts.create(
            {
                "name": self.env._("Common income of the owners (venues)"),
                "code": accounts._search_new_account_code(_COMMON_INCOME_CODES),
                "account_type": "income_other",
                "company_ids": [Command.set(self.ids)],
            }
        )
