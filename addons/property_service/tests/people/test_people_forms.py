# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import re
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPeopleForms(PropertyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.env["res.partner"]
        cls.owner = people.create(
            {
                "name": "Zhang Wei",
                "phone": "13800000001",
                "email": "zhang@example.com",
                "property_gender": "male",
                "property_birthday": date(1949, 12, 31),
                "property_id_number": "11010519491231002X",
                "property_wechat": "zw49",
                "property_emergency_name": "Zhang Jianguo",
                "property_special_care": "Lives alone",
                "property_consent_date": date(2021, 6, 15),
            }
        )
        cls.unit = cls._make_unit("101", 118.36, owner=cls.owner)
        cls.wife = people.create({"name": "Li Na", "property_id_number": "110105199003070025"})
        cls._make_occupancy(cls.unit, cls.wife, role="family", relation="Wife", is_payer=False)
        cls.let = cls._make_unit("102")
        cls.tenant = people.create({"name": "Blue Sea Ltd", "is_company": True})
        cls.mate = people.create({"name": "Tang Yu", "property_native_place": "Mianyang"})
        cls.lease = cls.let._start_tenancy(
            date(2025, 3, 1),
            cls.tenant,
            {"lease_date_end": date(2027, 2, 28), "lease_number": "ZL-9", "lease_use": "Shop"},
            pays=True,
            occupants=cls.mate,
        )

    def _html(self, report, records, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.env.user)
        html, _kind = reports._render_qweb_html(f"property_service.{report}", records.ids)
        return html.decode()

    def _pages(self, report, records):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(f"property_service.{report}", records.ids)
        self.assertEqual(kind, "pdf")
        return PdfFileReader(io.BytesIO(content), strict=False).pages

    def test_owner_registration(self):
        html = self._html("report_owner_registration", self.unit, self.users["staff"])
        for value in (
            self.unit.archive_number,
            "118.36 m²",
            "Zhang Wei",
            "1949-12-31",
            "13800000001",
            "zhang@example.com",
            "zw49",
            "Zhang Jianguo",
            "Lives alone",
            "Li Na",
            "Wife",
            "2021-06-15",
        ):
            self.assertIn(value, html)

    def test_id_numbers_are_masked(self):
        html = self._html("report_owner_registration", self.unit, self.users["manager"])
        self.assertIn("110***********002X", html)
        self.assertIn("110***********0025", html)
        self.assertNotIn("11010519491231002X", html)
        self.assertNotIn("110105199003070025", html)

    def test_reader_sees_what_he_may(self):
        """Date of birth and special care are for staff; the form does not give them away."""
        html = self._html("report_owner_registration", self.unit, self.users["reader"])
        self.assertIn("Zhang Wei", html)
        self.assertNotIn("1949-12-31", html)
        self.assertNotIn("Lives alone", html)

    def test_other_estates_are_refused(self):
        other = self._make_estate("Hill", "HL", user_ids=[Command.clear()])
        building = self.env["property.building"].create({"name": "H1", "estate_id": other.id})
        unit = self._make_unit("901", building=building)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._html("report_owner_registration", unit, self.users["manager"])

    def test_empty_form(self):
        """A unit nobody is known of: the form to fill in by hand, with all its cells."""
        empty = self._make_unit("103", owner=False)
        filled = self._html("report_owner_registration", self.unit)
        blank = self._html("report_owner_registration", empty)
        self.assertNotIn("Zhang Wei", blank)
        self.assertEqual(len(re.findall("<td", blank)), len(re.findall("<td", filled)))

    def test_company_owner(self):
        unit = self._make_unit("104", owner=self.tenant)
        self.tenant.vat = "91510100MA6XXXXX0P"
        sheet = self.env["report.property_service.report_owner_registration"]._sheets(unit)[0]
        self.assertEqual(sheet["company"], self.tenant)
        self.assertEqual(sheet["company_code"], "91510100MA6XXXXX0P")
        self.assertFalse(sheet["person"]["name"])

    def test_tenant_registration(self):
        for report, record in (
            ("report_tenant_registration", self.lease),
            ("report_tenant_registration_unit", self.let),
        ):
            html = self._html(report, record, self.users["staff"])
            for value in (
                "Blue Sea Ltd",
                "Tang Yu",
                "Mianyang",
                "ZL-9",
                "2025-03-01",
                "2027-02-28",
            ):
                self.assertIn(value, html)
        sheet = self.env["report.property_service.report_tenant_registration"]._sheets(self.lease)
        self.assertEqual(sheet[0]["tenant_pays"], True)
        self.assertEqual(sheet[0]["owner_pays"], False)
        self.assertEqual(len(sheet[0]["people"]), 8)

    def test_tenant_registration_of_unit_not_let(self):
        sheet = self.env["report.property_service.report_tenant_registration_unit"]._sheets(
            self.unit
        )[0]
        self.assertFalse(sheet["tenancy"])
        self.assertEqual(sheet["people"], [{}] * 8)
        self.assertIn("Zhang Wei", self._html("report_tenant_registration_unit", self.unit))

    def test_archive_directory(self):
        kinds = self.env["property.archive.type"].search([("required", "=", True)])
        document = self.env["property.archive.document"].create(
            {"unit_id": self.unit.id, "type_id": kinds[0].id, "pages": 7}
        )
        register = self.env["report.property_service.report_archive_directory"]
        sheet = register._sheets(self.unit)[0]
        self.assertEqual((sheet["count"], sheet["pages"]), (1, 7))
        missing = [line["name"] for line in sheet["lines"] if line.get("missing")]
        self.assertEqual(len(missing), len(kinds) - 2)  # one is there, one is for let units
        self.assertNotIn(kinds[0].name, missing)
        document.action_destroy() if document.state == "filed" else document.action_supersede()
        sheet = register._sheets(self.unit)[0]
        self.assertEqual(sheet["count"], 0)
        self.assertIn(self.unit.archive_number, self._html("report_archive_directory", self.unit))

    def test_pages(self):
        """One A4 page each; several units give a page each, numbered on their own."""
        units = self.unit + self.let
        for report, records in (
            ("report_owner_registration", units),
            ("report_tenant_registration", self.lease),
            ("report_archive_directory", units),
        ):
            pages = self._pages(report, records)
            self.assertEqual(len(pages), len(records), report)
            width, height = (float(side) for side in pages[0].mediabox[2:])
            portrait = report != "report_tenant_registration"
            self.assertEqual(width < height, portrait, report)
        self.assertIn(
            "Zhang Wei", self._pages("report_owner_registration", self.unit)[0].extract_text()
        )

    def test_bindings_and_file_name(self):
        report = self.env.ref("property_service.action_report_owner_registration")
        self.assertEqual(report.binding_model_id.model, "property.unit")
        name = self.env["report.property_service.report_owner_registration"]._filename(self.unit)
        self.assertTrue(name.endswith(self.unit.full_name))
