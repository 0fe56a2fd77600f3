# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools import money

_logger = logging.getLogger(__name__)

#: states in which a lease takes the space
HOLDING = ("allotted", "contracted", "active", "expiring")
#: states in which the rent is or was charged
CHARGED = ("contracted", "active", "expiring", "renewed", "ended", "settled")
#: what the contract says; never changed once it is signed
_CONTRACT = {
    *("space_id", "home_id", "partner_id", "date_start", "date_end", "months", "item_id", "rent"),
}


class PropertyParkingLease(models.Model):
    """The lease of a parking space, from application to settlement (handbook A §53, B H10).

    While it holds, the space is billed with the tenant's home by the lease: its rent is charged
    by the monthly run, part months by days. A space somebody owns is never let by us: it only
    bears the management fee of the price list.
    """

    _name = "property.parking.lease"
    _description = "Parking lease"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "CW"
    _workflow_moves = {
        "applied": ("waiting", "allotted", "cancelled"),
        "waiting": ("allotted", "cancelled"),
        "allotted": ("contracted", "waiting", "cancelled"),
        "contracted": ("active", "cancelled"),
        "active": ("expiring", "renewed", "ended"),
        "expiring": ("active", "renewed", "ended"),
        "renewed": ("settled",),
        "ended": ("settled",),
    }
    _workflow_stamps = {
        "allotted": ("allotted_by_id", "allotted_date"),
        "contracted": ("contracted_by_id", "contracted_date"),
        "ended": ("ended_by_id", "ended_date"),
    }

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
        default=lambda self: self._default_estate(),
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    space_id = fields.Many2one(
        "property.unit",
        domain="[('estate_id', '=', estate_id), ('category', '=', 'parking')]",
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    wanted = fields.Char("Wanted space", help="Level, side or number the applicant asks for.")
    kind = fields.Selection(
        [
            ("fixed", "Fixed space"),
            ("free", "Any free space"),
            ("ground", "Above ground"),
            ("underground", "Underground"),
            ("shelter", "Air-raid shelter"),
        ],
        "Kind of space",
        default="fixed",
        required=True,
    )
    home_id = fields.Many2one(
        "property.unit",
        domain="[('estate_id', '=', estate_id), ('main_unit_id', '=', False),"
        " ('category', '!=', 'parking')]",
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
        help="The home the space is billed with; empty for somebody from outside.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Tenant", required=True, ondelete="restrict", index=True, tracking=True
    )
    phone = fields.Char(related="partner_id.phone")
    identity = fields.Selection(
        [("owner", "Owner"), ("tenant", "Tenant of the home"), ("outsider", "From outside")],
        "Applies as",
        compute="_compute_identity",
        store=True,
        readonly=False,
    )
    owner_consent = fields.Boolean("Owner's consent", help="A tenant of the home needs it.")
    plate = fields.Char("Car plate", required=True, tracking=True, index=True)
    car_model = fields.Char("Model and colour")
    licence_owner = fields.Char("Owner in the driving licence", tracking=True)
    licence_relation = fields.Char("Relation to the tenant")
    licence_seen = fields.Boolean("Licence seen")
    date_start = fields.Date("From", required=True, default=fields.Date.context_today)
    months = fields.Integer("Term (months)", required=True, default=12, tracking=True)
    date_end = fields.Date(
        "To", compute="_compute_date_end", store=True, readonly=False, tracking=True, index=True
    )
    item_id = fields.Many2one(
        "property.fee.item",
        "Fee item",
        domain="[('company_id', '=', company_id), ('kind', '!=', 'deposit')]",
        check_company=True,
        ondelete="restrict",
        default=lambda self: self._default_item(),
    )
    rent = fields.Monetary("Rent a month", tracking=True)
    deposit = fields.Monetary(tracking=True)
    card_number = fields.Char("Card no.")
    contract_number = fields.Char("Contract no.", compute="_compute_contract_number", store=True)
    previous_id = fields.Many2one(
        "property.parking.lease", "Renews", readonly=True, index="btree_not_null", copy=False
    )
    queue_date = fields.Datetime("In the queue since", readonly=True, copy=False)
    queue_place = fields.Integer("Place in the queue", compute="_compute_queue_place")
    rent_arrears = fields.Monetary("Parking arrears", compute="_compute_rent_arrears")
    paid_until = fields.Date("Paid until", compute="_compute_paid_until")
    reminded_end = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("waiting", "Waiting list"),
            ("allotted", "Allotted"),
            ("contracted", "Contracted"),
            ("active", "In use"),
            ("expiring", "Ends soon"),
            ("renewed", "Renewed"),
            ("ended", "Ended"),
            ("settled", "Settled"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
    )
    end_reason = fields.Selection(
        [
            ("term", "End of the term"),
            ("notice", "Given up by the tenant"),
            ("moved", "Moved out"),
            ("sublet", "Sublet"),
            ("arrears", "Rent not paid"),
            ("other", "Other"),
        ],
        "Why it ended",
        readonly=True,
        tracking=True,
    )
    card_returned = fields.Boolean("Card returned")
    deposit_settled = fields.Boolean("Deposit settled")
    allotted_by_id = fields.Many2one("res.users", "Allotted by", readonly=True, copy=False)
    allotted_date = fields.Datetime("Allotted on", readonly=True, copy=False)
    contracted_by_id = fields.Many2one("res.users", "Contracted by", readonly=True, copy=False)
    contracted_date = fields.Datetime("Contracted on", readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", "Ended by", readonly=True, copy=False)
    ended_date = fields.Datetime("Ended on", readonly=True, copy=False)
    remark = fields.Char()

    _one_lease = models.Constraint(
        """EXCLUDE USING gist (
            int4range(space_id, space_id, '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (
            space_id IS NOT NULL
            AND state IN ('allotted', 'contracted', 'active', 'expiring', 'renewed', 'ended',
                          'settled')
        )""",
        "The space is let to somebody else in that time.",
    )
    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "A lease cannot end before it starts."
    )
    _months_positive = models.Constraint("CHECK (months >= 1)", "The term is a month at least.")
    _rent_positive = models.Constraint(
        "CHECK (rent >= 0 AND deposit >= 0)", "Rent and deposit cannot be negative."
    )
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a lease with this number already."
    )

    @api.model
    def _default_estate(self):
        estates = self.env["property.estate"].search([], limit=2)
        return estates if len(estates) == 1 else estates.browse()

    @api.model
    def _default_item(self):
        return self.env["property.fee.item"].search(
            [("company_id", "=", self.env.company.id), ("code", "in", ("PARK_RENT", "PARK"))],
            order="code desc",
            limit=1,
        )

    @api.depends("number", "space_id.full_name", "partner_id.name", "plate")
    def _compute_display_name(self):
        for lease in self:
            parts = (lease.number, lease.space_id.full_name or lease.plate, lease.partner_id.name)
            lease.display_name = " ".join(part for part in parts if part)

    @api.depends("number")
    def _compute_contract_number(self):
        for lease in self:
            lease.contract_number = lease.number

    @api.depends("home_id", "partner_id")
    def _compute_identity(self):
        for lease in self:
            if not lease.home_id:
                lease.identity = "outsider"
            elif lease.partner_id and lease.partner_id == lease.home_id.tenant_id:
                lease.identity = "tenant"
            else:
                lease.identity = "owner"

    @api.depends("date_start", "months")
    def _compute_date_end(self):
        for lease in self:
            if lease.date_start and lease.months:
                lease.date_end = money.add_months(lease.date_start, lease.months) - timedelta(
                    days=1
                )

    @api.depends("state", "queue_date", "estate_id")
    def _compute_queue_place(self):
        queue = self.search(
            [("estate_id", "in", self.estate_id.ids), ("state", "=", "waiting")],
            order="queue_date, id",
        ).grouped("estate_id")
        for lease in self:
            ids = queue.get(lease.estate_id, self.browse()).ids
            lease.queue_place = ids.index(lease.id) + 1 if lease.id in ids else 0

    def _compute_rent_arrears(self):
        sums = dict(
            self.env["property.charge"]._read_group(
                [
                    ("unit_id", "in", self.space_id.ids),
                    ("state", "in", ("open", "partial")),
                    ("date_due", "<", fields.Date.context_today(self)),
                ],
                ["unit_id"],
                ["amount_residual:sum"],
            )
        )
        for lease in self:
            lease.rent_arrears = sums.get(lease.space_id, 0.0) if lease.space_id else 0.0

    def _compute_paid_until(self):
        """The last day up to which every charge of the lease's space and tenant is paid."""
        charges = self.env["property.charge"].search(
            [
                ("unit_id", "in", self.space_id.ids),
                ("origin", "in", ("price", "once")),
                ("amount", ">", 0),
                ("state", "in", ("open", "partial", "paid", "waived")),
            ],
            order="date_start, id",
        )
        groups = charges.grouped("unit_id")
        for lease in self:
            lease.paid_until = False
            for charge in groups.get(lease.space_id, charges.browse()):
                if lease.date_end and charge.date_start > lease.date_end:
                    break
                if charge.date_end < lease.date_start or charge.partner_id != lease.partner_id:
                    continue
                if charge.state in ("open", "partial"):
                    break
                lease.paid_until = charge.date_end

    @api.onchange("home_id")
    def _onchange_home_id(self):
        if self.home_id and not self.partner_id:
            self.partner_id = self.home_id.tenant_id or self.home_id.owner_id

    @api.onchange("space_id", "item_id")
    def _onchange_space_id(self):
        if self.space_id and not self.rent:
            self.rent = self._listed_rent()

    def _listed_rent(self):
        """Return the rent of the price list for the space on the first day, or 0."""
        price = self.env["property.fee.price"].search(
            [
                ("estate_id", "=", self.estate_id.id),
                ("item_id", "=", self.item_id.id),
                ("state", "=", "approved"),
                ("date_start", "<=", self.date_start),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", self.date_start),
                "|",
                ("unit_id", "=", self.space_id.id),
                ("type_id", "=", self.space_id.type_id.id),
            ],
            order="unit_id nulls last, id desc",
            limit=1,
        )
        return price.price

    @api.constrains("space_id", "state", "estate_id")
    def _check_space(self):
        for lease in self.filtered("space_id"):
            space = lease.space_id
            if space.category != "parking" or space.estate_id != lease.estate_id:
                raise ValidationError(
                    self.env._("%(unit)s is no parking space of the estate.", unit=space.full_name)
                )
            if lease.state in HOLDING and lease._is_owned():
                raise ValidationError(
                    self.env._(
                        "%(unit)s belongs to an owner: it bears the management fee only and is not "
                        "let by the company.",
                        unit=space.full_name,
                    )
                )

    def _is_owned(self):
        """Return whether somebody owns the space, or its type is that of owned spaces."""
        owned = self.env.ref("property_service.unit_type_parking_owned", raise_if_not_found=False)
        space = self.space_id
        return bool(space.owner_id) or bool(owned and space.type_id == owned)

    @api.constrains("months", "identity", "estate_id")
    def _check_months(self):
        for lease in self:
            key = (
                "parking_outsider_max_months"
                if lease.identity == "outsider"
                else "parking_lease_max_months"
            )
            most = lease.estate_id._parameter(key)
            if not 1 <= lease.months <= most:
                raise ValidationError(
                    self.env._(
                        "A parking lease runs from 1 to %(months)s months here.", months=most
                    )
                )

    # step by step --------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leases = super().create(vals_list)
        leases.sudo()._assign_number()
        return leases

    def write(self, vals):
        fixed = vals.keys() & _CONTRACT
        if fixed and not self._moving():
            if kept := self.filtered(lambda lease: lease.state in CHARGED):
                raise UserError(
                    self.env._(
                        "“%(lease)s” is contracted: end it and make a new lease instead.",
                        lease=kept[0].display_name,
                    )
                )
        if "plate" in vals:
            for lease in self.filtered(lambda lease: lease.state in ("active", "expiring")):
                lease.space_id.sudo().plate = vals["plate"]
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_applied(self):
        if kept := self.filtered(lambda lease: lease.state not in ("applied", "cancelled")):
            raise UserError(
                self.env._("“%(lease)s” cannot be deleted: end it.", lease=kept[0].display_name)
            )

    def action_queue(self):
        """Put applications on the waiting list."""
        for lease in self:
            lease._move_to("waiting", queue_date=lease.queue_date or fields.Datetime.now())

    def action_allot(self):
        """Allot the chosen space (handbook A §53).

        :raises UserError: if there is no space, or papers are missing
        """
        for lease in self:
            if not lease.space_id:
                raise UserError(self.env._("Choose the space that is allotted."))
            if not lease.licence_seen or not lease.licence_owner:
                raise UserError(
                    self.env._("See the driving licence first, and enter whom it names.")
                )
            if lease.identity == "tenant" and not lease.owner_consent:
                raise UserError(self.env._("A tenant of the home needs the owner's consent."))
            lease._move_to("allotted")

    def action_contract(self):
        """State that the contract is signed.

        :raises UserError: if rent or fee item are missing
        """
        for lease in self:
            if not lease.item_id or lease.currency_id.compare_amounts(lease.rent, 0) <= 0:
                raise UserError(self.env._("Enter the fee item and the rent a month."))
            lease._move_to("contracted")
            lease._remind_waiting_price()

    def _remind_waiting_price(self):
        """Note where the rent is another one than the price list's: same space, same price."""
        listed = self._listed_rent()
        if listed and self.currency_id.compare_amounts(listed, self.rent):
            self.message_post(
                body=self.env._(
                    "The rent of %(rent).2f yuan is not the %(listed).2f yuan of the price list.",
                    rent=self.rent,
                    listed=listed,
                )
            )

    def action_activate(self):
        """Hand over the space: from now on it is billed with the home."""
        for lease in self:
            lease._move_to("active")
            lease.sudo()._take_space()

    def _take_space(self):
        """Tie the space to the tenant's home and let him hold it for the time of the lease."""
        self.ensure_one()
        space = self.space_id
        space.write({"plate": self.plate, "main_unit_id": self.home_id.id})
        rows = self.env["property.occupancy"]
        if not rows.search_count(self._holding_domain(), limit=1):
            rows.create(
                {
                    "unit_id": space.id,
                    "partner_id": self.partner_id.id,
                    "role": "tenant",
                    "date_start": self.date_start,
                    "is_payer": True,
                    "lease_number": self.number,
                    "lease_use": self.env._("Parking"),
                }
            )

    def _holding_domain(self):
        return [
            ("unit_id", "=", self.space_id.id),
            ("partner_id", "=", self.partner_id.id),
            ("role", "=", "tenant"),
            ("state", "=", "effective"),
        ]

    def action_renew(self):
        """Make the lease that follows this one, contracted for the same term.

        :return: action that shows the new lease
        """
        self.ensure_one()
        first = self.date_end + timedelta(days=1)
        new = self.copy(
            {
                "date_start": first,
                "months": self.months,
                "date_end": money.add_months(first, self.months) - timedelta(days=1),
                "previous_id": self.id,
                "state": "applied",
            }
        )
        new._move_to("allotted")
        new.action_contract()
        self._move_to("renewed")
        self.activity_unlink(["mail.mail_activity_data_todo"])
        new._move_to("active")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_end(self):
        """Open the dialog that ends the lease."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End the lease"),
            "res_model": "property.parking.lease.end",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lease_id": self.id},
        }

    def _end(self, last_day, reason):
        """End leases with their last day: the space is free again (handbook A §53).

        Charges for days after it are left as they are; they are corrected by an adjustment.

        :param date last_day: the last day of use
        :param str reason: a value of `end_reason`
        :raises UserError: if the lease starts later
        """
        for lease in self:
            if last_day < lease.date_start:
                raise UserError(
                    self.env._("The lease starts on %(date)s only.", date=lease.date_start)
                )
            last = min(last_day, lease.date_end)
            lease._move_to("ended", date_end=last, end_reason=reason)
            lease.sudo()._free_space(last)

    def _free_space(self, last_day):
        self.ensure_one()
        rows = self.env["property.occupancy"].search(self._holding_domain())
        rows.filtered(lambda row: row.date_start <= last_day)._end(last_day, "lease_end")
        self.space_id.write({"plate": False, "main_unit_id": False})
        self.activity_ids.unlink()
        self._offer_space()

    def _offer_space(self):
        """Tell the supervisor when a space is free and somebody waits for one."""
        first = self.search(
            [("estate_id", "=", self.estate_id.id), ("state", "=", "waiting")],
            order="queue_date, id",
            limit=1,
        )
        user = self.estate_id.manager_id
        if first and user:
            first.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._(
                    "%(unit)s is free", unit=self.space_id.full_name
                ),
            )

    def action_settle(self):
        """State that card, deposit and rent of ended leases are settled.

        :raises UserError: telling what is missing
        """
        for lease in self:
            if lease.rent_arrears and lease.state == "ended":
                raise UserError(
                    self.env._(
                        "%(lease)s: %(amount).2f yuan of rent are open.",
                        lease=lease.display_name,
                        amount=lease.rent_arrears,
                    )
                )
            if lease.state == "ended" and lease.card_number and not lease.card_returned:
                raise UserError(self.env._("The card has not been returned."))
            if lease.state == "ended" and lease.deposit and not lease.deposit_settled:
                raise UserError(self.env._("The deposit has not been given back or set off."))
            lease._move_to("settled")

    def action_cancel(self):
        """Cancel applications that come to nothing."""
        self._move_to("cancelled")

    def action_open_charges(self):
        """Open what was charged for the space."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges of %(unit)s", unit=self.space_id.full_name),
            "res_model": "property.charge",
            "view_mode": "list,pivot,form",
            "domain": [("unit_id", "=", self.space_id.id)],
            "context": {"create": False},
        }

    # scheduled -----------------------------------------------------------------------------------

    @api.model
    def _cron_leases(self):
        """Remind of leases that end soon, and end those whose term has passed."""
        today = fields.Date.context_today(self)
        soon = Domain.OR(
            Domain("estate_id", "=", estate.id)
            & Domain(
                "date_end", "<=", today + timedelta(days=estate._parameter("parking_reminder_days"))
            )
            for estate in self.env["property.estate"].search([("active", "in", (True, False))])
        )

        def see_to_end(lease):
            if lease.state in ("active", "expiring"):
                lease._see_to_end(today)

        self.env["ir.cron"]._property_each(
            self.search(Domain("state", "in", ("active", "expiring")) & soon, order="date_end, id"),
            see_to_end,
            lambda lease, _error: _logger.exception("Parking lease %s is tried again", lease.id),
            lock=True,
        )

    def _see_to_end(self, today):
        """End a lease whose term has passed; remind of one that ends soon, once."""
        self.ensure_one()
        if self.date_end < today:
            self._end(self.date_end, "term")
            return
        if self.state == "active":
            self._move_to("expiring")
        if self.reminded_end == self.date_end:
            return
        self.reminded_end = self.date_end
        stewards = self.home_id.building_id.steward_ids
        for user in stewards[:1] or self.estate_id.manager_id:
            read = self.with_context(lang=user.lang).env
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_end,
                user_id=user.id,
                summary=read._(
                    "Lease of %(unit)s ends on %(date)s",
                    unit=self.space_id.full_name,
                    date=self.date_end,
                ),
                note=read._("Ask the tenant whether it is renewed."),
            )
