# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

_logger = logging.getLogger(__name__)

#: invoices per step; a step is one commit of the scheduled action
CHUNK = 100


class PropertyBillRun(models.Model):
    """Posting: one invoice per home and payer, with one receivable item per charge."""

    _inherit = "property.bill.run"

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

    def _post_step(self):
        """Post the bills of the next chunk of units; return how many units (0: done)."""
        self.ensure_one()
        groups = self.env["property.charge"]._read_group(
            self._unposted_domain(),
            ["billed_unit_id"],
            ["id:recordset"],
            order="billed_unit_id",
            limit=CHUNK,
        )
        if not groups:
            self._finish_job("posted" if self.state == "checked" else self.state)
            return 0
        charges = self.env["property.charge"].union(*(found for _unit, found in groups))
        try:
            with self.env.cr.savepoint():
                self._post_charges(charges)
                self.env.flush_all()
        except OperationalError:
            raise  # a conflict with another transaction: roll back and try again
        except Exception as error:
            _logger.info("Bill run %s: a chunk is posted one by one: %s", self.id, error)
            self.env.invalidate_all()
            self._post_one_by_one(groups)
        self.write({"job_done": self.job_done + len(groups)})
        return len(groups)

    def _post_one_by_one(self, groups):
        """Post unit by unit; park those that fail with their error and go on."""
        for unit, charges in groups:
            try:
                with self.env.cr.savepoint():
                    self._post_charges(charges)
                    self.env.flush_all()
            except OperationalError:
                raise
            except Exception as error:
                self.env.invalidate_all()
                charges.write({"parked": True})
                message = str(error) if isinstance(error, UserError) else repr(error)
                self.env["property.bill.exception"].create(self._exception("error", unit, message))

    def _post_charges(self, charges):
        """Turn `charges` into posted invoices, tie them together, set off advance receipts."""
        moves = self.env["account.move"].sudo().create(self._prepare_invoices(charges))
        moves._post(soft=False)
        charges._link_receivable_lines(moves)
        self.env["property.prepayment"]._set_off(charges)

    def _prepare_invoices(self, charges):
        """Return the values of the invoices: one per home and payer (handbook B H2)."""
        self.ensure_one()
        values = []
        for (unit, partner), group in charges.grouped(
            lambda charge: (charge.billed_unit_id, charge.partner_id)
        ).items():
            partner_ledger = partner.with_company(self.company_id)
            if not partner_ledger.property_account_receivable_id:
                raise UserError(
                    self.env._(
                        "%(unit)s: the payer %(payer)s has no receivable account: set it on the "
                        "contact, tab Accounting.",
                        unit=unit.full_name,
                        payer=partner.name,
                    )
                )
            values.append(self._prepare_invoice(unit, partner, group))
        return values

    def _prepare_invoice(self, unit, partner, charges):
        estate = unit.estate_id
        if not estate.journal_id:
            raise UserError(
                self.env._("“%(estate)s” has no sales journal: choose one.", estate=estate.name)
            )
        self.company_id._check_property_period(self.invoice_date, estate.journal_id)
        analytic = {str(estate.analytic_account_id.id): 100} if estate.analytic_account_id else {}
        return {
            "move_type": "out_invoice",
            "journal_id": estate.journal_id.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "invoice_date": self.invoice_date,
            "date": self.invoice_date,
            "invoice_date_due": max(charges.mapped("date_due")),
            "invoice_payment_term_id": False,
            "currency_id": self.company_id.currency_id.id,
            "property_unit_id": unit.id,
            "property_run_id": self.id,
            "ref": f"{unit.full_name} {self.month:%Y-%m}",
            "invoice_line_ids": [
                Command.create(charge._prepare_invoice_line(analytic))
                for charge in charges.sorted(
                    lambda charge: (charge.item_id.priority, charge.unit_id.id, charge.date_start)
                )
            ],
        }

    # reversal ------------------------------------------------------------------------------------

    def _reverse_step(self):
        """Reverse the next chunk of invoices by credit notes; return how many (0: done)."""
        self.ensure_one()
        charges = self.env["property.charge"].search(
            [("run_id", "=", self.id), ("cancelled", "=", False), ("invoice_id", "!=", False)],
            order="invoice_id",
        )
        moves = charges.invoice_id.sorted("id")[:CHUNK]
        if not moves:
            self.charge_ids.filtered(
                lambda charge: not charge.invoice_id and not charge.cancelled
            ).cancelled = True
            self._finish_job("reversed")
            return 0
        charges.filtered(lambda charge: charge.invoice_id in moves)._reverse(
            self.env._("Bill run %(run)s reversed", run=self.name)
        )
        self.write({"job_done": self.job_done + len(moves)})
        return len(moves)
