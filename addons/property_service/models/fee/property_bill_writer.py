# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from collections import Counter, OrderedDict, defaultdict
from contextlib import closing
from typing import NamedTuple

from markupsafe import Markup
from psycopg2 import errors

from odoo import api, fields, models
from odoo.tools import SQL, frozendict, mute_logger
from odoo.tools.mail import generate_tracking_message_id

_logger = logging.getLogger(__name__)

#: fewer bills than this are not worth two that are posted the plain way
WORTHWHILE = 20
#: how long a pattern is trusted, in seconds, before it is taken from a plain bill again
PATTERN_AGE = 900
#: patterns kept in memory of this process
PATTERNS = 500
#: tries to get a block of numbers while other workers take theirs
NUMBER_TRIES = 50

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
#: columns every record has of its own and that say nothing about what is booked
_OWN = {
    *("id", "create_date", "write_date", "create_uid", "write_uid"),
    *("move_id", "move_line_id", "sequence_number"),
}
#: number of the copy that is compared with a bill Odoo has posted, and rolled back
_COPY = "copy"
#: columns a plain bill gets only after it was posted; a copy of its pattern starts without
_LATER = {
    "account_move": ("access_token", "message_main_attachment_id", "sending_data"),
    "account_move_line": ("full_reconcile_id", "matching_number"),
}

_INT, _TEXT, _NUMERIC = SQL("int4[]"), SQL("text[]"), SQL("numeric[]")

