# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import money

#: states in which the home is looked after
IN_FORCE = ("in_force", "over_limit", "discount_cancelled", "renewed")
#: states before the agreement
BEFORE = ("applied", "checked")
END_REASONS = [
    ("moved_in", "Owner moves in"),
    ("renovation", "Renovation begins"),
    ("let", "Let to a tenant"),
    ("let_secretly", "Let without telling us"),
    ("sold", "Sold"),
    ("expired", "Term is over"),
    ("owner", "Ended by the owner"),
]
#: why it ended -> use status of the home, where no other process has set it
STATE_OF_REASON = {
    "moved_in": "occupied_owner",
    "let_secretly": "leased",
}
#: use status of the home that ends the trusteeship -> why
REASON_OF_STATE = {
    "occupied_owner": "moved_in",
    "business": "moved_in",
    "renovating": "renovation",
    "leased": "let",
    "vacant": "owner",
    "sold": "sold",
}
_AGREED = (
    "unit_id",
    "partner_id",
    "agent_id",
    "date",
    "date_start",
    "date_end",
    "water_start",
    "power_start",
    "gas_start",
    "limit_water",
    "limit_power",
    "limit_period",
    "rate",
    "scope",
    "keys_left",
    "item_ids",
    "notice_way",
    "emergency_entry",
    "emergency_name",
    "emergency_phone",
)
#: kept by patrols, clarification and the end; nobody types them
_KEPT = {
    "water_last",
    "power_last",
    "water_used",
    "power_used",
    "patrol_date",
    "over_date",
    "excused_date",
    "excused_water",
    "excused_power",
    "cancel_date",
    "date_over",
    "end_reason",
}


