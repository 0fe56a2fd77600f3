# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tests.common import freeze_time

from .meter_case import MeterCase

_MODELS = (
    "property.meter",
    "property.meter.group",
    "property.meter.sheet",
    "property.meter.reading",
    "property.tariff",
    "property.share",
    "property.share.objection",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestMeterScreens(MeterCase):
    """What each role sees and does on the screens of meters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meter = cls._make_meter(cls.home)

    def test_other_estates_are_not_seen(self):
        other = self._make_estate("Other", "OT", user_ids=False)
        building = self.env["property.building"].create({"name": "9栋", "estate_id": other.id})
        unit = self._make_unit("901", building=building)
        meter = self._make_meter(unit, "X1", building_id=building.id, estate_id=other.id)
        sheet = self.env["property.meter.sheet"].create(
            {"estate_id": other.id, "building_id": building.id}
        )
        for record in (meter, sheet, sheet.reading_ids):
            own = record.with_user(self.users["supervisor"])
            self.assertFalse(own.search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                own.read(["display_name"])

    def test_a_reader_changes_nothing(self):
        reader = self.users["reader"]
        sheet = self._make_sheet()
        with self.assertRaises(AccessError):
            sheet.reading_ids.with_user(reader).current = 110
        for model in _MODELS:
            self.assertFalse(self.env[model].with_user(reader).has_access("create"), model)

    def test_a_sheet_by_the_form(self):
        form = Form(self.env["property.meter.sheet"].with_user(self.users["technician"]))
        form.estate_id = self.estate
        form.building_id = self.building
        form.month = date(2026, 10, 20)
        sheet = form.save()
        self.assertEqual(sheet.month, date(2026, 10, 1))
        with Form(sheet) as form, form.reading_ids.edit(0) as row:
            row.current = 112
        self.assertEqual(sheet.reading_ids.usage, 12)
        self.assertEqual(sheet.reading_ids.read_by_id, self.users["technician"])
        self.assertEqual(sheet.progress, 100)

    def test_a_tariff_by_the_form(self):
        form = Form(self.env["property.tariff"].with_user(self.users["accountant"]))
        form.estate_id = self.estate
        form.item_id = self.water
        form.date_start = date(2026, 1, 1)
        for start, price in ((0, 3), (180, 4)):
            with form.tier_ids.new() as tier:
                tier.quantity_from = start
                tier.price = price
        record = form.save()
        self.assertEqual(record.price_text, "0+: 3.00 / 180+: 4.00")

    def test_an_exchange_by_the_dialog(self):
        action = self.meter.with_user(self.users["technician"]).action_swap()
        model = self.env["property.meter.swap"].with_user(self.users["technician"])
        form = Form(model.with_context(**action["context"]))
        form.old_end = 120
        form.new_number = "W9"
        form.reason = "Broken"
        form.save()
        self.assertEqual(self.meter.number, "W9")

    def test_second_look_by_the_dialog(self):
        reading = self._read(self._make_sheet(), 90, check=False)
        steward = self.users["steward"]
        action = reading.with_user(steward).action_confirm()
        model = self.env["property.reading.confirm"].with_user(steward)
        form = Form(model.with_context(**action["context"]))
        form.reason = "Seen"
        form.agreed_usage = 4
        form.save().action_confirm()
        self.assertEqual((reading.quantity, reading.confirmed_by_id), (4, steward))

    def test_smart_buttons(self):
        self._read(self._make_sheet(), 110)
        self.assertEqual(self.home.meter_count, 1)
        for action in (
            self.home.action_open_meters(),
            self.home.action_open_readings(),
            self.meter.action_open_readings(),
        ):
            self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 1)

    def test_the_sheet_is_printed(self):
        sheet = self._make_sheet()
        self._read(sheet, 110, check=False)
        register = self.env["property.register.readings"].with_user(self.users["technician"])
        options = {"estate_ids": self.estate.ids, "res_ids": sheet.ids}
        row = register._content(options)["sections"][0]["rows"][0]
        self.assertEqual(
            [row[key] for key in ("serial", "unit", "owner", "number", "previous", "usage")],
            [1, "1栋-1单元-101", "Owner 101", "W1", 100, 10],
        )
        self.assertTrue(register._render_xlsx(options))
