# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from .property_activity_plan_line import FUNDING


class PropertyActivityBudget(models.Model):
    """A line of an activity's budget and what it really cost (form G6-1, handbook B G6).

    The actual amount is the sum of the posted journal items that name the line; nothing is kept
    beside the ledger.
    """

    _name = "property.activity.budget"
    _description = "Budget line of an activity"
    _inherit = "property.activity.part"
    _order = "event_id, sequence, id"

    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char("Cost item", required=True)
    quantity = fields.Float(default=1.0, digits=(16, 2))
    uom = fields.Char("Unit of count")
    price_unit = fields.Monetary("Unit price (yuan)")
    amount = fields.Monetary(
        "Budgeted amount", compute="_compute_amount", store=True, precompute=True
    )
    source = fields.Selection(FUNDING, "Source of funding", default="service")
    actual = fields.Monetary("Actual amount", compute="_compute_actual")
    difference = fields.Monetary(compute="_compute_actual", help="Budget less actual.")
    receipt_numbers = fields.Char("Receipt no.", compute="_compute_actual")
    note = fields.Char("Remark")

    _amounts_positive = models.Constraint(
        "CHECK (quantity >= 0 AND price_unit >= 0)", "Quantity and price are not below zero."
    )

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = float_round(line.quantity * line.price_unit, precision_digits=2)

    @api.depends("event_id", "amount")
    def _compute_actual(self):
        items = self.env["account.move.line"].sudo()
        found = {}
        if self.ids:
            rows = items._read_group(
                [("property_budget_id", "in", self.ids), ("parent_state", "=", "posted")],
                ["property_budget_id"],
                ["balance:sum", "move_id:recordset"],
            )
            found = {line.id: (balance, moves) for line, balance, moves in rows}
        for line in self:
            balance, moves = found.get(line.id, (0.0, self.env["account.move"]))
            line.actual = balance
            line.difference = line.amount - balance
            line.receipt_numbers = "、".join(
                number for number in (move._activity_receipt() for move in moves) if number
            )

    def _check_open(self):
        """Refuse changes of a settled budget, or of one that waits for approval.

        :raises UserError: if so
        """
        for event in self.event_id:
            if self.env.su:
                continue
            if event.settled_date:
                raise UserError(
                    self.env._("“%(event)s” has been settled already.", event=event.name)
                )
            if event.approval_pending:
                raise UserError(
                    self.env._(
                        "“%(event)s” waits for an approval: its budget stays as it was handed in.",
                        event=event.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Add budget lines to activities that are not settled."""
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def action_open_items(self):
        """Open the journal items the actual amount is the sum of."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("property_budget_id", "=", self.id), ("parent_state", "=", "posted")],
        }
