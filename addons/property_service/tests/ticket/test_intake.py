# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .repair_case import RepairCase


@tagged("post_install", "-at_install")
class TestIntake(RepairCase):
    """One door (handbook B §0.4)."""

    def test_two_clicks_and_one_sentence(self):
        """Room and sentence typed; everything else is known; one button makes the repair."""
        form = Form(self.env["property.intake"].with_user(self.users["staff"]))
        form.unit_id = self.unit
        form.description = "Tap drips"
        self.assertEqual(form.partner_id, self.owner)
        self.assertEqual(form.phone, "13800000001")
        intake = form.save()
        action = intake.action_make_case()
        repair = self.env["property.repair"].browse(action["res_id"])
        self.assertEqual((repair.state, intake.state), ("accepted", "converted"))
        self.assertEqual(repair.intake_id, intake)
        self.assertEqual(repair.user_id, self.users["staff"], "first contact stays the owner")
        self.assertIn(repair.number, intake.case_name)

    def test_exactly_one_case(self):
        intake = self._intake()
        intake._make_case()
        with self.assertRaisesRegex(UserError, "already"):
            intake._make_case()
        with self.assertRaises(UserError):
            intake.write({"case_id": False})
        with self.assertRaisesRegex(UserError, "dealt with"):
            intake.description = "Something else"

    def test_finds_the_household(self):
        units = self.env["property.unit"].with_user(self.users["staff"])
        for text in ("101", self.owner.name, "13800000001"):
            found = units.browse(row[0] for row in units.name_search(text))
            self.assertIn(self.unit, found, text)

    def test_shows_what_the_desk_should_know(self):
        self.owner.property_special_care = "Lives alone, 82 years"
        item = self._make_item()
        self._make_price(item, 2.85)
        self._bill()
        repair = self._accepted()
        now = fields.Datetime.now()
        hints = self.env["property.hint"].create(
            [
                {
                    "name": "Water off in building 1",
                    "estate_id": self.estate.id,
                    "building_id": self.building.id,
                    "date_start": now,
                    "date_end": now + timedelta(hours=3),
                },
                {
                    "name": "Long over",
                    "estate_id": self.estate.id,
                    "date_start": now - timedelta(days=3),
                    "date_end": now - timedelta(days=2),
                },
            ]
        )
        intake = self._intake()
        self.assertEqual(intake.arrears, 285.0)
        self.assertEqual(intake.care_note, "Lives alone, 82 years")
        self.assertIn(repair.number, intake.open_case_html)
        self.assertIn(hints[0].name, intake.hint_html)
        self.assertNotIn("Long over", intake.hint_html)
        self.assertIn(self.owner.name, intake.people)
        self.assertFalse(intake.with_user(self.users["reader"]).care_note)

    def test_kinds_without_a_case_are_answered(self):
        intake = self._intake(kind="praise", category_id=False, description="Thank you")
        with self.assertRaisesRegex(UserError, "answered at the desk"):
            intake.action_make_case()
        with self.assertRaises(UserError):
            intake.action_answer()
        intake.answer = "Passed on to the team"
        intake.action_answer()
        intake.action_close()
        self.assertEqual(intake.state, "closed")

    def test_incomplete_request_stays_with_the_desk(self):
        intake = self._intake(
            unit_id=False,
            partner_id=False,
            estate_id=self.estate.id,
            place="Stairs",
            category_id=False,
        )
        repair = intake._make_case()
        self.assertEqual(repair.state, "draft")
        with self.assertRaisesRegex(UserError, "phone number"):
            repair.action_accept()

    def test_danger_raises_the_urgency(self):
        repair = self._intake(category_id=self.sanitary.id, danger=True)._make_case()
        self.assertEqual(repair.urgency, "U1")
