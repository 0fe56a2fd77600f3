# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)


class PropertyOwnersMeetingPlan(models.Model):
    """The year's talks with owners (客户恳谈会年度计划): time, place, content, people (B F3).

    Approved by the project manager; at least so many meetings a year as the setting says.
    """

    _name = "property.owners.meeting.plan"
    _description = "Yearly plan of owners' meetings"
    _inherit = ["property.workflow.mixin", "property.approval.mixin", "mail.thread"]
    _order = "year desc, estate_id"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("review",),
        "review": ("approved", "draft"),
        "approved": ("draft",),
    }
    _workflow_stamps = {"approved": ("approved_by_id", "approved_date")}

    estate_id = fields.Many2one("property.estate", required=True, index=True, tracking=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None
    )
    meeting_ids = fields.One2many("property.owners.meeting", "plan_id", "Meetings of the year")
    meeting_count = fields.Integer("Number of meetings", compute="_compute_counts")
    held_count = fields.Integer("Meetings held", compute="_compute_counts")
    note = fields.Text("Aims of the year")
    state = fields.Selection(
        [("draft", "Being drawn up"), ("review", "With the manager"), ("approved", "Approved")],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)

    _year_once = models.UniqueIndex("(estate_id, year)", "There is a plan of this year already.")

    @api.depends("estate_id.name", "year")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.estate_id.name or ''} {plan.year}"

    @api.depends("meeting_ids.state")
    def _compute_counts(self):
        for plan in self:
            meetings = plan.meeting_ids.filtered(lambda row: row.state != "cancelled")
            plan.meeting_count = len(meetings)
            plan.held_count = len(meetings.filtered(lambda row: row.state in ("held", "closed")))

    def action_submit(self):
        """Ask the project manager to approve the plan.

        :raises UserError: with fewer meetings than the setting asks for
        """
        for plan in self:
            wanted = plan.estate_id._parameter("owners_meeting_min")
            if plan.meeting_count < wanted:
                raise UserError(
                    self.env._(
                        "“%(plan)s”: at least %(count)s meetings a year are planned.",
                        plan=plan.display_name,
                        count=wanted,
                    )
                )
            plan._move_to("review")
            plan._request_approval(
                "relation_meeting",
                self.env._("Owners' meetings %s", plan.display_name),
                reason=plan.note,
            )
        return True

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        self.filtered(lambda plan: plan.state == "review")._move_to("approved")

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self.filtered(lambda plan: plan.state == "review")._move_to("draft")

    def action_revise(self):
        """Take an approved plan back, to change it and have it approved again."""
        self.filtered(lambda plan: plan.state == "approved")._move_to("draft")
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("Only a plan that was never approved is deleted."))

    @api.model
    def _cron_check(self):
        """Tell managers of estates where, near the year's end, too few meetings were held."""
        today = local_today()

        def check(estate):
            wanted = estate._parameter("owners_meeting_min")
            held = self.env["property.owners.meeting"].search_count(
                [
                    ("estate_id", "=", estate.id),
                    ("state", "in", ("held", "closed")),
                    ("date", ">=", f"{today.year - 1}-12-31 16:00:00"),
                ]
            )
            if today.month >= 10 and held < wanted:
                words = self.with_context(lang=estate._print_lang()).env
                self.env["property.relation.plan"]._tell(
                    estate,
                    "manager",
                    words._(
                        "Owners' meetings of %(year)s: %(held)s of %(wanted)s held",
                        year=today.year,
                        held=held,
                        wanted=wanted,
                    ),
                )

        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            check,
            lambda estate, _error: _logger.exception("Meetings of estate %s", estate.id),
        )
