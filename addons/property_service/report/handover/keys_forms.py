# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ReportKeyCustody(models.AbstractModel):
    """业主钥匙托管委托书, in two copies (handbook A §21)."""

    _name = "report.property_service.report_key_custody"
    _description = "Printed agreement of key custody"
    _inherit = "report.property_service.property_form"

    _form_model = "property.key.custody"

    @api.model
    def _copy_names(self):
        return (self.env._("Copy for the owner"), self.env._("Copy for the centre"))


class ReportPassApplication(models.AbstractModel):
    """住户证办理申请表 (handbook A §23)."""

    _name = "report.property_service.report_resident_pass_application"
    _description = "Printed application for a resident pass"
    _inherit = "report.property_service.property_form"

    _form_model = "property.resident.pass"


class ReportPass(models.AbstractModel):
    """住户证, a badge of 85 × 54 mm (handbook A §23)."""

    _name = "report.property_service.report_resident_pass"
    _description = "Printed resident pass"
    _inherit = "report.property_service.property_form"

    _form_model = "property.resident.pass"

    @api.model
    def _sheet(self, doc):
        colours = {
            "owner": "#1f6fb2",
            "family": "#2e8b57",
            "tenant": "#c77700",
            "helper": "#7a4fa3",
        }
        return {"colour": colours.get(doc.category, "#555")}


class ReportTenantMovein(models.AbstractModel):
    """租户迁入登记表 (handbook A §25)."""

    _name = "report.property_service.report_tenant_movein"
    _description = "Printed registration of a tenant moving in"
    _inherit = "report.property_service.property_form"

    _form_model = "property.tenant.movein"


class ReportMoveout(models.AbstractModel):
    """迁出申请表 (handbook A §27)."""

    _name = "report.property_service.report_moveout"
    _description = "Printed application for moving out"
    _inherit = "report.property_service.property_form"

    _form_model = "property.moveout"

    @api.model
    def _sheet(self, doc):
        return {"debts": doc._open_debts()}
