"""Rounding, part months, capitals and months."""

import datetime as dt
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools import money


@tagged("post_install", "-at_install")
class TestParseMoney(BaseCase):
    def test_worked_examples(self):
        monthly = money.round_half_up(Decimal("118.36") * Decimal("2.85"))
        self.assertEqual(monthly, Decimal("337.33"))
        self.assertEqual(monthly * 12, Decimal("4047.96"))
        self.assertEqual(money.part_month(monthly, 20, 31), Decimal("217.63"))
        self.assertEqual(money.round_half_up(monthly * Decimal("0.70")), Decimal("236.13"))

    def test_round_half_up(self):
        cases = {
            "0.005": "0.01",
            "-0.005": "-0.01",
            "2.675": "2.68",
            "1.004999": "1.00",
            "5": "5.00",
        }
        for amount, rounded in cases.items():
            self.assertEqual(str(money.round_half_up(Decimal(amount))), rounded)
        self.assertEqual(money.round_half_up(Decimal("2.5"), 0), Decimal(3))

    def test_part_month(self):
        self.assertEqual(money.part_month(Decimal("357.30"), 0, 30), Decimal("0.00"))
        self.assertEqual(money.part_month(Decimal("357.30"), 30, 30), Decimal("357.30"))
        for days in (-1, 32):
            with self.assertRaises(ValueError):
                money.part_month(Decimal(1), days, 31)

    def test_chinese_amount(self):
        cases = {
            "0": "零元整",
            "0.01": "壹分",
            "0.10": "壹角",
            "0.12": "壹角贰分",
            "1": "壹元整",
            "10": "壹拾元整",
            "15.6": "壹拾伍元陆角",
            "100": "壹佰元整",
            "101": "壹佰零壹元整",
            "110": "壹佰壹拾元整",
            # the examples of the central bank's rules
            "1409.50": "壹仟肆佰零玖元伍角",
            "6007.14": "陆仟零柒元壹角肆分",
            "1680.32": "壹仟陆佰捌拾元叁角贰分",
            "107000.53": "壹拾万零柒仟元伍角叁分",
            "16409.02": "壹万陆仟肆佰零玖元零贰分",
            "325.04": "叁佰贰拾伍元零肆分",
            "1001": "壹仟零壹元整",
            "1010": "壹仟零壹拾元整",
            "10000": "壹万元整",
            "10001": "壹万零壹元整",
            "100300": "壹拾万零叁佰元整",
            "100000": "壹拾万元整",
            "1000000": "壹佰万元整",
            "10000000": "壹仟万元整",
            "100000000": "壹亿元整",
            "100000001": "壹亿零壹元整",
            "100100000": "壹亿零壹拾万元整",
            "100010001": "壹亿零壹万零壹元整",
            "1234567890.12": "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分",
            "1000000000000": "壹万亿元整",
            "1234500000000": "壹万贰仟叁佰肆拾伍亿元整",
            "1000500000000": "壹万零伍亿元整",
            "395664.83": "叁拾玖万伍仟陆佰陆拾肆元捌角叁分",
            "-88.5": "负捌拾捌元伍角",
            "0.005": "壹分",
            "-0.001": "零元整",
            "337.326": "叁佰叁拾柒元叁角叁分",
        }
        for amount, capitals in cases.items():
            with self.subTest(amount=amount):
                self.assertEqual(money.chinese_amount(Decimal(amount)), capitals)
        for amount in ("1e16", "NaN", "Infinity"):
            with self.assertRaises(ValueError):
                money.chinese_amount(Decimal(amount))

    def test_months(self):
        day = dt.date(2024, 1, 31)
        self.assertEqual(money.month_start(day), dt.date(2024, 1, 1))
        self.assertEqual(money.month_end(dt.date(2024, 2, 5)), dt.date(2024, 2, 29))
        self.assertEqual(money.days_in_month(dt.date(2023, 2, 5)), 28)
        cases = {
            0: day,
            1: dt.date(2024, 2, 29),
            11: dt.date(2024, 12, 31),
            12: dt.date(2025, 1, 31),
            -1: dt.date(2023, 12, 31),
            -11: dt.date(2023, 2, 28),
        }
        for months, expected in cases.items():
            self.assertEqual(money.add_months(day, months), expected)
