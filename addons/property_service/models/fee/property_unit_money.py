# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import money
from .property_deposit import HELD_STATES


class PropertyUnit(models.Model):
    """What is held for a unit: advance receipts and deposits; and the warning at release."""

    _inherit = "property.unit"

    deposit_ids = fields.One2many("property.deposit", "unit_id", "Deposits")
    deposits_held = fields.Monetary(compute="_compute_deposits", currency_field="currency_id")
    deposits_due = fields.Monetary(compute="_compute_deposits", currency_field="currency_id")
    prepaid_date = fields.Date("Advance receipts last moved on", compute="_compute_prepaid_date")
    prepaid_inactive = fields.Boolean(
        "Inactive advance receipts",
        compute="_compute_prepaid_date",
        search="_search_prepaid_inactive",
        help="Nothing has moved for years; the money stays a liability.",
    )
    release_warning = fields.Char(compute="_compute_release_warning")

    @api.depends("deposit_ids.state", "deposit_ids.amount")
    def _compute_deposits(self):
        """Deposits of the unit itself and of what is billed with it."""
        units = self | self.side_unit_ids
        rows = (
            self.env["property.deposit"]
            .sudo()
            .search([("unit_id", "in", units.ids), ("state", "in", ("due", *HELD_STATES))])
        )
        balances = rows._balances()
        for unit in self:
            own = rows.filtered(lambda row, unit=unit: row.unit_id in unit | unit.side_unit_ids)
            unit.deposits_due = sum(own.filtered(lambda row: row.state == "due").mapped("amount"))
            unit.deposits_held = sum(balances.get(row.id, 0.0) for row in own)

    def _compute_prepaid_date(self):
        dated = self.env["property.prepayment"]._dated_balances(self)
        for unit in self:
            days = [day for _amount, day in dated.get(unit.id, {}).values()]
            unit.prepaid_date = max(days, default=False)
            limit = unit.estate_id and unit._inactive_before()
            unit.prepaid_inactive = bool(days and min(days) < limit)

    def _inactive_before(self):
        """Return the day before which advance receipts not touched since count as inactive."""
        self.ensure_one()
        years = self.estate_id._parameter("prepay_inactive_years")
        return fields.Date.subtract(fields.Date.context_today(self), years=years)

    def _search_prepaid_inactive(self, operator, value):
        if operator != "in":
            return NotImplemented
        accounts = self.env.companies.sudo().property_prepay_account_id
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("property_unit_id", "!=", False),
                    ("parent_state", "=", "posted"),
                ],
                ["property_unit_id"],
                having=[("balance:sum", "<", 0)],
            )
        )
        units = self.browse([unit.id for (unit,) in groups]).filtered("prepaid_inactive")
        found = Domain("id", "in", units.ids)
        if set(value) == {True, False}:
            return Domain.TRUE
        return found if True in value else ~found

    def _compute_release_warning(self):
        for unit in self:
            unit.release_warning = unit._release_warning() or False

    def _release_warning(self):
        """Return what who lets goods out should know: a text, or "" (handbook B H0.3, H13).

        It is a hint to talk to the customer, never a reason to hold his goods.
        """
        self.ensure_one()
        home = self._billed_unit()
        owed = home._arrears().get(home.id, 0.0)
        if not owed:
            return ""
        return self.env._(
            "%(unit)s has %(amount).2f yuan open: remind of it. Goods are not held for it.",
            unit=home.full_name,
            amount=owed,
        )

    def _monthly_fees(self, date):
        """Return what one month costs the home with its parking and storage, in yuan.

        By the approved price list of `date`; what is metered or charged once is not in it.

        :param date date: a day of the month
        :return: yuan; 0.0 where there is no price
        """
        self.ensure_one()
        units = (self | self.side_unit_ids).filtered(lambda unit: unit.type_id.billable)
        prices = (
            self.env["property.fee.price"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", self.estate_id.id),
                    ("state", "=", "approved"),
                    ("item_id.periodic", "=", True),
                    ("item_id.basis", "!=", "quantity"),
                    ("date_start", "<=", date),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", date),
                ]
            )
        )
        total = Decimal(0)
        for unit in units:
            chosen = {}
            for price in prices.sorted("date_start"):
                if not price.unit_id and price.type_id == unit.type_id:
                    chosen.setdefault(price.item_id, price)
            for price in prices:
                if price.unit_id == unit:
                    chosen[price.item_id] = price
            for item, price in chosen.items():
                quantity = self.env["property.bill.run"]._quantity(unit, item)
                total += money.round_half_up(quantity * Decimal(str(price.price)))
        return float(total)

    def action_set_off(self):
        """Open the dialog that sets advance receipts off against open charges (handbook B H5)."""
        self.ensure_one()
        home = self._billed_unit()
        if not self.env["property.prepayment"]._balances(home)[home.id]:
            raise UserError(
                self.env._("%(unit)s has nothing paid in advance.", unit=home.full_name)
            )
        return home._open_procedure("property.prepayment.set.off", self.env._("Set off"))

    def action_open_deposits(self):
        """Open the deposits of the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposits of %(unit)s", unit=self.full_name),
            "res_model": "property.deposit",
            "view_mode": "list,form",
            "domain": [("unit_id", "in", (self | self.side_unit_ids).ids)],
            "context": {"default_unit_id": self.id},
        }

    def action_settle(self):
        """Start the settlement of a change of owner or tenant (handbook B H13)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settlement of %(unit)s", unit=self.full_name),
            "res_model": "property.settlement",
            "view_mode": "form",
            "context": {"default_unit_id": self._billed_unit().id},
        }
