# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

CREDENTIAL_CODE = "CREDENTIAL"


class ResCompany(models.Model):
    """The fee item by which cards, passes and lock changes are charged at cost (A §20–§24)."""

    _inherit = "res.company"

    property_credential_item_id = fields.Many2one(
        "property.fee.item", "Item of keys, cards and passes", check_company=True
    )

    def _property_credential_item(self):
        """Return the company's item of keys, cards and passes, made where there is none yet."""
        self.ensure_one()
        company = self.sudo()
        if company.property_credential_item_id:
            return company.property_credential_item_id
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        item = items.search(
            [("company_id", "=", company.id), ("code", "=", CREDENTIAL_CODE)], limit=1
        )
        if not item:
            tax = company._property_sale_tax(6) if company.chart_template else False
            item = (
                items.with_company(company)
                .with_context(lang="en_US")
                .create(
                    {
                        "code": CREDENTIAL_CODE,
                        "name": "Cost of keys, cards and passes",
                        "company_id": company.id,
                        "kind": "income",
                        "basis": "quantity",
                        "periodic": False,
                        "priority": 65,
                        "sequence": 65,
                        "tax_id": tax.id if tax else False,
                    }
                )
            )
            if lang := self.env["res.lang"]._get_code("zh_CN"):
                chinese = item.with_context(lang=lang)
                chinese.name = chinese.env._("Cost of keys, cards and passes")
        company.property_credential_item_id = item
        return item
