# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money

#: Handbook B H2, state of a receivable line
STATES = [
    ("draft", "Draft"),
    ("open", "Unpaid"),
    ("partial", "Partly paid"),
    ("paid", "Paid"),
    ("cancelled", "Reversed"),
]


class PropertyCharge(models.Model):
    """One unit, one item, one stretch of days of one month: why something is owed.

    Handbook B H2. A charge keeps the facts it was computed from — area, price, days, payer — and
    its amount. What is still owed of it is not kept here: on posting it gets its own receivable
    journal item, and amount due and state follow from that (design rule 1).
    """

    _name = "property.charge"
    _description = "Charge"
    _order = "month desc, unit_id, item_id, date_start, id"
    _check_company_auto = True

    unit_id = fields.Many2one(
        "property.unit", required=True, ondelete="restrict", index=True, check_company=True
    )
    billed_unit_id = fields.Many2one(
        "property.unit",
        "On the bill of",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        help="The home whose bill it is on: parking and storage go with the home they belong to.",
    )
    building_id = fields.Many2one(
        "property.building", required=True, ondelete="restrict", index=True, check_company=True
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    item_id = fields.Many2one(
        "property.fee.item", required=True, ondelete="restrict", index=True, check_company=True
    )
    kind = fields.Selection(related="item_id.kind", store=True, precompute=True)
    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, ondelete="restrict", index=True
    )
    month = fields.Date(required=True, index=True, help="First day of the month charged.")
    period = fields.Char(compute="_compute_period", help="The month, or the days of a part month.")
    date_start = fields.Date("From", required=True)
    date_end = fields.Date("To", required=True)
    days = fields.Integer()
    month_days = fields.Integer("Days of the month")
    quantity = fields.Float(
        digits=(16, 4), help="Area in m², or number of what the price is for.", aggregator=None
    )
    price_unit = fields.Float("Price", digits=(16, 4), aggregator=None)
    price_id = fields.Many2one(
        "property.fee.price", "Price version", ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Monetary("Amount (tax incl.)", required=True)
    amount_residual = fields.Monetary(
        "Amount due", compute="_compute_settlement", store=True, precompute=True
    )
    amount_paid = fields.Monetary(
        "Paid", compute="_compute_settlement", store=True, precompute=True
    )
    state = fields.Selection(
        STATES, compute="_compute_settlement", store=True, precompute=True, index=True
    )
    date_due = fields.Date("Due date", index=True)
    run_id = fields.Many2one(
        "property.bill.run", "Bill run", ondelete="restrict", index="btree_not_null"
    )
    invoice_id = fields.Many2one(
        "account.move", ondelete="restrict", index="btree_not_null", readonly=True
    )
    receivable_line_id = fields.Many2one(
        "account.move.line",
        "Receivable item",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
    )
    reversal_id = fields.Many2one(
        "account.move", "Credit note", ondelete="restrict", index="btree_not_null", readonly=True
    )
    cancelled = fields.Boolean(readonly=True)
    parked = fields.Boolean(
        readonly=True, help="Could not be posted; the exceptions of the run tell why."
    )

    _nothing_twice = models.Constraint(
        """EXCLUDE USING gist (
            int4range(unit_id, unit_id, '[]') WITH =,
            int4range(item_id, item_id, '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (NOT COALESCE(cancelled, false) AND run_id IS NOT NULL)""",
        "These days of the item are charged to the unit already.",
    )
    _period_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A charge cannot end before it starts."
    )
    _unposted = models.Index(
        "(run_id, billed_unit_id) WHERE invoice_id IS NULL AND NOT COALESCE(cancelled, false)"
    )
    _open = models.Index("(billed_unit_id, date_due) WHERE state IN ('open', 'partial')")

    @api.depends("unit_id.full_name", "item_id.name", "date_start")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = (
                f"{charge.unit_id.full_name} {charge.item_id.name} {charge._period_label()}"
            )

    @api.depends("month", "date_start", "date_end", "days", "month_days")
    def _compute_period(self):
        for charge in self:
            charge.period = charge._period_label()

    def _period_label(self):
        """Return the period as a bill shows it: the month, or the days of a part month."""
        self.ensure_one()
        if not self.month:
            return ""
        if self.days and self.days < self.month_days:
            return f"{self.date_start:%Y-%m-%d}~{self.date_end:%m-%d}"
        return f"{self.month:%Y-%m}"

    @api.depends("amount", "cancelled", "receivable_line_id", "invoice_id.state")
    def _compute_settlement(self):
        """Amount due, paid and state follow the receivable item (see `_settlement_changed`)."""
        for charge in self:
            line = charge.receivable_line_id
            if charge.cancelled:
                charge.amount_residual = charge.amount_paid = 0.0
                charge.state = "cancelled"
            elif not line or charge.invoice_id.state != "posted":
                charge.amount_residual = charge.amount
                charge.amount_paid = 0.0
                charge.state = "draft"
            else:
                currency = charge.company_id.currency_id
                charge.amount_residual = line.amount_residual
                charge.amount_paid = currency.round(charge.amount - line.amount_residual)
                if currency.is_zero(line.amount_residual):
                    charge.state = "paid"
                elif currency.is_zero(charge.amount_paid):
                    charge.state = "open"
                else:
                    charge.state = "partial"

    def _settlement_changed(self):
        """Have due amounts computed again; called when a reconciliation is made or undone."""
        for name in ("amount_residual", "amount_paid", "state"):
            self.env.add_to_compute(self._fields[name], self)

    def write(self, vals):
        facts = vals.keys() & {
            "unit_id",
            "item_id",
            "partner_id",
            "amount",
            "date_start",
            "date_end",
            "quantity",
            "price_unit",
        }
        if facts and self.filtered("invoice_id"):
            raise UserError(
                self.env._(
                    "“%(charge)s” is posted: correct it by reversing it, never by changing it.",
                    charge=self.filtered("invoice_id")[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if posted := self.filtered("invoice_id"):
            raise UserError(
                self.env._(
                    "“%(charge)s” is posted and cannot be deleted: reverse it.",
                    charge=posted[0].display_name,
                )
            )

    def _due_order(self):
        """Return open charges in the order money goes to them: oldest due, then priority."""
        return self.sorted(
            lambda charge: (charge.date_due, charge.item_id.priority, charge.month, charge.id)
        )

    def _allocate(self, amount):
        """Spread `amount` yuan over the open charges in due order.

        :return: (list of (charge, amount), what is left over)
        """
        shares = []
        for charge in self._due_order():
            share = min(charge.amount_residual, amount)
            if charge.currency_id.compare_amounts(share, 0) <= 0:
                continue
            shares.append((charge, share))
            amount = charge.currency_id.round(amount - share)
        return shares, amount

    def action_open_journal_items(self):
        """Open the journal items of the charges and what they were settled with."""
        lines = self.sudo().receivable_line_id
        matched = lines.matched_credit_ids.credit_move_id | lines.matched_debit_ids.debit_move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                "|",
                ("id", "in", (lines | matched).ids),
                ("property_charge_id", "in", self.ids),
            ],
        }

    def action_open_invoice(self):
        """Open the invoice of the charge."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }

    # into the ledger and out of it ---------------------------------------------------------------

    def _prepare_invoice_line(self, analytic):
        """Return the values of the charge's invoice line; the price is the charge's amount.

        Quantity is 1: the amount is fixed by the charge, to the cent, whatever part of the month
        it is for; what it was computed from is in the label.
        """
        self.ensure_one()
        item = self.item_id
        return {
            "product_id": item.product_id.id,
            "name": self._line_label(),
            "quantity": 1.0,
            "price_unit": self.amount,
            "tax_ids": [fields.Command.set(item.tax_id.ids)],
            "account_id": item._ledger_account().id,
            "analytic_distribution": analytic or False,
            "property_charge_id": self.id,
        }

    def _line_label(self):
        """Return the text on the bill: item, unit where it is another one, period, computation."""
        self.ensure_one()
        lang = self.estate_id._print_lang()
        item = self.item_id.with_context(lang=lang)
        parts = [item.name]
        if self.unit_id != self.billed_unit_id:
            parts.append(self.unit_id.full_name)
        parts.append(self._period_label())
        if item.basis in ("gross_area", "inner_area"):
            parts.append(f"{money.plain(self.quantity)}㎡×{money.plain(self.price_unit)}")
        if self.days and self.days < self.month_days:
            parts.append(f"×{self.days}/{self.month_days}")
        return " ".join(parts)

    def _link_receivable_lines(self, moves):
        """Tie charges to the invoices and receivable items just posted.

        :raises UserError: if an invoice has not exactly one receivable item per charge; without
            this check such a charge would be posted a second time
        """
        lines = moves.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and line.property_charge_id
        )
        if len(lines) != len(self) or lines.property_charge_id != self:
            raise UserError(
                self.env._(
                    "The books did not keep the charges of %(unit)s apart: they cannot be posted.",
                    unit=(self - lines.property_charge_id)[:1].billed_unit_id.full_name or "",
                )
            )
        for line in lines:
            charge = line.property_charge_id
            if charge.currency_id.compare_amounts(line.balance, charge.amount):
                raise UserError(
                    self.env._(
                        "%(charge)s is %(amount).2f yuan, but %(booked).2f yuan in the books: look "
                        "at the tax of the fee item.",
                        charge=charge.display_name,
                        amount=charge.amount,
                        booked=line.balance,
                    )
                )
            line.property_charge_id.write(
                {"invoice_id": line.move_id.id, "receivable_line_id": line.id}
            )

    def _reverse(self, reason):
        """Reverse the invoices of the charges by credit notes; nothing posted is changed.

        Money already received for them becomes an advance receipt of the home. All charges of an
        invoice are reversed with it; the credit note itself marks them (`account.move`).
        """
        moves = self.sudo().invoice_id
        matched = self.receivable_line_id.matched_credit_ids.credit_move_id
        today = fields.Date.context_today(self)
        moves._reverse_moves(
            [{"ref": reason, "invoice_date": max(move.invoice_date, today)} for move in moves],
            cancel=True,
        )
        self.env["property.prepayment"]._keep_credits(matched)
