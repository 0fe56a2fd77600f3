# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import calendar
import secrets
from datetime import date, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_day

from .property_survey_template import KINDS

#: how the figures of a campaign are worked out, handbook B F5
METHODS = [
    ("grade", "Satisfied share of each item"),
    ("complement", "Share not dissatisfied"),
    ("index", "Points by weight"),
    ("ten_point", "Mean of ten points by weight"),
    ("overall", "All satisfied answers over all valid ones"),
]
#: what the system works out: nobody types it in
_FIGURES = {
    *("population", "sample_count", "repeat_count", "extension_days", "entered_count"),
    *("kept_figures", "personal_removed_date"),
    *("counted_valid", "total_grade", "total_complement", "total_index", "total_overall"),
}
#: a term of the campaign: the estate's setting, changed for one campaign where it must be
_TERM = {
    "compute": "_compute_terms",
    "store": True,
    "readonly": False,
    "precompute": True,
    "aggregator": None,
}
#: states in which forms are handed out and come back
RUNNING = ("distributing", "collecting")


class PropertySurveyCampaign(models.Model):
    """A survey of an estate's households: from the sample to the improvements (handbook B F4, F5).

    A quarterly opinion solicitation goes to at least a fifth of the households, a satisfaction
    survey to nearly all. Households are asked by a form each; what they answer is kept by Odoo's
    `survey`. In an anonymous campaign no path leads from an answer to a household.
    """

    _name = "property.survey.campaign"
    _description = "Survey campaign"
    _inherit = ["property.living.mixin", "property.approval.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _number_form = "DC"
    _workflow_moves = {
        "draft": ("approved", "cancelled"),
        "approved": ("notice", "distributing", "draft", "cancelled"),
        "notice": ("distributing", "cancelled"),
        "distributing": ("collecting",),
        "collecting": ("verify", "closed"),
        "verify": ("closed",),
        "closed": ("analysed",),
        "analysed": ("reported",),
        "reported": ("improving",),
        "improving": ("finished",),
    }
    _workflow_stamps = {
        "approved": ("approved_by_id", "approved_date"),
        "closed": ("closed_by_id", "closed_date"),
        "analysed": ("analysed_by_id", "analysed_date"),
        "reported": ("reported_by_id", "reported_date"),
        "finished": ("finished_by_id", "finished_date"),
    }
    _case_end = ("finished", "cancelled")
    _living_open = ("draft",)
    _living_facts = (
        "estate_id",
        "kind",
        "template_id",
        "anonymous",
        "method",
        "ratio",
        "survey_id",
    )

    name = fields.Char(
        "Title", compute="_compute_name", store=True, readonly=False, required=True, precompute=True
    )
    kind = fields.Selection(
        KINDS, "Kind of campaign", required=True, default="opinion", index=True, tracking=True
    )
    template_id = fields.Many2one(
        "property.survey.template",
        "Questionnaire",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('kind', '=', kind)]",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="survey.group_survey_user",
    )
    anonymous = fields.Boolean(
        "Anonymous answers",
        default=False,
        tracking=True,
        help="Only that a household has answered is noted, never what: no record of the answer "
        "leads to the household.",
    )
    method = fields.Selection(METHODS, "Formula", required=True, default="grade", tracking=True)
    purpose = fields.Text()
    organiser = fields.Char("Carried out by", help="Department or outside agency.")
    budget = fields.Float("Budget (yuan)", digits=(16, 2))
    date_start = fields.Date(
        "Handed out from",
        required=True,
        default=lambda self: self._default_date_start(),
        tracking=True,
    )
    period = fields.Date("Quarter", compute="_compute_period", store=True, precompute=True)
    year = fields.Integer(compute="_compute_period", store=True, precompute=True, aggregator=None)
    return_days = fields.Integer("Days to return", **_TERM)
    extension_days = fields.Integer(
        "Extended by (days)", readonly=True, copy=False, aggregator=None
    )
    date_return = fields.Date("To be returned by", compute="_compute_date_return", store=True)
    date_report = fields.Date(
        "Report due on", compute="_compute_date_report", store=True, precompute=True
    )
    date_originals = fields.Date(
        "Originals back by",
        compute="_compute_date_originals",
        store=True,
        help="The department above returns the forms for filing.",
    )
    originals_back = fields.Boolean("Originals are back", copy=False)
    ratio = fields.Float("Share of households (%)", digits=(16, 2), **_TERM)
    target = fields.Float("Target (%)", digits=(16, 2), **_TERM)
    item_target = fields.Float("Target of an item (%)", digits=(16, 2), **_TERM)
    return_target = fields.Float("Return target (%)", digits=(16, 2), **_TERM)
    form_ids = fields.One2many("property.survey.form", "campaign_id", "Forms")
    result_ids = fields.One2many("property.survey.result", "campaign_id", "Results", readonly=True)
    opinion_ids = fields.One2many("property.survey.opinion", "campaign_id", "Opinions")
    conclusion = fields.Text("Overall assessment")
    improvement = fields.Text("Improvements and their results")
    published = fields.Boolean(
        "Published to owners and committee",
        tracking=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("notice", "Announced"),
            ("distributing", "Being handed out"),
            ("collecting", "Being collected"),
            ("verify", "Being verified"),
            ("closed", "Answers closed"),
            ("analysed", "Analysed"),
            ("reported", "Reported"),
            ("improving", "Improving"),
            ("finished", "Finished"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Answers closed on", readonly=True, copy=False)
    analysed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    analysed_date = fields.Datetime("Analysed on", readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reported_date = fields.Datetime("Reported on", readonly=True, copy=False)
    finished_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    finished_date = fields.Datetime("Finished on", readonly=True, copy=False)

    @api.model
    def _default_date_start(self):
        """Return the 11th of this quarter's last month: its middle ten days (B F4)."""
        today = fields.Date.context_today(self)
        return date(today.year, (today.month - 1) // 3 * 3 + 3, 11)

    @api.depends("estate_id", "kind", "period")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for campaign in self:
            if campaign.name and campaign.state != "draft":
                continue
            quarter = campaign.period and self.env._(
                "quarter %(quarter)s of %(year)s",
                quarter=campaign.period.month // 3 + 1,
                year=campaign.year,
            )
            parts = (campaign.estate_id.name, quarter, labels.get(campaign.kind))
            campaign.name = " ".join(part for part in parts if part)

    @api.depends("date_start")
    def _compute_period(self):
        for campaign in self:
            day = campaign.date_start
            campaign.period = day and date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            campaign.year = day.year if day else 0

    @api.depends("estate_id", "kind")
    def _compute_terms(self):
        for campaign in self:
            estate = campaign.estate_id
            if not estate:
                continue
            opinion = campaign.kind == "opinion"
            campaign.ratio = estate._parameter(
                "soliciting_ratio" if opinion else "survey_send_ratio"
            )
            campaign.return_days = estate._parameter("soliciting_return_days")
            campaign.target = estate._parameter("survey_target")
            campaign.item_target = estate._parameter("survey_item_target")
            campaign.return_target = estate._parameter("survey_return_ratio")

    @api.depends("date_start", "return_days", "extension_days")
    def _compute_date_return(self):
        for campaign in self:
            days = campaign.return_days + campaign.extension_days
            campaign.date_return = campaign.date_start and campaign.date_start + timedelta(days)

    @api.depends("period", "estate_id")
    def _compute_date_report(self):
        """Due on the 5th of the quarter after the one of the campaign (B F4)."""
        for campaign in self:
            day = campaign.period and campaign.estate_id
            if not day:
                campaign.date_report = False
                continue
            month = campaign.period.month + 3
            year, month = (campaign.year + 1, 1) if month > 12 else (campaign.year, month)
            last = calendar.monthrange(year, month)[1]
            due = campaign.estate_id._parameter("soliciting_report_day")
            campaign.date_report = date(year, month, min(max(due, 1), last))

    @api.depends("date_report", "reported_date", "estate_id")
    def _compute_date_originals(self):
        for campaign in self:
            start = local_day(campaign.reported_date)
            start = start or campaign.date_report
            days = campaign.estate_id and campaign.estate_id._parameter("originals_return_days")
            campaign.date_originals = start and start + timedelta(days=days or 0)

    def _blurred_moment(self):
        """Return the moment all answers of an anonymous campaign are dated with."""
        self.ensure_one()
        return datetime.combine(self.date_start, time())

    def write(self, vals):
        """Keep day and draw once forms are handed out, and figures as they were worked out."""
        if _FIGURES & vals.keys() and not self.env.su and not self._moving():
            raise UserError(self.env._("The figures of a survey are worked out by the system."))
        fixed = {"date_start", "seed", "sample_size"} & vals.keys()
        if fixed and not self.env.su:
            for campaign in self:
                if campaign.state not in ("draft", "approved", "notice"):
                    raise UserError(
                        self.env._("Forms of “%(name)s” were handed out.", name=campaign.name)
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(campaign.state not in ("draft", "cancelled") for campaign in self):
            raise UserError(self.env._("A campaign that was approved is kept."))

    # from the plan to the handing out ------------------------------------------------------------

    def action_request(self):
        """Ask for the approval of plan and questionnaire (handbook B §8).

        :raises UserError: where the questionnaire is not complete
        """
        for campaign in self:
            if campaign.state != "draft":
                raise UserError(self.env._("Only a draft is submitted: %s.", campaign.name))
            campaign.template_id._check_complete()
            campaign._request_approval("survey_plan", campaign.name, campaign.budget)

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self.message_post(body=self.env._("Not approved: %(reason)s", reason=reason))

    def action_notice(self):
        """State that the households were told of the survey, a day or two before (form F5-2)."""
        self._check_role("staff", self.env._("A survey is announced by the service centre."))
        self._move_to("notice")

    def action_distribute(self):
        """Begin to hand out: the survey is made of the questionnaire, forms are drawn if need be.

        :raises UserError: without a household in the sample
        """
        self._check_role("staff", self.env._("Forms are handed out by the service centre."))
        for campaign in self:
            if not campaign.form_ids:
                campaign.action_draw()
            if not campaign.form_ids:
                raise UserError(
                    self.env._("No household of “%(name)s” is in the sample.", name=campaign.name)
                )
            trusted = campaign.sudo()
            if not trusted.survey_id:
                trusted.survey_id = trusted.template_id._make_survey(campaign.name)
            campaign._move_to("distributing")
            if campaign.anonymous:
                campaign._make_roll()

    def action_collect(self):
        """Go on to collecting; forms that were never handed out do not count.

        :raises UserError: where no form was handed out
        """
        self._check_role("staff", self.env._("Forms are collected by the service centre."))
        for campaign in self:
            if not campaign.form_ids.filtered(lambda form: form.state != "to_send"):
                raise UserError(
                    self.env._("No form of “%(name)s” was handed out yet.", name=campaign.name)
                )
        self._move_to("collecting")

    def _extend(self, days):
        """Give the households more time, once (handbook B F5).

        :param int days: from 1 to the setting `survey_extension_days`
        :raises UserError: the second time, beyond the limit, or after the answers were closed
        """
        for campaign in self:
            limit = campaign.estate_id._parameter("survey_extension_days")
            if campaign.state not in RUNNING:
                raise UserError(self.env._("“%(name)s” is not collecting.", name=campaign.name))
            if campaign.extension_days:
                raise UserError(
                    self.env._(
                        "“%(name)s” was extended by %(days)s days already; it is extended once.",
                        name=campaign.name,
                        days=campaign.extension_days,
                    )
                )
            if not 0 < days <= limit:
                raise UserError(
                    self.env._("A survey is extended by 1 to %(limit)s days.", limit=limit)
                )
            campaign.sudo().extension_days = days
            campaign._refresh_deadlines()
            campaign.message_post(
                body=self.env._("Time to answer extended by %(days)s days.", days=days)
            )

    def action_extend(self):
        """Open the dialog that asks for the days of the extension."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extend"),
            "res_model": "property.survey.extend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_campaign_id": self.id},
        }

    def action_verify(self):
        """Have the answers verified: some of those who answered are called back."""
        self._check_role("staff", self.env._("Answers are closed by the service centre."))
        self._move_to("verify")
        self._draw_checks()

    def action_report(self):
        """Hand in the analysis report to the department above.

        :raises UserError: before an analysis is finished, where an item missed its target
        """
        self._check_role("supervisor", self.env._("A survey is reported by the supervisor."))
        self._move_to("reported")

    def action_improve(self):
        """Go on to the improvements: corrective actions of the items below target."""
        self._check_role("supervisor", self.env._("Improvements are led by the supervisor."))
        for campaign in self:
            campaign._open_corrective()
        self._move_to("improving")

    def action_finish(self):
        """Finish the campaign.

        :raises UserError: while its result is not published, or a corrective action is open
        """
        self._check_role("manager", self.env._("A survey is finished by the project manager."))
        for campaign in self:
            if not campaign.published:
                raise UserError(
                    self.env._(
                        "The result of “%(name)s” must be published to the owners and their "
                        "committee first.",
                        name=campaign.name,
                    )
                )
            if campaign.corrective_open_count:
                raise UserError(
                    self.env._(
                        "“%(name)s” still has %(count)s corrective actions that are not closed.",
                        name=campaign.name,
                        count=campaign.corrective_open_count,
                    )
                )
        self._move_to("finished")

    def action_cancel(self):
        """Drop a campaign of which nothing was handed out."""
        self._check_role("supervisor", self.env._("A survey is cancelled by the supervisor."))
        self._withdraw_approval()
        self._move_to("cancelled")

    @api.model
    def _new_seed(self):
        return secrets.randbelow(2**31)
