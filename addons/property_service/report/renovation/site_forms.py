# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

from ...tools.local_time import local, local_day

#: empty rows a sheet has at least, to be filled in by hand
SHEET_ROWS = 12


class ReportSiteWorkers(models.AbstractModel):
    """装修人员登记表: the workers of a site, ID numbers masked (handbook A §31)."""

    _name = "report.property_service.report_site_workers"
    _description = "Printed register of site workers"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation"

    @api.model
    def _sheet(self, doc):
        return {"blank": range(max(SHEET_ROWS - len(doc.worker_ids), 0))}


class ReportPassApplication(models.AbstractModel):
    """临时出入证办理申请表: the passes a crew applies for (handbook A §31)."""

    _name = "report.property_service.report_pass_application"
    _description = "Printed application for temporary passes"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation"

    @api.model
    def _sheet(self, doc):
        passes = doc.pass_ids.filtered(lambda card: card.state != "refused").sorted("id")
        return {
            "passes": passes,
            "first": min(passes.mapped("date_start"), default=""),
            "last": max(passes.mapped("date_end"), default=""),
            "deposit": sum(
                passes.filtered(lambda card: not card.replaces_id).mapped("deposit_amount")
            ),
            "receipts": "、".join(
                number for number in passes.deposit_id.sudo().receipt_id.mapped("number") if number
            ),
            "blank": range(max(SHEET_ROWS - len(passes), 0)),
        }


class ReportPassBadge(models.AbstractModel):
    """临时出入证: the badge, front with photo and QR code, back with the rules (handbook A §31)."""

    _name = "report.property_service.report_pass_badge"
    _description = "Printed temporary pass"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.pass"

    @api.model
    def _sheet(self, doc):
        # one colour per month, so that a guard sees an old badge from afar
        colours = ("#c00000", "#0060a0", "#207030", "#a05000", "#602080", "#008080")
        return {"colour": colours[(doc.date_end or doc.date_start).month % len(colours)]}


class ReportRenovationOvertime(models.AbstractModel):
    """装修加班申请表 (handbook A §32)."""

    _name = "report.property_service.report_renovation_overtime"
    _description = "Printed application for overtime"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.overtime"


class ReportRenovationHotWork(models.AbstractModel):
    """临时动火作业申请表 / 动火许可证 (handbook A §33): applicant, security, desk."""

    _name = "report.property_service.report_renovation_hot_work"
    _description = "Printed application for hot work"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.hot.work"

    @api.model
    def _copy_names(self):
        return (
            self.env._("Copy for the place of the hot work"),
            self.env._("Copy for security"),
            self.env._("Copy for the service centre"),
        )


class ReportRenovationStay(models.AbstractModel):
    """留宿担保书 (handbook A §35)."""

    _name = "report.property_service.report_renovation_stay"
    _description = "Printed guarantee for an overnight stay"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.stay"


class ReportSiteSheet(models.AbstractModel):
    """装修单位现场巡查签到表: the sheet inside the door, two visits a day (handbook A §36)."""

    _name = "report.property_service.report_site_sheet"
    _description = "Printed sign-in sheet of site patrols"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation"

    @api.model
    def _sheet(self, doc):
        """Return a row per day with its visits before and after noon, and empty rows."""
        days = {}
        for visit in doc.site_visit_ids.filtered("done_date").sorted("done_date"):
            days.setdefault(local_day(visit.done_date), []).append(visit)
        rows = []
        for day, visits in days.items():
            morning = [v for v in visits if local(v.done_date).hour < 12]
            after = [v for v in visits if v not in morning]
            if not morning and len(after) > 1:
                morning, after = after[:1], after[1:]
            elif not after and len(morning) > 1:
                morning, after = morning[:1], morning[1:]
            problems = [case.description for v in visits for case in v.violation_ids]
            rows.append(
                {
                    "day": day,
                    "morning": morning[:1],
                    "after": after[:1],
                    "stage": "；".join(dict.fromkeys(v.work_stage for v in visits if v.work_stage)),
                    "workers": max((v.workers for v in visits), default=0) or "",
                    "problem": "；".join(problems + [v.note for v in visits if v.note]),
                    "handling": "；".join(v.handling for v in visits if v.handling),
                    "person": "、".join(
                        dict.fromkeys(v.site_person for v in visits if v.site_person)
                    ),
                }
            )
        return {"rows": rows, "blank": range(max(18 - len(rows), 3))}


class ReportViolationNotice(models.AbstractModel):
    """业主装修违规整改通知书: for owner, contractor and file (handbook A §37)."""

    _name = "report.property_service.report_renovation_violation_notice"
    _description = "Printed violation notice"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.violation"

    @api.model
    def _copy_names(self):
        return (
            self.env._("Copy for the owner"),
            self.env._("Copy for the contractor"),
            self.env._("Copy for the file"),
        )


class ReportViolationReport(models.AbstractModel):
    """违章装修报告函: the letter to the authority (handbook A §37)."""

    _name = "report.property_service.report_renovation_violation_report"
    _description = "Printed report of a violation"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.violation"

    @api.model
    def _sheet(self, doc):
        steps = doc.step_ids
        papers = [
            (self.env._("Photos of the violation"), len(doc.photo_ids)),
            (self.env._("Written notices"), doc.notice_count),
            (self.env._("Photo of the posted notice"), len(doc.posted_photo_ids)),
            (self.env._("Records of steps"), len(steps)),
        ]
        return {
            "steps": steps.filtered(
                lambda row: row.kind not in ("found", "reported", "authority", "repeated", "closed")
            ),
            "papers": [(name, count) for name, count in papers if count],
        }
