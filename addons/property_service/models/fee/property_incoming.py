# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what the statement says, and what follows from booking it
_STATEMENT_FIELDS = {
    "journal_id",
    "external_ref",
    "date",
    "amount",
    "payer_name",
    "payer_account",
    "text",
    "receipt_id",
}


class PropertyIncoming(models.Model):
    """A line of a bank statement or payment platform's bill (来账明细, handbook B H4).

    Matched to a home by the room number in its text it becomes a receipt at once; otherwise it
    waits to be assigned by hand. Its key makes a file that is taken in twice add nothing.
    """

    _name = "property.incoming"
    _description = "Incoming payment"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "waiting": ("booked", "ignored"),
        "ignored": ("waiting",),
        "booked": (),
    }
    _workflow_stamps = {
        "booked": ("booked_by_id", "booked_date"),
        "ignored": ("booked_by_id", "booked_date"),
    }

    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        "Came in by",
        required=True,
        check_company=True,
        ondelete="restrict",
        index=True,
    )
    external_ref = fields.Char("Transaction no.", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    payer_name = fields.Char("Payer on the statement", readonly=True)
    payer_account = fields.Char("Payer's account", readonly=True)
    text = fields.Char("Statement text", readonly=True)
    unit_id = fields.Many2one(
        "property.unit",
        domain="[('estate_id', '=', estate_id), ('main_unit_id', '=', False)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    receipt_id = fields.Many2one("property.receipt", readonly=True, index="btree_not_null")
    problem = fields.Char(readonly=True)
    state = fields.Selection(
        [("waiting", "To be assigned"), ("booked", "Booked"), ("ignored", "Not a fee")],
        required=True,
        default="waiting",
        index=True,
        tracking=True,
    )
    booked_by_id = fields.Many2one("res.users", "Booked by", readonly=True)
    booked_date = fields.Datetime("Booked on", readonly=True)

    _transaction_once = models.UniqueIndex(
        "(journal_id, external_ref)", "This transaction has been taken in already."
    )
    _amount_positive = models.Constraint("CHECK (amount > 0)", "An incoming payment is above zero.")

    @api.depends("date", "payer_name", "amount")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.date or ''} {row.payer_name or ''} {row.amount:.2f}"

    @api.constrains("unit_id", "estate_id")
    def _check_unit(self):
        for row in self.filtered("unit_id"):
            if row.unit_id.estate_id != row.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not of the estate “%(estate)s”.",
                        unit=row.unit_id.full_name,
                        estate=row.estate_id.name,
                    )
                )

    def write(self, vals):
        if _STATEMENT_FIELDS & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("What the bank or platform states about a payment is never changed.")
            )
        if "unit_id" in vals and self.filtered(lambda row: row.state == "booked"):
            raise UserError(
                self.env._(
                    "“%(row)s” is booked: void its receipt instead of changing the home.",
                    row=self.filtered(lambda row: row.state == "booked")[0].display_name,
                )
            )
        return super().write(vals)

    def _book(self):
        """Turn rows with a home into receipts: oldest due and highest priority first.

        :return: the receipts
        :raises UserError: if a row has no home, or its home nobody who pays
        """
        rows = self.filtered(lambda row: row.state == "waiting")
        rows.sudo().lock_for_update(allow_referencing=True)
        rows.invalidate_recordset(["state", "receipt_id"])
        rows = rows.filtered(lambda row: row.state == "waiting")
        charges = rows._payable_charges().grouped("billed_unit_id")
        nothing = self.env["property.charge"]
        left = {charge: charge.amount_residual for group in charges.values() for charge in group}
        values = []
        for row in rows:
            unit = row.unit_id._billed_unit() if row.unit_id else row.unit_id
            if not unit:
                raise UserError(
                    self.env._("%(row)s: choose the home it is for.", row=row.display_name)
                )
            payer = unit.payer_id or unit.owner_id
            if not payer:
                raise UserError(
                    self.env._(
                        "%(unit)s has nobody who pays: enter the occupancy first.",
                        unit=unit.full_name,
                    )
                )
            values.append(row._prepare_receipt(payer, charges.get(unit, nothing), left))
        receipts = self.env["property.receipt"]._take(values)
        for row, receipt in zip(rows, receipts, strict=True):
            row.sudo()._move_to("booked", receipt_id=receipt.id, problem=False)
        return receipts

    def _payable_charges(self):
        """Return the open charges of the rows' homes that those who hold the homes now owe.

        What a former owner or the developer still owes stays with them (handbook B H13): money
        that comes in on the home's number is not taken for it without anybody's decision.
        """
        charges = self.unit_id._open_charges()
        holders = charges.billed_unit_id._holders_on(fields.Date.context_today(self))
        return charges.filtered(
            lambda charge: charge.partner_id in holders[charge.billed_unit_id].partner_id
        )

    def _receipt_date(self):
        """Return the day of the receipt: the payment's own, or today where that day is closed."""
        self.ensure_one()
        closed = self.env["property.day.closing"].sudo()._is_closed(self.estate_id, self.date)
        locked = self.company_id.sudo()._get_violated_lock_dates(
            self.date, True, self.journal_id.sudo()
        )
        return fields.Date.context_today(self) if closed or locked else self.date

    def _prepare_receipt(self, payer, charges, left):
        """Return the values of the receipt; `left` {charge: amount due} is reduced by it."""
        self.ensure_one()
        rest, lines = self.amount, []
        for charge in charges._due_order():
            share = min(left[charge], rest)
            if self.currency_id.compare_amounts(share, 0) <= 0:
                continue
            left[charge] = self.currency_id.round(left[charge] - share)
            rest = self.currency_id.round(rest - share)
            lines.append(fields.Command.create({"charge_id": charge.id, "amount": share}))
        return {
            "unit_id": self.unit_id._billed_unit().id,
            "partner_id": payer.id,
            "payer_name": self.payer_name,
            "date": self._receipt_date(),
            "journal_id": self.journal_id.id,
            "amount": self.amount,
            "external_ref": self.external_ref,
            "memo": self.text,
            "line_ids": lines,
        }

    def action_book(self):
        """Book the rows that have a home as receipts; the others go on waiting.

        :raises UserError: if none of them has a home
        """
        self.check_access("write")
        waiting = self.filtered(lambda row: row.state == "waiting")
        ready = waiting.filtered("unit_id")
        receipts = (ready or waiting)._book()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(booked)s payments booked, %(waiting)s still without a home.",
                    booked=len(receipts),
                    waiting=len(waiting - ready),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_receipt(self):
        """Open the receipt the payment was booked with."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.receipt",
            "res_id": self.receipt_id.id,
            "view_mode": "form",
        }

    def action_ignore(self):
        """State that the money is no fee; it stays in the list."""
        self._move_to("ignored")

    def action_wait(self):
        """Put rows back among those to be assigned."""
        self._move_to("waiting")
