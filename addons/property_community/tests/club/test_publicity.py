# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.property_community.tools import privacy
from odoo.addons.property_service.tests.common import PropertyCase

NOW = datetime(2026, 11, 10, 1)


@tagged("post_install", "-at_install")
class TestPrivacy(TransactionCase):
    """Numbers of people in a text (个人信息保护法)."""

    def test_id_numbers(self):
        for text in (
            "业主 110101199003074477 请到客服中心",
            "身份证：１１０１０１１９９００３０７４４７７",
            "11010119900307447x。",
            "110101 1990 0307 4477",
        ):
            self.assertEqual(len(privacy.personal_numbers(text)), 1, text)
        found = privacy.personal_numbers("110101199003074477")
        self.assertNotIn("199003", found[0], "masked in the message, too")

    def test_mobile_numbers(self):
        for text in (
            "13800001111",
            "请联系 138-0000-1111",
            "+86 138 0000 1111",
            "电话：１３８００００１１１１",
        ):
            self.assertEqual(privacy.personal_numbers(text), ["138****1111"], text)

    def test_no_personal_numbers(self):
        for text in (
            "2026-11-12 14:00–16:00",
            "服务电话 028-85120000",
            "编号 XC-CH-2026-00012",
            "20261112140016002026111214",
            "公示金额 13,800,001,111 元",
            "",
        ):
            self.assertEqual(privacy.personal_numbers(text), [], text)

    def test_own_numbers(self):
        self.assertFalse(privacy.personal_numbers("13800001111", ["138 0000 1111"]))

    def test_debts_and_rooms(self):
        self.assertTrue(privacy.speaks_of_debts("请尽快缴清欠费"))
        self.assertFalse(privacy.speaks_of_debts("请按时缴费"))
        self.assertEqual(privacy.rooms("3栋 302室"), ["3栋", "302室"])
        self.assertFalse(privacy.rooms("2026年收缴率 98%"))


class PublicityCase(PropertyCase):
    """Shortcuts through an issue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))

    @contextmanager
    def assertRefused(self, pattern):
        """Expect a refusal whose message holds `pattern`; rolled back, as a request would be."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    def _issue(self, **values):
        return (
            self.env["property.publicity"]
            .with_user(self.users["staff"])
            .create(
                {
                    "name": "Fire safety",
                    "estate_id": self.estate.id,
                    "place": "South gate",
                    "summary": "Keep corridors free",
                    **values,
                }
            )
        )

    def _approved(self, **values):
        record = self._issue(**values)
        record.action_make()
        record.with_user(self.users["supervisor"]).action_check()
        record.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
        return record

    def _posted(self, **values):
        record = self._approved(**values)
        record.action_post()
        return record


