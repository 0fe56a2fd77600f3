# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: states of units somebody lives or works in
OCCUPIED = ("renovating", "occupied_owner", "leased", "business")
#: categories of units that are a household of their own
HOUSEHOLDS = ("home", "shop", "office", "other")
#: states of homes whose owner is told how it looks there
EMPTY = ("handed_over", "vacant", "trusteeship")


class PropertyUnit(models.Model):
    """When somebody last spoke with the household; who was silent for a year (handbook B F1)."""

    _inherit = "property.unit"

    last_contact_date = fields.Datetime("Last contact on", compute="_compute_last_contact")
    silent = fields.Boolean(
        "No contact for a year",
        compute="_compute_last_contact",
        search="_search_silent",
        help="Occupied, and neither visited nor spoken to in the months of the setting.",
    )

    @api.model
    def _contact_sources(self):
        """Hook: return (model, field of the time, domain) of what counts as contact."""
        return [
            ("property.visit", "started_date", [("met", "=", True)]),
            ("property.communication", "date", []),
            ("property.intake", "date", []),
            ("property.callback", "call_date", [("result", "in", ("ok", "fair", "bad"))]),
        ]

    def _last_contacts(self):
        """Return {unit: time of the last contact} in one query for each kind of contact."""
        found = {}
        for model, field, domain in self._contact_sources():
            rows = (
                self.env[model]
                .sudo()
                ._read_group(
                    [("unit_id", "in", self.ids), (field, "!=", False), *domain],
                    ["unit_id"],
                    [f"{field}:max"],
                )
            )
            for unit, moment in rows:
                found[unit.id] = max(moment, found.get(unit.id, moment))
        return found

    @api.model
    def _silent_since(self, estate=None):
        months = self.env["property.parameter"]._get("silent_months", estate=estate)
        return fields.Datetime.now() - relativedelta(months=months)

    @api.depends("state")
    def _compute_last_contact(self):
        contacts = self._last_contacts()
        limits = {estate: self._silent_since(estate) for estate in self.estate_id}
        for unit in self:
            moment = contacts.get(unit.id)
            unit.last_contact_date = moment
            limit = limits.get(unit.estate_id)
            unit.silent = (
                unit.state in OCCUPIED
                and unit.category in HOUSEHOLDS
                and not (moment and limit and moment >= limit)
            )

    def _search_silent(self, operator, value):
        if operator != "in":
            return NotImplemented
        limit = self._silent_since()
        heard = set()
        for model, field, domain in self._contact_sources():
            rows = self.env[model].sudo()._read_group([(field, ">=", limit), *domain], ["unit_id"])
            heard.update(unit.id for (unit,) in rows if unit)
        silent = Domain(
            [
                ("state", "in", OCCUPIED),
                ("category", "in", HOUSEHOLDS),
                ("id", "not in", list(heard)),
            ]
        )
        flags = {bool(flag) for flag in value}
        return Domain.OR([silent if flag else ~silent for flag in flags])
