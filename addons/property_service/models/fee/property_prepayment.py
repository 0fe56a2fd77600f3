# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL


class PropertyPrepayment(models.AbstractModel):
    """Advance receipts of homes (预收款, handbook B H5): a liability account, by home and payer.

    No model of its own keeps a balance: it is the sum of posted journal items of the company's
    account of advance receipts that carry the home. These methods write the entries.
    """

    _name = "property.prepayment"
    _description = "Advance receipts"

    @api.model
    def _balances(self, units):
        """Return {unit id: {partner id: advance receipts in yuan}}, zero balances left out."""
        return defaultdict(
            dict,
            {
                unit_id: {partner_id: amount for partner_id, (amount, _date) in rows.items()}
                for unit_id, rows in self._dated_balances(units).items()
            },
        )

    @api.model
    def _pots(self, units):
        """Return {unit id: {(partner id, item id): yuan}}; item 0: for whatever falls due.

        Money paid in advance for one item is kept apart: it pays that item only (handbook B H5).
        """
        return defaultdict(
            dict,
            {
                unit_id: {key: amount for key, (amount, _date) in rows.items()}
                for unit_id, rows in self._dated_pots(units).items()
            },
        )

    @api.model
    def _dated_balances(self, units):
        """Return {unit id: {partner id: (advance receipts in yuan, day of the last entry)}}."""
        balances = defaultdict(dict)
        for unit_id, pots in self._dated_pots(units).items():
            for (partner_id, _item_id), (amount, last_date) in pots.items():
                before, day = balances[unit_id].get(partner_id, (0.0, last_date))
                total = units.env.company.currency_id.round(before + amount)
                balances[unit_id][partner_id] = (total, max(day, last_date))
        return balances

    @api.model
    def _dated_pots(self, units):
        """Return {unit id: {(partner id, item id or 0): (yuan, day of the last entry)}}."""
        accounts = units.company_id.sudo().property_prepay_account_id
        pots = defaultdict(dict)
        if not accounts or not units.ids:
            return pots
        for unit, partner, item, balance, last_date in (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("property_unit_id", "in", units.ids),
                    ("parent_state", "=", "posted"),
                ],
                ["property_unit_id", "partner_id", "property_item_id"],
                ["balance:sum", "date:max"],
            )
        ):
            currency = unit.company_id.currency_id
            if currency.compare_amounts(-balance, 0) > 0:
                pots[unit.id][partner.id, item.id or 0] = (currency.round(-balance), last_date)
        return pots

    @api.model
    def _claim(self, units):
        """Make sure nobody else uses up the advance receipts of `units` at the same time.

        The rows are written, not just locked: of two transactions that both saw the balance the
        database refuses the later one, and Odoo repeats it.
        """
        if units.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE property_unit SET write_date = write_date WHERE id IN %s",
                    tuple(units.ids),
                )
            )

    @api.model
    def _set_off(self, charges, run=None):
        """Pay open charges from what their payer has paid in advance for the same home.

        Oldest due first; what was paid for one item pays that item only, and goes first (handbook
        B H5). Writes one entry per home and payer and reconciles each share with the charge's
        receivable item.

        :param run: the `property.bill.run` that is told why entries were not written at once
        :return: the entries made
        """
        charges = charges.sudo()
        pots = self._dated_pots(charges.billed_unit_id)
        self._claim(charges.billed_unit_id.browse(pots))
        charges = charges.filtered(lambda charge: charge.billed_unit_id.id in pots)
        values, shares = [], []
        common = self._line_defaults()
        by_payer = charges.grouped(lambda charge: (charge.billed_unit_id, charge.partner_id))
        for (unit, partner), group in by_payer.items():
            group = group.with_prefetch(charges._prefetch_ids)
            allocation, used, paid_on = self._allocate_pots(unit, partner, group, pots[unit.id])
            if allocation:
                values.append(
                    self._prepare_entry(
                        unit,
                        partner,
                        self.env._("Advance receipt set off %(unit)s", unit=unit.full_name),
                        # never before the money came in, nor before the bill
                        max(paid_on, *(charge.invoice_id.date for charge, _share in allocation)),
                        used,
                        allocation,
                        common,
                    )
                )
                shares.append(allocation)
        entries, reasons = self.env["property.set.off.writer"]._settle(values, shares)
        if run and reasons:
            run._note_plain_path(reasons)
        return entries

    @api.model
    def _set_off_by_hand(self, charges):
        """Set `charges` off against their payer's advance receipts, at the counter.

        :param charges: open `property.charge` records of one home and payer
        :return: the entry
        :raises UserError: if the charges are paid meanwhile or nothing is left to set off
        """
        if not self.env.su and not self.env.user.has_group("property_service.group_cashier"):
            raise AccessError(self.env._("Advance receipts are set off by cashier or accountant."))
        charges.check_access("read")
        charges = charges.sudo()
        charges.lock_for_update(allow_referencing=True)
        charges.invalidate_recordset(["amount_residual", "state"])
        charges = charges.filtered(lambda charge: charge.state in ("open", "partial"))
        moves = self.sudo()._set_off(charges) if charges else self.env["account.move"]
        if not moves:
            raise UserError(
                self.env._(
                    "Nothing can be set off: no chosen charge is open, or what was paid in advance "
                    "is kept for other items."
                )
            )
        return moves

    @api.model
    def _allocate_pots(self, unit, partner, charges, pots):
        """Spread what `partner` has in advance for `unit` over `charges`.

        :return: (list of (charge, yuan), {item id or 0: yuan used}, day of the newest money used)
        """
        own = {
            item_id: pot for (partner_id, item_id), pot in pots.items() if partner_id == partner.id
        }
        round_ = unit.company_id.currency_id.round
        due, used, paid_on = {}, {}, None
        for item_id, (available, last_date) in sorted(own.items(), reverse=True):
            payable = charges.filtered(
                lambda charge, item_id=item_id: not item_id or charge.item_id.id == item_id
            ).with_prefetch(charges._prefetch_ids)
            spent = 0.0
            for charge in payable._due_order():
                share = min(
                    round_(charge.amount_residual - due.get(charge, 0.0)), available - spent
                )
                if unit.currency_id.compare_amounts(share, 0) > 0:
                    due[charge] = round_(due.get(charge, 0.0) + share)
                    spent = round_(spent + share)
            if spent:
                used[item_id] = spent
                paid_on = max(paid_on or last_date, last_date)
        ordered = charges.browse(charge.id for charge in due)._due_order()
        # read together with the charges of all homes
        ordered = ordered.with_prefetch(charges._prefetch_ids)
        return [(charge, due[charge]) for charge in ordered], used, paid_on

    @api.model
    def _line_defaults(self):
        """Return values of entries' items that Odoo would look up for one payer after the other.

        Without any model of analytic distribution there is none to be found.
        """
        models_ = self.env["account.analytic.distribution.model"].sudo()
        return {} if models_.search_count([], limit=1) else {"analytic_distribution": False}

    @api.model
    def _prepare_entry(self, unit, partner, label, date, used, allocation, common):
        """Return the values of an entry: advance receipts down, receivables settled.

        :param dict common: values of every item, see `_line_defaults()`
        """
        company = unit.company_id
        return {
            "move_type": "entry",
            "journal_id": company.property_transfer_journal_id.id,
            "company_id": company.id,
            "date": date,
            "ref": label,
            "partner_id": partner.id,
            "property_unit_id": unit.id,
            "property_entry": "set_off",
            "line_ids": [
                *(
                    Command.create(
                        {
                            **common,
                            "account_id": company.property_prepay_account_id.id,
                            "partner_id": partner.id,
                            "name": label,
                            "debit": amount,
                            "property_item_id": item_id or False,
                        }
                    )
                    for item_id, amount in used.items()
                ),
                *(
                    Command.create(
                        {
                            **common,
                            "account_id": charge.receivable_line_id.account_id.id,
                            "partner_id": partner.id,
                            "name": charge._line_label(),
                            "credit": share,
                            "property_charge_id": charge.id,
                        }
                    )
                    for charge, share in allocation
                ),
            ],
        }

    @api.model
    def _post_entries(self, values):
        """Create and post entries that are of a few kinds only, many of each.

        :return: the posted `account.move` records
        """
        moves = self.env["account.move"].sudo()._in_series().create(values)
        if moves:
            moves._post(soft=False)
        return moves.with_context(property_series=None)

    @api.model
    def _post_and_reconcile(self, values, shares):
        moves = self._post_entries(values)
        plan = []
        for move, allocation in zip(moves, shares, strict=True):
            by_charge = move.line_ids.grouped("property_charge_id")
            plan += [charge.receivable_line_id | by_charge[charge] for charge, _share in allocation]
        if plan:
            lines = self.env["account.move.line"].sudo()
            # what Odoo looks at bill by bill
            lines.union(*plan).move_id.line_ids.fetch(["tax_ids"])
            lines._reconcile_plan(plan)
        return moves

    @api.model
    def _check_still_held(self, moves):
        """Refuse to take back advance receipts made by `moves` that have paid bills meanwhile.

        :raises UserError: naming the home and what is missing
        """
        units = moves.property_unit_id
        self._claim(units)
        balances = self._balances(units)
        for (unit, partner), group in moves.grouped(
            lambda move: (move.property_unit_id, move.partner_id)
        ).items():
            account = unit.company_id.property_prepay_account_id
            lines = group.line_ids.filtered(
                lambda line, account=account: line.account_id == account
            )
            amount = -sum(lines.mapped("balance"))
            held = balances[unit.id].get(partner.id, 0.0)
            if unit.company_id.currency_id.compare_amounts(held, amount) < 0:
                raise UserError(
                    self.env._(
                        "%(unit)s: %(amount).2f yuan kept as advance receipt would have to be taken "
                        "back, but only %(held).2f yuan are left: correct the bill by an "
                        "adjustment.",
                        unit=unit.full_name,
                        amount=amount,
                        held=held,
                    )
                )

    @api.model
    def _keep_credits(self, lines):
        """Turn open receivable credits of homes into advance receipts (after a reversal)."""
        lines = lines.sudo().filtered(
            lambda line: (
                line.property_unit_id
                and line.currency_id.compare_amounts(-line.amount_residual, 0) > 0
            )
        )
        values = []
        for line in lines:
            unit, company = line.property_unit_id, line.company_id
            amount = -line.amount_residual
            label = self.env._("Kept as advance receipt %(unit)s", unit=unit.full_name)
            common = {"partner_id": line.partner_id.id, "name": label}
            values.append(
                {
                    "move_type": "entry",
                    "journal_id": company.property_transfer_journal_id.id,
                    "company_id": company.id,
                    "date": fields.Date.context_today(self),
                    "ref": label,
                    "partner_id": line.partner_id.id,
                    "property_unit_id": unit.id,
                    "line_ids": [
                        Command.create(
                            {**common, "account_id": line.account_id.id, "debit": amount}
                        ),
                        Command.create(
                            {
                                **common,
                                "account_id": company.property_prepay_account_id.id,
                                "credit": amount,
                            }
                        ),
                    ],
                }
            )
        moves = self._post_entries(values)
        if moves:
            self.env["account.move.line"].sudo()._reconcile_plan(
                [
                    line
                    | move.line_ids.filtered(
                        lambda item, line=line: item.account_id == line.account_id
                    )
                    for line, move in zip(lines, moves, strict=True)
                ]
            )
        return moves
