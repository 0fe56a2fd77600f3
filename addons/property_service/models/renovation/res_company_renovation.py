# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .property_renovation_money import FEE_CODES


class ResCompany(models.Model):
    """The fee items of renovations (handbook A §29, B H1)."""

    _inherit = "res.company"

    def _property_renovation_items(self):
        """Return {code: name} of the fee items of renovations, in the user's language."""
        return {
            "RENO_MGT": self.env._("Renovation management service fee"),
            "RENO_DEBRIS": self.env._("Renovation debris removal fee"),
            "RENO_PASS": self.env._("Cost of temporary passes"),
            "RENO_REISSUE": self.env._("Re-issue of a renovation permit"),
            "RENO_OTHER": self.env._("Other renovation fees"),
        }

    def _property_renovation_item(self, code):
        """Return the company's fee item for `code` of the price list, made where there is none."""
        self.ensure_one()
        company = self.sudo()
        code = code if code in FEE_CODES else "RENO_OTHER"
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        item = items.search([("company_id", "=", company.id), ("code", "=", code)], limit=1)
        if item:
            return item
        tax = company._property_sale_tax(6) if company.chart_template else False
        source = company.with_context(lang="en_US")
        item = (
            items.with_company(company)
            .with_context(lang="en_US")
            .create(
                {
                    "code": code,
                    "name": source._property_renovation_items()[code],
                    "company_id": company.id,
                    "kind": "income",
                    "basis": "quantity",
                    "periodic": False,
                    "late_charge": False,
                    "priority": 70,
                    "sequence": 70,
                    "tax_id": tax.id if tax else False,
                }
            )
        )
        if lang := self.env["res.lang"]._get_code("zh_CN"):
            item.with_context(lang=lang).name = company.with_context(
                lang=lang
            )._property_renovation_items()[code]
        return item
