# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import money

_logger = logging.getLogger(__name__)

_ALARM = "property_service.mail_activity_type_agency"


class PropertyAgencySettlement(models.Model):
    """What was collected for a supplier in a period, and what was passed on (handbook B H11).

    Money of suppliers is a liability: what owners were charged, have paid and still owe comes
    from the posted journal items of the item, what was passed on from the supplier's standard
    vendor bill on the same liability account. Owners bear no handling fee.
    """

    _name = "property.agency.settlement"
    _description = "Settlement of money collected for others"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, estate_id, item_id, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "collected": ("settled_with_supplier",),
        "settled_with_supplier": ("collected", "difference_explained"),
        "difference_explained": (),
    }
    _workflow_stamps = {
        "settled_with_supplier": ("settled_by_id", "settled_date"),
        "difference_explained": ("explained_by_id", "explained_date"),
    }

    name = fields.Char(compute="_compute_name", store=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('kind', '=', 'agency'), ('company_id', '=', company_id)]",
    )
    supplier_id = fields.Many2one(
        "res.partner",
        compute="_compute_supplier_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    date_due = fields.Date(
        "Pass on by", compute="_compute_date_due", store=True, readonly=False, tracking=True
    )
    amount_supplier = fields.Monetary("Supplier's amount", tracking=True)
    supplier_reference = fields.Char("Supplier's bill no.")
    quantity_supplier = fields.Float("Supplier's quantity", digits=(16, 2))
    amount_charged = fields.Monetary("Charged to owners", compute="_compute_amounts")
    amount_collected = fields.Monetary("Collected", compute="_compute_amounts")
    amount_uncollected = fields.Monetary("Not collected", compute="_compute_amounts")
    amount_paid = fields.Monetary("Passed on", compute="_compute_amounts")
    amount_difference = fields.Monetary(
        "Difference",
        compute="_compute_amounts",
        help="Supplier's amount less what owners were charged: loss, common usage not shared.",
    )
    amount_to_pass = fields.Monetary(
        "To be passed on",
        compute="_compute_amounts",
        help="Collected and not passed on yet.",
    )
    explanation = fields.Text("Explanation of the difference")
    bill_id = fields.Many2one(
        "account.move",
        "Supplier's bill",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    bill_state = fields.Selection(related="bill_id.payment_state", string="Payment of the bill")
    state = fields.Selection(
        [
            ("collected", "Collected"),
            ("settled_with_supplier", "Settled with the supplier"),
            ("difference_explained", "Difference explained"),
        ],
        default="collected",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    settled_by_id = fields.Many2one("res.users", "Settled by", readonly=True, copy=False)
    settled_date = fields.Datetime("Settled on", readonly=True, copy=False)
    explained_by_id = fields.Many2one("res.users", "Explained by", readonly=True, copy=False)
    explained_date = fields.Datetime("Explained on", readonly=True, copy=False)

    _period_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A settlement cannot end before it starts."
    )
    _period_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(estate_id, estate_id, '[]') WITH =,
            int4range(item_id, item_id, '[]') WITH =,
            daterange(date_from, date_to, '[]') WITH &&
        )""",
        "These days of the item are settled already.",
    )

    @api.depends("estate_id.name", "item_id.name", "date_from", "date_to")
    def _compute_name(self):
        for row in self:
            period = f"{row.date_from or ''}~{row.date_to or ''}"
            row.name = f"{row.estate_id.name or ''} {row.item_id.name or ''} {period}"

    @api.depends("item_id")
    def _compute_supplier_id(self):
        for row in self:
            row.supplier_id = row.item_id.supplier_id or row.supplier_id

    @api.depends("date_to", "estate_id")
    def _compute_date_due(self):
        for row in self:
            if not row.date_to or not row.estate_id:
                row.date_due = False
                continue
            month = money.add_months(money.month_start(row.date_to), 1)
            day = row.estate_id._parameter("agency_pass_on_day")
            row.date_due = month.replace(day=min(max(day, 1), money.days_in_month(month)))

    @api.depends("amount_supplier", "bill_id", "item_id", "estate_id", "date_from", "date_to")
    def _compute_amounts(self):
        """Figures of the journal items, as the books are now."""
        for row in self:
            charged, open_amount = row._ledger_figures()
            paid = row._amount_passed_on()
            currency = row.currency_id or self.env.company.currency_id
            row.amount_charged = charged
            row.amount_uncollected = open_amount
            row.amount_collected = currency.round(charged - open_amount)
            row.amount_paid = paid
            row.amount_difference = currency.round(row.amount_supplier - charged)
            row.amount_to_pass = max(currency.round(row.amount_collected - paid), 0.0)

    def _ledger_domain(self):
        """Return the domain of the owners' receivable items of the item and period."""
        self.ensure_one()
        return [
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("property_charge_id.item_id", "=", self.item_id.id),
            ("property_unit_id.estate_id", "=", self.estate_id.id),
            ("move_id.move_type", "in", ("out_invoice", "out_refund")),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
        ]

    def _ledger_figures(self):
        """Return (charged, still owed) in yuan."""
        if not (self.item_id and self.estate_id and self.date_from and self.date_to):
            return 0.0, 0.0
        charged, owed = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(self._ledger_domain(), [], ["balance:sum", "amount_residual:sum"])[0]
        )
        return charged or 0.0, owed or 0.0

    def _amount_passed_on(self):
        """Return what of the supplier's bill is paid, in yuan."""
        bill = self.sudo().bill_id
        if bill.state != "posted":
            return 0.0
        payable = bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )
        return -sum(payable.mapped("balance")) + sum(payable.mapped("amount_residual"))

    def write(self, vals):
        if "bill_id" in vals and not self._moving() and not self.env.su:
            raise UserError(self.env._("The supplier's bill is booked by the button."))
        fixed = vals.keys() & {
            "estate_id",
            "item_id",
            "date_from",
            "date_to",
            "supplier_id",
            "amount_supplier",
        }
        if fixed and not self._moving() and self.filtered(lambda row: row.state != "collected"):
            raise UserError(
                self.env._(
                    "“%(settlement)s” is settled: cancel the supplier's bill and take it back to "
                    "change it.",
                    settlement=self[:1].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        for row in self:
            if row.state != "collected":
                raise UserError(
                    self.env._(
                        "“%(settlement)s” is settled and cannot be deleted.",
                        settlement=row.display_name,
                    )
                )

    # what people press ---------------------------------------------------------------------------

    def _check_accountant(self):
        self._check_in_group("accountant", self.env._("Suppliers are settled with by accountants."))

    def action_settle(self):
        """Book the supplier's bill on the liability account of the item.

        It is paid like every vendor bill of Odoo.

        :raises UserError: if supplier or amount are missing
        """
        for row in self:
            row._check_accountant()
            if row.item_id.kind != "agency":
                raise UserError(
                    self.env._(
                        "“%(item)s” is income of the company, nothing is passed on.",
                        item=row.item_id.name,
                    )
                )
            if not row.supplier_id:
                raise UserError(
                    self.env._(
                        "Enter whom the money of “%(item)s” is passed to.", item=row.item_id.name
                    )
                )
            if row.currency_id.compare_amounts(row.amount_supplier, 0) <= 0:
                raise UserError(self.env._("Enter the amount of the supplier's bill."))
            bill = row._make_bill()
            row._move_to("settled_with_supplier", bill_id=bill.id)
        return True

    def _make_bill(self):
        """Return the posted vendor bill."""
        self.ensure_one()
        company = self.company_id
        journal = (
            self.env["account.journal"]
            .sudo()
            .search([("company_id", "=", company.id), ("type", "=", "purchase")], limit=1)
        )
        if not journal:
            raise UserError(
                self.env._(
                    "“%(company)s” has no journal of vendor bills: make one.", company=company.name
                )
            )
        today = max(fields.Date.context_today(self), self.date_to)
        company._check_property_period(today, journal)
        bill = (
            self.env["account.move"]
            .with_company(company)
            .sudo()
            .create(
                {
                    "move_type": "in_invoice",
                    "journal_id": journal.id,
                    "partner_id": self.supplier_id.id,
                    "invoice_date": today,
                    "date": today,
                    "invoice_date_due": max(self.date_due or today, today),
                    "invoice_payment_term_id": False,
                    "ref": self.supplier_reference or self.name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": self.name,
                                "quantity": 1.0,
                                "price_unit": self.amount_supplier,
                                "account_id": self.item_id._ledger_account().id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        bill.action_post()
        return bill.sudo(self.env.su)

    def action_back(self):
        """Take a settlement back whose supplier's bill was cancelled or reversed.

        :raises UserError: if the bill still stands
        """
        for row in self:
            row._check_accountant()
            bill = row.sudo().bill_id
            if bill.state == "posted" and bill.payment_state != "reversed":
                raise UserError(
                    self.env._(
                        "The supplier's bill %(bill)s still stands: reverse it first.",
                        bill=bill.name,
                    )
                )
            row._move_to("collected", bill_id=False, settled_by_id=False, settled_date=False)
        return True

    def action_explain(self):
        """State that the difference is explained; without one nothing has to be written.

        :raises UserError: if there is a difference and no explanation
        """
        for row in self:
            row._check_accountant()
            if (
                not row.currency_id.is_zero(row.amount_difference)
                and not (row.explanation or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "Explain the difference of %(amount).2f yuan: loss, common usage, readings "
                        "not billed.",
                        amount=row.amount_difference,
                    )
                )
            row._move_to("difference_explained")
            row.sudo().activity_unlink([_ALARM])
        return True

    def action_open_bill(self):
        """Open the supplier's bill."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.bill_id.id,
            "view_mode": "form",
        }

    def action_open_journal_items(self):
        """Open the journal items the figures are from."""
        self.ensure_one()
        domain = self._ledger_domain()
        if self.bill_id:
            domain = ["|", ("move_id", "=", self.bill_id.id), *("&",) * (len(domain) - 1), *domain]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items"),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,form",
            "domain": domain,
        }

    # the routine ---------------------------------------------------------------------------------

    def _is_overdue(self, today):
        """Return whether money was collected and not passed on by its date."""
        self.ensure_one()
        return bool(
            self.date_due
            and self.date_due < today
            and self.currency_id.compare_amounts(self.amount_to_pass, 0) > 0
            and (not self.bill_id or self.bill_state not in ("paid", "in_payment", "reversed"))
        )

    def _alarm(self):
        """Give the estate's manager an activity, once, for as long as it is open."""
        self.ensure_one()
        manager = self.estate_id.manager_id
        if not manager or self.activity_search([_ALARM]):
            return False
        row = self.with_context(lang=manager.lang)
        row.activity_schedule(
            _ALARM,
            date_deadline=fields.Date.context_today(self),
            user_id=manager.id,
            summary=row.env._(
                "%(amount).2f yuan collected and not passed on", amount=row.amount_to_pass
            ),
            note=row.env._(
                "It was to be passed on to %(supplier)s by %(date)s.",
                supplier=row.supplier_id.name or row.item_id.name,
                date=fields.Date.to_string(row.date_due),
            ),
        )
        return True

    @api.model
    def _cron_watch(self):
        """Make last month's settlements and alarm of what was not passed on in time (H11).

        Safe to run twice and to be killed; a record that fails is logged, the others go on.
        """
        cron = self.env["ir.cron"]
        today = fields.Date.context_today(self)
        estates = self.env["property.estate"].search([("active", "=", True)], order="id")
        rows = self.search([("state", "!=", "difference_explained"), ("date_due", "<", today)])

        def failed(_record, _error):
            _logger.exception("A settlement of agency money could not be looked after")

        if cron._property_each(estates, lambda estate: self._open_month(estate, today), failed):
            cron._property_each(rows, lambda row: row._is_overdue(today) and row._alarm(), failed)

    @api.model
    def _open_month(self, estate, day):
        """Make the settlements of the month before `day` for what was charged and has a supplier.

        :return: the new settlements
        """
        last = money.add_months(money.month_start(day), -1)
        end = money.month_end(last)
        items = self.env["property.fee.item"].search(
            [
                ("company_id", "=", estate.company_id.id),
                ("kind", "=", "agency"),
                ("supplier_id", "!=", False),
            ]
        )
        known = self.search(
            [
                ("estate_id", "=", estate.id),
                ("date_from", "<=", end),
                ("date_to", ">=", last),
            ]
        ).item_id
        made = self.browse()
        for item in items - known:
            row = self.new(
                {"estate_id": estate.id, "item_id": item.id, "date_from": last, "date_to": end}
            )
            if row._ledger_figures()[0]:
                made += self.create(
                    {
                        "estate_id": estate.id,
                        "item_id": item.id,
                        "date_from": last,
                        "date_to": end,
                    }
                )
        return made
