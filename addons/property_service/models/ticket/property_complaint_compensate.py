# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class PropertyComplaint(models.Model):
    """An approved compensation reaches the books (handbook B C2, C4).

    Once both sides have signed the settlement note it is an expense of the company and a credit of
    the home: set off against its bills, or paid out by a refund.
    """

    _inherit = "property.complaint"

    compensation_way = fields.Selection(
        [("credit", "Credit on the bills"), ("payout", "Paid out")],
        "Compensated by",
        default="credit",
        tracking=True,
        copy=False,
    )
    compensation_move_id = fields.Many2one(
        "account.move", "Entry of the compensation", readonly=True, copy=False, index=True
    )
    refund_ids = fields.One2many("property.refund", "complaint_id", "Payouts")

    def _check_may_change(self, vals):
        """Refuse to change what is in the books already."""
        super()._check_may_change(vals)
        if {"compensation_way", "settlement_date"} & vals.keys():
            if booked := self.sudo().filtered("compensation_move_id"):
                raise UserError(
                    self.env._(
                        "The compensation of “%(complaint)s” is booked already.",
                        complaint=booked[0].number,
                    )
                )

    def action_book_compensation(self):
        """Book the compensation: an expense, and a credit of the home or a refund to be paid.

        :raises UserError: if it is not approved or not signed, or no home is named
        """
        self.ensure_one()
        self.lock_for_update()
        self._check_role("manager", self.env._("Booking a compensation"))
        if self.compensation_move_id:
            raise UserError(self.env._("The compensation is booked already."))
        if not self.compensation_amount or not self.approved_date or not self.proposal_approved:
            raise UserError(self.env._("Only an approved compensation is booked."))
        if not self.settlement_date:
            raise UserError(
                self.env._(
                    "Enter when both sides signed the settlement note; before, nothing is owed."
                )
            )
        if not self.unit_id or not self.partner_id:
            raise UserError(
                self.env._(
                    "A compensation is booked for a home and a person: enter both, or note by hand "
                    "how it was paid."
                )
            )
        trusted = self.sudo()
        move = trusted.env["account.move"].create(trusted._prepare_compensation())
        move._post(soft=False)
        trusted._stamp(compensation_move_id=move.id)
        if self.compensation_way == "payout":
            return self._pay_out()
        home = trusted.unit_id._billed_unit()
        charges = (
            self.env["property.charge"]
            .sudo()
            .search(
                [
                    ("billed_unit_id", "=", home.id),
                    ("partner_id", "=", self.partner_id.id),
                    ("state", "in", ("open", "partial")),
                ],
                order="date_due, id",
            )
        )
        if charges:
            self.env["property.prepayment"]._set_off(charges)
        trusted._stamp(
            compensation_paid_date=fields.Date.context_today(self),
            compensation_reference=move.name,
        )
        return True

    def _prepare_compensation(self):
        """Return the values of the entry: expense to advance receipts of the home."""
        company, home = self.company_id, self.unit_id._billed_unit()
        analytic = self.estate_id.analytic_account_id
        label = self.env._(
            "Compensation %(number)s %(unit)s", number=self.number, unit=home.full_name
        )
        common = {"partner_id": self.partner_id.id, "name": label}
        return {
            "move_type": "entry",
            "journal_id": company.property_transfer_journal_id.id,
            "company_id": company.id,
            "date": fields.Date.context_today(self),
            "ref": label,
            "partner_id": self.partner_id.id,
            "property_unit_id": home.id,
            "property_entry": "compensation",
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": company._property_compensation_account().id,
                        "debit": self.compensation_amount,
                        "analytic_distribution": {str(analytic.id): 100} if analytic else False,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": company.property_prepay_account_id.id,
                        "credit": self.compensation_amount,
                    }
                ),
            ],
        }

    def _pay_out(self):
        """Make the refund by which the credit is paid out; it is approved as every refund."""
        refund = self.env["property.refund"].create(
            {
                "unit_id": self.unit_id._billed_unit().id,
                "partner_id": self.partner_id.id,
                "complaint_id": self.id,
                "cause": "other",
                "reason": self.env._("Compensation %(number)s", number=self.number),
                "amount": self.compensation_amount,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": refund._name,
            "res_id": refund.id,
            "view_mode": "form",
        }

    def action_open_payouts(self):
        """Open the refunds that pay the compensation out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payouts"),
            "res_model": "property.refund",
            "view_mode": "list,form",
            "domain": [("complaint_id", "=", self.id)],
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    property_compensation_account_id = fields.Many2one(
        "account.account",
        "Compensations to customers",
        check_company=True,
        help="Expense account of what customers are paid for our faults (营业外支出).",
    )

    def _property_compensation_account(self):
        """Return the expense account of compensations, found or made on first use."""
        self.ensure_one()
        company = self.sudo()
        if not company.property_compensation_account_id:
            company.property_compensation_account_id = company._property_result_account(
                "6711", "expense", self.env._("Compensations to customers")
            )
        return company.property_compensation_account_id


class AccountMove(models.Model):
    _inherit = "account.move"

    property_entry = fields.Selection(
        selection_add=[("compensation", "Compensation of a complaint")],
        ondelete={"compensation": "set null"},
    )
