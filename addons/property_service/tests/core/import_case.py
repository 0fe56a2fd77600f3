# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the import share: papers made on the spot, and a wizard for them."""

import base64
import csv
import io

import openpyxl

from odoo.tools import SQL

from odoo.addons.property_service.tools.identity import resident_check_digit

from ..common import PropertyCase

HEADER = (
    "序号",
    "楼栋",
    "单元",
    "楼层",
    "房号",
    "房屋类型",
    "建筑面积(㎡)",
    "使用情况",
    "业主姓名",
    "证件号码",
    "联系电话",
    "入伙日期",
)
#: models in which an import may leave anything
TOUCHED = (
    "property.estate",
    "property.building",
    "property.unit",
    "property.occupancy",
    "property.identity",
    "res.partner",
    "property.fee.item",
    "property.fee.price",
    "property.incoming",
    "property.receipt",
    "account.move",
    "account.tax",
    "product.product",
    "property.approval",
    "mail.message",
)


def id_number(serial, born="19800101"):
    """Return a valid resident ID number."""
    first17 = f"110105{born}{serial:03d}"
    return first17 + resident_check_digit(first17)


def line(number, name="", id_no=None, phone=None, **cells):
    """Return a row under `HEADER`; a home of 100 m² in 1栋-1单元, lived in by its owner."""
    row = {
        "序号": None,
        "楼栋": "1栋",
        "单元": "1单元",
        "楼层": None,
        "房号": number,
        "房屋类型": "住宅",
        "建筑面积(㎡)": 100,
        "使用情况": "自住",
        "业主姓名": name,
        "证件号码": id_no,
        "联系电话": phone,
        "入伙日期": "2023-09-28",
    }
    row.update({title: value for title, value in cells.items() if title in row})
    row.update({"建筑面积(㎡)": cells["area"]} if "area" in cells else {})
    return [row[title] for title in HEADER]


def xlsx(*sheets, merges=()):
    """Return a workbook of the given sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for index, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet{index}")
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_file(rows, encoding="utf-8-sig"):
    """Return a CSV file."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


class ImportCase(PropertyCase):
    """A wizard for a paper, and what it may have changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the base class makes a building 1栋 of its own
        cls.building.unlink()
        cls.env["property.unit"].flush_model()

    def paper(self, content, kind="register", user=None, **values):
        """Return the wizard with a file; `content` may be rows under a header of their own."""
        if isinstance(content, list):
            content = xlsx(content)
        model = self.env["property.register.import"]
        if user:
            model = model.with_user(self.users[user])
        return model.create(
            {
                "kind": kind,
                "estate_id": self.estate.id,
                "file": base64.b64encode(content),
                "filename": "paper.xlsx",
                **values,
            }
        )

    def take_in(self, content, kind="register", user=None, **values):
        """Return the wizard after the import."""
        wizard = self.paper(content, kind, user, **values)
        wizard.action_import()
        return wizard

    def register(self, *rows, **values):
        """Return the wizard after the import of rows under the usual header."""
        return self.take_in([list(HEADER), *rows], **values)

    def unit(self, number, building="1栋"):
        """Return the unit of a number."""
        return self.env["property.unit"].search(
            [
                ("estate_id", "=", self.estate.id),
                ("building_id.name", "=", building),
                ("number", "=", number),
            ]
        )

    def counts(self, wizard):
        """Return {thing: (new, changed, unchanged)}."""
        return {
            count.thing: (count.new_count, count.changed_count, count.unchanged_count)
            for count in wizard.count_ids
        }

    def snapshot(self):
        """Return how many records there are and what they say."""
        self.env.flush_all()
        found = {}
        for model in TOUCHED:
            table = SQL.identifier(self.env[model]._table)
            found[model] = self.env.execute_query(
                SQL("SELECT count(*), max(id), max(write_date) FROM %s", table)
            )[0]
        return found

    def assert_refused(self, wizard, *wanted):
        """Compare the refused rows with (row, column, word of the message)."""
        found = [(error.row, error.column) for error in wizard.error_ids]
        self.assertEqual(found, [(row, column) for row, column, _word in wanted])
        for error, (_row, _column, word) in zip(wizard.error_ids, wanted, strict=True):
            self.assertIn(word, error.message)
