# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...models.people.property_occupancy import MANNERS


class PropertyUnitTransfer(models.TransientModel):
    """Change of owner (handbook A §5): ends the old owners' rows and starts the new ones'."""

    _name = "property.unit.transfer"
    _description = "Change of owner"

    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    owner_names = fields.Char(related="unit_id.owner_names")
    arrears = fields.Monetary(related="unit_id.arrears")
    currency_id = fields.Many2one(related="unit_id.currency_id")
    date = fields.Date("First day of the new owner", required=True)
    manner = fields.Selection(MANNERS, "Manner of transfer", required=True, default="sale")
    title_number = fields.Char("Title certificate no.")
    line_ids = fields.One2many("property.unit.transfer.line", "transfer_id", "New owners")

    def action_apply(self):
        """Carry the transfer out and show the unit."""
        self.ensure_one()
        self.unit_id.check_access("write")
        if not self.line_ids:
            raise UserError(self.env._("Name the new owner."))
        lines = self.line_ids.sorted(lambda line: (not line.is_payer, line.id))
        self.unit_id._transfer_ownership(
            self.date,
            [(line.partner_id, line.share) for line in lines],
            self.manner,
            self.title_number,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.unit",
            "res_id": self.unit_id.id,
            "view_mode": "form",
        }

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if not self.line_ids:
            self.line_ids = [Command.create({"share": 100, "is_payer": True})]


class PropertyUnitTransferLine(models.TransientModel):
    """A new owner."""

    _name = "property.unit.transfer.line"
    _description = "New owner"

    transfer_id = fields.Many2one("property.unit.transfer", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Owner", required=True, ondelete="cascade")
    share = fields.Float("Share (%)", digits=(16, 2))
    is_payer = fields.Boolean("Pays fees")
