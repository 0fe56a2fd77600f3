# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

from ...tools import money
from .property_waiver import GRANTED


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    waiver_id = fields.Many2one(
        "property.waiver",
        "Fee reduction",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        check_company=True,
    )


class PropertyWaiver(models.Model):
    """What a reduction comes to, charge by charge (handbook B H7 Money)."""

    _inherit = "property.waiver"

    @api.model
    def _for_charges(self, charges):
        """Return {unit id: reductions granted for the time of `charges`} in one query."""
        found = self.sudo().search(
            [
                ("state", "in", GRANTED),
                ("unit_id", "in", charges.unit_id.ids),
                ("date_start", "<=", max(charges.mapped("date_end"))),
                ("date_end", ">=", min(charges.mapped("date_start"))),
            ]
        )
        return found.grouped(lambda waiver: waiver.unit_id.id)

    def _days_in(self, charge):
        """Return (first, last) of the days of `charge` that are reduced, or None."""
        self.ensure_one()
        if charge.item_id not in self.item_ids or charge.origin != "price":
            return None
        first = self.date_start
        if self.way == "gift":
            first = money.add_months(self.date_start, self.paid_months)
        first, last = max(first, charge.date_start), min(self.date_end, charge.date_end)
        return (first, last) if first <= last else None

    def _reduction(self, charge):
        """Return by how many yuan `charge` is reduced: full amount − round(amount × share, 2).

        A part of the charge's days is reduced by that part, each amount rounded half up.
        """
        days = self._days_in(charge)
        if not days:
            return 0.0
        whole = (charge.date_end - charge.date_start).days + 1
        part = Decimal((days[1] - days[0]).days + 1) / Decimal(whole)
        amount = money.round_half_up(Decimal(str(charge.amount)) * part)
        if self.way == "amount":
            less = money.round_half_up(Decimal(str(self.amount_month)) * part)
            return float(min(less, amount))
        share = Decimal(str(self.rate)) / 100 if self.way == "rate" else Decimal(0)
        return float(amount - money.round_half_up(amount * share))

    @api.model
    def _prepare_reductions(self, charges):
        """Return the values of what reduces `charges`, and the reductions held back.

        Of several reductions of one charge the highest counts, unless the setting
        ``waiver_stacking`` lets them add up.

        :return: (list of values, list of (charge, waiver) held back because of arrears)
        """
        if not charges:
            return [], []
        by_unit = self._for_charges(charges)
        if not by_unit:
            return [], []
        in_arrears = self._units_in_arrears(charges, by_unit)
        values, held = [], []
        for charge in charges.filtered(lambda charge: charge.unit_id.id in by_unit):
            found = []
            for waiver in by_unit[charge.unit_id.id]:
                amount = waiver._reduction(charge)
                if not amount:
                    continue
                if waiver.only_without_arrears and charge.billed_unit_id.id in in_arrears:
                    held.append((charge, waiver))
                else:
                    found.append((amount, waiver))
            found.sort(key=lambda entry: (-entry[0], entry[1].id))
            if found and charge.estate_id._parameter("waiver_stacking") == "highest":
                found = found[:1]
            left = charge.amount
            for amount, waiver in found:
                amount = min(amount, left)
                left = charge.currency_id.round(left - amount)
                if amount:
                    values += waiver._prepare_reduction(charge, amount)
        return values, held

    @api.model
    def _units_in_arrears(self, charges, by_unit):
        """Return the ids of the homes that owe something overdue, of those where it matters."""
        asking = [
            unit_id
            for unit_id, waivers in by_unit.items()
            if any(waiver.only_without_arrears for waiver in waivers)
        ]
        if not asking:
            return set()
        homes = charges.filtered(lambda charge: charge.unit_id.id in asking).billed_unit_id
        rows = (
            self.env["property.charge"]
            .sudo()
            ._read_group(
                [
                    ("billed_unit_id", "in", homes.ids),
                    ("state", "in", ("open", "partial")),
                    ("date_due", "<", min(charges.mapped("date_start"))),
                ],
                ["billed_unit_id"],
            )
        )
        return {unit.id for [unit] in rows}

    def _prepare_reduction(self, charge, amount):
        """Return the values of the reduction of `charge`, and of what another pays instead."""
        self.ensure_one()
        lang = self.estate_id._print_lang()
        label = self.with_context(lang=lang)._kind_label()
        first, last = self._days_in(charge)
        common = {
            "unit_id": charge.unit_id.id,
            "billed_unit_id": charge.billed_unit_id.id,
            "item_id": charge.item_id.id,
            "month": charge.month,
            "date_start": first,
            "date_end": last,
            "days": (last - first).days + 1,
            "month_days": charge.month_days,
            "quantity": 1.0,
            "date_due": charge.date_due,
            "origin": "waiver",
            "waiver_id": self.id,
        }
        key = f"waiver,{self.id},{charge.unit_id.id},{charge.item_id.id},{charge.date_start}"
        values = [
            {
                **common,
                "partner_id": charge.partner_id.id,
                "amount": -amount,
                "price_unit": -amount,
                "reduces_id": charge.id,
                "origin_key": key,
                "note": f"{label} {self.number}",
            }
        ]
        if self.paid_by_id:
            values.append(
                {
                    **common,
                    "partner_id": self.paid_by_id.id,
                    "amount": amount,
                    "price_unit": amount,
                    "origin_key": f"{key},paid",
                    "note": f"{label} {self.number}",
                }
            )
        return values

    def _reduce_billed(self):
        """Reduce what was charged already for the time of the reductions.

        What is posted gets a credit note; a preview that waits for its posting gets the line.
        """
        charges = self.env["property.charge"].sudo()
        for waiver in self:
            billed = charges.search(
                [
                    ("unit_id", "=", waiver.unit_id.id),
                    ("item_id", "in", waiver.item_ids.ids),
                    ("origin", "=", "price"),
                    ("cancelled", "=", False),
                    ("reduction_ids", "=", False),
                    ("date_end", ">=", waiver.date_start),
                    ("date_start", "<=", waiver.date_end),
                ],
                order="month",
            )
            previews = billed.filtered(lambda charge: not charge.invoice_id)
            for run, group in previews.grouped("run_id").items():
                values, _held = self._prepare_reductions(group)
                run.sudo()._create_further(values)
            values, _held = self._prepare_reductions(billed - previews)
            if values:
                charges._charge(values, date=waiver._posting_date())

    def _posting_date(self):
        """Return the day counter-entries are dated: today."""
        return fields.Date.context_today(self)

    def _charge_again(self, last_day, reason):
        """Charge what was reduced after `last_day`, by new charges; nothing posted is changed."""
        self.ensure_one()
        charges = self.env["property.charge"].sudo()
        values = []
        for reduction in self.sudo().charge_ids.filtered(
            lambda charge: (
                charge.amount < 0
                and charge.invoice_id
                and not charge.cancelled
                and charge.date_end > last_day
            )
        ):
            first = max(reduction.date_start, last_day + timedelta(days=1))
            days = (reduction.date_end - first).days + 1
            part = Decimal(days) / Decimal((reduction.date_end - reduction.date_start).days + 1)
            amount = float(money.round_half_up(Decimal(str(-reduction.amount)) * part))
            values.append(
                {
                    "unit_id": reduction.unit_id.id,
                    "item_id": reduction.item_id.id,
                    "partner_id": reduction.partner_id.id,
                    "amount": amount,
                    "month": reduction.month,
                    "date_start": first,
                    "date_end": reduction.date_end,
                    "days": days,
                    "month_days": reduction.month_days,
                    "origin": "waiver",
                    "origin_key": f"waiver_end,{reduction.id}",
                    "waiver_id": self.id,
                    "note": f"{self.number} {reason}",
                }
            )
        drafts = self.sudo().charge_ids.filtered(
            lambda charge: not charge.invoice_id and charge.date_end > last_day
        )
        drafts.unlink()
        if values:
            charges._charge(values, date=self._posting_date())


