# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from uuid import uuid4

from odoo import fields, models
from odoo.tools import SQL

from ...tools import money

#: handbook B H9 and H14-2: (key, months of age up to which a debt belongs there)
AGES = (
    ("age_3", 3),
    ("age_6", 6),
    ("age_12", 12),
    ("age_24", 24),
    ("age_36", 36),
    ("age_more", None),
)


class PropertyFeeLedger(models.AbstractModel):
    """What the posted journal items say of fees, on any day, for whole estates at a time.

    The registers and figures of the fee room ask here, so that there is one definition of what
    is open, what was billed and which money paid it, and one SQL statement for any number of
    homes. All amounts are in yuan.

    A receivable item belongs to a home by its entry (`property_unit_id`) and to a fee item and
    month by its charge. What was open on a past day is what is open now plus what has been
    reconciled since: so only items open now or settled later are looked at, not all history.

    SQL knows no record rules: `_scope()` keeps to the estates the user may read.
    """

    _name = "property.fee.ledger"
    _description = "Ledger of fees"

    def _scope(self, options):
        """Return the condition for `unit` rows: estates asked for and readable, and buildings.

        :param dict options: options of a register (`estate_ids`, `building_ids`)
        """
        estates = self.env["property.register"]._estates(options)._filtered_access("read")
        scope = SQL("unit.estate_id = ANY(%s)", estates.ids)
        if options.get("building_ids"):
            scope = SQL("%s AND unit.building_id = ANY(%s)", scope, list(options["building_ids"]))
        return scope

    def _fetch(self, query):
        """Return the rows of `query` as dicts, after writing what is pending."""
        self.env.flush_all()
        return self.env.execute_query_dict(query)

    # pieces of statements --------------------------------------------------------------------

    def _open_items(self, scope, date):
        """Return the SELECT of what is owed at the end of `date`, per home, payer and charge.

        Columns: unit_id, partner_id, charge_id (NULL: an item without charge), date_due, amount.
        Its sum is the balance of the receivable accounts for these homes on that day.
        """
        # the first part is found home by home: what other estates owe is not looked at
        return SQL(
            """
            SELECT line.property_unit_id AS unit_id,
                   line.partner_id,
                   line.property_charge_id AS charge_id,
                   COALESCE(charge.date_due, line.date_maturity, line.date) AS date_due,
                   SUM(remainder.amount) AS amount
              FROM (
                    SELECT line.id AS line_id, line.amount_residual AS amount
                      FROM account_move_line line
                      JOIN property_unit unit ON unit.id = line.property_unit_id
                     WHERE line.amount_residual <> 0
                       AND line.account_id IN (SELECT id FROM account_account
                                                WHERE account_type = 'asset_receivable')
                       AND %(scope)s
                     UNION ALL
                    SELECT debit_move_id, amount
                      FROM account_partial_reconcile WHERE max_date > %(date)s
                     UNION ALL
                    SELECT credit_move_id, -amount
                      FROM account_partial_reconcile WHERE max_date > %(date)s
                   ) remainder
              JOIN account_move_line line ON line.id = remainder.line_id
              JOIN account_account account
                ON account.id = line.account_id AND account.account_type = 'asset_receivable'
              JOIN property_unit unit ON unit.id = line.property_unit_id
         LEFT JOIN property_charge charge ON charge.id = line.property_charge_id
             WHERE line.parent_state = 'posted'
               AND line.date <= %(date)s
               AND %(scope)s
          GROUP BY 1, 2, 3, 4
            HAVING SUM(remainder.amount) <> 0
            """,
            date=date,
            scope=scope,
        )

    def _documents(self, scope, condition, date=None):
        """Return the SELECT of what was billed and credited by invoices and credit notes.

        Columns: line_id, unit_id (the billed home), estate_id, building_id, item_id, month,
        counts, amount: negative for what was credited, waived or reversed.

        :param SQL condition: on `charge` and `line`
        :param date: only documents up to this day
        """
        # + 0: what `condition` picks is found first, by its own index. Going from the homes to
        # their items would read all the years they have been billed to find one month.
        return SQL(
            """
            SELECT line.id AS line_id,
                   unit.id AS unit_id,
                   unit.estate_id,
                   unit.building_id,
                   charge.item_id,
                   charge.month,
                   item.counts_in_rate AS counts,
                   line.balance AS amount
              FROM property_charge charge
              JOIN property_fee_item item ON item.id = charge.item_id
              JOIN account_move_line line ON line.property_charge_id = charge.id
              JOIN account_move move
                ON move.id = line.move_id AND move.move_type IN ('out_invoice', 'out_refund')
              JOIN account_account account
                ON account.id = line.account_id AND account.account_type = 'asset_receivable'
              JOIN property_unit unit ON unit.id = line.property_unit_id + 0
             WHERE line.parent_state = 'posted'
               AND line.date <= %(date)s
               AND %(condition)s
               AND %(scope)s
            """,
            date=date or fields.Date.to_date("9999-12-31"),
            condition=condition,
            scope=scope,
        )

    def _allocations(self, documents, first, last):
        """Return the SELECT of the money allocated to `documents` from `first` to `last`.

        Money is what came in by a cash or bank journal, or was set off from advance receipts or
        kept of a deposit;
        credit notes, waivers and write-offs settle a charge without being money. What was given
        back on a credit note counts below zero. Columns: those of `documents`, with `amount`.

        :param SQL documents: name of a common table expression made by `_documents()`
        :param first: None for everything up to `last`
        """
        is_money = SQL(
            """
                   partial.max_date BETWEEN %s AND %s
               AND (journal.type IN ('bank', 'cash', 'credit')
                    OR EXISTS (SELECT 1
                                 FROM account_move deduction
                                WHERE deduction.id = other.move_id
                                  AND deduction.property_entry = 'deposit_deduction')
                    OR EXISTS (SELECT 1
                                 FROM account_move_line advance
                                 JOIN res_company company ON company.id = advance.company_id
                                WHERE advance.move_id = other.move_id
                                  AND advance.account_id = company.property_prepay_account_id))
            """,
            first or fields.Date.to_date("1900-01-01"),
            last,
        )
        return SQL(
            """
            SELECT document.line_id, document.unit_id, document.estate_id, document.building_id,
                   document.item_id, document.month, partial.amount
              FROM %(documents)s document
              JOIN account_partial_reconcile partial ON partial.debit_move_id = document.line_id
              JOIN account_move_line other ON other.id = partial.credit_move_id
              JOIN account_journal journal ON journal.id = other.journal_id
             WHERE %(is_money)s
             UNION ALL
            SELECT document.line_id, document.unit_id, document.estate_id, document.building_id,
                   document.item_id, document.month, -partial.amount
              FROM %(documents)s document
              JOIN account_partial_reconcile partial ON partial.credit_move_id = document.line_id
              JOIN account_move_line other ON other.id = partial.debit_move_id
              JOIN account_journal journal ON journal.id = other.journal_id
             WHERE %(is_money)s
            """,
            documents=documents,
            is_money=is_money,
        )

    # answers -----------------------------------------------------------------------------------

    def _age_sums(self, date):
        """Return the SQL columns that sum `owed.amount` by age on `date`.

        `not_due` is what is not overdue yet, the others are those of `AGES`, by the day due.
        """
        columns = [
            SQL("SUM(owed.amount) FILTER (WHERE owed.date_due >= %s) AS not_due", date),
        ]
        newer = date
        for key, months in AGES:
            condition = SQL("owed.date_due < %s", newer)
            if months:
                newer = money.add_months(date, -months)
                condition = SQL("%s AND owed.date_due >= %s", condition, newer)
            columns.append(
                SQL("SUM(owed.amount) FILTER (WHERE %s) AS %s", condition, SQL.identifier(key))
            )
        return SQL(", ").join(columns)

    def _ageing(self, scope, date, by):
        """Return what is owed on `date` by age (handbook B H14-2).

        :param str by: ``unit`` (and payer) or ``building``
        :return: list of dicts: estate_id, building_id, unit_id and partner_id (None by building),
            homes, not_due, the keys of `AGES`, amount, first_due
        """
        keys = SQL("unit.estate_id, unit.building_id")
        if by == "unit":
            keys = SQL("%s, owed.unit_id, owed.partner_id", keys)
        return self._fetch(
            SQL(
                """
                SELECT %(keys)s,
                       COUNT(DISTINCT owed.unit_id) AS homes,
                       %(ages)s,
                       SUM(owed.amount) AS amount,
                       MIN(owed.date_due) AS first_due
                  FROM (%(open_items)s) owed
                  JOIN property_unit unit ON unit.id = owed.unit_id
              GROUP BY %(keys)s
                """,
                keys=keys,
                ages=self._age_sums(date),
                open_items=self._open_items(scope, date),
            )
        )

    def _debts(self, scope, date, month=None):
        """Return what each home and payer owes on `date` (handbook B H9-1, H14-4).

        :param date month: a month of which, and before which, the open amounts are told apart
        :return: list of dicts: unit_id, partner_id, month_from, month_to, month_count and, in
            yuan, fee, agency, parking and amount of what is overdue, the ages of it, of_month and
            earlier of everything open, price (yuan/m² of the newest charge by area)
        """
        return self._fetch(self._debts_query(scope, date, month))

    def _debts_query(self, scope, date, month=None):
        """Return the SELECT of what each home and payer owes, see `_debts()`."""
        month = money.month_start(month or date)
        return SQL(
            """
            SELECT owed.unit_id,
                   owed.partner_id,
                   MIN(charge.month) FILTER (WHERE %(overdue)s) AS month_from,
                   MAX(charge.month) FILTER (WHERE %(overdue)s) AS month_to,
                   COUNT(DISTINCT charge.month) FILTER (WHERE %(overdue)s) AS month_count,
                   SUM(owed.amount) FILTER (WHERE %(overdue)s) AS amount,
                   SUM(owed.amount) FILTER (WHERE %(overdue)s AND %(parking)s) AS parking,
                   SUM(owed.amount) FILTER (
                       WHERE %(overdue)s AND NOT %(parking)s AND item.kind = 'agency'
                   ) AS agency,
                   SUM(owed.amount) FILTER (
                       WHERE %(overdue)s AND NOT %(parking)s
                         AND item.kind IS DISTINCT FROM 'agency'
                   ) AS fee,
                   SUM(owed.amount) FILTER (WHERE charge.month = %(month)s) AS of_month,
                   SUM(owed.amount) FILTER (WHERE charge.month < %(month)s) AS earlier,
                   (ARRAY_AGG(charge.price_unit ORDER BY charge.month DESC) FILTER (
                       WHERE item.basis IN ('gross_area', 'inner_area')
                         AND charge.unit_id = owed.unit_id
                   ))[1] AS price,
                   %(ages)s
              FROM (%(open_items)s) owed
         LEFT JOIN property_charge charge ON charge.id = owed.charge_id
         LEFT JOIN property_fee_item item ON item.id = charge.item_id
         LEFT JOIN property_unit charged ON charged.id = charge.unit_id
          GROUP BY owed.unit_id, owed.partner_id
            """,
            overdue=SQL("owed.date_due < %s", date),
            parking=SQL("charged.category IS NOT DISTINCT FROM 'parking'"),
            month=month,
            ages=self._age_sums(date),
            open_items=self._open_items(scope, date),
        )

    def _debtors_in_turn(self, scope, date, size):
        """Yield what is overdue of each home and payer, `size` of them at a time.

        In the order of units, of which only those are told that the user may read. Held by a
        cursor of the database: neither all rows nor their ids are ever in memory.

        :return: iterator over lists of dicts as `_debts()` gives them, with building_id and, of
            all of them, many_buildings and many_estates
        """
        units = self.env["property.unit"].with_context(active_test=False)
        ordered = units._search([], order=units._order)
        place = ordered.select(
            SQL("property_unit.id"), SQL("ROW_NUMBER() OVER (ORDER BY %s) AS place", ordered.order)
        )
        name = SQL.identifier(f"property_debtors_{uuid4().hex}")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                DECLARE %(name)s NO SCROLL CURSOR FOR
                SELECT debt.*,
                       unit.building_id,
                       MIN(unit.building_id) OVER () <> MAX(unit.building_id) OVER ()
                           AS many_buildings,
                       MIN(unit.estate_id) OVER () <> MAX(unit.estate_id) OVER () AS many_estates
                  FROM (%(debts)s) debt
                  JOIN (%(place)s) ordered ON ordered.id = debt.unit_id
                  JOIN property_unit unit ON unit.id = debt.unit_id
                 WHERE debt.amount > 0
              ORDER BY ordered.place, debt.partner_id
                """,
                name=name,
                debts=self._debts_query(scope, date),
                place=place,
            )
        )
        while rows := self.env.execute_query_dict(SQL("FETCH %s FROM %s", size, name)):
            yield rows
        self.env.cr.execute(SQL("CLOSE %s", name))

    def _billed(self, scope, month):
        """Return what was billed for `month` net of credit notes, by building and item.

        :return: list of dicts: estate_id, building_id, item_id, homes, amount; with the item None
            for a building's sum
        """
        return self._fetch(
            SQL(
                """
                SELECT document.estate_id, document.building_id, document.item_id,
                       COUNT(DISTINCT document.unit_id) AS homes,
                       SUM(document.amount) AS amount
                  FROM (%s) document
              GROUP BY GROUPING SETS (
                           (document.estate_id, document.building_id, document.item_id),
                           (document.estate_id, document.building_id)
                       )
                HAVING SUM(document.amount) <> 0
                """,
                self._documents(scope, SQL("charge.month = %s", money.month_start(month))),
            )
        )

    def _prepaid(self, scope, first, last):
        """Return the movements of advance receipts per home and payer (handbook B H5-1).

        :return: list of dicts: unit_id, partner_id, opening, received, set_off, refunded, other,
            balance in yuan; month_from and month_to of the charges set off
        """
        return self._fetch(
            SQL(
                """
                WITH movement AS (
                    SELECT line.property_unit_id AS unit_id,
                           line.partner_id,
                           line.move_id,
                           -line.balance AS amount,
                           CASE WHEN line.date < %(first)s THEN 'opening'
                                WHEN journal.type IN ('bank', 'cash', 'credit')
                                 AND (line.balance < 0 OR move.reversed_entry_id IS NOT NULL)
                                     THEN 'received'
                                WHEN journal.type IN ('bank', 'cash', 'credit') THEN 'refunded'
                                WHEN EXISTS (SELECT 1
                                               FROM account_move_line paid
                                              WHERE paid.move_id = line.move_id
                                                AND paid.property_charge_id IS NOT NULL)
                                     THEN 'set_off'
                                ELSE 'other'
                           END AS kind
                      FROM account_move_line line
                      JOIN account_move move ON move.id = line.move_id
                      JOIN account_journal journal ON journal.id = line.journal_id
                      JOIN res_company company
                        ON company.id = line.company_id
                       AND company.property_prepay_account_id = line.account_id
                      JOIN property_unit unit ON unit.id = line.property_unit_id + 0
                     WHERE line.parent_state = 'posted' AND line.date <= %(last)s AND %(scope)s
                ), period AS (
                    SELECT movement.unit_id, movement.partner_id,
                           MIN(charge.month) AS month_from, MAX(charge.month) AS month_to
                      FROM movement
                      JOIN account_move_line paid ON paid.move_id = movement.move_id
                      JOIN property_charge charge ON charge.id = paid.property_charge_id
                     WHERE movement.kind = 'set_off'
                  GROUP BY 1, 2
                )
                SELECT movement.unit_id,
                       movement.partner_id,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'opening'), 0) AS opening,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'received'), 0) AS received,
                       COALESCE(-SUM(amount) FILTER (WHERE kind = 'set_off'), 0) AS set_off,
                       COALESCE(-SUM(amount) FILTER (WHERE kind = 'refunded'), 0) AS refunded,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'other'), 0) AS other,
                       SUM(amount) AS balance,
                       MIN(period.month_from) AS month_from,
                       MIN(period.month_to) AS month_to
                  FROM movement
             LEFT JOIN period ON period.unit_id = movement.unit_id
                   AND period.partner_id IS NOT DISTINCT FROM movement.partner_id
              GROUP BY 1, 2
                HAVING SUM(amount) <> 0
                    OR COUNT(*) FILTER (WHERE kind <> 'opening') > 0
                """,
                first=first,
                last=last,
                scope=scope,
            )
        )

    def _takings(self, scope, first, last):
        """Return what the receipts' entries say was taken, by receipt, item and day.

        :return: list of dicts: receipt_id, reversal (whether it is the entry of a voiding),
            unit_id and item_id of the charge or kind_id of the deposit (None: paid in advance),
            month_from, month_to, amount in yuan, below zero for a reversal
        """
        return self._fetch(
            SQL(
                """
                SELECT receipt.id AS receipt_id,
                       move.reversed_entry_id IS NOT NULL AS reversal,
                       charge.unit_id, charge.item_id, deposit.kind_id,
                       MIN(charge.month) AS month_from, MAX(charge.month) AS month_to,
                       -SUM(line.balance) AS amount
                  FROM property_receipt receipt
                  JOIN property_unit unit ON unit.id = receipt.unit_id
                  JOIN account_payment payment ON payment.id = receipt.payment_id
                  JOIN account_move move
                    ON move.id = payment.move_id OR move.reversed_entry_id = payment.move_id
                  JOIN account_move_line line
                    ON line.move_id = move.id AND line.account_id <> payment.outstanding_account_id
             LEFT JOIN property_charge charge ON charge.id = line.property_charge_id
             LEFT JOIN property_deposit deposit ON deposit.id = line.property_deposit_id
                 WHERE move.state = 'posted'
                   AND move.date BETWEEN %(first)s AND %(last)s
                   AND %(scope)s
              GROUP BY 1, 2, 3, 4, 5
              ORDER BY 1, 2, MIN(charge.month), 4, 3, 5
                """,
                first=first,
                last=last,
                scope=scope,
            )
        )

    def _liquidity(self, scope, first, last):
        """Return what the homes' entries moved in cash and bank.

        :return: dict: receipts (entries of receipts and of their voiding), other, in yuan
        """
        return self._fetch(
            SQL(
                """
                SELECT COALESCE(SUM(line.balance) FILTER (WHERE receipt.id IS NOT NULL), 0)
                           AS receipts,
                       COALESCE(SUM(line.balance) FILTER (WHERE receipt.id IS NULL), 0) AS other
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN property_unit unit ON unit.id = line.property_unit_id
             LEFT JOIN account_payment payment
                    ON payment.move_id = COALESCE(move.reversed_entry_id, move.id)
             LEFT JOIN property_receipt receipt ON receipt.id = payment.property_receipt_id
                 WHERE line.parent_state = 'posted'
                   AND line.date BETWEEN %(first)s AND %(last)s
                   AND (account.account_type = 'asset_cash'
                        OR line.account_id = payment.outstanding_account_id)
                   AND %(scope)s
                """,
                first=first,
                last=last,
                scope=scope,
            )
        )[0]

    def _receivable_balance(self, scope, date):
        """Return the balance of the receivable accounts for these homes at the end of `date`."""
        return self._fetch(
            SQL(
                """
                SELECT COALESCE(SUM(line.balance), 0) AS amount
                  FROM account_move_line line
                  JOIN account_account account
                    ON account.id = line.account_id AND account.account_type = 'asset_receivable'
                  JOIN property_unit unit ON unit.id = line.property_unit_id
                 WHERE line.parent_state = 'posted' AND line.date <= %s AND %s
                """,
                date,
                scope,
            )
        )[0]["amount"]
