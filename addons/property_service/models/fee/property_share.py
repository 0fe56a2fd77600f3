# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money, sharing

METHODS = [
    ("area", "By area"),
    ("household", "By household"),
    ("usage", "By own usage"),
]
#: what only computing and publishing write
_FIGURES = {
    "total_usage",
    "unit_usage",
    "common_usage",
    "loss",
    "loss_borne",
    "quantity",
    "amount",
    "weight_total",
    "unit_amount",
    "date_published",
}
#: units that share; parking spaces and storage rooms do not
_SHARING = ("home", "shop", "office")


def _decimal(number):
    return Decimal(str(round(number, 4)))


class PropertyShare(models.Model):
    """The common water or power of a period, parted among the units (公摊, handbook B H3).

    share = (common usage + loss) × price × area ÷ total area, rounded half-up to 0.01; the rest of
    the rounding goes to the unit of the largest area, so that the sum is exact. Computed,
    published with its figures, objections answered, then billed with the next bill run.
    """

    _name = "property.share"
    _description = "Share of common usage"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, estate_id, kind, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("computed",),
        "computed": ("draft", "computed", "published"),
        "published": ("computed", "billed"),
        "billed": ("published",),
    }
    _workflow_stamps = {
        "computed": ("computed_by_id", "computed_date"),
        "published": ("published_by_id", None),
        "billed": (None, "billed_date"),
    }

    name = fields.Char(compute="_compute_name", store=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    group_id = fields.Many2one(
        "property.meter.group",
        "Balance group",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
        help="Whose main meter, unit meters and common meters are balanced.",
    )
    kind = fields.Selection(related="group_id.kind", store=True)
    building_id = fields.Many2one(related="group_id.building_id")
    entrance = fields.Char(related="group_id.entrance")
    item_id = fields.Many2one(
        "property.fee.item",
        "Charged as",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    month = fields.Date(
        required=True,
        index=True,
        default=lambda self: money.month_start(fields.Date.context_today(self)),
        help="Month whose readings are parted.",
    )
    date_from = fields.Date("From", compute="_compute_period", store=True, readonly=False)
    date_to = fields.Date("To", compute="_compute_period", store=True, readonly=False)
    method = fields.Selection(METHODS, required=True, default="area", tracking=True)
    total_usage = fields.Float("Main meter", readonly=True, digits=(16, 2))
    unit_usage = fields.Float("Sum of the units", readonly=True, digits=(16, 2))
    common_usage = fields.Float("Meters of common parts", readonly=True, digits=(16, 2))
    with_loss = fields.Boolean(
        "Share the loss",
        default=True,
        help="What the main meter shows beyond all meters behind it is shared as well.",
    )
    loss = fields.Float(readonly=True, digits=(16, 2))
    loss_borne = fields.Float(
        "Loss not shared",
        readonly=True,
        digits=(16, 2),
        help="Beyond the agreed ratio; the company or the owners bear it by contract.",
    )
    quantity = fields.Float("Usage to share", readonly=True, digits=(16, 2))
    price = fields.Float(
        digits=(16, 4), tracking=True, help="Empty: the first price of the tariff in force."
    )
    amount = fields.Monetary(readonly=True)
    weight_total = fields.Float(
        "Area or households", readonly=True, digits=(16, 4), help="What it is parted by, in all."
    )
    unit_amount = fields.Float("Amount per m² or household", readonly=True, digits=(16, 4))
    excluded_unit_ids = fields.Many2many(
        "property.unit",
        "property_share_excluded_rel",
        "share_id",
        "unit_id",
        "Units left out",
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
    )
    exclude_ground_floor = fields.Boolean(
        "Without the ground floor", help="By agreement, for the power of lifts."
    )
    exclusion_basis = fields.Char("Agreement about units left out", tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("computed", "Computed"),
            ("published", "Published"),
            ("billed", "Billed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    line_ids = fields.One2many("property.share.line", "share_id", "Shares", readonly=True)
    line_count = fields.Integer("Units", compute="_compute_counts")
    objection_ids = fields.One2many("property.share.objection", "share_id", "Objections")
    objection_count = fields.Integer("Open objections", compute="_compute_counts")
    computed_by_id = fields.Many2one("res.users", "Computed by", readonly=True, copy=False)
    computed_date = fields.Datetime("Computed on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", "Published by", readonly=True, copy=False)
    date_published = fields.Date("Published on", readonly=True, copy=False, tracking=True)
    billed_date = fields.Datetime("Billed on", readonly=True, copy=False)

    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "The month of a share is kept as its first day."
    )
    _share_once = models.UniqueIndex(
        "(group_id, item_id, month)", "This usage of the month is shared already."
    )

    @api.depends("group_id.name", "item_id.name", "month")
    def _compute_name(self):
        for share in self:
            parts = (
                f"{share.month:%Y-%m}" if share.month else "",
                share.group_id.name,
                share.item_id.name,
            )
            share.name = " ".join(part for part in parts if part)

    @api.depends("month")
    def _compute_period(self):
        for share in self:
            share.date_from = share.month and money.month_start(share.month)
            share.date_to = share.month and money.month_end(share.month)

    def _compute_counts(self):
        lines = dict(
            self.env["property.share.line"]._read_group(
                [("share_id", "in", self.ids)], ["share_id"], ["__count"]
            )
        )
        objections = dict(
            self.env["property.share.objection"]._read_group(
                [("share_id", "in", self.ids), ("state", "=", "open")], ["share_id"], ["__count"]
            )
        )
        for share in self:
            share.line_count = lines.get(share, 0)
            share.objection_count = objections.get(share, 0)

    @api.onchange("group_id")
    def _onchange_group_id(self):
        if self.group_id:
            self.estate_id = self.group_id.estate_id

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("month"):
            vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        fixed = vals.keys() & {
            "estate_id",
            "group_id",
            "item_id",
            "month",
            "date_from",
            "date_to",
            "method",
            "with_loss",
            "price",
            "excluded_unit_ids",
            "exclude_ground_floor",
        }
        if fixed and not self._moving() and self.filtered(lambda share: share.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(share)s” is computed: take it back to draft to change what it is computed "
                    "from.",
                    share=self.filtered(lambda share: share.state != "draft")[0].display_name,
                )
            )
        if vals.keys() & _FIGURES and not self._moving() and not self.env.su:
            raise UserError(self.env._("Figures of a share are computed, not typed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for share in self:
            if share.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(share)s” cannot be deleted: take it back to draft first.",
                        share=share.display_name,
                    )
                )

    # computing -----------------------------------------------------------------------------------

    def _check_may_share(self, *roles):
        self._check_in_group(
            roles,
            self.env._("Common usage is shared by accountants and supervisors; you are none."),
        )

    def action_compute(self):
        """Balance the meters of the group and part what is common among the units.

        :raises UserError: if readings are not checked, or there is no price or nobody to share
        """
        for share in self:
            share._check_may_share("accountant", "supervisor")
            if share.state not in ("draft", "computed"):
                share._move_to("computed")  # says why it cannot
            figures = share._balance()
            price = share.price or share._tariff_price()
            amount = money.round_half_up(_decimal(figures["quantity"]) * _decimal(price))
            if amount <= 0:
                raise UserError(
                    self.env._(
                        "“%(share)s” has nothing to share: the common meters and the loss come to "
                        "%(quantity)s at a price of %(price)s.",
                        share=share.display_name,
                        quantity=f"{figures['quantity']:g}",
                        price=f"{price:g}",
                    )
                )
            lines = share._prepare_lines(amount)
            share.line_ids.sudo().unlink()
            weight = sum(line["weight"] for line in lines)
            share._move_to(
                "computed",
                **figures,
                price=price,
                amount=float(amount),
                weight_total=weight,
                unit_amount=round(float(amount) / weight, 4),
            )
            self.env["property.share.line"].sudo().create(lines)
        return True

    def _balance(self):
        """Return the group's balance of the month, in units of measure.

        :raises UserError: if meters of the group are not read and checked
        """
        self.ensure_one()
        readings = self._readings()
        unchecked = readings.filtered(lambda row: row.sheet_state in ("open", "read"))
        if not readings or unchecked:
            raise UserError(
                self.env._(
                    "The meters of “%(group)s” are not all read and checked for %(month)s.",
                    group=self.group_id.name,
                    month=f"{self.month:%Y-%m}",
                )
            )
        sums = {
            use: sum(readings.filtered(lambda row, use=use: row.use == use).mapped("usage"))
            for use in ("total", "unit", "common")
        }
        loss = sums["total"] - sums["unit"] - sums["common"] if sums["total"] else 0.0
        limit = self.estate_id._parameter("share_loss_max") / 100.0 * sums["total"]
        shared = min(max(loss, 0.0), limit) if self.with_loss else 0.0
        return {
            "total_usage": sums["total"],
            "unit_usage": sums["unit"],
            "common_usage": sums["common"],
            "loss": loss,
            "loss_borne": loss - shared,
            "quantity": sums["common"] + shared,
        }

    def _readings(self):
        """Return the month's readings of the group's meters."""
        return self.env["property.meter.reading"].search(
            [("meter_id.group_id", "=", self.group_id.id), ("month", "=", self.month)]
        )

    def _tariff_price(self):
        """Return the first price of the tariff in force at the end of the period.

        :raises UserError: if there is none
        """
        home = self.env["property.unit.type"]
        rows = self.env["property.tariff"]._approved(self.estate_id)
        rows = rows._for(self.estate_id, self.kind, home).filtered(
            lambda row: (
                row.date_start <= self.date_to
                and (not row.date_end or row.date_end >= self.date_to)
            )
        )
        if not rows:
            raise UserError(
                self.env._(
                    "“%(estate)s” has no approved tariff for it on %(date)s: enter the price.",
                    estate=self.estate_id.name,
                    date=fields.Date.to_string(self.date_to),
                )
            )
        return rows[0].price

    def _units(self):
        """Return the units that share, in order."""
        self.ensure_one()
        domain = [("estate_id", "=", self.estate_id.id), ("category", "in", _SHARING)]
        if self.building_id:
            domain.append(("building_id", "=", self.building_id.id))
        if self.entrance:
            domain.append(("entrance", "=", self.entrance))
        units = self.env["property.unit"].search(domain) - self.excluded_unit_ids
        if self.exclude_ground_floor:
            units = units.filtered(lambda unit: unit.floor > 1)
        return units

    def _check_exclusion(self):
        if (self.excluded_unit_ids or self.exclude_ground_floor) and not self.exclusion_basis:
            raise UserError(
                self.env._(
                    "Units are left out by agreement only: enter which agreement it is for "
                    "“%(share)s”.",
                    share=self.display_name,
                )
            )

    def _prepare_lines(self, amount):
        """Return the values of the lines: each unit's weight and share of `amount` yuan."""
        self._check_exclusion()
        units = self._units()
        weights = self._weights(units)
        try:
            shares = sharing.distribute(
                amount, weights, [_decimal(unit.gross_area) for unit in units]
            )
        except ValueError as error:
            raise UserError(
                self.env._(
                    "“%(share)s”: no unit has anything to share by. Look at the areas or readings.",
                    share=self.display_name,
                )
            ) from error
        return [
            {
                "share_id": self.id,
                "unit_id": unit.id,
                "weight": float(weight),
                "amount": float(part),
            }
            for unit, weight, part in zip(units, weights, shares, strict=True)
        ]

    def _weights(self, units):
        """Return what the units share by: m², 1, or own usage; vacant ones by their rate."""
        usage = {}
        if self.method == "usage":
            usage = dict(
                self.env["property.meter.reading"]._read_group(
                    [
                        ("unit_id", "in", units.ids),
                        ("kind", "=", self.kind),
                        ("month", "=", self.month),
                        ("quantity", ">", 0),
                    ],
                    ["unit_id"],
                    ["quantity:sum"],
                )
            )
        vacant = _decimal(self.estate_id._parameter("share_vacant_rate")) / 100
        weights = []
        for unit in units:
            if self.method == "area":
                weight = _decimal(unit.gross_area)
            elif self.method == "household":
                weight = Decimal(1)
            else:
                weight = _decimal(usage.get(unit, 0.0))
            weights.append(weight * vacant if unit.state == "vacant" else weight)
        return weights

    # what people press ---------------------------------------------------------------------------

    def action_draft(self):
        """Take shares that were computed back to draft."""
        for share in self:
            share._check_may_share("accountant", "supervisor")
            share._move_to("draft", computed_by_id=False, computed_date=False)
            share.line_ids.sudo().unlink()
        return True

    def action_publish(self):
        """Publish quantity, price and amount (form H3-2); from that day objections count."""
        for share in self:
            share._check_may_share("supervisor", "manager", "accountant")
            share._move_to("published", date_published=fields.Date.context_today(share))
        return True

    def action_withdraw(self):
        """Take back a publication nothing was billed of.

        :raises UserError: if shares are on a bill run
        """
        for share in self:
            share._check_may_share("supervisor", "manager", "accountant")
            if share.line_ids._charges():
                raise UserError(
                    self.env._(
                        "Shares of “%(share)s” are on a bill run: take that back first.",
                        share=share.display_name,
                    )
                )
            share._with_move().write(
                {"state": "computed", "date_published": False, "published_by_id": False}
            )
        return True

    def _may_bill(self, date):
        """Return whether the days for objections are over on `date`, or the day it is today."""
        self.ensure_one()
        days = self.estate_id._parameter("share_objection_days")
        today = max(date, fields.Date.context_today(self))
        return bool(self.date_published) and today >= self.date_published + timedelta(days=days)

    def _update_billed(self):
        """Move shares to billed when every unit's is posted, and back when a run was reversed."""
        for share in self:
            posted = share.line_ids._charges().filtered("invoice_id").share_line_id
            todo = share.line_ids.filtered(lambda line: line.amount > 0) - posted
            if share.state == "published" and not todo:
                share._move_to("billed")
            elif share.state == "billed" and todo:
                share._with_move().write({"state": "published", "billed_date": False})

    def _bill_note(self):
        """Return what was shared, as it stands on the bill: quantity × price."""
        self.ensure_one()
        return f"{money.plain(self.quantity)}×{money.plain(self.price)}"

    def action_print(self):
        """Print the publication (form H3-2)."""
        options = {
            "estate_ids": self.estate_id.ids,
            "res_ids": self.ids,
            "month": fields.Date.to_string(self[:1].month),
        }
        return self.env["property.register.shares"]._action_pdf(options)

    def action_open_lines(self):
        """Open the shares of the units."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "property.share.line",
            "view_mode": "list,pivot",
            "domain": [("share_id", "=", self.id)],
        }

    def action_open_objections(self):
        """Open the objections against the share."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Objections"),
            "res_model": "property.share.objection",
            "view_mode": "list,form",
            "domain": [("share_id", "=", self.id)],
            "context": {"default_share_id": self.id},
        }


