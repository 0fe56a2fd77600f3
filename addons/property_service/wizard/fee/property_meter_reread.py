# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyMeterReread(models.TransientModel):
    """Enters what a meter showed when it was read again for its owner (handbook B H3)."""

    _name = "property.meter.reread"
    _description = "Second reading of a meter"

    reading_id = fields.Many2one(
        "property.meter.reading", "Meter reading", required=True, ondelete="cascade"
    )
    place = fields.Char(related="reading_id.place")
    before = fields.Float(related="reading_id.current", string="Reading so far")
    value = fields.Float("Read again", digits=(16, 4), required=True)
    note = fields.Char()

    def action_save(self):
        """Keep the second reading; see `property.meter.reading._reread`."""
        self.ensure_one()
        self.reading_id._reread(self.value, self.note)
        return {"type": "ir.actions.act_window_close"}
