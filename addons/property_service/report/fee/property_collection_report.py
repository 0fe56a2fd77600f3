# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import money

#: choice of the dialog -> keys of `property.collection.rate`
_GROUPINGS = {
    "estate": ("estate",),
    "building": ("estate", "building"),
    "item": ("estate", "item"),
    "building_item": ("estate", "building", "item"),
}
#: rate -> (what was received, what was due)
_RATES = {
    "rate": (("paid",), ("due",)),
    "arrears_rate": (("recovered",), ("opening",)),
    "overall_rate": (("paid", "recovered"), ("due", "opening")),
}


class PropertyCollectionReport(models.TransientModel):
    """Asks for a period and shows the collection rates of it (handbook B H14)."""

    _name = "property.collection.report"
    _description = "Collection rates"

    month_from = fields.Date(
        "From month",
        required=True,
        default=lambda self: money.month_start(fields.Date.context_today(self)),
    )
    month_to = fields.Date(
        "To month",
        required=True,
        default=lambda self: money.month_start(fields.Date.context_today(self)),
    )
    date = fields.Date(
        "Report date",
        compute="_compute_date",
        store=True,
        readonly=False,
        required=True,
        help="Money received after this day is left out.",
    )
    estate_ids = fields.Many2many("property.estate", string="Estates", help="Empty: all of yours.")
    grouping = fields.Selection(
        [
            ("estate", "Estate"),
            ("building", "Building"),
            ("item", "Fee item"),
            ("building_item", "Building and fee item"),
        ],
        "One row per",
        required=True,
        default="building",
    )
    line_ids = fields.One2many("property.collection.report.line", "report_id", "Figures")

    @api.depends("month_to")
    def _compute_date(self):
        today = fields.Date.context_today(self)
        for report in self:
            end = money.month_end(report.month_to or today)
            report.date = min(end, today) if end >= money.month_start(today) else end

    @api.depends("month_from", "month_to", "date")
    def _compute_display_name(self):
        for report in self:
            if not report.month_from or not report.month_to:
                report.display_name = self._description
            elif money.month_start(report.month_from) == money.month_start(report.month_to):
                report.display_name = f"{report.month_from:%Y-%m}"
            else:
                report.display_name = f"{report.month_from:%Y-%m}~{report.month_to:%Y-%m}"

    def _period(self):
        """Return the first and the last day of the period."""
        self.ensure_one()
        first, last = money.month_start(self.month_from), money.month_end(self.month_to)
        if first > last:
            raise UserError(self.env._("The period ends before it starts."))
        return first, last

    def _options(self):
        self.ensure_one()
        return {"estate_ids": self.estate_ids.ids}

    def action_show(self):
        """Compute the rows and open them as list, graph and pivot.

        :raises UserError: if the period ends before it starts
        """
        self.ensure_one()
        first, last = self._period()
        by = _GROUPINGS[self.grouping]
        figures = self.env["property.collection.rate"]._figures(
            self._options(), first, last, self.date, by
        )
        self.line_ids.unlink()
        self.env["property.collection.report.line"].create(
            [self._prepare_line(by, key, values) for key, values in figures.items()]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Collection rates %(period)s, as of %(date)s",
                period=self.display_name,
                date=self.date,
            ),
            "res_model": "property.collection.report.line",
            "view_mode": "list,graph,pivot",
            "domain": [("report_id", "=", self.id)],
            "views": [(self._list_view().id, "list"), (False, "graph"), (False, "pivot")],
            "context": {
                "with_building": "building" in by,
                "with_item": "item" in by,
                "graph_groupbys": [f"{name}_id" for name in by[1:] or by],
                "pivot_row_groupby": [f"{name}_id" for name in by],
            },
        }

    def _list_view(self):
        """Return the list: under headings of the estates, which bear the rates of their sums."""
        name = "property_collection_report_line_view_list"
        if self.grouping == "estate":
            name = f"{name}_estate"
        return self.env.ref(f"property_service.{name}")

    def _prepare_line(self, by, key, figures):
        """Return the values of a row: what it is about, the amounts, the rates."""
        values = {f"{name}_id": record_id for name, record_id in zip(by, key, strict=True)}
        for name in (
            "due",
            "paid",
            "opening",
            "recovered",
            "advance",
            "closing",
            "homes_due",
            "homes_paid",
            "rate",
            "arrears_rate",
            "overall_rate",
            "homes_rate",
        ):
            values[name] = getattr(figures, name) or 0
        estate = self.env["property.estate"].browse(values["estate_id"])
        return {
            "report_id": self.id,
            **values,
            "below_target": self._is_below(estate, "collection_target", figures.rate),
            "arrears_below_target": self._is_below(
                estate, "collection_target_arrears", figures.arrears_rate
            ),
        }

    def _is_below(self, estate, key, rate):
        """Return whether a rate that exists misses the estate's target of setting `key`."""
        return rate is not None and rate * 100 < estate._parameter(key)