class PropertyTrusteeship(models.Model):
    """A home the owner does not use and entrusts to the company (房屋托管, handbook A §42).

    Readings and inventory are taken and an agreement is signed by both; while it holds the home
    pays its share of the fee by the reduction for vacancy of the fee room, is gone to each week
    and around heavy rain, and its meters must stand (nearly) still.
    """

    _name = "property.trusteeship"
    _description = "House trusteeship"
    _inherit = [
        "property.procedure.mixin",
        "property.signature.mixin",
        "property.paper.mixin",
        "property.approval.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "TG"
    _paper_procedure = "trusteeship"
    _workflow_moves = {
        "applied": ("checked", "cancelled"),
        "checked": ("agreement_signed", "applied", "cancelled"),
        "agreement_signed": ("in_force", "checked", "cancelled"),
        "in_force": ("over_limit", "renewed", "ended"),
        "over_limit": ("in_force", "renewed", "discount_cancelled", "ended"),
        "discount_cancelled": ("ended",),
        "renewed": ("over_limit", "renewed", "ended"),
        "ended": ("over_limit", "final_reading"),
        "final_reading": ("settled",),
        "settled": ("archived",),
    }
    _workflow_stamps = {
        "checked": ("checked_by_id", "checked_date"),
        "agreement_signed": (None, "signed_date"),
        "in_force": (None, "in_force_date"),
        "settled": ("settled_by_id", "settled_date"),
    }
    _case_clocks = {
        "applied": ("check",),
        "over_limit": ("clarify",),
        "ended": ("settle",),
    }
    _case_done = {
        "checked": ("check",),
        "in_force": ("clarify",),
        "renewed": ("clarify",),
        "discount_cancelled": ("clarify",),
        "settled": ("settle",),
    }
    _case_end = ("cancelled", "archived")
    _signature_locks = {"owner": _AGREED, "company": _AGREED}

    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(string="Owner", required=True)
    agent_id = fields.Many2one("res.partner", "Agent of the owner", index="btree_not_null")
    gross_area = fields.Float(related="unit_id.gross_area")
    currency_id = fields.Many2one(related="company_id.currency_id")
    emergency_name = fields.Char("Emergency contact")
    emergency_phone = fields.Char("Phone of the emergency contact")
    date = fields.Date(
        "Applied on", required=True, default=fields.Date.context_today, tracking=True
    )
    vacant_since = fields.Date(
        compute="_compute_vacant_since", store=True, readonly=False, precompute=True
    )
    date_start = fields.Date(
        "From",
        required=True,
        tracking=True,
        compute="_compute_term",
        store=True,
        readonly=False,
        precompute=True,
        help="First day of the lower fee: of the month after the application at the earliest.",
    )
    date_end = fields.Date(
        "To",
        required=True,
        tracking=True,
        compute="_compute_term",
        store=True,
        readonly=False,
        precompute=True,
    )
    rate = fields.Float(
        "To pay (%)",
        digits=(6, 2),
        compute="_compute_rules",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="avg",
        help="Share of the property fee that is paid meanwhile.",
    )
    limit_water = fields.Float(
        "Water allowed (m³)",
        digits=(16, 2),
        compute="_compute_rules",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    limit_power = fields.Float(
        "Power allowed (kWh)",
        digits=(16, 2),
        compute="_compute_rules",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    limit_period = fields.Selection(
        [
            ("term", "For the whole term"),
            ("month", "Each calendar month"),
            ("year", "Each year of the term"),
        ],
        "Limits hold",
        required=True,
        compute="_compute_rules",
        store=True,
        readonly=False,
        precompute=True,
    )
    readings_taken = fields.Boolean("Meters were read")
    water_start = fields.Float("Water at the start (m³)", digits=(16, 2), aggregator=None)
    power_start = fields.Float("Power at the start (kWh)", digits=(16, 2), aggregator=None)
    gas_start = fields.Float("Gas at the start (m³)", digits=(16, 2), aggregator=None)
    findings = fields.Text("State of the home")
    scope = fields.Selection(
        [("outside", "Outside only"), ("inside", "Inside with keys")],
        "Scope of care",
        required=True,
        default="outside",
        tracking=True,
    )
    keys_left = fields.Char("Keys left with us", help="Kind, number, number of the envelope.")
    keys_returned = fields.Boolean("Keys given back", copy=False)
    item_ids = fields.One2many("property.trusteeship.item", "trusteeship_id", "Inventory")
    notice_way = fields.Selection(
        [
            ("phone", "Phone"),
            ("wechat", "WeChat"),
            ("sms", "Text message"),
            ("letter", "Letter"),
        ],
        "Owner is told by",
        required=True,
        default="wechat",
    )
    emergency_entry = fields.Boolean(
        "May be entered in an emergency",
        default=True,
        help="Burst pipe, fire: two employees and a witness, on video.",
    )
    remark = fields.Text()
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("checked", "Home checked"),
            ("agreement_signed", "Agreement signed"),
            ("in_force", "In trusteeship"),
            ("over_limit", "Over the limit"),
            ("discount_cancelled", "Reduction withdrawn"),
            ("renewed", "Renewed for another term"),
            ("ended", "Trusteeship over"),
            ("final_reading", "Final reading taken"),
            ("settled", "Accounts cleared"),
            ("archived", "Filed"),
            ("cancelled", "Application withdrawn"),
        ],
        required=True,
        default="applied",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    checked_by_id = fields.Many2one("res.users", "Home checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Home checked on", readonly=True, copy=False)
    signed_date = fields.Datetime("Signed on", readonly=True, copy=False)
    in_force_date = fields.Datetime("In force since", readonly=True, copy=False)
    settled_by_id = fields.Many2one("res.users", "Cleared by", readonly=True, copy=False)
    settled_date = fields.Datetime("Cleared on", readonly=True, copy=False)

    waiver_ids = fields.One2many("property.waiver", "trusteeship_id", "Fee reductions")
    reading_ids = fields.One2many("property.trusteeship.reading", "trusteeship_id", "Readings")
    water_last = fields.Float("Last water reading (m³)", digits=(16, 2), readonly=True, copy=False)
    power_last = fields.Float("Last power reading (kWh)", digits=(16, 2), readonly=True, copy=False)
    water_used = fields.Float("Water used (m³)", digits=(16, 2), readonly=True, copy=False)
    power_used = fields.Float("Power used (kWh)", digits=(16, 2), readonly=True, copy=False)
    patrol_date = fields.Date("Last patrol", readonly=True, copy=False, index=True)
    over_date = fields.Date("Found over the limit on", readonly=True, copy=False, tracking=True)
    over_note = fields.Text("What the clarification showed", copy=False, tracking=True)
    excused_date = fields.Date("Use explained until", readonly=True, copy=False)
    excused_water = fields.Float(readonly=True, copy=False)
    excused_power = fields.Float(readonly=True, copy=False)
    cancel_date = fields.Date("Full fee from", readonly=True, copy=False, tracking=True)
    amount_difference = fields.Monetary(
        "Difference billed", compute="_compute_amount_difference", help="Of months paid too low."
    )
    date_over = fields.Date("Ended on", readonly=True, copy=False, tracking=True)
    end_reason = fields.Selection(
        END_REASONS, "Reason of the end", readonly=True, copy=False, tracking=True
    )
    end_note = fields.Char("Note on the end", readonly=True, copy=False)
    final_taken = fields.Boolean("Final reading done", copy=False)
    water_end = fields.Float("Water at the end (m³)", digits=(16, 2), copy=False, aggregator=None)
    power_end = fields.Float("Power at the end (kWh)", digits=(16, 2), copy=False, aggregator=None)
    gas_end = fields.Float("Gas at the end (m³)", digits=(16, 2), copy=False, aggregator=None)
    arrears = fields.Monetary("Owed by the home", compute="_compute_arrears")

    _one_running = models.UniqueIndex(
        "(unit_id) WHERE state NOT IN ('cancelled', 'final_reading', 'settled', 'archived')",
        "This home has a trusteeship already that is not closed.",
    )
    _term_order = models.Constraint(
        "CHECK (date_end >= date_start)", "The term ends after it begins."
    )
    _rate_range = models.Constraint(
        "CHECK (rate >= 0 AND rate < 100)", "The share to pay lies between 0 and 100 percent."
    )

    @api.depends("unit_id")
    def _compute_vacant_since(self):
        for row in self:
            vacancy = row.unit_id.vacant_ids.filtered(lambda vacant: vacant.state != "ended")
            row.vacant_since = row.vacant_since or vacancy[:1].date_start

    @api.depends("date", "unit_id")
    def _compute_term(self):
        """Propose the term: from the next month on, as long as the setting says."""
        for row in self.filtered("date"):
            first = money.add_months(money.month_start(row.date), 1)
            months = row.estate_id._parameter("trustee_months") if row.estate_id else 12
            row.date_start = row.date_start or first
            row.date_end = row.date_end or (
                money.add_months(row.date_start, months) - timedelta(days=1)
            )

    @api.depends("estate_id")
    def _compute_rules(self):
        for row in self.filtered("estate_id"):
            estate = row.estate_id
            row.rate = row.rate or 100 * estate._parameter("vacancy_rate")
            row.limit_water = row.limit_water or estate._parameter("vacancy_water_m3")
            row.limit_power = row.limit_power or estate._parameter("vacancy_kwh")
            row.limit_period = row.limit_period or estate._parameter("trustee_limit_period")

    def _compute_amount_difference(self):
        sums = {
            waiver.id: amount
            for waiver, amount in self.env["property.charge"]
            .sudo()
            ._read_group(
                [
                    ("waiver_id", "in", self.waiver_ids.ids),
                    ("amount", ">", 0),
                    ("cancelled", "=", False),
                ],
                ["waiver_id"],
                ["amount:sum"],
            )
        }
        for row in self:
            row.amount_difference = sum(sums.get(waiver.id, 0.0) for waiver in row.waiver_ids)

    def _compute_arrears(self):
        owed = self.unit_id._arrears()
        for row in self:
            row.arrears = owed.get(row.unit_id.id, 0.0)

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(
                part for part in (row.number, row.unit_id.full_name) if part
            )

    @api.constrains("date", "date_start")
    def _check_not_backwards(self):
        """The lower fee begins with the month after the application, never before (A §42)."""
        for row in self:
            first = money.add_months(money.month_start(row.date), 1)
            if row.date_start < first:
                raise ValidationError(
                    self.env._(
                        "%(unit)s was applied for on %(date)s: the lower fee is possible from "
                        "%(first)s on, not for time past.",
                        unit=row.unit_id.full_name,
                        date=row.date,
                        first=first,
                    )
                )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.owner_id
        vacant = self.unit_id.vacant_ids.filtered(lambda row: row.state != "ended")[:1]
        self.water_start = self.water_start or vacant.water
        self.power_start = self.power_start or vacant.power

    @api.model_create_multi
    def create(self, vals_list):
        """Begin applications with the list of papers they need."""
        rows = super().create(vals_list)
        rows._make_papers()
        return rows

    def write(self, vals):
        """Keep what the system notes itself, and ask for the papers of an agent.

        :raises UserError: for whoever writes what patrols and readings have shown
        """
        if _KEPT & vals.keys() and not self._moving() and not self.env.su:
            raise UserError(
                self.env._("What an entrusted home used, and how it ends, is noted by the system.")
            )
        result = super().write(vals)
        if "agent_id" in vals:
            self._make_papers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_applied(self):
        if kept := self.filtered(lambda row: row.state not in ("applied", "cancelled")):
            raise UserError(
                self.env._("“%s” keeps its place in the register.", kept[0].display_name)
            )

    def _paper_conditions(self):
        return {"agent"} if self.agent_id else set()

    def _check_papers_open(self):
        for row in self:
            if row.state not in BEFORE:
                raise UserError(
                    self.env._(
                        "“%s”: the agreement is signed, its papers stay as they are.",
                        row.display_name,
                    )
                )

    # application and agreement -------------------------------------------------------------------

    def action_check(self):
        """State that the home was looked at: readings, inventory, no arrears (A §42).

        :raises UserError: naming what is missing
        """
        for row in self:
            row._check_entrustable()
            if not row.readings_taken:
                raise UserError(
                    self.env._(
                        "“%s”: read water and electricity first and tick “Meters were read”.",
                        row.display_name,
                    )
                )
            if not (row.findings or "").strip():
                raise UserError(
                    self.env._("“%s”: write down in which state the home is.", row.display_name)
                )
            if row.scope == "inside" and not row.item_ids:
                raise UserError(
                    self.env._(
                        "“%s” is looked after inside: list what is in the home.", row.display_name
                    )
                )
            if row.scope == "inside" and not row.keys_left:
                raise UserError(
                    self.env._(
                        "“%s”: without keys only the outside can be patrolled. Enter the keys, or "
                        "choose “Outside only”.",
                        row.display_name,
                    )
                )
            row._check_no_arrears()
        self._move_to("checked")
        return True

    def _check_entrustable(self):
        self.ensure_one()
        unit = self.unit_id
        if (
            self.partner_id
            not in unit.occupancy_ids.filtered(
                lambda held: held.current and held.role in ("owner", "co_owner")
            ).partner_id
        ):
            raise UserError(
                self.env._(
                    "%(person)s is not an owner of %(unit)s: only the owner can entrust a home.",
                    person=self.partner_id.name,
                    unit=unit.full_name,
                )
            )
        if unit.tenant_id or unit.state in ("leased", "renovating"):
            raise UserError(
                self.env._(
                    "%(unit)s is “%(state)s”: only a home that nobody uses can be entrusted.",
                    unit=unit.full_name,
                    state=unit._state_label(unit.state),
                )
            )

    def _check_no_arrears(self):
        """Refuse while the home owes anything.

        :raises UserError: naming the amount
        """
        for row in self:
            row.invalidate_recordset(["arrears"])
            if row.currency_id.compare_amounts(row.arrears, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(unit)s owes %(amount).2f yuan: arrears are settled first.",
                        unit=row.unit_id.full_name,
                        amount=row.arrears,
                    )
                )

    def action_back(self):
        """Take the check back, to correct the application."""
        for row in self:
            if row._valid_signatures():
                raise UserError(
                    self.env._(
                        "“%s” is signed: a supervisor voids the signatures first.",
                        row.display_name,
                    )
                )
        self._move_to("applied")
        return True

    def action_cancel(self):
        """Withdraw the application."""
        for row in self:
            pending = row.waiver_ids.filtered(lambda waiver: waiver.state == "waiting")
            if pending:
                pending.sudo().action_back()
        self._move_to("cancelled")
        return True

    # papers and related records ------------------------------------------------------------------

    def action_open_visits(self):
        """Open the patrols of the home since it was entrusted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Patrols of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.patrol.visit",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.unit_id.id), ("kind", "=", "entrusted")],
            "context": {"create": False},
        }

    def action_open_archive(self):
        """Open the file of the home."""
        self.ensure_one()
        return self.unit_id.action_open_archive()
