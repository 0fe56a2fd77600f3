# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityCallback(ActivityCase):
    """A tenth of the households that came are called back within a month (handbook B B1, G2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.homes += [cls._make_unit(f"{number}02") for number in range(1, 18)]
        cls.rule = cls.env.ref("property_service.callback_rule_activity")
        cls.calls = cls.env["property.callback"]

    def _held(self, homes, late=0):
        """Return an activity `homes` came to; the last `late` are checked in afterwards."""
        event = self._make_event("running")
        rows = self.env["event.registration"]
        for home in homes:
            rows |= self._sign_up(event, home, walk_in=True)
        on_time = rows[: len(rows) - late]
        on_time.action_set_done()
        event.action_finish()
        (rows - on_time).action_set_done()
        return event

    def _asked(self, event):
        return event.sudo().callback_ids.filtered(lambda row: row.state != "waived")

    def test_a_tenth_rounded_up(self):
        event = self._held(self.homes)
        asked = self._asked(event)
        self.assertEqual(len(self.homes), 21)
        self.assertEqual(len(asked), 3, "10 % of 21 households")
        self.assertEqual(len(asked.unit_id), 3)
        self.assertEqual(set(asked.mapped("callback_class")), {"activity"})
        due = fields.Date.to_date(asked[0].date_due) - fields.Date.context_today(asked)
        self.assertAlmostEqual(due.days, 30, delta=1)
        self.assertEqual((event.callback_count, event.callback_done), (3, 0))
        event._plan_callbacks()
        self.assertEqual(self._asked(event), asked, "a second draw changes nothing")

    def test_the_draw_can_be_repeated(self):
        event = self._held(self.homes)
        units = self._asked(event).unit_id
        lots = {
            row.unit_id: self.rule._lot(row, "end")
            for row in event.sudo().registration_ids.filtered("unit_id")
        }
        self.assertEqual(set(units), set(sorted(lots, key=lots.get)[:3]))

    def test_share_is_a_setting_of_the_estate(self):
        self.rule.copy({"estate_id": self.estate.id, "company_id": self.company.id, "share": 50})
        self.assertEqual(len(self._asked(self._held(self.homes[:5]))), 3)
        self.env["property.callback.rule"].search([("estate_id", "=", self.estate.id)]).share = 0
        self.assertFalse(self._held(self.homes[5:9]).sudo().callback_ids)

    def test_late_check_in_completes_the_sample(self):
        event = self._held(self.homes, late=12)
        first = self._asked(event)
        self.assertEqual(len(first), 1, "10 % of 9 households")
        event.write({"course": "Songs", "effect": "Good"})
        event.action_summarise()
        self.assertEqual(len(self._asked(event)), 3)
        self.assertLessEqual(first, self._asked(event))

    def test_one_of_a_household_and_adults_first(self):
        event = self._make_event("running")
        child = self._sign_up(
            event,
            self.homes[0],
            name="Child",
            walk_in=True,
            age_group="child",
            guardian_name="Parent",
            guardian_consent=True,
        )
        adult = self._sign_up(event, self.homes[0], name="Parent", walk_in=True)
        guest = self._sign_up(event, self.homes[1], name="Stays away", walk_in=True)
        (child | adult).action_set_done()
        event.action_finish()
        callback = self._asked(event)
        self.assertEqual(callback.res_id, adult.id)
        self.assertNotEqual(callback.unit_id, guest.unit_id)

    def test_organisers_do_not_ask_about_their_own(self):
        event = self._held(self.homes[:3])
        callback = self._asked(event)
        self.assertIn(self.users["staff"], callback.handler_ids)
        with self.assertRaises(UserError):
            callback.with_user(self.users["staff"]).action_begin()

    def test_answers_flow_into_the_satisfaction(self):
        self.rule.share = 100
        event = self._held(self.homes[:3])
        calls = self._asked(event).with_user(self.users["steward"]).sorted("id")
        calls[0]._record("ok")
        event.invalidate_recordset()
        figures = ("satisfaction_count", "satisfaction_rate", "satisfaction_points")
        self.assertEqual([event[name] for name in figures], [1, 1.0, 100])
        calls[1]._record("bad", shortcomings="Too loud")
        event.invalidate_recordset()
        self.assertEqual([event[name] for name in figures], [2, 0.5, 50])
        self.assertEqual(event.callback_done, 2)
        self.assertTrue(calls[1].sudo().rectification_id)
        self.assertTrue(
            event.sudo().activity_ids.filtered(lambda row: calls[1].number in row.summary)
        )
        # who rated and was asked as well counts once, by what he said when asked
        asked = event.sudo().registration_ids.filtered(lambda row: row.id == calls[0].res_id)
        asked._rate("1")
        event.invalidate_recordset()
        self.assertEqual([event[name] for name in figures], [2, 0.5, 50])
        # a further call is about what was put right
        calls[1].sudo()._call_again().with_user(self.users["steward"])._record("ok")
        event.invalidate_recordset()
        self.assertEqual(event.satisfaction_count, 2)

    def test_who_rated_is_not_called(self):
        self.rule.share = 100
        event = self._make_event("running")
        row = self._sign_up(event, self.homes[0], walk_in=True)
        row.action_set_done()
        with self.env.cr.savepoint(flush=False):
            event.sudo()._with_move().state = "done"
            row._rate("5")
            event._plan_callbacks()
        self.assertEqual(event.sudo().callback_ids.method, "portal")
        event.invalidate_recordset()
        self.assertEqual((event.satisfaction_count, event.satisfaction_rate), (1, 1.0))

    def test_a_cancelled_activity_has_none(self):
        event = self._make_event("signup")
        self._sign_up(event, self.homes[0])
        event.with_user(self.users["supervisor"])._stop("cancelled", "Storm")
        event._plan_callbacks()
        self.assertFalse(event.sudo().callback_ids)

    def test_reading_many_takes_few_queries(self):
        events = self._held(self.homes[:2]) | self._held(self.homes[2:4])
        names = ["callback_count", "satisfaction_rate"]

        def queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(names)
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(queries(events), queries(events[:1]) + 1)
