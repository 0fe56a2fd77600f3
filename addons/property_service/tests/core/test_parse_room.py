"""Buildings, entrances, floors and rooms in all their spellings."""

import datetime as dt

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools import room
from odoo.addons.property_service.tools.room import RoomRef
from odoo.addons.property_service.tools.value import ValueProblem


@tagged("post_install", "-at_install")
class TestParseRoom(BaseCase):
    def assertProblem(self, code, read, raw):
        with self.subTest(raw=raw), self.assertRaises(ValueProblem) as caught:
            read(raw)
        self.assertEqual(caught.exception.code, code, raw)

    def assertReads(self, read, cases):
        for raw, expected in cases.items():
            with self.subTest(raw=raw):
                self.assertEqual(read(raw), expected)

    def test_building_key(self):
        spellings = "1栋 1#楼 1号楼 1幢 一号楼 1座 1# 01栋 1 第一栋 １栋 1号 1楼 1号栋 一栋 壹号楼"
        for raw in [*spellings.split(), 1, 1.0, " 1 栋 "]:
            with self.subTest(raw=raw):
                self.assertEqual(room.building_key(raw), "1")
        self.assertReads(
            room.building_key,
            {
                "A座": "A",
                "a栋": "A",
                "A1栋": "A1",
                "A01栋": "A1",
                "十二栋": "12",
                "10栋": "10",
                "商业街": "商业街",
                "办公楼": "办公楼",
                "一期3号楼": "1期3",
                "东楼": "东",
                "": "",
                None: "",
            },
        )
        self.assertProblem("became_date", room.building_key, dt.datetime(2026, 1, 2))

    def test_building_name(self):
        cases = {"1#楼": "1栋", 3: "3栋", "A座": "A座", "商业街 ": "商业街", "": ""}
        self.assertReads(room.building_name, cases)

    def test_entrance(self):
        cases = {
            "1单元": "1",
            "一单元": "1",
            "1门": "1",
            "1梯": "1",
            "01单元": "1",
            "第一单元": "1",
            1: "1",
            "A单元": "A",
            "东单元": "东",
            None: "",
            "-": "",
            "无": "",
        }
        self.assertReads(room.entrance_key, cases)
        self.assertEqual(room.entrance_key(1.0), "1")
        self.assertReads(
            room.entrance_name, {"一单元": "1单元", 2: "2单元", "A门": "A门", None: ""}
        )

    def test_floor(self):
        cases = {
            1: 1,
            3.0: 3,
            "-1": -1,
            -2: -2,
            "B1": -1,
            "负一层": -1,
            "地下1层": -1,
            "3层": 3,
            "三层": 3,
            "3F": 3,
            "F3": 3,
            "十二层": 12,
            "第二十一层": 21,
        }
        self.assertReads(room.to_floor, cases)
        for raw in ("1-2层", "夹层", "顶层", 1.5):
            self.assertProblem("unreadable_floor", room.to_floor, raw)
        self.assertProblem("missing", room.to_floor, None)

    def test_room_key(self):
        cases = {
            101: "101",
            "101室": "101",
            "0101": "101",
            "１０１": "101",
            "s01": "S01",
            "1301号": "1301",
            "101A": "101A",
            None: "",
        }
        self.assertReads(room.room_key, cases)
        self.assertEqual(room.room_key(101.0), "101")

    def test_split_room(self):
        full = RoomRef("2", "1", "204")
        for raw in (
            "2栋-1单元-204",
            "2栋1单元204室",
            "2栋1单元204",
            "2-1-204",
            "2—1—204",
            "02-01-0204",
            "2#1单元204",
            "2#-1-204",
            "2号楼1单元204号",
            "二号楼一单元204",
            "2幢1门204",
            "2/1/204",
            "2栋 1单元 204",
            "2栋1单元2层204",
            "2栋-1单元-2层-204",
            "２栋－１单元－２０４",
            "2栋1单元-204",
        ):
            with self.subTest(raw=raw):
                self.assertEqual(room.split_room(raw), full)
        self.assertReads(
            room.split_room,
            {
                "2栋204": RoomRef("2", "", "204"),
                "2-204": RoomRef("2", "", "204"),
                "A座1203": RoomRef("A", "", "1203"),
                "商业街--S11": RoomRef("商业街", "", "S11"),
                "商业街-S11": RoomRef("商业街", "", "S11"),
                "1单元204": RoomRef(None, "1", "204"),
                "204": RoomRef(None, None, "204"),
                204.0: RoomRef(None, None, "204"),
                "S01": RoomRef(None, None, "S01"),
            },
        )

    def test_split_room_problems(self):
        for raw in ("翠湖天地", "--204", "1-1-3-301", "2栋1单元", "2-1-"):
            self.assertProblem("unreadable_room", room.split_room, raw)
        self.assertProblem("missing", room.split_room, None)
        self.assertProblem("became_date", room.split_room, dt.datetime(2026, 1, 2))


