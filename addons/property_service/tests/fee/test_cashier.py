# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

KEY = "request-of-the-test-%04d"


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05 02:00:00")
class TestCashier(PropertyCase):
    """The methods behind the cashier's screen, called as a cashier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls._make_price(cls.item, 2.85)
        cls._make_price(cls.trash, 5)
        cls.wang = cls.env["res.partner"].create({"name": "王建国", "phone": "13812347783"})
        cls.unit = cls._make_unit("204", 118.36, owner=cls.wang)
        cls.parking = cls._make_unit(
            "B1-023",
            0,
            owner=cls.wang,
            entrance="",
            type_id=cls.type_parking.id,
            main_unit_id=cls.unit.id,
            plate="粤A12345",
        )
        cls.cashier = cls.env["property.cashier"].with_user(cls.users["cashier"])

    def _charges(self, unit=None):
        return (unit or self.unit)._open_charges()._due_order()

    def _values(self, amount, lines=(), key=1, **values):
        return {
            "request_key": KEY % key,
            "unit_id": self.unit.id,
            "journal_id": self._journal("cash").id,
            "amount": amount,
            "lines": [{"charge_id": charge.id, "amount": share} for charge, share in lines],
            **values,
        }

    def _take_all(self, **values):
        charges = self._charges()
        lines = [(charge, charge.amount_residual) for charge in charges]
        return self.cashier.cashier_take(
            self._values(round(sum(share for _charge, share in lines), 2), lines, **values)
        )

    # search --------------------------------------------------------------------------------------

    def test_search_by_whatever_the_payer_says(self):
        self._bill()
        for text in (
            "1-1-204",
            "1栋1单元204",
            "1-204",
            "204",
            "1-1-2",
            "１－１－２０４",
            "王建国",
            "建国",
            "13812347783",
            "7783",
            "粤A12345",
            " 204 ",
        ):
            with self.subTest(text=text):
                self.assertEqual(
                    [row["unit_id"] for row in self.cashier.cashier_search(text)], [self.unit.id]
                )
        self.assertEqual(
            self.cashier.cashier_search("204"),
            [
                {
                    "unit_id": self.unit.id,
                    "name": "1栋-1单元-204",
                    "via": "",
                    "estate": "Lake Garden",
                    "owners": "王建国",
                    "payer": "王建国",
                    "phone": "138****7783",
                    "owed": 342.33,
                }
            ],
        )
        self.assertEqual(self.cashier.cashier_search("粤A12345")[0]["via"], "1栋-B1-023")
        self.assertEqual(self.cashier.cashier_search("nobody"), [])
        self.assertEqual(self.cashier.cashier_search("  "), [])
        self.assertEqual(self.cashier.cashier_search("%"), [])

    def test_search_exact_room_first(self):
        others = [self._make_unit(number) for number in ("2040", "1204", "20")]
        found = [row["unit_id"] for row in self.cashier.cashier_search("204")]
        self.assertEqual(found[0], self.unit.id)
        self.assertEqual(set(found), {self.unit.id, others[0].id, others[1].id})
        found = [row["unit_id"] for row in self.cashier.cashier_search("1-1-20", limit=2)]
        self.assertEqual(found[0], others[2].id)
        self.assertEqual(len(found), 2)

    def test_search_queries_do_not_grow(self):
        def queries(text):
            self.env.flush_all()
            self.env.invalidate_all()
            self.cashier.cashier_search(text)  # groups, rules and the like get into caches
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.cashier.cashier_search(text, limit=20)
            return self.cr.sql_log_count - before

        self._make_unit("301")
        few = queries("1-1-3")
        for number in range(302, 320):
            self._make_unit(str(number))
        self._bill()
        self.assertEqual(len(self.cashier.cashier_search("1-1-3", limit=20)), 19)
        self.assertLessEqual(queries("1-1-3"), few)
        self.assertLessEqual(few, 25)

    # load ----------------------------------------------------------------------------------------

    def test_load(self):
        self._bill()
        december = self._bill(date(2026, 12, 1))
        data = self.cashier.cashier_load(self.unit.id)
        home = data["home"]
        self.assertEqual(home["name"], "1栋-1单元-204")
        self.assertEqual(home["owners"], "王建国")
        self.assertEqual(home["phone"], "138****7783")
        self.assertEqual(home["owed"], 684.66)
        self.assertEqual(home["prepaid"], 0)
        self.assertEqual(home["oldest_due"], "2026-11-30")
        self.assertEqual([side["plate"] for side in home["sides"]], ["粤A12345"])
        self.assertEqual(
            [
                (row["month"], row["item"], row["due"], row["overdue"], row["other_payer"])
                for row in data["charges"]
            ],
            [
                ("2026-11-01", "Property service fee", 337.33, True, ""),
                ("2026-11-01", "Waste disposal", 5.0, True, ""),
                ("2026-12-01", "Property service fee", 337.33, False, ""),
                ("2026-12-01", "Waste disposal", 5.0, False, ""),
            ],
        )
        self.assertEqual(
            [row["method"] for row in data["journals"]],
            ["cash", "wechat", "alipay", "pos", "transfer"],
        )
        self.assertFalse(data["closed"])
        self.assertEqual(data["receipts"], [])
        self.assertEqual(
            self.cashier.cashier_load(self.parking.id)["home"]["unit_id"], self.unit.id
        )
        self.assertTrue(december.charge_ids)

    def test_load_names_other_payers(self):
        self._bill()
        new = self.env["res.partner"].create({"name": "New owner"})
        self.unit._transfer_ownership(date(2026, 12, 1), [(new, 0)], "sale")
        self._bill(date(2026, 12, 1))
        rows = self.cashier.cashier_load(self.unit.id)["charges"]
        self.assertEqual(
            {(row["month"], row["other_payer"]) for row in rows},
            {("2026-11-01", "王建国"), ("2026-12-01", "")},
        )
        debts = self._charges().filtered(lambda charge: charge.partner_id == self.wang)
        taken = self.cashier.cashier_take(
            self._values(342.33, [(charge, charge.amount_residual) for charge in debts])
        )
        self.assertEqual(taken["payer"], "王建国")

    def test_load_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.cashier.cashier_load(self.unit.id)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.cashier.cashier_load(self.unit.id)
            return self.cr.sql_log_count - before

        self._bill()
        few = queries()
        for month in (7, 8, 9, 10, 12):
            self._bill(date(2026, month, 1))
        self.assertEqual(len(self.cashier.cashier_load(self.unit.id)["charges"]), 12)
        self.assertLessEqual(queries(), few)
        self.assertLessEqual(few, 45)

    def test_load_of_a_unit_that_is_gone(self):
        with self.assertRaises(UserError):
            self.cashier.cashier_load(self.unit.id + 1000000)

    # taking money --------------------------------------------------------------------------------

    def test_take_all(self):
        run = self._bill()
        taken = self._take_all(payer_name=" 王太太 ", memo="", external_ref=" ")
        receipt = self.env["property.receipt"].browse(taken["id"])
        self.assertEqual(receipt.state, "confirmed")
        self.assertEqual(receipt.cashier_id, self.users["cashier"])
        self.assertEqual(receipt.partner_id, self.wang)
        self.assertEqual(receipt.payer_name, "王太太")
        self.assertFalse(receipt.external_ref)
        self.assertEqual(receipt.request_key, KEY % 1)
        self.assertEqual(taken["number"], receipt.number)
        self.assertEqual(taken["amount"], 342.33)
        self.assertEqual(taken["amount_prepaid"], 0)
        self.assertEqual(taken["amount_words"], "叁佰肆拾贰元叁角叁分")
        self.assertFalse(taken["repeated"])
        self.assertEqual(set(run.charge_ids.mapped("state")), {"paid"})
        self.assertEqual(taken["today"]["count"], 1)
        self.assertEqual(self.cashier.cashier_load(self.unit.id)["charges"], [])

    def test_second_click_takes_nothing(self):
        self._bill()
        values = self._values(
            342.33, [(charge, charge.amount_residual) for charge in self._charges()]
        )
        first = self.cashier.cashier_take(values)
        again = self.cashier.cashier_take(values)
        self.assertEqual(again["id"], first["id"])
        self.assertEqual(again["number"], first["number"])
        self.assertTrue(again["repeated"])
        receipts = self.env["property.receipt"].search([("unit_id", "=", self.unit.id)])
        self.assertEqual(len(receipts), 1)
        self.assertEqual(again["today"]["amount"], 342.33)

    def test_key_does_not_serve_another_payment(self):
        self._bill()
        self._take_all()
        with self.assertRaisesRegex(UserError, "taken already"):
            self.cashier.cashier_take(self._values(100.0))
        with self.assertRaisesRegex(UserError, "taken already"):
            self.cashier.cashier_take(self._values(342.33, journal_id=self._journal("wechat").id))
        with self.assertRaises(AccessError):
            self.cashier.with_user(self.users["accountant"]).cashier_take(self._values(342.33))

    def test_key_is_needed(self):
        for key in (None, "", "short", "x" * 65, 1234567890123456):
            with self.subTest(key=key), self.assertRaises(UserError):
                self.cashier.cashier_take(self._values(10.0, request_key=key))

    def test_two_requests_at_once(self):
        """The one that comes later cannot see the other's receipt: it has to begin anew."""
        self._bill()
        self._take_all()
        self.env.flush_all()
        with (
            patch.object(
                type(self.env["property.cashier"]),
                "_receipt_of_request",
                lambda cashier, key: cashier.env["property.receipt"],
            ),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            self.cashier.cashier_take(self._values(20.0))
        receipts = self.env["property.receipt"].search([("unit_id", "=", self.unit.id)])
        self.assertEqual(receipts.mapped("amount"), [342.33])

    def test_part_payment(self):
        self._bill()
        main, trash = self._charges()
        taken = self.cashier.cashier_take(self._values(102.5, [(main, 100.0), (trash, 2.5)]))
        self.assertEqual(taken["amount_prepaid"], 0)
        self.assertEqual((main.state, main.amount_residual), ("partial", 237.33))
        self.assertEqual((trash.state, trash.amount_residual), ("partial", 2.5))
        rows = self.cashier.cashier_load(self.unit.id)["charges"]
        self.assertEqual([(row["paid"], row["due"]) for row in rows], [(100, 237.33), (2.5, 2.5)])

    def test_what_is_over_is_paid_in_advance(self):
        self._bill()
        charges = self._charges()
        taken = self.cashier.cashier_take(
            self._values(400.0, [(charge, charge.amount_residual) for charge in charges])
        )
        self.assertEqual(taken["amount_prepaid"], 57.67)
        self.assertEqual(self.cashier.cashier_load(self.unit.id)["home"]["prepaid"], 57.67)

    def test_advance_without_charges(self):
        taken = self.cashier.cashier_take(self._values(1000.0))
        self.assertEqual((taken["amount_charges"], taken["amount_prepaid"]), (0, 1000))

    def test_paid_meanwhile(self):
        self._bill()
        charges = self._charges()
        values = self._values(342.33, [(charge, charge.amount_residual) for charge in charges])
        self._take(self.unit, 342.33)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.cashier.cashier_take(values)
        self.assertEqual(self.cashier.cashier_today()["count"], 0)

    def test_closed_day(self):
        self._bill()
        closing = self.env["property.day.closing"].create({"estate_id": self.estate.id})
        closing.action_close()
        self.assertTrue(self.cashier.cashier_load(self.unit.id)["closed"])
        with self.assertRaisesRegex(UserError, "closed"):
            self._take_all()

    def test_wrong_figures(self):
        self._bill()
        main, trash = self._charges()
        for values in (
            self._values(0),
            self._values(-5),
            self._values("100"),
            self._values(True),
            self._values(float("nan")),
            self._values(100.0, [(main, 337.33)]),
            self._values(500.0, [(main, 400.0)]),
            self._values(500.0, [(main, -1.0)]),
            self._values(342.33, journal_id=self.company.property_transfer_journal_id.id),
            self._values(342.33, journal_id=None),
            self._values(342.33, unit_id=0),
            self._values(342.33, [(trash.browse(trash.id + 1000000), 5.0)]),
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.cashier.cashier_take(values)
        self.assertFalse(self.env["property.receipt"].search([("unit_id", "=", self.unit.id)]))

    def test_home_without_payer(self):
        empty = self._make_unit("999", owner=False)
        with self.assertRaisesRegex(UserError, "neither payer nor owner"):
            self.cashier.cashier_take(self._values(10.0, unit_id=empty.id))

    def test_transaction_only_once(self):
        wechat = self._journal("wechat").id
        self.cashier.cashier_take(
            self._values(10.0, journal_id=wechat, external_ref="4200001234", key=1)
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            self.cashier.cashier_take(
                self._values(10.0, journal_id=wechat, external_ref="4200001234", key=2)
            )
        self.assertNotIsInstance(caught.exception, ConcurrencyError)
        self.assertIn("external_once", str(caught.exception))

    # receipts and the day ------------------------------------------------------------------------

    def test_last_receipts(self):
        with freeze_time("2026-12-04 02:00:00"):
            old = self._take(self.unit, 10.0)
        taken = [
            self.cashier.cashier_take(self._values(float(amount), key=amount))
            for amount in (11, 12, 13)
        ]
        rows = self.cashier.cashier_load(self.unit.id)["receipts"]
        self.assertEqual([row["amount"] for row in rows], [13, 12, 11])
        self.assertEqual([row["voidable"] for row in rows], [True] * 3)
        receipts = self.env["property.receipt"].browse([row["id"] for row in taken])
        receipts[2].with_user(self.users["cashier"])._void("wrong home")
        receipts[1].with_user(self.users["cashier"])._void("wrong home").with_user(
            self.users["supervisor"]
        ).action_approve()
        self.env.invalidate_all()
        rows = self.cashier.cashier_load(self.unit.id)["receipts"]
        self.assertEqual(
            [(row["voided"], row["void_asked"], row["voidable"]) for row in rows],
            [(False, True, False), (True, False, False), (False, False, True)],
        )
        with self.assertRaises(UserError):
            old.with_user(self.users["cashier"]).action_void()
        with freeze_time("2026-12-06 02:00:00"):
            rows = self.cashier.cashier_load(self.unit.id)["receipts"]
            self.assertEqual([row["voidable"] for row in rows], [False] * 3)

    def test_today(self):
        self.assertEqual(
            self.cashier.cashier_today(),
            {"date": "2026-12-05", "count": 0, "amount": 0.0, "methods": []},
        )
        wechat = self._journal("wechat").id
        self.cashier.cashier_take(self._values(10.1, key=1))
        self.cashier.cashier_take(self._values(20.2, key=2))
        self.cashier.cashier_take(self._values(5.0, key=3, journal_id=wechat))
        other = self.cashier.with_user(self.users["accountant"])
        other.cashier_take(self._values(7.0, key=4))
        with freeze_time("2026-12-04 02:00:00"):
            self.cashier.cashier_take(self._values(99.0, key=5))
        today = self.cashier.cashier_today()
        self.assertEqual((today["count"], today["amount"]), (3, 35.3))
        self.assertEqual(
            [(row["method"], row["count"], row["amount"]) for row in today["methods"]],
            [("cash", 2, 30.3), ("wechat", 1, 5.0)],
        )
        self.assertEqual(other.cashier_today()["amount"], 7.0)

    # access --------------------------------------------------------------------------------------

    def test_cashiers_only(self):
        for role in ("reader", "staff", "steward", "technician"):
            cashier = self.env["property.cashier"].with_user(self.users[role])
            for call in (
                lambda cashier=cashier: cashier.cashier_search("204"),
                lambda cashier=cashier: cashier.cashier_load(self.unit.id),
                lambda cashier=cashier: cashier.cashier_take(self._values(10.0)),
                lambda cashier=cashier: cashier.cashier_today(),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call()

    def test_own_estates_only(self):
        other = self._make_estate("Hill Garden", "HG", user_ids=[Command.clear()])
        building = self.env["property.building"].create({"name": "1栋", "estate_id": other.id})
        unit = self._make_unit("777", building=building)
        self.assertEqual(self.cashier.cashier_search("777"), [])
        with self.assertRaises(AccessError):
            self.cashier.cashier_load(unit.id)
        with self.assertRaises(AccessError):
            self.cashier.cashier_take(self._values(10.0, unit_id=unit.id))
        self.assertFalse(self.env["property.receipt"].search([("unit_id", "=", unit.id)]))

    def test_charge_of_another_home(self):
        neighbour = self._make_unit("205")
        self._bill()
        charge = self._charges(neighbour)[0]
        with self.assertRaisesRegex(UserError, "is not a charge of"):
            self.cashier.cashier_take(self._values(10.0, [(charge, 10.0)]))
