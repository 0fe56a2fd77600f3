# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ...tools import money
from ...tools.figures import Figures

#: what figures can be told apart by -> column of the statements
KEYS = {"estate": "estate_id", "building": "building_id", "item": "item_id"}
#: figures of a building that are the sums of its items' and are not read with its homes
SUMMED = ("opening", "recovered", "advance", "closing")


class PropertyCollectionRate(models.AbstractModel):
    """How well fees are collected: one definition for forms, screens and figures of others.

    Handbook B H14, from posted journal items and their reconciliations. Only items that count in
    the rate. Money is dated by its reconciliation (the later of both entries), so a report for a
    past day gives the same figures when it is run again.
    """

    _name = "property.collection.rate"
    _description = "Collection rate"

    def _figures(self, options, first, last, date, by=()):
        """Return the figures of the period by estate, building, item, or any of these.

        :param dict options: `estate_ids` and `building_ids` to look at, as for a register
        :param date first: a day of the period's first month
        :param date last: a day of the period's last month
        :param date date: report date; money and documents after it are left out
        :param by: some of ``estate``, ``building``, ``item``; empty: one total
        :return: {tuple of ids in the order of `by`: Figures}. Advance receipts belong to no item
            until they are set off: by item they are under None. A closed month of an estate shows
            the figures frozen at its closing, whatever came in since.
        """
        month = money.month_start(first)
        estates = self.env["property.register"]._estates(options)._filtered_access("read")
        closed = self.env["property.collection.period"]
        if month == money.month_start(last):
            closed = closed._closed_for(estates, month, date)
        result = {}
        rest = estates - closed.estate_id.with_env(self.env)
        if rest or not closed:
            result = self._live_figures({**options, "estate_ids": rest.ids}, first, last, date, by)
        rows = closed.line_ids
        if options.get("building_ids"):
            rows = rows.filtered(lambda row: row.building_id.id in options["building_ids"])
        for key, figures in rows._figures(by).items():
            result[key] = result[key] + figures if key in result else figures
        return result

    def _live_figures(self, options, first, last, date, by=()):
        """Return the figures as the journal items have them now; see `_figures()`."""
        ledger = self.env["property.fee.ledger"]
        scope = ledger._scope(options)
        first, last = money.month_start(first), money.month_end(last)
        return self._read(
            by,
            self._current(ledger, scope, first, last, date, by),
            self._opening(ledger, scope, first, by),
            self._recovered(ledger, scope, first, min(last, date), by),
            self._advance(ledger, scope, last, date, by),
            self._closing(ledger, scope, last, date, by),
        )

    def _live_grains(self, options, month, date):
        """Return the figures of a month by building, and by building and item.

        Sums of a building are those of its items; only its homes are counted by themselves.

        :return: two dicts as `_live_figures()` returns them
        """
        by_item = self._live_figures(options, month, month, date, ("building", "item"))
        ledger = self.env["property.fee.ledger"]
        scope = ledger._scope(options)
        first, last = money.month_start(month), money.month_end(month)
        by_building = self._read(
            ("building",), self._current(ledger, scope, first, last, date, ("building",))
        )
        for (building_id, _item_id), figures in by_item.items():
            of_building = by_building.setdefault((building_id,), Figures())
            for name in SUMMED:
                value = getattr(of_building, name) + getattr(figures, name)
                setattr(of_building, name, round(value, 2))
        return by_building, by_item

    def _read(self, by, *statements):
        """Return {key: `Figures`} of what the statements select, empty ones left out."""
        result = {}
        for statement in statements:
            for row in self.env["property.fee.ledger"]._fetch(statement):
                key = tuple(row.pop(KEYS[name]) for name in by)
                figures = result.setdefault(key, Figures())
                for name, value in row.items():
                    value = value or 0
                    setattr(figures, name, value if name.startswith("homes") else float(value))
        empty = Figures()
        return {key: figures for key, figures in result.items() if figures != empty}

    # one statement per figure ----------------------------------------------------------------

    @staticmethod
    def _columns(by, table):
        """Return (selected columns with a comma behind, GROUP BY clause)."""
        if not by:
            return SQL(""), SQL("")
        names = SQL(", ").join(SQL.identifier(table, KEYS[name]) for name in by)
        return SQL("%s, ", names), SQL("GROUP BY %s", names)

    def _counted(self, ledger, scope, condition, date):
        """Return the documents of items that count."""
        return ledger._documents(scope, SQL("item.counts_in_rate AND %s", condition), date)

    def _current(self, ledger, scope, first, last, date, by):
        """A and B, and the homes of both."""
        columns, grouping = self._columns(by, "home")
        inner, inner_grouping = self._columns(by, "entry")
        return SQL(
            """
            WITH document AS (%(documents)s),
                 allocation AS (%(allocations)s),
                 home AS (
                    SELECT %(inner)s entry.unit_id,
                           SUM(entry.due) AS due, SUM(entry.paid) AS paid
                      FROM (
                            SELECT unit_id, estate_id, building_id, item_id,
                                   amount AS due, 0 AS paid FROM document
                             UNION ALL
                            SELECT unit_id, estate_id, building_id, item_id,
                                   0, amount FROM allocation
                           ) entry
                  %(inner_grouping)s
                 )
            SELECT %(columns)s
                   SUM(home.due) AS due,
                   SUM(home.paid) AS paid,
                   COUNT(DISTINCT home.unit_id) FILTER (WHERE home.due > 0) AS homes_due,
                   COUNT(DISTINCT home.unit_id)
                       FILTER (WHERE home.due > 0 AND home.paid >= home.due) AS homes_paid
              FROM home
            %(grouping)s
            """,
            documents=self._counted(
                ledger, scope, SQL("charge.month BETWEEN %s AND %s", first, last), date
            ),
            allocations=ledger._allocations(SQL("document"), None, date),
            inner=inner,
            inner_grouping=(
                SQL("%s, entry.unit_id", inner_grouping) if by else SQL("GROUP BY entry.unit_id")
            ),
            columns=columns,
            grouping=grouping,
        )

    def _owed(self, ledger, scope, before, date, by, name):
        """What is open at the end of `date` of months before `before`."""
        columns, grouping = self._columns(by, "debt")
        return SQL(
            """
            SELECT %(columns)s SUM(debt.amount) AS %(name)s
              FROM (
                    SELECT unit.estate_id, unit.building_id, charge.item_id, owed.amount
                      FROM (%(open_items)s) owed
                      JOIN property_charge charge ON charge.id = owed.charge_id
                      JOIN property_fee_item item ON item.id = charge.item_id
                      JOIN property_unit unit ON unit.id = owed.unit_id
                     WHERE item.counts_in_rate AND charge.month < %(before)s
                   ) debt
            %(grouping)s
            """,
            columns=columns,
            name=SQL.identifier(name),
            open_items=ledger._open_items(scope, date),
            before=before,
            grouping=grouping,
        )

    def _opening(self, ledger, scope, first, by):
        """C: what was open of earlier months when the period began."""
        return self._owed(ledger, scope, first, first - timedelta(days=1), by, "opening")

    def _closing(self, ledger, scope, last, date, by):
        """What is open on the report date of months up to the period's end."""
        return self._owed(ledger, scope, last + timedelta(days=1), date, by, "closing")

    def _recovered(self, ledger, scope, first, last, by):
        """D: money allocated within the period to what was open when it began."""
        columns, grouping = self._columns(by, "allocation")
        # of all the bills there ever were, only those that were settled in the period: as an
        # array they are looked up one by one, instead of reading all bills to pick them
        settled = SQL(
            """
            charge.month < %(first)s AND line.id = ANY(ARRAY(
                SELECT debit_move_id FROM account_partial_reconcile
                 WHERE max_date BETWEEN %(first)s AND %(last)s
                 UNION
                SELECT credit_move_id FROM account_partial_reconcile
                 WHERE max_date BETWEEN %(first)s AND %(last)s
            ))
            """,
            first=first,
            last=last,
        )
        return SQL(
            """
            WITH document AS (%(documents)s)
            SELECT %(columns)s SUM(allocation.amount) AS recovered
              FROM (%(allocations)s) allocation
            %(grouping)s
            """,
            documents=self._counted(ledger, scope, settled, first - timedelta(days=1)),
            allocations=ledger._allocations(SQL("document"), first, last),
            columns=columns,
            grouping=grouping,
        )

    def _advance(self, ledger, scope, last, date, by):
        """E: advance receipts held on the report date, and money for charges of later months."""
        columns, grouping = self._columns(by, "held")
        return SQL(
            """
            WITH document AS (%(documents)s)
            SELECT %(columns)s SUM(held.amount) AS advance
              FROM (
                    SELECT estate_id, building_id, item_id, amount
                      FROM (%(allocations)s) allocation
                     UNION ALL
                    SELECT unit.estate_id, unit.building_id, NULL, -line.balance
                      FROM account_move_line line
                      JOIN res_company company
                        ON company.id = line.company_id
                       AND company.property_prepay_account_id = line.account_id
                      JOIN property_unit unit ON unit.id = line.property_unit_id + 0
                     WHERE line.parent_state = 'posted' AND line.date <= %(date)s AND %(scope)s
                   ) held
            %(grouping)s
            """,
            documents=self._counted(ledger, scope, SQL("charge.month > %s", last), date),
            allocations=ledger._allocations(SQL("document"), None, date),
            columns=columns,
            grouping=grouping,
            date=date,
            scope=scope,
        )
