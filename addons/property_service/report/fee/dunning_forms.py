# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from decimal import Decimal

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money


class DunningForm(models.AbstractModel):
    """What the forms of dunning and parking share: language, careful reading, QR of the portal."""

    _name = "report.property_service.dunning_form"
    _description = "Form of dunning"

    #: model the form is printed for
    _form_model = None

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
            "sheets": self.with_context(lang=lang)._sheets(docs),
            "qr": self._portal_code(),
            "money": lambda amount: f"{amount or 0:,.2f}",
            "words": lambda amount: money.chinese_amount(Decimal(str(amount or 0))),
            "tick": lambda on: "☑" if on else "□",
        }

    def _sheets(self, docs):
        """Return what each sheet states, a list of dicts."""
        return [{"doc": doc} for doc in docs]

    @api.model
    def _portal_code(self):
        """Return the QR code of the page where residents see and pay, as the source of an image."""
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        # drawn as lines: pictures in dots need a library that not every server has
        drawing = createBarcodeDrawing("QR", value=f"{base}/my/homes", width=110, height=110)
        image = drawing.asString("svg")
        if isinstance(image, str):
            image = image.encode()
        return f"data:image/svg+xml;base64,{base64.b64encode(image).decode()}"

    @api.model
    def _labels(self, record, name):
        return dict(record._fields[name]._description_selection(self.env))

    @api.model
    def _label(self, record, name):
        return self._labels(record, name).get(record[name], "")

    @api.model
    def _span(self, first, last):
        if not first:
            return ""
        return f"{first:%Y-%m}" if first == last or not last else f"{first:%Y-%m}~{last:%Y-%m}"

    @api.model
    def _rate_text(self, estate, date):
        """Return the late charge of the estate as a form states it."""
        rate = self.env["property.late.rate"]._on(estate, date)
        return self.env._(
            "from the day after the due date%(grace)s, %(rate)s %% a day",
            grace=(
                self.env._(" and %(days)s days of grace", days=rate["grace_days"])
                if rate["grace_days"]
                else ""
            ),
            rate=f"{rate['rate']:g}",
        )


class ReportDunningNotice(models.AbstractModel):
    """Dunning notices (费用催缴通知单, form H9-2), one per person who is asked to pay."""

    _name = "report.property_service.report_dunning_notice"
    _description = "Printed dunning notices"
    _inherit = "report.property_service.dunning_form"

    _form_model = "property.dunning.contact"

    def _sheets(self, docs):
        sheets = []
        for contact in docs:
            term = contact.stage_id._term(contact.estate_id)
            day = contact._day()
            for person in contact.recipient_ids or contact.partner_id:
                sheets.append(
                    {
                        "doc": contact,
                        "person": person,
                        "liable": person != contact.partner_id,
                        "second": contact.stage_id.code == "notice2",
                        "date": day,
                        "term": term,
                        "span": self._span(contact.month_from, contact.month_to),
                        "rate": self._rate_text(contact.estate_id, day),
                        "contact_name": contact.dunning_id.user_id.name or contact.user_id.name,
                    }
                )
        return sheets


class ReportDunningAgreement(models.AbstractModel):
    """Agreement of instalments or deferral (分期/缓缴协议, form H9-5)."""

    _name = "report.property_service.report_dunning_agreement"
    _description = "Printed agreement of instalments or deferral"
    _inherit = "report.property_service.dunning_form"

    _form_model = "property.dunning.agreement"

    def _sheets(self, docs):
        return [
            {
                "doc": agreement,
                "kind": self._label(agreement, "kind"),
                "span": self._span(agreement.dunning_id.month_from, agreement.dunning_id.month_to),
                "amount": agreement.amount or sum(agreement.line_ids.mapped("amount")),
            }
            for agreement in docs
        ]


class ReportDunningFile(models.AbstractModel):
    """Hand-over list of the file for the lawyer (律师函/起诉移交清单, form H9-4)."""

    _name = "report.property_service.report_dunning_file"
    _description = "Printed hand-over list for the lawyer"
    _inherit = "report.property_service.dunning_form"

    _form_model = "property.dunning"

    def _sheets(self, docs):
        sheets = []
        for case in docs:
            kinds = self._labels(self.env["property.dunning.paper"], "kind")
            approved = case.approval_ids.filtered(lambda row: row.state == "approved")[:1]
            sheets.append(
                {
                    "doc": case,
                    "kinds": kinds,
                    "copies": self._labels(self.env["property.dunning.paper"], "copy_kind"),
                    "span": self._span(case.month_from, case.month_to),
                    "reason": self._label(case, "reason"),
                    "approved": approved,
                    "date": fields.Date.context_today(self),
                }
            )
        return sheets


class ReportParkingNotice(models.AbstractModel):
    """Parking fee dunning notice (车位使用费催缴通知单, form H10-1)."""

    _name = "report.property_service.report_parking_notice"
    _description = "Printed parking fee dunning notice"
    _inherit = "report.property_service.dunning_form"

    _form_model = "property.parking.dunning"

    def _sheets(self, docs):
        if docs.filtered(lambda case: not case.notice_date):
            raise UserError(self.env._("The written notice is made by the button of the case."))
        return [
            {
                "doc": case,
                "kind": self._label(case, "space_kind"),
                "span": self._span(case.month_from, case.month_to),
                "rate": self._rate_text(case.estate_id, case.notice_date),
            }
            for case in docs
        ]


class ReportParkingApplication(models.AbstractModel):
    """Application for a parking space (车位租用申请表, handbook A §53)."""

    _name = "report.property_service.report_parking_application"
    _description = "Printed application for a parking space"
    _inherit = "report.property_service.dunning_form"

    _form_model = "property.parking.lease"

    def _sheets(self, docs):
        return [
            {
                "doc": lease,
                "identity": self._label(lease, "identity"),
                "kind": self._label(lease, "kind"),
            }
            for lease in docs
        ]
