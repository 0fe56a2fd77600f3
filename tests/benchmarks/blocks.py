# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Copying a block of rows that hang together, many times, with arithmetic only.

A block is all rows of some tables whose ids are above a mark: `first < id <= first + width`. Copy
number `k` of a row has the id ``id + k * width`` of its table, and so has whatever refers to it:
one expression per column, no join, no second pass.
"""

from collections import namedtuple

from odoo.tools import SQL

Extent = namedtuple("Extent", "first width step")
COPY = SQL("k")
REFERENCES = """
    SELECT attribute.attname, target.relname
      FROM pg_constraint AS con
      JOIN pg_attribute AS attribute
        ON attribute.attrelid = con.conrelid AND attribute.attnum = con.conkey[1]
      JOIN pg_class AS target ON target.oid = con.confrelid
     WHERE con.conrelid = %s::regclass AND con.contype = 'f' AND cardinality(con.conkey) = 1
"""
TABLES = """
    SELECT class.relname
      FROM pg_class AS class
      JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attname = 'id'
     WHERE class.relkind = 'r' AND class.relnamespace = current_schema::regnamespace
  ORDER BY class.relname
"""


def marks(env):
    """Return {table: greatest id} of every table."""
    env.flush_all()
    env.cr.execute(TABLES)
    names = [row[0] for row in env.cr.fetchall()]
    env.cr.execute(
        SQL(" UNION ALL ").join(
            SQL("SELECT %s, COALESCE(MAX(id), 0) FROM %s", name, SQL.identifier(name))
            for name in names
        )
    )
    return dict(env.cr.fetchall())


class Block:
    """The rows made between two `marks`, and how to copy them."""

    def __init__(self, env, before, tables, shared, steps=None):
        """Take the rows made since `before`.

        :param dict before: the `marks` before the block was made
        :param tables: tables of the block, parents first
        :param shared: tables that got rows in between which all copies share
        :param dict steps: {table: SQL} what to multiply the width by, where it is not the number
            of the copy (one building for many copies)
        :raises ValueError: if another table got rows: whether each copy has its own is for the
            engineer to say
        """
        self.env = env
        self.tables = tables
        after = marks(env)
        grown = {name for name, last in after.items() if last > before.get(name, 0)}
        if unknown := grown - set(tables) - set(shared):
            raise ValueError(f"neither copied nor shared: {', '.join(sorted(unknown))}")
        self.extents = {
            name: Extent(before[name], after[name] - before[name], (steps or {}).get(name, COPY))
            for name in tables
            if name in grown
        }
        self.references = {}
        for name in self.extents:
            env.cr.execute(REFERENCES, [name])
            self.references[name] = {
                column: target for column, target in env.cr.fetchall() if target in self.extents
            }

    def moved(self, table, column):
        """Return the expression of a `column` that holds an id of `table`, in copy `k`."""
        extent = self.extents[table]
        return SQL(
            "CASE WHEN %(column)s > %(first)s THEN %(column)s + %(step)s * %(width)s"
            " ELSE %(column)s END",
            column=column,
            first=extent.first,
            step=extent.step,
            width=extent.width,
        )

    def named(self, model_column, id_column, models):
        """Return the expression of an id whose table is named by a model in another column."""
        return SQL(
            "CASE %s %s ELSE %s END",
            model_column,
            SQL(" ").join(
                SQL("WHEN %s THEN %s", model, self.moved(model.replace(".", "_"), id_column))
                for model in models
                if model.replace(".", "_") in self.extents
            ),
            id_column,
        )

    def copy(self, table, copies, own, sources):
        """Insert the copies of the rows of `table`.

        :param range copies: numbers of the copies
        :param dict own: {column: SQL} over the row `s`, the joined `sources` and the number `k`
        :param SQL sources: further joins and lateral rows
        :return: number of rows
        """
        if table not in self.extents or not copies:
            return 0
        extent = self.extents[table]
        columns = self.columns(table)
        values = []
        for column in columns:
            source = SQL.identifier("s", column)
            if column == "id":
                values.append(SQL("s.id + k * %s", extent.width))
            elif column in own:
                values.append(own[column])
            elif column in self.references[table]:
                values.append(self.moved(self.references[table][column], source))
            else:
                values.append(source)
        self.env.cr.execute(
            SQL(
                # the lateral offset makes the copies the outer loop: ids ascend without a sort
                "INSERT INTO %s (%s) SELECT %s FROM generate_series(%s, %s) AS k"
                " CROSS JOIN LATERAL (SELECT s.* FROM %s AS s WHERE s.id > %s AND s.id <= %s"
                " ORDER BY s.id OFFSET k - k) AS s %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(values),
                copies.start,
                copies.stop - 1,
                SQL.identifier(table),
                extent.first,
                extent.first + extent.width,
                sources,
            )
        )
        count = self.env.cr.rowcount
        self.env.cr.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
            [table, extent.first + copies.stop * extent.width],
        )
        return count

    def copy_pairs(self, table, copies):
        """Insert the copies of a relation between records that are of the block."""
        self.env.cr.execute(REFERENCES, [table])
        targets = dict(self.env.cr.fetchall())
        moving = {name: target for name, target in targets.items() if target in self.extents}
        if not moving or not copies:
            return 0
        columns = self.columns(table)
        name, target = next(iter(moving.items()))
        extent = self.extents[target]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM generate_series(%s, %s) AS k"
                " CROSS JOIN %s AS s WHERE %s > %s AND %s <= %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(
                    self.moved(moving[column], SQL.identifier("s", column))
                    if column in moving
                    else SQL.identifier("s", column)
                    for column in columns
                ),
                copies.start,
                copies.stop - 1,
                SQL.identifier(table),
                SQL.identifier("s", name),
                extent.first,
                SQL.identifier("s", name),
                extent.first + extent.width,
            )
        )
        return self.env.cr.rowcount

    def relations(self):
        """Return the tables of pairs (without an id) that tell of records of the block."""
        self.env.cr.execute(
            "SELECT DISTINCT con.conrelid::regclass::text FROM pg_constraint AS con "
            "WHERE con.contype = 'f' AND con.confrelid = ANY(%s::regclass[]) AND NOT EXISTS ("
            " SELECT FROM pg_attribute WHERE attrelid = con.conrelid AND attname = 'id') "
            "ORDER BY 1",
            [list(self.extents)],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def columns(self, table):
        """Return the columns of a table, its generated ones left out."""
        self.env.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        return [row[0] for row in self.env.cr.fetchall()]
