# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


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
    text = fields.Char("Text", readonly=True)
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
    booked_by_id = fields.Many2one("res.users", readonly=True)
    booked_date = fields.Datetime("Booked on", readonly=True)

    _transaction_once = models.UniqueIndex(
        "(journal_id, external_ref)", "This transaction has been taken in already."
    )
    _amount_positive = models.Constraint("CHECK (amount > 0)", "An incoming payment is above zero.")

    @api.depends("date", "payer_name", "amount")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.date or ''} {row.payer_name or ''} {row.amount:.2f}"

    def _book(self):
        """Turn rows with a home into receipts: oldest due and highest priority first.

        :return: the receipts
        :raises UserError: if a row has no home, or its home nobody who pays
        """
        rows = self.filtered(lambda row: row.state == "waiting")
        rows.sudo().lock_for_update(allow_referencing=True)
        charges = rows.unit_id._open_charges().grouped("billed_unit_id")
        nothing = self.env["property.charge"]
        left = {charge: charge.amount_residual for group in charges.values() for charge in group}
        values = []
        for row in rows:
            unit = row.unit_id
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
            row._move_to("booked", receipt_id=receipt.id, problem=False)
        return receipts

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
            "unit_id": self.unit_id.id,
            "partner_id": payer.id,
            "payer_name": self.payer_name,
            "date": self.date,
            "journal_id": self.journal_id.id,
            "amount": self.amount,
            "external_ref": self.external_ref,
            "memo": self.text,
            "line_ids": lines,
        }

    def action_book(self):
        """Book the rows with their homes as receipts."""
        self.check_access("write")
        self._book()

    def action_ignore(self):
        """State that the money is no fee; it stays in the list."""
        self._move_to("ignored")

    def action_wait(self):
        """Put rows back among those to be assigned."""
        self._move_to("waiting")
