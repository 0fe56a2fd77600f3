# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import money


class PropertyFeePrice(models.Model):
    """A dated version of a price: of an item, in an estate, for a unit type or for one unit.

    Handbook B H1: approved before use, never edited after approval — a new version starts where
    the old one is ended. Two versions for the same units on the same day are refused by the
    database (same area, same service, same price).
    """

    _name = "property.fee.price"
    _description = "Price standard"
    _inherit = ["property.workflow.mixin", "property.approval.mixin", "mail.thread"]
    _order = "estate_id, item_id, type_id, unit_id, date_start desc"
    _check_company_auto = True

    _workflow_moves = {
        # approved at once only with an import by somebody who may decide prices
        "draft": ("waiting", "approved", "cancelled"),
        "waiting": ("approved", "draft", "cancelled"),
        "approved": ("cancelled",),
    }
    _workflow_stamps = {"approved": ("approved_by_id", "approved_date")}

    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one(
        "property.unit.type", "Unit type", ondelete="restrict", index=True, tracking=True
    )
    unit_id = fields.Many2one(
        "property.unit",
        "Only for",
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="A price of this unit alone, instead of its type's.",
    )
    override_reason = fields.Char("Reason of the own price", tracking=True)
    price = fields.Float(
        "Price (tax incl.)",
        digits=(16, 4),
        required=True,
        tracking=True,
        aggregator=None,
        help="In yuan.",
    )
    price_unit_name = fields.Char(related="item_id.price_unit_name")
    date_start = fields.Date("From", required=True, tracking=True)
    date_end = fields.Date("To", tracking=True, help="Last day; empty while it goes on.")
    basis_document = fields.Char(
        "Contract or decision", help="What entitles the company to this price."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("approved", "Approved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    stage = fields.Selection(
        [("future", "To come"), ("effective", "In force"), ("expired", "Expired")],
        "Validity",
        compute="_compute_stage",
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_date = fields.Datetime("Approved on", readonly=True)

    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A price cannot end before it starts.",
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")
    _scope = models.Constraint(
        "CHECK ((type_id IS NULL) <> (unit_id IS NULL))",
        "A price is either for a unit type or for one unit.",
    )
    _override_reason_given = models.Constraint(
        "CHECK (unit_id IS NULL OR override_reason IS NOT NULL)",
        "State the reason of a unit's own price.",
    )
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(estate_id, estate_id, '[]') WITH =,
            int4range(item_id, item_id, '[]') WITH =,
            int4range(COALESCE(type_id, 0), COALESCE(type_id, 0), '[]') WITH =,
            int4range(COALESCE(unit_id, 0), COALESCE(unit_id, 0), '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (state = 'approved')""",
        "There is an approved price of this item for the same units in that period: end it first.",
    )

    @api.depends("item_id", "type_id", "unit_id", "price", "estate_id")
    def _compute_display_name(self):
        for price in self:
            scope = price.unit_id.full_name or price.type_id.name or ""
            parts = (price.estate_id.name, price.item_id.name, scope, money.plain(price.price))
            price.display_name = " ".join(part for part in parts if part)

    @api.depends("date_start", "date_end")
    @api.depends_context("tz")
    def _compute_stage(self):
        today = fields.Date.context_today(self)
        for price in self:
            if not price.date_start or price.date_start > today:
                price.stage = "future"
            elif price.date_end and price.date_end < today:
                price.stage = "expired"
            else:
                price.stage = "effective"

    @api.model
    def _counts(self, records, field):
        """Return {record: prices in force today} by the many2one `field` of a price."""
        return dict(
            self._read_group(
                [
                    (field, "in", records.ids),
                    ("state", "=", "approved"),
                    ("date_start", "<=", "today"),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", "today"),
                ],
                [field],
                ["__count"],
            )
        )

    @api.constrains("unit_id", "estate_id")
    def _check_unit(self):
        for price in self.filtered("unit_id"):
            if price.unit_id.estate_id != price.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not of the estate “%(estate)s”.",
                        unit=price.unit_id.full_name,
                        estate=price.estate_id.name,
                    )
                )

    def write(self, vals):
        frozen = vals.keys() & {
            "item_id",
            "estate_id",
            "type_id",
            "unit_id",
            "price",
            "date_start",
            "override_reason",
        }
        if frozen and self.filtered(lambda price: price.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(price)s” was approved or is being approved and is never edited: end it and "
                    "make a new version.",
                    price=self.filtered(lambda price: price.state != "draft")[0].display_name,
                )
            )
        if "date_end" in vals:
            for price in self.filtered(lambda price: price.state in ("waiting", "approved")):
                price._check_end(fields.Date.to_date(vals["date_end"]))
        return super().write(vals)

    def _check_end(self, date_end):
        """Refuse an end later than approved, or before the last day charged already.

        :param date date_end: the last day, or None for no end
        """
        if self.date_end and (not date_end or date_end > self.date_end):
            raise UserError(
                self.env._(
                    "“%(price)s” was approved until %(date)s: for the time after it make a new "
                    "version and have it approved.",
                    price=self.display_name,
                    date=self.date_end,
                )
            )
        charged = (
            self.env["property.charge"]
            .sudo()
            .search(
                [("price_id", "=", self.id), ("state", "!=", "cancelled")],
                order="date_end desc",
                limit=1,
            )
        )
        if date_end and charged and charged.date_end > date_end:
            raise UserError(
                self.env._(
                    "“%(price)s” has been charged until %(date)s and cannot end before that.",
                    price=self.display_name,
                    date=charged.date_end,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda price: price.state not in ("draft", "cancelled")):
            raise UserError(
                self.env._("“%(price)s” cannot be deleted: end it.", price=kept[0].display_name)
            )

    def action_submit(self):
        """Ask for the approval of drafts."""
        for price in self:
            price._move_to("waiting")
            price._request_approval(
                "price", price.display_name, amount=price.price, reason=price.override_reason
            )

    def action_withdraw(self):
        """Take prices that wait for approval back to draft."""
        for price in self:
            price._move_to("draft")
            price._withdraw_approval()

    def action_new_version(self):
        """Open a new version of the price, to start where this one is ended."""
        self.ensure_one()
        start = self.date_end or fields.Date.context_today(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New version"),
            "res_model": "property.fee.price",
            "view_mode": "form",
            "context": {
                "default_item_id": self.item_id.id,
                "default_estate_id": self.estate_id.id,
                "default_type_id": self.type_id.id,
                "default_unit_id": self.unit_id.id,
                "default_override_reason": self.override_reason,
                "default_price": self.price,
                "default_date_start": fields.Date.to_string(start + timedelta(days=1)),
            },
        }

    def action_cancel(self):
        """Cancel prices that were never charged.

        :raises UserError: if one was charged: it is ended instead
        """
        for price in self:
            if (
                self.env["property.charge"]
                .sudo()
                .search_count([("price_id", "=", price.id), ("state", "!=", "cancelled")], limit=1)
            ):
                raise UserError(
                    self.env._(
                        "“%(price)s” has been charged: end it instead of cancelling it.",
                        price=price.display_name,
                    )
                )
            price._move_to("cancelled")
            price._withdraw_approval()

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self._move_to("draft")
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))

    def _approve_now(self):
        """Approve prices that come in with an import by somebody who may decide them."""
        self._move_to("approved")
