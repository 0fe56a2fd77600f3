# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyActivityHeadcount(models.Model):
    """A count of the people on site (safety, handbook B G2)."""

    _name = "property.activity.headcount"
    _description = "Head count of an activity"
    _inherit = "property.activity.part"
    _order = "event_id, moment, id"

    moment = fields.Datetime("Counted at", required=True, default=fields.Datetime.now)
    area = fields.Char(help="Stage, entrance, hall.")
    count = fields.Integer("People on site", required=True)
    user_id = fields.Many2one(
        "res.users", "Counted by", default=lambda self: self.env.user, index="btree_not_null"
    )
    note = fields.Char("Remark")

    _count_positive = models.Constraint("CHECK (count >= 0)", "A count is not below zero.")
