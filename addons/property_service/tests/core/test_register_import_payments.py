# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from .import_case import ImportCase, csv_file

BANK = ["交易日期", "对方户名", "对方账号", "收入金额", "支出金额", "余额", "摘要", "附言"]
WECHAT = [
    "交易时间",
    "微信订单号",
    "用户标识",
    "交易状态",
    "货币种类",
    "退款金额",
    "商品名称",
    "商户数据包",
    "订单金额",
]


def bank(memo, amount=100.0, day="2026-11-09", payer="某人", out=None, balance=1000.0):
    """Return a row of a bank statement."""
    return [day, payer, "6217005178568080623", amount, out, balance, "转账", memo]


def wechat(memo, amount="100.00", status="SUCCESS", number=1, currency="CNY", refund="0.00"):
    """Return a row of WeChat's bill, as it writes it."""
    cells = [
        "2026-11-03 13:54:45",
        f"42000001000000000000{number:05d}",
        "oxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        status,
        currency,
        refund,
        "物业费",
        memo,
        amount,
    ]
    return [f"`{cell}" for cell in cells]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestPaymentImport(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building = cls.env["property.building"].create(
            {"name": "1栋", "estate_id": cls.estate.id}
        )
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls._make_price(cls.item, 1)
        cls._make_price(cls.trash, 5)
        cls.home = cls._make_unit("101")
        cls.twin = cls._make_unit("102")
        cls.other = cls._make_unit("102", entrance="2单元")
        cls.run_november = cls._bill(date(2026, 11, 1))

    def statement(self, *rows, **values):
        title = ["账户名称:某某物业服务有限公司"]
        return self.take_in([title, BANK, *rows], "payments", **values)

    def bill(self, *rows, **values):
        sums = [["总交易单数", "订单总金额"], ["`2", "`200.00"]]
        return self.take_in(csv_file([WECHAT, *rows, *sums]), "payments", **values)

    def incoming(self, **values):
        return self.env["property.incoming"].search(
            [("estate_id", "=", self.estate.id)], order="id"
        )

    def test_bank_twice(self):
        rows = (
            bank("1栋1单元101物业费", 105),
            bank("1#楼1单元102室", 60, balance=1060),
            bank("1-2-102 物业", 200, balance=1260),
            bank(None, 50, balance=1310),
            bank(None, None, out=9, balance=1301),
        )
        before = self.snapshot()
        check = self.paper([["x"], BANK, *rows], "payments")
        check.action_check()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.counts(check)["matched"], (3, 0, 0))
        wizard = self.statement(*rows, user="cashier")
        self.assertEqual(wizard.imported_count, 4)
        sums = {count.thing: count.amount for count in wizard.count_ids}
        self.assertEqual(sums, {"matched": 365.0, "waiting": 50.0, "known": 0.0})
        lines = self.incoming()
        self.assertEqual(lines.mapped("state"), ["booked"] * 3 + ["waiting"])
        self.assertEqual(lines.unit_id, self.home + self.twin + self.other)
        self.assertEqual(set(lines.mapped("journal_id.property_method")), {"transfer"})
        receipts = lines.receipt_id
        self.assertEqual(receipts.mapped("amount_charges"), [105, 60, 105])
        self.assertEqual(receipts.mapped("amount_prepaid"), [0, 0, 95])
        # highest priority first
        left = {c.item_id.code: c.amount_residual for c in self.twin.charge_ids}
        self.assertEqual(left, {"MGT": 40, "TRASH": 5})
        self.assertIn("1 rows without", wizard.warning_ids.message)
        before = self.snapshot()
        again = self.statement(*rows, user="cashier")
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.counts(again)["known"], (0, 0, 4))

    def test_equal_payments_of_a_day_stay_two(self):
        row = bank("1栋1单元101", 10, balance=None)
        self.statement(row, row)
        self.assertEqual(len(self.incoming()), 2)
        self.statement(row, row)
        self.assertEqual(len(self.incoming()), 2)

    def test_wechat(self):
        wizard = self.bill(
            wechat("1栋-1单元-101"),
            wechat("1栋-1单元-102", number=2, status="REFUND"),
            wechat("1栋-1单元-102", number=3, status="NOTPAY"),
            wechat("1栋-1单元-102", number=4, currency="USD"),
            wechat("1栋-1单元-102", number=5, refund="20.00"),
            wechat("1栋-1单元-101"),
        )
        self.assertEqual(wizard.imported_count, 2)
        self.assert_refused(wizard, (5, "货币种类", "yuan"))
        self.assertEqual(sorted(wizard.warning_ids.filtered("column").mapped("row")), [3, 4, 6, 7])
        lines = self.incoming()
        self.assertEqual(set(lines.mapped("journal_id.property_method")), {"wechat"})
        self.assertEqual(lines.mapped("external_ref")[0], "4200000100000000000000001")
        self.assertFalse(any(lines.mapped("payer_name")))

    def test_alipay(self):
        content = csv_file(
            [
                ["#支付宝账务明细查询"],
                ["账务流水号", "发生时间", "对方账号", "收入(+元)", "支出(-元)", "备注"],
                ["1\t", "2026-11-05 10:00:00\t", "a@b.cn\t", "30.00\t", "\t", "1栋1单元101\t"],
                ["2\t", "2026-11-05 10:00:00\t", "a@b.cn\t", "\t", "-9.00\t", "提现\t"],
            ],
            "gbk",
        )
        wizard = self.take_in(content, "payments")
        self.assertEqual(wizard.imported_count, 1, wizard.line_ids.mapped("message"))
        self.assertEqual(self.incoming().journal_id.property_method, "alipay")
        self.assertEqual(self.incoming().state, "booked")

    def test_statement_of_one_amount_column(self):
        header = ["记账日期", "交易金额", "借贷标志", "流水号", "用途"]
        wizard = self.take_in(
            [
                header,
                ["20261105", "30.00", "贷", "A1", "1栋1单元101"],
                ["20261105", "40.00", "借", "A2", "工资"],
                ["20261105", "50.00", "?", "A3", "1栋1单元101"],
            ],
            "payments",
        )
        self.assert_refused(wizard, (4, "借贷标志", "收"))
        self.assertEqual(self.incoming().mapped("external_ref"), ["A1"])

    def test_what_is_not_certain_waits(self):
        estate = self._make_estate("Hill Park", "HP")
        self.statement(
            bank("1栋102物业费", 1),
            bank("1栋1单元101和1栋1单元102", 2),
            bank("1栋1单元999", 3),
            bank("Hill Park 1栋1单元101", 4),
            bank("物业费", 5),
            bank("102室", 6),
        )
        lines = self.incoming()
        self.assertEqual(set(lines.mapped("state")), {"waiting"})
        self.assertFalse(lines.unit_id)
        self.assertIn("several", lines[0].problem)
        self.assertIn("several", lines[1].problem)
        self.assertIn("999", lines[2].problem)
        self.assertIn("another estate", lines[3].problem)
        self.assertFalse(lines[4].problem)
        self.assertTrue(estate)
        lines[4].unit_id = self.home
        lines[4].action_book()
        self.assertEqual(lines[4].state, "booked")

    def test_closed_day_and_day_to_come(self):
        closing = self.env["property.day.closing"].create(
            {"estate_id": self.estate.id, "date": date(2026, 11, 9)}
        )
        closing.action_close()
        wizard = self.statement(
            bank("1栋1单元101", 10),
            bank("1栋1单元101", 11, day="2026-12-24"),
            bank("1栋1单元101", 12, day="2026-11-10"),
        )
        lines = self.incoming()
        self.assertEqual(lines.mapped("state"), ["waiting", "waiting", "booked"])
        self.assertIn("closed", lines[0].problem)
        self.assertIn("to come", lines[1].problem)
        self.assertEqual(self.counts(wizard)["matched"], (1, 0, 0))
        self.assertEqual(self.counts(wizard)["waiting"], (2, 0, 0))
        self.assertEqual(wizard.warning_ids.mapped("row"), [3, 4])

    def test_taken_at_the_counter_already(self):
        self._take(self.home, 10, "wechat", external_ref="4200000100000000000000001")
        self.bill(wechat("1栋-1单元-101", "10.00"))
        self.assertEqual(self.incoming().state, "waiting")
        self.assertIn("SJ-", self.incoming().problem)

    def test_refusals(self):
        wizard = self.statement(
            bank("1栋1单元101", "一百"),
            bank("1栋1单元101", day="昨天"),
            bank("1栋1单元101", None),
        )
        self.assert_refused(
            wizard,
            (3, "收入金额", "no number"),
            (4, "交易日期", "no date"),
            (5, "收入金额", "nothing"),
        )

    def test_journal_of_choice(self):
        cash = self._journal("pos")
        self.statement(bank("1栋1单元101"), journal_id=cash.id)
        self.assertEqual(self.incoming().journal_id, cash)

    def test_home_without_payer(self):
        self._make_unit("103", owner=False)
        self.statement(bank("1栋1单元103", 10), bank("1栋1单元101", 10))
        lines = self.incoming()
        self.assertEqual(lines.mapped("state"), ["waiting", "booked"])
        self.assertIn("nobody who pays", lines[0].problem)
