# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PropertyDisclosure(models.Model):
    """An estate's income and expenses of a period, published to its owners (handbook B H15).

    draft → finance_ok → approved → published (with a photo of the board) → objections, answered in
    writing → archived. Every figure comes from journal items: fees by item, costs from the
    estate's analytic account. What no longer agrees with the accounts is not published.
    """

    _name = "property.disclosure"
    _description = "Published accounts"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "GS"
    _workflow_moves = {
        "draft": ("finance_ok",),
        "finance_ok": ("waiting", "draft"),
        "waiting": ("approved", "draft"),
        "approved": ("published", "draft"),
        "published": ("archived",),
    }
    _workflow_stamps = {
        "finance_ok": ("finance_by_id", "finance_date"),
        "published": ("published_by_id", None),
    }

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True, tracking=True)
    date_to = fields.Date("To", required=True, tracking=True)
    mode = fields.Selection(
        [("lump", "Lump sum"), ("commission", "Commission")],
        "Way of charging",
        required=True,
        default="lump",
        help="包干制 or 酬金制.",
    )
    line_ids = fields.One2many("property.disclosure.line", "disclosure_id", "Figures")
    income_line_ids = fields.One2many(
        "property.disclosure.line", "disclosure_id", domain=[("section", "=", "income")]
    )
    cost_line_ids = fields.One2many(
        "property.disclosure.line", "disclosure_id", domain=[("section", "=", "cost")]
    )
    common_line_ids = fields.One2many(
        "property.disclosure.line", "disclosure_id", domain=[("section", "=", "common")]
    )
    income_due = fields.Monetary("Billed", compute="_compute_totals", store=True)
    income_received = fields.Monetary("Money received", compute="_compute_totals", store=True)
    cost_budget = fields.Monetary("Costs planned", compute="_compute_totals", store=True)
    cost_actual = fields.Monetary("Costs", compute="_compute_totals", store=True)
    balance = fields.Monetary(
        "Surplus", compute="_compute_totals", store=True, help="Received less costs of the period."
    )
    common_received = fields.Monetary("Common income", compute="_compute_totals", store=True)
    share_note = fields.Text("Public shares", help="Shared water and power, in words.")
    note = fields.Text("Further remarks")
    phone = fields.Char(
        "Phone for objections", compute="_compute_phone", store=True, readonly=False
    )
    published_on = fields.Date(copy=False, tracking=True)
    photo = fields.Image("Photo of the board", copy=False, max_width=1920, max_height=1920)
    objection_ids = fields.One2many(
        "property.disclosure.objection", "disclosure_id", "Objections", copy=False
    )
    open_objections = fields.Integer(compute="_compute_open_objections")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("finance_ok", "Checked by finance"),
            ("waiting", "Waiting for approval"),
            ("approved", "Approved"),
            ("published", "Published"),
            ("archived", "Archived"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    finance_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    finance_date = fields.Datetime("Checked on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", "Published by", readonly=True, copy=False)

    _period_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period ends before it starts."
    )

    @api.depends("estate_id")
    def _compute_phone(self):
        for disclosure in self:
            disclosure.phone = disclosure.phone or disclosure.estate_id.phone

    @api.depends("line_ids.due", "line_ids.received", "line_ids.budget", "line_ids.actual")
    def _compute_totals(self):
        for disclosure in self:
            income = disclosure.line_ids.filtered(lambda line: line.section == "income")
            cost = disclosure.line_ids.filtered(lambda line: line.section == "cost")
            common = disclosure.line_ids - income - cost
            disclosure.income_due = sum(income.mapped("due"))
            disclosure.income_received = sum(income.mapped("received"))
            disclosure.cost_budget = sum(cost.mapped("budget"))
            disclosure.cost_actual = sum(cost.mapped("actual"))
            disclosure.balance = disclosure.income_received - disclosure.cost_actual
            disclosure.common_received = sum(common.mapped("received"))

    @api.depends("objection_ids.answered_on")
    def _compute_open_objections(self):
        for disclosure in self:
            disclosure.open_objections = len(
                disclosure.objection_ids.filtered(lambda row: not row.answered_on)
            )

    @api.model_create_multi
    def create(self, vals_list):
        disclosures = super().create(vals_list)
        disclosures._assign_number()
        disclosures.sudo()._refresh()
        return disclosures

    def write(self, vals):
        if vals.keys() & {"estate_id", "date_from", "date_to"} and not self._moving():
            for disclosure in self:
                if disclosure.state != "draft":
                    raise UserError(
                        self.env._(
                            "“%(number)s” has been checked: take it back to draft to change it.",
                            number=disclosure.number,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda disclosure: disclosure.state != "draft"):
            raise UserError(
                self.env._("“%(number)s” is no draft any more: it stays.", number=kept[0].number)
            )

    # figures ---------------------------------------------------------------------------------

    def _figures(self):
        """Return the figures as the books have them now.

        :return: {(section, fee item id or None, cost item id or None): dict of amounts in yuan}
        """
        self.ensure_one()
        figures = {}
        for row in self._fee_figures():
            section = "common" if row["common"] else "income"
            figures[section, row["item_id"], None] = {
                "due": float(row["due"] or 0),
                "received": float(row["received"] or 0),
            }
        for cost_item, amount in self._cost_figures().items():
            figures["cost", None, cost_item.id or None] = {"actual": amount}
        return figures

    def _fee_figures(self):
        """Return per fee item what was billed and what was received in the period."""
        ledger = self.env["property.fee.ledger"]
        scope = ledger._scope({"estate_ids": self.estate_id.ids})
        income = SQL("item.kind = 'income'")
        return ledger._fetch(
            SQL(
                """
                WITH document AS (%(documents)s),
                     billed AS (%(billed)s)
                SELECT entry.item_id, item.common_income AS common,
                       SUM(entry.due) AS due, SUM(entry.received) AS received
                  FROM (
                        SELECT item_id, amount AS due, 0 AS received FROM billed
                         UNION ALL
                        SELECT item_id, 0, amount FROM (%(allocations)s) allocation
                       ) entry
                  JOIN property_fee_item item ON item.id = entry.item_id
              GROUP BY 1, 2
                """,
                documents=ledger._documents(scope, income, self.date_to),
                billed=ledger._documents(
                    scope, SQL("%s AND line.date >= %s", income, self.date_from), self.date_to
                ),
                allocations=ledger._allocations(SQL("document"), self.date_from, self.date_to),
            )
        )

    def _cost_figures(self):
        """Return {cost item: expenses on the estate's analytic account in the period, in yuan}.

        What is booked on an account no cost item names is under the empty cost item.
        """
        plan = self.estate_id.analytic_account_id.plan_id
        items = self.env["property.cost.item"].search(
            [("company_id", "in", (False, self.company_id.id))]
        )
        figures = dict.fromkeys(items, 0.0)
        if not plan:
            return figures
        by_account = {account: item for item in items for account in item.account_ids}
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [
                    (plan._column_name(), "=", self.estate_id.analytic_account_id.id),
                    ("date", ">=", self.date_from),
                    ("date", "<=", self.date_to),
                    ("general_account_id.internal_group", "=", "expense"),
                ],
                ["general_account_id"],
                ["amount:sum"],
            )
        )
        for account, amount in rows:
            item = by_account.get(account, items.browse())
            figures[item] = self.currency_id.round(figures.get(item, 0.0) - amount)
        return figures

    def _refresh(self):
        """Write the figures of the books; budgets typed in before are kept."""
        for disclosure in self:
            kept = {line._key(): line.budget for line in disclosure.line_ids}
            disclosure.line_ids.unlink()
            self.env["property.disclosure.line"].create(
                [
                    {
                        "disclosure_id": disclosure.id,
                        "section": section,
                        "item_id": item_id,
                        "cost_item_id": cost_id,
                        "budget": kept.get((section, item_id, cost_id), 0.0),
                        **amounts,
                    }
                    for (section, item_id, cost_id), amounts in disclosure._figures().items()
                ]
            )

    def action_refresh(self):
        """Bring the figures of a draft up to date with the books."""
        for disclosure in self:
            if disclosure.state != "draft":
                raise UserError(
                    self.env._("“%(number)s” is no draft any more.", number=disclosure.number)
                )
        self.check_access("write")
        self.sudo()._refresh()
        return True

    def _check_against_books(self):
        """Refuse to go on with figures the books no longer bear out (handbook B H15 Bad cases)."""
        self.ensure_one()
        trusted = self.sudo()
        now = trusted._figures()
        compare = self.currency_id.compare_amounts
        shown = {line._key(): line for line in trusted.line_ids}
        for key in now.keys() | shown.keys():
            line = shown.get(key)
            for name in ("due", "received", "actual"):
                have = line[name] if line else 0.0
                want = now.get(key, {}).get(name, 0.0)
                if compare(have, want):
                    raise UserError(
                        self.env._(
                            "“%(number)s” differs from the accounts: %(name)s is %(have).2f yuan on "
                            "the form and %(want).2f yuan in the books. Take it back to draft and "
                            "bring it up to date.",
                            number=self.number,
                            name=line.name if line else "",
                            have=have,
                            want=want,
                        )
                    )

    # steps ---------------------------------------------------------------------------------------

    def action_finance_ok(self):
        """State that finance has compared the figures with the books."""
        for disclosure in self:
            disclosure._check_accountant()
            disclosure._check_against_books()
            disclosure._move_to("finance_ok")
        return True

    def _check_accountant(self):
        self._check_in_group(
            "accountant", self.env._("Published accounts are checked by the accountant.")
        )

    def action_submit(self):
        """Ask for the company's approval to publish."""
        for disclosure in self:
            disclosure._check_against_books()
            disclosure._move_to("waiting")
            disclosure._request_approval(
                "publish",
                self.env._(
                    "Accounts of %(estate)s, %(first)s to %(last)s",
                    estate=disclosure.estate_id.name,
                    first=disclosure.date_from,
                    last=disclosure.date_to,
                ),
                amount=disclosure.income_due,
            )
        return True

    def action_back(self):
        """Take accounts that are not published back to draft."""
        for disclosure in self:
            disclosure._withdraw_approval()
            disclosure._move_to("draft", finance_by_id=False, finance_date=False)
        return True

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self._move_to("draft", finance_by_id=False, finance_date=False)

    def action_publish(self):
        """State that the accounts hang on the board, with the photo of it.

        :raises UserError: without a photo, or when the books have changed since the check
        """
        for disclosure in self:
            disclosure._check_against_books()
            if not disclosure.photo:
                raise UserError(
                    self.env._(
                        "“%(number)s”: add the photo of the notice board.", number=disclosure.number
                    )
                )
            disclosure._move_to("published", published_on=fields.Date.context_today(self))
        return True

    def action_archive_accounts(self):
        """File published accounts.

        :raises UserError: while an objection has no answer
        """
        for disclosure in self:
            if disclosure.open_objections:
                raise UserError(
                    self.env._(
                        "“%(number)s”: %(count)s objections wait for an answer.",
                        number=disclosure.number,
                        count=disclosure.open_objections,
                    )
                )
            disclosure._move_to("archived")
        return True


