# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class DisclosureForm(models.AbstractModel):
    """物业服务费收支公示表, form H15-1 of handbook B."""

    _name = "report.property_service.report_disclosure"
    _description = "Published accounts of an estate"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["property.disclosure"].browse(docids)
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang)
        docs.check_access("read")
        return {"docs": docs, "print_lang": lang}
