# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.local_time import local_time, local_today


class PropertyLivingMixin(models.AbstractModel):
    """What the documents of keys, passes, cards and moves share besides the guided procedure."""

    _name = "property.living.mixin"
    _description = "Document of keys, passes and moves"
    _inherit = ["property.procedure.mixin", "property.patrol.reasoned"]

    #: states in which the facts of the document may still be changed by anybody
    _living_open = ()
    #: fields that are fixed once the document has left the open states
    _living_facts = ()

    def _today(self):
        """Return today's date in China, where the estates are."""
        return local_today()

    @api.model
    def _at(self, day, hour):
        """Return the moment (UTC) of `hour` o'clock, 0 to 24, on `day` in China."""
        return local_time(day, hour)

    def _tell(self, role, summary, note=None):
        """Give those who stand for `role` (manager, supervisor) a to-do for today."""
        for document in self:
            for user in document._deadline_users(role):
                document.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=document._today(),
                    summary=summary,
                    note=note,
                    user_id=user.id,
                )

    def write(self, vals):
        fixed = set(self._living_facts) & vals.keys()
        if fixed and not self._moving() and not self.env.su:
            for document in self:
                if document.state not in self._living_open:
                    raise UserError(
                        self.env._(
                            "“%(document)s” is “%(state)s”: what it states stays as it is.",
                            document=document.display_name,
                            state=document._state_label(document.state),
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_living(self):
        raise UserError(
            self.env._(
                "“%(document)s” keeps its number: withdraw it instead of deleting it.",
                document=self[:1].display_name,
            )
        )

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for document in self:
            parts = (document.number, document.unit_id.full_name)
            document.display_name = " ".join(part for part in parts if part) or self.env._(
                "New document"
            )
