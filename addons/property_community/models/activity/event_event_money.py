# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import float_compare, float_is_zero

from odoo.addons.property_service.tools.local_time import local_today

#: states in which money of an activity may be paid out
_PAYABLE = ("approved", "preparing", "announced", "signup", "running", "done", "summarised")


class EventEvent(models.Model):
    """An activity's money: budget, advance, settlement, publication (handbook B G6).

    Each activity has an analytic account of its own beside that of its estate. What it cost is
    what posted journal items say of that account; advances to staff and their settlement are
    standard entries.
    """

    _inherit = "event.event"

    currency_id = fields.Many2one(related="estate_id.company_id.currency_id")
    budget_ids = fields.One2many("property.activity.budget", "event_id", copy=True)
    funding_ids = fields.One2many("property.activity.funding", "event_id", copy=True)
    budget_total = fields.Monetary(
        "Budget of the activity", compute="_compute_budget_total", store=True, tracking=True
    )
    approved_budget = fields.Monetary("Approved budget", readonly=True, copy=False)
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        "Analytic account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    actual_cost = fields.Monetary("Actual cost", compute="_compute_actual")
    actual_income = fields.Monetary("Income of the activity", compute="_compute_actual")
    advance_balance = fields.Monetary(
        "Advance not settled", compute="_compute_actual", help="Held by staff by the ledger."
    )
    unassigned_cost = fields.Monetary("Cost outside the budget lines", compute="_compute_actual")
    budget_rate = fields.Float("Budget used", compute="_compute_budget_rate")
    over_budget = fields.Boolean(compute="_compute_budget_rate")
    bill_count = fields.Integer("Bills", compute="_compute_bill_count")
    advanced_date = fields.Datetime("Advance paid on", readonly=True, copy=False)
    settled_by_id = fields.Many2one("res.users", "Settled by", readonly=True, copy=False)
    settled_date = fields.Datetime("Settled on", readonly=True, copy=False)
    settle_due = fields.Date("Settlement due", compute="_compute_settle_due", store=True)
    result_notice_id = fields.Many2one(
        "property.notice",
        "Published account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    money_state = fields.Selection(
        [
            ("none", "No budget"),
            ("budgeted", "Budgeted"),
            ("advanced", "Advance paid"),
            ("settled", "Settled"),
            ("published", "Account published"),
        ],
        "Stand of the money",
        compute="_compute_money_state",
        store=True,
        index=True,
    )
    owners_money = fields.Boolean("Owners' money used", compute="_compute_owners_money")

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {
            *("approved_budget", "advanced_date", "settled_by_id", "settled_date"),
            *("result_notice_id", "analytic_account_id", "notice_id", "stop_notice_id"),
        }

    @api.depends("budget_ids.amount")
    def _compute_budget_total(self):
        for event in self:
            event.budget_total = sum(event.budget_ids.mapped("amount"))

    @api.depends("funding_ids.source")
    def _compute_owners_money(self):
        for event in self:
            event.owners_money = "owners" in event.funding_ids.mapped("source")

    @api.depends("date_end", "estate_id")
    def _compute_settle_due(self):
        for event in self:
            event.settle_due = (
                event.estate_id
                and event.date_end
                and fields.Date.add(
                    event._local(event.date_end).date(),
                    days=event.estate_id._parameter("activity_settle_days"),
                )
            )

    @api.depends("budget_total", "advanced_date", "settled_date", "result_notice_id.state")
    def _compute_money_state(self):
        for event in self:
            published = event.sudo().result_notice_id.state in ("published", "expired", "archived")
            if event.settled_date and published:
                event.money_state = "published"
            elif event.settled_date:
                event.money_state = "settled"
            elif event.advanced_date:
                event.money_state = "advanced"
            else:
                event.money_state = "budgeted" if event.budget_total else "none"

    @api.depends("analytic_account_id")
    def _compute_actual(self):
        """Sum the ledger once for all records: analytic items by kind of account, advances."""
        cost, income, balances, assigned = {}, {}, {}, {}
        accounts = self.sudo().analytic_account_id
        if accounts:
            column = accounts.plan_id[:1]._column_name()
            rows = (
                self.env["account.analytic.line"]
                .sudo()
                ._read_group(
                    [(column, "in", accounts.ids)],
                    [column, "general_account_id"],
                    ["amount:sum"],
                )
            )
            for account, general, amount in rows:
                if general.internal_group == "income":
                    income[account.id] = income.get(account.id, 0.0) + amount
                else:
                    cost[account.id] = cost.get(account.id, 0.0) - amount
        if self.ids:
            items = self.env["account.move.line"].sudo()
            balances = self._advance_balances()
            assigned = dict(
                items._read_group(
                    [
                        ("property_budget_id.event_id", "in", self.ids),
                        ("parent_state", "=", "posted"),
                    ],
                    ["property_budget_id"],
                    ["balance:sum"],
                )
            )
        by_event = {}
        for line, balance in assigned.items():
            by_event[line.event_id.id] = by_event.get(line.event_id.id, 0.0) + balance
        for event in self:
            account = event.sudo().analytic_account_id.id
            event.actual_cost = cost.get(account, 0.0)
            event.actual_income = income.get(account, 0.0)
            event.advance_balance = balances.get(event.id, 0.0)
            event.unassigned_cost = event.actual_cost - by_event.get(event.id, 0.0)

    def _advance_balances(self):
        """Return {id of the activity: what staff still hold of its advances} by the ledger."""
        accounts = self.sudo().company_id.property_advance_account_id
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("move_id.property_activity_id", "in", self.ids),
                    ("account_id", "in", accounts.ids),
                    ("parent_state", "=", "posted"),
                ],
                ["move_id"],
                ["balance:sum"],
            )
        )
        found = {}
        for move, balance in rows:
            key = move.property_activity_id.id
            found[key] = found.get(key, 0.0) + balance
        return found

    @api.depends("actual_cost", "budget_total", "approved_budget", "estate_id")
    def _compute_budget_rate(self):
        """预算执行率 = actual ÷ budget; more than 10 % above the approved budget needs a new word."""
        for event in self:
            budget = event.approved_budget or event.budget_total
            event.budget_rate = event.actual_cost / budget if budget else 0.0
            event.over_budget = bool(
                event.estate_id
                and event.state not in ("idea", "scheme", "approval", "rejected")
                and float_compare(event._budget_needed(), event._budget_limit(), 2) > 0
            )

    def _budget_needed(self):
        return max(self.budget_total, self.actual_cost)

    def _budget_limit(self):
        """Return what may be spent without a new approval."""
        tolerance = self.estate_id._parameter("activity_budget_tolerance")
        return round(self.approved_budget * (1 + tolerance / 100), 2)

    def _compute_bill_count(self):
        counts = dict(
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("property_activity_id", "in", self.ids)],
                ["property_activity_id"],
                ["__count"],
            )
        )
        for event in self:
            event.bill_count = counts.get(event, 0)

    def _analytic_distribution(self):
        """Return the distribution of a cost of the activity: its own account within the estate's."""
        self.ensure_one()
        event = self.sudo()
        if not event.analytic_account_id:
            event._with_move().analytic_account_id = event.company_id._property_activity_account(
                f"{event.number or ''} {event.name}".strip()
            )
        accounts = (event.estate_id.analytic_account_id, event.analytic_account_id)
        return {",".join(str(account.id) for account in accounts if account): 100.0}

    # checks --------------------------------------------------------------------------------------

    def _check_funding(self):
        """Refuse a budget nobody pays, and owners' money without their decision.

        :raises UserError: naming what is missing
        """
        for event in self:
            for row in event.funding_ids:
                if (row.source == "owners" or row.sales_stand) and not row.decision:
                    raise UserError(
                        self.env._(
                            "“%(event)s”: owners' common income, and a stand that sells, need the "
                            "owners' decision. Enter its reference.",
                            event=event.name,
                        )
                    )
            promised = sum(event.funding_ids.mapped("amount"))
            if float_compare(promised, event.budget_total, 2) < 0:
                raise UserError(
                    self.env._(
                        "“%(event)s”: the budget is %(budget).2f, its sources of funding are only "
                        "%(promised).2f.",
                        event=event.name,
                        budget=event.budget_total,
                        promised=promised,
                    )
                )

    def _check_budget(self):
        """Refuse to go on with more than was approved.

        :raises UserError: naming the amounts and the remedy
        """
        for event in self:
            if event.over_budget:
                raise UserError(
                    self.env._(
                        "“%(event)s”: %(needed).2f is more than %(tolerance)s %% above the "
                        "approved %(approved).2f. Ask for the approval of the overrun first.",
                        event=event.name,
                        needed=event._budget_needed(),
                        tolerance=event.estate_id._parameter("activity_budget_tolerance"),
                        approved=event.approved_budget,
                    )
                )

    def _check_money_role(self, group, what):
        if not self.env.su and not self.env.user.has_group(f"property_service.{group}"):
            name = self.env.ref(f"property_service.{group}").sudo().name
            raise AccessError(
                self.env._("%(what)s: this is up to “%(group)s”.", what=what, group=name)
            )

    # steps ---------------------------------------------------------------------------------------

    def action_ask_overrun(self):
        """Ask for the approval of a budget that is exceeded."""
        self.check_access("write")
        for event in self:
            if not event.over_budget:
                raise UserError(self.env._("“%(event)s” is within its budget.", event=event.name))
            event._request_approval(
                "activity_overrun",
                self.env._(
                    "Overrun of “%(event)s”: %(needed).2f instead of %(approved).2f",
                    event=event.name,
                    needed=event._budget_needed(),
                    approved=event.approved_budget,
                ),
                event._budget_needed(),
            )
        return True

    def action_advance(self):
        """Open the dialog of an advance to staff, or of what is brought back of it."""
        self.ensure_one()
        self._check_money_role("group_cashier", self.env._("Paying an advance"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Advance"),
            "res_model": "property.activity.advance",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def _pay_advance(self, partner, amount, journal, back=False):
        """Pay an advance to a member of staff, or take back what is left of it.

        :param partner: `res.partner` of the member of staff
        :param float amount: yuan
        :param journal: cash or bank journal
        :param bool back: money comes back
        :return: the posted `account.payment`
        :raises UserError: above the approved budget, or more back than is held
        """
        self.ensure_one()
        self._check_money_role("group_cashier", self.env._("Paying an advance"))
        if self.state not in _PAYABLE or self.settled_date:
            raise UserError(
                self.env._(
                    "“%(event)s” is not approved, or is settled already: no money is paid for it.",
                    event=self.name,
                )
            )
        trusted = self.sudo()
        held = trusted.advance_balance
        if back and float_compare(amount, held, 2) > 0:
            raise UserError(
                self.env._(
                    "“%(event)s”: %(held).2f is held in advance, not %(amount).2f.",
                    event=self.name,
                    held=held,
                    amount=amount,
                )
            )
        if not back:
            trusted._check_budget()
            if float_compare(held + amount, trusted._budget_limit(), 2) > 0:
                raise UserError(
                    self.env._(
                        "“%(event)s”: an advance goes up to the approved budget of "
                        "%(approved).2f; %(held).2f is paid already.",
                        event=self.name,
                        approved=self.approved_budget,
                        held=held,
                    )
                )
        payment = trusted._post_advance(partner, amount, journal.sudo(), back)
        if not trusted.advanced_date:
            trusted._with_move().advanced_date = fields.Datetime.now()
        return payment

    def _post_advance(self, partner, amount, journal, back):
        today = local_today()
        self.company_id._check_property_period(today, journal)
        methods = (
            journal.inbound_payment_method_line_ids
            if back
            else journal.outbound_payment_method_line_ids
        )
        method = methods[:1]
        liquidity = method.payment_account_id or journal.default_account_id
        account = self.company_id._property_advance_account()
        label = self.env._("Advance %(number)s %(event)s", number=self.number, event=self.name)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound" if back else "outbound",
                "partner_type": "supplier",
                "partner_id": partner.id,
                "amount": amount,
                "currency_id": self.currency_id.id,
                "date": today,
                "journal_id": journal.id,
                "payment_method_line_id": method.id,
                "outstanding_account_id": liquidity.id,
                "memo": label,
                "property_activity_id": self.id,
            }
        )
        sides = [(account, 0.0, amount), (liquidity, amount, 0.0)]
        if not back:
            sides = [(account, amount, 0.0), (liquidity, 0.0, amount)]
        lines = [
            Command.create(
                {
                    "account_id": side.id,
                    "partner_id": partner.id,
                    "name": label,
                    "debit": debit,
                    "credit": credit,
                }
            )
            for side, debit, credit in sides
        ]
        move = self.env["account.move"].create(
            {
                **payment._generate_move_vals(line_ids=lines),
                "property_activity_id": self.id,
            }
        )
        payment.write({"move_id": move.id, "state": "in_process"})
        payment.action_post()
        return payment

    def _bills(self):
        """Return the vendor bills of the activity, as far as they are not cancelled."""
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("property_activity_id", "in", self.ids),
                    ("move_type", "in", ("in_invoice", "in_receipt", "in_refund")),
                    ("state", "!=", "cancel"),
                ],
                order="invoice_date, id",
            )
        )

    def action_set_off(self):
        """Pay the activity's posted bills out of the advance its staff hold.

        :raises UserError: if there is nothing to set off, or a bill bears no receipt number
        """
        self._check_money_role("group_accountant", self.env._("Settling an advance"))
        for event in self:
            event.check_access("read")
            event.sudo()._set_off()
        return True

    def _set_off(self):
        self.ensure_one()
        self._check_receipts()
        account = self.company_id._property_advance_account()
        held = self.env["account.move.line"].search(
            [
                ("move_id.property_activity_id", "=", self.id),
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="date, id",
        )
        bills = self._bills().filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type != "in_refund"
                and not float_is_zero(move.amount_residual, 2)
            )
        )
        left = self.advance_balance
        if not bills or left <= 0:
            raise UserError(
                self.env._(
                    "“%(event)s” has no posted bill to be paid, or no advance to pay it from.",
                    event=self.name,
                )
            )
        partner = held.partner_id[:1]
        for bill in bills:
            share = min(bill.amount_residual, left)
            if float_compare(share, 0.0, 2) <= 0:
                break
            left -= share
            self._set_off_bill(bill, share, account, partner, held)

    def _set_off_bill(self, bill, share, account, partner, held):
        """Book that `share` of a bill was paid from the advance, and reconcile both sides."""
        payable = bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )
        label = self.env._("Paid from the advance: %(bill)s", bill=bill.ref or bill.name)
        move = self.env["account.move"].create(
            {
                "journal_id": self.company_id.property_transfer_journal_id.id,
                "date": local_today(),
                "ref": label,
                "property_activity_id": self.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": payable[:1].account_id.id,
                            "partner_id": bill.commercial_partner_id.id,
                            "name": label,
                            "debit": share,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "name": label,
                            "credit": share,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        (
            move.line_ids.filtered("debit") | payable.filtered(lambda row: not row.reconciled)
        ).reconcile()
        (
            move.line_ids.filtered(lambda line: line.account_id == account)
            | held.filtered(lambda line: not line.reconciled)
        ).reconcile()

    def _check_receipts(self):
        """Refuse to settle bills without receipt (票据不全不予报销, handbook B G6).

        :raises UserError: naming the bill
        """
        for bill in self._bills():
            if bill.state == "posted" and not bill._activity_receipt():
                raise UserError(
                    self.env._(
                        "“%(event)s”: bill %(bill)s of %(vendor)s bears no receipt number. "
                        "Without receipt nothing is reimbursed.",
                        event=self.name,
                        bill=bill.name,
                        vendor=bill.partner_id.name,
                    )
                )

    def action_settle(self):
        """Close the activity's account: bills posted and receipted, advance used or given back.

        :raises UserError: naming what is left to do
        """
        self._check_money_role("group_accountant", self.env._("Settling an activity"))
        for event in self:
            event.check_access("read")
            trusted = event.sudo()
            if event.state not in ("done", "summarised", "cancelled"):
                raise UserError(self.env._("“%(event)s” is not over yet.", event=event.name))
            trusted._check_receipts()
            drafts = trusted._bills().filtered(lambda move: move.state == "draft")
            if drafts:
                raise UserError(
                    self.env._(
                        "“%(event)s” has %(count)s bills that are not posted.",
                        event=event.name,
                        count=len(drafts),
                    )
                )
            if not float_is_zero(trusted.advance_balance, 2):
                raise UserError(
                    self.env._(
                        "“%(event)s”: %(amount).2f of the advance is neither used nor given back.",
                        event=event.name,
                        amount=trusted.advance_balance,
                    )
                )
            trusted._check_budget()
            trusted._with_move().write(
                {"settled_date": fields.Datetime.now(), "settled_by_id": self.env.uid}
            )
        return True

    def action_publish_account(self):
        """Draw up the notice that publishes the activity's account (G6; owners' money: a must)."""
        self.ensure_one()
        self._check_role("supervisor", self.env._("Publishing the account of an activity"))
        if not self.settled_date:
            raise UserError(self.env._("“%(event)s” is not settled yet.", event=self.name))
        if not self.result_notice_id:
            event = self._in_print_lang()
            today = fields.Date.context_today(self)
            self.sudo()._with_move().result_notice_id = self.env["property.notice"].create(
                event._notice_values(
                    event.env._("Account of the activity “%(event)s”", event=self.name),
                    event._account_text(),
                    kind="other",
                    valid_until=fields.Date.add(today, days=15),
                )
            )
        return self._open_notice(self.result_notice_id)

    def _account_text(self):
        """Return the published account: what was budgeted, spent and who paid."""
        labels = dict(
            self.env["property.activity.funding"]._fields["source"]._description_selection(self.env)
        )
        trusted = self.sudo()
        lines = [
            self.env._(
                "%(item)s: budget %(budget).2f, actual %(actual).2f",
                item=row.name,
                budget=row.amount,
                actual=row.actual,
            )
            for row in trusted.budget_ids
        ]
        lines += [
            self.env._(
                "Total: budget %(budget).2f, actual %(actual).2f",
                budget=trusted.budget_total,
                actual=trusted.actual_cost,
            ),
            self.env._(
                "Sources: %(sources)s",
                sources="、".join(
                    f"{labels[row.source]} {row.amount:.2f}" for row in trusted.funding_ids
                ),
            ),
        ]
        return "\n".join(lines)

    # what is opened ------------------------------------------------------------------------------

    def action_new_bill(self):
        """Open a new vendor bill of the activity."""
        self.ensure_one()
        self.sudo()._analytic_distribution()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bill of the activity"),
            "res_model": "account.move",
            "view_mode": "form",
            "context": {
                "default_move_type": "in_invoice",
                "default_property_activity_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_open_bills(self):
        """Open the bills and entries of the activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bills and entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("property_activity_id", "=", self.id)],
            "context": {
                "default_move_type": "in_invoice",
                "default_property_activity_id": self.id,
            },
        }

    def action_open_ledger(self):
        """Open the journal items the actual cost is the sum of."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items of the activity"),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,form",
            "domain": [
                ("analytic_distribution", "in", self.sudo().analytic_account_id.ids),
                ("parent_state", "=", "posted"),
            ],
        }
