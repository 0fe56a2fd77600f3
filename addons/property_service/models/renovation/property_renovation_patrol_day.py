# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models, tools

from ...tools.local_time import local_today


class PropertyRenovationPatrolDay(models.Model):
    """Every day of every site with its patrols: were there two? (handbook A §36, §60)

    Days come from when the work really began and ended, patrols from the visits with a result; so
    a day nobody planned a patrol for counts as missed, too. On the first and the last day as many
    are asked for as were planned.
    """

    _name = "property.renovation.patrol.day"
    _description = "Day of a site with its patrols"
    _auto = False
    _order = "date desc, renovation_id"
    _depends = {
        "property.renovation": [
            "estate_id",
            "company_id",
            "building_id",
            "unit_id",
            "contractor_id",
            "started_date",
            "finished_date",
            "state",
        ],
        "property.patrol.visit": ["renovation_id", "date", "state"],
        "property.parameter": ["key", "default_value"],
        "property.parameter.value": ["parameter_id", "company_id", "estate_id", "value"],
    }

    date = fields.Date(readonly=True)
    renovation_id = fields.Many2one("property.renovation", readonly=True)
    unit_id = fields.Many2one("property.unit", "Room", readonly=True)
    building_id = fields.Many2one("property.building", readonly=True)
    estate_id = fields.Many2one("property.estate", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    contractor_id = fields.Many2one("res.partner", "Renovation contractor", readonly=True)
    planned = fields.Integer("Patrols planned", readonly=True)
    done = fields.Integer("Patrols made", readonly=True)
    required = fields.Integer("Patrols required", readonly=True)
    complete = fields.Integer("Days with all patrols", readonly=True)
    rate = fields.Float("Patrol compliance (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return tools.SQL(
            """
            SELECT r.id * 20000 + (d.day::date - DATE '2020-01-01') AS id,
                   d.day::date AS date,
                   r.id AS renovation_id,
                   r.unit_id, r.building_id, r.estate_id, r.company_id, r.contractor_id,
                   v.planned, v.done, n.required,
                   CASE WHEN v.done >= n.required THEN 1 ELSE 0 END AS complete,
                   CASE WHEN v.done >= n.required THEN 100.0 ELSE 0.0 END AS rate
              FROM property_renovation r
        CROSS JOIN LATERAL generate_series(
                       r.started_date,
                       LEAST(COALESCE(r.finished_date, %(today)s), %(today)s),
                       INTERVAL '1 day') AS d(day)
        CROSS JOIN LATERAL (
                SELECT COUNT(*) AS planned,
                       COUNT(*) FILTER (WHERE state != 'pending') AS done
                  FROM property_patrol_visit
                 WHERE renovation_id = r.id AND date = d.day::date) v
        CROSS JOIN LATERAL (
                SELECT COALESCE(
                           (SELECT own.value
                              FROM property_parameter_value own
                             WHERE own.parameter_id = p.id
                               AND own.company_id = r.company_id
                               AND (own.estate_id = r.estate_id OR own.estate_id IS NULL)
                          ORDER BY own.estate_id NULLS LAST
                             LIMIT 1),
                           p.default_value)::float::int AS wanted
                  FROM property_parameter p
                 WHERE p.key = 'site_patrols_per_day') w
        CROSS JOIN LATERAL (
                SELECT CASE
                           WHEN d.day::date IN (r.started_date, r.finished_date)
                           THEN LEAST(w.wanted, v.planned::int)
                           ELSE w.wanted
                       END AS required) n
             WHERE r.started_date IS NOT NULL
            """,
            today=local_today(),
        )
