# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def _property_office(self):
        """Return what printed forms call those who decide: finance and company leader by office."""
        self.ensure_one()
        if self == self.env.ref("account.group_account_manager"):
            return self.env._("Finance")
        if self == self.env.ref("property_service.group_administrator"):
            return self.env._("Company leader")
        return self.name
