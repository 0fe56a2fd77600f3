# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools import room


class PropertyBuilding(models.Model):
    """A building of an estate, or a car park whose spaces are its units (handbook A §1)."""

    _name = "property.building"
    _description = "Building"
    _order = "estate_id, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("building", "Building"), ("carpark", "Car park")], required=True, default="building"
    )
    phase = fields.Char("Phase/zone")
    sequence = fields.Integer(default=100)
    floors = fields.Integer("Floors above ground")
    completion_date = fields.Date("Completed on")
    steward_ids = fields.Many2many(
        "res.users",
        "property_building_steward_rel",
        "building_id",
        "user_id",
        "Stewards",
        help="Stewards (A post) whose area the building belongs to.",
    )
    active = fields.Boolean(default=True)
    name_key = fields.Char(compute="_compute_name_key", store=True, precompute=True)
    unit_ids = fields.One2many("property.unit", "building_id", "Units")
    unit_count = fields.Integer(compute="_compute_counts")
    total_area = fields.Float("Gross area (m²)", compute="_compute_counts", digits=(16, 2))

    _name_unique = models.UniqueIndex(
        "(estate_id, name_key)", "The estate has a building of this name already."
    )

    @api.depends("name")
    def _compute_name_key(self):
        for building in self:
            building.name_key = room.building_key(building.name or "")

    def _compute_counts(self):
        figures = {
            building: (count, area)
            for building, count, area in self.env["property.unit"]._read_group(
                [("building_id", "in", self.ids)], ["building_id"], ["__count", "gross_area:sum"]
            )
        }
        for building in self:
            building.unit_count, building.total_area = figures.get(building, (0, 0.0))

    def action_open_units(self):
        """Open the units of the building."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "property.unit",
            "view_mode": "list,kanban,form",
            "domain": [("building_id", "=", self.id)],
            "context": {"default_building_id": self.id},
        }

    def action_make_units(self):
        """Open the grid that makes the building's units in one go."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make units"),
            "res_model": "property.building.grid",
            "view_mode": "form",
            "target": "new",
            "context": {"default_building_id": self.id},
        }
