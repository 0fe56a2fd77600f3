# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertySpecialTask(models.Model):
    """An urgent, special or difficult task (急、特、难任务), form D3-1.

    Handbook B D3. Ordered by leaders, government or the owners' committee, or across departments:
    one accountable owner, a plan the project manager approves, a report each day for urgent ones
    and each week for difficult ones, and only who raised it says that it is done.
    """

    _name = "property.special.task"
    _description = "Special task"
    _inherit = [
        "property.case.mixin",
        "property.case.step.mixin",
        "property.approval.mixin",
    ]
    _order = "date_wanted, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "JTN"
    _workflow_moves = {
        "raised": ("classified", "cancelled"),
        "classified": ("planned", "cancelled", "escalated"),
        "planned": ("running", "classified", "cancelled", "escalated"),
        "running": ("done", "classified", "escalated", "cancelled"),
        "escalated": ("classified", "running", "done"),
        "done": ("reviewed", "running"),
        "reviewed": ("closed", "running"),
    }
    _workflow_stamps = {
        "classified": ("classified_by_id", "classified_date"),
        "running": (None, "started_date"),
        "done": (None, "done_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {"classified": ("finish",), "running": ("report",)}
    _case_done = {"done": ("finish", "report")}
    _case_end = ("closed", "cancelled")
    _case_steps = {"escalate": "_escalate", "back": "_back", "cancel": "_cancel_task"}

    kind = fields.Selection(
        [("urgent", "Urgent"), ("special", "Special"), ("difficult", "Difficult")],
        "Class",
        tracking=True,
        index=True,
    )
    source = fields.Selection(
        [
            ("leader", "Company leader"),
            ("government", "Government"),
            ("committee", "The owners' committee"),
            ("department", "Across departments"),
            ("customer", "Customer"),
        ],
        "Ordered by",
        required=True,
        default="leader",
    )
    raised_by_id = fields.Many2one(
        "res.users",
        "Raised by",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        help="Only this person says that the task is done.",
    )
    date_wanted = fields.Datetime("Wanted until", tracking=True, index=True)
    owner_id = fields.Many2one("res.users", "Accountable", index="btree_not_null", tracking=True)
    helper_ids = fields.Many2many(
        "res.users", "property_special_task_helper_rel", "task_id", "user_id", "Helpers"
    )
    plan = fields.Text("Plan of action")
    resources = fields.Text("Resources needed")
    cost = fields.Float("Extra cost (yuan)", digits=(16, 2))
    line_ids = fields.One2many("property.special.task.line", "task_id", "Progress")
    result = fields.Text()
    lessons = fields.Text()
    long_standing = fields.Boolean(
        compute="_compute_long_standing",
        search="_search_long_standing",
        help="Open for more than 30 days: on the list of the weekly meeting.",
    )
    state = fields.Selection(
        [
            ("raised", "Raised"),
            ("classified", "Classified"),
            ("planned", "Plan waits for approval"),
            ("running", "Under way"),
            ("escalated", "With the company"),
            ("done", "Done"),
            ("reviewed", "Lessons drawn"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="raised",
        tracking=True,
        index=True,
        group_expand=True,
    )
    classified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    classified_date = fields.Datetime(readonly=True, copy=False)
    started_date = fields.Datetime("Started at", readonly=True, copy=False)
    done_date = fields.Datetime("Done at", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Accepted as done by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed at", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a task with this number already."
    )

    @api.depends("state", "create_date")
    def _compute_long_standing(self):
        for task in self:
            limit = fields.Datetime.now() - timedelta(
                days=task.estate_id._parameter("task_long_days") if task.estate_id else 30
            )
            task.long_standing = (
                task.state not in self._case_end
                and bool(task.create_date)
                and task.create_date < limit
            )

    @api.model
    def _search_long_standing(self, operator, value):
        if operator != "in":
            return NotImplemented
        days = self.env["property.parameter"]._get("task_long_days")
        return [
            ("state", "not in", self._case_end),
            ("create_date", "<", fields.Datetime.now() - timedelta(days=days)),
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A task stays in the list: cancel it instead."))

    def _deadline_urgency(self):
        return self.kind

    @api.model
    def _step_label(self, step):
        return {
            "finish": self.env._("Finish"),
            "report": self.env._("Progress report"),
        }.get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        return dict(self._fields["kind"]._description_selection(self.env)).get(urgency, urgency)

    def _handler_users(self):
        return self.owner_id or self.user_id

    def action_classify(self):
        """Class the task and name who is accountable (supervisor coordinates).

        :raises UserError: if class or owner are missing
        """
        self._check_role("supervisor", self.env._("Classing a special task"))
        for task in self:
            if not task.kind:
                raise UserError(self.env._("Choose the class: urgent, special or difficult."))
            if not task.owner_id:
                raise UserError(
                    self.env._(
                        "One person is accountable for the task. Where nobody takes it, the "
                        "project manager appoints somebody."
                    )
                )
            task._move_to("classified")
        return True

    def action_plan(self):
        """Have the plan approved by the project manager; extra cost is approved with it.

        :raises UserError: if there is no plan
        """
        for task in self:
            if not task.plan:
                raise UserError(self.env._("Write down the plan first."))
            task._move_to("planned")
            task._request_approval(
                "special_task",
                self.env._("Special task %(number)s", number=task.number),
                task.cost,
                task.plan,
            )
        return True

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        self.filtered(lambda task: task.state == "planned")._move_to("running")

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self.filtered(lambda task: task.state == "planned")._move_to("classified")

    def action_done(self):
        """Report the task as done by its owner.

        :raises UserError: if the result is not written down
        """
        for task in self:
            if not task.result:
                raise UserError(self.env._("Write down the result first."))
            task._move_to("done")
            task.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Task done: accept it"),
                user_id=task.raised_by_id.id,
            )
        return True

    def action_review(self):
        """Note the lessons learnt.

        :raises UserError: if there are none written down
        """
        for task in self:
            if not task.lessons:
                raise UserError(self.env._("Write down what was learnt."))
            task._move_to("reviewed")
        return True

    def action_close(self):
        """Accept the task as done; only who raised it may.

        :raises UserError: for anybody else
        """
        for task in self:
            if self.env.user != task.raised_by_id and not self.env.su:
                raise UserError(
                    self.env._(
                        "Only %(name)s, who raised the task, can say that it is done.",
                        name=task.raised_by_id.name,
                    )
                )
            task._move_to("closed")
        return True

    def action_back(self):
        """Ask why the task is not done yet."""
        return self._ask("back", self.env._("Not done yet"), self.env._("What is missing?"))

    def _back(self, text):
        self._move_to("running")
        self.message_post(body=text)

    def action_escalate(self):
        """Ask why the task goes to the company: told at once, not on the due day."""
        return self._ask("escalate", self.env._("To the company"), self.env._("Why?"))

    def _escalate(self, text):
        self._move_to("escalated")
        self.message_post(body=text)
        for user in self._deadline_users("company"):
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Special task needs the company"),
                note=text,
                user_id=user.id,
            )

    def action_resume(self):
        """Go on with a task that was with the company."""
        self._move_to("running")
        return True

    def action_cancel(self):
        """Ask why the task is dropped."""
        return self._ask("cancel", self.env._("Cancel the task"), self.env._("Why?"))

    def _cancel_task(self, text):
        self._move_to("cancelled")
        self.message_post(body=text)


class PropertySpecialTaskLine(models.Model):
    """A report on a special task: how far it is, what is in the way."""

    _name = "property.special.task.line"
    _description = "Progress of a special task"
    _order = "date, id"

    task_id = fields.Many2one(
        "property.special.task", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="task_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="task_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    progress = fields.Text(required=True)
    problem = fields.Text()
    user_id = fields.Many2one(
        "res.users", "Noted by", default=lambda self: self.env.user, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Add reports; the clock of the next report starts anew."""
        lines = super().create(vals_list)
        deadlines = self.env["property.deadline"]
        for task in lines.task_id.filtered(lambda task: task.state == "running"):
            deadlines._of(task, ["report"])._finish()
            deadlines._begin(task, "report")
        return lines
