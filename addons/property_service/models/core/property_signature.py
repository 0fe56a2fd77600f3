# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

WAYS = [
    ("drawn", "Drawn on the screen"),
    ("paper", "On the paper form"),
    ("phone", "Confirmed by phone"),
    ("refused", "Refused, with witnesses"),
]


class PropertySignature(models.Model):
    """A signature under a document: who signed as what, when and how (handbook A §0.4, §58).

    Made by `property.signature.mixin._sign()` only and never changed. One that was given by
    mistake is voided with a reason by a supervisor and stays as it was.
    """

    _name = "property.signature"
    _description = "Signature"
    _order = "id"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Signed document", model_field="res_model", required=True, readonly=True
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    role = fields.Char(required=True, readonly=True)
    role_label = fields.Char("Signs as", compute="_compute_role_label")
    name = fields.Char("Name of the signer", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Person", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    way = fields.Selection(WAYS, "Way of signing", required=True, readonly=True)
    image = fields.Binary("Drawing", attachment=True, readonly=True)
    note = fields.Char("Note of the signature", readonly=True)
    witnesses = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Taken by", required=True, readonly=True)
    date = fields.Datetime("Signed on", required=True, readonly=True)
    void_reason = fields.Char("Voided because", readonly=True)

    _document = models.Index("(res_model, res_id)")

    @api.depends("res_model", "role")
    def _compute_role_label(self):
        for row in self:
            labels = (
                self.env[row.res_model]._signature_labels() if row.res_model in self.env else {}
            )
            row.role_label = labels.get(row.role, row.role)

    def write(self, vals):
        """Refuse: a signature is never changed; only its voiding is noted."""
        if vals.keys() - {"void_reason", "company_id"} or not self.env.su:
            raise UserError(
                self.env._("A signature is never changed: void it with a reason and sign again.")
            )
        return super().write(vals)
