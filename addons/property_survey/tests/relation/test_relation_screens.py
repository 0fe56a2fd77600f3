# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.property_service.tests.screens import ScreensCase

#: models of the room whose screens are opened
OURS = {
    *("property.visit", "property.visit.opinion", "property.visit.quota", "property.visit.report"),
    *("property.relation.plan", "property.relation.line", "property.visit.purpose"),
    *("property.communication", "property.owners.meeting", "property.owners.meeting.plan"),
    *("property.greeting", "property.greeting.occasion", "property.refused.word"),
    *("property.committee", "property.committee.letter", "property.neighbour.dispute"),
    *("property.satisfaction", "property.satisfaction.line"),
}


@tagged("post_install", "-at_install")
class TestRelationScreens(ScreensCase):
    """The room's menus open for every role, with something to see."""

    addon = "property_survey"

    def test_screens(self):
        home = self._make_unit("101")
        other = self._make_unit("102")
        owner = home.owner_id
        owner.property_greeting_consent = True
        self.building.steward_ids = self.users["steward"]
        env = self.env
        place = {"estate_id": self.estate.id, "unit_id": home.id, "partner_id": owner.id}
        env["property.visit"].create(
            {**place, "opinion_ids": [Command.create({"description": "Dry lawn"})]}
        )
        env["property.visit.quota"]._count(self.estate, fields.Date.today())
        env["property.communication"].create({**place, "content": "Fees"})
        env["property.greeting"].create(
            {
                **place,
                "occasion_id": env.ref("property_survey.greeting_occasion_birthday").id,
            }
        )
        env["property.owners.meeting.plan"].create(
            {
                "estate_id": self.estate.id,
                "meeting_ids": [
                    Command.create({"name": "Talk", "date": fields.Datetime.now()}),
                ],
            }
        )
        env["property.committee"].create(
            {
                "name": "First",
                "estate_id": self.estate.id,
                "date_start": date(2026, 1, 1),
                "date_end": date(2029, 1, 1),
            }
        )
        env["property.committee.letter"].create(
            {"name": "Lift", "content": "Text", "estate_id": self.estate.id}
        )
        env["property.neighbour.dispute"].create(
            {**place, "other_partner_id": other.owner_id.id, "description": "Noise"}
        )
        index = env["property.satisfaction"]
        sources = type(index)
        self.patch(sources, "_source_survey", lambda model, estates, month: {self.estate: (80, 5)})
        index._count(self.estate, date(2026, 10, 1))
        env.flush_all()
        self.check_every_menu_opens()
        self.assertFalse(self.empty_screens() & OURS)
