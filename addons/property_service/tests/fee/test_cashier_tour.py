# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, freeze_time, tagged

from ...tools import money
from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestCashierTour(PropertyCase, HttpCase):
    """The cashier's screen in a browser."""

    def test_tour(self):
        item = self._make_item(priority=10)
        trash = self._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        self._make_price(item, 2.85)
        self._make_price(trash, 5)
        owner = self.env["res.partner"].create({"name": "王建国", "phone": "13812347783"})
        unit = self._make_unit("204", 118.36, owner=owner)
        yesterday = fields.Datetime.now() - timedelta(days=1)
        with freeze_time(yesterday):
            old = self._take(unit, 11.0)
        # what was paid in advance is not to be set off against the bills here
        prepayment = type(self.env["property.prepayment"])
        with patch.object(prepayment, "_set_off", lambda self, charges, run=None: None):
            self._bill(date(2026, 10, 1))
            self._bill(date(2026, 11, 1))
        with patch.object(type(self.env["property.cashier"]), "_can_print", lambda cashier: False):
            self.start_tour("/odoo/cashier", "property_cashier_tour", login="test_cashier")
        receipts = self.env["property.receipt"].search([("unit_id", "=", unit.id)]) - old
        self.assertEqual(
            sorted(
                (receipt.method, receipt.amount, receipt.external_ref, receipt.payer_name)
                for receipt in receipts
            ),
            [("cash", 342.33, False, False), ("wechat", 200.0, "4200001234202611", "王太太")],
        )
        self.assertEqual(set(receipts.mapped("state")), {"confirmed"})
        self.assertEqual(set(receipts.cashier_id.mapped("login")), {"test_cashier"})
        self.assertEqual(unit._open_charges().mapped("amount_residual"), [137.33, 5.0])

    def test_deposit(self):
        self._make_price(self._make_item(), 2.85)
        unit = self._make_unit("101", 118.36)
        self._bill()
        deposit = self.env["property.deposit"]._require(unit, unit.owner_id, "DECO", 2000)
        with patch.object(type(self.env["property.cashier"]), "_can_print", lambda cashier: False):
            self.start_tour("/odoo/cashier", "property_cashier_deposit_tour", login="test_cashier")
        self.assertEqual((deposit.state, deposit.balance), ("held", 2000))
        receipt = deposit.receipt_id
        self.assertEqual(
            (receipt.amount_charges, receipt.amount_deposits, receipt.amount_prepaid),
            (337.33, 2000, 62.67),
        )
        self.assertEqual(receipt.prepaid_item_id.code, "MGT")

    def test_figures_of_the_screen(self):
        """The browser writes capitals as the printed receipt does, and spreads money as it says."""
        cents = [0, 1, 9, 10, 11, 99, 100, 101, 110, 1000, 1005, 140950, 34233, 600700, 1000000]
        cents += [10**power for power in range(3, 16)]
        cents += [10**power + 1 for power in range(3, 16)]
        cents += [10**power * 5 + 10 ** (power // 2) * 3 for power in range(3, 15)]
        cents += [12345678901234, 100000000100, 10000000000000, 1000100000000000]
        capitals = [[amount, money.chinese_amount(Decimal(amount) / 100)] for amount in cents]
        # what the cashier typed for a charge comes first, then the oldest; never more than is due
        lines = [
            {"id": 1, "due": 33733, "selected": True, "typed": None},
            {"id": 2, "due": 500, "selected": True, "typed": None},
            {"id": 3, "due": 33733, "selected": False, "typed": None},
            {"id": 4, "due": 8000, "selected": True, "typed": 3000},
        ]
        shares = [
            [37233, [[4, 3000], [1, 33733], [2, 500]]],
            [100000, [[4, 3000], [1, 33733], [2, 500]]],
            [20000, [[4, 3000], [1, 17000]]],
            [3000, [[4, 3000]]],
            [2999, [[4, 2999]]],
            [0, []],
        ]
        # a deposit is taken in full or not at all, and leaves its money to nobody else's line
        whole = [
            *lines,
            {"id": "deposit-1", "due": 200000, "selected": True, "typed": None, "whole": True},
        ]
        deposits = [
            [237233, [[4, 3000], [1, 33733], [2, 500], ["deposit-1", 200000]]],
            [237232, [[4, 3000], [1, 33733], [2, 500]]],
        ]
        typed = [
            ["", None],
            ["342.5", 34250],
            ["３４２。５", 34250],
            ["¥ 1,000", 100000],
            ["0.07", 7],
            ["19.99", 1999],
            ["1.005", "NaN"],
            ["-5", "NaN"],
            ["abc", "NaN"],
        ]
        self.browser_js(
            "/odoo/cashier",
            f"""
            const part = (name) =>
                odoo.loader.modules.get(`@property_service/fee/cashier/${{name}}`);
            const {{ chineseAmount }} = part("chinese_amount");
            const {{ allocate }} = part("allocation");
            const {{ parseCents }} = part("money");
            const plain = (value) => (Number.isNaN(value) ? "NaN" : value);
            function check(cases, compute) {{
                for (const [given, expected] of cases) {{
                    const found = JSON.stringify(plain(compute(given)));
                    if (found !== JSON.stringify(expected)) {{
                        console.error(`${{given}}: ${{found}}, not ${{JSON.stringify(expected)}}`);
                    }}
                }}
            }}
            check({json.dumps(capitals)}, chineseAmount);
            check({json.dumps(shares)}, (money) => [...allocate({json.dumps(lines)}, money)]);
            check({json.dumps(deposits)}, (money) => [...allocate({json.dumps(whole)}, money)]);
            check({json.dumps(typed)}, parseCents);
            console.log("test successful");
            """,
            ready="!!document.querySelector('.o_cashier_search')",
            login="test_cashier",
        )
