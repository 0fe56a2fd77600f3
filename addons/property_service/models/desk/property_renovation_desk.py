# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyRenovation(models.Model):
    _inherit = "property.renovation"

    gate_pass_ids = fields.One2many("property.gate.pass", "renovation_id", "Exit slips")
    gate_pass_count = fields.Integer("Exit slips of the site", compute="_compute_gate_pass_count")

    @api.depends("gate_pass_ids")
    def _compute_gate_pass_count(self):
        for dossier in self:
            dossier.gate_pass_count = len(dossier.gate_pass_ids)

    def action_open_gate_passes(self):
        """Open the exit slips of tools and materials of the site (handbook A §34)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exit slips"),
            "res_model": "property.gate.pass",
            "view_mode": "list,form",
            "domain": [("renovation_id", "=", self.id)],
            "context": {"default_unit_id": self.unit_id.id, "default_reason": "site"},
        }
