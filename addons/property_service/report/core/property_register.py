# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
from typing import NamedTuple
from urllib.parse import urlencode

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class Column(NamedTuple):
    """A column of a register.

    `kind` is one of text, integer, money, area, price, percent, date; `width` is in characters;
    `total` says whether the column is summed at the foot.
    """

    key: str
    title: str
    width: int = 10
    kind: str = "text"
    total: bool = False


#: number formats of a spreadsheet by kind of column
_XLSX_FORMATS = {
    "integer": "0",
    "money": "#,##0.00",
    "area": "#,##0.00",
    "price": "0.00##",
    "percent": "0.00%",
    "date": "yyyy-mm-dd",
}


class PropertyRegister(models.AbstractModel):
    """A register or list as printed form and as spreadsheet: one mechanism for all rooms.

    A register is a model that inherits this one and says its title, columns and rows for given
    options (`estate_ids`, `building_ids`, `date`, `month`, `date_from`, `date_to` … as strings and
    ids, all optional). PDF, spreadsheet and the dialog that asks for the options come from here.
    Rows are read with the rights of the user who prints.
    """

    _name = "property.register"
    _description = "Register"

    #: names of the options the dialog asks for
    _register_options = ("estate_ids", "building_ids", "date")
    #: groups of which one may print the register; None: every reader
    _register_groups = None

    def _title(self, options):
        """Return the title of the form."""
        raise NotImplementedError

    def _subtitle(self, options):
        """Return the short lines under the title: estate, period."""
        lines = []
        if estates := self._estates(options):
            lines.append(self.env._("Estate: %(names)s", names="、".join(estates.mapped("name"))))
        if options.get("month"):
            lines.append(self.env._("Month: %(month)s", month=options["month"][:7]))
        if options.get("date_from") and options.get("date_to"):
            lines.append(
                self.env._(
                    "Period: %(first)s to %(last)s",
                    first=options["date_from"],
                    last=options["date_to"],
                )
            )
        elif options.get("date"):
            lines.append(self.env._("As of %(date)s", date=options["date"]))
        return lines

    def _columns(self, options):
        """Return the list of `Column`."""
        raise NotImplementedError

    def _rows(self, options):
        """Return the rows: dicts by column key.

        A row may have ``_section`` (rows of one section are headed and subtotalled together) and
        ``_bold``.
        """
        raise NotImplementedError

    def _notes(self, options):
        """Return lines printed under the table."""
        return []

    def _signatures(self):
        """Return the labels of the signature line at the foot."""
        return [
            self.env._("Prepared by"),
            self.env._("Reviewed by"),
            self.env._("Received by"),
            self.env._("Date"),
        ]

    # helpers for registers -----------------------------------------------------------------------

    def _estates(self, options):
        """Return the estates asked for; all the user works for when none is named."""
        estates = self.env["property.estate"]
        if options.get("estate_ids"):
            return estates.browse(options["estate_ids"])
        return estates.search([])

    def _unit_domain(self, options):
        domain = [("estate_id", "in", self._estates(options).ids)]
        if options.get("building_ids"):
            domain.append(("building_id", "in", options["building_ids"]))
        return domain

    def _date(self, options, key="date"):
        """Return the date `key` of the options; today when it is not given."""
        return fields.Date.to_date(options.get(key)) or fields.Date.context_today(self)

    def _check_register_access(self):
        groups = self._register_groups or ("property_service.group_reader",)
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("You may not print this register."))

    # what the outputs share ------------------------------------------------------------------

    def _row_count(self, options):
        """Return how many rows the register has."""
        return len(self._rows(options))

    def _content(self, options):
        """Return all a rendering needs: title, subtitle, columns, sections with totals, total.

        :return: dict
        """
        self._check_register_access()
        columns = self._columns(options)
        rows = self._rows(options)
        sections = []
        for row in rows:
            name = row.get("_section") or ""
            if not sections or sections[-1]["name"] != name:
                sections.append({"name": name, "rows": []})
            sections[-1]["rows"].append(row)
        for section in sections:
            section["total"] = self._total(columns, section["rows"])
        estates = self._estates(options)
        return {
            "title": self._title(options),
            "subtitle": self._subtitle(options),
            "columns": columns,
            "sections": sections,
            "total": self._total(columns, rows),
            "notes": self._notes(options),
            "signatures": self._signatures(),
            "company": (estates[:1].company_id or self.env.company),
            "printed": format_date(self.env, fields.Date.context_today(self)),
            "count": len(rows),
        }

    @api.model
    def _total(self, columns, rows):
        return {
            column.key: round(sum(row.get(column.key) or 0 for row in rows), 2)
            for column in columns
            if column.total
        }

    @api.model
    def _text(self, column, value):
        """Return a value as it is printed."""
        if value is None or value is False or value == "":
            return ""
        if column.kind in ("money", "area"):
            return f"{value:,.2f}"
        if column.kind == "price":
            return f"{value:g}"
        if column.kind == "percent":
            return f"{value * 100:.2f}%"
        if column.kind == "integer":
            return f"{value:d}"
        if column.kind == "date":
            return fields.Date.to_string(value) if not isinstance(value, str) else value
        return str(value)

    # outputs -------------------------------------------------------------------------------------

    def _render_xlsx(self, options):
        """Return the register as the bytes of a workbook, written in constant memory."""
        table = self._content(options)
        stream = io.BytesIO()
        with xlsxwriter.Workbook(
            stream, {"in_memory": True, "constant_memory": True, "strings_to_formulas": False}
        ) as book:
            self._write_sheet(book, table)
        return stream.getvalue()

    def _write_sheet(self, book, table):
        columns = table["columns"]
        sheet = book.add_worksheet(table["title"][:31])
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        small = book.add_format({"font_color": "#555555"})
        head = book.add_format(
            {
                "bold": True,
                "bg_color": "#E8EEF5",
                "border": 1,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )
        styles = {
            bold: {
                kind: book.add_format(
                    {"border": 1, "bold": bold, "num_format": _XLSX_FORMATS.get(kind, "@")}
                )
                for kind in ("text", *_XLSX_FORMATS)
            }
            for bold in (False, True)
        }
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width + 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        line = 0
        if len(columns) > 1:
            sheet.merge_range(line, 0, line, len(columns) - 1, table["title"], title)
        else:
            sheet.write_string(line, 0, table["title"], title)
        line += 1
        sheet.write_string(line, 0, "    ".join(table["subtitle"]), small)
        line += 1
        for index, column in enumerate(columns):
            sheet.write_string(line, index, column.title, head)
        sheet.repeat_rows(line)
        sheet.freeze_panes(line + 1, 0)
        line += 1
        many = len(table["sections"]) > 1
        for section in table["sections"]:
            for row in section["rows"]:
                self._write_row(sheet, line, columns, row, styles[bool(row.get("_bold"))])
                line += 1
            if many and section["total"]:
                self._write_total(sheet, line, columns, section, styles[True], section["name"])
                line += 1
        if table["total"]:
            self._write_total(sheet, line, columns, table, styles[True], "")
            line += 1
        for note in table["notes"]:
            sheet.write_string(line, 0, note, small)
            line += 1
        if table["signatures"]:
            sheet.write_string(
                line + 1, 0, "        ".join(f"{label}:________" for label in table["signatures"])
            )

    def _write_total(self, sheet, line, columns, holder, styles, name):
        first = next((col.key for col in columns if not col.total and col.kind == "text"), None)
        label = self.env._("Total %(name)s", name=name).strip()
        self._write_row(sheet, line, columns, {**holder["total"], first: label}, styles)

    def _write_row(self, sheet, line, columns, row, styles):
        for index, column in enumerate(columns):
            value = row.get(column.key)
            style = styles[column.kind]
            if value is None or value is False or value == "":
                sheet.write_blank(line, index, None, style)
            elif column.kind == "text":
                # never as a formula: what people typed stays text
                sheet.write_string(line, index, str(value), style)
            elif column.kind == "date":
                sheet.write_datetime(line, index, fields.Date.to_date(value), style)
            else:
                sheet.write_number(line, index, value, style)

    def _action_pdf(self, options):
        """Return the action that prints the register."""
        self._check_register_access()
        return self.env.ref("property_service.action_report_register").report_action(
            None, data={"register": self._name, "options": options}, config=False
        )

    def _action_xlsx(self, options):
        """Return the action that downloads the register as a workbook."""
        self._check_register_access()
        query = urlencode({"options": json.dumps(options)})
        return {
            "type": "ir.actions.act_url",
            "url": f"/property_service/register/{self._name}?{query}",
            "target": "download",
        }
