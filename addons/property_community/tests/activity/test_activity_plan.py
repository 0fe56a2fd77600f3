# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.property_service.tests.common import PropertyCase


@tagged("post_install", "-at_install")
class TestActivityPlan(PropertyCase):
    def test_nothing(self):
        plan = self.env["property.activity.plan"].create({"estate_id": self.estate.id})
        self.assertTrue(plan.number)
