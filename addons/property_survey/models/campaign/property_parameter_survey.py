# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

ROOM = [("survey", "Surveys")]


class PropertyParameter(models.Model):
    _inherit = "property.parameter"

    room = fields.Selection(selection_add=ROOM, ondelete={"survey": "cascade"})
