# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import money
from .property_version_mixin import PropertyVersionMixin


class PropertyFeePrice(models.Model):
    """A dated version of a price: of an item, in an estate, for a unit type or for one unit.

    Handbook B H1: approved before use, never edited after approval — a new version starts where
    the old one is ended. Two versions for the same units on the same day are refused by the
    database (same area, same service, same price).
    """

    _name = "property.fee.price"
    _description = "Price standard"
    _inherit = ["property.version.mixin"]
    _order = "estate_id, item_id, type_id, unit_id, date_start desc"

    _workflow_moves = {
        **PropertyVersionMixin._workflow_moves,
        # approved at once only with an import by somebody who may decide prices
        "draft": ("waiting", "approved", "cancelled"),
    }
    _version_frozen = (
        *("item_id", "estate_id", "type_id", "unit_id"),
        *("price", "date_start", "override_reason"),
    )

    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
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
    basis_document = fields.Char(
        "Contract or decision", help="What entitles the company to this price."
    )
    stage = fields.Selection(
        [("future", "To come"), ("effective", "In force"), ("expired", "Expired")],
        "Validity",
        compute="_compute_stage",
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

    def action_submit(self):
        """Ask for the approval of drafts."""
        for price in self:
            price._move_to("waiting")
            price._request_approval(
                "price", price.display_name, amount=price.price, reason=price.override_reason
            )

    def _charges_by(self):
        return [("price_id", "=", self.id)]

    def _approve_now(self):
        """Approve prices that come in with an import by somebody who may decide them."""
        self._move_to("approved")
