# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyMaterialEntry(models.Model):
    """Materials and tools a contractor brings in (材料进场登记表, handbook A §34)."""

    _name = "property.material.entry"
    _description = "Entry of materials and tools"
    _inherit = ["property.located.mixin", "mail.thread"]
    _order = "date desc, id desc"

    unit_id = fields.Many2one(string="Room")
    date = fields.Datetime("Came in on", required=True, default=fields.Datetime.now, index=True)
    contractor = fields.Char("Renovation contractor", required=True)
    kind = fields.Selection(
        [("material", "Material"), ("tool", "Tool")],
        "Material or tool",
        required=True,
        default="material",
    )
    name = fields.Char("What came in", required=True)
    quantity = fields.Float("Quantity that came in", required=True, default=1, digits=(16, 2))
    uom = fields.Char("Unit of goods")
    packed = fields.Boolean("Bagged", default=True, help="Sand and cement only in closed bags.")
    flammable = fields.Boolean("Flammable, amount limited")
    vehicle = fields.Char("Plate no.")
    lift = fields.Selection(
        [("goods", "Goods lift"), ("stairs", "Stairs")],
        "Way up",
        required=True,
        default="goods",
    )
    guard_name = fields.Char("Guard")
    line_ids = fields.One2many("property.gate.pass.line", "entry_id", "Taken out again")
    left_quantity = fields.Float("Still inside", compute="_compute_left_quantity")
    remark = fields.Char()

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter how much came in.")

    @api.depends("line_ids.quantity", "line_ids.gate_pass_id.state", "quantity")
    def _compute_left_quantity(self):
        for entry in self:
            entry.left_quantity = entry._left()

    def _left(self, but=None):
        """Return how much of it is still inside, without the line `but` of a slip."""
        self.ensure_one()
        gone = self.line_ids.filtered(
            lambda line: line.gate_pass_id.state not in ("refused", "expired", "void")
        )
        if but:
            gone -= but
        return self.quantity - sum(gone.mapped("quantity"))

    @api.depends("name", "unit_id.full_name")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.name or ''} {entry.unit_id.full_name or ''}".strip()