class PropertyShareLine(models.Model):
    """What one unit bears of common usage."""

    _name = "property.share.line"
    _description = "Share of a unit"
    _order = "share_id, unit_id, id"
    _check_company_auto = True

    share_id = fields.Many2one("property.share", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="share_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="share_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    unit_id = fields.Many2one(
        "property.unit", required=True, ondelete="restrict", index=True, check_company=True
    )
    building_id = fields.Many2one(related="unit_id.building_id", store=True, index=True)
    weight = fields.Float(
        "Shared by", digits=(16, 4), help="Area in m², 1 per household, or own usage."
    )
    amount = fields.Monetary()
    charge_ids = fields.One2many("property.charge", "share_line_id", "Charges")

    _unit_once = models.UniqueIndex("(share_id, unit_id)", "The unit shares already.")

    @api.depends("share_id.name", "unit_id.full_name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.share_id.name or ''} {line.unit_id.full_name or ''}"

    def _charges(self):
        """Return the charges made of the lines, without those that were reversed."""
        return self.sudo().charge_ids.filtered(lambda charge: not charge.cancelled)

    def _prepare_charge(self):
        """Return the values of the charge of the line; who pays is added."""
        self.ensure_one()
        share = self.share_id
        return {
            "unit_id": self.unit_id.id,
            "item_id": share.item_id.id,
            "amount": self.amount,
            "quantity": self.weight,
            "price_unit": share.unit_amount,
            "date_start": share.date_from,
            "date_end": share.date_to,
            "origin": "share",
            "origin_key": f"share,{self.id}",
            "note": share._bill_note(),
            "share_line_id": self.id,
        }
