# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyActivityTask(models.Model):
    """A task of an activity, a row of form G2-1 活动实施计划 (handbook B G2)."""

    _name = "property.activity.task"
    _description = "Task of an activity"
    _inherit = "property.activity.part"
    _order = "event_id, date_due, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char("Work item", required=True)
    content = fields.Char("What is to be done")
    department_id = fields.Many2one("hr.department", index="btree_not_null")
    user_id = fields.Many2one("res.users", "Person responsible", index="btree_not_null")
    date_due = fields.Date("To be finished by")
    materials = fields.Char("Materials needed")
    note = fields.Char("Remark")
    done_date = fields.Date("Finished on", readonly=True, copy=False)
    overdue = fields.Boolean(compute="_compute_overdue")

    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for task in self:
            task.overdue = bool(not task.done_date and task.date_due and task.date_due < today)

    def action_done(self):
        """Note that the task is finished."""
        self.check_access("write")
        for task in self.filtered(lambda row: not row.done_date):
            task.done_date = fields.Date.context_today(task)
        return True

    def action_undo(self):
        """Take back that the task is finished."""
        self.check_access("write")
        self.done_date = False
        return True