class PropertyDisclosureLine(models.Model):
    """A fee item or a cost item of published accounts."""

    _name = "property.disclosure.line"
    _description = "Figure of published accounts"
    _order = "disclosure_id, section, item_id, cost_item_id, id"

    disclosure_id = fields.Many2one(
        "property.disclosure", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="disclosure_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="disclosure_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="disclosure_id.currency_id")
    section = fields.Selection(
        [("income", "Fees"), ("cost", "Costs"), ("common", "Common income")],
        required=True,
        readonly=True,
    )
    item_id = fields.Many2one("property.fee.item", ondelete="restrict", readonly=True)
    cost_item_id = fields.Many2one("property.cost.item", ondelete="restrict", readonly=True)
    name = fields.Char("Fee or cost", compute="_compute_name")
    due = fields.Monetary("Billed", readonly=True)
    received = fields.Monetary("Money received", readonly=True)
    budget = fields.Monetary("Planned")
    actual = fields.Monetary("Spent", readonly=True)

    @api.depends("item_id", "cost_item_id", "section")
    def _compute_name(self):
        for line in self:
            line.name = (
                line.item_id.name or line.cost_item_id.name or self.env._("Other, not assigned")
            )

    def _key(self):
        return (self.section, self.item_id.id or None, self.cost_item_id.id or None)

    def write(self, vals):
        if "budget" in vals and self.disclosure_id.filtered(lambda row: row.state != "draft"):
            raise UserError(self.env._("The plan is changed while the accounts are a draft."))
        return super().write(vals)


class PropertyDisclosureObjection(models.Model):
    """An owner's objection to published accounts, answered in writing within the days set."""

    _name = "property.disclosure.objection"
    _description = "Objection to published accounts"
    _order = "date desc, id desc"
    _check_company_auto = True

    disclosure_id = fields.Many2one(
        "property.disclosure", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="disclosure_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="disclosure_id.company_id", store=True, index=True)
    date = fields.Date("Received on", required=True, default=fields.Date.context_today)
    unit_id = fields.Many2one(
        "property.unit",
        "Room",
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    text = fields.Text("Objection", required=True)
    deadline = fields.Date("Answer by", compute="_compute_deadline", store=True)
    answer = fields.Text()
    answered_on = fields.Date()

    @api.depends("date", "estate_id")
    def _compute_deadline(self):
        for objection in self:
            days = objection.estate_id._parameter("objection_answer_days")
            objection.deadline = objection.date and objection.date + timedelta(days=days)

    @api.constrains("answer", "answered_on")
    def _check_answer(self):
        for objection in self:
            if objection.answered_on and not (objection.answer or "").strip():
                raise UserError(self.env._("Enter what was answered in writing."))
