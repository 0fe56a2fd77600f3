# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .property_complaint import UP


class PropertyComplaint(models.Model):
    """Deadlines of a complaint and what follows when one is missed: one level up (handbook B C1)."""

    _inherit = "property.complaint"

    def _deadline_urgency(self):
        return self.level

    @api.model
    def _step_label(self, step):
        return {
            "respond": self.env._("First response"),
            "transfer": self.env._("Passing on to the department"),
            "assess": self.env._("Assessment"),
            "reply": self.env._("Reply"),
            "reply_level": self.env._("Reply by level"),
            "handle": self.env._("Handling by level"),
            "solve": self.env._("Solution by category"),
            "first_action": self.env._("First action on site"),
            "receive": self.env._("Taking over by the department"),
            "decide": self.env._("Decision on a returned one"),
            "track": self.env._("Check whether the department acts"),
            "progress": self.env._("Word on the progress"),
            "follow_up": self.env._("Callback"),
            "age": self.env._("Unsolved for long"),
            "outer_contact": self.env._("First contact for an outside order"),
            "outer": self.env._("Result for an outside order"),
        }.get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        return dict(self._fields["level"]._description_selection(self.env)).get(urgency, urgency)

    def _handler_users(self):
        return self.handler_id or self.user_id

    def _deadline_users(self, role):
        """Nobody is told about a complaint against himself; the next level is told instead."""
        accused = self.sudo().accused_user_ids
        ladder = ("handler", "dispatcher", "supervisor", "manager", "company")
        for step in ladder[ladder.index(role) if role in ladder else 0 :]:
            users = super()._deadline_users(step) - accused
            if users:
                return users
        return self.env["res.users"]

    def _deadline_breached(self, deadline):
        """A reply or a solution that is overdue goes one level up (handbook B C1)."""
        result = super()._deadline_breached(deadline)
        if deadline.step in ("reply", "handle"):
            case, row = self._in_print_lang(deadline)
            case.sudo()._level_up(
                case.env._("Deadline missed: %(deadline)s", deadline=row.display_name)
            )
        elif deadline.step == "age" and self.level != "major" and self.validity != "invalid":
            self.sudo()._stamp(level="major")
            case = self._in_print_lang().sudo()
            case._tell_lead(case.env._("Unsolved for too long: major now"))
        return result

    def _level_up(self, reason):
        """Raise the level by one step and tell who leads the complaint now."""
        for case in self:
            if (level := UP.get(case.level)) and level != case.level:
                case._stamp(level=level)
            case.message_post(body=reason)
            case._tell_lead(reason)

    def _tell_lead(self, summary):
        """Give those who lead the complaint at its level a to-do."""
        for case in self.sudo():
            for user in case._deadline_users(case.lead_role or "supervisor"):
                case.activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=user.id
                )

    def action_step_up(self):
        """Ask why the complaint goes one level up."""
        return self._ask("raise", self.env._("One level up"), self.env._("Why?"))

    def _step_up(self, text):
        self.sudo()._level_up(text)
