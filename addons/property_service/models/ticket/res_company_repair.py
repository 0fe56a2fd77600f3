# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """The fee item repairs and paid services are charged by (handbook B A3)."""

    _inherit = "res.company"

    property_repair_item_id = fields.Many2one(
        "property.fee.item", "Item of repairs", check_company=True, ondelete="restrict"
    )

    def _property_item_names(self):
        return {
            **super()._property_item_names(),
            "REPAIR": self.env._("Paid repairs and services"),
        }

    def _prepare_property_item(self, code):
        values = super()._prepare_property_item(code)
        return values | {"priority": 60, "sequence": 60} if code == "REPAIR" else values

    def _property_repair_item(self):
        """Return the company's item of chargeable repairs, made where there is none yet."""
        company = self.sudo()
        if not company.property_repair_item_id:
            company.property_repair_item_id = self._property_own_item("REPAIR")
        return company.property_repair_item_id
