# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PropertyReceipt(models.Model):
    """The printed receipt (收据, form H4-1)."""

    _inherit = "property.receipt"

    def _count_print(self):
        """Count a printing of the receipts (see the controller of reports).

        Whoever may read a receipt may print it, so it is counted past his rights and past the
        guard of confirmed receipts.
        """
        receipts = self.filtered("number")
        if not receipts:
            return
        receipts.flush_recordset(["print_count"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE property_receipt SET print_count = COALESCE(print_count, 0) + 1
                 WHERE id = ANY(%s)
                """,
                receipts.ids,
            )
        )
        receipts.invalidate_recordset(["print_count"], flush=False)

    def _print_lines(self):
        """Return what the receipt says it is for: a line per item, consecutive months together.

        :return: list of dicts: name, period, amount in yuan
        """
        self.ensure_one()
        groups = {}
        for line in self.line_ids.filtered("charge_id"):
            charge = line.charge_id
            groups.setdefault((charge.item_id, charge.unit_id), []).append(line)
        rows = []
        for (item, unit), lines in sorted(
            groups.items(), key=lambda entry: (entry[0][0].priority, entry[0][0].id, entry[0][1].id)
        ):
            charges = self.env["property.charge"].union(*(line.charge_id for line in lines))
            rows.append(
                {
                    "name": (
                        item.name if unit == self.unit_id else f"{item.name} {unit.full_name}"
                    ),
                    "period": self._print_period(charges),
                    "amount": sum(line.amount for line in lines),
                }
            )
        rows += [
            {
                "name": line.deposit_id.kind_id.name,
                "period": line.deposit_id.number,
                "amount": line.amount,
            }
            for line in self.line_ids.filtered("deposit_id")
        ]
        if self.currency_id.compare_amounts(self.amount_prepaid, 0) > 0:
            advance = self.env._("Paid in advance")
            rows.append(
                {
                    "name": f"{advance} {self.prepaid_item_id.name or ''}".strip(),
                    "period": "",
                    "amount": self.amount_prepaid,
                }
            )
        return rows

    def _print_period(self, charges):
        """Return the months of `charges`: one, a span, or a span with the number where it has gaps."""
        months = sorted(set(charges.mapped("month")))
        first, last = months[0], months[-1]
        if len(charges) == 1:
            return charges._period_label()
        if first == last:
            return f"{first:%Y-%m}"
        span = f"{first:%Y-%m}~{last:%Y-%m}"
        if (last.year - first.year) * 12 + last.month - first.month + 1 == len(months):
            return span
        return self.env._("%(span)s (%(count)s months)", span=span, count=len(months))


class ReportReceipt(models.AbstractModel):
    """Prints receipts in three copies and counts each printing."""

    _name = "report.property_service.report_receipt"
    _description = "Printed receipt"

    @api.model
    def _get_report_values(self, docids, data=None):
        receipts = self.env["property.receipt"].browse(docids)
        if receipts.filtered(lambda receipt: receipt.state == "draft"):
            raise UserError(
                self.env._("A receipt is printed once the money is taken: confirm it first.")
            )
        lang = receipts[:1].estate_id._print_lang()
        receipts = receipts.with_context(lang=lang)
        values = {
            "docs": receipts,
            "print_lang": lang,
            "methods": dict(receipts._fields["method"]._description_selection(receipts.env)),
            "lines": {receipt.id: receipt._print_lines() for receipt in receipts},
            "reprints": {
                receipt.id: receipts.env._(
                    "Reprint, printing no. %(number)s", number=receipt.print_count + 1
                )
                for receipt in receipts
                if receipt.print_count
            },
        }
        if (data or {}).get("report_type") == "pdf":
            receipts._count_print()
        return values
