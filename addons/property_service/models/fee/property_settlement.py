# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..people.property_occupancy import MANNERS

#: Handbook B H13
STATES = [
    ("notified", "Notified"),
    ("meter_read", "Final readings taken"),
    ("account_closed", "Account closed"),
    ("settled", "Settled"),
    ("agreement", "Agreed who pays what"),
    ("certificate", "Certificate issued"),
    ("new_party_active", "New party active"),
    ("archived", "Archived"),
    ("cancelled", "Withdrawn"),
]
_SYSTEM_FIELDS = {"number", "certificate_date", "line_ids"}
#: what is fixed once the account was closed to the day
_FACTS = {"unit_id", "kind", "partner_id", "date", "new_partner_id"}


class PropertySettlement(models.Model):
    """Change of owner or tenant (变更结清, handbook B H13): no debt, deposit or reading is lost.

    The leaving party's account is closed to the day; what is open is paid, or both agree in
    writing who pays it; then the certificate is printed and the procedures of the people room
    make the new party active. Advance receipts and deposits are moved with both signatures, or
    refunded. Open debts are shown as a warning at release; they never hold goods.
    """

    _name = "property.settlement"
    _description = "Settlement of a change of owner or tenant"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"

    _number_form = "JQ"
    _workflow_moves = {
        "notified": ("meter_read", "cancelled"),
        "meter_read": ("account_closed", "cancelled"),
        "account_closed": ("settled", "agreement", "account_closed"),
        "settled": ("certificate",),
        "agreement": ("certificate",),
        "certificate": ("new_party_active",),
        "new_party_active": ("archived",),
    }
    _workflow_stamps = {
        "meter_read": ("read_by_id", "read_date"),
        "account_closed": ("account_by_id", "account_date"),
        "certificate": ("certified_by_id", None),
        "new_party_active": ("activated_by_id", "activated_date"),
        "archived": (None, "archived_date"),
    }

    kind = fields.Selection(
        [("owner", "Change of owner"), ("tenant", "Tenant moves out")],
        required=True,
        default="owner",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Leaving party", required=True, ondelete="restrict", index=True
    )
    new_partner_id = fields.Many2one(
        "res.partner",
        "New party",
        ondelete="restrict",
        index="btree_not_null",
        help="The new owner; at the end of a tenancy the next tenant, if there is one already.",
    )
    co_owner_ids = fields.Many2many(
        "res.partner", "property_settlement_co_owner_rel", string="Further new owners"
    )
    date = fields.Date(
        "First day of the new party",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="By the contract or document; the leaving party pays up to the day before.",
    )
    date_last = fields.Date("Last day of the leaving party", compute="_compute_date_last")
    manner = fields.Selection(MANNERS, "Manner of transfer", default="sale")
    title_number = fields.Char("Title certificate no.")
    document = fields.Char(
        help="Contract, ruling or certificate of inheritance the day is taken from."
    )
    notified_by = fields.Char("Notified by")
    note = fields.Char()
    reading_ids = fields.One2many("property.settlement.reading", "settlement_id", "Final readings")
    no_meter = fields.Boolean("No meter to read")
    line_ids = fields.One2many("property.settlement.line", "settlement_id", "Open debts")
    debt = fields.Monetary("Open debts of the leaving party", compute="_compute_money")
    prepaid = fields.Monetary("In advance", compute="_compute_money")
    deposit_ids = fields.Many2many(
        "property.deposit", string="Deposits held", compute="_compute_money"
    )
    deposits_held = fields.Monetary(compute="_compute_money")
    release_warning = fields.Char(related="unit_id.release_warning")
    agreement_note = fields.Char("Agreement")
    paper_ids = fields.Many2many(
        "ir.attachment",
        "property_settlement_paper_rel",
        string="Signed papers",
        bypass_search_access=True,
    )
    both_signed = fields.Boolean("Signed by both parties", tracking=True)
    prepaid_treatment = fields.Selection(
        [("refund", "Refund to the leaving party"), ("move", "Move to the new party")],
        "Advance receipts",
        tracking=True,
    )
    deposit_treatment = fields.Selection(
        [("refund", "Refund to the leaving party"), ("move", "Move to the new party")],
        "Deposits",
        tracking=True,
    )
    refund_ids = fields.One2many("property.refund", "settlement_id", "Refunds")
    transfer_ids = fields.One2many("property.prepay.transfer", "settlement_id", "Transfers")
    charge_ids = fields.One2many("property.charge", "settlement_id", "Charges made")
    state = fields.Selection(STATES, required=True, default="notified", tracking=True, index=True)
    read_by_id = fields.Many2one("res.users", "Final readings by", readonly=True, copy=False)
    read_date = fields.Datetime("Final readings on", readonly=True, copy=False)
    account_by_id = fields.Many2one("res.users", "Account closed by", readonly=True, copy=False)
    account_date = fields.Datetime("Account closed on", readonly=True, copy=False)
    certified_by_id = fields.Many2one("res.users", "Certified by", readonly=True, copy=False)
    certificate_date = fields.Date("Date of the certificate", readonly=True, copy=False)
    activated_by_id = fields.Many2one("res.users", "Handed over by", readonly=True, copy=False)
    activated_date = fields.Datetime("New party active since", readonly=True, copy=False)
    archived_date = fields.Datetime("Archived on", readonly=True, copy=False)

    _running_once = models.UniqueIndex(
        "(unit_id, partner_id) WHERE state NOT IN ('archived', 'cancelled', 'new_party_active')",
        "A settlement of this party is on its way already.",
    )

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for settlement in self:
            parts = (settlement.number, settlement.unit_id.full_name)
            settlement.display_name = " ".join(part for part in parts if part)

    @api.depends("date")
    def _compute_date_last(self):
        for settlement in self:
            settlement.date_last = settlement.date and settlement.date - timedelta(days=1)

    @api.depends("unit_id", "partner_id", "state")
    def _compute_money(self):
        for settlement in self:
            home, partner = settlement._home(), settlement.partner_id
            settlement.debt = sum(settlement._open_debts().mapped("amount_residual"))
            balances = self.env["property.prepayment"]._balances(home)
            settlement.prepaid = balances[home.id].get(partner.id, 0.0)
            deposits = self.env["property.deposit"]
            if home and partner:
                deposits = deposits._held(home | home.side_unit_ids, partner)
            settlement.deposit_ids = deposits
            settlement.deposits_held = sum(deposits.mapped("balance"))

    @api.onchange("unit_id", "kind")
    def _onchange_unit_id(self):
        unit = self.unit_id
        self.partner_id = unit.tenant_id if self.kind == "tenant" else unit.owner_id

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in _SYSTEM_FIELDS & vals.keys():
                    vals.pop(name)
        settlements = super().create(vals_list)
        settlements.sudo()._assign_number()
        return settlements

    def write(self, vals):
        if not self.env.su and vals.keys() & {"number", "certificate_date"}:
            raise UserError(self.env._("Number and certificate are given by the system."))
        if _FACTS & vals.keys() and self.filtered(
            lambda row: row.state not in ("notified", "meter_read")
        ):
            raise UserError(
                self.env._("The account was closed to this day: withdraw the settlement instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A settlement keeps its number: withdraw it instead of deleting it.")
        )

    def _home(self):
        return self.unit_id._billed_unit() if self.unit_id else self.unit_id

    def _open_debts(self):
        """Return the open charges of the leaving party for the home."""
        self.ensure_one()
        if not self.unit_id or not self.partner_id:
            return self.env["property.charge"]
        return (
            self._home()
            ._open_charges()
            .filtered(lambda charge: charge.partner_id == self.partner_id)
        )

    # steps ---------------------------------------------------------------------------------------

    def action_meter_read(self):
        """State that the meters were read with both parties, or that there is none.

        :raises UserError: without any reading
        """
        self.check_access("write")
        for settlement in self:
            if not settlement.reading_ids and not settlement.no_meter:
                raise UserError(
                    self.env._(
                        "%(settlement)s: note the readings, or that there is no meter.",
                        settlement=settlement.display_name,
                    )
                )
            settlement._move_to("meter_read")
            settlement._readings_taken()

    def _readings_taken(self):
        """Hook: the final readings are noted; the room of meters bills by them."""

    def action_close_account(self):
        """Close the leaving party's account to the last day, and set off what is paid in advance.

        Days not billed yet are billed; of a month billed in full, the days after are taken off.
        Done again, it only adds what came up since.
        """
        self.env["property.receipt"]._check_may_take()
        self.check_access("write")
        for settlement in self:
            trusted = settlement.sudo()
            trusted._bill_to_the_day()
            self.env["property.prepayment"]._set_off(trusted._open_debts())
            trusted.line_ids.filtered(lambda line: not line.done).unlink()
            trusted.line_ids = [
                Command.create({"charge_id": charge.id}) for charge in trusted._open_debts()
            ]
            settlement._move_to("account_closed")
            settlement.invalidate_recordset(["debt", "prepaid"])

    def action_settle(self):
        """State that nothing is open any more.

        :raises UserError: while debts are open
        """
        self.check_access("write")
        for settlement in self:
            if debts := settlement._open_debts():
                raise UserError(
                    self.env._(
                        "%(party)s still owes %(amount).2f yuan for %(unit)s: take the money, or "
                        "record a written agreement on who pays it.",
                        party=settlement.partner_id.name,
                        amount=sum(debts.mapped("amount_residual")),
                        unit=settlement.unit_id.full_name,
                    )
                )
            settlement._move_to("settled")

    def action_agree(self):
        """Record the written agreement: who pays which of the open debts.

        A debt stays with the leaving party unless the new party has assumed it in writing: then
        it is taken off the one and charged to the other, item and month unchanged.

        :raises UserError: without the signed paper, or without a party to assume a debt
        """
        self.env["property.receipt"]._check_may_take()
        self.check_access("write")
        for settlement in self:
            if not settlement.both_signed or not settlement.paper_ids:
                raise UserError(
                    self.env._(
                        "Attach the agreement both parties have signed: an unpaid debt stays with "
                        "%(party)s unless somebody assumes it in writing.",
                        party=settlement.partner_id.name,
                    )
                )
            missing = settlement._open_debts() - settlement.line_ids.charge_id
            if missing:
                raise UserError(
                    self.env._(
                        "%(charge)s has come up since: close the account again.",
                        charge=missing[0].display_name,
                    )
                )
            assumed = settlement.line_ids.filtered(
                lambda line: (
                    line.payer == "new"
                    and not line.done
                    and line.charge_id.state in ("open", "partial")
                )
            )
            if assumed and not settlement.new_partner_id:
                raise UserError(self.env._("Name the new party who assumes the debts."))
            settlement.sudo()._pass_debts(assumed.sudo())
            settlement._move_to("agreement")

    def action_certify(self):
        """Issue the certificate of settlement (结清证明, form H13-1).

        :raises UserError: if it is not decided what becomes of advance receipts and deposits, or
            one of them shall be moved without both signatures
        """
        self.env["property.receipt"]._check_may_take()
        self.check_access("write")
        for settlement in self:
            settlement._check_treatment()
            settlement.sudo().certificate_date = fields.Date.context_today(self)
            settlement._move_to("certificate")

    def _check_treatment(self):
        self.ensure_one()
        for name, amount in (
            ("prepaid_treatment", self.prepaid),
            ("deposit_treatment", self.deposits_held),
        ):
            if self.currency_id.is_zero(amount):
                continue
            if not self[name]:
                raise UserError(
                    self.env._(
                        "%(amount).2f yuan are held for %(party)s: decide whether they are refunded "
                        "or moved (%(field)s).",
                        amount=amount,
                        party=self.partner_id.name,
                        field=self._fields[name]._description_string(self.env),
                    )
                )
            if self[name] == "move" and not (self.both_signed and self.new_partner_id):
                raise UserError(
                    self.env._("Money is moved to the new party only with both signatures.")
                )

    def action_activate(self):
        """Make the new party active: people, charges, advance receipts and deposits.

        :raises UserError: without a new owner
        """
        self.check_access("write")
        for settlement in self:
            settlement._check_treatment()
            if settlement.kind == "owner":
                if not settlement.new_partner_id:
                    raise UserError(self.env._("Name the new owner."))
                owners = [settlement.new_partner_id, *settlement.co_owner_ids]
                settlement.unit_id._transfer_ownership(
                    settlement.date,
                    [(partner, None) for partner in owners],
                    settlement.manner or "other",
                    settlement.title_number,
                )
            else:
                unit = settlement.unit_id
                paid = unit._holders_on(settlement.date_last)[unit].filtered(
                    lambda row: row.role == "tenant" and row.is_payer and not row.pays_items_only
                )
                unit._end_tenancy(settlement.date_last)
                if settlement.new_partner_id:
                    unit._start_tenancy(settlement.date, settlement.new_partner_id, pays=bool(paid))
            trusted = settlement.sudo()
            trusted._charge_new_party()
            trusted._pass_money()
            settlement._move_to("new_party_active")

    def action_archive_file(self):
        """File the settlement: papers are signed and filed."""
        self.check_access("write")
        self._move_to("archived")

    def action_cancel(self):
        """Withdraw a settlement whose account is not closed yet."""
        self.check_access("write")
        self._move_to("cancelled")

    def action_open_refunds(self):
        """Open the refunds the settlement made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refunds"),
            "res_model": "property.refund",
            "view_mode": "list,form",
            "domain": [("settlement_id", "=", self.id)],
        }


class PropertySettlementReading(models.Model):
    """A final reading noted at the change, signed by both (handbook B H13, H3)."""

    _name = "property.settlement.reading"
    _description = "Reading at a settlement"
    _order = "settlement_id, kind, id"

    settlement_id = fields.Many2one(
        "property.settlement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="settlement_id.estate_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("water", "Water"),
            ("power", "Power"),
            ("gas", "Gas"),
            ("heat", "Heating"),
            ("other", "Other"),
        ],
        required=True,
        default="water",
    )
    meter_number = fields.Char("Meter no.")
    value = fields.Float("Final reading", digits=(16, 2), required=True)
    date = fields.Date("Reading taken on", default=fields.Date.context_today, required=True)

    _value_positive = models.Constraint("CHECK (value >= 0)", "A reading is not below zero.")

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._check_open()
        return readings

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        late = self.settlement_id.filtered(lambda row: row.state not in ("notified", "meter_read"))
        if late:
            raise UserError(
                self.env._("The account was closed with these readings: they stay as they are.")
            )


class PropertySettlementLine(models.Model):
    """An open debt of the leaving party, and who pays it."""

    _name = "property.settlement.line"
    _description = "Debt at a settlement"
    _order = "settlement_id, id"

    settlement_id = fields.Many2one(
        "property.settlement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="settlement_id.estate_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    charge_id = fields.Many2one(
        "property.charge", required=True, ondelete="restrict", index=True, readonly=True
    )
    item_id = fields.Many2one(related="charge_id.item_id")
    period = fields.Char(related="charge_id.period")
    amount = fields.Monetary(related="charge_id.amount_residual")
    payer = fields.Selection(
        [("old", "Leaving party"), ("new", "New party, assumed in writing")],
        "Paid by",
        required=True,
        default="old",
    )
    done = fields.Boolean("Assumed by the new party", readonly=True)

    def write(self, vals):
        if not self.env.su and (
            vals.keys() - {"payer"}
            or self.settlement_id.filtered(lambda row: row.state != "account_closed")
        ):
            raise UserError(
                self.env._("Who pays a debt is agreed before the agreement is recorded.")
            )
        return super().write(vals)
