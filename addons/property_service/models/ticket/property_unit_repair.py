# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    repair_ids = fields.One2many("property.repair", "unit_id", "Repairs")
    repair_count = fields.Integer(compute="_compute_repair_count")

    def _compute_repair_count(self):
        counts = dict(
            self.env["property.repair"]._read_group(
                [("unit_id", "in", self.ids)], ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.repair_count = counts.get(unit, 0)

    def action_open_repairs(self):
        """Open the repairs of the home."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repairs of %(unit)s", unit=self.full_name),
            "res_model": "property.repair",
            "view_mode": "list,kanban,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id, "default_estate_id": self.estate_id.id},
        }
