# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .property_waiver import GRANTED

#: kind of meter -> what the check of a vacant home calls its usage
_USAGES = {"water": "water", "electricity": "power"}


class PropertyMeterSheet(models.Model):
    """Checked readings tell whether homes with a reduction for vacancy still are empty (B H7)."""

    _inherit = "property.meter.sheet"

    def action_check(self):
        """Check the readings, and note what vacant homes used on their reductions."""
        result = super().action_check()
        for sheet in self.filtered(lambda sheet: sheet.kind in _USAGES):
            sheet.sudo()._tell_waivers()
        return result

    def _tell_waivers(self):
        """Add a check to the vacancy reductions of the units read; too much usage ends them."""
        readings = self.reading_ids.filtered(lambda reading: reading.is_read and reading.unit_id)
        waivers = self.env["property.waiver"].search(
            [
                ("unit_id", "in", readings.unit_id.ids),
                ("kind", "=", "vacancy"),
                ("state", "in", GRANTED),
                ("date_start", "<=", self.date),
            ]
        )
        by_unit = readings.grouped("unit_id")
        self.env["property.waiver.check"].create(
            [
                {
                    "waiver_id": waiver.id,
                    "date": reading.date or self.date,
                    _USAGES[self.kind]: max(reading.usage, 0.0),
                    "note": self.display_name,
                }
                for waiver in waivers
                for reading in by_unit[waiver.unit_id]
            ]
        )
