# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyComplaint(models.Model):
    """Calling the customer back, by the list of callbacks or by hand (handbook B C4)."""

    _inherit = "property.complaint"

    def _callback_free(self):
        """Return whether nobody is called back: anonymous, or a dispute of neighbours (C4)."""
        return bool(self.is_anonymous or self.category_id.no_callback or self.callback_waived)

    def action_follow_up(self):
        """Ask what the customer said when he was called back.

        :raises UserError: if the user handled the complaint or it is about him
        """
        self.ensure_one()
        self._check_may_call_back()
        return self._ask(
            "follow_up",
            self.env._("Called back"),
            self.env._("What did the customer say? (satisfied; else reopen the complaint)"),
        )

    def _check_may_call_back(self):
        if not self.env.su and self.env.user in self._callback_handlers():
            raise UserError(
                self.env._("Who handled a complaint or is its subject does not call back.")
            )

    def _follow_up(self, text):
        self._check_may_call_back()
        self._move_to("followed_up", callback_ok="ok", callback_note=text)

    def _callback_class(self):
        """Return the class by which a callback is planned, False where nobody is called."""
        return False if self._callback_free() else "complaint"

    def _callback_subject(self):
        """Return what the caller asks about; of a confidential complaint only its number."""
        return self.number if self.manager_only else self.description

    def _callback_person(self):
        """Return who is called back."""
        return self.partner_id

    def _callback_handlers(self):
        """Return the users who may not call back: who handled it, who it is about."""
        return self.sudo().accused_user_ids | self.handler_id | self.signed_by_id

    def _callback_result(self, callback):
        """Take the result of a callback: satisfied goes on, dissatisfied opens it again (C4).

        :param callback: record with `result` ok, fair or bad
        """
        for case in self.filtered(lambda case: case.state == "resolved"):
            note = callback.display_name
            if callback.result != "bad":
                case._move_to("followed_up", callback_ok=callback.result, callback_note=note)
                continue
            case._stamp(callback_ok="bad", callback_note=note)
            if case.reopen_count < case.estate_id._parameter("complaint_reopen_max"):
                case._open_again(self.env._("Not satisfied at the callback: %(name)s", name=note))
            else:
                case._move_to("external")
                case.message_post(
                    body=self.env._(
                        "Reopened often enough: tell the customer who else can help (owners' "
                        "committee, mediation, housing authority, 12345, court)."
                    )
                )

    def action_waive_callback(self):
        """Ask why nobody is called back (supervisor, handbook B §8)."""
        self._check_role("supervisor", self.env._("Waiving a callback"))
        return self._ask("waive", self.env._("No callback"), self.env._("Why is nobody called?"))

    def _waive_callback(self, text):
        self._check_role("supervisor", self.env._("Waiving a callback"))
        self._stamp(callback_waived=text)
