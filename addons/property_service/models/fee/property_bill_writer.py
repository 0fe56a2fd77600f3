# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, frozendict

#: fewer bills than this are not worth two that are posted the plain way
WORTHWHILE = 20

#: addons whose way of making, changing and posting a customer invoice is known and kept
KNOWN_ADDONS = frozenset(
    {
        "account",
        "account_payment",
        "analytic",
        "base",
        "bus",
        "l10n_cn",
        "mail",
        "portal",
        "property_service",
        "property_service_queue",
        # these act on bills of vendors, sales orders, vehicles or goods in stock only
        "account_fleet",
        "purchase",
        "purchase_stock",
        "sale",
        "stock_account",
    }
)
#: methods that are bypassed: an unknown addon that overrides one of them gets the plain path
BYPASSED = {
    "account.move": (
        *("create", "write", "_post", "_sync_dynamic_lines", "_check_balanced"),
        *("_set_next_sequence", "_get_starting_sequence", "_get_last_sequence_domain"),
        *("_compute_name", "_compute_amount", "_compute_payment_reference"),
        *("_creation_message", "_creation_subtype", "_inverse_name"),
    ),
    "account.move.line": (
        *("create", "write", "_create_analytic_lines", "_prepare_analytic_lines"),
        *("_prepare_analytic_distribution_line", "_compute_totals", "_compute_balance"),
        *("_inverse_analytic_distribution", "_compute_tax_tag_ids"),
    ),
    "account.analytic.line": ("create", "write"),
}


class Bill(NamedTuple):
    """One bill to be written: its values, what its tax comes to, its pattern's key."""

    values: dict
    shape: frozendict
    amounts: dict


