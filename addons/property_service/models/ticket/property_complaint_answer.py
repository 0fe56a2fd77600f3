# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .property_complaint import WRITTEN


class PropertyComplaint(models.Model):
    """The proposed solution, its approvals, and the answers to the customer (handbook B C2)."""

    _inherit = "property.complaint"

    def action_propose(self):
        """Propose the solution; major and hot ones, letters and compensation need an approval.

        :raises UserError: if cause or solution are missing, or compensation was not checked
        """
        self.ensure_one()
        self._refuse_accused()
        if not self.validity:
            raise UserError(self.env._("The complaint has not been assessed yet."))
        if not self.cause or not self.proposal:
            raise UserError(self.env._("Write down the cause and the proposed solution first."))
        if self.compensation_amount and not self.liability_checked:
            raise UserError(self.env._("Check who is liable before any compensation is proposed."))
        self._move_to("proposed", proposal_approved=False)
        self._next_approval()
        return True

    def _next_approval(self):
        """Ask for the approval that is still missing; without any the solution is approved."""
        since = self.proposed_date
        granted = self.sudo().approval_ids.filtered(
            lambda row: row.state == "approved" and row.decided_date >= since
        )
        for matter, needed, amount in (
            ("compensation", self.compensation_amount > 0, self.compensation_amount),
            ("complaint_reply", self._reply_needs_approval(), 0.0),
        ):
            if needed and matter not in granted.mapped("matter"):
                self._request_approval(
                    matter,
                    self.env._("Complaint %(number)s", number=self.number),
                    amount,
                    None if self.manager_only else self.proposal,
                )
                return
        self.sudo()._stamp(proposal_approved=True, approved_date=fields.Datetime.now())

    def _reply_needs_approval(self):
        """Return whether the answer is approved before it is given: major, hot, in writing."""
        return (
            self.level in ("major", "hot", "urgent") or self.is_hot or self.reply_channel in WRITTEN
        )

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for case in self.filtered(lambda case: case.state == "proposed"):
            case._next_approval()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        for case in self.filtered(lambda case: case.state == "proposed"):
            case._move_to("investigating")
            case.message_post(body=self.env._("Not approved: %(reason)s", reason=reason))

    def action_rework(self):
        """Take a proposed solution back to work on it.

        :raises UserError: if it waits for an approval
        """
        for case in self:
            if case.approval_pending:
                raise UserError(self.env._("The solution waits for an approval."))
            case._move_to("investigating", proposal_approved=False, approved_date=False)
        return True

    def action_reply(self):
        """Open the dialog that records a reply to the customer."""
        self.ensure_one()
        kind = "final" if self.state == "proposed" and self.proposal_approved else "progress"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply to the customer"),
            "res_model": "property.complaint.answer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_complaint_id": self.id,
                "default_kind": kind,
                "default_channel": self.reply_channel,
                "default_content": self.proposal if kind == "final" else "",
            },
        }

    def _add_reply(self, kind, channel, content, accepted="unknown"):
        return self.env["property.complaint.reply"].create(
            {
                "complaint_id": self.id,
                "kind": kind,
                "channel": channel,
                "content": content,
                "accepted": accepted,
            }
        )

    def _reply(self, kind, channel, content, accepted="unknown"):
        """Record a reply; the final one moves the complaint on.

        :param str kind: first, progress, attempt or final
        :param str accepted: yes, no or unknown
        :raises UserError: if a final reply is not approved, late without a reason, or not in
            writing though the complaint was
        """
        self.ensure_one()
        self._refuse_accused()
        deadlines = self.env["property.deadline"]
        if kind == "final":
            self._check_final(channel)
        reply = self._add_reply(kind, channel, content, accepted)
        if kind != "attempt":
            self._respond()
        if kind == "progress":
            deadlines._of(self, ["progress"])._finish()
            if self.state in ("investigating", "proposed"):
                deadlines._begin(self, "progress")
        if kind == "final":
            view = {"yes": "yes", "no": "no"}.get(accepted, False)
            self._move_to("replied", accepted=view)
            if accepted == "no":
                self._dispute(content)
        return reply

    def _check_final(self, channel):
        if self.state != "proposed" or not self.proposal_approved:
            raise UserError(
                self.env._("The final reply follows the approved solution of the complaint.")
            )
        if self.reply_channel in WRITTEN and channel not in WRITTEN:
            raise UserError(self.env._("This complaint is answered in writing."))
        tries = self.reply_ids.filtered(lambda row: row.kind == "attempt")
        if tries and channel in WRITTEN and self.reply_channel not in WRITTEN:
            needed = self.estate_id._parameter("complaint_reply_attempts")
            if len(tries) < needed:
                raise UserError(
                    self.env._(
                        "A customer who cannot be reached is tried %(times)s times before he gets "
                        "a written reply.",
                        times=needed,
                    )
                )
        overdue = (
            self.env["property.deadline"]
            ._of(self, ["reply"])
            .filtered(lambda row: row.due < fields.Datetime.now())
        )
        if overdue and not self.late_reason:
            raise UserError(
                self.env._("The reply is overdue: write down why, and apologise to the customer.")
            )

    def _answer_publicly(self, text):
        """Answer with the one public answer to all households of a hot matter."""
        for case in self.filtered(lambda case: "replied" in self._workflow_moves[case.state]):
            case._add_reply("public", "counter", text)
            case._move_to("replied")

    def action_accept(self):
        """Note that the customer accepts the answer."""
        self._stamp(accepted="yes")
        self.reply_ids.filtered(lambda row: row.kind == "final")[-1:]._mark("yes")
        return True

    def action_dispute(self):
        """Ask why the customer does not accept the answer."""
        return self._ask(
            "dispute",
            self.env._("Not accepted"),
            self.env._("What does the customer not agree with?"),
        )

    def _dispute(self, text):
        """The customer does not accept: one level up (handbook B C1)."""
        self.reply_ids.filtered(lambda row: row.kind == "final")[-1:]._mark("no")
        self._move_to("disputed", accepted="no", dispute_text=text, proposal_approved=False)
        self.sudo()._level_up(self.env._("The customer does not accept the answer."))
