# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.property_service.tests.screens import ScreensCase

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityScreens(ActivityCase, ScreensCase):
    """Every menu of the room opens for everybody who sees it."""

    addon = "property_community"

    def test_menus_open(self):
        self.users["administrator"].property_estate_ids |= self.estate
        event = self._make_event("running")
        self._sign_up(event, self.homes[0], walk_in=True).action_set_done()
        event.action_finish()
        self.check_every_menu_opens()
        ours = {
            *("property.activity.type", "property.activity.plan", "property.activity.plan.line"),
            *("event.event", "event.registration"),
        }
        self.assertFalse(ours & self.empty_screens())
