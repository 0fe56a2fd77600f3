# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import request

from ...tools import record, sheet
from .register_import import ENGINES
from .register_import.texts import file_problem
from .register_import.workbook import bad_rows_workbook

_logger = logging.getLogger(__name__)

#: what the outcome shown belongs to
_INPUTS = ("file", "kind", "estate_id", "type_id", "journal_id")


class PropertyRegisterImport(models.TransientModel):
    """Takes in the papers a property company keeps: registers, price lists, statements.

    First a check that changes nothing and shows what would happen; then the import: good rows go
    in, bad ones are listed with row, column, reason and remedy and can be downloaded as a workbook
    to mend and bring back. The same file a second time changes nothing. Handbook A §1–§5, B H1,
    H4. How each kind is read is in ``register_import``.
    """

    _name = "property.register.import"
    _description = "Import of a register"

    kind = fields.Selection(
        [
            ("register", "Register of units and owners"),
            ("parking", "Register of parking spaces"),
            ("fees", "Price list"),
            ("meters", "Meter readings"),
            ("payments", "Payments received"),
        ],
        required=True,
        default="register",
    )
    estate_id = fields.Many2one(
        "property.estate",
        default=lambda self: self._default_estate(),
        help="All rows are taken for this estate. A register of units with a column of estates may "
        "leave it open.",
    )
    company_id = fields.Many2one("res.company", compute="_compute_company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    type_id = fields.Many2one(
        "property.unit.type",
        "Type of rows without one",
        default=lambda self: self.env.ref(
            "property_service.unit_type_home", raise_if_not_found=False
        ),
        help="Registers of homes alone often have no column of types.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Came in by",
        domain="[('property_method', '!=', False), ('company_id', '=', company_id)]",
        help="Empty: WeChat, Alipay or bank, as the file shows.",
    )
    file = fields.Binary(help="An .xlsx, .xls or CSV file.")
    filename = fields.Char()
    step = fields.Selection(
        [("file", "File"), ("checked", "Result of the check"), ("imported", "Imported")],
        default="file",
        readonly=True,
    )
    imported_count = fields.Integer(
        "Rows taken", readonly=True, help="Good rows: taken in, or after a check those that can be."
    )
    error_count = fields.Integer("Rows not taken", readonly=True)
    warning_count = fields.Integer("Remarks", readonly=True)
    change_count = fields.Integer("Changes", readonly=True)
    count_ids = fields.One2many(
        "property.register.import.count", "import_id", "Counts", readonly=True
    )
    line_ids = fields.One2many("property.register.import.line", "import_id", readonly=True)
    error_ids = fields.One2many(
        "property.register.import.line",
        "import_id",
        "Rows that cannot be taken",
        domain=[("severity", "=", "error")],
        readonly=True,
    )
    warning_ids = fields.One2many(
        "property.register.import.line",
        "import_id",
        "Rows to look at",
        domain=[("severity", "=", "warning")],
        readonly=True,
    )
    change_ids = fields.One2many(
        "property.register.import.line",
        "import_id",
        "What changes",
        domain=[("severity", "=", "change")],
        readonly=True,
    )
    error_file = fields.Binary("Workbook of rows not taken", readonly=True)
    error_filename = fields.Char(readonly=True)

    def _default_estate(self):
        estates = self.env["property.estate"].search([], limit=2)
        return estates if len(estates) == 1 else False

    @api.depends("estate_id")
    @api.depends_context("company")
    def _compute_company(self):
        for wizard in self:
            wizard.company_id = wizard.estate_id.company_id or self.env.company

    @api.depends("filename")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.filename or self.env._("New import")

    @api.onchange(*_INPUTS)
    def _onchange_input(self):
        """Hide the outcome of another file at once; `write()` forgets it."""
        self.step = "file"

    def write(self, vals):
        if vals.keys() & set(_INPUTS):
            vals = {
                **vals,
                "step": "file",
                "imported_count": 0,
                "error_count": 0,
                "warning_count": 0,
                "change_count": 0,
                "error_file": False,
                "line_ids": [Command.clear()],
                "count_ids": [Command.clear()],
            }
        return super().write(vals)

    # what the user presses ----------------------------------------------------------------------

    def action_check(self):
        """Read the file and show what an import would do; changes nothing but this dialog.

        :raises UserError: if the file as a whole cannot be read or is of another kind
        :raises AccessError: if the user may not take in this kind of paper
        """
        self.ensure_one()
        self._run(write=False)
        return True

    def action_import(self):
        """Take in the good rows of the file; list the others.

        :raises UserError: if the file as a whole cannot be read or is of another kind
        :raises AccessError: if the user may not take in this kind of paper
        """
        self.ensure_one()
        self._run(write=True)
        return True

    def action_download_errors(self):
        """Download the rows that were not taken, with the reasons, to mend and bring back."""
        self.ensure_one()
        self.check_access("read")
        if not self.error_file:
            raise UserError(self.env._("Every row could be taken: there is nothing to download."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/error_file"
            "?download=true&filename_field=error_filename",
            "target": "download",
        }

    def action_open_result(self):
        """Open what the file was about: units, prices or payments of the estate."""
        self.ensure_one()
        model, title = {
            "register": ("property.unit", self.env._("Units")),
            "parking": ("property.unit", self.env._("Units")),
            "fees": ("property.fee.price", self.env._("Prices")),
            "meters": ("property.meter.reading", self.env._("Meter readings")),
            "payments": ("property.incoming", self.env._("Incoming payments")),
        }[self.kind]
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("estate_id", "=", self.estate_id.id)] if self.estate_id else [],
        }

    # reading the file ---------------------------------------------------------------------------

    def _run(self, write):
        """Check the file and, if `write`, take it in; keep the outcome on this record."""
        self.check_access("write")
        engine_class = ENGINES[self.kind]
        self._check_may_import(engine_class)
        sheets = self._read_sheets()
        layout, tables = self._find_tables(sheets, engine_class)
        engine = engine_class(self, layout, tables)
        engine.check()
        if write:
            self._lock()
        engine.run(write)
        self._keep(engine, write)
        return engine

    def _check_may_import(self, engine_class):
        if self.estate_id:
            self.estate_id.check_access("read")
        if self.env.su or any(self.env.user.has_group(group) for group in engine_class.groups):
            return
        groups = [self.env.ref(group).sudo().display_name for group in engine_class.groups]
        labels = dict(self._fields["kind"]._description_selection(self.env))
        raise AccessError(
            self.env._(
                "Papers of the kind “%(kind)s” are taken in by: %(groups)s.",
                kind=labels[self.kind],
                groups=", ".join(groups),
            )
        )

    def _lock(self):
        """Let one import of an estate run at a time.

        :raises UserError: if another one is running
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
            (self._name, self.estate_id.id or 0),
        )
        if not self.env.cr.fetchone()[0]:
            raise UserError(
                self.env._("Another import of this estate is running. Wait until it is done.")
            )

    def _read_sheets(self):
        """Return the sheets of the file.

        :raises UserError: if it cannot be read
        """
        content = self.with_context(bin_size=False).file
        if not content:
            raise UserError(self.env._("Choose the file to take in."))
        try:
            return sheet.read_workbook(base64.b64decode(content), self.filename or "")
        except sheet.SheetError as error:
            _logger.info("file %s refused: %s %s", self.filename, error.code, error.params)
            raise UserError(file_problem(self.env, error)) from error

    def _find_tables(self, sheets, engine_class):
        """Return the layout the file has and its tables.

        :raises UserError: if it has none of the layouts of this kind, saying what is lacking
        """
        best = None
        for layout in engine_class.layouts:
            tables = record.read_tables(sheets, layout)
            if not tables:
                continue
            header = tables[0].header
            rank = (header.is_complete, -len(header.missing), len(header.columns))
            if best is None or rank > best[0]:
                best = (rank, layout, tables)
        if best and best[1] and best[2][0].header.is_complete:
            return best[1], best[2]
        raise UserError(self._mismatch(sheets, engine_class, best and best[2][0]))

    def _mismatch(self, sheets, engine_class, table):
        """Return why no table of the chosen kind was found, and what the file may be instead."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        parts = []
        if table:
            parts.append(
                self.env._(
                    "The sheet “%(sheet)s” is no “%(kind)s”: it lacks the columns %(missing)s. "
                    "Row %(row)d was read as the header, with the columns %(found)s.",
                    sheet=table.sheet.name,
                    kind=labels[self.kind],
                    missing="、".join(table.header.missing),
                    row=table.header.row_number,
                    found="、".join(table.header.titles.values()),
                )
            )
        else:
            parts.append(
                self.env._(
                    "No sheet of the file looks like a “%(kind)s”: no header line was found.",
                    kind=labels[self.kind],
                )
            )
        for kind, other in ENGINES.items():
            if other is not engine_class and any(
                found.header.is_complete
                for layout in other.layouts
                for found in record.read_tables(sheets, layout)
            ):
                parts.append(
                    self.env._("It looks like a “%(kind)s”: choose that above.", kind=labels[kind])
                )
                break
        else:
            parts.append(
                self.env._("Name the columns as in the table you know, or choose another file.")
            )
        return "\n".join(parts)

    # keeping the outcome ------------------------------------------------------------------------

    @api.model
    def _workbook_titles(self):
        """Return the titles of the columns added to the workbook of bad rows."""
        return [self.env._("Row in the file"), self.env._("Why it was not taken")]

    def _keep(self, engine, write):
        lines = engine.lines()
        amounts = engine.amounts()
        bad = engine.bad_rows
        self.line_ids.unlink()
        self.count_ids.unlink()
        self.write(
            {
                "step": "imported" if write else "checked",
                "imported_count": len(engine.taken_rows),
                "error_count": len(bad),
                "warning_count": sum(line["severity"] == "warning" for line in lines),
                "change_count": sum(line["severity"] == "change" for line in lines),
                "error_file": base64.b64encode(bad_rows_workbook(engine, self._workbook_titles()))
                if bad
                else False,
                "error_filename": self._error_filename(),
            }
        )
        self.env["property.register.import.line"].create(
            [{**line, "import_id": self.id} for line in lines]
        )
        self.env["property.register.import.count"].create(
            [
                {
                    "import_id": self.id,
                    "thing": thing,
                    "new_count": count["new"],
                    "changed_count": count["changed"],
                    "unchanged_count": count["unchanged"],
                    "amount": amounts.get(thing, 0.0),
                }
                for thing, count in engine.counts().items()
            ]
        )
        self.invalidate_recordset(["error_ids", "warning_ids", "change_ids"])
        if write:
            self._log_import(engine)

    def _error_filename(self):
        stem = (self.filename or "").rpartition(".")[0] or self.env._("Import")
        return self.env._("%(file)s - rows not taken.xlsx", file=stem)

    def _log_import(self, engine):
        """Note on the estate who took in which file, where it has changed anything."""
        counts = engine.counts()
        changed = {
            thing: count for thing, count in counts.items() if count["new"] or count["changed"]
        }
        _logger.info("import of %s by user %s: %s", self.kind, self.env.uid, dict(counts))
        if not changed or not self.estate_id:
            return
        labels = dict(
            self.env["property.register.import.count"]
            ._fields["thing"]
            ._description_selection(self.env)
        )
        self.estate_id.sudo()._message_log(
            body=self.env._(
                "%(user)s took in “%(file)s”: %(counts)s; %(bad)d rows not taken.",
                user=self.env.user.name,
                file=self.filename or "",
                counts=", ".join(
                    self.env._(
                        "%(thing)s: %(new)d new, %(changed)d changed",
                        thing=labels[thing],
                        new=count["new"],
                        changed=count["changed"],
                    )
                    for thing, count in changed.items()
                ),
                bad=len(engine.bad_rows),
            )
        )

    # progress -----------------------------------------------------------------------------------

    def _show_progress(self, done, total):
        """Tell the user who waits before the screen how far the import is.

        Sent from a transaction of its own, since the import's commits only at its end.
        """
        _logger.info("import of %s: %d of %d rows", self.kind, done, total)
        if not request or done >= total:
            return
        message = self.env._("%(done)d of %(total)d rows are written …", done=done, total=total)
        with self.env.registry.cursor() as cr:
            self.env(cr=cr).user._bus_send(
                "simple_notification",
                {"title": self.env._("Import"), "message": message, "type": "info"},
            )
