# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestFeeCalendar(PropertyCase):
    """What is due by itself each month (handbook B H2, §10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_price(cls._make_item(), 2.0)
        cls._make_unit("101", 100)

    def _run(self, day):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_fee_calendar").method_direct_trigger()

    def _runs(self):
        return self.env["property.bill.run"].search([("estate_ids", "in", self.estate.ids)])

    def test_bills_on_the_fifth_once(self):
        self._run("2025-07-04")
        self.assertFalse(self._runs())
        self._run("2025-07-05")
        run = self._runs()
        self.assertEqual((run.month, run.job), (date(2025, 7, 1), "generate"))
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_bill_run").method_direct_trigger()
        self.assertEqual((run.state, run.amount_total), ("generated", 200))
        todo = run.activity_ids
        self.assertEqual(todo.user_id, self.users["accountant"] | self.users["administrator"])
        self._run("2025-07-05")
        self._run("2025-07-06")
        self.assertEqual(self._runs(), run)
        self.assertEqual(run.activity_ids, todo)

    def test_late_start_and_own_run(self):
        """A server that was down on the 5th makes up for it; a run made by hand is enough."""
        self._make_run(date(2025, 7, 1))
        self._run("2025-07-09")
        self.assertEqual(len(self._runs()), 1)
        self._run("2025-08-09")
        self.assertEqual(len(self._runs()), 2)

    def test_switched_off(self):
        self._set_parameter("bill_auto_generate", "0", self.estate)
        self._run("2025-07-05")
        self.assertFalse(self._runs())

    def test_no_price_no_run(self):
        empty = self._make_estate("Empty", "EM")
        self._run("2025-07-05")
        self.assertFalse(self.env["property.bill.run"].search([("estate_ids", "in", empty.ids)]))

    def test_figures_of_last_month(self):
        with freeze_time("2025-07-05 04:00:00"):
            self._bill(date(2025, 7, 1))
        periods = self.env["property.collection.period"]
        self._run("2025-08-05")
        period = periods.search([("estate_id", "=", self.estate.id)])
        self.assertEqual((period.month, period.due), (date(2025, 7, 1), 200))
        self.assertTrue(period.activity_ids)
        self._run("2025-08-05")
        self.assertEqual(len(period.activity_ids), len(period.activity_ids.user_id))
        with freeze_time("2025-08-06 04:00:00"):
            period.action_close()
        self.assertFalse(period.activity_ids)

    def test_broken_estate_does_not_hold_the_others(self):
        broken = self._make_estate("AA broken", "BR")
        self._make_price(self.env["property.fee.item"].search([], limit=1), 1, estate_id=broken.id)
        original = type(broken)._calendar_bill_run

        def fail(estate):
            if estate == broken:
                raise ValueError("broken")
            return original(estate)

        self.patch(type(broken), "_calendar_bill_run", fail)
        with self.assertLogs("odoo.addons.property_service.models.fee", "ERROR"):
            self._run("2025-07-05")
        self.assertTrue(self._runs())
