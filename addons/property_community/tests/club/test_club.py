# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.property_service.tests.common import PropertyCase

NOW = datetime(2026, 11, 10, 1)


class ClubCase(PropertyCase):
    """Four homes and a choir that forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.homes = [cls._make_unit(f"10{number}") for number in range(1, 5)]
        cls.people = [home.owner_id for home in cls.homes]
        cls.club = cls.env["property.club"].create(
            {"name": "Choir", "estate_id": cls.estate.id, "activity_time": "Tuesdays"}
        )
        cls.child = cls.env["res.partner"].create(
            {"name": "Child", "property_birthday": date(2013, 5, 5)}
        )
        cls._make_occupancy(cls.homes[0], cls.child, role="family", is_payer=False)

    @contextmanager
    def assertRefused(self, pattern):
        """Expect a refusal whose message holds `pattern`; rolled back, as a request would be."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    def _join(self, partner, **values):
        return (
            self.env["property.club.member"]
            .with_user(self.users["staff"])
            .create({"club_id": self.club.id, "partner_id": partner.id, **values})
        )

    def _running(self):
        self._join(self.people[0], role="1_leader")
        for partner in self.people[1:3]:
            self._join(partner)
        self.club.rules = "Be kind"
        self.club.with_user(self.users["staff"]).action_activate()
        return self.club

    def _activist(self, partner=None, **values):
        return (
            self.env["property.activist"]
            .with_user(self.users["staff"])
            .create(
                {
                    "partner_id": (partner or self.people[0]).id,
                    "estate_id": self.estate.id,
                    "skills": "Calligraphy",
                    "consent_date": date(2026, 11, 1),
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestClub(ClubCase):
    """Clubs: forming, active, dormant, closed (handbook B G5)."""

    def test_what_a_club_needs(self):
        with self.assertRefused(r"a leader、rules、3 members \(now 0\)"):
            self.club.action_activate()
        club = self._running()
        self.assertEqual((club.state, club.leader_id), ("active", self.people[0]))
        self.assertEqual(club.member_ids.unit_id, self.homes[0] + self.homes[1] + self.homes[2])
        with self.assertRaises(UserError):
            club.state = "closed"

    def test_rests_begins_again_and_is_dissolved(self):
        club = self._running()
        club._rest("leader is abroad")
        self.assertEqual((club.state, club.reason), ("dormant", "leader is abroad"))
        club.action_activate()
        club._close("nobody comes")
        self.assertEqual(club.state, "closed")
        self.assertEqual(set(club.member_ids.mapped("date_left")), {date(2026, 11, 10)})
        self.env["property.club"].create({"name": "Choir", "estate_id": self.estate.id})

    def test_member_once_and_again(self):
        member = self._join(self.people[0])
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._join(self.people[0])
        member.action_leave()
        self._join(self.people[0])
        self.assertEqual(self.club.member_count, 1)

    def test_minor_needs_guardian(self):
        with self.assertRefused("Child is under 18"):
            self._join(self.child)
        member = self._join(
            self.child, guardian_id=self.people[0].id, guardian_consent_date=date(2026, 11, 1)
        )
        self.assertTrue(member.is_minor)
        with self.assertRefused("cannot be his own guardian"):
            member.guardian_id = self.child
        # said to be a minor, the date of birth unknown
        with self.assertRefused("under 18"):
            self._join(self.people[3], declared_minor=True)

    def test_meeting(self):
        club = self._running()
        meeting = (
            self.env["property.club.meeting"]
            .with_user(self.users["staff"])
            .create(
                {
                    "name": "Rehearsal",
                    "club_id": club.id,
                    "date_start": NOW + timedelta(hours=1),
                    "date_end": NOW + timedelta(hours=3),
                }
            )
        )
        with self.assertRefused("not begun"):
            meeting.action_hold()
        with freeze_time(NOW + timedelta(hours=4)):
            with self.assertRefused("who came"):
                meeting.action_hold()
            meeting.write(
                {"attendee_ids": [Command.set(club.member_ids[:2].ids)], "minutes": "Songs chosen"}
            )
            meeting.guest_count = 1
            meeting.action_hold()
        self.assertEqual((meeting.state, meeting.attendance), ("held", 3))
        self.assertAlmostEqual(meeting.attendance_rate, 2 / 3)
        with self.assertRefused("minutes stay"):
            meeting.minutes = "Changed"
        self.assertEqual((club.meeting_count, club.last_meeting), (1, meeting.date_start))
        other = self.env["property.club"].create({"name": "Chess", "estate_id": self.estate.id})
        foreign = self.env["property.club.member"].create(
            {"club_id": other.id, "partner_id": self.people[3].id}
        )
        with self.assertRefused("is no member"):
            self.env["property.club.meeting"].create(
                {
                    "name": "x",
                    "club_id": club.id,
                    "date_start": NOW,
                    "date_end": NOW + timedelta(hours=1),
                    "attendee_ids": [Command.set(foreign.ids)],
                }
            )

    def test_support(self):
        club = self._running()
        support = (
            self.env["property.club.support"]
            .with_user(self.users["staff"])
            .create({"club_id": club.id, "name": "Costumes", "amount": 800, "source": "common"})
        )
        with self.assertRefused("by their decision only"):
            support.action_ask()
        support.owners_decision = "2026-8"
        support.action_ask()
        with self.assertRefused("handed in"):
            support.amount = 900
        with self.assertRefused("decide it first"):
            club._close("x")
        support.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual((support.state, club.support_amount), ("granted", 800.0))
        with self.assertRaises(AccessError):
            support.action_make_bill()
        support.with_user(self.users["accountant"]).action_make_bill()
        bill = support.sudo().bill_id
        self.assertEqual((bill.move_type, bill.partner_id), ("in_invoice", self.people[0]))
        self.assertEqual(bill.amount_total, 800.0)
        line = bill.invoice_line_ids
        self.assertEqual(
            list(line.analytic_distribution), [str(self.estate.analytic_account_id.id)]
        )

    def test_booking_of_a_club(self):
        club = self._running()
        club.venue_id = self.env["property.venue"].create(
            {"name": "Hall", "estate_id": self.estate.id}
        )
        action = club.action_book_venue()
        booking = (
            self.env["property.venue.booking"]
            .with_context(**action["context"])
            .create(
                {
                    "purpose": "Rehearsal",
                    "date_start": NOW + timedelta(days=1),
                    "date_end": NOW + timedelta(days=1, hours=2),
                }
            )
        )
        self.assertEqual((booking.partner_id, booking.unit_id), (self.people[0], self.homes[0]))
        self.assertEqual((booking.applicant_kind, club.booking_count), ("club", 1))
        other = self._make_estate("Other", "OT")
        with self.assertRefused("not a club of the estate"):
            booking.club_id = self.env["property.club"].create({"name": "x", "estate_id": other.id})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_roles_and_estates(self):
        self.assertTrue(self.club.with_user(self.users["reader"]).name)
        with self.assertRaises(AccessError):
            self.club.with_user(self.users["reader"]).rules = "x"
        with self.assertRaises(AccessError):
            self.env["property.activist"].with_user(self.users["reader"]).search([])
        stranger = new_test_user(self.env, "elsewhere", groups="property_service.group_manager")
        self._activist()
        for model in ("property.club", "property.activist"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))

    def test_queries_do_not_grow_with_clubs(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.env["property.club"].search([]).read(
                ["name", "member_count", "meeting_count", "support_amount", "booking_count"]
            )
            return self.cr.sql_log_count - start

        few = queries()
        self.env["property.club"].create(
            [{"name": f"Club {number}", "estate_id": self.estate.id} for number in range(20)]
        )
        self.assertLessEqual(queries(), few + 1)


@tagged("post_install", "-at_install")
class TestActivist(ClubCase):
    """Activists: candidate, active, honoured, left (handbook B G5, form G5-1)."""

    def test_the_whole_way(self):
        person = self._activist(consent_date=False)
        self.assertEqual((person.state, person.unit_id), ("candidate", self.homes[0]))
        with self.assertRefused("has not agreed"):
            person.action_activate()
        person.consent_date = date(2026, 11, 2)
        person.action_activate()
        with self.assertRefused("enter the commendation"):
            person.action_honour()
        person.commendation_ids = [Command.create({"name": "Star of the year"})]
        person.action_honour()
        self.assertEqual(person.state, "honoured")
        with self.assertRaises(UserError):
            person.unlink()
        person._leave("moved")
        person.action_again()
        self.assertEqual(person.state, "candidate")

    def test_only_residents(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRefused("holds no home"):
            self._activist(stranger).action_activate()
        person = self._activist()
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.homes[0]._transfer_ownership(date(2026, 11, 9), [(buyer, 0)], "sale")
        person.invalidate_recordset()
        self.assertFalse(person.lives_here)
        with self.assertRefused("holds no home"):
            person.action_activate()

    def test_minor_without_guardian(self):
        person = self._activist(self.child)
        self.assertEqual((person.age, person.is_minor), (13, True))
        with self.assertRefused("Child is under 18"):
            person.action_activate()
        person.write({"guardian_id": self.people[0].id, "guardian_consent_date": date(2026, 11, 1)})
        person.action_activate()
        with freeze_time("2031-05-05"):
            person.invalidate_recordset()
            self.assertEqual((person.age, person.is_minor), (18, False))

    def test_consent_taken_back(self):
        person = self._activist()
        person.action_activate()
        person._withdraw_consent("by letter")
        self.assertEqual((person.state, person.skills, person.consent_date), ("left", False, False))

    def test_once_per_estate(self):
        self._activist()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._activist()

    def test_activities_taken_part_in(self):
        event = self.env["event.event"].create(
            {
                "name": "Spring gala",
                "date_begin": NOW,
                "date_end": NOW + timedelta(hours=3),
            }
        )
        person = self._activist()
        registrations = self.env["event.registration"].create(
            [
                {"event_id": event.id, "partner_id": self.people[0].id},
                {"event_id": event.id, "partner_id": self.people[0].id},
                {"event_id": event.id, "partner_id": self.people[1].id},
            ]
        )
        self.assertEqual((person.event_count, person.event_names), (1, "Spring gala"))
        registrations.action_cancel()
        person.invalidate_recordset()
        self.assertEqual(person.event_count, 0)
        self.assertEqual(person.action_open_events()["res_model"], "event.registration")

    def test_register(self):
        self._running()
        person = self._activist()
        self._activist(self.people[1])
        person.partner_id.phone = "13800001111"
        person.action_activate()
        options = {"estate_ids": self.estate.ids}
        register = self.env["property.register.activist"].with_user(self.users["staff"])
        [row] = register._rows(options)
        self.assertEqual((row["name"], row["clubs"]), (person.partner_id.name, "Choir"))
        self.assertEqual(row["phone"], "138****1111", "the list hangs in the office: masked")
        book = load_workbook(io.BytesIO(register._render_xlsx(options)))
        cells = [cell.value for line in book.active.iter_rows() for cell in line]
        self.assertIn("Calligraphy", cells)
        self.assertTrue(fields.Date.today())
