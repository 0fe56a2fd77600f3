# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class PropertyPrepaymentSetOff(models.TransientModel):
    """Set-off by hand at the counter (预收冲抵, handbook B H5, form H5-2)."""

    _name = "property.prepayment.set.off"
    _description = "Set off advance receipts"

    unit_id = fields.Many2one("property.unit", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="unit_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Payer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        required=True,
    )
    partner_ids = fields.Many2many("res.partner", compute="_compute_partner_ids")
    balance = fields.Monetary("Paid in advance", compute="_compute_balance")
    charge_ids = fields.Many2many(
        "property.charge",
        string="Charges",
        compute="_compute_charge_ids",
        store=True,
        readonly=False,
        domain="[('billed_unit_id', '=', unit_id), ('partner_id', '=', partner_id),"
        " ('state', 'in', ('open', 'partial'))]",
    )
    due = fields.Monetary("Chosen charges", compute="_compute_due")
    used = fields.Monetary("Set off", compute="_compute_due")

    def _pots(self):
        self.ensure_one()
        home = self.unit_id._origin
        return self.env["property.prepayment"]._dated_pots(home)[home.id]

    @api.depends("unit_id")
    def _compute_partner_ids(self):
        for dialog in self:
            dialog.partner_ids = [
                Command.set(list({partner_id for partner_id, _item_id in dialog._pots()}))
            ]

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for dialog in self:
            payer = dialog.unit_id.payer_id
            owners = dialog.partner_ids
            dialog.partner_id = payer if payer in owners else owners[:1]

    @api.depends("partner_id")
    def _compute_balance(self):
        for dialog in self:
            dialog.balance = sum(
                amount
                for (partner_id, _item_id), (amount, _date) in dialog._pots().items()
                if partner_id == dialog.partner_id._origin.id
            )

    @api.depends("unit_id", "partner_id")
    def _compute_charge_ids(self):
        for dialog in self:
            charges = dialog.unit_id._origin._open_charges()
            dialog.charge_ids = charges.filtered(
                lambda charge, dialog=dialog: charge.partner_id == dialog.partner_id._origin
            )

    @api.depends("charge_ids", "partner_id")
    def _compute_due(self):
        prepayment = self.env["property.prepayment"]
        for dialog in self:
            charges = dialog.charge_ids._origin
            dialog.due = sum(charges.mapped("amount_residual"))
            _allocation, used, _day = prepayment._allocate_pots(
                dialog.unit_id._origin, dialog.partner_id._origin, charges, dialog._pots()
            )
            dialog.used = sum(used.values())

    def action_apply(self):
        """Set off the chosen charges, oldest first, and print the form.

        :raises UserError: if nothing can be set off
        """
        self.ensure_one()
        self.env["property.receipt"]._check_may_take()
        self.unit_id.check_access("read")
        charges = self.charge_ids
        if charges.partner_id - self.partner_id or charges.billed_unit_id - self.unit_id:
            raise UserError(self.env._("These charges are not of this home and payer."))
        moves = self.env["property.prepayment"]._set_off_by_hand(charges)
        report = self.env.ref("property_service.action_report_prepayment_set_off")
        return {**report.report_action(moves, config=False), "close_on_report_download": True}
