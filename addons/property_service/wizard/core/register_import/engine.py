# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the import of every kind of paper shares: rows, what is wrong with them, chunks, counts."""

import logging
from collections import Counter

import psycopg2

from odoo.exceptions import UserError

from ....tools import value as cells
from .texts import ValueTexts, shown

_logger = logging.getLogger(__name__)

#: rows written in one go; a chunk that fails is tried again row by row
CHUNK = 1000
#: fields whose values are never quoted in a message
_PERSONAL = frozenset({"id_number", "account"})


class Row:
    """A line of the paper on its way in: reads its cells and keeps what is wrong with them."""

    def __init__(self, engine, table, record):
        self.engine = engine
        self.table = table
        self.record = record
        self.problems = []  # (column, value, text): the row cannot be taken
        self.remarks = []  # (severity, column, value, text): it is taken all the same
        self.things = []  # (thing, key, status) it stands for, see `Engine.counts`
        self.plan = None  # what the engine has made of it
        self.is_repeat = False  # whether an earlier row says the same

    @property
    def number(self):
        """The row's number as the spreadsheet shows it."""
        return self.record.row_number

    @property
    def is_good(self):
        """Whether the row can be taken."""
        return not self.problems

    def cell(self, field):
        """Return what the cell of `field` holds; None if it is empty or there is no such column."""
        raw = self.record.values.get(field)
        return None if cells.is_missing(raw) else raw

    def read(self, field, reader, needed=False, weak=False):
        """Return the cell of `field` as `reader` reads it, or None.

        :param reader: function (raw value) -> value, raising `ValueProblem`
        :param bool needed: an empty cell refuses the row
        :param bool weak: a cell that cannot be read is left out with a warning only
        """
        raw = self.cell(field)
        if raw is None:
            if needed:
                self.refuse(field, code="missing")
            return None
        try:
            return reader(raw)
        except cells.ValueProblem as problem:
            if weak:
                self.warn(field, code=problem.code)
            else:
                self.refuse(field, code=problem.code)
        return None

    def text(self, field):
        """Return the cell of `field` as clean text, "" if it is empty; never refuses the row."""
        return self.read(field, cells.to_text, weak=True) or ""

    def refuse(self, field, text=None, code=None):
        """State why the row cannot be taken, by a sentence or the code of one."""
        self.problems.append((*self._place(field), text or self.engine.texts.of(field, code)))

    def warn(self, field, text=None, code=None):
        """State what to look at, though the row is taken."""
        text = text or self.engine.texts.of(field, code)
        self.remarks.append(("warning", *self._place(field), text))

    def note(self, field, text):
        """State what of a known record is changed."""
        self.remarks.append(("change", *self._place(field), text))

    def mark(self, thing, key, status):
        """Say that the row stands for the `thing` with that `key`: new, changed or unchanged."""
        self.things.append((thing, key, status))

    def _place(self, field):
        """Return (title, quotable value) of the column of `field`."""
        if field is None:
            return "", ""
        title = self.table.header.titles.get(field) or self.engine.title_of(field)
        raw = None if field in _PERSONAL else self.record.values.get(field)
        return title, shown(self.engine.env, raw)


