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
        # what is paid in advance would be set off against the bills
        self.assertTrue(old.payment_id)
        refund = self.env["property.prepayment"]
        with patch.object(type(refund), "_set_off", lambda prepayment, charges: None):
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

    def test_capitals_are_those_of_the_receipt(self):
        """The browser writes amounts in capitals as the printed receipt does."""
        cents = [0, 1, 9, 10, 11, 99, 100, 101, 110, 1000, 1005, 140950, 34233, 600700, 1000000]
        cents += [10**power for power in range(3, 16)]
        cents += [10**power + 1 for power in range(3, 16)]
        cents += [10**power * 5 + 10 ** (power // 2) * 3 for power in range(3, 15)]
        cents += [12345678901234, 100000000100, 10000000000000, 1000100000000000]
        expected = {
            str(amount): money.chinese_amount(Decimal(amount) / 100) for amount in sorted(cents)
        }
        self.browser_js(
            "/odoo/cashier",
            f"""
            const expected = {json.dumps(expected)};
            const path = "@property_service/fee/cashier/chinese_amount";
            const {{ chineseAmount }} = odoo.loader.modules.get(path);
            for (const [cents, text] of Object.entries(expected)) {{
                const found = chineseAmount(Number(cents));
                if (found !== text) {{
                    console.error(`${{cents}}: ${{found}}, not ${{text}}`);
                }}
            }}
            console.log("test successful");
            """,
            ready="!!document.querySelector('.o_cashier_search')",
            login="test_cashier",
        )

    def test_allocation(self):
        """What is typed comes first, then the oldest; never more than is due or received."""
        lines = [
            {"id": 1, "due": 33733, "selected": True, "typed": None},
            {"id": 2, "due": 500, "selected": True, "typed": None},
            {"id": 3, "due": 33733, "selected": False, "typed": None},
            {"id": 4, "due": 8000, "selected": True, "typed": 3000},
        ]
        cases = [
            (37233, [[4, 3000], [1, 33733], [2, 500]]),
            (100000, [[4, 3000], [1, 33733], [2, 500]]),
            (20000, [[4, 3000], [1, 17000]]),
            (3000, [[4, 3000]]),
            (2999, [[4, 2999]]),
            (0, []),
        ]
        self.browser_js(
            "/odoo/cashier",
            f"""
            const {{ allocate }} = odoo.loader.modules.get(
                "@property_service/fee/cashier/allocation"
            );
            for (const [money, expected] of {json.dumps(cases)}) {{
                const found = JSON.stringify([...allocate({json.dumps(lines)}, money)]);
                if (found !== JSON.stringify(expected)) {{
                    console.error(`${{money}}: ${{found}}`);
                }}
            }}
            const {{ parseCents }} = odoo.loader.modules.get(
                "@property_service/fee/cashier/money"
            );
            const typed = {{
                "": null, "342.5": 34250, "３４２。５": 34250, "¥ 1,000": 100000, "0.07": 7,
                "1.005": NaN, "-5": NaN, "abc": NaN, "19.99": 1999,
            }};
            for (const [text, expected] of Object.entries(typed)) {{
                if (!Object.is(parseCents(text), expected)) {{
                    console.error(`${{text}}: ${{parseCents(text)}}`);
                }}
            }}
            console.log("test successful");
            """,
            ready="!!document.querySelector('.o_cashier_search')",
            login="test_cashier",
        )
