# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.property_service.tests.screens import ScreensCase

_MODELS = {
    "property.publicity",
    "property.club",
    "property.club.meeting",
    "property.club.support",
    "property.activist",
}


@tagged("post_install", "-at_install")
class TestClubScreens(ScreensCase):
    """The screens of the room open for everybody who sees them."""

    addon = "property_community"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        unit = cls._make_unit("101")
        now = fields.Datetime.now()
        cls.env["property.publicity"].create({"name": "Theme", "estate_id": cls.estate.id})
        club = cls.env["property.club"].create(
            {
                "name": "Choir",
                "estate_id": cls.estate.id,
                "member_ids": [Command.create({"partner_id": unit.owner_id.id})],
            }
        )
        cls.env["property.club.meeting"].create(
            {
                "name": "Rehearsal",
                "club_id": club.id,
                "date_start": now,
                "date_end": now + timedelta(hours=1),
            }
        )
        cls.env["property.club.support"].create({"club_id": club.id, "name": "Music", "amount": 10})
        cls.env["property.activist"].create(
            {
                "partner_id": unit.owner_id.id,
                "estate_id": cls.estate.id,
                "consent_date": date(2026, 1, 1),
            }
        )

    def test_every_menu_opens(self):
        self.check_every_menu_opens()

    def test_no_screen_is_empty(self):
        self.assertFalse(_MODELS & self.empty_screens())
