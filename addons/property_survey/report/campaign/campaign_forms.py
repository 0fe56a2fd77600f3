# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, models

from ...tools import chart

OPINIONS = 8  # different ones written out of each category


class ReportSurveyForm(models.AbstractModel):
    """客户意见征询表 / 客户满意度调查问卷: the questionnaire of a household (forms F4-1, F5-1)."""

    _name = "report.property_survey.report_survey_form"
    _description = "Printed questionnaire of a household"
    _inherit = "report.property_service.property_form"

    _form_model = "property.survey.form"

    @api.model
    def _sheet(self, doc):
        campaign = doc.campaign_id
        return {
            **_questions(campaign),
            "campaign": campaign,
            # an anonymous sheet bears nothing that leads to the household
            "named": not campaign.anonymous,
            "qr": doc._qr(),
        }


class ReportSurveyBlank(models.AbstractModel):
    """The blank questionnaire of a campaign, without a household."""

    _name = "report.property_survey.report_survey_blank"
    _description = "Printed blank questionnaire"
    _inherit = "report.property_service.property_form"

    _form_model = "property.survey.campaign"

    @api.model
    def _sheet(self, doc):
        return {**_questions(doc), "campaign": doc, "named": False, "qr": None}


class ReportSurveyNotice(models.AbstractModel):
    """“开展满意度问卷”调查的通知: the letter before a survey (form F5-2)."""

    _name = "report.property_survey.report_survey_notice"
    _description = "Printed notice of a survey"
    _inherit = "report.property_service.property_form"

    _form_model = "property.survey.campaign"


class ReportSurveySummary(models.AbstractModel):
    """业主评议表汇总分析 / 客户满意度调查分析报告 (forms F4-2 and F5-7)."""

    _name = "report.property_survey.report_survey_summary"
    _description = "Printed analysis of a survey"
    _inherit = "report.property_service.property_form"

    _form_model = "property.survey.campaign"

    @api.model
    def _sheet(self, doc):
        grades = doc.template_id.grade_ids
        results = doc.result_ids
        return {
            "grades": grades,
            "rows": [
                {
                    "row": row,
                    "counts": [(row.counts or {}).get(str(grade.id), 0) for grade in grades],
                }
                for row in results
            ],
            "chart": chart.data_uri(
                chart.bars([(row.name, row.rate) for row in results], doc.name, doc.item_target)
            ),
            "buildings": doc._buildings(),
            "below": results.filtered(lambda row: not row.met),
            "opinions": _opinions(doc.sudo()),
            "analyses": doc.analysis_ids,
            "causes": {analysis.id: analysis._branches() for analysis in doc.analysis_ids},
            "pareto": {analysis.id: analysis._pareto_rows() for analysis in doc.analysis_ids},
        }


def _opinions(campaign):
    """The opinions by category, the most frequent first; the same words are written once."""
    rows = campaign.opinion_ids.filtered(lambda row: row.question != "best")
    groups = sorted(rows.grouped("category_id").items(), key=lambda group: -len(group[1]))
    return [
        {
            "category": category.name or campaign.env._("Without category"),
            "count": len(opinions),
            "texts": "；".join(
                f"{text}（{count}）" if count > 1 else text
                for text, count in Counter(opinions.mapped("text")).most_common(OPINIONS)
            ),
        }
        for category, opinions in groups
    ]


def _questions(campaign):
    template = campaign.template_id
    return {
        "grades": template.grade_ids,
        "sections": template.section_ids,
        "introduction": template.introduction,
    }
