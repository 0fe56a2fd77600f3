# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from ...tools import money

BASES = [
    ("once", "Once"),
    ("m2", "per m²"),
    ("m2_day", "per m² and day"),
    ("worker", "per worker"),
]
CATEGORIES = [
    ("all", "All rooms"),
    ("home", "Residences"),
    ("shop", "Shops"),
    ("office", "Offices"),
]


class PropertyRenovationPrice(models.Model):
    """What a renovation may cost: the published list of fees and deposits (handbook A §29).

    Nothing that is not on it, or not allowed at the place, is asked for. Rows of an estate replace
    those of the company with the same code, and these the shipped ones. Amounts in yuan.
    """

    _name = "property.renovation.price"
    _description = "Price list of renovations"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Charged for", required=True, translate=True)
    code = fields.Char(
        required=True,
        help="DECO, DECO_FIRM, PASS: deposits of these kinds; RENO_MGT, RENO_DEBRIS, RENO_PASS, "
        "RENO_REISSUE: fees.",
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("deposit", "Refundable deposit"), ("fee", "Fee, not refunded")],
        "Refunded?",
        required=True,
        default="fee",
    )
    side = fields.Selection(
        [("owner", "Owner's side"), ("firm", "Contractor's side")],
        "On whose account",
        required=True,
        default="owner",
    )
    basis = fields.Selection(BASES, "Charged", required=True, default="once")
    category = fields.Selection(CATEGORIES, "For rooms", required=True, default="all")
    price = fields.Float("Price (yuan)", digits=(16, 4))
    on_demand = fields.Boolean(
        "Only when it happens", help="E.g. re-issue of a permit: not part of the first bill."
    )
    on_extension = fields.Boolean("Charged again for an extension")
    allowed = fields.Boolean("May be asked for", default=True)
    legal_basis = fields.Char("Basis in law", translate=True)
    company_id = fields.Many2one("res.company", index=True)
    estate_id = fields.Many2one("property.estate", check_company=True, index="btree_not_null")
    active = fields.Boolean(default=True)

    _price_positive = models.Constraint("CHECK (price >= 0)", "A price is not below zero.")

    @api.model
    def _of_unit(self, unit):
        """Return the rows that hold for a renovation in `unit`, one per code."""
        rows = self.sudo().search(
            [
                ("company_id", "in", (False, unit.company_id.id)),
                ("estate_id", "in", (False, unit.estate_id.id)),
                ("category", "in", ("all", unit.category)),
            ]
        )
        best = {}
        for row in rows:
            rank = (bool(row.estate_id), bool(row.company_id), row.category != "all")
            if row.code not in best or rank > best[row.code][0]:
                best[row.code] = (rank, row)
        chosen = self.browse([row.id for _rank, row in best.values()])
        return chosen.sorted(lambda row: (row.sequence, row.id))

    def _quantity(self, dossier, days):
        """Return how many times the price is charged.

        :param dossier: `property.renovation`
        :param int days: days of work it is for
        """
        self.ensure_one()
        area = dossier.unit_id.gross_area
        return {
            "once": 1.0,
            "m2": area,
            "m2_day": area * days,
            "worker": float(dossier.worker_count),
        }[self.basis]

    def _amount(self, quantity):
        """Return the amount for `quantity` in yuan, rounded half up to the cent."""
        self.ensure_one()
        return float(money.round_half_up(Decimal(str(quantity)) * Decimal(str(self.price))))

    def _forbidden(self, law):
        """Return why the row may not be asked for under `law`, or an empty text."""
        self.ensure_one()
        if not self.allowed:
            return self.legal_basis or self.env._("not allowed by the price list")
        if self.kind == "deposit":
            allowed = (
                law.owner_deposit_allowed if self.side == "owner" else law.firm_deposit_allowed
            )
            if not allowed:
                return self.env._("%(law)s allows no such deposit", law=law.name)
        if self.code == "RENO_DEBRIS" and not law.debris_allowed:
            return self.env._("%(law)s allows no debris fee", law=law.name)
        return ""

    def _cap(self, law):
        """Return the highest amount of the row under `law` in yuan; 0 where there is none."""
        self.ensure_one()
        if self.code == "DECO":
            return law.owner_deposit_cap
        if self.code == "DECO_FIRM":
            return law.firm_deposit_cap
        return 0.0
