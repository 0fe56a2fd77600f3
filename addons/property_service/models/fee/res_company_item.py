# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: rate of modern services, in percent (handbook B H9)
_SERVICE_RATE = 6


class ResCompany(models.Model):
    """Fee items the rooms charge by, made when the first charge needs one (handbook B H1)."""

    _inherit = "res.company"

    def _property_item_names(self):
        """Return {code: name} of the items that rooms make, in the user's language."""
        return {}

    def _prepare_property_item(self, code):
        """Return what is peculiar to the item `code`: values of `property.fee.item`.

        An item without `tax_id` among them gets the tax of services, contained in the price.
        """
        return {}

    def _property_own_item(self, code):
        """Return the company's fee item `code`, made where there is none yet.

        Charged by quantity, once; its name is there in English and in Chinese, whatever language
        the user has. What the accountant changes of it stays.

        :param str code: one of `_property_item_names()`
        """
        self.ensure_one()
        company = self.sudo()
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        item = items.search([("company_id", "=", company.id), ("code", "=", code)], limit=1)
        if item:
            return item
        values = company._prepare_property_item(code)
        if "tax_id" not in values and company.chart_template:
            values["tax_id"] = company._property_sale_tax(_SERVICE_RATE).id
        item = (
            items.with_company(company)
            .with_context(lang="en_US")
            .create(
                {
                    "code": code,
                    "name": company.with_context(lang="en_US")._property_item_names()[code],
                    "company_id": company.id,
                    "kind": "income",
                    "basis": "quantity",
                    "periodic": False,
                    **values,
                }
            )
        )
        if lang := self.env["res.lang"]._get_code("zh_CN"):
            names = company.with_context(lang=lang)._property_item_names()
            item.with_context(lang=lang).name = names[code]
        return item
