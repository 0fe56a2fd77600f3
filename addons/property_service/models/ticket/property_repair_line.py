# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_repair import SIGNED


class PropertyRepairLine(models.Model):
    """A material or a piece of labour of an order, at the price the customer agrees to (A2-1)."""

    _name = "property.repair.line"
    _description = "Line of a repair"
    _order = "repair_id, kind, sequence, id"
    _check_company_auto = True

    repair_id = fields.Many2one(
        "property.repair", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="repair_id.company_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="repair_id.estate_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("labour", "Labour"),
            ("material", "Material"),
            ("visit", "Visit fee"),
            ("other", "Other"),
        ],
        required=True,
        default="labour",
    )
    price_id = fields.Many2one(
        "property.service.price",
        "Item of the price list",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('current', '=', True), ('estate_id', 'in', (False, estate_id))]",
    )
    product_id = fields.Many2one(
        "product.product", "Material", ondelete="restrict", index="btree_not_null"
    )
    name = fields.Char(
        "Name of the item",
        required=True,
        compute="_compute_facts",
        store=True,
        readonly=False,
        precompute=True,
    )
    spec = fields.Char("Specification")
    uom = fields.Char(
        "Unit of measure", compute="_compute_facts", store=True, readonly=False, precompute=True
    )
    quantity = fields.Float(required=True, default=1.0, digits=(16, 2))
    hours = fields.Float("Working hours", help="What the work took, for the internal cost.")
    price_unit = fields.Monetary(
        "Price", compute="_compute_facts", store=True, readonly=False, precompute=True
    )
    cost_unit = fields.Monetary(
        "Cost price", compute="_compute_facts", store=True, readonly=False, precompute=True
    )
    night = fields.Boolean(
        "With night surcharge", compute="_compute_night", store=True, precompute=True
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)
    cost = fields.Monetary("Internal cost", compute="_compute_amount", store=True, precompute=True)
    source = fields.Selection(
        [("stock", "Our stock"), ("customer", "Customer's own"), ("bought", "Bought for it")],
        "Taken from",
        default="stock",
    )
    off_list = fields.Boolean("Off the list", compute="_compute_off_list", store=True)

    _positive = models.Constraint(
        "CHECK (quantity > 0 AND price_unit >= 0)", "Quantity and price are above zero."
    )

    @api.depends("price_id")
    def _compute_night(self):
        for line in self:
            published = bool(line.price_id.night_percent)
            line.night = published and line.repair_id._at_night()

    @api.depends("price_id", "product_id", "source")
    def _compute_facts(self):
        for line in self:
            price, product = line.price_id, line.product_id
            line.name = price.name or product.display_name or line.name
            line.uom = price.uom or product.uom_id.name or line.uom
            if price:
                line.price_unit = price._price_at(line.night)
            elif product and line.kind == "material":
                line.price_unit = 0.0 if line.source == "customer" else product.lst_price
            elif line.source == "customer" and line.kind == "material":
                line.price_unit = 0.0
            else:
                line.price_unit = line.price_unit or 0.0
            own = line.source != "customer"
            line.cost_unit = (
                (product.sudo().standard_price if own else 0.0) or line.cost_unit or 0.0
            )

    @api.depends("quantity", "price_unit", "cost_unit")
    def _compute_amount(self):
        for line in self:
            currency = line.company_id.currency_id or line.env.company.currency_id
            line.amount = currency.round(line.quantity * line.price_unit)
            line.cost = currency.round(line.quantity * line.cost_unit)

    @api.depends("kind", "price_id", "product_id", "price_unit", "source", "night")
    def _compute_off_list(self):
        for line in self:
            listed = line.price_id and line.price_unit <= line.price_id._price_at(line.night)
            product = line.kind == "material" and line.product_id
            priced = product and line.price_unit <= product.lst_price
            line.off_list = line.price_unit > 0 and not (listed or priced)

    def _check_open(self):
        """Refuse changes of prices that were agreed, and of orders that are signed."""
        if self.env.context.get("property_quote_refused") and self.env.su:
            return
        for repair in self.repair_id:
            if repair.agreed_at or repair.state in SIGNED or repair.state == "quoted":
                raise UserError(
                    self.env._(
                        "The price of “%(repair)s” is with the customer or signed: make a new "
                        "quote first.",
                        repair=repair.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        facts = {"repair_id", "kind", "price_id", "product_id", "quantity", "price_unit", "name"}
        if facts & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._check_open()
