# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import money


class PropertyAdjustmentArea(models.TransientModel):
    """Wrong area: makes adjusting lines for all affected months (handbook B H2, bad cases)."""

    _name = "property.adjustment.area"
    _description = "Correct the area of a unit"

    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    basis = fields.Selection(
        [("gross_area", "Gross area"), ("inner_area", "Inner area")],
        required=True,
        default="gross_area",
    )
    area_old = fields.Float("Area so far (m²)", digits=(16, 2), compute="_compute_area_old")
    area_new = fields.Float("Correct area (m²)", digits=(16, 2), required=True)
    month_from = fields.Date("From month", required=True)
    month_to = fields.Date("To month", required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)

    @api.depends("unit_id", "basis")
    def _compute_area_old(self):
        for dialog in self:
            dialog.area_old = dialog.unit_id[dialog.basis] if dialog.basis else 0.0

    def _charges(self):
        self.ensure_one()
        return self.env["property.charge"].search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("origin", "=", "price"),
                ("item_id.basis", "=", self.basis),
                ("state", "in", ("open", "partial", "paid", "waived")),
                ("month", ">=", money.month_start(self.month_from)),
                ("month", "<=", self.month_to),
            ],
            order="month, id",
        )

    def _difference(self, charge):
        """Return what the charge should have been more (or less), in yuan.

        What earlier adjustments of the same charge have corrected is taken into account.
        """
        monthly = money.round_half_up(Decimal(str(self.area_new)) * Decimal(str(charge.price_unit)))
        right = monthly
        if charge.days and charge.month_days and charge.days < charge.month_days:
            right = money.round_half_up(monthly * charge.days / charge.month_days)
        earlier = (
            self.env["property.adjustment.line"]
            .sudo()
            .search([("charge_id", "=", charge.id), ("adjustment_id.state", "=", "posted")])
        )
        corrected = Decimal(str(charge.amount)) + sum(Decimal(str(line.amount)) for line in earlier)
        return float(money.round_half_up(right - corrected))

    def action_make(self):
        """Make a draft adjustment with a line per affected charge, and show it.

        :raises UserError: if no charge of these months is affected
        """
        self.ensure_one()
        self.unit_id.check_access("read")
        if self.area_new <= 0:
            raise UserError(self.env._("Enter the correct area."))
        lines = [
            Command.create({"charge_id": charge.id, "amount": difference})
            for charge in self._charges()
            if (difference := self._difference(charge))
        ]
        if not lines:
            raise UserError(self.env._("No charge of these months was computed from another area."))
        document = self.env["property.adjustment"].create(
            {
                "unit_id": self.unit_id.id,
                "cause": "area",
                "reason": self.reason,
                "area_old": self.area_old,
                "area_new": self.area_new,
                "area_basis": self.basis,
                "line_ids": lines,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.adjustment",
            "res_id": document.id,
            "view_mode": "form",
        }
