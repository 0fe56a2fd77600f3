# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .meter_case import MeterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestMeterBilling(MeterCase):
    """Checked readings on the bills of the month (handbook B H3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meter = cls._make_meter(cls.home)

    def charges(self, run):
        """Return the charges of readings of a run."""
        return run.charge_ids.filtered(lambda charge: charge.origin == "meter")

    def test_a_checked_reading_is_charged_once(self):
        tariff = self._make_tariff()
        reading = self._month(date(2026, 10, 1), 128.1)
        run = self._bill()
        charge = self.charges(run)
        self.assertEqual(charge.amount, 84.3)
        self.assertEqual(charge.quantity, 28.1)
        self.assertEqual(charge.price_unit, 3)
        self.assertEqual(charge.item_id, self.water)
        self.assertEqual(charge.origin_key, f"reading,{reading.id}")
        self.assertEqual(charge.tariff_id, tariff)
        self.assertEqual(charge.partner_id, self.home.payer_id)
        self.assertEqual(charge.state, "open")
        bill_line = charge.invoice_id.invoice_line_ids.filtered(
            lambda line: line.property_charge_id == charge
        )
        self.assertIn("100→128.1 28.1×3", bill_line.name)
        self.assertEqual(reading.sheet_id.state, "billed")
        again = self._bill(date(2026, 12, 1))
        self.assertFalse(self.charges(again))

    def test_agency_money_is_a_liability(self):
        self._make_tariff()
        self._month(date(2026, 10, 1), 110)
        charge = self.charges(self._bill())
        line = charge.invoice_id.invoice_line_ids.filtered(
            lambda row: row.property_charge_id == charge
        )
        self.assertEqual(line.account_id, self.company.property_agency_account_id)
        self.assertEqual(line.balance, -30)
        self.assertFalse(line.tax_line_id)

    def test_not_checked_is_not_charged(self):
        self._make_tariff()
        self._read(self._make_sheet(), 110, check=False)
        self.assertFalse(self.charges(self._bill()))

    def test_later_months_wait(self):
        self._make_tariff()
        self._month(date(2026, 11, 1), 110, day=20)
        self.assertFalse(self.charges(self._bill(date(2026, 10, 1))))
        self.assertTrue(self.charges(self._bill(date(2026, 11, 1))))

    def test_preview_made_anew(self):
        self._make_tariff()
        sheet = self._month(date(2026, 10, 1), 110).sheet_id
        run = self._make_run()
        run.action_generate()
        first = self.charges(run)
        self.assertEqual(sheet.state, "checked", "billed when posted")
        with self.assertRaisesRegex(UserError, "on the bill run"):
            sheet.action_back()
        run.action_generate()
        self.assertFalse(first.exists())
        self.assertEqual(self.charges(run).amount, 30)

    def test_reversed_run_frees_the_reading(self):
        self._make_tariff()
        sheet = self._month(date(2026, 10, 1), 110).sheet_id
        run = self._bill()
        self.assertEqual(sheet.state, "billed")
        run.action_reverse()
        run.approval_ids.action_approve()
        while run.approval_ids.state == "pending":
            run.approval_ids.action_approve()
        self.assertEqual(run.state, "reversed")
        self.assertEqual(sheet.state, "checked")
        self.assertEqual(self.charges(self._bill(date(2026, 12, 1))).amount, 30)

    def test_no_tariff_is_an_exception(self):
        self._month(date(2026, 10, 1), 110)
        run = self._bill()
        self.assertFalse(self.charges(run))
        self.assertEqual(run.exception_ids.kind, "no_price")
        self.assertIn("No approved tariff", run.exception_ids.message)
        self.assertEqual(self.meter.reading_ids.sheet_id.state, "checked", "still to be billed")

    def test_unapproved_tariff_is_not_used(self):
        self._make_tariff(approve=False)
        self._month(date(2026, 10, 1), 110)
        self.assertFalse(self.charges(self._bill()))

    def test_nobody_who_pays_is_an_exception(self):
        self._make_tariff()
        self._make_meter(self._make_unit("102", owner=False), "W2")
        self._month(date(2026, 10, 1), 110, 120)
        run = self._bill()
        self.assertEqual(self.charges(run).unit_id, self.home)
        self.assertEqual(set(run.exception_ids.mapped("kind")), {"no_payer"})
        self.assertEqual(self.meter.reading_ids.sheet_id.state, "checked", "still to be billed")

    def test_the_payer_of_the_reading_day(self):
        self._make_tariff()
        self._month(date(2026, 10, 1), 110)
        old = self.home.payer_id
        self.home.occupancy_ids.date_end = date(2026, 10, 30)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self._make_occupancy(self.home, buyer, date_start=date(2026, 10, 31))
        self.assertEqual(self.charges(self._bill()).partner_id, old)

    def test_steps_count_the_year(self):
        """170 m³ used this year, 20 more: 10 at 3 yuan, 10 at 4 yuan."""
        self._make_tariff((0, 3), (180, 4))
        self._set_parameter("meter_abnormal_percent", "1000")
        self._month(date(2026, 9, 1), 270)
        self._bill(date(2026, 9, 1))
        self._month(date(2026, 10, 1), 290)
        charge = self.charges(self._bill(date(2026, 10, 1)))
        self.assertEqual(charge.amount, 70)
        self.assertEqual(charge.price_unit, 3.5)
        self.assertIn("10×3+10×4", charge.note)

    def test_steps_start_again_in_january(self):
        self._make_tariff((0, 3), (180, 4))
        self._set_parameter("meter_abnormal_percent", "1000")
        self.meter.date_installed = date(2025, 6, 1)
        self._month(date(2025, 12, 1), 270)
        self._bill(date(2025, 12, 1))
        self._month(date(2026, 1, 1), 290)
        self.assertEqual(self.charges(self._bill(date(2026, 1, 1))).amount, 60)

    def test_used_before_the_meter_was_taken_over(self):
        self.meter.opening_usage = 175
        self._make_tariff((0, 3), (180, 4))
        self._month(date(2026, 10, 1), 110)
        self.assertEqual(self.charges(self._bill()).amount, 35)

    def test_two_meters_of_a_household_count_together(self):
        self._make_meter(self.home, "W2", opening=0)
        self._make_tariff((0, 3), (180, 4))
        self._month(date(2026, 10, 1), 200, 100)
        charges = self.charges(self._bill())
        self.assertEqual(sum(charges.mapped("amount")), 180 * 3 + 20 * 4)

    def test_price_change_in_the_period(self):
        """Read on 28 September and 28 October: 30 days, 12 of them at the old price."""
        self._set_parameter("meter_abnormal_percent", "1000")
        old = self._make_tariff((0, 3))
        self._month(date(2026, 9, 1), 110)
        self._bill(date(2026, 9, 1))
        old.date_end = date(2026, 10, 10)
        self._make_tariff((0, 4), date_start=date(2026, 10, 11))
        self._month(date(2026, 10, 1), 140)
        charge = self.charges(self._bill(date(2026, 10, 1)))
        self.assertEqual(charge.amount, 12 * 3 + 18 * 4)
        with self.assertRaisesRegex(UserError, "cannot end before"):
            charge.tariff_id.date_end = date(2026, 10, 12)

    def test_estimate_too_high_is_given_back(self):
        self._set_parameter("meter_abnormal_percent", "1000")
        self._make_tariff()
        self._month(date(2026, 8, 1), 110)
        sheet = self._make_sheet(date(2026, 9, 1))
        sheet.reading_ids.action_estimate()
        sheet.action_read()
        sheet.action_check()
        estimate = self.charges(self._bill(date(2026, 9, 1))).filtered(
            lambda charge: charge.reading_id.estimated
        )
        self.assertEqual(estimate.amount, 30)
        reading = self._month(date(2026, 10, 1), 116)
        self.assertEqual(reading.usage, -4)
        self.assertEqual(reading.flag, "normal")
        back = self.charges(self._bill(date(2026, 10, 1)))
        self.assertEqual(back.amount, -12)
        self.assertEqual(back.reduces_id, estimate)
        self.assertEqual(estimate.amount_residual, 18)
        self.assertEqual(reading.sheet_id.state, "billed")

    def test_zero_usage_is_billed_without_a_charge(self):
        self._make_tariff()
        sheet = self._month(date(2026, 10, 1), 100).sheet_id
        run = self._bill()
        self.assertFalse(self.charges(run))
        self.assertEqual(sheet.state, "billed")

    def test_only_some_items(self):
        self._make_tariff()
        self._month(date(2026, 10, 1), 110)
        run = self._bill(item_ids=[(4, self.item.id)])
        self.assertFalse(self.charges(run))

    def test_queries_do_not_grow_with_the_units(self):
        self._make_tariff((0, 3), (180, 4))

        def count(number):
            units = [self._make_unit(f"{number}{door:02d}") for door in range(1, 1 + number)]
            for unit in units:
                self._make_meter(unit, f"N{unit.number}")
            sheet = self._make_sheet(date(2026, number, 1))
            self._read(sheet, *[105 + number] * len(sheet.reading_ids))
            run = self._make_run()
            units = self.env["property.unit"].search(run._unit_domain())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            exceptions = run._add_readings(units)
            self.env.flush_all()
            queries = self.cr.sql_log_count - before
            self.assertFalse(exceptions)
            made = self.charges(run)
            self.assertEqual(len(made), len(sheet.reading_ids))
            run._drop_drafts()
            return queries, len(made)

        self._set_parameter("meter_abnormal_percent", "100000")
        few, some = count(3)
        run = self._bill(date(2026, 3, 1))
        self.assertTrue(self.charges(run))
        many, more = count(9)
        self.assertGreater(more, some)
        self.assertLessEqual(many, few + 2)

    def test_opening_a_sheet_does_not_query_per_meter(self):
        for number in range(20):
            self._make_meter(self.home, f"M{number}")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        sheet = self._make_sheet()
        self.env.flush_all()
        self.assertEqual(len(sheet.reading_ids), 21)
        self.assertLess(self.cr.sql_log_count - before, 60)
