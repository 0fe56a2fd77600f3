# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    property_advance_account_id = fields.Many2one(
        "account.account",
        "Advances to staff",
        check_company=True,
        help="Receivable account of money that staff hold for an activity (其他应收款-备用金).",
    )

    def _property_advance_account(self):
        """Return the account of advances to staff, made under 1221 where there is none yet."""
        self.ensure_one()
        company = self.sudo()
        if not company.property_advance_account_id:
            accounts = self.env["account.account"].with_company(self).sudo()
            company.property_advance_account_id = accounts.create(
                {
                    "name": self.env._("Advances to staff"),
                    "code": accounts._search_new_account_code("122101"),
                    "account_type": "asset_current",
                    "reconcile": True,
                    "company_ids": [fields.Command.set(self.ids)],
                }
            )
        return company.property_advance_account_id

    def _property_activity_account(self, name):
        """Return a new analytic account `name` of the plan of community activities."""
        self.ensure_one()
        return (
            self.env["account.analytic.account"]
            .sudo()
            .create(
                {
                    "name": name,
                    "plan_id": self.env.ref("property_community.analytic_plan_activity").id,
                    "company_id": self.id,
                }
            )
        )
