"""Finding headers by synonym, and the data lines below them."""

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools.header import find_header, find_tables, normalise
from odoo.addons.property_service.tools.layout import (
    BANK,
    FEES,
    METERS,
    PARKING,
    REGISTER,
    WECHAT,
)
from odoo.addons.property_service.tools.record import read_records, read_tables
from odoo.addons.property_service.tools.sheet import Row, Sheet


def words(text):
    return text.split()


def sheet(*lines, name="表", filled=None):
    """Return a sheet; a line of None is blank, `filled` maps line number to merged columns."""
    rows = [
        Row(number, tuple(line), frozenset((filled or {}).get(number, ())))
        for number, line in enumerate(lines, 1)
        if line is not None
    ]
    return Sheet(name, rows)


REGISTER_TITLES = words(
    "序号 楼栋 单元 楼层 房号 房屋类型 户型 建筑面积(㎡) 套内面积(㎡) 使用情况 业主姓名 证件号码 "
    "联系电话 入伙日期 车牌号 备注"
)


@tagged("post_install", "-at_install")
class TestParseHeader(BaseCase):
    def test_normalise(self):
        cases = {
            "建筑面积(㎡)": "建筑面积",
            "建筑面积（平方米）": "建筑面积",
            " 建 筑\n面 积 ": "建筑面积",
            "建筑面积/㎡": "建筑面积",
            "收入（+元）": "收入",
            "*房号": "房号",
            "ＩＤ号": "id号",
            "面积(套内)": "面积套内",
            "入伙日期(yyyy-mm-dd)": "入伙日期",
        }
        for title, expected in cases.items():
            with self.subTest(title=title):
                self.assertEqual(normalise(title), expected)

    def test_estate_register_below_title_and_note(self):
        header = find_header(
            sheet(
                ["翠湖天地业主房产清册(截至2026年10月31日)"],
                ["填表部门:客户服务中心", *[None] * 6, "面积单位:平方米"],
                REGISTER_TITLES,
                [1, "1栋", "1单元", 1, "101", "住宅", "三室两厅", 125.37],
            ),
            REGISTER,
        )
        self.assertEqual(header.row_number, 3)
        self.assertEqual(
            list(header.columns),
            words(
                "sequence building entrance floor number type layout gross_area inner_area use_state "
                "owner id_number phone handover_date plate remark"
            ),
        )
        self.assertEqual((header.unknown, header.missing), ([], []))
        self.assertEqual(header.titles["gross_area"], "建筑面积(㎡)")

    def test_other_companies_titles(self):
        cases = {
            "building": "楼号 幢 座 栋号 楼栋号",
            "entrance": "门栋 梯 单元号",
            "floor": "层 所在楼层",
            "number": "室号 房间号 门牌号 *房号",
            "type": "物业类型 业态 用途",
            "gross_area": "产权面积(平方米) 面积 房屋建筑面积 建筑面积㎡",
            "inner_area": "套内建筑面积 使用面积",
            "shared_area": "公摊面积",
            "land_area": "土地分摊面积",
            "use_state": "使用状态 房屋状态",
            "owner": "业主 产权人 户主 姓名 产权人姓名 业主名称",
            "id_number": "身份证号 身份证 证件号 业主身份证号码",
            "phone": "手机 电话 手机号 业主联系电话 联系电话(手机) 电话号码",
            "handover_date": "交房日期 入住日期 收楼日期 交付日期 交房时间",
            "charge_start": "计费起始日",
            "title_number": "产权证号 不动产权证号",
        }
        for name, titles in cases.items():
            for title in titles.split():
                fixed = {"number": "房号", "gross_area": "建筑面积", "layout": "户型"}
                fixed.pop(name, None)
                line = [title, *fixed.values()]
                with self.subTest(title=title):
                    header = find_header(sheet(line), REGISTER)
                    self.assertEqual(header.columns.get(name), 0)

    def test_any_order_and_unknown_columns(self):
        header = find_header(
            sheet(["联系电话", "宠物", "面积", "业主", "房间号", "紧急联系人电话", "楼号"]),
            REGISTER,
        )
        self.assertEqual(
            header.columns,
            {"phone": 0, "gross_area": 2, "owner": 3, "number": 4, "building": 6},
        )
        self.assertEqual(header.unknown, ["宠物", "紧急联系人电话"])

    def test_more_usual_title_wins(self):
        header = find_header(sheet(["面积", "建筑面积", "房号", "电话", "手机"]), REGISTER)
        self.assertEqual(header.columns, {"gross_area": 1, "number": 2, "phone": 4})
        self.assertEqual(header.unknown, ["面积", "电话"])

    def test_missing_columns_are_named(self):
        header = find_header(sheet(["楼栋", "业主姓名", "联系电话"]), REGISTER)
        self.assertEqual(header.missing, ["房号/房间全称", "建筑面积"])
        self.assertFalse(header.is_complete)

    def test_no_header(self):
        self.assertIsNone(find_header(sheet(["你好"], [1, 2, 3]), REGISTER))
        self.assertIsNone(find_header(Sheet("空"), REGISTER))

    def test_header_over_two_lines(self):
        lines = (
            ["楼栋", "房号", "面积", None, "业主信息", None],
            [None, None, "建筑", "套内", "姓名", "电话"],
            ["1栋", "101", 88.5, 70, "赵芳芳", "18360837783"],
        )
        header = find_header(sheet(*lines), REGISTER)
        self.assertEqual(header.row_number, 2)
        self.assertEqual(
            header.columns,
            {
                "building": 0,
                "number": 1,
                "gross_area": 2,
                "inner_area": 3,
                "owner": 4,
                "phone": 5,
            },
        )

    def test_header_over_two_lines_merged_down(self):
        header = find_header(
            sheet(
                ["楼栋", "房号", "面积", None],
                ["楼栋", "房号", "建筑面积", "套内面积"],
                filled={2: {0, 1}},
            ),
            REGISTER,
        )
        self.assertEqual((header.row_number, len(header.columns)), (2, 4))

    def test_other_papers(self):
        cases = (
            (PARKING, "车位号 类型 绑定房号 车牌号 月费(元)", "number type room plate fee"),
            (PARKING, "车位编号 车位类型 房号 车牌 月租金", "number type room plate fee"),
            (
                FEES,
                "收费项目 适用类型 计费方式 单价 单位 收费周期 税率 生效日期",
                "item type basis price unit cycle tax date_start",
            ),
            (
                FEES,
                "项目名称 房屋类型 收费标准(元) 开始日期 失效日期",
                "item type price date_start date_end",
            ),
            (
                METERS,
                "房号 表类 表号 倍率 上期读数 本期读数 抄表日期 抄表人 备注",
                "room meter_type meter_number ratio previous current date reader remark",
            ),
            (
                BANK,
                "交易日期 对方户名 对方账号 收入金额 支出金额 余额 摘要 附言",
                "date payer account amount_in amount_out balance summary memo",
            ),
            (
                BANK,
                "记账日期 借方发生额(支取) 贷方发生额(收入) 付款人 用途 备注 交易流水号",
                "date amount_out amount_in payer purpose remark reference",
            ),
            (
                BANK,
                "交易时间 交易金额 借贷标志 户名 摘要",
                "date amount direction payer summary",
            ),
            (
                WECHAT,
                "交易时间 公众账号ID 微信订单号 商户订单号 交易状态 应结订单金额 退款金额 商品名称 "
                "商户数据包 手续费 订单金额",
                "date reference order status settled refund product memo handling_fee amount",
            ),
            (
                WECHAT,
                "支付宝交易号 商户订单号 业务类型 商品名称 创建时间 完成时间 对方账户 订单金额(元) "
                "商家实收(元) 退款批次号/请求号 服务费(元) 备注",
                "reference order type product date payer amount settled refund_reference "
                "handling_fee memo",
            ),
            (
                WECHAT,
                "账务流水号 业务流水号 商户订单号 商品名称 发生时间 对方账号 收入金额(+元) "
                "支出金额(-元) 业务类型 备注",
                "reference order product date payer amount refund type memo",
            ),
            (
                WECHAT,
                "交易时间 支付宝交易号 商户订单号 商品名称 收入(+元) 支出(-元)",
                "date reference order product amount refund",
            ),
            (
                WECHAT,
                "交易时间 微信支付订单号 应结订单金额 商户数据包",
                "date reference amount memo",
            ),
        )
        for layout, titles, fields in cases:
            with self.subTest(titles=titles):
                header = find_header(sheet(titles.split()), layout)
                self.assertEqual(list(header.columns), fields.split())
                self.assertEqual(header.missing, [])

    def test_sheets_are_told_apart(self):
        register = sheet(REGISTER_TITLES, name="清册")
        parking = sheet(["车位号", "类型", "绑定房号", "车牌号", "月费(元)"], name="车位")
        notes = sheet(["说明"], ["本表由客服填写"], name="说明")
        hidden = sheet(REGISTER_TITLES, name="旧")
        hidden.visible = False
        book = [notes, hidden, register, parking]
        self.assertEqual([found.name for found, _h in find_tables(book, REGISTER)], ["清册"])
        self.assertEqual([found.name for found, _h in find_tables(book, PARKING)], ["车位"])
        self.assertEqual([found.name for found, _h in find_tables([hidden], REGISTER)], ["旧"])
        lacking = sheet(["楼栋", "房号", "业主"], name="缺列")
        ((best, header),) = find_tables([notes, parking, lacking], REGISTER)
        self.assertEqual((best.name, header.missing), ("缺列", ["建筑面积"]))
        self.assertEqual(find_tables([notes], REGISTER), [])


