# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from ...tools.local_time import ZONE_NAME


class RepairFormBase(models.AbstractModel):
    """What the printed forms of repairs share."""

    _name = "report.property_service.repair_form"
    _description = "Form of repairs"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["property.repair"].browse(docids)
        docs.check_access("read")
        self._check(docs)
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang, tz=self.env.user.tz or ZONE_NAME)

        def at(moment):
            if not moment:
                return ""
            return fields.Datetime.context_timestamp(docs, moment).strftime("%Y-%m-%d %H:%M")

        return {
            "docs": docs,
            "print_lang": lang,
            "words": lambda amount: money.chinese_amount(Decimal(str(amount or 0))),
            "figures": lambda amount: f"{amount or 0:,.2f}",
            "plain": lambda number: money.plain(number or 0),
            "at": at,
            "receipts": {doc.id: self._receipt_numbers(doc) for doc in docs},
        }

    @api.model
    def _check(self, docs):
        """Hook: refuse orders the form is not for."""

    @api.model
    def _receipt_numbers(self, repair):
        """Return the numbers of the receipts the repair was paid with."""
        lines = self.env["property.receipt.line"].sudo()
        charges = repair.sudo().charge_ids
        found = lines.search([("charge_id", "in", charges.ids)]).receipt_id
        return "、".join(found.filtered("number").mapped("number"))


class ReportRepairOrder(models.AbstractModel):
    """客户请修流程单(派工单), form A2-1 of handbook B."""

    _name = "report.property_service.report_repair_order"
    _description = "Repair order"
    _inherit = "report.property_service.repair_form"


class ReportRepairRework(models.AbstractModel):
    """返修通知单, form A4-1 of handbook B."""

    _name = "report.property_service.report_repair_rework"
    _description = "Notice of rework"
    _inherit = "report.property_service.repair_form"

    @api.model
    def _check(self, docs):
        if other := docs.filtered(lambda row: not row.origin_id):
            raise UserError(self.env._("“%(repair)s” is no rework.", repair=other[0].display_name))


class ReportServiceOrder(models.AbstractModel):
    """特约服务委托单, form A6-1 of handbook B."""

    _name = "report.property_service.report_service_order"
    _description = "Order of a special service"
    _inherit = "report.property_service.repair_form"

    @api.model
    def _check(self, docs):
        if other := docs.filtered(lambda row: row.kind != "service"):
            raise UserError(
                self.env._("“%(repair)s” is no paid service.", repair=other[0].display_name)
            )
