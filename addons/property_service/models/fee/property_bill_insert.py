# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, OrderedDict

from markupsafe import Markup
from psycopg2 import errors

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger
from odoo.tools.mail import generate_tracking_message_id

from .property_bill_pattern import known
from .property_bill_writer import KNOWN_ADDONS

#: tries to get a block of numbers while other workers take theirs
NUMBER_TRIES = 50
#: columns a plain bill gets only after it was posted; a copy of its pattern starts without
_LATER = {
    "account_move": ("access_token", "message_main_attachment_id", "sending_data"),
    "account_move_line": ("full_reconcile_id", "matching_number"),
}


_INT, _TEXT, _NUMERIC = SQL("int4[]"), SQL("text[]"), SQL("numeric[]")


class PropertyBillWriter(models.AbstractModel):
    """The rows of many bills, inserted set by set from their patterns."""

    _inherit = "property.bill.writer"

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
        self._after_insert(moves, Counter(bill.values["partner_id"] for _key, bill in quick))
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
                    "invoice_date": vals.get("invoice_date"),
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
        return (
            move._read_committed(
                "SELECT MAX(sequence_number) FROM account_move WHERE journal_id = %s "
                "AND sequence_prefix = %s AND state = 'posted'",
                [journal_id, prefix.sequence_prefix],
            )
            or 0
        )

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
        patterns = [known[key] for key in keys]
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
    def _copy_from(self, table, models_rows, own, types, rows):
        """Insert `rows` into `table`, every other column as in the row of the pattern.

        :param models_rows: rows of the patterns as JSON objects
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
                list(range(len(models_rows))),
                [self._dump(row) for row in models_rows],
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
    def _own_of_moves(self):
        """Return {column: SQL expression over the row `v`} of what a bill has of its own."""
        untaxed, tax, total = SQL("v.untaxed"), SQL("v.tax"), SQL("v.total")
        return {
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

    @api.model
    def _insert_moves(self, patterns, rows):
        types = (
            *(("id", _INT), ("name", _TEXT), ("number", _INT), ("partner_id", _INT)),
            *(("partner_name", _TEXT), ("ref", _TEXT), ("unit_id", _INT)),
            *(("untaxed", _NUMERIC), ("tax", _NUMERIC), ("total", _NUMERIC)),
        )
        models_rows = [row.move for row in patterns]
        self._copy_from("account_move", models_rows, self._own_of_moves(), types, rows)

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
    def _after_insert(self, moves, counts):
        """Let Odoo know of the new rows: caches, fields of other addons, chatter, customer rank.

        :param counts: {partner id: number of bills}
        """
        for model in ("account.move", "account.move.line", "account.analytic.line"):
            self.env[model].invalidate_model()
        lines = self.env["account.move.line"].sudo()
        for records, search in ((moves, None), (lines, [("move_id", "in", moves.ids)])):
            computed = self._foreign_computed(records._name)
            if computed:
                records = records.search(search) if search else records
                for field in computed:
                    self.env.add_to_compute(field, records)
        if not self.env.context.get("tracking_disable"):
            self._log_creation(moves)
        self._increase_ranks(counts)

    @api.model
    def _increase_ranks(self, counts):
        """Count the bills of customers as Odoo does, in one statement after the commit.

        :param counts: {partner id: number of bills}
        """
        partners = self.env["res.partner"].sudo().browse(counts)
        fresh = partners.filtered(lambda partner: not partner.customer_rank)
        for partner in fresh:
            partner.customer_rank = counts[partner.id]
        ids = (partners - fresh).ids
        if not ids:
            return
        registry, numbers = self.env.registry, [counts[partner_id] for partner_id in ids]

        @self.env.cr.postcommit.add
        def increase():
            with registry.cursor() as cr:
                # who is at a partner just now goes first: a rank only says how often one is used
                cr.execute(
                    SQL(
                        """
                        UPDATE res_partner partner
                           SET customer_rank = COALESCE(partner.customer_rank, 0) + v.count
                          FROM unnest(%s::int4[], %s::int4[]) AS v(id, count)
                          JOIN (SELECT id FROM res_partner WHERE id = ANY(%s)
                                   FOR NO KEY UPDATE SKIP LOCKED) free ON free.id = v.id
                         WHERE partner.id = v.id
                        """,
                        ids,
                        numbers,
                        ids,
                    )
                )

    @api.model
    def _foreign_computed(self, model):
        """Return the stored computed fields that addons unknown to us put on a model.

        They are handed to Odoo's recomputation; the patterns' values of them may be another's.
        """
        return [
            field
            for field in self.env[model]._fields.values()
            if field.store
            and field.compute
            and field._modules
            and not set(field._modules) & KNOWN_ADDONS
        ]

    @api.model
    def _creation_note(self, move):
        """Return (subtype, HTML) of the line by which Odoo says that a bill was made."""
        return move._creation_subtype(), Markup(
            '<div summary="o_mail_notification"><p>%s</p></div>'
        ) % (move._creation_message())

    @api.model
    def _log_creation(self, moves):
        """Put the line “Invoice Created” into the chatter of every bill, as Odoo does."""
        author = self.env.user.partner_id
        subtype, body = self._creation_note(moves[:1])
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
