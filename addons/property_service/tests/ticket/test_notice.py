# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import freeze_time

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestNotice(ComplaintCase, HttpCase):
    """Notices: handbook B D5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "resident_9", groups="base.group_portal")
        cls._make_unit("901", owner=cls.user.partner_id)
        cls.far = cls.env["property.building"].create({"name": "2栋", "estate_id": cls.estate.id})

    def _write(self, **values):
        return (
            self.env["property.notice"]
            .with_user(self.users["staff"])
            .create(
                {
                    "estate_id": self.estate.id,
                    "title": "Spring cleaning",
                    "body": "On Monday",
                    "valid_until": fields.Date.today() + timedelta(days=7),
                    **values,
                }
            )
        )

    def _publish(self, notice):
        notice.with_user(self.users["supervisor"]).action_check()
        notice.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
        notice.with_user(self.users["staff"]).action_publish()
        return notice

    def test_the_whole_way(self):
        notice = self._write()
        with self.assertRaises(AccessError):
            notice.action_check()
        with self.assertRaisesRegex(UserError, "approved notice"):
            notice.action_publish()
        self.assertFalse(notice.number)
        self._publish(notice)
        self.assertTrue(notice.number.startswith("GG-LG-"))
        self.assertEqual(notice.approver_id, self.users["manager"])
        with self.assertRaisesRegex(UserError, "checked as it is"):
            notice.body = "On Tuesday"
        with freeze_time(fields.Datetime.now() + timedelta(days=9)):
            self.env.ref("property_service.ir_cron_notice").method_direct_trigger()
            notice.invalidate_recordset()
            self.assertEqual(notice.state, "expired")
            self.assertIn(self.users["steward"], notice.sudo().activity_ids.user_id)
            notice.with_user(self.users["steward"]).action_taken_down()
        self.assertEqual(notice.state, "archived")
        self.assertFalse(notice.sudo().activity_ids)

    def test_needs_its_last_day(self):
        notice = self._write(valid_until=False)
        with self.assertRaisesRegex(UserError, "last day"):
            notice.with_user(self.users["supervisor"]).action_check()

    def test_urgent_is_published_first(self):
        notice = self._write(urgent=True).with_user(self.users["supervisor"])
        notice.action_publish_urgent()
        self.assertEqual(notice.state, "published")
        self.assertTrue(notice.approval_pending)
        notice.sudo().approval_ids.with_user(self.users["manager"])._refuse("Wrong building")
        self.assertEqual(notice.state, "expired")
        calm = self._write().with_user(self.users["supervisor"])
        with self.assertRaisesRegex(UserError, "urgent"):
            calm.action_publish_urgent()

    def test_planned_outage_is_announced_a_day_ahead(self):
        now = fields.Datetime.now()
        notice = self._write(
            kind="outage",
            outage_kind="water",
            outage_start=now + timedelta(hours=3),
            outage_end=now + timedelta(hours=6),
        ).with_user(self.users["supervisor"])
        with self.assertRaisesRegex(UserError, "what is out"):
            notice.action_check()
        notice.outage_reason = "Tank cleaning"
        with self.assertRaisesRegex(UserError, "24 hours ahead"):
            notice.action_check()
        notice.write(
            {
                "outage_start": now + timedelta(hours=30),
                "outage_end": now + timedelta(hours=33),
            }
        )
        notice.action_check()

    def test_wrong_one_is_corrected_by_a_new_number(self):
        notice = self._publish(self._write())
        action = notice.with_user(self.users["supervisor"]).action_correct()
        new = self.env["property.notice"].browse(action["res_id"])
        new.with_user(self.users["supervisor"]).action_publish_urgent()
        self.assertNotEqual(new.number, notice.number)
        self.assertEqual(notice.state, "expired")

    def test_residents_see_what_holds_for_them(self):
        mine = self._publish(self._write(title="Lift check in building one"))
        far = self._write(title="Only building two", building_ids=[Command.set(self.far.ids)])
        self._publish(far)
        self._write(title="Still a draft")
        self.authenticate("resident_9", "resident_9")
        page = self.url_open("/my/notices")
        self.assertEqual(page.status_code, 200)
        self.assertIn(mine.title, page.text)
        self.assertNotIn(far.title, page.text)
        self.assertNotIn("Still a draft", page.text)
        self.assertFalse(self.env["property.notice"].with_user(self.user).has_access("read"))


@tagged("post_install", "-at_install")
class TestReception(ComplaintCase):
    """Reception days: handbook B C5 and scenario 23."""

    def _plan(self, month=date(2026, 12, 1)):
        return self.env["property.reception.day"]._plan_month(self.estate, month)

    def _book(self, day, **values):
        return (
            self.env["property.reception"]
            .with_user(self.users["staff"])
            .create(
                {
                    "day_id": day.id,
                    "unit_id": self.home.id,
                    "partner_id": self.owner.id,
                    "subject": "Parking",
                    "opinion_ids": [Command.create({"department_id": self.engineering.id})],
                    **values,
                }
            )
        )

    def test_scenario_23_reception_day(self):
        """First Friday, moved when a holiday; without the departments' opinions no confirmation."""
        calendar = self.company.resource_calendar_id
        calendar.tz = "Asia/Shanghai"
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2026-12-03 16:00:00",
                "date_to": "2026-12-04 15:59:59",
            }
        )
        first, third = self._plan().sorted("planned_date")
        self.assertEqual(first.planned_date, date(2026, 12, 4))
        self.assertEqual(first.date, date(2026, 12, 7), "the next working day is a Monday")
        self.assertTrue(first.moved)
        self.assertEqual(third.date, date(2026, 12, 18))
        self.assertFalse(self._plan(), "planned once")
        booking = self._book(first)
        booking.action_review()
        supervisor = booking.with_user(self.users["supervisor"])
        with self.assertRaisesRegex(UserError, "Engineering"):
            supervisor.action_confirm()
        booking.opinion_ids.with_user(self.users["technician"]).opinion = "Can be done"
        self.assertEqual(booking.opinion_ids.user_id, self.users["technician"])
        with self.assertRaisesRegex(UserError, "Customer service"):
            supervisor.action_confirm()
        supervisor.write({"cs_opinion": "Justified", "manager_opinion": "Agreed"})
        with self.assertRaises(AccessError):
            booking.action_confirm()
        supervisor.action_confirm()
        booking.write(
            {
                "minutes": "Talked",
                "task_ids": [
                    Command.create(
                        {
                            "name": "Paint the lines",
                            "department_id": self.engineering.id,
                            "date_limit": "2026-12-20",
                        }
                    )
                ],
            }
        )
        booking.action_meet()
        self.assertEqual(booking.state, "tasks")
        booking.answer = "Done"
        with self.assertRaisesRegex(UserError, "still open"):
            booking.action_answer()
        booking.task_ids.done = True
        booking.action_answer()
        booking.action_close()
        with self.assertRaisesRegex(UserError, "not cancelled"):
            first.unlink()

    def test_more_than_five_choose_representatives(self):
        day = self._plan()[0]
        matter = self.env["property.complaint.matter"].create(
            {"name": "Parking", "estate_id": self.estate.id}
        )
        values = {"matter_id": matter.id, "cs_opinion": "x", "manager_opinion": "y"}
        bookings = [self._book(day, **values) for _number in range(6)]
        for booking in bookings:
            booking.opinion_ids.opinion = "z"
            booking.action_review()
        supervisor = self.users["supervisor"]
        for booking in bookings[:5]:
            booking.with_user(supervisor).action_confirm()
        with self.assertRaisesRegex(UserError, "representatives"):
            bookings[5].with_user(supervisor).action_confirm()

    def test_host_absent_without_deputy(self):
        with freeze_time("2026-11-30 02:00:00"):
            day = self._plan()[0]
        booking = self._book(day, cs_opinion="x", manager_opinion="y")
        booking.opinion_ids.opinion = "z"
        booking.action_review()
        booking.with_user(self.users["supervisor"]).action_confirm()
        with freeze_time("2026-12-10 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_reception").method_direct_trigger()
        day.invalidate_recordset()
        self.assertEqual(day.state, "missed")
        with self.assertRaisesRegex(UserError, "who received"):
            day.action_held()
