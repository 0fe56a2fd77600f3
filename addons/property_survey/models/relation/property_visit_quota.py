# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import local_time, local_today

_logger = logging.getLogger(__name__)


class PropertyVisitQuota(models.Model):
    """Households a steward visited in a week, against the quota (handbook B F2: at least four).

    Counted from the stamps of the visits; counting a week again changes nothing but the figures.
    """

    _name = "property.visit.quota"
    _description = "Weekly quota of visits"
    _order = "week desc, estate_id, user_id"
    _check_company_auto = True

    estate_id = fields.Many2one("property.estate", required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one("res.users", "Steward", required=True, readonly=True, index=True)
    week = fields.Date("Week from", required=True, readonly=True, index=True)
    households = fields.Integer("Households visited", readonly=True)
    quota = fields.Integer("Households to visit", readonly=True)
    missing = fields.Integer("Households missing", compute="_compute_missing", store=True)
    reached = fields.Boolean("Quota reached", compute="_compute_missing", store=True)

    _once = models.UniqueIndex(
        "(estate_id, user_id, week)", "The week of this steward is counted already."
    )

    @api.depends("user_id.name", "week")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.user_id.name or ''} {row.week or ''}"

    @api.depends("households", "quota")
    def _compute_missing(self):
        for row in self:
            row.missing = max(row.quota - row.households, 0)
            row.reached = not row.missing

    @api.model
    def _count(self, estate, day):
        """Count the week `day` lies in for every steward of an estate.

        :return: the rows of the week
        """
        first = day - timedelta(days=day.weekday())
        start = local_time(first)
        stewards = estate.sudo().building_ids.steward_ids.filtered("active")
        visits = (
            self.env["property.visit"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", estate.id),
                    ("met", "=", True),
                    ("started_date", ">=", start),
                    ("started_date", "<", start + timedelta(days=7)),
                ]
            )
        )
        homes = {}
        for visit in visits:
            # a household without a unit on record is told apart by its person
            home = (visit.unit_id._name, visit.unit_id.id) if visit.unit_id else visit.partner_id.id
            for user in visit.user_id | visit.companion_ids:
                homes.setdefault(user, set()).add(home)
        known = {
            row.user_id: row
            for row in self.sudo().search([("estate_id", "=", estate.id), ("week", "=", first)])
        }
        rows = self.sudo().union(*known.values()) if known else self.sudo()
        for user in stewards:
            values = {
                "households": len(homes.get(user, ())),
                "quota": estate._parameter("visit_week_quota"),
            }
            if user in known:
                known[user].write(values)
            else:
                rows |= self.sudo().create(
                    {"estate_id": estate.id, "user_id": user.id, "week": first, **values}
                )
        return rows

    def action_count(self):
        """Count the weeks of the rows anew."""
        for estate, rows in self.grouped("estate_id").items():
            for week in set(rows.mapped("week")):
                self._count(estate, week)
        return True

    @api.model
    def _cron_count(self):
        """Count this week and the last one; on Monday tell the supervisor who fell short."""
        today = local_today()

        def count(estate):
            rows = self._count(estate, today - timedelta(days=7))
            self._count(estate, today)
            if today.weekday() == 0 and (short := rows.filtered("missing")):
                words = self.with_context(lang=estate._print_lang()).env
                self.env["property.relation.plan"]._tell(
                    estate,
                    "supervisor",
                    words._(
                        "Visits of last week below the quota: %s",
                        "、".join(
                            f"{row.user_id.name} {row.households}/{row.quota}" for row in short
                        ),
                    ),
                )

            if today.day == 1 and today.month > 1:
                self._tell_coverage(estate, today)

        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            count,
            lambda estate, _error: _logger.exception("Quota of estate %s failed", estate.id),
        )

    @api.model
    def _tell_coverage(self, estate, today):
        """Tell the manager where visits or talks are behind the year's share (B F2: 50 %, 70 %)."""
        passed = (today.month - 1) / 12
        visited, spoken = self.env["property.visit.report"]._coverage(estate, today.year)
        wanted = estate._parameter("visit_coverage") / 100
        wanted_spoken = estate._parameter("contact_coverage") / 100
        if visited >= wanted * passed and spoken >= wanted_spoken * passed:
            return
        words = self.with_context(lang=estate._print_lang()).env
        self.env["property.relation.plan"]._tell(
            estate,
            "manager",
            words._(
                "Coverage of the year so far: visited %(visited)s %%, visited or spoken to "
                "%(spoken)s %%; wanted in the year: %(wanted)s %% and %(wanted_spoken)s %%",
                visited=round(visited * 100, 1),
                spoken=round(spoken * 100, 1),
                wanted=round(wanted * 100),
                wanted_spoken=round(wanted_spoken * 100),
            ),
        )
