# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

ROOM = [("activity", "Community activities")]


class PropertyParameter(models.Model):
    _inherit = "property.parameter"

    room = fields.Selection(selection_add=ROOM, ondelete={"activity": "cascade"})
