# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from contextlib import closing
from typing import NamedTuple

from odoo import api, models
from odoo.tools import frozendict

from . import property_bill_writer
from .property_bill_pattern import _COPY, known

_logger = logging.getLogger(__name__)


class SetOff(NamedTuple):
    """What a payer has in advance, set off against one bill of a home."""

    values: dict
    shape: frozendict
    amounts: dict
    allocation: list  #: (charge, yuan)
    bill: object  #: `account.move`

    def left(self, charge, share):
        """Return what the charge still owes afterwards, in yuan."""
        return charge.currency_id.round(charge.amount_residual - share)

    @property
    def owed(self):
        """What the bill still owes afterwards, in yuan."""
        paid = sum(share for _charge, share in self.allocation)
        return self.bill.currency_id.round(self.bill.amount_residual - paid)


class PropertySetOffWriter(models.AbstractModel):
    """Sets the bills of many homes off against advance receipts at once (handbook B H5).

    As bills are written (`property.bill.writer`): of every shape — same items paid in full or in
    part, same pots, date, kind of payer — the first is booked and reconciled by Odoo and is the
    pattern. The second is written, looked at, undone, booked by Odoo, and compared: the entry,
    its reconciliations, the bill, its items and charges, column by column. Only then the others
    are written set by set. Bills of which anything was paid or reduced before are left to Odoo.
    """

    _name = "property.set.off.writer"
    _inherit = "property.bill.writer"
    _description = "Setting many bills off"

    @api.model
    def _bypassed(self):
        bypassed = super()._bypassed()
        return {
            **bypassed,
            "account.move": (
                *bypassed["account.move"],
                *("_compute_payment_state", "_invoice_paid_hook", "_sync_dynamic_lines"),
            ),
            "account.move.line": (
                *bypassed["account.move.line"],
                *("_reconcile_plan", "_reconcile_plan_with_sync", "_reconcile_pre_hook"),
                *("_reconcile_post_hook", "_prepare_reconciliation_single_partial"),
                "_compute_amount_residual",
            ),
            "account.partial.reconcile": ("create", "_update_matching_number"),
            "account.full.reconcile": ("create",),
        }

    # the public side -----------------------------------------------------------------------------

    @api.model
    def _settle(self, values, shares):
        """Book and reconcile set-offs, the quick way where it is safe.

        :param values: list of values as for `account.move.create`, one entry per home and payer
        :param shares: for each, the list of (charge, yuan) it pays
        :return: (the posted entries, list of reasons in words why some took the plain path)
        """
        pairs = list(zip(values, shares, strict=True))
        if len(pairs) < property_bill_writer.WORTHWHILE:
            return self._book_plainly(pairs), []
        _free, aside, obstacles = self._without_blocked(values)
        blocked = {vals["journal_id"] for vals in aside}
        self = self._with_facts(values)  # noqa: PLW0642
        plain, groups = [], {}
        for vals, allocation in pairs:
            set_off = None
            if vals["journal_id"] not in blocked:
                set_off = self._prepare_set_off(vals, allocation)
            if set_off is None:
                plain.append((vals, allocation))
            else:
                key = (self.env.cr.dbname, "set off", set_off.shape)
                groups.setdefault(key, []).append(set_off)
        self = self._take_turn(values)  # noqa: PLW0642
        entries, reasons = self._prove(groups)
        quick = []
        for key, group in groups.items():
            if self._is_proven(key):
                quick += [(key, set_off) for set_off in group]
            else:
                plain += [(set_off.values, set_off.allocation) for set_off in group]
        entries |= self._book_plainly(plain) | self._book_quickly(quick)
        return entries, [*obstacles, *reasons]

    @api.model
    def _book_plainly(self, pairs):
        """Book and reconcile by Odoo's own methods; `pairs` of values and shares."""
        pairs = list(pairs)
        values, shares = [vals for vals, _s in pairs], [shares for _v, shares in pairs]
        return self.env["property.prepayment"]._post_and_reconcile(values, shares)

    @api.model
    def _book_quickly(self, quick):
        """Write set-offs of proven shapes; `quick` are pairs of pattern's key and `SetOff`."""
        entries, items = self._write(quick)
        self._reconcile_written(quick, items)
        self._after_reconcile(quick)
        return entries

    # when to stand aside -------------------------------------------------------------------------

    @api.model
    def _obstacles(self, vals):
        journal = self.env["account.journal"].sudo().browse(vals["journal_id"])
        if journal.company_id.tax_exigibility:
            return [self.env._("Taxes on payments: set-offs are booked the plain way.")]
        return super()._obstacles(vals)

    @api.model
    def _with_facts(self, values):
        """Return the writer with what set-offs have in common."""
        return self.with_context(property_bill_facts=((), (), self._stamps(values)))

    @api.model
    def _stamps(self, values):
        journals = self.env["account.journal"].sudo()
        journals = journals.browse({vals["journal_id"] for vals in values})
        parts = (journals, journals.company_id)
        return tuple(max(part.mapped("write_date"), default=None) for part in parts)

    @api.model
    def _prepare_set_off(self, vals, allocation):
        """Return the `SetOff`, or None where it has to take the plain path."""
        charges = [charge for charge, _share in allocation]
        partner, bill = charges[0].partner_id, charges[0].invoice_id
        lines = [command[2] for command in vals["line_ids"]]
        # only a bill that is made just now has nothing to tell of its payment in the chatter
        tracked = not self.env.context.get("tracking_disable")
        untouched = all(
            charge.state == "open"
            and charge.amount_residual == charge.amount
            and charge.invoice_id == bill
            for charge in charges
        )
        if (
            not untouched
            or bill.move_type != "out_invoice"
            or bill.currency_id.compare_amounts(bill.amount_residual, bill.amount_total)
            or partner.commercial_partner_id != partner
            or not all(line.get("analytic_distribution", True) is False for line in lines)
            or (tracked and bill.create_date < self.env.cr.now())
        ):
            return None
        used = sum(line.get("debit", 0.0) for line in lines)
        set_off = SetOff(
            vals,
            None,
            {"untaxed": 0.0, "tax": 0.0, "total": bill.currency_id.round(used)},
            allocation,
            bill,
        )
        left = {charge.id: set_off.left(charge, share) for charge, share in allocation}
        shape = frozendict(
            {
                "journal": vals["journal_id"],
                "company": vals["company_id"],
                "date": vals["date"],
                "lines": tuple(
                    (
                        line["account_id"],
                        line.get("property_item_id"),
                        bool(left.get(line.get("property_charge_id"))),
                    )
                    for line in lines
                ),
                "bill": (bill.journal_id.id, bool(set_off.owed)),
                "partner": self._partner_facts(partner, vals["company_id"]),
                "stamps": self.env.context["property_bill_facts"][2],
                "uid": self.env.uid,
                "tracked": tracked,
            }
        )
        return set_off._replace(shape=shape)

    # patterns and their proof --------------------------------------------------------------------

    @api.model
    def _prove(self, groups):
        """Let Odoo book the first two of every shape that is not proven yet.

        :param groups: {key of the pattern: list of `SetOff`}; those booked are taken off
        :return: (their entries, list of reasons why a shape stays on the plain path)
        """
        doubtful = {
            key: group
            for key, group in groups.items()
            if len(group) > 2 and not self._is_proven(key)
        }
        first = {key: group.pop(0) for key, group in doubtful.items() if self._pattern(key) is None}
        entries = self._book_all(first.values())
        for (key, set_off), entry in zip(first.items(), entries, strict=True):
            # moved out of a locked period: its number belongs to another month
            if entry.date == set_off.values["date"]:
                settled = self._take_settled(set_off, entry)
                self._keep_pattern(key, self._take_pattern(entry)._replace(settled=settled))
        second = {
            key: group.pop(0) for key, group in doubtful.items() if self._pattern(key) is not None
        }
        twins = [self._twin(key, set_off) for key, set_off in second.items()]
        real, reasons = self._book_all(second.values()), []
        for (key, set_off), twin, entry in zip(second.items(), twins, real, strict=True):
            difference = self._compare(twin, self._snapshot(set_off, entry.id), entry.name)
            if difference:
                del known[key]
                reasons.append(self._difference_text(entry, difference))
                _logger.warning(reasons[-1])
            else:
                known[key] = known[key]._replace(proven=True)
        return entries | real, reasons

    @api.model
    def _book_all(self, set_offs):
        return self._book_plainly([(set_off.values, set_off.allocation) for set_off in set_offs])

    @api.model
    def _take_settled(self, set_off, entry):
        """Return what reconciliations of the shape have in common.

        :return: (row of a reconciliation, row of a full one or None, row of the bill)
        """
        self.env.flush_all()
        partials = self._rows("account_partial_reconcile", "credit_move_id", entry.line_ids.ids)
        fulls = [row["full_reconcile_id"] for row in partials if row["full_reconcile_id"]]
        return (
            partials[0],
            self._rows("account_full_reconcile", "id", fulls[:1])[0] if fulls else None,
            self._rows("account_move", "id", set_off.bill.ids)[0],
        )

    @api.model
    def _twin(self, key, set_off):
        """Write a set-off, return what it looks like, and undo it."""
        self.env.flush_all()
        # closing a savepoint rolls it back
        with closing(self.env.cr.savepoint(flush=False)):
            (entry_id,), items = self._insert([(key, set_off)], [_COPY])
            self._reconcile_written([(key, set_off)], items)
            return self._snapshot(set_off, entry_id, flush=False)

    @api.model
    def _snapshot(self, set_off, entry_id, flush=True):
        """Return the rows of a set-off: entry, bill, items, charges and reconciliations.

        Reconciliations are told by their place, not by their ids.
        """
        if flush:
            self.env.flush_all()
        entry_items = self._rows("account_move_line", "move_id", [entry_id])
        bill_items = self._rows("account_move_line", "move_id", set_off.bill.ids)
        place = {row["id"]: n for n, row in enumerate(entry_items + bill_items)}
        partials = self._rows(
            "account_partial_reconcile", "credit_move_id", [row["id"] for row in entry_items]
        )
        fulls = sorted({row["full_reconcile_id"] for row in partials} - {None})
        names = {None: None}
        names |= {full_id: f"full {n}" for n, full_id in enumerate(fulls)}
        numbers = {f"P{row['id']}": f"part {n}" for n, row in enumerate(partials)}
        numbers |= {str(full_id): names[full_id] for full_id in fulls}
        for row in entry_items + bill_items:
            row["full_reconcile_id"] = names[row["full_reconcile_id"]]
            row["matching_number"] = numbers.get(row["matching_number"], row["matching_number"])
        for row in partials:
            row["full_reconcile_id"] = names[row["full_reconcile_id"]]
            for name in ("debit_move_id", "credit_move_id"):
                row[name] = place[row[name]]
        return {
            "account_move": self._rows("account_move", "id", [entry_id, *set_off.bill.ids]),
            "account_move_line": entry_items + bill_items,
            "account_partial_reconcile": partials,
            "account_full_reconcile": self._rows("account_full_reconcile", "id", fulls),
            "property_charge": self._rows(
                "property_charge", "id", [charge.id for charge, _share in set_off.allocation]
            ),
        }

    @api.model
    def _compare(self, twin, real, name):
        """Return what differs between two snapshots, in words; an empty text if nothing does."""
        found = (
            self._row_difference(table, twin[table], rows, name) for table, rows in real.items()
        )
        return "; ".join(filter(None, found))
