"""Reading single cells, with what estates really write into them."""

import datetime as dt
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools import value as v
from odoo.addons.property_service.tools.sheet import Uncomputed
from odoo.addons.property_service.tools.text import (
    chinese_to_int,
    clean,
    with_arabic_digits,
    without_leading_zeros,
)


class Cases(BaseCase):
    def assertProblem(self, code, read, *args, **kwargs):
        self.assertIn(code, v.PROBLEMS)
        with self.subTest(args=args), self.assertRaises(v.ValueProblem) as caught:
            read(*args, **kwargs)
        self.assertEqual(caught.exception.code, code, args)


@tagged("post_install", "-at_install")
class TestParseText(Cases):
    def test_to_text(self):
        cases = {
            101: "101",
            0.1 + 0.2: "0.3",
            "１０１": "101",
            " 赵\u200b芳芳\ufeff ": "赵芳芳",
            "a\n b\t\u3000c": "a b c",
            "王五😀": "王五😀",
            "👨\u200d👩\u200d👧": "👨\u200d👩\u200d👧",
            "李\u200d四\x00\ud800": "李四",
            "恒达（成都）公司": "恒达(成都)公司",
            dt.datetime(2023, 9, 28): "2023-09-28",
            True: "TRUE",
        }
        for raw, expected in cases.items():
            with self.subTest(raw=raw):
                self.assertEqual(v.to_text(raw), expected)
        self.assertEqual(v.to_text(101.0), "101")
        self.assertEqual(v.to_text(None), "")
        self.assertProblem("error_value", v.to_text, "#REF!")
        self.assertProblem("formula", v.to_text, Uncomputed("=A1"))

    def test_chinese_numerals(self):
        cases = {
            "一": 1,
            "十": 10,
            "十二": 12,
            "二十": 20,
            "二十一": 21,
            "一百零二": 102,
            "一千三百零一": 1301,
            "一三〇一": 1301,
            "两": 2,
            "贰拾": 20,
        }
        for numeral, number in cases.items():
            with self.subTest(numeral=numeral):
                self.assertEqual(chinese_to_int(numeral), number)
        for wrong in ("", "三室", "一二十", "十百"):
            self.assertIsNone(chinese_to_int(wrong))
        self.assertEqual(with_arabic_digits("二号楼一单元"), "2号楼1单元")
        self.assertEqual(without_leading_zeros("A01-100-000"), "A1-100-0")
        self.assertEqual(clean("Ｂ１－００１"), "B1-001")


@tagged("post_install", "-at_install")
class TestParseDecimal(Cases):
    def test_read(self):
        cases = {
            125.37: "125.37",
            162: "162",
            0.1 + 0.2: "0.3",
            "111.86㎡": "111.86",
            "162㎡": "162",
            "１１１．８６": "111.86",
            "１６２": "162",
            "111.86平方米": "111.86",
            "111.86 m²": "111.86",
            "1,234.50": "1234.50",
            "１，２３４．５０": "1234.50",
            "￥2.85": "2.85",
            "¥1,096.57元": "1096.57",
            "2.85元/㎡·月": "2.85",
            "-88.5": "-88.5",
            "(88.50)": "-88.50",
            "-¥88.50": "-88.50",
            ".5": "0.5",
            "0": "0",
            Decimal("1.10"): "1.10",
        }
        for raw, expected in cases.items():
            with self.subTest(raw=raw):
                self.assertEqual(v.to_decimal(raw), Decimal(expected))

    def test_problems(self):
        for raw in (None, "", "  ", "--", "-", "—", "/", "无", float("nan")):
            self.assertProblem("missing", v.to_decimal, raw)
        for raw in (
            "待测绘",
            "约111",
            "111.86+10",
            "1.234,50",
            "1,23",
            "12,34,567",
            "一百",
            "1.5E+3",
            "1 2.3.4",
            "--5",
            "-+5",
            "㎡",
            "NaN",
            "Infinity",
            "9" * 40,
            float("inf"),
            True,
            dt.datetime(2023, 1, 1),
            dt.time(1),
        ):
            self.assertProblem("not_a_number", v.to_decimal, raw)
        self.assertProblem("formula", v.to_decimal, "=B2*C2")
        self.assertProblem("formula", v.to_decimal, Uncomputed("=B2*C2"))
        self.assertProblem("error_value", v.to_decimal, "#DIV/0!")
        self.assertEqual(v.to_decimal(0), 0)
        self.assertProblem("negative", v.to_decimal, -1, negative=False)

    def test_area(self):
        self.assertEqual(v.to_area("１４７．５２"), Decimal("147.52"))
        self.assertProblem("zero", v.to_area, 0)
        self.assertProblem("zero", v.to_area, "0.00㎡")
        self.assertProblem("negative", v.to_area, -88.5)
        self.assertProblem("missing", v.to_area, None)
        self.assertProblem("not_a_number", v.to_area, "待测绘")


