# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("income", "Income"),
    ("agency", "Collected for others"),
    ("deposit", "Deposit"),
]
BASES = [
    ("gross_area", "Gross area × price"),
    ("inner_area", "Inner area × price"),
    ("fixed", "Fixed per unit"),
    ("quantity", "Quantity × price"),
]


class PropertyFeeItem(models.Model):
    """What may be charged: how it is computed and where it goes in the books (handbook B H1).

    Each item stands for a product of Odoo, which carries the income account (for money collected
    for others: the liability account) and the tax; so every standard report knows it.
    """

    _name = "property.fee.item"
    _description = "Fee item"
    _inherit = ["mail.thread"]
    _order = "priority, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="income", tracking=True)
    basis = fields.Selection(BASES, required=True, default="gross_area", tracking=True)
    periodic = fields.Boolean(
        "Every month", default=True, help="Billed by the monthly bill run; others are charged once."
    )
    cycle = fields.Selection(
        [("1", "Monthly"), ("3", "Quarterly"), ("6", "Half-yearly"), ("12", "Yearly")],
        required=True,
        default="1",
        help="How the price is announced. Charges are made per month whatever the cycle.",
    )
    priority = fields.Integer(
        default=10,
        tracking=True,
        help="Of what is due on one day, money goes to the smallest number first.",
    )
    counts_in_rate = fields.Boolean("In collection rate", default=True)
    late_charge = fields.Boolean("Bears late charge", default=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, copy=False, ondelete="restrict", check_company=True
    )
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        tracking=True,
        help="Income account, or the liability account of money collected for others. Empty: the "
        "company's own.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        "Tax in the price",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id),"
        " ('price_include', '=', True)]",
        check_company=True,
        tracking=True,
        help="Prices are agreed with tax: choose a tax that is included in the price.",
    )
    supplier_id = fields.Many2one("res.partner", help="Whom money of an agency item is passed to.")
    tax_code = fields.Char(
        "Tax classification code",
        size=19,
        help="19 digits (商品和服务税收分类编码); asked for by the tax platform.",
    )
    common_income = fields.Boolean(
        "Common income of the owners",
        help="Money from common parts: shown apart when accounts are published.",
    )
    legal_basis = fields.Char("Basis of the charge", translate=True)
    price_unit_name = fields.Char("Unit of price", compute="_compute_price_unit_name")
    price_ids = fields.One2many("property.fee.price", "item_id", "Prices")
    price_count = fields.Integer(compute="_compute_price_count")

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "There is a fee item with this code already."
    )

    @api.depends("basis", "cycle")
    def _compute_price_unit_name(self):
        for item in self:
            if item.basis in ("gross_area", "inner_area"):
                item.price_unit_name = self.env._("yuan/m²·month")
            elif item.basis == "fixed":
                item.price_unit_name = self.env._("yuan/unit·month")
            else:
                item.price_unit_name = self.env._("yuan/unit of measure")

    def _compute_price_count(self):
        counts = self.env["property.fee.price"]._counts(self, "item_id")
        for item in self:
            item.price_count = counts.get(item, 0)

    @api.constrains("tax_id")
    def _check_tax_included(self):
        for item in self:
            tax = item.tax_id
            if tax and not tax.price_include and tax.amount:
                raise ValidationError(
                    self.env._(
                        "“%(tax)s” comes on top of the price; fees are agreed with tax: choose a "
                        "tax that is included in the price of “%(item)s”.",
                        tax=tax.name,
                        item=item.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._sync_product()
        return items

    def write(self, vals):
        if "tax_id" in vals or "account_id" in vals or "kind" in vals:
            self._check_not_with_other_kind(vals)
        result = super().write(vals)
        if {"name", "code", "account_id", "tax_id", "kind", "active"} & vals.keys():
            self._sync_product()
        return result

    def _check_not_with_other_kind(self, vals):
        changed = self.filtered(lambda item: "kind" in vals and item.kind != vals["kind"])
        if changed and self.env["property.charge"].sudo().search_count(
            [("item_id", "in", changed.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "“%(item)s” has charges already: make a new item instead of turning it from "
                    "income into money of others or back.",
                    item=changed[0].name,
                )
            )

    def _ledger_account(self):
        """Return the account the item is posted to."""
        self.ensure_one()
        if self.account_id:
            return self.account_id
        if self.kind == "income":
            return self.company_id.income_account_id
        return self.company_id.property_agency_account_id

    def _sync_product(self):
        """Keep each item's product in step with its name, account and tax."""
        for item in self.sudo():
            item = item.with_company(item.company_id)
            item.company_id._prepare_property_ledger()
            values = {
                "default_code": item.code,
                "property_account_income_id": item._ledger_account().id,
                "taxes_id": [fields.Command.set(item.tax_id.ids)],
                "active": item.active,
            }
            if item.product_id:
                item.product_id.write(values)
                if item.product_id.name != item.name:
                    item.product_id.name = item.name
            else:
                item.product_id = item.env["product.product"].create(
                    {
                        **values,
                        "name": item.name,
                        "type": "service",
                        "sale_ok": False,
                        "purchase_ok": False,
                        "company_id": item.company_id.id,
                        "supplier_taxes_id": [fields.Command.clear()],
                    }
                )

    def action_open_prices(self):
        """Open the prices of the item."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prices of %(item)s", item=self.name),
            "res_model": "property.fee.price",
            "view_mode": "list,form",
            "domain": [("item_id", "=", self.id)],
            "context": {"default_item_id": self.id},
        }

    def action_open_charges(self):
        """Open what has been charged for the item."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges of %(item)s", item=self.name),
            "res_model": "property.charge",
            "view_mode": "list,pivot,graph,form",
            "domain": [("item_id", "=", self.id)],
            "context": {"search_default_valid": 1},
        }
