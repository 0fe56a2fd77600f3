# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: Handbook B H2, state of a receivable line
STATES = [
    ("draft", "Draft"),
    ("open", "Unpaid"),
    ("partial", "Partly paid"),
    ("paid", "Paid"),
    ("waived", "Reduced"),
    ("written_off", "Written off"),
    ("cancelled", "Reversed"),
]

#: Where a charge comes from
ORIGINS = [
    ("price", "Price list"),
    ("meter", "Meter"),
    ("share", "Public share"),
    ("waiver", "Reduction"),
    ("late", "Late charge"),
    ("adjust", "Adjustment"),
    ("once", "Single charge"),
]


class PropertyCharge(models.Model):
    """One unit, one item, one stretch of days of one month: why something is owed.

    Handbook B H2. A charge keeps the facts it was computed from — area, price, days, payer — and
    its amount. What is still owed of it is not kept here: on posting it gets its own receivable
    journal item, and amount due and state follow from that (design rule 1).

    A reduction (waiver, adjustment downwards) is a charge below zero that names the charge it
    reduces: the price is never changed, what was reduced stays to be seen (handbook B H7, H12).
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
    origin = fields.Selection(ORIGINS, required=True, default="price", readonly=True, index=True)
    origin_key = fields.Char(
        readonly=True,
        copy=False,
        help="Names the fact the charge was made from, so that it is charged once.",
    )
    reduces_id = fields.Many2one(
        "property.charge",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        check_company=True,
        help="The charge a reduction belongs to.",
    )
    reduction_ids = fields.One2many("property.charge", "reduces_id", "Reductions")
    note = fields.Char(readonly=True, help="Further text on the bill.")
    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, ondelete="restrict", index=True
    )
    month = fields.Date(required=True, help="First day of the month charged.")
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
    amount_reduced = fields.Monetary(
        "Reduced by",
        compute="_compute_amount_reduced",
        store=True,
        precompute=True,
        help="Waivers and adjustments in the books.",
    )
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
    written_off = fields.Boolean(readonly=True, copy=False)
    parked = fields.Boolean(
        readonly=True, help="Could not be posted; the exceptions of the run tell why."
    )

    _nothing_twice = models.Constraint(
        """EXCLUDE USING gist (
            int4range(unit_id, unit_id, '[]') WITH =,
            int4range(item_id, item_id, '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (
            NOT COALESCE(cancelled, false) AND run_id IS NOT NULL AND origin = 'price'
        )""",
        "These days of the item are charged to the unit already.",
    )
    _origin_once = models.UniqueIndex(
        "(origin_key) WHERE origin_key IS NOT NULL AND NOT COALESCE(cancelled, false)",
        "This has been charged already.",
    )
    _reduction_negative = models.Constraint(
        "CHECK (reduces_id IS NULL OR amount <= 0)", "A reduction is below zero."
    )
    _period_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A charge cannot end before it starts."
    )
    # the list, newest month first, is read off it without sorting the month
    _by_month = models.Index("(month DESC, id)")
    # the overview adds up a year's charges without reading them
    _overview = models.Index("(month, state, estate_id) INCLUDE (amount, company_id)")
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
        if self.origin in ("late", "once"):
            if self.date_start == self.date_end:
                return f"{self.date_start:%Y-%m-%d}"
            return f"{self.date_start:%Y-%m-%d}~{self.date_end:%Y-%m-%d}"
        if self.days and self.days < self.month_days:
            return f"{self.date_start:%Y-%m-%d}~{self.date_end:%m-%d}"
        return f"{self.month:%Y-%m}"

    @api.depends("reduction_ids.amount", "reduction_ids.invoice_id", "reduction_ids.cancelled")
    def _compute_amount_reduced(self):
        for charge in self:
            booked = charge.reduction_ids.filtered(
                lambda reduction: reduction.invoice_id and not reduction.cancelled
            )
            charge.amount_reduced = -sum(booked.mapped("amount"))

    @api.depends(
        "amount",
        "amount_reduced",
        "cancelled",
        "written_off",
        "receivable_line_id",
        "invoice_id.state",
    )
    def _compute_settlement(self):
        """Amount due, paid and state follow the receivable item (see `_settlement_changed`)."""
        for charge in self:
            line = charge.receivable_line_id
            currency = charge.company_id.currency_id
            charge.amount_paid = 0.0
            if charge.cancelled:
                charge.amount_residual = 0.0
                charge.state = "cancelled"
            elif not charge.invoice_id or charge.invoice_id.state != "posted":
                charge.amount_residual = charge.amount
                charge.state = "draft"
            elif charge.amount < 0:
                charge.amount_residual = line.amount_residual if line else 0.0
                charge.state = "waived"
            else:
                charge.amount_residual = line.amount_residual
                charge.amount_paid = currency.round(
                    charge.amount - charge.amount_reduced - line.amount_residual
                )
                charge.state = charge._settled_state()

    def _settled_state(self):
        """Return the state of a posted charge by what is still due and what was paid."""
        self.ensure_one()
        currency = self.company_id.currency_id
        paid = not currency.is_zero(self.amount_paid)
        if not currency.is_zero(self.amount_residual):
            return "partial" if paid else "open"
        if self.written_off:
            return "written_off"
        return "paid" if paid or currency.is_zero(self.amount_reduced) else "waived"

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
