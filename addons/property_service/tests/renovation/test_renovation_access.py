# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .renovation_case import RenovationCase


@tagged("post_install", "-at_install")
class TestRenovationAccess(HttpCase, RenovationCase):
    """What nobody may do from outside, and what the guard's page shows."""

    def test_states_and_stamps_cannot_be_written(self):
        dossier = self._declare()
        for user in ("staff", "administrator"):
            mine = dossier.with_user(self.users[user])
            with self.assertRaises(UserError):
                mine.write({"state": "paid"})
            with self.assertRaises(UserError):
                mine.write({"approved_by_id": self.users["manager"].id})
            with self.assertRaises(UserError):
                mine.create({"unit_id": self.home.id, "state": "permitted"})
        with self.assertRaises(UserError):
            dossier.action_issue_permit()
        with self.assertRaises(UserError):
            dossier._move_to("working")

    def test_money_and_permits_are_not_typed_in(self):
        staff = self.users["staff"]
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._permitted()
        row = dossier.money_ids[0].with_user(staff)
        with self.assertRaises(AccessError):
            row.write({"amount": 1.0})
        with self.assertRaises(AccessError):
            self.env["property.renovation.permit"].with_user(staff).create(
                {
                    "renovation_id": dossier.id,
                    "estate_id": self.estate.id,
                    "date_start": "2026-03-01",
                    "date_end": "2030-01-01",
                }
            )
        permit = dossier.permit_id.with_user(staff)
        with self.assertRaises(UserError):
            permit.write({"date_end": "2030-01-01"})
        with self.assertRaises(UserError):
            permit.write({"state": "extended"})
        with self.assertRaises(UserError):
            dossier.with_user(staff).write({"date_end_plan": "2030-01-01"})
        with self.assertRaises(UserError):
            dossier.with_user(staff).write({"reinspect_date": "2026-03-01"})

    def test_clerk_of_another_estate_sees_nothing(self):
        other = self._make_estate("Other", "OT")
        clerk = new_test_user(
            self.env,
            "other_clerk",
            groups="property_service.group_supervisor",
            company_id=self.company.id,
            property_estate_ids=[Command.set(other.ids)],
        )
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._permitted()
        for model in (
            "property.renovation",
            "property.renovation.item",
            "property.renovation.money",
            "property.renovation.check",
            "property.renovation.permit",
        ):
            self.assertFalse(self.env[model].with_user(clerk).search([]), model)
        with self.assertRaises(AccessError):
            dossier.with_user(clerk).read(["number"])
        with self.assertRaises(AccessError):
            dossier.with_user(clerk).action_suspend("no")

    def test_page_of_the_guard_shows_only_what_he_needs(self):
        with freeze_time("2026-03-01 02:00:00"):
            dossier = self._working()
        permit = dossier.permit_id
        facts = permit._verify_facts()
        self.assertEqual(len(facts["rows"]), 5)
        self.party.phone = "13911112222"
        self.authenticate(None, None)
        page = self.url_open(f"/property/verify/permit/{permit.verify_token}").text
        for shown in (self.home.full_name, permit.number, "2026-03-30", "Firm"):
            self.assertIn(shown, page)
        for hidden in (self.party.name, "13911112222", "13800001111", "Lead", "2000", "Floor"):
            self.assertNotIn(hidden, page)
        self.assertEqual(self.url_open("/property/verify/permit/nothing").status_code, 404)

    def test_state_of_the_permit_in_words(self):
        with freeze_time("2026-02-20 02:00:00"):
            permit = self._permitted().permit_id
            self.assertEqual(permit._verify_facts()["status"], "Not valid yet")
        with freeze_time("2026-03-02 02:00:00"):
            self.assertTrue(permit._verify_facts()["valid"])
        with freeze_time("2026-04-02 02:00:00"):
            facts = permit._verify_facts()
            self.assertFalse(facts["valid"])
            self.assertIn("expired", facts["status"])
