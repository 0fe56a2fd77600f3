# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyActivityAdvance(models.TransientModel):
    """Pays an advance for an activity to a member of staff, or takes the rest back (借支, G6)."""

    _name = "property.activity.advance"
    _description = "Advance for an activity"

    event_id = fields.Many2one("event.event", "Activity", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="event_id.company_id")
    currency_id = fields.Many2one(related="event_id.currency_id")
    back = fields.Boolean("Money comes back")
    user_id = fields.Many2one(
        "res.users", "Member of staff", compute="_compute_proposal", store=True, readonly=False
    )
    amount = fields.Monetary(
        "Amount (yuan)", compute="_compute_proposal", store=True, readonly=False
    )
    held = fields.Monetary("Advance not settled", related="event_id.advance_balance")
    journal_id = fields.Many2one(
        "account.journal",
        "Cash box or bank",
        domain="[('property_method', '!=', False), ('company_id', '=', company_id)]",
        default=lambda self: self.env["account.journal"]._property_journal_of(
            self.env.company, "cash"
        ),
    )

    @api.depends("event_id", "back")
    def _compute_proposal(self):
        for dialog in self:
            event = dialog.event_id
            dialog.user_id = event.user_id
            dialog.amount = (
                event.advance_balance
                if dialog.back
                else max(event.approved_budget - event.advance_balance, 0.0)
            )

    def action_confirm(self):
        """Pay, or take back, the amount."""
        self.ensure_one()
        if self.amount <= 0 or not self.journal_id or not self.user_id:
            raise UserError(self.env._("Enter who gets how much, and from where."))
        self.event_id.check_access("read")
        self.event_id._pay_advance(
            self.user_id.sudo().partner_id, self.amount, self.journal_id, self.back
        )
        return {"type": "ir.actions.act_window_close"}
