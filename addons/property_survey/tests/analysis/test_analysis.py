# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.property_service.tests.common import PropertyCase
from odoo.addons.property_survey.tools import pareto

#: the example of handbook B F6
OPINIONS = [
    ("卫生", 46),
    ("其他", 3),
    ("维修及时", 31),
    ("车辆", 9),
    ("绿化", 6),
    ("态度", 5),
]


@tagged("post_install", "-at_install")
class TestAnalysis(PropertyCase):
    """Pareto chart, causes and countermeasures."""

    def _analysis(self, rows=None):
        return self.env["property.survey.analysis"].create(
            {
                "name": "Opinions of the quarter",
                "estate_id": self.estate.id,
                "line_ids": [
                    Command.create({"name": name, "count": count, "other": name == "其他"})
                    for name, count in rows or OPINIONS
                ],
            }
        )

    def test_table_of_the_handbook(self):
        analysis = self._analysis()
        rows = analysis._pareto_rows()
        self.assertEqual(
            [row.key.name for row in rows], ["卫生", "维修及时", "车辆", "绿化", "态度", "其他"]
        )
        self.assertEqual([round(row.cumulated) for row in rows], [46, 77, 86, 92, 97, 100])
        self.assertEqual([row.grade for row in rows], ["A", "A", "A", "C", "C", "C"])
        self.assertEqual((analysis.vital_names, analysis.vital_share), ("卫生、维修及时", 77))
        self.assertIn("No Pareto effect", analysis.warning)
        line = analysis.line_ids.filtered(lambda row: row.name == "车辆")
        self.assertEqual((line.share, line.total, line.cumulated, line.grade), (9, 86, 86, "A"))

    def test_others_come_last_and_few_data_warn(self):
        rows = pareto.table([("其他", 9), ("a", 5), ("b", 0)], {"其他"})
        self.assertEqual([row.key for row in rows], ["a", "其他"])
        self.assertIn("few", pareto.warnings(rows))
        self.assertEqual(pareto.table([]), [])
        sharp = pareto.table([("a", 90), ("b", 5), ("c", 3), ("d", 2)])
        self.assertFalse(pareto.warnings(sharp))
        edge = pareto.table([("a", 80), ("b", 10), ("c", 10)])
        self.assertEqual([row.grade for row in edge], ["A", "B", "C"])

    def test_blocked_while_a_root_cause_has_no_measure(self):
        analysis = self._analysis().with_user(self.users["supervisor"])
        with self.assertRaises(UserError):
            analysis.write({"state": "finished"})
        analysis.action_pareto()
        self.assertEqual(analysis.effect, "卫生、维修及时")
        analysis.action_fishbone()
        analysis.action_starters()
        self.assertEqual(len(analysis.cause_ids), 17)
        analysis.action_starters()
        self.assertEqual(len(analysis.cause_ids), 17)
        with self.assertRaises(UserError):
            analysis.action_countermeasures()
        analysis.cause_ids[0].is_root = True
        analysis.action_countermeasures()
        with self.assertRaises(UserError):
            analysis.action_finish()
        measure = self.env["property.survey.measure"].create(
            {"cause_id": analysis.cause_ids[0].id, "name": "Second cleaning round"}
        )
        with self.assertRaises(UserError):
            analysis.action_finish()
        measure.write({"user_id": self.users["staff"].id, "date_due": "2026-05-01"})
        measure.action_make_action()
        self.assertEqual(measure.action_id.responsible_id, self.users["staff"])
        analysis.action_finish()
        self.assertEqual(analysis.state, "finished")
        with self.assertRaises(UserError):
            analysis.cause_ids[0].name = "Changed"

    def test_causes_are_four_levels_deep(self):
        analysis = self._analysis()
        parent = self.env["property.survey.cause"]
        for level in range(1, 5):
            parent = parent.create(
                {
                    "analysis_id": analysis.id,
                    "name": f"C{level}",
                    "parent_id": parent.id,
                    "branch": "method",
                }
            )
            self.assertEqual((parent.level, parent.branch), (level, "method"))
        with self.assertRaises(ValidationError):
            parent.create({"analysis_id": analysis.id, "name": "Too deep", "parent_id": parent.id})
        svg = analysis._fishbone_svg()
        self.assertIn("C4", svg)

    def test_charts_escape_what_people_typed(self):
        analysis = self._analysis([("<script>x</script>", 40), ("b", 2)])
        analysis.effect = "a & b <i>"
        self.assertNotIn("<script>", analysis._pareto_svg())
        self.assertNotIn("<i>", analysis._fishbone_svg())
        self.assertTrue(analysis.pareto_image.startswith("data:image/svg+xml;base64,"))

    def test_prints(self):
        analysis = self._analysis()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "property_survey.report_survey_analysis", analysis.ids
        )[0]
        self.assertIn("卫生".encode(), html)
