# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import money

#: rows up to which two notices fit on a page
HALF_PAGE_ROWS = 6


class PropertyPaymentNotice(models.AbstractModel):
    """Payment notices (缴费通知单, form H2-1): what a home has to pay, for many homes at a time.

    One notice per home and payer, as bills are. What a notice says is read in a fixed number of
    queries for any number of homes.
    """

    _name = "property.payment.notice"
    _description = "Payment notice"

    @api.model
    def _notices(self, units, month=None, settled=False):
        """Return what the notices of `units` say, as dicts in the order of units.

        :param units: homes; parking and storage are on the notice of the home they belong to
        :param date month: first day of the month in detail, with what is open of earlier ones;
            None: everything open, the newest month in detail
        :param bool settled: also homes that have nothing to pay (set off from advance receipts)
        """
        units = units.with_context(lang=units[:1].estate_id._print_lang())
        units = (units.main_unit_id | units.filtered(lambda unit: not unit.main_unit_id)).sorted()
        charges = self._charges(units, month)
        prepaid = self.env["property.prepayment"]._balances(units)
        today = fields.Date.context_today(self)
        late = self.env["property.late.charge"]._amounts(charges)
        groups = charges.grouped("billed_unit_id")
        notices = []
        for unit in units:
            for partner, group in groups.get(unit, charges.browse()).grouped("partner_id").items():
                notice = self._notice(unit, partner, group, month)
                if notice["due"] or settled:
                    notice["late"] = unit.currency_id.round(
                        sum(late[charge.id]["amount"] for charge in group if charge.id in late)
                    )
                    notice["advance"] = prepaid.get(unit.id, {}).get(partner.id, 0.0)
                    notice["date"] = today
                    notices.append(notice)
        return notices

    def _charges(self, units, month):
        """Return the charges the notices are about."""
        is_open = Domain("state", "in", ("open", "partial"))
        domain = Domain("billed_unit_id", "in", units.ids)
        if month:
            billed = Domain("month", "=", month) & Domain(
                "state", "in", ("open", "partial", "paid")
            )
            domain &= billed | (is_open & Domain("month", "<", month))
        else:
            domain &= is_open
        return units.env["property.charge"].search(domain)

    def _notice(self, unit, partner, charges, month):
        """Return one notice of `charges`, those of `month` in detail and older ones summed up."""
        month = month or max(charges.mapped("month"))
        current = charges.filtered(lambda charge: charge.month >= month)
        lines = [self._line(unit, charge) for charge in self._ordered(current)]
        older = (charges - current).grouped(lambda charge: (charge.unit_id, charge.item_id))
        for (side, item), group in older.items():
            self._add_arrears(lines, unit, side, item, group)
        round_ = unit.currency_id.round
        due = round_(sum(line["due"] for line in lines))
        dates = current.mapped("date_due") or charges.mapped("date_due")
        return {
            "unit": unit,
            "estate": unit.estate_id,
            "payer": partner,
            "month": f"{month:%Y-%m}",
            "lines": lines,
            "amount": round_(sum(line["amount"] for line in lines)),
            "paid": round_(sum(line["paid"] for line in lines)),
            "arrears": round_(sum(line["arrears"] for line in lines)),
            "due": due,
            "words": money.chinese_amount(Decimal(str(due))),
            "date_due": max(date for date in dates if date) if any(dates) else None,
            "arrears_span": self._span(charges - current),
            "long": len(lines) > HALF_PAGE_ROWS,
        }

    def _ordered(self, charges):
        return charges.sorted(
            lambda charge: (
                charge.item_id.priority,
                charge.item_id.id,
                charge.unit_id.id,
                charge.date_start,
            )
        )

    def _line(self, unit, charge):
        return {
            "item": charge.item_id,
            "side": charge.unit_id if charge.unit_id != unit else None,
            "period": charge._period_label(),
            "quantity": charge.quantity,
            "quantity_text": (
                f"{charge.quantity:.2f}㎡"
                if charge.item_id.basis in ("gross_area", "inner_area")
                else money.plain(charge.quantity)
            ),
            "price_text": money.price(charge.price_unit),
            "amount": charge.amount,
            "paid": charge.amount_paid,
            "arrears": 0.0,
            "due": charge.amount_residual,
        }

    def _add_arrears(self, lines, unit, side, item, charges):
        """Add what is open of earlier months to the item's line, or as a line of its own."""
        owed = unit.currency_id.round(sum(charges.mapped("amount_residual")))
        shown = side if side != unit else None
        for line in lines:
            if line["item"] == item and line["side"] == shown and not line["arrears"]:
                line["arrears"] = owed
                line["due"] = unit.currency_id.round(line["due"] + owed)
                return
        lines.append(
            {
                "item": item,
                "side": shown,
                "period": self._span(charges),
                "quantity": 0.0,
                "quantity_text": "",
                "price_text": "",
                "amount": 0.0,
                "paid": 0.0,
                "arrears": owed,
                "due": owed,
            }
        )

    def _span(self, charges):
        """Return the months of `charges` as text."""
        if not charges:
            return ""
        months = charges.mapped("month")
        first, last = min(months), max(months)
        return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}~{last:%Y-%m}"


class ReportPaymentNotice(models.AbstractModel):
    """Payment notices of chosen homes: everything they have open."""

    _name = "report.property_service.report_payment_notice"
    _description = "Printed payment notices of homes"

    @api.model
    def _get_report_values(self, docids, data=None):
        units = self.env["property.unit"].browse(docids)
        notices = self.env["property.payment.notice"]._notices(units)
        if not notices:
            raise UserError(self.env._("Nothing is open: there is no payment notice to print."))
        return _report_values(notices, half=len(notices) > 1)


class ReportPaymentNoticeBatch(models.AbstractModel):
    """Payment notices of a bill run or of whole buildings, as the dialog says."""

    _name = "report.property_service.report_payment_notice_batch"
    _description = "Printed payment notices of buildings"

    @api.model
    def _get_report_values(self, docids, data=None):
        dialog = self.env["property.notice.print"].browse(docids).exists()[:1]
        notices = dialog._notices() if dialog else []
        if not notices:
            raise UserError(self.env._("Nothing is open: there is no payment notice to print."))
        return _report_values(notices, half=dialog.layout == "half")


def _report_values(notices, half):
    """Return what the template needs: pages of one or two notices each.

    Two go on a page where both are short; a long one gets a page of its own.
    """
    pages = []
    for notice in notices:
        room = half and pages and len(pages[-1]) == 1
        if room and not notice["long"] and not pages[-1][0]["long"]:
            pages[-1].append(notice)
        else:
            pages.append([notice])
    return {
        "pages": pages,
        "half": half,
        "print_lang": notices[0]["estate"]._print_lang(),
        "docs": notices[0]["unit"].browse(),
    }
