# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """The fee item by which cards, passes and lock changes are charged at cost (A §20–§24)."""

    _inherit = "res.company"

    property_credential_item_id = fields.Many2one(
        "property.fee.item", "Item of keys, cards and passes", check_company=True
    )

    def _property_item_names(self):
        return {
            **super()._property_item_names(),
            "CREDENTIAL": self.env._("Cost of keys, cards and passes"),
        }

    def _prepare_property_item(self, code):
        values = super()._prepare_property_item(code)
        return values | {"priority": 65, "sequence": 65} if code == "CREDENTIAL" else values

    def _property_credential_item(self):
        """Return the company's item of keys, cards and passes, made where there is none yet."""
        company = self.sudo()
        if not company.property_credential_item_id:
            company.property_credential_item_id = self._property_own_item("CREDENTIAL")
        return company.property_credential_item_id
