# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: units per step unless the system parameter property_service.bill_chunk says another number
CHUNK = 2000
#: invoices reversed per step
REVERSE_CHUNK = 100


class PropertyBillRun(models.Model):
    """Posting: one invoice per home and payer, with one receivable item per charge."""

    _inherit = "property.bill.run"

    plain_reasons = fields.Text(
        "Posted the plain way because",
        readonly=True,
        copy=False,
        help="Bills are posted many at a time where that is sure to give the same journal items; "
        "what stood in the way of it.",
    )

    def _unposted_domain(self):
        return [
            ("run_id", "=", self.id),
            ("invoice_id", "=", False),
            ("cancelled", "=", False),
            ("parked", "=", False),
        ]

    def _parked_charges(self):
        """Return the charges that could not be posted."""
        return self.env["property.charge"].search(
            [("run_id", "in", self.ids), ("parked", "=", True), ("invoice_id", "=", False)]
        )

    def _unposted_count(self):
        """Return how many units still wait for their invoice."""
        self.ensure_one()
        return self.env["property.charge"]._read_group(
            self._unposted_domain(), [], ["billed_unit_id:count_distinct"]
        )[0][0]

    @api.model
    def _post_chunk(self):
        """Return how many units are posted in one step, which is one commit."""
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("property_service.bill_chunk") or CHUNK)

    def _post_step(self):
        """Post the bills of the next chunk of units; return how many units (0: done)."""
        self.ensure_one()
        return self._note_step(self._post_next())

    def _note_step(self, count):
        """Note that a step did `count` more, or that the job is done; return `count`."""
        if count:
            self.write({"job_done": self.job_done + count})
        else:
            self._finish_job()
        return count

    def _state_after(self, job):
        """Return the state the run is in when `job` is done."""
        self.ensure_one()
        if job == "post":
            return "posted" if self.state == "checked" else self.state
        return {"generate": "generated", "reverse": "reversed"}[job]

    def _post_next(self, scope=()):
        """Post the bills of the next chunk of units.

        :param scope: domain on charges, for those who take a share of the run only
        :return: how many units; 0 when there is none left
        """
        groups = self.env["property.charge"]._read_group(
            [*self._unposted_domain(), *scope],
            ["billed_unit_id"],
            ["id:recordset"],
            order="billed_unit_id",
            limit=self._post_chunk(),
        )
        if not groups:
            return 0
        charges = self.env["property.charge"].union(*(found for _unit, found in groups))
        try:
            with self.env.cr.savepoint():
                self._post_charges(charges)
        except OperationalError:
            raise  # a conflict with another transaction: roll back and try again
        except Exception as error:
            _logger.info("Bill run %s: a chunk is posted one by one: %s", self.id, error)
            self.env.invalidate_all()
            self._post_one_by_one(groups)
        return len(groups)

    def _post_one_by_one(self, groups):
        """Post unit by unit; park those that fail with their error and go on."""
        for unit, charges in groups:
            try:
                with self.env.cr.savepoint():
                    self._post_charges(charges)
            except OperationalError:
                raise
            except Exception as error:
                self.env.invalidate_all()
                charges.write({"parked": True})
                message = str(error) if isinstance(error, UserError) else repr(error)
                self.env["property.bill.exception"].create(self._exception("error", unit, message))

    def _post_charges(self, charges):
        """Turn `charges` into posted invoices, tie them together, set off advance receipts.

        Everything is looked up by an index meanwhile. In young books PostgreSQL would plan the
        checks of references for tables of a few rows, keep that plan, and read through all of
        the table for every row that is written.
        """
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        moves = charges._post_invoices(self.invoice_date, run=self)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan TO DEFAULT")
        return moves

    def _note_plain_path(self, reasons):
        """Keep in the run's log why bills are posted the plain, slower way; each reason once."""
        self.ensure_one()
        known = set((self.plain_reasons or "").splitlines())
        fresh = [reason for reason in dict.fromkeys(reasons) if reason not in known]
        if fresh:
            self.plain_reasons = "\n".join([*filter(None, [self.plain_reasons]), *fresh])

    # reversal ------------------------------------------------------------------------------------

    def _reverse_step(self):
        """Reverse the next chunk of invoices by credit notes; return how many (0: done)."""
        self.ensure_one()
        return self._note_step(self._reverse_next())

    def _invoiced_domain(self):
        return [("run_id", "=", self.id), ("cancelled", "=", False), ("invoice_id", "!=", False)]

    def _reverse_next(self, scope=()):
        """Reverse the next chunk of invoices by credit notes.

        :param scope: domain on charges, for those who take a share of the run only
        :return: how many invoices; 0 when there is none left
        """
        groups = self.env["property.charge"]._read_group(
            [*self._invoiced_domain(), *scope],
            ["invoice_id"],
            ["id:recordset"],
            limit=REVERSE_CHUNK,
        )
        if groups:
            self.env["property.charge"].union(*(found for _move, found in groups))._reverse(
                self.env._("Bill run %(run)s reversed", run=self.name)
            )
        return len(groups)

    def _cancel_unposted(self):
        """Cancel the charges of a reversed run that never became a bill."""
        self.charge_ids.filtered(
            lambda charge: not charge.invoice_id and not charge.cancelled
        ).cancelled = True
