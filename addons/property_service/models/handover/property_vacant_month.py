# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools import money
from .property_vacant import KINDS


class PropertyVacantMonth(models.Model):
    """A vacant unit in a month: the figures of 空置房月统计表 (handbook A §41).

    Made anew each day while the month runs, and kept as it was when the month is over, so that a
    later sale does not change what was handed in.
    """

    _name = "property.vacant.month"
    _description = "Vacant unit in a month"
    _order = "month desc, building_id, unit_id"
    _check_company_auto = True

    vacant_id = fields.Many2one("property.vacant", required=True, ondelete="cascade", index=True)
    unit_id = fields.Many2one("property.unit", "Room", required=True, ondelete="cascade")
    building_id = fields.Many2one("property.building", index=True)
    estate_id = fields.Many2one("property.estate", required=True, index=True)
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, index=True)
    kind = fields.Selection(KINDS, "Kind of vacancy", required=True, index=True)
    payer_kind = fields.Selection([("developer", "Developer"), ("owner", "Owner")], "Fee paid by")
    gross_area = fields.Float("Area (m²)", digits=(16, 2))
    fee_rate = fields.Float("Share of the fee (%)", digits=(6, 2), aggregator="avg")
    amount = fields.Monetary("Fee receivable", help="Charged for the month, reductions deducted.")
    count = fields.Integer("Units", default=1)
    count_new = fields.Integer("Newly vacant")
    count_ended = fields.Integer("No longer vacant")
    count_checks = fields.Integer("Number of checks")
    count_findings = fields.Integer("Number of findings")

    _once = models.UniqueIndex("(vacant_id, month)", "This month of the unit is there already.")

    @api.model
    def _make(self, estate, month):
        """Make or correct the rows of `estate` for the month that begins on `month`.

        :return: the rows of the month
        """
        rows = self.sudo()
        last = money.month_end(month)
        vacants = (
            self.env["property.vacant"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", estate.id),
                    ("date_start", "<=", last),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", month),
                ]
            )
        )
        there = rows.search([("estate_id", "=", estate.id), ("month", "=", month)])
        by_vacant = there.grouped("vacant_id")
        (there - rows.union(*(by_vacant.get(vacant, rows.browse()) for vacant in vacants))).unlink()
        fees, checks, findings = self._figures(vacants.unit_id, month, last)
        values = []
        for vacant in vacants:
            unit = vacant.unit_id.id
            vals = {
                "kind": vacant.kind,
                "payer_kind": vacant.payer_kind,
                "gross_area": vacant.gross_area,
                "fee_rate": vacant.fee_rate,
                "amount": fees.get(unit, 0.0),
                "count": int(not vacant.date_end or vacant.date_end > last),
                "count_new": int(vacant.date_start >= month),
                "count_ended": int(bool(vacant.date_end and vacant.date_end <= last)),
                "count_checks": checks.get(unit, 0),
                "count_findings": findings.get(unit, 0),
            }
            if vacant in by_vacant:
                by_vacant[vacant].write(vals)
            else:
                values.append(
                    {
                        **vals,
                        "vacant_id": vacant.id,
                        "unit_id": unit,
                        "building_id": vacant.building_id.id,
                        "estate_id": estate.id,
                        "month": month,
                    }
                )
        return there.exists() | rows.create(values)

    @api.model
    def _figures(self, units, first, last):
        """Return {unit id: number} of fees, checks and findings of a month."""

        def read(model, domain, measure):
            grouped = self.env[model].sudo()._read_group(domain, ["unit_id"], [measure])
            return {unit.id: number for unit, number in grouped}

        mine = ("unit_id", "in", units.ids)
        fees = read(
            "property.charge",
            [
                mine,
                ("month", "=", first),
                ("cancelled", "=", False),
                ("invoice_id", "!=", False),
                ("item_id.kind", "=", "income"),
            ],
            "amount:sum",
        )
        checks = read(
            "property.patrol.visit",
            [
                mine,
                ("date", ">=", first),
                ("date", "<=", last),
                ("state", "in", ("ok", "abnormal")),
            ],
            "__count",
        )
        findings = read(
            "property.finding",
            [mine, ("found_date", ">=", first), ("found_date", "<=", f"{last} 23:59:59")],
            "__count",
        )
        return fees, checks, findings
