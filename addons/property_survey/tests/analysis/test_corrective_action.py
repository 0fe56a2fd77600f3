# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.property_service.tests.common import PropertyCase


@tagged("post_install", "-at_install")
class TestCorrectiveAction(PropertyCase):
    """Corrective and preventive actions (handbook B F7)."""

    def _action(self, **values):
        return (
            self.env["property.corrective.action"]
            .with_user(self.users["staff"])
            .create(
                {
                    "estate_id": self.estate.id,
                    "name": "Stairs are dirty",
                    "fact": "Cleaning 71 %, target 90 %",
                    "responsible_id": self.users["staff"].id,
                    "verifier_id": self.users["supervisor"].id,
                    **values,
                }
            )
        )

    def _approved(self, action):
        action.action_cause()
        action.cause = "Nobody checks"
        action.action_plan()
        action.corrective = "每周三由主管按清单检查楼道并拍照"
        action.action_submit()
        pending = action.sudo().approval_ids.filtered(lambda row: row.state == "pending")
        pending.with_user(self.users["manager"]).action_approve()

    def _done(self, action):
        self._approved(action)
        action.action_implement()
        with self.assertRaises(UserError):
            action.action_done()
        action.completion = "Check list in use"
        action.action_done()

    def test_deadlines(self):
        with freeze_time("2026-04-01 02:00:00"):
            action = self._action()
            clock = action.deadline_ids
            self.assertEqual((clock.step, clock.due - clock.start), ("cause", timedelta(3)))
            self._approved(action)
        dues = {row.step: row.due - row.start for row in action.deadline_ids}
        self.assertEqual((dues["plan"], dues["implement"]), (timedelta(5), timedelta(30)))

    def test_words_are_no_measure(self):
        action = self._action()
        action.action_cause()
        with self.assertRaises(UserError):
            action.action_plan()
        action.cause = "Staff"
        action.action_plan()
        for text in ("加强教育", "进一步加强员工培训,提高责任意识。", "Strengthen education"):
            action.corrective = text
            with self.assertRaises(UserError):
                action.action_submit()
        action.corrective = "加强教育,并每周由主管按清单检查"
        action.action_submit()
        self.assertTrue(action.approval_pending)
        with self.assertRaises(AccessError):
            action.approval_ids.with_user(self.users["staff"]).action_approve()

    def test_who_did_it_does_not_verify_it(self):
        action = self._action(responsible_id=self.users["supervisor"].id, verifier_id=False)
        self._done(action)
        action.verify_result = "Clean"
        with self.assertRaises(UserError):
            action.with_user(self.users["supervisor"]).action_close()
        with self.assertRaises(AccessError):
            action.with_user(self.users["staff"]).action_close()
        action.with_user(self.users["manager"]).action_close()
        self.assertEqual(action.state, "closed")
        self.assertEqual(action.verified_by_id, self.users["manager"])

    def test_twice_without_effect_goes_to_the_company(self):
        action = self._action()
        verifier = self.users["supervisor"]
        for count, level in ((1, "estate"), (2, "company")):
            self._done(action) if count == 1 else self._again(action)
            action.with_user(verifier).action_ineffective("Still dirty")
            self.assertEqual(
                (action.state, action.ineffective_count, action.level), ("cause", count, level)
            )

    def _again(self, action):
        action.action_plan()
        action.action_submit()
        pending = action.sudo().approval_ids.filtered(lambda row: row.state == "pending")
        pending.with_user(self.users["manager"]).action_approve()
        action.action_implement()
        action.action_done()

    def test_states_are_not_typed_and_form_prints(self):
        action = self._action()
        with self.assertRaises(UserError):
            action.write({"state": "closed"})
        html = self.env["ir.actions.report"]._render_qweb_html(
            "property_survey.report_corrective_action", action.ids
        )[0]
        self.assertIn(b"Stairs are dirty", html)
