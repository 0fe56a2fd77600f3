# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: states of an activity that took place
HELD_STATES = ("done", "summarised", "archived")
#: states in which a plan's lines may be edited freely
OPEN_STATES = ("draft",)
#: states in which activities may be made of a plan
VALID_STATES = ("approved", "running", "adjusted")


class PropertyActivityPlan(models.Model):
    """An estate's community culture plan of a year (年度社区文化活动计划, handbook B G1).

    Drawn up by the customer-service supervisor, reviewed by the project manager, checked by
    finance and approved by the company. What is approved changes only by a request that the
    manager approves (`property.activity.plan.change`).
    """

    _name = "property.activity.plan"
    _description = "Yearly activity plan"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.case.step.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "year desc, estate_id, id"
    _check_company_auto = True

    _number_form = "HDJH"
    _workflow_moves = {
        "draft": ("reviewed", "approved"),
        "reviewed": ("approved", "draft"),
        "approved": ("running", "adjusted", "closed"),
        "running": ("adjusted", "closed"),
        "adjusted": ("adjusted", "closed"),
    }
    _workflow_stamps = {
        "reviewed": ("reviewed_by_id", "reviewed_date"),
        "approved": ("approved_by_id", "approved_date"),
        "adjusted": (None, "adjusted_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_steps = {"close": "_close"}

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        default=lambda self: self._default_estate(),
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True,
        index=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).year + 1,
    )
    user_id = fields.Many2one(
        "res.users",
        "Drawn up by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    basis = fields.Text(
        "Basis of the plan",
        help="Satisfaction survey, wishes of the residents, last year's review.",
    )
    consulted = fields.Char(help="Owners' committee, residents' committee.")
    line_ids = fields.One2many("property.activity.plan.line", "plan_id", "Plan lines", copy=True)
    change_ids = fields.One2many("property.activity.plan.change", "plan_id", "Changes")
    budget_total = fields.Monetary(
        "Planned budget", compute="_compute_budget_total", store=True, precompute=True
    )
    copied_from_id = fields.Many2one(
        "property.activity.plan",
        "Copied from the plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    escalated_date = fields.Date("Escalated on", readonly=True, copy=False)
    refuse_reason = fields.Char("Refused because", readonly=True, copy=False)
    close_note = fields.Text("Review of the year", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("reviewed", "Reviewed"),
            ("approved", "Approved"),
            ("running", "Under way"),
            ("adjusted", "Adjusted"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    reviewed_by_id = fields.Many2one("res.users", "Reviewed by", readonly=True, copy=False)
    reviewed_date = fields.Datetime("Reviewed on", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    adjusted_date = fields.Datetime("Last adjusted on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)
    line_count = fields.Integer("Activities planned", compute="_compute_figures")
    held_count = fields.Integer("Activities held", compute="_compute_figures")
    completion_rate = fields.Float("Plan completion", compute="_compute_figures")
    benefit_first = fields.Integer(
        "Public benefit, first half-year", compute="_compute_benefit", help="Planned lines."
    )
    benefit_second = fields.Integer(
        "Public benefit, second half-year", compute="_compute_benefit", help="Planned lines."
    )
    warning = fields.Char(compute="_compute_benefit")

    _estate_year = models.UniqueIndex(
        "(estate_id, year)", "There is an activity plan of this estate and year already."
    )
    _year_range = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2200)", "Enter the year in four digits."
    )

    @api.model
    def _default_estate(self):
        estates = self.env["property.estate"].search([], limit=2)
        return estates if len(estates) == 1 else False

    @api.depends("estate_id.name", "year")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(estate)s, activity plan %(year)s",
                estate=plan.estate_id.name or "",
                year=plan.year or "",
            )

    @api.depends("line_ids.budget", "line_ids.dropped")
    def _compute_budget_total(self):
        for plan in self:
            plan.budget_total = sum(
                plan.line_ids.filtered(lambda row: not row.dropped).mapped("budget")
            )

    @api.depends("line_ids.dropped", "line_ids.event_ids.state")
    def _compute_figures(self):
        """计划完成率 = held ÷ planned (handbook B G2); a line counts once, however often it is held."""
        for plan in self:
            lines = plan.line_ids.filtered(lambda row: not row.dropped)
            held = lines.filtered("held")
            plan.line_count = len(lines)
            plan.held_count = len(held)
            plan.completion_rate = len(held) / len(lines) if lines else 0.0

    @api.depends("line_ids.type_id.public_benefit", "line_ids.month", "line_ids.dropped")
    def _compute_benefit(self):
        for plan in self:
            lines = plan.line_ids.filtered(lambda row: not row.dropped)
            benefit = lines.filtered("type_id.public_benefit")
            plan.benefit_first = len(benefit.filtered(lambda row: int(row.month or 0) <= 6))
            plan.benefit_second = len(benefit) - plan.benefit_first
            plan.warning = plan._warning_text(len(lines)) if plan.estate_id else False

    def _warning_text(self, count):
        """Return what the plan lacks by the quantities of the handbook, False if nothing."""
        wanted = self.estate_id._parameter("public_benefit_min")
        least = self.estate_id._parameter("activities_per_year")
        texts = []
        if self.benefit_first < wanted:
            texts.append(
                self.env._(
                    "%(count)s of at least %(wanted)s public-benefit activities in the first "
                    "half-year.",
                    count=self.benefit_first,
                    wanted=wanted,
                )
            )
        if self.benefit_second < wanted:
            texts.append(
                self.env._(
                    "%(count)s of at least %(wanted)s public-benefit activities in the second "
                    "half-year.",
                    count=self.benefit_second,
                    wanted=wanted,
                )
            )
        if count < least:
            texts.append(
                self.env._(
                    "%(count)s of at least %(wanted)s activities in the year.",
                    count=count,
                    wanted=least,
                )
            )
        return " ".join(texts) or False

    @api.model_create_multi
    def create(self, vals_list):
        """Number new plans."""
        plans = super().create(vals_list)
        plans._assign_number()
        return plans

    def write(self, vals):
        if {"estate_id", "year"} & vals.keys() and not self._moving():
            for plan in self.filtered(lambda row: row.state not in OPEN_STATES):
                raise UserError(
                    self.env._("%(plan)s has been reviewed as it is.", plan=plan.display_name)
                )
        return super().write(vals)

    def copy_data(self, default=None):
        default = {**(default or {})}
        values = super().copy_data(default)
        for plan, vals in zip(self, values, strict=True):
            if "year" not in default:
                vals["year"] = plan.year + 1
        return values

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for plan in self:
            if plan.state not in OPEN_STATES or plan.approval_ids:
                raise UserError(
                    self.env._(
                        "%(plan)s went to its reviewers: it stays on record.",
                        plan=plan.display_name,
                    )
                )

    # steps ---------------------------------------------------------------------------------------

    def action_submit(self):
        """Hand the plan in: manager, finance and company decide along the authority matrix.

        :raises UserError: without lines, with the quantities of the handbook not met and no reason
            given as the basis of the plan
        """
        self._check_role("supervisor", self.env._("Handing in the activity plan"))
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._("%(plan)s was handed in before.", plan=plan.display_name)
                )
            if not plan.line_ids:
                raise UserError(
                    self.env._("%(plan)s has no activities yet.", plan=plan.display_name)
                )
            missing = plan.line_ids.filtered(lambda row: not row.user_id)
            if missing:
                raise UserError(
                    self.env._(
                        "%(plan)s: “%(line)s” has nobody who is responsible for it.",
                        plan=plan.display_name,
                        line=missing[0].name,
                    )
                )
            if plan.warning and not plan.basis:
                raise UserError(
                    self.env._(
                        "%(plan)s: %(warning)s Add activities, or say under “Basis of the plan” "
                        "why not.",
                        plan=plan.display_name,
                        warning=plan.warning,
                    )
                )
            plan.sudo().refuse_reason = False
            plan._request_approval(
                "activity_plan", plan.display_name, plan.budget_total, plan.basis or None
            )
        return True

    def action_withdraw(self):
        """Take the plan back before it is approved."""
        self._check_role("supervisor", self.env._("Taking back the activity plan"))
        for plan in self:
            plan._withdraw_approval()
            if plan.state == "reviewed":
                plan._move_to("draft")
        return True

    def _approval_advanced(self, approval):
        super()._approval_advanced(approval)
        for plan in self.filtered(lambda row: row.state == "draft"):
            plan._move_to("reviewed")

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for plan in self:
            plan._move_to("approved")
            plan.activity_ids.unlink()
            if plan.year <= fields.Date.context_today(plan).year:
                plan._move_to("running")

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        for plan in self:
            if plan.state == "reviewed":
                plan._move_to("draft")
            plan.refuse_reason = reason

    def action_run(self):
        """Let an approved plan run."""
        self._check_role("supervisor", self.env._("Starting the activity plan"))
        self._move_to("running")
        return True

    def action_change(self):
        """Open the request for a change of an approved plan."""
        self.ensure_one()
        self._check_valid()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of the plan"),
            "res_model": "property.activity.plan.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_close(self):
        """Ask for the review of the year and close the plan."""
        return self._ask("close", self.env._("Close the plan"), self.env._("Review of the year"))

    def _close(self, text):
        self._check_role("supervisor", self.env._("Closing the activity plan"))
        open_lines = self.line_ids.filtered(lambda row: not row.dropped and row.open_event)
        if open_lines:
            raise UserError(
                self.env._(
                    "%(plan)s: the activity “%(line)s” is not finished. Finish or cancel it first.",
                    plan=self.display_name,
                    line=open_lines[0].name,
                )
            )
        self._move_to("closed", close_note=text)

    def _check_valid(self):
        """Refuse to work from a plan that is not approved.

        :raises UserError: naming the plan and the remedy
        """
        for plan in self:
            if plan.state not in VALID_STATES:
                raise UserError(
                    self.env._(
                        "%(plan)s is “%(state)s”: have it approved before work is based on it.",
                        plan=plan.display_name,
                        state=plan._state_label(plan.state),
                    )
                )

    def action_copy_next(self):
        """Copy the plan's calendar as the draft of the next year and open it."""
        self.ensure_one()
        plan = self._copy_as_draft(self.year + 1)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": plan.id,
            "view_mode": "form",
        }

    def _copy_as_draft(self, year):
        """Return the plan of `year`, its lines copied from this one.

        :raises UserError: if that year has a plan already
        """
        self.ensure_one()
        if self.search_count([("estate_id", "=", self.estate_id.id), ("year", "=", year)]):
            raise UserError(
                self.env._(
                    "%(estate)s has an activity plan of %(year)s already.",
                    estate=self.estate_id.name,
                    year=year,
                )
            )
        plan = self.copy({"year": year, "line_ids": False, "basis": False})
        plan.write(
            {
                "copied_from_id": self.id,
                "line_ids": [
                    Command.create(vals)
                    for vals in self.line_ids.filtered(lambda row: not row.dropped).copy_data()
                ],
            }
        )
        return plan

    def action_open_events(self):
        """Open the activities made of the plan."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "property_community.event_event_action_activity"
            ),
            "domain": [("plan_line_id.plan_id", "=", self.id)],
            "context": {"default_estate_id": self.estate_id.id},
        }
