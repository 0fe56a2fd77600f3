# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

MODES = [
    ("prepay", "Property fee in advance, by months"),
    ("fixed", "Fixed amount"),
    ("area", "By gross area"),
    ("quantity", "By quantity, some free"),
    ("developer", "Property fee the developer promised to bear, by months"),
    ("deposit", "Refundable deposit"),
    ("proof", "Paid elsewhere: proof is looked at"),
]


class PropertyHandoverFee(models.Model):
    """A line of the published list of what is paid at a handover (handbook A §16).

    Nothing that is not on the list of the batch — or, for a routine handover, of the estate — is
    collected: charges nobody announced can be reclaimed.
    """

    _name = "property.handover.fee"
    _description = "Fee of a handover"
    _order = "batch_id, sequence, id"
    _check_company_auto = True

    batch_id = fields.Many2one("property.handover.batch", ondelete="cascade", index=True)
    estate_id = fields.Many2one(
        "property.estate",
        compute="_compute_estate_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
        index=True,
        help="List of the estate for routine handovers where no batch is named.",
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Fee item", required=True)
    mode = fields.Selection(MODES, "Way of charging", required=True, default="fixed")
    item_id = fields.Many2one(
        "property.fee.item",
        "Item in the books",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Of the property fee in advance: empty keeps the money for whatever falls due.",
    )
    deposit_kind_id = fields.Many2one(
        "property.deposit.kind", "Kind of deposit", check_company=True, ondelete="restrict"
    )
    months = fields.Integer("Number of months", default=3)
    price = fields.Float("Price (yuan)", digits=(16, 2))
    free_quantity = fields.Float("Free of charge", digits=(16, 2))
    quantity = fields.Float("Usual quantity", digits=(16, 2), default=1.0)
    optional = fields.Boolean("Only when asked for")
    note = fields.Char("Remark on the list")

    @api.depends("batch_id")
    def _compute_estate_id(self):
        for fee in self:
            fee.estate_id = fee.batch_id.estate_id or fee.estate_id

    @api.constrains("mode", "item_id", "deposit_kind_id", "months", "price")
    def _check_complete(self):
        for fee in self:
            if fee.mode in ("fixed", "area", "quantity", "developer") and not fee.item_id:
                raise ValidationError(
                    self.env._("Choose the item in the books of “%(fee)s”.", fee=fee.name)
                )
            if fee.mode == "deposit" and not fee.deposit_kind_id:
                raise ValidationError(
                    self.env._("Choose the kind of deposit of “%(fee)s”.", fee=fee.name)
                )
            if fee.price < 0 or fee.months < 0:
                raise ValidationError(self.env._("“%(fee)s” cannot be below zero.", fee=fee.name))
            limit = fee.estate_id._parameter("handover_prepay_months")
            if fee.mode == "prepay" and limit and fee.months > limit:
                raise ValidationError(
                    self.env._(
                        "“%(fee)s” asks for %(months)s months in advance; at most %(limit)s may be "
                        "collected at a handover.",
                        fee=fee.name,
                        months=fee.months,
                        limit=limit,
                    )
                )

    def write(self, vals):
        """Correct the list; who was told another amount is told before his day."""
        result = super().write(vals)
        if {"price", "months", "item_id", "name", "mode"} & vals.keys():
            batches = self.batch_id.filtered(lambda batch: batch.state in ("noticed", "open"))
            for batch in batches:
                batch._message_log(
                    body=self.env._(
                        "The fee list was corrected after the notices: tell the owners before "
                        "their day."
                    )
                )
        return result

    def _amount_of(self, unit, date):
        """Return (amount in yuan, quantity, price) of the line for `unit`."""
        self.ensure_one()
        if self.mode in ("prepay", "developer"):
            monthly = unit._monthly_fees(date)
            return round(monthly * self.months, 2), float(self.months), monthly
        if self.mode == "area":
            return round(unit.gross_area * self.price, 2), unit.gross_area, self.price
        if self.mode == "quantity":
            charged = max(self.quantity - self.free_quantity, 0.0)
            return round(charged * self.price, 2), self.quantity, self.price
        if self.mode == "proof":
            return 0.0, 1.0, 0.0
        return self.price, 1.0, self.price
