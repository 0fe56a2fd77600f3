# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyApprovalRefuse(models.TransientModel):
    """Asks for the reason of a refusal."""

    _name = "property.approval.refuse"
    _description = "Refuse an approval"

    approval_id = fields.Many2one("property.approval", required=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_refuse(self):
        """Refuse, with the reason."""
        self.ensure_one()
        self.approval_id.check_access("read")
        self.approval_id._refuse(self.reason)