#: (database, run, shape) -> pattern; see `PropertyBillWriter._pattern`
_patterns = OrderedDict()


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
        moves = self.env["account.move"].sudo()
        if len(values) < WORTHWHILE:
            return self._post_plainly(values), {}, []
        reasons = self._obstacles(values[0])
        if reasons:
            return self._post_plainly(values), {}, reasons
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
        posted = self._post_plainly(plain)
        for move, vals in zip(posted, plain, strict=True):
            self._learn(move, vals, run, reasons)
        refused = [bill for key, bill in quick if not self._is_proven(key)]
        quick = [(key, bill) for key, bill in quick if self._is_proven(key)]
        posted |= self._post_plainly([bill.values for bill in refused])
        written, receivables = self._write(quick)
        return moves.union(posted, written), receivables, reasons

    @api.model
    def _post_plainly(self, values):
        """Create and post the invoices by Odoo's own methods."""
        moves = self.env["account.move"].sudo().create(values)
        moves._post(soft=False)
        return moves

    # when to stand aside ---------------------------------------------------------------------------

    @api.model
    def _obstacles(self, vals):
        """Return why bills like `vals` must take the plain path; an empty list if they need not."""
        reasons = []
        for model, names in BYPASSED.items():
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
        return self.with_context(property_bill_prefetch=(partners, charges))

    @api.model
    def _prepare(self, vals):
        """Return the `Bill` of `vals`, or None where it has to take the plain path."""
        partner_ids, charge_ids = self.env.context["property_bill_prefetch"]
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
        charges = self.env["property.charge"].sudo().with_context(property_bill_prefetch=None)
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
        ledger = partner.with_company(vals["company_id"])
        shape = frozendict(
            {
                "journal": vals["journal_id"],
                "company": vals["company_id"],
                "dates": (vals["date"], vals["invoice_date"], vals["invoice_date_due"]),
                "lines": structure,
                "taxes": tuple(amounts["taxes"]),
                "zero_terms": tuple(not amount for amount in amounts["terms"].values()),
                "partner": (
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
                ),
                "uid": self.env.uid,
                "tracked": not self.env.context.get("tracking_disable"),
            }
        )
        return Bill(vals, shape, amounts)

    @api.model
    def _amounts(self, structure, prices, vals):
        """Return what the lines of a bill come to, by Odoo's tax engine, in yuan.

        Kept for equal bills of the transaction: homes of one type have equal bills.

        :return: dict: ``lines`` list of (subtotal, total, balance), ``taxes`` {key of the tax
            item: (balance, base)}, ``terms`` {index of the line: amount}; None for taxes that do
            not fit (two tax items of one repartition line)
        """
        cache = self.env.cr.cache.setdefault("property_bill_amounts", {})
        key = (structure, prices, vals["company_id"])
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

    # patterns --------------------------------------------------------------------------------------

    @api.model
    def _pattern(self, key):
        """Return the pattern of `key` if it is young enough, else None."""
        pattern = _patterns.get(key)
        if pattern and time.monotonic() - pattern.made > PATTERN_AGE:
            del _patterns[key]
            return None
        return pattern

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
                _patterns[key] = taken
                while len(_patterns) > PATTERNS:
                    _patterns.popitem(last=False)
        elif not pattern.proven:
            difference = self._difference(key, bill, move)
            if difference is None:
                _patterns[key] = pattern._replace(proven=True)
            else:
                del _patterns[key]
                text = self.env._(
                    "%(bill)s would not have been the same: %(difference)s. Bills like it are "
                    "posted the plain way.",
                    bill=move.name,
                    difference=difference,
                )
                _logger.warning(text)
                reasons.append(text)

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
            if len(ours) != len(theirs):
                difference = f"{table}: {len(ours)} / {len(theirs)}"
                break
            found = sorted(
                f"{table}.{name} {one[name]!r} / {other[name]!r}"
                for one, other in zip(ours, theirs, strict=True)
                for name in one
                if name not in _OWN and one[name] != self._renamed(other[name], move.name)
            )
            if found:
                difference = "; ".join(found[:5])
                break
        if difference is None and (
            sorted(twin.taxes) != sorted(real.taxes) or sorted(twin.tags) != sorted(real.tags)
        ):
            difference = "account_move_line: tax_ids, tax_tag_ids"
        return difference

    @api.model
    def _renamed(self, value, name):
        """Return a value of a real bill as it would be if the bill had the copy's number."""
        return value.replace(name, _COPY) if isinstance(value, str) else value

    # writing ---------------------------------------------------------------------------------------

    @api.model
    def _write(self, quick):
        """Insert posted bills with the next numbers of their journal.

        :param quick: list of (key of the pattern, `Bill`)
        :return: (`account.move` records, {charge id: receivable item id})
        """
        moves = self.env["account.move"].sudo()
        if not quick:
            return moves, {}
        self.env.flush_all()
        # Odoo numbers what is posted together by date and reference
        quick = sorted(
            quick,
            key=lambda row: (
                row[1].values["journal_id"],
                row[1].values["date"],
                row[1].values["ref"],
            ),
        )
        ids, receivables = [], {}
        by_series = OrderedDict()
        for key, bill in quick:
            by_series.setdefault((bill.values["journal_id"], bill.values["date"]), []).append(
                (key, bill)
            )
        for group in by_series.values():
            group_ids, group_receivables = self._insert_numbered(group)
            ids += group_ids
            receivables.update(group_receivables)
        moves = moves.browse(ids)
        self._after_insert(moves, quick)
        return moves, receivables

    @api.model
    def _insert_numbered(self, group):
        """Insert bills of one journal and date with a block of numbers nobody else gets.

        The unique index of numbers is what keeps two workers apart: who comes second waits for
        the first to commit, is refused and takes the next block, read in a transaction of its own.
        """
        vals = group[0][1].values
        probe = (
            self.env["account.move"]
            .sudo()
            .new(
                {
                    "move_type": vals["move_type"],
                    "journal_id": vals["journal_id"],
                    "company_id": vals["company_id"],
                    "date": vals["date"],
                    "invoice_date": vals["invoice_date"],
                }
            )
        )
        form, parts = probe._get_next_sequence_format()
        last = parts.pop("seq")
        cache = probe._get_sequence_cache()
        cache_key = (form.format(**parts, seq=0), probe.journal_id._origin)
        last = cache.get(cache_key, last)
        for _try in range(NUMBER_TRIES):
            names = [form.format(**parts, seq=last + n) for n in range(1, len(group) + 1)]
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                    result = self._insert(group, names, first=last + 1)
            except errors.UniqueViolation as error:
                if "account_move" not in (error.diag.table_name or ""):
                    raise
                last = max(last, self._committed_number(vals["journal_id"], names[0]))
                continue
            cache[cache_key] = last + len(group)
            return result
        raise errors.LockNotAvailable(
            self.env._("Other workers are taking numbers of the journal: try again.")
        )

    @api.model
    def _committed_number(self, journal_id, name):
        """Return the highest number of the series of `name`, as everybody else sees it now."""
        move = self.env["account.move"]
        prefix = move.new({"name": name})
        prefix._compute_split_sequence()
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT COALESCE(MAX(sequence_number), 0) FROM account_move WHERE journal_id = %s "
                "AND sequence_prefix = %s AND state = 'posted'",
                [journal_id, prefix.sequence_prefix],
            )
            return cr.fetchone()[0]

    @api.model
    def _take_ids(self, table, count):
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
                    f"{table}_id_seq",
                    count,
                )
            )
        ]

    @api.model
    def _insert(self, group, names, first=0):
        """Insert the rows of bills from their patterns.

        :return: (ids of the moves, {charge id: receivable item id})
        """
        keys = list(dict.fromkeys(key for key, _bill in group))
        patterns = [_patterns[key] for key in keys]
        place = {key: number for number, key in enumerate(keys)}
        move_ids = self._take_ids("account_move", len(group))
        partners = self.env["res.partner"].browse(bill.values["partner_id"] for _k, bill in group)
        labels = {partner.id: partner.display_name for partner in partners}
        move_rows, line_rows = [], []
        line_counts = [len(patterns[place[key]].lines) for key, _bill in group]
        line_ids = iter(self._take_ids("account_move_line", sum(line_counts)))
        receivables, tax_rows, tag_rows, analytic_rows, follower_rows = {}, [], [], [], []
        # lines of the patterns are numbered through, so that one join finds each
        offsets, total = [], 0
        for pattern in patterns:
            offsets.append(total)
            total += len(pattern.lines)
        analytic_offsets, total = [], 0
        for pattern in patterns:
            analytic_offsets.append(total)
            total += len(pattern.analytic)
        for number, ((key, bill), move_id, name) in enumerate(
            zip(group, move_ids, names, strict=True)
        ):
            which = place[key]
            pattern, vals, amounts = patterns[which], bill.values, bill.amounts
            partner_id = vals["partner_id"]
            move_rows.append(
                (
                    *(which, move_id, name, first + number, partner_id, labels[partner_id]),
                    *(vals["ref"], vals["property_unit_id"]),
                    *(amounts["untaxed"], amounts["tax"], amounts["total"]),
                )
            )
            own_ids = [next(line_ids) for _line in pattern.lines]
            rows, keep = self._line_rows(pattern, bill, own_ids, name)
            receivables.update(keep)
            line_rows += [
                (
                    *(offsets[which] + place_, line_id, move_id, name, partner_id),
                    *(vals["ref"], vals["property_unit_id"], *row),
                )
                for place_, (line_id, row) in enumerate(zip(own_ids, rows, strict=True))
            ]
            tax_rows += [(own_ids[at], tax_id) for at, tax_id in pattern.taxes]
            tag_rows += [(own_ids[at], tag_id) for at, tag_id in pattern.tags]
            analytic_rows += [
                (
                    *(analytic_offsets[which] + at_, own_ids[at], partner_id),
                    *(rows[at][0], vals["ref"], -rows[at][4]),
                )
                for at_, (at, _item) in enumerate(pattern.analytic)
            ]
            follower_rows += [
                (move_id, follower, list(subtypes)) for follower, subtypes in pattern.followers
            ]
        self._insert_moves(patterns, move_rows)
        self._insert_lines(patterns, line_rows)
        self._insert_pairs(
            "account_move_line_account_tax_rel",
            ("account_move_line_id", "account_tax_id"),
            tax_rows,
        )
        self._insert_pairs(
            "account_account_tag_account_move_line_rel",
            ("account_move_line_id", "account_account_tag_id"),
            tag_rows,
        )
        self._insert_analytic(patterns, analytic_rows)
        self._insert_followers(follower_rows)
        return move_ids, receivables

    @api.model
    def _line_rows(self, pattern, bill, ids, number):
        """Return what is a bill's own on each of its items, in the order of the pattern's items.

        :return: (list of (label, charge id, price, subtotal and total, balance, base of the tax,
            residual), {charge id: id of its receivable item})
        """
        lines = [command[2] for command in bill.values["invoice_line_ids"]]
        products = iter(range(len(lines)))
        terms = iter(bill.amounts["terms"].items())
        rows, receivables = [], {}
        # as Odoo labels receivable items of a bill with a reference
        due = f"{bill.values['ref']} - {number}"
        for line_id, model in zip(ids, pattern.lines, strict=True):
            kind = model["display_type"]
            if kind == "product":
                at = next(products)
                subtotal, total, balance = bill.amounts["lines"][at]
                line = lines[at]
                rows.append(
                    (
                        *(line["name"], line["property_charge_id"], line["price_unit"]),
                        *(total, balance, None, 0.0, subtotal),
                    )
                )
            elif kind == "tax":
                balance, base = bill.amounts["taxes"][model["tax_repartition_line_id"]]
                rows.append((model["name"], None, None, None, balance, base, 0.0, None))
            else:
                at, amount = next(terms)
                line = lines[at]
                charge_id = line["property_charge_id"]
                receivables[charge_id] = line_id
                rows.append((due, charge_id, None, None, amount, None, amount, None))
        return rows, receivables

    @api.model
    def _copy_from(self, table, patterns_rows, own, types, rows, extra=None):
        """Insert `rows` into `table`, every other column as in the row of the pattern.

        :param patterns_rows: rows of the patterns as JSON objects; a row's first value is its place
        :param own: {column: SQL expression over the row `v`} of what is a record's own
        :param types: (name in `v`, type) of the values of a row after the first
        :param rows: list of tuples: place of the pattern's row, then values
        """
        columns = self._columns(table)
        own = {
            **own,
            **{name: SQL("NULL") for name in _LATER.get(table, ()) if name in columns},
            "create_uid": SQL("%s", self.env.uid),
            "write_uid": SQL("%s", self.env.uid),
            "create_date": SQL("%s", self.env.cr.now()),
            "write_date": SQL("%s", self.env.cr.now()),
        }
        names = ["place", *(name for name, _type in types)]
        arrays = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """
                WITH model AS MATERIALIZED (
                    SELECT x.place AS pattern_place, t.*
                      FROM unnest(%s::int4[], %s::jsonb[]) AS x(place, body)
                CROSS JOIN LATERAL jsonb_populate_record(NULL::%s, x.body) AS t
                )
                INSERT INTO %s (%s)
                SELECT %s FROM unnest(%s) AS v(%s) JOIN model t ON t.pattern_place = v.place
              ORDER BY v.id
                """,
                list(range(len(patterns_rows))),
                [self._dump(row) for row in patterns_rows],
                SQL.identifier(table),
                SQL.identifier(table),
                SQL(", ").join(SQL.identifier(name) for name in columns),
                SQL(", ").join(
                    own[name] if name in own else SQL.identifier("t", name) for name in columns
                ),
                SQL(", ").join(
                    SQL("%s::%s", array, kind)
                    for kind, array in zip(
                        [_INT, *(kind for _name, kind in types)], arrays, strict=True
                    )
                ),
                SQL(", ").join(SQL.identifier(name) for name in names),
            )
        )

    @api.model
    def _dump(self, row):
        return fields.Json().convert_to_column(row, self)

    @api.model
    def _insert_moves(self, patterns, rows):
        untaxed, tax, total = SQL("v.untaxed"), SQL("v.tax"), SQL("v.total")
        own = {
            "id": SQL("v.id"),
            "name": SQL("v.name"),
            "payment_reference": SQL("v.name"),
            "sequence_number": SQL("v.number"),
            "partner_id": SQL("v.partner_id"),
            "commercial_partner_id": SQL("v.partner_id"),
            "partner_shipping_id": SQL("v.partner_id"),
            "invoice_partner_display_name": SQL("v.partner_name"),
            "ref": SQL("v.ref"),
            "property_unit_id": SQL("v.unit_id"),
            "amount_untaxed": untaxed,
            "amount_untaxed_signed": untaxed,
            "amount_untaxed_in_currency_signed": untaxed,
            "amount_tax": tax,
            "amount_tax_signed": tax,
            "amount_total": total,
            "amount_total_signed": total,
            "amount_total_in_currency_signed": total,
            "amount_residual": total,
            "amount_residual_signed": total,
            "made_sequence_gap": SQL("FALSE"),
        }
        types = (
            *(("id", _INT), ("name", _TEXT), ("number", _INT), ("partner_id", _INT)),
            *(("partner_name", _TEXT), ("ref", _TEXT), ("unit_id", _INT)),
            *(("untaxed", _NUMERIC), ("tax", _NUMERIC), ("total", _NUMERIC)),
        )
        self._copy_from("account_move", [row.move for row in patterns], own, types, rows)

    @api.model
    def _insert_lines(self, patterns, rows):
        balance, residual = SQL("v.balance"), SQL("v.residual")
        own = {
            "id": SQL("v.id"),
            "move_id": SQL("v.move_id"),
            "move_name": SQL("v.move_name"),
            "partner_id": SQL("v.partner_id"),
            "ref": SQL("v.ref"),
            "property_unit_id": SQL("v.unit_id"),
            "name": SQL("v.label"),
            "property_charge_id": SQL("v.charge_id"),
            "price_unit": SQL("COALESCE(v.price, t.price_unit)"),
            "price_total": SQL("COALESCE(v.total, t.price_total)"),
            "price_subtotal": SQL("COALESCE(v.subtotal, t.price_subtotal)"),
            "balance": balance,
            "amount_currency": balance,
            "debit": SQL("GREATEST(v.balance, 0)"),
            "credit": SQL("GREATEST(-v.balance, 0)"),
            "tax_base_amount": SQL("COALESCE(v.base, t.tax_base_amount)"),
            "amount_residual": residual,
            "amount_residual_currency": residual,
        }
        types = (
            *(("id", _INT), ("move_id", _INT), ("move_name", _TEXT), ("partner_id", _INT)),
            *(("ref", _TEXT), ("unit_id", _INT), ("label", _TEXT), ("charge_id", _INT)),
            *(("price", _NUMERIC), ("total", _NUMERIC), ("balance", _NUMERIC)),
            *(("base", _NUMERIC), ("residual", _NUMERIC), ("subtotal", _NUMERIC)),
        )
        self._copy_from(
            "account_move_line",
            [line for row in patterns for line in row.lines],
            own,
            types,
            rows,
        )

    @api.model
    def _insert_pairs(self, table, columns, rows):
        if rows:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int4[], %s::int4[])",
                    SQL.identifier(table),
                    SQL.identifier(columns[0]),
                    SQL.identifier(columns[1]),
                    *([list(column) for column in zip(*rows, strict=True)]),
                )
            )

    @api.model
    def _insert_analytic(self, patterns, rows):
        if not rows:
            return
        ids = self._take_ids("account_analytic_line", len(rows))
        rows = [(row[0], new_id, *row[1:]) for row, new_id in zip(rows, ids, strict=True)]
        own = {
            "id": SQL("v.id"),
            "move_line_id": SQL("v.line_id"),
            "partner_id": SQL("v.partner_id"),
            "name": SQL("v.label"),
            "ref": SQL("v.ref"),
            "amount": SQL("v.amount"),
        }
        types = (
            *(("id", _INT), ("line_id", _INT), ("partner_id", _INT), ("label", _TEXT)),
            *(("ref", _TEXT), ("amount", _NUMERIC)),
        )
        self._copy_from(
            "account_analytic_line",
            [item for row in patterns for _place, item in row.analytic],
            own,
            types,
            rows,
        )

    @api.model
    def _insert_followers(self, rows):
        if not rows:
            return
        ids = self._take_ids("mail_followers", len(rows))
        move_ids, partner_ids, subtypes = zip(*rows, strict=True)
        self.env.cr.execute(
            SQL(
                """INSERT INTO mail_followers (id, res_model, res_id, partner_id)
                   SELECT v.id, 'account.move', v.res_id, v.partner_id
                     FROM unnest(%s::int4[], %s::int4[], %s::int4[]) AS v(id, res_id, partner_id)""",
                ids,
                list(move_ids),
                list(partner_ids),
            )
        )
        self._insert_pairs(
            "mail_followers_mail_message_subtype_rel",
            ("mail_followers_id", "mail_message_subtype_id"),
            [(one, subtype) for one, kinds in zip(ids, subtypes, strict=True) for subtype in kinds],
        )

    # what follows ----------------------------------------------------------------------------------

    @api.model
    def _after_insert(self, moves, quick):
        """Let Odoo know of the new rows: caches, fields of other addons, chatter, customer rank."""
        lines_model = self.env["account.move.line"].sudo()
        for model in ("account.move", "account.move.line", "account.analytic.line"):
            self.env[model].invalidate_model()
        for model, records in (
            ("account.move", moves),
            ("account.move.line", lines_model.search([("move_id", "in", moves.ids)])),
        ):
            for field in self._foreign_computed(model):
                self.env.add_to_compute(field, records)
        if not self.env.context.get("tracking_disable"):
            self._log_creation(moves)
        counts = Counter(bill.values["partner_id"] for _key, bill in quick)
        by_count = defaultdict(list)
        for partner_id, count in counts.items():
            by_count[count].append(partner_id)
        for count, partner_ids in by_count.items():
            self.env["res.partner"].browse(partner_ids)._increase_rank("customer_rank", count)

    @api.model
    def _foreign_computed(self, model):
        """Return the stored computed fields that addons unknown to us put on a model."""
        return [
            field
            for field in self.env[model]._fields.values()
            if field.store
            and field.compute
            and field._modules
            and not set(field._modules) & KNOWN_ADDONS
        ]

    @api.model
    def _log_creation(self, moves):
        """Put the line “Invoice Created” into the chatter of every bill, as Odoo does."""
        move = moves[:1]
        author = self.env.user.partner_id
        subtype = move._creation_subtype()
        body = Markup('<div summary="o_mail_notification"><p>%s</p></div>') % (
            move._creation_message()
        )
        now = self.env.cr.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_message (
                    model, res_id, message_type, subtype_id, author_id, email_from, body, date,
                    message_id, is_internal, create_uid, create_date, write_uid, write_date
                )
                SELECT 'account.move', v.res_id, 'notification', %s, %s, %s, %s, %s,
                       v.message_id, FALSE, %s, %s, %s, %s
                  FROM unnest(%s::int4[], %s::text[]) AS v(res_id, message_id)
                """,
                *(subtype.id or None, author.id, author.email_formatted or None, body, now),
                *(self.env.uid, now, self.env.uid, now),
                moves.ids,
                [generate_tracking_message_id("message-notify") for _move in moves],
            )
        )
