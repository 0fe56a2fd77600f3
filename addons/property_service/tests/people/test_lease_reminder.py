# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestLeaseReminder(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.users["steward"]
        cls.building.steward_ids = cls.steward
        cls.estate.manager_id = cls.users["manager"]
        cls.unit = cls._make_unit("101")
        cls.tenant = cls.env["res.partner"].create({"name": "Tenant"})
        cls.lease = cls.unit._start_tenancy(
            date(2025, 12, 1), cls.tenant, {"lease_date_end": date(2026, 11, 30)}
        )

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_lease_reminder").method_direct_trigger()
        return self._activities()

    def _activities(self, unit=None):
        return self.env["mail.activity"].search(
            [("res_model", "=", "property.unit"), ("res_id", "=", (unit or self.unit).id)]
        )

    def test_not_too_early(self):
        with freeze_time("2026-10-30 04:00:00"):
            self.assertEqual(self.lease.lease_state, "running")
            self.assertFalse(self._run())

    def test_thirty_days_before_once(self):
        with freeze_time("2026-10-31 04:00:00"):
            activity = self._run()
            self.assertEqual(activity.user_id, self.steward)
            self.assertEqual(activity.date_deadline, date(2026, 11, 30))
            self.assertIn("Tenant", activity.summary)
            self.assertEqual(self.lease.lease_state, "ending")
            self.assertEqual(self._run(), activity)
            activity.action_done()
            self.assertFalse(self._run())
        with freeze_time("2026-12-20 04:00:00"):
            self.assertFalse(self._run())

    def test_days_are_a_setting(self):
        self.env["property.parameter.value"].create(
            {
                "parameter_id": self.env.ref("property_service.parameter_lease_reminder_days").id,
                "estate_id": self.estate.id,
                "value": "60",
            }
        )
        with freeze_time("2026-10-02 04:00:00"):
            self.assertTrue(self._run())

    def test_manager_where_there_is_no_steward(self):
        self.building.steward_ids = False
        with freeze_time("2026-11-10 04:00:00"):
            self.assertEqual(self._run().user_id, self.users["manager"])

    def test_steward_of_another_estate_is_left_out(self):
        stranger = new_test_user(
            self.env, "test_far_steward", groups="property_service.group_steward"
        )
        self.building.steward_ids = stranger
        with freeze_time("2026-11-10 04:00:00"):
            self.assertEqual(self._run().user_id, self.users["manager"])

    def test_nobody_to_remind_is_tried_again(self):
        self.building.steward_ids = False
        self.estate.manager_id = False
        with freeze_time("2026-11-10 04:00:00"):
            self.assertFalse(self._run())
            self.building.steward_ids = self.steward
            self.assertTrue(self._run())

    def test_renewal_is_a_new_lease(self):
        with freeze_time("2026-11-10 04:00:00"):
            self.assertTrue(self._run())
            self.lease.lease_date_end = date(2027, 11, 30)
            self.assertFalse(self._activities(), "the open reminder is taken back")
            self.assertFalse(self._run())
        with freeze_time("2027-11-01 04:00:00"):
            self.assertEqual(self._run().date_deadline, date(2027, 11, 30))

    def test_end_of_tenancy_takes_the_reminder_back(self):
        with freeze_time("2026-11-10 04:00:00"):
            self.assertTrue(self._run())
            self.unit._end_tenancy(date(2026, 11, 9))
            self.assertFalse(self._activities())
            self.assertFalse(self._run())

    def test_change_of_payer_is_no_new_lease(self):
        with freeze_time("2026-11-10 04:00:00"):
            activity = self._run()
            successor = self.lease._split(date(2026, 11, 10), lease_use="Home")
            self.assertEqual(successor.lease_reminded_end, date(2026, 11, 30))
            self.assertEqual(self._run(), activity)

    def test_expired_not_renewed(self):
        with freeze_time("2026-12-01 04:00:00"):
            self.lease.invalidate_recordset()
            self.assertEqual(self.lease.lease_state, "expired")
            self.assertEqual(self._run().date_deadline, date(2026, 12, 1))

    @freeze_time("2026-11-10 04:00:00")
    def test_search(self):
        occupancies = self.env["property.occupancy"]
        leases = self.lease
        for number, end in (("102", "2026-11-09"), ("103", "2027-06-30"), ("104", False)):
            leases += self._make_unit(number)._start_tenancy(
                date(2025, 1, 1), self.tenant, {"lease_date_end": end}
            )
        states = ["ending", "expired", "running", "open"]
        self.assertEqual(leases.mapped("lease_state"), states)
        for lease, state in zip(leases, states, strict=True):
            found = occupancies.search(
                [("lease_state", "=", state), ("estate_id", "=", self.estate.id)]
            )
            self.assertEqual(found, lease, state)
        everything = occupancies.search([("estate_id", "=", self.estate.id)])
        unset = occupancies.search(
            [("lease_state", "=", False), ("estate_id", "=", self.estate.id)]
        )
        self.assertEqual(unset, everything - leases)
        rest = occupancies.search(
            [("lease_state", "!=", "ending"), ("estate_id", "=", self.estate.id)]
        )
        self.assertEqual(rest, everything - leases[0])

    def test_one_that_fails_does_not_stop_the_others(self):
        other = self._make_unit("102")
        other._start_tenancy(date(2025, 1, 1), self.tenant, {"lease_date_end": date(2026, 11, 20)})
        model = type(self.env["property.occupancy"])
        remind = model._remind_of_lease_end

        def fail_once(row):
            if row.unit_id == other:
                raise UserError("no")
            return remind(row)

        with (
            freeze_time("2026-11-10 04:00:00"),
            mute_logger("odoo.addons.property_service.models.people.property_occupancy_lease"),
            patch.object(model, "_remind_of_lease_end", fail_once),
        ):
            self.assertTrue(self._run())
            self.assertFalse(self._activities(other))
        with freeze_time("2026-11-11 04:00:00"):
            self._run()
            self.assertTrue(self._activities(other))

    def test_two_stewards_in_their_languages(self):
        second = new_test_user(
            self.env,
            "test_second_steward",
            groups="property_service.group_steward",
            property_estate_ids=[Command.set(self.estate.ids)],
        )
        self.building.steward_ids += second
        with freeze_time("2026-11-10 04:00:00"):
            self.assertEqual(self._run().user_id, self.steward + second)
