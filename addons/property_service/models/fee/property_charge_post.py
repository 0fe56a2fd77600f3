# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...tools import money

#: what is stored of how far a charge is settled
SETTLEMENT = ("amount_residual", "amount_paid", "state")


class PropertyCharge(models.Model):
    """Charges into the ledger and out of it."""

    _inherit = "property.charge"

    # charges outside a bill run --------------------------------------------------------------

    @api.model
    def _charge(self, vals_list, date=None, set_off=False):
        """Make charges outside a bill run and post them at once, one bill per home and payer.

        :param vals_list: values with at least `unit_id`, `item_id` and `amount` (yuan, tax
            included); what is left out is taken from the unit: who pays the item on that day, the
            home whose bill it is on, building, estate, company; the month of `date`; due after
            the days of the setting ``single_due_days``
        :param date date: accounting date of the bills, today where none is given
        :param bool set_off: whether advance receipts of the payer are used for it
        :return: the posted charges
        :raises UserError: if nobody is registered who pays, or the period is locked
        """
        date = date or fields.Date.context_today(self)
        units = self.env["property.unit"].sudo().browse(vals["unit_id"] for vals in vals_list)
        payers = units._payers_on(date)
        values = [
            self._complete_single(vals, unit, payers, date)
            for vals, unit in zip(vals_list, units, strict=True)
        ]
        charges = self.sudo().create(values)
        charges._post_invoices(date, set_off=set_off)
        return charges

    def _complete_single(self, vals, unit, payers, date):
        """Return `vals` of a charge outside a run with everything left out filled in."""
        first = vals.get("date_start") or date
        partner_id = vals.get("partner_id")
        if not partner_id:
            of_unit = payers[unit.id]
            partner_id = (of_unit.get(vals["item_id"]) or of_unit.get(0)).id
        if not partner_id:
            raise UserError(
                self.env._(
                    "Nobody is registered who pays for %(unit)s on %(date)s: enter the occupancy "
                    "first.",
                    unit=unit.full_name,
                    date=date,
                )
            )
        due = timedelta(days=unit.estate_id._parameter("single_due_days"))
        return {
            "origin": "once",
            "quantity": 1.0,
            "price_unit": vals["amount"],
            "date_due": date + due,
            "date_start": first,
            "date_end": first,
            "month": money.month_start(first),
            **vals,
            "partner_id": partner_id,
            "billed_unit_id": unit._billed_unit().id,
            "building_id": unit.building_id.id,
            "estate_id": unit.estate_id.id,
            "company_id": unit.company_id.id,
        }

    # invoices ----------------------------------------------------------------------------------

    def _post_invoices(self, date, run=None, set_off=True):
        """Turn charges into posted invoices, tie them together, apply reductions and advances.

        :param date date: invoice and accounting date
        :param run: the `property.bill.run` they belong to
        :return: the posted `account.move` records
        """
        moves, receivables, reasons = self.env["property.bill.writer"]._post(
            self._prepare_invoices(date, run), run
        )
        if run and reasons:
            run._note_plain_path(reasons)
        written = self.filtered(
            lambda charge: charge.id in receivables or charge.reduces_id.id in receivables
        )
        (self - written)._link_receivable_lines(moves - written._link_written(receivables))
        self.sudo()._apply_reductions()
        if set_off:
            self.env["property.prepayment"]._set_off(self, run)
        return moves

    def _prepare_invoices(self, date, run=None):
        """Return the values of the invoices: one per home and payer (handbook B H2).

        What reduces charges of earlier bills gets a credit note per bill, so that a bill can be
        reversed together with all that reduced it.
        """
        values, facts = [], self._line_facts()
        for company, estate in {(charge.company_id, charge.estate_id) for charge in self}:
            company._check_property_period(date, estate.journal_id)
        for (unit, partner, _bill), group in self.grouped(
            lambda charge: (
                charge.billed_unit_id,
                charge.partner_id,
                charge.reduces_id.invoice_id,
            )
        ).items():
            partner_ledger = partner.with_company(unit.company_id)
            if not partner_ledger.property_account_receivable_id:
                raise UserError(
                    self.env._(
                        "%(unit)s: the payer %(payer)s has no receivable account: set it on the "
                        "contact, tab Accounting.",
                        unit=unit.full_name,
                        payer=partner.name,
                    )
                )
            values.append(group._prepare_invoice(unit, partner, date, run, facts))
        return values

    def _line_facts(self):
        """Return what lines of bills have in common, however many bills there are.

        :return: {(estate, fee item): (the item in the language of the bill, values of the line)}
        """
        facts = {}
        for estate, item in {(charge.estate_id, charge.item_id) for charge in self}:
            facts[estate, item] = (
                item.with_context(lang=estate._print_lang()),
                {
                    "product_id": item.product_id.id,
                    "quantity": 1.0,
                    "tax_ids": [Command.set(item.tax_id.ids)],
                    "account_id": item._ledger_account().id,
                },
            )
        return facts

    def _prepare_invoice(self, unit, partner, date, run, facts):
        """Return the values of the invoice of one home and payer; a credit note when below zero.

        :param facts: what `_line_facts()` says of the charges
        """
        estate, company = unit.estate_id, unit.company_id
        if not estate.journal_id:
            raise UserError(
                self.env._("“%(estate)s” has no sales journal: choose one.", estate=estate.name)
            )
        analytic = {str(estate.analytic_account_id.id): 100} if estate.analytic_account_id else {}
        total = sum(self.mapped("amount"))
        credit = company.currency_id.compare_amounts(total, 0) < 0
        month = run.month if run else max(self.mapped("month"))
        return {
            "move_type": "out_refund" if credit else "out_invoice",
            "journal_id": estate.journal_id.id,
            "company_id": company.id,
            "partner_id": partner.id,
            "invoice_date": date,
            "date": date,
            "invoice_date_due": max(self.mapped("date_due")),
            "invoice_payment_term_id": False,
            "currency_id": company.currency_id.id,
            "property_unit_id": unit.id,
            "property_run_id": run.id if run else False,
            "ref": f"{unit.full_name} {month:%Y-%m}",
            "invoice_line_ids": [
                Command.create(
                    charge._prepare_invoice_line(
                        analytic, -1 if credit else 1, *facts[charge.estate_id, charge.item_id]
                    )
                )
                for charge in self.sorted(
                    lambda charge: (
                        charge.item_id.priority,
                        charge.unit_id.id,
                        charge.date_start,
                        -charge.amount,
                    )
                )
            ],
        }

    def _prepare_invoice_line(self, analytic, sign, item, common):
        """Return the values of the charge's invoice line; the price is the charge's amount.

        Quantity is 1: the amount is fixed by the charge, to the cent, whatever part of the month
        it is for; what it was computed from is in the label.

        :param int sign: -1 on a credit note, where amounts are turned round
        :param item: the fee item in the language of the bill
        :param dict common: values that are the same for every charge of the item
        """
        self.ensure_one()
        return {
            **common,
            "name": self._line_label(item),
            "price_unit": sign * self.amount,
            "analytic_distribution": analytic or False,
            "property_charge_id": self.id,
        }

    def _line_label(self, item=None):
        """Return the text on the bill: item, unit where it is another one, period, computation.

        :param item: the fee item in the language of the bill, where the caller has it already
        """
        self.ensure_one()
        item = item or self.item_id.with_context(lang=self.estate_id._print_lang())
        parts = [item.name]
        if self.unit_id != self.billed_unit_id:
            parts.append(self.unit_id.full_name)
        parts.append(self._period_label())
        if self.origin == "price":
            if item.basis in ("gross_area", "inner_area"):
                parts.append(f"{money.plain(self.quantity)}㎡×{money.plain(self.price_unit)}")
            if self.days and self.days < self.month_days:
                parts.append(f"×{self.days}/{self.month_days}")
        if self.note:
            parts.append(self.note)
        return " ".join(parts)

    def _link_receivable_lines(self, moves):
        """Tie charges to the invoices and receivable items just posted.

        A reduction on the bill of the charge it reduces has no receivable item of its own: the
        charge's carries the net.

        :raises UserError: if an invoice has not exactly one receivable item per charge; without
            this check such a charge would be posted a second time
        """
        lines = moves.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and line.property_charge_id
        )
        billed = moves.invoice_line_ids.property_charge_id
        merged = self.filtered(lambda charge: charge.reduces_id in self)
        own = self - merged
        if billed != self or len(lines) != len(own) or lines.property_charge_id != own:
            raise UserError(
                self.env._(
                    "The books did not keep the charges of %(unit)s apart: they cannot be posted.",
                    unit=(own - lines.property_charge_id)[:1].billed_unit_id.full_name or "",
                )
            )
        reductions = merged.grouped("reduces_id")
        for line in lines:
            charge = line.property_charge_id
            group = charge | reductions.get(charge, self.browse())
            amount = sum(group.mapped("amount"))
            if charge.currency_id.compare_amounts(line.balance, amount):
                raise UserError(
                    self.env._(
                        "%(charge)s is %(amount).2f yuan, but %(booked).2f yuan in the books: look "
                        "at the tax of the fee item.",
                        charge=charge.display_name,
                        amount=amount,
                        booked=line.balance,
                    )
                )
            charge.write({"invoice_id": line.move_id.id, "receivable_line_id": line.id})
            if group != charge:
                (group - charge).write({"invoice_id": line.move_id.id})

    def _link_written(self, receivables):
        """Tie charges to the invoices and receivable items that were inserted for them.

        :param dict receivables: {charge id: id of its receivable item}
        :return: the invoices
        """
        if not self:
            return self.env["account.move"].sudo()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH tie AS (
                    SELECT v.charge_id, v.line_id, line.move_id
                      FROM unnest(%(charges)s::int4[], %(lines)s::int4[]) AS v(charge_id, line_id)
                      JOIN account_move_line line ON line.id = v.line_id
                ), own AS (
                    UPDATE property_charge charge
                       SET invoice_id = tie.move_id, receivable_line_id = tie.line_id,
                           amount_residual = charge.amount, amount_paid = 0, state = 'open'
                      FROM tie WHERE charge.id = tie.charge_id
                )
                UPDATE property_charge charge SET invoice_id = tie.move_id
                  FROM tie WHERE charge.reduces_id = tie.charge_id AND charge.id = ANY(%(all)s)
                """,
                charges=list(receivables),
                lines=list(receivables.values()),
                all=self.ids,
            )
        )
        self._note_written(receivables)
        return self.invoice_id

    def _note_written(self, receivables):
        """Let Odoo know what `_link_written()` wrote.

        What is due of a charge that nothing reduces was written with it: it is what was just
        billed. The others are computed as ever.
        """
        names = ["invoice_id", "receivable_line_id"]
        self.invalidate_recordset([*names, *SETTLEMENT], flush=False)
        reduced = set(self.reduces_id.ids)
        plain = self.filtered(
            lambda charge: (
                charge.id in receivables and charge.amount > 0 and charge.id not in reduced
            )
        )
        (self - plain).modified(names)
        plain.modified([*names, *SETTLEMENT])
        for name in SETTLEMENT:
            self.env.remove_to_compute(self._fields[name], plain)

    def _apply_reductions(self):
        """Settle charges with what reduces them; what is over becomes an advance receipt."""
        reductions = self.filtered(lambda charge: charge.amount < 0 and charge.receivable_line_id)
        if not reductions:
            return
        plan = [
            reduction.receivable_line_id | reduction.reduces_id.receivable_line_id
            for reduction in reductions
            if reduction.reduces_id.state in ("open", "partial")
        ]
        if plan:
            self.env["account.move.line"].sudo()._reconcile_plan(plan)
        self.env["property.prepayment"]._keep_credits(reductions.receivable_line_id)

    # counter-entries ---------------------------------------------------------------------------

    def _reverse(self, reason):
        """Reverse the invoices of the charges by credit notes; nothing posted is changed.

        Money already received for them becomes an advance receipt of the home. All charges of an
        invoice are reversed with it, and so is what reduced them; the credit note itself marks
        them (`account.move`).
        """
        moves = self.sudo().invoice_id
        reducing = self.sudo().reduction_ids.receivable_line_id
        matched = self.sudo().receivable_line_id.matched_credit_ids.credit_move_id - reducing
        today = fields.Date.context_today(self)
        moves._reverse_moves(
            [{"ref": reason, "invoice_date": max(move.invoice_date, today)} for move in moves],
            cancel=True,
        )
        self.env["property.prepayment"]._keep_credits(matched)
