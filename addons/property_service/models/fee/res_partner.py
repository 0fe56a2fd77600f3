# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _property_receivable(self, company):
        """Return the receivable account of the person in `company`.

        :raises UserError: if there is none
        """
        self.ensure_one()
        account = self.sudo().with_company(company).property_account_receivable_id
        if not account:
            raise UserError(
                self.env._(
                    "%(person)s has no receivable account: set it on the contact, tab Accounting.",
                    person=self.name,
                )
            )
        return account
