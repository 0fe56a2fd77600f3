# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Loading many rows: indexes and foreign keys are built afterwards, over all rows at once."""

from contextlib import contextmanager

from odoo.tools import SQL

#: of the tables loaded: every index and constraint but the primary key
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
      FROM pg_index
     WHERE indrelid = ANY(%s::regclass[])
       AND NOT indisprimary
       AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('u', 'x'))
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'x', 'u', 'c')
  ORDER BY contype = 'f', conrelid, conname
"""


@contextmanager
def rebuilt_afterwards(env, tables, prove=True):
    """Take indexes and constraints away while rows are loaded, then build them again.

    Building them again proves them: the database checks every row, as it would have one by one.

    :param bool prove: without it the old rows' references are taken as they are, for they cost
        one pass over the table each; indexes, uniqueness and exclusion are always built in full
    """
    cr = env.cr
    cr.execute(INDEXES, [tables])
    indexes = cr.fetchall()
    cr.execute(CONSTRAINTS, [tables])
    constraints = cr.fetchall()
    for table, name, _definition in reversed(constraints):
        cr.execute(
            SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name))
        )
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name.strip('"'))))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '1GB'")
    cr.execute("SET LOCAL work_mem = '256MB'")
    for _name, definition in indexes:
        cr.execute(definition)
    for table, name, definition in constraints:
        if not prove and definition.startswith("FOREIGN KEY"):
            definition += " NOT VALID"
        cr.execute(
            SQL(
                "ALTER TABLE %s ADD CONSTRAINT %s %s",
                SQL.identifier(table),
                SQL.identifier(name),
                SQL(definition.replace("%", "%%")),
            )
        )
