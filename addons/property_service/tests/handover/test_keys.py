# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestKeys(PropertyCase):
    def test_smoke(self):
        """Dummy."""
