# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import errors

from odoo import models


class AccountMove(models.Model):
    """Numbers of bills where several workers post into one journal.

    A worker sees the books as they were when its transaction began. Who has got his turn in the
    journal (`property.bill.writer`) is the only one of them to number just then, so he may read
    what the others have committed meanwhile, and goes on from there: no number is tried in vain,
    and none looks like a gap.
    """

    _inherit = "account.move"

    def _property_turn(self):
        """Return whether this transaction has its turn in the journal of the bill."""
        return self.journal_id.id in self.env.context.get("property_bill_turn", ())

    def _in_series(self):
        """Return the entries such that the last number of a series is looked for once.

        While many are posted together Odoo counts on from it by itself; it asks for it before
        each one to see what names of the series look like.
        """
        return self.with_context(property_series={})

    def _get_last_sequence(self, relaxed=False, with_prefix=None):
        series = self.env.context.get("property_series")
        if series is not None:
            key = (
                *(self.journal_id, self.date, self.move_type, self.origin_payment_id, self.name),
                *(relaxed, with_prefix),
            )
            if key in series:
                return series[key]
        last = super()._get_last_sequence(relaxed=relaxed, with_prefix=with_prefix)
        if self._property_turn():
            known = (last, self._committed_sequence(relaxed, with_prefix))
            last = max(filter(None, known), key=self._sequence_place, default=None)
        if series is not None:
            series[key] = last
        return last

    def _sequence_place(self, name):
        """Return by what two names of one series are ordered."""
        return self._get_sequence_format_param(name)[1]["seq"]

    def _committed_sequence(self, relaxed, with_prefix):
        """Return the highest name of the series that everybody sees by now, or None."""
        where, params = self._get_last_sequence_domain(relaxed)
        if with_prefix is not None:
            where += " AND sequence_prefix = %(with_prefix)s "
            params["with_prefix"] = with_prefix
        return self._read_committed(
            "SELECT name FROM account_move " + where + " AND sequence_prefix = ("
            "SELECT sequence_prefix FROM account_move " + where + " ORDER BY id DESC LIMIT 1) "
            "ORDER BY sequence_number DESC LIMIT 1",
            params,
        )

    def _read_committed(self, query, params):
        """Return the first value a query finds in what everybody sees by now, or None.

        Nobody is waited for: the table may be locked by the very transaction that asks, as while
        an addon is installed. Then what that transaction sees has to do.
        """
        with self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '1s'")
            try:
                cr.execute(query, params, log_exceptions=False)
            except errors.LockNotAvailable:
                cr.rollback()
                return None
            return (cr.fetchone() or [None])[0]

    def _compute_made_sequence_gap(self):
        super()._compute_made_sequence_gap()
        doubtful = self.filtered(lambda move: move.made_sequence_gap and move._property_turn())
        if not doubtful:
            return
        for move in doubtful:
            before = self._read_committed(
                "SELECT 1 FROM account_move WHERE journal_id = %s AND sequence_prefix = %s "
                "AND sequence_number = %s",
                [move.journal_id.id, move.sequence_prefix, move.sequence_number - 1],
            )
            move.made_sequence_gap = not before
