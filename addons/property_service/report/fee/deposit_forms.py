# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money


class DepositFormBase(models.AbstractModel):
    """What the printed forms of deposits, refunds and settlements share."""

    _name = "report.property_service.deposit_form"
    _description = "Form of deposits and refunds"

    _form_model = None

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._form_model].browse(docids)
        docs.check_access("read")
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang)
        return {
            "docs": docs,
            "print_lang": lang,
            "words": lambda amount: money.chinese_amount(Decimal(str(amount or 0))),
            "figures": lambda amount: f"{amount or 0:,.2f}",
            "today": fields.Date.context_today(self),
            **self.with_context(lang=lang)._form_values(docs),
        }

    @api.model
    def _form_values(self, docs):
        """Return what else the template needs."""
        return {}

    @api.model
    def _decisions(self, document, matter):
        """Return who decided: dicts of the newest approval's steps, empty ones to sign by hand."""
        approval = document.sudo().approval_ids.sorted("id")[-1:]
        if approval:
            return [
                {
                    "role": step.group_id._property_office(),
                    "name": step.user_id.name or "",
                    "date": step.date and step.date.date(),
                    "state": step.state,
                }
                for step in approval.step_ids.sorted("sequence")
            ]
        steps = self.env["property.authority"]._steps(
            matter, document.company_id, document.estate_id
        )
        return [
            {"role": row.group_id._property_office(), "name": "", "date": "", "state": ""}
            for row in steps
        ]


class ReportDepositRefund(models.AbstractModel):
    """押金退还申请表, form H6-1 of handbook B."""

    _name = "report.property_service.report_deposit_refund"
    _description = "Application for the refund of a deposit"
    _inherit = "report.property_service.deposit_form"

    _form_model = "property.deposit"

    @api.model
    def _form_values(self, docs):
        if docs.filtered(lambda deposit: deposit.state in ("due", "cancelled")):
            raise UserError(self.env._("A deposit that was not taken is not refunded."))
        refunds = {deposit.id: deposit.sudo().refund_ids.sorted("id")[-1:] for deposit in docs}
        return {
            "refunds": refunds,
            "decisions": {
                deposit.id: self._decisions(refunds[deposit.id] or deposit, "refund")
                for deposit in docs
            },
        }


class ReportRefund(models.AbstractModel):
    """退款申请单, form H12-1 of handbook B."""

    _name = "report.property_service.report_refund"
    _description = "Application for a refund"
    _inherit = "report.property_service.deposit_form"

    _form_model = "property.refund"

    @api.model
    def _form_values(self, docs):
        return {"decisions": {refund.id: self._decisions(refund, "refund") for refund in docs}}


class ReportSettlementCertificate(models.AbstractModel):
    """费用结清证明, form H13-1 of handbook B."""

    _name = "report.property_service.report_settlement_certificate"
    _description = "Certificate of settlement"
    _inherit = "report.property_service.deposit_form"

    _form_model = "property.settlement"

    @api.model
    def _form_values(self, docs):
        if early := docs.filtered(lambda row: not row.certificate_date):
            raise UserError(
                self.env._(
                    "%(settlement)s: the certificate is printed once it is issued.",
                    settlement=early[0].display_name,
                )
            )
        return {"paid_to": {row.id: row._paid_to() for row in docs}}


class ReportSettlementHandover(models.AbstractModel):
    """业主变更费用交接确认单, form H13-2 of handbook B."""

    _name = "report.property_service.report_settlement_handover"
    _description = "Hand-over of fees at a change of owner"
    _inherit = "report.property_service.deposit_form"

    _form_model = "property.settlement"

    @api.model
    def _form_values(self, docs):
        def label(record, name):
            labels = dict(record._fields[name]._description_selection(record.env))
            return labels.get(record[name], "")

        return {"paid_to": {row.id: row._paid_to() for row in docs}, "label": label}


class ReportPrepaymentSetOff(models.AbstractModel):
    """预收冲抵单, form H5-2 of handbook B: one per entry that sets off advance receipts."""

    _name = "report.property_service.report_prepayment_set_off"
    _description = "Set-off of advance receipts"

    @api.model
    def _get_report_values(self, docids, data=None):
        moves = self.env["account.move"].sudo().browse(docids)
        moves = moves.filtered(lambda move: move.property_entry == "set_off")
        units = moves.property_unit_id.sudo(False)
        if not moves:
            raise UserError(self.env._("Only set-offs of advance receipts have this form."))
        # journal entries are the accountant's; the form shows one home's, to who may see the home
        units.check_access("read")
        lang = units[:1].estate_id._print_lang()
        return {
            "docs": moves.with_context(lang=lang),
            "print_lang": lang,
            "sheets": {move.id: self._sheet(move) for move in moves.with_context(lang=lang)},
        }

    @api.model
    def _sheet(self, move):
        """Return what the form of one entry states."""
        unit = move.property_unit_id
        account = unit.company_id.property_prepay_account_id
        used = sum(move.line_ids.filtered(lambda line: line.account_id == account).mapped("debit"))
        balance = (
            self.env["property.prepayment"]._balances(unit)[unit.id].get(move.partner_id.id, 0.0)
        )
        rows = [
            {
                "item": line.property_charge_id.item_id.name,
                "unit": (
                    line.property_charge_id.unit_id.full_name
                    if line.property_charge_id.unit_id != unit
                    else ""
                ),
                "period": line.property_charge_id._period_label(),
                "amount": line.credit,
                "left": line.property_charge_id.amount_residual,
            }
            for line in move.line_ids.filtered("property_charge_id").sorted(
                lambda line: (line.property_charge_id.month, line.id)
            )
        ]
        return {
            "rows": rows,
            "used": used,
            "words": money.chinese_amount(Decimal(str(used))),
            "balance": balance,
        }
