# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from .repair_case import RepairCase


@tagged("post_install", "-at_install")
class TestServiceForms(RepairCase):
    """Forms A3-3 and D4-4, the letter to the developer, and every kanban's progress bar."""

    def _html(self, name, record):
        return self.env["ir.actions.report"]._render_qweb_html(name, record.ids)[0].decode()

    def test_liaison_sheet_shows_what_is_off_the_list(self):
        repair = self._accepted()
        repair.payer_class = "chargeable"
        repair.line_ids = [
            *self._lines(),
            (0, 0, {"kind": "other", "name": "Scaffold", "price_unit": 300}),
        ]
        html = self._html("property_service.report_service_sheet", repair)
        for text in ("Scaffold", "378.00", repair.number, self.owner.name):
            self.assertIn(text, html)
        repair.payer_class = "free_promise"
        with self.assertRaisesRegex(UserError, "not chargeable"):
            self._html("property_service.report_service_sheet", repair)

    def test_letter_to_the_developer_names_the_reminder(self):
        developer = self.env["res.partner"].create({"name": "Builder Ltd"})
        self.estate.developer_id = developer
        with freeze_time("2026-11-02 02:00:00"):
            repair = self._accepted()
            repair.payer_class = "warranty"
            claim = self.env["property.warranty.claim"].browse(repair.action_claim()["res_id"])
            with self.assertRaisesRegex(UserError, "sent to the developer"):
                self._html("property_service.report_warranty_letter", claim)
            claim.action_send()
        with freeze_time("2026-11-10 03:00:00"):
            self._check_deadlines()
            html = self._html("property_service.report_warranty_letter", claim)
        self.assertEqual(claim.reminders, 1)
        for text in ("Builder Ltd", claim.number, "2026-11-02", self.unit.full_name):
            self.assertIn(text, html)

    def test_call_list_has_the_plans_calls_and_who_is_on_call(self):
        self.env["property.on.call"].create(
            {
                "estate_id": self.estate.id,
                "date_start": "2020-01-01",
                "date_end": "2040-01-01",
                "employee_id": self.plumber.id,
            }
        )
        rows = self.env["property.register.emergency.call"]._rows({"estate_ids": self.estate.ids})
        calls = self.env["property.emergency.call"].search_count([])
        self.assertEqual(len(rows), calls + 1)
        self.assertEqual(rows[-1]["name"], "Plumber")

    def test_progress_bars_can_be_counted(self):
        for view in self.env["ir.ui.view"].search(
            [("type", "=", "kanban"), ("model", "=like", "property.%")]
        ):
            arch = etree.fromstring(view.arch)
            for bar in arch.iter("progressbar"):
                self.env[view.model].read_progress_bar(
                    [], arch.get("default_group_by"), {"field": bar.get("field"), "colors": {}}
                )
