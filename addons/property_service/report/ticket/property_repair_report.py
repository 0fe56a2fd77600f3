# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ...models.ticket.property_case_category_repair import PAYERS, URGENCIES
from ...models.ticket.property_repair import STATES


class PropertyRepairReport(models.Model):
    """Figures of repairs from stamps and deadlines (handbook B A2, A7); rates leave out what has
    no answer yet: what was not arrived at counts neither as in time nor as late.
    """

    _name = "property.repair.report"
    _description = "Repair analysis"
    _auto = False
    _order = "date desc"

    repair_id = fields.Many2one("property.repair", readonly=True)
    date = fields.Datetime("Accepted on", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    estate_id = fields.Many2one("property.estate", readonly=True)
    building_id = fields.Many2one("property.building", readonly=True)
    category_id = fields.Many2one("property.case.category", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    kind = fields.Selection([("repair", "Repair"), ("service", "Paid service")], readonly=True)
    state = fields.Selection(STATES, readonly=True)
    urgency = fields.Selection(URGENCIES, readonly=True)
    payer_class = fields.Selection(PAYERS, "Who bears the cost", readonly=True)
    finished = fields.Integer("Done", readonly=True)
    reworks = fields.Integer(readonly=True)
    on_time = fields.Float("On-time rate (%)", readonly=True, aggregator="avg")
    first_time = fields.Float("First-time rate (%)", readonly=True, aggregator="avg")
    arrive_minutes = fields.Float("Minutes to arrival", readonly=True, aggregator="avg")
    finish_hours = fields.Float("Hours to completion", readonly=True, aggregator="avg")
    amount_total = fields.Float("Amount (yuan)", readonly=True)
    cost = fields.Float("Internal cost (yuan)", readonly=True)

    @property
    def _table_query(self):
        """Return the query behind the analysis."""
        return SQL(
            """
            SELECT repair.id, repair.id AS repair_id, repair.accepted_at AS date,
                   repair.company_id, repair.estate_id, repair.building_id, repair.category_id,
                   repair.technician_id, repair.kind, repair.state, repair.urgency,
                   repair.payer_class, repair.amount_total, repair.cost,
                   CASE WHEN repair.done_at IS NOT NULL THEN 1 ELSE 0 END AS finished,
                   CASE WHEN repair.origin_id IS NOT NULL THEN 1 ELSE 0 END AS reworks,
                   (SELECT CASE WHEN bool_or(deadline.breached) THEN 0.0 ELSE 100.0 END
                      FROM property_deadline deadline
                     WHERE deadline.res_model = 'property.repair'
                       AND deadline.res_id = repair.id
                       AND deadline.step IN ('arrive', 'appointment')
                       AND (deadline.state IN ('kept', 'missed') OR deadline.breached)
                    HAVING COUNT(*) > 0) AS on_time,
                   CASE WHEN repair.done_at IS NULL OR repair.origin_id IS NOT NULL THEN NULL
                        WHEN EXISTS (SELECT 1 FROM property_repair again
                                      WHERE again.origin_id = repair.id) THEN 0.0
                        ELSE 100.0 END AS first_time,
                   EXTRACT(EPOCH FROM repair.arrived_at - repair.accepted_at) / 60
                       AS arrive_minutes,
                   EXTRACT(EPOCH FROM repair.done_at - repair.accepted_at) / 3600 AS finish_hours
              FROM property_repair repair
             WHERE repair.accepted_at IS NOT NULL AND repair.master_id IS NULL
            """
        )
