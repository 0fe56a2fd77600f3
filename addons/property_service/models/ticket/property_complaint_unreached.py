# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyComplaint(models.Model):
    """A complainant who is never reached: closed by the supervisor, with the reason (C2, B1)."""

    _inherit = "property.complaint"

    def _times_tried(self):
        """Return how often the customer was tried: replies not taken, and days of callbacks."""
        self.ensure_one()
        replies = len(self.reply_ids.filtered(lambda row: row.kind == "attempt"))
        calls = (
            self.env["property.callback"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )
        return replies + sum(calls.mapped("attempt_count"))

    def action_close_unreached(self):
        """Ask for the reason to close a complaint whose customer was never reached.

        :raises UserError: before the attempts of setting ``case_unreached_attempts``
        """
        self._check_unreached()
        return self._ask(
            "unreached",
            self.env._("Customer never reached"),
            self.env._("How was the customer tried, and why is the complaint closed?"),
        )

    def _check_unreached(self):
        self._check_role("supervisor", self.env._("Closing a complaint without the customer"))
        for case in self:
            needed = case.estate_id._parameter("case_unreached_attempts")
            tried = case._times_tried()
            if tried < needed:
                raise UserError(
                    self.env._(
                        "“%(complaint)s”: the customer was tried %(tried)s times, %(needed)s are "
                        "needed before it is closed without him.",
                        complaint=case.number,
                        tried=tried,
                        needed=needed,
                    )
                )
            if case.state not in ("replied", "resolved"):
                raise UserError(
                    self.env._(
                        "A customer who cannot be reached gets a written reply first; then the "
                        "complaint can be closed."
                    )
                )

    def _close_unreached(self, text):
        self._check_unreached()
        for case in self:
            if case.state == "replied":
                case.action_resolve()
            case._stamp(callback_waived=text)
            open_calls = (
                self.env["property.callback"]
                .sudo()
                .search(
                    [
                        ("res_model", "=", case._name),
                        ("res_id", "=", case.id),
                        ("state", "in", ("planned", "in_progress", "no_contact")),
                    ]
                )
            )
            open_calls.action_waive(text)
            case.action_close()
