# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from ...tools.figures import Figures

#: figures kept of a period, as `Figures` of the collection rate names them
FIGURES = (
    "due",
    "paid",
    "opening",
    "recovered",
    "advance",
    "closing",
    "homes_due",
    "homes_paid",
)


class PropertyCollectionPeriod(models.Model):
    """The collection figures of an estate's month, frozen when it is closed (handbook B H14).

    While open it shows the figures of today. Once closed, every report of the month shows the
    figures kept here: what comes in later counts as old arrears of a later period.
    """

    _name = "property.collection.period"
    _description = "Collection period"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, estate_id"
    _check_company_auto = True

    _workflow_moves = {"open": ("closed",), "closed": ()}
    _workflow_stamps = {"closed": ("closed_by_id", "closed_date")}

    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, index=True, help="First day of the month.")
    date = fields.Date("Report date", readonly=True, help="Money up to this day is in the figures.")
    state = fields.Selection(
        [("open", "Not closed yet"), ("closed", "Closed")],
        required=True,
        default="open",
        tracking=True,
        index=True,
    )
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)
    line_ids = fields.One2many("property.collection.figure", "period_id", "Figures", readonly=True)
    building_line_ids = fields.One2many(
        "property.collection.figure",
        "period_id",
        "By building",
        domain=[("grain", "=", "building")],
        readonly=True,
    )
    due = fields.Monetary(compute="_compute_figures", store=True)
    paid = fields.Monetary(compute="_compute_figures", store=True)
    rate = fields.Float(
        "Rate of the month", compute="_compute_figures", store=True, aggregator=None
    )
    arrears_rate = fields.Float(
        "Rate of old arrears", compute="_compute_figures", store=True, aggregator=None
    )
    overall_rate = fields.Float(
        "Overall rate", compute="_compute_figures", store=True, aggregator=None
    )
    homes_rate = fields.Float(
        "Rate by homes", compute="_compute_figures", store=True, aggregator=None
    )
    closing = fields.Monetary("Still open", compute="_compute_figures", store=True)

    _once = models.UniqueIndex("(estate_id, month)", "The estate has this month already.")
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A period is kept by the first day of its month."
    )

    @api.depends("month", "estate_id.name")
    def _compute_display_name(self):
        for period in self:
            month = f"{period.month:%Y-%m} " if period.month else ""
            period.display_name = f"{month}{period.estate_id.name or ''}"

    @api.depends("line_ids")
    def _compute_figures(self):
        for period in self:
            figures = period.line_ids._figures().get((), None)
            for name in ("due", "paid", "closing"):
                period[name] = getattr(figures, name) if figures else 0.0
            for name in ("rate", "arrears_rate", "overall_rate", "homes_rate"):
                period[name] = (getattr(figures, name) or 0.0) if figures else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        periods = super().create(vals_list)
        periods.sudo()._refresh()
        return periods

    def write(self, vals):
        if vals.keys() & {"estate_id", "month", "date"} and not self.env.su:
            raise UserError(self.env._("Estate and month of a period stay what they are."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        if closed := self.filtered(lambda period: period.state == "closed"):
            raise UserError(
                self.env._(
                    "“%(period)s” is closed: its figures stay.", period=closed[0].display_name
                )
            )

    def _refresh(self):
        """Compute the figures anew, as of today but not after the month's end while it runs."""
        rates = self.env["property.collection.rate"]
        for period in self.filtered(lambda period: period.state == "open"):
            date = fields.Date.context_today(self)
            options = {"estate_ids": period.estate_id.ids}
            values = []
            grains = rates._live_grains(options, period.month, date)
            for grain, found in zip(("building", "item"), grains, strict=True):
                for key, figures in found.items():
                    values.append(
                        {
                            "period_id": period.id,
                            "grain": grain,
                            "building_id": key[0],
                            "item_id": key[1] if len(key) > 1 else False,
                            **{name: getattr(figures, name) for name in FIGURES},
                        }
                    )
            period.line_ids.unlink()
            self.env["property.collection.figure"].create(values)
            period.date = date

    def action_refresh(self):
        """Bring the figures of open periods up to date."""
        self.check_access("write")
        self.sudo()._refresh()
        return True

    def action_close(self):
        """Freeze the figures as of today.

        :raises UserError: before the month is over, or while the month before is open
        """
        self.check_access("write")
        today = fields.Date.context_today(self)
        for period in self.sorted("month"):
            if today <= money.month_end(period.month):
                raise UserError(
                    self.env._(
                        "“%(period)s” is not over yet: it can be closed from the next month on.",
                        period=period.display_name,
                    )
                )
            earlier = self.search(
                [
                    ("estate_id", "=", period.estate_id.id),
                    ("month", "<", period.month),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
            if earlier:
                raise UserError(
                    self.env._("Close “%(period)s” first.", period=earlier.display_name)
                )
            period.sudo()._refresh()
            period._move_to("closed")
            period.activity_feedback(["property_service.mail_activity_type_fee_calendar"])
        return True

    def action_open_figures(self):
        """Open the figures by building and item."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "property.collection.figure",
            "view_mode": "pivot,graph,list",
            "domain": [("period_id", "=", self.id), ("grain", "=", "item")],
            "context": {"create": False},
        }

    @api.model
    def _closed_for(self, estates, month, date):
        """Return the closed periods of `estates` for `month` that a report of `date` must show."""
        return self.sudo().search(
            [
                ("estate_id", "in", estates.ids),
                ("month", "=", month),
                ("state", "=", "closed"),
                ("date", "<=", date),
            ]
        )


class PropertyCollectionFigure(models.Model):
    """Figures of a period for a building, or for a building and an item."""

    _name = "property.collection.figure"
    _description = "Collection figure"
    _order = "period_id desc, building_id, item_id, id"

    period_id = fields.Many2one(
        "property.collection.period", required=True, ondelete="cascade", index=True
    )
    month = fields.Date(related="period_id.month", store=True, index=True)
    estate_id = fields.Many2one(related="period_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    grain = fields.Selection(
        [("building", "Building"), ("item", "Building and fee item")], required=True, index=True
    )
    building_id = fields.Many2one("property.building", ondelete="restrict", index=True)
    steward_id = fields.Many2one(
        "res.users", compute="_compute_steward_id", store=True, index="btree_not_null"
    )
    item_id = fields.Many2one("property.fee.item", ondelete="restrict", index="btree_not_null")
    due = fields.Monetary("Due of the month")
    paid = fields.Monetary("Paid of the month")
    opening = fields.Monetary("Old arrears")
    recovered = fields.Monetary("Old arrears paid")
    advance = fields.Monetary("Paid in advance")
    closing = fields.Monetary("Still open")
    homes_due = fields.Integer()
    homes_paid = fields.Integer()

    @api.depends("building_id")
    def _compute_steward_id(self):
        """Keep who looked after the building when the figures were made."""
        for figure in self:
            figure.steward_id = figure.steward_id or figure.building_id.steward_ids[:1]

    @api.depends("period_id", "building_id", "item_id")
    def _compute_display_name(self):
        for figure in self:
            parts = (figure.period_id, figure.building_id, figure.item_id)
            figure.display_name = " ".join(part.display_name for part in parts if part)

    def _figures(self, by=()):
        """Return the kept figures by some of ``estate``, ``building``, ``item``, ``steward``.

        :return: {tuple of ids: `Figures`}, as `property.collection.rate` returns them
        """
        grain = "item" if "item" in by else "building"
        result = {}
        for row in self.filtered(lambda row: row.grain == grain):
            key = tuple(row[f"{name}_id"].id or None for name in by)
            figures = result.setdefault(key, Figures())
            for name in FIGURES:
                value = getattr(figures, name) + row[name]
                setattr(figures, name, value if name.startswith("homes") else round(value, 2))
        return result
