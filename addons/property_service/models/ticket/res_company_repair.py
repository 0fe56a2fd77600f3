# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

REPAIR_CODE = "REPAIR"


class ResCompany(models.Model):
    """The fee item repairs and paid services are charged by (handbook B A3)."""

    _inherit = "res.company"

    property_repair_item_id = fields.Many2one(
        "property.fee.item", "Item of repairs", check_company=True, ondelete="restrict"
    )

    def _property_repair_item(self):
        """Return the company's item of chargeable repairs, made where there is none yet."""
        self.ensure_one()
        company = self.sudo()
        if company.property_repair_item_id:
            return company.property_repair_item_id
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        item = items.search([("company_id", "=", company.id), ("code", "=", REPAIR_CODE)], limit=1)
        if not item:
            tax = company._property_sale_tax(6) if company.chart_template else False
            item = (
                items.with_company(company)
                .with_context(lang="en_US")
                .create(
                    {
                        "code": REPAIR_CODE,
                        "name": "Paid repairs and services",
                        "company_id": company.id,
                        "kind": "income",
                        "basis": "quantity",
                        "periodic": False,
                        "priority": 60,
                        "sequence": 60,
                        "tax_id": tax.id if tax else False,
                    }
                )
            )
            if lang := self.env["res.lang"]._get_code("zh_CN"):
                chinese = item.with_context(lang=lang)
                chinese.name = chinese.env._("Paid repairs and services")
        company.property_repair_item_id = item
        return item
