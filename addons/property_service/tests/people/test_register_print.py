# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestRegisterPrint(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")

    def _dialog(self, register, role="staff", **values):
        dialogs = self.env["property.register.print"].with_user(self.users[role])
        return dialogs.create({"register": register, **values})

    def test_offers_what_one_may_print(self):
        dialogs = self.env["property.register.print"]
        offered = {
            role: dict(
                dialogs.with_user(self.users[role]).fields_get(["register"])["register"][
                    "selection"
                ]
            )
            for role in ("reader", "staff")
        }
        self.assertNotIn("owners", offered["reader"])
        self.assertIn("title", offered["reader"])
        self.assertIn("owners", offered["staff"])
        with self.assertRaises(AccessError):
            self._dialog("owners", "reader").action_print()
        with self.assertRaises(AccessError):
            self._dialog("owners", "reader").action_export()

    def test_asks_for_the_options_of_the_register(self):
        dialog = self._dialog("handin", estate_ids=False)
        self.assertEqual(dialog.option_names, ",estate_ids,date_from,date_to,")
        self.assertEqual((dialog.date_from.month, dialog.date_from.day), (1, 1))
        dialog.write({"date_from": date(2026, 3, 1), "date_to": date(2026, 2, 1)})
        with self.assertRaises(UserError):
            dialog.action_print()
        dialog.write({"date_to": date(2026, 3, 31)})
        self.assertEqual(dialog._options(), {"date_from": "2026-03-01", "date_to": "2026-03-31"})

    def test_proposes_the_only_estate(self):
        dialogs = self.env["property.register.print"].with_user(self.users["staff"])
        form = Form(dialogs.with_context(default_register="title"))
        self.assertEqual(form.estate_ids.ids, self.estate.ids)
        self.assertTrue(form.date)

    def test_outputs(self):
        dialog = self._dialog("title", estate_ids=self.estate.ids, building_ids=self.building.ids)
        action = dialog.action_print()
        self.assertEqual(action["type"], "ir.actions.report")
        self.assertEqual(action["data"]["register"], "property.register.title")
        self.assertEqual(action["data"]["options"]["building_ids"], self.building.ids)
        self.assertIn(
            "/property_service/register/property.register.title?", dialog.action_export()["url"]
        )

    def test_preview(self):
        for number in range(201, 260):
            self._make_unit(str(number))
        dialog = self._dialog("title", estate_ids=self.estate.ids)
        action = dialog.action_preview()
        self.assertEqual((action["res_id"], action["target"]), (dialog.id, "new"))
        self.assertIn(self.unit.full_name, dialog.preview)
        self.assertIn("1栋-1单元-249", dialog.preview)
        self.assertNotIn("1栋-1单元-251", dialog.preview)
        # the total is that of all rows
        self.assertIn("6,000.00", dialog.preview)
        form = Form(dialog)
        form.date = date(2026, 1, 1)
        self.assertFalse(form.preview)

    def test_printed_form(self):
        values = self.env["report.property_service.report_register"]
        with self.assertRaises(UserError):
            values._get_report_values(None, {"register": "res.partner", "options": {}})
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "property_service.report_register",
            [],
            data={
                "register": "property.register.title",
                "options": {"estate_ids": self.estate.ids},
            },
        )
        html = html.decode()
        self.assertIn(self.unit.full_name, html)
        self.assertIn("Owner 101", html)
        self.assertIn(self.company.name, html)
