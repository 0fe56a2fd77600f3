# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestIrCron(TransactionCase):
    """Scheduled actions of the suite work by the clock of the estates."""

    def _day_in(self, cron, model, method):
        """Run a scheduled action and return the day its method took for today."""
        days = []

        def note(self, *_args):
            days.append(fields.Date.context_today(self))

        with (
            patch.object(self.env.registry[model], method, note),
            self.enter_registry_test_mode(),
            freeze_time("2026-11-05 17:30:00"),
        ):
            cron.method_direct_trigger()
        return days

    def test_day_of_the_estates(self):
        """Half past one at night in China is still the day before by UTC."""
        cron = self.env.ref("property_service.ir_cron_bill_run")
        cron.user_id.tz = False
        days = self._day_in(cron, "property.bill.run", "_cron_work")
        self.assertEqual(days, [date(2026, 11, 6)])

    def test_others_keep_their_day(self):
        cron = self.env.ref("base.autovacuum_job")
        cron.user_id.tz = False
        days = self._day_in(cron, "ir.autovacuum", "_run_vacuum_cleaner")
        self.assertEqual(days, [date(2026, 11, 5)])
