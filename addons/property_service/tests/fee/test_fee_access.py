# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import PropertyCase

NOW = "2026-11-20 02:00:00"
MODELS = (
    "property.fee.price",
    "property.charge",
    "property.bill.run",
    "property.bill.exception",
    "property.receipt",
    "property.receipt.line",
    "property.day.closing",
    "property.day.closing.line",
    "property.incoming",
)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeeAccess(PropertyCase):
    """Who may do what with fees, and nobody beyond his estates and companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.unit = cls._make_unit("101", 118.36)
        cls._make_unit("S1", type_id=cls.type_shop.id)

    def _as(self, role, record):
        return record.with_user(self.users[role])

    def _new_run(self, role, **values):
        return (
            self.env["property.bill.run"]
            .with_user(self.users[role])
            .create({"month": date(2026, 11, 1), "estate_ids": self.estate.ids, **values})
        )

    def _one_of_each(self):
        """Leave one record of every model of the room behind."""
        run = self._bill()
        self._take(self.unit, 10.0)
        closing = self.env["property.day.closing"].create({"estate_id": self.estate.id})
        self.env["property.incoming"].create(
            {
                "estate_id": self.estate.id,
                "journal_id": self._journal("wechat").id,
                "external_ref": "WX1",
                "date": date(2026, 11, 18),
                "amount": 5.0,
            }
        )
        self.assertTrue(run.exception_ids and closing.line_ids)

    # a month's billing by its people -------------------------------------------------------------

    def test_billing_by_accountant_and_supervisor(self):
        run = self._new_run("accountant")
        run.action_generate()
        self.assertEqual((run.state, run.charge_count, run.exception_count), ("generated", 1, 1))
        self.assertIn("Property service fee", run.summary)
        with self.assertRaisesRegex(UserError, "somebody else"):
            run.action_check()
        self._as("supervisor", run).action_check()
        with self.assertRaises(AccessError):
            self._as("supervisor", run).action_post()
        run.action_post()
        self.assertEqual((run.state, run.posted_by_id), ("posted", self.users["accountant"]))
        self.assertEqual(run.invoice_count, 1)
        self.assertEqual(run.invoice_ids.amount_total, 337.33)
        self.assertEqual(run.charge_ids.partner_id.name, "Owner 101")
        run.charge_ids.action_open_journal_items()
        run.action_notify()
        run.action_close()
        self.assertEqual(run.state, "closed")
        with self.assertRaises(UserError):
            run.action_reverse()

    def test_posting_by_the_manager(self):
        run = self._new_run("accountant")
        run.action_generate()
        self._as("supervisor", run).action_check()
        self._as("manager", run).action_post()
        self.assertEqual(run.posted_by_id, self.users["manager"])
        self.assertEqual(run.charge_ids.state, "open")

    def test_four_eyes_stay_with_who_made_the_preview(self):
        """Taking a run back does not make another person the one who made it."""
        run = self._new_run("accountant")
        run.action_generate()
        self._as("supervisor", run).action_check()
        self._as("supervisor", run).action_back()
        self.assertEqual(run.generated_by_id, self.users["accountant"])
        self.assertFalse(run.checked_by_id)
        with self.assertRaises(UserError):
            run.action_check()
        self._set_parameter("bill_run_four_eyes", "0")
        run.action_check()
        self.assertEqual(run.state, "checked")

    def test_back_to_draft_drops_the_preview(self):
        run = self._new_run("accountant")
        run.action_generate()
        with self.assertRaises(UserError):
            run.month = date(2026, 12, 1)
        run.action_back()
        self.assertEqual((run.state, run.charge_count, run.exception_count), ("draft", 0, 0))
        run.month = date(2026, 12, 15)
        self.assertEqual(run.month, date(2026, 12, 1))
        self.assertEqual(run.invoice_date, date(2026, 12, 1))
        run.action_generate()
        self.assertEqual(run.charge_ids.month, date(2026, 12, 1))

    def test_who_may_not_bill(self):
        for role in ("reader", "staff", "cashier", "steward", "technician"):
            with self.assertRaises(AccessError):
                self._new_run(role)
        run = self._new_run("accountant")
        for role in ("cashier", "steward"):
            for action in ("generate", "check", "post", "notify", "close", "reverse", "back"):
                with self.assertRaises(AccessError):
                    getattr(self._as(role, run), f"action_{action}")()

    def test_background_work_is_not_forged(self):
        """A job written from outside would post what nobody has checked."""
        run = self._new_run("accountant", job="post", job_total=9)
        self.assertFalse(run.job)
        run.action_generate()
        with self.assertRaises(UserError):
            run.write({"job": "post"})
        with self.assertRaises(UserError):
            run.write({"generated_by_id": self.users["manager"].id})

    def test_charges_are_made_by_runs_only(self):
        charge = self._bill().charge_ids
        for role in ("cashier", "accountant", "manager", "administrator"):
            with self.assertRaises(AccessError):
                self._as(role, charge).write({"parked": True})
            with self.assertRaises(AccessError):
                self._as(role, charge).unlink()

    def test_new_run_knows_estate_and_month(self):
        runs = self.env["property.bill.run"].with_user(self.users["accountant"])
        values = runs.default_get(["estate_ids", "month", "company_id"])
        self.assertEqual(values["estate_ids"], [Command.set(self.estate.ids)])
        self.assertEqual(values["month"], date(2026, 11, 1))
        run = runs.create(values)
        values = runs.default_get(["estate_ids", "month"])
        self.assertEqual(values["month"], date(2026, 12, 1))
        run.unlink()

    # other estates, other companies --------------------------------------------------------------

    def test_other_estate_sees_nothing(self):
        self._one_of_each()
        other = self._make_estate("Hill Garden", "HG")
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="property_service.group_manager,property_service.group_accountant",
            property_estate_ids=[Command.set(other.ids)],
        )
        for name in MODELS:
            records = self.env[name].search([])
            self.assertTrue(records, name)
            mine = self.env[name].with_user(stranger)
            self.assertFalse(mine.search([]), name)
            self.assertFalse(mine._read_group([], [], ["__count"])[0][0], name)
            with self.assertRaises(AccessError):
                records[0].with_user(stranger).read(["display_name"])
            self.assertTrue(records.with_user(self.users["accountant"]).read(["display_name"]))

    def test_estates_of_others_are_not_billed(self):
        other = self._make_estate("Hill Garden", "HG")
        both = (self.estate | other).ids
        with self.assertRaises(AccessError):
            self._new_run("accountant", estate_ids=both)
        run = self._make_run(estate_ids=both)
        with self.assertRaises(AccessError):
            self._as("accountant", run).action_generate()
        self._as("administrator", run).action_generate()
        self.assertEqual(run.state, "generated")

    def test_other_company_sees_nothing(self):
        self._one_of_each()
        company = self.env["res.company"].create({"name": "Other company"})
        boss = new_test_user(
            self.env,
            "boss",
            groups="property_service.group_administrator",
            company_id=company.id,
            company_ids=[Command.set((company | self.company).ids)],
        )
        for name in (*MODELS, "property.fee.item"):
            records = self.env[name].with_user(boss)
            alone = records.with_context(allowed_company_ids=company.ids)
            self.assertFalse(alone.search([]), name)
            both = records.with_context(allowed_company_ids=(company | self.company).ids)
            self.assertTrue(both.search([]), name)
