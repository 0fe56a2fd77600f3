# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .property_renovation import ENDED, SITE_STATES


class PropertyUnit(models.Model):
    """A unit knows its renovations, and tells them when owner or tenant change."""

    _inherit = "property.unit"

    renovation_ids = fields.One2many("property.renovation", "unit_id", "Renovation dossiers")
    renovation_count = fields.Integer(
        "Renovations", compute="_compute_renovation_count", groups="property_service.group_reader"
    )

    def _compute_renovation_count(self):
        counts = dict(
            self.env["property.renovation"]._read_group(
                [("unit_id", "in", self.ids)], ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.renovation_count = counts.get(unit, 0)

    def _open_renovations(self):
        """Return the dossiers of the units that are not over, whoever may see them."""
        return (
            self.env["property.renovation"]
            .sudo()
            .search([("unit_id", "in", self.ids), ("state", "not in", ENDED)])
        )

    def _transfer_ownership(self, date, owners, manner, title_number=None, reason="sold"):
        """Transfer as before; the duties of a renovation that goes on pass to the new owner."""
        dossiers = self._open_renovations()
        before = dossiers.owner_id
        rows = super()._transfer_ownership(date, owners, manner, title_number, reason)
        if dossiers:
            dossiers._owner_changed(owners[0][0], before)
        return rows

    def _start_tenancy(self, date, tenant, vals=None, pays=False, occupants=()):
        """Start the tenancy as before; a room with a site stays “under renovation”."""
        row = super()._start_tenancy(date, tenant, vals, pays, occupants)
        self._keep_site()
        return row

    def _end_tenancy(self, last_day, reason="lease_end"):
        """End the tenancy as before; the owner answers for the site the tenant leaves."""
        tenants = self._holders_on(last_day)[self].filtered(lambda row: row.role == "tenant")
        people = tenants.partner_id
        result = super()._end_tenancy(last_day, reason)
        self._open_renovations()._tenant_left(people)
        self._keep_site()
        return result

    def _keep_site(self):
        sites = self._open_renovations().filtered(lambda row: row.state in SITE_STATES)
        if sites and self.state != "renovating":
            self._set_state("renovating", self.env._("A renovation goes on."))

    def action_open_renovations(self):
        """Open the renovations of the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renovation dossiers"),
            "res_model": "property.renovation",
            "view_mode": "list,kanban,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }
