# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .meter_case import MeterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestMeterSettlement(MeterCase):
    """Final readings at a change of owner are billed to who leaves (handbook B H13, H3)."""

    def settle(self, *readings):
        settlement = self.env["property.settlement"].create(
            {
                "unit_id": self.home.id,
                "partner_id": self.home.owner_id.id,
                "new_partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "date": date(2026, 11, 20),
                "reading_ids": [
                    Command.create({"date": date(2026, 11, 20), **reading}) for reading in readings
                ],
            }
        )
        settlement.action_meter_read()
        return settlement

    def test_final_reading_becomes_a_sheet(self):
        meter = self._make_meter(self.home)
        self._make_meter(self.home, "W2")
        self._month(date(2026, 10, 1), 110, 100)
        self.settle(
            {"kind": "water", "meter_number": "W1", "value": 117},
            {"kind": "power", "meter_number": "unknown", "value": 5},
        )
        reading = meter.reading_ids.filtered(lambda row: row.date == date(2026, 11, 20))
        self.assertEqual((reading.previous, reading.usage), (110, 7))
        self.assertEqual(reading.sheet_id.unit_id, self.home)
        self.assertEqual(len(reading.sheet_id.reading_ids), 1)
        self.assertEqual(reading.sheet_id.state, "open", "checked by another person")
        reading.sheet_id.action_read()
        reading.sheet_id.action_check()
        self._make_tariff()
        charges = self._bill().charge_ids.filtered(lambda charge: charge.reading_id == reading)
        self.assertEqual(charges.amount, 21)
        self.assertEqual(charges.partner_id, self.home.owner_id)

    def test_without_meters_nothing_happens(self):
        self.settle({"kind": "water", "meter_number": "W1", "value": 117})
        self.assertFalse(self.home.meter_ids)