@tagged("post_install", "-at_install")
class TestPublicity(PublicityCase):
    """Planned, made, approved, posted, removed (handbook B G4)."""

    def test_the_whole_way(self):
        record = self._issue()
        self.assertTrue(record.number.startswith("XC-LG-2026-"))
        self.assertEqual((record.issue, record.state), ("2026-01", "planned"))
        with self.assertRefused("not ready"):
            record.with_user(self.users["supervisor"]).action_check()
        record.action_make()
        with self.assertRaises(AccessError):
            record.action_check()
        record.with_user(self.users["supervisor"]).action_check()
        with self.assertRefused("checked as it is"):
            record.name = "Other"
        record.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual((record.state, record.approver_id), ("approved", self.users["manager"]))
        record.action_post()
        self.assertEqual(record.valid_until, date(2026, 12, 10), "a month")
        record.with_user(self.users["steward"]).action_remove()
        self.assertEqual((record.state, record.removed_by_id), ("removed", self.users["steward"]))
        with self.assertRaises(UserError):
            record.unlink()

    def test_states_are_moved_by_methods_only(self):
        record = self._issue()
        for values in ({"state": "posted"}, {"approver_id": self.env.uid}, {"posted_date": NOW}):
            with self.assertRaises(UserError):
                record.write(values)
        with self.assertRefused("place and a summary"):
            self._issue(place=False).action_make()

    def test_refused(self):
        record = self._issue()
        record.action_make()
        record.with_user(self.users["supervisor"]).action_check()
        record.sudo().approval_ids.with_user(self.users["manager"])._refuse("Wrong law")
        self.assertEqual((record.state, record.reason), ("planned", "Wrong law"))
        record.summary = "Corrected"

    def test_issue_numbers(self):
        self.assertEqual([self._issue().issue_number for _n in range(3)], [1, 2, 3])
        self.assertEqual(self._issue(form="banner").issue, "2026-01")
        self.assertEqual(self._issue(date_planned=date(2027, 1, 5)).issue, "2027-01")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._issue(issue_number=2)

    def test_personal_data(self):
        """ID numbers, mobile numbers and debtors are never posted (G4, A §55)."""
        with self.assertRefused(r"personal numbers \(110\*"):
            self._issue(summary="Found: ID 110101199003074477")
        with self.assertRefused("138\\*\\*\\*\\*1111"):
            self._issue(body="Call 13800001111")
        self.estate.phone = "13800001111"
        record = self._issue(body="Call 13800001111")
        with self.assertRefused("personal numbers"):
            record.effect = "13900002222 called"

    def test_debtors(self):
        item = self._make_item()
        self._make_price(item, 2.85)
        unit = self._make_unit("101", owner=self.env["res.partner"].create({"name": "张三丰"}))
        self._bill(date(2026, 9, 1))
        self.assertTrue(unit._open_charges())
        with self.assertRefused("debtors are never named") as caught:
            self._issue(summary="请张三丰尽快缴清欠费")
        self.assertIsNone(caught)
        with self.assertRefused("debtors are never named"):
            self._issue(summary="欠费公示：1栋 302室")
        # figures, reminders and praise may be posted
        self._issue(summary="本季度收缴率 96%，请未缴业主尽快缴费")
        self._issue(summary="感谢张三丰拾金不昧")

    def test_expired_board(self):
        record = self._posted()
        calm = self._posted(place="North gate", valid_until=date(2027, 3, 1))
        with freeze_time(NOW + timedelta(days=30)):
            record.invalidate_recordset()
            self.assertFalse(record.expired, "the last day counts")
        with freeze_time(NOW + timedelta(days=31)):
            record.invalidate_recordset()
            self.assertTrue(record.expired)
            self.assertEqual(
                self.env["property.publicity"].search([("expired", "=", True)]), record
            )
            self.assertIn(calm, self.env["property.publicity"].search([("expired", "=", False)]))
            cron = self.env.ref("property_community.ir_cron_publicity_remind")
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
                cron.method_direct_trigger()
            activities = record.sudo().activity_ids
            self.assertEqual(activities.user_id, self.users["steward"])
            self.assertEqual(len(activities), 1)
            self.assertFalse(calm.sudo().activity_ids)
            record.action_remove()
        self.assertFalse(record.sudo().activity_ids)

    def test_past_day_is_not_posted(self):
        record = self._approved(valid_until=date(2026, 11, 1))
        with self.assertRefused("is over"):
            record.action_post()

    def test_next_issue_replaces_the_last(self):
        first, other = self._posted(), self._posted(place="North gate")
        second = self._posted()
        self.assertEqual((first.state, other.state, second.state), ("removed", "posted", "posted"))
        self.assertIn(second.issue, first.reason)

    def test_public_notice_is_not_approved_twice(self):
        notice = (
            self.env["property.notice"]
            .with_user(self.users["staff"])
            .create(
                {
                    "estate_id": self.estate.id,
                    "title": "Water off",
                    "body": "On Monday",
                    "valid_until": date(2026, 11, 20),
                }
            )
        )
        record = self._issue(notice_id=notice.id, summary=False)
        record.action_make()
        supervisor = record.with_user(self.users["supervisor"])
        with self.assertRefused("have it approved first"):
            supervisor.action_check()
        notice.with_user(self.users["supervisor"]).action_check()
        notice.sudo().approval_ids.with_user(self.users["manager"]).action_approve()
        supervisor.action_check()
        self.assertEqual((record.state, record.approver_id), ("approved", self.users["manager"]))
        with self.assertRefused("Publish the notice"):
            record.action_post()
        notice.action_publish()
        record.action_post()
        self.assertEqual(record.valid_until, date(2026, 11, 20))

    def test_issue_of_the_month_is_planned_once(self):
        self.estate.user_ids = self.users["steward"]
        cron = self.env.ref("property_community.ir_cron_publicity_plan")

        def planned():
            return self.env["property.publicity"].search_count([("estate_id", "=", self.estate.id)])

        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(planned(), 1)
        self._set_parameter("publicity_per_month", "0", self.estate)
        with freeze_time(NOW + timedelta(days=30)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(planned(), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_roles_and_estates(self):
        record = self._issue()
        self.assertTrue(record.with_user(self.users["reader"]).name)
        with self.assertRaises(AccessError):
            record.with_user(self.users["reader"]).name = "x"
        stranger = new_test_user(self.env, "elsewhere", groups="property_service.group_manager")
        self.assertFalse(self.env["property.publicity"].with_user(stranger).search([]))

    def test_register(self):
        record = self._posted()
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
        register = self.env["property.register.publicity"].with_user(self.users["staff"])
        [row] = register._rows(options)
        self.assertEqual((row["issue"], row["theme"]), ("2026-01", "Fire safety"))
        self.assertEqual(row["approver"], self.users["manager"].name)
        book = load_workbook(io.BytesIO(register._render_xlsx(options)))
        cells = [cell.value for line in book.active.iter_rows() for cell in line]
        self.assertIn(record.place, cells)

    def test_queries_do_not_grow_with_issues(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.env["property.publicity"].search([]).read(
                ["display_name", "expired", "photo_count", "state", "place", "user_id"]
            )
            return self.cr.sql_log_count - start

        for _number in range(2):
            self._issue()
        few = queries()
        for _number in range(20):
            self._issue()
        self.assertLessEqual(queries(), few + 1)
        self.assertTrue(fields.Date.today())


@tagged("post_install", "-at_install")
class TestPublicityPage(PublicityCase, HttpCase):
    """The page on the board and what its code shows."""

    def _html(self, record):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "property_community.report_publicity_page", record.ids
        )
        return html.decode()

    def test_page(self):
        record = self._issue(body="First line\n\nSecond line")
        self.assertIn("Draft: not to be posted", self._html(record))
        posted = self._posted(body="First line\n\nSecond line")
        html = self._html(posted.with_user(self.users["staff"]))
        self.assertNotIn("Draft", html)
        for text in ("First line", "Second line", posted.issue, "data:image/svg+xml"):
            self.assertIn(text, html)

    def test_code(self):
        record = self._posted()
        facts = record.sudo()._verify_facts()
        self.assertTrue(facts["valid"])
        url = f"/property/verify/board/{record.sudo().verify_token}"
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Fire safety", page.text)
        self.assertNotIn(record.summary, page.text)
        record.action_remove()
        self.assertFalse(record.sudo()._verify_facts()["valid"])
        self.assertEqual(self.url_open("/property/verify/board/none").status_code, 404)
