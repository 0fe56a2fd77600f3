# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ReportCorrectiveAction(models.AbstractModel):
    """纠正/预防措施实施通知单 (form F7-1)."""

    _name = "report.property_survey.report_corrective_action"
    _description = "Printed corrective action"
    _inherit = "report.property_service.property_form"

    _form_model = "property.corrective.action"


class ReportSurveyAnalysis(models.AbstractModel):
    """排列图数据表, 因果分析表, 对策表: an analysis with its charts (forms F6-1 to F6-3)."""

    _name = "report.property_survey.report_survey_analysis"
    _description = "Printed analysis of opinions"
    _inherit = "report.property_service.property_form"

    _form_model = "property.survey.analysis"

    @api.model
    def _sheet(self, doc):
        return {"rows": doc._pareto_rows(), "branches": doc._branches()}
