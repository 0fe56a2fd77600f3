# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError


class CallbackForm(models.AbstractModel):
    """What the forms of callbacks and patrols share: language, careful reading, labels."""

    _name = "report.property_service.callback_form"
    _description = "Form of callbacks and patrols"

    #: model the form is printed for
    _form_model = None
    #: copies of each sheet
    _form_copies = 1

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._form_model].browse(docids).exists()
        if not docs:
            raise UserError(self.env._("There is nothing to print."))
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang)
        docs.check_access("read")
        return {
            "docs": docs,
            "print_lang": lang,
            "sheets": [
                {"doc": doc, "copy": copy, "copies": self._form_copies}
                for doc in docs
                for copy in range(1, self._form_copies + 1)
            ],
            "label": self.with_context(lang=lang)._label,
            "moment": self._moment,
        }

    @api.model
    def _label(self, record, name):
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    @api.model
    def _moment(self, value, form="%Y-%m-%d %H:%M"):
        """Return a moment of the database as it was in China."""
        return (value + timedelta(hours=8)).strftime(form) if value else ""


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
