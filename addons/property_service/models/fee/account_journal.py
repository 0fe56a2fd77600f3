# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Handbook B H4, methods of payment
METHODS = [
    ("cash", "Cash"),
    ("wechat", "WeChat Pay"),
    ("alipay", "Alipay"),
    ("pos", "POS card"),
    ("transfer", "Bank transfer"),
]


class AccountJournal(models.Model):
    _inherit = "account.journal"

    property_method = fields.Selection(
        METHODS,
        "Way to pay fees",
        help="Offered to the cashier of property fees under this name.",
    )

    @api.model
    def _property_journals(self, company):
        """Return the journals a cashier of `company` may take fees with, in order."""
        return (
            self.sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("property_method", "!=", False),
                    ("type", "in", ("cash", "bank")),
                ],
                order="sequence, id",
            )
            .sudo(False)
        )

    @api.model
    def _property_journal_of(self, company, method):
        """Return the journal of `method` (a value of `property_method`) in `company`."""
        return (
            self._property_journals(company)
            .sudo()
            .filtered(lambda journal: journal.property_method == method)[:1]
        )
