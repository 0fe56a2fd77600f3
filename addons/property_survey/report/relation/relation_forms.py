# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ReportVisit(models.AbstractModel):
    """Record of a visit (客户走访记录), for a VIP form F2-2 VIP客户回访记录 (handbook B F2)."""

    _name = "report.property_survey.report_visit"
    _description = "Printed record of a visit"
    _inherit = "report.property_service.property_form"

    _form_model = "property.visit"


class ReportCommunication(models.AbstractModel):
    """客户沟通记录表, form F3-1, of one talk (handbook B F3)."""

    _name = "report.property_survey.report_communication"
    _description = "Printed record of a communication"
    _inherit = "report.property_service.property_form"

    _form_model = "property.communication"


class ReportOwnersMeeting(models.AbstractModel):
    """Minutes of an owners' meeting (业主恳谈会纪要, handbook B F3)."""

    _name = "report.property_survey.report_owners_meeting"
    _description = "Printed minutes of an owners' meeting"
    _inherit = "report.property_service.property_form"

    _form_model = "property.owners.meeting"


class ReportCommitteeLetter(models.AbstractModel):
    """工作联系函 to the owners' committee or the street office, form F8-1 (handbook B F8)."""

    _name = "report.property_survey.report_committee_letter"
    _description = "Printed letter to the owners' committee"
    _inherit = "report.property_service.property_form"

    _form_model = "property.committee.letter"


class ReportDispute(models.AbstractModel):
    """Agreement of two neighbours after mediation (邻里纠纷调解协议书, handbook B F8)."""

    _name = "report.property_survey.report_dispute"
    _description = "Printed agreement between neighbours"
    _inherit = "report.property_service.property_form"

    _form_model = "property.neighbour.dispute"
