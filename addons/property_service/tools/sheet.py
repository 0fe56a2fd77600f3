"""Read any spreadsheet a property company may hand in: .xlsx, .xls, CSV in UTF-8 or GBK.

The kind of file is told by its content, never by its name: an ``.xls`` that is really a CSV is
common. What cannot be read is refused with a `SheetError` before anything large is unpacked.
"""

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 256
# Excel ends at this row. A file that claims more was made to hurt.
LAST_EXCEL_ROW = 1_048_576

# openpyxl warns about styles and extensions it drops; none of them concerns the values, and
# a warning in the server log counts as a fault there.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


class SheetError(Exception):
    """A file that cannot be read as a spreadsheet.

    `code` says why, `params` holds what a message needs:

    ``empty``           no bytes
    ``too_large``       ``size``, ``limit`` in bytes, packed or unpacked
    ``too_many_rows``   ``limit``
    ``not_spreadsheet`` ``kind``: pdf, word, image, html, …
    ``password``        the file is encrypted
    ``corrupt``         ``detail`` for the log
    ``encoding``        text in neither UTF-8, UTF-16 nor GB18030
    ``no_rows``         a spreadsheet without a single value
    """

    def __init__(self, code: str, params: dict[str, Any] | None = None):
        super().__init__(code, params)
        self.code = code
        self.params = params or {}


class Row(NamedTuple):
    """One line with at least one value.

    `number` is the line's number as the spreadsheet shows it (from 1), `values` its cells from
    column A on (None where empty), `filled` the indexes of values that stand in a merged cell
    begun further up.
    """

    number: int
    values: tuple[Any, ...]
    filled: frozenset[int] = frozenset()


@dataclass
class Sheet:
    """A named sheet; blank lines are left out of `rows`."""

    name: str
    rows: list[Row] = field(default_factory=list)
    visible: bool = True


class Uncomputed(str):
    """The text of a formula whose value the file does not hold."""


def read_workbook(
    content: bytes,
    filename: str = "",
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES,
) -> list[Sheet]:
    """Return the sheets of a file that hold at least one value, in the file's order.

    :param content: the file's bytes
    :param filename: its name; only used to name the sheet of a CSV file
    :raise SheetError: see there for the codes

    Formulas give the value last computed, or `Uncomputed` where the file holds none. A cell
    merged downwards gives its value to all its lines, marked in `Row.filled`, because that is
    how people read a building's name beside its rooms; a cell merged sideways keeps its value
    in the first column only, since a title over the whole width is not sixteen values.
    Values of a CSV file are text, without a leading backtick or Excel's ``="…"``.
    """
    if not content:
        raise SheetError("empty")
    if len(content) > max_bytes:
        raise SheetError("too_large", {"size": len(content), "limit": max_bytes})
    kind = _kind_of(content)
    if kind == "zip":
        sheets = _read_xlsx(content, max_rows, max_unpacked_bytes)
    elif kind == "ole":
        sheets = _read_xls(content, max_rows)
    elif kind == "text":
        sheets = [_read_csv(content, filename, max_rows)]
    else:
        raise SheetError("not_spreadsheet", {"kind": kind})
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise SheetError("no_rows")
    return sheets


# --- telling files apart -----------------------------------------------------------------------

_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x09\x08", "ole"),  # bare BIFF streams of very old Excel
    (b"\x09\x04", "ole"),
    (b"\x09\x02", "ole"),
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "word"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_MARKUP = re.compile(rb"<(!doctype|html|\?xml|table|head|body|meta|div|svg)", re.IGNORECASE)


def _kind_of(content: bytes) -> str:
    head = content[:2048]
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            # two letters are a thin proof: a CSV may well begin with "BM" or "MZ"
            if len(signature) == 2 and signature.isalpha() and b"\x00" not in head:
                continue
            return kind
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return "html"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    return "binary" if b"\x00" in content else "text"


# --- .xlsx -------------------------------------------------------------------------------------

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CHUNK = 1 << 20


def _read_xlsx(content: bytes, max_rows: int, max_unpacked_bytes: int) -> list[Sheet]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive, max_unpacked_bytes)
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            formulas = None
            sheets = []
            for worksheet in workbook.worksheets:
                merges, has_formulas = _scan_worksheet(archive, worksheet._worksheet_path)
                rows = _xlsx_rows(worksheet, max_rows)
                if has_formulas:
                    # the formulas themselves are read only to know where a value is lacking
                    formulas = formulas or openpyxl.load_workbook(
                        io.BytesIO(content), read_only=True
                    )
                    rows = _mark_uncomputed(rows, formulas[worksheet.title], max_rows)
                sheets.append(
                    Sheet(
                        worksheet.title,
                        _fill_merged(rows, merges),
                        worksheet.sheet_state == "visible",
                    )
                )
            return sheets
    except (SheetError, MemoryError):
        raise
    except Exception as error:
        # a damaged file makes openpyxl and the XML parser fail in every possible way
        raise SheetError("corrupt", {"detail": f"{type(error).__name__}: {error}"}) from error