@tagged("post_install", "-at_install")
class TestFindRoomInText(BaseCase):
    def test_found(self):
        ref = RoomRef("2", "1", "1301")
        for text in (
            "2栋1单元1301物业费",
            "交11月物业费 2-1-1301 谢谢",
            "翠湖天地2号楼一单元1301",
            "翠湖天地二号楼一单元一三〇一室",
            "2#1-1301",
            "2#楼1单元1301室物业费362.30元",
            "2幢1门1301 张三 13800000000",
            "2栋-1单元-1301",
            "２栋１单元１３０１",
            "2026年11月物业费2栋1单元1301",
            "2026-11-05 2-1-1301",
            "2栋1单元13层1301",
            "缴2-1单元-1301的物业费",
            "2栋1单元1301，2026年11月",
            "2号1单元1301",
        ):
            with self.subTest(text=text):
                self.assertEqual(room.find_room_in_text(text), [ref])

    def test_less_than_a_full_room(self):
        cases = {
            "2栋1301物业费": [RoomRef("2", "", "1301")],
            "A座1203房租": [RoomRef("A", "", "1203")],
            "2-1301物业费": [RoomRef("2", "", "1301")],
            "1单元1301物业费": [RoomRef(None, "1", "1301")],
            "1301室物业费": [RoomRef(None, None, "1301")],
            "S11物业费": [RoomRef(None, None, "S11")],
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(room.find_room_in_text(text), expected)

    def test_several(self):
        self.assertEqual(
            room.find_room_in_text("2栋1单元1301、1302物业费"),
            [RoomRef("2", "1", "1301"), RoomRef("2", "1", "1302")],
        )
        self.assertEqual(
            room.find_room_in_text("2-1-1301和3-2-101,2栋1单元1301"),
            [RoomRef("2", "1", "1301"), RoomRef("3", "2", "101")],
        )

    def test_none(self):
        for text in (
            "转账",
            "物业缴费",
            "物业费1301",
            "2026-11-03",
            "11-03-2026",
            "2026年11月3日",
            "3月5号",
            "13:54:45",
            "电话138-0000-0000",
            "13800000000",
            "0571-87654321",
            "400-820-8820",
            "6217005178568080623",
            "362.30元",
            "2栋2026年物业费",
            "1号楼11月物业费",
            "2栋500元",
            "2栋1,500.00",
            "2-1500元",
            "11-12月物业费",
            "合同2026-11-1301",
            "330106195204130097",
            "",
            None,
            362.3,
        ):
            with self.subTest(text=text):
                self.assertEqual(room.find_room_in_text(text), [])

    def test_named_buildings(self):
        names = ["1栋", "2栋", "商业街"]
        cases = {
            "商业街S11物业费": [RoomRef("商业街", "", "S11")],
            "商业街--S11": [RoomRef("商业街", "", "S11")],
            "翠湖天地商业街S11": [RoomRef("商业街", "", "S11")],
            "2号楼1单元101": [RoomRef("2", "1", "101")],
            # the estate has no such building: a case for a human
            "9栋1单元101": [],
            "101室": [RoomRef(None, None, "101")],
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(room.find_room_in_text(text, names), expected)
