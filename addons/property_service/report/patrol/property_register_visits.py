# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PropertyRegister(models.AbstractModel):
    _inherit = "property.register"

    def _patrol_visits(self, options, conditions, order="date, unit_id"):
        """Return the visits made of the estates, buildings and days a register is asked for.

        :param list conditions: domain of the visits it is about
        :param str order: in which they are listed
        """
        domain = [
            *conditions,
            ("estate_id", "in", self._estates(options).ids),
            ("state", "!=", "pending"),
            ("date", ">=", self._date(options, "date_from")),
            ("date", "<=", self._date(options, "date_to")),
        ]
        if options.get("building_ids"):
            domain.append(("unit_id.building_id", "in", options["building_ids"]))
        return self.env["property.patrol.visit"].search(domain, order=order)
