# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...models.ticket.property_case_mixin import CHANNELS


class PropertyComplaintAnswer(models.TransientModel):
    """Records what the complainant is told, and whether he accepts it."""

    _name = "property.complaint.answer"
    _description = "Reply to a complainant"

    complaint_id = fields.Many2one("property.complaint", required=True, readonly=True, index=True)
    kind = fields.Selection(
        [
            ("progress", "Word on the progress"),
            ("attempt", "Not reached"),
            ("final", "Reply"),
        ],
        required=True,
        default="progress",
    )
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    content = fields.Text("What was said", required=True)
    accepted = fields.Selection(
        [("yes", "Accepts it"), ("no", "Not accepted"), ("unknown", "Not said")],
        "Customer's view",
        required=True,
        default="unknown",
    )

    def action_confirm(self):
        """Record the reply; the final one moves the complaint on."""
        self.ensure_one()
        self.complaint_id.check_access("write")
        accepted = self.accepted if self.kind == "final" else "unknown"
        clean = {
            key: value for key, value in self.env.context.items() if not key.startswith("default_")
        }
        self.complaint_id.with_context({}, **clean)._reply(
            self.kind, self.channel, self.content, accepted
        )
        return {"type": "ir.actions.act_window_close"}
