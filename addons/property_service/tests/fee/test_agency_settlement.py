# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .meter_case import MeterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestAgencySettlement(MeterCase):
    """Money collected for suppliers and passed on (handbook B H11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create({"name": "Water works"})
        cls.water.supplier_id = cls.supplier
        cls.second = cls._make_unit("102")
        cls._make_meter(cls.home)
        cls._make_meter(cls.second, "W2")
        cls._make_tariff()
        cls._month(date(2026, 10, 1), 110, 120)  # 30 and 60 yuan
        cls.bill_run = cls._bill(date(2026, 10, 1), invoice_date=date(2026, 10, 30))
        cls.estate.manager_id = cls.users["manager"]

    def make(self, **values):
        return self.env["property.agency.settlement"].create(
            {
                "estate_id": self.estate.id,
                "item_id": self.water.id,
                "date_from": date(2026, 10, 1),
                "date_to": date(2026, 10, 31),
                "amount_supplier": 100,
                **values,
            }
        )

    def charge(self, unit):
        return self.bill_run.charge_ids.filtered(
            lambda row: row.origin == "meter" and row.unit_id == unit
        )

    def collect(self, unit, amount):
        self._take(unit, amount, charges=[(self.charge(unit), amount)])

    def test_figures_of_the_journal_items(self):
        self.collect(self.second, 45)
        row = self.make()
        self.assertEqual(row.supplier_id, self.supplier)
        self.assertEqual(row.amount_charged, 90)
        self.assertEqual(row.amount_collected, 45)
        self.assertEqual(row.amount_uncollected, 45)
        self.assertEqual(row.amount_difference, 10)
        self.assertEqual(row.amount_to_pass, 45)
        self.assertEqual(row.date_due, date(2026, 11, 15))
        action = row.action_open_journal_items()
        lines = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(sum(lines.mapped("balance")), 90)

    def test_other_items_and_months_do_not_count(self):
        other = self.make(date_from=date(2026, 9, 1), date_to=date(2026, 9, 30))
        self.assertEqual(other.amount_charged, 0)

    def test_settled_by_a_vendor_bill_on_the_liability(self):
        row = self.make()
        row.with_user(self.users["accountant"]).action_settle()
        bill = row.bill_id
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "posted"))
        self.assertEqual(bill.amount_total, 100)
        self.assertEqual(bill.partner_id, self.supplier)
        line = bill.invoice_line_ids
        self.assertEqual(line.account_id, self.company.property_agency_account_id)
        self.assertEqual(line.balance, 100)
        self.assertFalse(line.tax_ids)
        self.assertEqual(row.state, "settled_with_supplier")
        self.assertEqual(row.amount_paid, 0)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({"journal_id": self._journal("transfer").id})._create_payments()
        row.invalidate_recordset()
        self.assertEqual(row.amount_paid, 100)
        with self.assertRaisesRegex(UserError, "Explain the difference of 10.00"):
            row.action_explain()
        row.explanation = "Loss of the main, borne by the company"
        row.action_explain()
        self.assertEqual(row.state, "difference_explained")

    def test_without_supplier_or_amount(self):
        row = self.make(amount_supplier=0)
        with self.assertRaisesRegex(UserError, "Enter the amount"):
            row.action_settle()
        row.supplier_id = False
        with self.assertRaisesRegex(UserError, "whom the money"):
            row.action_settle()

    def test_settled_figures_are_fixed(self):
        row = self.make()
        row.action_settle()
        with self.assertRaisesRegex(UserError, "is settled"):
            row.amount_supplier = 50
        with self.assertRaisesRegex(UserError, "still stands"):
            row.action_back()
        row.bill_id.button_draft()
        row.bill_id.button_cancel()
        row.action_back()
        self.assertEqual(row.state, "collected")

    def test_roles(self):
        row = self.make()
        with self.assertRaises(AccessError):
            row.with_user(self.users["cashier"]).action_settle()

    def watch(self):
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_agency_watch").method_direct_trigger()

    def test_last_months_settlement_is_made_once(self):
        domain = [("estate_id", "=", self.estate.id)]
        self.watch()
        self.watch()
        row = self.env["property.agency.settlement"].search(domain)
        self.assertEqual(len(row), 1)
        self.assertEqual((row.date_from, row.date_to), (date(2026, 10, 1), date(2026, 10, 31)))

    def test_alarm_when_not_passed_on_by_its_date(self):
        self.collect(self.home, 30)
        row = self.make()
        self.watch()
        self.watch()
        activity = row.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.users["manager"])
        self.assertIn("30.00", activity.summary)

    def test_no_alarm_before_or_without_money(self):
        self.make(date_due=date(2026, 12, 1))
        self.watch()
        self.assertFalse(self.env["property.agency.settlement"].search([]).activity_ids)
        row = self.env["property.agency.settlement"].search([("estate_id", "=", self.estate.id)])
        row.date_due = date(2026, 11, 1)
        self.watch()
        self.assertFalse(row.activity_ids, "nothing was collected")

    def test_register(self):
        self.collect(self.second, 45)
        self.make()
        table = self.env["property.register.agency"]._content(
            {"estate_ids": self.estate.ids, "date_from": "2026-10-01", "date_to": "2026-10-31"}
        )
        row = table["sections"][0]["rows"][0]
        self.assertEqual(
            [row[key] for key in ("amount_supplier", "amount_collected", "amount_uncollected")],
            [100, 45, 45],
        )
        self.assertEqual(table["total"]["amount_difference"], 10)
