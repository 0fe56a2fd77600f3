# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.property_service.tools.local_time import local_day

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivitySignup(ActivityCase):
    """Households sign up: who may, how many, who waits, who was there (handbook B G2)."""

    def test_household_signs_up(self):
        event = self._make_event()
        row = self._sign_up(event, self.homes[0])
        self.assertEqual(row.partner_id, self.homes[0].owner_id)
        self.assertEqual((row.state, row.building_id), ("open", self.building))
        self.assertTrue(event.event_registrations_open)

    def test_closed(self):
        event = self._make_event("announced")
        self.assertFalse(event.event_registrations_open)
        with self._refused("is not open"):
            self._sign_up(event, self.homes[0])
        event.action_open_signup()
        event.signup_until = fields.Datetime.now() - timedelta(minutes=1)
        with self._refused("is not open"):
            self._sign_up(event, self.homes[0])
        event.action_start()
        with self._refused("is not open"):
            self._sign_up(event, self.homes[0])
        self._sign_up(event, self.homes[0], walk_in=True)

    def test_twice(self):
        event = self._make_event()
        self._sign_up(event, self.homes[0], name="Li Ming")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._sign_up(event, self.homes[0], name=" Li Ming ")
        self._sign_up(event, self.homes[1], name="Li Ming")

    def test_moved_out(self):
        event = self._make_event()
        home = self.homes[0]
        partner = home.owner_id
        tenant = self.env["res.partner"].create({"name": "Former tenant"})
        self._make_occupancy(
            home,
            tenant,
            role="tenant",
            is_payer=False,
            date_start=date(2024, 1, 1),
            date_end=date(2025, 1, 31),
        )
        with self._refused("does not live in"):
            self._sign_up(event, home, name="Former tenant", partner_id=tenant.id)
        self._sign_up(event, home, name="Owner", partner_id=partner.id)

    def test_household_of_another_estate(self):
        event = self._make_event()
        other = self._make_estate("Hill Garden", "HG")
        building = self.env["property.building"].create({"name": "2栋", "estate_id": other.id})
        home = self._make_unit("901", building=building)
        with self._refused("for households of"):
            self._sign_up(event, home, user="administrator")
        with self._refused("choose the household"):
            self._sign_up(event, self.env["property.unit"], name="Nobody")
        self._sign_up(
            event, self.env["property.unit"], name="Street office", participant_kind="guest"
        )

    def test_minor_needs_guardian(self):
        event = self._make_event()
        with self._refused("minor"):
            self._sign_up(event, self.homes[0], name="Kid", age_group="child")
        with self._refused("minor"):
            self._sign_up(
                event, self.homes[0], name="Kid", age_group="teen", guardian_name="Father"
            )
        row = self._sign_up(
            event,
            self.homes[0],
            name="Kid",
            age_group="child",
            guardian_name="Father",
            guardian_consent=True,
        )
        self.assertTrue(row.guardian_consent_date)
        with self.assertRaises(ValidationError):
            row.guardian_consent = False

    def test_quota(self):
        event = self._make_event(household_quota=2)
        for name in ("A", "B"):
            self._sign_up(event, self.homes[0], name=name)
        with self._refused("2 people per household"):
            self._sign_up(event, self.homes[0], name="C")
        self._sign_up(event, self.homes[1], name="C")

    def test_waiting_list_moves_up(self):
        event = self._make_event(seats_limited=True, seats_max=2)
        rows = [self._sign_up(event, home) for home in self.homes]
        self.assertEqual([row.state for row in rows], ["open", "open", "draft", "draft"])
        self.assertEqual([row.waiting for row in rows], [False, False, True, True])
        self.assertEqual(rows[3]._place_in_line(), 2)
        event.invalidate_recordset()
        self.assertEqual(event.waiting_count, 2)
        rows[0].action_cancel()
        self.assertEqual((rows[2].state, rows[2].waiting), ("open", False))
        self.assertEqual(rows[3]._place_in_line(), 1)
        event.seats_max = 3
        self.assertEqual(rows[3].state, "open")

    def test_who_moved_out_loses_his_turn(self):
        event = self._make_event(seats_limited=True, seats_max=1)
        first, second, third = (self._sign_up(event, home) for home in self.homes[:3])
        home = self.homes[1]
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        home.occupancy_ids.with_context(property_occupancy_batch=True).write(
            {"date_end": fields.Date.today() - timedelta(days=1)}
        )
        self._make_occupancy(home, buyer, date_start=fields.Date.today())
        first.action_cancel()
        self.assertEqual((second.state, third.state), ("cancel", "open"))

    def test_batch_fills_places_and_waits(self):
        event = self._make_event(seats_limited=True, seats_max=1)
        rows = self.env["event.registration"].create(
            [
                {"event_id": event.id, "unit_id": home.id, "name": home.number}
                for home in self.homes[:3]
            ]
        )
        self.assertEqual(rows.mapped("waiting"), [False, True, True])

    def test_check_in_by_barcode(self):
        event = self._make_event()
        row = self._sign_up(event, self.homes[0])
        with self._refused("has not been started"):
            row.action_set_done()
        event.action_start()
        desk = self.env["event.registration"].with_user(self.users["staff"])
        self.assertEqual(
            desk.register_attendee(row.barcode, event.id)["status"], "confirmed_registration"
        )
        self.assertEqual(
            desk.register_attendee(row.barcode, event.id)["status"], "already_registered"
        )
        self.assertEqual(row.state, "done")

    def test_low_sign_up_is_shown(self):
        event = self._make_event(expected_count=4)
        self._sign_up(event, self.homes[0])
        event.invalidate_recordset()
        self.assertEqual(event.signup_rate, 0.25)
        self.assertTrue(event.low_signup)
        self._sign_up(event, self.homes[1])
        event.invalidate_recordset()
        self.assertFalse(event.low_signup, "half is enough")

    def test_figures_and_ratings(self):
        event = self._make_event("running")
        rows = [self._sign_up(event, home, walk_in=True) for home in self.homes[:3]]
        kid = self._sign_up(
            event,
            self.homes[0],
            name="Kid",
            age_group="child",
            guardian_name="F",
            guardian_consent=True,
            walk_in=True,
        )
        helper = self._sign_up(
            event,
            self.env["property.unit"],
            name="Helper",
            participant_kind="volunteer",
            walk_in=True,
        )
        for row in (*rows[:2], kid, helper):
            row.action_set_done()
        with self._refused("when it is over"):
            rows[0]._rate("5")
        event.write({"extra_adults": 10, "extra_children": 1})
        event.action_finish()
        rows[0]._rate("5", "Lovely")
        rows[1]._rate("3")
        with self._refused("not checked in"):
            rows[2]._rate("5")
        event.invalidate_recordset()
        self.assertEqual(
            (event.attended_adults, event.attended_children, event.attended_volunteers),
            (12, 2, 1),
        )
        self.assertEqual(event.household_count, 2)
        self.assertEqual(event.participation_rate, 0.5, "two of four homes")
        self.assertEqual(event.satisfaction_count, 2)
        self.assertEqual(event.satisfaction_rate, 0.5)
        self.assertEqual(event.satisfaction_points, 80, "(100 + 60) / 2")
        rows[1]._rate("4")
        event.invalidate_recordset()
        self.assertEqual((event.satisfaction_count, event.satisfaction_rate), (2, 1.0))
        day = local_day(event.date_begin)
        self.assertEqual(event._held_between(self.estate, day, day), event)
        self.assertFalse(event._held_between(self.estate, day + timedelta(days=1), day))

    def test_figures_of_many_take_few_queries(self):
        events = self.env["event.event"]
        for _number in range(3):
            events |= self._make_event("running")
        names = ["attended_total", "household_count", "participation_rate", "satisfaction_rate"]
        names += ["actual_cost", "budget_rate", "signup_rate", "waiting_count"]
        events = events.sudo()
        self.env.flush_all()
        events[:1].read(names)
        self.env.invalidate_all()
        one = self._queries(events[:1], names)
        many = self._queries(events, names)
        self.assertLessEqual(many, one + 1)

    def _queries(self, records, names):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records.read(names)
        return self.env.cr.sql_log_count - before

    def test_sign_up_of_a_household_is_bounded(self):
        event = self._make_event(seats_limited=True, seats_max=100, household_quota=20)
        self._sign_up(event, self.homes[3], name="Warm")
        values = [
            {"event_id": event.id, "unit_id": self.homes[0].id, "name": f"P{number}"}
            for number in range(10)
        ]
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["event.registration"].create(values)
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 150)
