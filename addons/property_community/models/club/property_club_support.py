# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class PropertyClubSupport(models.Model):
    """Support money of a club: asked for, decided, paid by a bill (handbook B G5, G6).

    The money itself is a vendor bill of Odoo with the estate's analytic account. Common income of
    the owners is never spent without their decision.
    """

    _name = "property.club.support"
    _description = "Support money of a club"
    _inherit = ["property.workflow.mixin", "property.approval.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("asked", "dropped"),
        "asked": ("granted", "refused", "dropped"),
        "granted": ("billed", "dropped"),
    }
    _workflow_stamps = {"granted": ("granted_by_id", "granted_date")}

    name = fields.Char("What the money is for", required=True)
    club_id = fields.Many2one("property.club", required=True, ondelete="restrict", index=True)
    estate_id = fields.Many2one(
        related="club_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="club_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Support asked for on", required=True, default=fields.Date.context_today)
    amount = fields.Monetary("Amount of support", required=True)
    source = fields.Selection(
        [
            ("budget", "Budget of the service company"),
            ("common", "Common income of the owners"),
            ("sponsor", "Sponsor"),
        ],
        "Where the money comes from",
        required=True,
        default="budget",
    )
    owners_decision = fields.Char("Owners' decision")
    reason = fields.Char("Reason of the refusal", readonly=True, copy=False)
    granted_by_id = fields.Many2one("res.users", "Granted by", readonly=True, copy=False)
    granted_date = fields.Datetime("Granted on", readonly=True, copy=False)
    bill_id = fields.Many2one(
        "account.move",
        "Bill of the support",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Support asked for"),
            ("granted", "Support granted"),
            ("refused", "Refused"),
            ("billed", "Support in the books"),
            ("dropped", "Withdrawn"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
        copy=False,
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter the amount of the support.")

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {"reason", "bill_id"}

    @api.depends("name", "club_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.club_id.name or ''} {row.name or ''}".strip()

    def write(self, vals):
        if {"amount", "source", "club_id", "owners_decision", "name"} & vals.keys():
            if kept := self.filtered(lambda row: row.state != "draft"):
                raise UserError(
                    self.env._(
                        "“%s” was handed in: withdraw it and ask anew.", kept[0].display_name
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda row: row.state != "draft"):
            raise UserError(self.env._("“%s” was handed in: withdraw it.", kept[0].display_name))

    def action_ask(self):
        """Ask for the decision on the money.

        :raises UserError: for a club that does not run, or common income without decision
        """
        self.check_access("write")
        for row in self:
            if row.club_id.state not in ("forming", "active"):
                raise UserError(
                    self.env._(
                        "“%(club)s” is “%(state)s”: it gets no support.",
                        club=row.club_id.name,
                        state=row.club_id._state_label(row.club_id.state),
                    )
                )
            if row.source == "common" and not (row.owners_decision or "").strip():
                raise UserError(
                    self.env._(
                        "“%s”: common income of the owners is spent by their decision only: note "
                        "its number and date.",
                        row.display_name,
                    )
                )
            row._move_to("asked")
            row._request_approval(
                "club_support",
                self.env._("Support: %(support)s", support=row.display_name),
                amount=row.amount,
                reason=row.name,
            )

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        self._move_to("granted")

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self._move_to("refused", reason=reason)

    def action_drop(self):
        """Withdraw support that is not in the books."""
        self.check_access("write")
        self._withdraw_approval()
        self._move_to("dropped")

    def action_make_bill(self):
        """Make the bill by which granted money is paid to the leader, and show it.

        :raises AccessError: if the user is no accountant
        :raises UserError: without leader
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("property_service.group_accountant"):
            raise AccessError(self.env._("Support money is booked by an accountant."))
        if self.state != "granted":
            raise UserError(self.env._("Only granted support is paid."))
        if not self.club_id.leader_id:
            raise UserError(
                self.env._("“%s” has no leader to pay the money to.", self.club_id.name)
            )
        bill = self.sudo()._make_bill()
        self._move_to("billed", bill_id=bill.id)
        return self.action_open_bill()

    def _make_bill(self):
        """Return the draft bill; the accountant chooses the account and posts it."""
        company = self.company_id
        analytic = self.estate_id.analytic_account_id
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "in_invoice",
                    "company_id": company.id,
                    "partner_id": self.club_id.leader_id.id,
                    "invoice_date": fields.Date.context_today(self),
                    "ref": self.display_name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": self.display_name,
                                "quantity": 1.0,
                                "price_unit": self.amount,
                                "tax_ids": [Command.clear()],
                                "analytic_distribution": (
                                    {str(analytic.id): 100} if analytic else False
                                ),
                            }
                        )
                    ],
                }
            )
        )

    def action_open_bill(self):
        """Open the bill of the support."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.bill_id.id,
            "view_mode": "form",
        }
