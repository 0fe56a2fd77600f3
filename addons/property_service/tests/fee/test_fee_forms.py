# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from datetime import date

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from ..common import PropertyCase

JANUARY, FEBRUARY, MARCH = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
NOTICE = "property_service.report_payment_notice"
BATCH = "property_service.report_payment_notice_batch"
RECEIPT = "property_service.report_receipt"


@tagged("post_install", "-at_install")
class TestFeeForms(PropertyCase):
    """Payment notices (H2-1) and receipts (H4-1) as printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.write({"payment_note": "Counter 8:30-18:00", "phone": "028-777"})
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls._make_price(cls.item, 2.85)
        cls._make_price(cls.trash, 5)
        cls.home = cls._make_unit("101", 118.36)
        cls.other = cls._make_unit("102", 100.0)

    def setUp(self):
        super().setUp()
        self._print_in("en_US")

    def _print_in(self, lang):
        """Let forms be printed in `lang`, whatever is installed."""
        self.patch(type(self.estate), "_print_lang", lambda estate: lang)

    def _html(self, report, records, data=None):
        content = self.env["ir.actions.report"]._render_qweb_html(report, records.ids, data)[0]
        return html.fromstring(content)

    def _text(self, report, records, data=None):
        return " ".join(self._html(report, records, data).text_content().split())

    def _pages(self, report, records):
        with self.allow_pdf_render():
            content, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(report, records.ids)
            )
        self.assertEqual(kind, "pdf")
        return PdfFileReader(io.BytesIO(content), strict=False).getNumPages()

    def _dialog(self, **values):
        return self.env["property.notice.print"].create(
            {"estate_ids": self.estate.ids, "month": FEBRUARY, **values}
        )

    # notices -------------------------------------------------------------------------------------

    def test_notice_of_a_home(self):
        """Month in detail, older months as arrears, money set off, total in capitals."""
        self._bill(JANUARY)
        self._take(self.home, 100.0, date=date(2024, 1, 20))
        self._bill(FEBRUARY)
        [notice] = self.env["property.payment.notice"]._notices(self.home)
        self.assertEqual(notice["month"], "2024-02")
        self.assertEqual(
            [
                (line["item"], line["amount"], line["arrears"], line["due"])
                for line in notice["lines"]
            ],
            [(self.item, 337.33, 237.33, 574.66), (self.trash, 5.0, 5.0, 10.0)],
        )
        self.assertEqual(notice["due"], 584.66)
        self.assertEqual(notice["arrears_span"], "2024-01")
        self.assertEqual(notice["date_due"], date(2024, 2, 29))
        self.assertEqual(notice["due"], self.home.arrears)
        text = self._text(NOTICE, self.home)
        for part in (
            "Payment Notice",
            "Lake Garden",
            self.home.full_name,
            "Owner 101",
            "118.36㎡",
            "2.85",
            "337.33",
            "242.33",
            "584.66",
            "伍佰捌拾肆元陆角陆分",
            "2024-02-29",
            "Counter 8:30-18:00",
            "028-777",
        ):
            self.assertIn(part, text)

    def test_notice_shows_what_is_paid_in_advance(self):
        self._bill(JANUARY)
        self._take(self.home, 342.33 + 400, date=date(2024, 1, 20))
        self._bill(FEBRUARY)
        self.assertEqual(self.env["property.payment.notice"]._notices(self.home), [])
        [notice] = self.env["property.payment.notice"]._notices(
            self.home, month=FEBRUARY, settled=True
        )
        self.assertEqual((notice["amount"], notice["paid"], notice["due"]), (342.33, 342.33, 0))
        self.assertEqual(notice["advance"], 57.67)
        self.assertEqual(notice["words"], "零元整")
        with self.assertRaises(UserError):
            self._html(NOTICE, self.home)

    def test_notice_per_payer(self):
        """A tenant who pays some items gets a notice of his own, as he gets a bill of his own."""
        tenant = self.env["res.partner"].create({"name": "Tenant Li"})
        self._make_occupancy(
            self.home,
            tenant,
            role="tenant",
            pays_items_only=True,
            payer_item_ids=self.trash.ids,
            date_start=date(2023, 1, 1),
            date_end=date(2030, 1, 1),
        )
        self._bill(JANUARY)
        notices = self.env["property.payment.notice"]._notices(self.home)
        self.assertEqual(
            {(notice["payer"].name, notice["due"]) for notice in notices},
            {("Owner 101", 337.33), ("Tenant Li", 5.0)},
        )

    def test_parking_is_on_the_notice_of_its_home(self):
        rent = self._make_item("PARK", "Parking rent", tax=5, basis="fixed", priority=30)
        self._make_price(rent, 300, unit_type=self.type_parking)
        space = self._make_unit(
            "B1-001",
            0,
            owner=False,
            type_id=self.type_parking.id,
            main_unit_id=self.home.id,
            entrance="车库",
        )
        self._bill(JANUARY)
        notices = self.env["property.payment.notice"]._notices(space)
        self.assertEqual([notice["unit"] for notice in notices], [self.home])
        self.assertEqual(notices[0]["due"], 642.33)
        self.assertEqual(notices[0]["lines"][-1]["side"], space)
        self.assertIn(space.full_name, self._text(NOTICE, space))

    def test_notices_of_a_run(self):
        """All homes or some buildings, one or two on a page; from the button of the run."""
        tower = self.env["property.building"].create({"name": "2栋", "estate_id": self.estate.id})
        third = self._make_unit("301", 80.0, building=tower)
        self._bill(JANUARY)
        run = self._bill(FEBRUARY)
        self._take(self.other, 580.0, date=date(2024, 2, 10))
        action = run.action_print_notices()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.users["staff"])
            .with_context(**action["context"])
        )
        self.assertEqual(dialog.month, FEBRUARY)
        self.assertEqual(dialog.home_count, 2)
        dialog.building_ids.add(tower)
        self.assertEqual(dialog.home_count, 1)
        dialog.building_ids.clear()
        dialog = dialog.save()
        self.assertEqual(
            [notice["unit"] for notice in dialog._notices()],
            [self.home, third],
        )
        printing = dialog.action_print()
        self.assertEqual(printing["report_name"], BATCH)
        text = self._text(BATCH, dialog)
        self.assertIn("684.66", text)
        self.assertNotIn(self.other.full_name, text)
        dialog.settled = True
        dialog.invalidate_recordset(["home_count"])
        self.assertEqual(dialog.home_count, 3)
        self.assertEqual(len(dialog._notices()), 3)
        self.assertEqual(len(self._html(BATCH, dialog).find_class("page")), 2)
        dialog.layout = "page"
        self.assertEqual(len(self._html(BATCH, dialog).find_class("page")), 3)
        run.action_reverse()
        run.approval_ids.with_user(self.users["manager"]).action_approve()
        run.approval_ids.with_user(self.users["administrator"]).action_approve()
        with self.assertRaises(UserError):
            run.action_print_notices()

    def test_notice_needs_something_open(self):
        with self.assertRaises(UserError):
            self._dialog().action_print()
        draft = self._make_run(JANUARY)
        with self.assertRaises(UserError):
            draft.action_print_notices()

    def test_notices_as_pdf(self):
        for number in range(5):
            self._make_unit(f"20{number}", 90.0)
        self._bill(FEBRUARY)
        dialog = self._dialog()
        self.assertEqual(self._pages(BATCH, dialog), 4)
        dialog.layout = "page"
        self.assertEqual(self._pages(BATCH, dialog), 7)
        self.assertEqual(self._pages(NOTICE, self.home), 1)

    def test_queries_do_not_grow(self):
        """As many statements for 22 homes as for 2."""

        def count(dialog):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            dialog._notices()
            return self.cr.sql_log_count - before

        self._bill(JANUARY)
        self._bill(FEBRUARY)
        dialog = self._dialog()
        count(dialog)
        few = count(dialog)
        for number in range(20):
            self._make_unit(f"4{number:02d}", 90.0)
        self._bill(MARCH)
        dialog.month = MARCH
        self.assertEqual(len(dialog._notices()), 22)
        self.assertLessEqual(count(dialog), few)
        self.assertLess(few, 25)

    def test_forms_are_in_chinese(self):
        """Wherever Chinese is installed, also for a user who works in English."""
        if not self.env["res.lang"]._get_code("zh_CN"):
            self.skipTest("Chinese is not installed")
        self._print_in("zh_CN")
        self._bill(JANUARY)
        receipt = self._take(self.home, 400.0, date=date(2024, 2, 3))
        env = self.env(context={"lang": "en_US"})
        self.item.with_context(lang="zh_CN").name = "物业服务费"
        for report, record, parts in (
            (NOTICE, self.other, ("缴费通知单", "物业服务费", "应缴金额")),
            (RECEIPT, receipt, ("收据", "预收款", "物业服务费", "大写")),
        ):
            text = self._text(report, record.with_env(env))
            for part in parts:
                self.assertIn(part, text)

    # receipts ------------------------------------------------------------------------------------

    def test_receipt(self):
        """Three copies; consecutive months of an item are one line; total in capitals."""
        self._bill(JANUARY)
        self._bill(FEBRUARY)
        receipt = self._take(
            self.home, 700.0, method="wechat", date=date(2024, 2, 3), payer_name="Mr Wang"
        )
        page = self._html(RECEIPT, receipt)
        copies = page.find_class("o_property_receipt")
        self.assertEqual(len(copies), 3)
        text = " ".join(copies[1].text_content().split())
        for part in (
            receipt.number,
            "Copy 2: customer",
            "Mr Wang",
            self.home.full_name,
            "Property service fee 2024-01~2024-02 674.66",
            "Waste 2024-01~2024-02 10.00",
            "Paid in advance 15.34",
            "柒佰元整",
            "700.00",
            "WeChat Pay",
            self.env.user.name,
        ):
            self.assertIn(part, text)
        self.assertNotIn("Reprint", text)
        self.assertNotIn("VOID", text)

    def test_receipt_of_months_with_a_gap(self):
        self._bill(JANUARY)
        self._bill(FEBRUARY)
        self._bill(MARCH)
        charges = self.env["property.charge"].search(
            [
                ("unit_id", "=", self.home.id),
                ("item_id", "=", self.trash.id),
                ("month", "!=", FEBRUARY),
            ]
        )
        receipt = self._take(
            self.home, 10.0, charges=[(charge, 5.0) for charge in charges], date=date(2024, 3, 3)
        )
        self.assertEqual(
            receipt._print_lines(),
            [{"name": "Waste", "period": "2024-01~2024-03 (2 months)", "amount": 10.0}],
        )

    def test_printing_is_counted(self):
        """Each PDF counts, a look at the page does not; later ones are marked as reprints."""
        self._bill(JANUARY)
        receipt = self._take(self.home, 100.0, date=date(2024, 2, 3))
        reports = self.env["ir.actions.report"].with_user(self.users["reader"])
        reports._render_qweb_html(RECEIPT, receipt.ids)
        self.assertEqual(receipt.print_count, 0)
        first = reports._render_qweb_pdf(RECEIPT, receipt.ids)[0].decode()
        self.assertNotIn("Reprint", first)
        self.assertEqual(receipt.print_count, 1)
        second = reports._render_qweb_pdf(RECEIPT, receipt.ids)[0].decode()
        self.assertIn("Reprint, printing no. 2", second)
        self.assertEqual(receipt.print_count, 2)

    def test_voided_receipt(self):
        self._bill(JANUARY)
        receipt = self._take(self.home, 100.0)
        receipt._void("wrong home").with_user(self.users["supervisor"]).action_approve()
        text = self._text(RECEIPT, receipt)
        self.assertEqual(text.count("VOID"), 3)
        self.assertIn("wrong home", text)

    def test_draft_is_not_printed(self):
        receipt = self.env["property.receipt"].create(
            {
                "unit_id": self.home.id,
                "partner_id": self.home.owner_id.id,
                "journal_id": self._journal().id,
                "amount": 5.0,
            }
        )
        with self.assertRaises(UserError):
            self._html(RECEIPT, receipt)

    def test_receipts_as_pdf(self):
        self._bill(JANUARY)
        receipts = self._take(self.home, 100.0, date=date(2024, 2, 3)) | self._take(
            self.other, 100.0, date=date(2024, 2, 3)
        )
        self.assertEqual(self._pages(RECEIPT, receipts), 2)
        self.assertEqual(receipts.mapped("print_count"), [1, 1])


@tagged("post_install", "-at_install")
class TestPrintRoute(PropertyCase, HttpCase):
    """Printing over HTTP, where Odoo opens the database for reading only."""

    def test_printing_is_counted(self):
        item = self._make_item(tax=0, basis="fixed")
        self._make_price(item, 100)
        home = self._make_unit("101")
        self._bill(JANUARY)
        receipt = self._take(home, 100.0, date=date(2024, 2, 3))
        self.authenticate("test_cashier", "test_cashier")
        url = f"/report/pdf/{RECEIPT}/{receipt.id}"
        for count in (1, 2):
            response = self.url_open(url)
            self.assertEqual(response.status_code, 200)
            self.assertIn(receipt.number, response.text)
            receipt.invalidate_recordset(["print_count"])
            self.assertEqual(receipt.print_count, count)
