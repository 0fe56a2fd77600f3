# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyUnitLet(models.TransientModel):
    """Start of a tenancy (handbook A §4)."""

    _name = "property.unit.let"
    _description = "Start a tenancy"

    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    owner_names = fields.Char(related="unit_id.owner_names")
    tenant_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    date = fields.Date("Lease starts", required=True, default=fields.Date.context_today)
    lease_date_end = fields.Date("Lease ends")
    lease_number = fields.Char("Lease contract no.")
    lease_filing = fields.Char("Lease filing no.")
    lease_use = fields.Char("Use of the leased unit")
    owner_consent = fields.Boolean("Owner's consent")
    pays = fields.Selection(
        [
            ("owner", "The owner goes on paying"),
            ("tenant", "The tenant pays all fees"),
            ("items", "The tenant pays some items"),
        ],
        "Who pays",
        required=True,
        default="owner",
    )
    payer_item_ids = fields.Many2many("property.fee.item", string="Items the tenant pays")
    occupant_ids = fields.Many2many("res.partner", string="Other occupants")

    def action_apply(self):
        """Start the tenancy and show the unit."""
        self.ensure_one()
        self.unit_id.check_access("write")
        if self.lease_date_end and self.lease_date_end <= self.date:
            raise UserError(self.env._("The lease ends after it starts."))
        vals = {
            "lease_date_end": self.lease_date_end,
            "lease_number": self.lease_number,
            "lease_filing": self.lease_filing,
            "lease_use": self.lease_use,
            "owner_consent": self.owner_consent,
        }
        if self.pays == "items":
            vals.update(
                is_payer=True,
                pays_items_only=True,
                payer_item_ids=[fields.Command.set(self.payer_item_ids.ids)],
            )
        self.unit_id._start_tenancy(
            self.date, self.tenant_id, vals, self.pays == "tenant", self.occupant_ids
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.unit",
            "res_id": self.unit_id.id,
            "view_mode": "form",
        }
