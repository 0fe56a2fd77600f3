# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from ...tools.sheet import SheetError, read_workbook

#: headings under which platforms give the number back
_SERIAL_TITLES = ("发票流水号", "流水号", "单据编号", "订单号")
_NUMBER_TITLES = ("数电票号码", "数电发票号码", "全电发票号码", "发票号码")
_DATE_TITLES = ("开票日期", "开票时间")


class PropertyFapiaoBatch(models.Model):
    """Fapiao of a period's bills, issued in a batch on the tax platform (handbook B H4).

    draft → exported (the workbook was made) → issued (every number came back). Only income is on
    a fapiao: what is collected for others is the supplier's, deposits are none. A reversed bill
    whose fapiao was issued is listed again, to be corrected by a red-letter fapiao.
    """

    _name = "property.fapiao.batch"
    _description = "Fapiao batch"
    _inherit = ["property.workflow.mixin", "property.numbered.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "FP"
    _workflow_moves = {
        "draft": ("exported", "cancelled"),
        "exported": ("exported", "issued", "cancelled"),
    }
    _workflow_stamps = {"exported": ("exported_by_id", "exported_date")}

    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        required=True, default=lambda self: money.month_start(fields.Date.context_today(self))
    )
    date_to = fields.Date(
        required=True, default=lambda self: money.month_end(fields.Date.context_today(self))
    )
    colour = fields.Selection(
        [("blue", "Fapiao"), ("red", "Red-letter fapiao")],
        required=True,
        default="blue",
        index=True,
    )
    only_paid = fields.Boolean("Only paid bills", default=True)
    invoice_type = fields.Char(
        "Kind of fapiao", default="普通发票", required=True, help="As the tax platform names it."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("exported", "Exported"),
            ("issued", "Issued"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    exported_by_id = fields.Many2one("res.users", "Exported by", readonly=True, copy=False)
    exported_date = fields.Datetime("Exported on", readonly=True, copy=False)
    line_ids = fields.One2many("property.fapiao.line", "batch_id", "Bills")
    line_count = fields.Integer(compute="_compute_counts")
    issued_count = fields.Integer("Numbers received", compute="_compute_counts")
    amount = fields.Monetary("Total", compute="_compute_counts")
    workbook = fields.Binary(readonly=True, copy=False, attachment=True)
    workbook_name = fields.Char(readonly=True, copy=False)
    answer = fields.Binary("Issued numbers", copy=False, attachment=True)
    answer_name = fields.Char(copy=False)
    problems = fields.Text(readonly=True, copy=False)

    _period_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period ends before it starts."
    )

    @api.depends("line_ids.amount", "line_ids.fapiao_number")
    def _compute_counts(self):
        for batch in self:
            batch.line_count = len(batch.line_ids)
            batch.issued_count = len(batch.line_ids.filtered("fapiao_number"))
            batch.amount = sum(batch.line_ids.mapped("amount"))

    @api.model_create_multi
    def create(self, vals_list):
        batches = super().create(vals_list)
        batches._assign_number()
        return batches

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda batch: batch.state in ("exported", "issued")):
            raise UserError(self.env._("“%(batch)s” was exported: it stays.", batch=kept[0].number))

    # which bills ---------------------------------------------------------------------------------

    def _domain(self):
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("property_unit_id.estate_id", "=", self.estate_id.id),
            ("state", "=", "posted"),
            ("property_fapiao_number", "=", False),
            ("invoice_date", ">=", self.date_from),
            ("invoice_date", "<=", self.date_to),
        ]
        if self.colour == "red":
            return [*domain, ("move_type", "=", "out_refund")]
        domain.append(("move_type", "=", "out_invoice"))
        if self.only_paid:
            domain.append(("payment_state", "in", ("paid", "in_payment")))
        return domain

    def action_collect(self):
        """List the bills of the period that have income and no fapiao yet.

        :raises UserError: if there is none
        """
        for batch in self:
            if batch.state != "draft":
                raise UserError(self.env._("“%(batch)s” was exported already.", batch=batch.number))
            moves = self.env["account.move"].search(batch._domain(), order="invoice_date, id")
            busy = self.env["property.fapiao.line"].search(
                [("move_id", "in", moves.ids), ("batch_id.state", "in", ("draft", "exported"))]
            )
            moves -= busy.filtered(lambda line, batch=batch: line.batch_id != batch).move_id
            if batch.colour == "red":
                moves = moves.filtered(lambda move: move._fapiao_original())
            moves = moves.filtered(lambda move: move._fapiao_lines())
            if not moves:
                raise UserError(
                    self.env._("No bill of this period waits for a fapiao in this batch.")
                )
            batch.line_ids.unlink()
            batch.line_ids.create([{"batch_id": batch.id, "move_id": move.id} for move in moves])
        return True

    # out -----------------------------------------------------------------------------------------

    def action_export(self):
        """Make the workbook for the tax platform; with it the batch counts as exported.

        :raises UserError: if an item has no tax classification code
        """
        for batch in self:
            if not batch.line_ids:
                batch.action_collect()
            batch._check_codes()
            content = batch._render_workbook()
            batch.write(
                {
                    "workbook": base64.b64encode(content),
                    "workbook_name": f"{batch.number}.xlsx",
                }
            )
            batch._move_to("exported")
        return True

    def _check_codes(self):
        columns = self.env["property.fapiao.column"]._for_company(self.company_id)
        if "tax_code" not in columns.mapped("value"):
            return
        items = self.line_ids.move_id.invoice_line_ids.property_charge_id.item_id
        for item in items.filtered(lambda item: item.kind == "income" and not item.tax_code):
            raise UserError(
                self.env._(
                    "“%(item)s” has no tax classification code: enter it on the fee item.",
                    item=item.name,
                )
            )

    def action_cancel(self):
        """Give the bills free again; numbers received already stay."""
        for batch in self:
            if batch.issued_count:
                raise UserError(
                    self.env._(
                        "Numbers of “%(batch)s” have come back already: it cannot be cancelled.",
                        batch=batch.number,
                    )
                )
            batch._move_to("cancelled")
        return True

    # back ----------------------------------------------------------------------------------------

    def action_import_numbers(self):
        """Read the numbers the platform gave, from the workbook put in; good rows go in.

        :raises UserError: if the file cannot be read, or lacks serial or number
        """
        self.ensure_one()
        if not self.answer:
            raise UserError(self.env._("Put in the workbook the tax platform gave back."))
        try:
            sheets = read_workbook(base64.b64decode(self.answer), self.answer_name or "")
        except SheetError as error:
            raise UserError(
                self.env._(
                    "“%(file)s” cannot be read as a spreadsheet: save it as .xlsx or .csv and put "
                    "it in again.",
                    file=self.answer_name or "",
                )
            ) from error
        rows = self._answer_rows(sheets)
        lines = {line.serial: line for line in self.line_ids}
        problems = []
        for number, serial, fapiao, date in rows:
            problem = self._take_number(lines.get(serial), serial, fapiao, date)
            if problem:
                problems.append(self.env._("Row %(row)s: %(problem)s", row=number, problem=problem))
        self.problems = "\n".join(problems) or False
        if all(line.fapiao_number for line in self.line_ids):
            self._move_to("issued")
        return True

    def _answer_rows(self, sheets):
        """Return (row number, serial, fapiao number, date) of the rows of the platform's answer."""
        for sheet in sheets:
            columns = None
            found = []
            for row in sheet.rows:
                titles = [str(cell or "").strip().rstrip("*") for cell in row.values]
                if columns is None:
                    columns = {
                        name: next(
                            (titles.index(title) for title in wanted if title in titles), None
                        )
                        for name, wanted in (
                            ("serial", _SERIAL_TITLES),
                            ("number", _NUMBER_TITLES),
                            ("date", _DATE_TITLES),
                        )
                    }
                    if columns["serial"] is None or columns["number"] is None:
                        columns = None
                    continue
                cells = [*titles, *[""] * 3]
                date = cells[columns["date"]] if columns["date"] is not None else ""
                found.append((row.number, cells[columns["serial"]], cells[columns["number"]], date))
            if columns:
                return found
        raise UserError(
            self.env._(
                "The workbook needs a column “发票流水号” with the serial number and one “数电票号码” "
                "with the 20 digits."
            )
        )

    def _take_number(self, line, serial, fapiao, date):
        """Note the number of a bill; return what is wrong with the row, or None."""
        if not line:
            return self.env._("“%(serial)s” is not in this batch.", serial=serial)
        fapiao = re.sub(r"\D", "", fapiao)
        if len(fapiao) != 20:
            return self.env._(
                "“%(number)s” is no number of 20 digits; is the column formatted as text?",
                number=fapiao,
            )
        move = line.move_id
        if move.property_fapiao_number and move.property_fapiao_number != fapiao:
            return self.env._(
                "%(bill)s has the number %(number)s already.",
                bill=move.name,
                number=move.property_fapiao_number,
            )
        taken = self.env["account.move"].search(
            [("property_fapiao_number", "=", fapiao), ("id", "!=", move.id)], limit=1
        )
        if taken:
            return self.env._(
                "%(number)s belongs to %(bill)s already.", number=fapiao, bill=taken.name
            )
        day = re.match(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", date)
        move.sudo().write(
            {
                "property_fapiao_number": fapiao,
                "property_fapiao_date": (
                    fields.Date.to_date("-".join(part.zfill(2) for part in day.groups()))
                    if day
                    else fields.Date.context_today(self)
                ),
            }
        )
        return None


class PropertyFapiaoLine(models.Model):
    """A bill of a fapiao batch."""

    _name = "property.fapiao.line"
    _description = "Bill of a fapiao batch"
    _order = "batch_id, id"

    batch_id = fields.Many2one(
        "property.fapiao.batch", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="batch_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="batch_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="batch_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Bill", required=True, ondelete="restrict", index=True
    )
    serial = fields.Char(related="move_id.name", string="Serial number")
    unit_id = fields.Many2one(related="move_id.property_unit_id", string="Room")
    partner_id = fields.Many2one(related="move_id.partner_id", string="Buyer")
    original = fields.Char("Fapiao corrected", compute="_compute_original")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    fapiao_number = fields.Char(related="move_id.property_fapiao_number", string="Fapiao no.")

    _once = models.UniqueIndex("(batch_id, move_id)", "A bill is in a batch once.")

    @api.depends("move_id")
    def _compute_amount(self):
        for line in self:
            line.amount = sum(
                row["amount"] - row["discount"] for row in line.move_id._fapiao_lines()
            )

    def _compute_original(self):
        for line in self:
            line.original = line.move_id._fapiao_original().property_fapiao_number or False