class Engine:
    """Takes in the tables of one kind of paper.

    A subclass reads a row (`read`), looks up what is known (`load`), decides what each row means
    (`resolve`) and writes rows (`write`). Nothing is written before every row is decided, so a
    check is the same run without the last step.
    """

    #: layouts of `tools.layout`, of which the file must have one
    layouts = ()
    #: groups of which one may import this kind
    groups = ()
    #: things counted, in order
    things = ()

    def __init__(self, wizard, layout, tables):
        self.wizard = wizard
        self.estate = wizard.estate_id
        company = self.estate.company_id or wizard.env.company
        self.env = wizard.with_company(company).env
        self.company = company.with_env(self.env)
        self.layout = layout
        self.tables = tables
        self.texts = ValueTexts(self.env)
        self.rows = []
        self.sheet_remarks = []  # (table, row number, text)

    # to be filled by each kind ------------------------------------------------------------------

    def check(self):
        """Refuse to start where something is lacking that concerns all rows.

        :raises UserError: if no estate is chosen
        """
        if not self.estate:
            raise UserError(self.env._("Choose the estate the file belongs to."))

    def read(self, row):
        """Read the cells of `row`; what is wrong goes to the row."""
        raise NotImplementedError

    def load(self):
        """Look up, in few queries, what the database knows of what was read."""

    def resolve(self, row):
        """Decide what a readable row means: new, changed, unchanged, or refused."""
        raise NotImplementedError

    def write(self, rows):
        """Write good rows; called in a savepoint, with many rows or a single one."""
        raise NotImplementedError

    def undo(self, rows):
        """Forget what `write` kept in memory of rows whose savepoint was rolled back."""

    def done(self, rows):
        """Hook: rows were written for good."""

    def finish(self):
        """Hook: every row was decided and, if it was to be, written."""

    # the run --------------------------------------------------------------------------------

    def run(self, write):
        """Check all rows and, if `write`, take in the good ones."""
        self.rows = [Row(self, table, record) for table in self.tables for record in table.records]
        for row in self.rows:
            self.read(row)
        self.load()
        for row in self.rows:
            if row.is_good:
                self.resolve(row)
        if write:
            self._write_in_chunks(self.taken_rows)
        self.finish()
        self._remark_unknown_columns()

    def _write_in_chunks(self, rows):
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            if self._try(chunk) is not None:
                for row in chunk:
                    if message := self._try([row]):
                        row.refuse(None, message)
            self.wizard._show_progress(min(start + CHUNK, len(rows)), len(rows))

    def _try(self, rows):
        """Write rows in a savepoint; return the message of the failure, or None."""
        try:
            with self.env.cr.savepoint():
                self.write(rows)
        except UserError as error:
            message = str(error)
        except (psycopg2.IntegrityError, psycopg2.DataError) as error:
            message = self._database_message(error)
        else:
            self.done(rows)
            return None
        self.undo(rows)
        _logger.info("import of %s rows (%s) rolled back: %s", len(rows), self.layout.kind, message)
        return message or self.env._("The row cannot be written.")

    def _database_message(self, error):
        for model in self.env.registry.models.values():
            if model._table == error.diag.table_name and not model._abstract:
                return self.env[model._name]._sql_error_to_message(error)
        return self.env["base"]._sql_error_to_message(error)

    # outcome ----------------------------------------------------------------------------------

    @property
    def taken_rows(self):
        """The rows that can be taken, or were; what is said twice counts once."""
        return [row for row in self.rows if row.is_good and not row.is_repeat]

    @property
    def bad_rows(self):
        """The rows that cannot be taken."""
        return [row for row in self.rows if not row.is_good]

    def counts(self):
        """Return {thing: Counter of new, changed and unchanged}; each thing counts once."""
        rank = {"new": 2, "changed": 1, "unchanged": 0}
        found = {thing: {} for thing in self.things}
        for row in self.taken_rows:
            for thing, key, status in row.things:
                before = found[thing].get(key)
                if before is None or rank[status] > rank[before]:
                    found[thing][key] = status
        return {thing: Counter(statuses.values()) for thing, statuses in found.items()}

    def amounts(self):
        """Return {thing: yuan} where the things counted are money."""
        return {}

    def lines(self):
        """Return the values of the lines that tell the user what happened, in sheet order."""
        lines = [
            {"severity": "warning", "sheet": table.sheet.name, "row": number, "message": text}
            for table, number, text in self.sheet_remarks
        ]
        for row in self.rows:
            place = {
                "sheet": row.record.sheet,
                "row": row.number,
                "serial": shown(self.env, row.record.values.get("sequence")),
            }
            if row.problems:
                lines.append({**place, **self._refusal(row)})
            lines += [
                {
                    **place,
                    "severity": severity,
                    "column": column,
                    "value": quoted,
                    "message": self._sentence(column, quoted, text),
                }
                for severity, column, quoted, text in row.remarks
                if row.is_good
            ]
        return lines

    def _refusal(self, row):
        return {
            "severity": "error",
            "column": "、".join(dict.fromkeys(place[0] for place in row.problems if place[0])),
            "value": "、".join(dict.fromkeys(place[1] for place in row.problems if place[1])),
            "message": self.reason(row),
        }

    def reason(self, row):
        """Return all that is wrong with a row, with column and remedy, one problem per line."""
        return "\n".join(self._sentence(*problem) for problem in row.problems)

    def _sentence(self, column, quoted, text):
        if column and quoted:
            return self.env._(
                "%(column)s “%(value)s”: %(problem)s", column=column, value=quoted, problem=text
            )
        if column:
            return self.env._("%(column)s: %(problem)s", column=column, problem=text)
        return text

    def title_of(self, field):
        """Return the usual title of a column the sheet does not have."""
        return next((column.title for column in self.layout.columns if column.field == field), "")

    def _remark_unknown_columns(self):
        own = set(self.wizard._workbook_titles())
        for table in self.tables:
            titles = [title for title in table.header.unknown if title not in own]
            if titles:
                self.sheet_remarks.append(
                    (
                        table,
                        table.header.row_number,
                        self.env._(
                            "These columns are not read: %(titles)s.", titles="、".join(titles)
                        ),
                    )
                )

    # helpers ----------------------------------------------------------------------------------

    def user_has(self, *groups):
        """Return whether the user is of one of `groups`, or works for the system."""
        return self.env.su or any(self.env.user.has_group(group) for group in groups)
