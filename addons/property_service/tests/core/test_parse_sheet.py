"""Reading spreadsheets of every kind, and refusing what is none."""

import datetime as dt
import io
import time
import zipfile

import openpyxl
import xlsxwriter
import xlwt

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools.sheet import (
    LAST_EXCEL_ROW,
    Row,
    SheetError,
    Uncomputed,
    read_workbook,
)


def xlsx(*sheets, merges=()):
    """Return a workbook with the given sheets, each a list of lines."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for index, lines in enumerate(sheets, 1):
        worksheet = workbook.create_sheet(f"表{index}")
        for line in lines:
            worksheet.append(line)
        for merge in merges:
            worksheet.merge_cells(merge)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def xls(lines, merges=()):
    workbook = xlwt.Workbook()
    worksheet = workbook.add_sheet("清册")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            style = day if isinstance(value, dt.date) else xlwt.Style.default_style
            if value is not None:
                worksheet.write(row, column, value, style)
    for top, bottom, left, right in merges:
        worksheet.merge(top, bottom, left, right)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestParseSheet(BaseCase):
    def assertRefused(self, code, content, **options):
        with self.assertRaises(SheetError) as caught:
            read_workbook(content, "file", **options)
        self.assertEqual(caught.exception.code, code)
        return caught.exception.params

    def test_xlsx_keeps_row_numbers_and_types(self):
        content = xlsx(
            [
                ["标题"],
                ["房号", "面积", "日期"],
                [],
                [101, 88.5, dt.datetime(2023, 9, 28)],
                ["", " "],
            ],
            [],
        )
        (sheet,) = read_workbook(content, "a.xlsx")
        self.assertEqual(sheet.name, "表1")
        self.assertEqual(
            sheet.rows,
            [
                Row(1, ("标题",)),
                Row(2, ("房号", "面积", "日期")),
                Row(4, (101, 88.5, dt.datetime(2023, 9, 28))),
            ],
        )

    def test_xlsx_wrong_declared_size(self):
        content = xlsx([["a", "b"], ["c", "d"], ["e", "f"]])
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
            for entry in old.infolist():
                part = old.read(entry)
                if entry.filename.endswith("sheet1.xml"):
                    part = part.replace(b'ref="A1:B3"', b'ref="A1"')
                new.writestr(entry, part)
        (sheet,) = read_workbook(stream.getvalue())
        self.assertEqual([row.values for row in sheet.rows], [("a", "b"), ("c", "d"), ("e", "f")])

    def test_formula_with_and_without_value(self):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as workbook:
            worksheet = workbook.add_worksheet()
            worksheet.write_row(0, 0, ["a", "b"])
            worksheet.write_formula(1, 0, "=1+1", None, 2)
        (sheet,) = read_workbook(stream.getvalue())
        self.assertEqual(sheet.rows[1].values, (2,))
        (sheet,) = read_workbook(xlsx([["a", "b"], ["=B2*2", 5], [None, "=A1"]]))
        self.assertEqual(sheet.rows[1].values, ("=B2*2", 5))
        self.assertIsInstance(sheet.rows[1].values[0], Uncomputed)
        # a line of nothing but lost values is not a blank line
        self.assertEqual(sheet.rows[2], Row(3, (None, "=A1")))

    def test_merged_down_fills_merged_across_does_not(self):
        lines = [["标题"], ["1栋", "101", 88], [None, "102", 89], [None, "103", 90], ["2栋", "101"]]
        content = xlsx(lines, merges=["A1:C1", "A2:A4", "C3:C4"])
        (sheet,) = read_workbook(content)
        self.assertEqual(
            sheet.rows,
            [
                Row(1, ("标题",)),
                Row(2, ("1栋", "101", 88)),
                Row(3, ("1栋", "102", 89), frozenset({0})),
                Row(4, ("1栋", "103", 89), frozenset({0, 2})),
                Row(5, ("2栋", "101")),
            ],
        )

    def test_xls(self):
        lines = [["1栋", 101, 88.25, dt.date(2023, 9, 28)], [None, "102", True]]
        (sheet,) = read_workbook(xls(lines, merges=[(0, 1, 0, 0)]), "老表.xls")
        self.assertEqual(sheet.name, "清册")
        self.assertEqual(
            sheet.rows,
            [
                Row(1, ("1栋", 101, 88.25, dt.datetime(2023, 9, 28))),
                Row(2, ("1栋", "102", True), frozenset({0})),
            ],
        )

    def test_csv_encodings(self):
        text = "楼栋,房号,业主姓名\r\n1栋,101,赵芳芳\r\n\r\n2栋,0102,李𠮷\r\n"
        rows = [
            Row(1, ("楼栋", "房号", "业主姓名")),
            Row(2, ("1栋", "101", "赵芳芳")),
            Row(4, ("2栋", "0102", "李𠮷")),
        ]
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
            with self.subTest(encoding=encoding):
                (sheet,) = read_workbook(text.encode(encoding), "清册.csv")
                self.assertEqual((sheet.name, sheet.rows), ("清册", rows))

    def test_csv_in_gbk_with_a_memo_cut_through_a_character(self):
        content = "日期,附言\n2026-11-09,2栋1单元1301物业费\n".encode("gbk") + b"2026-11-10,\xce\n"
        (sheet,) = read_workbook(content)
        self.assertEqual(sheet.rows[1].values, ("2026-11-09", "2栋1单元1301物业费"))
        self.assertEqual(sheet.rows[2].values[0], "2026-11-10")

    def test_csv_delimiters(self):
        for delimiter in ",\t;":
            with self.subTest(delimiter=delimiter):
                lines = [["房号", "备注"], ["1-101", "a"], ["1-102", "b"]]
                text = "登记表\n" + "\n".join(delimiter.join(line) for line in lines)
                (sheet,) = read_workbook(text.encode())
                self.assertEqual(sheet.rows[2].values, ("1-101", "a"))
        # Alipay ends every value of a comma-separated file with a tab
        (sheet,) = read_workbook("账务流水号,金额\n2088\t,1.00\t\n2089\t,2.00\t\n".encode("gbk"))
        self.assertEqual(sheet.rows[1].values, ("2088", "1.00"))

    def test_csv_backtick_quotes_and_excel_text(self):
        text = (
            'a,b,c\n`2026-11-03 13:54:45,"x,\ny",="0012"\n`,`362.30,`\n1,"5\n2,3\n' + "4,5\n" * 40
        )
        (sheet,) = read_workbook(text.encode())
        self.assertEqual(sheet.rows[0].values, ("a", "b", "c"))
        # a quotation mark that is never closed must not swallow the lines behind it
        self.assertEqual(sheet.rows[-1].values, ("4", "5"))
        self.assertIn(("1", '"5'), [row.values for row in sheet.rows])
        (sheet,) = read_workbook(text.partition("1,")[0].encode())
        self.assertEqual(
            sheet.rows[1:],
            [Row(2, ("2026-11-03 13:54:45", "x,\ny", "0012")), Row(3, (None, "362.30"))],
        )

    def test_not_a_spreadsheet(self):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
        cases = {
            "pdf": b"%PDF-1.7\n...",
            "image": b"\xff\xd8\xff\xe0\x00\x10JFIF",
            "html": b"\xef\xbb\xbf  <html><table><tr><td>1</td></tr></table>",
            "word": zipped(**{"word/document.xml": "<w/>", "[Content_Types].xml": "<t/>"}),
            "archive": zipped(**{"readme.txt": "hello"}),
            "xlsb": zipped(**{"xl/workbook.bin": "x"}),
            "opendocument": zipped(
                mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": "<o/>"}
            ),
            "binary": b"\x01\x02\x00\x03",
        }
        for kind, content in cases.items():
            with self.subTest(kind=kind):
                self.assertEqual(self.assertRefused("not_spreadsheet", content)["kind"], kind)
        params = self.assertRefused("not_spreadsheet", ole + "WordDocument".encode("utf-16-le"))
        self.assertEqual(params["kind"], "word")

    def test_password(self):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
        self.assertRefused("password", ole + "EncryptedPackage".encode("utf-16-le"))
        # the record that announces encryption, in the place of one that may be there or not
        plain = xls([["a"]])
        self.assertIn(b"\xe1\x00\x02\x00", plain)
        self.assertRefused("password", plain.replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1))

    def test_damaged(self):
        whole = xlsx([["a"] * 20] * 200)
        self.assertRefused("corrupt", whole[: len(whole) // 2])
        self.assertRefused("corrupt", zipped(**{"xl/workbook.xml": "<nonsense"}))
        self.assertRefused("corrupt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
        bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>'
        self.assertRefused("corrupt", zipped(**{"xl/workbook.xml": bomb}))

    def test_empty(self):
        self.assertRefused("empty", b"")
        self.assertRefused("no_rows", xlsx([], [[None, " "]]))
        self.assertRefused("no_rows", b"\n , ,\n")

    def test_too_large(self):
        content = xlsx([["a"]])
        params = self.assertRefused("too_large", content, max_bytes=100)
        self.assertEqual(params, {"size": len(content), "limit": 100})
        bomb = zipped(**{"xl/workbook.xml": b"0" * 5_000_000})
        self.assertLess(len(bomb), 10_000)
        self.assertRefused("too_large", bomb, max_unpacked_bytes=1_000_000)

    def test_too_many_rows(self):
        lines = [["a"]] * 30
        for content in (xlsx(lines), xls(lines), b"a\n" * 30):
            self.assertEqual(self.assertRefused("too_many_rows", content, max_rows=29)["limit"], 29)
            self.assertEqual(len(read_workbook(content, max_rows=30)[0].rows), 30)

    def test_row_number_beyond_excel(self):
        content = xlsx([["a"], ["b"]])
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
            for entry in old.infolist():
                part = old.read(entry)
                if entry.filename.endswith("sheet1.xml"):
                    part = part.replace(b'r="2"', b'r="%d"' % (LAST_EXCEL_ROW * 1000))
                    part = part.replace(b'r="A2"', b'r="A%d"' % (LAST_EXCEL_ROW * 1000))
                new.writestr(entry, part)
        self.assertRefused("too_many_rows", stream.getvalue())

    def test_neither_encoding(self):
        self.assertRefused("encoding", b"\xff" * 500 + b"\n" + b"\x80\x20" * 500)

    def test_ten_thousand_rows_are_quick(self):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as workbook:
            worksheet = workbook.add_worksheet()
            for row in range(10_000):
                worksheet.write_row(row, 0, [row, "1栋", 88.5, "住宅"] * 4)
        start = time.process_time()
        (sheet,) = read_workbook(stream.getvalue())
        self.assertEqual(len(sheet.rows), 10_000)
        # three seconds on the machine it was written on; room for slower ones
        self.assertLess(time.process_time() - start, 9)
