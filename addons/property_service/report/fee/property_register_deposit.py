# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..core.property_register import Column
from .fee_ledger import AGES


class PropertyFeeLedger(models.AbstractModel):
    """What the posted journal items say of deposits."""

    _inherit = "property.fee.ledger"

    def _deposit_moves(self, scope, first, last):
        """Return the movements of deposits, one row per deposit (handbook B H6).

        :return: list of dicts: deposit_id, unit_id, opening, taken, deducted, refunded, balance in
            yuan; deposits without movement and balance are left out
        """
        return self._fetch(
            SQL(
                """
                SELECT deposit.id AS deposit_id,
                       deposit.unit_id,
                       COALESCE(-SUM(line.balance) FILTER (WHERE line.date < %(first)s), 0)
                           AS opening,
                       COALESCE(-SUM(line.balance) FILTER (
                           WHERE line.date >= %(first)s AND payment.property_receipt_id IS NOT NULL
                       ), 0) AS taken,
                       COALESCE(SUM(line.balance) FILTER (
                           WHERE line.date >= %(first)s
                             AND move.property_entry IN ('deposit_deduction', 'deposit_forfeit')
                       ), 0) AS deducted,
                       COALESCE(SUM(line.balance) FILTER (
                           WHERE line.date >= %(first)s AND payment.property_refund_id IS NOT NULL
                       ), 0) AS refunded,
                       COALESCE(-SUM(line.balance), 0) AS balance
                  FROM account_move_line line
                  JOIN property_deposit deposit ON deposit.id = line.property_deposit_id
                  JOIN property_deposit_kind kind
                    ON kind.id = deposit.kind_id AND kind.account_id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN property_unit unit ON unit.id = deposit.unit_id
             LEFT JOIN account_payment payment
                    ON payment.move_id = COALESCE(move.reversed_entry_id, move.id)
                 WHERE line.parent_state = 'posted' AND line.date <= %(last)s AND %(scope)s
              GROUP BY deposit.id, deposit.unit_id
                HAVING SUM(line.balance) <> 0
                    OR COUNT(*) FILTER (WHERE line.date >= %(first)s) > 0
                """,
                first=first,
                last=last,
                scope=scope,
            )
        )

    def _deposit_ages(self, scope, date):
        """Return what is held on `date` by kind and age since the deposit was taken.

        :return: list of dicts: kind_id, number (of deposits), the keys of `AGES`, amount
        """
        return self._fetch(
            SQL(
                """
                SELECT owed.kind_id, COUNT(*) AS number, %(ages)s, SUM(owed.amount) AS amount
                  FROM (SELECT deposit.id, deposit.kind_id, -SUM(line.balance) AS amount,
                               MIN(line.date) - 1 AS date_due
                          FROM account_move_line line
                          JOIN property_deposit deposit ON deposit.id = line.property_deposit_id
                          JOIN property_deposit_kind kind
                            ON kind.id = deposit.kind_id AND kind.account_id = line.account_id
                          JOIN property_unit unit ON unit.id = deposit.unit_id
                         WHERE line.parent_state = 'posted' AND line.date <= %(date)s AND %(scope)s
                      GROUP BY deposit.id, deposit.kind_id
                        HAVING SUM(line.balance) <> 0) owed
              GROUP BY owed.kind_id
                """,
                ages=self._age_sums(date),
                date=date,
                scope=scope,
            )
        )

    def _deposit_accounts(self, scope, date):
        """Return the balance of the accounts of deposits for these homes at the end of `date`."""
        return self._fetch(
            SQL(
                """
                SELECT COALESCE(-SUM(line.balance), 0) AS amount
                  FROM account_move_line line
                  JOIN property_deposit_kind kind ON kind.account_id = line.account_id
                  JOIN property_unit unit ON unit.id = line.property_unit_id
                 WHERE line.parent_state = 'posted' AND line.date <= %s AND %s
                """,
                date,
                scope,
            )
        )[0]["amount"]


