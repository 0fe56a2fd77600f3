# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class PropertyVenueBooking(models.Model):
    """Fee and deposit of a booking (handbook A §48, B G3): first pay, then use.

    With a room the fee is a charge and the deposit a deposit of the room. An applicant without one
    pays an invoice, and his deposit is taken on the room the venue itself is registered as: the
    journal items bear his name. What is held and what is due is asked of the books, never kept here.
    """

    _inherit = "property.venue.booking"

    currency_id = fields.Many2one(related="company_id.currency_id")
    fee_amount = fields.Monetary(
        "Fee of the use", compute="_compute_amounts", store=True, precompute=True, tracking=True
    )
    deposit_amount = fields.Monetary(
        "Deposit of the use", compute="_compute_amounts", store=True, precompute=True
    )
    deposit_id = fields.Many2one(
        "property.deposit", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    deposit_state = fields.Selection(related="deposit_id.state", string="State of the deposit")
    charge_ids = fields.One2many("property.charge", "venue_booking_id", "Charges", readonly=True)
    charge_count = fields.Integer("Number of charges", compute="_compute_charge_count")
    invoice_id = fields.Many2one(
        "account.move",
        "Invoice of the use",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    @api.depends("venue_id", "date_start", "date_end", "commercial", "unit_id")
    def _compute_amounts(self):
        """The prices of the venue when the time was entered; later ones hold for others."""
        for booking in self:
            venue = booking.venue_id
            if not venue or not booking.date_start or not booking.date_end:
                booking.hours = booking.fee_amount = booking.deposit_amount = 0.0
                continue
            booking.hours, booking.fee_amount = venue._fee(
                booking.date_start, booking.date_end, booking.commercial
            )
            booking.deposit_amount = venue.deposit_amount if booking._deposit_unit() else 0.0

    def _deposit_unit(self):
        """Return the room a deposit is taken on; empty where the applicant pays none."""
        self.ensure_one()
        return self.unit_id or self.venue_id.unit_id

    def _compute_charge_count(self):
        counts = dict(
            self.env["property.charge"]._read_group(
                [("venue_booking_id", "in", self.ids)], ["venue_booking_id"], ["__count"]
            )
        )
        for booking in self:
            booking.charge_count = counts.get(booking, 0)

    # asked for -----------------------------------------------------------------------------------

    def _ask_money(self):
        """Ask for deposit and fee of an approved booking."""
        for booking in self:
            trusted = booking.sudo()
            zero = trusted.currency_id.is_zero
            if not zero(trusted.deposit_amount):
                trusted.deposit_id = self.env["property.deposit"]._require(
                    trusted._deposit_unit(),
                    trusted.partner_id,
                    "VENUE",
                    trusted.deposit_amount,
                    origin_record=trusted,
                )
            if zero(trusted.fee_amount):
                continue
            if trusted.unit_id:
                trusted._charge_room(
                    trusted.venue_id._fee_item(), trusted.fee_amount, "fee", trusted.time_text
                )
            else:
                trusted.invoice_id = trusted._make_invoice()

    def _charge_room(self, item, amount, key, note, **values):
        """Charge `amount` yuan of `item` to the room and the applicant, once for each `key`."""
        return self.env["property.charge"]._charge(
            [
                {
                    "unit_id": self.unit_id.id,
                    "item_id": item.id,
                    "partner_id": self.partner_id.id,
                    "amount": amount,
                    "quantity": self.hours if key == "fee" else 1.0,
                    "price_unit": amount / self.hours if key == "fee" and self.hours else amount,
                    "origin_key": f"venue,{self.id},{key}",
                    "note": f"{self.number} {self.venue_id.name} {note}",
                    "venue_booking_id": self.id,
                    **values,
                }
            ]
        )

    def _make_invoice(self):
        """Return the posted invoice of an applicant without a room, on the estate's account."""
        self.ensure_one()
        item = self.venue_id._fee_item()
        analytic = self.estate_id.analytic_account_id
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.company_id.id,
                    "partner_id": self.partner_id.id,
                    "invoice_date": fields.Date.context_today(self),
                    "ref": self.display_name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": item.product_id.id,
                                "name": f"{self.display_name} {self.time_text}",
                                "quantity": 1.0,
                                "price_unit": self.fee_amount,
                                "analytic_distribution": (
                                    {str(analytic.id): 100} if analytic else False
                                ),
                            }
                        )
                    ],
                }
            )
        )
        move._post(soft=False)
        return move

    # paid ----------------------------------------------------------------------------------------

    def _fee_due(self):
        """Return what is still due of the fee, in yuan, by the books."""
        self.ensure_one()
        trusted = self.sudo()
        item = trusted.venue_id._fee_item() if trusted.charge_ids else None
        fees = trusted.charge_ids.filtered(lambda row: row.amount > 0 and row.item_id == item)
        due = sum(fees.mapped("amount_residual"))
        if trusted.invoice_id.state == "posted":
            due += trusted.invoice_id.amount_residual
        return due

    def _deposit_due(self):
        """Return whether a deposit was asked for that is not held yet."""
        self.ensure_one()
        return self.sudo().deposit_id.state == "due"

    def _paid_state(self):
        """Return the state the money of an approved booking puts it in."""
        self.ensure_one()
        if not self.currency_id.is_zero(self._fee_due()):
            held = self.deposit_id and not self._deposit_due()
            return "deposit_paid" if held else "approved"
        if self._deposit_due():
            return "approved"
        if not self.currency_id.is_zero(self.fee_amount):
            return "fee_paid"
        return "deposit_paid" if self.deposit_id else "approved"

    def _is_paid(self):
        """Return whether nothing is due any more."""
        self.ensure_one()
        return not self._deposit_due() and self.currency_id.is_zero(self._fee_due())

    def _money_changed(self):
        """Follow the cashier: paid, or not paid again when a receipt was voided."""
        for booking in self.sudo():
            if booking.state in ("approved", "deposit_paid", "fee_paid"):
                state = booking._paid_state()
                if state != booking.state:
                    booking._move_to(state)

    def _deposit_changed(self, deposit):
        """Called by the deposit whenever its state changes."""
        self._money_changed()
        settled = ("refunded", "deducted", "closed", "forfeited")
        for booking in self.sudo():
            if booking.state == "inspected" and deposit.state in settled:
                booking._move_to("deposit_refunded")
            elif booking.state == "deposit_refunded" and deposit.state not in settled:
                booking._move_to("inspected")

    def _take_money_back(self):
        """Take back what was asked for; what was paid becomes an advance receipt of the room.

        A deposit that is held goes back by its own refund.
        """
        for booking in self.sudo():
            if booking.deposit_id.state == "due":
                booking.deposit_id.action_cancel()
            for charge in booking.charge_ids.filtered(
                lambda row: row.amount > 0 and row.state != "cancelled"
            ):
                amount = charge.amount - charge.amount_reduced
                if charge.currency_id.compare_amounts(amount, 0) > 0:
                    booking._charge_room(
                        charge.item_id,
                        -amount,
                        f"back{charge.id}",
                        booking.reason or "",
                        origin="adjust",
                        reduces_id=charge.id,
                    )
            if booking.invoice_id.state == "posted":
                booking.invoice_id._reverse_moves(
                    [{"invoice_date": fields.Date.context_today(self), "ref": booking.reason}],
                    cancel=True,
                )

    # the way of the deposit back -----------------------------------------------------------------

    def _check_refundable(self):
        """Refuse a refund while nothing is held or the venue was not inspected.

        :raises UserError: saying so
        """
        self.ensure_one()
        if self.state not in ("inspected", "cancelled"):
            raise UserError(
                self.env._(
                    "%s: the deposit goes back after the venue was inspected.", self.display_name
                )
            )
        if self.deposit_id.state not in ("held", "refund_requested", "inspected"):
            raise UserError(
                self.env._("%s: no deposit is held, so nothing goes back.", self.display_name)
            )

    def action_refund_deposit(self):
        """Open the dialog that applies for the refund of the deposit, less what is damaged."""
        self.ensure_one()
        self.check_access("write")
        self._check_refundable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give the deposit back"),
            "res_model": "property.venue.refund",
            "view_mode": "form",
            "target": "new",
            "context": {"default_booking_id": self.id},
        }

    def action_open_deposit(self):
        """Open the deposit of the booking."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.deposit",
            "res_id": self.deposit_id.id,
            "view_mode": "form",
        }

    def action_open_charges(self):
        """Open what was charged for the booking."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges of %(booking)s", booking=self.display_name),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("venue_booking_id", "=", self.id)],
        }

    def action_open_invoice(self):
        """Open the invoice of an applicant without a room."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }
