# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyGatePassLine(models.Model):
    """Goods on an exit slip."""

    _name = "property.gate.pass.line"
    _description = "Goods on an exit slip"
    _order = "gate_pass_id, sequence, id"

    gate_pass_id = fields.Many2one(
        "property.gate.pass", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="gate_pass_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="gate_pass_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Goods", required=True)
    spec = fields.Char()
    quantity = fields.Float("Quantity of goods", default=1, digits=(16, 2), required=True)
    uom = fields.Char("Unit of goods", default=lambda self: self.env._("piece"))
    special = fields.Boolean(
        "Part of the home", help="Removed wall, door, or goods the developer supplied."
    )
    entry_id = fields.Many2one(
        "property.material.entry",
        "Registered on entry",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'tool')]",
    )
    remark = fields.Char()

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter how many leave.")

    def _check_registered(self):
        """Refuse tools that were not registered on entry, or more than came in."""
        slip = self.gate_pass_id
        entry = self.entry_id
        if not entry or entry.kind != "tool" or entry.unit_id != slip.unit_id:
            raise UserError(
                self.env._(
                    "%(slip)s: %(goods)s was not registered when it came in; the owner confirms "
                    "it.",
                    slip=slip.display_name,
                    goods=self.name,
                )
            )
        if self.quantity > entry._left(self):
            raise UserError(
                self.env._(
                    "%(slip)s: of “%(goods)s” %(left)g are still registered in the home, not "
                    "%(wanted)g.",
                    slip=slip.display_name,
                    goods=self.name,
                    left=entry._left(self),
                    wanted=self.quantity,
                )
            )

    @api.onchange("entry_id")
    def _onchange_entry_id(self):
        if self.entry_id:
            self.name = self.name or self.entry_id.name
            self.quantity = self.entry_id._left(self._origin)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        if vals.keys() - {"estate_id", "company_id"}:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        self.gate_pass_id._check_unsigned(["line_ids"])
        fixed = self.gate_pass_id.filtered(lambda slip: slip.state != "applied")
        if fixed:
            raise UserError(
                self.env._(
                    "The goods of %s are confirmed: other goods need a new slip.",
                    fixed[0].display_name,
                )
            )
