# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PropertyReceiptBook(models.Model):
    """Pre-printed receipt books handed out and accounted for (票据领用核销, handbook B H4).

    A book is a range of numbers. It is issued to somebody and comes back used up, with what was
    voided named; no number is in two books.
    """

    _name = "property.receipt.book"
    _description = "Receipt book"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "issue_date desc, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "stock": ("issued",),
        "issued": ("returned", "lost"),
        "returned": ("checked",),
    }
    _workflow_stamps = {
        "issued": ("issued_by_id", None),
        "checked": ("checked_by_id", "checked_date"),
    }

    name = fields.Char("Book no.", required=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    prefix = fields.Char("Letters before the number")
    number_from = fields.Integer("First number", required=True, aggregator=None)
    number_to = fields.Integer("Last number", required=True, aggregator=None)
    sheets = fields.Integer(compute="_compute_sheets", store=True)
    holder_id = fields.Many2one("res.users", "Issued to", index="btree_not_null", tracking=True)
    issue_date = fields.Date("Issued on", tracking=True)
    issued_by_id = fields.Many2one("res.users", "Issued by", readonly=True, copy=False)
    used_to = fields.Integer("Last number used", copy=False, aggregator=None)
    voided = fields.Char("Voided numbers", copy=False, help="All copies are attached to the book.")
    used_count = fields.Integer("Sheets used", compute="_compute_used", store=True)
    voided_count = fields.Integer("Sheets voided", compute="_compute_used", store=True)
    amount = fields.Monetary("Taken with it", copy=False)
    return_date = fields.Date("Returned on", copy=False)
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    note = fields.Char()
    state = fields.Selection(
        [
            ("stock", "In stock"),
            ("issued", "Issued"),
            ("returned", "Returned"),
            ("checked", "Accounted for"),
            ("lost", "Lost"),
        ],
        required=True,
        default="stock",
        tracking=True,
        index=True,
    )

    _range_order = models.Constraint(
        "CHECK (number_from > 0 AND number_to >= number_from)",
        "The last number of a book is not before the first.",
    )

    @api.depends("number_from", "number_to")
    def _compute_sheets(self):
        for book in self:
            book.sheets = max(book.number_to - book.number_from + 1, 0)

    @api.depends("used_to", "number_from", "voided")
    def _compute_used(self):
        for book in self:
            book.voided_count = len(book._voided_numbers())
            used = book.used_to - book.number_from + 1 if book.used_to else 0
            book.used_count = max(used - book.voided_count, 0)

    def _voided_numbers(self):
        return {int(number) for number in re.findall(r"\d+", self.voided or "")}

    @api.constrains("prefix", "number_from", "number_to", "estate_id")
    def _check_overlap(self):
        for book in self:
            other = self.sudo().search(
                [
                    ("id", "!=", book.id),
                    ("company_id", "=", book.company_id.id),
                    ("prefix", "=", book.prefix or False),
                    ("number_from", "<=", book.number_to),
                    ("number_to", ">=", book.number_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._("These numbers are in book %(book)s already.", book=other.name)
                )

    @api.constrains("used_to", "voided")
    def _check_used(self):
        for book in self:
            numbers = book._voided_numbers() | ({book.used_to} if book.used_to else set())
            if any(not book.number_from <= number <= book.number_to for number in numbers):
                raise ValidationError(
                    self.env._("Book %(book)s does not hold this number.", book=book.name)
                )

    def write(self, vals):
        if vals.keys() & {"prefix", "number_from", "number_to", "estate_id"} and self.filtered(
            lambda book: book.state != "stock"
        ):
            raise UserError(self.env._("A book that was issued keeps its numbers."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_stock(self):
        if self.filtered(lambda book: book.state != "stock"):
            raise UserError(self.env._("A book that was issued stays on the register."))

    def action_issue(self):
        """Hand the book out.

        :raises UserError: if it does not say to whom
        """
        self.check_access("write")
        for book in self:
            if not book.holder_id:
                raise UserError(self.env._("Say who gets the book."))
            date = book.issue_date or fields.Date.context_today(self)
            book._move_to("issued", issue_date=date)

    def action_return(self):
        """Take the book back: the last number used is noted, voided ones are named."""
        self.check_access("write")
        for book in self:
            book._move_to(
                "returned", return_date=book.return_date or fields.Date.context_today(self)
            )

    def action_check(self):
        """State that the book was accounted for: money handed in, voided copies there.

        :raises UserError: if the holder presses
        """
        self.check_access("write")
        for book in self:
            if not self.env.su and book.holder_id == self.env.user:
                raise UserError(self.env._("Somebody else than the holder accounts for the book."))
            book._move_to("checked")

    def action_lost(self):
        """Record the loss of the book; its numbers stay on the register."""
        self.check_access("write")
        self._move_to("lost")
