# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyComplaint(models.Model):
    """What goes on outside: 12345, authority, mediation, court (handbook B C4)."""

    _inherit = "property.complaint"

    def action_outside(self):
        """Ask what goes on outside: 12345, authority, mediation, court."""
        self.ensure_one()
        if not self.outer_authority:
            raise UserError(self.env._("Choose the outside body first."))
        return self._ask("outside", self.env._("Outside"), self.env._("What goes on there?"))

    def _go_outside(self, text):
        self._move_to("external")
        self.message_post(body=text)

    def action_outer_done(self):
        """Note that the matter is settled outside.

        :raises UserError: if the answer that was sent is missing
        """
        for case in self:
            if not case.outer_answer:
                raise UserError(self.env._("Write down the answer that was sent outside."))
            if not case.measures:
                case.measures = case.outer_answer
            if not case.replied_date:
                case._stamp(replied_date=fields.Datetime.now(), replied_by_id=self.env.uid)
                self.env["property.deadline"]._of(case, ["reply", "reply_level"])._finish()
            case._move_to("resolved")
        return True
