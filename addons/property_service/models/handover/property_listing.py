# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import money

_logger = logging.getLogger(__name__)

#: states in which seekers are shown the home
SHOWN = ("published", "viewing")
_AGREED = (
    "kind",
    "unit_id",
    "partner_id",
    "agent_id",
    "price",
    "payment_terms",
    "title_number",
    "exclusive",
    "date_start",
    "date_end",
    "commission",
    "commission_other",
)


class PropertyListing(models.Model):
    """A home an owner offers for rent or for sale (房屋租售委托, handbook A §43).

    A brokerage with commission only where the company is filed as one on this estate; elsewhere
    the offer is shown as information and nothing is charged. Homes whose title is disputed or
    seized are not listed.
    """

    _name = "property.listing"
    _description = "Letting or sale"
    _inherit = [
        "property.procedure.mixin",
        "property.signature.mixin",
        "property.paper.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "ZS"
    _paper_procedure = "letting"
    _workflow_moves = {
        "registered": ("verified", "withdrawn"),
        "verified": ("published", "withdrawn"),
        "published": ("viewing", "reserved", "withdrawn", "expired"),
        "viewing": ("published", "reserved", "withdrawn", "expired"),
        "reserved": ("contracted", "published", "withdrawn"),
        "contracted": ("handed_over",),
        "handed_over": ("closed",),
        "expired": ("published", "withdrawn"),
    }
    _workflow_stamps = {
        "verified": ("verified_by_id", "verified_date"),
        "published": (None, "published_date"),
        "contracted": (None, "contracted_date"),
        "closed": (None, "closed_date"),
    }
    _case_clocks = {"registered": ("verify",)}
    _case_done = {"verified": ("verify",)}
    _case_end = ("closed", "withdrawn", "expired")
    _signature_locks = {"principal": _AGREED, "company": _AGREED}

    kind = fields.Selection(
        [("let", "For rent"), ("sale", "For sale")],
        "Offered",
        required=True,
        default="let",
        index=True,
        tracking=True,
    )
    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(string="Principal", required=True)
    agent_id = fields.Many2one("res.partner", "Agent of the principal", index="btree_not_null")
    owner_names = fields.Char(related="unit_id.owner_names")
    gross_area = fields.Float(related="unit_id.gross_area")
    layout = fields.Char(related="unit_id.layout", readonly=False)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(
        "Rent a month or price",
        currency_field="company_currency_id",
        required=True,
        tracking=True,
        aggregator=None,
    )
    payment_terms = fields.Char(help="E.g. deposit of one month, paid every three months.")
    date = fields.Date("Entrusted on", required=True, default=fields.Date.context_today)
    available_date = fields.Date("Free from")
    interior = fields.Selection(
        [
            ("bare", "Bare"),
            ("simple", "Simply renovated"),
            ("fine", "Well renovated"),
            ("furnished", "Furnished"),
        ],
        "Renovation standard",
    )
    equipment = fields.Text("Furniture and equipment")
    title_number = fields.Char("Title certificate no.", tracking=True)
    title_status = fields.Selection(
        [
            ("clear", "Clear title"),
            ("mortgaged", "Mortgaged"),
            ("disputed", "Disputed"),
            ("seized", "Seized by a court"),
        ],
        "Title",
        required=True,
        default="clear",
        tracking=True,
    )
    has_co_owners = fields.Boolean("Has co-owners", compute="_compute_has_co_owners")
    sublet = fields.Boolean(compute="_compute_sublet", help="Offered by the tenant, not the owner.")
    tenant_id = fields.Many2one("res.partner", "Tenant now", compute="_compute_tenant_id")
    tenant_told_date = fields.Date(
        "Tenant told of the sale on", tracking=True, help="His right of pre-emption runs from here."
    )
    preemption_date = fields.Date("Pre-emption until", compute="_compute_preemption_date")
    tenant_answer = fields.Selection(
        [("waived", "Does not buy"), ("buys", "Buys himself")],
        "Answer of the tenant",
        tracking=True,
    )
    tenancy_started = fields.Boolean("Tenancy is registered", compute="_compute_tenancy_started")
    keys_left = fields.Char("Keys left with us", help="Kind, number, number of the envelope.")
    exclusive = fields.Boolean("Only through us")
    date_start = fields.Date("Entrusted from", default=fields.Date.context_today)
    date_end = fields.Date(
        "Entrusted until",
        required=True,
        tracking=True,
        index=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    brokerage = fields.Boolean(
        compute="_compute_brokerage", help="The company is filed as a brokerage here."
    )
    brokerage_filing = fields.Char("Filing no. of the brokerage", compute="_compute_brokerage")
    commission = fields.Float(
        "Commission of the principal",
        digits=(16, 2),
        help="Months of rent for a letting, percent of the price for a sale.",
        aggregator=None,
    )
    commission_other = fields.Float("Commission of the other side", digits=(16, 2), aggregator=None)
    amount_commission = fields.Monetary(
        "Commission (yuan)",
        currency_field="company_currency_id",
        compute="_compute_amount_commission",
        store=True,
    )
    item_id = fields.Many2one(
        "property.fee.item",
        "Fee item of the commission",
        domain="[('company_id', '=', company_id), ('kind', '=', 'income')]",
        check_company=True,
        ondelete="restrict",
    )
    charge_ids = fields.One2many("property.charge", "listing_id", "Charges", readonly=True)
    amount_open = fields.Monetary(
        "Commission not paid", currency_field="company_currency_id", compute="_compute_amount_open"
    )
    viewing_ids = fields.One2many("property.listing.viewing", "listing_id", "Viewings")
    viewing_count = fields.Integer("Number of viewings", compute="_compute_viewing_count")
    seeker_id = fields.Many2one(
        "property.listing.seeker", "Taken by", index="btree_not_null", copy=False, tracking=True
    )
    price_agreed = fields.Monetary(
        "Agreed price",
        currency_field="company_currency_id",
        copy=False,
        tracking=True,
        aggregator=None,
    )
    date_agreed = fields.Date("Lease or sale from", copy=False, tracking=True)
    contract_number = fields.Char("Contract no.", copy=False)
    handover_note = fields.Text("Handed over with", help="Meter readings, inventory, keys.")
    end_note = fields.Char("Why it is withdrawn", copy=False, tracking=True)
    remark = fields.Text()
    state = fields.Selection(
        [
            ("registered", "Registered"),
            ("verified", "Title verified"),
            ("published", "On offer"),
            ("viewing", "Being viewed"),
            ("reserved", "Reserved"),
            ("contracted", "Contract signed"),
            ("handed_over", "Home handed over"),
            ("closed", "Closed and filed"),
            ("withdrawn", "Withdrawn from offer"),
            ("expired", "Offer expired"),
        ],
        required=True,
        default="registered",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    verified_by_id = fields.Many2one("res.users", "Title verified by", readonly=True, copy=False)
    verified_date = fields.Datetime("Title verified on", readonly=True, copy=False)
    published_date = fields.Datetime("On offer since", readonly=True, copy=False)
    contracted_date = fields.Datetime("Contract signed on", readonly=True, copy=False)
    closed_date = fields.Datetime("Filed on", readonly=True, copy=False)

    _price_positive = models.Constraint("CHECK (price > 0)", "Enter the rent or the price.")
    _commission_positive = models.Constraint(
        "CHECK (commission >= 0 AND commission_other >= 0)", "A commission is not below zero."
    )
    _one_running = models.UniqueIndex(
        "(unit_id, kind) WHERE state NOT IN ('closed', 'withdrawn', 'expired')",
        "This home is offered like that already.",
    )

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(
                part for part in (row.number, row.unit_id.full_name) if part
            )

    @api.depends("date_start", "unit_id")
    def _compute_date_end(self):
        for row in self:
            months = row.estate_id._parameter("listing_months") if row.estate_id else 6
            start = row.date_start or fields.Date.context_today(row)
            row.date_end = row.date_end or money.add_months(start, months)

    @api.depends("unit_id", "partner_id")
    def _compute_has_co_owners(self):
        for row in self:
            row.has_co_owners = len(row._owners()) > 1

    @api.depends("unit_id", "partner_id")
    def _compute_sublet(self):
        for row in self:
            row.sublet = (
                bool(row.unit_id.tenant_id and row.partner_id == row.unit_id.tenant_id)
                and row.partner_id not in row._owners()
            )

    @api.depends("unit_id")
    def _compute_tenant_id(self):
        for row in self:
            row.tenant_id = row.unit_id.tenant_id

    def _compute_viewing_count(self):
        counts = dict(
            self.env["property.listing.viewing"]._read_group(
                [("listing_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["listing_id"],
                ["__count"],
            )
        )
        for row in self:
            row.viewing_count = counts.get(row, 0)

    def _owners(self):
        return self.unit_id.occupancy_ids.filtered(
            lambda held: held.current and held.role in ("owner", "co_owner")
        ).partner_id

    @api.onchange("unit_id", "kind")
    def _onchange_unit_id(self):
        self.partner_id = self.partner_id or self.unit_id.owner_id
        self.title_number = (
            self.title_number
            or self.unit_id.occupancy_ids.filtered(lambda held: held.current and held.title_number)[
                :1
            ].title_number
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Register offers with the list of papers they need."""
        rows = super().create(vals_list)
        rows._make_papers()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if {"agent_id", "partner_id", "kind"} & vals.keys():
            self._make_papers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_registered(self):
        if kept := self.filtered(lambda row: row.state not in ("registered", "withdrawn")):
            raise UserError(
                self.env._("“%s” keeps its place in the register.", kept[0].display_name)
            )

    def _paper_conditions(self):
        self.ensure_one()
        found = {self.kind}
        if self.agent_id:
            found.add("agent")
        if self.has_co_owners:
            found.add("co_owner")
        if self.sublet:
            found.add("sublet")
        return found

    def _check_papers_open(self):
        for row in self:
            if row.state != "registered":
                raise UserError(
                    self.env._("“%s” was verified, its papers stay as they are.", row.display_name)
                )

    # steps ---------------------------------------------------------------------------------------

    def action_verify(self):
        """State that title and consents were checked; a supervisor does that.

        :raises UserError: for a title that is disputed or seized, papers or consents missing
        """
        if not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(self.env._("A supervisor verifies the title of an offered home."))
        for row in self:
            row._check_title()
            row._need_papers()
        self._move_to("verified")
        return True

    def _check_title(self):
        self.ensure_one()
        unit = self.unit_id
        if self.title_status in ("disputed", "seized"):
            raise UserError(
                self.env._(
                    "The title of %(unit)s is “%(status)s”: the home is not listed until that is "
                    "cleared up.",
                    unit=unit.full_name,
                    status=dict(self._fields["title_status"]._description_selection(self.env))[
                        self.title_status
                    ],
                )
            )
        if not (self.title_number or "").strip():
            raise UserError(
                self.env._("%s: enter the number of the title certificate.", unit.full_name)
            )
        if self.partner_id not in self._owners() and not (self.sublet and self.kind == "let"):
            raise UserError(
                self.env._(
                    "%(person)s does not own %(unit)s: only an owner offers it, or the tenant with "
                    "the owner's consent for a sublease.",
                    person=self.partner_id.name,
                    unit=unit.full_name,
                )
            )

    @api.model
    def _signature_labels(self):
        return {
            "principal": self.env._("Principal"),
            "company": self.env._("For the company"),
        }

    def _signature_partner(self, role):
        if role == "company":
            return self.env.user.partner_id
        return self.agent_id or self.partner_id

    def action_publish(self):
        """Put the home on offer, with the written contract signed by the principal.

        :raises UserError: without his signature, or when the time agreed is over
        """
        self._need_signatures(("principal",))
        self._check_term()
        self._move_to("published")
        return True

    def _check_term(self):
        today = fields.Date.context_today(self)
        for row in self:
            if row.date_end < today:
                raise UserError(
                    self.env._(
                        "“%(document)s” was entrusted until %(date)s: agree on a new time first.",
                        document=row.display_name,
                        date=row.date_end,
                    )
                )

    def action_extend(self, months=None):
        """Offer an expired home again, for as long as the setting says, as the principal agreed.

        His old signature is void; he signs the new time.
        """
        for row in self:
            if row.state != "expired":
                raise UserError(self.env._("“%s” has not expired.", row.display_name))
            row._void_signatures(self.env._("Term is over"))
            months = months or row.estate_id._parameter("listing_months")
            row.date_end = money.add_months(fields.Date.context_today(row), months)
        return True

    def action_view(self):
        """Open a new viewing of the home."""
        self.ensure_one()
        if self.state not in SHOWN:
            raise UserError(self.env._("“%s” is not on offer.", self.display_name))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Viewing of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.listing.viewing",
            "view_mode": "form",
            "context": {"default_listing_id": self.id},
        }

    def action_open_viewings(self):
        """Open the viewings of the home."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Viewings of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.listing.viewing",
            "view_mode": "list,form,calendar",
            "domain": [("listing_id", "=", self.id)],
            "context": {"default_listing_id": self.id},
        }

    def action_find_seekers(self):
        """Open the seekers whom the home fits."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Seekers for %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.listing.seeker",
            "view_mode": "list,form",
            "domain": self.env["property.listing.seeker"]._domain_for(self),
        }

    def action_withdraw(self):
        """Take the home off the offer, as the principal wishes.

        :raises UserError: without the reason
        """
        for row in self:
            if not (row.end_note or "").strip():
                raise UserError(
                    self.env._("“%s”: write down why it is withdrawn.", row.display_name)
                )
        self._move_to("withdrawn")
        return True

    @api.model
    def _cron_expire(self):
        """Take offers down whose time is over; safe to run twice."""
        today = fields.Date.context_today(self)
        self.env["ir.cron"]._property_each(
            self.search([("state", "in", SHOWN), ("date_end", "<", today)]),
            lambda row: row._move_to("expired"),
            lambda row, error: _logger.warning("Offer %s is tried again: %s", row.id, error),
        )
