# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from ...tools.local_time import local

_logger = logging.getLogger(__name__)


class PropertyRepair(models.Model):
    """Longer services and work at night (handbook B A6, A7, B1)."""

    _inherit = "property.repair"

    halfway_at = fields.Datetime("Followed up in the middle since", readonly=True, copy=False)

    def _at_night(self):
        """Return whether the work begins in the hours of the published night surcharge."""
        if not self.estate_id:
            return False
        begin = self.arrived_at or self.appointment_start or fields.Datetime.now()
        hour = local(begin).hour
        start = self.estate_id._parameter("night_from")
        end = self.estate_id._parameter("night_to")
        return start <= hour < end if start <= end else hour >= start or hour < end

    @api.model
    def _cron_halfway(self):
        """Plan the callback in the middle of long services (handbook B B1).

        Long is a service whose appointment takes the days of setting ``service_long_days``; each
        is followed up once, when half of its time is over.
        """
        now = fields.Datetime.now()
        running = self.search(
            [
                ("kind", "=", "service"),
                ("state", "in", ("dispatched", "on_the_way", "on_site")),
                ("halfway_at", "=", False),
                ("appointment_start", "<=", now),
                ("appointment_end", "!=", False),
            ],
            order="id",
        )
        due = running.filtered(lambda order: order._is_halfway(now))

        def plan(order):
            order._with_move().write({"halfway_at": now})
            order._case_halfway()

        def failed(order, error):
            _logger.warning("Service %s cannot be followed up: %s", order.id, error)

        self.env["ir.cron"]._property_each(due, plan, failed)

    def _is_halfway(self, now):
        """Return whether half of the time of a long service is over."""
        self.ensure_one()
        whole = self.appointment_end - self.appointment_start
        days = timedelta(days=self.estate_id._parameter("service_long_days"))
        return whole >= days and now >= self.appointment_start + whole / 2
