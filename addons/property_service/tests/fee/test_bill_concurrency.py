# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

FEE = "odoo.addons.property_service.models.fee"


@tagged("post_install", "-at_install")
class TestBillConcurrency(PropertyCase):
    """Nothing twice, nothing lost (design rule 2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls.price = cls._make_price(cls.item, 2.0)
        cls.units = [cls._make_unit(f"{number}01") for number in range(1, 9)]
        cls._set_parameter("bill_inline_limit", "0")
        for module, size in (("property_bill_run_generate", 3), ("property_bill_run_post", 2)):
            chunk = patch(f"{FEE}.{module}.CHUNK", size)
            cls.startClassPatcher(chunk)
        cls.cron = cls.env.ref("property_service.ir_cron_bill_run")

    def _work(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _generated(self):
        run = self._make_run()
        run.action_generate()
        self._work()
        return run

    def _vals(self, **values):
        unit = self.units[0]
        return {
            "unit_id": unit.id,
            "billed_unit_id": unit.id,
            "building_id": unit.building_id.id,
            "estate_id": self.estate.id,
            "company_id": self.company.id,
            "item_id": self.item.id,
            "partner_id": unit.owner_id.id,
            "month": date(2026, 11, 1),
            "date_start": date(2026, 11, 1),
            "date_end": date(2026, 11, 30),
            "amount": 200.0,
            **values,
        }

    def test_database_refuses_the_same_day_twice(self):
        run = self._make_run()
        charges = self.env["property.charge"]
        first = charges.create(self._vals(run_id=run.id))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            charges.create(
                self._vals(
                    run_id=run.id, date_start=date(2026, 11, 30), date_end=date(2026, 12, 31)
                )
            )
        first.cancelled = True
        first.flush_recordset()
        charges.create(self._vals(run_id=run.id))

    def test_background_work_in_chunks(self):
        run = self._make_run()
        run.action_generate()
        self.assertEqual((run.state, run.job, run.job_total), ("draft", "generate", 8))
        run._work_step()
        self.assertEqual((run.job_done, run.progress), (3, 37.5))
        self._work()
        self.assertEqual((run.state, run.job, len(run.charge_ids)), ("generated", False, 8))
        run.action_check()
        run.action_post()
        self.assertEqual((run.job, run.job_total), ("post", 8))
        run._work_step()
        self.assertEqual(len(run.invoice_ids), 2)
        self._work()
        self.assertEqual((run.state, run.job, run.job_done), ("posted", False, 8))
        self.assertEqual(len(run.invoice_ids), 8)
        self.assertEqual(run.posted_by_id, self.env.user)

    def test_a_second_start_adds_nothing(self):
        run = self._generated()
        run.action_generate()
        run.action_generate()
        self._work()
        self._work()
        self.assertEqual(len(run.charge_ids), 8)
        run.action_check()
        run.action_generate()
        run.action_post()
        run.action_post()
        self._work()
        run.action_post()
        self._work()
        self.assertEqual(len(run.invoice_ids), 8)
        other = self._generated()
        self.assertFalse(other.charge_ids)

    def test_buttons_wait_for_the_background_work(self):
        run = self._make_run()
        run.action_generate()
        for action in ("action_check", "action_back", "action_close"):
            with self.assertRaises(UserError):
                getattr(run, action)()
        with self.assertRaises(UserError):
            run.month = date(2026, 12, 1)

    def test_poison_is_parked_and_the_others_go_on(self):
        poor = self.units[3]
        account = self._drop_receivable(poor.owner_id)
        run = self._generated()
        run.action_check()
        run.action_post()
        self._work()
        self.assertEqual(run.state, "posted")
        self.assertEqual(len(run.invoice_ids), 7)
        error = run.exception_ids
        self.assertEqual((error.kind, error.unit_id), ("error", poor))
        self.assertIn(poor.full_name, error.message)
        parked = run.charge_ids.filtered("parked")
        self.assertEqual((parked.unit_id, parked.state), (poor, "draft"))

        run.action_post()
        self._work()
        self.assertEqual(len(run.exception_ids), 1, "still broken, still listed, once")

        poor.owner_id.property_account_receivable_id = account
        run.action_post()
        self._work()
        self.assertFalse(run.exception_ids)
        self.assertEqual(len(run.invoice_ids), 8)
        self.assertEqual(set(run.charge_ids.mapped("state")), {"open"})
        self.assertEqual(sum(run.charge_ids.receivable_line_id.mapped("debit")), 1600.0)

    def test_a_crash_loses_nothing(self):
        """A chunk that breaks off is rolled back as a whole and done again by the next start."""
        run = self._generated()
        run.action_check()
        run.action_post()
        step = type(run)._post_step
        calls = []

        def break_off(self):
            calls.append(self)
            done = step(self)
            if len(calls) == 2:
                raise RuntimeError("power cut")
            return done

        with (
            patch.object(type(run), "_post_step", break_off),
            mute_logger(FEE + ".property_bill_run"),
        ):
            self._work()
        run.invalidate_recordset()
        self.assertEqual((run.state, run.job, run.job_error), ("checked", "post", "power cut"))
        self.assertEqual((run.job_done, len(run.invoice_ids)), (2, 2))
        self._work()
        self.assertEqual((run.state, run.job_error), ("posted", False))
        self.assertEqual(len(run.invoice_ids), 8)

    def test_a_broken_run_does_not_hold_up_the_next(self):
        other_estate = self._make_estate("Hill Garden", "HG")
        building = self.env["property.building"].create(
            {"name": "1栋", "estate_id": other_estate.id}
        )
        self._make_unit("101", building=building)
        self._make_price(self.item, 2.0, estate_id=other_estate.id)
        broken = self._make_run()
        good = self._make_run(estate_ids=other_estate.ids)
        (broken | good).action_generate()
        step = type(broken)._generate_step

        def break_off(self):
            if self == broken:
                raise RuntimeError("disk full")
            return step(self)

        with (
            patch.object(type(broken), "_generate_step", break_off),
            mute_logger(FEE + ".property_bill_run"),
        ):
            self._work()
        self.assertEqual((broken.state, broken.job), ("draft", "generate"))
        self.assertEqual(broken.job_error, "disk full")
        self.assertEqual((good.state, len(good.charge_ids)), ("generated", 1))

    def test_reversal_in_the_background(self):
        run = self._generated()
        run.action_check()
        run.action_post()
        self._work()
        self._take(self.units[0], 50.0)
        run.action_reverse()
        approval = run.approval_ids
        approval.with_user(self.users["manager"]).action_approve()
        approval.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(run.job, "reverse")
        self._work()
        self.assertEqual((run.state, run.reversed_by_id), ("reversed", self.users["administrator"]))
        self.assertEqual(set(run.charge_ids.mapped("state")), {"cancelled"})
        balance = sum(
            self.env["account.move.line"]
            .search(
                [
                    ("property_charge_id", "in", run.charge_ids.ids),
                    ("parent_state", "=", "posted"),
                    ("account_type", "=", "asset_receivable"),
                    ("move_id.move_type", "!=", "entry"),
                ]
            )
            .mapped("balance")
        )
        self.assertEqual(balance, 0.0)
        self.assertEqual(self.units[0].prepaid, 50.0)
