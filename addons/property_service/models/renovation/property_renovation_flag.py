# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyRenovationFlag(models.Model):
    """What a work touches that the property company cannot permit (handbook A §28, approval power).

    A work item with a flag that reserves a decision needs a document of who decides; without it
    the declaration is not approved. Records, so that local law can add to them.
    """

    _name = "property.renovation.flag"
    _description = "Sensitive part of a renovation"
    _order = "sequence, id"

    name = fields.Char("What is touched", required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer("Color Index")
    document_required = fields.Boolean(
        "Reserved by law",
        default=True,
        help="The declaration is approved only with a document of who decides.",
    )
    authority = fields.Char("Who decides", translate=True)
    document = fields.Char("Document asked for", translate=True)
    legal_basis = fields.Char("Basis in law", translate=True)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "There is a sensitive part with this code already.")
