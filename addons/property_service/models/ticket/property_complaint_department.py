# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyComplaint(models.Model):
    """From the first response to the department: assessed, passed on, signed for, returned (C1, C2)."""

    _inherit = "property.complaint"

    def action_respond(self):
        """Note that the customer got a first response (within 15 minutes, handbook B C1)."""
        self._respond()
        return True

    def _respond(self):
        fresh = self.filtered(lambda case: not case.first_response_date)
        fresh._stamp(first_response_date=fields.Datetime.now())
        self.env["property.deadline"]._of(fresh, ["respond", "outer_contact"])._finish()

    def action_assess(self):
        """Decide validity, level and category; an invalid one asks for its explanation.

        :raises UserError: if the validity is not chosen
        """
        self.ensure_one()
        self._check_role("supervisor", self.env._("Assessing a complaint"))
        if not self.validity:
            raise UserError(self.env._("Decide first whether the complaint is valid."))
        if self.validity == "invalid":
            return self._ask(
                "explain",
                self.env._("Invalid: explain it"),
                self.env._("What was explained to the customer, and how?"),
            )
        deadlines = self.env["property.deadline"]
        if self.state == "received":
            self._move_to("assessed")
        else:
            self._stamp(assessed_by_id=self.env.uid, assessed_date=fields.Datetime.now())
        deadlines._of(self, ["assess"])._finish()
        for step in ("reply_level", "handle", "solve"):
            if not deadlines._of(self, [step]):
                deadlines._begin(self, step, start=self.received_date)
        return True

    def _explain(self, text):
        """End a complaint that is none of our fault: explained, recorded, not deleted."""
        self._check_role("supervisor", self.env._("Calling a complaint invalid"))
        self._stamp(validity="invalid", end_reason=text)
        self._add_reply("final", self.reply_channel, text, "unknown")
        self._move_to("invalid")

    def action_transfer(self):
        """Pass the complaint on to the responsible department (within 20 minutes, form C2-1).

        :raises UserError: if no department is named
        """
        for case in self:
            if not case.department_id:
                raise UserError(self.env._("Choose the responsible department first."))
            if case.returned_reason:
                case._check_role(
                    "supervisor", self.env._("Deciding on a complaint that was returned")
                )
            case._move_to("transferred", returned_reason=False)
            self.env["property.deadline"]._begin(case, "first_action")
            lead = case.department_id.sudo().manager_id.user_id - case.sudo().accused_user_ids
            for user in case.handler_id or lead:
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Complaint to take over: sign for it"),
                    user_id=user.id,
                )
        return True

    def action_receive(self):
        """Sign for the complaint in the name of the department."""
        for case in self:
            case._refuse_accused()
            values = {"signed_by_id": self.env.uid, "signed_date": fields.Datetime.now()}
            if not case.handler_id:
                values["handler_id"] = self.env.uid
            case._move_to("investigating", **values)
            case.sudo().activity_feedback(["mail.mail_activity_data_todo"], user_id=self.env.uid)
        return True

    def _refuse_accused(self):
        if self.env.user in self.sudo().accused_user_ids:
            raise UserError(
                self.env._("The complaint is about you: somebody else has to work on it.")
            )

    def action_return(self):
        """Ask why the complaint is none of the department's."""
        return self._ask(
            "return", self.env._("Not ours"), self.env._("Why is it none of your department's?")
        )

    def _return(self, text):
        """Give it back to customer service, whose supervisor decides within the day (C2)."""
        target = "assessed" if self.assessed_date else "received"
        deadlines = self.env["property.deadline"]
        deadlines._of(self, ["receive", "track", "first_action"])._cancel()
        self._move_to(target, returned_reason=text, returned_by_id=self.env.uid)
        deadlines._begin(self, "decide")
        for user in self._deadline_users("supervisor"):
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Returned as “not ours”: decide who handles it"),
                note=text,
                user_id=user.id,
            )

    def action_first_action(self):
        """Note that the department took the first action of the category, e.g. was on site."""
        for case in self.filtered(lambda case: not case.first_action_date):
            case._stamp(first_action_date=fields.Datetime.now())
            self.env["property.deadline"]._of(case, ["first_action"])._finish()
        return True
