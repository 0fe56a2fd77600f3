# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PropertyCase


class VacantCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.users["steward"]
        cls.building.steward_ids = cls.steward
        cls.developer = cls.env["res.partner"].create({"name": "Developer", "phone": "02866"})
        cls.estate.developer_id = cls.developer

    def _vacant(self, unit):
        return self.env["property.vacant"].search(
            [("unit_id", "=", unit.id), ("state", "!=", "ended")]
        )

    def _patrol(self, kind, day=None, **values):
        """Return a begun patrol of the plan of `kind`, as the steward has it."""
        plan = self.estate._make_vacant_plans((kind,)).filtered(
            lambda row: row.target == kind and row.frequency != "weather"
        )
        day = day or date.today()
        task = plan._make([(day, f"{day} test", f"{day} 01:00:00", f"{day} 23:00:00")])
        task = task.with_user(self.steward)
        task.action_start()
        return task

    def _pass(self, visit, **values):
        visit.write(values)
        visit.action_all_normal()

    def _cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"property_service.{name}").method_direct_trigger()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestVacant(VacantCase):
    """The list keeps itself, and what care finds is dealt with (handbook A §41)."""

    def test_unit_lists_itself_and_leaves(self):
        """Kinds follow the use status; the vacancy ends with it (§59: unit vacant)."""
        unit = self._make_unit("101", owner=False, state="unsold")
        vacant = self._vacant(unit)
        self.assertEqual((vacant.kind, vacant.state), ("unsold", "listed"))
        self.assertEqual(vacant.owner_id, self.developer)
        self.assertEqual(vacant.payer_kind, "developer")
        self.assertEqual(vacant.user_id, self.steward)
        unit._set_state("sold_pending", "sold")
        self.assertEqual(vacant.kind, "not_handed")
        self._make_occupancy(unit, self.env["res.partner"].create({"name": "Buyer"}))
        unit._set_state("handed_over", "handed over")
        self.assertEqual((vacant.kind, vacant.payer_kind), ("not_renovated", "owner"))
        unit._set_state("renovating", "permit")
        self.assertEqual((vacant.state, vacant.end_reason), ("ended", "renovation"))
        self.assertEqual(vacant.date_end, date(2026, 3, 10))
        self.assertFalse(self._vacant(unit))

    def test_tenancy(self):
        """Let from a day, empty from the day after the tenant's last."""
        unit = self._make_unit("102", state="vacant")
        vacant = self._vacant(unit)
        self.assertEqual(vacant.kind, "long")
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        unit._start_tenancy(date(2026, 3, 12), tenant)
        self.assertEqual((vacant.end_reason, vacant.date_end), ("let", date(2026, 3, 12)))
        unit._end_tenancy(date(2026, 6, 30))
        self.assertEqual(self._vacant(unit).date_start, date(2026, 7, 1))

    def test_parking_is_not_listed(self):
        home = self._make_unit("103")
        space = self._make_space("A1", home, state="vacant")
        self.assertFalse(self._vacant(space))
        self.assertFalse(self._vacant(home))

    def test_share_of_the_fee_shows(self):
        unit = self._make_unit("104", state="vacant")
        vacant = self._vacant(unit)
        self.assertEqual(vacant.fee_rate, 100)
        self._make_item()
        waiver = self.env["property.waiver"].create(
            {
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "date_start": date(2026, 3, 1),
                "date_end": date(2026, 12, 31),
                "reason": "empty",
            }
        )
        waiver._with_move().write({"state": "active"})
        vacant.invalidate_recordset()
        self.assertEqual(vacant.fee_rate, 70)

    def test_check_finding_repair(self):
        """A clean check takes it into care; a problem shows until it is put right."""
        unit = self._make_unit("105", state="vacant")
        vacant = self._vacant(unit)
        self._pass(self._patrol("vacant").visit_ids, meters_read=True, water=12, power=300)
        self.assertEqual(vacant.state, "under_care")
        self.assertEqual((vacant.water, vacant.power), (12, 300))
        self.assertEqual(vacant.check_date, date(2026, 3, 10))
        task = self._patrol("vacant", date(2026, 3, 9))
        visit = task.visit_ids
        visit.check_ids.write({"result": "ok"})
        visit.check_ids[0].write({"result": "bad", "text": "Window broken"})
        visit.photo = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
            "RU5ErkJggg=="
        )
        visit.action_done()
        finding = visit.finding_ids
        self.assertEqual((finding.vacant_id, vacant.state), (vacant, "issue"))
        finding.with_user(self.steward).action_report_out()
        self.assertEqual(finding.told_partner_id, unit.owner_id)
        finding._move_to("fixed_on_spot")
        finding._move_to("closed")
        self.assertEqual(vacant.state, "repaired")
        vacant.with_user(self.steward).action_take_care()
        self.assertEqual(vacant.state, "under_care")

    def test_owner_is_told(self):
        unit = self._make_unit("106", state="vacant")
        vacant = self._vacant(unit)
        with self.assertRaisesRegex(UserError, "not been checked"):
            vacant.action_tell_owner()
        self._pass(self._patrol("vacant").visit_ids)
        vacant.with_user(self.steward).action_tell_owner()
        self.assertEqual(str(vacant.told_date), "2026-03-10 04:00:00")
        message = vacant.message_ids[0]
        self.assertIn(unit.owner_id, message.partner_ids)
        self.assertIn("Normal", message.body)

    def test_nobody_to_tell(self):
        self.estate.developer_id = False
        unit = self._make_unit("107", owner=False, state="unsold")
        self._pass(self._patrol("vacant").visit_ids)
        with self.assertRaisesRegex(UserError, "neither owner nor developer"):
            self._vacant(unit).action_tell_owner()

    def test_rain(self):
        """One task before, one after, for vacant and entrusted homes; twice changes nothing."""
        vacant = self._make_unit("108", state="vacant")
        entrusted = self._make_unit("109", state="trusteeship")
        dialog = (
            self.env["property.vacant.rain"]
            .with_user(self.users["staff"])
            .create({"weather": "orange warning"})
        )
        self.assertEqual(dialog.estate_ids, self.estate)
        dialog.action_make()
        dialog.action_make()
        dialog.occasion = "after"
        tasks = self.env["property.patrol"].search(dialog.action_make()["domain"])
        self.assertEqual(tasks.visit_ids.unit_id, vacant | entrusted)
        tasks = self.env["property.patrol"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(sorted(tasks.mapped("occasion")), ["after", "after", "before", "before"])
        self.assertEqual(set(tasks.mapped("weather")), {"orange warning"})

    def test_rain_where_nothing_is_empty(self):
        dialog = self.env["property.vacant.rain"].create({"estate_ids": self.estate.ids})
        with self.assertRaisesRegex(UserError, "vacant or entrusted"):
            dialog.action_make()

    def test_month(self):
        """The month by building: new, ended, checks; a month that is over stays as it was."""
        item = self._make_item()
        self._make_price(item, 2.0)
        unit = self._make_unit("110", state="vacant", area=100)
        gone = self._make_unit("111", state="vacant")
        gone._set_state("occupied_owner", "moved in")
        self._pass(self._patrol("vacant").visit_ids)
        self._bill(date(2026, 3, 1))
        self._cron("ir_cron_vacant_keep")
        self._cron("ir_cron_vacant_keep")
        rows = self.env["property.vacant.month"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(len(rows), 2)
        row = rows.filtered(lambda line: line.unit_id == unit)
        self.assertEqual((row.count, row.count_new, row.count_checks), (1, 1, 1))
        self.assertEqual(row.amount, 200)
        ended = rows - row
        self.assertEqual((ended.count, ended.count_new, ended.count_ended), (0, 1, 1))
        plans = self.env["property.patrol.plan"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(plans.mapped("target"), ["vacant", "vacant"])
        register = self.env["property.register.vacant.month"]
        [line] = register._rows({"estate_ids": self.estate.ids, "month": "2026-03-01"})
        self.assertEqual((line["units"], line["long"], line["vacant"]), (2, 1, 1))
        self.assertEqual((line["new"], line["ended"], line["fee"]), (2, 1, 200 * 1 + ended.amount))
        with freeze_time("2026-04-20 04:00:00"):
            unit._set_state("occupied_owner", "moved in")
            self._cron("ir_cron_vacant_keep")
        self.assertEqual((row.count, row.count_ended), (1, 0))

    def test_registers(self):
        unit = self._make_unit("112", state="vacant")
        self._vacant(unit).keys_kept = "A-12"
        self._pass(self._patrol("vacant").visit_ids, meters_read=True, water=1, power=2, aired=True)
        [line] = self.env["property.register.vacant.home"]._rows({"estate_ids": self.estate.ids})
        self.assertEqual((line["unit"], line["keys"]), (unit.full_name, "A-12"))
        self.assertEqual(line["fee"], "100 % Owner")
        [line] = self.env["property.register.vacant.round"]._rows(
            {
                "estate_ids": self.estate.ids,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        self.assertEqual((line["doors"], line["aired"], line["readings"]), ("√", "√", "1 / 2 / 0"))

    def test_guards(self):
        """Nobody jumps a state by RPC, lists by hand, or sees another estate."""
        unit = self._make_unit("113", state="vacant")
        vacant = self._vacant(unit)
        staff = self.users["staff"]
        with self.assertRaises(UserError):
            vacant.with_user(staff).write({"state": "ended"})
        with self.assertRaises(AccessError):
            self.env["property.vacant"].with_user(staff).create(
                {"unit_id": unit.id, "kind": "long", "date_start": "2026-01-01"}
            )
        vacant.user_id = False
        with self.assertRaisesRegex(UserError, "name the steward"):
            vacant.action_take_care()
        other = self._make_estate("Hill", "HL")
        other.user_ids = self.env.user
        building = self.env["property.building"].create({"name": "9", "estate_id": other.id})
        hidden = self._vacant(self._make_unit("901", building=building, state="vacant"))
        self.assertTrue(hidden)
        with self.assertRaises(AccessError):
            hidden.with_user(staff).read(["kind"])
