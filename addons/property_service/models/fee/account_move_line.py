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
        "property.charge", "Charge", index="btree_not_null", copy=False, ondelete="restrict"
    )

    def _compute_term_key(self):
        super()._compute_term_key()
        for line in self:
            if line.term_key and line.property_charge_id:
                line.term_key = frozendict(
                    {**line.term_key, "property_charge_id": line.property_charge_id.id}
                )

    def _copy_data_extend_business_fields(self, values):
        """Keep the charge on the lines of a counter-entry, never on those of a mere copy."""
        super()._copy_data_extend_business_fields(values)
        if "move_reverse_cancel" in self.env.context:
            values["property_charge_id"] = self.property_charge_id.id