class PropertyBillRun(models.Model):
    _inherit = "property.bill.run"

    def _add_charges(self, units, charges):
        exceptions = super()._add_charges(units, charges)
        values, held = self.env["property.waiver"]._prepare_reductions(charges)
        if values:
            self._create_further(values)
        seen = defaultdict(bool)
        for charge, waiver in held:
            if seen[waiver.id]:
                continue
            seen[waiver.id] = True
            exceptions.append(
                self._exception(
                    "other",
                    charge.unit_id,
                    self.env._(
                        "Reduction %(waiver)s is not granted this month: the home has arrears.",
                        waiver=waiver.number,
                    ),
                    charge.item_id,
                )
            )
        return exceptions


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    waiver_ids = fields.One2many("property.waiver", "unit_id", "Fee reductions")

    def _transfer_ownership(self, date, owners, manner, title_number=None, reason="sold"):
        """End the reductions of the old owner with his last day (handbook B H7 Bad cases)."""
        rows = super()._transfer_ownership(date, owners, manner, title_number, reason)
        last_day = date - timedelta(days=1)
        granted = self.sudo().waiver_ids.filtered(
            lambda waiver: waiver.state in GRANTED and waiver.date_end > last_day
        )
        granted._end(last_day, self.env._("The home changed its owner"))
        return rows
