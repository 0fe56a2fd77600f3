# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The satisfaction index over all addons: every component leads to the records it counts."""

from odoo.tests import tagged

from odoo.addons.property_community.tests.activity.activity_case import ActivityCase
from odoo.addons.property_service.tools.local_time import local_day


@tagged("post_install", "-at_install")
class TestSatisfactionIndex(ActivityCase):
    def _rated(self, estate_homes, grades):
        event = self._make_event("running")
        rows = self.env["event.registration"]
        for home in estate_homes:
            rows |= self._sign_up(event, home, walk_in=True)
        rows.action_set_done()
        event.action_finish()
        for row, grade in zip(rows, grades, strict=True):
            row._rate(grade)
        return event

    def test_activities_count_in_their_month_and_estate(self):
        event = self._rated(self.homes[:3], "543")
        month = local_day(event.date_begin).replace(day=1)
        other = self.env["property.estate"].create(
            {"name": "Elsewhere", "code": "EW", "company_id": self.company.id}
        )
        indexes = self.env["property.satisfaction"]._count(self.estate | other, month)
        line = indexes[0].line_ids.filtered(lambda row: row.source == "activity")
        self.assertEqual((line.answers, line.score), (3, 80.0))
        action = line.action_open()
        ratings = self.env[action["res_model"]].sudo().search(action["domain"])
        self.assertEqual(sorted(ratings.mapped("rating")), [3, 4, 5])
        self.assertEqual(set(ratings.mapped("parent_res_id")), {event.id})
        self.assertFalse(indexes[1].answers)
        # a rating that is corrected later stays in the month of its activity
        event.sudo().registration_ids.filtered(lambda row: row.satisfaction == "3")._rate("5")
        again = self.env["property.satisfaction"]._count(self.estate, month)
        line = again.line_ids.filtered(lambda row: row.source == "activity")
        self.assertAlmostEqual(line.score, 280 / 3, 1)

    def test_ratings_are_not_read_one_by_one(self):
        event = self._rated(self.homes[:1], "5")
        month = local_day(event.date_begin).replace(day=1)
        index = self.env["property.satisfaction"]

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            index._source_activity(self.estate, month)
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        self._rated(self.homes[1:4], "441")
        self.assertEqual(queries(), few)
        self.assertLess(few, 8)

    def test_a_callback_counts_once(self):
        """What a household says when called about an activity counts with the callbacks."""
        rule = self.env.ref("property_service.callback_rule_activity")
        rule.share = 100
        event = self._make_event("running")
        row = self._sign_up(event, self.homes[0], walk_in=True)
        row.action_set_done()
        event.action_finish()
        callback = event.sudo().callback_ids.with_user(self.users["steward"])
        callback._record("fair")
        month = local_day(callback.call_date).replace(day=1)
        index = self.env["property.satisfaction"]._count(self.estate, month)
        counted = {line.source: line.answers for line in index.line_ids if line.answers}
        self.assertEqual(counted, {"callback": 1})
