# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .patrol_case import NOON, PatrolCase

REGISTERS = (
    "callback",
    "spot.check",
    "callback.year",
    "patrol.plan",
    "vacant.check",
    "vacant.unit",
    "finding",
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPatrolForms(PatrolCase):
    """Forms B1-1 to E6-1 show what was recorded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls._make_unit("601", state="vacant", area=88.0)
        cls.case = cls._finding(
            unit_id=cls.unit.id,
            partner_id=cls.unit.owner_id.id,
            responsible_id=cls.technician.id,
        )
        cls.case._case_settled()
        cls.callback = cls.env["property.callback"].search([("res_id", "=", cls.case.id)])
        cls.callback.with_user(cls.steward)._record(
            "bad", method="phone", shortcomings="Dark again"
        )
        cls.plan = cls._plan()
        cls.vacant = cls._plan(
            target="vacant", type_id=cls.env.ref("property_service.patrol_type_vacant").id
        )
        for plan in (cls.plan, cls.vacant):
            task = plan._make(plan._slots(date(2026, 3, 2), date(2026, 3, 2)))
            task.with_user(cls.steward).action_start()
            for visit in task.visit_ids.with_user(cls.steward):
                visit.action_all_normal()
            task.with_user(cls.steward).action_finish()
        cls.task = cls.env["property.patrol"].search([("plan_id", "=", cls.plan.id)])
        cls.env["property.spot.check"]._draw(cls.estate, date(2026, 3, 1))
        cls.log = cls.env["property.steward.log"].create(
            {"estate_id": cls.estate.id, "user_id": cls.steward.id}
        )

    def _rows(self, name):
        options = {
            "estate_ids": self.estate.ids,
            "date": "2026-03-31",
            "month": "2026-03-01",
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
        }
        register = self.env[f"property.register.{name}"].with_user(self.supervisor)
        self.assertTrue(register._render_xlsx(options))
        return register._content(options)["sections"]

    def test_registers(self):
        for name in REGISTERS:
            with self.subTest(register=name):
                self.assertTrue(self._rows(name))

    def test_callback_record(self):
        row = self._rows("callback")[0]["rows"][0]
        self.assertEqual((row["grade"], row["opinion"]), ("C", "Dark again"))
        self.assertEqual(row["notice"], self.callback.rectification_id.number)

    def test_vacant_units(self):
        row = self._rows("vacant.unit")[0]["rows"][0]
        self.assertEqual((row["unit"], row["area"]), (self.home.full_name, 88.0))
        check = self._rows("vacant.check")[0]["rows"][0]
        self.assertEqual([check[f"item{number}"] for number in range(1, 8)], ["√"] * 7)

    def test_plan_of_a_month(self):
        row = self._rows("patrol.plan")[0]["rows"][0]
        self.assertEqual(row["times"], "09:00")
        self.assertTrue(row["day31"])

    def test_readers_may_not_print(self):
        with self.assertRaises(AccessError):
            self.env["property.register.finding"].with_user(self.users["reader"])._content({})

    def test_forms(self):
        for name, record in (
            ("callback", self.callback),
            ("rectification", self.callback.rectification_id),
            ("patrol", self.task),
            ("steward_log", self.log),
            ("patrol_codes", self.task.visit_ids.point_id),
        ):
            with self.subTest(form=name):
                report = self.env.ref(f"property_service.action_report_{name}")
                html, _kind = report.with_user(self.supervisor)._render_qweb_html(
                    report.report_name, record.ids
                )
                self.assertIn(self.estate.name, html.decode())
                if name == "rectification":
                    self.assertIn("Second copy", html.decode())
