# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...models.people.property_occupancy import OWNER_ROLES
from ..core.property_register import Column

_LIVING = ("tenant", "co_resident", "helper")


class PropertyRegisterTenancy(models.AbstractModel):
    """Tenancy register 租赁清册: every unit that was let on a day (handbook A §4)."""

    _name = "property.register.tenancy"
    _description = "Tenancy register"
    _inherit = "property.register"

    def _title(self, options):
        return self.env._("Tenancy register")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("tenant", self.env._("Tenant"), 12),
            Column("start", self.env._("Lease from"), 9, "date"),
            Column("end", self.env._("Lease to"), 9, "date"),
            Column("address", self.env._("House address"), 14),
            Column("interior", self.env._("Interior renovation"), 11),
            Column("owner", self.env._("Owner"), 11),
            Column("consent", self.env._("Owner's consent"), 7, "mid"),
            Column("phone", self.env._("Phone"), 11, "mid"),
            Column("occupants", self.env._("Occupants"), 8, "integer", True),
            Column("payer", self.env._("Fee payer"), 9, "mid"),
            Column("filing", self.env._("Lease filing no."), 12),
            Column("remark", self.env._("Remark"), 13),
        ]

    def _rows(self, options):
        date = self._date(options)
        occupancies = self.env["property.occupancy"]
        domain = [*self._unit_domain(options), *occupancies._domain_on(date)]
        tenants = occupancies.search([*domain, ("role", "=", "tenant")])
        first_days = tenants._first_days()
        others = occupancies.search(
            [
                *domain,
                ("unit_id", "in", tenants.unit_id.ids),
                ("role", "in", (*_LIVING, *OWNER_ROLES)),
            ],
            order="unit_id, role desc, date_start, id",
        )
        others.partner_id.fetch(["name", "phone"])  # all at once, not unit by unit
        others = others.grouped("unit_id")
        sections = self._building_sections(tenants.building_id)
        rows = []
        for serial, row in enumerate(tenants, 1):
            holders = others[row.unit_id]
            owners = holders.filtered(lambda other: other.role in OWNER_ROLES)
            living = holders.filtered(lambda other: other.role in _LIVING)
            rows.append(
                {
                    "_section": sections[row.building_id],
                    "serial": serial,
                    "tenant": row.partner_id.name,
                    "start": first_days[row],
                    "end": row.lease_date_end or row.date_end,
                    "address": row.unit_id.full_name,
                    "interior": row.interior,
                    "owner": "、".join(owners.partner_id.mapped("name")),
                    "consent": "√" if row.owner_consent else "",
                    "phone": row.partner_id.phone,
                    "occupants": len(living.partner_id),
                    "payer": self._payer(row),
                    "filing": row.lease_filing,
                    "remark": self._remark(row, date),
                }
            )
        return rows

    def _payer(self, row):
        if not row.is_payer:
            return self.env._("Owner")
        return self.env._("Owner and tenant") if row.pays_items_only else self.env._("Tenant")

    def _remark(self, row, date):
        expired = row.lease_date_end and row.lease_date_end < date
        text = self.env._("Expired, not renewed") if expired else ""
        return "；".join(filter(None, [text, row.remark]))
