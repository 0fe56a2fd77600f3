# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .relation_common import RelationCase

MONTH = date(2026, 10, 1)


@tagged("post_install", "-at_install")
class TestRelationSatisfaction(RelationCase):
    """The satisfaction index: weighted mean of what there is, traceable, the same each time."""

    def setUp(self):
        super().setUp()
        self.scores = {"survey": (0.0, 0), "activity": (0.0, 0)}
        index = type(self.env["property.satisfaction"])

        def fixed(key):
            return lambda model, estates, month: {self.estate: self.scores[key]}

        self.patch(index, "_source_survey", fixed("survey"))
        self.patch(index, "_source_activity", fixed("activity"))

    def _callback(self, rating, moment=datetime(2026, 10, 10, 4), **values):
        return self.env["property.callback"].create(
            {
                "estate_id": self.estate.id,
                "unit_id": self.home.id,
                "description": "Tap",
                "result": {"a": "ok", "b": "fair", "c": "bad"}[rating],
                "rating": rating,
                "method": "phone",
                "call_date": moment,
                **values,
            }
        )

    def _repair(self, grade, moment=datetime(2026, 10, 20, 4)):
        repair = self.env["property.repair"].create(
            {
                "estate_id": self.estate.id,
                "unit_id": self.home.id,
                "description": "Tap drips",
            }
        )
        repair._with_move().write({"satisfaction": grade, "signed_at": moment})
        return repair

    def _count(self):
        return self.env["property.satisfaction"]._count(self.estate, MONTH)

    def test_weighted_mean(self):
        """Surveys 85.10 at 40, repairs 80 at 25, callbacks 2 of 3 at 25, activities 90 at 10."""
        self.scores = {"survey": (85.10, 202), "activity": (90.0, 12)}
        self._repair("A")
        self._repair("B")
        self._callback("a")
        self._callback("b")
        self._callback("c")
        index = self._count()
        expected = (85.10 * 40 + 80 * 25 + 160 / 3 * 25 + 90 * 10) / 100
        self.assertAlmostEqual(index.score, expected, 2)
        self.assertEqual(index.answers, 202 + 2 + 3 + 12)
        self.assertEqual(index.band, "rather")
        self.assertAlmostEqual(sum(index.line_ids.mapped("points")), index.score, 1)

    def test_missing_components_spread_their_weight(self):
        self._repair("A")
        self._callback("c")
        index = self._count()
        self.assertAlmostEqual(index.score, 50.0)
        shares = {line.source: line.share for line in index.line_ids}
        self.assertEqual(shares, {"survey": 0, "repair": 0.5, "callback": 0.5, "activity": 0})

    def test_no_answers_is_no_zero(self):
        index = self._count()
        self.assertEqual((index.answers, index.band), (0, "none"))

    def test_counting_again_changes_nothing(self):
        self._repair("A")
        index = self._count()
        lines = index.line_ids
        self.assertEqual(self._count(), index)
        self.assertEqual(index.line_ids, lines)
        self._callback("c")
        self._count()
        self.assertAlmostEqual(index.score, 50.0)

    def test_weights_are_settings_of_the_estate(self):
        self._repair("A")
        self._callback("c")
        self._set_parameter("satisfaction_weight_callback", "75", self.estate)
        self.assertAlmostEqual(self._count().score, 25.0)
        self._set_parameter("satisfaction_points_grade", "100,60,20", self.estate)
        self.assertAlmostEqual(self._count().score, 40.0)

    def test_months_end_in_china(self):
        self._callback("a", datetime(2026, 9, 30, 16))
        self._callback("c", datetime(2026, 10, 31, 16))
        index = self._count()
        self.assertEqual((index.answers, index.score), (1, 100.0))

    def test_untrue_and_portal_callbacks_do_not_count(self):
        self._callback("c", untrue=True)
        self._callback("c", method="portal")
        self.assertEqual(self._count().answers, 0)

    def test_components_open_their_records(self):
        repair = self._repair("A")
        callback = self._callback("b")
        index = self._count().with_user(self.users["reader"])
        for line in index.line_ids.filtered("answers"):
            action = line.action_open()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, {"repair": repair, "callback": callback}[line.source])
            self.assertEqual(len(found), line.answers)
        with self.assertRaises(UserError):
            index.with_context(satisfaction_source="nothing").action_open_source()

    def test_another_addon_adds_a_component(self):
        index = type(self.env["property.satisfaction"])
        known = index._sources
        self.patch(
            index,
            "_sources",
            lambda model: {
                **known(model),
                "visit": {
                    "label": "Visits",
                    "weight": "satisfaction_weight_activity",
                    "method": "_source_activity",
                    "records": "_records_activity",
                },
            },
        )
        self.scores["activity"] = (70.0, 3)
        row = self._count()
        self.assertEqual(row.line_ids.filtered(lambda line: line.source == "visit").score, 70.0)

    def test_without_activities(self):
        """The component is empty where there are no community activities."""
        self.patch(type(self.env["property.satisfaction"]), "_activities", lambda *arguments: None)
        model, domain = self.env["property.satisfaction"]._records_activity(self.estate, MONTH)
        self.assertFalse(self.env[model].search(domain))

    def test_month_before(self):
        self.scores["survey"] = (80.0, 10)
        self.env["property.satisfaction"]._count(self.estate, date(2026, 9, 1))
        self.scores["survey"] = (85.0, 10)
        index = self._count()
        self.assertAlmostEqual(index.change, 5.0)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_rights(self):
        index = self._count()
        with self.assertRaises(UserError):
            index.with_user(self.clerk).action_count()
        index.with_user(self.supervisor).action_count()
        with self.assertRaises(AccessError):
            index.with_user(self.manager).score = 100
        away = self.env["property.satisfaction"]._count(self.other_estate, MONTH)
        with self.assertRaises(AccessError):
            away.with_user(self.manager).read(["score"])

    def test_queries_do_not_grow_with_answers(self):
        self._count()
        for _number in range(3):
            self._callback("a")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self._count()
            self.env.flush_all()
