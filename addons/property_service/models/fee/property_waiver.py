# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...tools import money

KINDS = [
    ("vacancy", "Vacant home"),
    ("gift", "Prepayment offer"),
    ("hardship", "Hardship"),
    ("compensation", "Compensation for service failure"),
    ("developer", "Paid by the developer"),
    ("staff", "Staff"),
    ("policy", "Policy"),
]
_logger = logging.getLogger(__name__)

#: states in which a reduction is or will be in force
GRANTED = ("approved", "active")


class PropertyWaiver(models.Model):
    """A reduction of a home's fees for a time (减免, handbook B H7).

    applied → verified on site → approved along the authority matrix → active → ended or revoked.
    It never touches the price: each month the difference is a charge of its own, below zero, next
    to the one it reduces. Whoever takes the money has no part in granting it.
    """

    _name = "property.waiver"
    _description = "Fee reduction"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_name = "number"

    _number_form = "JM"
    _workflow_moves = {
        "applied": ("verified", "refused"),
        "verified": ("waiting", "applied", "refused"),
        "waiting": ("approved", "refused", "verified"),
        "approved": ("active", "ended", "revoked"),
        "active": ("ended", "revoked"),
        "refused": ("applied",),
    }
    _workflow_stamps = {
        "verified": ("verified_by_id", "verified_date"),
        "approved": (None, "approved_date"),
        "revoked": ("revoked_by_id", "revoked_date"),
    }

    unit_id = fields.Many2one(string="Room", tracking=True)
    partner_id = fields.Many2one(
        "res.partner", "Applicant", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, required=True, default="vacancy", index=True, tracking=True)
    item_ids = fields.Many2many(
        "property.fee.item",
        "property_waiver_item_rel",
        "waiver_id",
        "item_id",
        "Fee items",
        domain="[('company_id', '=', company_id), ('kind', '=', 'income')]",
        check_company=True,
        help="What is reduced. Money collected for others is never reduced.",
    )
    date = fields.Date(
        "Applied on", required=True, default=fields.Date.context_today, tracking=True
    )
    date_start = fields.Date("From", required=True, tracking=True, index=True)
    date_end = fields.Date("To", required=True, tracking=True, index=True)
    way = fields.Selection(
        [
            ("rate", "Share to pay"),
            ("amount", "Yuan a month"),
            ("gift", "Free months after paid ones"),
        ],
        "Way of reduction",
        required=True,
        compute="_compute_way",
        store=True,
        readonly=False,
        precompute=True,
    )
    rate = fields.Float(
        "To pay (%)",
        digits=(6, 2),
        compute="_compute_rate",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="avg",
        tracking=True,
        help="What is left to pay, in percent of the fee.",
    )
    amount_month = fields.Monetary("Less each month", tracking=True)
    paid_months = fields.Integer("Months paid in advance", default=12)
    free_months = fields.Integer(default=1)
    only_without_arrears = fields.Boolean(
        help="Not granted for a month while the home owes anything that is overdue."
    )
    vacant_since = fields.Date(help="Since when the home has been empty without a break.")
    paid_by_id = fields.Many2one(
        "res.partner",
        "Difference paid by",
        ondelete="restrict",
        help="Who is charged with the difference instead: the developer who promised it.",
    )
    reason = fields.Text(required=True, tracking=True)
    evidence = fields.Text(
        "Proof", help="Papers seen; for a reduction of time past they are needed."
    )
    retroactive = fields.Boolean(compute="_compute_retroactive", store=True)
    water_start = fields.Float("Water meter at the start (m³)", digits=(16, 2), aggregator=None)
    power_start = fields.Float("Power meter at the start (kWh)", digits=(16, 2), aggregator=None)
    findings = fields.Text("Found on site")
    check_ids = fields.One2many("property.waiver.check", "waiver_id", "Later checks")
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("verified", "Verified"),
            ("waiting", "Waiting for approval"),
            ("approved", "Approved"),
            ("active", "In force"),
            ("ended", "Ended"),
            ("revoked", "Revoked"),
            ("refused", "Refused"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
        group_expand=True,
    )
    end_reason = fields.Char("Why it ended", readonly=True, copy=False, tracking=True)
    verified_by_id = fields.Many2one("res.users", "Verified by", readonly=True, copy=False)
    verified_date = fields.Datetime("Verified on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    revoked_by_id = fields.Many2one("res.users", "Revoked by", readonly=True, copy=False)
    revoked_date = fields.Datetime("Revoked on", readonly=True, copy=False)
    charge_ids = fields.One2many("property.charge", "waiver_id", "Reductions")
    amount_waived = fields.Monetary("Reduced so far", compute="_compute_amounts", store=True)
    amount_expected = fields.Monetary(
        "Fee of a month", compute="_compute_expected", help="Of the newest bill, before reduction."
    )
    amount_after = fields.Monetary("Left to pay a month", compute="_compute_expected")

    _period_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A reduction cannot end before it starts."
    )
    _rate_range = models.Constraint(
        "CHECK (rate >= 0 AND rate < 100)", "The share to pay lies between 0 and 100 percent."
    )
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a reduction with this number already."
    )
    _in_force = models.Index("(unit_id, date_start, date_end) WHERE state IN ('approved','active')")

    @api.depends("kind")
    def _compute_way(self):
        for waiver in self:
            waiver.way = "gift" if waiver.kind == "gift" else "rate"

    @api.depends("kind", "unit_id")
    def _compute_rate(self):
        """Propose the share of the estate's setting for vacant homes (handbook B §10)."""
        for waiver in self:
            if waiver.kind == "vacancy" and waiver.unit_id:
                waiver.rate = 100 * waiver.estate_id._parameter("vacancy_rate")
            else:
                waiver.rate = waiver.rate or 0.0

    @api.depends("date", "date_start")
    def _compute_retroactive(self):
        for waiver in self:
            waiver.retroactive = bool(
                waiver.date and waiver.date_start and waiver.date_start < waiver.date
            )

    @api.depends("charge_ids.amount", "charge_ids.cancelled", "charge_ids.invoice_id")
    def _compute_amounts(self):
        sums = dict(
            self.env["property.charge"]._read_group(
                [
                    ("waiver_id", "in", self.ids),
                    ("reduces_id", "!=", False),
                    ("cancelled", "=", False),
                    ("invoice_id", "!=", False),
                ],
                ["waiver_id"],
                ["amount:sum"],
            )
        )
        for waiver in self:
            waiver.amount_waived = -sums.get(waiver._origin, 0.0)

    @api.depends("unit_id", "item_ids", "way", "rate", "amount_month")
    def _compute_expected(self):
        for waiver in self:
            charges = waiver._newest_charges()
            waiver.amount_expected = sum(charges.mapped("amount"))
            share = Decimal(str(waiver.rate)) / 100
            if waiver.way == "rate":
                waiver.amount_after = sum(
                    float(money.round_half_up(Decimal(str(charge.amount)) * share))
                    for charge in charges
                )
            elif waiver.way == "amount":
                waiver.amount_after = max(waiver.amount_expected - waiver.amount_month, 0.0)
            else:
                waiver.amount_after = waiver.amount_expected

    def _newest_charges(self):
        """Return the charges of the home's newest whole month the reduction would apply to."""
        self.ensure_one()
        charges = self.env["property.charge"].search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("item_id", "in", self.item_ids.ids),
                ("origin", "=", "price"),
                ("cancelled", "=", False),
            ],
            order="month desc",
            limit=10,
        )
        return charges.filtered(lambda charge: charge.month == charges[0].month)

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id
        if not self.item_ids and self.unit_id:
            self.item_ids = self._default_items()

    @api.onchange("kind")
    def _onchange_kind(self):
        self.paid_by_id = self.estate_id.developer_id if self.kind == "developer" else False
        self.only_without_arrears = self.kind == "gift"

    @api.onchange("date_start", "paid_months", "free_months", "way")
    def _onchange_gift(self):
        if self.way == "gift" and self.date_start:
            self.date_end = self._gift_end()

    def _gift_end(self):
        first = money.month_start(self.date_start)
        return money.add_months(first, self.paid_months + self.free_months) - timedelta(days=1)

    def _default_items(self):
        """Return what is reduced where nothing else is said: the property service fee."""
        items = self.env["property.fee.item"]
        return items.search(
            [("company_id", "=", self.company_id.id), ("code", "=", "MGT")], limit=1
        ) or items.search(
            [("company_id", "=", self.company_id.id), ("kind", "=", "income")], limit=1
        )

    @api.model_create_multi
    def create(self, vals_list):
        waivers = super().create(vals_list)
        for waiver in waivers.filtered(lambda waiver: not waiver.item_ids):
            waiver.item_ids = [Command.set(waiver._default_items().ids)]
        waivers._assign_number()
        return waivers

    def write(self, vals):
        frozen = vals.keys() & {
            "unit_id", "item_ids", "date_start", "way", "rate", "amount_month", "kind",
            "paid_months", "free_months", "paid_by_id", "only_without_arrears",
        }  # fmt: skip
        if not self._moving() and (frozen or "date_end" in vals):
            for waiver in self:
                if waiver.state not in ("applied", "verified"):
                    raise UserError(
                        self.env._(
                            "“%(waiver)s” has been decided on: end or revoke it and apply anew.",
                            waiver=waiver.number,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_applied(self):
        if kept := self.filtered(lambda waiver: waiver.state not in ("applied", "refused")):
            raise UserError(
                self.env._(
                    "“%(waiver)s” keeps its place in the register: revoke it instead.",
                    waiver=kept[0].number,
                )
            )

    @api.constrains("item_ids")
    def _check_items(self):
        for waiver in self:
            if foreign := waiver.item_ids.filtered(lambda item: item.kind != "income"):
                raise ValidationError(
                    self.env._(
                        "“%(item)s” is collected for others and cannot be reduced.",
                        item=foreign[0].name,
                    )
                )

    @api.constrains("way", "amount_month", "paid_months", "free_months", "date_start", "date_end")
    def _check_way(self):
        for waiver in self:
            if waiver.way == "amount" and waiver.amount_month <= 0:
                raise ValidationError(self.env._("Enter by how many yuan a month the fee is less."))
            if waiver.way != "gift":
                continue
            if waiver.paid_months < 1 or waiver.free_months < 1:
                raise ValidationError(
                    self.env._("Enter how many months are paid and how many are free after them.")
                )
            if waiver.date_start.day != 1 or waiver.date_end != waiver._gift_end():
                raise ValidationError(
                    self.env._(
                        "The offer starts on the first of a month and ends on %(date)s, after the "
                        "free months.",
                        date=waiver._gift_end(),
                    )
                )

    # steps ---------------------------------------------------------------------------------------

    def action_verify(self):
        """State that the facts were looked at on site (handbook B H7 现场核实).

        :raises UserError: if nothing was written down, or the rules of the estate are not met
        """
        for waiver in self:
            if not (waiver.findings or "").strip():
                raise UserError(
                    self.env._(
                        "“%(waiver)s”: write down what was found on site.", waiver=waiver.number
                    )
                )
            waiver._check_rules()
            waiver._move_to("verified")
        return True

    def _check_rules(self):
        """Check what the reduction presupposes: proof, length of vacancy, money paid in advance."""
        self.ensure_one()
        if self.retroactive and not (self.evidence or "").strip():
            raise UserError(
                self.env._(
                    "“%(waiver)s” starts before it was applied for: that needs proof, enter it.",
                    waiver=self.number,
                )
            )
        if self.kind == "vacancy":
            self._check_vacancy()
        if self.way == "gift":
            self._check_gift()

    def _check_vacancy(self):
        months = self.estate_id._parameter("vacancy_min_months")
        if not months:
            return
        if not self.vacant_since:
            raise UserError(
                self.env._("“%(waiver)s”: enter since when the home is empty.", waiver=self.number)
            )
        earliest = money.add_months(self.vacant_since, months)
        if self.date_start < earliest:
            raise UserError(
                self.env._(
                    "%(unit)s is empty since %(since)s; a reduction is possible after %(months)s "
                    "months, from %(earliest)s on.",
                    unit=self.unit_id.full_name,
                    since=self.vacant_since,
                    months=months,
                    earliest=earliest,
                )
            )

    def _check_gift(self):
        """Refuse an offer for money paid in advance while that money is not there."""
        currency = self.currency_id
        needed = currency.round(self.paid_months * self.amount_expected)
        held = self.env["property.prepayment"]._balances(self.unit_id._billed_unit())
        have = sum(held[self.unit_id._billed_unit().id].values())
        paid = self.env["property.charge"]._read_group(
            [
                ("unit_id", "=", self.unit_id.id),
                ("item_id", "in", self.item_ids.ids),
                ("origin", "=", "price"),
                ("state", "=", "paid"),
                ("month", ">=", self.date_start),
            ],
            [],
            ["amount:sum"],
        )[0][0]
        have = currency.round(have + (paid or 0.0))
        if currency.compare_amounts(have, needed) < 0:
            raise UserError(
                self.env._(
                    "%(unit)s: the offer asks for %(needed).2f yuan paid in advance, %(have).2f "
                    "yuan are there.",
                    unit=self.unit_id.full_name,
                    needed=needed,
                    have=have,
                )
            )

    def action_submit(self):
        """Ask for the approval along the authority matrix (handbook B §8)."""
        for waiver in self:
            waiver._check_rules()
            waiver._move_to("waiting")
            waiver._request_approval(
                "waiver",
                self.env._(
                    "%(kind)s %(unit)s, %(first)s to %(last)s",
                    kind=waiver._kind_label(),
                    unit=waiver.unit_id.full_name,
                    first=waiver.date_start,
                    last=waiver.date_end,
                ),
                amount=waiver._amount_at_stake(),
                reason=waiver.reason,
            )
        return True

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _amount_at_stake(self):
        """Return what the reduction will come to over its whole time, in yuan."""
        self.ensure_one()
        if self.way == "gift":
            return self.currency_id.round(self.free_months * self.amount_expected)
        days = (self.date_end - self.date_start).days + 1
        monthly = self.amount_expected - self.amount_after
        return self.currency_id.round(monthly * days * 12 / 365)

    def action_back(self):
        """Take an application back to be corrected."""
        for waiver in self:
            if waiver.state == "waiting":
                waiver._withdraw_approval()
                waiver._move_to("verified")
            else:
                waiver._move_to("applied", verified_by_id=False, verified_date=False)
        return True

    def action_refuse(self):
        """Turn an application down before it goes to approval."""
        self._move_to("refused")
        return True

    def _approval_granted(self, approval):
        for waiver in self:
            waiver._move_to("approved")
            waiver._start_if_due()

    def _approval_refused(self, approval, reason):
        self._move_to("refused", end_reason=reason)

    def _start_if_due(self):
        """Put approved reductions in force whose time has come, and reduce what is billed already."""
        today = fields.Date.context_today(self)
        due = self.filtered(lambda waiver: waiver.date_start <= today)
        if due:
            due._move_to("active")
        self._reduce_billed()

    def action_revoke(self):
        """End the reduction today because its conditions are not met (any more)."""
        today = fields.Date.context_today(self)
        for waiver in self:
            waiver._end(
                max(today, waiver.date_start) - timedelta(days=1),
                self.env._("Revoked"),
                state="revoked",
            )
        return True

    def _end(self, last_day, reason, state="ended"):
        """End reductions early; what was reduced after `last_day` is charged again.

        :param date last_day: last day that is reduced; before the start: nothing stays reduced
        :param str reason: why, for the register
        :param str state: ``ended`` or ``revoked``
        """
        for waiver in self:
            waiver._move_to(
                state,
                date_end=min(max(last_day, waiver.date_start), waiver.date_end),
                end_reason=reason,
            )
            waiver._charge_again(last_day, reason)
            waiver.message_post(body=reason)

    def _record_usage(self, date, water, power):
        """Note what a vacant home used in a month; above the allowance the reduction ends.

        The month of the check stays reduced, from the next on the full fee is charged (handbook B
        H7 and scenario 12).

        :param date date: day of the check
        :param float water: m³ used
        :param float power: kWh used
        """
        return self.env["property.waiver.check"].create(
            [
                {"waiver_id": waiver.id, "date": date, "water": water, "power": power}
                for waiver in self
            ]
        )

    def _uses_too_much(self, check):
        """Hook: whether `check` shows more use than an empty home may have."""
        estate = self.estate_id
        return check.water > estate._parameter(
            "vacancy_water_m3"
        ) or check.power > estate._parameter("vacancy_kwh")

    def _condition_broken(self, check):
        """Hook: `check` shows that the home is not empty; ends the reduction with the month."""
        self.sudo()._end(
            money.month_end(check.date),
            self.env._(
                "Condition broken on %(date)s: %(water)g m³ of water, %(power)g kWh of power; full "
                "fee from the next month on",
                date=check.date,
                water=check.water,
                power=check.power,
            ),
        )

    @api.model
    def _cron_due(self):
        """Put reductions in force and end them as their days come; safe to run twice."""
        cron, today = self.env["ir.cron"], fields.Date.context_today(self)

        def failed(waiver, error):
            if isinstance(error, UserError):
                waiver.message_post(body=str(error))
            else:
                _logger.error("Reduction %s is tried again", waiver.id, exc_info=error)

        cron._property_each(
            self.search([("state", "=", "approved"), ("date_start", "<=", today)]),
            lambda waiver: waiver._start_if_due(),
            failed,
        )
        cron._property_each(
            self.search([("state", "in", GRANTED), ("date_end", "<", today)]),
            lambda waiver: waiver._move_to("ended", end_reason=self.env._("Time is over")),
            failed,
        )

    def action_open_charges(self):
        """Open what was reduced."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reductions of %(waiver)s", waiver=self.number),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("waiver_id", "=", self.id)],
            "context": {"create": False},
        }


class PropertyWaiverCheck(models.Model):
    """A later look at a vacant home: what it used, and whether it still is empty (handbook B H7)."""

    _name = "property.waiver.check"
    _description = "Check of a reduction"
    _order = "date desc, id desc"

    waiver_id = fields.Many2one("property.waiver", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="waiver_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="waiver_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    water = fields.Float("Water used (m³)", digits=(16, 2))
    power = fields.Float("Power used (kWh)", digits=(16, 2))
    user_id = fields.Many2one(
        "res.users", "Checked by", default=lambda self: self.env.user, readonly=True
    )
    broken = fields.Boolean("Not empty any more", help="Somebody lives there, or uses it.")
    note = fields.Char("Remark")

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the checks; one above the allowance ends the reduction with the month."""
        checks = super().create(vals_list)
        for check in checks:
            waiver = check.waiver_id
            if waiver._uses_too_much(check) and not check.broken:
                check.broken = True
            if check.broken and waiver.kind == "vacancy" and waiver.state in GRANTED:
                waiver._condition_broken(check)
        return checks
