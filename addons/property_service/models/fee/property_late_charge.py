# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import money


class PropertyLateCharge(models.AbstractModel):
    """Late charges (违约金), reckoned for any day and any number of charges (handbook B H8).

    Nothing is stored here. What a charge owed on each day is read from the reconciliations in the
    ledger: every yuan bears the late charge from the day after due date and grace up to and
    including the day it is paid. What a credit note took back was never owed. There is no late
    charge on late charges, on money of others, and on items that bear none.
    """

    _name = "property.late.charge"
    _description = "Late charges"

    @api.model
    def _amounts(self, charges, date=None):
        """Return what late charge has grown on `charges` by the end of `date` and is not charged.

        One statement for all of them.

        :param charges: `property.charge` records; those without late charge are left out
        :param date: the day up to which it is reckoned, that day included; today by default
        :return: {charge id: dict with amount (yuan), days, date_start, date_end (first and last
            day it is for), base (yuan, the principal it grows on in the end), rate (% a day, of
            the last day)}
        """
        return {
            charge_id: {
                **parts[-1],
                "amount": round(sum(part["amount"] for part in parts), 2),
                "days": sum(part["days"] for part in parts),
                "date_start": parts[0]["date_start"],
            }
            for charge_id, parts in self._parts(charges, date).items()
            if parts
        }

    @api.model
    def _parts(self, charges, date=None):
        """Return what `_amounts()` sums up, apart where days between were charged already.

        :return: {charge id: list of dicts as of `_amounts()`, by date}
        """
        date = date or fields.Date.context_today(self)
        charges = charges.filtered("id")
        if not charges:
            return {}
        self.env["property.charge"].flush_model()
        for name in (
            "property.late.rate",
            "property.late.exemption",
            "property.fee.item",
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
        ):
            self.env[name].flush_model()
        found = {}
        for row in self.env.execute_query_dict(self._statement(charges, date)):
            left = row.pop("cap_left")
            charge_id = row.pop("id")
            parts = found.setdefault(charge_id, [])
            left = float(left) - sum(part["amount"] for part in parts)
            row["amount"] = round(min(float(row["amount"]), max(left, 0.0)), 2)
            if row["amount"] > 0:
                parts.append(row)
        return found

    @api.model
    def _total(self, charges, date=None):
        """Return the sum of `_amounts()`, in yuan."""
        return round(sum(row["amount"] for row in self._amounts(charges, date).values()), 2)

    @api.model
    def _defaults(self, estates):
        """Return the rows (estate, rate, grace, cap) of the settings as SQL."""
        rates = self.env["property.late.rate"]
        rows = []
        for estate in estates:
            values = rates._default_of(estate)
            rows.append(
                SQL(
                    "(%s, %s::numeric, %s, %s::numeric)",
                    estate.id,
                    values["rate"],
                    values["grace_days"],
                    values["cap"],
                )
            )
        return SQL(", ").join(rows)

    @api.model
    def _statement(self, charges, date):
        """Return the statement of `_amounts()`.

        Each charge's days are cut where its principal, the rate or an exemption changes; every
        stretch between two cuts is base × rate × days. Estate and principal are carried along:
        the database cannot foretell how many stretches there are, and might join them with the
        charges once more by comparing each with each.
        """
        return SQL(
            """
            WITH fallback (estate_id, rate, grace_days, cap) AS (VALUES %(fallback)s),
            due AS (
                SELECT charge.id,
                       charge.estate_id,
                       line.id AS line_id,
                       line.balance - COALESCE(credited.amount, 0) AS principal,
                       charge.date_due
                           + COALESCE(rate.grace_days, fallback.grace_days) + 1 AS first
                  FROM property_charge charge
                  JOIN property_fee_item item
                    ON item.id = charge.item_id AND item.kind = 'income' AND item.late_charge
                  JOIN account_move_line line
                    ON line.id = charge.receivable_line_id AND line.parent_state = 'posted'
                  JOIN fallback ON fallback.estate_id = charge.estate_id
             LEFT JOIN property_late_rate rate
                    ON rate.estate_id = charge.estate_id
                   AND rate.state = 'approved'
                   AND rate.date_start <= charge.date_due
                   AND (rate.date_end IS NULL OR rate.date_end >= charge.date_due)
             LEFT JOIN LATERAL (
                           SELECT SUM(partial.amount) AS amount
                             FROM account_partial_reconcile partial
                             JOIN account_move_line other ON other.id = partial.credit_move_id
                             JOIN account_move move
                               ON move.id = other.move_id AND move.move_type = 'out_refund'
                            WHERE partial.debit_move_id = line.id
                       ) credited ON TRUE
                 WHERE charge.id = ANY(%(ids)s)
                   AND charge.late_for_id IS NULL
                   AND charge.amount > 0
                   AND charge.date_due < %(date)s
                   AND charge.cancelled IS NOT TRUE
            ),
            point AS (
                SELECT id, estate_id, principal, day, SUM(change) AS change
                  FROM (
                        SELECT id, estate_id, principal, first AS day, principal AS change FROM due
                         UNION ALL
                        SELECT due.id, due.estate_id, due.principal,
                               GREATEST(partial.max_date + 1, due.first),
                               -partial.amount
                          FROM due
                          JOIN account_partial_reconcile partial
                            ON partial.debit_move_id = due.line_id
                          JOIN account_move_line other ON other.id = partial.credit_move_id
                          JOIN account_move move
                            ON move.id = other.move_id AND move.move_type <> 'out_refund'
                         UNION ALL
                        SELECT due.id, due.estate_id, due.principal, edge.day, 0
                          FROM due
                          JOIN property_late_rate rate
                            ON rate.estate_id = due.estate_id AND rate.state = 'approved'
                    CROSS JOIN LATERAL (
                                   VALUES (rate.date_start), (rate.date_end + 1)
                               ) edge (day)
                         WHERE edge.day > due.first
                         UNION ALL
                        SELECT due.id, due.estate_id, due.principal, edge.day, 0
                          FROM due
                          JOIN property_late_exemption exemption
                            ON exemption.charge_id = due.id AND exemption.active
                    CROSS JOIN LATERAL (
                                   VALUES (exemption.date_start), (exemption.date_end + 1)
                               ) edge (day)
                         WHERE edge.day > due.first
                         UNION ALL
                        SELECT due.id, due.estate_id, due.principal, edge.day, 0
                          FROM due
                          JOIN property_charge made
                            ON made.late_for_id = due.id AND made.cancelled IS NOT TRUE
                    CROSS JOIN LATERAL (
                                   VALUES (made.date_start), (made.date_end + 1)
                               ) edge (day)
                         WHERE edge.day > due.first
                       ) changes
                 WHERE day <= %(date)s
              GROUP BY id, estate_id, principal, day
            ),
            stretch AS (
                SELECT id,
                       estate_id,
                       principal,
                       day AS first,
                       COALESCE(LEAD(day) OVER days, %(date)s::date + 1) - day AS days,
                       SUM(change) OVER days AS base
                  FROM point
                WINDOW days AS (PARTITION BY id ORDER BY day)
            ),
            grown AS (
                SELECT stretch.id,
                       stretch.estate_id,
                       stretch.principal,
                       stretch.first,
                       stretch.days,
                       stretch.base,
                       (SELECT COUNT(*)
                          FROM property_charge made
                         WHERE made.late_for_id = stretch.id
                           AND made.cancelled IS NOT TRUE
                           AND made.date_end < stretch.first) AS part,
                       COALESCE(rate.rate, fallback.rate) AS rate,
                       stretch.base * stretch.days * COALESCE(rate.rate, fallback.rate) / 100
                           * (1 - COALESCE(exempt.percent, 0) / 100) AS amount
                  FROM stretch
                  JOIN fallback ON fallback.estate_id = stretch.estate_id
             LEFT JOIN property_late_rate rate
                    ON rate.estate_id = stretch.estate_id
                   AND rate.state = 'approved'
                   AND rate.date_start <= stretch.first
                   AND (rate.date_end IS NULL OR rate.date_end >= stretch.first)
             LEFT JOIN LATERAL (
                           SELECT MAX(exemption.percent)::numeric AS percent
                             FROM property_late_exemption exemption
                            WHERE exemption.charge_id = stretch.id
                              AND exemption.active
                              AND exemption.date_start <= stretch.first
                              AND (exemption.date_end IS NULL
                                   OR exemption.date_end >= stretch.first)
                       ) exempt ON TRUE
                 WHERE stretch.base > 0
                   AND NOT EXISTS (
                           SELECT 1
                             FROM property_charge made
                            WHERE made.late_for_id = stretch.id
                              AND made.cancelled IS NOT TRUE
                              AND made.date_start <= stretch.first
                              AND made.date_end >= stretch.first
                       )
            ),
            total AS (
                SELECT id,
                       estate_id,
                       principal,
                       part,
                       ROUND(SUM(amount), 2) AS amount,
                       SUM(days) FILTER (WHERE amount > 0) AS days,
                       MIN(first) FILTER (WHERE amount > 0) AS date_start,
                       MAX(first + days - 1) FILTER (WHERE amount > 0) AS date_end,
                       (ARRAY_AGG(base ORDER BY first DESC))[1]::float AS base,
                       (ARRAY_AGG(rate ORDER BY first DESC))[1]::float AS rate
                  FROM grown
              GROUP BY id, estate_id, principal, part
            )
            SELECT total.id,
                   total.amount,
                   ROUND(total.principal * COALESCE(rate.cap, fallback.cap) / 100, 2)
                       - COALESCE(made.amount, 0) AS cap_left,
                   total.days::integer,
                   total.date_start,
                   total.date_end,
                   total.base,
                   total.rate
              FROM total
              JOIN fallback ON fallback.estate_id = total.estate_id
         LEFT JOIN property_late_rate rate
                ON rate.estate_id = total.estate_id
               AND rate.state = 'approved'
               AND rate.date_start <= %(date)s
               AND (rate.date_end IS NULL OR rate.date_end >= %(date)s)
         LEFT JOIN LATERAL (
                       SELECT SUM(earlier.amount) AS amount
                         FROM property_charge earlier
                        WHERE earlier.late_for_id = total.id AND earlier.cancelled IS NOT TRUE
                   ) made ON TRUE
             WHERE total.amount > 0
          ORDER BY total.id, total.part
            """,
            fallback=self._defaults(charges.estate_id),
            ids=charges.ids,
            date=date,
        )

    # into the books ------------------------------------------------------------------------------

    @api.model
    def _prepare(self, charges, date=None):
        """Return the values of the late charges on `charges` up to `date`, as
        `property.charge._charge()` takes them."""
        date = date or fields.Date.context_today(self)
        parts = self._parts(charges, date)
        values = []
        for charge in charges:
            lang = charge.estate_id._print_lang()
            for part in parts.get(charge.id, ()):
                values.append(
                    {
                        "unit_id": charge.unit_id.id,
                        "partner_id": charge.partner_id.id,
                        "item_id": charge.company_id._property_late_item().id,
                        "amount": part["amount"],
                        "month": money.month_start(date),
                        "date_start": part["date_start"],
                        "date_end": part["date_end"],
                        "quantity": part["days"],
                        "origin": "late",
                        "origin_key": f"late,{charge.id},{part['date_start']}",
                        "late_for_id": charge.id,
                        "note": (
                            f"{charge.with_context(lang=lang).item_id.name} "
                            f"{charge._period_label()}"
                        ),
                    }
                )
        return values

    @api.model
    def _make(self, charges, date=None):
        """Charge the late charges on `charges` up to `date` at once (handbook B H8).

        At the counter, for a settlement or a lawsuit; what is charged already is not charged
        again.

        :return: the new charges, posted
        """
        date = date or fields.Date.context_today(self)
        charges.lock_for_update(allow_referencing=True)
        values = self._prepare(charges, date)
        if not values:
            return charges.browse()
        return self.env["property.charge"]._charge(
            [{**vals, "date_due": date} for vals in values], date=date
        )
