# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class PropertyGateWeek(models.Model):
    """The week's reconciliation of exit slips (handbook A §26).

    On Monday security hands back the slips of last week; customer service compares them with what
    was issued, and clears up each one that is missing.
    """

    _name = "property.gate.week"
    _description = "Weekly reconciliation of exit slips"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, estate_id"
    _check_company_auto = True

    _workflow_moves = {"draft": ("done",)}
    _workflow_stamps = {"done": ("done_by_id", "done_date")}

    estate_id = fields.Many2one("property.estate", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date_start = fields.Date("Week from Monday", required=True, index=True)
    date_end = fields.Date("To Sunday", compute="_compute_date_end", store=True)
    slip_ids = fields.One2many("property.gate.pass", "week_id", "Slips of the week")
    issued_count = fields.Integer("Slips issued", compute="_compute_counts")
    released_count = fields.Integer("Goods released", compute="_compute_counts")
    refused_count = fields.Integer("Goods stopped", compute="_compute_counts")
    missing_count = fields.Integer("Slips not back", compute="_compute_counts")
    explanation = fields.Text("What became of missing slips")
    state = fields.Selection(
        [("draft", "To reconcile"), ("done", "Reconciled")],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    done_by_id = fields.Many2one("res.users", "Reconciled by", readonly=True, copy=False)
    done_date = fields.Datetime("Reconciled on", readonly=True, copy=False)

    _week_once = models.UniqueIndex(
        "(estate_id, date_start)", "This week of the estate is reconciled already."
    )

    @api.depends("date_start")
    def _compute_date_end(self):
        for week in self:
            week.date_end = week.date_start and week.date_start + timedelta(days=6)

    @api.depends("slip_ids.state")
    def _compute_counts(self):
        for week in self:
            states = week.slip_ids.mapped("state")
            week.issued_count = len(week.slip_ids.filtered("issued_date"))
            week.released_count = len(week.slip_ids.filtered("released_date"))
            week.refused_count = len(week.slip_ids.filtered("refused_date"))
            week.missing_count = states.count("released")

    @api.depends("estate_id.name", "date_start")
    def _compute_display_name(self):
        for week in self:
            week.display_name = f"{week.estate_id.name or ''} {week.date_start or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        """Begin weeks on their Monday and take in the slips of the week."""
        for vals in vals_list:
            if vals.get("date_start"):
                day = fields.Date.to_date(vals["date_start"])
                vals["date_start"] = day - timedelta(days=day.weekday())
        weeks = super().create(vals_list)
        weeks.action_refresh()
        return weeks

    def action_refresh(self):
        """Take in the slips of the week that are in no week yet."""
        self.check_access("write")
        for week in self.filtered(lambda row: row.state == "draft"):
            slips = self.env["property.gate.pass"].search(
                [
                    ("estate_id", "=", week.estate_id.id),
                    ("date", ">=", week.date_start),
                    ("date", "<=", week.date_end),
                    ("week_id", "=", False),
                    ("state", "in", ("released", "collected", "refused", "expired")),
                ]
            )
            slips._with_move().write({"week_id": week.id})

    def action_all_back(self):
        """Note that security has handed back every slip of the week."""
        self.check_access("write")
        self.slip_ids.filtered(lambda row: row.state == "released").action_collect()

    def action_done(self):
        """Finish the week: the slips that are back are reconciled.

        :raises UserError: while slips are missing without an explanation
        """
        self.check_access("write")
        for week in self:
            missing = week.slip_ids.filtered(lambda row: row.state == "released")
            if missing and not (week.explanation or "").strip():
                raise UserError(
                    self.env._(
                        "%(week)s: slips not back: %(numbers)s. Get them from the gates, or write "
                        "down what became of them.",
                        week=week.display_name,
                        numbers="、".join(missing.mapped("number")),
                    )
                )
            missing._move_to("collected", guard_note=week.explanation)
            week.slip_ids.filtered(lambda row: row.state in ("collected", "refused"))._move_to(
                "reconciled"
            )
            week._move_to("done")

    @api.model
    def _cron_begin(self):
        """Begin the reconciliation of last week on each estate that had slips."""
        slips = self.env["property.gate.pass"]
        today = slips._today()
        monday = today - timedelta(days=today.weekday() + 7)
        groups = slips._read_group(
            [
                ("date", ">=", monday),
                ("date", "<=", monday + timedelta(days=6)),
                ("state", "in", ("released", "collected", "refused", "expired")),
            ],
            ["estate_id"],
        )
        have = self.search([("date_start", "=", monday)]).estate_id
        estates = self.env["property.estate"].browse([estate.id for (estate,) in groups]) - have

        def begin(estate):
            week = self.create({"estate_id": estate.id, "date_start": monday})
            users = slips.new({"estate_id": estate.id})._deadline_users("supervisor")
            for user in users[:1]:
                week.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Reconcile the exit slips of last week"),
                    user_id=user.id,
                )

        self.env["ir.cron"]._property_each(
            estates,
            begin,
            lambda estate, _error: _logger.exception("No exit-slip week for estate %s", estate.id),
        )
