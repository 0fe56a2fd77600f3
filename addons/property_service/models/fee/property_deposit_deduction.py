# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PropertyDepositDeduction(models.Model):
    """What is kept of a deposit, why, and where it goes (handbook B H6, A §38)."""

    _name = "property.deposit.deduction"
    _description = "Deduction from a deposit"
    _order = "deposit_id, id"

    deposit_id = fields.Many2one("property.deposit", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="deposit_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="deposit_id.estate_id", store=True, index=True)
    currency_id = fields.Many2one(related="deposit_id.currency_id")
    reason = fields.Char(required=True)
    amount = fields.Monetary(required=True)
    treatment = fields.Selection(
        [("income", "Kept as income"), ("charge", "Pays a charge")],
        "Goes to",
        required=True,
        default="income",
    )
    charge_id = fields.Many2one(
        "property.charge",
        "Charge it pays",
        ondelete="restrict",
        index="btree_not_null",
    )
    consent = fields.Boolean("Payer agreed in writing")
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_stage()
        return rows

    def write(self, vals):
        self._check_stage()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_inspecting(self):
        self._check_stage()

    def _check_stage(self):
        if self.env.su:
            return
        if self.filtered("move_id"):
            raise UserError(self.env._("This deduction is in the books: it stays as it is."))
        if self.deposit_id.filtered(lambda deposit: deposit.state != "refund_requested"):
            raise UserError(
                self.env._(
                    "Deductions are entered with the inspection, and stay as they are after."
                )
            )

    @api.constrains("amount", "treatment", "charge_id", "consent")
    def _check_row(self):
        for row in self:
            compare = row.currency_id.compare_amounts
            if compare(row.amount, 0) <= 0:
                raise ValidationError(
                    self.env._("Enter the amount deducted for “%(reason)s”.", reason=row.reason)
                )
            if row.treatment != "charge":
                continue
            if not row.charge_id or not row.consent:
                raise ValidationError(
                    self.env._(
                        "A deposit pays a charge only with the payer's written consent: name the "
                        "charge and tick the consent, or keep “%(reason)s” as income.",
                        reason=row.reason,
                    )
                )
            if row.move_id:
                continue
            if row.charge_id.billed_unit_id != row.deposit_id.unit_id._billed_unit():
                raise ValidationError(
                    self.env._(
                        "%(charge)s is not a charge of %(unit)s.",
                        charge=row.charge_id.display_name,
                        unit=row.deposit_id.unit_id.full_name,
                    )
                )
            if compare(row.amount, row.charge_id.amount_residual) > 0:
                raise ValidationError(
                    self.env._(
                        "%(charge)s: only %(due).2f yuan are due.",
                        charge=row.charge_id.display_name,
                        due=row.charge_id.amount_residual,
                    )
                )

    def _prepare_counterpart(self):
        """Return the values of the journal item the deduction goes to.

        :raises UserError: if the charge it shall pay was paid meanwhile
        """
        self.ensure_one()
        deposit = self.deposit_id
        values = {
            "partner_id": deposit.partner_id.id,
            "name": f"{deposit.display_name} {self.reason}",
            "debit": 0.0,
            "credit": self.amount,
        }
        if self.treatment == "income":
            return {
                **values,
                "account_id": deposit.company_id.property_deduction_account_id.id,
                "analytic_distribution": deposit._analytic(),
            }
        item = self.charge_id.receivable_line_id
        if self.currency_id.compare_amounts(self.amount, self.charge_id.amount_residual) > 0:
            raise UserError(
                self.env._(
                    "%(charge)s: only %(due).2f yuan are due.",
                    charge=self.charge_id.display_name,
                    due=self.charge_id.amount_residual,
                )
            )
        return {
            **values,
            "account_id": item.account_id.id,
            "partner_id": item.partner_id.id,
            "property_charge_id": self.charge_id.id,
        }
