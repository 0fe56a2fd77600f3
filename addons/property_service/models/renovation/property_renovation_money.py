# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: codes of the price list that have a fee item of their own
FEE_CODES = ("RENO_MGT", "RENO_DEBRIS", "RENO_PASS", "RENO_REISSUE", "RENO_OTHER")
AGREEMENT_ROLES = ("agreement_owner", "agreement_contractor")


class PropertyRenovationMoney(models.Model):
    """One row of what a renovation pays: what for, standard, quantity, amount, who, paid?

    Form 装修缴费通知单 (handbook A §29). A row stands on the price list; rows that the place forbids
    are shown and not asked for. A deposit or a charge of the fee room carries the money.
    """

    _name = "property.renovation.money"
    _description = "Money of a renovation"
    _order = "renovation_id, id"

    renovation_id = fields.Many2one(
        "property.renovation", required=True, readonly=True, ondelete="cascade", index=True
    )
    extension_id = fields.Many2one(
        "property.renovation.extension", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    estate_id = fields.Many2one(related="renovation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="renovation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    price_id = fields.Many2one(
        "property.renovation.price",
        "Row of the price list",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    code = fields.Char(readonly=True)
    name = fields.Char("Charged for", required=True, readonly=True)
    kind = fields.Selection(
        [("deposit", "Refundable deposit"), ("fee", "Fee, not refunded")],
        "Refunded?",
        required=True,
        readonly=True,
    )
    side = fields.Selection(
        [("owner", "Owner's side"), ("firm", "Contractor's side")],
        "On whose account",
        readonly=True,
    )
    payer_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict", index=True)
    standard = fields.Char("Charging standard", readonly=True)
    quantity = fields.Float(digits=(16, 2), readonly=True)
    price = fields.Float("Price (yuan)", digits=(16, 4), readonly=True)
    days = fields.Integer("Days charged", readonly=True)
    amount = fields.Monetary(readonly=True)
    allowed = fields.Boolean("May be asked for", readonly=True)
    basis_note = fields.Char("Basis in law", readonly=True)
    deposit_id = fields.Many2one(
        "property.deposit", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    charge_id = fields.Many2one(
        "property.charge", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    amount_held = fields.Monetary("Held or paid", compute="_compute_settled")
    receipt_number = fields.Char("Receipt no.", compute="_compute_settled")
    settled = fields.Selection(
        [
            ("planned", "Not asked for yet"),
            ("forbidden", "Not allowed here"),
            ("due", "Due"),
            ("paid", "Paid"),
            ("back", "Given back"),
        ],
        "Money",
        compute="_compute_settled",
    )

    @api.depends("deposit_id.state", "charge_id.state", "allowed")
    def _compute_settled(self):
        for row in self:
            deposit, charge = row.deposit_id.sudo(), row.charge_id.sudo()
            row.amount_held = deposit.balance if deposit else charge.amount_paid
            row.receipt_number = deposit.receipt_id.number or row._receipt_of_charge()
            if not row.allowed:
                row.settled = "forbidden"
            elif deposit:
                row.settled = {
                    "due": "due",
                    "cancelled": "planned",
                    "refunded": "back",
                    "closed": "back",
                    "deducted": "back",
                }.get(deposit.state, "paid")
            elif charge:
                row.settled = "due" if charge.state in ("draft", "open", "partial") else "paid"
            else:
                row.settled = "planned"

    def _receipt_of_charge(self):
        """Return the number of the receipt that paid the row's charge."""
        self.ensure_one()
        if not self.charge_id:
            return ""
        lines = (
            self.env["property.receipt.line"]
            .sudo()
            .search(
                [("charge_id", "=", self.charge_id.id), ("receipt_id.state", "=", "confirmed")],
                limit=1,
            )
        )
        return lines.receipt_id.number or ""

    def _is_open(self):
        """Return whether money of the row is still to come."""
        self.ensure_one()
        if not self.allowed or not self.amount:
            return False
        if self.kind == "deposit":
            return not self.deposit_id or self.deposit_id.state == "due"
        charge = self.charge_id
        return not charge or not charge.currency_id.is_zero(charge.amount_residual)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unasked(self):
        if self.filtered(lambda row: row.deposit_id or row.charge_id):
            raise UserError(
                self.env._("What was asked for stays: withdraw the deposit or adjust the charge.")
            )

    def _ask(self):
        """Ask for the money: deposits become due, fees are charged; the cashier sees both.

        Done once per row; a row that was asked for already is left alone.
        """
        todo = self.filtered(
            lambda row: row.allowed and row.amount and not row.deposit_id and not row.charge_id
        )
        for row in todo.filtered(lambda row: row.kind == "deposit"):
            row.sudo().deposit_id = self.env["property.deposit"]._require(
                row.renovation_id.unit_id,
                row.payer_id,
                row.code,
                row.amount,
                row.renovation_id,
            )
        fees = todo.filtered(lambda row: row.kind == "fee")
        values = [
            {
                "unit_id": row.renovation_id.unit_id.id,
                "item_id": row.company_id._property_renovation_item(row.code).id,
                "partner_id": row.payer_id.id,
                "amount": row.amount,
                "quantity": row.quantity,
                "price_unit": row.price,
                "note": f"{row.renovation_id.number} {row.standard or ''}".strip(),
                "origin_key": f"renovation,{row.id}",
                "renovation_id": row.renovation_id.id,
            }
            for row in fees
        ]
        if values:
            charges = self.env["property.charge"]._charge(values)
            for row, charge in zip(fees, charges, strict=True):
                row.sudo().charge_id = charge


class PropertyRenovation(models.Model):
    """Agreement and money (handbook A §29)."""

    _inherit = "property.renovation"

    money_ids = fields.One2many("property.renovation.money", "renovation_id", copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_fees = fields.Monetary("Fees together", compute="_compute_amounts", store=True)
    amount_deposits = fields.Monetary("Deposits together", compute="_compute_amounts", store=True)
    amount_due = fields.Monetary("Still to pay", compute="_compute_amount_due")
    deposit_ids = fields.One2many(
        "property.deposit",
        "origin_id",
        "Deposits",
        domain=lambda self: [("origin_model", "=", self._name)],
        readonly=True,
    )
    charge_ids = fields.One2many("property.charge", "renovation_id", "Fees charged", readonly=True)
    amount_held = fields.Monetary(
        "Deposits held", compute="_compute_amount_held", store=True, aggregator="sum"
    )
    damages_clause = fields.Text(
        "Liability for breach", help="Agreed damages; never a fine (handbook A §0.4)."
    )

    @api.depends("money_ids.amount", "money_ids.allowed", "money_ids.kind")
    def _compute_amounts(self):
        for dossier in self:
            rows = dossier.money_ids.filtered("allowed")
            deposits = rows.filtered(lambda row: row.kind == "deposit")
            dossier.amount_deposits = sum(deposits.mapped("amount"))
            dossier.amount_fees = sum((rows - deposits).mapped("amount"))

    @api.depends("money_ids.deposit_id.state", "money_ids.charge_id.amount_residual")
    def _compute_amount_due(self):
        for dossier in self:
            rows = dossier.sudo().money_ids.filtered("allowed")
            dossier.amount_due = sum(
                row.amount if row.kind == "deposit" else row.charge_id.amount_residual or row.amount
                for row in rows
                if row._is_open()
            )

    @api.depends("money_ids.deposit_id.state")
    def _compute_amount_held(self):
        for dossier in self:
            deposits = dossier.sudo().money_ids.deposit_id
            dossier.amount_held = sum(deposits._balances().values()) if deposits else 0.0

    # the list ------------------------------------------------------------------------------------

    def _firm_payer(self):
        """Return who pays what is the contractor's: without a firm nobody does."""
        self.ensure_one()
        return self.contractor_id if self.mode == "company" else self.env["res.partner"]

    def _planned_days(self):
        """Return the days of the planned period, both ends counted."""
        self.ensure_one()
        return (self.date_end_plan - self.date_start_plan).days + 1

    def _prepare_money(self, price, days, extension=None):
        """Return the values of the money row of a price, with caps and bans of the place."""
        self.ensure_one()
        law = self.law_id
        forbidden = price._forbidden(law)
        quantity = price._quantity(self, days)
        amount = price._amount(quantity)
        note = forbidden or price.legal_basis
        cap = price._cap(law)
        if cap and amount > cap:
            amount = cap
            note = self.env._("%(law)s: at most %(cap).2f yuan", law=law.name, cap=cap)
        label = dict(price._fields["basis"]._description_selection(self.env))[price.basis]
        payer = self.payer_id if price.side == "owner" else self._firm_payer()
        return {
            "renovation_id": self.id,
            "extension_id": extension.id if extension else False,
            "price_id": price.id,
            "code": price.code,
            "name": price.name,
            "kind": price.kind,
            "side": price.side,
            "payer_id": payer.id,
            "standard": self.env._(
                "%(price)s yuan %(basis)s", price=f"{price.price:g}", basis=label
            ),
            "quantity": quantity,
            "price": price.price,
            "days": days if price.basis == "m2_day" else 0,
            "amount": amount,
            "allowed": not forbidden,
            "basis_note": note,
        }

    def _make_money(self):
        """Write the list of what this renovation pays; what was asked for already stays."""
        for dossier in self:
            dossier.sudo().money_ids.filtered(
                lambda row: not row.deposit_id and not row.charge_id
            ).unlink()
            known = set(dossier.money_ids.mapped("code"))
            prices = self.env["property.renovation.price"]._of_unit(dossier.unit_id)
            values = [
                dossier._prepare_money(price, dossier._planned_days())
                for price in prices
                if not price.on_demand
                and price.code not in known
                and (price.side == "owner" or dossier._firm_payer())
            ]
            values = [row for row in values if row["amount"] or not row["allowed"]]
            dossier._limit_fees(values)
            self.env["property.renovation.money"].sudo().create(values)

    def _limit_fees(self, values):
        """Lower the fees in `values` to the limit per m² of the place, the last ones first."""
        self.ensure_one()
        law = self.law_id
        if not law.fee_cap_m2:
            return
        round_ = self.currency_id.round
        fees = [row for row in values if row["kind"] == "fee" and row["allowed"]]
        over = round_(sum(row["amount"] for row in fees) - law.fee_cap_m2 * self.unit_id.gross_area)
        for row in reversed(fees):
            if over <= 0:
                break
            less = min(over, row["amount"])
            row["amount"] = round_(row["amount"] - less)
            row["basis_note"] = self.env._(
                "%(law)s: all fees at most %(cap).2f yuan per m²", law=law.name, cap=law.fee_cap_m2
            )
            over = round_(over - less)

    def action_make_money(self):
        """Write the list of fees and deposits again, from the price list of today.

        :raises UserError: once the agreement is signed
        """
        self.check_access("write")
        for dossier in self:
            if dossier.state != "approved":
                raise UserError(
                    self.env._(
                        "%(dossier)s: the list stands from the agreement on.",
                        dossier=dossier.display_name,
                    )
                )
        self._make_money()

    # agreement -----------------------------------------------------------------------------------

    def action_agreement(self):
        """State that all parties have signed the agreement, and ask for the money.

        :raises UserError: naming who has not signed: without agreement no permit
        """
        self.check_access("write")
        for dossier in self:
            dossier._need_signatures([*dossier._roles(*AGREEMENT_ROLES), "agreement_company"])
            dossier._move_to("agreement")
            dossier.money_ids._ask()
            self.env["property.archive.document"]._file_record(
                dossier,
                "archive_type_12",
                report="property_service.action_report_renovation_agreement",
            )
            dossier._money_changed()

    def _before_signature(self, role):
        super()._before_signature(role)
        if role.startswith("agreement") and not self.approved_date:
            raise UserError(
                self.env._(
                    "%(dossier)s: the agreement is signed after the review.",
                    dossier=self.display_name,
                )
            )

    def _money_open(self, extension=None):
        """Return the rows of the dossier, or of one extension, whose money is still to come."""
        self.ensure_one()
        rows = self.sudo().money_ids.filtered(
            lambda row: row.extension_id == (extension or row.extension_id.browse())
        )
        return rows.filtered(lambda row: row._is_open())

    def _deposit_changed(self, deposit):
        """Called by the deposits asked for here whenever one changes its state."""
        self._money_changed()
        self._refund_changed()

    def _money_changed(self):
        """Follow the money: paid when the cashier has taken all, not paid when he gave it back."""
        for dossier in self.sudo():
            todo = dossier._money_open()
            if dossier.state == "agreement" and not todo:
                dossier._move_to("paid")
            elif dossier.state == "paid" and todo:
                dossier._move_to("agreement")
            for extension in dossier.extension_ids.filtered(lambda row: row.state == "to_pay"):
                if not dossier._money_open(extension):
                    extension._grant()

    def action_open_cashier(self):
        """Open what the dossier still has to pay, for the cashier.

        :return: the action that lists the charges; deposits are listed beside them
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fees of %(dossier)s", dossier=self.display_name),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("renovation_id", "=", self.id)],
        }

    def action_open_deposits(self):
        """Open the deposits of the dossier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposits of %(dossier)s", dossier=self.display_name),
            "res_model": "property.deposit",
            "view_mode": "list,form",
            "domain": [("id", "in", self.money_ids.deposit_id.ids)],
        }

    # what was charged too much -------------------------------------------------------------------

    def _reduce_fee(self, row, amount, note):
        """Charge `amount` yuan of the fee of `row` less: a counter-charge on the books.

        What was paid already becomes an advance receipt of the home, to be used or refunded.
        """
        charge = row.charge_id.sudo()
        amount = min(amount, charge.amount - charge.amount_reduced)
        if charge.currency_id.compare_amounts(amount, 0) <= 0:
            return self.env["property.charge"]
        return self.env["property.charge"]._charge(
            [
                {
                    "unit_id": charge.unit_id.id,
                    "item_id": charge.item_id.id,
                    "partner_id": charge.partner_id.id,
                    "amount": -amount,
                    "origin": "adjust",
                    "origin_key": f"renovation_less,{row.id}",
                    "reduces_id": charge.id,
                    "note": note,
                    "renovation_id": self.id,
                }
            ]
        )

    def _real_days(self):
        """Return the days the site was really worked on, first and last day counted."""
        self.ensure_one()
        last = self.finished_date or self.date_end_plan
        first = self.started_date or self.date_start_plan
        return max((last - first).days + 1, 0)

    def _settle_fees(self):
        """Settle fees per day by the real period (§29): less is charged back, never more.

        Longer work needs an extension, which charges its own days.
        """
        for dossier in self:
            if not dossier.estate_id._parameter("renovation_settle_real_days"):
                continue
            rows = dossier.money_ids.filtered(
                lambda row: row.allowed and row.days and row.charge_id
            ).sorted("id", reverse=True)
            for same in rows.grouped("code").values():
                over = sum(same.mapped("days")) - dossier._real_days()
                for row in same:
                    days = min(over, row.days)
                    if days <= 0:
                        break
                    left = row.price_id._amount(row.quantity / row.days * (row.days - days))
                    dossier._reduce_fee(
                        row,
                        row.amount - left,
                        self.env._("Settled by the real period: %(days)s days less", days=days),
                    )
                    over -= days

    def _after_cancel(self):
        """Take back what was asked for; what was paid is given back (state “refund”)."""
        for dossier in self:
            rows = dossier.sudo().money_ids
            due = rows.deposit_id.filtered(lambda deposit: deposit.state == "due")
            due.action_cancel()
            note = self.env._("Declaration withdrawn")
            for row in rows.filtered("charge_id"):
                dossier._reduce_fee(row, row.amount, note)
            dossier.permit_ids.filtered(lambda permit: permit._is_live())._close_returned()
            dossier._leave_unit()
            if rows.deposit_id.filtered(lambda deposit: deposit.state == "held"):
                dossier._move_to("refund")
