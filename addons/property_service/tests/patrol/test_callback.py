# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .patrol_case import NOON, PHOTO, PatrolCase


class CallbackCase(PatrolCase):
    """A case of a customer: a finding he reported, whose class each test chooses."""

    def setUp(self):
        super().setUp()
        self.results = []
        case_class = type(self.env["property.finding"])
        results = self.results
        self.patch(
            case_class,
            "_callback_result",
            lambda case, callback: results.append((case.id, callback.result)),
        )

    def _settle(self, callback_class="leak", **values):
        """Return a case that is settled, and its callback."""
        self.patch(
            type(self.env["property.finding"]), "_callback_class", lambda case: callback_class
        )
        case = self._finding(
            unit_id=self.unit.id,
            partner_id=self.unit.owner_id.id,
            responsible_id=self.technician.id,
            **values,
        )
        case._case_settled()
        return case, self._callbacks(case)

    def _callbacks(self, case):
        return self.env["property.callback"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id)], order="id"
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCallback(CallbackCase):
    """Who is called back, by when, by whom, and what follows (B §B1)."""

    def test_days_by_class(self):
        """Safety 2 days, leaks 3, others 7, complaints 3, help 7, activities 30."""
        days = {"safety": 2, "leak": 3, "complaint": 3, "emergency": 1}
        for callback_class, expected in days.items():
            with self.subTest(callback_class=callback_class):
                _case, callback = self._settle(callback_class)
                self.assertEqual(callback.date_due, datetime(2026, 3, 2 + expected, 4))
        for callback_class, expected in (("other", 7), ("help", 7), ("activity", 30)):
            rule = self.env["property.callback.rule"]._find(callback_class, "end", self.estate)
            self.assertEqual(rule.days, expected)

    def test_days_are_changed_at_the_rule(self):
        rule = self.env["property.callback.rule"].create(
            {"callback_class": "leak", "estate_id": self.estate.id, "share": 100}
        )
        self.assertEqual(rule.days, 3)
        rule.days = 1
        _case, callback = self._settle("leak")
        self.assertEqual(callback.date_due, datetime(2026, 3, 3, 4))
        self.assertEqual(callback.rule_id, rule)

    def test_the_callback_knows_whom_to_call(self):
        case, callback = self._settle()
        self.assertEqual(callback.state, "planned")
        self.assertEqual(callback.partner_id, self.unit.owner_id)
        self.assertEqual(callback.phone, "13800000000")
        self.assertEqual(callback.source_name, case.number)
        self.assertEqual(callback.handler_ids, self.technician)
        self.assertEqual(callback.user_id, self.steward)
        self.assertTrue(callback.number.startswith("HF-LG-2026-"))

    def test_settling_twice_plans_one(self):
        case, callback = self._settle()
        case._case_settled()
        self.assertEqual(self._callbacks(case), callback)

    def test_scenario_1_leak_is_content_and_closed(self):
        """Follow-up of a leak due in 3 days, by phone, satisfied, closed (§11.1)."""
        case, callback = self._settle("leak")
        with freeze_time("2026-03-04 02:00:00"):
            callback.with_user(self.steward)._record("ok", method="phone")
            self.assertEqual(callback.state, "done_ok")
            self.assertEqual(callback.rating, "a")
            self.assertTrue(callback.in_time)
            self.assertEqual(self.results, [(case.id, "ok")])
            callback.with_user(self.supervisor).action_review()
        self.assertEqual(callback.state, "closed")
        self.assertEqual(callback.review_user_id, self.supervisor)

    def test_scenario_2_leak_comes_back(self):
        """Bad on day 3: a notice within 24 h or an alarm, second callback, closed (§11.2)."""
        case, callback = self._settle("leak")
        with freeze_time("2026-03-05 02:00:00"):
            callback.with_user(self.steward)._record("bad", shortcomings="Wet again")
        self.assertEqual(self.results, [(case.id, "bad")])
        self.assertEqual(callback.state, "rectifying")
        notice = callback.rectification_id
        self.assertEqual(notice.state, "draft")
        self.assertEqual(notice.date_due, datetime(2026, 3, 6, 2))
        with freeze_time("2026-03-06 03:00:00"):
            self._cron("ir_cron_deadline")
            self.assertTrue(notice.breached, "issued too late: an alarm")
            self.assertTrue(notice.activity_ids)
            notice.responsible_id = self.technician
            notice.with_user(self.supervisor).action_issue()
            technician = notice.with_user(self.technician)
            technician.action_receive()
            technician.action_begin()
            technician.write({"cause": "Pipe joint", "measures": "Joint replaced"})
            technician.action_fixed()
        with freeze_time("2026-03-07 03:00:00"):
            with self.assertRaisesRegex(UserError, "cannot verify"):
                technician.action_verify()
            notice.with_user(self.supervisor).action_verify()
        self.assertEqual(notice.state, "closed")
        self.assertTrue(notice.in_time)
        self.assertEqual(callback.state, "re_visit")
        second = callback.child_ids
        self.assertEqual(second.round, 2)
        self.assertIn(self.technician, second.handler_ids)
        second.with_user(self.steward)._record("ok", method="phone")
        self.assertEqual(callback.state, "closed")

    def test_rework_as_an_order_of_its_own(self):
        """A rework that is done is called back about as the next round of the bad callback."""
        case, callback = self._settle("other")
        if callback.state == "waived":
            self.env["property.callback.rule"]._find("other", "end", self.estate).share = 100
            case, callback = self._settle("other")
        callback.with_user(self.steward)._record("bad", shortcomings="Dark again")
        self.assertEqual(callback.note, "Dark again")
        rework = self._finding(unit_id=self.unit.id, partner_id=self.unit.owner_id.id)
        self.patch(
            type(case),
            "_callback_origin",
            lambda row: case if row == rework else row.browse(),
        )
        rework._case_settled()
        again = self._callbacks(rework)
        self.assertEqual((again.parent_id, again.round, again.state), (callback, 2, "planned"))
        self.assertIn(self.technician, again.handler_ids)
        self.assertEqual(callback.state, "re_visit")
        rework._case_settled()
        self.assertEqual(len(self._callbacks(rework)), 1)
        again.with_user(self.steward)._record("ok", method="phone")
        self.assertEqual(callback.state, "closed")

    def test_the_handler_may_not_call(self):
        _case, callback = self._settle()
        own = callback.with_user(self.technician)
        with self.assertRaisesRegex(UserError, "did the work"):
            own._record("ok", method="phone")
        with self.assertRaisesRegex(UserError, "did the work"):
            own.action_call()
        with self.assertRaisesRegex(UserError, "did the work"):
            callback.user_id = self.technician

    def test_not_reached_on_three_days(self):
        """Three attempts on different days close it; twice on a day counts once."""
        case, callback = self._settle()
        caller = callback.with_user(self.steward)
        caller._not_reached("phone", "no answer")
        self.assertEqual(callback.state, "no_contact")
        self.assertEqual(callback.next_date, date(2026, 3, 3))
        caller._not_reached("phone")
        self.assertEqual(callback.attempt_count, 1)
        with freeze_time("2026-03-03 10:00:00"):
            caller._not_reached("wechat")
        self.assertEqual(callback.state, "no_contact")
        with freeze_time("2026-03-04 10:00:00"):
            caller._not_reached("phone")
        self.assertEqual((callback.state, callback.result), ("closed", "no_contact"))
        self.assertFalse(self.results, case)
        self.assertEqual((callback.share_due, callback.share_done), (1, 0))

    def test_a_visit_is_signed(self):
        _case, callback = self._settle()
        caller = callback.with_user(self.steward)
        with self.assertRaisesRegex(UserError, "signs"):
            caller._record("ok", method="visit")
        caller._record("ok", method="visit", signature=PHOTO)
        with self.assertRaisesRegex(UserError, "recorded"):
            caller.write({"suggestions": "edited later"})

    def test_states_are_not_jumped(self):
        """Calls from outside change neither state nor result."""
        _case, callback = self._settle()
        own = callback.with_user(self.steward)
        for values in ({"state": "closed"}, {"done_date": NOON}):
            with self.assertRaises(UserError):
                own.write(values)
        with self.assertRaisesRegex(UserError, "Call"):
            own.write({"result": "ok"})
        with self.assertRaisesRegex(UserError, "noted by the system"):
            own.write({"handler_ids": [(5, 0, 0)]})
        forged = own.create({"estate_id": self.estate.id, "description": "x", "result": "ok"})
        self.assertFalse(forged.result)
        with self.assertRaisesRegex(UserError, "supervisor"):
            own.action_waive("busy")
        with self.assertRaisesRegex(UserError, "why"):
            callback.with_user(self.supervisor).action_waive()
        callback.with_user(self.supervisor).action_waive("customer refuses")
        self.assertEqual(callback.state, "waived")
        with self.assertRaises(UserError):
            own._record("ok", method="phone")

    def test_sampling_is_reproducible(self):
        rule = self.env["property.callback.rule"]._find("other", "end", self.estate)
        self.assertEqual(rule.share, 30)
        cases = self.env["property.finding"].create(
            [
                {
                    "estate_id": self.estate.id,
                    "category_id": self._category("repair").id,
                    "description": f"Case {number}",
                }
                for number in range(200)
            ]
        )
        drawn = [rule._draws(case, "end") for case in cases]
        self.assertEqual(drawn, [rule._draws(case, "end") for case in cases])
        self.assertTrue(35 <= sum(drawn) <= 85, sum(drawn))
        self.patch(type(cases), "_callback_class", lambda case: "other")
        cases._case_settled()
        made = self.env["property.callback"].search([("res_id", "in", cases.ids)])
        self.assertEqual(len(made), 200)
        self.assertEqual(len(made.filtered(lambda row: row.state == "planned")), sum(drawn))
        waived = made.filtered(lambda row: row.state == "waived")
        self.assertEqual(set(waived.mapped("sampled")), {False})

    def test_policies(self):
        """Nobody, not who has rated, everybody."""
        rule = self.env["property.callback.rule"]._find("leak", "end", self.estate)
        case_class = type(self.env["property.finding"])
        rule.policy = "none"
        _case, callback = self._settle()
        self.assertEqual(callback.state, "waived")
        rule.policy = "unrated"
        self.patch(case_class, "_callback_rating", lambda case: "fair")
        _case, callback = self._settle()
        self.assertEqual((callback.state, callback.result), ("done_fair", "fair"))
        self.assertEqual(callback.method, "portal")
        self.patch(case_class, "_callback_rating", lambda case: "bad")
        _case, callback = self._settle()
        self.assertEqual(callback.state, "planned", "who rated badly is called")
        rule.policy = "all"
        self.patch(case_class, "_callback_rating", lambda case: "ok")
        _case, callback = self._settle()
        self.assertEqual(callback.state, "planned")

    def test_special_services_half_way_and_at_the_end(self):
        rules = self.env["property.callback.rule"].search([("callback_class", "=", "special")])
        self.assertEqual(set(rules.mapped("phase")), {"middle", "end"})
        rules.share = 100
        self.patch(type(self.env["property.finding"]), "_callback_class", lambda case: "special")
        case = self._finding(unit_id=self.unit.id, partner_id=self.unit.owner_id.id)
        case._case_halfway()
        case._case_halfway()
        self.assertEqual(self._callbacks(case).mapped("phase"), ["middle"])
        case._case_settled()
        self.assertEqual(self._callbacks(case).mapped("phase"), ["middle", "end"])

    def test_second_callback_for_durability(self):
        rule = self.env["property.callback.rule"]._find("leak", "end", self.estate)
        rule.second_days = 60
        case, _callback = self._settle()
        first, second = self._callbacks(case)
        self.assertEqual(second.date_from, date(2026, 5, 1))
        with self.assertRaisesRegex(UserError, "2026-05-01"):
            second.with_user(self.steward)._record("ok", method="phone")
        self.assertEqual((first.round, second.round), (1, 2))

    def test_dialog(self):
        _case, callback = self._settle()
        action = callback.with_user(self.steward).action_call()
        dialog = self.env["property.callback.call"].with_user(self.steward)
        call = dialog.with_context(**action["context"]).create({})
        self.assertEqual(call.method, "phone")
        with self.assertRaisesRegex(UserError, "how satisfied"):
            call.action_save()
        call.result = "bad"
        with self.assertRaisesRegex(UserError, "dissatisfied with"):
            call.action_save()
        call.write({"result": "fair", "suggestions": "faster", "quality": "b"})
        call.action_save()
        self.assertEqual((callback.state, callback.rating), ("done_fair", "b"))
        self.assertEqual(callback.quality, "b")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            call.with_user(self.users["staff"]).read(["result"])

    def test_reviewed_by_somebody_else(self):
        _case, callback = self._settle()
        callback.with_user(self.supervisor)._record("ok", method="phone")
        with self.assertRaisesRegex(UserError, "Somebody else"):
            callback.with_user(self.supervisor).action_review()
        with self.assertRaisesRegex(UserError, "supervisor"):
            callback.with_user(self.steward).action_review()
        callback.with_user(self.manager).action_review()

    def test_promise_is_a_task(self):
        _case, callback = self._settle()
        callback.with_user(self.steward)._record(
            "ok", method="phone", reply_promise="When the roof is done"
        )
        self.assertIn("When the roof is done", callback.activity_ids.summary)

    def test_a_foreign_estate_sees_nothing(self):
        case, callback = self._settle()
        for model in ("property.callback", "property.finding", "property.callback.attempt"):
            self.assertFalse(self.env[model].with_user(self.outsider).search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            callback.with_user(self.outsider).read(["phone"])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            case.with_user(self.outsider).action_assign()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSpotCheck(CallbackCase):
    """The manager checks 5 % of a month's callbacks, five at least (B §B2)."""

    def _called(self, count):
        self.patch(type(self.env["property.finding"]), "_callback_class", lambda case: "leak")
        for number in range(count):
            case = self._finding(
                unit_id=self.unit.id,
                partner_id=self.unit.owner_id.id,
                responsible_id=self.technician.id,
                description=f"Case {number}",
            )
            case._case_settled()
        callbacks = self.env["property.callback"].search([("state", "=", "planned")])
        for callback in callbacks:
            callback.with_user(self.steward)._record("ok", method="phone")
        return callbacks

    def test_sample(self):
        callbacks = self._called(8)
        with freeze_time("2026-04-01 02:00:00"):
            self._cron("ir_cron_spot_check")
            checks = self.env["property.spot.check"].search([])
            self.assertEqual(len(checks), 5)
            self.assertLessEqual(checks.callback_id, callbacks)
            self.assertEqual(set(checks.mapped("month")), {date(2026, 3, 1)})
            self._cron("ir_cron_spot_check")
            self.assertEqual(self.env["property.spot.check"].search([]), checks)

    def test_untrue_record_is_made_again(self):
        self._called(1)
        check = self.env["property.spot.check"]._draw(self.estate, date(2026, 3, 1))
        own = check.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "whether the record is true"):
            own.action_done()
        own.write({"true": "no", "quality": "ok"})
        with self.assertRaisesRegex(UserError, "problem"):
            own.action_done()
        own.problem = "The customer was never called"
        own.action_done()
        callback = check.callback_id
        self.assertTrue(callback.untrue)
        again = callback.child_ids
        self.assertEqual(again.state, "planned")
        self.assertIn(self.steward, again.handler_ids, "somebody else calls")
        notice = check.rectification_id
        self.assertEqual((notice.state, notice.source_kind), ("issued", "spot"))
        self.assertEqual(notice.responsible_id, self.steward)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            check.with_user(self.supervisor).write({"true": "yes"})

    def test_yearly_statistics(self):
        """Form B3-1: months without callbacks are there with 0; signed, nothing changes."""
        self._called(2)
        case, callback = self._settle("safety")
        with freeze_time("2026-03-20 02:00:00"):
            callback.with_user(self.steward)._record("bad", shortcomings="again")
        year = self.env["property.callback.year"].create(
            {"year": 2026, "estate_id": self.estate.id}
        )
        self.assertEqual(len(year.line_ids), 12)
        march = year.line_ids[2]
        self.assertEqual(
            (march.total, march.safety, march.leak, march.due, march.done), (3, 1, 2, 3, 3)
        )
        self.assertEqual((march.ok, march.bad, march.rework, march.notices), (2, 1, 1, 1))
        self.assertAlmostEqual(march.in_time_rate, 2 / 3)
        self.assertEqual(year.line_ids[0].done_rate, 0)
        year.with_user(self.supervisor).action_check()
        with self.assertRaisesRegex(UserError, "manager"):
            year.with_user(self.supervisor).action_sign()
        year.with_user(self.manager).action_sign()
        with self.assertRaisesRegex(UserError, "closed"):
            year.action_count()
        self.assertTrue(case)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRectification(CallbackCase):
    """Written within 24 hours, verified, a level up when it fails (B §B2)."""

    def _notice(self, user=None, days=0):
        case = self._finding()
        model = self.env["property.rectification"].with_user(user or self.supervisor)
        return model._issue(case, None, self.technician, "Not done", days)

    def test_issued_by_a_supervisor(self):
        notice = self._notice()
        self.assertEqual(notice.state, "issued")
        self.assertEqual(notice.date_limit, datetime(2026, 3, 5, 4), "3 days by the policy")
        self.assertTrue(notice.number.startswith("ZG-LG-2026-"))

    def test_days_named_by_the_issuer(self):
        notice = self._notice(days=1.5)
        self.assertEqual(notice.date_limit, datetime(2026, 3, 3, 16))

    def test_proposed_by_others(self):
        notice = self._notice(self.steward)
        self.assertEqual(notice.state, "draft")
        with self.assertRaisesRegex(UserError, "supervisor"):
            notice.action_issue()
        notice.with_user(self.supervisor).action_issue()

    def test_refused_needs_a_witness(self):
        notice = self._notice()
        notice.refused = True
        with self.assertRaisesRegex(UserError, "witness"):
            notice.action_receive()
        notice.witness = "Guard"
        notice.action_receive()
        self.assertTrue(notice.activity_ids, "a copy to the manager")

    def test_failed_twice_asks_for_corrective_action(self):
        notice = self._notice()
        for level in (2, 3):
            notice.action_receive()
            notice.action_begin()
            notice.write({"cause": "c", "measures": "m"})
            notice.with_user(self.technician).action_fixed()
            notice.with_user(self.supervisor).action_fail("still wet")
            self.assertEqual((notice.state, notice.level), ("failed", level))
            notice.with_user(self.supervisor).action_issue()
        self.assertTrue(notice.corrective)

    def test_cause_and_measures_are_stated(self):
        notice = self._notice()
        notice.action_receive()
        notice.action_begin()
        with self.assertRaisesRegex(UserError, "cause"):
            notice.action_fixed()
        with self.assertRaises(UserError):
            notice.with_user(self.supervisor).unlink()
