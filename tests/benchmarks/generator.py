# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench generator [UNITS [MONTHS]]``: a database of years of work, in set-based statements.

Ten homes in each of three estates live through three years by the addons' own methods
(`sample.py`): bills, receipts, reconciliations, cases and their clocks. Then all their rows are
copied together, as often as it takes (`blocks.py`); only what is a home's own — names, numbers,
rooms, when its cases were — is written anew. 1,000 units where nothing else is said.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from blocks import Block, marks
from bulk import rebuilt_afterwards
from harness import environment
from sample import Sample

from odoo.sql_db import db_connect
from odoo.tools import SQL

#: up to so many homes the references of every row are checked again after loading
PROVEN = 20_000
#: homes of one sample on each floor of a building
FLOORS = 25
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
GIVEN = "伟 芳 娜 敏 静 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 兰 霞 平 刚 桂英 秀兰 建华 文博 子涵 雨桐 浩然 欣怡 志强 丽华 国庆 晓燕 海燕 玉梅 红梅 建军 春梅 俊杰 婷婷 思远"
#: tables of which every home has rows of its own, parents first
TABLES = (
    *("res_partner", "property_building", "property_unit", "property_occupancy"),
    *("account_payment", "account_move", "property_charge", "account_move_line"),
    *("account_analytic_line", "account_full_reconcile", "account_partial_reconcile"),
    *("property_receipt", "property_receipt_line"),
    *("property_repair", "property_complaint", "property_complaint_reply", "property_inquiry"),
    *("property_callback", "property_callback_attempt", "property_deadline", "mail_message"),
)
#: tables that grow while the sample is made, whose rows are everybody's
SHARED = ("bus_bus", "ir_sequence", "ir_sequence_date_range")
#: cases of the service centre and what hangs on them: spread over the years
CASES = {
    "property_repair": ("'property.repair'", "s.id"),
    "property_complaint": ("'property.complaint'", "s.id"),
    "property_complaint_reply": ("'property.complaint'", "s.complaint_id"),
    "property_inquiry": ("'property.inquiry'", "s.id"),
    "property_callback": ("s.res_model", "s.res_id"),
    "property_callback_attempt": ("'property.callback'", "s.callback_id"),
    "property_deadline": ("s.res_model", "s.res_id"),
    "mail_message": ("s.model", "s.res_id"),
}
MODELS = ("property.repair", "property.complaint", "property.inquiry", "property.callback")
FUNCTIONS = """
    CREATE FUNCTION pg_temp.padded(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
        $$ SELECT lpad(n::text, greatest(5, length(n::text)), '0') $$;
    CREATE FUNCTION pg_temp.room(k int, sample text) RETURNS text IMMUTABLE LANGUAGE sql AS
        $$ SELECT (k %% {floors} + 1)::text || right(sample, 2) $$;
    CREATE FUNCTION pg_temp.label(k int, sample text) RETURNS text IMMUTABLE LANGUAGE sql AS
        $$ SELECT (k / {floors} + 1)::text || '栋-1单元-' || pg_temp.room(k, sample) $$;
    CREATE FUNCTION pg_temp.person(id bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
        $$ SELECT (%(surnames)s::text[])[id * 31 %% %(surname_count)s + 1]
            || (%(given)s::text[])[id / 7 %% %(given_count)s + 1] $$;
    CREATE FUNCTION pg_temp.phone(id bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
        $$ SELECT '139' || lpad(id::text, 8, '0') $$;
    CREATE FUNCTION pg_temp.days(k int) RETURNS int IMMUTABLE LANGUAGE sql AS
        $$ SELECT (k * 37 %% 156 + 1) * 7 $$;
"""


