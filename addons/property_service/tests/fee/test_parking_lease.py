# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestParkingLease(PropertyCase):
    """Leases of parking spaces and the dunning of their fees (A §53, B H10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item("PARK_RENT", "Parking rent", basis="fixed", tax=5)
        cls._make_price(cls.item, 320, cls.type_parking)
        cls.management = cls._make_item()
        cls._make_price(cls.management, 2.85)
        cls.home = cls._make_unit("101", 118.36)
        cls.space = cls._make_unit(
            "B1-001", area=12.0, owner=False, entrance="", type_id=cls.type_parking.id
        )
        cls.leases = cls.env["property.parking.lease"].with_user(cls.users["staff"])

    def _lease(self, **values):
        return self.leases.create(
            {
                "estate_id": self.estate.id,
                "space_id": self.space.id,
                "home_id": self.home.id,
                "partner_id": self.home.owner_id.id,
                "plate": "A12345",
                "licence_owner": "Owner 101",
                "licence_seen": True,
                "date_start": date(2026, 3, 11),
                "months": 6,
                "item_id": self.item.id,
                "rent": 310.0,
                **values,
            }
        )

    def _activate(self, lease):
        lease.action_allot()
        lease.action_contract()
        lease.action_activate()
        return lease

    def test_from_application_to_use(self):
        lease = self._lease()
        self.assertTrue(lease.number.startswith("CW-LG-2026-"))
        self.assertEqual(lease.date_end, date(2026, 9, 10))
        self.assertEqual(lease.identity, "owner")
        lease.action_queue()
        self.assertEqual(lease.queue_place, 1)
        self._activate(lease)
        self.assertEqual(self.space.main_unit_id, self.home)
        self.assertEqual(self.space.plate, "A12345")
        self.assertEqual(self.space.payer_id, self.home.browse().payer_id)  # from the 11th on
        with freeze_time("2026-03-12 04:00:00"):
            self.space.invalidate_recordset()
            self.assertEqual(self.space.payer_id, self.home.owner_id)

    def test_papers_first(self):
        with self.assertRaisesRegex(UserError, "driving licence"):
            self._lease(licence_seen=False).action_allot()
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self.home._start_tenancy(date(2026, 1, 1), tenant)
        lease = self._lease(partner_id=tenant.id)
        self.assertEqual(lease.identity, "tenant")
        with self.assertRaisesRegex(UserError, "owner's consent"):
            lease.action_allot()

    def test_one_lease_of_a_space_at_a_time(self):
        self._activate(self._lease())
        other = self._lease(plate="B54321", date_start=date(2026, 9, 1))
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            other.action_allot()
            self.env.flush_all()

    def test_owned_spaces_are_not_let(self):
        self._make_occupancy(self.space, self.home.owner_id)
        with self.assertRaisesRegex(ValidationError, "management fee only"):
            self._lease().action_allot()

    def test_term(self):
        with self.assertRaisesRegex(ValidationError, "1 to 12"):
            self._lease(months=13)
        with self.assertRaisesRegex(ValidationError, "1 to 6"):
            self._lease(home_id=False, months=7)

    def test_rent_is_billed_with_the_home_by_days(self):
        lease = self._activate(self._lease())
        run = self._bill(month=date(2026, 3, 1))
        charge = run.charge_ids.filtered("parking_lease_id")
        # 21 of 31 days of 310.00
        self.assertEqual(charge.amount, 210.0)
        self.assertEqual(charge.billed_unit_id, self.home)
        self.assertEqual(charge.unit_id, self.space)
        self.assertEqual(
            (charge.date_start, charge.date_end), (date(2026, 3, 11), date(2026, 3, 31))
        )
        self.assertFalse(run.exception_ids.filtered(lambda row: row.unit_id == self.space))
        self.assertEqual(len(run.charge_ids.filtered(lambda row: row.unit_id == self.space)), 1)
        april = self._bill(month=date(2026, 4, 1))
        self.assertEqual(april.charge_ids.filtered("parking_lease_id").amount, 310.0)
        # billed twice it is not
        again = self._make_run(date(2026, 4, 1))
        again.action_generate()
        self.assertFalse(again.charge_ids)
        self._take(self.home, 210.0, charges=[(charge, 210.0)])
        lease.invalidate_recordset()
        self.assertEqual(lease.paid_until, date(2026, 3, 31))

    def test_price_list_goes_first_where_it_has_charged(self):
        self.space.main_unit_id = self.home
        self._bill(month=date(2026, 3, 1))
        self._activate(self._lease())
        run = self._make_run(date(2026, 3, 1))
        run.action_generate()
        self.assertFalse(run.charge_ids.filtered("parking_lease_id"))
        self.assertTrue(run.exception_ids.filtered(lambda row: row.unit_id == self.space))

    def test_end_frees_the_space(self):
        lease = self._activate(self._lease(date_start=date(2026, 3, 1)))
        waiting = self._lease(space_id=False, plate="C1")
        waiting.action_queue()
        self.estate.manager_id = self.users["manager"]
        dialog = (
            self.env["property.parking.lease.end"]
            .with_user(self.users["staff"])
            .create({"lease_id": lease.id, "date": date(2026, 3, 15), "reason": "notice"})
        )
        dialog.action_apply()
        self.assertEqual((lease.state, lease.date_end), ("ended", date(2026, 3, 15)))
        self.assertFalse(self.space.main_unit_id)
        self.assertFalse(self.space.plate)
        self.assertTrue(waiting.activity_ids)
        run = self._bill(month=date(2026, 3, 1))
        charge = run.charge_ids.filtered("parking_lease_id")
        self.assertEqual(charge.amount, 150.0)
        later = self._make_run(date(2026, 4, 1))
        later.action_generate()
        self.assertFalse(later.exception_ids.filtered(lambda row: row.unit_id == self.space))
        with freeze_time("2026-04-02 04:00:00"):
            lease.invalidate_recordset()
            with self.assertRaisesRegex(UserError, "rent are open"):
                lease.action_settle()
            self._take(self.home, 150.0, charges=[(charge, 150.0)])
            lease.invalidate_recordset()
            lease.action_settle()
        self.assertEqual(lease.state, "settled")

    def test_renewal_and_reminder(self):
        self.building.steward_ids = self.users["steward"]
        lease = self._activate(self._lease(date_start=date(2026, 3, 1), months=1))
        cron = self.env.ref("property_service.ir_cron_parking_lease")
        for _twice in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertEqual(lease.state, "expiring")
        self.assertEqual(len(lease.activity_ids), 1)
        lease.action_renew()
        new = self.leases.search([("previous_id", "=", lease.id)])
        self.assertEqual((lease.state, new.state), ("renewed", "active"))
        self.assertEqual((new.date_start, new.date_end), (date(2026, 4, 1), date(2026, 4, 30)))
        with freeze_time("2026-05-01 04:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(new.state, "ended")
        self.assertFalse(self.space.main_unit_id)

    def test_contracted_lease_stays_as_it_is(self):
        lease = self._activate(self._lease())
        with self.assertRaises(UserError):
            lease.write({"rent": 100.0})
        lease.write({"plate": "NEW1"})
        self.assertEqual(self.space.plate, "NEW1")


@tagged("post_install", "-at_install")
class TestParkingDunning(PropertyCase):
    """The dunning of parking fees (B H10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item("PARK_RENT", "Parking rent", basis="fixed", tax=5)
        cls.home = cls._make_unit("101", 118.36)
        cls.space = cls._make_space("B1-001", cls.home, plate="A12345")
        cls.charge = cls.env["property.charge"]._charge(
            [
                {
                    "unit_id": cls.space.id,
                    "item_id": cls.item.id,
                    "amount": 320.0,
                    "date_due": date(2026, 8, 1),
                }
            ],
            date=date(2026, 7, 25),
        )

    def _check(self, day):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_parking_dunning").method_direct_trigger()
        return self.env["property.parking.dunning"].search([("unit_id", "=", self.space.id)])

    def test_scenario_17_oral_then_written_then_paid(self):
        """Ran out on 1 August, told on the 2nd, notice on the 16th, paid (B §11.17)."""
        self.estate.manager_id = self.users["manager"]
        case = self._check("2026-08-02")
        self.assertEqual(self._check("2026-08-02"), case)
        self.assertEqual((case.state, case.amount), ("due", 320.0))
        self.assertEqual(case.date_expired, date(2026, 8, 1))
        self.assertTrue(case.activity_ids)
        staff = case.with_user(self.users["staff"])
        with freeze_time("2026-08-02 04:00:00"):
            with self.assertRaisesRegex(UserError, "tell the driver first"):
                staff.action_notice()
            staff.action_oral()
        with (
            freeze_time("2026-08-15 04:00:00"),
            self.assertRaisesRegex(UserError, "2026-08-16"),
        ):
            staff.action_notice()
        with freeze_time("2026-08-16 04:00:00"):
            action = staff.action_notice()
            self.assertEqual(action["type"], "ir.actions.report")
            self.assertEqual(case.state, "notice")
            self.assertEqual(case.notice_deadline, date(2026, 8, 23))
            with self.assertRaisesRegex(UserError, "15 days after"):
                staff.action_terminate()
            self._take(self.home, 320.0)
        self.assertEqual((case.state, case.amount), ("settled", 0.0))

    def test_owned_spaces_stay_with_their_owner(self):
        self.space.type_id = self.env.ref("property_service.unit_type_parking_owned")
        case = self._check("2026-08-02")
        self.assertEqual(case.space_kind, "owned")
        with freeze_time("2026-09-30 04:00:00"):
            case.action_oral()
            case.action_notice()
            for step in (case.action_temp_rate, case.action_terminate):
                with self.assertRaisesRegex(UserError, "belongs to its owner"):
                    step()

    def test_unpaid_lease_ends(self):
        lease = self.env["property.parking.lease"].create(
            {
                "estate_id": self.estate.id,
                "space_id": self.space.id,
                "home_id": self.home.id,
                "partner_id": self.home.owner_id.id,
                "plate": "A12345",
                "licence_owner": "Owner 101",
                "licence_seen": True,
                "date_start": date(2026, 7, 1),
                "months": 12,
                "item_id": self.item.id,
                "rent": 320.0,
            }
        )
        lease.action_allot()
        lease.action_contract()
        lease.action_activate()
        case = self._check("2026-08-02")
        self.assertEqual(case.lease_id, lease)
        with freeze_time("2026-08-16 04:00:00"):
            case.action_oral()
            case.action_notice()
        with freeze_time("2026-09-01 04:00:00"):
            case.action_terminate()
        self.assertEqual((case.state, lease.state), ("terminated", "ended"))
        self.assertEqual(lease.end_reason, "arrears")
        self.assertFalse(self.space.main_unit_id)
