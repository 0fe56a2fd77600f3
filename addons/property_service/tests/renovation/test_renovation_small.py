# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .renovation_case import RenovationCase


@tagged("post_install", "-at_install")
class TestPowerAndGas(RenovationCase):
    """Power connection and gas pipe alteration (handbook A §39, §40)."""

    def _power(self, **values):
        return self.env["property.power.connection"].create(
            {
                "unit_id": self.home.id,
                "partner_id": self.party.id,
                "applicant_id": self.party.id,
                "grid_account": "6100",
                "load_kw": 6.0,
                "load_limit_kw": 8.0,
                **values,
            }
        )

    def test_power_is_switched_on(self):
        case = self._power()
        case.action_apply()
        with self.assertRaises(AccessError):
            case.with_user(self.users["staff"]).action_check()
        with self.assertRefused("not safe"):
            case.with_user(self.users["technician"]).action_check()
        case.with_user(self.users["technician"]).action_fail("cover of the box is missing")
        self.assertEqual(case.state, "failed")
        case.action_retry()
        case.write({"box_ok": True, "leak_switch_ok": True})
        case.with_user(self.users["technician"]).action_check()
        with self.assertRefused("not signed"):
            case.with_user(self.users["technician"]).action_energise()
        self._sign(case, "owner")
        with self.assertRefused("certificate"):
            case.with_user(self.users["technician"]).action_energise()
        case.write({"electrician": "Li", "electrician_cert": "T1", "meter_number": "M1"})
        case.with_user(self.users["technician"]).action_energise()
        case.action_confirm()
        self.assertEqual(case.state, "confirmed")
        self.assertTrue(
            self.env["property.archive.document"].search_count(
                [("res_model", "=", case._name), ("res_id", "=", case.id)]
            )
        )

    def test_power_bad_cases(self):
        with self.assertRefused("grid company"):
            self._power(grid_account=False).action_apply()
        with self.assertRefused("design load"):
            self._power(load_kw=12.0).action_apply()
        with self.assertRefused("permit"):
            self._power(purpose="renovation").action_apply()
        with self.assertRefused("authorisation"):
            self._power(applicant_id=self.firm.id).action_apply()
        sold = self._make_unit("302", owner=False, state="sold_pending")
        with self.assertRefused("not handed over"):
            self._power(unit_id=sold.id).action_apply()

    def test_gas_pipe_is_altered_by_the_gas_company_only(self):
        case = self.env["property.gas.alteration"].create(
            {"unit_id": self.home.id, "partner_id": self.party.id, "content": "move the meter"}
        )
        with self.assertRefused("Gas account"):
            case.action_refer()
        case.write({"gas_account": "G1", "gas_company_id": self.firm.id})
        with self.assertRefused("not signed"):
            case.action_refer()
        self._sign(case, "owner")
        case.action_refer()
        case.write({"survey_date": date(2026, 3, 1), "gas_opinion": "possible"})
        case.action_surveyed()
        case.pay_proof = "invoice 1"
        case.action_gas_paid()
        case.write({"worker": "Wang", "done_date": date(2026, 3, 5)})
        with self.assertRefused("private alteration"):
            case.action_altered()
        case.approved_unit = True
        case.action_altered()
        case.test_result = "bad"
        with self.assertRefused("failed"):
            case.action_tested()
        case.test_result = "ok"
        case.action_tested()
        with self.assertRefused("Acceptance sheet"):
            case.action_file()
        case.write({"acceptance_number": "A1", "acceptance_ids": self._document().ids})
        case.action_file()
        self.assertEqual(case.state, "filed")
        case.action_private("found a hose")
        self.assertIn("hose", case.private_note)

    def test_forms(self):
        power = self._power()
        gas = self.env["property.gas.alteration"].create(
            {"unit_id": self.home.id, "partner_id": self.party.id}
        )
        for name, document in (("power_connection", power), ("gas_alteration", gas)):
            html = self.env["ir.actions.report"]._render_qweb_html(
                f"property_service.report_{name}", document.ids
            )[0]
            self.assertIn(document.number, html.decode())
