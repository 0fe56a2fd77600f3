# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from . import activity, club


class PropertyDemo(models.AbstractModel):
    """Adds this addon's rooms to the demo company."""

    _inherit = "property.demo"

    @api.model
    def _make_community(self):
        """Make the demo records of this addon, on the estates and people of the demo company."""
        env, estates, staff = self._world("property_community")
        activity.make(env, estates, staff)
        club.make(env, estates, staff)
