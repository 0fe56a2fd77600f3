# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyActivityMaterial(models.Model):
    """Materials and prizes of an activity: needed, bought, issued, left (form G2-5, handbook B G2)."""

    _name = "property.activity.material"
    _description = "Material or prize of an activity"
    _inherit = "property.activity.part"
    _order = "event_id, kind, sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("material", "Material"), ("prize", "Prize"), ("equipment", "Equipment")],
        required=True,
        default="material",
    )
    name = fields.Char("Article", required=True)
    specification = fields.Char()
    uom = fields.Char("Unit of count")
    quantity = fields.Float("Quantity needed", default=1.0, digits=(16, 2))
    ready = fields.Float("Quantity ready", digits=(16, 2), copy=False)
    issue_ids = fields.One2many("property.activity.issue", "material_id", "Issues")
    issued = fields.Float("Quantity issued", compute="_compute_issued", digits=(16, 2))
    left = fields.Float("Quantity left", compute="_compute_issued", digits=(16, 2))
    note = fields.Char("Remark")

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND ready >= 0)", "A quantity is not below zero."
    )

    @api.depends("issue_ids.quantity", "ready")
    def _compute_issued(self):
        for material in self:
            material.issued = sum(material.issue_ids.mapped("quantity"))
            material.left = material.ready - material.issued


class PropertyActivityIssue(models.Model):
    """An issue of a material or prize to somebody who signs for it (form G2-5)."""

    _name = "property.activity.issue"
    _description = "Issue of a material or prize"
    _order = "material_id, date, id"
    _check_company_auto = True

    material_id = fields.Many2one(
        "property.activity.material", "Article", required=True, ondelete="cascade", index=True
    )
    event_id = fields.Many2one(
        related="material_id.event_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="material_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="material_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date("Issued on", required=True, default=fields.Date.context_today)
    quantity = fields.Float("Quantity issued", required=True, default=1.0, digits=(16, 2))
    receiver = fields.Char("Received by", required=True)
    unit_id = fields.Many2one(
        "property.unit",
        "Room",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )
    award = fields.Char("For", help="Prize won, task it is used for.")
    user_id = fields.Many2one(
        "res.users", "Issued by", default=lambda self: self.env.user, index="btree_not_null"
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter how much was issued.")

    @api.constrains("quantity", "material_id")
    def _check_stock(self):
        for material in self.material_id:
            if material.left < -0.001:
                raise ValidationError(
                    self.env._(
                        "%(article)s: only %(ready)s are there. Enter under “Quantity ready” what "
                        "was bought besides.",
                        article=material.name,
                        ready=material.ready,
                    )
                )
