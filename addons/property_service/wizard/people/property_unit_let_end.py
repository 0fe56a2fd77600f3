# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyUnitLetEnd(models.TransientModel):
    """End of a tenancy: the tenant's rows end, the owner pays again."""

    _name = "property.unit.let.end"
    _description = "End the tenancy"

    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    tenant_id = fields.Many2one(related="unit_id.tenant_id")
    arrears = fields.Monetary(related="unit_id.arrears")
    currency_id = fields.Many2one(related="unit_id.currency_id")
    date = fields.Date("Last day", required=True, default=fields.Date.context_today)

    def action_apply(self):
        """End the tenancy."""
        self.ensure_one()
        self.unit_id.check_access("write")
        self.unit_id._end_tenancy(self.date)
