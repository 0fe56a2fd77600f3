# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ...models.fee import property_dunning_work
from ...report.fee import property_register_arrears
from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestManyHomes(PropertyCase):
    """What keeps the daily work of 100,000 homes from growing faster than the homes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.homes = cls.env["property.unit"].union(
            *(cls._make_unit(f"{number}", 100.0) for number in range(101, 107))
        )
        with freeze_time("2026-01-05 02:00:00"):
            cls._bill(month=date(2026, 1, 1))

    def test_dunning_lists_the_debtors_once(self):
        """Cases are opened in parts; each part asks about its own homes only."""
        dunning = self.env["property.dunning"]
        asked = []
        original = type(dunning)._missing_cases

        def watched(records, unit_ids=None):
            asked.append(unit_ids)
            return original(records, unit_ids)

        with (
            patch.object(property_dunning_work, "CHUNK", 2),
            patch.object(type(dunning), "_missing_cases", watched),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("property_service.ir_cron_dunning").method_direct_trigger()
        self.assertEqual([len(homes) if homes else None for homes in asked], [None, 2, 2, 2])
        self.assertEqual(dunning.search([("unit_id", "in", self.homes.ids)]).unit_id, self.homes)
        self.assertFalse(dunning._missing_cases())

    def test_who_paid_meanwhile_gets_no_case(self):
        dunning = self.env["property.dunning"]
        self._take(self.homes[0], 285.0)
        self.assertEqual(dunning._open_cases(self.homes[:2].ids), 1)
        self.assertEqual(dunning.search([]).unit_id, self.homes[1])

    def test_list_of_arrears_reads_charges_in_parts(self):
        register = self.env["property.register.arrears"]
        options = {"estate_ids": self.estate.ids}
        whole = register._rows(options)
        with patch.object(property_register_arrears, "_HOMES", 2):
            parts = register._rows(options)
            charges = self.env["property.charge"].search([])
            kept = [charge for charge in charges if self._cached(charge, "partner_id")]
        self.assertEqual(parts, whole)
        self.assertFalse(kept, "charges are not kept in memory")

    def _cached(self, record, name):
        return record.id in record._fields[name]._get_cache(record.env)

    def test_workbook_is_written_to_the_disk(self):
        """In constant memory, which the writer ignores when it is told to work in memory."""
        register = self.env["property.register.arrears"]
        books = []
        original = type(register)._write_sheet

        def watched(records, book, table):
            books.append(book)
            return original(records, book, table)

        with patch.object(type(register), "_write_sheet", watched):
            register._render_xlsx({"estate_ids": self.estate.ids})
        self.assertTrue(books[0].constant_memory)
