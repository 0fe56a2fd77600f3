# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestMeter(PropertyCase):
    """Meters and where they hang."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls._make_unit("101")

    def make(self, **values):
        return self.env["property.meter"].create(
            {"number": "W1", "unit_id": self.home.id, "kind": "water", **values}
        )

    def test_place_follows_the_unit(self):
        meter = self.make()
        self.assertEqual(meter.building_id, self.building)
        self.assertEqual(meter.entrance, "1单元")
        self.assertEqual(meter.estate_id, self.estate)
        self.assertEqual(meter.company_id, self.company)
        self.assertEqual(self.home.meter_count, 1)

    def test_a_common_meter_of_the_estate(self):
        meter = self.make(unit_id=False, use="total", estate_id=self.estate.id)
        self.assertFalse(meter.building_id)
        self.assertEqual(meter.estate_id, self.estate)

    @mute_logger("odoo.sql_db")
    def test_a_billed_meter_has_a_unit(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.make(unit_id=False, estate_id=self.estate.id)

    @mute_logger("odoo.sql_db")
    def test_number_once_per_kind(self):
        self.make()
        self.make(kind="electricity")
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.make()

    def test_removed_before_installed(self):
        with self.assertRaises(ValidationError):
            self.make(date_installed=date(2026, 5, 1), date_removed=date(2026, 4, 1))

    def test_group_takes_meters_of_its_kind(self):
        meter, power = self.make(), self.make(kind="electricity")
        group = self.env["property.meter.group"].create(
            {"name": "Low zone", "estate_id": self.estate.id, "kind": "water"}
        )
        group.action_add_meters()
        self.assertEqual(group.meter_ids, meter)
        with self.assertRaises(ValidationError):
            power.group_id = group

    def test_exchanges_are_kept(self):
        meter = self.make(opening=10)
        swap = self.env["property.meter.swap"].create(
            {
                "meter_id": meter.id,
                "date": date(2026, 5, 1),
                "old_end": 20,
                "new_number": "W2",
                "new_start": 1,
                "reason": "Broken",
            }
        )
        self.assertEqual((swap.old_number, meter.number), ("W1", "W2"))
        with self.assertRaises(UserError):
            swap.old_end = 21
        with self.assertRaises(UserError):
            swap.unlink()
        with self.assertRaisesRegex(UserError, "in their order"):
            swap.copy({"date": date(2026, 4, 1), "new_number": "W3"})
