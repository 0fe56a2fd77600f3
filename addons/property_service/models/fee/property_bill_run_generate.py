# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo import fields, models

from ...tools import charging, money
from ...tools.charging import Span

#: units per step; a step is one commit of the scheduled action
CHUNK = 2000
_ENDLESS = date.max - timedelta(days=2)
_UNSOLD = ("unsold", "sold_pending")


class PropertyBillRun(models.Model):
    """Making the charges: everything is read in sets, computed in memory, written in sets."""

    _inherit = "property.bill.run"

    def _unit_domain(self):
        self.ensure_one()
        return [("estate_id", "in", self.estate_ids.ids), ("type_id.billable", "=", True)]

    def _unit_ids(self):
        """Return the ids of all units the run looks at, in order."""
        return self.env["property.unit"].search(self._unit_domain(), order="id").ids

    def _drop_drafts(self):
        """Forget the preview: charges not posted yet and the exceptions of the last try."""
        self.ensure_one()
        self.charge_ids.filtered(lambda charge: not charge.invoice_id).unlink()
        self.exception_ids.unlink()

    def _generate_step(self):
        """Charge the next chunk of units; return how many there were (0: done)."""
        self.ensure_one()
        units = self.env["property.unit"].search(
            [*self._unit_domain(), ("id", ">", self.job_cursor)], order="id", limit=CHUNK
        )
        if not units:
            self._finish_job()
            return 0
        self._charge_units(units)
        self.write({"job_cursor": units[-1].id, "job_done": self.job_done + len(units)})
        return len(units)

    def _charge_units(self, units):
        """Make the charges of `units` for the month, and note what prevents some of them."""
        values, exceptions = self._compute_charges(units)
        charges = self.env["property.charge"].create(values)
        exceptions += self._add_charges(units, charges)
        self.env["property.bill.exception"].create(exceptions)

    def _add_charges(self, units, charges):
        """Hook: charge what the price list does not know — meters, shares, reductions, late charges.

        Called for each chunk of units; an override calls super and makes its charges by
        `_create_further()`. The preview can be made anew, so an override finds its facts again.

        :param units: the units of the chunk
        :param charges: their charges by the price list, just made
        :return: list of values of exceptions
        """
        return []

    def _create_further(self, vals_list):
        """Create charges of the run beside the price list's; what a run knows is filled in.

        :param vals_list: values with `unit_id`, `item_id`, `partner_id`, `amount`, `origin`,
            `origin_key` and what the amount was computed from
        """
        units = self.env["property.unit"].browse({vals["unit_id"] for vals in vals_list})
        due = {estate: self.date_due or estate._due_date(self.month) for estate in units.estate_id}
        values = []
        for vals in vals_list:
            unit = units.browse(vals["unit_id"])
            values.append(
                {
                    "billed_unit_id": unit._billed_unit().id,
                    "building_id": unit.building_id.id,
                    "estate_id": unit.estate_id.id,
                    "company_id": unit.company_id.id,
                    "month": self.month,
                    "date_start": self.month,
                    "date_end": money.month_end(self.month),
                    "date_due": due[unit.estate_id],
                    **vals,
                    "run_id": self.id,
                }
            )
        return self.env["property.charge"].create(values)

    def _compute_charges(self, units):
        """Return what to charge to `units` for the month and what prevents it.

        :return: (list of values of charges, list of values of exceptions)
        """
        self.ensure_one()
        first, last = self.month, money.month_end(self.month)
        prices = self._load_prices()
        payers = self._load_payers(units | units.main_unit_id, first, last)
        taken = self._load_taken(units, first, last)
        due = {estate: self.date_due or estate._due_date(self.month) for estate in units.estate_id}
        charges, exceptions = [], []
        for unit in units:
            start = unit._fee_start()
            developer = unit.estate_id.developer_id
            items = self._items_of(unit, prices)
            if not items:
                # a run of metered items alone asks nothing of the price list
                if not self.item_ids or any(self.item_ids.mapped("periodic")):
                    exceptions.append(self._exception_no_price_list(unit))
                continue
            missing = []
            for item in items:
                own = payers[unit.id].get(item.id)
                spans = own if own is not None else payers[unit.id].get(0, [])
                main = unit.main_unit_id
                if main:
                    inherited = payers[main.id].get(item.id, payers[main.id].get(0, []))
                    spans = charging.overlay(inherited, spans)
                if unit.state in _UNSOLD:
                    spans, begin = [], first if developer else None
                elif start and start > first:
                    spans = charging.clip(spans, start, last) if start <= last else []
                    begin = first if developer else start
                else:
                    begin = first
                if developer:
                    to_developer = [Span(first, last, developer.id)]
                    if unit.state in _UNSOLD:
                        spans = to_developer
                    elif start and start > first:
                        until = min(last, start - charging.ONE_DAY)
                        spans = [Span(first, until, developer.id), *spans]
                if begin is None:
                    exceptions.append(self._exception_unsold(unit))
                    break
                if begin > last:
                    continue
                lines, problems = self._charge_item(
                    unit, item, prices, spans, taken[unit.id, item.id], begin, last
                )
                for vals in lines:
                    vals["date_due"] = due[unit.estate_id]
                charges += lines
                missing += problems
            exceptions += self._merge(missing)
        return charges, exceptions

    @staticmethod
    def _merge(exceptions):
        """Say once what is the same for several items of a unit."""
        merged = {}
        for vals in exceptions:
            key = (vals["kind"], vals["message"])
            if key in merged:
                merged[key]["item_id"] = False
            else:
                merged[key] = vals
        return list(merged.values())

    # what is read, in one query each --------------------------------------------------------

    def _load_prices(self):
        """Return the price lists: {("type", estate, type) | ("unit", unit): {item: [spans]}}."""
        domain = [
            ("estate_id", "in", self.estate_ids.ids),
            ("state", "=", "approved"),
            ("item_id.periodic", "=", True),
            ("item_id.basis", "!=", "quantity"),
        ]
        if self.item_ids:
            domain.append(("item_id", "in", self.item_ids.ids))
        lists = defaultdict(lambda: defaultdict(list))
        for price in self.env["property.fee.price"].search(domain, order="date_start"):
            if price.unit_id:
                key = ("unit", price.unit_id.id)
            else:
                key = ("type", price.estate_id.id, price.type_id.id)
            lists[key][price.item_id].append(
                Span(price.date_start, price.date_end or _ENDLESS, price)
            )
        return lists

    def _load_payers(self, units, first, last):
        """Return who pays: {unit id: {item id, or 0 for all others: [spans of partner ids]}}."""
        payers = defaultdict(lambda: defaultdict(list))
        rows = self.env["property.occupancy"].search(
            [
                ("unit_id", "in", units.ids),
                ("is_payer", "=", True),
                ("state", "!=", "pending"),
                ("date_start", "<=", last),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", first),
            ],
            order="unit_id, date_start",
        )
        general = rows.filtered(lambda row: not row.pays_items_only)
        for row in general:
            payers[row.unit_id.id][0].append(
                Span(row.date_start, row.date_end or _ENDLESS, row.partner_id.id)
            )
        for row in rows - general:
            for item in row.payer_item_ids:
                spans = payers[row.unit_id.id]
                spans[item.id] = charging.overlay(
                    spans[item.id] if item.id in spans else spans[0],
                    [Span(row.date_start, row.date_end or _ENDLESS, row.partner_id.id)],
                )
        return payers

    def _load_taken(self, units, first, last):
        """Return the days already charged: {(unit id, item id): [spans]}."""
        taken = defaultdict(list)
        for charge in self.env["property.charge"].search_fetch(
            [
                ("unit_id", "in", units.ids),
                ("date_start", "<=", last),
                ("date_end", ">=", first),
                ("cancelled", "=", False),
                "|",
                ("run_id", "!=", False),
                ("settlement_id", "!=", False),
                ("origin", "=", "price"),
            ],
            ["unit_id", "item_id", "date_start", "date_end"],
        ):
            taken[charge.unit_id.id, charge.item_id.id].append(
                Span(charge.date_start, charge.date_end, charge.id)
            )
        return taken

    # one unit ----------------------------------------------------------------------------------

    def _items_of(self, unit, prices):
        """Return the items the unit is charged for: those its type or itself has a price of."""
        by_type = prices.get(("type", unit.estate_id.id, unit.type_id.id), {})
        by_unit = prices.get(("unit", unit.id), {})
        return sorted({*by_type, *by_unit}, key=lambda item: (item.priority, item.id))

    def _charge_item(self, unit, item, prices, payers, taken, first, last):
        """Return the charges of one unit and item between two days, and what is missing."""
        by_type = prices.get(("type", unit.estate_id.id, unit.type_id.id), {}).get(item, [])
        by_unit = prices.get(("unit", unit.id), {}).get(item, [])
        spans = charging.overlay(by_type, by_unit)
        quantity = self._quantity(unit, item)
        if not quantity:
            return [], [self._exception_no_area(unit, item)]
        problems = []
        payers = charging.clip(payers, first, last)
        if holes := charging.gaps(spans, first, last):
            problems.append(self._exception_gap(unit, item, *holes[0]))
        if holes := charging.gaps(payers, first, last):
            problems.append(self._exception_no_payer(unit, item, *holes[0]))
        month_days = money.days_in_month(self.month)
        made = charging.stretches(
            spans,
            payers,
            taken,
            first,
            last,
            month_days,
            lambda price: money.round_half_up(quantity * Decimal(str(price.price))),
        )
        main = unit._billed_unit()
        return [
            {
                "unit_id": unit.id,
                "billed_unit_id": main.id,
                "building_id": unit.building_id.id,
                "estate_id": unit.estate_id.id,
                "company_id": unit.company_id.id,
                "item_id": item.id,
                "partner_id": stretch.payer,
                "month": self.month,
                "date_start": stretch.first,
                "date_end": stretch.last,
                "days": stretch.days,
                "month_days": month_days,
                "quantity": float(quantity),
                "price_unit": stretch.price.price,
                "price_id": stretch.price.id,
                "amount": float(stretch.amount),
                "run_id": self.id,
            }
            for stretch in made
            if stretch.amount
        ], problems

    @staticmethod
    def _quantity(unit, item):
        """Return what the price is multiplied with: m², or 1 for a fixed amount."""
        if item.basis == "gross_area":
            return Decimal(str(unit.gross_area))
        if item.basis == "inner_area":
            return Decimal(str(unit.inner_area))
        return Decimal(1)

    # what is missing -----------------------------------------------------------------------------

    def _exception(self, kind, unit, message, item=None):
        return {
            "run_id": self.id,
            "unit_id": unit.id,
            "item_id": item.id if item else False,
            "kind": kind,
            "message": message,
        }

    def _exception_no_price_list(self, unit):
        return self._exception(
            "no_price",
            unit,
            self.env._(
                "“%(estate)s” has no approved price for “%(type)s”: enter one, or say that the type "
                "is not charged.",
                estate=unit.estate_id.name,
                type=unit.type_id.name,
            ),
        )

    def _exception_gap(self, unit, item, first, last):
        return self._exception(
            "no_price",
            unit,
            self.env._(
                "No approved price of “%(item)s” from %(first)s to %(last)s: close the gap in the "
                "price list.",
                item=item.name,
                first=fields.Date.to_string(first),
                last=fields.Date.to_string(last),
            ),
            item,
        )

    def _exception_no_payer(self, unit, item, first, last):
        return self._exception(
            "no_payer",
            unit,
            self.env._(
                "Nobody is registered as payer from %(first)s to %(last)s: enter the occupancy.",
                first=fields.Date.to_string(first),
                last=fields.Date.to_string(last),
            ),
            item,
        )

    def _exception_no_area(self, unit, item):
        return self._exception(
            "no_area",
            unit,
            self.env._(
                "“%(item)s” is charged by an area the unit does not have: enter it.",
                item=item.name,
            ),
            item,
        )

    def _exception_unsold(self, unit):
        return self._exception(
            "no_payer",
            unit,
            self.env._(
                "Not handed over, and the estate names no developer who pays for such units."
            ),
        )
