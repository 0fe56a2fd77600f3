# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.estate.property_unit import STATES


class PropertyBuildingGrid(models.TransientModel):
    """Makes the units of a building in one go: entrances × floors × numbers (handbook A §1)."""

    _name = "property.building.grid"
    _description = "Make units of a building"

    building_id = fields.Many2one("property.building", required=True, ondelete="cascade")
    entrances = fields.Char(
        help="Separated by commas, e.g. 1单元,2单元. Empty for a building without entrances."
    )
    floor_from = fields.Integer("From floor", default=1, required=True)
    floor_to = fields.Integer("To floor", default=1, required=True)
    skip_floors = fields.Char("Floors left out", help="Separated by commas, e.g. 4,13,14.")
    per_floor = fields.Integer("Units per floor", default=4, required=True)
    digits = fields.Integer("Digits of the number on a floor", default=2, required=True)
    prefix = fields.Char(help="In front of every number, e.g. S for shops.")
    type_id = fields.Many2one(
        "property.unit.type",
        required=True,
        compute="_compute_type_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    gross_area = fields.Float("Gross floor area (m²)", digits=(16, 2))
    inner_area = fields.Float("Inner area (m²)", digits=(16, 2))
    layout = fields.Char()
    state = fields.Selection(STATES, "Use status", default="unsold", required=True)
    line_count = fields.Integer("Units to make", compute="_compute_line_count")

    @api.depends("building_id.kind")
    def _compute_type_id(self):
        types = self.env["property.unit.type"]
        for grid in self:
            category = "parking" if grid.building_id.kind == "carpark" else "home"
            grid.type_id = grid.type_id or types.search([("category", "=", category)], limit=1)

    @api.depends(
        "entrances", "floor_from", "floor_to", "skip_floors", "per_floor", "digits", "prefix"
    )
    def _compute_line_count(self):
        for grid in self:
            try:
                grid.line_count = len(grid._rooms())
            except UserError:
                grid.line_count = 0

    def _floors(self):
        try:
            skipped = {
                int(floor)
                for floor in (self.skip_floors or "").replace("，", ",").split(",")
                if floor
            }
        except ValueError as error:
            raise UserError(
                self.env._("Floors left out are numbers separated by commas.")
            ) from error
        return [
            floor
            for floor in range(self.floor_from, self.floor_to + 1)
            if floor and floor not in skipped
        ]

    def _rooms(self):
        """Return [(entrance, floor, number)] of the grid.

        :raises UserError: if the grid is empty or too large
        """
        entrances = [
            entrance.strip() for entrance in (self.entrances or "").replace("，", ",").split(",")
        ]
        floors = self._floors()
        if self.per_floor < 1 or not floors or self.per_floor * len(floors) > 5000:
            raise UserError(
                self.env._(
                    "A grid makes between 1 and 5,000 units of an entrance: check the floors."
                )
            )
        rooms = []
        for entrance in dict.fromkeys(entrances):
            for floor in floors:
                for position in range(1, self.per_floor + 1):
                    stem = f"B{-floor}" if floor < 0 else str(floor)
                    number = f"{self.prefix or ''}{stem}{position:0{max(self.digits, 1)}d}"
                    rooms.append((entrance, floor, number))
        return rooms

    def action_make(self):
        """Make the units that are not there yet; open the building's units."""
        self.ensure_one()
        have = {
            (unit.entrance or "", unit.number)
            for unit in self.building_id.with_context(active_test=False).unit_ids
        }
        self.env["property.unit"].create(
            [
                {
                    "building_id": self.building_id.id,
                    "entrance": entrance,
                    "floor": floor,
                    "number": number,
                    "type_id": self.type_id.id,
                    "gross_area": self.gross_area,
                    "inner_area": self.inner_area,
                    "layout": self.layout,
                    "state": self.state,
                }
                for entrance, floor, number in self._rooms()
                if (entrance, number) not in have
            ]
        )
        return self.building_id.action_open_units()
