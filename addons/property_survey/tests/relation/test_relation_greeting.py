# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .relation_common import RelationCase


@tagged("post_install", "-at_install")
class TestRelationGreeting(RelationCase):
    """Greetings: only with consent, nothing twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building.steward_ids = cls.steward
        cls.owner = cls.home.owner_id
        cls.owner.write(
            {
                "property_birthday": date(1980, 11, 5),
                "property_greeting_consent": True,
                "email": "owner@example.com",
            }
        )
        cls.silent = cls.neighbour.owner_id
        cls.silent.write({"property_birthday": date(1980, 11, 5), "email": "no@example.com"})
        cls.birthday = cls.env.ref("property_survey.greeting_occasion_birthday")

    def _greet(self, day):
        with freeze_time(f"{day} 02:00:00"):
            self._run("greeting")
        return self.env["property.greeting"].search([])

    def test_consent_has_its_date(self):
        self.assertTrue(self.owner.property_greeting_consent_date)
        self.owner.property_greeting_consent = False
        self.assertTrue(self.owner.property_greeting_withdrawn_date)
        self.assertFalse(self.owner._agrees_to_greetings())

    def test_birthday_only_with_consent_and_once(self):
        greetings = self._greet("2026-11-05")
        self.assertEqual(greetings.partner_id, self.owner)
        self.assertEqual((greetings.state, greetings.user_id), ("to_do", self.steward))
        self.assertEqual(self._greet("2026-11-05"), greetings)
        self.assertEqual(self._greet("2026-11-06"), greetings)
        todo = self.estate.activity_ids.filtered(lambda row: row.user_id == self.steward)
        self.assertEqual(len(todo), 1)

    def test_mail_goes_out_once(self):
        self.birthday.way = "mail"
        greeting = self._greet("2026-11-05")
        self.assertEqual((greeting.state, greeting.way), ("done", "mail"))
        self._greet("2026-11-05")
        mails = self.env["mail.mail"].search([("model", "=", "property.greeting")])
        self.assertEqual(len(mails), 1)
        self.assertIn(
            "owner@example.com", f"{mails.email_to} {mails.recipient_ids.mapped('email')}"
        )
        self.assertNotIn(self.silent, mails.recipient_ids)

    def test_nothing_without_consent(self):
        values = {
            "occasion_id": self.birthday.id,
            "estate_id": self.estate.id,
            "partner_id": self.silent.id,
        }
        with self.assertRaisesRegex(UserError, "has not agreed"):
            self.env["property.greeting"].with_user(self.clerk).create(values)

    def test_withdrawn_consent_stops_a_greeting(self):
        greeting = self._greet("2026-11-05")
        self.owner.property_greeting_consent = False
        with self.assertRaises(UserError):
            greeting.action_done()
        self.birthday.template_id = self.env.ref("property_survey.mail_template_greeting")
        self.assertFalse(greeting._send())
        self.assertEqual(greeting.state, "skipped")

    @mute_logger("odoo.sql_db")
    def test_twice_is_refused_by_the_database(self):
        values = {
            "occasion_id": self.birthday.id,
            "estate_id": self.estate.id,
            "partner_id": self.owner.id,
            "date": date(2026, 11, 5),
        }
        self.env["property.greeting"].create(values)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["property.greeting"].create({**values, "date": date(2026, 11, 6)})
            self.env.flush_all()

    def test_festivals(self):
        greetings = self._greet("2027-02-06")
        spring = self.env.ref("property_survey.greeting_occasion_spring")
        self.assertEqual(greetings.occasion_id, spring)
        greetings = self._greet("2027-10-01")
        self.assertIn(
            self.env.ref("property_survey.greeting_occasion_national"), greetings.occasion_id
        )
        self.assertNotIn(self.silent, greetings.partner_id)

    def test_children_are_not_greeted(self):
        self.owner.property_birthday = date(2015, 11, 5)
        self.assertFalse(self._greet("2026-11-05"))

    def test_who_moved_out_is_not_greeted(self):
        self.home.occupancy_ids._end(date(2026, 11, 1), "sold")
        self.assertFalse(self._greet("2026-11-05"))

    def test_leap_day(self):
        self.owner.property_birthday = date(1980, 2, 29)
        self.assertTrue(self._greet("2027-02-28"))

    def test_days_of_festivals(self):
        spring = self.env.ref("property_survey.greeting_occasion_spring")
        with self.assertRaises(ValidationError):
            spring.date_ids = [(0, 0, {"date": date(2027, 2, 7)})]
        with self.assertRaises(ValidationError):
            self.env["property.greeting.occasion"].create(
                {"name": "Nowhere", "kind": "solar", "month": 2, "day": 30}
            )

    def test_passed_greetings_expire(self):
        greeting = self._greet("2026-11-05")
        self._greet("2026-11-20")
        self.assertEqual(greeting.state, "expired")
