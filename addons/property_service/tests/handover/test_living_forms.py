# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.tests import tagged

from .living_case import LivingCase

REGISTERS = (
    "key.loan",
    "key.stock",
    "key.custody",
    "key.left",
    "resident.pass",
    "access.card",
    "moving",
    "material",
)


@tagged("post_install", "-at_install")
class TestLivingForms(LivingCase):
    """Printed forms and registers of keys, passes, moves and slips show what they must."""

    def _html(self, name, record):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"property_service.report_{name}", record.ids
        )
        return html.decode()

    def test_forms(self):
        custody = self.env["property.key.custody"].create(
            {"unit_id": self.unit.id, "key_line_ids": [Command.create({"quantity": 2})]}
        )
        html = self._html("key_custody", custody)
        self.assertEqual(html.count(custody.number), 2, "two copies")
        resident = self.env["property.resident.pass"].create(
            {"unit_id": self.unit.id, "holder_id": self.owner.id}
        )
        self.assertIn("Owner 101", self._html("resident_pass_application", resident))
        badge = self._html("resident_pass", resident)
        self.assertIn("data:image/svg+xml", badge)
        self.assertNotIn(self.owner.phone, badge)
        movein = self.env["property.tenant.movein"].create(
            {
                "unit_id": self.unit.id,
                "tenant_id": self.person.id,
                "occupant_ids": [Command.create({"partner_id": self.owner.id})],
            }
        )
        self.assertIn("Borrower Bo", self._html("tenant_movein", movein))
        moveout = self.env["property.moveout"].create(
            {"unit_id": self.unit.id, "planned_date": date(2027, 1, 1), "reason": "new job"}
        )
        self.assertIn("new job", self._html("moveout", moveout))
        slip = self.env["property.gate.pass"].create(
            {"unit_id": self.unit.id, "line_ids": [Command.create({"name": "Sofa"})]}
        )
        html = self._html("gate_pass", slip)
        self.assertEqual(html.count("Sofa"), 2, "stub and exit copy")
        self.assertIn("data:image/svg+xml", html)

    def test_registers(self):
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-11-01",
            "date_to": "2026-11-30",
            "date": "2026-11-30",
        }
        for name in REGISTERS:
            with self.subTest(register=name):
                table = self.env[f"property.register.{name}"]._content(options)
                self.assertTrue(table["columns"])
        stock = self.env["property.register.key.stock"]._rows(options)
        self.assertEqual([(row["code"], row["quantity"]) for row in stock], [("K1", 2)])
