# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyBillException(models.Model):
    """A unit a bill run could not charge or post, and why: listed, never guessed."""

    _name = "property.bill.exception"
    _description = "Exception of a bill run"
    _order = "run_id desc, kind, unit_id, id"

    run_id = fields.Many2one("property.bill.run", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="unit_id.estate_id", store=True, index=True)
    item_id = fields.Many2one("property.fee.item", ondelete="cascade", index="btree_not_null")
    kind = fields.Selection(
        [
            ("no_price", "No price"),
            ("no_payer", "No payer"),
            ("no_area", "No area"),
            ("other", "To be looked at"),
            ("error", "Not posted"),
        ],
        required=True,
    )
    message = fields.Char("What to do", required=True)

    def action_open_unit(self):
        """Open the unit the exception is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.unit",
            "res_id": self.unit_id.id,
            "view_mode": "form",
        }
