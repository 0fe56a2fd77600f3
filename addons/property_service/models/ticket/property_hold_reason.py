# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyHoldReason(models.Model):
    """Why work on a case stands still (handbook B §9.2)."""

    _name = "property.hold.reason"
    _description = "Reason of a hold"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    stops_clock = fields.Boolean(
        "Stops the clock",
        help="Only what lies with the customer or an outside company stops the clock.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "There is a reason with this code already.")
