# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import Form, tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestCaseForms(ComplaintCase):
    """Printed forms render for whoever may read the document; new records can be typed in."""

    def _html(self, name, record):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.users["staff"])
            ._render_qweb_html(f"property_service.report_{name}", record.ids)
        )
        return html.decode()

    def test_forms_of_complaints(self):
        case = self._to_replied(self._complain(user="staff", finding="Dry bearing"))
        text = self._html("complaint", case)
        for part in (case.number, self.home.full_name, "Worn bearing", "New bearing on Friday"):
            self.assertIn(part, text)
        slip = self._html("complaint_transfer", case)
        self.assertEqual(slip.count(case.number), 2, "two copies")
        self.assertIn("Dry bearing", self._html("complaint_letter", case))

    def test_anonymous_letter_names_nobody(self):
        case = self._complain(is_anonymous=True)
        for name in ("complaint", "complaint_transfer", "complaint_letter"):
            self.assertNotIn(self.owner.name, self._html(name, case))

    def test_other_forms(self):
        day = self.env["property.reception.day"].create(
            {"estate_id": self.estate.id, "date": "2026-12-04"}
        )
        booking = self.env["property.reception"].create(
            {
                "day_id": day.id,
                "partner_id": self.owner.id,
                "subject": "Parking lines",
                "opinion_ids": [Command.create({"department_id": self.engineering.id})],
            }
        )
        self.assertIn("Parking lines", self._html("reception", booking))
        emergency = self.env["property.emergency"].create(
            {
                "estate_id": self.estate.id,
                "category_id": self.env.ref("property_service.emergency_category_lift").id,
                "description": "Two persons",
            }
        )
        self.assertIn("Two persons", self._html("emergency", emergency))
        drill = self.env["property.emergency.drill"].create(
            {"plan_id": emergency.plan_id.id, "estate_id": self.estate.id, "course": "Well"}
        )
        self.assertIn("Well", self._html("drill", drill))
        task = self.env["property.special.task"].create(
            {"estate_id": self.estate.id, "description": "City inspection"}
        )
        self.assertIn("City inspection", self._html("special_task", task))
        notice = self.env["property.notice"].create(
            {"estate_id": self.estate.id, "title": "Water off", "body": "x", "kind": "outage"}
        )
        self.assertIn("Water off", self._html("public_notice", notice))

    def test_new_records_can_be_typed_in(self):
        staff = self.users["staff"]
        form = Form(self.env["property.complaint"].with_user(staff))
        form.unit_id = self.home
        self.assertEqual(form.partner_id, self.owner)
        form.category_id = self._category("security")
        form.description = "The gate is open at night"
        case = form.save()
        self.assertEqual(case.level, "important")
        self.assertTrue(case.number.startswith("TS-LG-"))
        form = Form(self.env["property.inquiry"].with_user(staff))
        form.unit_id = self.home
        form.description = "Opening hours?"
        self.assertTrue(form.save().number)
        form = Form(self.env["property.emergency"].with_user(staff))
        form.estate_id = self.estate
        form.category_id = self.env.ref("property_service.emergency_category_fire")
        form.description = "Smoke"
        self.assertTrue(form.save().step_ids)
        form = Form(self.env["property.notice"].with_user(staff))
        form.estate_id = self.estate
        form.title = "x"
        form.body = "y"
        form.save()
        dialog = case.action_reply()
        answer = Form(
            self.env[dialog["res_model"]].with_user(staff).with_context(**dialog["context"])
        )
        answer.content = "We are looking into it"
        answer.save().action_confirm()
        self.assertEqual(case.reply_ids.kind, "progress")
