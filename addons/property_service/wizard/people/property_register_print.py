# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyRegisterPrint(models.TransientModel):
    _inherit = "property.register.print"

    register = fields.Selection(
        selection_add=[
            ("title", "Title register"),
            ("tenancy", "Tenancy register"),
            ("owners", "Owners' information"),
            ("archive", "Directory of household files"),
            ("handin", "Hand-in of owners' data"),
        ],
        ondelete={
            "title": "cascade",
            "tenancy": "cascade",
            "owners": "cascade",
            "archive": "cascade",
            "handin": "cascade",
        },
    )
