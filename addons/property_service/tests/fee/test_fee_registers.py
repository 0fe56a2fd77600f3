# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from datetime import date

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import PropertyCase

JANUARY, MAY, OCTOBER = date(2024, 1, 1), date(2024, 5, 1), date(2024, 10, 1)


@tagged("post_install", "-at_install")
class TestFeeRegisters(PropertyCase):
    """The registers of the fee room say what the journal items say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.complaint_phone = "028-12345"
        cls.item = cls._make_item(priority=10, legal_basis="Contract")
        cls.trash = cls._make_item(
            "TRASH", "Waste", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls.rent = cls._make_item("PARK", "Parking rent", tax=5, basis="fixed", priority=30)
        cls._make_price(cls.item, 2.85)
        cls._make_price(cls.trash, 5)
        cls._make_price(cls.rent, 300, unit_type=cls.type_parking)
        cls.tower = cls.env["property.building"].create({"name": "2栋", "estate_id": cls.estate.id})
        cls.garage = cls.env["property.building"].create(
            {"name": "车库", "estate_id": cls.estate.id, "kind": "carpark"}
        )
        cls.home = cls._make_unit("101", 118.36)
        cls.home.owner_id.phone = "13800000000"
        cls.other = cls._make_unit("201", 100.0, building=cls.tower)
        cls.space = cls._make_unit(
            "B1-001",
            0,
            building=cls.garage,
            owner=False,
            type_id=cls.type_parking.id,
            main_unit_id=cls.home.id,
            entrance="",
        )

    def setUp(self):
        super().setUp()
        # tests read the source terms, whatever language is installed
        self.patch(type(self.estate), "_print_lang", lambda estate: "en_US")

    def _options(self, **options):
        return {"estate_ids": self.estate.ids, **options}

    def _register(self, name, user=None):
        register = self.env[f"property.register.{name}"]
        return register.with_user(user) if user else register

    def _content(self, name, **options):
        return self._register(name)._content(self._options(**options))

    def _all_rows(self, name, **options):
        return [row for part in self._content(name, **options)["sections"] for row in part["rows"]]

    def _book_balance(self, day, account_type="asset_receivable"):
        """What the books say on a day, asked of the journal items alone."""
        return self.env["account.move.line"]._read_group(
            [
                ("account_id.account_type", "=", account_type),
                ("property_unit_id.estate_id", "=", self.estate.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ],
            [],
            ["balance:sum"],
        )[0][0]

    def _make_history(self):
        """Bills of three months; payments in between, one of them for a chosen charge."""
        self._bill(JANUARY)
        self._take(self.home, 100.0, date=date(2024, 2, 10))
        self._bill(MAY)
        rent = self._open(self.home, MAY, self.rent)
        self._take(self.home, 300.0, charges=[(rent, 300.0)], date=date(2024, 5, 20))
        self._take(self.other, 1000.0, method="wechat", date=date(2024, 6, 3))
        self._bill(OCTOBER)

    def _open(self, unit, month, item):
        return self.env["property.charge"].search(
            [
                ("billed_unit_id", "=", unit.id),
                ("month", "=", month),
                ("item_id", "=", item.id),
            ]
        )

    # ageing --------------------------------------------------------------------------------------

    def test_ageing_is_the_receivable_of_any_day(self):
        """Form H14-2: the total is the receivable balance, also on days long past."""
        self._make_history()
        for day in (
            date(2024, 1, 15),
            date(2024, 2, 9),
            date(2024, 2, 10),
            date(2024, 5, 31),
            date(2024, 6, 3),
            date(2024, 10, 1),
            date(2025, 9, 30),
            date(2028, 1, 1),
        ):
            for name in ("ageing", "ageing.unit"):
                table = self._content(name, date=str(day))
                self.assertAlmostEqual(
                    table["total"]["amount"], self._book_balance(day), 2, (name, day)
                )
                ages = [key for key in table["total"] if key.startswith("age_") or key == "not_due"]
                self.assertAlmostEqual(
                    sum(table["total"][key] for key in ages), table["total"]["amount"], 2
                )

    def test_ages(self):
        """January of 101 is 642.33 with 100.00 paid: due 31 January, it wanders through the ages."""
        self._bill(JANUARY)
        self._take(self.home, 100.0, date=date(2024, 2, 10))
        left = 337.33 + 5 + 300 - 100
        for day, key, amount in (
            (date(2024, 1, 31), "not_due", left + 100),
            (date(2024, 2, 1), "age_3", left + 100),
            (date(2024, 4, 30), "age_3", left),
            (date(2024, 5, 1), "age_6", left),
            (date(2024, 8, 1), "age_12", left),
            (date(2025, 2, 1), "age_24", left),
            (date(2026, 2, 1), "age_36", left),
            (date(2027, 2, 1), "age_more", left),
        ):
            rows = self._all_rows("ageing.unit", date=str(day))
            row = next(row for row in rows if row["unit"] == self.home.full_name)
            self.assertAlmostEqual(row[key], amount, 2, (day, key))
            self.assertAlmostEqual(row["amount"], amount, 2)
            self.assertEqual(row["first_due"], date(2024, 1, 31))

    def test_ageing_survives_reversal(self):
        """A bill reversed later was owed until then, and its payment paid it until then."""
        run = self._bill(JANUARY)
        self._take(self.home, 100.0, date=date(2024, 2, 10))
        before = self._content("ageing", date="2024-03-01")["total"]["amount"]
        run.action_reverse()
        run.approval_ids.with_user(self.users["manager"]).action_approve()
        run.approval_ids.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(run.state, "reversed")
        after = self._content("ageing", date="2024-03-01")["total"]["amount"]
        self.assertAlmostEqual(after, before, 2)
        self.assertAlmostEqual(after, self._book_balance(date(2024, 3, 1)), 2)
        self.assertEqual(self._content("ageing", date="2100-01-01")["count"], 0)

    # arrears and unpaid --------------------------------------------------------------------------

    def test_arrears(self):
        """Form H9-1: months from and to, by kind of fee, per building and total."""
        self._make_history()
        table = self._content("arrears", date="2024-10-20")
        rows = {row["unit"]: row for part in table["sections"] for row in part["rows"]}
        self.assertEqual(set(rows), {self.home.full_name})  # 201 paid May ahead of October
        row = rows[self.home.full_name]
        self.assertEqual(row["phone"], "13800000000")
        self.assertEqual((row["area"], row["price"]), (118.36, 2.85))
        self.assertEqual((row["period"], row["months"]), ("2024-01~2024-05", 2))
        self.assertAlmostEqual(row["fee"], 237.33 + 337.33, 2)
        self.assertAlmostEqual(row["agency"], 10.0, 2)
        self.assertAlmostEqual(row["parking"], 300.0, 2)
        self.assertAlmostEqual(row["amount"], 884.66, 2)
        self.assertAlmostEqual(table["total"]["amount"], 884.66, 2)
        self.assertIn("3 to 6 months 342.33；6 to 12 months 542.33", table["notes"][0])
        # after the due day October is in arrears, too
        table = self._content("arrears", date="2024-11-01")
        self.assertAlmostEqual(table["total"]["amount"], self._book_balance(date(2024, 11, 1)), 2)
        # with people of two buildings in arrears each building has its subtotal
        self._bill(date(2024, 11, 1))
        self._bill(date(2024, 12, 1))
        table = self._content("arrears", date="2025-01-01")
        self.assertEqual(
            [(part["name"], part["total"]["amount"]) for part in table["sections"]],
            [("1栋", 884.66 + 3 * 642.33), ("2栋", 2 * 290.0 - 130.0)],
        )
        self.assertAlmostEqual(table["total"]["amount"], self._book_balance(date(2025, 1, 1)), 2)

    def test_unpaid(self):
        """Form H14-4: who has not paid the month, with what is open of earlier ones."""
        self._make_history()
        tower = self._content("unpaid", month="2024-10-01", date="2024-10-25")
        rows = {row["unit"]: row for part in tower["sections"] for row in part["rows"]}
        self.assertEqual(list(rows), [self.home.full_name])
        row = rows[self.home.full_name]
        self.assertAlmostEqual(row["of_month"], 642.33, 2)
        self.assertAlmostEqual(row["earlier"], 884.66, 2)
        self.assertAlmostEqual(row["amount"], 1526.99, 2)
        self.assertEqual(self._content("unpaid", month="2024-09-01")["count"], 0)

    # receivable ----------------------------------------------------------------------------------

    def test_receivable(self):
        """Form H2-2: building by item; parking goes with the home it is billed with."""
        self._bill(JANUARY)
        table = self._content("receivable", month="2024-01-01")
        self.assertEqual(
            [column.title for column in table["columns"]],
            ["Building", "Homes", "Property service fee", "Waste", "Parking rent", "Total"],
        )
        rows = [row for part in table["sections"] for row in part["rows"]]
        keys = [column.key for column in table["columns"]]
        self.assertEqual(
            [[row.get(key) for key in keys] for row in rows],
            [["1栋", 1, 337.33, 5.0, 300.0, 642.33], ["2栋", 1, 285.0, 5.0, None, 290.0]],
        )
        self.assertEqual(table["total"]["amount"], 932.33)
        self.assertAlmostEqual(self._book_balance(date(2024, 1, 31)), 932.33, 2)
        one = self._content("receivable", month="2024-01-01", building_ids=self.tower.ids)
        self.assertEqual(one["total"]["amount"], 290.0)

    # takings -------------------------------------------------------------------------------------

    def test_takings(self):
        """Form H4-2: by item and way of paying, checked against cash and bank."""
        self._bill(JANUARY)
        first = self._take(self.home, 1000.0, date=date(2024, 2, 10))
        second = self._take(self.other, 290.0, method="wechat", date=date(2024, 2, 10))
        self._take(self.other, 50.0, date=date(2024, 2, 11))
        table = self._content("takings", date_from="2024-02-10", date_to="2024-02-10")
        self.assertEqual(table["title"], "Daily Report of Takings")
        self.assertEqual([part["name"] for part in table["sections"]], ["Cash", "WeChat Pay"])
        self.assertEqual(
            [
                (row["number"], row["item"], row["period"], row["amount"])
                for part in table["sections"]
                for row in part["rows"]
            ],
            [
                (first.number, "Property service fee", "2024-01", 337.33),
                (first.number, "Waste", "2024-01", 5.0),
                (first.number, "Parking rent", "2024-01", 300.0),
                (first.number, "Paid in advance", "", 357.67),
                (second.number, "Property service fee", "2024-01", 285.0),
                (second.number, "Waste", "2024-01", 5.0),
            ],
        )
        self.assertEqual(table["total"]["amount"], 1290.0)
        notes = "\n".join(table["notes"])
        self.assertIn("Property service fee 622.33", notes)
        self.assertIn("receipts 1,290.00, posted in cash and bank 1,290.00, difference 0.00", notes)
        self.assertIn("Daily closing: not made yet.", notes)
        both = self._content("takings", date_from="2024-02-01", date_to="2024-02-29")
        self.assertEqual(both["total"]["amount"], 1340.0)
        self.assertAlmostEqual(self._book_balance(date(2024, 2, 29), "asset_cash"), 1340.0, 2)

    def test_takings_with_voided_receipt_and_closing(self):
        self._bill(JANUARY)
        receipt = self._take(self.home, 642.33)
        kept = self._take(self.other, 100.0)
        receipt._void("wrong home").with_user(self.users["supervisor"]).action_approve()
        options = {"date_from": str(receipt.date), "date_to": "2999-12-31"}
        rows = self._all_rows("takings", **options)
        self.assertEqual(
            {(row["number"], row["amount"], row["remark"]) for row in rows},
            {(receipt.number, 0.0, "Voided"), (kept.number, 100.0, "")},
        )
        closing = self.env["property.day.closing"].create(
            {"estate_id": self.estate.id, "date": receipt.date, "note": "5 yuan too much"}
        )
        closing.line_ids.counted = 105.0
        closing.deposited = 100.0
        notes = "\n".join(self._content("takings", **options)["notes"])
        self.assertIn("of which voided: 1", notes)
        self.assertIn("receipts 100.00, posted in cash and bank 100.00, difference 0.00", notes)
        self.assertIn(
            "cash taken 100.00, counted 105.00, banked 100.00, difference 5.00 5 yuan too much",
            notes,
        )

    def test_takings_shows_what_is_not_in_the_books(self):
        """A receipt whose entry somebody reversed by hand is a difference in the check line."""
        self._bill(JANUARY)
        receipt = self._take(self.home, 100.0, date=date(2024, 2, 10))
        receipt.payment_id.move_id._reverse_moves([{"date": date(2024, 2, 12)}], cancel=True)
        day = {"date_from": "2024-02-10", "date_to": "2024-02-10"}
        self.assertIn("difference 0.00", "\n".join(self._content("takings", **day)["notes"]))
        later = {"date_from": "2024-02-12", "date_to": "2024-02-12"}
        table = self._content("takings", **later)
        self.assertEqual(table["total"]["amount"], -100.0)
        self.assertIn("difference 0.00", "\n".join(table["notes"]))

    # prepaid -------------------------------------------------------------------------------------

    def test_prepaid(self):
        """Form H5-1: opening, received, set off with its months, other, balance."""
        self._bill(JANUARY)
        self._take(self.home, 2000.0, date=date(2024, 2, 10))
        self._take(self.other, 290.0, date=date(2024, 2, 10))
        self._bill(MAY)
        self._take(self.home, 50.0, charges=[], date=date(2024, 5, 5))
        rows = self._all_rows("prepaid", date_from="2024-05-01", date_to="2024-05-31")
        self.assertEqual(len(rows), 1)
        row = rows[0]
        self.assertEqual(
            (row["opening"], row["received"], row["set_off"], row["refunded"], row["other"]),
            (1357.67, 50.0, 642.33, None, None),
        )
        self.assertEqual((row["balance"], row["period"]), (765.34, "2024-05"))
        self.home.invalidate_recordset(["prepaid"])
        self.assertEqual(self.home.prepaid, 765.34)
        before = self._all_rows("prepaid", date_from="2024-02-01", date_to="2024-02-29")
        self.assertEqual([row["balance"] for row in before], [1357.67])

    # collection ----------------------------------------------------------------------------------

    def test_collection(self):
        """Form H14-1: month, year so far, old arrears, advance; rates of totals, not their mean."""
        self._bill(JANUARY)
        self._take(self.other, 290.0, date=date(2024, 1, 20))
        self._bill(MAY)
        self._take(self.home, 642.33, date=date(2024, 5, 20))
        self._take(self.other, 1000.0, date=date(2024, 5, 21))
        for name, title in (("collection", "2栋"), ("collection.item", "Advance receipts")):
            table = self._content(name, month="2024-05-01", date="2024-05-31")
            total = table["total"]
            self.assertEqual(
                [total[key] for key in ("due", "paid", "year_due", "year_paid")],
                [932.33, 290.0, 1864.66, 290.0 + 642.33 + 290.0],
                name,
            )
            self.assertEqual(
                [total[key] for key in ("opening", "recovered", "advance", "closing")],
                [642.33, 642.33, 710.0, 642.33],
            )
            self.assertEqual(
                [total[key] for key in ("rate", "arrears_rate", "overall_rate", "year_rate")],
                [0.3110, 1.0, 0.5921, 0.6555],
            )
            row = next(
                row for part in table["sections"] for row in part["rows"] if row["name"] == title
            )
            self.assertEqual(row["advance"], 710.0)
        self.assertIn("1 of 2 homes", table["notes"][0])
        self.assertAlmostEqual(total["closing"], self._book_balance(date(2024, 5, 31)), 2)

    # prices --------------------------------------------------------------------------------------

    def test_prices(self):
        """Form H1-1: what is in force on the day, by type of unit; no unit's own price."""
        self._make_price(self.item, 9, unit_id=self.home.id, override_reason="agreed")
        self._make_price(self.item, 6, unit_type=self.type_shop, date_start=date(2024, 3, 1))
        self._make_price(self.trash, 7, unit_type=self.type_shop, approve=False)
        rows = self._all_rows("prices", date="2024-02-01")
        self.assertEqual([row["price"] for row in rows], [2.85, 5.0, 300.0])
        self.assertEqual(rows[0]["basis"], "Contract")
        table = self._content("prices", date="2024-03-01")
        self.assertEqual(table["count"], 4)
        self.assertTrue(any("028-12345" in note for note in table["notes"]))

    # outputs and rights --------------------------------------------------------------------------

    NAMES = (
        "prices",
        "receivable",
        "unpaid",
        "arrears",
        "ageing",
        "ageing.unit",
        "takings",
        "prepaid",
        "collection",
        "collection.item",
    )

    def test_workbook(self):
        """Cells are numbers, dates and text; what people typed is never a formula."""
        self._make_history()
        self.home.owner_id.name = "=1+1"
        content = self._register("arrears")._render_xlsx(self._options(date="2024-10-20"))
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        values = [[cell.value for cell in line] for line in sheet.iter_rows()]
        self.assertIn("List of Fees in Arrears", values[0])
        row = next(line for line in values if self.home.full_name in line)
        self.assertIn("=1+1", row)
        cell = next(cell for line in sheet.iter_rows() for cell in line if cell.value == "=1+1")
        self.assertEqual(cell.data_type, "s")
        self.assertIn(884.66, [round(value, 2) for value in row if isinstance(value, float)])

    def test_every_register_prints(self):
        """As form and as workbook, with data and without, offered by the dialog."""
        dialog = self.env["property.register.print"]
        offered = dict(dialog.fields_get(["register"])["register"]["selection"])
        options = {"month": "2024-10-01", "date_from": "2024-01-01", "date_to": "2024-12-31"}
        for history in (False, True):
            if history:
                self._make_history()
            for name in self.NAMES:
                with self.subTest(name, history=history):
                    self.assertIn(name, offered)
                    register = self._register(name)
                    self.assertTrue(register._render_xlsx(self._options(**options)))
                    html = (
                        self.env["ir.actions.report"]
                        ._render_qweb_html(
                            "property_service.report_register",
                            None,
                            {"register": register._name, "options": self._options(**options)},
                        )[0]
                        .decode()
                    )
                    self.assertIn(register._title(self._options(**options)), html)

    def test_rights(self):
        """Registers with names and phones are for staff, rates for supervisor and accountant."""
        self._make_history()
        for name, role, allowed in (
            ("arrears", "reader", False),
            ("arrears", "staff", True),
            ("ageing", "reader", True),
            ("collection", "cashier", False),
            ("collection", "accountant", True),
            ("collection", "manager", True),
        ):
            register = self._register(name, self.users[role])
            options = self._options(month="2024-10-01")
            with self.subTest(name, role=role):
                if allowed:
                    self.assertTrue(register._content(options)["count"])
                else:
                    with self.assertRaises(AccessError):
                        register._content(options)

    def test_foreign_estate(self):
        """Another estate's figures cannot be had by naming it."""
        other = self._make_estate("Far Garden", "FG", user_ids=[])
        building = self.env["property.building"].create({"name": "1栋", "estate_id": other.id})
        self._make_unit("999", building=building)
        self.env["property.fee.price"].create(
            {
                "item_id": self.item.id,
                "estate_id": other.id,
                "type_id": self.type_home.id,
                "price": 1,
                "date_start": JANUARY,
            }
        )._approve_now()
        self._bill(JANUARY, estate_ids=[Command.set((self.estate | other).ids)])
        for name in ("ageing", "arrears", "receivable"):
            register = self._register(name, self.users["supervisor"])
            with self.assertRaises(AccessError):
                register._content({"estate_ids": other.ids, "month": "2024-01-01"})
            own = register._content({"month": "2024-01-01"})
            foreign = register._content({"month": "2024-01-01", "building_ids": building.ids})
            self.assertEqual(foreign["count"], 0, name)
            self.assertTrue(own["count"], name)

    def test_queries_do_not_grow(self):
        """A fixed number of statements, for 4 homes and for 24."""

        def count(name):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._content(name, month="2024-10-01", date_from="2024-01-01", date_to="2024-12-31")
            return self.cr.sql_log_count - before

        def grow(first, last):
            for number in range(first, last):
                unit = self._make_unit(f"3{number:02d}", 90.0)
                unit.owner_id.phone = str(number)

        grow(0, 2)
        self._make_history()
        for name in self.NAMES:  # what is read once and kept
            count(name)
        few = {name: count(name) for name in self.NAMES}
        grow(2, 22)
        november = self._bill(date(2024, 11, 1))
        for unit in november.charge_ids.billed_unit_id[:8]:
            self._take(unit, 500.0, date=date(2024, 11, 20))
        for name in self.NAMES:
            with self.subTest(name):
                self.assertLessEqual(count(name), few[name] + 1)
                self.assertLess(few[name], 30)
