# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class PropertyServicePrice(models.Model):
    """Public price list of repairs and paid services, in dated versions (handbook B A3, A6).

    A version in force is never overwritten: `action_new_version` ends it and starts the next.
    """

    _name = "property.service.price"
    _description = "Price of a repair or service"
    _order = "kind, category, code, date_start desc, id"
    _check_company_auto = True

    code = fields.Char("Item no.", required=True, index=True)
    name = fields.Char("Service item", required=True, translate=True)
    kind = fields.Selection(
        [("repair", "Repair"), ("service", "Paid service")],
        "Repair or service",
        required=True,
        default="repair",
    )
    category = fields.Selection(
        [
            ("water", "Water"),
            ("power", "Electricity"),
            ("door", "Doors and windows"),
            ("drain", "Pipe clearing"),
            ("sanitary", "Sanitary ware"),
            ("lamp", "Lamps"),
            ("appliance", "Appliances"),
            ("household", "Household service"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    uom = fields.Char("Counted in", required=True, translate=True, help="Time, piece, metre, hour.")
    price = fields.Monetary("Labour (yuan)", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    material_included = fields.Boolean()
    material_note = fields.Char("Note on materials", translate=True)
    visit_fee = fields.Boolean(
        "Visit fee",
        help="Taken for the visit where the customer refuses the quote; only a published one.",
    )
    night_percent = fields.Float(
        "Night surcharge (%)",
        digits=(5, 1),
        help="Added to the labour of work that begins at night (settings night_from, night_to). "
        "Only what the list publishes may be taken.",
    )
    warranty_days = fields.Integer(
        default=lambda self: self.env["property.parameter"]._get("repair_warranty_days")
    )
    note = fields.Char("Remark", translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    estate_id = fields.Many2one(
        "property.estate", index=True, check_company=True, help="Empty: every estate."
    )
    date_start = fields.Date("In force from", required=True, default=fields.Date.context_today)
    date_end = fields.Date("In force until")
    current = fields.Boolean("In force", compute="_compute_current", search="_search_current")
    active = fields.Boolean(default=True)

    _price_positive = models.Constraint("CHECK (price >= 0)", "A price is not below zero.")
    _night_positive = models.Constraint(
        "CHECK (night_percent >= 0)", "A surcharge is not below zero."
    )
    _period = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "The price ends before it starts."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for price in self:
            price.display_name = f"{price.code or ''} {price.name or ''}".strip()

    @api.depends("date_start", "date_end")
    def _compute_current(self):
        today = fields.Date.context_today(self)
        for price in self:
            price.current = bool(
                price.date_start
                and price.date_start <= today
                and (not price.date_end or price.date_end >= today)
            )

    def _search_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._domain_on(fields.Date.context_today(self))
        return domain if True in value else ~domain

    @api.model
    def _domain_on(self, date):
        """Return the domain of the prices in force on `date`."""
        return Domain("date_start", "<=", date) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", date)
        )

    def _price_at(self, night):
        """Return the price, at night with the surcharge the list publishes, in yuan."""
        self.ensure_one()
        price = self.price * (1 + self.night_percent / 100.0) if night else self.price
        return self.currency_id.round(price)

    @api.model
    def _list_on(self, estate, date, kind=None):
        """Return the price list of `estate` on `date`; its own prices go before the company's."""
        domain = self._domain_on(date) & Domain("company_id", "=", estate.company_id.id)
        domain &= Domain("estate_id", "in", (False, estate.id))
        if kind:
            domain &= Domain("kind", "=", kind)
        prices = self.search(domain)
        own = set(prices.filtered("estate_id").mapped("code"))
        return prices.filtered(lambda price: price.estate_id or price.code not in own)

    @api.constrains("code", "estate_id", "company_id", "date_start", "date_end")
    def _check_versions(self):
        for price in self:
            others = self.search(
                [
                    ("id", "!=", price.id),
                    ("code", "=", price.code),
                    ("company_id", "=", price.company_id.id),
                    ("estate_id", "=", price.estate_id.id),
                ]
            )
            for other in others:
                if (not price.date_end or other.date_start <= price.date_end) and (
                    not other.date_end or other.date_end >= price.date_start
                ):
                    raise ValidationError(
                        self.env._(
                            "“%(price)s” has a version from %(start)s already: end it before the "
                            "next one begins.",
                            price=price.display_name,
                            start=other.date_start,
                        )
                    )

    def write(self, vals):
        facts = {"code", "price", "uom", "date_start", "kind", "night_percent"} & vals.keys()
        if facts and not self.env.su:
            used = self.env["property.repair.line"].sudo()
            if row := used.search([("price_id", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "“%(price)s” has been charged already: make a new version instead.",
                        price=row.price_id.display_name,
                    )
                )
        return super().write(vals)

    def action_new_version(self):
        """End this version today and open a copy that holds from tomorrow on."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self.date_end:
            raise UserError(self.env._("“%(price)s” has ended already.", price=self.display_name))
        self.date_end = max(today, self.date_start)
        copy = self.copy({"date_start": self.date_end + timedelta(days=1), "date_end": False})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "view_mode": "form",
        }
