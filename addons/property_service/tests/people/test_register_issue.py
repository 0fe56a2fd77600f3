# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestRegisterIssue(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.issues = cls.env["property.register.issue"]

    def _of_estate(self):
        return self.issues.search([("estate_id", "=", self.estate.id)])

    @freeze_time("2026-11-02")
    def test_prepared_once(self):
        self.issues._cron_prepare()
        issues = self._of_estate()
        self.assertEqual(set(issues.mapped("register")), {"owners", "title", "tenancy"})
        self.assertEqual(set(issues.mapped("month")), {date(2026, 10, 1)})
        self.assertEqual(set(issues.mapped("date_due")), {date(2026, 11, 5)})
        self.assertEqual(set(issues.mapped("state")), {"draft"})
        self.issues._cron_prepare()
        self.assertEqual(self._of_estate(), issues)

    @freeze_time("2026-11-02")
    def test_scheduled_action(self):
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_register_issue").method_direct_trigger()
        self.assertEqual(len(self._of_estate()), 3)

    @freeze_time("2026-03-02")
    def test_due_day_beyond_the_month(self):
        """A hand-in day of 31 means the last day where the month is shorter."""
        self.env["property.parameter.value"].create(
            {
                "parameter_id": self.env.ref("property_service.parameter_register_hand_in_day").id,
                "estate_id": self.estate.id,
                "value": "31",
            }
        )
        issue = self.issues.create(
            {"estate_id": self.estate.id, "register": "title", "month": date(2026, 1, 15)}
        )
        self.assertEqual((issue.month, issue.date_due), (date(2026, 1, 1), date(2026, 2, 28)))

    @freeze_time("2026-11-04 02:00:00")
    def test_from_compiling_to_the_archive(self):
        issue = self.issues.create(
            {"estate_id": self.estate.id, "register": "title", "month": date(2026, 10, 1)}
        )
        issue = issue.with_user(self.users["supervisor"])
        issue.action_submit()
        self.assertEqual((issue.state, issue.row_count), ("submitted", 1))
        self.assertEqual(issue.submitted_by_id, self.users["supervisor"])
        book = load_workbook(io.BytesIO(base64.b64decode(issue.workbook)))
        values = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
        self.assertIn("Owner 101", values)
        self.assertTrue(issue.filename.endswith(".xlsx"))
        issue.with_user(self.users["manager"]).action_review()
        issue.action_sign_in()
        self.assertEqual(issue.signed_in_date, datetime(2026, 11, 4, 2))
        self.assertFalse(issue.late)
        with self.assertRaises(UserError):
            issue.action_submit()

    def test_what_was_submitted_stays(self):
        """A later correction does not change what was signed (handbook A §3)."""
        issue = self.issues.create(
            {"estate_id": self.estate.id, "register": "title", "month": date(2026, 9, 1)}
        )
        issue.action_submit()
        before = issue.workbook
        self.unit.facilities = "Garden"
        issue.action_compile()
        self.assertEqual(issue.workbook, before)
        issue.return_reason = "The garden is missing."
        issue.action_return()
        issue.action_submit()
        self.assertNotEqual(issue.workbook, before)

    def test_as_of_the_last_day_of_the_month(self):
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 10, 1), [(buyer, None)], "sale")
        issue = self.issues.create(
            {"estate_id": self.estate.id, "register": "title", "month": date(2026, 9, 1)}
        )
        rows = issue._register_model()._rows(issue._options())
        self.assertEqual(rows[0]["owner"], "Owner 101")

    def test_late(self):
        issue = self.issues.create(
            {"estate_id": self.estate.id, "register": "title", "month": date(2026, 10, 1)}
        )
        shanghai = issue.with_context(tz="Asia/Shanghai")
        with freeze_time("2026-11-05 12:00:00"):
            self.assertFalse(shanghai.late)
        issue.invalidate_recordset()
        # 1 a.m. of the 6th in Shanghai is still the 5th in Greenwich
        with freeze_time("2026-11-05 17:00:00"):
            self.assertTrue(shanghai.late)
            issue.action_submit()
            issue.action_review()
            issue.action_sign_in()
        issue.invalidate_recordset()
        self.assertTrue(shanghai.late)

    def test_pdf_is_kept_too(self):
        issue = self.issues.create(
            {"estate_id": self.estate.id, "register": "tenancy", "month": date(2026, 10, 1)}
        )
        issue.action_compile()
        self.assertFalse(issue.printed)  # tests do not render
        register = type(self.env["property.register"])
        with patch.object(register, "_render_pdf", lambda self, options: b"%PDF-1"):
            issue.action_compile()
        self.assertEqual(base64.b64decode(issue.printed), b"%PDF-1")
        self.assertTrue(issue.printed_filename.endswith(".pdf"))

    def test_only_own_estates(self):
        other = self._make_estate("Hill", "HL", user_ids=[Command.clear()])
        self.issues.create({"estate_id": other.id, "register": "title", "month": "2026-10-01"})
        seen = self.issues.with_user(self.users["supervisor"]).search([])
        self.assertNotIn(other, seen.estate_id.sudo())
