# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyAuthority(models.Model):
    _inherit = "property.authority"

    matter = fields.Selection(
        selection_add=[("relation_meeting", "Yearly plan of owners' meetings")],
        ondelete={"relation_meeting": "cascade"},
    )
