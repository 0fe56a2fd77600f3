# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fee.property_parking_lease import HOLDING
from ..people.property_occupancy import OWNER_ROLES

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

    @api.depends("unit_id", "partner_id", "settlement_id", "state")
    def _compute_debt(self):
        for move in self:
            home = move.unit_id._billed_unit() if move.unit_id else move.unit_id
            move.debt = sum(move._open_debts().mapped("amount_residual"))
            held = self.env["property.deposit"]
            if home and move.partner_id and move.who == "tenant":
                held = held.sudo()._held(home | home.side_unit_ids, move.partner_id)
            move.deposits_held = sum(held.mapped("balance"))

    def _open_debts(self):
        """Return the open charges of the leaving party for the home."""
        if not self.unit_id or not self.partner_id:
            return self.env["property.charge"]
        home = self.unit_id._billed_unit().sudo()
        return home._open_charges().filtered(lambda row: row.partner_id == self.partner_id)

    def _leaving_rows(self):
        """Return the occupancies of those who leave, on the day of the move."""
        self.ensure_one()
        roles = ("tenant", "co_resident", "helper")
        if self.who == "owner":
            roles = ("family", "co_resident", "helper")
        day = self.moved_date or self._today()
        return self.unit_id._holders_on(day)[self.unit_id].filtered(lambda row: row.role in roles)

    def _leaving_people(self):
        return self._leaving_rows().partner_id | self.partner_id

    def _missing_credentials(self):
        """Return what the leaving people still hold: passes, cards, keys, parking leases."""
        people = self._leaving_people()
        passes = self.env["property.resident.pass"]._of_leaving(self.unit_id, people)
        cards = self.env["property.access.card"]._of_leaving(self.unit_id, people)
        loans = self.env["property.key.loan"]
        keys = loans.search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("state", "in", loans._OUT),
                ("partner_id", "in", people.ids),
            ]
        )
        leases = self.env["property.parking.lease"]
        if self.who == "tenant":
            leases = leases.sudo().search(
                [
                    ("home_id", "=", self.unit_id.id),
                    ("partner_id", "in", people.ids),
                    ("state", "in", HOLDING),
                ]
            )
        return passes, cards, keys, leases

    def _compute_credentials(self):
        for move in self:
            names = []
            if move.unit_id and move.state not in ("closed", "cancelled"):
                passes, cards, keys, leases = move._missing_credentials()
                names = [
                    *passes.mapped("number"),
                    *cards.mapped("card_number"),
                    *keys.mapped("key_codes"),
                ]
                if not move.parking_note:
                    names += leases.mapped("display_name")
            move.credentials_missing = "、".join(names)

    @api.depends("gate_pass_ids")
    def _compute_gate_pass_count(self):
        for move in self:
            move.gate_pass_count = len(move.gate_pass_ids)

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

    def action_settlement(self):
        """Open the settlement of the tenant's account, begun where there is none yet."""
        self.ensure_one()
        self.check_access("write")
        if self.who != "tenant":
            return self.unit_id.action_open_charges()
        if not self.settlement_id:
            settlements = self.env["property.settlement"].sudo()
            known = settlements.search(
                [
                    ("unit_id", "=", self.unit_id.id),
                    ("partner_id", "=", self.partner_id.id),
                    ("state", "not in", ("archived", "cancelled", "new_party_active")),
                ],
                limit=1,
            )
            self.settlement_id = known or settlements.create(
                {
                    "unit_id": self.unit_id.id,
                    "kind": "tenant",
                    "partner_id": self.partner_id.id,
                    "date": fields.Date.add(self.planned_date, days=1),
                    "document": self.number,
                    "no_meter": self.no_meter,
                    "deposit_treatment": "refund",
                    "prepaid_treatment": "refund",
                    "reading_ids": self._settlement_readings(),
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.settlement",
            "res_id": self.settlement_id.id,
            "views": [(False, "form")],
        }

    def _settlement_readings(self):
        """Return the final readings as rows of the settlement."""
        shown = (
            ("water", "water", self.reading_water),
            ("power", "electricity", self.reading_power),
            ("gas", "gas", self.reading_gas),
        )
        rows = []
        for kind, meter_kind, value in shown:
            meter = self.unit_id.meter_ids.filtered(
                lambda row, meter_kind=meter_kind: row.kind == meter_kind and not row.date_removed
            )[:1]
            if value:
                rows.append(
                    fields.Command.create(
                        {"kind": kind, "meter_number": meter.number, "value": value}
                    )
                )
        return rows

    def action_settle(self):
        """State that the accounts are settled to the day of the move.

        :raises UserError: without final readings, while fees are open, or while the settlement
            has no certificate yet
        """
        self.check_access("write")
        for move in self:
            move._check_settled()
            move._move_to("settled", paid_until=move.planned_date, hold_reason=False)

    def _check_settled(self):
        self.invalidate_recordset(["debt"])
        if not self.readings_taken and not self.no_meter:
            raise UserError(
                self.env._(
                    "%s: note the final readings, or that there is no meter.", self.display_name
                )
            )
        if self.debt:
            raise UserError(
                self.env._(
                    "%(move)s: %(party)s owes %(amount).2f yuan. The cashier takes it, or the move "
                    "is held: the owner is told, who is liable with him, and a payment plan is "
                    "agreed.",
                    move=self.display_name,
                    party=self.partner_id.name,
                    amount=self.debt,
                )
            )
        if self.who == "tenant":
            done = ("certificate", "new_party_active", "archived")
            if self.settlement_id.sudo().state not in done:
                raise UserError(
                    self.env._(
                        "%s: finish the settlement of the account first: final bill, deposits and "
                        "advance receipts, certificate.",
                        self.display_name,
                    )
                )

    def _hold(self, reason):
        """Hold the move for debts or a dispute, and tell the supervisor to talk to the owner."""
        for move in self:
            move._move_to("held", hold_reason=reason)
            move._tell(
                "supervisor",
                self.env._("Talk to the owner: %s is held", move.display_name),
                self.env._(
                    "He is liable with the tenant. Agree on a written payment plan; private goods "
                    "are not detained by force."
                ),
            )

    def action_resume(self):
        """The reason of the hold is gone: go on with the accounts."""
        self.check_access("write")
        self._move_to("inspected", hold_reason=False)

    def _release_by_plan(self, reason):
        """Go on with debts against a written payment plan; `reason` are its terms."""
        for move in self:
            if not move.plan_ids:
                raise UserError(
                    self.env._("%s: attach the signed payment plan.", move.display_name)
                )
        self._release_held("plan", reason)

    def _release_by_record(self, reason):
        """Go on with debts because the owner insists and the goods are clearly his."""
        self._release_held("record", reason)

    def _release_held(self, way, reason):
        self._check_in_group(
            "manager", self.env._("The manager decides to release in spite of debts.")
        )
        for move in self:
            if move.state != "held":
                raise UserError(self.env._("“%s” is not held.", move.display_name))
            if move.goods_dispute:
                raise UserError(
                    self.env._(
                        "%(move)s: the owner claims goods (%(goods)s): wait for his decision.",
                        move=move.display_name,
                        goods=move.goods_dispute,
                    )
                )
            move._move_to(
                "settled", release_way=way, release_note=reason, approved_by_id=self.env.uid
            )
            move.message_post(
                body=self.env._(
                    "Released with %(amount).2f yuan open: %(reason)s. Dunning goes on.",
                    amount=move.debt,
                    reason=reason,
                )
            )

    def action_credentials(self):
        """State that passes, cards, keys and the parking space were given back.

        :raises UserError: naming what is still out
        """
        self.check_access("write")
        self.invalidate_recordset(["credentials_missing"])
        for move in self:
            if move.credentials_missing:
                raise UserError(
                    self.env._(
                        "%(move)s: still to be given back or reported lost: %(things)s.",
                        move=move.display_name,
                        things=move.credentials_missing,
                    )
                )
            move._move_to("credentials_returned")

    def action_open_passes(self):
        """Open the passes and cards of those who leave."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resident passes"),
            "res_model": "property.resident.pass",
            "view_mode": "list,form",
            "domain": [
                ("unit_id", "=", self.unit_id.id),
                ("holder_id", "in", self._leaving_people().ids),
            ],
        }

    def action_open_cards(self):
        """Open the access cards of those who leave."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Access cards"),
            "res_model": "property.access.card",
            "view_mode": "list,form",
            "domain": [
                ("unit_id", "=", self.unit_id.id),
                ("holder_id", "in", self._leaving_people().ids),
            ],
        }

    def action_gate_pass(self):
        """Write an exit slip for the goods of the move."""
        self.ensure_one()
        if self.state not in ("settled", "credentials_returned", "released"):
            raise UserError(
                self.env._("%s: settle the accounts first, then the exit slip.", self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exit slip"),
            "res_model": "property.gate.pass",
            "views": [(False, "form")],
            "context": {
                "default_moveout_id": self.id,
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.partner_id.id,
                "default_applicant_kind": "tenant" if self.who == "tenant" else "owner",
                "default_reason": "moving",
            },
        }

    def action_open_gate_passes(self):
        """Open the exit slips of the move."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exit slips"),
            "res_model": "property.gate.pass",
            "view_mode": "list,form",
            "domain": [("moveout_id", "=", self.id)],
        }

    def action_released(self):
        """State that the goods have left.

        :raises UserError: without a slip, or while one is open
        """
        self.check_access("write")
        for move in self:
            slips = move.gate_pass_ids.filtered(lambda row: row.state not in ("void", "expired"))
            waiting = slips.filtered(
                lambda row: row.state in ("applied", "owner_confirmed", "issued")
            )
            if waiting or not (slips or move.no_goods):
                raise UserError(
                    self.env._(
                        "%s: the gate has not released the goods yet; write an exit slip, or note "
                        "that there are no large goods.",
                        move.display_name,
                    )
                )
            move._move_to("released", moved_date=move.moved_date or move._today())

    def action_close(self):
        """End the tenancy or mark the residents as moved out, set the home vacant, and file."""
        self.check_access("write")
        for move in self:
            refund = move.deposits_held
            move._end_residence()
            move._move_to("closed")
            move._file()
            if refund:
                move._remind_refund(refund)

    def _remind_refund(self, amount):
        """Have the deposits refunded within the days of the setting, by their own procedure."""
        days = self.estate_id._parameter("moveout_refund_days")
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.add(self.moved_date, days=days),
            summary=self.env._("Refund deposits of %.2f yuan", amount),
            user_id=self.env.uid,
        )

    def _end_residence(self):
        """End the relations of those who have left; the home is vacant (handbook A §59)."""
        unit, day = self.unit_id, self.moved_date
        settlement = self.settlement_id.sudo()
        if self.who == "tenant":
            if settlement.state == "certificate":
                settlement.action_activate()
            elif settlement.state not in ("new_party_active", "archived"):
                unit._end_tenancy(day)
            return
        rows = self._leaving_rows().filtered(lambda row: row.role not in OWNER_ROLES)
        payers = rows.filtered("is_payer")
        (rows - payers)._end(day, "other")
        if unit.state not in ("vacant", "unsold", "sold_pending"):
            unit._set_state("vacant", self.env._("The residents have moved out."))
        unit._end_credentials(self._leaving_people(), day)

    def _file(self):
        self.env["property.archive.document"]._file_record(
            self, "archive_type_14", report="property_service.action_report_moveout"
        )

    def _left_secretly(self, reason):
        """The tenant has left without a word: note it, tell the owner the same day, end it.

        :param str reason: who found it, when and how the home was left
        """
        self._check_in_group(
            "supervisor", self.env._("The supervisor notes that a tenant has left secretly.")
        )
        for move in self:
            if not move.owner_informed or not move.owner_informed_way:
                raise UserError(
                    self.env._(
                        "%s: tell the owner today, and note when and how.", move.display_name
                    )
                )
            if move.state != "applied" or move.who != "tenant":
                raise UserError(
                    self.env._(
                        "%s: only a tenant's move that has just been noted can be secret.",
                        move.display_name,
                    )
                )
            day = move.moved_date or move._today()
            passes, cards, _keys, _leases = move._missing_credentials()
            move.unit_id._end_tenancy(day)
            passes._move_to("expired")
            for card in cards.filtered(lambda row: row.state in ("issued", "active")):
                card._lost(self.env._("Holder has left secretly"))
            move._move_to("closed", moved_date=day, secret=True)
            move.message_post(body=self.env._("Left secretly: %(reason)s", reason=reason))
            move._tell(
                "supervisor",
                self.env._("Secret departure: inspect %s, go on with dunning", move.display_name),
                reason,
            )
            move._file()

    def _cancel(self, reason):
        self._move_to("cancelled")
        for move in self:
            move.message_post(body=self.env._("Withdrawn: %(reason)s", reason=reason))
