# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PropertyApproval(models.Model):
    _inherit = "property.approval"

    def action_open_document(self):
        """Open the document; an activity on its own screen rather than on that of Odoo's events."""
        action = super().action_open_document()
        if self.res_model == "event.event":
            form = self.env[self.res_model].browse(self.res_id).get_formview_id()
            action["views"] = [(form, "form")]
        return action
