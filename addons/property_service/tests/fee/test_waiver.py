# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


class WaiverCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls.trash = cls._make_item("TRASH", "Refuse", tax=0, kind="agency", basis="fixed")
        cls._make_price(cls.item, 2.85)
        cls._make_price(cls.trash, 5)
        cls.unit = cls._make_unit("101", 118.36)

    def _waiver(self, unit=None, **values):
        unit = unit or self.unit
        return self.env["property.waiver"].create(
            {
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "date": date(2025, 6, 20),
                "date_start": date(2025, 7, 1),
                "date_end": date(2026, 6, 30),
                "vacant_since": date(2024, 12, 1),
                "reason": "Nobody lives there",
                "findings": "Meters stand still",
                **values,
            }
        )

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_waiver").method_direct_trigger()

    def _grant(self, waiver):
        waiver.action_verify()
        waiver.action_submit()
        approval = waiver.approval_ids.filtered(lambda row: row.state == "pending")
        for user in ("supervisor", "manager", "administrator", "administrator"):
            if approval.state == "pending":
                approval.with_user(self.users[user]).action_approve()
        self.assertEqual(approval.state, "approved")
        return waiver

    def _granted(self, unit=None, **values):
        return self._grant(self._waiver(unit, **values))

    def _of(self, run, item=None):
        return run.charge_ids.filtered(lambda charge: charge.item_id == (item or self.item))

    def _receivable(self, unit=None):
        """Return the balance of the receivable account for a home."""
        lines = self.env["account.move.line"].search(
            [
                ("property_unit_id", "=", (unit or self.unit).id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def _prepaid(self, unit=None):
        return round((unit or self.unit).prepaid, 2)


@tagged("post_install", "-at_install")
class TestWaiver(WaiverCase):
    @freeze_time("2025-07-05 04:00:00")
    def test_worked_example(self):
        """H7: 337.33 × 70 % = 236.13; the waiver is 101.20, a line of its own."""
        waiver = self._granted()
        self.assertEqual(waiver.state, "active")
        run = self._bill(date(2025, 7, 1))
        full, less = self._of(run).sorted("amount", reverse=True)
        self.assertEqual((full.amount, less.amount), (337.33, -101.20))
        self.assertEqual(full.price_unit, 2.85, "the price stays what it is")
        self.assertEqual((full.amount_residual, full.amount_reduced), (236.13, 101.20))
        self.assertEqual((full.state, less.state), ("open", "waived"))
        self.assertEqual(less.reduces_id, full)
        self.assertEqual(self._of(run, self.trash).amount, 5, "agency fees are not reduced")
        invoice = full.invoice_id
        self.assertEqual(invoice.amount_total, 241.13)
        self.assertEqual(invoice.payment_state, "not_paid")
        terms = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(sorted(terms.mapped("balance")), [5.0, 236.13])
        self.assertEqual(waiver.amount_waived, 101.20)
        self.assertEqual(self._receivable(), sum(run.charge_ids.mapped("amount")))
        self._take(self.unit, 241.13)
        self.assertEqual(full.state, "paid")
        self.assertEqual(full.amount_paid, 236.13)
        self.assertEqual(self._receivable(), 0)

    @freeze_time("2025-07-05 04:00:00")
    def test_generating_again_reduces_once(self):
        self._granted()
        run = self._make_run(date(2025, 7, 1))
        run.action_generate()
        run.action_generate()
        self.assertEqual(len(self._of(run)), 2)
        run.action_check()
        run.action_post()
        run.action_post()
        self.assertEqual(sum(self._of(run).mapped("amount")), 236.13)

    @freeze_time("2025-07-20 04:00:00")
    def test_granted_after_billing(self):
        """What is billed already is reduced by a credit note, reconciled with the charge."""
        run = self._bill(date(2025, 7, 1))
        charge = self._of(run)
        waiver = self._granted()
        self.assertEqual(charge.amount_residual, 236.13)
        self.assertEqual(charge.state, "open")
        credit = waiver.charge_ids.invoice_id
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.amount_total, 101.20)
        self.assertEqual(self._receivable(), 241.13)
        august = self._bill(date(2025, 8, 1))
        self.assertEqual(sum(self._of(august).mapped("amount")), 236.13)

    @freeze_time("2025-07-20 04:00:00")
    def test_granted_after_payment(self):
        """What was paid too much becomes an advance receipt."""
        run = self._bill(date(2025, 7, 1))
        self._take(self.unit, 342.33)
        self._granted()
        charge = run.charge_ids.filtered(lambda charge: charge.item_id == self.item)
        self.assertEqual((charge.state, charge.amount_paid), ("paid", 236.13))
        self.assertEqual(self._prepaid(), 101.20)
        self.assertEqual(self._receivable(), 0)
        august = self._bill(date(2025, 8, 1))
        self.assertEqual(sum(august.charge_ids.mapped("amount_residual")), 139.93)

    @freeze_time("2025-07-20 04:00:00")
    def test_granted_while_a_preview_waits(self):
        """A run that is generated but not posted gets the reduction too."""
        run = self._make_run(date(2025, 7, 1))
        run.action_generate()
        self._granted()
        run.action_check()
        run.action_post()
        self.assertEqual(sum(self._of(run).mapped("amount")), 236.13)
        self.assertEqual(self._receivable(), 241.13)

    @freeze_time("2025-07-20 04:00:00")
    def test_reversal_takes_reductions_along(self):
        """A bill is reversed together with the credit note that reduced it."""
        run = self._bill(date(2025, 7, 1))
        waiver = self._granted()
        run.with_user(self.users["accountant"]).action_reverse()
        run.approval_ids.with_user(self.users["manager"]).action_approve()
        run.approval_ids.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(run.state, "reversed")
        self.assertEqual(self._receivable(), 0)
        self.assertEqual(self._prepaid(), 0)
        self.assertEqual(waiver.amount_waived, 0)
        self.assertEqual(set(waiver.charge_ids.mapped("state")), {"cancelled"})
        again = self._bill(date(2025, 7, 1))
        self.assertEqual(sum(self._of(again).mapped("amount")), 236.13)
        self.assertEqual(self._receivable(), 241.13)

    @freeze_time("2025-07-20 04:00:00")
    def test_reversal_after_payment(self):
        """Money and what was over from the reduction: all of it is the owner's advance."""
        run = self._bill(date(2025, 7, 1))
        self._take(self.unit, 342.33)
        self._granted()
        run.charge_ids.filtered("run_id")._reverse("wrong month")
        self.assertEqual(self._receivable(), 0)
        self.assertEqual(self._prepaid(), 342.33)

    @freeze_time("2025-07-20 04:00:00")
    def test_reversal_refused_when_the_rest_is_used(self):
        """What a reduction left over has paid other bills: then an adjustment is due."""
        run = self._bill(date(2025, 7, 1))
        self._take(self.unit, 342.33)
        self._granted()
        self._bill(date(2025, 8, 1))
        self.assertEqual(self._prepaid(), 0)
        with self.assertRaisesRegex(UserError, "adjustment"):
            run.charge_ids.filtered("run_id")._reverse("wrong month")

    def test_vacancy_scenario_12(self):
        """B §11.12: approved from 1 July; in August +9 m³; September is charged in full."""
        with freeze_time("2025-06-25 04:00:00"):
            waiver = self._granted()
            self.assertEqual(waiver.state, "approved")
        with freeze_time("2025-07-01 04:00:00"):
            self._cron()
            self.assertEqual(waiver.state, "active")
            self._bill(date(2025, 7, 1))
        with freeze_time("2025-08-20 04:00:00"):
            august = self._bill(date(2025, 8, 1))
            waiver._record_usage(date(2025, 8, 20), water=4, power=20)
            self.assertEqual(waiver.state, "active", "within the allowance")
            waiver._record_usage(date(2025, 8, 31), water=9, power=3)
        self.assertEqual((waiver.state, waiver.date_end), ("ended", date(2025, 8, 31)))
        with freeze_time("2025-09-02 04:00:00"):
            september = self._bill(date(2025, 9, 1))
        self.assertEqual(sum(self._of(august).mapped("amount")), 236.13)
        self.assertEqual(self._of(september).amount, 337.33)

    def test_checked_readings_end_the_reduction(self):
        """Water read at a vacant home: 4 m³ are within the allowance, 9 m³ are not."""
        with freeze_time("2025-07-01 04:00:00"):
            waiver = self._granted()
        meter = self.env["property.meter"].create(
            {
                "number": "W1",
                "unit_id": self.unit.id,
                "use": "unit",
                "estate_id": self.estate.id,
                "building_id": self.building.id,
                "opening": 100,
                "date_installed": date(2025, 6, 1),
            }
        )
        for day, reading, state in (("07-28", 104, "active"), ("08-28", 113, "ended")):
            with freeze_time(f"2025-{day} 04:00:00"):
                sheet = self.env["property.meter.sheet"].create(
                    {
                        "estate_id": self.estate.id,
                        "building_id": self.building.id,
                        "month": date(2025, int(day[:2]), 1),
                    }
                )
                sheet.reading_ids.write({"current": reading, "is_read": True})
                sheet.action_read()
                for line in sheet.reading_ids.filtered("needs_look"):
                    line.write({"reason": "seen"})
                sheet._move_to("checked")
                sheet._tell_waivers()
            self.assertEqual(waiver.state, state)
        self.assertEqual(waiver.date_end, date(2025, 8, 31))
        self.assertEqual(sorted(waiver.check_ids.mapped("water")), [4, 9])
        self.assertTrue(meter)

    @freeze_time("2025-07-20 04:00:00")
    def test_revoked_charges_again(self):
        """Revoked in July after July and August were billed: the rest is charged again."""
        waiver = self._granted()
        self._bill(date(2025, 7, 1))
        self._bill(date(2025, 8, 1))
        self.assertEqual(self._receivable(), 482.26)
        waiver.with_user(self.users["supervisor"]).action_revoke()
        self.assertEqual(waiver.state, "revoked")
        # 12 of the 31 days of July, and August: round(101.20 × 12 / 31, 2) + 101.20
        self.assertEqual(self._receivable(), round(482.26 + 39.17 + 101.20, 2))
        again = waiver.charge_ids.filtered(lambda charge: charge.amount > 0)
        self.assertEqual(sorted(again.mapped("amount")), [39.17, 101.20])

    @freeze_time("2025-07-05 04:00:00")
    def test_part_of_a_month(self):
        """From 16 July: 16 of 31 days are reduced."""
        self._granted(date=date(2025, 7, 1), date_start=date(2025, 7, 16))
        run = self._bill(date(2025, 7, 1))
        less = self._of(run).filtered("reduces_id")
        # 337.33 × 16/31 = 174.11; × 70 % = 121.88
        self.assertEqual(less.amount, -52.23)
        self.assertEqual((less.date_start, less.date_end), (date(2025, 7, 16), date(2025, 7, 31)))

    @freeze_time("2025-07-05 04:00:00")
    def test_highest_only_or_sum(self):
        """Two at once: only the highest counts, by setting both."""
        self._granted()
        self._granted(kind="hardship", rate=50)
        run = self._make_run(date(2025, 7, 1))
        run.action_generate()
        self.assertEqual(sum(self._of(run).mapped("amount")), 168.67)
        self._set_parameter("waiver_stacking", "sum")
        run.action_generate()
        self.assertAlmostEqual(sum(self._of(run).mapped("amount")), 168.67 - 101.20)

    @freeze_time("2025-07-05 04:00:00")
    def test_fixed_amount_never_below_nothing(self):
        self._granted(kind="policy", way="amount", amount_month=500)
        run = self._bill(date(2025, 7, 1))
        self.assertEqual(sum(self._of(run).mapped("amount")), 0)
        full = self._of(run).filtered(lambda charge: charge.amount > 0)
        self.assertEqual((full.state, full.amount_residual), ("waived", 0))
        self.assertEqual(self._receivable(), 5)

    @freeze_time("2025-07-05 04:00:00")
    def test_developer_pays_the_difference(self):
        """赠送物业费: the owner's bill is reduced, the developer is charged the same."""
        developer = self.env["res.partner"].create({"name": "Developer"})
        self._granted(kind="developer", rate=0, paid_by_id=developer.id)
        run = self._bill(date(2025, 7, 1))
        mine = self._of(run)
        self.assertEqual(sum(mine.mapped("amount")), 337.33)
        theirs = mine.filtered(lambda charge: charge.partner_id == developer)
        self.assertEqual(theirs.amount, 337.33)
        self.assertEqual(theirs.amount_residual, 337.33)
        self.assertEqual(len(mine.invoice_id), 2)

    def test_pay_twelve_get_thirteen(self):
        """The month after the paid ones is free; without the money there is no offer."""
        values = {
            "kind": "gift",
            "date_start": date(2025, 7, 1),
            "date_end": date(2026, 7, 31),
            "item_ids": [(6, 0, self.item.ids)],
        }
        with freeze_time("2025-06-25 04:00:00"):
            self._bill(date(2025, 6, 1))
            self._take(self.unit, 342.33)
            waiver = self._waiver(**values)
            self.assertEqual(waiver.way, "gift")
            with self.assertRaisesRegex(UserError, "4047.96"):
                waiver.action_verify()
            self._take(self.unit, 4107.96, charges=[])
            self._grant(waiver)
        total = 0
        for index in range(13):
            month = date(2025 + (6 + index) // 12, (6 + index) % 12 + 1, 1)
            with freeze_time(f"{month} 04:00:00"):
                run = self._bill(month)
            total += sum(self._of(run).mapped("amount"))
        self.assertAlmostEqual(total, 4047.96)
        self.assertEqual(sum(self._of(run).mapped("amount")), 0)
        self.assertEqual(self._receivable(), 5, "the last month's refuse fee")

    @freeze_time("2025-07-05 04:00:00")
    def test_no_reduction_while_in_arrears(self):
        """打折-无欠费: with anything overdue the month is charged in full, and listed."""
        self._bill(date(2025, 5, 1))
        self._granted(kind="policy", rate=50, only_without_arrears=True)
        run = self._make_run(date(2025, 7, 1))
        run.action_generate()
        self.assertEqual(self._of(run).amount, 337.33)
        self.assertIn("arrears", run.exception_ids.message)

    def test_ends_at_transfer(self):
        with freeze_time("2025-07-05 04:00:00"):
            waiver = self._granted()
            buyer = self.env["res.partner"].create({"name": "Buyer"})
            self.unit._transfer_ownership(date(2025, 7, 16), [(buyer, 100)], "sale")
        self.assertEqual((waiver.state, waiver.date_end), ("ended", date(2025, 7, 15)))

    def test_cashier_cannot_waive(self):
        """B §11.22: the way leads over supervisor, manager, finance and company."""
        waiver = self._waiver()
        waiver.action_verify()
        waiver.with_user(self.users["cashier"]).action_submit()
        approval = waiver.approval_ids
        self.assertEqual(len(approval.step_ids), 4)
        for role in ("cashier", "accountant"):
            with self.assertRaises(UserError):
                approval.with_user(self.users[role]).action_approve()
        with self.assertRaises(UserError):
            waiver.with_user(self.users["cashier"]).write({"state": "active"})
        self.assertEqual(waiver.state, "waiting")

    def test_bad_applications(self):
        """Each with a message that says what is missing."""
        with self.assertRaisesRegex(UserError, "on site"):
            self._waiver(findings=False).action_verify()
        with self.assertRaisesRegex(UserError, "since when"):
            self._waiver(vacant_since=False).action_verify()
        with self.assertRaisesRegex(UserError, "2025-10-01"):
            self._waiver(vacant_since=date(2025, 4, 1)).action_verify()
        with self.assertRaisesRegex(UserError, "proof"):
            self._waiver(date=date(2025, 8, 1)).action_verify()
        with self.assertRaisesRegex(ValidationError, "collected for others"):
            self._waiver(item_ids=[(6, 0, self.trash.ids)])
        waiver = self._granted()
        with self.assertRaisesRegex(UserError, "decided"):
            waiver.rate = 10
        with self.assertRaisesRegex(UserError, "register"):
            waiver.unlink()

    def test_cron_runs_twice_and_meets_a_broken_one(self):
        with freeze_time("2025-06-25 04:00:00"):
            good = self._granted()
            bad = self._granted(self._make_unit("102", 90))
        with freeze_time("2025-07-05 04:00:00"):
            self._bill(date(2025, 7, 1))
            self.assertEqual(good.state, "approved")
            self._drop_receivable(bad.partner_id)
            self._cron()
            self.assertEqual(good.state, "active")
            self._cron()
        with freeze_time("2026-07-01 04:00:00"):
            self._cron()
            self.assertEqual(good.state, "ended")

    @freeze_time("2025-07-05 04:00:00")
    def test_form(self):
        """A clerk's application: the screen proposes payer, fee and share."""
        self._bill(date(2025, 6, 1))
        with Form(self.env["property.waiver"].with_user(self.users["staff"])) as form:
            form.unit_id = self.unit
            self.assertEqual(form.partner_id, self.unit.owner_id)
            self.assertEqual(form.rate, 70)
            self.assertEqual((form.amount_expected, form.amount_after), (337.33, 236.13))
            form.date_start, form.date_end = date(2025, 8, 1), date(2025, 12, 31)
            form.reason = "Empty"
        self.assertTrue(form.record.number)
        self.assertEqual(form.record.item_ids, self.item)

    @freeze_time("2025-07-05 04:00:00")
    def test_queries_do_not_grow(self):
        """Reductions of a run are found and written in sets."""

        def count(month):
            run = self._make_run(month)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            run.action_generate()
            return self.cr.sql_log_count - before

        self._granted()
        count(date(2025, 6, 1))
        few = count(date(2025, 7, 1))
        for number in range(10):
            self._granted(self._make_unit(f"2{number:02d}", 80 + number))
        self.assertLessEqual(count(date(2025, 8, 1)), few + 4)


@tagged("post_install", "-at_install")
class TestChargeAtOnce(WaiverCase):
    """Charges outside a bill run (`property.charge._charge`)."""

    @freeze_time("2025-07-05 04:00:00")
    def test_charge_and_pay(self):
        item = self._make_item("CARD", "Access card", basis="quantity", periodic=False)
        charge = self.env["property.charge"]._charge(
            [{"unit_id": self.unit.id, "item_id": item.id, "amount": 78.0, "note": "2 pieces"}]
        )
        self.assertEqual((charge.state, charge.origin), ("open", "once"))
        self.assertEqual(charge.partner_id, self.unit.owner_id)
        self.assertEqual(charge.date_due, date(2025, 7, 12))
        self.assertEqual(charge.invoice_id.property_unit_id, self.unit)
        self.assertIn("2 pieces", charge.invoice_id.invoice_line_ids.name)
        self.assertEqual(self._receivable(), 78)
        self._take(self.unit, 78)
        self.assertEqual(charge.state, "paid")

    def test_made_once(self):
        vals = {
            "unit_id": self.unit.id,
            "item_id": self.item.id,
            "amount": 10.0,
            "origin_key": "job,1",
        }
        self.env["property.charge"]._charge([vals])
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["property.charge"]._charge([vals])

    def test_nobody_pays(self):
        empty = self._make_unit("909", 50, owner=False)
        with self.assertRaisesRegex(UserError, "Nobody is registered"):
            self.env["property.charge"]._charge(
                [{"unit_id": empty.id, "item_id": self.item.id, "amount": 10.0}]
            )

    def test_payers_of_parking(self):
        """A space without own payer is paid by the home's; an item's payer goes first."""
        space = self._make_space("P1", self.unit)
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self._make_occupancy(
            self.unit,
            tenant,
            role="tenant",
            pays_items_only=True,
            payer_item_ids=[(6, 0, self.trash.ids)],
        )
        payers = (self.unit | space)._payers_on(date(2025, 7, 1))
        self.assertEqual(payers[space.id][0], self.unit.owner_id)
        self.assertEqual(payers[space.id][self.trash.id], tenant)
        self.assertEqual(payers[self.unit.id][self.trash.id], tenant)
