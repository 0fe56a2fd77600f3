# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=[("activity.plan", "Yearly plan of community activities")],
        ondelete={"activity.plan": "cascade"},
    )
