# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

LEASE_STATES = [
    ("running", "Running"),
    ("open", "No end agreed"),
    ("ending", "Ends soon"),
    ("expired", "Expired, not renewed"),
]
_ACTIVITY = "property_service.mail_activity_type_lease"


class PropertyOccupancy(models.Model):
    """The term of a lease and the reminder of its end (handbook A §4).

    A lease whose end has passed while the tenant stays goes on without a term by law; it is shown
    as expired until it is renewed or the tenancy is ended.
    """

    _inherit = "property.occupancy"

    lease_state = fields.Selection(
        LEASE_STATES, "Lease", compute="_compute_lease_state", search="_search_lease_state"
    )
    # copied: the rows a change of payer splits a tenancy into are one lease
    lease_reminded_end = fields.Date(
        "Reminded of the end on",
        readonly=True,
        help="The end of the lease the steward was reminded of; another end is another reminder.",
    )

    @api.depends("role", "state", "date_start", "date_end", "lease_date_end")
    def _compute_lease_state(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.lease_state = row.role == "tenant" and row.current and row._lease_state_on(today)

    def _lease_state_on(self, today):
        end = self.lease_date_end
        if not end:
            return "open"
        if end < today:
            return "expired"
        return "ending" if end <= today + self._lease_reminder_span(self.estate_id) else "running"

    @api.model
    def _lease_reminder_span(self, estate):
        return timedelta(days=estate._parameter("lease_reminder_days"))

    def _search_lease_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = Domain.OR(
            Domain("estate_id", "=", estate.id)
            & Domain("lease_date_end", "<=", today + self._lease_reminder_span(estate))
            for estate in self.env["property.estate"].search([("active", "in", (True, False))])
        )
        running = Domain("lease_date_end", ">=", today)
        domains = {
            "open": Domain("lease_date_end", "=", False),
            "expired": Domain("lease_date_end", "<", today),
            "ending": running & soon,
            "running": running & ~soon,
        }
        let = Domain("role", "=", "tenant") & self._domain_on(today)
        found = let & Domain.OR(domains[state] for state in value if state)
        return found | ~let if False in value else found

    def _first_days(self):
        """Return {row: first day of the relation it continues}.

        A change of payer splits a relation into rows that follow each other without a gap; what
        counts for a transfer of title or a lease is the day the first of them began.
        """
        earlier = {
            (row.unit_id, row.partner_id, row.role, row.date_end): row
            for row in self.search(
                [
                    ("unit_id", "in", self.unit_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("end_reason", "=", "payer"),
                ]
            )
        }
        first_days = {}
        for row in self:
            first = row
            while first:
                day = first.date_start
                first = earlier.get(
                    (row.unit_id, row.partner_id, row.role, day - timedelta(days=1))
                )
            first_days[row] = day
        return first_days

    # the reminder --------------------------------------------------------------------------------

    def _leases_to_remind(self, today):
        """Return the tenancies whose end nobody has been reminded of yet, the earliest first."""
        ending = self.search(
            [("lease_state", "in", ("ending", "expired"))], order="lease_date_end, id"
        )
        return ending.filtered(lambda row: row.lease_reminded_end != row.lease_date_end)

    def _lease_reminder_users(self):
        """Return who is reminded: the building's stewards, else the manager of the estate.

        People who may not see the unit are left out: they could not open what they are sent to.
        """
        self.ensure_one()
        unit = self.unit_id
        for users in (unit.building_id.steward_ids, unit.estate_id.manager_id):
            able = users.filtered(
                lambda user: (
                    user.active
                    and unit.with_user(user)
                    .with_context(allowed_company_ids=user.company_ids.ids)
                    .has_access("read")
                )
            )
            if able:
                return able
        return self.env["res.users"]

    def _remind_of_lease_end(self):
        """Give each of those responsible an activity on the unit.

        :return: whether there was somebody to remind
        """
        self.ensure_one()
        users = self._lease_reminder_users()
        today = fields.Date.context_today(self)
        for user in users:
            unit = self.unit_id.with_context(lang=user.lang)
            unit.activity_schedule(
                _ACTIVITY,
                date_deadline=max(self.lease_date_end, today),
                user_id=user.id,
                summary=unit.env._(
                    "Lease of %(tenant)s ends on %(date)s",
                    tenant=self.partner_id.name,
                    date=self.lease_date_end,
                ),
                note=unit.env._(
                    "Ask the owner whether the lease is renewed. Enter the new end on the "
                    "occupancy, or end the tenancy when the tenant has left."
                ),
            )
        if users:
            self.lease_reminded_end = self.lease_date_end
        return bool(users)

    @api.model
    def _cron_remind_leases(self):
        """Remind of every lease that ends soon or has expired, once per lease and end.

        Each is a transaction of its own; one that fails or has nobody to be told is tried again
        the next day.
        """

        def remind(row):
            if row.lease_reminded_end != row.lease_date_end and not row._remind_of_lease_end():
                _logger.info("Nobody to remind of the lease of %s", row.display_name)

        self.env["ir.cron"]._property_each(
            self._leases_to_remind(fields.Date.context_today(self)),
            remind,
            lambda row, _error: _logger.exception(
                "No reminder of the lease of occupancy %s", row.id
            ),
            lock=True,
        )

    def _forget_reminders(self):
        """Take back open reminders: the lease was renewed, or the tenant has left."""
        self.filtered(lambda row: row.role == "tenant").unit_id.sudo().activity_unlink([_ACTIVITY])

    def write(self, vals):
        moved = self.browse()
        if "lease_date_end" in vals:
            end = fields.Date.to_date(vals["lease_date_end"])
            moved = self.filtered(lambda row: row.lease_date_end != end)
        result = super().write(vals)
        moved._forget_reminders()
        return result

    def _end(self, last_day, reason):
        result = super()._end(last_day, reason)
        if reason != "payer":
            self._forget_reminders()
        return result
