# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import logging
import time
from datetime import date, datetime
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...wizard.core.register_import.register import RegisterEngine
from .import_case import HEADER, ImportCase, csv_file, id_number, line, xlsx
from .test_parse_sheet import xls

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestRegisterImport(ImportCase):
    def test_check_changes_nothing(self):
        rows = [list(HEADER), line("101", "张三", id_number(1), "13800000001"), line("102")]
        before = self.snapshot()
        wizard = self.paper(rows)
        wizard.action_check()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(wizard.step, "checked")
        self.assertEqual(wizard.imported_count, 2)
        self.assertEqual(
            self.counts(wizard),
            {
                "estates": (0, 0, 1),
                "buildings": (1, 0, 0),
                "units": (2, 0, 0),
                "people": (1, 0, 0),
                "occupancies": (1, 0, 0),
            },
        )

    def test_import(self):
        self.register(
            line("101", "张三", id_number(1, "19800203"), "138-0000-0001", area="125.37㎡"),
            line("1002", "鑫源便利店有限公司", None, "13800000002", 楼栋="A座", 单元=None),
        )
        unit = self.unit("101")
        self.assertEqual(unit.full_name, "1栋-1单元-101")
        self.assertEqual(unit.gross_area, 125.37)
        self.assertEqual(unit.type_id, self.type_home)
        self.assertEqual(unit.state, "occupied_owner")
        self.assertEqual(unit.floor, 1)
        self.assertEqual(unit.handover_date, date(2023, 9, 28))
        owner = unit.occupancy_ids
        self.assertEqual((owner.role, owner.is_payer), ("owner", True))
        self.assertEqual(owner.date_start, date(2023, 9, 28))
        person = owner.partner_id
        self.assertEqual((person.name, person.phone), ("张三", "13800000001"))
        self.assertIn("*", person.property_id_number)
        self.assertEqual(person.property_birthday, date(1980, 2, 3))
        self.assertEqual(person.property_gender, "male")
        self.assertEqual(person.customer_rank, 1)
        self.assertFalse(person.is_company)
        shop = self.unit("1002", "A座")
        self.assertEqual(shop.full_name, "A座-1002")
        self.assertEqual(shop.floor, 10)
        self.assertTrue(shop.owner_id.is_company)

    def test_second_import_changes_nothing(self):
        rows = (
            line("101", "张三", id_number(1), "13800000001"),
            line("102", "李四、王五", None, "13800000002"),
            line("103", "赵六"),
            line("104"),
        )
        self.register(*rows)
        before = self.snapshot()
        wizard = self.register(*rows)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(wizard.imported_count, 4)
        self.assertEqual(
            self.counts(wizard),
            {
                "estates": (0, 0, 1),
                "buildings": (0, 0, 1),
                "units": (0, 0, 4),
                "people": (0, 0, 4),
                "occupancies": (0, 0, 4),
            },
        )
        self.assertFalse(wizard.change_ids)

    def test_refusals(self):
        wizard = self.register(
            line("101", "张三", id_number(1)),
            line(None),
            line("103", area=None),
            line("104", area=0),
            line("105", area=-88.5),
            line("106", area="待测绘"),
            line("107", 房屋类型="飞船"),
            line("108", 入伙日期="去年春天"),
            line("109", "李四", id_number(2)[:-1] + "?"),
            line("110", "李四", id_number(3)[:17] + ("1" if id_number(3)[-1] != "1" else "2")),
            line("111", "李四", 110105198001010011.0),
            line("112", 使用情况="不详"),
            line("113", 楼栋=None, 单元=None),
            line("101", "张三", id_number(1), area=120),
            line("114", 入伙日期="23-9-28"),
            line(datetime(2026, 1, 2)),
        )
        self.assertEqual(wizard.imported_count, 2)
        self.assert_refused(
            wizard,
            (3, "房号", "missing"),
            (4, "建筑面积(㎡)", "missing"),
            (5, "建筑面积(㎡)", "zero"),
            (6, "建筑面积(㎡)", "below zero"),
            (7, "建筑面积(㎡)", "待测绘"),
            (8, "房屋类型", "飞船"),
            (9, "入伙日期", "去年春天"),
            (10, "证件号码", "Compare it"),
            (11, "证件号码", "check digit"),
            (12, "证件号码", "zeros"),
            (13, "使用情况", "自住"),
            (15, "房号", "row 2"),
            (16, "入伙日期", "two digits"),
            (17, "房号", "made a date"),
        )
        self.assertIn("建筑面积", wizard.error_ids.filtered(lambda e: e.row == 15).message)
        # the ID number itself is quoted nowhere
        said = " ".join(f"{e.value} {e.message}" for e in wizard.line_ids)
        self.assertNotIn(id_number(3)[:14], said)
        # an empty cell of the building is the building above
        self.assertEqual(self.unit("113").entrance, "1单元")

    def test_several_problems_are_one_error(self):
        wizard = self.register(line(None, area=0, 入伙日期="?"))
        self.assert_refused(wizard, (2, "房号、建筑面积(㎡)、入伙日期", "zero"))
        self.assertEqual(wizard.error_count, 1)

    def test_corrected_workbook_completes(self):
        wizard = self.register(
            line("101", "张三", id_number(1), 序号=1),
            line("102", "李四", id_number(2), area="?", 序号=2),
            line(None, "王五", 序号=3, 楼栋=None),
            ["合计", *[None] * 5, 300],
        )
        self.assertEqual(wizard.error_ids.mapped("serial"), ["2", "3"])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.error_file)))
        sheet = book.active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0][: len(HEADER)], HEADER)
        self.assertEqual(len(rows), 3)
        self.assertEqual([row[len(HEADER)] for row in rows[1:]], [3, 4])
        self.assertIn("no area", rows[1][-1])
        self.assertEqual(rows[2][1], "1栋", "the building of the row above is written out")
        area, number = HEADER.index("建筑面积(㎡)") + 1, HEADER.index("房号") + 1
        sheet.cell(2, area).value = 88.5
        sheet.cell(3, number).value = 103
        stream = io.BytesIO()
        book.save(stream)
        mended = self.take_in(stream.getvalue())
        self.assertFalse(mended.error_ids)
        self.assertFalse(mended.warning_ids)
        self.assertEqual(mended.imported_count, 2)
        self.assertEqual(self.unit("102").gross_area, 88.5)
        self.assertEqual(self.unit("103").owner_id.name, "王五")

    def test_download(self):
        wizard = self.register(line("101", area=0))
        self.assertIn("error_file", wizard.action_download_errors()["url"])
        good = self.register(line("101"))
        with self.assertRaises(UserError):
            good.action_download_errors()

    # people -------------------------------------------------------------------------------------

    def test_two_people_of_one_name_stay_two(self):
        self.register(
            line("101", "张伟", id_number(1), "13800000001"),
            line("102", "张伟", id_number(2), "13800000001"),
            line("103", "张伟", None, "13800000003"),
            line("104", "张伟"),
            line("105", "张伟"),
        )
        owners = [self.unit(number).owner_id for number in ("101", "102", "103", "104", "105")]
        self.assertEqual(len(set(owners)), 5)

    def test_one_person_with_several_homes(self):
        known = self.env["res.partner"].create({"name": "王五", "phone": "138 0000 0005"})
        wizard = self.register(
            line("101", "张三", id_number(1), "13800000001"),
            line("102", "张三", id_number(1), "13800000009"),
            line("103", "李四", None, "13800000002"),
            line("104", "李四", id_number(3), "13800000002"),
            line("105", "王五", id_number(4), "13800000005"),
        )
        self.assertEqual(self.unit("101").owner_id, self.unit("102").owner_id)
        self.assertEqual(self.unit("101").owner_id.phone, "13800000001")
        self.assertEqual(wizard.warning_ids.mapped("row"), [3])
        self.assertEqual(self.unit("103").owner_id, self.unit("104").owner_id)
        self.assertIn("*", self.unit("103").owner_id.property_id_number)
        self.assertEqual(self.unit("105").owner_id, known)
        self.assertIn("*", known.property_id_number)
        self.assertEqual(self.counts(wizard)["people"], (2, 1, 0))

    def test_id_number_of_somebody_else(self):
        wizard = self.register(
            line("101", "张三", id_number(1)),
            line("102", "李四", id_number(1)),
            line("103", "王五、赵六", f"{id_number(2)}、{id_number(2)}"),
        )
        self.assert_refused(wizard, (3, "证件号码", "张三"), (4, "证件号码", "certain"))

    def test_co_owners(self):
        wizard = self.register(
            line("101", "张三、李四", f"{id_number(1)}、{id_number(2)}", "13800000001"),
            line("102", "王五(60%)、赵六(40%)", None, "13800000003、13800000004"),
            line("103", "孙七、周八", id_number(3)),
            line("104", "吴九(60%)、郑十(50%)"),
        )
        rows = self.unit("101").occupancy_ids.sorted("id")
        self.assertEqual(rows.mapped("role"), ["owner", "co_owner"])
        self.assertEqual(rows.mapped("is_payer"), [True, False])
        self.assertEqual(rows.partner_id.mapped("phone"), ["13800000001", False])
        shared = self.unit("102").occupancy_ids.sorted("id")
        self.assertEqual(shared.mapped("share"), [60.0, 40.0])
        self.assertEqual(shared.partner_id.mapped("phone"), ["13800000003", "13800000004"])
        # one number for two people is nobody's for certain
        self.assertFalse(
            any(self.unit("103").occupancy_ids.partner_id.mapped("property_id_number"))
        )
        self.assertEqual(wizard.warning_ids.mapped("row"), [4])
        self.assert_refused(wizard, (5, "业主姓名", "110"))

    def test_change_of_owner_is_not_overwritten(self):
        self.register(line("101", "张三", id_number(1)), line("102", "李四"), line("103"))
        wizard = self.register(
            line("101", "王五", id_number(5)),
            line("102", "李四", id_number(2)),
            line("103", "赵六"),
        )
        self.assert_refused(wizard, (2, "业主姓名", "Change of owner"))
        self.assertEqual(self.unit("101").owner_id.name, "张三")
        # the same name with a number that was lacking is the same person, an owner that was
        # lacking is entered
        self.assertIn("*", self.unit("102").owner_id.property_id_number)
        self.assertEqual(self.unit("103").owner_id.name, "赵六")
        again = self.register(line("102", "李四", id_number(7)))
        self.assert_refused(again, (2, "业主姓名", "李四"))

    def test_owner_who_has_left(self):
        self.register(line("101", "张三"))
        self.unit("101").occupancy_ids._end(date(2024, 1, 1), "sold")
        wizard = self.register(line("101", "李四"))
        self.assert_refused(wizard, (2, "业主姓名", "ended"))

    # changes ------------------------------------------------------------------------------------

    def test_changes(self):
        self.register(line("101", "张三", id_number(1), "13800000001"))
        wizard = self.paper(
            [
                list(HEADER),
                line("101", "张三", id_number(1), "13900000001", area=101, 使用情况="出租"),
            ]
        )
        wizard.action_check()
        self.assertEqual(self.counts(wizard)["units"], (0, 1, 0))
        self.assertEqual(self.counts(wizard)["people"], (0, 1, 0))
        self.assertEqual(wizard.change_ids.mapped("column"), ["使用情况", "建筑面积(㎡)"])
        self.assertIn("100", wizard.change_ids[1].message)
        self.assertEqual(self.unit("101").gross_area, 100)
        wizard.action_import()
        unit = self.unit("101")
        self.assertEqual((unit.gross_area, unit.state), (101, "leased"))
        self.assertEqual(unit.owner_id.phone, "13900000001")
        self.assertIn("paper.xlsx", unit.message_ids[0].body)

    def test_empty_cells_erase_nothing(self):
        self.register(line("101", "张三", id_number(1), "13800000001"))
        wizard = self.register(line("101", None, 使用情况=None, 入伙日期=None))
        self.assertEqual(self.counts(wizard)["units"], (0, 0, 1))
        self.assertEqual(self.unit("101").owner_id.phone, "13800000001")

    def test_area_is_for_the_manager(self):
        self.register(line("101"), user="supervisor")
        wizard = self.register(line("101", area=99), user="supervisor")
        self.assert_refused(wizard, (2, "建筑面积(㎡)", "manager"))
        self.register(line("101", area=99), user="manager")
        self.assertEqual(self.unit("101").gross_area, 99)

    def test_use_status_that_cannot_go_back(self):
        self.register(line("101"))
        wizard = self.register(line("101", 使用情况="未售"))
        self.assertEqual(wizard.warning_ids.mapped("column"), ["使用情况"])
        self.assertEqual(self.unit("101").state, "occupied_owner")

    def test_same_row_twice_counts_once(self):
        row = line("101", "张三", id_number(1))
        wizard = self.register(row, row)
        self.assertEqual(wizard.imported_count, 1)
        self.assertFalse(wizard.error_ids)
        self.assertEqual(wizard.warning_ids.mapped("row"), [3])

    def test_archived_unit(self):
        self.register(line("101"))
        self.unit("101").active = False
        wizard = self.register(line("101"))
        self.assert_refused(wizard, (2, "房号", "archived"))

    # ways of writing ----------------------------------------------------------------------------

    def test_other_headers_old_xls(self):
        content = xls(
            [
                ["建面", "幢号", "门洞", "室号", "业态", "产权人", "手机号", "身份证号"],
                [88.8, "1#楼", "1", "0101室", "底商", "张 三", 13800000001, id_number(1)],
                [99.9, "2号楼", "一单元", "102", "住宅", "李四", None, None],
                [99.9, "10幢", "2", 103.0, "住宅", None, None, None],
            ]
        )
        wizard = self.take_in(content, filename="old.xls")
        self.assertEqual(wizard.imported_count, 3, wizard.error_ids.mapped("message"))
        units = self.env["property.unit"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(
            units.mapped("full_name"), ["1栋-1单元-0101", "2栋-1单元-102", "10栋-2单元-103"]
        )
        self.assertEqual(units[0].owner_id.name, "张三")
        self.assertEqual(units[0].type_id, self.type_shop)
        again = self.take_in([["楼栋", "房号", "面积"], ["01栋", "1-101", 88.8]])
        self.assertEqual(self.counts(again)["units"], (0, 0, 1))

    def test_csv_in_gbk_with_full_rooms(self):
        content = csv_file(
            [
                ["某某小区业主清册", "", "", ""],
                ["房屋坐落", "用途", "面积", "业主"],
                ["3栋-1单元-301", "住宅", "１００．５", "张三"],
                ["3-2-302", "住宅", "100", "李四"],
                ["A座1203", "办公", "100", ""],
                ["204", "住宅", "100", ""],
            ],
            "gbk",
        )
        wizard = self.take_in(content, filename="old.csv")
        self.assert_refused(wizard, (6, "房屋坐落", "building"))
        units = self.env["property.unit"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(units.mapped("full_name"), ["3栋-1单元-301", "3栋-2单元-302", "A座-1203"])
        self.assertEqual(units[0].gross_area, 100.5)

    def test_merged_cells_formulas_emoji(self):
        rows = [
            ["楼栋", "单元", "房号", "房屋类型", "建筑面积", "业主姓名"],
            ["1栋", "1单元", "101", "住宅", 100, "张三😀"],
            [None, None, "102", "住宅", "=100+1", "李四"],
            ["2栋", "1单元", "101", "住宅", 100, None],
        ]
        wizard = self.take_in(xlsx(rows, merges=("A2:A3", "B2:B3")))
        self.assert_refused(wizard, (3, "建筑面积", "formula"))
        self.assertEqual(self.unit("101").owner_id.name, "张三😀")
        self.assertTrue(self.unit("101", "2栋"))

    def test_type_of_rows_without_one(self):
        rows = [["楼栋", "房号", "建筑面积"], ["1栋", "101", 100]]
        wizard = self.take_in(rows)
        self.assertEqual(self.unit("101").type_id, self.type_home)
        self.assertIn("1 rows state no type", wizard.warning_ids.message)
        strict = self.take_in(rows, type_id=False)
        self.assert_refused(strict, (2, "房屋类型", "choose above"))

    def test_parking_and_storage_need_no_area(self):
        wizard = self.register(line("S1", 房屋类型="储藏室", area=None), line("102", area=None))
        self.assertEqual(wizard.imported_count, 1)
        self.assert_refused(wizard, (3, "建筑面积(㎡)", "missing"))

    def test_owner_without_date(self):
        wizard = self.register(line("101", "张三", 入伙日期=None))
        start = self.unit("101").occupancy_ids.date_start
        self.assertEqual(start.day, 1)
        self.assertIn("1 owners", wizard.warning_ids.message)

    def test_unread_columns_are_named(self):
        wizard = self.take_in(
            [["楼栋", "房号", "面积", "类型", "风水"], ["1栋", "1", 9, "住宅", 1]]
        )
        self.assertIn("风水", " ".join(wizard.warning_ids.mapped("message")))

    # estates ------------------------------------------------------------------------------------

    def test_column_of_estates(self):
        other = self._make_estate("Hill Park", "HP")
        rows = [
            ["小区", "楼栋", "房号", "类型", "面积"],
            ["Lake Garden", "1栋", "101", "住宅", 100],
            ["Hill Park", "1栋", "101", "住宅", 100],
            ["Sea View", "1栋", "101", "住宅", 100],
        ]
        wizard = self.take_in(rows)
        self.assertEqual(wizard.imported_count, 1)
        self.assert_refused(wizard, (3, "小区", "another estate"), (4, "小区", "another estate"))
        wizard = self.take_in([rows[0], ["Lake Gdn.", "1栋", "102", "住宅", 100]])
        self.assertEqual(self.unit("102").estate_id, self.estate)
        wizard = self.take_in(rows, estate_id=False, user="supervisor")
        self.assert_refused(wizard, (3, "小区", "no such estate"), (4, "小区", "no such estate"))
        wizard = self.take_in(rows, estate_id=False)
        self.assertEqual(self.counts(wizard)["estates"], (1, 0, 2))
        self.assertEqual(self.counts(wizard)["units"], (2, 0, 1))
        self.assertEqual(other.unit_count, 1)
        made = self.env["property.estate"].search([("name", "=", "Sea View")])
        self.assertEqual(made.unit_count, 1)
        self.assertTrue(made.analytic_account_id)
        with self.assertRaises(UserError):
            self.take_in([list(HEADER), line("101")], estate_id=False)

    # writing ------------------------------------------------------------------------------------

    def test_row_the_database_refuses(self):
        """What no check foresees costs its own row, not the chunk."""
        whole = RegisterEngine._unit_values

        def fail(plan):
            if plan.location.number == "102":
                raise UserError("no such luck")
            return whole(plan)

        with patch.object(RegisterEngine, "_unit_values", staticmethod(fail)):
            wizard = self.register(
                line("101", "张三", id_number(1)),
                line("102", "李四", id_number(2)),
                line("103", "李四", id_number(2)),
            )
        self.assert_refused(wizard, (3, "", "no such luck"))
        self.assertEqual(wizard.imported_count, 2)
        self.assertEqual(self.unit("103").owner_id.name, "李四")
        self.assertEqual(self.env["res.partner"].search_count([("name", "=", "李四")]), 1)
        self.assertFalse(self.unit("102"))

    @mute_logger("odoo.sql_db")
    def test_row_that_breaks_a_constraint(self):
        whole = RegisterEngine._unit_values

        def break_it(plan):
            values = whole(plan)
            if plan.location.number == "102":
                values["number"] = "101"
            return values

        with patch.object(RegisterEngine, "_unit_values", staticmethod(break_it)):
            wizard = self.register(line("101"), line("102"))
        self.assert_refused(wizard, (3, "", "number already"))
        self.assertTrue(self.unit("101"))

    def test_queries_do_not_grow_with_rows(self):
        def rows(first, count):
            return [
                line(
                    str(number),
                    f"业主{number}",
                    id_number(number % 1000, f"19{number % 90 + 10}0101"),
                )
                for number in range(first, first + count)
            ]

        self.register(*rows(9000, 2))
        counts = []
        for first, count in ((1000, 50), (2000, 400)):
            before, start = self.env.cr.sql_log_count, time.time()
            wizard = self.register(*rows(first, count))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertFalse(wizard.error_ids)
            _logger.info(
                "import of %s rows: %s queries, %.1f s", count, counts[-1], time.time() - start
            )
        self.assertLess(counts[1], counts[0] + 20)

    def test_one_import_at_a_time(self):
        with self.env.registry.cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                ("property.register.import", self.estate.id),
            )
            with self.assertRaises(UserError):
                self.register(line("101"))

    def test_result_is_kept_on_the_estate(self):
        self.register(line("101"))
        self.assertIn("paper.xlsx", self.estate.message_ids[0].body)

    def test_form(self):
        with Form(self.env["property.register.import"].with_user(self.users["supervisor"])) as form:
            self.assertEqual(form.estate_id, self.estate)
            form.file = base64.b64encode(xlsx([list(HEADER), line("101", area=0)]))
        wizard = form.record
        wizard.action_check()
        self.assertTrue(wizard.error_ids)
        with Form(wizard) as form:
            form.file = base64.b64encode(xlsx([list(HEADER), line("101")]))
        self.assertEqual(wizard.step, "file")
        self.assertFalse(wizard.error_ids)
        wizard.action_import()
        self.assertEqual(wizard.action_open_result()["res_model"], "property.unit")
        self.assertTrue(self.unit("101"))
