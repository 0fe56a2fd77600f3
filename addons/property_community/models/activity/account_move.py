# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountMove(models.Model):
    """Bills, advances and settlements of a community activity (handbook B G6)."""

    _inherit = "account.move"

    property_activity_id = fields.Many2one(
        "event.event",
        "Community activity",
        index="btree_not_null",
        copy=False,
        domain="[('estate_id', '!=', False), ('company_id', '=', company_id)]",
        help="New lines of the bill bear the analytic accounts of the activity and its estate.",
    )

    def _activity_receipt(self):
        """Return the number of the receipt or fapiao the entry stands on."""
        self.ensure_one()
        return self.property_fapiao_number or self.ref or ""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    property_activity_id = fields.Many2one(related="move_id.property_activity_id")
    property_budget_id = fields.Many2one(
        "property.activity.budget",
        "Cost item of the activity",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        domain="[('event_id', '=', property_activity_id)]",
    )

    @api.depends("move_id.property_activity_id")
    def _compute_analytic_distribution(self):
        """Lines of an activity's bill are charged to the activity, within its estate."""
        result = super()._compute_analytic_distribution()
        for line in self:
            event = line.move_id.property_activity_id
            if (
                event
                and line.display_type == "product"
                and line.move_id.is_invoice(include_receipts=True)
            ):
                line.analytic_distribution = event.sudo()._analytic_distribution()
        return result


class AccountPayment(models.Model):
    _inherit = "account.payment"

    property_activity_id = fields.Many2one(
        "event.event", "Community activity", index="btree_not_null", copy=False, readonly=True
    )
