# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal

from odoo import fields, models

from ...tools import money, tariff
from .property_bill_run_generate import _UNSOLD

#: decimals of readings: what floats are read back to
_PLACES = 4


def _decimal(number):
    return Decimal(str(round(number, _PLACES)))


class PropertyBillRun(models.Model):
    """Charges of checked readings and published shares, with the bills of the month (H3).

    Everything is read in sets: the queries do not grow with the units.
    """

    _inherit = "property.bill.run"

    def _add_charges(self, units, charges):
        exceptions = super()._add_charges(units, charges)
        exceptions += self._add_readings(units)
        exceptions += self._add_shares(units)
        return exceptions

    def _finish_job(self):
        done = self.job
        result = super()._finish_job()
        if done in ("post", "reverse"):
            self._update_metered()
        return result

    def _update_metered(self):
        """Move sheets and shares of the run's estates to billed, or back when it was reversed."""
        for run in self:
            domain = [("estate_id", "in", run.estate_ids.ids), ("month", "<=", run.month)]
            states = fields.Domain("state", "=", "checked")
            of_run = fields.Domain("reading_ids.charge_ids.run_id", "=", run.id)
            sheets = self.env["property.meter.sheet"]
            sheets.search(fields.Domain(domain) & (states | of_run))._update_billed()
            shares = self.env["property.share"]
            of_run = fields.Domain("line_ids.charge_ids.run_id", "=", run.id)
            shares.search(
                fields.Domain(domain) & (fields.Domain("state", "=", "published") | of_run)
            )._update_billed()

    # readings ------------------------------------------------------------------------------------

    def _add_readings(self, units):
        """Charge the checked readings of `units` that were not charged yet.

        :return: list of values of exceptions: no tariff, nobody who pays
        """
        self.ensure_one()
        model = self.env["property.meter.reading"]
        readings = model.search(
            [("unit_id", "in", units.ids), ("month", "<=", self.month), *model._to_bill()],
            order="date, id",
        )
        if not readings:
            return []
        tariffs = self.env["property.tariff"]._approved(readings.estate_id)
        payers = {
            day: group.unit_id._payers_on(day) for day, group in readings.grouped("date").items()
        }
        used = self._load_used(readings)
        chosen, values, exceptions = {}, [], []
        for reading in readings:
            unit = reading.unit_id
            key = (unit.estate_id, reading.kind, unit.type_id, reading.meter_id.item_id)
            if key not in chosen:
                rows = tariffs._for(*key)
                chosen[key] = (rows, {row._version(): row for row in rows})
            rows, versions = chosen[key]
            item = rows.item_id[:1]
            if self.item_ids and item and item not in self.item_ids:
                continue
            try:
                parts = tariff.price_usage(
                    _decimal(reading.quantity),
                    reading._first_day(),
                    reading.date,
                    list(versions),
                    used[reading.id],
                )
            except LookupError as gap:
                exceptions.append(self._exception_no_tariff(reading, *gap.args))
                continue
            payer = self._payer_of(unit, item, payers[reading.date])
            if not payer:
                exceptions.append(self._exception_no_payer(unit, item, reading.date, reading.date))
                continue
            last = max((row for row in rows if row.date_start <= reading.date), key=_starts)
            values += self._reading_charges(reading, item, payer, last, parts)
        self._create_further(values)
        return exceptions

    def _payer_of(self, unit, item, payers):
        """Return who pays `item` of `unit`: {unit id: {item id or 0: partner}}; or None."""
        mine = payers.get(unit.id, {})
        payer = mine.get(item.id) or mine.get(0)
        if not payer and unit.state in _UNSOLD:
            payer = unit.estate_id.developer_id
        return payer

    def _load_used(self, readings):
        """Return {reading id: what the household used before it in its calendar year}.

        A household is the unit; several of its meters of one kind count together.
        """
        days = readings.mapped("date")
        rows = (
            self.env["property.meter.reading"]
            .sudo()
            .search_fetch(
                [
                    ("unit_id", "in", readings.unit_id.ids),
                    ("use", "=", "unit"),
                    ("is_read", "=", True),
                    ("sheet_id.state", "in", ("checked", "billed")),
                    ("date", ">=", min(days).replace(month=1, day=1)),
                    ("date", "<=", max(days)),
                ],
                ["unit_id", "kind", "date", "quantity"],
                order="date, id",
            )
        )
        opened = defaultdict(Decimal)
        for meter in readings.unit_id.meter_ids:
            if meter.opening_usage and meter.date_installed:
                opened[meter.unit_id, meter.kind, meter.date_installed.year] += _decimal(
                    meter.opening_usage
                )
        used = {}
        for row in rows:
            key = (row.unit_id, row.kind, row.date.year)
            used[row.id] = opened[key]
            opened[key] += _decimal(row.quantity)
        return defaultdict(Decimal, used)

    def _reading_charges(self, reading, item, payer, used_tariff, parts):
        """Return the values of the charges of one reading: one, or what gives an estimate back."""
        amount = sum((part.amount for part in parts), Decimal(0))
        if not amount:
            return []
        quantity = _decimal(reading.quantity)
        common = {
            "unit_id": reading.unit_id.id,
            "item_id": item.id,
            "partner_id": payer.id,
            "date_start": min(reading._first_day(), reading.date),
            "date_end": reading.date,
            "quantity": float(quantity),
            "price_unit": float(
                parts[0].price
                if len({part.price for part in parts}) == 1
                else money.round_half_up(amount / quantity, _PLACES)
            ),
            "origin": "meter",
            "note": self._reading_note(reading, parts),
            "reading_id": reading.id,
            "tariff_id": used_tariff.id,
        }
        if amount > 0:
            return [{**common, "amount": float(amount), "origin_key": f"reading,{reading.id}"}]
        return self._give_back(reading, -amount, common)

    def _give_back(self, reading, amount, common):
        """Return negative charges: an estimate was too high, the reading settles it (H3)."""
        values = []
        for number, charge in enumerate(reading.previous_id._charges().sorted("id", True)):
            left = _decimal(charge.amount) - _decimal(charge.amount_reduced)
            back = min(left, amount)
            if back <= 0:
                continue
            amount -= back
            key = f"reading,{reading.id}" + (f",{number}" if number else "")
            values.append(
                {
                    **common,
                    "item_id": charge.item_id.id,
                    "partner_id": charge.partner_id.id,
                    "amount": float(-back),
                    "reduces_id": charge.id,
                    "origin_key": key,
                }
            )
        return values

    def _reading_note(self, reading, parts):
        """Return the text on the bill: readings, usage by step and price."""
        reading = reading.with_context(lang=reading.estate_id._print_lang())
        env = reading.env
        shown = env._(
            "%(first)s→%(last)s",
            first=money.plain(reading.previous),
            last=money.plain(reading.current),
        )
        steps = "+".join(
            f"{money.plain(float(part.quantity))}×{money.plain(float(part.price))}"
            for part in parts
        )
        remarks = [
            env._("exchanged") if reading.is_replaced else "",
            env._("estimated") if reading.estimated else "",
            env._("settles the estimate") if reading.previous_id.estimated else "",
        ]
        return " ".join(part for part in (shown, steps, *remarks) if part)

    def _exception_no_tariff(self, reading, first, last):
        labels = dict(reading._fields["kind"]._description_selection(self.env))
        return self._exception(
            "no_price",
            reading.unit_id,
            self.env._(
                "No approved tariff for “%(kind)s” from %(first)s to %(last)s: enter one, then "
                "generate again.",
                kind=labels[reading.kind],
                first=fields.Date.to_string(first),
                last=fields.Date.to_string(last),
            ),
        )

    # shares --------------------------------------------------------------------------------------

    def _add_shares(self, units):
        """Charge the published shares of `units` that were not charged yet.

        :return: list of values of exceptions: an objection not answered, nobody who pays
        """
        self.ensure_one()
        lines = self.env["property.share.line"].search(
            [
                ("unit_id", "in", units.ids),
                ("share_id.state", "in", ("published", "billed")),
                ("share_id.month", "<=", self.month),
                ("amount", ">", 0),
                ("charge_ids", "not any", [("cancelled", "=", False)]),
                *([("share_id.item_id", "in", self.item_ids.ids)] if self.item_ids else []),
            ]
        )
        if not lines:
            return []
        payers = {
            day: group.unit_id._payers_on(day)
            for day, group in lines.grouped(lambda line: line.share_id.date_to).items()
        }
        objected = lines.share_id.objection_ids.filtered(lambda row: row.state == "open")
        objecting = {(row.share_id, row.unit_id) for row in objected}
        values, exceptions = [], []
        for line in lines:
            share = line.share_id
            if not share._may_bill(self.invoice_date):
                continue
            if (share, line.unit_id) in objecting:
                exceptions.append(
                    self._exception(
                        "other",
                        line.unit_id,
                        self.env._(
                            "The objection against “%(share)s” is not answered: answer it, then "
                            "generate again.",
                            share=share.display_name,
                        ),
                        share.item_id,
                    )
                )
                continue
            payer = self._payer_of(line.unit_id, share.item_id, payers[share.date_to])
            if not payer:
                exceptions.append(
                    self._exception_no_payer(
                        line.unit_id, share.item_id, share.date_to, share.date_to
                    )
                )
                continue
            values.append({**line._prepare_charge(), "partner_id": payer.id})
        self._create_further(values)
        return exceptions


def _starts(row):
    return row.date_start