@tagged("post_install", "-at_install")
class TestParseDate(Cases):
    def test_read(self):
        expected = dt.date(2023, 9, 8)
        for raw in (
            dt.datetime(2023, 9, 8, 13, 5),
            expected,
            45177,
            45177.5,
            "45177",
            20230908,
            "20230908",
            "2023-09-08",
            "2023-9-8",
            "2023/9/8",
            "2023.9.8",
            "2023.09.08",
            "２０２３．９．８",
            "2023年9月8日",
            "2023年09月08号",
            "2023 年 9 月 8 日",
            "2023 09 08",
            "2023年9月8",
            "二〇二三年九月八日",
            "2023-09-08 00:00:00",
            "2023-09-08T10:11:12Z",
            "2023/9/8 8:05",
        ):
            with self.subTest(raw=raw):
                self.assertEqual(v.to_date(raw), expected)

    def test_datetime(self):
        expected = dt.datetime(2026, 11, 3, 13, 54, 45)
        for raw in ("2026-11-03 13:54:45", "2026/11/3 13:54:45", "20261103 13:54:45", expected):
            self.assertEqual(v.to_datetime(raw), expected)
        self.assertEqual(v.to_datetime("2026-11-03"), dt.datetime(2026, 11, 3))
        self.assertEqual(v.to_datetime(46329.5), dt.datetime(2026, 11, 3, 12))

    def test_month_only_on_request(self):
        for raw in ("2023年9月", "2023-09", "2023.9", "202309", 202309):
            self.assertProblem("incomplete_date", v.to_date, raw)
            self.assertEqual(v.to_date(raw, month_only=True), dt.date(2023, 9, 1))

    def test_problems(self):
        for raw in ("去年春天", "9/28/2023", "2023", 2023, "2023-9-8-7", True, "2023-09-08 25:00"):
            self.assertProblem("unreadable_date", v.to_date, raw)
        for raw in ("2023-02-30", "20231301", "2023年13月1日", "2023.0.5"):
            self.assertProblem("impossible_date", v.to_date, raw)
        for raw in ("23-9-28", "23/9/28", "23年9月28日"):
            self.assertProblem("two_digit_year", v.to_date, raw)
        for raw in ("1023-09-28", dt.date(2323, 9, 28), "9999-12-31"):
            self.assertProblem("date_out_of_range", v.to_date, raw)
        for raw in (None, "", "/"):
            self.assertProblem("missing", v.to_date, raw)
        self.assertProblem("formula", v.to_date, Uncomputed("=TODAY()"))


