# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CONSENTS = [
    ("present", "Owner present"),
    ("written", "Written consent"),
    ("phone", "By phone, recorded"),
    ("not_needed", "Owner himself moves out"),
]
_FACTS = ("unit_id", "partner_id", "who", "application_date")
_SIGNED = (*_FACTS, "planned_date", "allowed_goods")


class PropertyMoveout(models.Model):
    """Residents move out (住户迁出, handbook A §27): consent, accounts, credentials, goods, file."""

    _name = "property.moveout"
    _description = "Moving out"
    _inherit = [
        "property.living.mixin",
        "property.moving.slot",
        "property.signature.mixin",
        "property.paper.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _SLOT_STATES = ("owner_confirmed", "inspected", "settled", "credentials_returned")

    _number_form = "QC"
    _paper_procedure = "moveout"
    _workflow_moves = {
        "applied": ("owner_confirmed", "cancelled", "closed"),
        "owner_confirmed": ("inspected", "held", "cancelled"),
        "inspected": ("settled", "held", "cancelled"),
        "held": ("settled", "inspected", "cancelled"),
        "settled": ("credentials_returned",),
        "credentials_returned": ("released",),
        "released": ("closed",),
    }
    _workflow_stamps = {
        "owner_confirmed": ("confirmed_by_id", "confirmed_date"),
        "inspected": ("inspected_by_id", "inspected_date"),
        "settled": ("settled_by_id", "settled_date"),
        "credentials_returned": ("credentials_by_id", "credentials_date"),
        "released": ("released_by_id", "released_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_end = ("closed", "cancelled")
    _living_open = ("applied",)
    _living_facts = _FACTS
    _signature_locks = {"applicant": _SIGNED, "owner": _SIGNED}
    _reasons = {
        "hold": "_hold",
        "plan": "_release_by_plan",
        "record": "_release_by_record",
        "secret": "_left_secretly",
        "cancel": "_cancel",
    }

    unit_id = fields.Many2one(required=True)
    who = fields.Selection(
        [("tenant", "Tenant"), ("owner", "Owner or family")],
        "Who moves out",
        required=True,
        compute="_compute_who",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        string="Applicant",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    owner_id = fields.Many2one(
        "res.partner", "Owner of the home", compute="_compute_owner_id", store=True
    )
    office = fields.Boolean("Office or shop", compute="_compute_office")
    application_date = fields.Date("Applied on", required=True, default=fields.Date.context_today)
    planned_date = fields.Date("Planned day of moving", required=True, tracking=True, index=True)
    owner_notice_date = fields.Date("Owner's written notice of")
    short_notice = fields.Char("Notice too short", compute="_compute_short_notice")
    short_notice_reason = fields.Char("Why the notice is short")
    reason = fields.Char("Reason of moving out")
    person_count = fields.Integer("Persons", default=1)
    consent_way = fields.Selection(CONSENTS, "Owner's consent", tracking=True)
    consent_note = fields.Char("Number and time of the call")
    allowed_goods = fields.Text("Goods the owner lets go", help="The owner's list.")
    goods_dispute = fields.Char("Goods the owner claims", help="They stay until he has decided.")
    new_address = fields.Char("New address")
    reading_water = fields.Float("Water meter, final", digits=(16, 2))
    reading_power = fields.Float("Power meter, final", digits=(16, 2))
    reading_gas = fields.Float("Gas meter, final", digits=(16, 2))
    readings_taken = fields.Boolean("Final readings taken")
    no_meter = fields.Boolean("No meter to read")
    engineering_opinion = fields.Char("Opinion of engineering")
    security_opinion = fields.Char("Opinion of security")
    finance_opinion = fields.Char("Opinion of finance")
    settlement_id = fields.Many2one(
        "property.settlement", readonly=True, copy=False, index="btree_not_null"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    debt = fields.Monetary("Open fees", compute="_compute_debt")
    deposits_held = fields.Monetary("Deposits to refund", compute="_compute_debt")
    paid_until = fields.Date("Fees settled to", copy=False)
    hold_reason = fields.Char("Held because", readonly=True, copy=False, tracking=True)
    release_way = fields.Selection(
        [("plan", "Written payment plan"), ("record", "Owner insists, recorded")],
        "Released in spite of debts",
        readonly=True,
        copy=False,
        tracking=True,
    )
    plan_ids = fields.Many2many(
        "ir.attachment", string="Payment plan, statement", bypass_search_access=True, copy=False
    )
    release_note = fields.Char("Terms of the release", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Manager", readonly=True, copy=False)
    credentials_missing = fields.Char("Still to be given back", compute="_compute_credentials")
    credentials_note = fields.Char("Cards and keys given back")
    parking_note = fields.Char("Parking space", help="Why a lease of a space goes on.")
    gate_pass_ids = fields.One2many("property.gate.pass", "moveout_id", "Exit slips")
    gate_pass_count = fields.Integer("Number of slips", compute="_compute_gate_pass_count")
    no_goods = fields.Boolean("No large goods")
    moved_date = fields.Date("Moved out on", copy=False, tracking=True)
    secret = fields.Boolean("Left secretly", readonly=True, copy=False)
    owner_informed = fields.Datetime("Owner informed on", copy=False)
    owner_informed_way = fields.Char("How the owner was informed", copy=False)
    remark = fields.Char()
    state = fields.Selection(
        [
            ("applied", "Applied for"),
            ("owner_confirmed", "Owner agrees"),
            ("inspected", "Inspected"),
            ("held", "Debts or dispute"),
            ("settled", "Accounts settled"),
            ("credentials_returned", "Cards and keys back"),
            ("released", "Goods released"),
            ("closed", "Filed"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    confirmed_by_id = fields.Many2one("res.users", "Consent noted by", readonly=True, copy=False)
    confirmed_date = fields.Datetime("Consent noted on", readonly=True, copy=False)
    inspected_by_id = fields.Many2one("res.users", "Inspected by", readonly=True, copy=False)
    inspected_date = fields.Datetime("Inspected on", readonly=True, copy=False)
    settled_by_id = fields.Many2one("res.users", "Settlement noted by", readonly=True, copy=False)
    settled_date = fields.Datetime("Settled on", readonly=True, copy=False)
    credentials_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False)
    credentials_date = fields.Datetime("Taken back on", readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", "Released by", readonly=True, copy=False)
    released_date = fields.Datetime("Released on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _running_once = models.UniqueIndex(
        "(unit_id, partner_id) WHERE state NOT IN ('closed', 'cancelled')",
        "The moving out of this resident is on its way already.",
    )

    @api.model
    def _group_expand_state(self, states, _domain):
        return [
            "applied",
            "owner_confirmed",
            "inspected",
            "held",
            "settled",
            "credentials_returned",
            "released",
        ]

    @api.model
    def _signature_labels(self):
        return {
            "applicant": self.env._("Applicant"),
            "owner": self.env._("Owner"),
            "engineering": self.env._("Engineering, inspection"),
            "security": self.env._("Security, inspection"),
            "cashier": self.env._("Cashier, fees settled"),
        }

    def _signature_partner(self, role):
        partners = {"applicant": self.partner_id, "owner": self.owner_id}
        return partners.get(role, self.env.user.partner_id)

    def _paper_conditions(self):
        return {self.who} | ({"office"} if self.office else set())

    # computes ------------------------------------------------------------------------------------

    @api.depends("unit_id")
    def _compute_who(self):
        for move in self:
            move.who = "tenant" if move.unit_id.tenant_id else "owner"

    @api.depends("unit_id", "who")
    def _compute_partner_id(self):
        for move in self:
            unit = move.unit_id
            move.partner_id = unit.tenant_id if move.who == "tenant" else unit.owner_id

    @api.depends("unit_id")
    def _compute_owner_id(self):
        for move in self:
            move.owner_id = move.unit_id.owner_id

    @api.depends("unit_id.category")
    def _compute_office(self):
        for move in self:
            move.office = move.unit_id.category in ("office", "shop")

    @api.depends("application_date", "planned_date", "owner_notice_date", "unit_id", "who")
    def _compute_short_notice(self):
        for move in self:
            move.short_notice = move._notice_problem()

    def _notice_problem(self):
        """Return what is too short about the notice, a text, or False (handbook A §27)."""
        if not (self.estate_id and self.planned_date and self.application_date):
            return False
        key = "moveout_days_office" if self.office else "moveout_days"
        wanted = self.estate_id._parameter(key)
        given = (self.planned_date - self.application_date).days
        if given < wanted:
            return self.env._(
                "%(given)s days' notice, %(wanted)s are asked for.", given=given, wanted=wanted
            )
        if self.office and self.who == "tenant":
            wanted = self.estate_id._parameter("moveout_days_office_owner")
            if not self.owner_notice_date:
                return self.env._("The owner has not given written notice.")
            given = (self.planned_date - self.owner_notice_date).days
            if given < wanted:
                return self.env._(
                    "The owner gave %(given)s days' notice, %(wanted)s are asked for.",
                    given=given,
                    wanted=wanted,
                )
        return False

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._make_papers()
        return moves

    def write(self, vals):
        result = super().write(vals)
        if {"who", "unit_id"} & vals.keys():
            self._make_papers()
        return result

    def _check_papers_open(self):
        if self.filtered(lambda row: row.state in ("closed", "cancelled")):
            raise UserError(self.env._("This moving out is closed."))

    # steps ---------------------------------------------------------------------------------------

    def action_confirm(self):
        """Note the owner's consent (of a tenant's move) and that the notice is long enough.

        :raises UserError: without consent, papers, or a reason for too short a notice
        """
        self.check_access("write")
        for move in self:
            if move.who == "owner" and not move.consent_way:
                move.consent_way = "not_needed"
            if not move.consent_way or (move.who == "tenant" and move.consent_way == "not_needed"):
                raise UserError(
                    self.env._(
                        "%(move)s: a tenant moves out with the written consent of %(owner)s and "
                        "his list of what may leave.",
                        move=move.display_name,
                        owner=move.owner_id.name or self.env._("the owner"),
                    )
                )
            if move.consent_way == "phone" and not move.consent_note:
                raise UserError(
                    self.env._(
                        "%s: note number and time of the call to the owner.", move.display_name
                    )
                )
            if move.short_notice and not move.short_notice_reason:
                raise UserError(
                    self.env._(
                        "%(move)s: %(problem)s Choose a later day, or note why it cannot wait.",
                        move=move.display_name,
                        problem=move.short_notice,
                    )
                )
            move._need_papers()
            if move.slot_start:
                move._check_slot_free()
            move._move_to("owner_confirmed")
            if not move.office:
                move._move_to("inspected")

    def action_inspected(self):
        """State that engineering and security have inspected an office or shop and signed.

        :raises UserError: without their opinions and signatures
        """
        self.check_access("write")
        for move in self:
            if not move.engineering_opinion or not move.security_opinion:
                raise UserError(
                    self.env._(
                        "%s: engineering and security write down what they found.",
                        move.display_name,
                    )
                )
            move._need_signatures(("engineering", "security"))
            move._move_to("inspected")

    def _cancel(self, reason):
        self._move_to("cancelled")
        for move in self:
            move.message_post(body=self.env._("Withdrawn: %(reason)s", reason=reason))
