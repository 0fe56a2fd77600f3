# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyPaperLine(models.Model):
    """A paper of one case: seen, copied, doubtful or missing (form 资料验证单, handbook A §12)."""

    _name = "property.paper.line"
    _description = "Paper of a case"
    _inherit = ["property.file.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Case", model_field="res_model", required=True, readonly=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one("property.paper.type", "Kind of paper", ondelete="restrict")
    sequence = fields.Integer(default=10)
    name = fields.Char("Paper", required=True)
    required = fields.Boolean("Needed", default=True)
    original_seen = fields.Boolean("Original checked")
    copy_kept = fields.Boolean("Copy or original kept")
    valid_until = fields.Date()
    finding = fields.Selection(
        [("ok", "In order"), ("doubtful", "Doubtful"), ("false", "False")],
        string="Result of the check",
        default="ok",
        required=True,
    )
    note = fields.Char("Note on the paper")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Scans", bypass_search_access=True, copy=False
    )
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True)
    checked_date = fields.Datetime("Checked on", readonly=True)
    missing = fields.Boolean(compute="_compute_missing")

    _document = models.Index("(res_model, res_id)")

    @api.depends(
        "required", "original_seen", "copy_kept", "attachment_ids", "finding", "valid_until"
    )
    def _compute_missing(self):
        today = fields.Date.context_today(self)
        for line in self:
            there = line.original_seen or line.copy_kept or line.attachment_ids
            expired = line.valid_until and line.valid_until < today
            line.missing = line.required and (not there or line.finding != "ok" or bool(expired))

    def write(self, vals):
        """Stamp who looked at a paper; a case that is through its check is not changed any more."""
        shown = {"original_seen", "copy_kept", "finding", "valid_until", "attachment_ids"}
        if shown & vals.keys():
            if not self.env.su:
                self._check_open()
            vals = {
                **vals,
                "checked_by_id": self.env.uid,
                "checked_date": fields.Datetime.now(),
            }
        return super().write(vals)

    def _check_open(self):
        for model, lines in self.grouped("res_model").items():
            self.env[model].browse(lines.mapped("res_id"))._check_papers_open()
