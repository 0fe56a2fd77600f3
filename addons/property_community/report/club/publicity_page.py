# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ReportPublicityPage(models.AbstractModel):
    """The page that hangs on the notice board, with the code to check it (handbook B G4, D5)."""

    _name = "report.property_community.report_publicity_page"
    _description = "Printed page of the notice board"
    _inherit = "report.property_service.property_form"

    _form_model = "property.publicity"

    @api.model
    def _sheet(self, doc):
        text = doc.notice_id.body or doc.body or doc.summary or ""
        return {
            "paragraphs": [line for line in text.splitlines() if line.strip()],
            "draft": doc.state not in ("approved", "posted"),
            "title": doc.notice_id.title or doc.name,
            "until": doc.valid_until or doc.notice_id.valid_until,
            "photos": doc.photo_ids.sudo().filtered(
                lambda photo: (photo.mimetype or "").startswith("image/")
            )[:2],
            # the code is of the paper, whoever prints it
            "code": doc.sudo()._verify_image(),
        }
