# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: Handbook B H12
CAUSES = [
    ("limitation", "Limitation has passed"),
    ("dead", "Debtor dead without estate"),
    ("insolvent", "Debtor insolvent"),
    ("other", "Other, as resolved"),
]


class PropertyWriteOff(models.Model):
    """Fees given up as bad debts (坏账核销, handbook B H12), and the memo list of them.

    The company approves. The debt goes to bad-debt expense; it stays on the list, and whoever pays
    it later may: the line is opened again and the cashier takes the money.
    """

    _name = "property.write.off"
    _description = "Write-off"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"

    _number_form = "HX"
    _workflow_moves = {
        "draft": ("submitted", "cancelled"),
        "submitted": ("posted", "refused"),
        "refused": ("draft", "cancelled"),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "posted": (None, "posted_date"),
    }

    partner_id = fields.Many2one(
        "res.partner", "Debtor", required=True, ondelete="restrict", index=True
    )
    cause = fields.Selection(CAUSES, required=True, default="limitation", tracking=True)
    reason = fields.Text("Grounds and efforts made", required=True)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "property_write_off_evidence_rel",
        bypass_search_access=True,
    )
    line_ids = fields.One2many("property.write.off.line", "write_off_id", "Debts")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for approval"),
            ("posted", "Written off"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, index="btree_not_null"
    )
    submitted_date = fields.Datetime("Submitted on", readonly=True, copy=False)
    posted_date = fields.Datetime("Written off on", readonly=True, copy=False)

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for document in self:
            document.amount = sum(document.line_ids.mapped("amount"))

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id
        self.line_ids = [Command.clear()]

    def write(self, vals):
        if not self.env.su:
            if {"number", "move_id"} & vals.keys():
                raise UserError(self.env._("Number and entry of a write-off are the system's."))
            fixed = vals.keys() & {"unit_id", "partner_id", "cause", "line_ids"}
            if fixed and self.filtered(lambda row: row.state != "draft"):
                raise UserError(self.env._("A submitted write-off stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unnumbered(self):
        if self.filtered("number"):
            raise UserError(self.env._("A write-off with a number is withdrawn, not deleted."))

    def action_load(self):
        """List all the debtor has open for the home."""
        self.check_access("write")
        for document in self:
            known = document.line_ids.charge_id
            charges = document.unit_id._open_charges().filtered(
                lambda charge, document=document: charge.partner_id == document.partner_id
            )
            document.line_ids = [
                Command.create({"charge_id": charge.id}) for charge in charges - known
            ]

    def action_submit(self):
        """Ask for the approval of the write-off.

        :raises UserError: without debts, or if one of them is not open
        """
        self.check_access("write")
        for document in self:
            if not document.line_ids:
                raise UserError(self.env._("List the debts that are given up."))
            if document.cause != "limitation" and not document.evidence_ids:
                raise UserError(
                    self.env._("Attach the papers that prove why the debt cannot be collected.")
                )
            document.line_ids._refresh()
            document.sudo()._assign_number()
            document._move_to("submitted")
            document._request_approval(
                "write_off",
                self.env._(
                    "Write-off %(number)s %(unit)s",
                    number=document.number,
                    unit=document.unit_id.full_name,
                ),
                amount=document.amount,
                reason=document.reason,
            )

    def action_reset(self):
        """Send a refused write-off back to draft."""
        self.check_access("write")
        self._move_to("draft")

    def action_cancel(self):
        """Withdraw the write-off."""
        self.check_access("write")
        self._move_to("cancelled")

    def _approval_granted(self, approval):
        for document in self:
            document.line_ids._refresh()
            move = document._post_entry()
            document._move_to("posted", move_id=move.id)

    def _approval_refused(self, approval, reason):
        self._move_to("refused")

    def _post_entry(self):
        """Book the debts as bad debts and settle the receivable items with it."""
        self.ensure_one()
        company = self.company_id
        analytic = self.estate_id.analytic_account_id
        company._check_property_period(
            fields.Date.context_today(self), company.property_transfer_journal_id
        )
        label = self.env._(
            "Write-off %(number)s %(unit)s", number=self.number, unit=self.unit_id.full_name
        )
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": company.property_transfer_journal_id.id,
                "company_id": company.id,
                "date": fields.Date.context_today(self),
                "ref": label,
                "partner_id": self.partner_id.id,
                "property_unit_id": self.unit_id._billed_unit().id,
                "property_entry": "write_off",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": company.property_bad_debt_account_id.id,
                            "partner_id": self.partner_id.id,
                            "name": label,
                            "debit": self.amount,
                            "analytic_distribution": (
                                {str(analytic.id): 100} if analytic else False
                            ),
                        }
                    ),
                    *(
                        Command.create(
                            {
                                "account_id": line.charge_id.receivable_line_id.account_id.id,
                                "partner_id": self.partner_id.id,
                                "name": line.charge_id._line_label(),
                                "credit": line.amount,
                                "property_charge_id": line.charge_id.id,
                            }
                        )
                        for line in self.line_ids
                    ),
                ],
            }
        )
        move._post(soft=False)
        items = move.line_ids.grouped("property_charge_id")
        for line in self.line_ids:
            line.charge_id.write({"written_off": True, "amount_written_off": line.amount})
        self.env["account.move.line"]._reconcile_plan(
            [line.charge_id.receivable_line_id | items[line.charge_id] for line in self.line_ids]
        )
        return move

    def action_open_entry(self):
        """Open the entry in the books."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }


class PropertyWriteOffLine(models.Model):
    """A debt on the memo list of what was written off."""

    _name = "property.write.off.line"
    _description = "Written-off debt"
    _order = "write_off_id desc, id"

    write_off_id = fields.Many2one(
        "property.write.off", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="write_off_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="write_off_id.estate_id", store=True, index=True)
    unit_id = fields.Many2one(related="write_off_id.unit_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="write_off_id.partner_id", string="Debtor", store=True, index=True
    )
    cause = fields.Selection(related="write_off_id.cause", store=True)
    write_off_state = fields.Selection(
        related="write_off_id.state", string="State of the write-off", store=True
    )
    posted_date = fields.Datetime(related="write_off_id.posted_date", store=True)
    currency_id = fields.Many2one(related="write_off_id.currency_id")
    charge_id = fields.Many2one("property.charge", required=True, ondelete="restrict", index=True)
    item_id = fields.Many2one(related="charge_id.item_id", store=True, index=True)
    month = fields.Date(related="charge_id.month", store=True)
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    reopened = fields.Boolean("Opened again", readonly=True, copy=False)
    recovered = fields.Monetary("Paid later", compute="_compute_recovered")
    reopen_move_id = fields.Many2one(
        "account.move", "Counter-entry", readonly=True, copy=False, index="btree_not_null"
    )

    _charge_once = models.UniqueIndex(
        "(write_off_id, charge_id)", "A write-off names a charge once."
    )

    @api.depends("charge_id")
    def _compute_amount(self):
        for line in self:
            line.amount = line.charge_id.amount_residual

    @api.depends("reopened", "charge_id.amount_residual")
    def _compute_recovered(self):
        for line in self:
            left = line.amount - line.charge_id.amount_residual
            line.recovered = max(left, 0.0) if line.reopened else 0.0

    def _refresh(self):
        """Take the amounts due now; refuse what is not open or not this debtor's."""
        for line in self:
            charge, document = line.charge_id, line.write_off_id
            if charge.state not in ("open", "partial"):
                raise UserError(
                    self.env._(
                        "%(charge)s is not open: take it off the list.", charge=charge.display_name
                    )
                )
            if (
                charge.partner_id != document.partner_id
                or charge.billed_unit_id != document.unit_id._billed_unit()
            ):
                raise UserError(
                    self.env._(
                        "%(charge)s is not a debt of %(debtor)s for %(unit)s.",
                        charge=charge.display_name,
                        debtor=document.partner_id.name,
                        unit=document.unit_id.full_name,
                    )
                )
            line.amount = charge.amount_residual

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        if self.write_off_id.filtered(lambda row: row.state != "draft"):
            raise UserError(self.env._("A submitted write-off stays as it is."))

    def action_reopen(self):
        """Open written-off debts again: the debtor pays after all (handbook B H0.13).

        :raises AccessError: if the user is no cashier
        """
        self.env["property.receipt"]._check_may_take()
        self.check_access("read")
        for line in self.sudo():
            document, charge = line.write_off_id, line.charge_id
            if document.state != "posted" or line.reopened:
                raise UserError(self.env._("This debt is not written off (any more)."))
            lost = document.move_id.line_ids.filtered(
                lambda item, charge=charge: item.property_charge_id == charge
            )
            label = self.env._(
                "Write-off %(number)s taken back: %(charge)s",
                number=document.number,
                charge=charge.display_name,
            )
            common = {"partner_id": document.partner_id.id, "name": label}
            analytic = document.estate_id.analytic_account_id
            move = (
                self.env["account.move"]
                .sudo()
                .create(
                    {
                        "move_type": "entry",
                        "journal_id": document.move_id.journal_id.id,
                        "company_id": document.company_id.id,
                        "date": fields.Date.context_today(self),
                        "ref": label,
                        "partner_id": document.partner_id.id,
                        "property_unit_id": charge.billed_unit_id.id,
                        "property_entry": "write_off",
                        "line_ids": [
                            Command.create(
                                {
                                    **common,
                                    "account_id": lost.account_id.id,
                                    "debit": line.amount,
                                    "property_charge_id": charge.id,
                                }
                            ),
                            Command.create(
                                {
                                    **common,
                                    "account_id": document.company_id.property_bad_debt_account_id.id,
                                    "credit": line.amount,
                                    "analytic_distribution": (
                                        {str(analytic.id): 100} if analytic else False
                                    ),
                                }
                            ),
                        ],
                    }
                )
            )
            move._post(soft=False)
            lost.remove_move_reconcile()
            charge.write({"written_off": False, "amount_written_off": 0.0})
            (lost | move.line_ids.filtered("debit")).reconcile()
            line.write({"reopened": True, "reopen_move_id": move.id})
            charge._settlement_changed()
