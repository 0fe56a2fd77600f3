# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command

#: the account of the owners' common income takes the first free code after this one
_COMMON_INCOME_CODES = "605190"


class ResCompany(models.Model):
    """The fee items of venues (handbook B G3, H1)."""

    _inherit = "res.company"

    def _property_item_names(self):
        return {
            **super()._property_item_names(),
            "VENUE": self.env._("Venue fee"),
            "VENUE_DAMAGE": self.env._("Damage to a venue"),
        }

    def _prepare_property_item(self, code):
        """What venues bring in is common income of the owners, on an account of its own.

        物业管理条例 art. 54, 民法典 art. 282. Damages are made good, without tax.
        """
        values = super()._prepare_property_item(code)
        if code in ("VENUE", "VENUE_DAMAGE"):
            values |= {
                "priority": 75,
                "sequence": 75,
                "counts_in_rate": False,
                "late_charge": False,
            }
        if code == "VENUE":
            values["common_income"] = True
            values["account_id"] = self._property_common_income_account().id
        if code == "VENUE_DAMAGE":
            values["tax_id"] = False
        return values

    def _property_venue_item(self, code):
        """Return the company's fee item `code` (VENUE or VENUE_DAMAGE), made if there is none."""
        return self._property_own_item(code)

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
