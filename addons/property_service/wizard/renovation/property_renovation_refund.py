# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...models.fee.property_deposit import RECEIPT_BACK


class PropertyRenovationRefund(models.TransientModel):
    """Applies for the refund of a renovation's deposits in one go (handbook A §38).

    Approved damage is deducted, the contractor's deposit first; for open claims of neighbours no
    more than their estimate is held back. Checking, approval and payment are the refund's own.
    """

    _name = "property.renovation.refund"
    _description = "Refund of the deposits of a renovation"

    renovation_id = fields.Many2one("property.renovation", required=True, readonly=True)
    currency_id = fields.Many2one(related="renovation_id.currency_id")
    damage_amount = fields.Monetary(related="renovation_id.damage_amount")
    claim_amount = fields.Monetary(related="renovation_id.claim_amount")
    line_ids = fields.One2many(
        "property.renovation.refund.line",
        "refund_id",
        "Deposits",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("renovation_id")
    def _compute_line_ids(self):
        for dialog in self:
            dossier = dialog.renovation_id
            deposits = dossier._held_deposits() if dossier else self.env["property.deposit"]
            plan = dossier._deduction_plan(deposits) if dossier else []
            withheld = dossier._withhold_plan(deposits, plan) if dossier else {}
            commands = [Command.clear()]
            for deposit in deposits:
                deducted = sum(amount for where, _row, amount in plan if where == deposit)
                commands.append(
                    Command.create(
                        {
                            "deposit_id": deposit.id,
                            "amount_held": deposit._held_now(),
                            "amount_deducted": deducted,
                            "amount_withheld": withheld[deposit],
                            "receipt_back": deposit.receipt_back or "returned",
                            "payee_account": deposit.payee_account,
                        }
                    )
                )
            dialog.line_ids = commands

    def action_apply(self):
        """Apply for the refunds, with deductions and what is held back.

        :raises UserError: while something stands against it, or where nothing is held
        """
        self.ensure_one()
        dossier = self.renovation_id
        dossier.check_access("write")
        dossier._check_refundable()
        deposits = dossier._held_deposits()
        if not deposits:
            raise UserError(
                self.env._("%(dossier)s has no deposit to give back.", dossier=dossier.display_name)
            )
        plan = dossier._deduction_plan(deposits)
        withheld = dossier._withhold_plan(deposits, plan)
        if dossier.state in ("second_passed", "cancelled"):
            dossier._move_to("refund")
        lines = {line.deposit_id.id: line for line in self.line_ids}
        for deposit in deposits.with_env(self.env):
            line = lines.get(deposit.id)
            rows = [(row, amount) for where, row, amount in plan if where.id == deposit.id]
            self._refund_one(
                deposit, line, rows, next(v for d, v in withheld.items() if d.id == deposit.id)
            )
        return {"type": "ir.actions.act_window_close"}

    def _refund_one(self, deposit, line, rows, withheld):
        """Take one deposit through application, inspection and application for its refund."""
        dossier = self.renovation_id
        if deposit.state == "held":
            deposit.write(
                {
                    "receipt_back": line.receipt_back if line else "returned",
                    "loss_statement_ids": [
                        Command.set(line.loss_statement_ids.ids if line else [])
                    ],
                    "payee_account": line.payee_account if line else False,
                    "request_reason": self.env._(
                        "Renovation %(number)s is over", number=dossier.number
                    ),
                }
            )
            deposit.action_request_refund()
        if deposit.state == "refund_requested":
            deposit.write(
                {
                    "inspector_id": (dossier.second_passed_by_id or self.env.user).id,
                    "findings": self._findings(rows),
                    "photo_ids": [
                        Command.set([photo.id for row, _amount in rows for photo in row.photo_ids])
                    ],
                    "deduction_ids": [
                        Command.create({"reason": f"{row.name} {row.basis}", "amount": amount})
                        for row, amount in rows
                    ],
                }
            )
            for row, amount in rows:
                row.sudo().amount_taken += amount
            deposit._withhold(withheld)
            deposit.action_inspected()
        if deposit.state != "inspected" or deposit._open_refund():
            return
        held = deposit._held_now()
        if deposit.amount_withheld and held - deposit.amount_deducted <= deposit.amount_withheld:
            return
        refund = self.env["property.refund"].browse(deposit.action_refund()["res_id"])
        if refund.state == "draft":
            refund.action_apply()

    def _findings(self, rows):
        """Return what the inspection of the deposit states."""
        dossier = self.renovation_id
        if dossier.cancelled_date:
            return self.env._("The declaration was withdrawn; the permit is back.")
        text = self.env._(
            "Second acceptance passed on %(date)s.",
            date=fields.Date.to_string(dossier.second_passed_date),
        )
        return "\n".join([text, *(f"{row.name}: {amount:.2f}" for row, amount in rows)])


class PropertyRenovationRefundLine(models.TransientModel):
    """One deposit in the dialog: what is held, deducted, held back, and its receipt."""

    _name = "property.renovation.refund.line"
    _description = "Deposit of a renovation to be refunded"

    refund_id = fields.Many2one("property.renovation.refund", required=True, ondelete="cascade")
    deposit_id = fields.Many2one("property.deposit", required=True, readonly=True)
    currency_id = fields.Many2one(related="deposit_id.currency_id")
    partner_id = fields.Many2one(related="deposit_id.partner_id")
    kind_id = fields.Many2one(related="deposit_id.kind_id")
    amount_held = fields.Monetary("Held now", readonly=True)
    amount_deducted = fields.Monetary("Deducted for damage", readonly=True)
    amount_withheld = fields.Monetary("Held back for a claim", readonly=True)
    amount_back = fields.Monetary("Goes back now", compute="_compute_amount_back")
    receipt_back = fields.Selection(
        RECEIPT_BACK, "Original receipt", required=True, default="returned"
    )
    loss_statement_ids = fields.Many2many(
        "ir.attachment", string="Statement of loss", bypass_search_access=True
    )
    payee_account = fields.Char("Account of the payee")

    @api.depends("amount_held", "amount_deducted", "amount_withheld")
    def _compute_amount_back(self):
        for line in self:
            line.amount_back = line.amount_held - line.amount_deducted - line.amount_withheld
