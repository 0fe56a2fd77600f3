# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

_VALUES = (
    "name",
    "type_id",
    "month",
    "date_planned",
    "place",
    "expected_count",
    "budget",
    "funding",
)


class PropertyActivityPlanChange(models.Model):
    """A change of an approved plan, which the manager approves (handbook B G1).

    The line changes only when the change is approved; the register of changes says what was
    changed, why, and who approved it.
    """

    _name = "property.activity.plan.change"
    _description = "Change of an activity plan"
    _inherit = ["property.workflow.mixin", "property.approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _workflow_moves = {"draft": ("waiting",), "waiting": ("applied", "refused")}
    _workflow_stamps = {
        "waiting": ("asked_by_id", "asked_date"),
        "applied": ("applied_by_id", "applied_date"),
    }

    plan_id = fields.Many2one(
        "property.activity.plan", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="plan_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    kind = fields.Selection(
        [
            ("add", "Add an activity"),
            ("change", "Change an activity"),
            ("drop", "Drop an activity"),
        ],
        "What changes",
        required=True,
        default="change",
    )
    line_id = fields.Many2one(
        "property.activity.plan.line",
        "Planned activity",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('plan_id', '=', plan_id), ('dropped', '=', False)]",
    )
    name = fields.Char("Activity name", compute="_compute_values", store=True, readonly=False)
    type_id = fields.Many2one(
        "property.activity.type",
        "Type of the activity",
        compute="_compute_values",
        store=True,
        readonly=False,
        ondelete="restrict",
    )
    month = fields.Selection(
        [(f"{number:02d}", f"{number:02d}") for number in range(1, 13)],
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    date_planned = fields.Date("Planned for", compute="_compute_values", store=True, readonly=False)
    place = fields.Char(compute="_compute_values", store=True, readonly=False)
    expected_count = fields.Integer(
        "People expected", compute="_compute_values", store=True, readonly=False
    )
    budget = fields.Monetary("Budget (yuan)", compute="_compute_values", store=True, readonly=False)
    funding = fields.Selection(
        lambda self: self.env["property.activity.plan.line"]._fields["funding"].selection,
        "Source of funding",
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    reason = fields.Text("Reason of the change", required=True)
    refuse_reason = fields.Char("Refused because", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("applied", "In the plan"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        index=True,
    )
    asked_by_id = fields.Many2one("res.users", "Asked for by", readonly=True)
    asked_date = fields.Datetime("Asked for on", readonly=True)
    applied_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    applied_date = fields.Datetime("Approved on", readonly=True)

    @api.depends("line_id")
    def _compute_values(self):
        for change in self:
            if change.line_id and change.state == "draft":
                for name in _VALUES:
                    change[name] = change.line_id[name]

    @api.depends("plan_id.display_name", "name", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = (
                f"{change.plan_id.display_name or ''}: {labels.get(change.kind) or ''} "
                f"{change.name or change.line_id.name or ''}"
            )

    def write(self, vals):
        decided = self.filtered(lambda row: row.state != "draft")
        if decided and not self._moving():
            raise UserError(
                self.env._("“%(change)s” was handed in as it is.", change=decided[0].display_name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(change.state != "draft" for change in self):
            raise UserError(self.env._("A change that was handed in stays on record."))

    def action_submit(self):
        """Hand the change in for the manager's approval.

        :raises UserError: if it says too little, or the plan is not approved at all
        """
        for change in self:
            change.plan_id._check_role("supervisor", self.env._("Changing the activity plan"))
            change.plan_id._check_valid()
            if change.kind != "add" and not change.line_id:
                raise UserError(self.env._("Choose the planned activity that is to change."))
            if change.kind == "add" and not (change.name and change.type_id and change.month):
                raise UserError(
                    self.env._("An added activity needs its name, its type and its month.")
                )
            change._move_to("waiting")
            change._request_approval(
                "activity_plan_change", change.display_name, change.budget, change.reason
            )
        return {"type": "ir.actions.act_window_close"}

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for change in self:
            change._apply()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self._move_to("refused", refuse_reason=reason)

    def _apply(self):
        """Carry the approved change out and note it on the plan."""
        plan = self.plan_id._with_move()
        values = self._convert_to_write({name: self[name] for name in _VALUES})
        line = self.line_id.with_env(plan.env)
        if self.kind == "add":
            values.update(plan_id=plan.id, user_id=self.asked_by_id.id or plan.user_id.id)
            line = line.create(values)
        elif self.kind == "drop":
            line.dropped = True
        else:
            line.write(values)
        self._move_to("applied", line_id=line.id)
        self.plan_id._move_to("adjusted")
        self.plan_id.message_post(
            body=self.env._(
                "Plan changed: %(change)s. %(reason)s", change=self.display_name, reason=self.reason
            )
        )
