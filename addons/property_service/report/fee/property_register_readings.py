# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools import money
from ..core.property_register import Column


class PropertyRegisterReadings(models.AbstractModel):
    """The readings of a month's round (form H3-1, 抄表记录表)."""

    _name = "property.register.readings"
    _description = "Record of meter readings"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Record of Meter Readings")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 5, "integer"),
            Column("unit", self.env._("Unit no."), 16),
            Column("owner", self.env._("Name of the household"), 10),
            Column("number", self.env._("Meter no."), 12),
            Column("multiplier", self.env._("Multiplier"), 6, "price"),
            Column("previous", self.env._("Last reading"), 10, "area"),
            Column("current", self.env._("This reading"), 10, "area"),
            Column("usage", self.env._("Usage"), 9, "area", total=True),
            Column("date", self.env._("Day of reading"), 10, "date"),
            Column("reader", self.env._("Meter read by"), 9),
            Column("remark", self.env._("Remark"), 18),
        ]

    def _content(self, options):
        table = super()._content(options)
        if len({row["_kind"] for part in table["sections"] for row in part["rows"]}) > 1:
            # cubic metres and kilowatt-hours have no sum
            table["total"] = {}
        return table

    def _rows(self, options):
        domain = [("estate_id", "in", self._estates(options).ids)]
        if options.get("res_ids"):
            domain.append(("sheet_id", "in", options["res_ids"]))
        else:
            domain.append(("month", "=", money.month_start(self._date(options, "month"))))
        if options.get("building_ids"):
            domain.append(("building_id", "in", options["building_ids"]))
        readings = self.env["property.meter.reading"].search(domain)
        readings = readings.sorted(
            lambda row: (
                row.estate_id.id,
                row.kind,
                row.building_id.sequence,
                row.building_id.id,
                row.unit_id.entrance or "",
                row.unit_id.floor,
                row.unit_id.number or "",
                row.id,
            )
        )
        kinds = self._labels("property.meter", "kind")
        flags = self._labels("property.meter.reading", "flag")
        rows, serial, section = [], 0, None
        for reading in readings:
            name = f"{reading.building_id.name or reading.estate_id.name} {kinds[reading.kind]}"
            serial = serial + 1 if name == section else 1
            section = name
            remarks = (
                flags[reading.flag] if reading.flag not in (False, "normal") else "",
                reading.look_reason or reading.reason or "",
                reading.remark or "",
            )
            rows.append(
                {
                    "_section": name,
                    "_kind": reading.kind,
                    "serial": serial,
                    "unit": reading.place,
                    "owner": reading.payer_name,
                    "number": reading.number,
                    "multiplier": reading.multiplier,
                    "previous": reading.previous,
                    "current": reading.current if reading.is_read else None,
                    "usage": reading.usage if reading.is_read else None,
                    "date": reading.date if reading.is_read else None,
                    "reader": reading.reader_name
                    or reading.read_by_id.name
                    or reading.sheet_id.reader_id.name,
                    "remark": " ".join(text for text in remarks if text),
                }
            )
        return rows

    def _signatures(self):
        return [
            self.env._("Meter reader"),
            self.env._("Reviewed by"),
            self.env._("Date"),
        ]
