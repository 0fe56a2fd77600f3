# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .property_complaint import ENDED, RANK


class PropertyComplaint(models.Model):
    """Resolved, closed, withdrawn, reopened (handbook B C1, C4)."""

    _inherit = "property.complaint"

    def action_investigate(self):
        """Take up a disputed complaint again, or one that came back from outside."""
        for case in self:
            case._move_to("investigating", proposal_approved=False)
            case._start_again()
        return True

    def _start_again(self):
        deadlines = self.env["property.deadline"]
        for step in ("reply", "handle"):
            if not deadlines._of(self, [step]):
                deadlines._begin(self, step)

    def action_resolve(self):
        """Note that the measures are done; the customer is called back next.

        :raises UserError: if the measures are not written down
        """
        for case in self:
            if not case.measures:
                raise UserError(self.env._("Write down which measures were taken."))
            case._move_to("resolved")
            case.filtered(lambda done: not done._callback_free())._case_settled()
        return True

    def action_close(self):
        """Close the complaint; major and hot ones are closed by the project manager (C4).

        :raises UserError: if a condition of closing is not met
        """
        for case in self:
            higher = case.level in ("major", "hot") or case.is_hot
            case._check_role(
                "manager" if higher else "supervisor", self.env._("Closing this complaint")
            )
            if missing := case._missing_to_close():
                raise UserError(
                    self.env._(
                        "“%(complaint)s” cannot be closed yet: %(missing)s",
                        complaint=case.number,
                        missing="; ".join(missing),
                    )
                )
            case._move_to("closed", end_reason=case.measures)
        return True

    def _missing_to_close(self):
        """Return what is missing for closing, in words (handbook B C4)."""
        missing = []
        if not self.replied_date:
            missing.append(self.env._("the customer has no reply"))
        if not self.measures:
            missing.append(self.env._("the measures are not written down"))
        if self.state == "resolved" and not self._callback_free():
            missing.append(self.env._("nobody called back, and it was not waived"))
        if self._needs_corrective_action() and not self._has_corrective_action():
            missing.append(self.env._("a corrective action is needed"))
        if self.compensation_amount:
            if not self.settlement_date:
                missing.append(self.env._("the settlement note is not signed"))
            if not self.compensation_paid_date:
                missing.append(self.env._("the compensation is not paid"))
        return missing

    def _has_corrective_action(self):
        """Return whether a corrective action is planned, for the complaint or its matter."""
        return bool(self.corrective_action or self.matter_id.sudo().corrective_action)

    def _needs_corrective_action(self):
        """Return whether major, hot or repeated often enough for a corrective action."""
        often = self.estate_id._parameter("corrective_repeats")
        repeats = self.reopen_count
        if self.matter_id:
            repeats += len(self.sudo().matter_id.complaint_ids.filtered("is_repeat"))
        return self.level in ("major", "hot") or self.is_hot or repeats >= often

    def action_withdraw(self):
        """Ask why the complainant takes it back."""
        return self._ask(
            "withdraw",
            self.env._("Complaint withdrawn"),
            self.env._("Why does the customer take it back?"),
        )

    def _withdraw(self, text):
        self._move_to("withdrawn", end_reason=text)

    def action_reopen(self):
        """Ask what came back; within 30 days of closing, then it is a new complaint."""
        return self._ask("reopen", self.env._("Reopen"), self.env._("What came back?"))

    def _reopen(self, text):
        """Open a complaint again whose matter came back: counted as repeated (C1, C4).

        :raises UserError: if the time is over or it was reopened often enough
        """
        days = self.estate_id._parameter("complaint_repeat_days")
        since = self.closed_date or self.assessed_date
        if self.state in ENDED and since and fields.Datetime.now() > since + timedelta(days=days):
            raise UserError(
                self.env._(
                    "Closed more than %(days)s days ago: record it as a new complaint.", days=days
                )
            )
        if self.reopen_count >= self.estate_id._parameter("complaint_reopen_max"):
            raise UserError(
                self.env._(
                    "This complaint was reopened %(times)s times: tell the customer who else can "
                    "help, and take it outside.",
                    times=self.reopen_count,
                )
            )
        self._open_again(text)

    def _open_again(self, text):
        if self.state == "invalid":
            self._stamp(validity="valid")
        self._move_to(
            "investigating",
            reopen_count=self.reopen_count + 1,
            is_repeat=True,
            proposal_approved=False,
            closed_date=False,
            closed_by_id=False,
            callback_waived=False,
        )
        if RANK[self.level] < RANK["repeat"]:
            self._stamp(level="repeat")
        self._start_again()
        self.message_post(body=self.env._("Reopened: %(reason)s", reason=text))
        self._tell_lead(self.env._("Complaint reopened"))
