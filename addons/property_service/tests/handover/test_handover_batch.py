# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestHandoverBatch(HandoverCase):
    """A batch from preparation to the last home (handbook A §10–§18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls._make_homes(200)

    def test_two_hundred_households(self):
        """200 homes: notices, appointments, desks, defects, keys, filing; sums agree."""
        batch = self._make_batch()
        batch.action_make_slots()
        batch.action_make_notices()
        self.assertEqual(len(batch.notice_ids), 200)
        batch.action_assign_slots()
        self.assertTrue(all(batch.notice_ids.mapped("slot_id")))
        self.assertLessEqual(max(batch.slot_ids.mapped("booked")), 20)
        batch.action_send_notices()
        self.assertEqual(batch.state, "noticed")
        self.assertEqual(set(batch.notice_ids.mapped("state")), {"appointed"})
        self.assertEqual(set(self.units.mapped("state")), {"sold_pending"})
        batch.action_open()

        cases = batch.notice_ids._attend()
        self.assertEqual(len(cases), 200)
        self.assertEqual(set(cases.mapped("mode")), {"concentrated"})
        cases.paper_ids.filtered("required").write({"original_seen": True})
        cases.action_verify()
        self.assertEqual(set(cases.mapped("state")), {"docs_verified"})
        # 3 months × 300 yuan in advance, one card more than the two free ones
        self.assertEqual(set(cases.mapped("amount_total")), {920.0})
        receipts = self._pay(cases)
        self.assertEqual(sum(receipts.mapped("amount")), 200 * 920.0)
        inspections = self._to_inspection_rest(cases)

        defects = self.env["property.house.defect"]
        for inspection in inspections[:10]:
            defects |= inspection.check_ids[0]._defect("Scratch on the door leaf")
        self._conclude(inspections[:10], "rectify")
        self._conclude(inspections[10:])
        self.assertEqual(len(cases.filtered(lambda case: case.state == "accepted")), 190)
        self.assertEqual(len(cases.filtered(lambda case: case.state == "rectifying")), 10)
        self.assertEqual(set(defects.mapped("state")), {"ordered"})

        self._to_filed(cases.filtered(lambda case: case.state == "accepted"))
        defects.write({"work_done": "Painted"})
        defects.action_self_checked()
        late = cases.filtered(lambda case: case.state == "rectifying")
        defects.action_sign_owner()
        self.assertEqual(set(defects.mapped("state")), {"closed"})
        late.inspection_ids.action_reinspect()
        late.inspection_ids._sign_on_paper(["reinspection"])
        late.inspection_ids.action_reinspected()
        self._to_filed(late)

        self.assertEqual(set(cases.mapped("state")), {"filed"})
        self.assertEqual(set(self.units.mapped("state")), {"handed_over"})
        self.assertEqual(set(self.units.mapped("handover_date")), {date(2026, 11, 20)})
        self.assertEqual(set(self.units.mapped("fee_date_start")), {date(2026, 12, 1)})
        self.assertEqual(set(self.units.occupancy_ids.mapped("state")), {"effective"})
        self.assertTrue(all(self.units.mapped("payer_id")))
        self.assertEqual(set(batch.notice_ids.mapped("progress")), {"handed"})
        batch.invalidate_recordset()
        self.assertEqual(batch.progress, 100.0)
        self.assertEqual(set(self.units.meter_ids.mapped("opening")), {10.0})
        self.assertEqual(len(self.units.meter_ids.reading_ids), 400)
        self.assertEqual(sum(self.units.meter_ids.reading_ids.mapped("usage")), 0)
        self.assertFalse(any(self.units.mapped("archive_missing_count")))
        batch.action_routine()
        batch.action_close()

    def _to_inspection_rest(self, cases):
        cases.action_fees_paid()
        cases.action_sign_agreements()
        cases.action_signed()
        cases.action_sign_papers()
        cases.action_issue_papers()
        cases.action_no_services()
        cases.action_register_services()
        cases.action_inspect()
        return cases.inspection_ids

    def test_nothing_goes_out_unprepared(self):
        """No notice before the checklist is done; a precondition cannot be left out."""
        batch = self._make_batch(ready=False)
        self.assertEqual(batch.check_percent, 0)
        due = batch.check_ids.mapped("date_due")
        self.assertEqual((batch.date_start - min(due)).days, 90)
        with self.assertRaisesRegex(UserError, "is not ready"):
            batch.action_ready()
        with self.assertRaisesRegex(UserError, "preparation"):
            batch.action_make_notices()
        batch.check_ids.write({"done": True})
        batch.fee_ids.unlink()
        with self.assertRaisesRegex(UserError, "no fee list"):
            batch.action_ready()
        with self.assertRaises(AccessError):
            batch.with_user(self.users["staff"]).action_ready()
        with self.assertRaisesRegex(UserError, "buttons"):
            batch.with_user(self.users["supervisor"]).write({"state": "open"})
