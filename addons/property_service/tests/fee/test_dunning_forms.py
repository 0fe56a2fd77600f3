# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .test_dunning import DunningCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestDunningForms(DunningCase):
    """The printed forms of dunning and parking (B forms H9-1 to H9-5, H10-1; A §53)."""

    def _html(self, report, records):
        reports = self.env["ir.actions.report"].with_user(self.users["supervisor"])
        content, _kind = reports._render_qweb_html(f"property_service.{report}", records.ids)
        return content.decode()

    def test_notice(self):
        case = self._to_notice(self._open())
        notice = self._print(case)
        html = self._html("report_dunning_notice", notice)
        for text in (
            notice.number,
            "Owner 101",
            "337.33",
            "叁佰叁拾柒元叁角叁分",
            "2026-01",
            "within",
            "Reply slip",
            "(first)",
            "data:image/svg+xml",
        ):
            self.assertIn(text, html)

    def test_notice_goes_to_tenant_and_owner(self):
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self.unit._start_tenancy(date(2026, 1, 1), tenant, pays=True)
        with freeze_time("2026-02-05 02:00:00"):
            self._bill(month=date(2026, 2, 1))
        self.env["property.dunning"]._open_cases()
        case = self.env["property.dunning"].search([("partner_id", "=", tenant.id)])
        notice = self._print(self._to_notice(case))
        html = self._html("report_dunning_notice", notice)
        self.assertEqual(html.count("Reply slip"), 2)
        self.assertIn("answer for them together", html)

    def test_agreement_and_file(self):
        case = self._open()
        agreement = self.env["property.dunning.agreement"].create(
            {
                "dunning_id": case.id,
                "reason": "Lost work",
                "line_ids": [(0, 0, {"date_due": date(2026, 4, 2), "amount": 337.33})],
            }
        )
        self.assertIn("Lost work", self._html("report_dunning_agreement", agreement))
        case._fill_file()
        html = self._html("report_dunning_file", case)
        self.assertIn(case.number, html)
        self.assertIn(self.charge.invoice_id.name, html)

    def test_record_register(self):
        case = self._open()
        self._contact(case, result="no_answer", met="Neighbour")
        register = self.env["property.register.dunning"].with_user(self.users["staff"])
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
        }
        rows = register._rows(options)
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["met"], "Neighbour")
        self.assertEqual(rows[0]["date"], "2026-03-02")
        self.assertTrue(register._render_xlsx(options))
        self.assertFalse(register._rows({**options, "date_from": "2026-03-03"}))

    def test_list_of_arrears(self):
        case = self._open()
        self._contact(
            case,
            result="promise",
            promise_date=date(2026, 3, 10),
            promise_amount=100.0,
            arrears_reason="hardship",
        )
        register = self.env["property.register.arrears"].with_user(self.users["staff"])
        row = register._rows({"estate_ids": self.estate.ids, "date": "2026-03-02"})[0]
        self.assertEqual(row["reason"], "Economic hardship")
        self.assertEqual(row["stage"], "Call or message")
        self.assertEqual(row["promise"], date(2026, 3, 10))
        self.assertEqual(row["user"], self.steward.name)
        self.assertIn("2026-03-02", row["last"])
        # 30 days of 337.33 at 0.05 %
        self.assertEqual(row["late"], 5.06)

    def test_parking_forms(self):
        space = self._make_space("B1-001", self.unit, plate="A12345")
        lease = self.env["property.parking.lease"].create(
            {
                "estate_id": self.estate.id,
                "space_id": space.id,
                "home_id": self.unit.id,
                "partner_id": self.unit.owner_id.id,
                "plate": "A12345",
                "licence_owner": "Owner 101",
                "licence_seen": True,
                "date_start": date(2026, 1, 1),
                "item_id": self.item.id,
                "rent": 320.0,
            }
        )
        self.assertIn("A12345", self._html("report_parking_application", lease))
        lease.action_allot()
        lease.action_contract()
        lease.action_activate()
        register = self.env["property.register.parking.lease"]
        rows = register._rows({"estate_ids": self.estate.ids, "date": "2026-03-02"})
        self.assertEqual((rows[0]["plate"], rows[0]["rent"]), ("A12345", 320.0))
        self.env["property.charge"]._charge(
            [
                {
                    "unit_id": space.id,
                    "item_id": self.item.id,
                    "partner_id": self.unit.owner_id.id,
                    "amount": 320.0,
                    "date_due": date(2026, 1, 31),
                }
            ],
            date=date(2026, 1, 5),
        )
        cases = self.env["property.parking.dunning"]
        case = cases.create(cases._overdue_sums(SQL("charge.unit_id = %s", space.id)))
        with self.assertRaises(UserError):
            self._html("report_parking_notice", case)
        case.action_oral()
        case.action_notice()
        html = self._html("report_parking_notice", case)
        for text in (case.number, "A12345", "320.00", "No wheel is locked"):
            self.assertIn(text, html)
        rows = self.env["property.register.parking.dunning"]._rows({"estate_ids": self.estate.ids})
        self.assertEqual(rows[0]["amount"], 320.0)
