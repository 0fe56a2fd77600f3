# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_renovation import EDITABLE

#: what may still be added while the declaration waits for an authority
_DOCUMENT_FIELDS = {"document_number", "document_ids", "document_from"}


class PropertyRenovationItem(models.Model):
    """One line of the declaration: where, what, how, of what (form 装修申报表, handbook A §28)."""

    _name = "property.renovation.item"
    _description = "Work item of a renovation"
    _inherit = ["property.file.mixin"]
    _order = "renovation_id, sequence, id"

    renovation_id = fields.Many2one(
        "property.renovation", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="renovation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="renovation_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    place = fields.Char("Part of the room")
    name = fields.Char("Work item", required=True)
    description = fields.Char("How it is done")
    material = fields.Char("Materials used")
    flag_ids = fields.Many2many("property.renovation.flag", string="Touches")
    document_wanted = fields.Char("Document asked for", compute="_compute_document")
    document_number = fields.Char("Number of the document")
    document_from = fields.Char("Authority or designer")
    document_ids = fields.Many2many(
        "ir.attachment", string="Document files", bypass_search_access=True, copy=False
    )
    document_missing = fields.Boolean(compute="_compute_document")

    @api.depends("flag_ids.document_required", "flag_ids.document", "document_ids")
    def _compute_document(self):
        for item in self:
            reserved = item.flag_ids.filtered("document_required")
            item.document_wanted = "；".join(
                " ".join(part for part in (flag.authority, flag.document) if part)
                for flag in reserved
            )
            item.document_missing = bool(reserved) and not item.document_ids

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._check_changeable({"item_ids"})
        items._papers_changed()
        return items

    def write(self, vals):
        if vals.keys() - _DOCUMENT_FIELDS:
            self._check_changeable(vals)
        result = super().write(vals)
        if "flag_ids" in vals:
            self._papers_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_changeable({"item_ids"})

    def unlink(self):
        dossiers = self.renovation_id
        result = super().unlink()
        dossiers.exists()._make_papers()
        return result

    def _papers_changed(self):
        self.renovation_id.filtered(lambda dossier: dossier.state in EDITABLE)._make_papers()

    def _check_changeable(self, names):
        """Refuse changes of what was declared, once it was signed or handed in."""
        self.renovation_id._check_unsigned(["item_ids"])
        if self.env.su:
            return
        if late := self.renovation_id.filtered(lambda dossier: dossier.state not in EDITABLE):
            raise UserError(
                self.env._(
                    "%(dossier)s is “%(state)s”: what was declared stays as it is. Return it for "
                    "completion, or declare a new version.",
                    dossier=late[0].display_name,
                    state=late[0]._state_label(late[0].state),
                )
            )
