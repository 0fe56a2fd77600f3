# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class CallbackForm(models.AbstractModel):
    """Forms of callbacks and patrols: their copies are numbered."""

    _name = "report.property_service.callback_form"
    _description = "Form of callbacks and patrols"
    _inherit = "report.property_service.property_form"

    #: number of copies of each sheet
    _form_copies = 1

    @api.model
    def _copy_names(self):
        """Return the numbers of the copies."""
        return range(1, self._form_copies + 1)

    @api.model
    def _sheet(self, doc):
        return {"copies": self._form_copies}


class ReportCallback(models.AbstractModel):
    """Record of a service and its callback (服务及回访记录表(客户), form B1-1)."""

    _name = "report.property_service.report_callback"
    _description = "Printed record of a callback"
    _inherit = "report.property_service.callback_form"

    _form_model = "property.callback"


class ReportRectification(models.AbstractModel):
    """Rectification notice in two copies (整改通知单, form B2-1)."""

    _name = "report.property_service.report_rectification"
    _description = "Printed rectification notice"
    _inherit = "report.property_service.callback_form"

    _form_model = "property.rectification"
    _form_copies = 2


class ReportPatrol(models.AbstractModel):
    """Record of a patrol (巡查记录表, form E1-2)."""

    _name = "report.property_service.report_patrol"
    _description = "Printed record of a patrol"
    _inherit = "report.property_service.callback_form"

    _form_model = "property.patrol"


class ReportStewardLog(models.AbstractModel):
    """A steward's daily log (片区管家(A岗)日巡查日志, form E3-1)."""

    _name = "report.property_service.report_steward_log"
    _description = "Printed daily log of a steward"
    _inherit = "report.property_service.callback_form"

    _form_model = "property.steward.log"


class ReportPatrolCodes(models.AbstractModel):
    """The codes that hang at patrol points."""

    _name = "report.property_service.report_patrol_codes"
    _description = "Printed codes of patrol points"
    _inherit = "report.property_service.callback_form"

    _form_model = "property.patrol.point"
