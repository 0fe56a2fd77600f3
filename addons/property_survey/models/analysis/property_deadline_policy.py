# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class PropertyDeadlinePolicy(models.Model):
    _inherit = "property.deadline.policy"

    @api.model
    def _case_models(self):
        """Add corrective actions, which are no cases of customers but have deadlines, too."""
        kind = self.env["ir.model"].sudo()._get("property.corrective.action")
        return sorted([*super()._case_models(), ("property.corrective.action", kind.name)])


class PropertyDeadline(models.Model):
    _inherit = "property.deadline"

    @api.model
    def _step_labels(self):
        return {
            **super()._step_labels(),
            "cause": self.env._("Find the cause"),
            "plan": self.env._("Plan the measures"),
            "implement": self.env._("Carry out the measures"),
            "effect": self.env._("Verify the effect"),
        }
