# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...models.estate.property_unit import STATES


class PropertyUnitStateChange(models.TransientModel):
    """Sets the use status of units by hand, with the reason the handbook asks for (A §1)."""

    _name = "property.unit.state.change"
    _description = "Change use status"

    unit_ids = fields.Many2many("property.unit", string="Units", required=True)
    state = fields.Selection(STATES, "Use status", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Move the units and log the reason on each."""
        self.ensure_one()
        self.unit_ids.check_access("write")
        self.unit_ids._set_state(self.state, self.reason)
