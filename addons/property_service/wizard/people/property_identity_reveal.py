# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyIdentityReveal(models.TransientModel):
    """Asks why somebody needs a full ID number, then shows it; the reading is logged (A §9)."""

    _name = "property.identity.reveal"
    _description = "Show ID number"

    partner_id = fields.Many2one("res.partner", "Person", required=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_reveal(self):
        """Show the number in a notification that stays until it is closed; store it nowhere."""
        self.ensure_one()
        number = self.env["property.identity"]._reveal(self.partner_id, self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.partner_id.name,
                "message": number or self.env._("No ID number is registered."),
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
