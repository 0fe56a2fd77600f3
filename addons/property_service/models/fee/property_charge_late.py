# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools import money


class PropertyCharge(models.Model):
    """The late charge on a charge, and the end of its limitation (handbook B H8, H0.13)."""

    _inherit = "property.charge"

    late_for_id = fields.Many2one(
        "property.charge",
        "Late charge on",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        help="The charge that was paid late; the days are those of this charge.",
    )
    late_ids = fields.One2many("property.charge", "late_for_id", "Late charges made")
    late_amount = fields.Monetary(
        "Late charge to date",
        compute="_compute_late",
        help="Grown up to today and not charged yet.",
    )
    late_days = fields.Integer("Days late", compute="_compute_late")
    exemption_ids = fields.One2many(
        "property.late.exemption", "charge_id", "Days without late charge"
    )
    demand_date = fields.Date(
        "Last proven demand",
        readonly=True,
        copy=False,
        help="A demand that can be proven begins the limitation anew.",
    )
    limitation_date = fields.Date(
        "Barred after",
        compute="_compute_limitation",
        help="End of limitation. A claim beyond it is shown and may be paid; a court does not "
        "look at it of its own motion.",
    )
    time_barred = fields.Boolean(
        "Limitation passed", compute="_compute_limitation", search="_search_time_barred"
    )

    _late_days_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(late_for_id, late_for_id, '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (late_for_id IS NOT NULL AND NOT COALESCE(cancelled, false))""",
        "A late charge for these days has been made already.",
    )

    @api.depends("state", "amount_residual", "date_due")
    def _compute_late(self):
        owing = self.filtered(lambda charge: charge.state in ("open", "partial"))
        amounts = self.env["property.late.charge"]._amounts(owing)
        for charge in self:
            row = amounts.get(charge.id, {})
            charge.late_amount = row.get("amount", 0.0)
            charge.late_days = row.get("days", 0)

    @api.depends("date_due", "demand_date", "state")
    def _compute_limitation(self):
        today = fields.Date.context_today(self)
        for charge in self:
            charge.limitation_date = charge._limitation_on()
            charge.time_barred = bool(
                charge.state in ("open", "partial")
                and charge.limitation_date
                and charge.limitation_date < today
            )

    def _limitation_on(self):
        """Return the last day of limitation: years after the due date or the last demand.

        A demand after the limitation had passed does not begin it anew (Civil Code art. 192).
        """
        self.ensure_one()
        if not self.date_due:
            return False
        months = 12 * self.env["property.parameter"]._get("limitation_years", self.estate_id)
        end = money.add_months(self.date_due, months)
        if self.demand_date and self.date_due < self.demand_date:
            end = money.add_months(self.demand_date, months)
        return end

    def _search_time_barred(self, operator, value):
        if operator != "in":
            return NotImplemented
        years = self.env["property.parameter"]._get("limitation_years")
        limit = money.add_months(fields.Date.context_today(self), -12 * years)
        return [
            ("state", "in", ("open", "partial")),
            ("date_due", "<", limit),
            "|",
            ("demand_date", "=", False),
            ("demand_date", "<", limit),
        ]

    def _demanded(self, date):
        """Note a proven demand: it begins the limitation of overdue charges anew.

        Charges whose limitation had passed before stay as they are: a mere demand does not
        revive them.

        :param date date: day the demand reached the debtor
        """
        alive = self.filtered(
            lambda charge: (
                charge.date_due
                and charge.date_due < date
                and charge._limitation_on() >= date
                and (not charge.demand_date or charge.demand_date < date)
            )
        )
        alive.demand_date = date


class PropertyBillRun(models.Model):
    """Late charges in the month's bill, where the estate's rate says so (handbook B H8)."""

    _inherit = "property.bill.run"

    def _add_charges(self, units, charges):
        exceptions = super()._add_charges(units, charges)
        rates = self.env["property.late.rate"]
        date = self._late_date()
        estates = units.estate_id.filtered(
            lambda estate: rates._on(estate, date)["mode"] == "next_run"
        )
        if not estates or self.item_ids:
            return exceptions
        late = self.env["property.charge"].search(
            [
                ("unit_id", "in", units.filtered(lambda unit: unit.estate_id in estates).ids),
                ("date_due", "<", date),
                # long paid ones have been billed their late charge, or are past it
                ("date_due", ">=", money.add_months(date, -24)),
                ("state", "in", ("open", "partial", "paid")),
            ]
        )
        late |= self.env["property.charge"].search(
            [
                ("unit_id", "in", units.filtered(lambda unit: unit.estate_id in estates).ids),
                ("date_due", "<", money.add_months(date, -24)),
                ("state", "in", ("open", "partial")),
            ]
        )
        values = self.env["property.late.charge"]._prepare(late, date)
        self._create_further([{**vals, "month": self.month} for vals in values])
        return exceptions

    def _late_date(self):
        """Return the day up to which the run reckons late charges: the bill's, not after today."""
        return min(self.invoice_date or self.month, fields.Date.context_today(self))
