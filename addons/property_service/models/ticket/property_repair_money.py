# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyRepair(models.Model):
    """Money before and after the bill: advance payment, and money back for failed work.

    Handbook B A4, A6, H5, H12. Both are the fee room's: an advance receipt kept for the item of
    repairs and set off when the order is billed; an adjustment of the charge, and a refund of what
    was paid.
    """

    _inherit = "property.repair"

    advance_asked = fields.Monetary(
        "Advance payment asked for",
        tracking=True,
        copy=False,
        help="Paid at the counter before the service begins, and set off against its bill.",
    )
    advance_held = fields.Monetary(
        "Advance payment held", compute="_compute_advance_held", compute_sudo=True
    )
    adjustment_ids = fields.One2many("property.adjustment", "repair_id", "Adjustments")
    refund_ids = fields.One2many("property.refund", "repair_id", "Refunds")

    _advance_positive = models.Constraint(
        "CHECK (advance_asked >= 0)", "An advance payment is not below zero."
    )

    @api.depends("unit_id", "payer_id", "company_id.property_repair_item_id")
    def _compute_advance_held(self):
        homes = {repair: repair.unit_id._billed_unit() for repair in self if repair.unit_id}
        every = self.env["property.unit"].union(*homes.values()) if homes else []
        pots = self.env["property.prepayment"]._pots(every) if every else {}
        for repair in self:
            item = repair.company_id.property_repair_item_id
            home = homes.get(repair)
            of_home = pots.get(home.id, {}) if home else {}
            repair.advance_held = of_home.get((repair.payer_id.id, item.id), 0.0)

    def _check_advance(self):
        """Refuse to send somebody before the advance payment is there; emergencies go first.

        :raises UserError: if less is held than was asked for
        """
        for repair in self:
            if repair.urgency in ("U0", "U1") or repair.charge_ids:
                continue
            if repair.currency_id.compare_amounts(repair.advance_asked, repair.advance_held) > 0:
                raise UserError(
                    self.env._(
                        "“%(repair)s”: an advance payment of %(asked).2f yuan was asked for and "
                        "%(held).2f yuan are there. Take it at the counter first.",
                        repair=repair.display_name,
                        asked=repair.advance_asked,
                        held=repair.advance_held,
                    )
                )

    def _dispatch(self, technician, helpers=None):
        self._check_advance()
        return super()._dispatch(technician, helpers)

    def action_take_advance(self):
        """Open a receipt for the advance payment, for the item of repairs only.

        :raises UserError: if nothing was asked for or the home is not named
        """
        self.ensure_one()
        missing = self.currency_id.round(self.advance_asked - self.advance_held)
        if missing <= 0 or not self.unit_id or not self.payer_id:
            raise UserError(
                self.env._("Enter home, payer and the advance payment that is asked for first.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Advance payment for %(repair)s", repair=self.number),
            "res_model": "property.receipt",
            "view_mode": "form",
            "context": {
                "default_unit_id": self.unit_id._billed_unit().id,
                "default_partner_id": self.payer_id.id,
                "default_amount": missing,
                "default_prepaid_item_id": self.company_id._property_repair_item().id,
                "default_memo": self.number,
            },
        }

    # money back ----------------------------------------------------------------------------------

    def action_adjust(self):
        """Make the adjustment that takes the price of failed work back (handbook B A4, H12).

        :raises UserError: if the work is not reworked, or nothing of it is billed
        """
        self.ensure_one()
        self._check_supervisor()
        charges = self.sudo().charge_ids.filtered(
            lambda charge: (
                charge.state not in ("draft", "cancelled", "waived", "written_off")
                and charge.amount - charge.amount_reduced > 0
            )
        )
        if not charges:
            raise UserError(self.env._("Nothing of this order is billed that could be given back."))
        if self.state not in ("rework", "closed", "followed_up", "accepted_by_customer"):
            raise UserError(self.env._("Money goes back for finished work that failed."))
        if self.adjustment_ids.filtered(lambda row: row.state in ("draft", "submitted")):
            return self.action_open_adjustments()
        self.env["property.adjustment"].create(
            {
                "unit_id": charges[0].unit_id.id,
                "repair_id": self.id,
                "cause": "other",
                "reason": self.env._(
                    "Work of %(repair)s failed: %(reason)s",
                    repair=self.number,
                    reason=self.issue_reason or self.reason or "—",
                ),
                "line_ids": [
                    fields.Command.create(
                        {
                            "charge_id": charge.id,
                            "amount": charge.amount_reduced - charge.amount,
                            "note": self.number,
                        }
                    )
                    for charge in charges
                ],
            }
        )
        return self.action_open_adjustments()

    def action_refund(self):
        """Open a refund of what became an advance receipt by the adjustment.

        :raises UserError: if no adjustment is posted, or the home has nothing in advance
        """
        self.ensure_one()
        if not self.adjustment_ids.filtered(lambda row: row.state == "posted"):
            raise UserError(self.env._("The charge is adjusted first: ask for its approval."))
        if known := self.refund_ids.filtered(lambda row: row.state not in ("refused", "cancelled")):
            return self._open_money(known, self.env._("Refunds"))
        refund = self.env["property.refund"].create(
            {
                "unit_id": self.unit_id._billed_unit().id,
                "partner_id": self.payer_id.id,
                "repair_id": self.id,
                "cause": "other",
                "reason": self.env._("Failed work of %(repair)s", repair=self.number),
                "amount": 0.0,
            }
        )
        lost = -sum(
            self.adjustment_ids.filtered(lambda row: row.state == "posted").mapped("amount_less")
        )
        refund.amount = min(lost, refund._available())
        if refund.currency_id.is_zero(refund.amount):
            raise UserError(
                self.env._("Nothing of it was paid: the adjusted charge needs no refund.")
            )
        return self._open_money(refund, self.env._("Refunds"))

    def action_open_adjustments(self):
        """Open the adjustments of the order."""
        self.ensure_one()
        return self._open_money(self.adjustment_ids, self.env._("Adjustments"))

    def _open_money(self, records, name):
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }
        if len(records) == 1:
            action.update(view_mode="form", res_id=records.id)
        return action


class PropertyAdjustment(models.Model):
    _inherit = "property.adjustment"

    repair_id = fields.Many2one(
        "property.repair", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )


class PropertyRefund(models.Model):
    """Refunds of failed repairs and of compensations know their case."""

    _inherit = "property.refund"

    repair_id = fields.Many2one(
        "property.repair", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    complaint_id = fields.Many2one(
        "property.complaint", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    def action_pay(self):
        """Pay as ever, and let the complaint whose compensation it is know."""
        result = super().action_pay()
        for refund in self.sudo().filtered("complaint_id"):
            refund.complaint_id._stamp(
                compensation_paid_date=fields.Date.context_today(refund),
                compensation_reference=refund.number,
            )
        return result


class PropertyCashier(models.AbstractModel):
    _inherit = "property.cashier"

    @api.model
    def _advance_items(self, home, charges):
        """Return the items money is kept for; that of repairs where an order asks for it."""
        items = super()._advance_items(home, charges)
        asked = self.env["property.repair"].search_count(
            [
                ("unit_id", "in", (home | home.side_unit_ids).ids),
                ("advance_asked", ">", 0),
                ("state", "in", ("draft", "accepted", "dispatched", "on_the_way", "on_site")),
            ],
            limit=1,
        )
        return items | home.company_id._property_repair_item() if asked else items
