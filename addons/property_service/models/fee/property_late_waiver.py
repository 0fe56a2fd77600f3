# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
_OPEN = ("open", "partial")


class PropertyLateWaiver(models.Model):
    """A waiver of late charges, with approval (handbook B H8, §8).

    What has only been reckoned is not charged for the days of the waiver; what was charged
    already is reduced. With a day to pay by it is an offer: it holds from its approval, and
    lapses when that day passes and something is still open.
    """

    _name = "property.late.waiver"
    _description = "Waiver of late charges"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_name = "number"

    _number_form = "WM"
    _workflow_moves = {
        "draft": ("submitted", "cancelled"),
        "submitted": ("draft", "approved", "done", "refused"),
        "approved": ("done", "lapsed"),
        "refused": ("draft",),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "approved": (None, "approved_date"),
        "done": (None, "done_date"),
    }

    unit_id = fields.Many2one(string="Home")
    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, ondelete="restrict", index=True, tracking=True
    )
    charge_ids = fields.Many2many(
        "property.charge",
        "property_late_waiver_charge_rel",
        "waiver_id",
        "charge_id",
        "Charges paid late",
        check_company=True,
    )
    date = fields.Date(
        "Late charges up to",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Late charges up to this day are waived, that day included.",
    )
    percent = fields.Float("Waived (%)", required=True, default=100.0, tracking=True)
    pay_by = fields.Date(
        "If paid by", tracking=True, help="The waiver lapses when more is open after this day."
    )
    amount_late = fields.Monetary("Late charges", compute="_compute_amounts")
    amount_waived = fields.Monetary(
        "Waived", compute="_compute_waived", store=True, tracking=True, readonly=False
    )
    reason = fields.Text(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for approval"),
            ("approved", "Waiting for payment"),
            ("done", "Waived"),
            ("lapsed", "Lapsed"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    exemption_ids = fields.One2many("property.late.exemption", "waiver_id")
    submitted_by_id = fields.Many2one("res.users", "Applied for by", readonly=True, copy=False)
    submitted_date = fields.Datetime("Applied for on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    done_date = fields.Datetime("Waived on", readonly=True, copy=False)

    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "Waive more than 0 and at most 100 %."
    )
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a waiver with this number already."
    )

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for waiver in self:
            waiver.display_name = waiver.number or self.env._(
                "Waiver of late charges %(unit)s", unit=waiver.unit_id.full_name or ""
            )

    @api.depends("charge_ids", "date")
    def _compute_amounts(self):
        for waiver in self:
            grown, made = waiver._late_of()
            waiver.amount_late = grown + sum(made.mapped("amount_residual"))

    @api.depends("charge_ids", "date", "percent")
    def _compute_waived(self):
        for waiver in self:
            if waiver.state in ("draft", False):
                waiver.amount_waived = waiver.currency_id.round(
                    waiver.amount_late * waiver.percent / 100
                )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id
        self._onchange_partner_id()

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Propose everything overdue of the payer."""
        self.charge_ids = self.unit_id and self._overdue()

    def _overdue(self):
        return self.unit_id._open_charges().filtered(
            lambda charge: (
                charge.partner_id == self.partner_id
                and charge.date_due
                and charge.date_due < fields.Date.context_today(self)
                and not charge.late_for_id
            )
        )

    def _late_of(self):
        """Return (yuan grown and not charged yet, the late charges made that are still open)."""
        self.ensure_one()
        charges = self.charge_ids._origin
        made = charges.late_ids.filtered(lambda late: late.state in ("open", "partial"))
        return self.env["property.late.charge"]._total(charges, self.date), made

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered("number"):
            raise UserError(
                self.env._("“%(waiver)s” keeps its number.", waiver=kept[0].display_name)
            )

    def write(self, vals):
        fixed = vals.keys() & {"unit_id", "partner_id", "charge_ids", "date", "percent", "pay_by"}
        if fixed and (kept := self.filtered(lambda waiver: waiver.state != "draft")):
            raise UserError(
                self.env._(
                    "“%(waiver)s” is being approved or was decided: it is not changed any more.",
                    waiver=kept[0].display_name,
                )
            )
        return super().write(vals)

    def action_submit(self):
        """Ask for the approval of the waiver.

        :raises UserError: if there is no late charge to waive
        """
        for waiver in self:
            waiver.check_access("write")
            waiver._compute_waived()
            if waiver.currency_id.compare_amounts(waiver.amount_waived, 0) <= 0:
                raise UserError(
                    self.env._(
                        "%(unit)s: there is no late charge to waive on these charges.",
                        unit=waiver.unit_id.full_name,
                    )
                )
            if waiver.pay_by and waiver.pay_by < fields.Date.context_today(self):
                raise UserError(self.env._("The day to pay by has passed."))
            waiver.sudo()._assign_number()
            waiver._move_to("submitted")
            waiver._request_approval(
                "late_waiver",
                self.env._(
                    "Waive %(amount).2f yuan of late charges of %(unit)s",
                    amount=waiver.amount_waived,
                    unit=waiver.unit_id.full_name,
                ),
                amount=waiver.amount_waived,
                reason=waiver.reason,
            )

    def action_withdraw(self):
        """Take waivers that wait for their approval, or were refused, back to draft."""
        for waiver in self:
            waiver._move_to("draft")
            waiver._withdraw_approval()

    def action_cancel(self):
        """Cancel drafts."""
        self._move_to("cancelled")

    def _approval_granted(self, approval):
        for waiver in self:
            waiver._exempt()
            if waiver.pay_by:
                waiver._move_to("approved")
                waiver._fulfil()
            else:
                waiver._reduce()
                waiver._move_to("done")

    def _approval_refused(self, approval, reason):
        self._move_to("refused")
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))

    def _exempt(self):
        """Let the days of the waiver bear no late charge."""
        self.ensure_one()
        self.env["property.late.exemption"].create(
            [
                {
                    "charge_id": charge.id,
                    "kind": "waiver",
                    "date_start": charge.date_due,
                    "date_end": max(self.pay_by or self.date, charge.date_due),
                    "percent": self.percent,
                    "reason": self.number,
                    "waiver_id": self.id,
                }
                for charge in self.charge_ids
            ]
        )

    def _reduce(self):
        """Reduce late charges that were made already and are open, by negative charges."""
        self.ensure_one()
        _grown, made = self._late_of()
        values = [
            {
                "unit_id": late.unit_id.id,
                "item_id": late.item_id.id,
                "partner_id": late.partner_id.id,
                "amount": -self.currency_id.round(late.amount_residual * self.percent / 100),
                "month": late.month,
                "date_start": late.date_start,
                "date_end": late.date_end,
                "date_due": late.date_due,
                "origin": "waiver",
                "origin_key": f"late.waiver,{self.id},{late.id}",
                "reduces_id": late.id,
                "note": self.number,
            }
            for late in made
        ]
        if values:
            self.env["property.charge"]._charge(values)

    def _fulfil(self):
        """Carry out approved offers whose charges are paid; return those carried out."""
        paid = self.filtered(
            lambda waiver: (
                waiver.state == "approved"
                and not waiver.charge_ids.filtered(lambda charge: charge.state in _OPEN)
            )
        )
        for waiver in paid:
            waiver._reduce()
            waiver._move_to("done")
        return paid

    @api.model
    def _cron_offers(self):
        """Carry out offers that were taken up, and let those lapse whose day has passed."""

        def see_to(waiver):
            if waiver.state == "approved" and not waiver._fulfil():
                waiver._lapse_if_late()

        self.env["ir.cron"]._property_each(
            self.search([("state", "=", "approved")], order="id"),
            see_to,
            lambda waiver, _error: _logger.exception(
                "Waiver of late charges %s is tried again", waiver.id
            ),
            lock=True,
        )

    def _lapse_if_late(self):
        self.ensure_one()
        if self.pay_by < fields.Date.context_today(self):
            self.exemption_ids.active = False
            self._move_to("lapsed")
            self.message_post(
                body=self.env._(
                    "Not everything was paid by %(date)s: the late charges are due again.",
                    date=self.pay_by,
                )
            )
