# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import frozendict


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    property_unit_id = fields.Many2one(
        related="move_id.property_unit_id",
        string="Home or unit",
        store=True,
        index="btree_not_null",
    )
    property_charge_id = fields.Many2one(
        "property.charge", "Charge", index="btree_not_null", copy=True, ondelete="restrict"
    )

    def _compute_term_key(self):
        super()._compute_term_key()
        for line in self:
            if line.term_key and line.property_charge_id:
                line.term_key = frozendict(
                    {**line.term_key, "property_charge_id": line.property_charge_id.id}
                )