class Generator:
    """Makes the sample, then as many homes as are asked for, again and again."""

    def __init__(self, env, estates=3, months=36):
        self.env = env
        self.sample = Sample(env, estates, months)
        self.sample.make_technician()
        self.sample.make_runs()
        before = marks(env)
        self.sample.make_homes()
        self.sample.bill_and_take()
        self.sample.make_cases()
        steps = {"property_building": SQL("(k / %s)", FLOORS)}
        self.block = Block(env, before, TABLES, SHARED, steps)
        self.copies = 0  # so far
        self._prepare()

    @property
    def units(self):
        """How many homes there are."""
        return len(self.sample.homes) * (self.copies + 1)

    def grow(self, units):
        """Copy the sample until there are at least `units` homes.

        :return: {table: rows inserted}
        """
        last = -(-units // len(self.sample.homes)) - 1
        if last <= self.copies:
            return {}
        copies = range(self.copies + 1, last + 1)
        self.env.flush_all()
        names = list(self.block.extents)
        self.env.cr.execute("SET LOCAL statement_timeout = 0")  # the tests' server has one
        with rebuilt_afterwards(self.env, names, prove=units <= PROVEN):
            counts = self._copy_all(copies)
        self.env.cr.execute("SET LOCAL statement_timeout TO DEFAULT")
        self.copies = last
        self._set_sequences()
        self.env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(map(SQL.identifier, names))))
        self.env.invalidate_all()
        self.env["account.move"]._get_sequence_cache().clear()
        return counts

    def _copy_all(self, copies):
        counts = {}
        blocks = range(self.copies // FLOORS + 1, (copies.stop - 1) // FLOORS + 1)
        for table in self.block.extents:
            own, sources = self._own(table)
            numbers = blocks if table == "property_building" else copies
            start = time.perf_counter()
            counts[table] = self.block.copy(table, numbers, own, sources)
            self.seconds[table] = time.perf_counter() - start
        for table in self.block.relations():
            counts[table] = self.block.copy_pairs(table, copies)
        return counts

    # what is a home's own ------------------------------------------------------------------------

    def _prepare(self):
        """Make the functions of names and rooms, and tables of what stands in texts."""
        self.seconds = {}
        given = GIVEN.split()
        self.env.cr.execute(
            FUNCTIONS.format(floors=FLOORS),
            {
                "surnames": list(SURNAMES),
                "surname_count": len(SURNAMES),
                "given": given,
                "given_count": len(given),
            },
        )
        # numbers of a series in the sample; the copies go on after them
        self.env.cr.execute(
            """
            CREATE TEMP TABLE bench_series AS
            SELECT journal_id, sequence_prefix AS prefix, MAX(sequence_number) AS width
              FROM account_move GROUP BY 1, 2
            """
        )
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE bench_form AS SELECT left(number, -10) AS form,"
                " MAX(right(number, 5)::int) AS width FROM (%s) AS numbers GROUP BY 1",
                SQL(" UNION ALL ").join(
                    SQL("SELECT number FROM %s", SQL.identifier(table))
                    for table in ("property_receipt", *(m.replace(".", "_") for m in MODELS))
                ),
            )
        )
        self.env.cr.execute(
            """
            CREATE TEMP TABLE bench_text AS
            SELECT move.id AS move_id,
                   move.sequence_prefix, move.sequence_number, series.width AS move_width,
                   move.name AS old_move,
                   unit.full_name AS old_unit, unit.number AS room,
                   receipt.number AS old_receipt, form.width AS receipt_width
              FROM account_move AS move
              JOIN bench_series AS series
                ON series.journal_id = move.journal_id AND series.prefix = move.sequence_prefix
         LEFT JOIN property_unit AS unit ON unit.id = move.property_unit_id
         LEFT JOIN account_payment AS payment ON payment.id = move.origin_payment_id
         LEFT JOIN property_receipt AS receipt ON receipt.id = payment.property_receipt_id
         LEFT JOIN bench_form AS form ON form.form = left(receipt.number, -10);
            CREATE UNIQUE INDEX ON bench_text (move_id);
            CREATE TEMP TABLE bench_open AS
            SELECT 'property.repair' AS model, id FROM property_repair WHERE state != 'closed';
            ANALYZE bench_text, bench_open, bench_form, bench_series;
            """
        )

    def _own(self, table):
        """Return ({column: SQL}, joins) of what the copies of a table's rows say themselves."""
        if table in CASES:
            return self._own_case(table)
        method = getattr(self, f"_own_{table}", None)
        return method() if method else ({}, SQL(""))

    def _person(self, column):
        partner = self.block.moved("res_partner", SQL.identifier("s", column))
        return SQL("pg_temp.person(%s)", partner)

    def _own_res_partner(self):
        new_id = SQL("s.id + k * %s", self.block.extents["res_partner"].width)
        name, phone = SQL("pg_temp.person(%s)", new_id), SQL("pg_temp.phone(%s)", new_id)
        return {
            "name": name,
            "complete_name": name,
            "phone": phone,
            "phone_sanitized": phone,
        }, SQL("")

    def _own_property_building(self):
        return {
            "name": SQL("(k + 1) || '栋'"),
            "name_key": SQL("(k + 1)::text"),
        }, SQL("")

    def _own_property_unit(self):
        return {
            "floor": SQL("k %% %s + 1", FLOORS),
            "number": SQL("pg_temp.room(k, s.number)"),
            "full_name": SQL("pg_temp.label(k, s.number)"),
            "search_key": SQL("(k / %s + 1) || '-1-' || pg_temp.room(k, s.number)", FLOORS),
        }, SQL("")

    def _texts(self, move_id):
        """Return the join that gives `t`: how a copy's texts differ, by the entry they are of."""
        return SQL(
            """
            LEFT JOIN LATERAL (
                SELECT b.old_unit, b.old_receipt, b.old_move,
                       b.sequence_number + k * b.move_width AS number,
                       b.sequence_prefix
                           || pg_temp.padded(b.sequence_number + k * b.move_width) AS move,
                       pg_temp.label(k, b.room) AS unit,
                       left(b.old_receipt, -5) || pg_temp.padded(
                           right(b.old_receipt, 5)::int + k * b.receipt_width) AS receipt
                  FROM bench_text AS b WHERE b.move_id = %s OFFSET 0
            ) AS t ON true
            """,
            move_id,
        )

    @staticmethod
    def _rewritten(column):
        """Return a text with room, receipt and entry of the copy in it."""
        text = SQL("replace(%s, t.old_unit, t.unit)", SQL.identifier("s", column))
        return SQL(
            "CASE WHEN t.receipt IS NULL THEN replace(%(text)s, t.old_move, t.move)"
            " ELSE replace(%(text)s, t.old_receipt, t.receipt) END",
            text=text,
        )

    def _own_account_move(self):
        return {
            "name": SQL("t.move"),
            "sequence_number": SQL("t.number"),
            "payment_reference": self._rewritten("payment_reference"),
            "ref": self._rewritten("ref"),
            "invoice_partner_display_name": SQL(
                "CASE WHEN s.invoice_partner_display_name IS NOT NULL THEN %s END",
                self._person("partner_id"),
            ),
        }, self._texts(SQL("s.id"))

    def _own_account_move_line(self):
        full = self.block.moved("account_full_reconcile", SQL("s.full_reconcile_id"))
        return {
            "move_name": SQL("t.move"),
            "name": self._rewritten("name"),
            "ref": self._rewritten("ref"),
            "matching_number": SQL(
                "CASE WHEN s.full_reconcile_id IS NOT NULL THEN (%s)::text"
                " WHEN s.matching_number LIKE 'P%%' THEN"
                " 'P' || (substr(s.matching_number, 2)::int + k * %s) END",
                full,
                self.block.extents["account_partial_reconcile"].width,
            ),
        }, self._texts(SQL("s.move_id"))

    def _own_account_payment(self):
        return {
            "name": SQL("t.move"),
            "memo": self._rewritten("memo"),
        }, self._texts(SQL("s.move_id"))

    def _own_account_analytic_line(self):
        return {"ref": self._rewritten("ref")}, SQL(
            "JOIN account_move_line AS item ON item.id = s.move_line_id %s",
            self._texts(SQL("item.move_id")),
        )

    @staticmethod
    def _number(column, year=None):
        """Return the number of a form in a copy, of another year where one is given."""
        return SQL(
            "left(%(old)s, -10) || %(year)s || '-'"
            " || pg_temp.padded(right(%(old)s, 5)::int + k * %(form)s.width)",
            old=SQL.identifier("s", column),
            year=year or SQL("left(right(%s, 10), 4)", SQL.identifier("s", column)),
            form=SQL.identifier(f"form_{column}"),
        )

    @staticmethod
    def _form(column):
        return SQL(
            "LEFT JOIN bench_form AS %(name)s ON %(name)s.form = left(%(old)s, -10)",
            name=SQL.identifier(f"form_{column}"),
            old=SQL.identifier("s", column),
        )

    def _own_property_receipt(self):
        return {"number": self._number("number")}, self._form("number")

    def _own_case(self, table):
        """Cases move back by weeks, with their clocks, callbacks and messages; open ones stay."""
        model, case_id = (SQL(text) for text in CASES[table])
        days = SQL("CASE WHEN o.id IS NULL THEN pg_temp.days(k) ELSE 0 END")
        joins = [SQL("LEFT JOIN bench_open AS o ON o.model = %s AND o.id = %s", model, case_id)]
        own = {}
        self.env.cr.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema AND table_name = %s",
            [table],
        )
        types = dict(self.env.cr.fetchall())
        for name, kind in types.items():
            if kind == "date":
                own[name] = SQL("%s - %s", SQL.identifier("s", name), days)
            elif kind.startswith("timestamp"):
                own[name] = SQL("%s - %s * interval '1 day'", SQL.identifier("s", name), days)
        year = SQL("extract(year FROM s.create_date - %s * interval '1 day')::int", days)
        for name in ("number", "source_name"):
            if name in types:
                own[name] = self._number(name, year)
                joins.append(self._form(name))
        if "phone" in types:
            partner = self.block.moved("res_partner", SQL("s.partner_id"))
            own["phone"] = SQL("pg_temp.phone(%s)", partner)
        if "message_id" in types and table == "mail_message":
            own["message_id"] = SQL("s.message_id || '-' || k")
        for column in ("res_model", "model"):
            if column in types:
                own["res_id"] = self.block.named(
                    SQL.identifier("s", column), SQL("s.res_id"), MODELS
                )
        return own, SQL(" ").join(joins)

    def _set_sequences(self):
        """Let the series of numbers go on after the copies."""
        for date_range in self.env["ir.sequence.date_range"].search(
            [("sequence_id.code", "=like", "property.%")]
        ):
            sequence = date_range.sequence_id
            form, _dot, estate = sequence.code.removeprefix("property.").partition(".")
            code = self.env["property.estate"].browse(int(estate)).code
            self.env.cr.execute(
                "SELECT width FROM bench_form WHERE form = %s", [f"{form.upper()}-{code}-"]
            )
            if row := self.env.cr.fetchone():
                date_range.sudo().number_next_actual = row[0] * (self.copies + 1) + 1


def vacuum(env):
    """Let PostgreSQL look after the tables, as it does in a database that is in use."""
    env.cr.commit()
    with db_connect(env.cr.dbname).cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("SET statement_timeout = 0")
        cr.execute("VACUUM (ANALYZE)")
        cr.execute("RESET statement_timeout")


def main(argv):
    """Generate the database and say what is in it."""
    units = int(argv[0]) if argv else 1000
    with environment() as env:
        start = time.perf_counter()
        generator = Generator(env, months=int(argv[1]) if argv[1:] else 36)
        env.cr.commit()
        print(f"sample of {generator.units} homes: {time.perf_counter() - start:.0f} s")
        start = time.perf_counter()
        counts = generator.grow(units)
        env.cr.commit()
        print(f"{generator.units} homes: {time.perf_counter() - start:.0f} s")
        for table, count in sorted(counts.items()):
            if not count:
                continue
            print(f"{table:36}{count:>12}{generator.seconds.get(table, 0):>10.1f} s")
        env.cr.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        print(f"size of the database: {env.cr.fetchone()[0]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
