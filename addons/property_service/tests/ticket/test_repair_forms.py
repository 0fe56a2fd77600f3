# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .repair_case import SIGNATURE, RepairCase


@tagged("post_install", "-at_install")
class TestRepairForms(RepairCase):
    """Printed forms and registers say what the case says."""

    def _html(self, name, repair):
        report = self.env.ref(f"property_service.action_{name}")
        content, _kind = report.with_user(self.users["staff"])._render_qweb_html(
            report.report_name, repair.ids
        )
        return content.decode()

    def _charged(self):
        repair = self._accepted()
        mine = self._on_site(repair)
        mine.line_ids = self._lines()
        mine.action_quote()
        mine.quote_signature = SIGNATURE
        mine.action_agree()
        mine.solution = "Elbow replaced"
        mine.action_done()
        mine.write({"customer_signature": SIGNATURE, "satisfaction": "A"})
        mine.action_accept_signed()
        return repair

    def test_work_order(self):
        repair = self._charged()
        html = self._html("report_repair_order", repair)
        for text in (repair.number, "Elbow DN20", "Replace an elbow", "78.00", "柒拾捌元整"):
            self.assertIn(text, html)
        self.assertEqual(html.count("data:image/png;base64"), 2, "both signatures")

    def test_notice_of_rework(self):
        first = self._accepted()
        with self.assertRaisesRegex(UserError, "no rework"):
            self._html("report_repair_rework", first)
        self._done(first)
        again = first._make_rework("Drips again")
        html = self._html("report_repair_rework", again)
        self.assertIn(first.number, html)
        self.assertIn("Drips again", html)

    def test_order_of_a_service(self):
        order = self.env["property.repair"].create(
            {
                "kind": "service",
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "description": "Cleaning",
                "line_ids": [Command.create({"name": "Cleaning", "price_unit": 120})],
            }
        )
        self.assertIn("120.00", self._html("report_service_order", order))
        with self.assertRaisesRegex(UserError, "no paid service"):
            self._html("report_service_order", self._accepted())

    def test_registers(self):
        repair = self._charged()
        rework = self._accepted()
        self._done(rework)
        rework._make_rework("Again")
        today = fields.Date.to_string(fields.Date.context_today(self.env.user))
        options = {
            "estate_ids": self.estate.ids,
            "month": today,
            "date": today,
            "date_from": "2026-01-01",
            "date_to": "2027-12-31",
        }
        staff = self.users["staff"]

        def rows(name):
            register = self.env[f"property.register.{name}"].with_user(staff)
            register._check_register_access(options)
            keys = {column.key for column in register._columns(options)}
            found = register._rows(options)
            for row in found:
                self.assertLessEqual({key for key in row if key[0] != "_"}, keys)
            self.assertTrue(register._render_xlsx(options))
            return found

        requests = rows("repair")
        self.assertEqual(len(requests), 3)
        self.assertEqual(requests[0]["amount"], 78)
        self.assertEqual(requests[0]["technician"], "Plumber")
        self.assertEqual(len(rows("intake")), 2)
        homes = rows("repair.cost.home")
        self.assertEqual(homes[0]["materials"], "Elbow DN20×1Units")
        self.assertEqual(homes[0]["amount"], 78)
        self.assertFalse(rows("repair.cost.common"))
        month = rows("repair.month")
        self.assertEqual(month[0]["reported"], 3)
        self.assertEqual(month[0]["done"], 2)
        self.assertEqual(month[0]["reworks"], 1)
        self.assertEqual(month[0]["rework_rate"], 0.5)
        self.assertEqual(month[0]["on_time"], 1)
        self.assertEqual(month[0]["paid"], 1)
        self.assertEqual(rows("service.price")[0]["price"], 60)
        roof = self.env.ref("property_service.repair_category_roof_wall_leak")
        claimed = self._accepted(category_id=roof.id)
        claimed.payer_class = "warranty"
        claimed.action_claim()
        self.assertEqual(rows("warranty")[0]["problem"], claimed.description)
        self.assertEqual(repair.settlement, "to_pay")
