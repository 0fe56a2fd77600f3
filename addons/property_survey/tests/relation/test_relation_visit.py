# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.property_service.tests.common import PropertyCase


@tagged("post_install", "-at_install")
class TestRelationVisit(PropertyCase):
    """Visits."""

    def test_nothing(self):
        self.assertTrue(self.env["property.visit"])
