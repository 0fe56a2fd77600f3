# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...models.handover.property_house_item import PLACES


class ReportHandoverNotice(models.AbstractModel):
    """入伙通知书 with its receipt to tear off (handbook A §10)."""

    _name = "report.property_service.report_handover_notice"
    _description = "Printed handover notice"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover.notice"

    def _sheet(self, doc):
        day = doc.batch_id.date_start
        fees = [
            (fee.name, fee._amount_of(doc.unit_id, day)[0], fee.note or "")
            for fee in doc.batch_id.fee_ids
            if not fee.optional and fee.mode != "developer"
        ]
        return {
            "fees": fees,
            "total": sum(amount for _name, amount, _note in fees),
            "slot": doc.slot_id.display_name and self._slot(doc),
        }

    def _slot(self, doc):
        slot = doc.slot_id
        return f"{self._moment(slot.start)}–{self._moment(slot.stop, '%H:%M')}" if slot else ""


class ReportHandoverGuide(models.AbstractModel):
    """收楼须知 (handbook A §10)."""

    _name = "report.property_service.report_handover_guide"
    _description = "Printed guide to the handover"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover.batch"


class ReportHandoverRoute(models.AbstractModel):
    """入伙手续书 (handbook A §10)."""

    _name = "report.property_service.report_handover_route"
    _description = "Printed route sheet of a handover"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover"

    def _sheet(self, doc):
        desks = [
            (self.env._("Desk 1: papers are checked"), doc.verified_by_id, doc.verified_date),
            (self.env._("Desk 2: fees are paid"), doc.fees_by_id, doc.fees_date),
            (self.env._("Desk 3: agreements are signed"), doc.agreed_by_id, doc.agreed_date),
            (
                self.env._("Desk 4: home inspected, meters read"),
                doc.inspection_id.inspector_id,
                doc.inspection_id.concluded_date,
            ),
            (self.env._("Desk 5: keys and papers received"), doc.keys_by_id, doc.keys_date),
        ]
        return {
            "desks": [
                (name, self.env._("Done") if moment else "", user.name, self._moment(moment))
                for name, user, moment in desks
            ]
        }


class ReportHandoverPapers(models.AbstractModel):
    """入伙资料验证单 (handbook A §12)."""

    _name = "report.property_service.report_handover_papers"
    _description = "Printed check of handover papers"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover"


class ReportHandoverReceipts(models.AbstractModel):
    """入伙资料签收表 and 钥匙领取签收表 (handbook A §14)."""

    _name = "report.property_service.report_handover_receipts"
    _description = "Printed receipts of papers and keys"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover"


class ReportHandoverCharges(models.AbstractModel):
    """入伙收费记录 (handbook A §16)."""

    _name = "report.property_service.report_handover_charges"
    _description = "Printed handover charges"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover"


class ReportHandoverLetter(models.AbstractModel):
    """The written report to the developer about a refused home (handbook A §13)."""

    _name = "report.property_service.report_handover_letter"
    _description = "Printed report to the developer"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover"


class ReportHouseInspection(models.AbstractModel):
    """房屋质量验收登记表, two copies (handbook A §13)."""

    _name = "report.property_service.report_house_inspection"
    _description = "Printed house inspection"
    _inherit = "report.property_service.property_form"

    _form_model = "property.house.inspection"

    def _copy_names(self):
        return (self.env._("Copy of the owner"), self.env._("Copy of the file"))

    def _sheet(self, doc):
        labels = dict(doc.check_ids._fields["place"]._description_selection(self.env))
        marks = {"ok": "√", "bad": "×", "none": "—"}
        order = {place: number for number, (place, _label) in enumerate(PLACES)}
        checks = doc.check_ids.sorted(lambda row: (order[row.place], row.sequence, row.id))
        return {
            "rows": [
                {
                    "place": labels[check.place],
                    "check": check,
                    "mark": marks.get(check.result, ""),
                    "defects": check.defect_ids,
                }
                for check in checks
            ],
            "meters": doc.handover_id.meter_ids,
        }


class ReportHouseDefect(models.AbstractModel):
    """业主报修处理登记表(维修工作单) of a handover (handbook A §13)."""

    _name = "report.property_service.report_house_defect"
    _description = "Printed repair order of a handover"
    _inherit = "report.property_service.property_form"

    _form_model = "property.house.defect"


class ReportHandoverIncident(models.AbstractModel):
    """现场突发事件记录 (handbook A §19)."""

    _name = "report.property_service.report_handover_incident"
    _description = "Printed record of an incident"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover.incident"


class ReportProxyService(models.AbstractModel):
    """委托代办授权书: single record of a proxy service (handbook A §15)."""

    _name = "report.property_service.report_proxy_service"
    _description = "Printed proxy service"
    _inherit = "report.property_service.property_form"

    _form_model = "property.proxy.service"


class ReportHandoverCheck(models.AbstractModel):
    """抽查记录表, single record (handbook A §18)."""

    _name = "report.property_service.report_handover_check"
    _description = "Printed spot check of handovers"
    _inherit = "report.property_service.property_form"

    _form_model = "property.handover.spot.check"