def _check_archive(archive: zipfile.ZipFile, max_unpacked_bytes: int) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SheetError("password")
    # zipfile never gives more bytes than an entry declares, so the declared sizes are a bound
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > max_unpacked_bytes or len(entries) > 10_000:
        raise SheetError("too_large", {"size": unpacked, "limit": max_unpacked_bytes})
    if not any(name.startswith("xl/") for name in names):
        raise SheetError("not_spreadsheet", {"kind": _kind_of_archive(archive, names)})
    if "xl/workbook.bin" in names:
        raise SheetError("not_spreadsheet", {"kind": "xlsb"})
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                # office files have no document type; one is there only to blow up the parser
                if b"<!DOCTYPE" in part.read(4096):
                    raise SheetError("corrupt", {"detail": "document type declared"})


def _kind_of_archive(archive: zipfile.ZipFile, names: set[str]) -> str:
    for prefix, kind in (("word/", "word"), ("ppt/", "slides")):
        if any(name.startswith(prefix) for name in names):
            return kind
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
        return "opendocument"
    return "archive"


def _scan_worksheet(archive: zipfile.ZipFile, path: str) -> tuple[list[tuple[int, ...]], bool]:
    """Return the merged ranges (first row, first column, last row, last column) of a worksheet
    part and whether it has formulas; openpyxl's quick read-only mode tells neither."""
    merges: list[tuple[int, ...]] = []
    has_formulas = False
    with archive.open(path.removeprefix("/")) as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            has_formulas = has_formulas or bool(_FORMULA.search(text))
            end = 0
            for match in _MERGE.finditer(text):
                left, top, right, bottom = match.groups()
                merges.append((int(top), _column(left), int(bottom), _column(right)))
                end = match.end()
            # a tag may be cut by the chunk's end
            rest = text[max(end, len(text) - 200) :]
    return merges, has_formulas


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _xlsx_rows(worksheet: Any, max_rows: int) -> Iterator[Row]:
    # some exporters declare a wrong size of the sheet; openpyxl would stop there
    worksheet.reset_dimensions()
    return _rows(worksheet.iter_rows(values_only=True), max_rows)


def _mark_uncomputed(rows: Iterable[Row], worksheet: Any, max_rows: int) -> Iterator[Row]:
    """Put the formula's text where `rows` lack its value."""
    computed = {row.number: row.values for row in rows}
    for row in _xlsx_rows(worksheet, max_rows):
        known = computed.get(row.number, ())
        values = []
        for index, source in enumerate(row.values):
            value = known[index] if index < len(known) else None
            # an array formula is an object that carries its text
            source = getattr(source, "text", source)
            if value is None and isinstance(source, str) and source.startswith("="):
                value = Uncomputed(source)
            values.append(value)
        yield Row(row.number, tuple(values))


def _rows(lines: Iterable[Iterable[Any]], max_rows: int) -> Iterator[Row]:
    """Number the lines from 1, drop blank ones, cut off empty cells at the end."""
    count = 0
    for number, line in enumerate(lines, 1):
        if number > LAST_EXCEL_ROW:
            raise SheetError("too_many_rows", {"limit": max_rows})
        values = list(islice(line, MAX_COLUMNS))
        while values and _is_blank(values[-1]):
            values.pop()
        if not values:
            continue
        count += 1
        if count > max_rows:
            raise SheetError("too_many_rows", {"limit": max_rows})
        yield Row(number, tuple(values))


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _fill_merged(rows: Iterable[Row], merges: list[tuple[int, ...]]) -> list[Row]:
    """Give the value of a cell merged downwards to its other lines that hold values."""
    rows = list(rows)
    merges = [merge for merge in merges if merge[2] > merge[0] and merge[1] < MAX_COLUMNS]
    if not merges:
        return rows
    merges.sort(reverse=True)
    open_merges: dict[int, tuple[int, Any]] = {}  # column -> (last row, value)
    filled_rows = []
    for row in rows:
        while merges and merges[-1][0] <= row.number:
            top, left, bottom, _right = merges.pop()
            if top == row.number and left < len(row.values):
                open_merges[left] = (bottom, row.values[left])
        values, filled = list(row.values), set()
        for column, (bottom, value) in list(open_merges.items()):
            if bottom < row.number:
                del open_merges[column]
            elif value is not None and (len(values) <= column or _is_blank(values[column])):
                values.extend([None] * (column + 1 - len(values)))
                values[column] = value
                filled.add(column)
        filled_rows.append(Row(row.number, tuple(values), frozenset(filled)))
    return filled_rows


