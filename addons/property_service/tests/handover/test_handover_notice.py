# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestHandoverNotice(HandoverCase):
    """Notices, deemed handover, spot checks, incidents (handbook A §10, §18, §19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls._make_homes(4, meters=False)
        cls.batch = cls._make_batch()
        cls.batch.action_make_notices()
        cls.notice = cls.batch.notice_ids[0]

    def test_served_or_returned(self):
        """Delivery needs proof; what came back is sent again another way."""
        self.batch.action_send_notices()
        with self.assertRaisesRegex(UserError, "proof of service"):
            self.notice.action_delivered()
        self.notice.action_returned("unknown at this address")
        self.assertEqual(self.notice.state, "returned")
        self.assertTrue(self.notice.activity_ids)
        self.notice.send_way = "newspaper"
        self.notice.action_send_again()
        self.notice.send_number = "EMS1"
        self.notice.action_delivered()
        self.assertEqual(self.notice.delivered_date, date(2026, 11, 20))
        with self.assertRaisesRegex(UserError, "kept"):
            self.notice.unlink()

    def test_appointment_capacity(self):
        """More households than an appointment has room for are refused by the database."""
        self.batch.slot_capacity = 1
        self.batch.action_make_slots()
        slot = self.batch.slot_ids[0]
        # 11 days × 8 hours at the one desk that receives owners
        self.assertEqual(len(self.batch.slot_ids), 88)
        self.notice.slot_id = slot
        self.assertEqual((slot.booked, slot.free), (1, 0))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.batch.notice_ids[1].slot_id = slot
            self.env.flush_all()

    def test_supply_not_ready(self):
        """No notice for homes whose gas cannot be opened before the owners are told in writing."""
        fault = self.env["property.handover.utility"].create(
            {
                "estate_id": self.estate.id,
                "supply": "gas",
                "unit_ids": [Command.set(self.units.ids)],
                "cause": "Gas company late",
                "promised_date": date(2026, 11, 25),
            }
        )
        self.assertEqual(
            fault.deadline_ids.mapped("document_place"), [f"{self.units[0].full_name}…"]
        )
        with self.assertRaisesRegex(UserError, "cannot be used yet"):
            self.batch.action_send_notices()
        fault.told_owners = True
        self.batch.action_send_notices()
        with self.assertRaisesRegex(UserError, "temporary supply"):
            fault.action_temporary()
        for day in ("2026-11-26", "2026-12-02"):
            with freeze_time(f"{day} 02:00:00"), self.enter_registry_test_mode():
                self.env.ref("property_service.ir_cron_deadline").method_direct_trigger()
            fault.invalidate_recordset()
            if day == "2026-11-26":
                self.assertEqual(fault.missed, 1)
                with freeze_time(f"{day} 02:00:00"):
                    fault.promised_date = date(2026, 12, 1)
        self.assertEqual((fault.missed, fault.company_level), (2, True))

    def test_overdue_and_deemed_handover(self):
        """Overdue after the period; deemed only with proof, clause and the manager's approval."""
        self.batch.action_send_notices()
        supervisor = self.users["supervisor"]
        with self.assertRaisesRegex(UserError, "may come until"):
            self.notice.action_overdue()
        with freeze_time("2026-12-02 02:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref("property_service.ir_cron_handover_overdue").method_direct_trigger()
            self.batch.notice_ids.invalidate_recordset()
            self.assertEqual(set(self.batch.notice_ids.mapped("progress")), {"overdue"})
            notice = self.notice.with_user(supervisor)
            with self.assertRaisesRegex(UserError, "proof of service"):
                notice.action_deemed("did not come")
            paper = self.env["ir.attachment"].create(
                {"name": "EMS.png", "datas": base64.b64encode(b"x")}
            )
            self.notice.write(
                {"proof_ids": [Command.set(paper.ids)], "delivered_date": date(2026, 11, 22)}
            )
            with self.assertRaisesRegex(UserError, "clause"):
                notice.action_deemed("did not come")
            self.notice.contract_clause = "§ 12"
            notice.action_deemed("did not come")
            self.assertEqual(self.notice.unit_id.state, "sold_pending")
            approval = self.notice.approval_ids
            with self.assertRaises(AccessError):
                approval.with_user(supervisor).action_approve()
            approval.with_user(self.users["manager"]).action_approve()
            unit = self.notice.unit_id
            self.assertEqual((unit.state, self.notice.progress), ("handed_over", "deemed"))
            self.assertEqual(unit.fee_date_start, date(2026, 12, 15))
            self.assertEqual(unit.payer_id, self.notice.partner_id)
            with self.assertRaisesRegex(UserError, "counts as handed over already"):
                notice.action_deemed("again")
            # the owner comes after all: keys and papers are still handed over
            self.batch.action_open()
            case = self.notice._attend()
            self.assertEqual(case.state, "checked_in")
            with self.assertRaisesRegex(UserError, "Decisions"):
                self.notice.with_user(supervisor).write({"deemed_date": date(2026, 1, 1)})

    def test_spot_check_quota(self):
        """Four checks in a concentrated month, one of the charges; late ones are red (§18)."""
        self.batch.action_send_notices()
        self.batch.action_open()
        checks = self.env["property.handover.spot.check"]
        planned = checks._plan(self.estate, date(2026, 11, 20))
        self.assertEqual(sorted(planned.mapped("subject")), ["charges"] + ["concentrated"] * 4)
        self.assertEqual(checks._plan(self.estate, date(2026, 11, 21)), planned)
        cases = self.batch.notice_ids._attend()
        cases.action_papers_seen()
        cases.action_verify()
        check = planned.filtered(lambda row: row.subject == "concentrated")[0]
        check.action_draw()
        self.assertEqual(len(check.handover_ids), 4)
        manager = self.users["manager"]
        with self.assertRaisesRegex(UserError, "write down"):
            check.with_user(manager).action_checked()
        with self.assertRaises(AccessError):
            check.with_user(self.users["supervisor"]).action_checked()
        notices = self.env["property.rectification"]
        for row in planned[:3]:
            row.write(
                {
                    "findings": "Signature missing",
                    "conform": "no",
                    "problem_kind": "signature",
                    "responsible_id": self.users["staff"].id,
                }
            )
            row.with_user(manager).action_checked()
            self.assertEqual(row.state, "notice_issued")
            notices |= row.rectification_id
        self.assertEqual(planned[:3].mapped("corrective"), [False, False, True])
        self.assertTrue(notices[2].corrective)
        first = notices[0].with_user(self.users["staff"])
        first.action_receive()
        first.action_begin()
        first.write({"cause": "haste", "measures": "signed"})
        first.action_fixed()
        notices[0].with_user(manager).action_verify()
        self.assertEqual(planned[0].state, "closed")
        with freeze_time("2026-12-05 02:00:00"):
            checks.invalidate_model()
            late = checks.search([("overdue", "=", True)])
            self.assertEqual(late, planned[3:])
        # no concentrated handover any more: one routine check a month
        self.batch.action_routine()
        later = checks._plan(self.estate, date(2026, 12, 10))
        self.assertEqual(sorted(later.mapped("subject")), ["charges", "routine"])

    def test_incident(self):
        """An incident has measures and result; recorded another day it is a finding."""
        incident = self.env["property.handover.incident"].create(
            {
                "estate_id": self.estate.id,
                "batch_id": self.batch.id,
                "kind": "crowd",
                "place": "Hall",
                "description": "Forty people at once",
                "date": fields.Datetime.now() - timedelta(days=1),
            }
        )
        self.assertTrue(incident.recorded_late)
        self.assertIn("numbers", incident.advice)
        incident.action_handle()
        with self.assertRaisesRegex(UserError, "how it ended"):
            incident.action_solve()
        incident.write({"measures": "Numbers called", "result": "Calm"})
        incident.action_solve()
        with self.assertRaisesRegex(UserError, "learned"):
            incident.action_review()
        incident.lesson = "Smaller appointments"
        incident.action_review()

    def test_forms_and_registers(self):
        """Every form and register of the room is printed, with real rows."""
        self.batch.action_make_slots()
        self.batch.action_assign_slots()
        self.batch.action_send_notices()
        self.batch.action_open()
        case = self.notice._attend()
        inspection = self._to_inspection(case)
        inspection.check_ids[0]._defect("Scratch on the door")
        self._conclude(inspection)
        case.action_sign_keys()
        case.action_hand_keys()
        service = self.env["property.proxy.service"].create({"handover_id": case.id, "kind": "gas"})
        incident = self.env["property.handover.incident"].create(
            {"estate_id": self.estate.id, "place": "Hall", "description": "Forty people"}
        )
        check = self.env["property.handover.spot.check"]._plan(self.estate, date(2026, 11, 20))[0]
        reports = self.env["ir.actions.report"]
        for name, record, text in (
            ("handover_notice", self.notice, "Receipt of the handover notice"),
            ("handover_guide", self.batch, "How to inspect the home"),
            ("handover_route", case, "Desk 5"),
            ("handover_papers", case, "House sale contract"),
            ("handover_receipts", case, "Receipt of Keys"),
            ("handover_charges", case, "Access cards"),
            ("handover_letter", case, "Developer"),
            ("house_inspection", inspection, "Scratch on the door"),
            ("house_defect", inspection.defect_ids, "Scratch on the door"),
            ("handover_incident", incident, "Forty people"),
            ("proxy_service", service, service.number),
            ("handover_check", check, check.number),
        ):
            html = reports._render_qweb_html(f"property_service.report_{name}", record.ids)[0]
            self.assertIn(text, html.decode(), name)
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-11-01",
            "date_to": "2026-11-30",
            "month": "2026-11-01",
        }
        for name in ("day", "defect", "key", "paper", "service", "fee", "check"):
            register = self.env[f"property.register.handover.{name}"]
            self.assertTrue(register._content(options)["count"], name)
        self.assertFalse(self.env["property.register.handover.meter"]._content(options)["count"])
