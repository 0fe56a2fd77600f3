# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.property_service.tests.common import PropertyCase

#: noon in China
NOON = "{} 04:00:00".format


@tagged("post_install", "-at_install")
class TestCorrectiveSource(PropertyCase):
    """Corrective actions from complaints and violations, and whether the cause comes back (F7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.homes = [cls._make_unit(f"{number}01") for number in range(1, 7)]
        cls.actions = cls.env["property.corrective.action"]
        cls.category = cls.env["property.case.category"].search(
            [("kind", "=", "complaint"), ("parent_id", "!=", False)], limit=1
        ) or cls.env["property.case.category"].search([("kind", "=", "complaint")], limit=1)
        cls.kind = cls.env["property.renovation.violation.type"].search([], limit=1)

    def _complain(self, home=0, day="2026-03-10", **values):
        with freeze_time(NOON(day)):
            return (
                self.env["property.complaint"]
                .with_user(self.users["staff"])
                .create(
                    {
                        "estate_id": self.estate.id,
                        "unit_id": self.homes[home].id,
                        "partner_id": self.homes[home].owner_id.id,
                        "category_id": self.category.id,
                        "description": "Rubbish on the stairs",
                        **values,
                    }
                )
            )

    def _violation(self, home=0, day="2026-03-10"):
        with freeze_time(NOON(day)):
            return self.env["property.renovation.violation"].create(
                {
                    "estate_id": self.estate.id,
                    "unit_id": self.homes[home].id,
                    "type_id": self.kind.id,
                    "description": "Rubble in the corridor",
                }
            )

    def _propose(self, day="2026-03-12"):
        with freeze_time(NOON(day)):
            return self.actions._propose_for(self.estate)

    def _close(self, action, day="2026-04-10"):
        """Take an action its whole way and close it on `day`."""
        with freeze_time(NOON(day)):
            if action.state == "proposed":
                action.with_user(self.users["supervisor"]).action_open()
            action.responsible_id = self.users["staff"]
            if action.state == "opened":
                action.action_cause()
            action.cause = "Nobody checks"
            action.action_plan()
            action.corrective = "每周三由主管按清单检查楼道并拍照"
            action.with_user(self.users["staff"]).action_submit()
            pending = action.approval_ids.filtered(lambda row: row.state == "pending")
            pending.with_user(self.users["manager"]).action_approve()
            action.action_implement()
            action.completion = "Check list in use"
            action.action_done()
            action.verify_result = "Clean"
            action.with_user(self.users["supervisor"]).action_close()
        return action

    def _look(self, day):
        with freeze_time(NOON(day)), self.enter_registry_test_mode():
            self.env.ref("property_survey.ir_cron_corrective").method_direct_trigger()

    # the button ----------------------------------------------------------------------------------

    def test_button_opens_one_action(self):
        case = self._complain().with_user(self.users["supervisor"])
        action = self.actions.browse(case.action_corrective()["res_id"])
        self.assertEqual((action.state, action.source), ("opened", "complaint"))
        self.assertEqual((action.category_id, action.fact), (self.category, case.description))
        self.assertEqual(action._source(), case)
        self.assertEqual(case.action_corrective()["res_id"], action.id)
        self.assertEqual(case.corrective_count, 1)
        self.assertTrue(case._has_corrective_action())
        self.assertEqual(action.action_open_source()["res_id"], case.id)

    def test_confidential_complaints_stay_so(self):
        case = self._complain(manager_only=True)
        self.assertNotIn("Rubbish", case.sudo()._corrective_values()["fact"])

    def test_complaints_of_a_matter_share_its_action(self):
        matter = self.env["property.complaint.matter"].create(
            {"name": "Stairs", "estate_id": self.estate.id, "category_id": self.category.id}
        )
        first, second = (self._complain(number, matter_id=matter.id) for number in (0, 1))
        first.with_user(self.users["supervisor"]).action_corrective()
        self.assertEqual(second.sudo().corrective_count, 1)
        self.assertEqual(matter.corrective_ids.res_model, matter._name)

    # proposals -----------------------------------------------------------------------------------

    def test_complaints_of_one_kind_propose_an_action(self):
        for home in (0, 1):
            self._complain(home)
        self.assertFalse(self._propose(), "two are no rule")
        self._complain(2, "2026-03-11")
        action = self._propose()
        self.assertEqual((action.state, action.category_id), ("proposed", self.category))
        self.assertFalse(action.user_id, "nobody has it yet")
        self.assertIn("3 complaints", action.fact)
        self.assertFalse(action.deadline_ids, "no clock runs before it is opened")
        self.assertIn(self.users["supervisor"], action.activity_ids.user_id)
        self.assertFalse(self._propose(), "proposed once")
        with freeze_time(NOON("2026-03-12")):
            with self.assertRaises(UserError):
                action.with_user(self.users["staff"]).action_open()
            action.with_user(self.users["supervisor"]).action_open()
        self.assertEqual(action.deadline_ids.step, "cause")

    def test_a_hot_matter_is_proposed_once(self):
        """Handbook B scenario 5: three households make the matter hot, one action follows."""
        matter = self.env["property.complaint.matter"].create(
            {"name": "Lift noise", "estate_id": self.estate.id, "category_id": self.category.id}
        )
        with freeze_time(NOON("2026-03-10")):
            for home in range(3):
                self._complain(home, matter_id=matter.id)
        self.assertTrue(matter.hot_date)
        action = self._propose()
        self.assertEqual(action._source(), matter)
        self.assertFalse(self._propose())

    def test_what_is_long_ago_or_taken_back_does_not_count(self):
        self._complain(0, "2026-01-05")
        self._complain(1)
        self._complain(2)._withdraw("Sorry")
        self.assertFalse(self._propose())

    def test_the_limits_are_settings(self):
        self._set_parameter("corrective_repeats", "2", self.estate)
        self._complain(0)
        self._complain(1)
        self.assertEqual(len(self._propose()), 1)

    def test_dismissed_is_not_proposed_again_soon(self):
        for home in range(3):
            self._complain(home)
        action = self._propose().with_user(self.users["supervisor"])
        with self.assertRaises(UserError):
            action.action_dismiss()
        with freeze_time(NOON("2026-03-12")):
            action.action_dismiss("One household moved in, all on one day")
        self.assertEqual(action.state, "dismissed")
        self.assertFalse(self._propose("2026-03-13"))
        for home in range(3):
            self._complain(home, "2026-06-10")
        self.assertEqual(len(self._propose("2026-06-11")), 1)

    def test_violations_of_one_kind_propose_an_action(self):
        for home, day in ((0, "2026-01-10"), (1, "2026-02-10"), (2, "2026-03-10")):
            self._violation(home, day)
        action = self._propose()
        self.assertEqual((action.source, action.violation_type_id), ("violation", self.kind))
        self.assertIn("3 violations", action.fact)

    def test_a_marked_notice_proposes_an_action(self):
        case = self._complain()
        notice = (
            self.env["property.rectification"]
            .sudo()
            ._propose(case, self.env["hr.department"], self.users["steward"], "Dirty")
        )
        self.assertFalse(self._propose())
        notice.corrective = True
        action = self._propose()
        self.assertEqual((action._source(), action.source), (notice, "check"))

    def test_estates_stay_apart(self):
        for home in range(3):
            self._complain(home)
        other = self.env["property.estate"].create(
            {"name": "Elsewhere", "code": "EW", "company_id": self.company.id}
        )
        with freeze_time(NOON("2026-03-12")):
            self.assertFalse(self.actions._propose_for(other))

    # recurrence ----------------------------------------------------------------------------------

    def _watched(self):
        for home in range(3):
            self._complain(home)
        return self._close(self._propose())

    def test_nothing_came_back(self):
        action = self._watched()
        self.assertEqual(str(action.recurrence_due), "2026-10-10")
        self._look("2026-10-09")
        self.assertFalse(action.recurrence)
        self._look("2026-10-10")
        self.assertEqual((action.state, action.recurrence), ("closed", "none"))

    def test_the_cause_comes_back_and_opens_the_action_again(self):
        action = self._watched()
        for home in range(3):
            self._complain(home, f"2026-0{5 + home}-02")
        self._look("2026-07-03")
        self.assertEqual((action.state, action.recurrence), ("cause", "back"))
        self.assertEqual((action.recurrence_count, action.ineffective_count), (3, 1))
        # closed a second time, it is watched again
        self._close(action, "2026-08-01")
        self.assertFalse(action.recurrence)
        self.assertEqual(str(action.recurrence_due), "2027-02-01")

    def test_a_few_cases_are_put_to_the_supervisor(self):
        action = self._watched()
        self._complain(1, "2026-06-02")
        self._look("2026-10-11")
        self.assertEqual((action.state, action.recurrence), ("closed", "asked"))
        found = action.action_recurrence()
        self.assertEqual(len(self.env[found["res_model"]].search(found["domain"])), 1)
        supervisor = action.with_user(self.users["supervisor"])
        with self.assertRaises(UserError):
            supervisor.action_came_back()
        with self.assertRaises(UserError):
            supervisor.action_open()
        supervisor.action_came_back("The same stairs")
        self.assertEqual((action.state, action.recurrence), ("cause", "back"))

    def test_the_supervisor_may_say_it_stayed_away(self):
        action = self._watched()
        self._complain(1, "2026-06-02")
        self._look("2026-10-11")
        action.with_user(self.users["supervisor"]).action_stayed_away()
        self._look("2026-10-12")
        self.assertEqual(action.recurrence, "none")

    def test_months_are_a_setting(self):
        self._set_parameter("corrective_recurrence_months", "2", self.estate)
        action = self._watched()
        self._look("2026-06-10")
        self.assertEqual(action.recurrence, "none")

    def test_causes_without_records_are_asked_about(self):
        action = self._close(
            self.actions.create(
                {"estate_id": self.estate.id, "name": "Audit", "fact": "No list", "source": "check"}
            )
        )
        self._look("2026-10-10")
        self.assertEqual(action.recurrence, "asked")
        with self.assertRaises(UserError):
            action.action_recurrence()
