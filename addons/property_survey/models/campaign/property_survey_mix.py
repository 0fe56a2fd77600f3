# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import models
from odoo.tools import SQL

_INPUT, _LINE = "survey_user_input", "survey_user_input_line"


class PropertySurveyCampaign(models.Model):
    """Renumbering of the answers of an anonymous campaign when it is closed.

    Numbers of rows tell in which order the rows were made. All answers and their lines are
    written anew in one transaction, in random order and with new keys, so that neither their
    numbers nor PostgreSQL's columns (xmin, ctid) keep anything of the order they came in.
    """

    _inherit = "property.survey.campaign"

    def _mix(self):
        cr = self.env.cr
        for campaign in self.filtered("anonymous"):
            self.env.flush_all()
            survey = campaign.sudo().survey_id
            cr.execute(
                "DELETE FROM survey_user_input WHERE survey_id=%s AND state!='done'", [survey.id]
            )
            cr.execute("SELECT id FROM survey_user_input WHERE survey_id=%s", [survey.id])
            old = [row[0] for row in cr.fetchall()]
            secrets.SystemRandom().shuffle(old)
            new = self._new_ids(_INPUT, len(old))
            pairs = SQL(
                "unnest(%s::int[], %s::int[]) AS pair(old_id, new_id)", list(old), list(new)
            )
            token = SQL("gen_random_uuid()::text")
            self._rewrite(
                _INPUT, SQL("id"), pairs, {"id": SQL("pair.new_id"), "access_token": token}
            )
            serial = SQL("nextval(%s)", f"{_LINE}_id_seq")
            self._rewrite(
                _LINE,
                SQL("user_input_id"),
                pairs,
                {"id": serial, "user_input_id": SQL("pair.new_id")},
            )
            for table, column in self._references(_INPUT):
                if table != _LINE:
                    self._repoint(table, column, pairs)
            if old:
                cr.execute("DELETE FROM survey_user_input WHERE id = ANY(%s)", [old])
            self.env.invalidate_all(flush=False)

    def _new_ids(self, table, count):
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"{table}_id_seq", count)
        )
        return [row[0] for row in rows]

    def _rewrite(self, table, key, pairs, changed):
        """Copy the rows whose `key` is in `pairs` with the values `changed`, in random order."""
        columns = [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT column_name FROM information_schema.columns "
                    "WHERE table_schema = current_schema AND table_name = %s",
                    table,
                )
            )
        ]
        names = SQL(", ").join(SQL.identifier(name) for name in columns)
        values = SQL(", ").join(
            changed.get(name, SQL("source.%s", SQL.identifier(name))) for name in columns
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (%(names)s)
                SELECT %(values)s
                  FROM %(table)s source
                  JOIN %(pairs)s ON pair.old_id = source.%(key)s
                 ORDER BY random()
                """,
                table=SQL.identifier(table),
                names=names,
                values=values,
                pairs=pairs,
                key=key,
            )
        )

    def _references(self, table):
        """Return the (table, column) of all foreign keys to `table`."""
        return self.env.execute_query(
            SQL(
                """
                SELECT source.relname, field.attname
                  FROM pg_constraint link
                  JOIN pg_class source ON source.oid = link.conrelid
                  JOIN pg_class target ON target.oid = link.confrelid
                  JOIN pg_attribute field ON field.attrelid = link.conrelid
                   AND field.attnum = link.conkey[1]
                 WHERE link.contype = 'f' AND target.relname = %s
                """,
                table,
            )
        )

    def _repoint(self, table, column, pairs):
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = pair.new_id FROM %(pairs)s"
                " WHERE %(column)s = pair.old_id",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                pairs=pairs,
            )
        )
