# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyActivityStop(models.TransientModel):
    """Postpones or cancels an activity: why, new time, notice to the residents (handbook B G2)."""

    _name = "property.activity.stop"
    _description = "Postponement or cancellation of an activity"

    event_id = fields.Many2one("event.event", "Activity", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("postponed", "Postpone"), ("cancelled", "Cancel")], required=True, default="postponed"
    )
    cause = fields.Selection(
        [
            ("weather", "Bad weather"),
            ("authority", "Order of an authority"),
            ("signup", "Too few signed up"),
            ("safety", "Safety"),
            ("other", "Other"),
        ],
        "Why",
        required=True,
        default="weather",
    )
    reason = fields.Char("In words")
    date_begin = fields.Datetime("New start")
    date_end = fields.Datetime("New end")
    text = fields.Text("Text of the notice", help="Empty: the usual text with reason and new time.")

    @api.onchange("date_begin")
    def _onchange_date_begin(self):
        if self.date_begin:
            self.date_end = self.date_begin + (self.event_id.date_end - self.event_id.date_begin)

    def action_confirm(self):
        """Postpone or cancel the activity; the notice is drawn up as urgent.

        :raises UserError: if an announced activity gets no time that lies ahead
        """
        self.ensure_one()
        self.event_id.check_access("write")
        self.event_id._check_role("supervisor", self.env._("Postponing or cancelling an activity"))
        if self.kind == "postponed":
            if not self.date_begin or not self.date_end or self.date_begin < fields.Datetime.now():
                raise UserError(self.env._("Enter the new time, which lies ahead."))
            if self.date_end <= self.date_begin:
                raise UserError(self.env._("The activity ends after it begins."))
        labels = dict(self._fields["cause"]._description_selection(self.env))
        reason = self.reason or labels[self.cause]
        self.event_id._stop(self.kind, reason, self.date_begin, self.date_end, self.text)
        return {"type": "ir.actions.act_window_close"}