@tagged("post_install", "-at_install")
class TestParseRecord(BaseCase):
    def records(self, *lines, layout=REGISTER, filled=None):
        found = sheet(*lines, filled=filled)
        return read_records(found, find_header(found, layout), layout)

    def test_building_named_once_entrance_not_carried_to_another(self):
        table = self.records(
            ["楼栋", "单元", "房号", "建筑面积"],
            ["1栋", "1单元", "101", 88],
            [None, None, "102", 89],
            [None, "2单元", "101", 90],
            None,
            ["商业街", None, "S01", 91],
            [None, None, "S02", 92],
            ["2栋", "1单元", "101", 93],
            ["2栋", None, "102", 94],
        )
        self.assertEqual(
            [(r.row_number, r.values["building"], r.values["entrance"]) for r in table.records],
            [
                (2, "1栋", "1单元"),
                (3, "1栋", "1单元"),
                (4, "1栋", "2单元"),
                (6, "商业街", None),
                (7, "商业街", None),
                (8, "2栋", "1单元"),
                (9, "2栋", None),
            ],
        )
        self.assertEqual(table.records[1].inherited, {"building", "entrance"})
        self.assertEqual(table.records[2].inherited, {"building"})

    def test_total_note_and_repeated_header_are_left_out_bad_rows_are_not(self):
        titles = ["序号", "楼栋", "房号", "房屋类型", "建筑面积", "业主姓名"]
        table = self.records(
            ["翠湖天地业主房产清册"],
            titles,
            [1, "1栋", "101", "住宅", 88, "赵芳芳"],
            ["小计", None, None, None, 88],
            titles,
            [2, "1栋", None, "住宅", 88, "马欣"],
            [3, "1栋", "103", None, None, None],
            [4],
            ["合 计", None, None, None, 110387.36],
            None,
            ["注:以上面积以不动产权证为准。"],
            ["制表人：王某", None, "审核：李某"],
            [None, None, None, None, 110387.36],
        )
        self.assertEqual([record.row_number for record in table.records], [3, 6, 7])
        self.assertEqual(
            table.skipped,
            [
                (4, "total"),
                (5, "header"),
                (8, "note"),
                (9, "total"),
                (11, "note"),
                (12, "note"),
                (13, "total"),
            ],
        )

    def test_building_as_a_heading_line(self):
        table = self.records(
            ["房号", "建筑面积", "业主"],
            ["1号楼"],
            ["101", 88, "赵芳芳"],
            ["2号楼"],
            ["101", 89, "马欣"],
        )
        self.assertEqual(
            [(r.values.get("building"), r.values["number"]) for r in table.records],
            [("1号楼", "101"), ("2号楼", "101")],
        )
        self.assertEqual(table.skipped, [(2, "heading"), (4, "heading")])

    def test_merged_values_hold_for_names_not_for_areas(self):
        table = self.records(
            ["楼栋", "房号", "建筑面积", "业主"],
            ["1栋", "101", 200, "赵芳芳"],
            ["1栋", "102", 200, "马欣"],
            filled={3: {0, 2}},
        )
        second = table.records[1]
        self.assertEqual(
            second.values,
            {"building": "1栋", "number": "102", "gross_area": None, "owner": "马欣"},
        )
        self.assertEqual(second.inherited, {"building"})

    def test_wechat_summary_lines_end_the_bill(self):
        table = self.records(
            ["交易时间", "微信订单号", "订单金额"],
            ["2026-11-03 13:54:45", "4200", "362.30"],
            ["总交易单数", "应结订单总金额", "退款总金额"],
            ["200", "75074.95", "0.00"],
            layout=WECHAT,
        )
        self.assertEqual([record.values["amount"] for record in table.records], ["362.30"])
        self.assertEqual(table.skipped, [(3, "total"), (4, "total")])

    def test_alipay_frame(self):
        table = self.records(
            ["#支付宝业务明细查询"],
            ["#账号:[2088]"],
            ["#-----------------------业务明细列表----------------------"],
            ["支付宝交易号", "完成时间", "订单金额（元）", "备注"],
            ["2026", "2026-11-03 13:54:45", "362.30", "2栋1单元1301"],
            ["#-----------------------业务明细列表结束-------------------"],
            ["#交易合计：1笔，商家实收共362.30元", "商家优惠共0.00元"],
            layout=WECHAT,
        )
        self.assertEqual(table.header.row_number, 4)
        self.assertEqual([record.row_number for record in table.records], [5])

    def test_incomplete_table_has_no_records(self):
        (table,) = read_tables([sheet(["楼栋", "业主姓名"], ["1栋", "赵芳芳"])], REGISTER)
        self.assertEqual((table.records, table.header.missing[1]), ([], "建筑面积"))
