# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...models.activity.event_registration_rating import RATES


class PropertyActivityRate(models.TransientModel):
    """Keys in how a participant liked an activity, from paper or phone (handbook B G2)."""

    _name = "property.activity.rate"
    _description = "Rating of an activity"

    registration_id = fields.Many2one(
        "event.registration", "Participant", required=True, ondelete="cascade"
    )
    rate = fields.Selection(RATES, "How it was liked", required=True)
    opinion = fields.Text("Opinion of the participant")

    def action_confirm(self):
        """Keep the rating."""
        self.ensure_one()
        self.registration_id.check_access("write")
        self.registration_id._rate(self.rate, self.opinion)
        return {"type": "ir.actions.act_window_close"}
