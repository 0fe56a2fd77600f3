# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .repair_case import RepairCase


@tagged("post_install", "-at_install")
class TestRepairMonth(RepairCase):
    """A month of statistics is checked against the slips and locked (handbook B A7)."""

    def setUp(self):
        super().setUp()
        with freeze_time("2026-10-12 02:00:00"):
            self.done = self._signed(self._accepted())
            self.open = self._accepted(category_id=self.sanitary.id)

    def _month(self):
        return self.env["property.repair.month"].create(
            {"estate_id": self.estate.id, "month": "2026-10-15"}
        )

    def _rows(self, **options):
        return self.env["property.register.repair.month"]._rows(
            {"estate_ids": self.estate.ids, "month": "2026-10-01", **options}
        )

    def test_figures_are_frozen_when_locked(self):
        with freeze_time("2026-11-03 02:00:00"):
            month = self._month()
            self.assertEqual((month.reported, month.done), (2, 1))
            line = month.line_ids.filtered(lambda row: row.category_id == self.leak)
            line.problems = "Old elbows"
            with self.assertRaisesRegex(UserError, "never typed"):
                line.with_user(self.users["supervisor"]).done = 5
            month.with_user(self.users["supervisor"]).action_check()
            month.with_user(self.users["manager"]).action_lock()
            before = self._rows()
            self.assertEqual([row["reported"] for row in before[:2]], [1, 1])
            self.assertEqual(before[0]["problems"], "Old elbows")
            self._signed(self.open)
            self.assertEqual(self._rows(), before)
            self.assertNotEqual(self._rows(building_ids=self.building.ids), before)
            with self.assertRaisesRegex(UserError, "stays"):
                month.line_ids[0].measures = "x"
            with self.assertRaisesRegex(UserError, "kept"):
                month.unlink()

    def test_figures_that_differ_from_the_slips_are_not_locked(self):
        with freeze_time("2026-11-03 02:00:00"):
            month = self._month()
            month.action_check()
            self._signed(self.open)
            with self.assertRaisesRegex(UserError, "have changed"):
                month.action_lock()
            month.action_back()
            month.action_check()
            month.action_lock()
            self.assertEqual((month.state, month.done), ("locked", 2))

    def test_only_a_month_that_is_over_and_in_order(self):
        with freeze_time("2026-10-20 02:00:00"):
            month = self._month()
            with self.assertRaisesRegex(UserError, "not over"):
                month.action_check()
            with self.assertRaisesRegex(UserError, "supervisor"):
                month.with_user(self.users["staff"]).action_check()
        with freeze_time("2026-12-02 02:00:00"):
            later = self.env["property.repair.month"].create(
                {"estate_id": self.estate.id, "month": "2026-11-01"}
            )
            later.action_check()
            with self.assertRaisesRegex(UserError, "first"):
                later.action_lock()
