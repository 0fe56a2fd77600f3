# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class PropertyCaseMixin(models.AbstractModel):
    """Cases are followed up: what a case says about itself, and what it is told.

    Handbook B §B1. A case calls `_case_settled()` when its work is done; callbacks are planned by
    the rules then.
    """

    _name = "property.case.mixin"
    _inherit = ["property.case.mixin", "property.callback.source"]

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
        """Return the class of callbacks of the case's category."""
        follow_up = self.category_id.follow_up_class
        return False if follow_up == "none" else follow_up

    def _callback_handlers(self):
        """Return who works on the case."""
        return self._handler_users()

    def _callback_subject(self):
        """Return what the case is about."""
        return self.description

    def _callback_origin(self):
        """Return the case this one is a free rework of."""
        field = self._fields.get("origin_id")
        if field is None or field.comodel_name != self._name:
            return self.browse()
        return self.origin_id

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

    @api.model
    def _is_supervisor(self):
        """Return whether the user may decide as customer-service supervisor."""
        return self.env.su or self.env.user.has_group("property_service.group_supervisor")
