# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyReadingConfirm(models.TransientModel):
    """The second look at readings that ran backwards or are abnormal (handbook B H3)."""

    _name = "property.reading.confirm"
    _description = "Second look at readings"

    reading_ids = fields.Many2many(
        "property.meter.reading",
        "property_reading_confirm_rel",
        "confirm_id",
        "reading_id",
        "Readings",
        required=True,
    )
    reason = fields.Char("What was found", required=True)
    has_reversed = fields.Boolean(compute="_compute_has_reversed")
    agreed_usage = fields.Float(
        digits=(16, 4),
        help="Billed for a meter that ran backwards, such as the usual usage; 0: nothing.",
    )

    @api.depends("reading_ids.flag")
    def _compute_has_reversed(self):
        for dialog in self:
            dialog.has_reversed = "reversed" in dialog.reading_ids.mapped("flag")

    def action_confirm(self):
        """Confirm the readings, with what was found."""
        self.ensure_one()
        self.reading_ids._confirm(self.reason, self.agreed_usage)
        return {"type": "ir.actions.act_window_close"}
