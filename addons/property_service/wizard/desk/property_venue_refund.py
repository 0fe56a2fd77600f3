# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models

from ...models.fee.property_deposit import RECEIPT_BACK


class PropertyVenueRefund(models.TransientModel):
    """Applies for the refund of the deposit of a booking, less damage (handbook B G3, H6).

    Checking, approval and payment are the refund's own; so is who may get the money.
    """

    _name = "property.venue.refund"
    _description = "Refund of the deposit of a venue"

    booking_id = fields.Many2one("property.venue.booking", required=True, readonly=True)
    deposit_id = fields.Many2one(related="booking_id.deposit_id")
    currency_id = fields.Many2one(related="booking_id.currency_id")
    partner_id = fields.Many2one(related="deposit_id.partner_id", string="Payer")
    amount_held = fields.Monetary("Held now", compute="_compute_amounts")
    amount_deducted = fields.Monetary("Deducted for damage", compute="_compute_amounts")
    amount_back = fields.Monetary("Goes back now", compute="_compute_amounts")
    receipt_back = fields.Selection(
        RECEIPT_BACK, "Original receipt", required=True, default="returned"
    )
    loss_statement_ids = fields.Many2many(
        "ir.attachment",
        "property_venue_refund_loss_rel",
        string="Statement of loss",
        bypass_search_access=True,
    )
    payee_id = fields.Many2one(
        "res.partner",
        "Refund to",
        help="Empty: the payer. Anybody else needs a written authority and an ID on record.",
    )
    payee_account = fields.Char("Account of the payee")
    authority_note = fields.Char("Written authority")
    authority_ids = fields.Many2many(
        "ir.attachment",
        "property_venue_refund_authority_rel",
        string="Papers of authority or succession",
        bypass_search_access=True,
    )

    @api.depends("booking_id")
    def _compute_amounts(self):
        for dialog in self:
            deposit = dialog.deposit_id
            dialog.amount_held = deposit._held_now() if deposit else 0.0
            dialog.amount_deducted = dialog.booking_id.damage_deducted
            dialog.amount_back = dialog.amount_held - dialog.amount_deducted

    def action_apply(self):
        """Take the deposit through application and inspection, and apply for its refund.

        :return: the action that shows the refund
        :raises UserError: while nothing can go back, or for somebody else without authority
        """
        self.ensure_one()
        booking = self.booking_id
        booking.check_access("write")
        booking._check_refundable()
        deposit = booking.deposit_id
        if deposit.state == "held":
            deposit.write(
                {
                    "receipt_back": self.receipt_back,
                    "loss_statement_ids": [Command.set(self.loss_statement_ids.ids)],
                    "payee_id": self.payee_id.id,
                    "payee_account": self.payee_account,
                    "authority_note": self.authority_note,
                    "authority_ids": [Command.set(self.authority_ids.ids)],
                    "request_reason": self.env._("%s is over", booking.display_name),
                }
            )
            deposit.action_request_refund()
        if deposit.state == "refund_requested":
            photos = booking.damage_ids.photo_ids | booking.photo_ids
            deposit.write(
                {
                    "inspector_id": (booking.inspected_by_id or self.env.user).id,
                    "findings": booking.after_note or booking.reason,
                    "photo_ids": [Command.set(photos.ids)],
                    "deduction_ids": [Command.clear(), *self._deductions()],
                }
            )
            deposit.action_inspected()
        action = deposit.action_refund()
        refund = self.env["property.refund"].browse(action["res_id"])
        if refund.state == "draft":
            refund.action_apply()
        return action

    def _deductions(self):
        """Return the commands of the deductions, as far as the deposit goes."""
        left = self.booking_id.damage_deducted
        commands = []
        for row in self.booking_id.damage_ids:
            part = min(row.amount, left)
            left = self.currency_id.round(left - part)
            if part > 0:
                commands.append(Command.create({"reason": row.name, "amount": part}))
        return commands
