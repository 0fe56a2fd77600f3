# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .property_renovation_money import FEE_CODES


class ResCompany(models.Model):
    """The fee items of renovations (handbook A §29, B H1)."""

    _inherit = "res.company"

    def _property_item_names(self):
        return {
            **super()._property_item_names(),
            "RENO_MGT": self.env._("Renovation management service fee"),
            "RENO_DEBRIS": self.env._("Renovation debris removal fee"),
            "RENO_PASS": self.env._("Cost of temporary passes"),
            "RENO_REISSUE": self.env._("Re-issue of a renovation permit"),
            "RENO_OTHER": self.env._("Other renovation fees"),
        }

    def _prepare_property_item(self, code):
        values = super()._prepare_property_item(code)
        if code.startswith("RENO_"):
            values |= {"late_charge": False, "priority": 70, "sequence": 70}
        return values

    def _property_renovation_item(self, code):
        """Return the company's fee item for `code` of the price list, made where there is none."""
        return self._property_own_item(code if code in FEE_CODES else "RENO_OTHER")
