# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestArchive(PropertyCase):
    """One file per household (handbook A §6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.kind = cls.env.ref("property_service.archive_type_04")

    def _document(self, **values):
        return self.env["property.archive.document"].create(
            {"unit_id": self.unit.id, "type_id": self.kind.id, **values}
        )

    def test_what_is_missing(self):
        self.assertEqual(self.unit.archive_missing_count, 9)
        self._document()
        self.assertEqual(self.unit.archive_missing_count, 8)
        self.assertNotIn(self.kind, self.unit.archive_missing_ids)
        lease = self.env.ref("property_service.archive_type_13")
        self.assertNotIn(lease, self.unit.archive_missing_ids)
        self.unit._start_tenancy(
            date(2026, 1, 1), self.env["res.partner"].create({"name": "Tenant"})
        )
        self.assertIn(lease, self.unit.archive_missing_ids)
        self.assertFalse(self._make_unit("102", state="unsold", owner=False).archive_missing_count)

    def test_missing_papers_are_listed_once(self):
        self.unit.action_list_missing_papers()
        self.unit.action_list_missing_papers()
        self.assertEqual(set(self.unit.archive_ids.mapped("state")), {"required"})
        self.assertEqual(len(self.unit.archive_ids), 9)
        self.assertEqual(self.unit.archive_missing_count, 9, "required is not there yet")

    def test_way_of_a_paper(self):
        paper = self._document(state="required")
        staff = paper.with_user(self.users["staff"])
        with self.assertRaises(UserError):
            staff.action_file()
        staff.action_receive()
        staff.action_check()
        staff.action_file()
        self.assertEqual(paper.filed_by_id, self.users["staff"])
        staff.action_lend()
        staff.action_file()
        with self.assertRaises(UserError):
            staff.write({"state": "destroyed"})
        with self.assertRaises(AccessError):
            staff.action_destroy()
        paper.with_user(self.users["manager"]).action_destroy()
        self.assertEqual(paper.state, "destroyed")
        self.assertEqual(self.unit.archive_missing_count, 9)


@tagged("post_install", "-at_install")
class TestCustomerClass(PropertyCase):
    """Classes are proposed, approved by somebody else, and reviewed (handbook A §7, §8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._make_unit("101").owner_id

    def _propose(self, role, name="large"):
        return (
            self.env["property.customer.classification"]
            .with_user(self.users[role])
            .create(
                {
                    "partner_id": self.customer.id,
                    "class_id": self.env.ref(f"property_service.customer_class_{name}").id,
                    "estate_id": self.estate.id,
                    "reason": "three homes",
                    "date_start": date(2026, 1, 31),
                }
            )
        )

    def test_approval(self):
        row = self._propose("staff")
        self.assertEqual(row.review_date, date(2026, 7, 31))
        with self.assertRaises(AccessError):
            row.action_approve()
        row.with_user(self.users["supervisor"]).action_approve()
        self.assertEqual(row.approved_by_id, self.users["supervisor"])
        own = self._propose("supervisor", "elderly")
        with self.assertRaises(AccessError):
            own.action_approve()

    def test_key_customers_are_confidential(self):
        row = self._propose("supervisor", "key")
        rows = self.env["property.customer.classification"]
        for role in ("staff", "cashier", "steward", "technician"):
            self.assertFalse(rows.with_user(self.users[role]).search([]), role)
        for role in ("supervisor", "manager"):
            self.assertEqual(rows.with_user(self.users[role]).search([]), row, role)
        with self.assertRaises(AccessError):
            rows.with_user(self.users["reader"]).search([])


@tagged("post_install", "-at_install")
class TestRegisterIssue(PropertyCase):
    """The month's registers: compiled, reviewed by the manager, handed in by the 5th (A §3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_unit("101")

    @freeze_time("2026-11-01 02:00:00")
    def test_prepared_once(self):
        issues = self.env["property.register.issue"]
        issues._cron_prepare()
        issues._cron_prepare()
        mine = issues.search([("estate_id", "=", self.estate.id)])
        self.assertEqual(set(mine.mapped("register")), {"owners", "title", "tenancy"})
        self.assertEqual(len(mine), 3)
        self.assertEqual(set(mine.mapped("month")), {date(2026, 10, 1)})
        self.assertEqual(set(mine.mapped("date_due")), {date(2026, 11, 5)})
        self.assertFalse(mine[0].late)
        with freeze_time("2026-11-06 02:00:00"):
            mine.invalidate_recordset(["late"])
            self.assertTrue(mine[0].late)

    def test_review(self):
        issue = self.env["property.register.issue"].create(
            {
                "estate_id": self.estate.id,
                "register": "title",
                "month": date(2026, 10, 1),
                "date_due": date(2026, 11, 5),
            }
        )
        issue._move_to("submitted")
        supervisor = issue.with_user(self.users["supervisor"])
        manager = issue.with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            supervisor.action_review()
        with self.assertRaises(AccessError):
            supervisor.action_return()
        with self.assertRaises(UserError):
            manager.action_return()
        manager.return_reason = "102 is missing"
        manager.action_return()
        self.assertEqual(issue.state, "returned")
        issue._move_to("submitted")
        manager.action_review()
        self.assertEqual(issue.reviewed_by_id, self.users["manager"])
        supervisor.action_sign_in()
        self.assertEqual(issue.signed_in_by_id, self.users["supervisor"])
        with self.assertRaises(UserError):
            manager.action_review()
