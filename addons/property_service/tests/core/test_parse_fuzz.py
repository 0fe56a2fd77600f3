"""Whatever stands in a cell or a file, the readers answer with a value or their own error."""

import datetime as dt
import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools import identity, money, room, text, value
from odoo.addons.property_service.tools.sheet import SheetError, Uncomputed, read_workbook

PIECES = """
1 0 13 1301 2026 栋 单元 室 号楼 # - -- . , ， 、 / 年 月 日 元 ㎡ ￥ % ( ) （ B A S11 一 十 〇 和
138 0571 +86 E+17 = 😀 王 公司 层 负 合计
"""
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.text(max_size=30),
    st.lists(st.sampled_from([*PIECES.split(), "\n", " ", "\u200b"]), max_size=12).map("".join),
    st.text(max_size=10).map(Uncomputed),
)
# no example database: tests write nothing beside the code
quick = settings(max_examples=300, deadline=None, database=None)


@tagged("post_install", "-at_install")
class TestParseFuzz(BaseCase):
    @quick
    @given(CELLS)
    def test_cell_readers_fail_only_by_their_own_error(self, cell):
        readers = (
            value.to_text,
            value.to_decimal,
            value.to_area,
            value.to_date,
            value.to_datetime,
            value.to_phone,
            value.to_people,
            room.building_key,
            room.building_name,
            room.entrance_key,
            room.entrance_name,
            room.room_key,
            room.to_floor,
            room.split_room,
            identity.clean_id,
        )
        for read in readers:
            try:
                read(cell)
            except value.ValueProblem as problem:
                self.assertIn(problem.code, value.PROBLEMS)
        try:
            room.find_room_in_text(cell, ["1栋", "商业街"])
        except value.ValueProblem as problem:
            self.assertIn(problem.code, ("formula", "error_value"))

    @quick
    @given(st.text())
    def test_clean_text_stays_clean(self, raw):
        once = text.clean(raw)
        self.assertEqual(text.clean(once), once)
        once.encode("utf-8")
        self.assertNotIn("\x00", once)

    @quick
    @given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
    def test_amounts_survive_writing(self, amount):
        for written in (f"{amount:,}", f"￥{abs(amount)}", f"{amount}元", float(amount)):
            expected = abs(amount) if isinstance(written, str) and "￥" in written else amount
            self.assertEqual(value.to_decimal(written), expected)

    @quick
    @given(st.dates(dt.date(1930, 1, 1), dt.date(2090, 12, 31)))
    def test_dates_survive_writing(self, day):
        for written in (
            day.isoformat(),
            f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}.{day.month}.{day.day}",
            (day - dt.date(1899, 12, 30)).days,
        ):
            self.assertEqual(value.to_date(written), day)

    @quick
    @given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 33), st.integers(1, 8))
    def test_rooms_survive_writing(self, building, entrance, floor, place):
        number = f"{floor}{place:02d}"
        ref = room.RoomRef(str(building), str(entrance), number)
        for written in (
            f"{building}栋-{entrance}单元-{number}",
            f"{building}#{entrance}单元{number}室",
            f"{building}号楼{entrance}单元{number}",
            f"{building}-{entrance}-{number}",
        ):
            self.assertEqual(room.split_room(written), ref)
            self.assertEqual(room.find_room_in_text(f"交2026年11月物业费 {written} 谢谢"), [ref])

    @quick
    @given(st.decimals(min_value=0, max_value=Decimal("9999999999999999.99"), places=2))
    def test_capitals_say_the_amount(self, amount):
        self.assertEqual(_amount_of(money.chinese_amount(amount)), amount)

    @quick
    @given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)), st.integers(0, 999))
    def test_resident_ids(self, born, sequence):
        first17 = f"330106{born:%Y%m%d}{sequence:03d}"
        number = first17 + identity.resident_check_digit(first17)
        self.assertEqual(identity.identify(number), identity.Identity("resident_id", number))
        self.assertEqual(identity.birth_date(number), born)

    @quick
    @given(
        st.binary(max_size=300),
        st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n"]),
    )
    def test_files_fail_only_by_their_own_error(self, content, start):
        try:
            read_workbook(start + content)
        except SheetError as error:
            self.assertTrue(error.code)


def _amount_of(capitals):
    """Read capitals back, written independently of the writer."""
    digits = {character: index for index, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}

    def group(part):
        total = digit = 0
        for character in part:
            if character in digits:
                digit = digits[character]
            else:
                total += digit * units[character]
                digit = 0
        return total + digit

    yuan, rest = capitals.split("元") if "元" in capitals else ("", capitals)
    high, _sign, low = yuan.rpartition("亿")
    above, _sign, below = high.rpartition("万")
    number = (group(above) * 10**4 + group(below)) * 10**8
    above, _sign, below = low.rpartition("万")
    number += group(above) * 10**4 + group(below)
    cents = 0
    if match := re.search("(.)角", rest):
        cents += digits[match.group(1)] * 10
    if match := re.search("(.)分", rest):
        cents += digits[match.group(1)]
    return number + Decimal(cents) / 100
