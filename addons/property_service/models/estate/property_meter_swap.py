# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyMeterSwap(models.Model):
    """The exchange of a metering device (换表): last reading of the old one, first of the new.

    Handbook B H3: usage = (old end − last) + (now − new start). Kept for good; entering one puts
    the new number on the meter.
    """

    _name = "property.meter.swap"
    _description = "Exchange of a meter"
    _order = "date desc, id desc"
    _check_company_auto = True

    meter_id = fields.Many2one(
        "property.meter", required=True, ondelete="restrict", index=True, check_company=True
    )
    unit_id = fields.Many2one(related="meter_id.unit_id", store=True, index="btree_not_null")
    estate_id = fields.Many2one(
        related="meter_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="meter_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date("Exchanged on", required=True, default=fields.Date.context_today)
    old_number = fields.Char("Old meter no.", readonly=True)
    old_multiplier = fields.Float("Old multiplier", digits=(16, 4), readonly=True)
    old_digits = fields.Integer("Digits of the old dial", readonly=True)
    old_end = fields.Float("Last reading of the old meter", digits=(16, 4), required=True)
    new_number = fields.Char("New meter no.", required=True)
    new_start = fields.Float("First reading of the new meter", digits=(16, 4))
    new_multiplier = fields.Float("New multiplier", digits=(16, 4), default=1.0, required=True)
    new_digits = fields.Integer("Digits of the new dial")
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        "Exchanged by",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
    )

    _readings_positive = models.Constraint(
        "CHECK (old_end >= 0 AND new_start >= 0 AND new_multiplier > 0)",
        "A reading cannot be below zero, and the multiplier is above it.",
    )

    @api.onchange("meter_id")
    def _onchange_meter_id(self):
        self.new_multiplier = self.meter_id.multiplier or 1.0
        self.new_digits = self.meter_id.digits

    @api.depends("meter_id.display_name", "date")
    def _compute_display_name(self):
        for swap in self:
            swap.display_name = f"{swap.meter_id.display_name or ''} {swap.date or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            meter = self.env["property.meter"].browse(vals.get("meter_id"))
            vals.update(
                old_number=meter.number,
                old_multiplier=meter.multiplier,
                old_digits=meter.digits,
            )
            if "new_digits" not in vals:
                vals["new_digits"] = meter.digits
        swaps = super().create(vals_list)
        for swap in swaps:
            swap._check_entered()
            swap._apply()
        return swaps

    def _check_entered(self):
        """Refuse an exchange before an earlier one of the same meter.

        :raises UserError: if so
        """
        self.ensure_one()
        if self.search_count(
            [
                ("meter_id", "=", self.meter_id.id),
                ("id", "!=", self.id),
                ("date", ">", self.date),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "%(meter)s was exchanged again after %(date)s: enter exchanges in their order.",
                    meter=self.meter_id.display_name,
                    date=fields.Date.to_string(self.date),
                )
            )

    def _apply(self):
        """Put number, multiplier and digits of the new device on the meter."""
        for swap in self:
            meter = swap.meter_id.sudo()
            meter.write(
                {
                    "number": swap.new_number,
                    "multiplier": swap.new_multiplier,
                    "digits": swap.new_digits,
                }
            )
            meter._message_log(
                body=self.env._(
                    "Exchanged on %(date)s: %(old)s ended at %(end)s, %(new)s starts at %(start)s. "
                    "%(reason)s",
                    date=fields.Date.to_string(swap.date),
                    old=swap.old_number,
                    end=f"{swap.old_end:g}",
                    new=swap.new_number,
                    start=f"{swap.new_start:g}",
                    reason=swap.reason,
                )
            )

    def write(self, vals):
        if vals.keys() - {"reason", "user_id"}:
            raise UserError(
                self.env._(
                    "An exchange that was entered is kept as it is: if it is wrong, enter another "
                    "one that puts it right."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of a meter is kept: exchanges are not deleted."))
