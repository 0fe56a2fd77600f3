# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import frozendict


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    property_unit_id = fields.Many2one(
        "property.unit",
        "Home or unit",
        compute="_compute_property_unit_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        copy=False,
        help="The home of the entry; a voucher that moves money between homes names both.",
    )
    property_charge_id = fields.Many2one(
        "property.charge", "Charge", index="btree_not_null", copy=False, ondelete="restrict"
    )
    property_deposit_id = fields.Many2one(
        "property.deposit", "Deposit", index="btree_not_null", copy=False, ondelete="restrict"
    )
    property_item_id = fields.Many2one(
        "property.fee.item",
        "Kept for",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        help="The only fee item this advance receipt may pay.",
    )

    # what a home still owes, without its years of paid items
    _property_open = models.Index("(property_unit_id) WHERE amount_residual <> 0")

    @api.depends("move_id.property_unit_id")
    def _compute_property_unit_id(self):
        for line in self:
            line.property_unit_id = line.move_id.property_unit_id

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
            values["property_deposit_id"] = self.property_deposit_id.id
            values["property_item_id"] = self.property_item_id.id
            if self.property_unit_id != self.move_id.property_unit_id:
                values["property_unit_id"] = self.property_unit_id.id
