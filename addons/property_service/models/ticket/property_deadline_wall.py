# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyDeadline(models.Model):
    """The wall of what is due now, over all kinds of cases (handbook B I1)."""

    _inherit = "property.deadline"

    document_name = fields.Char("Case", compute="_compute_document")
    document_kind = fields.Char("Kind of case", compute="_compute_document")
    document_place = fields.Char("Place", compute="_compute_document")
    document_handler = fields.Char("Handler", compute="_compute_document")
    lateness = fields.Selection(
        [("late", "Overdue"), ("soon", "Due soon"), ("ok", "In time")],
        compute="_compute_lateness",
    )

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        """Read name, place and handler of the cases, one query per kind of case."""
        for model, rows in self.grouped("res_model").items():
            documents = self.env[model].sudo() if model in self.env else None
            known = (
                documents.browse(rows.mapped("res_id")).exists() if documents is not None else ()
            )
            by_id = {document.id: document for document in known}
            kind = documents._description if documents is not None else ""
            kind = self.env["ir.model"]._get(model).sudo().name or kind
            for row in rows:
                document = by_id.get(row.res_id)
                row.document_name = document.display_name if document else ""
                row.document_kind = kind
                place = (document.unit_id.full_name or document.place) if document else ""
                row.document_place = place or (document.building_id.name if document else "")
                users = document._handler_users() if document else self.env["res.users"]
                row.document_handler = "、".join(users.mapped("name"))

    @api.depends("due", "warned", "state")
    def _compute_lateness(self):
        now = fields.Datetime.now()
        for row in self:
            if row.state != "running":
                row.lateness = False
            elif row.due < now:
                row.lateness = "late"
            else:
                row.lateness = "soon" if row.warned else "ok"
