# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    property_receipt_id = fields.Many2one(
        "property.receipt", "Receipt", index="btree_not_null", copy=False, readonly=True
    )
    property_refund_id = fields.Many2one(
        "property.refund", "Refund", index="btree_not_null", copy=False, readonly=True
    )
