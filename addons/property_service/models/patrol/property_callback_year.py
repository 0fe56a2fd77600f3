# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import day_bounds, local_day

#: figures of a month of form B3-1, in its order
FIGURES = [
    ("total", "Repairs"),
    ("safety", "Safety facilities"),
    ("leak", "Leaks"),
    ("other", "Others"),
    ("due", "Callbacks due"),
    ("done", "Callbacks made"),
    ("in_time", "Made in time"),
    ("ok", "Satisfied"),
    ("fair", "Fairly satisfied"),
    ("bad", "Dissatisfied"),
    ("rework", "Reworks"),
    ("notices", "Rectification notices"),
    ("rectified", "Put right"),
]
_REPAIRS = ("safety", "leak", "other")


class PropertyCallbackYear(models.Model):
    """The year's figures of callbacks of repairs (维修回访年度统计表, form B3-1).

    Figures are counted until the manager signs; what comes in later counts for the next year.
    """

    _name = "property.callback.year"
    _description = "Yearly statistics of callbacks"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "year desc, estate_id"
    _check_company_auto = True
    _rec_name = "year"

    _workflow_moves = {"draft": ("checked",), "checked": ("signed", "draft")}
    _workflow_stamps = {
        "checked": ("checked_by_id", "checked_date"),
        "signed": ("signed_by_id", "signed_date"),
    }

    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None
    )
    estate_id = fields.Many2one("property.estate", required=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    line_ids = fields.One2many("property.callback.year.line", "year_id", "Months")
    remark = fields.Text()
    state = fields.Selection(
        [("draft", "Draft"), ("checked", "Checked"), ("signed", "Signed")],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    made_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, default=lambda self: self.env.user
    )
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    signed_by_id = fields.Many2one("res.users", "Signed by", readonly=True, copy=False)
    signed_date = fields.Datetime("Signed on", readonly=True, copy=False)

    _year_once = models.UniqueIndex(
        "(estate_id, year)", "The statistics of this year and estate exist already."
    )

    @api.depends("year", "estate_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.estate_id.name or ''} {row.year}"

    @api.model_create_multi
    def create(self, vals_list):
        """Count the figures of new statistics at once."""
        rows = super().create(vals_list)
        rows.action_count()
        return rows

    def action_count(self):
        """Count the months' figures anew.

        :raises UserError: once the statistics are signed
        """
        for row in self:
            if row.state == "signed":
                raise UserError(
                    self.env._("Signed statistics are closed; later facts count for the next year.")
                )
            figures = self._figures(row.estate_id, row.year)
            row.sudo().line_ids.unlink()
            self.env["property.callback.year.line"].sudo().create(
                [{"year_id": row.id, "month": month, **figures[month]} for month in range(1, 13)]
            )

    @api.model
    def _figures(self, estates, year):
        """Return {month: {figure: number}} of callbacks of repairs.

        Cases count in the month their work was done; each settled repair has one row of the first
        round, called or not. Months without any are there with zeros.
        """
        figures = {month: dict.fromkeys(dict(FIGURES), 0) for month in range(1, 13)}
        start, end = day_bounds(date(year, 1, 1), date(year, 12, 31))
        rows = self.env["property.callback"].search(
            [
                ("estate_id", "in", estates.ids),
                ("callback_class", "in", _REPAIRS),
                ("phase", "=", "end"),
                ("settled_date", ">=", start),
                ("settled_date", "<", end),
            ]
        )
        for row in rows:
            month = figures[local_day(row.settled_date).month]
            if row.round == 1:
                month["total"] += 1
                month[row.callback_class] += 1
                month["rework"] += row.result == "bad"
            if row.state != "waived" and not row.untrue:
                month["due"] += 1
                if row.result in ("ok", "fair", "bad"):
                    month["done"] += 1
                    month["in_time"] += row.in_time
                    month[row.result] += 1
            notice = row.rectification_id
            month["notices"] += bool(notice)
            month["rectified"] += notice.state in ("verified", "closed")
        return figures

    def action_check(self):
        """Check the figures, as supervisor.

        :raises UserError: for who is no supervisor
        """
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise UserError(self.env._("The statistics are checked by a supervisor."))
        self.action_count()
        self._move_to("checked")

    def action_sign(self):
        """Sign and close the year, as manager.

        :raises UserError: for who is no manager
        """
        if not (self.env.su or self.env.user.has_group("property_service.group_manager")):
            raise UserError(self.env._("The statistics are signed by the manager."))
        self._move_to("signed")

    def action_back(self):
        """Take checked statistics back to draft."""
        self._move_to("draft")

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(row.state != "draft" for row in self):
            raise UserError(self.env._("Checked statistics are kept."))


class PropertyCallbackYearLine(models.Model):
    """One month of form B3-1."""

    _name = "property.callback.year.line"
    _description = "Month of the statistics of callbacks"
    _order = "year_id, month"

    year_id = fields.Many2one(
        "property.callback.year", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="year_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="year_id.company_id", store=True, index=True)
    month = fields.Integer(required=True, aggregator=None)
    total = fields.Integer("Repairs")
    safety = fields.Integer("Safety facilities")
    leak = fields.Integer("Leaks")
    other = fields.Integer("Others")
    due = fields.Integer("Callbacks due")
    done = fields.Integer("Callbacks made")
    in_time = fields.Integer("Made in time")
    ok = fields.Integer("Satisfied")
    fair = fields.Integer("Fairly satisfied")
    bad = fields.Integer("Dissatisfied")
    rework = fields.Integer("Reworks")
    notices = fields.Integer("Rectification notices")
    rectified = fields.Integer("Put right")
    done_rate = fields.Float("Callback rate", compute="_compute_rates")
    in_time_rate = fields.Float("In time", compute="_compute_rates")
    content_rate = fields.Float("Satisfaction rate", compute="_compute_rates")
    rework_rate = fields.Float("Rework rate", compute="_compute_rates")
    remark = fields.Char()

    @api.depends("due", "done", "in_time", "ok", "fair", "bad", "rework", "total")
    def _compute_rates(self):
        for line in self:
            answers = line.ok + line.fair + line.bad
            line.done_rate = line.done / line.due if line.due else 0
            line.in_time_rate = line.in_time / line.due if line.due else 0
            line.content_rate = line.ok / answers if answers else 0
            line.rework_rate = line.rework / line.total if line.total else 0
