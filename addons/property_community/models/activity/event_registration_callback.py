# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class EventRegistration(models.Model):
    """Who took part may be called back about the activity (handbook B §B1: 10 %, within a month)."""

    _name = "event.registration"
    _inherit = ["event.registration", "property.callback.source"]

    def _callback_class(self):
        return "activity" if self.estate_id else False

    def _callback_draws(self, rule, phase):
        """The activity has drawn: a share of its households, not each by itself."""
        return True

    def _callback_handlers(self):
        """Return who organised the activity and whoever had a task in it."""
        event = self.event_id.sudo()
        return event.user_id | event.task_ids.user_id

    def _callback_subject(self):
        return self.event_id.name

    def _callback_result(self, callback):
        """Tell the organiser of a household that was not content."""
        if callback.result != "bad":
            return
        event = self.event_id.sudo()._in_print_lang()
        event._tell(
            event.user_id,
            event.env._(
                "%(callback)s: a household was not content with the activity",
                callback=callback.number,
            ),
        )
