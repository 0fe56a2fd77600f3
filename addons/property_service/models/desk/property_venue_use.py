# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_day

_logger = logging.getLogger(__name__)


class PropertyVenueDamage(models.Model):
    """Something damaged in the use of a venue: what, how much, with photo (handbook B G3)."""

    _name = "property.venue.damage"
    _description = "Damage in the use of a venue"
    _order = "booking_id, id"

    booking_id = fields.Many2one(
        "property.venue.booking", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="booking_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="booking_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char("What is damaged", required=True)
    amount = fields.Monetary("Damage (yuan)", required=True)
    photo_ids = fields.Many2many(
        "ir.attachment", string="Photos", bypass_search_access=True, copy=False
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter the amount of the damage.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_open()
        return rows

    def write(self, vals):
        if vals.keys() - {"estate_id", "company_id"}:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_used(self):
        self._check_open()

    def _check_open(self):
        if late := self.booking_id.filtered(lambda booking: booking.state != "in_use"):
            raise UserError(
                self.env._(
                    "Damage is written down with the inspection of %s, and stays as it is after.",
                    late[0].display_name,
                )
            )


class PropertyVenueBooking(models.Model):
    """Handing the venue over, stopping a misuse, inspection, damage (handbook A §48, B G3)."""

    _inherit = "property.venue.booking"

    before_note = fields.Char("Check before the use", copy=False)
    clean = fields.Boolean("Left clean", copy=False)
    equipment_ok = fields.Boolean("Equipment complete", copy=False)
    power_off = fields.Boolean("Lights and power off", copy=False)
    after_note = fields.Text("Check after the use", copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "property_venue_booking_photo_rel",
        string="Photos",
        bypass_search_access=True,
        copy=False,
    )
    damage_ids = fields.One2many("property.venue.damage", "booking_id", "Damage found")
    damage_amount = fields.Monetary("Damage together", compute="_compute_damage", store=True)
    damage_deducted = fields.Monetary("Taken from the deposit", readonly=True, copy=False)
    damage_charged = fields.Monetary("Charged besides", readonly=True, copy=False)
    stop_reason = fields.Char("Stopped because", readonly=True, copy=False, tracking=True)
    no_show = fields.Boolean("Nobody came", readonly=True, copy=False, index="btree_not_null")

    def write(self, vals):
        if {"damage_deducted", "damage_charged", "no_show", "stop_reason"} & vals.keys():
            if not self.env.su and not self._moving():
                raise UserError(self.env._("Damage and misuse are written down by the buttons."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("damage_deducted", "damage_charged", "no_show", "stop_reason"):
                vals.pop(name, None)
        return super().create(vals_list)

    @api.depends("damage_ids.amount")
    def _compute_damage(self):
        for booking in self:
            booking.damage_amount = sum(booking.damage_ids.mapped("amount"))

    def action_begin(self):
        """Hand the venue over, on the day of the use, once all is paid.

        :raises UserError: while money is due, on another day, or if the applicant has moved out
        """
        self.check_access("write")
        for booking in self:
            booking._money_changed()
            if not booking._is_paid():
                raise UserError(
                    self.env._(
                        "%(booking)s: first pay, then use. Due: fee %(fee).2f yuan, deposit "
                        "%(deposit).2f yuan.",
                        booking=booking.display_name,
                        fee=booking._fee_due(),
                        deposit=booking.deposit_amount if booking._deposit_due() else 0.0,
                    )
                )
            day = local_day(booking.date_start)
            if day != booking._today():
                raise UserError(
                    self.env._(
                        "%(booking)s: the venue is handed over on %(date)s.",
                        booking=booking.display_name,
                        date=day,
                    )
                )
            if booking.applicant_kind == "resident" and not booking._lives_here(day):
                raise UserError(
                    self.env._(
                        "%(booking)s: %(person)s does not hold %(unit)s any more: cancel the "
                        "booking.",
                        booking=booking.display_name,
                        person=booking.partner_id.name,
                        unit=booking.unit_id.full_name,
                    )
                )
            if not (booking.before_note or "").strip():
                raise UserError(
                    self.env._(
                        "%s: note the state of the venue and its equipment before the use.",
                        booking.display_name,
                    )
                )
            booking._move_to("in_use")

    def _stop(self, reason):
        """Stop a use against the rules at once; the manager is told (A §48, 违规停止).

        :param str reason: what was done
        """
        for booking in self:
            if booking.state != "in_use":
                raise UserError(
                    self.env._(
                        "%(booking)s is “%(state)s”: there is nothing to stop.",
                        booking=booking.display_name,
                        state=booking._state_label(booking.state),
                    )
                )
            booking._with_move().stop_reason = reason
            booking._tell(
                "manager",
                self.env._("Use of a venue stopped: %s", booking.display_name),
                reason,
            )

    def _no_show(self, reason):
        """Release the venue: nobody came. What was paid goes back (A §49).

        :param str reason: who was called, or why they did not come
        :raises UserError: before the waiting time of the house rules is over
        """
        for booking in self:
            minutes = booking.estate_id._parameter("venue_wait_minutes")
            waited = (fields.Datetime.now() - booking.date_start).total_seconds() / 60
            if waited < minutes:
                raise UserError(
                    self.env._(
                        "%(booking)s: wait %(minutes)s minutes after the beginning before the "
                        "venue is given to others.",
                        booking=booking.display_name,
                        minutes=minutes,
                    )
                )
            booking._with_move().no_show = True
            booking._cancel(reason)

    def action_inspect(self):
        """Note that the venue was inspected; what the deposit does not cover is charged.

        :raises UserError: without findings, or where damage has no photo
        """
        self.check_access("write")
        for booking in self:
            if not (booking.after_note or "").strip():
                raise UserError(
                    self.env._(
                        "%s: write down how the venue was left: cleanliness, equipment, damage.",
                        booking.display_name,
                    )
                )
            for row in booking.damage_ids:
                if not row.photo_ids:
                    raise UserError(
                        self.env._(
                            "“%(damage)s”: attach a photo; nothing is charged without one.",
                            damage=row.name,
                        )
                    )
            booking._move_to("inspected")
            booking.sudo()._charge_damage()

    def _charge_damage(self):
        """Part the damage: up to what is held it comes from the deposit, the rest is charged."""
        self.ensure_one()
        held = self.deposit_id._held_now() if self.deposit_id else 0.0
        self.damage_deducted = min(self.damage_amount, held)
        rest = self.currency_id.round(self.damage_amount - self.damage_deducted)
        if self.currency_id.compare_amounts(rest, 0) <= 0:
            return
        if not self.unit_id:
            self._tell(
                "manager",
                self.env._("Damage to be claimed: %s", self.display_name),
                self.env._("%(amount).2f yuan; the applicant has no room here.", amount=rest),
            )
            return
        self.damage_charged = rest
        self._charge_room(
            self.company_id._property_venue_item("VENUE_DAMAGE"),
            rest,
            "damage",
            "、".join(self.damage_ids.mapped("name")),
        )

    def action_close(self):
        """Close the booking: inspected, and its deposit settled.

        :raises UserError: while a deposit is held
        """
        self.check_access("write")
        for booking in self:
            held = booking.sudo().deposit_id._held_now() if booking.deposit_id else 0.0
            if not booking.currency_id.is_zero(held):
                raise UserError(
                    self.env._(
                        "%(booking)s: %(held).2f yuan of the deposit are still held: give them "
                        "back first.",
                        booking=booking.display_name,
                        held=held,
                    )
                )
            booking._move_to("closed")

    @api.model
    def _cron_follow(self):
        """Cancel what was not decided or paid in time; ask about paid bookings nobody used."""
        now = fields.Datetime.now()
        undecided = self.search([("state", "in", ("applied", "checked")), ("date_start", "<", now)])
        over = self.search(
            [
                ("state", "in", ("approved", "deposit_paid", "fee_paid")),
                ("date_end", "<", now),
                ("no_show", "=", False),
            ]
        )

        def follow(booking):
            words = booking._in_print_lang()
            if booking.state in ("applied", "checked"):
                words._cancel(words.env._("Not decided before the time applied for."))
            elif not booking._is_paid():
                words._cancel(words.env._("Not paid before the time applied for."))
            else:
                words._with_move().no_show = True
                words._tell(
                    "supervisor",
                    words.env._("Paid, but not used: %s", words.display_name),
                    words.env._("Ask the applicant; cancel it, so that the money goes back."),
                )

        self.env["ir.cron"]._property_each(
            undecided | over,
            follow,
            lambda booking, _error: _logger.exception("Booking %s is not followed", booking.id),
            lock=True,
        )
