# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: empty rows of lists that are filled in by hand
_BLANK = 6


class ReportActivityForm(models.AbstractModel):
    """What the printed forms of an activity share."""

    _name = "report.property_community.activity_form"
    _description = "Printed form of an activity"
    _inherit = "report.property_service.property_form"

    _form_model = "event.event"

    @api.model
    def _blank(self, count, least):
        return range(max(least - count, 0))


class ReportActivityTasks(models.AbstractModel):
    """社区文化活动实施计划 (handbook B G2, form G2-1)."""

    _name = "report.property_community.report_activity_tasks"
    _description = "Printed implementation plan of an activity"
    _inherit = "report.property_community.activity_form"

    @api.model
    def _sheet(self, doc):
        return {"blank": self._blank(len(doc.task_ids), 10)}


class ReportActivityApproval(models.AbstractModel):
    """社区文化活动方案审批表 (handbook B G2, form G2-2)."""

    _name = "report.property_community.report_activity_approval"
    _description = "Printed approval form of an activity"
    _inherit = "report.property_community.activity_form"

    @api.model
    def _sheet(self, doc):
        """Return the opinions of those who decided, or the lines for them to write on."""
        opinions = {step["role"]: step for step in doc.last_opinions or []}
        names = (
            ("supervisor", self.env._("Opinion of the service supervisor")),
            ("manager", self.env._("Opinion of the project manager")),
            ("administrator", self.env._("Opinion of the company")),
        )
        found = []
        for key, title in names:
            role = self.env.ref(f"property_service.group_{key}").sudo().name
            step = opinions.get(role) or {}
            found.append({"title": title, **step})
        return {"opinions": found}


class ReportActivityRecord(models.AbstractModel):
    """社区文化活动记录表 (handbook B G2, form G2-3)."""

    _name = "report.property_community.report_activity_record"
    _description = "Printed record of an activity"
    _inherit = "report.property_community.activity_form"

    @api.model
    def _sheet(self, doc):
        photos = doc.photo_ids.sudo().filtered(
            lambda row: (row.mimetype or "").startswith("image/")
        )
        return {
            "photos": photos[:6],
            "adults": doc.attended_adults,
            "children": doc.attended_children,
            "volunteers": doc.attended_volunteers,
        }


class ReportActivityAttendance(models.AbstractModel):
    """社区文化活动报名/签到表 (handbook B G2, form G2-4)."""

    _name = "report.property_community.report_activity_attendance"
    _description = "Printed sign-up and attendance list of an activity"
    _inherit = "report.property_community.activity_form"

    @api.model
    def _sheet(self, doc):
        people = doc.registration_ids.filtered(lambda row: row.state != "cancel").sorted(
            lambda row: (row.waiting, row.building_id.id or 0, row.unit_id.full_name or "", row.id)
        )
        return {"people": people, "blank": self._blank(len(people), 16)}


class ReportActivityMaterials(models.AbstractModel):
    """奖品/物资领用表 (handbook B G2, form G2-5)."""

    _name = "report.property_community.report_activity_materials"
    _description = "Printed list of materials and prizes issued"
    _inherit = "report.property_community.activity_form"

    @api.model
    def _sheet(self, doc):
        issues = doc.material_ids.issue_ids
        return {"issues": issues, "blank": self._blank(len(issues), 12)}


class ReportActivityBudget(models.AbstractModel):
    """活动经费预算/决算表 (handbook B G6, form G6-1)."""

    _name = "report.property_community.report_activity_budget"
    _description = "Printed budget and final account of an activity"
    _inherit = "report.property_community.activity_form"

    @api.model
    def _sheet(self, doc):
        return {"blank": self._blank(len(doc.budget_ids), _BLANK)}


class ReportActivityPoster(models.AbstractModel):
    """活动通知/海报: what residents read, with the code that leads to the sign-up (B G2, G4)."""

    _name = "report.property_community.report_activity_poster"
    _description = "Printed poster of an activity"
    _inherit = "report.property_community.activity_form"
