# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCostItem(models.Model):
    """One of the nine cost items a property fee is made of, and the accounts it is booked on.

    Handbook B H0.15; used when an estate's accounts are published (H15).
    """

    _name = "property.cost.item"
    _description = "Cost item"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    account_ids = fields.Many2many(
        "account.account",
        "property_cost_item_account_rel",
        "cost_item_id",
        "account_id",
        "Accounts",
        domain="[('internal_group', '=', 'expense')]",
        help="Expense accounts whose items on the estate's analytic account belong here.",
    )
    active = fields.Boolean(default=True)
