# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ...tools import sheet
from ...wizard.core.register_import.location import building_label, building_sequence
from .import_case import HEADER, ImportCase, id_number, line, xlsx
from .test_register_import_fees import HEADER as FEES
from .test_register_import_fees import fee

PASSWORD = "EncryptedPackage".encode("utf-16-le")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(name):
    """Return a zip archive with one file of that name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestImportFiles(ImportCase):
    def assert_file_refused(self, content, *words, kind="register"):
        before = self.snapshot()
        for action in ("action_check", "action_import"):
            with self.assertRaises(UserError) as caught:
                getattr(self.paper(content, kind), action)()
            for word in words:
                self.assertIn(word, str(caught.exception))
        self.assertEqual(self.snapshot(), before)

    def test_files_that_are_none(self):
        with self.assertRaises(UserError):
            self.paper(b"x", file=False).action_check()
        self.assert_file_refused(b"%PDF-1.7 ...", "PDF", ".xlsx")
        self.assert_file_refused(b"\x89PNG\r\n", "picture")
        self.assert_file_refused(zipped("word/document.xml"), "Word")
        self.assert_file_refused(zipped("a.txt"), "packed archive")
        self.assert_file_refused(zipped("xl/workbook.bin"), "kind of workbook")
        self.assert_file_refused(b"<html><table><tr><td>1</td></tr></table></html>", "web page")
        self.assert_file_refused(OLE + PASSWORD, "password")
        self.assert_file_refused(OLE + b"\x00" * 600, "damaged")
        self.assert_file_refused(b"\x00\x01\x02", "something else")
        self.assert_file_refused(b"\xff\xfe" + b"\x00\xd8" * 400, "encoding")
        self.assert_file_refused(b"\n\n", "no filled cell")
        self.assert_file_refused(xlsx([[]]), "no filled cell")

    def test_files_that_are_too_large(self):
        large = b"a,b\n" * (8 * 1024 * 1024)
        self.assert_file_refused(large, "30 MB", "split")
        rows = b"1,2\n" * 200_001
        self.assert_file_refused(rows, "200000")

    def test_other_kinds(self):
        self.assert_file_refused([list(FEES), fee()], "Price list", kind="register")
        self.assert_file_refused(
            [list(HEADER), line("101")], "Register of units", "收费项目", kind="fees"
        )
        self.assert_file_refused([["Hello", "world"], [1, 2]], "no header", kind="payments")

    def test_missing_column_is_named(self):
        self.assert_file_refused(
            [["某表"], ["楼栋", "房号", "业主"], ["1栋", "101", "张三"]],
            "建筑面积",
            "Row 2",
            "楼栋、房号、业主",
        )

    def test_estate_is_asked_for(self):
        for kind, rows in (
            ("parking", [["车位号", "类型"], ["1", "产权"]]),
            ("fees", [FEES, fee()]),
        ):
            with self.assertRaisesRegex(UserError, "estate"):
                self.paper(rows, kind, estate_id=False).action_check()

    # rights -------------------------------------------------------------------------------------

    def test_who_may_take_in_what(self):
        papers = {
            "register": [list(HEADER), line("101", "张三", id_number(1))],
            "parking": [["车位号", "类型"], ["B1-1", "产权"]],
            "fees": [list(FEES), fee()],
            "payments": [["日期", "金额", "流水号"], ["2026-01-05", 5, "1"]],
        }
        allowed = {
            "cashier": {"payments"},
            "accountant": {"payments", "fees"},
            "supervisor": {"register", "parking", "payments"},
            "manager": set(papers),
            "administrator": set(papers),
        }
        for role, kinds in allowed.items():
            for kind, rows in papers.items():
                with self.subTest(role=role, kind=kind):
                    wizard = self.paper(rows, kind, role)
                    if kind in kinds:
                        wizard.action_check()
                        wizard.action_import()
                        self.assertFalse(wizard.error_ids.mapped("message"))
                        self.assertEqual(wizard.imported_count, 1)
                    else:
                        with self.assertRaises(AccessError):
                            wizard.action_check()
        for role in ("reader", "staff", "steward", "technician"):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.paper(papers["register"], user=role)

    def test_supervisor_takes_in_people(self):
        """Contacts are no right of his, people of a register are."""
        wizard = self.register(
            line("101", "张三、李四", f"{id_number(1)}、{id_number(2)}", "13800000001"),
            user="supervisor",
        )
        self.assertFalse(wizard.error_ids)
        wizard = self.register(
            line("101", "张三、李四", f"{id_number(1)}、{id_number(2)}", "13800000009"),
            user="supervisor",
        )
        self.assertEqual(self.counts(wizard)["people"], (0, 1, 1))

    def test_estate_of_others(self):
        other = self._make_estate("Hill Park", "HP", user_ids=[])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.paper(
                [list(HEADER), line("101")], user="manager", estate_id=other.id
            ).action_check()

    def test_company_of_others(self):
        company = self.env["res.company"].create({"name": "Other company"})
        other = self._make_estate("Elsewhere", "EW", company_id=company.id)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.paper(
                [list(HEADER), line("101")], user="administrator", estate_id=other.id
            ).action_check()

    def test_wizards_are_their_users_own(self):
        wizard = self.paper([list(HEADER), line("101")], user="supervisor")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            wizard.with_user(self.users["manager"]).action_check()

    def test_buildings_in_order(self):
        names = ["商业街", "B座", "10栋", "2栋", "A座"]
        self.assertEqual(
            sorted(names, key=building_sequence), ["2栋", "10栋", "A座", "B座", "商业街"]
        )
        self.assertEqual(
            [building_label(key) for key in ("3", "A", "商业街")], ["3栋", "A座", "商业街"]
        )


@tagged("post_install", "-at_install")
class TestImportDownload(HttpCase):
    def test_rows_not_taken_come_as_a_workbook(self):
        estate = self.env["property.estate"].create({"name": "Lake Garden", "code": "LG"})
        user = new_test_user(
            self.env, "importer", groups="property_service.group_supervisor", password="importer1"
        )
        user.property_estate_ids = estate
        wizard = (
            self.env["property.register.import"]
            .with_user(user)
            .create(
                {
                    "kind": "register",
                    "estate_id": estate.id,
                    "file": base64.b64encode(xlsx([list(HEADER), line("101", area=0)])),
                    "filename": "清册.xlsx",
                }
            )
        )
        wizard.action_check()
        self.env.flush_all()
        self.authenticate("importer", "importer1")
        response = self.url_open(wizard.action_download_errors()["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        tables = sheet.read_workbook(response.content)
        self.assertEqual(tables[0].rows[1].values[4], "101")
