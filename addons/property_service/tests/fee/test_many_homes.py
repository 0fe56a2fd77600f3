# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from datetime import date
from unittest.mock import patch

import openpyxl
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

    def test_workbook_reads_homes_in_parts(self):
        """Streamed from the database, with sections and sums, it is the list that is printed."""
        register = self.env["property.register.arrears"]
        for sections in range(3):
            if sections == 1:
                tower = self.env["property.building"].create(
                    {"name": "2栋", "estate_id": self.estate.id}
                )
                self.homes[4:].building_id = tower
            elif sections == 2:
                other = self._make_estate("Hill Garden", "HG")
                hill = self.env["property.building"].create({"name": "1幢", "estate_id": other.id})
                self._make_price(self.item, 3.0, estate_id=other.id)
                self._make_unit("101", 50.0, building=hill)
                self._bill(date(2026, 1, 1), estate_ids=other.ids)
            for options in ({}, {"estate_ids": self.estate.ids}):
                with (
                    self.subTest(sections, **options),
                    patch.object(property_register_arrears, "_HOMES", 2),
                ):
                    whole = self._cells(register._workbook(register._content(options)))
                    self.assertEqual(self._cells(register._render_xlsx(options)), whole)
        self.assertGreater(len(whole), 6)

    def _cells(self, content):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [
            [round(value, 2) if isinstance(value, float) else value for value in line]
            for line in sheet.iter_rows(values_only=True)
        ]

    def test_figures_of_a_building_are_those_of_its_items(self):
        """What is summed up for a building is what is read for it."""
        trash = self._make_item("TRASH", "Waste", tax=0, kind="agency", basis="fixed")
        self._make_price(trash, 5)
        tower = self.env["property.building"].create({"name": "2栋", "estate_id": self.estate.id})
        self.homes[4:].building_id = tower
        with freeze_time("2026-02-05 02:00:00"):
            self._bill(month=date(2026, 2, 1))
            self._take(self.homes[0], 300.0)
            self._take(self.homes[5], 2000.0)
        rates = self.env["property.collection.rate"]
        options, month, today = {"estate_ids": self.estate.ids}, date(2026, 2, 1), date(2026, 3, 2)
        by_building, by_item = rates._live_grains(options, month, today)
        self.assertEqual(
            by_building, rates._live_figures(options, month, month, today, ("building",))
        )
        self.assertEqual(
            by_item, rates._live_figures(options, month, month, today, ("building", "item"))
        )
        self.assertEqual(by_building[tower.id,].homes_paid, 1)
        self.assertGreater(by_building[tower.id,].advance, 0)
