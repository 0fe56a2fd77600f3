# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import money, tariff
from ..estate.property_meter import KINDS

_ENDLESS = date.max - timedelta(days=2)


class PropertyTariff(models.Model):
    """What a metered supply costs from which day on, in steps (阶梯价, handbook B H3, H11).

    Approved before use (matter `tariff`) and never edited afterwards: a new price of the supplier
    is a new tariff that starts where the old one is ended; a reading over the change is split by
    days.
    """

    _name = "property.tariff"
    _description = "Tariff of a metered supply"
    _inherit = ["property.version.mixin"]
    _order = "estate_id, kind, item_id, date_start desc, id"

    _version_frozen = (
        *("estate_id", "kind", "item_id", "type_ids"),
        *("date_start", "period", "tier_ids"),
    )

    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="water", index=True, tracking=True)
    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
        help="The fee item usage is charged as: for money of the supplier an item that is "
        "collected for others.",
    )
    type_ids = fields.Many2many(
        "property.unit.type",
        "property_tariff_type_rel",
        "tariff_id",
        "type_id",
        "Only for",
        help="Unit types the tariff is for, where shops pay another one than homes; empty: all "
        "others.",
    )
    period = fields.Selection(
        [("year", "Calendar year"), ("reading", "Each reading")],
        "Steps count by",
        required=True,
        default="year",
        help="Steps by year count what the household has used since the first of January.",
    )
    tier_ids = fields.One2many("property.tariff.tier", "tariff_id", "Price steps", copy=True)
    price = fields.Float("First price", compute="_compute_price", digits=(16, 4))
    price_text = fields.Char("Prices", compute="_compute_price")
    basis_document = fields.Char("Notice of the supplier or authority")

    @api.depends("tier_ids.price", "tier_ids.quantity_from")
    def _compute_price(self):
        for record in self:
            tiers = record.tier_ids.sorted("quantity_from")
            record.price = tiers[:1].price
            record.price_text = " / ".join(
                f"{money.plain(tier.quantity_from)}+: {money.price(tier.price)}"
                if len(tiers) > 1
                else money.price(tier.price)
                for tier in tiers
            )

    @api.depends("estate_id.name", "item_id.name", "date_start")
    def _compute_display_name(self):
        for record in self:
            parts = (record.estate_id.name, record.item_id.name, record.date_start)
            record.display_name = " ".join(str(part) for part in parts if part)

    @api.constrains("date_start", "date_end", "estate_id", "kind", "item_id", "type_ids", "state")
    def _check_no_overlap(self):
        for record in self.filtered(lambda row: row.state in ("waiting", "approved")):
            others = self.search(
                [
                    ("id", "!=", record.id),
                    ("estate_id", "=", record.estate_id.id),
                    ("kind", "=", record.kind),
                    ("state", "in", ("waiting", "approved")),
                    ("date_start", "<=", record.date_end or _ENDLESS),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", record.date_start),
                ]
            )
            for other in others:
                same = record.type_ids & other.type_ids or not (record.type_ids | other.type_ids)
                if same and other.item_id == record.item_id:
                    raise ValidationError(
                        self.env._(
                            "“%(other)s” is in force at the same time for the same units: end it "
                            "the day before the new one starts.",
                            other=other.display_name,
                        )
                    )

    def _check_tiers(self):
        """Refuse a tariff without prices or whose steps do not start at zero.

        :raises UserError: if so
        """
        for record in self:
            starts = record.tier_ids.mapped("quantity_from")
            if not starts or min(starts) != 0:
                raise UserError(
                    self.env._(
                        "“%(tariff)s” needs a price from 0 on: enter the first step.",
                        tariff=record.display_name,
                    )
                )

    # approval ------------------------------------------------------------------------------------

    def action_submit(self):
        """Ask for the approval of drafts (matter `tariff`).

        :raises UserError: if prices are missing
        """
        self._check_tiers()
        for record in self:
            record._move_to("waiting")
            record._request_approval(
                "tariff", record.display_name, amount=record.price, reason=record.basis_document
            )
        return True

    def _approval_granted(self, approval):
        self._check_tiers()
        super()._approval_granted(approval)

    def _charges_by(self):
        return [("tariff_id", "=", self.id)]

    # pricing -------------------------------------------------------------------------------------

    def _version(self):
        """Return the tariff for `tools.tariff`."""
        self.ensure_one()
        return tariff.Version(
            self.date_start,
            self.date_end or _ENDLESS,
            tuple(
                (Decimal(str(tier.quantity_from)), Decimal(str(tier.price)))
                for tier in self.tier_ids.sorted("quantity_from")
            ),
            self.period == "year",
        )

    @api.model
    def _approved(self, estates):
        """Return the approved tariffs of `estates`."""
        return self.search([("estate_id", "in", estates.ids), ("state", "=", "approved")])

    def _for(self, estate, kind, unit_type, item=None):
        """Return those of the tariffs that hold for a meter of `kind` at a unit of `unit_type`.

        A tariff that names the type goes before one for all; of several items that of the meter,
        else the first.
        """
        mine = self.filtered(
            lambda row: (
                row.estate_id == estate
                and row.kind == kind
                and (not item or row.item_id == item)
                and (not row.type_ids or unit_type in row.type_ids)
            )
        )
        mine = mine.filtered(lambda row: unit_type in row.type_ids) or mine
        first = mine.item_id.sorted()[:1]
        return mine.filtered(lambda row: row.item_id == first)


class PropertyTariffTier(models.Model):
    """A step of a tariff: from which quantity on which price holds."""

    _name = "property.tariff.tier"
    _description = "Step of a tariff"
    _order = "tariff_id, quantity_from"

    tariff_id = fields.Many2one("property.tariff", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="tariff_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="tariff_id.company_id", store=True, index=True)
    quantity_from = fields.Float("From quantity", digits=(16, 4))
    price = fields.Float("Price (yuan)", digits=(16, 4), required=True)

    _quantity_unique = models.UniqueIndex(
        "(tariff_id, quantity_from)", "Two steps of a tariff start at the same quantity."
    )
    _positive = models.Constraint(
        "CHECK (quantity_from >= 0 AND price >= 0)",
        "Quantities and prices of a tariff cannot be below zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers._check_editable()
        return tiers

    def write(self, vals):
        self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_draft(self):
        self._check_editable()

    def _check_editable(self):
        """Refuse to change the prices of a tariff that was approved or is being approved."""
        fixed = self.tariff_id.filtered(lambda row: row.state in ("waiting", "approved"))
        if fixed:
            fixed[0]._refuse_edit()
