# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
import re
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlencode

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools import money


class Column(NamedTuple):
    """A column of a register.

    `kind` is one of text, mid (short text, centred), integer, money, area, price, percent, date;
    `width` is in characters; `total` says whether the column is summed at the foot.
    """

    key: str
    title: str
    width: int = 10
    kind: str = "text"
    total: bool = False


#: kinds of column that hold text
TEXT_KINDS = ("text", "mid")
#: number formats of a spreadsheet by kind of column
_XLSX_FORMATS = {
    "integer": "0",
    "money": "#,##0.00",
    "area": "#,##0.00",
    "price": "0.00##",
    "percent": "0.00%",
    "date": "yyyy-mm-dd",
}
_CENTRED = ("mid", "integer", "date")
#: options that hold ids, and options that hold a day
ID_OPTIONS = ("estate_ids", "building_ids", "res_ids")
DATE_OPTIONS = ("date", "month", "date_from", "date_to")
#: rows shown by the preview in the dialog
PREVIEW_ROWS = 50
#: lines of one table of a printed form: wkhtmltopdf takes ever longer for each further one
_TABLE_LINES = 400
_SHEET_NAME_LENGTH = 31


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

    def _option_defaults(self):
        """Return what the dialog proposes, by option; days as `date`."""
        today = fields.Date.context_today(self)
        first = money.month_start(today)
        return {"date": today, "month": first, "date_from": first, "date_to": today}

    # helpers for registers -----------------------------------------------------------------------

    def _estates(self, options):
        """Return the estates asked for; all the user works for when none is named."""
        estates = self.env["property.estate"]
        if options.get("estate_ids"):
            return estates.browse(options["estate_ids"])
        return estates.search([("active", "=", True)])

    def _unit_domain(self, options):
        domain = [("estate_id", "in", self._estates(options).ids)]
        if options.get("building_ids"):
            domain.append(("building_id", "in", options["building_ids"]))
        return domain

    def _date(self, options, key="date"):
        """Return the date `key` of the options; today when it is not given."""
        return fields.Date.to_date(options.get(key)) or fields.Date.context_today(self)

    def _labels(self, model, field):
        """Return {value: label} of a selection field in the language of the form."""
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    @api.model
    def _building_sections(self, buildings):
        """Return {building: name of its section}; no names where there is one building only."""
        if len(buildings) < 2:
            return dict.fromkeys(buildings, "")
        many = len(buildings.estate_id) > 1
        return {
            building: f"{building.estate_id.name} {building.name}" if many else building.name
            for building in buildings
        }

    def _may_print(self):
        """Return whether the user belongs to a group that may print the register."""
        groups = self._register_groups or ("property_service.group_reader",)
        return self.env.su or any(self.env.user.has_group(group) for group in groups)

    def _check_register_access(self, options=None):
        """Refuse users without the right to the register or to an estate they ask for.

        :raises AccessError: if so
        """
        if not self._may_print():
            raise AccessError(self.env._("You may not print this register."))
        if options and options.get("estate_ids"):
            self._estates(options).check_access("read")

    @api.model
    def _clean_options(self, options):
        """Return the options that came from outside, checked: known keys, ids, days.

        :raises UserError: if one of them is not what it should be
        """
        cleaned = {}
        for key, value in (options or {}).items():
            if key not in (*ID_OPTIONS, *DATE_OPTIONS, *self._register_options) or not value:
                continue
            try:
                if key in ID_OPTIONS:
                    value = [int(record_id) for record_id in value]
                elif key in DATE_OPTIONS:
                    text = f"{value}-01" if re.fullmatch(r"\d{4}-\d{2}", str(value)) else value
                    value = fields.Date.to_string(fields.Date.to_date(text))
            except (TypeError, ValueError) as error:
                raise UserError(
                    self.env._("“%(value)s” is not understood.", value=str(value)[:50])
                ) from error
            cleaned[key] = value
        return cleaned

    # what the outputs share ------------------------------------------------------------------

    def _in_print_language(self, options):
        """Return the register in the language its form is printed in."""
        return self.with_context(lang=self._estates(options)[:1]._print_lang())

    def _content(self, options):
        """Return all a rendering needs: title, subtitle, columns, sections with totals, total.

        :return: dict
        :raises AccessError: if the user may not print the register for these estates
        """
        self._check_register_access(options)
        table = self._frame(options)
        columns = table["columns"]
        rows = self._rows(options)
        sections = []
        for row in rows:
            name = row.get("_section") or ""
            if not sections or sections[-1]["name"] != name:
                sections.append({"name": name, "rows": []})
            sections[-1]["rows"].append(row)
        many = len(sections) > 1
        for section in sections:
            section["total"] = self._total(columns, section["rows"]) if many else {}
            section["label"] = self._subtotal_label(section["name"])
            section["headed"] = many and bool(section["name"])
        return {
            **table,
            "sections": sections,
            "total": self._total(columns, rows),
            "notes": self._notes(options),
            "count": len(rows),
        }

    def _frame(self, options):
        """Return what stands around the rows: title, subtitle, columns, signatures."""
        columns = self._columns(options)
        estates = self._estates(options)
        width = sum(column.width for column in columns)
        return {
            "title": self._title(options),
            "subtitle": self._subtitle(options),
            "columns": columns,
            "widths": [round(100.0 * column.width / width, 2) for column in columns],
            # columns in front of the first sum: they bear the word “Total”
            "lead": next(
                (index for index, column in enumerate(columns) if column.total), len(columns)
            ),
            "total_label": self.env._("Total"),
            "signatures": self._signatures(),
            "company": (estates[:1].company_id or self.env.company),
            "estate": estates if len(estates) == 1 else estates.browse(),
            "printed": self.env._(
                "Printed on %(date)s by %(user)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                user=self.env.user.name,
            ),
        }

    def _streamed(self, options, batches):
        """Return what a workbook is written from while its rows are still being read.

        For registers of which all rows would not fit into memory; notes are asked for after the
        last row.

        :param batches: iterator over lists of rows, in their order; `_section` is empty in all of
            them where there is one section only
        :raises AccessError: if the user may not print the register for these estates
        """
        self._check_register_access(options)
        table = self._frame(options)
        return {
            **table,
            "lines": self._streamed_lines(table, batches),
            "notes": self._streamed_notes(options),
        }

    def _streamed_lines(self, table, batches):
        """Yield the lines of a workbook as `_lines()` gives them."""
        total, subtotal, section = {}, {}, ""
        for row in chain.from_iterable(batches):
            name = row.get("_section") or ""
            if name != section:
                if section:
                    yield self._total_line(self._subtotal_label(section), subtotal)
                yield {"kind": "section", "label": name}
                section, subtotal = name, {}
            for sums in (total, subtotal):
                self._add_to(sums, table["columns"], row)
            yield {"kind": "row", "row": row}
        if section:
            yield self._total_line(self._subtotal_label(section), subtotal)
        if total:
            yield self._total_line(table["total_label"], total)

    def _streamed_notes(self, options):
        yield from self._notes(options)

    def _subtotal_label(self, name):
        return self.env._("Subtotal %(name)s", name=name).strip()

    @api.model
    def _total_line(self, label, sums):
        return {"kind": "total", "label": label, "row": sums}

    @api.model
    def _add_to(self, sums, columns, row):
        """Add a row to the sums of its columns."""
        for column in columns:
            if column.total:
                sums[column.key] = round(sums.get(column.key, 0) + (row.get(column.key) or 0), 2)

    @api.model
    def _total(self, columns, rows):
        return {
            column.key: round(sum(row.get(column.key) or 0 for row in rows), 2)
            for column in columns
            if column.total
        }

    @api.model
    def _lines(self, table):
        """Return what `_content()` gave as the lines of the form, one after the other.

        :return: list of dicts with `kind` (section, row or total), `label` and `row`
        """
        lines = []
        for section in table["sections"]:
            if section["headed"]:
                lines.append({"kind": "section", "label": section["name"]})
            lines += ({"kind": "row", "row": row} for row in section["rows"])
            if section["headed"] and section["total"]:
                lines.append(self._total_line(section["label"], section["total"]))
        if table["total"] and table["count"]:
            lines.append(self._total_line(table["total_label"], table["total"]))
        return lines

    @api.model
    def _tables(self, table):
        """Return the lines of the form in as many tables as it is printed in, at least one."""
        lines = self._lines(table)
        starts = range(0, max(len(lines), 1), _TABLE_LINES)
        return [lines[start : start + _TABLE_LINES] for start in starts]

    @api.model
    def _text(self, column, value):
        """Return a value as it is printed."""
        if value is None or value is False or value == "":
            return ""
        if column.kind in ("money", "area"):
            return f"{value:,.2f}"
        if column.kind == "price":
            whole, decimals = f"{value:.4f}".split(".")
            return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"
        if column.kind == "percent":
            return f"{value * 100:.2f}%"
        if column.kind == "integer":
            return f"{value:.0f}"
        if column.kind == "date":
            return fields.Date.to_string(value) if not isinstance(value, str) else value
        return str(value)

    @api.model
    def _align(self, column):
        """Return the class of the cells of a column in a printed form."""
        if column.kind in _CENTRED:
            return "mid"
        return None if column.kind in TEXT_KINDS else "num"

    def _filename(self, options):
        """Return the name of a file with the register, without its ending."""
        register = self._in_print_language(options)
        estates = register._estates(options)
        parts = [register._title(options)]
        if len(estates) == 1:
            parts.append(estates.name)
        if options.get("date_from") and options.get("date_to"):
            parts.append(f"{options['date_from']}~{options['date_to']}")
        else:
            parts.append((options.get("month") or "")[:7] or options.get("date"))
        return " ".join(part for part in parts if part)

    # outputs -------------------------------------------------------------------------------------

    def _render_preview(self, options, limit=PREVIEW_ROWS):
        """Return the first `limit` rows as HTML, with the totals of all of them."""
        register = self._in_print_language(options)
        table = register._content(options)
        left = limit
        for section in table["sections"]:
            section["rows"] = section["rows"][:left]
            left -= len(section["rows"])
        table["sections"] = [section for section in table["sections"] if section["rows"]]
        cut = table["count"] > limit and register.env._(
            "The first %(shown)s of %(count)s rows are shown here.",
            shown=limit,
            count=table["count"],
        )
        return register.env["ir.qweb"]._render(
            "property_service.register_preview",
            {"register": register, "table": table, "cut": cut},
        )

    def _render_pdf(self, options):
        """Return the register as the bytes of a PDF; None where no PDF can be made."""
        report = self.env.ref("property_service.action_report_register")
        if report.get_wkhtmltopdf_state() in ("install", "broken"):
            return None
        content, kind = report._render_qweb_pdf(
            report, data={"register": self._name, "options": options}
        )
        return content if kind == "pdf" else None

    def _render_xlsx(self, options):
        """Return the register as the bytes of a workbook."""
        return self._workbook(self._content(options))

    def _workbook(self, table):
        """Return what `_content()` or `_streamed()` gave as the bytes of a workbook.

        Row by row to a temporary file: asked to keep it in memory, too, the writer would hold
        every cell until the end.
        """
        stream = io.BytesIO()
        with xlsxwriter.Workbook(
            stream, {"constant_memory": True, "strings_to_formulas": False}
        ) as book:
            self._write_sheet(book, table)
        return stream.getvalue()

    @api.model
    def _xlsx_styles(self, book):
        """Return the cell formats: {(kind, bold): format}."""
        font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        styles = {}
        for bold in (False, True):
            for kind in (*TEXT_KINDS, *_XLSX_FORMATS):
                styles[kind, bold] = book.add_format(
                    {
                        **font,
                        "border": 1,
                        "bold": bold,
                        "num_format": _XLSX_FORMATS.get(kind, "@"),
                        **({"align": "center"} if kind in _CENTRED else {}),
                        **({"text_wrap": True} if kind in TEXT_KINDS else {}),
                    }
                )
        grey = {**font, "border": 1, "bold": True, "bg_color": "#EEEEEE"}
        return {
            **styles,
            "title": book.add_format({**font, "bold": True, "font_size": 16, "align": "center"}),
            "small": book.add_format({**font, "font_size": 9}),
            "head": book.add_format({**grey, "align": "center", "text_wrap": True}),
            "section": book.add_format(grey),
        }

    def _write_sheet(self, book, table):
        columns = table["columns"]
        name = re.sub(r"[\[\]:*?/\\]", " ", table["title"])[:_SHEET_NAME_LENGTH]
        sheet = book.add_worksheet(name)
        styles = self._xlsx_styles(book)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width + 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C" + self.env._("Page %(page)s of %(pages)s", page="&P", pages="&N"))
        sheet.set_row(0, 28)
        self._write_across(sheet, 0, columns, table["title"], styles["title"])
        line = "    ".join([*table["subtitle"], table["printed"]])
        sheet.write_string(1, 0, line, styles["small"])
        for index, column in enumerate(columns):
            sheet.write_string(2, index, column.title, styles["head"])
        sheet.repeat_rows(2)
        sheet.freeze_panes(3, 0)
        line = 3
        for row in table.get("lines") or self._lines(table):
            if row["kind"] == "section":
                self._write_across(sheet, line, columns, row["label"], styles["section"])
            elif row["kind"] == "total":
                self._write_total(sheet, line, table, row["label"], row["row"], styles)
            else:
                bold = bool(row["row"].get("_bold"))
                self._write_row(sheet, line, columns, row["row"], styles, bold)
            line += 1
        for note in table["notes"]:
            sheet.write_string(line, 0, note, styles["small"])
            line += 1
        if table["signatures"]:
            text = "        ".join(f"{label}：____________" for label in table["signatures"])
            sheet.write_string(line + 1, 0, text, styles["small"])

    @api.model
    def _write_across(self, sheet, line, columns, text, style):
        if len(columns) > 1:
            sheet.merge_range(line, 0, line, len(columns) - 1, text, style)
        else:
            sheet.write_string(line, 0, text, style)

    def _write_total(self, sheet, line, table, label, total, styles):
        columns, lead = table["columns"], table["lead"]
        self._write_row(sheet, line, columns, total, styles, True)
        if lead > 1:
            sheet.merge_range(line, 0, line, lead - 1, label, styles["mid", True])
        elif lead:
            sheet.write_string(line, 0, label, styles["mid", True])

    def _write_row(self, sheet, line, columns, row, styles, bold):
        for index, column in enumerate(columns):
            value = row.get(column.key)
            style = styles[column.kind, bold]
            if value is None or value is False or value == "":
                sheet.write_blank(line, index, None, style)
            elif column.kind in TEXT_KINDS:
                # never as a formula: what people typed stays text
                sheet.write_string(line, index, str(value), style)
            elif column.kind == "date":
                sheet.write_datetime(line, index, fields.Date.to_date(value), style)
            else:
                sheet.write_number(line, index, value, style)

    def _action_pdf(self, options):
        """Return the action that prints the register."""
        self._check_register_access(options)
        return self.env.ref("property_service.action_report_register").report_action(
            None, data={"register": self._name, "options": options}, config=False
        )

    def _action_xlsx(self, options):
        """Return the action that downloads the register as a workbook."""
        self._check_register_access(options)
        query = urlencode({"options": json.dumps(options)})
        return {
            "type": "ir.actions.act_url",
            "url": f"/property_service/register/{self._name}?{query}",
            "target": "download",
        }
