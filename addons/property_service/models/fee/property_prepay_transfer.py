# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

_SYSTEM_FIELDS = {"number", "move_id"}


class PropertyPrepayTransfer(models.Model):
    """Voucher that moves advance receipts to another home or payer (handbook B H5, H13).

    For money taken for the wrong home, and for what a buyer takes over. One entry names both
    homes; a supervisor other than the writer checks it.
    """

    _name = "property.prepay.transfer"
    _description = "Transfer of advance receipts"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_name = "number"

    _number_form = "YZ"
    _workflow_moves = {
        "draft": ("submitted", "cancelled"),
        "submitted": ("done", "draft", "cancelled"),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "done": ("checked_by_id", "checked_date"),
    }

    unit_id = fields.Many2one(string="From home")
    partner_id = fields.Many2one(
        "res.partner", "From payer", required=True, ondelete="restrict", index=True
    )
    unit_to_id = fields.Many2one(
        "property.unit",
        "To home",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    partner_to_id = fields.Many2one(
        "res.partner", "To payer", required=True, ondelete="restrict", index=True
    )
    item_id = fields.Many2one(
        "property.fee.item",
        "Kept for",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    available = fields.Monetary(compute="_compute_available")
    amount = fields.Monetary(required=True, tracking=True)
    reason = fields.Char(required=True)
    signed = fields.Boolean(
        "Signed by both", help="Needed where the money changes from one payer to another."
    )
    paper_ids = fields.Many2many(
        "ir.attachment",
        "property_prepay_transfer_paper_rel",
        string="Signed papers",
        bypass_search_access=True,
    )
    settlement_id = fields.Many2one(
        "property.settlement", ondelete="restrict", index="btree_not_null", readonly=True
    )
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To be checked"),
            ("done", "Transferred"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    submitted_by_id = fields.Many2one(
        "res.users", "Written by", readonly=True, copy=False, index="btree_not_null"
    )
    submitted_date = fields.Datetime("Submitted on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter the amount transferred.")

    @api.depends("unit_id", "partner_id", "item_id", "state")
    def _compute_available(self):
        for voucher in self:
            home = voucher.unit_id._billed_unit() if voucher.unit_id else voucher.unit_id
            pots = self.env["property.prepayment"]._pots(home)
            voucher.available = pots[home.id].get(
                (voucher.partner_id.id, voucher.item_id.id or 0), 0.0
            )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.payer_id or self.unit_id.owner_id

    @api.onchange("unit_to_id")
    def _onchange_unit_to_id(self):
        self.partner_to_id = self.unit_to_id.payer_id or self.unit_to_id.owner_id

    def write(self, vals):
        if not self.env.su and _SYSTEM_FIELDS & vals.keys():
            raise UserError(self.env._("Number and entry of a voucher are given by the system."))
        fixed = vals.keys() - {"state", "paper_ids", *self._workflow_stamp_fields()}
        if fixed - _SYSTEM_FIELDS and self.filtered(lambda row: row.state != "draft"):
            raise UserError(
                self.env._("A submitted voucher stays as it is: send it back to draft.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unnumbered(self):
        if self.filtered("number"):
            raise UserError(self.env._("A voucher with a number is withdrawn, not deleted."))

    def _check_voucher(self):
        self.ensure_one()
        home, home_to = self.unit_id._billed_unit(), self.unit_to_id._billed_unit()
        if home == home_to and self.partner_id == self.partner_to_id:
            raise UserError(self.env._("The voucher names the same home and payer twice."))
        if home.company_id != home_to.company_id:
            raise UserError(self.env._("Money is moved between homes of one company only."))
        if self.partner_id != self.partner_to_id and not self.signed:
            raise UserError(
                self.env._(
                    "The money of %(payer)s becomes that of %(other)s: both have to sign.",
                    payer=self.partner_id.name,
                    other=self.partner_to_id.name,
                )
            )
        if self.currency_id.compare_amounts(self.amount, self.available) > 0:
            raise UserError(
                self.env._(
                    "%(unit)s: %(amount).2f yuan cannot be moved, %(available).2f yuan of "
                    "%(payer)s are there.",
                    unit=home.full_name,
                    amount=self.amount,
                    available=self.available,
                    payer=self.partner_id.name,
                )
            )

    def action_submit(self):
        """Hand the voucher to the supervisor."""
        self.env["property.receipt"]._check_may_take()
        self.check_access("write")
        for voucher in self:
            voucher._check_voucher()
            voucher.sudo()._assign_number()
            voucher._move_to("submitted")

    def action_reset(self):
        """Send the voucher back to draft."""
        self.check_access("write")
        self._move_to("draft")

    def action_cancel(self):
        """Withdraw the voucher."""
        self.check_access("write")
        self._move_to("cancelled")

    def action_check(self):
        """Check the voucher and post its entry.

        :raises AccessError: if the user is neither supervisor nor accountant
        :raises UserError: if he wrote it himself, or the money is no longer there
        """
        roles = ("property_service.group_supervisor", "property_service.group_accountant")
        if not self.env.su and not any(self.env.user.has_group(role) for role in roles):
            raise AccessError(self.env._("A transfer is checked by supervisor or accountant."))
        self.check_access("write")
        for voucher in self:
            if not self.env.su and voucher.submitted_by_id == self.env.user:
                raise UserError(self.env._("Somebody else than the writer checks the voucher."))
            homes = voucher.unit_id._billed_unit() | voucher.unit_to_id._billed_unit()
            self.env["property.prepayment"]._claim(homes)
            voucher.invalidate_recordset(["available"])
            voucher._check_voucher()
            move = voucher.sudo()._post_entry()
            voucher.sudo()._move_to("done", move_id=move.id, checked_by_id=self.env.uid)

    def _post_entry(self):
        """Post the entry: one home's advance receipts down, the other's up."""
        self.ensure_one()
        company = self.company_id
        home, home_to = self.unit_id._billed_unit(), self.unit_to_id._billed_unit()
        company._check_property_period(
            fields.Date.context_today(self), company.property_transfer_journal_id
        )
        label = self.env._(
            "%(number)s advance receipts from %(unit)s to %(other)s",
            number=self.number,
            unit=home.full_name,
            other=home_to.full_name,
        )
        common = {
            "account_id": company.property_prepay_account_id.id,
            "name": label,
            "property_item_id": self.item_id.id,
        }
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": company.property_transfer_journal_id.id,
                "company_id": company.id,
                "date": fields.Date.context_today(self),
                "ref": label,
                "property_unit_id": home.id,
                "property_entry": "prepay_transfer",
                "line_ids": [
                    Command.create(
                        {**common, "partner_id": self.partner_id.id, "debit": self.amount}
                    ),
                    Command.create(
                        {
                            **common,
                            "partner_id": self.partner_to_id.id,
                            "credit": self.amount,
                            "property_unit_id": home_to.id,
                        }
                    ),
                ],
            }
        )
        move._post(soft=False)
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