# --- .xls --------------------------------------------------------------------------------------


def _read_xls(content: bytes, max_rows: int) -> list[Sheet]:
    import xlrd

    # names of the streams inside the container, as it stores them
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise SheetError("password")
    if "Workbook".encode("utf-16-le") not in content:  # a workbook may embed such a document
        for stream, kind in (("WordDocument", "word"), ("PowerPoint Document", "slides")):
            if stream.encode("utf-16-le") in content:
                raise SheetError("not_spreadsheet", {"kind": kind})
    try:
        # formatting_info is what makes xlrd report merged cells; its own log goes nowhere
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO(), on_demand=True
        )
        return [_xls_sheet(book, book.sheet_by_index(i), max_rows) for i in range(book.nsheets)]
    except (SheetError, MemoryError):
        raise
    except Exception as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise SheetError("password") from error
        raise SheetError("corrupt", {"detail": f"{type(error).__name__}: {error}"}) from error


def _xls_sheet(book: Any, xls: Any, max_rows: int) -> Sheet:
    lines = (
        [_xls_value(cell, book.datemode) for cell in xls.row(index)] for index in range(xls.nrows)
    )
    merges = [(top + 1, left, bottom, right - 1) for top, bottom, left, right in xls.merged_cells]
    return Sheet(xls.name, _fill_merged(_rows(lines, max_rows), merges), xls.visibility == 0)


def _xls_value(cell: Any, datemode: int) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return int(cell.value) if cell.value.is_integer() else cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return cell.value if cell.value != "" else None


# --- CSV ---------------------------------------------------------------------------------------

_DELIMITERS = ",\t;"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_EXCEL_TEXT = re.compile(r'="(.*)"')


def _read_csv(content: bytes, filename: str, max_rows: int) -> Sheet:
    text = _decode(content)
    # not splitlines(): it also breaks at form feeds and other signs that end no record
    lines = list(io.StringIO(text, newline=""))
    delimiter = _delimiter_of(lines)
    try:
        rows = _csv_rows(lines, delimiter, csv.QUOTE_MINIMAL, max_rows)
        if rows is None:
            rows = _csv_rows(lines, delimiter, csv.QUOTE_NONE, max_rows)
    except csv.Error as error:
        raise SheetError("corrupt", {"detail": str(error)}) from error
    return Sheet(re.sub(r"\.\w+$", "", filename), rows or [])


def _decode(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        # Chinese text in GBK is practically never valid UTF-8, so UTF-8 is asked first
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _only_text(text)
    # Banks cut a memo at a byte count, through the middle of a character: some damage is normal.
    texts = [content.decode(encoding, errors="replace") for encoding in encodings]
    text = min(texts, key=lambda candidate: candidate.count("\ufffd"))
    if text.count("\ufffd") > max(3, len(text) // 200):
        raise SheetError("encoding")
    return _only_text(text)


def _only_text(text: str) -> str:
    if _CONTROL.search(text):
        raise SheetError("not_spreadsheet", {"kind": "binary"})
    return text


def _delimiter_of(lines: list[str]) -> str:
    """Return the sign that cuts the first lines into the most, and evenly many, pieces."""

    # Alipay ends every value of its comma-separated bill with a tab that parts nothing
    sample = [re.sub(r"\t+(?=[,;\r\n]|$)", "", line) for line in lines[:60]]

    def evenness(delimiter: str) -> tuple[int, int]:
        parts = csv.reader(sample, delimiter=delimiter)
        widths = Counter(len(line) for line in parts if len(line) > 1)
        if not widths:
            return (0, 0)
        width, count = max(widths.items(), key=lambda item: (item[0] - 1) * item[1])
        return ((width - 1) * count, width)

    try:
        return max(_DELIMITERS, key=evenness)
    except csv.Error:
        return ","


def _csv_rows(lines: list[str], delimiter: str, quoting: int, max_rows: int) -> list[Row] | None:
    """Return the rows, or None where a stray quotation mark swallowed a good part of the file."""
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting)

    def records() -> Iterator[list[Any]]:
        previous = 0
        for record in reader:
            if reader.line_num - previous > 20:
                raise _StrayQuoteError
            previous = reader.line_num
            yield [_csv_value(value) for value in record]

    try:
        return list(_rows(records(), max_rows))
    except _StrayQuoteError:
        return None


class _StrayQuoteError(Exception):
    pass


def _csv_value(value: str) -> str | None:
    value = value.strip()
    if match := _EXCEL_TEXT.fullmatch(value):
        value = match.group(1)
    return value.removeprefix("`").strip() or None
