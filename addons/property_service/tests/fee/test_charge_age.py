# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import PropertyCase

NOW = "2026-11-20 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestChargeAge(PropertyCase):
    """Ages of arrears (handbook B form H9-1): computed, searched and grouped alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_price(cls._make_item(), 1.0)
        cls.unit = cls._make_unit("101", 100)

    def _bill_due(self, *days):
        for number, day in enumerate(days):
            self._bill(date(2022 + number // 12, number % 12 + 1, 1), date_due=day)

    def test_ages(self):
        expected = {
            date(2026, 11, 20): "0",
            date(2026, 11, 19): "1",
            date(2026, 8, 20): "1",
            date(2026, 8, 19): "2",
            date(2026, 5, 19): "3",
            date(2025, 11, 19): "4",
            date(2024, 11, 20): "4",
            date(2024, 11, 19): "5",
            date(2023, 11, 19): "6",
        }
        self._bill_due(*expected)
        charges = self.unit.charge_ids
        self.assertEqual({charge.date_due: charge.age for charge in charges}, expected)
        mine = [("unit_id", "=", self.unit.id)]
        groups = dict(charges._read_group(mine, ["age"], ["id:recordset"]))
        for age in "0123456":
            found = charges.search([*mine, ("age", "=", age)])
            self.assertEqual(set(found.mapped("age")), {age})
            self.assertEqual(found, groups[age].sorted())
        self.assertEqual(
            charges.search([*mine, ("age", "in", ["5", "6"])]), (groups["5"] | groups["6"]).sorted()
        )
        self.assertEqual(
            charges.search([*mine, ("age", "not in", ["5", "6"])]),
            (charges - groups["5"] - groups["6"]).sorted(),
        )

    def test_paid_charges_have_no_age(self):
        self._bill_due(date(2026, 1, 31))
        self._take(self.unit, 100.0)
        charge = self.unit.charge_ids
        self.assertFalse(charge.age)
        self.assertEqual(
            charge.search([("unit_id", "=", self.unit.id), ("age", "=", False)]), charge
        )
        self.assertFalse(charge.search([("unit_id", "=", self.unit.id), ("age", "!=", False)]))
        self.assertEqual(
            charge._read_group([("unit_id", "=", self.unit.id)], ["age"], ["__count"]), [(False, 1)]
        )

    def test_grouping_is_offered_to_the_user(self):
        description = self.env["property.charge"].fields_get(["age"])["age"]
        self.assertTrue(description["groupable"] and description["searchable"])
