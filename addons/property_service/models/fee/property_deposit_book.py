# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class PropertyDeposit(models.Model):
    """The entries of a deposit beside its receipt: deductions, forfeiture, another payer."""

    _inherit = "property.deposit"

    def _prepare_entry(self, label, kind, lines, date=None):
        """Return the values of an entry of the company's journal of settlements."""
        self.ensure_one()
        company = self.company_id
        return {
            "move_type": "entry",
            "journal_id": company.property_transfer_journal_id.id,
            "company_id": company.id,
            "date": date or fields.Date.context_today(self),
            "ref": label,
            "partner_id": self.partner_id.id,
            "property_unit_id": self.unit_id._billed_unit().id,
            "property_entry": kind,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _prepare_release(self, amount, label):
        """Return the values of the journal item that takes `amount` out of the deposit."""
        self.ensure_one()
        return {
            "account_id": self.kind_id.account_id.id,
            "partner_id": self.partner_id.id,
            "name": label,
            "debit": amount,
            "credit": 0.0,
            "property_deposit_id": self.id,
        }

    def _analytic(self):
        analytic = self.estate_id.analytic_account_id
        return {str(analytic.id): 100} if analytic else False

    def _post_kept(self, amount, account, label, kind):
        """Book `amount` of the deposit to `account`, and return the entry."""
        self.ensure_one()
        trusted = self.sudo()
        move = trusted.env["account.move"].create(
            trusted._prepare_entry(
                label,
                kind,
                [
                    trusted._prepare_release(amount, label),
                    {
                        "account_id": account.id,
                        "partner_id": trusted.partner_id.id,
                        "name": label,
                        "debit": 0.0,
                        "credit": amount,
                        "analytic_distribution": trusted._analytic(),
                    },
                ],
            )
        )
        move._post(soft=False)
        trusted._reconcile_items()
        return move

    def _post_deductions(self):
        """Book the deductions of inspected deposits: to income, or to the charges they pay.

        Deductions booked already are left alone, so that a payment that failed can be repeated.

        :raises UserError: if a charge that shall be paid by it is no longer open
        """
        for deposit in self.sudo():
            open_rows = deposit.deduction_ids.filtered(lambda row: not row.move_id)
            if not open_rows:
                continue
            label = self.env._("Deduction from deposit %(deposit)s", deposit=deposit.display_name)
            total = deposit.currency_id.round(sum(open_rows.mapped("amount")))
            move = (
                self.env["account.move"]
                .sudo()
                .create(
                    deposit._prepare_entry(
                        label,
                        "deposit_deduction",
                        [
                            deposit._prepare_release(total, label),
                            *(row._prepare_counterpart() for row in open_rows),
                        ],
                    )
                )
            )
            move._post(soft=False)
            open_rows.write({"move_id": move.id})
            deposit._reconcile_items()
            items = move.line_ids.grouped("property_charge_id")
            plan = [
                row.charge_id.receivable_line_id | items[row.charge_id]
                for row in open_rows
                if row.charge_id
            ]
            if plan:
                self.env["account.move.line"].sudo()._reconcile_plan(plan)

    def _reconcile_items(self):
        """Reconcile what came in for each deposit with what went out of it."""
        for deposit in self.sudo():
            items = (
                self.env["account.move.line"]
                .sudo()
                .search(
                    [
                        ("property_deposit_id", "=", deposit.id),
                        ("account_id", "=", deposit.kind_id.account_id.id),
                        ("parent_state", "=", "posted"),
                        ("reconciled", "=", False),
                    ]
                )
            )
            if deposit.kind_id.account_id.reconcile and len(items) > 1:
                items.reconcile()

    def _pass_to(self, partner, label):
        """Let `partner` be who has paid the deposit and gets it back (both have signed).

        :param partner: `res.partner`
        :param str label: what the entry is for
        :return: the entry
        :raises UserError: if the deposit is not held freely
        """
        self.ensure_one()
        if self.state != "held" or self.approval_pending:
            raise UserError(
                self.env._(
                    "%(deposit)s is “%(state)s”: it cannot be passed on.",
                    deposit=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        deposit = self.sudo()
        release = deposit._prepare_release(deposit._held_now(), label)
        taking = {
            **release,
            "partner_id": partner.id,
            "debit": 0.0,
            "credit": release["debit"],
        }
        move = (
            self.env["account.move"]
            .sudo()
            .create(deposit._prepare_entry(label, "deposit_transfer", [release, taking]))
        )
        move._post(soft=False)
        new_item = move.line_ids.filtered("credit")
        old_items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("property_deposit_id", "=", deposit.id),
                    ("account_id", "=", deposit.kind_id.account_id.id),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("id", "not in", new_item.ids),
                ]
            )
        )
        old_items.reconcile()
        deposit._with_move().write({"partner_id": partner.id})
        deposit.message_post(body=label)
        return move
