# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyUnit(models.Model):
    """The meters of a unit."""

    _inherit = "property.unit"

    meter_ids = fields.One2many("property.meter", "unit_id", "Meters")
    meter_count = fields.Integer("Number of meters", compute="_compute_meter_count")

    def _compute_meter_count(self):
        counts = dict(
            self.env["property.meter"]._read_group(
                [("unit_id", "in", self.ids)], ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.meter_count = counts.get(unit, 0)

    def action_open_meters(self):
        """Open the meters of the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meters of %(unit)s", unit=self.full_name),
            "res_model": "property.meter",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }
