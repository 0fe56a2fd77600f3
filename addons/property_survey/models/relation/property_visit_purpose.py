# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyVisitPurpose(models.Model):
    """What a customer is visited or contacted for: purposes and touchpoints (handbook B §9.5)."""

    _name = "property.visit.purpose"
    _description = "Purpose of a visit"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("visit", "Round of visits"), ("touchpoint", "Touchpoint")], required=True, default="visit"
    )
    vip = fields.Boolean("Of VIP customers", help="Seen by supervisors and who makes the visit.")
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is a purpose with this code already."
    )
