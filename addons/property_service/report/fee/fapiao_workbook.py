# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

import xlsxwriter

from odoo import models


class PropertyFapiaoBatch(models.Model):
    """The workbook the tax platform takes: a sheet of bills, a sheet of their items."""

    _inherit = "property.fapiao.batch"

    def _render_workbook(self):
        """Return the bytes of the workbook, laid out by `property.fapiao.column`."""
        self.ensure_one()
        columns = self.env["property.fapiao.column"]._for_company(self.company_id)
        buffer = io.BytesIO()
        # all text as text: 20-digit numbers and codes must not become numbers
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
        title = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        sheets = (
            ("1_head", "1-发票基本信息", self._head_rows()),
            ("2_line", "2-发票明细信息", self._line_rows()),
        )
        for code, name, rows in sheets:
            mine = columns.filtered(lambda column, code=code: column.sheet == code)
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for position, column in enumerate(mine):
                sheet.write_string(0, position, column.name, title)
                sheet.set_column(position, position, column.width)
            for index, row in enumerate(rows, 1):
                for position, column in enumerate(mine):
                    value = column.text if column.value == "fixed" else row.get(column.value)
                    if isinstance(value, (int, float)) and not isinstance(value, bool):
                        sheet.write_number(index, position, value)
                    elif value:
                        sheet.write_string(index, position, str(value))
        book.close()
        return buffer.getvalue()

    def _head_rows(self):
        for line in self.line_ids:
            move = line.move_id
            partner = move.partner_id
            yield {
                "serial": line.serial,
                "type": self.invoice_type,
                "tax_included": "是",
                "natural_person": "" if partner.is_company else "是",
                "buyer": partner.name,
                "buyer_vat": partner.vat if partner.is_company else "",
                "buyer_address": partner.contact_address_inline if partner.is_company else "",
                "buyer_phone": partner.phone if partner.is_company else "",
                "remark": move.ref,
                "original": line.original,
            }

    def _line_rows(self):
        for line in self.line_ids:
            for row in line.move_id._fapiao_lines():
                yield {
                    "serial": line.serial,
                    "item": row["item"].name,
                    "tax_code": row["item"].tax_code,
                    "unit": "项",
                    "quantity": -row["quantity"] if row["amount"] < 0 else row["quantity"],
                    "price": row["price"],
                    "amount": row["amount"],
                    "tax_rate": row["tax_rate"] / 100,
                    "discount": row["discount"] or "",
                    "remark": row["name"],
                }
