# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL


class PropertyDayClosing(models.Model):
    """Daily closing of an estate's takings (日结, handbook B H4).

    Sums the day's receipts by way of paying, compares cash with what was counted, and shuts the
    day: no receipt is dated into it any more.
    """

    _name = "property.day.closing"
    _description = "Daily closing"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "date desc, estate_id"
    _check_company_auto = True

    _workflow_moves = {"draft": ("closed",), "closed": ("checked",)}
    _workflow_stamps = {
        "closed": ("closed_by_id", "closed_date"),
        "checked": ("checked_by_id", "checked_date"),
    }

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        default=lambda self: self._default_estate_id(),
    )
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Day", required=True, default=fields.Date.context_today)
    line_ids = fields.One2many("property.day.closing.line", "closing_id", "By way of paying")
    receipt_count = fields.Integer("Number of receipts", compute="_compute_receipt_count")
    amount = fields.Monetary("Taken", compute="_compute_amounts", store=True)
    counted = fields.Monetary(compute="_compute_amounts", store=True)
    difference = fields.Monetary(compute="_compute_amounts", store=True)
    deposited = fields.Monetary("Banked", help="Cash paid in at the bank.")
    note = fields.Char("Explanation of a difference")
    state = fields.Selection(
        [("draft", "Draft"), ("closed", "Day closed"), ("checked", "Checked")],
        required=True,
        default="draft",
        index=True,
        tracking=True,
    )
    closed_by_id = fields.Many2one("res.users", "Cashier", readonly=True)
    closed_date = fields.Datetime("Closed on", readonly=True)
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True)
    checked_date = fields.Datetime("Checked on", readonly=True)

    _day_once = models.UniqueIndex(
        "(estate_id, date)", "This day of the estate is being closed or closed already."
    )

    @api.model
    def _default_estate_id(self):
        """Return the estate of those who work for one only."""
        estates = self.env["property.estate"].search(
            [("company_id", "=", self.env.company.id)], limit=2
        )
        return estates if len(estates) == 1 else estates.browse()

    @api.depends("estate_id.name", "date")
    def _compute_display_name(self):
        for closing in self:
            closing.display_name = f"{closing.estate_id.name or ''} {closing.date or ''}"

    @api.depends("line_ids.amount", "line_ids.counted")
    def _compute_amounts(self):
        for closing in self:
            closing.amount = sum(closing.line_ids.mapped("amount"))
            closing.counted = sum(closing.line_ids.mapped("counted"))
            currency = closing.currency_id or self.env.company.currency_id
            closing.difference = currency.round(closing.counted - closing.amount)

    @api.depends("line_ids.receipt_count")
    def _compute_receipt_count(self):
        for closing in self:
            closing.receipt_count = sum(closing.line_ids.mapped("receipt_count"))

    @api.model_create_multi
    def create(self, vals_list):
        closings = super().create(vals_list)
        closings.action_collect()
        return closings

    def write(self, vals):
        fixed = vals.keys() & {"estate_id", "date", "note", "line_ids"}
        banked = vals.keys() & {"deposited"}  # often only the next morning
        if (fixed and self.filtered(lambda row: row.state != "draft")) or (
            banked and self.filtered(lambda row: row.state == "checked")
        ):
            raise UserError(self.env._("A closed day stays as it was closed."))
        return super().write(vals)

    def _receipts(self):
        """Return the day's confirmed receipts."""
        self.ensure_one()
        return self.env["property.receipt"].search(
            [
                ("estate_id", "=", self.estate_id.id),
                ("date", "=", self.date),
                ("state", "=", "confirmed"),
            ]
        )

    def action_collect(self):
        """Sum up the day's receipts again, keeping what was counted.

        Cash is counted from nothing; of other ways of paying the platform's figure is taken to be
        ours until another one is entered.
        """
        self.check_access("write")
        # what was taken is written by the system, what was counted by the cashier
        for closing in self.sudo().filtered(lambda row: row.state == "draft"):
            counted = {
                line.journal_id: line.counted
                for line in closing.line_ids
                if line.counted != line.amount or line.journal_id.property_method == "cash"
            }
            closing.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "journal_id": journal.id,
                            "receipt_count": count,
                            "amount": amount,
                            "counted": counted.get(
                                journal, 0.0 if journal.property_method == "cash" else amount
                            ),
                        }
                    )
                    for journal, count, amount in self.env["property.receipt"]._read_group(
                        [
                            ("estate_id", "=", closing.estate_id.id),
                            ("date", "=", closing.date),
                            ("state", "=", "confirmed"),
                        ],
                        ["journal_id"],
                        ["__count", "amount:sum"],
                    )
                ),
            ]

    def action_close(self):
        """Close the day.

        :raises UserError: if what was counted differs and nobody says why, the day is still to
            come, or a voiding of one of its receipts is still to be decided
        """
        for closing in self:
            if closing.state != "draft":
                continue
            if closing.date > fields.Date.context_today(self):
                raise UserError(self.env._("A day to come cannot be closed."))
            closing._lock_receipts()
            if pending := closing._receipts().filtered("approval_pending"):
                raise UserError(
                    self.env._(
                        "Receipt %(number)s waits for the decision on its voiding: have it decided "
                        "before the day is closed.",
                        number=pending[0].number,
                    )
                )
            closing.action_collect()
            if not closing.currency_id.is_zero(closing.difference) and not closing.note:
                raise UserError(
                    self.env._(
                        "%(day)s: counted and taken differ by %(difference).2f yuan: count again, "
                        "or explain it.",
                        day=closing.display_name,
                        difference=closing.difference,
                    )
                )
            closing._move_to("closed")

    def _lock_receipts(self):
        """Let no receipt slip into the day while it is summed up.

        Every receipt takes its number from a row of the estate's gapless series. Writing those
        rows makes the database refuse, and Odoo repeat, whichever of the two transactions began
        before the other one ended.
        """
        sequence = self.env["property.receipt"]._number_sequence(self.estate_id)
        self.env.cr.execute(
            SQL(
                "UPDATE ir_sequence_date_range SET number_next = number_next"
                " WHERE sequence_id = %s",
                sequence.id,
            )
        )

    def action_check(self):
        """State that the closed day was checked by another person.

        :raises UserError: if the one who closed it presses
        """
        roles = ("property_service.group_supervisor", "property_service.group_accountant")
        if not self.env.su and not any(self.env.user.has_group(role) for role in roles):
            raise AccessError(self.env._("A closed day is checked by supervisor or accountant."))
        for closing in self:
            if not self.env.su and closing.closed_by_id == self.env.user:
                raise UserError(self.env._("Somebody else than the cashier checks the closing."))
            closing._move_to("checked")

    def action_open_receipts(self):
        """Open the receipts of the day, the voided ones too."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts %(day)s", day=self.display_name),
            "res_model": "property.receipt",
            "view_mode": "list,form,pivot",
            "domain": [("estate_id", "=", self.estate_id.id), ("date", "=", self.date)],
            "context": {"create": False, "search_default_group_method": 1},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if self.filtered(lambda closing: closing.state != "draft"):
            raise UserError(self.env._("A closed day stays closed."))

    @api.model
    def _is_closed(self, estate, date):
        """Return whether the takings of `estate` on `date` are closed."""
        return bool(
            self.search_count(
                [
                    ("estate_id", "=", estate.id),
                    ("date", "=", date),
                    ("state", "!=", "draft"),
                ],
                limit=1,
            )
        )


class PropertyDayClosingLine(models.Model):
    """A day's takings by one way of paying."""

    _name = "property.day.closing.line"
    _description = "Takings by way of paying"

    closing_id = fields.Many2one(
        "property.day.closing", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="closing_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="closing_id.estate_id", store=True, index=True)
    currency_id = fields.Many2one(related="closing_id.currency_id")
    journal_id = fields.Many2one("account.journal", "Way of paying", required=True, readonly=True)
    receipt_count = fields.Integer("Number of receipts", readonly=True)
    amount = fields.Monetary("Taken", readonly=True)
    counted = fields.Monetary()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_system()
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if vals.keys() - {"counted"}:
            self._check_system()
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_system(self):
        self._check_system()
        self._check_draft()

    def _check_system(self):
        if not self.env.su:
            raise UserError(
                self.env._("What was taken follows from the receipts; only enter what you counted.")
            )

    def _check_draft(self):
        if self.closing_id.filtered(lambda closing: closing.state != "draft"):
            raise UserError(self.env._("A closed day stays as it was closed."))
