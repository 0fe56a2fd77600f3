# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from datetime import date

from freezegun import freeze_time
from openpyxl import Workbook, load_workbook

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_waiver import WaiverCase


@tagged("post_install", "-at_install")
class TestFapiao(WaiverCase):
    """Batches of digital fapiao (handbook B H4, H12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item.tax_code = "1234567890123456789"
        cls.other = cls._make_unit("102", 100)

    def _batch(self, **values):
        return (
            self.env["property.fapiao.batch"]
            .with_user(self.users["accountant"])
            .create(
                {
                    "estate_id": self.estate.id,
                    "date_from": date(2025, 7, 1),
                    "date_to": date(2025, 8, 31),
                    **values,
                }
            )
        )

    def _exported(self, **values):
        batch = self._batch(**values)
        batch.action_collect()
        batch.action_export()
        return batch

    def _answer(self, rows, titles=("发票流水号*", "数电票号码", "开票日期")):
        book = Workbook()
        book.active.append(titles)
        for row in rows:
            book.active.append(row)
        buffer = io.BytesIO()
        book.save(buffer)
        return base64.b64encode(buffer.getvalue())

    def _take_numbers(self, batch, rows, **kwargs):
        batch.write({"answer": self._answer(rows, **kwargs), "answer_name": "answer.xlsx"})
        batch.action_import_numbers()

    @freeze_time("2025-07-20 04:00:00")
    def test_workbook_and_numbers(self):
        self._granted()
        run = self._bill(date(2025, 7, 1))
        self._take(self.unit, 241.13)
        batch = self._exported()
        self.assertEqual(batch.line_ids.unit_id, self.unit, "only the paid bill")
        self.assertEqual(batch.amount, 236.13, "income only, without the agency fee")
        book = load_workbook(io.BytesIO(base64.b64decode(batch.workbook)))
        head, lines = ([list(row) for row in sheet.values] for sheet in book.worksheets)
        self.assertEqual(len(head), 2)
        bill = dict(zip(head[0], head[1], strict=True))
        self.assertEqual(bill["发票流水号*"], batch.line_ids.serial)
        self.assertEqual(bill["购买方名称*"], self.unit.owner_id.name)
        self.assertEqual(len(lines), 2)
        line = dict(zip(lines[0], lines[1], strict=True))
        self.assertEqual((line["金额*"], line["折扣金额"]), (337.33, 101.20))
        self.assertEqual(line["税率*"], 0.06)
        self.assertEqual(line["商品和服务税收编码*"], "1234567890123456789")
        serial = batch.line_ids.serial
        self._take_numbers(
            batch,
            [
                (serial, "25512000000012345678", "2025-07-21"),
                ("NO/SUCH", "25512000000012345679", "2025-07-21"),
            ],
        )
        move = batch.line_ids.move_id
        self.assertEqual(move.property_fapiao_number, "25512000000012345678")
        self.assertEqual(move.property_fapiao_date, date(2025, 7, 21))
        self.assertEqual(batch.state, "issued")
        self.assertIn("NO/SUCH", batch.problems)
        self.assertIn("Row 3", batch.problems)
        with self.assertRaisesRegex(UserError, "No bill"):
            self._batch().action_collect()
        self.assertEqual(run.invoice_count, 2)

    @freeze_time("2025-07-20 04:00:00")
    def test_bad_answers(self):
        self._bill(date(2025, 7, 1))
        batch = self._exported(only_paid=False)
        first, second = batch.line_ids
        self._take_numbers(
            batch,
            [
                (first.serial, "2.5512E+19", "2025-07-21"),
                (second.serial, "25512000000012345678", ""),
            ],
        )
        self.assertEqual(batch.state, "exported")
        self.assertIn("20 digits", batch.problems)
        self.assertEqual(second.move_id.property_fapiao_date, date(2025, 7, 20))
        self._take_numbers(batch, [(first.serial, "25512000000012345678", "2025-07-21")])
        self.assertIn("belongs to", batch.problems)
        with self.assertRaisesRegex(UserError, "发票流水号"):
            self._take_numbers(batch, [("1", "2", "3")], titles=("a", "b", "c"))
        batch.write({"answer": base64.b64encode(b"%PDF-1.4"), "answer_name": "a.pdf"})
        with self.assertRaisesRegex(UserError, "cannot be read"):
            batch.action_import_numbers()
        self._take_numbers(batch, [(first.serial, "25512000000012345679", "2025年7月21日")])
        self.assertEqual(batch.state, "issued")
        self.assertFalse(batch.problems)

    @freeze_time("2025-07-20 04:00:00")
    def test_red_letter_after_reduction(self):
        """A bill reduced after its fapiao was issued is listed for a red-letter one."""
        self._bill(date(2025, 7, 1))
        batch = self._exported(only_paid=False)
        self._take_numbers(
            batch,
            [
                (line.serial, f"2551200000001234567{index}", "2025-07-20")
                for index, line in enumerate(batch.line_ids)
            ],
        )
        self.assertFalse(self.env["account.move"].search([("property_red_needed", "=", True)]))
        waiver = self._granted()
        credit = waiver.charge_ids.invoice_id
        self.assertEqual(
            self.env["account.move"].search([("property_red_needed", "=", True)]), credit
        )
        red = self._exported(colour="red")
        self.assertEqual(red.line_ids.move_id, credit)
        self.assertEqual(red.amount, -101.20)
        self.assertEqual(
            red.line_ids.original,
            batch.line_ids.filtered(lambda line: line.unit_id == self.unit).fapiao_number,
        )
        self._take_numbers(red, [(credit.name, "25512000000099999999", "2025-07-20")])
        self.assertFalse(credit.property_red_needed)

    @freeze_time("2025-07-20 04:00:00")
    def test_code_missing(self):
        self.item.tax_code = False
        self._bill(date(2025, 7, 1))
        with self.assertRaisesRegex(UserError, "tax classification code"):
            self._exported(only_paid=False)

    @freeze_time("2025-07-20 04:00:00")
    def test_a_bill_is_in_one_open_batch(self):
        self._bill(date(2025, 7, 1))
        batch = self._exported(only_paid=False)
        with self.assertRaisesRegex(UserError, "No bill"):
            self._batch(only_paid=False).action_collect()
        batch.action_cancel()
        self._exported(only_paid=False)

    @freeze_time("2025-07-20 04:00:00")
    def test_number_has_twenty_digits(self):
        move = self._bill(date(2025, 7, 1)).invoice_ids[0]
        with self.assertRaisesRegex(ValidationError, "20 digits"):
            move.property_fapiao_number = "12345678"