class PropertyRegisterDeposit(models.AbstractModel):
    """Deposits, their movements in a period and what is held (押金台账, handbook B H6)."""

    _name = "property.register.deposit"
    _description = "Ledger of deposits"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _year_so_far = True

    def _title(self, options):
        return self.env._("Ledger of Deposits")

    def _load(self, options):
        ledger = self._ledger()
        scope = ledger._scope(options)
        first, last = self._period(options)
        return {
            "rows": ledger._deposit_moves(scope, first, last),
            "accounts": ledger._deposit_accounts(scope, last),
        }

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Deposit no."), 15),
            Column("unit", self.env._("Room"), 13),
            Column("payer", self.env._("Payer"), 12),
            Column("kind", self.env._("Kind of deposit"), 12),
            Column("receipt", self.env._("Receipt no."), 15),
            Column("date", self.env._("Taken on"), 10, "date"),
            Column("opening", self.env._("Opening balance"), 10, "money", total=True),
            Column("taken", self.env._("Received in the period"), 10, "money", total=True),
            Column("deducted", self.env._("Deducted"), 9, "money", total=True),
            Column("refunded", self.env._("Refunded"), 10, "money", total=True),
            Column("balance", self.env._("Balance"), 10, "money", total=True),
            Column("state", self.env._("State"), 9, "mid"),
        ]

    def _rows(self, options):
        rows = self._loaded(options)["rows"]
        deposits = self.env["property.deposit"].browse(row["deposit_id"] for row in rows)
        labels = self._labels("property.deposit", "state")
        by_id = {deposit.id: deposit for deposit in deposits}
        result = []
        for index, (unit, section, row) in enumerate(self._by_unit(rows), 1):
            deposit = by_id[row["deposit_id"]]
            result.append(
                {
                    "_section": section,
                    "index": index,
                    "number": deposit.number,
                    "unit": unit.full_name,
                    "payer": deposit.partner_id.name,
                    "kind": deposit.kind_id.name,
                    "receipt": deposit.receipt_id.number or "",
                    "date": deposit.date_taken,
                    "balance": row["balance"],
                    "state": labels[deposit.state],
                    **{
                        key: row[key] or None
                        for key in ("opening", "taken", "deducted", "refunded")
                    },
                }
            )
        return result

    def _notes(self, options):
        loaded = self._loaded(options)
        held = sum(row["balance"] for row in loaded["rows"])
        return [
            self.env._(
                "Check: deposits held %(held)s, accounts of deposits %(accounts)s, difference "
                "%(difference)s",
                held=self._money(held),
                accounts=self._money(loaded["accounts"]),
                difference=self._money(round(float(held) - float(loaded["accounts"]), 2) or 0.0),
            )
        ]


class PropertyRegisterDepositAge(models.AbstractModel):
    """Deposits held by kind and age (押金账龄表, handbook B H6)."""

    _name = "property.register.deposit.age"
    _description = "Ageing of deposits held"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date")

    def _title(self, options):
        return self.env._("Ageing of Deposits Held")

    def _load(self, options):
        ledger = self._ledger()
        scope, date = ledger._scope(options), self._date(options)
        return {
            "rows": ledger._deposit_ages(scope, date),
            "accounts": ledger._deposit_accounts(scope, date),
        }

    def _columns(self, options):
        titles = self._age_titles()
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("kind", self.env._("Kind of deposit"), 18),
            Column("number", self.env._("Number of deposits"), 8, "integer", total=True),
            *(Column(key, titles[key], 12, "money", total=True) for key, _top in AGES),
            Column("amount", self.env._("Total held"), 13, "money", total=True),
        ]

    def _rows(self, options):
        rows = self._loaded(options)["rows"]
        kinds = (
            self.env["property.deposit.kind"]
            .with_context(active_test=False)
            .search([("id", "in", [row["kind_id"] for row in rows])])
        )
        by_kind = {row["kind_id"]: row for row in rows}
        return [
            {"index": index, "kind": kind.name, **by_kind[kind.id]}
            for index, kind in enumerate(kinds, 1)
        ]

    def _notes(self, options):
        loaded = self._loaded(options)
        held = sum(row["amount"] for row in loaded["rows"])
        return [
            self.env._(
                "Check: deposits held %(held)s, accounts of deposits %(accounts)s, difference "
                "%(difference)s",
                held=self._money(held),
                accounts=self._money(loaded["accounts"]),
                difference=self._money(round(float(held) - float(loaded["accounts"]), 2) or 0.0),
            )
        ]
