# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import money

#: how many months back the closing of an account looks for days that were never billed
_MONTHS_BACK = 12


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    settlement_id = fields.Many2one(
        "property.settlement",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )


class PropertySettlement(models.Model):
    """The money of a settlement: bills to the day, debts and balances that pass on."""

    _inherit = "property.settlement"

    def _units(self):
        home = self._home()
        return home | home.side_unit_ids

    def _bill_to_the_day(self):
        """Bill what is not billed up to the last day, and take off what was billed beyond it."""
        self.ensure_one()
        last = self.date_last
        draft = self.env["property.charge"].search(
            [
                ("unit_id", "in", self._units().ids),
                ("state", "=", "draft"),
                ("date_start", "<=", last),
            ],
            limit=1,
        )
        if draft:
            raise UserError(
                self.env._(
                    "%(charge)s is in a bill run that is not posted: post the run, or take its "
                    "preview back, before the account is closed.",
                    charge=draft.display_name,
                )
            )
        values = []
        for month in self._months_to_bill():
            values += self._unbilled(month)
        values += self._prepare_excess()
        if values:
            self.env["property.charge"]._charge(values)

    def _months_to_bill(self):
        """Return the months to look at: from the last one billed to that of the last day."""
        end = money.month_start(self.date_last)
        billed = self.env["property.charge"].search(
            [
                ("unit_id", "in", self._units().ids),
                ("origin", "=", "price"),
                ("cancelled", "=", False),
                ("month", "<=", end),
            ],
            order="month desc",
            limit=1,
        )
        month = max(billed.month or end, money.add_months(end, -_MONTHS_BACK))
        months = []
        while month <= end:
            months.append(month)
            month = money.add_months(month, 1)
        return months

    def _unbilled(self, month):
        """Return the values of charges for the days of `month` nobody has billed the party for."""
        run = self.env["property.bill.run"].new(
            {"estate_ids": [Command.set(self.estate_id.ids)], "month": month}
        )
        found, _exceptions = run._compute_charges(self._units())
        values = []
        for vals in found:
            if vals["partner_id"] != self.partner_id.id or vals["date_start"] > self.date_last:
                continue
            vals = {key: value for key, value in vals.items() if key != "run_id"}
            if vals["date_end"] > self.date_last:
                vals["date_end"] = self.date_last
                vals["days"] = (vals["date_end"] - vals["date_start"]).days + 1
                vals["amount"] = self._share(
                    vals["quantity"], vals["price_unit"], vals["days"], vals["month_days"]
                )
            vals.pop("date_due", None)
            if vals["amount"]:
                key = f"{self.id},{vals['unit_id']},{vals['item_id']},{vals['date_start']}"
                values.append(
                    {
                        **vals,
                        "origin": "price",
                        "origin_key": f"settlement,{key}",
                        "settlement_id": self.id,
                    }
                )
        return values

    def _share(self, quantity, price, days, month_days):
        """Return the amount of `days` of a month, in yuan (handbook B H2, part months)."""
        monthly = money.round_half_up(Decimal(str(quantity)) * Decimal(str(price)))
        return float(money.round_half_up(monthly * days / month_days))

    def _beyond(self):
        """Return the party's charges by the price list that reach beyond the last day."""
        return self.env["property.charge"].search(
            [
                ("unit_id", "in", self._units().ids),
                ("partner_id", "=", self.partner_id.id),
                ("origin", "=", "price"),
                ("state", "in", ("open", "partial", "paid")),
                ("date_end", ">", self.date_last),
            ],
            order="date_start, id",
        )

    def _prepare_excess(self):
        """Return the values of the reductions of charges billed beyond the last day."""
        values = []
        for charge in self._beyond():
            if charge.reduction_ids.filtered(
                lambda row: row.settlement_id == self and not row.cancelled
            ):
                continue
            left = charge.amount - charge.amount_reduced
            days = (charge.date_end - charge.date_start).days + 1
            kept = max((self.date_last - charge.date_start).days + 1, 0)
            amount = money.round_half_up(Decimal(str(left)) * (days - kept) / days)
            if amount:
                values.append(
                    {
                        "unit_id": charge.unit_id.id,
                        "item_id": charge.item_id.id,
                        "partner_id": self.partner_id.id,
                        "amount": -float(amount),
                        "month": charge.month,
                        "date_start": max(self.date, charge.date_start),
                        "date_end": charge.date_end,
                        "origin": "adjust",
                        "origin_key": f"settlement,{self.id},{charge.id}",
                        "reduces_id": charge.id,
                        "note": self.number,
                        "settlement_id": self.id,
                    }
                )
        return values

    def _charge_new_party(self):
        """Charge the new party for the days taken off the leaving party's bills."""
        self.ensure_one()
        values = []
        for row in self.charge_ids.filtered(
            lambda row: row.reduces_id and not row.cancelled and row.date_start >= self.date
        ):
            payers = row.unit_id._payers_on(row.date_start)[row.unit_id.id]
            payer = payers.get(row.item_id.id) or payers[0]
            if payer and row.origin_key == f"settlement,{self.id},{row.reduces_id.id}":
                values.append(
                    {
                        "unit_id": row.unit_id.id,
                        "item_id": row.item_id.id,
                        "partner_id": payer.id,
                        "amount": -row.amount,
                        "month": row.month,
                        "date_start": row.date_start,
                        "date_end": row.date_end,
                        "origin": "adjust",
                        "origin_key": f"{row.origin_key},new",
                        "note": self.number,
                        "settlement_id": self.id,
                    }
                )
        if values:
            self.env["property.charge"]._charge(values, set_off=True)

    def _pass_debts(self, lines):
        """Take the assumed debts off the leaving party and charge them to the new one."""
        values = []
        for line in lines:
            charge = line.charge_id
            common = {
                "unit_id": charge.unit_id.id,
                "item_id": charge.item_id.id,
                "month": charge.month,
                "date_start": charge.date_start,
                "date_end": charge.date_end,
                "origin": "adjust",
                "settlement_id": self.id,
            }
            key = f"assumed,{self.id},{charge.id}"
            values += [
                {
                    **common,
                    "partner_id": charge.partner_id.id,
                    "amount": -charge.amount_residual,
                    "origin_key": f"{key},old",
                    "reduces_id": charge.id,
                    "note": self.env._("assumed by %(party)s", party=self.new_partner_id.name),
                },
                {
                    **common,
                    "partner_id": self.new_partner_id.id,
                    "amount": charge.amount_residual,
                    "origin_key": f"{key},new",
                    "note": self.env._("assumed from %(party)s", party=self.partner_id.name),
                },
            ]
        if values:
            self.env["property.charge"]._charge(values)
            lines.done = True

    def _pass_money(self):
        """Move or refund what the leaving party has in advance and as deposits."""
        self.ensure_one()
        home = self._home()
        pots = {
            item_id: amount
            for (partner_id, item_id), amount in self.env["property.prepayment"]
            ._pots(home)[home.id]
            .items()
            if partner_id == self.partner_id.id
        }
        reason = self.env._("Settlement %(number)s", number=self.number)
        if self.prepaid_treatment == "move":
            vouchers = self.env["property.prepay.transfer"].create(
                [
                    {
                        "unit_id": home.id,
                        "partner_id": self.partner_id.id,
                        "unit_to_id": home.id,
                        "partner_to_id": self.new_partner_id.id,
                        "item_id": item_id,
                        "amount": amount,
                        "reason": reason,
                        "signed": True,
                        "paper_ids": [Command.set(self.paper_ids.ids)],
                        "settlement_id": self.id,
                    }
                    for item_id, amount in pots.items()
                ]
            )
            vouchers.action_submit()
            vouchers.action_check()
        elif self.prepaid_treatment == "refund":
            refunds = self.env["property.refund"].create(
                [
                    {
                        "unit_id": home.id,
                        "partner_id": self.partner_id.id,
                        "item_id": item_id,
                        "source": "advance",
                        "cause": "transfer",
                        "amount": amount,
                        "reason": reason,
                        "settlement_id": self.id,
                    }
                    for item_id, amount in pots.items()
                ]
            )
            refunds.action_apply()
        for deposit in self.deposit_ids:
            if self.deposit_treatment == "move":
                deposit._pass_to(
                    self.new_partner_id,
                    self.env._(
                        "%(reason)s: deposit %(deposit)s passed to %(party)s",
                        reason=reason,
                        deposit=deposit.display_name,
                        party=self.new_partner_id.name,
                    ),
                )
            elif self.deposit_treatment == "refund" and deposit.state == "held":
                deposit.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("%(reason)s: refund this deposit", reason=reason),
                    date_deadline=fields.Date.context_today(self) + timedelta(days=1),
                )

    def _paid_to(self):
        """Return up to which day each item of the leaving party is charged: [(item, day)]."""
        self.ensure_one()
        charges = self.env["property.charge"].search(
            [
                ("billed_unit_id", "=", self._home().id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "in", ("open", "partial", "paid")),
                ("amount", ">", 0),
                ("date_start", "<=", self.date_last),
            ]
        )
        return [
            (item, min(max(group.mapped("date_end")), self.date_last))
            for item, group in charges.grouped("item_id").items()
        ]
