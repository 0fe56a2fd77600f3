# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
from datetime import date, datetime
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from ..common import PropertyCase

DAY = "2026-11-20"


class RegisterCase(PropertyCase):
    """Two homes: one sold on 10 May 2026, one let since March 2025; a parking space each kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.env["res.partner"]
        cls.old = people.create({"name": "Zhang Wei", "phone": "13800000001"})
        cls.new = people.create(
            {
                "name": "=Wang+Fang",
                "phone": "13800000002",
                "property_gender": "female",
                "property_employer": "No. 3 School",
                "property_id_number": "11010519491231002X",
            }
        )
        cls.wife = people.create({"name": "Li Na"})
        cls.tenant = people.create({"name": "Blue Sea Ltd", "phone": "15800000000"})
        cls.colleague = people.create({"name": "Tang Yu"})
        cls.sold = cls._make_unit(
            "101", 118.36, owner=cls.old, usable_area=95.1, land_area=12.3, facilities="Balcony"
        )
        cls.sold._transfer_ownership(
            date(2026, 5, 10), [(cls.new, 60), (cls.wife, 40)], "sale", "T-2026-1"
        )
        cls.let = cls._make_unit("102", 89.2, usable_area=71.3)
        cls.let._start_tenancy(
            date(2025, 3, 1),
            cls.tenant,
            {"lease_date_end": date(2026, 2, 28), "lease_filing": "F-7", "owner_consent": True},
            pays=True,
            occupants=cls.colleague,
        )
        carpark = cls.env["property.building"].create(
            {"name": "Car park", "estate_id": cls.estate.id, "kind": "carpark"}
        )
        cls.space = cls._make_unit(
            "A-1",
            12.0,
            building=carpark,
            owner=False,
            entrance="",
            type_id=cls.type_parking.id,
            main_unit_id=cls.sold.id,
            plate="A12345",
        )
        cls.options = {"estate_ids": cls.estate.ids, "date": DAY}

    def _rows_of(self, name, **options):
        register = self.env[f"property.register.{name}"]
        return register._rows({**self.options, **options})

    def _row_of(self, name, unit, key="unit", **options):
        rows = self._rows_of(name, **options)
        return next(row for row in rows if row[key] == unit.full_name)


@tagged("post_install", "-at_install")
class TestRegisters(RegisterCase):
    def test_title_after_transfer(self):
        row = self._row_of("title", self.sold)
        self.assertEqual(row["owner"], "=Wang+Fang(60%)、Li Na(40%)")
        self.assertEqual(row["certificate"], "T-2026-1")
        self.assertEqual(row["transfer_date"], date(2026, 5, 10))
        self.assertEqual(row["manner"], "Sale")
        self.assertEqual(row["previous"], "Zhang Wei")
        self.assertEqual(row["usable"], 95.1)
        self.assertEqual(row["land"], 12.3)
        self.assertIn("A12345", row["garage"])
        self.assertEqual(row["facilities"], "Balcony")

    def test_title_before_transfer(self):
        row = self._row_of("title", self.sold, date="2026-05-09")
        self.assertEqual(row["owner"], "Zhang Wei")
        self.assertEqual(row["transfer_date"], date(2020, 1, 1))
        self.assertFalse(row["previous"])
        register = self.env["property.register.title"]
        self.assertTrue(register._notes({"date": "2026-05-09"}))
        self.assertFalse(register._notes({}))

    def test_title_of_split_row(self):
        """The owner's row is split when the tenant pays; the transfer is the first row's day."""
        row = self._row_of("title", self.let)
        self.assertEqual(len(self.let.occupancy_ids.filtered(lambda r: r.role == "owner")), 2)
        self.assertEqual(row["transfer_date"], date(2020, 1, 1))

    def test_title_without_certainty(self):
        """Two people who claim a unit: no owner until the title is seen (handbook A §3)."""
        claimed = self._make_unit("103", owner=False)
        self.env["property.occupancy"].create(
            {
                "unit_id": claimed.id,
                "partner_id": self.old.id,
                "date_start": date(2026, 1, 1),
                "state": "pending",
            }
        )
        unsold = self._make_unit("104", owner=False, state="unsold")
        self.estate.developer_id = self.tenant
        self.assertEqual(self._row_of("title", claimed)["owner"], "To be verified")
        self.assertEqual(self._row_of("title", unsold)["owner"], "Blue Sea Ltd")

    def test_title_lists_side_unit_with_own_owner(self):
        names = [row["unit"] for row in self._rows_of("title")]
        self.assertNotIn(self.space.full_name, names)
        self._make_occupancy(self.space, self.old)
        names = [row["unit"] for row in self._rows_of("title")]
        self.assertIn(self.space.full_name, names)

    def test_title_sections_and_totals(self):
        self._make_unit("201", 50, building=self.building.copy({"name": "2栋"}), usable_area=40)
        content = self.env["property.register.title"]._content(self.options)
        self.assertEqual([section["name"] for section in content["sections"]], ["1栋", "2栋"])
        self.assertEqual(content["sections"][0]["total"]["gross"], 207.56)
        self.assertEqual(content["total"]["gross"], 257.56)
        self.assertEqual(content["count"], 3)
        one = self.env["property.register.title"]._content(
            {**self.options, "building_ids": self.building.ids}
        )
        self.assertEqual(one["count"], 2)

    def test_tenancy(self):
        row = self._row_of("tenancy", self.let, "address")
        self.assertEqual(row["tenant"], "Blue Sea Ltd")
        self.assertEqual((row["start"], row["end"]), (date(2025, 3, 1), date(2026, 2, 28)))
        self.assertEqual(row["owner"], "Owner 102")
        self.assertEqual((row["occupants"], row["payer"], row["consent"]), (2, "Tenant", "√"))
        self.assertEqual(row["filing"], "F-7")
        self.assertEqual(row["remark"], "Expired, not renewed")
        early = self._row_of("tenancy", self.let, "address", date="2026-02-28")
        self.assertFalse(early["remark"])
        self.assertFalse(self._rows_of("tenancy", date="2025-02-28"))
        self.let._end_tenancy(date(2026, 10, 31))
        self.assertFalse(self._rows_of("tenancy"))
        self.assertEqual(len(self._rows_of("tenancy", date="2026-10-31")), 1)

    def test_owners(self):
        self.env["property.customer.classification"].create(
            {
                "partner_id": self.new.id,
                "class_id": self.env.ref("property_service.customer_class_key").id,
                "estate_id": self.estate.id,
                "reason": "three units",
                "date_start": date(2026, 6, 1),
            }
        ).action_approve()
        rows = [row for row in self._rows_of("owners") if row["unit"] == self.sold.full_name]
        self.assertEqual([row["owner"] for row in rows], ["=Wang+Fang", "Li Na"])
        first, second = rows
        self.assertEqual(first["id_number"], "110***********002X")
        self.assertEqual(first["gender"], "Female")
        self.assertEqual(first["plate"], "A12345")
        self.assertEqual(first["classes"], "Key customer")
        self.assertEqual(first["residents"], 2)
        self.assertNotIn("gross", second)
        columns = [column.key for column in self.env["property.register.owners"]._columns({})]
        self.assertIn("classes", columns)
        staff = self.env["property.register.owners"].with_user(self.users["staff"])
        self.assertNotIn("classes", [column.key for column in staff._columns({})])
        self.assertEqual(staff._rows(self.options)[0]["id_number"], "110***********002X")

    def test_archive(self):
        kind = self.env.ref("property_service.archive_type_03")
        self.env["property.archive.document"].create(
            {"unit_id": self.sold.id, "type_id": kind.id, "pages": 3}
        )
        row = self._row_of("archive", self.sold)
        required = len(self.env["property.archive.type"].search([("required", "=", True)])) - 1
        self.assertEqual((row["papers"], row["pages"], row["lacking"]), (1, 3, required - 1))
        self.assertNotIn(kind.name, row["missing"])

    def test_handin(self):
        issue = self.env["property.register.issue"].create(
            {"estate_id": self.estate.id, "register": "title", "month": date(2026, 9, 1)}
        )
        issue.with_user(self.users["supervisor"]).action_submit()
        options = {"date_from": "2026-09-01", "date_to": "2026-09-30"}
        (row,) = self._rows_of("handin", **options)
        self.assertEqual((row["month"], row["content"]), ("2026-09", "Title register"))
        self.assertEqual((row["count"], row["delivered"]), (2, self.users["supervisor"].name))
        self.assertEqual((row["due"], row["received"]), (date(2026, 10, 5), False))

    def test_workbook(self):
        register = self.env["property.register.title"]
        book = load_workbook(io.BytesIO(register._render_xlsx(self.options)))
        sheet = book.active
        lines = list(sheet.iter_rows(values_only=True))
        self.assertEqual(sheet.title, "Title register")
        self.assertEqual(lines[0][0], "Title register")
        self.assertIn("Lake Garden", lines[1][0])
        columns = register._columns(self.options)
        self.assertEqual(list(lines[2]), [column.title for column in columns])
        rows = register._rows(self.options)
        for line, row in zip(lines[3:], rows, strict=False):
            for cell, column in zip(line, columns, strict=True):
                expected = row.get(column.key)
                if isinstance(expected, date):
                    expected = datetime(expected.year, expected.month, expected.day)
                self.assertEqual(cell, expected or (0 if cell == 0 else None), column.key)
        self.assertEqual(lines[3 + len(rows)][5:8], (166.4, 207.56, 12.3))

    def test_workbook_keeps_text(self):
        """What people typed never becomes a formula."""
        content = self.env["property.register.owners"]._render_xlsx(self.options)
        sheet = load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=Wang+Fang"]
        self.assertEqual([cell.data_type for cell in cells], ["s"])

    def test_sheet_name_of_any_title(self):
        register = self.env["property.register.title"]
        content = {**register._content(self.options), "title": "A/B: [C] " + "x" * 40}
        book = load_workbook(io.BytesIO(register._workbook(content)))
        self.assertEqual(book.active.title, "A B   C  " + "x" * 22)

    def test_printed_values(self):
        column = self.env["property.register.title"]._columns({})[0]
        text = self.env["property.register"]._text
        self.assertEqual(text(column._replace(kind="price"), 2.5), "2.50")
        self.assertEqual(text(column._replace(kind="price"), 1234567.285), "1234567.285")
        self.assertEqual(text(column._replace(kind="money"), -1234.5), "-1,234.50")
        self.assertEqual(text(column._replace(kind="percent"), 0.985), "98.50%")
        self.assertEqual(text(column, 3.0), "3")
        self.assertEqual(text(column, False), "")

    def test_query_count(self):
        """The number of queries does not grow with the number of units."""

        def measure(name):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(self._rows_of(name))
            return self.cr.sql_log_count - before

        names = ("title", "tenancy", "owners", "archive")
        for name in names:
            measure(name)
        small = {name: measure(name) for name in names}
        for number in range(300, 330):
            unit = self._make_unit(str(number))
            unit._start_tenancy(
                date(2026, 1, 1), self.env["res.partner"].create({"name": f"T{number}"}), pays=True
            )
        large = {name: measure(name) for name in names}
        self.assertEqual(large, small)

    def test_long_register_is_several_tables(self):
        register = self.env["property.register.title"]
        content = register._content(self.options)
        self.assertEqual([len(lines) for lines in register._tables(content)], [3])
        content["sections"][0]["rows"] *= 500
        tables = register._tables(content)
        self.assertEqual([len(lines) for lines in tables], [400, 400, 201])
        self.assertEqual(tables[-1][-1]["kind"], "total")
        empty = register._content({**self.options, "building_ids": self.space.building_id.ids})
        self.assertEqual(register._tables(empty), [[]])

    def test_rights(self):
        register = self.env["property.register.title"]
        self.assertEqual(
            len(register.with_user(self.users["reader"])._content(self.options)["sections"]), 1
        )
        owners = self.env["property.register.owners"].with_user(self.users["reader"])
        with self.assertRaises(AccessError):
            owners._content(self.options)
        other = self._make_estate("Hill", "HL", user_ids=[Command.clear()])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            register.with_user(self.users["reader"])._content({"estate_ids": other.ids})
        building = self.env["property.building"].create({"name": "H1", "estate_id": other.id})
        self._make_unit("999", building=building)
        rows = register.with_user(self.users["reader"])._rows({})
        self.assertNotIn("H1-1单元-999", [row["unit"] for row in rows])

    def test_options_from_outside(self):
        clean = self.env["property.register.title"]._clean_options
        self.assertEqual(
            clean({"estate_ids": ["3"], "date": "2026-11-20", "sudo": 1, "building_ids": []}),
            {"estate_ids": [3], "date": "2026-11-20"},
        )
        self.assertEqual(clean({"month": "2026-11"}), {"month": "2026-11-01"})
        for wrong in ({"date": "soon"}, {"estate_ids": "x"}, {"estate_ids": 5}):
            with self.assertRaises(UserError):
                clean(wrong)


@tagged("post_install", "-at_install")
class TestRegisterDownload(RegisterCase, HttpCase):
    def _get(self, login, register="property.register.title", **options):
        self.authenticate(login, login)
        return self.url_open(
            f"/property_service/register/{register}",
            params={"options": json.dumps({**self.options, **options})},
        )

    def test_download(self):
        response = self._get("test_reader")
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(io.BytesIO(response.content)).active
        values = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        self.assertIn(self.sold.full_name, values)
        self.assertIn("filename", response.headers["Content-Disposition"])

    def test_stranger_is_refused(self):
        other = self._make_estate("Hill", "HL", user_ids=[Command.clear()])
        new_test_user(
            self.env,
            "test_stranger",
            groups="property_service.group_manager",
            property_estate_ids=[Command.set(other.ids)],
        )
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            self.assertEqual(self._get("test_stranger").status_code, 403)
            refused = self._get("test_reader", "property.register.owners")
            self.assertEqual(refused.status_code, 403)

    def test_nonsense_is_not_found(self):
        self.assertEqual(self._get("test_reader", "res.partner").status_code, 404)
        self.assertEqual(self._get("test_reader", "property.register").status_code, 404)
        self.assertEqual(self._get("test_reader", date="soon").status_code, 404)
        response = self.url_open("/property_service/register/property.register.title?options=[1]")
        self.assertEqual(response.status_code, 404)

    def test_printed_file_is_named(self):
        self.authenticate("test_reader", "test_reader")
        asked = json.dumps({"register": "property.register.title", "options": self.options})
        url = f"/report/pdf/property_service.report_register?options={asked}&context={{}}"
        response = self.url_open(
            "/report/download",
            params={"data": json.dumps([url, "qweb-pdf"]), "context": "{}"},
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn(DAY, response.headers["Content-Disposition"])
        self.assertIn("Lake%20Garden", response.headers["Content-Disposition"])

    def test_page_numbers_and_head_of_each_page(self):
        for number in range(300, 360):
            self._make_unit(str(number))
        register = self.env["property.register.title"].with_context(force_report_rendering=True)
        # in English: text taken out of a PDF has other code points for some Chinese characters
        with patch.object(type(self.estate), "_print_lang", lambda estate: "en_US"):
            content = register._render_pdf(self.options)
        pages = PdfFileReader(io.BytesIO(content), strict=False).pages
        self.assertGreater(len(pages), 1)
        for number, page in enumerate(pages, 1):
            text = page.extract_text()
            self.assertIn("Title holder", text)
            self.assertRegex(text, rf"Page\s+{number}\s+of\s+{len(pages)}")
