# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyShareObjection(models.Model):
    """An owner's objection against a published share, and its answer (handbook B H0.9, H3)."""

    _name = "property.share.objection"
    _description = "Objection against a share"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _workflow_moves = {"open": ("answered",)}
    _workflow_stamps = {"answered": ("answered_by_id", "answered_date")}

    share_id = fields.Many2one(
        "property.share", required=True, ondelete="restrict", index=True, check_company=True
    )
    estate_id = fields.Many2one(related="share_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="share_id.company_id", store=True, index=True)
    unit_id = fields.Many2one(
        "property.unit",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
    )
    partner_id = fields.Many2one(
        "res.partner", "Raised by", ondelete="restrict", index="btree_not_null"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    text = fields.Text("Objection", required=True)
    answer = fields.Text()
    state = fields.Selection(
        [("open", "To be answered"), ("answered", "Answered")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True, copy=False)
    answered_date = fields.Datetime("Answered on", readonly=True, copy=False)

    @api.depends("unit_id.full_name", "share_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.unit_id.full_name or ''} {row.share_id.name or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            if row.share_id.state not in ("published", "billed"):
                raise UserError(
                    self.env._("“%(share)s” is not published yet.", share=row.share_id.display_name)
                )
        return rows

    def action_answer(self):
        """State that the objection was answered; the unit's share is billed with the next run.

        :raises UserError: if there is no answer
        """
        for row in self:
            if not (row.answer or "").strip():
                raise UserError(
                    self.env._("Enter what %(unit)s was answered.", unit=row.unit_id.full_name)
                )
            row._move_to("answered")
        return True
