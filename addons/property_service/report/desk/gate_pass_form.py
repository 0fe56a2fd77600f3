# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ReportGatePass(models.AbstractModel):
    """放行条 (物品放行条), stub and exit copy on one sheet of A5 (handbook A §26)."""

    _name = "report.property_service.report_gate_pass"
    _description = "Printed exit slip"
    _inherit = "report.property_service.property_form"

    _form_model = "property.gate.pass"

    @api.model
    def _copy_names(self):
        return (self.env._("Stub"), self.env._("Exit copy, for the guard"))
