# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .test_vacant import VacantCase


class TrusteeshipCase(VacantCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.unit = cls._make_unit("201", 118.36, state="vacant")
        cls.owner = cls.unit.owner_id

    def _apply(self, unit=None, **values):
        unit = unit or self.unit
        row = (
            self.env["property.trusteeship"]
            .with_user(self.users["staff"])
            .create(
                {
                    "unit_id": unit.id,
                    "partner_id": unit.owner_id.id,
                    "readings_taken": True,
                    "water_start": 100,
                    "power_start": 1000,
                    "findings": "Clean and dry",
                    **values,
                }
            )
        )
        row.paper_ids.write({"original_seen": True, "copy_kept": True})
        return row

    def _sign_both(self, row):
        row._sign("owner", self.owner.name, way="paper")
        row.with_user(self.users["supervisor"])._sign("company", "Supervisor", way="paper")

    def _approve(self, document):
        approval = document.sudo().approval_ids.filtered(lambda line: line.state == "pending")
        for role in ("supervisor", "manager", "administrator", "administrator"):
            if approval.with_user(self.users[role]).can_decide:
                approval.with_user(self.users[role]).action_approve()
        self.assertEqual(approval.state, "approved")

    def _in_force(self, unit=None, **values):
        row = self._apply(unit, **values)
        row.action_check()
        self._sign_both(row)
        self._approve(row.waiver_ids)
        self.assertEqual(row.state, "in_force")
        return row.sudo()

    def _fee(self, month):
        charges = self.env["property.charge"].search(
            [
                ("unit_id", "=", self.unit.id),
                ("item_id", "=", self.item.id),
                ("month", "=", month),
                ("cancelled", "=", False),
            ]
        )
        return round(sum(charges.mapped("amount")), 2)


@tagged("post_install", "-at_install")
class TestTrusteeship(TrusteeshipCase):
    """House trusteeship from application to the file (handbook A §42)."""

    @freeze_time("2026-03-10 04:00:00")
    def test_agreement(self):
        """§59: signed and approved → 70 %, weekly patrols, unit in trusteeship, filed."""
        vacant = self._vacant(self.unit)
        row = self._apply()
        self.assertEqual((row.date_start, row.date_end), (date(2026, 4, 1), date(2027, 3, 31)))
        self.assertEqual((row.rate, row.limit_water, row.limit_power), (70, 5, 20))
        self.assertEqual((row.limit_period, row.vacant_since), ("term", vacant.date_start))
        row.action_check()
        self._sign_both(row)
        self.assertEqual(row.state, "agreement_signed")
        waiver = row.waiver_ids
        self.assertEqual((waiver.kind, waiver.rate, waiver.state), ("vacancy", 70, "waiting"))
        self.assertEqual(self.unit.state, "vacant")
        self._approve(waiver)
        self.assertEqual((row.state, self.unit.state), ("in_force", "trusteeship"))
        self.assertEqual((vacant.state, vacant.end_reason), ("ended", "trusteeship"))
        plans = self.env["property.patrol.plan"].search([("target", "=", "entrusted")])
        self.assertEqual(sorted(plans.mapped("frequency")), ["weather", "weekly"])
        paper = self.env["property.archive.document"].search([("res_id", "=", row.id)])
        self.assertEqual(paper.type_id, self.env.ref("property_service.archive_type_11"))
        with self.assertRaisesRegex(UserError, "read-only"):
            row.write({"rate": 50})
        with self.assertRaisesRegex(UserError, "read-only"):
            row.item_ids = [Command.create({"name": "Sofa"})]
        html = self.env["ir.actions.report"]._render_qweb_html(
            "property_service.report_trusteeship", row.ids
        )[0]
        self.assertEqual(html.count(b"House Trusteeship Agreement"), 2)
        with freeze_time("2026-04-05 04:00:00"):
            self._bill(date(2026, 4, 1))
        # 118.36 × 2.85 = 337.33; 70 % of it 236.13
        self.assertEqual(self._fee(date(2026, 4, 1)), 236.13)

    @freeze_time("2026-03-10 04:00:00")
    def test_keys_left_go_into_custody(self):
        """§59: with keys, their custody is prepared for its signatures, once."""
        self._vacant(self.unit)
        row = self._apply()
        row.write(
            {
                "scope": "inside",
                "keys_left": "entrance 2",
                "item_ids": [Command.create({"name": "Sofa"})],
            }
        )
        row.action_check()
        self._sign_both(row)
        self._approve(row.waiver_ids)
        custody = self.env["property.key.custody"].search([("unit_id", "=", self.unit.id)])
        self.assertEqual((custody.state, custody.partner_id), ("applied", row.partner_id))
        self.assertEqual((custody.date_start, custody.date_end), (row.date_start, row.date_end))
        self.assertIn("entrance 2", custody.purposes)
        row._open_custody()
        self.assertEqual(
            self.env["property.key.custody"].search_count([("unit_id", "=", self.unit.id)]), 1
        )

    @freeze_time("2026-03-10 04:00:00")
    def test_bad_applications(self):
        """Each lacks something, and says what."""
        with self.assertRaises(ValidationError):
            self._apply(date_start=date(2026, 3, 15))
        row = self._apply(readings_taken=False, findings=False)
        with self.assertRaisesRegex(UserError, "read water"):
            row.action_check()
        row.readings_taken = True
        with self.assertRaisesRegex(UserError, "which state"):
            row.action_check()
        row.findings = "dry"
        row.scope = "inside"
        with self.assertRaisesRegex(UserError, "list what"):
            row.action_check()
        row.item_ids = [Command.create({"name": "Sofa"})]
        with self.assertRaisesRegex(UserError, "without keys"):
            row.action_check()
        row.keys_left = "2 keys, envelope 7"
        row.partner_id = self.developer
        with self.assertRaisesRegex(UserError, "not an owner"):
            row.action_check()
        row.partner_id = self.owner
        self._bill(date(2026, 3, 1))
        with self.assertRaisesRegex(UserError, "owes 337.33"):
            row.action_check()
        self._take(self.unit, 337.33)
        row.action_check()
        row.sudo().paper_ids[0].copy_kept = False
        row.sudo().paper_ids[0].original_seen = False
        with self.assertRaisesRegex(UserError, "lacks papers"):
            row._sign("owner", "Owner", way="paper")
        row.sudo().paper_ids.write({"original_seen": True})
        with self.assertRaisesRegex(UserError, "A supervisor signs"):
            row._sign("company", "Clerk", way="paper")
        let = self._make_unit("202", state="vacant")
        let._start_tenancy(date(2026, 3, 1), self.developer)
        with self.assertRaisesRegex(UserError, "nobody uses"):
            self._apply(let).action_check()

    @freeze_time("2026-03-10 04:00:00")
    def test_not_approved(self):
        row = self._apply()
        row.action_check()
        self._sign_both(row)
        row.waiver_ids.sudo()._approval_refused(None, "too cheap")
        self.assertEqual(row.state, "checked")
        self.assertFalse(row._valid_signatures())

    @freeze_time("2026-03-10 04:00:00")
    def test_over_limit_and_used(self):
        """5 m³ is allowed, 5.1 is not; used: full fee from the first of the month found."""
        row = self._in_force()
        with freeze_time("2026-04-05 04:00:00"):
            self._bill(date(2026, 4, 1))
        with freeze_time("2026-05-18 04:00:00"):
            self._bill(date(2026, 5, 1))
            visit = self._patrol("entrusted", date(2026, 5, 18)).visit_ids
            self._pass(visit, meters_read=True, water=105, power=1020)
            self.assertEqual((row.state, row.water_used, row.power_used), ("in_force", 5, 20))
            self.assertEqual(row.patrol_date, date(2026, 5, 18))
            self.assertFalse(visit.finding_ids)
            visit = self._patrol("entrusted", date(2026, 5, 19)).visit_ids
            self._pass(visit, meters_read=True, water=105.1, power=1020)
            self.assertEqual((row.state, row.over_date), ("over_limit", date(2026, 5, 19)))
            self.assertTrue(visit.finding_ids)
            self.assertEqual(row.waiver_ids.state, "approved", "first it is clarified")
            staff = row.with_user(self.users["staff"])
            with self.assertRaisesRegex(UserError, "clarification"):
                staff.action_withdraw_reduction()
            staff.over_note = "Lights on, neighbours saw people"
            staff.action_withdraw_reduction()
            self.assertEqual(row.state, "over_limit")
            self._approve(row)
        self.assertEqual((row.state, row.cancel_date), ("discount_cancelled", date(2026, 5, 1)))
        self.assertEqual(row.amount_difference, 101.20)
        self.assertEqual(self._fee(date(2026, 4, 1)), 236.13)
        self.assertEqual(self._fee(date(2026, 5, 1)), 337.33)
        with freeze_time("2026-06-03 04:00:00"):
            self._bill(date(2026, 6, 1))
        self.assertEqual(self._fee(date(2026, 6, 1)), 337.33)

    @freeze_time("2026-03-10 04:00:00")
    def test_leak_keeps_the_reduction(self):
        """A leak is noted and its use does not count again."""
        row = self._in_force()
        row._read(date(2026, 4, 20), 130, 1000, "patrol")
        self.assertEqual(row.state, "over_limit")
        with self.assertRaisesRegex(UserError, "clarification"):
            row.action_keep_reduction()
        row.over_note = "Leak at the water meter, mended on the 20th"
        row.action_keep_reduction()
        self.assertEqual((row.state, row.waiver_ids.state), ("in_force", "approved"))
        row._read(date(2026, 5, 20), 134, 1000, "patrol")
        self.assertEqual(row.state, "in_force")
        row._read(date(2026, 6, 20), 135.5, 1000, "patrol")
        self.assertEqual(row.state, "over_limit")
        with self.assertRaisesRegex(UserError, "less than at the start"):
            row._read(date(2026, 6, 21), 99, 1000, "patrol")

    @freeze_time("2026-03-10 04:00:00")
    def test_limits_of_a_month(self):
        """By the setting limits hold for each month: 4 m³ in two months each are fine."""
        self._set_parameter("trustee_limit_period", "month", self.estate)
        row = self._in_force()
        row._read(date(2026, 4, 28), 104, 1000, "patrol")
        row._read(date(2026, 5, 28), 108, 1000, "patrol")
        self.assertEqual((row.state, row.water_used), ("in_force", 8))
        row._read(date(2026, 6, 10), 111, 1000, "patrol")
        row._read(date(2026, 6, 20), 114, 1000, "patrol")
        self.assertEqual(row.state, "over_limit")

    @freeze_time("2026-03-10 04:00:00")
    def test_ends_when_the_owner_moves_in(self):
        """Full fee from that day, final reading, nothing owed, handed back, filed."""
        row = self._in_force(
            keys_left="2 keys, envelope 7", item_ids=[Command.create({"name": "Sofa"})]
        )
        with freeze_time("2026-04-16 04:00:00"):
            self._bill(date(2026, 4, 1))
            self.unit._set_state("occupied_owner", "moved in")
            self.assertEqual((row.state, row.end_reason), ("ended", "moved_in"))
            # 15 of 30 days at the full fee: 101.20 / 2
            self.assertEqual(row.amount_difference, 50.60)
            self.assertEqual(row.waiver_ids.state, "ended")
            with self.assertRaisesRegex(UserError, "tick"):
                row.action_final_reading()
            row.write({"final_taken": True, "water_end": 90, "power_end": 1000})
            with self.assertRaisesRegex(UserError, "below the last"):
                row.action_final_reading()
            row.write({"water_end": 103, "power_end": 1004})
            row.action_final_reading()
            self.assertEqual(row.state, "final_reading")
            with self.assertRaisesRegex(UserError, "owes 286.73"):
                row.action_settle()
            self._take(self.unit, 286.73)
            with self.assertRaisesRegex(UserError, "keys back"):
                row.action_settle()
            row.keys_returned = True
            with self.assertRaisesRegex(UserError, "not signed"):
                row.action_settle()
            row._sign("handed_back", self.owner.name, way="paper")
            row.action_settle()
            row.action_archive_record()
        self.assertEqual(row.state, "archived")

    @freeze_time("2026-03-10 04:00:00")
    def test_final_reading_over_the_limit(self):
        """What the final reading shows is clarified before accounts are cleared."""
        row = self._in_force()
        with freeze_time("2026-04-20 04:00:00"):
            self._bill(date(2026, 4, 1))
            self.unit._set_state("occupied_owner", "moved in")
            row.write({"final_taken": True, "water_end": 120, "power_end": 1000})
            row.action_final_reading()
            self.assertEqual(row.state, "over_limit")
            row.over_note = "lived in since the first"
            row.action_withdraw_reduction()
            self._approve(row)
            self.assertEqual((row.state, row.cancel_date), ("ended", date(2026, 4, 1)))
            self.assertEqual(row.amount_difference, 101.20)
            self.assertEqual(self._fee(date(2026, 4, 1)), 337.33)
            row.action_final_reading()
        self.assertEqual(row.state, "final_reading")

    @freeze_time("2026-03-10 04:00:00")
    def test_let_secretly_sold_expired_renewed(self):
        row = self._in_force()
        with freeze_time("2026-06-11 04:00:00"):
            for month in (4, 5, 6):
                self._bill(date(2026, month, 1))
            dialog = (
                self.env["property.trusteeship.end"]
                .with_user(self.users["supervisor"])
                .create(
                    {
                        "trusteeship_id": row.id,
                        "reason": "let_secretly",
                        "date": date(2026, 5, 1),
                    }
                )
            )
            dialog.action_apply()
        self.assertEqual((row.state, self.unit.state), ("ended", "leased"))
        self.assertEqual(self._fee(date(2026, 5, 1)), 337.33)
        self.assertEqual(row.amount_difference, 202.40)
        other = self._make_unit("203", state="handed_over")
        sold = self._in_force(other)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        other._transfer_ownership(date(2026, 5, 1), [(buyer, None)], "sale")
        self.assertEqual((sold.state, sold.end_reason), ("ended", "sold"))
        self.assertEqual(other.state, "vacant")
        third = self._in_force(self._make_unit("204", state="vacant"))
        with self.assertRaisesRegex(UserError, "agreed"):
            third._renew(date(2028, 3, 31), "")
        third._renew(date(2028, 3, 31), "signed on paper")
        self.assertEqual((third.state, len(third.waiver_ids)), ("renewed", 2))
        self.assertEqual(max(third.waiver_ids.mapped("date_start")), date(2027, 4, 1))
        with freeze_time("2028-03-20 04:00:00"):
            self._cron("ir_cron_trusteeship_term")
            self._cron("ir_cron_trusteeship_term")
            self.assertEqual(len(third.activity_ids.filtered(lambda a: "renew" in a.summary)), 1)
        with freeze_time("2028-04-01 04:00:00"):
            self._cron("ir_cron_trusteeship_term")
        self.assertEqual((third.state, third.end_reason), ("ended", "expired"))
        self.assertEqual(third.unit_id.state, "vacant")

    @freeze_time("2026-03-10 04:00:00")
    def test_tasks_made_already(self):
        """A home entrusted today is gone to this week, and no more when it has ended."""
        self._make_unit("205", state="trusteeship")
        plan = self.estate._make_vacant_plans(("entrusted",)).filtered(
            lambda line: line.frequency == "weekly"
        )
        plan._make_ahead(date(2026, 3, 10))
        task = self.env["property.patrol"].search([("plan_id", "=", plan.id)])
        self.assertEqual(len(task.visit_ids), 1)
        row = self._in_force()
        self.assertIn(self.unit, task.visit_ids.unit_id)
        row._finish("owner", date(2026, 3, 11))
        self.assertNotIn(self.unit, task.visit_ids.unit_id)

    @freeze_time("2026-03-10 04:00:00")
    def test_guards(self):
        row = self._apply()
        staff = self.users["staff"]
        with self.assertRaises(UserError):
            row.with_user(staff).write({"state": "in_force"})
        with self.assertRaisesRegex(UserError, "noted by the system"):
            row.with_user(staff).write({"water_last": 0})
        with self.assertRaises(UserError):
            row.with_user(staff).action_settle()
        with self.assertRaises(AccessError):
            self.env["property.trusteeship.reading"].with_user(staff).create(
                {"trusteeship_id": row.id, "date": date(2026, 3, 10), "source": "patrol"}
            )
        other = self._make_estate("Hill", "HL")
        other.user_ids = self.env.user
        building = self.env["property.building"].create({"name": "9", "estate_id": other.id})
        unit = self._make_unit("901", building=building, state="vacant")
        hidden = self.env["property.trusteeship"].create(
            {"unit_id": unit.id, "partner_id": unit.owner_id.id}
        )
        with self.assertRaises(AccessError):
            hidden.with_user(staff).read(["state"])
        self.assertEqual(row.deadline_ids.step, "check")

    @freeze_time("2026-03-10 04:00:00")
    def test_registers(self):
        row = self._in_force()
        visit = self._patrol("entrusted", date(2026, 3, 10)).visit_ids
        self._pass(visit, meters_read=True, water=101, power=1002)
        [line] = self.env["property.register.trusteeship"]._rows({"estate_ids": self.estate.ids})
        self.assertEqual((line["number"], line["used"]), (row.number, "1 / 2"))
        [line] = self.env["property.register.trusteeship.patrol"]._rows(
            {"estate_ids": self.estate.ids, "date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        self.assertEqual((line["reason"], line["used"]), ("Weekly round", "1 / 2"))
