# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: ratings of the portal (1 to 5) from which on a customer counts as content, or fairly content
RATING_OK = 4
RATING_FAIR = 3


class PropertyCaseMixin(models.AbstractModel):
    """Cases are followed up: what a case says about itself, and what it is told.

    Handbook B §B1. A case calls `_case_settled()` when its work is done; callbacks are planned by
    the rules then. Models override the small methods below.
    """

    _inherit = "property.case.mixin"

    def _case_settled(self):
        """Plan the callbacks of cases whose work is done; findings that wait for them are fixed."""
        result = super()._case_settled()
        self.env["property.callback"]._plan(self)
        self.env["property.finding"]._followup_done(self)
        return result

    def _case_halfway(self):
        """Plan the callbacks in the middle of a longer service (handbook B §B1: mid-term)."""
        self.env["property.callback"]._plan(self, phase="middle")

    def _callback_class(self):
        """Hook: which rule of callbacks holds: safety, leak, other, special, complaint …; False
        where the customer is not called back."""
        follow_up = self.category_id.follow_up_class
        return False if follow_up == "none" else follow_up

    def _callback_person(self):
        """Hook: the person who is called back."""
        return self.partner_id

    def _callback_handlers(self):
        """Hook: users who did the work and therefore may not ask about it."""
        return self._handler_users()

    def _callback_subject(self):
        """Hook: what was done, in a few words, for whoever calls."""
        return self.description

    def _callback_rating(self):
        """Hook: what the customer said on the portal already: ok, fair, bad, or False."""
        if "rating_ids" not in self._fields:
            return False
        consumed = self.sudo().rating_ids.filtered("consumed").sorted("id")
        if not consumed:
            return False
        value = consumed[-1].rating
        return "ok" if value >= RATING_OK else "fair" if value >= RATING_FAIR else "bad"

    def _callback_origin(self):
        """Hook: the case whose work this one does anew (a free rework), or an empty record."""
        field = self._fields.get("origin_id")
        if field is None or field.comodel_name != self._name:
            return self.browse()
        return self.origin_id

    def _callback_result(self, callback):
        """Hook: the customer was called; `callback.result` is ok, fair or bad."""

    def _callback_unreached(self, callback):
        """Ask the supervisor what becomes of a case whose customer was never reached."""
        for case in self.filtered(lambda case: case.state not in case._case_end):
            words = case._in_print_lang()
            for user in words._deadline_users("supervisor"):
                words.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=words.env._(
                        "%(callback)s: customer never reached, close the case with the reason",
                        callback=callback.number,
                    ),
                    user_id=user.id,
                )

    def _rectification_done(self, notice):
        """Hook: a rectification notice that came from this case was verified."""

    @api.model
    def _is_supervisor(self):
        """Return whether the user may decide as customer-service supervisor."""
        return self.env.su or self.env.user.has_group("property_service.group_supervisor")