class PropertyCollectionReportLine(models.TransientModel):
    """Collection figures of an estate, a building or an item; A to E of handbook B H14."""

    _name = "property.collection.report.line"
    _description = "Row of the collection rates"
    _order = "estate_id, building_id, item_id, id"

    report_id = fields.Many2one(
        "property.collection.report", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one("property.estate", required=True, ondelete="cascade")
    building_id = fields.Many2one("property.building", ondelete="cascade")
    item_id = fields.Many2one("property.fee.item", ondelete="cascade")
    currency_id = fields.Many2one(related="estate_id.currency_id")
    due = fields.Monetary("Due of the period", help="Charges of the period less credit notes (A).")
    paid = fields.Monetary(
        "Paid of the period",
        help="Money allocated to them up to the report date, earlier prepayments included (B).",
    )
    rate = fields.Float("Rate of the period", aggregator="avg", help="Paid ÷ due (B ÷ A).")
    below_target = fields.Boolean(
        "Below target", help="The rate of the period misses the estate's target."
    )
    arrears_below_target = fields.Boolean("Old arrears below target")
    opening = fields.Monetary(
        "Old arrears", help="Open of earlier months when the period began (C)."
    )
    recovered = fields.Monetary(
        "Old arrears paid", help="Money allocated to them within the period (D)."
    )
    arrears_rate = fields.Float("Rate of old arrears", aggregator="avg", help="D ÷ C.")
    overall_rate = fields.Float("Overall rate", aggregator="avg", help="(B + D) ÷ (A + C).")
    advance = fields.Monetary(
        "Paid in advance", help="Held for later periods (E); it raises no rate."
    )
    closing = fields.Monetary("Still open", help="On the report date, up to the period's end.")
    homes_due = fields.Integer("Homes due", aggregator=None)
    homes_paid = fields.Integer(
        "Homes paid", aggregator=None, help="Homes of which every charge of the period is paid."
    )
    homes_rate = fields.Float("Rate by homes", aggregator=None, help="Homes paid ÷ homes due.")

    @api.depends("estate_id", "building_id", "item_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " ".join(
                part.display_name
                for part in (line.estate_id, line.building_id, line.item_id)
                if part
            )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Rates of a group are those of its sums, never the mean of its rows."""
        name, _separator, aggregator = aggregate_spec.partition(":")
        if name not in _RATES or aggregator != "avg":
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            SQL(" + ").join(
                SQL("SUM(%s)", self._field_to_sql(self._table, column, query)) for column in columns
            )
            for columns in _RATES[name]
        )
        return SQL("COALESCE(ROUND((%s) / NULLIF(%s, 0), 4), 0)", part, whole)

    def _charge_domain(self):
        """Return the domain of the posted charges the row is about, of whatever month."""
        self.ensure_one()
        domain = Domain(
            [
                ("estate_id", "=", self.estate_id.id),
                ("item_id.counts_in_rate", "=", True),
                ("invoice_id", "!=", False),
            ]
        )
        if self.building_id:
            domain &= Domain("billed_unit_id.building_id", "=", self.building_id.id)
        if self.item_id:
            domain &= Domain("item_id", "=", self.item_id.id)
        return domain

    def action_open_charges(self):
        """Open the charges of the period."""
        self.ensure_one()
        first, last = self.report_id._period()
        return self._open_charges(
            self.env._("Charges of %(row)s", row=self.display_name),
            [("month", ">=", first), ("month", "<=", last), ("state", "!=", "cancelled")],
        )

    def action_open_arrears(self):
        """Open the charges of earlier months that are still open."""
        self.ensure_one()
        first, _last = self.report_id._period()
        return self._open_charges(
            self.env._("Arrears of %(row)s", row=self.display_name),
            [("month", "<", first), ("state", "in", ("open", "partial"))],
        )

    def _open_charges(self, title, domain):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "property.charge",
            "view_mode": "list,pivot,graph,form",
            "domain": list(self._charge_domain() & Domain(domain)),
        }

    def action_open_journal_items(self):
        """Open the receivable items of the period's charges: bills, credit notes, payments."""
        self.ensure_one()
        first, last = self.report_id._period()
        charges = self._charge_domain() & Domain([("month", ">=", first), ("month", "<=", last)])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items of %(row)s", row=self.display_name),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,graph,form",
            "domain": [
                ("property_charge_id", "any", list(charges)),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.report_id.date),
            ],
        }
