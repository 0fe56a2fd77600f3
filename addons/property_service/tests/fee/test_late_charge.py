# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

DUE = date(2025, 3, 31)


@tagged("post_install", "-at_install")
@freeze_time("2025-09-10 02:00:00")
class TestLateCharge(PropertyCase):
    """Late charges by the handbook's example, by the day and by the ledger (B H8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.unit = cls._make_unit("101", 118.36)
        with freeze_time("2025-03-05 02:00:00"):
            cls._bill(month=date(2025, 3, 1))
        cls.charge = cls.unit._open_charges()
        cls.late = cls.env["property.late.charge"]

    def _rate(self, rate, **values):
        record = self.env["property.late.rate"].create(
            {
                "estate_id": self.estate.id,
                "date_start": date(2025, 1, 1),
                "rate": rate,
                "grace_days": 0,
                "cap": 100,
                "mode": "calculate",
                **values,
            }
        )
        record._move_to("approved")
        return record

    def _amount(self, day=date(2025, 9, 10), charge=None):
        return self.late._amounts(charge or self.charge, day).get(
            (charge or self.charge).id, {"amount": 0.0, "days": 0}
        )

    def test_worked_example(self):
        """337.33 due 2025-03-31, paid 2025-09-10, 0.05 % a day: 163 days, 27.49."""
        self.assertEqual(self.charge.amount, 337.33)
        self.assertEqual(self.charge.date_due, DUE)
        row = self._amount()
        self.assertEqual((row["days"], row["amount"]), (163, 27.49))
        self.assertEqual(row["date_start"], date(2025, 4, 1))
        self.assertEqual(row["date_end"], date(2025, 9, 10))

    def test_paid_on_that_day_it_stops(self):
        self._take(self.unit, 337.33)
        self.assertEqual(self._amount()["amount"], 27.49)
        self.assertEqual(self._amount(date(2025, 12, 31))["amount"], 27.49)
        self.assertEqual(self._amount(date(2025, 12, 31))["days"], 163)

    def test_three_per_mille_is_warned_of(self):
        rate = self.env["property.late.rate"].create(
            {"estate_id": self.estate.id, "date_start": date(2025, 1, 1), "rate": 0.3}
        )
        self.assertAlmostEqual(rate.yearly, 109.5)
        self.assertIn("109.50", rate.warning)
        rate._move_to("approved")
        self.assertEqual(self._amount()["amount"], 164.95)

    def test_scenario_15_rate_above_the_measure_needs_approval(self):
        """0.3 % a day typed: warning text, and it holds only once approved (B §11.15)."""
        rate = (
            self.env["property.late.rate"]
            .with_user(self.users["accountant"])
            .create({"estate_id": self.estate.id, "date_start": date(2025, 1, 1), "rate": 0.3})
        )
        self.assertTrue(rate.warning)
        rate.action_submit()
        self.assertEqual(rate.state, "waiting")
        self.assertEqual(rate.approval_ids.matter, "late_rate")
        self.assertEqual(self._amount()["amount"], 27.49)
        administrator = self.users["administrator"]
        for _step in rate.approval_ids.step_ids:
            rate.approval_ids.with_user(administrator).action_approve()
        self.assertEqual(rate.state, "approved")
        self.assertEqual(self._amount()["amount"], 164.95)

    def test_rate_within_the_measure_holds_at_once(self):
        self._set_parameter("late_warn_yearly", "fixed")
        rate = self.env["property.late.rate"].create(
            {"estate_id": self.estate.id, "date_start": date(2025, 1, 1), "rate": 0.05}
        )
        self.assertFalse(rate.warning)
        rate.action_submit()
        self.assertEqual(rate.state, "approved")

    def test_lpr_measure(self):
        """10,000 yuan × 3.65 % × 1.3 = 474.50 a year."""
        self._set_parameter("late_lpr", "3.65")
        lawful = self.env["property.late.rate"]._lawful_yearly(self.estate)
        self.assertAlmostEqual(10000 * lawful / 100, 474.5)

    def test_setting_is_no_way_around_the_approval(self):
        with self.assertRaisesRegex(ValidationError, "late charge rate of the estate"):
            self._set_parameter("late_rate", "0.3", self.estate)
        self._set_parameter("late_rate", "0.03", self.estate)
        self.assertEqual(self._amount()["amount"], 16.5)

    def test_partial_payment_lowers_the_base(self):
        """100 paid on 30 June: 91 days on 337.33, then 72 days on 237.33."""
        with freeze_time("2025-06-30 02:00:00"):
            self._take(self.unit, 100.0)
        self.assertEqual(
            self._amount()["amount"], round(337.33 * 91 * 0.0005 + 237.33 * 72 * 0.0005, 2)
        )

    def test_grace_cap_and_periods(self):
        self._rate(0.05, date_end=date(2025, 6, 30), grace_days=10)
        self._rate(0.1, date_start=date(2025, 7, 1))
        # 11 April to 30 June: 81 days at 0.05 %, then 72 days at 0.1 %
        row = self._amount()
        self.assertEqual(row["days"], 81 + 72)
        self.assertEqual(row["amount"], round(337.33 * (81 * 0.0005 + 72 * 0.001), 2))
        self.env["property.late.rate"].search([])._move_to("cancelled")
        self._rate(50)
        self.assertEqual(self._amount()["amount"], 337.33)

    def test_two_rates_of_one_day_are_refused(self):
        self._rate(0.05)
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self._rate(0.04)
            self.env.flush_all()

    def test_ends_where_it_was_charged_and_goes_on_as_a_new_version(self):
        rate = self._rate(0.05, grace_days=3)
        self.late._make(self.charge)
        with self.assertRaisesRegex(UserError, "charged until 2025-09-10"):
            rate.date_end = date(2025, 8, 31)
        with self.assertRaisesRegex(UserError, "end it instead"):
            rate.action_cancel()
        rate.date_end = date(2025, 9, 10)
        context = rate.action_new_version()["context"]
        new = rate.with_context(**context).create({})
        self.assertEqual(
            (new.state, new.date_start, new.date_end, new.rate, new.grace_days),
            ("draft", date(2025, 9, 11), False, 0.05, 3),
        )

    def test_items_without_late_charge(self):
        self.item.late_charge = False
        self.assertFalse(self.late._amounts(self.charge))
        self.item.late_charge = True
        self.assertTrue(self.late._amounts(self.charge))

    def test_agency_items_bear_none(self):
        agency = self._make_item(code="TRASH", name="Waste", kind="agency", tax=0, basis="fixed")
        charge = self.env["property.charge"]._charge(
            [{"unit_id": self.unit.id, "item_id": agency.id, "amount": 50.0, "date_due": DUE}],
            date=date(2025, 3, 5),
        )
        self.assertFalse(self.late._amounts(charge))

    def test_charged_once_and_none_on_itself(self):
        made = self.late._make(self.charge)
        self.assertEqual((made.amount, made.origin), (27.49, "late"))
        self.assertEqual(made.late_for_id, self.charge)
        self.assertEqual(made.state, "open")
        self.assertEqual(made.item_id.code, "LATE")
        self.assertEqual(made.receivable_line_id.balance, 27.49)
        self.assertFalse(self.late._make(self.charge))
        # later days go on, on the principal alone
        later = self.late._amounts(self.charge | made, date(2025, 10, 10))
        self.assertEqual(later[self.charge.id]["days"], 30)
        self.assertNotIn(made.id, later)

    def test_the_database_refuses_the_same_days(self):
        made = self.late._make(self.charge)
        values = made.copy_data({"origin_key": "other", "late_for_id": self.charge.id})[0]
        values["invoice_id"] = values["receivable_line_id"] = False
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.env["property.charge"].create([values])
            self.env.flush_all()

    def test_reversed_with_what_it_is_on(self):
        made = self.late._make(self.charge)
        self.charge._reverse("Wrong area")
        self.assertEqual((self.charge.state, made.state), ("cancelled", "cancelled"))

    def test_frozen_days_bear_none(self):
        self.env["property.late.exemption"].create(
            {
                "charge_id": self.charge.id,
                "kind": "dispute",
                "date_start": date(2025, 5, 1),
                "date_end": date(2025, 5, 31),
            }
        )
        self.assertEqual(self._amount()["days"], 163 - 31)

    def test_many_charges_one_statement(self):
        with freeze_time("2025-04-05 02:00:00"):
            self._bill(month=date(2025, 4, 1))
        charges = self.unit._open_charges()
        self.env.flush_all()
        self.late._amounts(charges)
        with self.assertQueryCount(1):
            rows = self.late._amounts(charges)
        self.assertEqual(len(rows), 2)

    def test_next_run_bills_it(self):
        self._rate(0.05, mode="next_run")
        run = self._bill(month=date(2025, 9, 1), invoice_date=date(2025, 9, 10))
        late = run.charge_ids.filtered("late_for_id")
        self.assertEqual(late.amount, 27.49)
        self.assertEqual(late.state, "open")
        again = self._make_run(date(2025, 10, 1))
        again.invoice_date = date(2025, 9, 10)
        again.action_generate()
        self.assertFalse(again.charge_ids.filtered("late_for_id"))

    def test_calculate_only_is_not_billed(self):
        run = self._bill(month=date(2025, 9, 1), invoice_date=date(2025, 9, 10))
        self.assertFalse(run.charge_ids.filtered("late_for_id"))

    # waivers -------------------------------------------------------------------------------------

    def _waiver(self, **values):
        return (
            self.env["property.late.waiver"]
            .with_user(self.users["staff"])
            .create(
                {
                    "unit_id": self.unit.id,
                    "partner_id": self.unit.owner_id.id,
                    "charge_ids": [(6, 0, self.charge.ids)],
                    "reason": "In hospital",
                    **values,
                }
            )
        )

    def _approve(self, document):
        for _step in range(5):
            pending = document.sudo().approval_ids.filtered(lambda row: row.state == "pending")
            if pending:
                pending.with_user(self.users["administrator"]).action_approve()

    def test_waiver_of_what_is_reckoned(self):
        waiver = self._waiver()
        self.assertEqual(waiver.amount_waived, 27.49)
        waiver.action_submit()
        self.assertEqual(waiver.state, "submitted")
        self.assertEqual(waiver.approval_ids.matter, "late_waiver")
        self._approve(waiver)
        self.assertEqual(waiver.state, "done")
        self.assertFalse(self.late._amounts(self.charge))
        # the days after it go on
        self.assertEqual(self._amount(date(2025, 9, 20))["days"], 10)

    def test_waiver_of_what_was_charged(self):
        made = self.late._make(self.charge)
        waiver = self._waiver(percent=50)
        waiver.action_submit()
        self._approve(waiver)
        self.assertEqual(waiver.state, "done")
        self.assertEqual(made.amount_residual, round(27.49 - 13.75, 2))

    def test_offer_lapses_or_holds(self):
        waiver = self._waiver(pay_by=date(2025, 9, 20))
        waiver.action_submit()
        self._approve(waiver)
        self.assertEqual(waiver.state, "approved")
        self.assertFalse(self.late._amounts(self.charge))
        with freeze_time("2025-09-21 02:00:00"):
            waiver.sudo()._lapse_if_late()
            self.assertEqual(waiver.state, "lapsed")
            self.assertTrue(self.late._amounts(self.charge))

    def test_offer_is_carried_out_once_paid(self):
        waiver = self._waiver(pay_by=date(2025, 9, 20))
        waiver.action_submit()
        self._approve(waiver)
        self._take(self.unit, 337.33)
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_late_waiver").method_direct_trigger()
        self.assertEqual(waiver.state, "done")
        self.assertFalse(self.late._amounts(self.charge, date(2025, 12, 1)))

    def test_nothing_to_waive(self):
        self.item.late_charge = False
        with self.assertRaisesRegex(UserError, "no late charge to waive"):
            self._waiver().action_submit()
