# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertySurveyExtend(models.TransientModel):
    """Asks by how many days the time to answer is extended."""

    _name = "property.survey.extend"
    _description = "Extend a survey"

    campaign_id = fields.Many2one("property.survey.campaign", required=True)
    days = fields.Integer("Days more", default=7, required=True)

    def action_extend(self):
        """Extend the campaign; what limits there are says `_extend()`."""
        self.ensure_one()
        self.campaign_id.check_access("write")
        self.campaign_id._extend(self.days)
        return {"type": "ir.actions.act_window_close"}
