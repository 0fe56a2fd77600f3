# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.local_time import ZONE_NAME
from . import (
    estates,
    fee_deposit,
    fee_dunning,
    fee_meter,
    fee_waiver,
    fees,
    handover,
    households,
    keys,
    renovation,
    repair,
    service_callback,
    site,
    ticket_complaint,
    users,
    vacant,
    venue,
)

#: the day is that of the estates, also for who installs at the hours when UTC has the day before
_CONTEXT = {"tracking_disable": True, "tz": ZONE_NAME}


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
        env = self.with_context(**_CONTEXT, lang="en_US").env
        staff = users.make(env)
        places = estates.make(env, staff)
        households.make(env, places, staff)
        fee_meter.prepare(env, places, staff)
        fees.make(env, places, staff)
        fee_meter.finish(env, places, staff)
        fee_waiver.make(env, places, staff)
        fee_deposit.make(env, places, staff)
        fee_dunning.make(env, places, staff)
        # what the service centre writes down is in the language of its users; names of data are
        # read in it too, and an installation translates them only after the demo data
        self.env["ir.module.module"]._load_module_terms(["property_service"], [staff["clerk"].lang])
        chinese = self.with_context(**_CONTEXT, lang=staff["clerk"].lang).env
        fees.name_journals(chinese)
        repair.make(chinese, places, staff)
        ticket_complaint.make(chinese, places, staff)
        service_callback.make(chinese, places, staff)
        handover.make(chinese, places, staff)
        keys.make(chinese, places, staff)
        renovation.make(chinese, places, staff)
        site.make(chinese, places, staff)
        vacant.make(chinese, places, staff)
        venue.make(chinese, places, staff)

    @api.model
    def _world(self, addon):
        """Return what an addon on top needs to add to the demo company.

        :param str addon: its name; its Chinese is loaded first, for demo records are in Chinese
        :return: an environment, {code: estate}, {login: user}
        """
        staff = {
            login: self.env.ref(f"property_service.demo_user_{login}") for login in users.LOGINS
        }
        staff["admin"] = self.env.ref("base.user_admin")
        lang = staff["clerk"].lang
        self.env["ir.module.module"]._load_module_terms([addon], [lang])
        env = self.with_context(**_CONTEXT, lang=lang).env
        estates = {estate.code: estate for estate in env["property.estate"].search([])}
        return env, estates, staff
