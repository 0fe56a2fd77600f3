# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: kinds of a settlement's readings that meters call otherwise
_KINDS = {"power": "electricity"}


class PropertySettlement(models.Model):
    """Final readings become a reading sheet of the unit, so that usage is billed up to that day.

    Handbook B H13, H3: the bill run charges them to whoever pays on the day of the reading. The
    sheet is checked by another person like every other.
    """

    _inherit = "property.settlement"

    def _readings_taken(self):
        result = super()._readings_taken()
        for settlement in self:
            groups = settlement.reading_ids.grouped(
                lambda row: (_KINDS.get(row.kind, row.kind), row.date)
            )
            for (kind, day), rows in groups.items():
                settlement._enter_readings(kind, day, rows)
        return result

    def _enter_readings(self, kind, day, rows):
        """Enter the readings of one kind and day of the meters that are known.

        :param str kind: a kind of `property.meter`
        :param date day: day of the readings
        :param rows: `property.settlement.reading` records
        """
        meters = self.unit_id.meter_ids.filtered(
            lambda meter: meter.kind == kind and not meter.date_removed
        )
        shown = {}
        for row in rows:
            number = (row.meter_number or "").strip()
            found = meters.filtered(lambda meter, number=number: meter.number == number)
            if not found and len(meters) == 1 and not number:
                found = meters
            if found:
                shown[found] = row.value
        model = self.env["property.meter.reading"].sudo()
        known = model.search(
            [
                ("meter_id", "in", [meter.id for meter in shown]),
                ("date", "=", day),
                ("is_read", "=", True),
            ]
        ).meter_id
        shown = {meter: value for meter, value in shown.items() if meter not in known}
        if not shown:
            return
        sheet = (
            self.env["property.meter.sheet"]
            .sudo()
            .create(
                {
                    "estate_id": self.estate_id.id,
                    "unit_id": self.unit_id.id,
                    "kind": kind,
                    "month": day,
                    "date": day,
                    "remark": self.display_name,
                }
            )
        )
        for line in sheet.reading_ids:
            if line.meter_id in shown:
                line._enter({"current": shown[line.meter_id], "date": day, "is_read": True})
            else:
                line.unlink()
        sheet.reading_ids._relink()
