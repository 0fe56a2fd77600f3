# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money

#: figures of a category that are counted, as the register A7-1 adds them up
COUNTS = (
    "reported",
    "done",
    "open",
    "arrivals",
    "arrivals_kept",
    "reworks",
    "paid",
    "called",
    "rated",
    "content",
)


class PropertyRepairMonth(models.Model):
    """The repair statistics of an estate's month, form A7-1, frozen when it is locked (B A7).

    Draft figures are those of today. The supervisor checks them against the slips; where they have
    changed since, the month cannot be locked and is checked again. Once locked, every print of the
    month shows the figures kept here.
    """

    _name = "property.repair.month"
    _description = "Month of repair statistics"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "month desc, estate_id"
    _check_company_auto = True

    _workflow_moves = {"draft": ("checked",), "checked": ("locked", "draft")}
    _workflow_stamps = {
        "checked": ("checked_by_id", "checked_date"),
        "locked": ("locked_by_id", "locked_date"),
    }

    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, index=True, help="First day of the month.")
    line_ids = fields.One2many("property.repair.month.line", "month_id", "Categories")
    reported = fields.Integer("Repairs reported", compute="_compute_totals", store=True)
    done = fields.Integer("Repairs completed", compute="_compute_totals", store=True)
    amount = fields.Monetary("Amount charged", compute="_compute_totals", store=True)
    on_time_rate = fields.Float(
        "On-time rate", compute="_compute_totals", store=True, aggregator=None
    )
    rework_rate = fields.Float(
        "Rework rate", compute="_compute_totals", store=True, aggregator=None
    )
    state = fields.Selection(
        [("draft", "Draft"), ("checked", "Checked"), ("locked", "Locked")],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    made_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, default=lambda self: self.env.user
    )
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    locked_by_id = fields.Many2one("res.users", "Locked by", readonly=True, copy=False)
    locked_date = fields.Datetime("Locked on", readonly=True, copy=False)

    _once = models.UniqueIndex("(estate_id, month)", "The estate has this month already.")
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is kept by its first day."
    )

    @api.depends("month", "estate_id.name")
    def _compute_display_name(self):
        for row in self:
            month = f"{row.month:%Y-%m} " if row.month else ""
            row.display_name = f"{month}{row.estate_id.name or ''}"

    @api.depends("line_ids.reported", "line_ids.done", "line_ids.amount", "line_ids.reworks")
    def _compute_totals(self):
        for row in self:
            lines = row.line_ids
            row.reported = sum(lines.mapped("reported"))
            row.done = sum(lines.mapped("done"))
            row.amount = sum(lines.mapped("amount"))
            due = sum(lines.mapped("arrivals"))
            row.on_time_rate = sum(lines.mapped("arrivals_kept")) / due if due else 0.0
            row.rework_rate = sum(lines.mapped("reworks")) / row.done if row.done else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        """Count the figures of new months at once."""
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        rows = super().create(vals_list)
        rows.action_count()
        return rows

    def write(self, vals):
        if {"estate_id", "month"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("Estate and month of the statistics stay what they are."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(row.state != "draft" for row in self):
            raise UserError(self.env._("Checked statistics are kept."))

    def _live(self):
        """Return {category id: counts} of the month as of now."""
        self.ensure_one()
        register = self.env["property.register.repair.month"]
        options = {"estate_ids": self.estate_id.ids, "month": self.month}
        return {category.id: counts for category, counts in register._live_counts(options).items()}

    def action_count(self):
        """Count the figures anew; what is written about the categories stays.

        :raises UserError: once they are checked
        """
        self.check_access("write")
        for row in self:
            if row.state != "draft":
                raise UserError(self.env._("Checked figures stay: send them back to draft first."))
            texts = {line.category_id.id: (line.problems, line.measures) for line in row.line_ids}
            row.sudo().line_ids.unlink()
            self.env["property.repair.month.line"].sudo().create(
                [
                    {
                        "month_id": row.id,
                        "category_id": category,
                        "problems": texts.get(category, ("", ""))[0],
                        "measures": texts.get(category, ("", ""))[1],
                        **counts,
                    }
                    for category, counts in row._live().items()
                ]
            )
        return True

    def _check_role(self, group, text):
        if not (self.env.su or self.env.user.has_group(f"property_service.group_{group}")):
            raise UserError(text)

    def _check_over(self):
        today = fields.Date.context_today(self)
        for row in self:
            if today <= money.month_end(row.month):
                raise UserError(self.env._("“%(month)s” is not over yet.", month=row.display_name))

    def action_check(self):
        """Check the figures against the slips, as supervisor, after the month is over.

        :raises UserError: for others, or before the month is over
        """
        self._check_role("supervisor", self.env._("The statistics are checked by a supervisor."))
        self._check_over()
        self.action_count()
        self._move_to("checked")
        return True

    def action_lock(self):
        """Freeze the figures, as manager.

        :raises UserError: if they differ from the slips by now, or a month before is not locked
        """
        self._check_role("manager", self.env._("The month is locked by the project manager."))
        for row in self.sorted("month"):
            earlier = self.search(
                [
                    ("estate_id", "=", row.estate_id.id),
                    ("month", "<", row.month),
                    ("state", "!=", "locked"),
                ],
                limit=1,
            )
            if earlier:
                raise UserError(self.env._("Lock “%(month)s” first.", month=earlier.display_name))
            kept = {line.category_id.id: line._counts() for line in row.line_ids}
            if kept != row._live():
                raise UserError(
                    self.env._(
                        "The figures of “%(month)s” have changed since they were checked: send "
                        "them back to draft and check them against the slips again.",
                        month=row.display_name,
                    )
                )
            row._move_to("locked")
        return True

    def action_back(self):
        """Take checked figures back to draft."""
        self._check_role("supervisor", self.env._("The statistics are checked by a supervisor."))
        self._move_to("draft")
        return True

    def action_print(self):
        """Open the print dialog of form A7-1 for this month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_service.property_register_repair_month_action"
        )
        action["context"] = {
            "default_register": "repair.month",
            "default_estate_ids": self.estate_id.ids,
            "default_month": fields.Date.to_string(self.month),
        }
        return action

    @api.model
    def _frozen(self, estates, month):
        """Return the locked months of `estates` for `month`, a date."""
        return self.sudo().search(
            [
                ("estate_id", "in", estates.ids),
                ("month", "=", money.month_start(month)),
                ("state", "=", "locked"),
            ]
        )


class PropertyRepairMonthLine(models.Model):
    """One category of form A7-1."""

    _name = "property.repair.month.line"
    _description = "Category of repair statistics"
    _order = "month_id, id"

    month_id = fields.Many2one(
        "property.repair.month", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="month_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="month_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    category_id = fields.Many2one("property.case.category", readonly=True, index=True)
    reported = fields.Integer("Repairs reported", readonly=True)
    done = fields.Integer("Repairs completed", readonly=True)
    open = fields.Integer("Not completed", readonly=True)
    arrivals = fields.Integer("Arrivals due", readonly=True)
    arrivals_kept = fields.Integer("Arrivals in time", readonly=True)
    reworks = fields.Integer(readonly=True)
    paid = fields.Integer("Chargeable orders", readonly=True)
    amount = fields.Monetary("Amount charged", readonly=True)
    called = fields.Integer("Callbacks made", readonly=True)
    rated = fields.Integer("Answers", readonly=True)
    content = fields.Integer("Content customers", readonly=True)
    problems = fields.Char("Main problems")
    measures = fields.Char()

    def _counts(self):
        """Return the figures of the line, as the register counts them."""
        self.ensure_one()
        return {name: self[name] for name in COUNTS} | {
            "amount": self.currency_id.round(self.amount)
        }

    def write(self, vals):
        if self.filtered(lambda line: line.month_id.state == "locked"):
            raise UserError(self.env._("A locked month stays as it is."))
        if not self.env.su and vals.keys() - {"problems", "measures"}:
            raise UserError(self.env._("Figures are counted, never typed."))
        return super().write(vals)
