# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from . import (
    estates,
    fee_deposit,
    fee_dunning,
    fee_meter,
    fee_waiver,
    fees,
    households,
    renovation,
    repair,
    service_callback,
    site,
    ticket_complaint,
    users,
)


class PropertyDemo(models.AbstractModel):
    """Makes the demo company: called once, by the demo data file.

    The same records each time for a given day: names, areas and payments come from a random
    generator with a fixed seed; dates are relative to today.
    """

    _name = "property.demo"
    _description = "Demo company"

    @api.model
    def _make(self):
        """Make users, two estates, their households, meters, three months of bills and payments."""
        env = self.with_context(tracking_disable=True, lang="en_US").env
        staff = users.make(env)
        places = estates.make(env, staff)
        households.make(env, places, staff)
        fee_meter.prepare(env, places, staff)
        fees.make(env, places, staff)
        fee_meter.finish(env, places, staff)
        fee_waiver.make(env, places, staff)
        fee_deposit.make(env, places, staff)
        fee_dunning.make(env, places, staff)
        repair.make(env, places, staff)
        ticket_complaint.make(env, places, staff)
        service_callback.make(env, places, staff)
        renovation.make(env, places, staff)
        site.make(env, places, staff)
