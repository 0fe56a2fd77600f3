# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.tools import SQL

from odoo.addons.property_service.tools.local_time import ZONE_NAME

from .property_unit_relation import HOUSEHOLDS, OCCUPIED


class PropertyVisitReport(models.Model):
    """Figures of visits: completion, coverage and handling of opinions (handbook B F2).

    走访完成率 = visited ÷ planned, 走访覆盖率 = households visited ÷ occupied, 问题处理率 = opinions
    dealt with ÷ opinions. One row for each visit, each opinion, and each occupied household in
    each year; a rate is the mean over the rows that have it, so it is right in every grouping.
    """

    _name = "property.visit.report"
    _description = "Figures of visits"
    _auto = False
    _order = "year desc, date desc, id"

    kind = fields.Selection(
        [("visit", "Customer visit"), ("opinion", "Opinion"), ("household", "Household")],
        "Kind of row",
        readonly=True,
    )
    estate_id = fields.Many2one("property.estate", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    building_id = fields.Many2one("property.building", readonly=True)
    unit_id = fields.Many2one("property.unit", "Room", readonly=True)
    user_id = fields.Many2one("res.users", "Visited by", readonly=True)
    purpose_id = fields.Many2one("property.visit.purpose", "Purpose of the visit", readonly=True)
    topic = fields.Selection(
        lambda self: self.env["property.visit.opinion"]._fields["topic"].selection,
        "Matter",
        readonly=True,
    )
    year = fields.Char(readonly=True)
    date = fields.Date("Day", readonly=True)
    planned = fields.Integer("Visits planned", readonly=True)
    visited = fields.Integer("Visits made", readonly=True)
    opinions = fields.Integer(readonly=True)
    handled = fields.Integer("Opinions handled", readonly=True)
    occupied = fields.Integer("Households occupied", readonly=True)
    covered = fields.Integer("Households visited", readonly=True)
    contacted = fields.Integer("Households spoken to", readonly=True)
    completion_rate = fields.Float("Completion of visits", aggregator="avg", readonly=True)
    coverage_rate = fields.Float("Coverage of visits", aggregator="avg", readonly=True)
    contact_rate = fields.Float("Coverage of communication", aggregator="avg", readonly=True)
    handling_rate = fields.Float("Handling of opinions", aggregator="avg", readonly=True)

    @api.model
    def _coverage(self, estate, year):
        """Return (share visited, share visited or spoken to) of an estate's households in a year."""
        ((visited, spoken),) = self.sudo()._read_group(
            [
                ("kind", "=", "household"),
                ("estate_id", "=", estate.id),
                ("year", "=", str(year)),
            ],
            [],
            ["coverage_rate:avg", "contact_rate:avg"],
        )
        return visited or 0.0, spoken or 0.0

    def init(self):
        """Make the view the figures are read from."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL("CREATE VIEW %s AS (%s)", SQL.identifier(self._table), self._view_query())
        )

    def _view_query(self):
        """Return the query: visits, then opinions, then households by year."""
        return SQL(
            """
            SELECT v.id * 3 AS id, 'visit' AS kind, v.estate_id, v.company_id, v.building_id,
                   v.unit_id, v.user_id, v.purpose_id, NULL AS topic,
                   to_char(v.date_planned AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s, 'YYYY') AS year,
                   (v.date_planned AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS date,
                   CASE WHEN v.state = 'cancelled' THEN 0 ELSE 1 END AS planned,
                   CASE WHEN v.met THEN 1 ELSE 0 END AS visited,
                   0 AS opinions, 0 AS handled, 0 AS occupied, 0 AS covered, 0 AS contacted,
                   CASE WHEN v.state = 'cancelled' THEN NULL
                        WHEN v.met THEN 1.0 ELSE 0.0 END AS completion_rate,
                   NULL::float AS coverage_rate, NULL::float AS contact_rate,
                   NULL::float AS handling_rate
              FROM property_visit v
            UNION ALL
            SELECT o.id * 3 + 1, 'opinion', v.estate_id, v.company_id, v.building_id,
                   v.unit_id, v.user_id, v.purpose_id, o.topic,
                   to_char(v.date_planned AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s, 'YYYY'),
                   (v.date_planned AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                   0, 0, 1, CASE WHEN o.handled THEN 1 ELSE 0 END, 0, 0, 0,
                   NULL, NULL, NULL, CASE WHEN o.handled THEN 1.0 ELSE 0.0 END
              FROM property_visit_opinion o
              JOIN property_visit v ON v.id = o.visit_id
             WHERE v.met
            UNION ALL
            SELECT (u.id::bigint * 100 + (y.year - 2000)) * 3 + 2, 'household', b.estate_id,
                   e.company_id, u.building_id, u.id, NULL, NULL, NULL,
                   y.year::text, NULL,
                   0, 0, 0, 0, 1,
                   CASE WHEN s.visited THEN 1 ELSE 0 END,
                   CASE WHEN s.visited OR s.spoken THEN 1 ELSE 0 END,
                   NULL,
                   CASE WHEN s.visited THEN 1.0 ELSE 0.0 END,
                   CASE WHEN s.visited OR s.spoken THEN 1.0 ELSE 0.0 END,
                   NULL
              FROM property_unit u
              JOIN property_building b ON b.id = u.building_id
              JOIN property_estate e ON e.id = b.estate_id
             CROSS JOIN (
                    SELECT year,
                           make_timestamp(year, 1, 1, 0, 0, 0)
                               AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' AS start,
                           make_timestamp(year + 1, 1, 1, 0, 0, 0)
                               AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' AS stop
                      FROM (SELECT generate_series(this - 1, this) AS year
                              FROM (SELECT extract(
                                        year FROM now() AT TIME ZONE %(zone)s)::int AS this) t
                           ) years
                  ) y
             CROSS JOIN LATERAL (
                    SELECT EXISTS (
                        SELECT FROM property_visit v
                         WHERE v.unit_id = u.id AND v.met
                           AND v.started_date >= y.start
                           AND v.started_date < y.stop
                    ) AS visited,
                    EXISTS (
                        SELECT FROM property_communication c
                         WHERE c.unit_id = u.id
                           AND c.date >= y.start
                           AND c.date < y.stop
                    ) AS spoken
                ) s
             WHERE u.active AND u.state IN %(occupied)s AND u.category IN %(households)s
            """,
            occupied=OCCUPIED,
            households=HOUSEHOLDS,
            zone=ZONE_NAME,
        )
