# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import tagged

from .import_case import ImportCase, id_number, line

HEADER = ["车位号", "类型", "绑定房号", "车牌号", "月费(元)"]


@tagged("post_install", "-at_install")
class TestParkingImport(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_owned = cls.env.ref("property_service.unit_type_parking_owned")

    def setUp(self):
        super().setUp()
        self.register(
            line("101", "张三", id_number(1), "13800000001"),
            line("101", "李四", id_number(2), 楼栋="2栋"),
            line("102", "王五", id_number(3), 楼栋="2栋", 单元="2单元"),
        )

    def spaces(self, *rows, header=None, **values):
        return self.take_in([header or HEADER, *rows], "parking", **values)

    def price(self, amount, unit_type=None, **values):
        item = self.env["property.fee.item"].search([("code", "=", "PARK")]) or self._make_item(
            "PARK", "Parking", basis="fixed"
        )
        return self._make_price(item, amount, unit_type or self.type_parking, **values)

    def test_import_twice(self):
        self.price(320)
        self.price(80, self.type_owned)
        rows = (
            ["B1-001", "租赁", "1栋-1单元-101", "川a12345", 320],
            ["B1-002", "产权", "2#楼1单元101室", None, "80元/月"],
            ["B1-003", "人防", "2-2-102", None, None],
        )
        wizard = self.spaces(*rows)
        self.assertEqual(wizard.imported_count, 3, wizard.error_ids.mapped("message"))
        self.assertFalse(wizard.warning_ids)
        spaces = self.env["property.unit"].search([("category", "=", "parking")], order="number")
        self.assertEqual(spaces.building_id.name, "车库")
        self.assertEqual(spaces.building_id.kind, "carpark")
        self.assertEqual(
            spaces.main_unit_id.mapped("full_name"),
            ["1栋-1单元-101", "2栋-1单元-101", "2栋-2单元-102"],
        )
        self.assertEqual(spaces[0].plate, "川A12345")
        self.assertEqual(spaces[0].floor, -1)
        self.assertEqual(spaces[0].type_id, self.type_parking)
        self.assertEqual(set(spaces.mapped("state")), {"handed_over"})
        self.assertFalse(spaces.occupancy_ids)
        before = self.snapshot()
        again = self.spaces(*rows)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.counts(again)["spaces"], (0, 0, 3))

    def test_refusals(self):
        wizard = self.spaces(
            ["B1-001", "租赁", "1栋-1单元-101", None, 320],
            [None, "租赁", "1栋-1单元-101", None, 320],
            ["B1-003", "飞船", "1栋-1单元-101", None, 320],
            ["B1-004", "住宅", "1栋-1单元-101", None, 320],
            ["B1-005", "租赁", "9栋-1单元-101", None, 320],
            ["B1-006", "租赁", "车位", None, 320],
            ["B1-007", "租赁", "101", None, 320],
            ["B1-008", "租赁", "1栋-1单元-101", None, "面议"],
            ["B1-001", "租赁", "2栋-1单元-101", None, 320],
        )
        self.assertEqual(wizard.imported_count, 1)
        self.assert_refused(
            wizard,
            (3, "车位号", "missing"),
            (4, "类型", "飞船"),
            (5, "类型", "住宅"),
            (6, "绑定房号", "no such home"),
            (7, "绑定房号", "no room"),
            (8, "绑定房号", "several homes"),
            (9, "月费(元)", "no number"),
            (10, "车位号", "row 2"),
        )

    def test_another_fee_is_an_own_price(self):
        price = self.price(320)
        wizard = self.spaces(
            ["B1-001", "租赁", "1栋-1单元-101", None, 300],
            ["B1-002", "产权", "2栋-1单元-101", None, 80],
        )
        own = self.env["property.fee.price"].search([("unit_id.number", "=", "B1-001")])
        self.assertEqual((own.price, own.state, own.item_id), (300, "approved", price.item_id))
        self.assertTrue(own.override_reason)
        self.assertEqual(wizard.change_ids.mapped("row"), [2])
        self.assertIn("1 spaces", wizard.warning_ids.message)
        again = self.spaces(["B1-001", "租赁", "1栋-1单元-101", None, 300])
        self.assertEqual(self.counts(again)["own_prices"], (0, 0, 1))
        other = self.spaces(["B1-001", "租赁", "1栋-1单元-101", None, 310])
        self.assertEqual(other.warning_ids.mapped("column"), ["月费(元)"])
        self.assertEqual(self.env["property.fee.price"].search_count([("unit_id", "!=", False)]), 1)

    def test_own_price_of_a_supervisor_waits(self):
        self.price(320)
        self.spaces(["B1-001", "租赁", "1栋-1单元-101", None, 300], user="supervisor")
        own = self.env["property.fee.price"].search([("unit_id.number", "=", "B1-001")])
        self.assertEqual(own.state, "waiting")
        self.assertEqual(own.approval_ids.requested_by_id, self.users["supervisor"])
        before = self.snapshot()
        self.spaces(["B1-001", "租赁", "1栋-1单元-101", None, 300], user="supervisor")
        self.assertEqual(self.snapshot(), before)

    def test_holder(self):
        header = ["车位编号", "车位性质", "房号", "车主姓名", "联系电话", "开始日期"]
        wizard = self.spaces(
            ["A1", "产权车位", "1栋-1单元-101", "张三", None, None],
            ["A2", "月租车位", "1栋-1单元-101", "赵六", "13800000006", "2026-10-15"],
            ["A3", "产权车位", None, "王五", "13800000003", None],
            ["A4", "产权车位", None, None, None, None],
            header=header,
        )
        self.assertEqual(wizard.imported_count, 4)
        self.assertIn("1 spaces name neither", wizard.warning_ids.message)

        def holder(number):
            return self.env["property.unit"].search([("number", "=", number)]).occupancy_ids

        self.assertFalse(holder("A1"), "the home's owner pays with the home")
        let = holder("A2")
        self.assertEqual((let.role, let.partner_id.name, let.is_payer), ("tenant", "赵六", True))
        self.assertEqual(let.date_start, date(2026, 10, 15))
        self.assertEqual(let.unit_id.fee_date_start, date(2026, 10, 15))
        self.assertEqual(holder("A3").role, "owner")
        before = self.snapshot()
        self.spaces(
            ["A2", "月租车位", "1栋-1单元-101", "赵六", "13800000006", "2026-10-15"], header=header
        )
        self.assertEqual(self.snapshot(), before)

    def test_moved_to_another_home(self):
        self.spaces(["B1-001", "租赁", "1栋-1单元-101", None, None])
        wizard = self.spaces(["B1-001", "租赁", "2栋-1单元-101", None, None])
        self.assertEqual(wizard.change_ids.mapped("column"), ["绑定房号"])
        space = self.env["property.unit"].search([("number", "=", "B1-001")])
        self.assertEqual(space.main_unit_id.full_name, "2栋-1单元-101")

    def test_zones_are_car_parks(self):
        header = ["车场", "车位号", "类型", "绑定房号"]
        self.spaces(
            ["北区地库", "1", "租赁", "1栋-1单元-101"],
            ["北区地库", "2", "租赁", "2栋-1单元-101"],
            ["1栋", "1", "租赁", "2栋-1单元-101"],
            header=header,
        )
        parks = self.env["property.building"].search([("kind", "=", "carpark")])
        self.assertEqual(set(parks.mapped("name")), {"北区地库", "1栋车库"})
        self.assertEqual(sum(parks.mapped("unit_count")), 3)
