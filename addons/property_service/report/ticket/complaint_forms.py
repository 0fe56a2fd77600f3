# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools.local_time import ZONE_NAME


class ReportComplaintForm(models.AbstractModel):
    """What the printed forms of complaints, tasks, emergencies and bookings share."""

    _name = "property.case.form"
    _description = "Printed form of a case"

    #: model of the documents printed
    _form_model = None

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._form_model].browse(docids)
        docs.check_access("read")
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang, tz=ZONE_NAME)

        def moment(value):
            if not value:
                return ""
            return fields.Datetime.context_timestamp(docs, value).strftime("%Y-%m-%d %H:%M")

        def label(record, name):
            return dict(record._fields[name]._description_selection(record.env)).get(
                record[name], ""
            )

        return {
            "docs": docs,
            "print_lang": lang,
            "moment": moment,
            "label": label,
            "today": fields.Date.context_today(docs),
        }


class ReportComplaint(models.AbstractModel):
    """客户投诉记录表, form C1-1 of handbook B."""

    _name = "report.property_service.report_complaint"
    _description = "Record of a complaint"
    _inherit = "property.case.form"
    _form_model = "property.complaint"


class ReportComplaintTransfer(models.AbstractModel):
    """投诉处理单, form C2-1, in two copies."""

    _name = "report.property_service.report_complaint_transfer"
    _description = "Handling slip of a complaint"
    _inherit = "property.case.form"
    _form_model = "property.complaint"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = super()._get_report_values(docids, data)
        trusted = self.env["property.deadline"].sudo()
        words = values["docs"].env
        values["copies"] = [
            words._("Copy 1: customer service"),
            words._("Copy 2: department"),
        ]
        values["due"] = {
            case.id: min(
                trusted._of(case, ["handle", "solve", "reply"]).mapped("due"), default=False
            )
            for case in values["docs"]
        }
        return values


class ReportComplaintLetter(models.AbstractModel):
    """投诉回复函, form C2-2."""

    _name = "report.property_service.report_complaint_letter"
    _description = "Reply letter to a complaint"
    _inherit = "property.case.form"
    _form_model = "property.complaint"


class ReportReception(models.AbstractModel):
    """投诉接待日预约单, form C5-1."""

    _name = "report.property_service.report_reception"
    _description = "Booking for the reception day"
    _inherit = "property.case.form"
    _form_model = "property.reception"


class ReportEmergency(models.AbstractModel):
    """紧急(突发)事件报告, form D4-1."""

    _name = "report.property_service.report_emergency"
    _description = "Report of an emergency"
    _inherit = "property.case.form"
    _form_model = "property.emergency"


class ReportDrill(models.AbstractModel):
    """应急演练记录表, form D4-3."""

    _name = "report.property_service.report_drill"
    _description = "Record of an emergency drill"
    _inherit = "property.case.form"
    _form_model = "property.emergency.drill"


class ReportSpecialTask(models.AbstractModel):
    """急特难任务跟踪单, form D3-1."""

    _name = "report.property_service.report_special_task"
    _description = "Tracking sheet of a special task"
    _inherit = "property.case.form"
    _form_model = "property.special.task"


class ReportNotice(models.AbstractModel):
    """The notice as it is put up (通告)."""

    _name = "report.property_service.report_public_notice"
    _description = "Notice to the residents"
    _inherit = "property.case.form"
    _form_model = "property.notice"
