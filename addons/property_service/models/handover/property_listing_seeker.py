# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .property_listing import SHOWN


class PropertyListingSeeker(models.Model):
    """Somebody who looks for a home to rent or to buy (求租/求购登记, handbook A §43)."""

    _name = "property.listing.seeker"
    _description = "Seeker of a home"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.signature.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    _number_form = "QZ"
    _workflow_moves = {
        "registered": ("matched", "viewed", "contracted", "cancelled"),
        "matched": ("viewed", "contracted", "cancelled"),
        "viewed": ("matched", "contracted", "cancelled"),
        "contracted": (),
        "cancelled": ("registered",),
    }
    _workflow_stamps = {"contracted": (None, "contracted_date")}

    estate_id = fields.Many2one("property.estate", required=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="ID number or licence are kept with the customer, protected.",
    )
    phone = fields.Char(related="partner_id.phone", readonly=False)
    date = fields.Date("Registered on", required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [("let", "Wants to rent"), ("sale", "Wants to buy")],
        "Looks for",
        required=True,
        default="let",
        index=True,
    )
    layout = fields.Char("Layout wanted")
    area_min = fields.Float("Area from (m²)", digits=(16, 2), aggregator=None)
    area_max = fields.Float("Area to (m²)", digits=(16, 2), aggregator=None)
    budget = fields.Monetary("Budget up to", aggregator=None)
    date_wanted = fields.Date("Wanted from")
    purpose = fields.Char("Purpose of use")
    persons = fields.Integer("Number of persons", aggregator=None)
    user_id = fields.Many2one(
        "res.users", "Served by", default=lambda self: self.env.user, index=True
    )
    result = fields.Text()
    viewing_ids = fields.One2many("property.listing.viewing", "seeker_id", "Viewings")
    listing_id = fields.Many2one(
        "property.listing", "Home taken", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("registered", "Registered"),
            ("matched", "Homes proposed"),
            ("viewed", "Homes viewed"),
            ("contracted", "Contract signed"),
            ("cancelled", "Given up"),
        ],
        required=True,
        default="registered",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    contracted_date = fields.Datetime("Contract signed on", readonly=True, copy=False)

    @api.depends("number", "partner_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(part for part in (row.partner_id.name, row.number) if part)

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._assign_number()
        return rows

    @api.model
    def _signature_labels(self):
        return {"seeker": self.env._("Seeker")}

    def _signature_partner(self, role):
        return self.partner_id

    def _listings_domain(self):
        """Return the domain of the offers that fit."""
        self.ensure_one()
        domain = Domain(
            [
                ("estate_id.company_id", "=", self.company_id.id),
                ("kind", "=", self.kind),
                ("state", "in", SHOWN),
            ]
        )
        if self.budget:
            domain &= Domain("price", "<=", self.budget)
        if self.area_min:
            domain &= Domain("unit_id.gross_area", ">=", self.area_min)
        if self.area_max:
            domain &= Domain("unit_id.gross_area", "<=", self.area_max)
        if self.layout:
            domain &= Domain("unit_id.layout", "ilike", self.layout)
        return domain

    @api.model
    def _domain_for(self, listing):
        """Return the domain of the seekers whom `listing` fits by price and area."""
        area = listing.gross_area
        return [
            ("company_id", "=", listing.company_id.id),
            ("kind", "=", listing.kind),
            ("state", "in", ("registered", "matched", "viewed")),
            "|",
            ("budget", "=", 0),
            ("budget", ">=", listing.price),
            ("area_min", "<=", area),
            "|",
            ("area_max", "=", 0),
            ("area_max", ">=", area),
        ]

    def action_match(self):
        """Propose the homes on offer that fit, and show them.

        :raises UserError: if none does
        """
        self.ensure_one()
        fitting = self.env["property.listing"].search(self._listings_domain())
        if not fitting:
            raise UserError(
                self.env._("No home on offer fits what %s looks for.", self.partner_id.name)
            )
        if self.state in ("registered", "viewed"):
            self._move_to("matched")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Homes for %(person)s", person=self.partner_id.name),
            "res_model": "property.listing",
            "view_mode": "list,form",
            "domain": [("id", "in", fitting.ids)],
        }

    def action_cancel(self):
        """The seeker has given up, or found a home elsewhere."""
        self._move_to("cancelled")
        return True

    def action_reopen(self):
        """The seeker looks again."""
        self._move_to("registered")
        return True

    def _viewed(self):
        self.filtered(lambda row: row.state in ("registered", "matched"))._move_to("viewed")

    def _served(self, listing):
        """The seeker has signed a contract on the home of `listing`."""
        for row in self.filtered(lambda row: row.state != "contracted"):
            if row.state == "cancelled":
                row._move_to("registered")
            row._move_to("contracted", listing_id=listing.id)
