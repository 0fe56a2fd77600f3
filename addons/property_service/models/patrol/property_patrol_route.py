# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyPatrolRoute(models.Model):
    """The points of a patrol in the order they are walked (handbook B §E1)."""

    _name = "property.patrol.route"
    _description = "Patrol route"
    _order = "estate_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    estate_id = fields.Many2one("property.estate", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one("property.patrol.type", required=True, index=True)
    point_ids = fields.Many2many(
        "property.patrol.point", string="Points", domain="[('estate_id', '=', estate_id)]"
    )
    point_count = fields.Integer(compute="_compute_point_count")
    minutes = fields.Integer("Minutes it takes", default=60)
    active = fields.Boolean(default=True)

    @api.depends("point_ids")
    def _compute_point_count(self):
        for route in self:
            route.point_count = len(route.point_ids)

    @api.constrains("point_ids", "estate_id")
    def _check_points(self):
        for route in self:
            if route.point_ids.estate_id - route.estate_id:
                raise ValidationError(
                    self.env._("%s: its points lie on the estate of the route.", route.name)
                )
