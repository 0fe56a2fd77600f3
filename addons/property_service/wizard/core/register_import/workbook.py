# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The workbook of rows that could not be taken: to be mended and brought back."""

import datetime as dt
import io
import re

import xlsxwriter


def bad_rows_workbook(engine, titles):
    """Return the bytes of a workbook of the refused rows, one sheet per sheet of the paper.

    The columns are the paper's own, in its order, so that the workbook can be imported again;
    what a row took over from the row above it (the building named once) is written out.

    :param titles: titles of the two columns that are added: row number, reason
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for table in engine.tables:
            rows = [row for row in engine.bad_rows if row.table is table]
            if rows:
                _write_sheet(book, table, rows, titles, engine)
    return stream.getvalue()


def _write_sheet(book, table, rows, titles, engine):
    head = book.add_format({"bold": True, "bg_color": "#E8EEF5", "border": 1, "text_wrap": True})
    wrong = book.add_format({"bg_color": "#FCE4E4"})
    reason = book.add_format({"font_color": "#A00000", "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    names = {sheet.name for sheet in book.worksheets()}
    sheet = book.add_worksheet(_sheet_name(table.sheet.name, names))
    header = _header(table)
    for index, title in enumerate([*header, *titles]):
        sheet.write_string(0, index, title, head)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), 12)
    sheet.set_column(len(header), len(header), 8)
    sheet.set_column(len(header) + 1, len(header) + 1, 80)
    lines = {line.number: line for line in table.sheet.rows}
    for number, row in enumerate(rows, 1):
        cells = _cells(table, row, lines[row.number], len(header))
        columns = {problem[0] for problem in row.problems}
        for index, cell in enumerate(cells):
            _write_cell(
                sheet, number, index, cell, wrong if header[index] in columns else None, day
            )
        sheet.write_number(number, len(header), row.number)
        sheet.write_string(number, len(header) + 1, engine.reason(row), reason)


def _header(table):
    """Return the titles of the columns as the paper has them."""
    known = {index: table.header.titles[name] for name, index in table.header.columns.items()}
    line = next(
        (row.values for row in table.sheet.rows if row.number == table.header.row_number), ()
    )
    width = max(len(line), *(index + 1 for index in known))
    return [
        known.get(index) or str((line[index] if index < len(line) else None) or "")
        for index in range(width)
    ]


def _cells(table, row, line, width):
    cells = list(line.values[:width])
    cells += [None] * (width - len(cells))
    for name, index in table.header.columns.items():
        cells[index] = row.record.values.get(name)
    return cells


def _write_cell(sheet, row, column, cell, style, day):
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float) and abs(cell) < 10**15:
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_string(row, column, str(cell), style)


def _sheet_name(name, taken):
    """Return a name a sheet may have: short, without the signs Excel forbids, not taken yet."""
    stem = re.sub(r"[\[\]:*?/\\']", " ", name or "").strip()[:28] or "Sheet"
    for number in range(1, 1000):
        candidate = stem if number == 1 else f"{stem[:26]} {number}"
        if candidate.lower() not in {other.lower() for other in taken}:
            return candidate
    return stem