@tagged("post_install", "-at_install")
class TestParsePhone(Cases):
    def test_single(self):
        cases = {
            "18360837783": "18360837783",
            15086871698: "15086871698",
            "15086871698.0": "15086871698",
            "1.5086871698E10": "15086871698",
            "150-2654-7061": "15026547061",
            "150 2654 7061": "15026547061",
            "１５０２６５４７０６１": "15026547061",
            "+86 15026547061": "15026547061",
            "+86-150-2654-7061": "15026547061",
            "8615026547061": "15026547061",
            "15026547061(妻)": "15026547061",
            "电话:15026547061": "15026547061",
            "0571-87654321": "0571-87654321",
            "(0571)87654321": "0571-87654321",
            "（021）6543 2109": "021-65432109",
            "02165432109": "021-65432109",
            "028-6543210": "028-6543210",
            "0571-87654321-801": "0571-87654321-801",
            "0571-87654321转801": "0571-87654321-801",
            "87654321": "87654321",
            "400-820-8820": "4008208820",
            "+852 9123 4567": "+85291234567",
        }
        for raw, expected in cases.items():
            with self.subTest(raw=raw):
                self.assertEqual(v.to_phone(raw), v.Phones(expected))

        self.assertEqual(v.to_phone(15086871698.0), v.Phones("15086871698"))

    def test_several(self):
        both = v.Phones("15026547061", ("18360837783",))
        for raw in (
            "15026547061/18360837783",
            "15026547061、18360837783",
            "15026547061，18360837783",
            "15026547061；18360837783",
            "15026547061 18360837783",
            "15026547061\n18360837783",
            "1502654706118360837783",
            "150-2654-7061/183-6083-7783",
            "15026547061(夫)/18360837783(妻)",
            "15026547061、18360837783、15026547061",
        ):
            with self.subTest(raw=raw):
                self.assertEqual(v.to_phone(raw), both)
        self.assertEqual(
            v.to_phone("15026547061/0571-87654321/12"),
            v.Phones("15026547061", ("0571-87654321",), ("12",)),
        )

    def test_problems(self):
        for raw in ("1502654706", "12345", "不详", "150265470612", 15026547061.5):
            self.assertProblem("unreadable_phone", v.to_phone, raw)
        self.assertProblem("phone_lost_digits", v.to_phone, "1.50E+10")
        self.assertProblem("missing", v.to_phone, "无")


@tagged("post_install", "-at_install")
class TestParsePeople(Cases):
    def names(self, *args):
        return [person.name for person in v.to_people(*args)]

    def test_names(self):
        cases = {
            "赵芳芳": ["赵芳芳"],
            "张 三": ["张三"],
            "梁芳、朱成诺": ["梁芳", "朱成诺"],
            "梁芳，朱成诺": ["梁芳", "朱成诺"],
            "梁芳/朱成诺": ["梁芳", "朱成诺"],
            "梁芳\n朱成诺": ["梁芳", "朱成诺"],
            "梁芳 朱成诺": ["梁芳", "朱成诺"],
            "梁芳和朱成诺": ["梁芳", "朱成诺"],
            "李和平": ["李和平"],
            "李和平和王和": ["李和平", "王和"],
            "梁芳、朱成诺、": ["梁芳", "朱成诺"],
            "鑫源便利店有限公司": ["鑫源便利店有限公司"],
            "谐和/共赢商贸有限公司": ["谐和/共赢商贸有限公司"],
            "John Smith": ["John Smith"],
            "阿依古丽·买买提": ["阿依古丽·买买提"],
        }
        for raw, expected in cases.items():
            with self.subTest(raw=raw):
                self.assertEqual(self.names(raw), expected)

    def test_ids_in_the_same_order(self):
        self.assertEqual(
            v.to_people("梁芳、朱成诺", "440305195012117437、33010619560927323x"),
            [
                v.Person("梁芳", "440305195012117437"),
                v.Person("朱成诺", "33010619560927323X"),
            ],
        )
        self.assertEqual(
            v.to_people("赵芳芳", "330106 19520413 0097"),
            [v.Person("赵芳芳", "330106195204130097")],
        )
        self.assertEqual(
            self.names("梁芳和朱成诺", "440305195012117437 440305199201262658")[1], "朱成诺"
        )
        self.assertEqual(v.to_people("赵芳芳", 330106520413009)[0].id_number, "330106520413009")
        self.assertEqual(v.to_people("赵芳芳", "/"), [v.Person("赵芳芳")])

    def test_shares(self):
        people = v.to_people("梁芳(60%)、朱成诺（占40％）")
        self.assertEqual(
            people,
            [v.Person("梁芳", None, Decimal(60)), v.Person("朱成诺", None, Decimal(40))],
        )

    def test_problems(self):
        self.assertProblem("missing", v.to_people, " ")
        self.assertProblem("missing", v.to_people, "、")
        self.assertProblem("id_count", v.to_people, "梁芳、朱成诺", "440305195012117437")
        self.assertProblem(
            "id_count", v.to_people, "梁芳", "440305195012117437、440305199201262658"
        )
        self.assertProblem("id_lost_digits", v.to_people, "梁芳", 4.40305195012117e17)
        self.assertProblem("id_lost_digits", v.to_people, "梁芳", "4.40305E+17")
        self.assertProblem("formula", v.to_people, Uncomputed("=A1"))
