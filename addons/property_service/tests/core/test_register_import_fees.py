# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.tests import tagged

from .import_case import ImportCase

HEADER = [
    "收费项目",
    "适用类型",
    "计费方式",
    "单价",
    "单位",
    "收费周期",
    "税率",
    "生效日期",
    "失效日期",
]


def fee(item="物业服务费", kind="住宅", price=2.85, start="2026-01-01", end=None, **cells):
    """Return a row of a price list."""
    row = {
        "收费项目": item,
        "适用类型": kind,
        "计费方式": "建筑面积×单价",
        "单价": price,
        "单位": "元/㎡·月",
        "收费周期": "月",
        "税率": "6%含税",
        "生效日期": start,
        "失效日期": end,
        **cells,
    }
    return [row[title] for title in HEADER]


@tagged("post_install", "-at_install")
class TestFeeImport(ImportCase):
    def fees(self, *rows, **values):
        return self.take_in([HEADER, *rows], "fees", **values)

    def item(self, name):
        return self.env["property.fee.item"].search([("name", "=", name)])

    def prices(self, name="物业服务费"):
        return self.env["property.fee.price"].search(
            [("item_id.name", "=", name), ("state", "!=", "cancelled")], order="date_start"
        )

    def test_import_twice(self):
        rows = (
            fee(),
            fee(kind="商铺", price="6.8元/㎡·月"),
            fee("生活垃圾处理费", price=5, 计费方式="按户定额", 单位="元/户·月", 税率="免税"),
            fee("车位租金", "租赁车位", 320, 计费方式="按位定额", 单位="元/位·月", 税率="5%含税"),
            fee("水费", "住宅、商铺", 3.5, 计费方式="用量×单价", 单位="元/吨", 税率=None),
            fee("宠物管理费", "住宅", 10, 计费方式="固定", 单位="元/户·月", 税率=0.06),
            fee(
                "装修押金",
                "住宅",
                2000,
                计费方式="固定",
                单位="元/户",
                收费周期="一次性",
                税率=None,
            ),
        )
        wizard = self.fees(*rows)
        self.assertEqual(wizard.imported_count, 7, wizard.error_ids.mapped("message"))
        self.assertEqual(self.counts(wizard), {"items": (6, 0, 0), "prices": (8, 0, 0)})
        found = {
            item.name: (item.code, item.kind, item.basis, item.priority, item.tax_id.amount)
            for item in self.env["property.fee.item"].search([])
        }
        self.assertEqual(found["物业服务费"], ("MGT", "income", "gross_area", 10, 6.0))
        self.assertEqual(found["生活垃圾处理费"], ("TRASH", "agency", "fixed", 20, 0.0))
        self.assertEqual(found["车位租金"], ("PARK_RENT", "income", "fixed", 40, 5.0))
        self.assertEqual(found["水费"], ("WATER", "agency", "quantity", 60, 0.0))
        self.assertEqual(found["宠物管理费"], ("F001", "income", "fixed", 10, 6.0))
        self.assertEqual(found["装修押金"][:3], ("DEP", "deposit", "fixed"))
        self.assertFalse(self.item("装修押金").periodic)
        self.assertFalse(self.item("水费").periodic)
        self.assertTrue(all(tax.price_include for tax in self.item("物业服务费").tax_id))
        self.assertEqual(
            set(self.env["property.fee.price"].search([]).mapped("state")), {"approved"}
        )
        self.assertEqual(
            self.item("生活垃圾处理费").product_id.property_account_income_id,
            self.company.property_agency_account_id,
        )
        before = self.snapshot()
        again = self.fees(*rows)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.counts(again), {"items": (0, 0, 6), "prices": (0, 0, 8)})

    def test_refusals(self):
        wizard = self.fees(
            fee(),
            fee(None, kind="商铺"),
            fee("甲费", kind="飞船"),
            fee("乙费", price="面议"),
            fee("丙费", price=-1),
            fee("丁费", 计费方式="看心情", 单位=None),
            fee("戊费", 税率="6%不含税"),
            fee("己费", 税率=None),
            fee("庚费", start=None),
            fee("辛费", start="2026-05-01", end="2026-01-01"),
            fee("壬费", price=100, 单位="元/户·年", 计费方式="固定"),
            fee(kind="商铺", 税率="9%含税"),
            fee(price=3, start="2026-07-01"),
            fee(),
        )
        # an empty cell of the item is the item above
        self.assertEqual(wizard.imported_count, 2)
        self.assert_refused(
            wizard,
            (4, "适用类型", "飞船"),
            (5, "单价", "no number"),
            (6, "单价", "below zero"),
            (7, "计费方式", "按户定额"),
            (8, "税率", "6%含税"),
            (9, "税率", "missing"),
            (10, "生效日期", "missing"),
            (11, "失效日期", "before it starts"),
            (12, "单价", "12 months"),
            (13, "税率", "row 2"),
            (14, "生效日期", "end date"),
            (15, "适用类型", "further up"),
        )

    def test_price_per_year(self):
        wizard = self.fees(
            fee(
                "生活垃圾处理费",
                price=60,
                计费方式="固定",
                单位="元/户·年",
                收费周期="年",
                税率="免税",
            )
        )
        price = self.prices("生活垃圾处理费")
        self.assertEqual((price.price, price.item_id.cycle), (5.0, "12"))
        self.assertEqual(wizard.change_ids.mapped("column"), ["单价"])

    def test_new_version_ends_the_old_one(self):
        self.fees(fee())
        wizard = self.fees(fee(price=3, start="2027-01-01"))
        self.assertEqual(self.counts(wizard)["prices"], (1, 1, 0))
        old, new = self.prices()
        self.assertEqual(old.date_end, date(2026, 12, 31))
        self.assertEqual((new.price, new.date_start, new.state), (3, date(2027, 1, 1), "approved"))
        before = self.snapshot()
        again = self.fees(fee())
        self.assertEqual(self.counts(again)["prices"], (0, 0, 1))
        self.assertEqual(self.snapshot(), before)

    def test_price_in_force_since_long(self):
        self.fees(fee(start="2020-01-01"))
        wizard = self.fees(fee(), fee(kind="商铺", start="2020-01-01", end="2020-12-31"))
        self.assertEqual(self.counts(wizard)["prices"], (1, 0, 1))
        self.assertFalse(wizard.change_ids)
        wizard = self.fees(fee(kind="商铺", start="2020-06-01"))
        self.assertEqual(self.counts(wizard)["prices"], (1, 1, 0))

    def test_version_never_charged_gives_way(self):
        self.fees(fee(price=9))
        self.fees(fee(price=2.85))
        self.assertEqual(self.prices().mapped("price"), [2.85])

    def test_charged_version_stays(self):
        self.fees(fee(), fee(kind="商铺"))
        building = self.env["property.building"].create(
            {"name": "1栋", "estate_id": self.estate.id}
        )
        self._make_unit("101", building=building)
        self._bill(date(2026, 11, 1))
        wizard = self.fees(fee(price=3), fee(price=3, kind="商铺", start="2026-11-16"))
        self.assert_refused(wizard, (2, "生效日期", "2026-11-30"))
        self.assertEqual(self.counts(wizard)["prices"], (1, 1, 0))
        late = self.fees(fee(price=3, start="2026-12-01"))
        self.assertFalse(late.error_ids)

    def test_gap_and_earlier_version(self):
        self.fees(fee(start="2026-06-01", end="2026-08-31"))
        wizard = self.fees(fee(price=3, start="2026-10-01"))
        self.assertIn("2026-08-31", wizard.warning_ids.message)
        wizard = self.fees(fee(price=2, start="2026-01-01"))
        self.assert_refused(wizard, (2, "失效日期", "2026-06-01"))
        wizard = self.fees(fee(price=2, start="2026-01-01", end="2026-05-31"))
        self.assertFalse(wizard.error_ids)

    def test_accountant_asks_for_approval(self):
        wizard = self.fees(fee(), user="accountant")
        price = self.prices()
        self.assertEqual(price.state, "waiting")
        self.assertEqual(price.approval_ids.state, "pending")
        before = self.snapshot()
        again = self.fees(fee(), user="accountant")
        self.assertEqual(self.counts(again)["prices"], (0, 0, 1))
        self.assertEqual(self.snapshot(), before)
        wizard = self.fees(fee(price=3, start="2026-03-01"), user="accountant")
        self.assert_refused(wizard, (2, "单价", "waiting"))
        price.approval_ids.with_user(self.users["administrator"]).action_approve()
        wizard = self.fees(fee(price=3, start="2027-03-01"), user="accountant")
        self.assertIn("2027-02-28", wizard.warning_ids.message)
        self.assertFalse(price.date_end)

    def test_administrator_decides_himself(self):
        self.fees(fee(), user="administrator")
        self.assertEqual(self.prices().state, "approved")
        self.assertEqual(self.prices().approved_by_id, self.users["administrator"])

    def test_manager_may_take_in_prices(self):
        self.fees(fee(), user="manager")
        self.assertTrue(self.prices())

    def test_known_items(self):
        item = self._make_item("MGT", "物业服务费")
        self._make_price(item, 2.85)
        other = self._make_item("F001", "别的费")
        wizard = self.fees(
            fee(计费方式="套内面积×单价"),
            fee("别的费", 计费方式="套内面积×单价", 税率="9%含税"),
            fee("电梯维护", 计费方式="固定"),
            fee("某费", 计费方式="固定"),
        )
        self.assert_refused(wizard, (2, "计费方式", "Gross area"))
        self.assertEqual((other.basis, other.tax_id.amount), ("inner_area", 9.0))
        self.assertEqual(self.item("某费").code, "F002")
        self.assertEqual(self.counts(wizard)["items"], (2, 1, 0))

    def test_name_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        item = self._make_item("MGT", "Property fee")
        item.with_context(lang="zh_CN").name = "物业服务费"
        self.fees(fee())
        self.assertEqual(self.env["property.fee.price"].search([]).item_id, item)

    def test_company_without_accounts(self):
        company = self.env["res.company"].create({"name": "No books"})
        self.env.user.company_ids += company
        estate = self._make_estate("Elsewhere", "EW", company_id=company.id)
        with self.assertRaisesRegex(Exception, "chart of accounts"):
            self.fees(fee(), estate_id=estate.id)

    def test_other_company(self):
        company = self.env["res.company"].create(
            {"name": "Other books", "country_id": self.env.ref("base.cn").id}
        )
        self.env["account.chart.template"].try_loading("cn", company=company, install_demo=False)
        self.env.user.company_ids = [Command.link(company.id)]
        estate = self._make_estate("Elsewhere", "EW", company_id=company.id)
        self.fees(fee())
        wizard = self.fees(fee(), estate_id=estate.id)
        self.assertEqual(self.counts(wizard), {"items": (1, 0, 0), "prices": (1, 0, 0)})
        self.assertEqual(self.prices().item_id.mapped("company_id"), self.company + company)