class PropertyBillWriter(models.AbstractModel):
    """Posts many bills at once, with the rows Odoo's own path would have written.

    The first bill of every shape — same items, taxes, accounts, due date, kind of payer — is
    created and posted by Odoo itself; its rows are the pattern. A second one is posted by Odoo as
    well and compared, column by column, with what would have been copied from the pattern: only
    then further bills of that shape are inserted, set by set, with their own names, numbers and
    amounts (tax by Odoo's tax engine). Whatever is not as expected takes the plain path, and
    `_obstacles()` says why it must where an addon or a setting asks for more than rows.
    """

    _name = "property.bill.writer"
    _description = "Posting of many bills"

    # the public side -----------------------------------------------------------------------------

    @api.model
    def _post(self, values, run=None):
        """Create and post the invoices of `values`, the quick way where it is safe.

        :param values: list of values as for `account.move.create`, one receivable item per charge
        :param run: the `property.bill.run`; patterns are kept as long as it is worked on
        :return: (posted `account.move` records, {charge id: receivable item id} of those that were
            inserted, list of reasons in words why bills took the plain path)
        """
        if len(values) < WORTHWHILE:
            return self._post_plainly(values), {}, []
        values, aside, reasons = self._without_blocked(values)
        moves = self._post_plainly(aside)
        if not values:
            return moves, {}, reasons
        plain, quick = [], []
        taken = {}
        self = self._with_facts(values)  # noqa: PLW0642
        for vals in values:
            bill = self._prepare(vals)
            if bill is None:
                plain.append(vals)
                continue
            key = (self.env.cr.dbname, run.id if run else 0, bill.shape)
            pattern = self._pattern(key)
            number = taken[key] = taken.get(key, 0) + 1
            # the first of a shape makes the pattern, the second proves it
            if (pattern is None and number <= 2) or (
                pattern is not None and not pattern.proven and number == 1
            ):
                plain.append(vals)
            else:
                quick.append((key, bill))
        self = self._take_turn(values)  # noqa: PLW0642
        posted = self._post_plainly(plain)
        for move, vals in zip(posted, plain, strict=True):
            self._learn(move, vals, run, reasons)
        refused = [bill for key, bill in quick if not self._is_proven(key)]
        quick = [(key, bill) for key, bill in quick if self._is_proven(key)]
        posted |= self._post_plainly([bill.values for bill in refused])
        written, receivables = self._write(quick)
        return moves.union(posted, written), receivables, reasons

    @api.model
    def _take_turn(self, values):
        """Wait for one's turn to number bills, journal by journal; it ends with the transaction.

        What was computed before was computed side by side with other workers.

        :return: the writer, whose bills are numbered on from what others have committed
        """
        if not self.env.registry.ready:
            return self  # an addon is being installed: there are no other workers
        journal_ids = sorted({vals["journal_id"] for vals in values})
        for journal_id in journal_ids:
            self.env.cr.execute(
                SQL("SELECT pg_advisory_xact_lock(hashtext('property.bill.turn'), %s)", journal_id)
            )
        return self.with_context(property_bill_turn=tuple(journal_ids))

    @api.model
    def _post_plainly(self, values):
        """Create and post the invoices by Odoo's own methods."""
        moves = self.env["account.move"].sudo().create(values)
        moves._post(soft=False)
        return moves

    # when to stand aside ---------------------------------------------------------------------------

    @api.model
    def _without_blocked(self, values):
        """Tell the bills apart whose journal does not allow the quick way.

        :return: (values of the others, values of those, why, in words)
        """
        by_journal = {}
        for vals in values:
            by_journal.setdefault(vals["journal_id"], []).append(vals)
        free, aside, reasons = [], [], []
        for group in by_journal.values():
            found = self._obstacles(group[0])
            reasons += found
            (aside if found else free).extend(group)
        return free, aside, list(dict.fromkeys(reasons))

    @api.model
    def _obstacles(self, vals):
        """Return why bills like `vals` must take the plain path; an empty list if they need not."""
        reasons = []
        for model, names in self._bypassed().items():
            found = self._overriding(model, names)
            if found:
                reasons.append(
                    self.env._(
                        "%(addons)s change how %(model)s works: bills are posted the plain way.",
                        addons="、".join(sorted(found)),
                        model=model,
                    )
                )
        journal = self.env["account.journal"].sudo().browse(vals["journal_id"])
        if journal.restrict_mode_hash_table or journal.company_id.restrictive_audit_trail:
            reasons.append(
                self.env._(
                    "Journal “%s” is secured: its bills are posted the plain way.", journal.name
                )
            )
        if not journal.active or journal.currency_id not in (
            journal.currency_id.browse(),
            journal.company_id.currency_id,
        ):
            reasons.append(
                self.env._("Journal “%s” is archived or in a foreign currency.", journal.name)
            )
        if (journal.invoice_reference_model, journal.invoice_reference_type) != (
            "odoo",
            "invoice",
        ):
            reasons.append(
                self.env._("Journal “%s” gives payment references of its own.", journal.name)
            )
        return reasons

    @api.model
    def _bypassed(self):
        """Return {model: names of its methods that are not called}."""
        return BYPASSED

    @api.model
    def _overriding(self, model, names):
        """Return the addons, not known to us, that override one of the methods of a model.

        Constraints of unknown addons count too. A method that was put in place at start-up (as
        automation rules do) is told by the module of its function.
        """
        found = set()
        cls = self.env.registry[model]
        for base in cls.__mro__:
            for name in names:
                method = base.__dict__.get(name)
                if callable(method):
                    found.add(getattr(method, "__module__", "") or "")
        found |= {method.__module__ for method in self.env[model]._constraint_methods}
        addons = {
            name.split(".")[2]
            for name in found
            if name.startswith("odoo.addons.") and name.count(".") > 1
        }
        # Odoo's own registry classes and mixins in the framework have other module names
        return addons - KNOWN_ADDONS

    @api.model
    def _with_facts(self, values):
        """Return the writer with payers and charges that are read together, not one by one."""
        partners = tuple(dict.fromkeys(vals["partner_id"] for vals in values))
        charges = tuple(
            command[2]["property_charge_id"]
            for vals in values
            for command in vals["invoice_line_ids"]
        )
        return self.with_context(property_bill_facts=(partners, charges, self._stamps(values)))

    @api.model
    def _prepare(self, vals):
        """Return the `Bill` of `vals`, or None where it has to take the plain path."""
        partner_ids, charge_ids, stamps = self.env.context["property_bill_facts"]
        partner = self.env["res.partner"].sudo().browse(vals["partner_id"])
        partner = partner.with_prefetch(partner_ids)
        if (
            vals["move_type"] != "out_invoice"
            or partner.commercial_partner_id != partner
            or partner.child_ids
            or not partner.active
        ):
            return None
        lines = [command[2] for command in vals["invoice_line_ids"]]
        charges = self.env["property.charge"].sudo().with_context(property_bill_facts=None)
        charges = charges.browse(line["property_charge_id"] for line in lines)
        charges = charges.with_prefetch(charge_ids)
        ids = set(charges._ids)
        merged = tuple(
            charge.reduces_id.id if charge.reduces_id.id in ids else 0 for charge in charges
        )
        position = {charge_id: number for number, charge_id in enumerate(charges._ids)}
        structure = tuple(
            (
                line["product_id"],
                line["account_id"],
                tuple(line["tax_ids"][0][2]),
                tuple((line["analytic_distribution"] or {}).items()),
                line["price_unit"] > 0,
                position[into] if into else -1,
            )
            for line, into in zip(lines, merged, strict=True)
        )
        if any(
            distribution and (len(distribution) > 1 or distribution[0][1] != 100)
            for *_rest, distribution, _positive, _into in structure
        ) or not all(line["price_unit"] for line in lines):
            return None
        amounts = self._amounts(structure, tuple(line["price_unit"] for line in lines), vals)
        if amounts is None:
            return None
        shape = frozendict(
            {
                "journal": vals["journal_id"],
                "company": vals["company_id"],
                "dates": (vals["date"], vals["invoice_date"], vals["invoice_date_due"]),
                "lines": structure,
                "taxes": tuple(amounts["taxes"]),
                "zero_terms": tuple(not amount for amount in amounts["terms"].values()),
                "partner": self._partner_facts(partner, vals["company_id"]),
                "stamps": stamps,
                "uid": self.env.uid,
                "tracked": not self.env.context.get("tracking_disable"),
            }
        )
        return Bill(vals, shape, amounts)

    @api.model
    def _partner_facts(self, partner, company_id):
        """Return what of a payer is copied into entries of his."""
        ledger = partner.with_company(company_id)
        return (
            partner.lang,
            ledger.property_account_receivable_id.id,
            ledger.property_account_position_id.id,
            ledger.property_inbound_payment_method_line_id.id,
            partner.country_id.id,
            partner.state_id.id,
            partner.zip,
            bool(partner.vat),
            partner.user_id.id,
            partner.is_company,
        )

    @api.model
    def _stamps(self, values):
        """Return when journals, companies and taxes of the bills were changed last."""
        journals = self.env["account.journal"].sudo()
        journals = journals.browse({vals["journal_id"] for vals in values})
        taxes = self.env["account.tax"].sudo()
        taxes = taxes.browse(
            {
                tax_id
                for vals in values
                for command in vals["invoice_line_ids"]
                for tax_id in command[2]["tax_ids"][0][2]
            }
        )
        parts = (journals, journals.company_id, taxes, taxes.invoice_repartition_line_ids)
        return tuple(max(part.mapped("write_date"), default=None) for part in parts)

    @api.model
    def _amounts(self, structure, prices, vals):
        """Return what the lines of a bill come to, by Odoo's tax engine, in yuan.

        Kept for equal bills of the transaction: homes of one type have equal bills.

        :return: dict: ``lines`` list of (subtotal, total, balance), ``taxes`` {key of the tax
            item: (balance, base)}, ``terms`` {index of the line: amount}; None for taxes that do
            not fit (two tax items of one repartition line)
        """
        cache = self.env.cr.cache.setdefault("property_bill_amounts", {})
        key = (structure, prices, self.env.context["property_bill_facts"][2])
        if key not in cache:
            if len(cache) > 5000:
                cache.clear()
            cache[key] = self._compute_amounts(structure, prices, vals)
        return cache[key]

    @api.model
    def _compute_amounts(self, structure, prices, vals):
        engine = self.env["account.tax"].sudo()
        company = self.env["res.company"].browse(vals["company_id"])
        currency = company.currency_id
        products, accounts = self.env["product.product"], self.env["account.account"]
        base_lines = [
            engine._prepare_base_line_for_taxes_computation(
                {},
                price_unit=price,
                quantity=1.0,
                tax_ids=engine.browse(tax_ids),
                currency_id=currency,
                product_id=products.browse(product_id),
                account_id=accounts.browse(account_id),
                analytic_distribution=dict(analytic) or False,
                rate=1.0,
                sign=-1,
                is_refund=False,
            )
            for (product_id, account_id, tax_ids, analytic, _positive, _into), price in zip(
                structure, prices, strict=True
            )
        ]
        engine._add_tax_details_in_base_lines(base_lines, company)
        engine._round_base_lines_tax_details(base_lines, company)
        details = [base_line["tax_details"] for base_line in base_lines]
        # a line alone: its untaxed amount is the same, tax included it is the price
        singles = [
            (detail["total_excluded_currency"], price)
            for detail, price in zip(details, prices, strict=True)
        ]
        balances = [
            currency.round(-detail["total_excluded"] - detail["delta_total_excluded"])
            for detail in details
        ]
        taxes = {}
        for detail in details:
            for data in detail["taxes_data"]:
                item = self._tax_item(data["tax"])
                if not item or not data["price_include"] or data["is_reverse_charge"]:
                    return None
                balance, base = taxes.get(item, (0.0, 0.0))
                taxes[item] = (balance - data["tax_amount"], base - data["base_amount"])
        taxes = {
            item: (currency.round(balance), currency.round(base))
            for item, (balance, base) in taxes.items()
            if not currency.is_zero(balance)
        }
        terms = {}
        for index, ((*_facts, into), (_subtotal, total)) in enumerate(
            zip(structure, singles, strict=True)
        ):
            into = index if into < 0 else into
            terms[into] = currency.round(terms.get(into, 0.0) + total)
        untaxed = currency.round(-sum(balances))
        tax = currency.round(-sum(balance for balance, _base in taxes.values()))
        total = currency.round(untaxed + tax)
        if currency.compare_amounts(total, 0) <= 0 or currency.compare_amounts(
            sum(terms.values()), total
        ):
            return None
        return {
            "lines": [
                (*single, balance) for single, balance in zip(singles, balances, strict=True)
            ],
            "taxes": taxes,
            "terms": terms,
            "untaxed": untaxed,
            "tax": tax,
            "total": total,
        }

    @api.model
    def _tax_item(self, tax):
        """Return the id of the one repartition line all of a tax is booked by, or None."""
        cache = self.env.cr.cache.setdefault("property_bill_tax_items", {})
        if tax.id not in cache:
            items = tax.invoice_repartition_line_ids.filtered(
                lambda item: item.repartition_type == "tax" and item.factor_percent
            )
            plain = len(items) == 1 and items.factor_percent == 100 and not tax.include_base_amount
            on_payment = tax.tax_exigibility == "on_payment"
            cache[tax.id] = items.id if plain and not on_payment else None
        return cache[tax.id]
