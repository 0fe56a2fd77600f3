# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL

from .property_bill_insert import _INT, _NUMERIC, _TEXT
from .property_bill_pattern import known
from .property_charge_post import SETTLEMENT


class PropertySetOffWriter(models.AbstractModel):
    """The rows of many set-offs, written set by set from their patterns."""

    _inherit = "property.set.off.writer"

    @api.model
    def _own_of_moves(self):
        total = SQL("v.total")
        return {
            **{
                name: column
                for name, column in super()._own_of_moves().items()
                if name
                in (
                    *("id", "name", "sequence_number", "partner_id", "commercial_partner_id"),
                    *("ref", "property_unit_id", "made_sequence_gap"),
                    "invoice_partner_display_name",
                )
            },
            "amount_total": total,
            "amount_total_signed": total,
            "amount_total_in_currency_signed": total,
        }

    @api.model
    def _line_rows(self, pattern, bill, ids, number):
        rows, items = [], {}
        lines = [command[2] for command in bill.values["line_ids"]]
        for line_id, line, model in zip(ids, lines, pattern.lines, strict=True):
            charge_id = line.get("property_charge_id")
            balance = line.get("debit", 0.0) - line.get("credit", 0.0)
            if charge_id:
                items[charge_id] = line_id
            residual = balance if model["amount_residual"] else 0.0
            rows.append((line["name"], charge_id, None, balance, balance, None, residual, balance))
        return rows, items

    @api.model
    def _reconcile_written(self, quick, items):
        """Reconcile written entries with the bills they pay, and settle bills and charges.

        :param quick: list of (key of the pattern, `SetOff`)
        :param items: {charge id: id of the entry's item that pays it}
        """
        shares = [
            (known[key].settled, set_off, charge, share)
            for key, set_off in quick
            for charge, share in set_off.allocation
        ]
        if not shares:
            return
        patterns = list(dict.fromkeys(key for key, _set_off in quick))
        place = {known[key].settled[0]["id"]: n for n, key in enumerate(patterns)}
        partial_ids = self._take_ids("account_partial_reconcile", len(shares))
        left = [set_off.left(charge, share) for _s, set_off, charge, share in shares]
        full_ids = iter(self._take_ids("account_full_reconcile", left.count(0.0)))
        partials, lines, charges, fulls = [], [], [], []
        for (settled, _set_off, charge, share), partial_id, rest in zip(
            shares, partial_ids, left, strict=True
        ):
            full_id = None if rest else next(full_ids)
            debit_id, credit_id = charge.receivable_line_id.id, items[charge.id]
            which = place[settled[0]["id"]]
            partials.append((which, partial_id, debit_id, credit_id, share, full_id))
            number = f"P{partial_id}" if rest else str(full_id)
            lines += [(debit_id, rest, full_id, number), (credit_id, 0.0, full_id, number)]
            charges.append((charge.id, rest, share, "partial" if rest else "paid"))
            if full_id:
                fulls.append((which, full_id))
        if fulls:
            self._copy_from(
                "account_full_reconcile",
                [known[key].settled[1] or {} for key in patterns],
                {"id": SQL("v.id")},
                (("id", _INT),),
                fulls,
            )
        self._insert_partials([known[key].settled[0] for key in patterns], partials)
        self._update_lines(lines)
        self._update_charges(charges)
        self._update_bills(
            [
                (
                    *(set_off.bill.id, set_off.owed, model["payment_state"]),
                    model["is_manually_modified"],
                )
                for key, set_off in quick
                for model in known[key].settled[2:]
            ]
        )

    @api.model
    def _insert_partials(self, models_rows, rows):
        amount = SQL("v.amount")
        own = {
            "id": SQL("v.id"),
            "debit_move_id": SQL("v.debit_id"),
            "credit_move_id": SQL("v.credit_id"),
            "full_reconcile_id": SQL("v.full_id"),
            "amount": amount,
            "debit_amount_currency": amount,
            "credit_amount_currency": amount,
        }
        types = (
            *(("id", _INT), ("debit_id", _INT), ("credit_id", _INT)),
            *(("amount", _NUMERIC), ("full_id", _INT)),
        )
        self._copy_from("account_partial_reconcile", models_rows, own, types, rows)

    @api.model
    def _update(self, table, columns, types, rows):
        """Update `columns` of rows of `table`: SQL expressions over the row `v`."""
        stamps = {
            "write_uid": SQL("%s", self.env.uid),
            "write_date": SQL("%s", self.env.cr.now()),
        }
        arrays = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET %s FROM unnest(%s) AS v(%s) WHERE t.id = v.id",
                SQL.identifier(table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in {**columns, **stamps}.items()
                ),
                SQL(", ").join(
                    SQL("%s::%s", array, kind)
                    for (_name, kind), array in zip(types, arrays, strict=True)
                ),
                SQL(", ").join(SQL.identifier(name) for name, _kind in types),
            )
        )

    @api.model
    def _update_lines(self, rows):
        residual = SQL("v.residual")
        self._update(
            "account_move_line",
            {
                "amount_residual": residual,
                "amount_residual_currency": residual,
                "reconciled": SQL("v.residual = 0"),
                "full_reconcile_id": SQL("v.full_id"),
                "matching_number": SQL("v.number"),
            },
            (("id", _INT), ("residual", _NUMERIC), ("full_id", _INT), ("number", _TEXT)),
            rows,
        )

    @api.model
    def _update_charges(self, rows):
        self._update(
            "property_charge",
            {
                "amount_residual": SQL("v.residual"),
                "amount_paid": SQL("v.paid"),
                "state": SQL("v.state"),
            },
            (("id", _INT), ("residual", _NUMERIC), ("paid", _NUMERIC), ("state", _TEXT)),
            rows,
        )

    @api.model
    def _update_bills(self, rows):
        residual = SQL("v.residual")
        self._update(
            "account_move",
            {
                "amount_residual": residual,
                "amount_residual_signed": residual,
                "payment_state": SQL("v.state"),
                # says nothing of a customer's bill, but Odoo sets it on the way
                "is_manually_modified": SQL("v.modified"),
            },
            (("id", _INT), ("residual", _NUMERIC), ("state", _TEXT), ("modified", SQL("bool[]"))),
            rows,
        )

    # what follows --------------------------------------------------------------------------------

    @api.model
    def _after_insert(self, moves, counts):
        """As for bills; but an entry makes nobody a customer."""
        return super()._after_insert(moves, {})

    @api.model
    def _creation_note(self, move):
        """Entries have no subtype of their own: Odoo logs a note."""
        return self.env.ref("mail.mt_note"), Markup("<span>%s</span>") % move._creation_message()

    @api.model
    def _after_reconcile(self, quick):
        """Let Odoo know of what was settled: caches, and what is computed from it."""
        if not quick:
            return
        for model in (
            *("account.move", "account.move.line"),
            *("account.partial.reconcile", "account.full.reconcile"),
        ):
            self.env[model].invalidate_model()
        charges = self.env["property.charge"].sudo()
        charges = charges.browse(
            charge.id for _key, set_off in quick for charge, _share in set_off.allocation
        )
        bills = self.env["account.move"].sudo()
        bills = bills.browse(set_off.bill.id for _key, set_off in quick)
        charges.invalidate_recordset(SETTLEMENT, flush=False)
        charges.modified(SETTLEMENT)
        for records in (bills, bills.line_ids):
            for field in self._foreign_computed(records._name):
                self.env.add_to_compute(field, records)
