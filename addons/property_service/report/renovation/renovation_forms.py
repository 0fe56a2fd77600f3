# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class RenovationForm(models.AbstractModel):
    """What the forms of a renovation dossier share."""

    _name = "report.property_service.renovation_form"
    _description = "Form of a renovation"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation"

    @api.model
    def _sheet(self, doc):
        return {"acts": self._prohibited(doc)}

    @api.model
    def _prohibited(self, doc):
        """Return what the law prohibits or leaves to an authority (handbook A §37)."""
        types = self.env["property.renovation.violation.type"].sudo()
        return types.search(
            [
                ("level", "in", ("P", "A")),
                ("company_id", "in", [False, doc.estate_id.company_id.id]),
            ]
        )


class ReportRenovation(models.AbstractModel):
    """装修申报表: one sheet each for the owner, the desk and security (handbook A §28)."""

    _name = "report.property_service.report_renovation"
    _description = "Printed renovation declaration"
    _inherit = "report.property_service.renovation_form"

    @api.model
    def _copy_names(self):
        return (
            self.env._("Copy for the owner"),
            self.env._("Copy for the service centre"),
            self.env._("Copy for security"),
        )


class ReportRenovationMissing(models.AbstractModel):
    """List of the papers still missing, for the applicant (handbook A §28, bad cases)."""

    _name = "report.property_service.report_renovation_missing"
    _description = "Printed list of missing papers"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationRules(models.AbstractModel):
    """装修禁止行为和注意事项告知书 (handbook A §37)."""

    _name = "report.property_service.report_renovation_rules"
    _description = "Printed notice of prohibited acts"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationNeighbours(models.AbstractModel):
    """装修邻里告知(公示)单 (handbook A §28)."""

    _name = "report.property_service.report_renovation_neighbours"
    _description = "Printed notice to neighbours"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationCondition(models.AbstractModel):
    """装修前房屋现状确认 (handbook A §28)."""

    _name = "report.property_service.report_renovation_condition"
    _description = "Printed condition of the room before a renovation"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationAgreement(models.AbstractModel):
    """住宅室内装饰装修管理服务协议, three copies (handbook A §29)."""

    _name = "report.property_service.report_renovation_agreement"
    _description = "Printed renovation agreement"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationMoney(models.AbstractModel):
    """装修缴费通知单 (handbook A §29)."""

    _name = "report.property_service.report_renovation_money"
    _description = "Printed payment notice of a renovation"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationPermit(models.AbstractModel):
    """装修许可证, A4 poster with QR code (handbook A §30)."""

    _name = "report.property_service.report_renovation_permit"
    _description = "Printed renovation permit"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationExtension(models.AbstractModel):
    """装修许可证延期申请表 (handbook A §30)."""

    _name = "report.property_service.report_renovation_extension"
    _description = "Printed application for an extension"
    _inherit = "report.property_service.property_form"

    _form_model = "property.renovation.extension"


class ReportRenovationAcceptance(models.AbstractModel):
    """装修竣工验收表 (handbook A §38)."""

    _name = "report.property_service.report_renovation_acceptance"
    _description = "Printed acceptance of a renovation"
    _inherit = "report.property_service.renovation_form"


class ReportRenovationRefund(models.AbstractModel):
    """装修押金退还申请(审批)表, one sheet per deposit (handbook A §38)."""

    _name = "report.property_service.report_renovation_refund"
    _description = "Printed application for the refund of renovation deposits"
    _inherit = "report.property_service.renovation_form"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = super()._get_report_values(docids, data)
        values["sheets"] = [
            {**sheet, "deposit": deposit, "refund": deposit.refund_ids.sorted("id")[-1:]}
            for sheet in values["sheets"]
            for deposit in sheet["doc"].money_ids.deposit_id or [sheet["doc"].deposit_ids]
        ]
        return values


class ReportPowerConnection(models.AbstractModel):
    """通电申请表 (handbook A §39)."""

    _name = "report.property_service.report_power_connection"
    _description = "Printed application for power"
    _inherit = "report.property_service.property_form"

    _form_model = "property.power.connection"


class ReportGasAlteration(models.AbstractModel):
    """燃气改管申请(备案)表 (handbook A §40)."""

    _name = "report.property_service.report_gas_alteration"
    _description = "Printed application for a gas pipe alteration"
    _inherit = "report.property_service.property_form"

    _form_model = "property.gas.alteration"
