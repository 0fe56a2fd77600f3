# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from collections import OrderedDict
from contextlib import closing
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: how long a pattern is trusted, in seconds, before it is taken from a plain bill again
PATTERN_AGE = 900
#: patterns kept in memory of this process
PATTERNS = 500
#: columns every record has of its own and that say nothing about what is booked
_OWN = {
    *("id", "create_date", "write_date", "create_uid", "write_uid"),
    *("move_id", "move_line_id", "sequence_number"),
}
#: number of the copy that is compared with a bill Odoo has posted, and rolled back
_COPY = "copy"

#: (database, run, shape) -> pattern; see `PropertyBillWriter._pattern`
known = OrderedDict()


class Pattern(NamedTuple):
    """What two bills of one shape have in common: the rows of one posted the plain way.

    `proven` says that a second bill, made from these rows, was the same as its plain twin.
    """

    made: float
    move: dict
    lines: tuple
    taxes: tuple
    tags: tuple
    analytic: tuple
    followers: tuple
    proven: bool = False
    settled: tuple = ()  #: see `PropertySetOffWriter._take_settled`


class PropertyBillWriter(models.AbstractModel):
    """Patterns of bills: taken from a bill Odoo has posted, proven by a second one."""

    _inherit = "property.bill.writer"

    @api.model
    def _pattern(self, key):
        """Return the pattern of `key` if it is young enough, else None."""
        pattern = known.get(key)
        if pattern and time.monotonic() - pattern.made > PATTERN_AGE:
            del known[key]
            return None
        return pattern

    @api.model
    def _keep_pattern(self, key, pattern):
        known[key] = pattern
        while len(known) > PATTERNS:
            known.popitem(last=False)

    @api.model
    def _is_proven(self, key):
        pattern = self._pattern(key)
        return bool(pattern and pattern.proven)

    @api.model
    def _learn(self, move, vals, run, reasons):
        """Take the pattern from a bill Odoo has posted, or prove the pattern there is by it."""
        bill = self._prepare(vals)
        if bill is None:
            return
        key = (self.env.cr.dbname, run.id if run else 0, bill.shape)
        pattern = self._pattern(key)
        if pattern is None:
            taken = self._take_pattern(move)
            if taken is not None:
                self._keep_pattern(key, taken)
        elif not pattern.proven:
            difference = self._difference(key, bill, move)
            if difference is None:
                known[key] = pattern._replace(proven=True)
            else:
                del known[key]
                text = self._difference_text(move, difference)
                _logger.warning(text)
                reasons.append(text)

    @api.model
    def _difference_text(self, move, difference):
        return self.env._(
            "%(bill)s would not have been the same: %(difference)s. Bills like it are posted the "
            "plain way.",
            bill=move.name,
            difference=difference,
        )

    @api.model
    def _rows(self, table, column, ids):
        """Return the rows of a table as JSON objects, in the order of their ids."""
        order = SQL.identifier("id" if "id" in self._columns(table) else column)
        return [
            row
            for (row,) in self.env.execute_query(
                SQL(
                    "SELECT to_jsonb(t) FROM %s t WHERE %s = ANY(%s) ORDER BY %s",
                    SQL.identifier(table),
                    SQL.identifier("t", column),
                    list(ids),
                    order,
                )
            )
        ]

    @api.model
    def _columns(self, table):
        """Return the names of the columns of a table."""
        cache = self.env.cr.cache.setdefault("property_bill_columns", {})
        if table not in cache:
            cache[table] = [
                name
                for (name,) in self.env.execute_query(
                    SQL(
                        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                        "AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                        table,
                    )
                )
            ]
        return cache[table]

    @api.model
    def _take_pattern(self, move):
        """Return the rows of a posted bill as a pattern, or None if it was not posted as usual."""
        self.env.flush_all()
        row = self._rows("account_move", "id", move.ids)[0]
        lines = self._rows("account_move_line", "move_id", move.ids)
        ids = [line["id"] for line in lines]
        positions = {line_id: number for number, line_id in enumerate(ids)}
        taxes = self._rows("account_move_line_account_tax_rel", "account_move_line_id", ids)
        tags = self._rows("account_account_tag_account_move_line_rel", "account_move_line_id", ids)
        analytic = self._rows("account_analytic_line", "move_line_id", ids)
        followers = self.env.execute_query(
            SQL(
                """SELECT f.partner_id, array_agg(r.mail_message_subtype_id)
                     FROM mail_followers f
                LEFT JOIN mail_followers_mail_message_subtype_rel r ON r.mail_followers_id = f.id
                    WHERE f.res_model = 'account.move' AND f.res_id = %s GROUP BY f.partner_id""",
                move.id,
            )
        )
        if row["state"] != "posted" or not row["name"]:
            return None
        return Pattern(
            made=time.monotonic(),
            move=row,
            lines=tuple(lines),
            taxes=tuple(
                (positions[rel["account_move_line_id"]], rel["account_tax_id"]) for rel in taxes
            ),
            tags=tuple(
                (positions[rel["account_move_line_id"]], rel["account_account_tag_id"])
                for rel in tags
            ),
            analytic=tuple((positions[item["move_line_id"]], item) for item in analytic),
            followers=tuple(
                (partner_id, tuple(subtypes or ())) for partner_id, subtypes in followers
            ),
        )

    @api.model
    def _difference(self, key, bill, move):
        """Compare a bill Odoo has posted with what would be written for it.

        The copy is written and rolled back at once.

        :return: None if they are the same, else the first columns that differ, in words
        """
        real = self._take_pattern(move)
        difference = None
        # closing a savepoint rolls it back
        with closing(self.env.cr.savepoint(flush=False)):
            copy_id = self._insert([(key, bill)], [_COPY])[0][0]
            twin = self._take_pattern(self.env["account.move"].browse(copy_id))
        for table, ours, theirs in (
            ("account_move", [twin.move], [real.move]),
            ("account_move_line", twin.lines, real.lines),
            (
                "account_analytic_line",
                [row for _place, row in twin.analytic],
                [row for _place, row in real.analytic],
            ),
        ):
            difference = self._row_difference(table, ours, theirs, move.name)
            if difference:
                break
        if difference is None and (
            sorted(twin.taxes) != sorted(real.taxes) or sorted(twin.tags) != sorted(real.tags)
        ):
            difference = "account_move_line: tax_ids, tax_tag_ids"
        return difference

    @api.model
    def _row_difference(self, table, ours, theirs, name):
        """Return the first columns in which rows of a copy differ from the real ones, or None.

        :param name: the number of the real bill or entry
        """
        if len(ours) != len(theirs):
            return f"{table}: {len(ours)} / {len(theirs)}"
        found = sorted(
            f"{table}.{column} {one[column]!r} / {other[column]!r}"
            for one, other in zip(ours, theirs, strict=True)
            for column in one
            if column not in _OWN and one[column] != self._renamed(other[column], name)
        )
        return "; ".join(found[:5]) or None

    @api.model
    def _renamed(self, value, name):
        """Return a value of a real bill as it would be if the bill had the copy's number."""
        return value.replace(name, _COPY) if isinstance(value, str) else value
