# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.fields import Command

from ...tools import money

_logger = logging.getLogger(__name__)


class PropertyEstate(models.Model):
    """What is due by itself each month: bills on the 5th, figures of last month (B H2, H14)."""

    _inherit = "property.estate"

    @api.model
    def _cron_fee_calendar(self):
        """Do for each estate what the calendar of its settings asks for today.

        Every step looks whether its work is there already, so a second run on the same day does
        nothing; an estate that fails is left for the next day and does not hold the others.
        """
        estates = self.search([("active", "=", True)])
        for name in self._fee_calendar_steps():

            def step(estate, name=name):
                getattr(estate, name)()

            def failed(estate, error, name=name):
                _logger.error(
                    "Fee calendar: %s of estate %s failed", name, estate.id, exc_info=error
                )

            if not self.env["ir.cron"]._property_each(estates, step, failed):
                return

    @api.model
    def _fee_calendar_steps(self):
        """Return the names of the methods the calendar calls for each estate."""
        return ["_calendar_bill_run", "_calendar_collection_period"]

    def _calendar_reached(self, key):
        """Return today where the day of the month of setting `key` has come, else None."""
        self.ensure_one()
        day = self._parameter(key)
        today = fields.Date.context_today(self)
        if not day:
            return None
        return today if today.day >= min(day, money.days_in_month(today)) else None

    def _calendar_bill_run(self):
        """Prepare the month's bill run and ask the accountant to look at the preview."""
        today = self._calendar_reached("bill_print_day")
        if not today or not self._parameter("bill_auto_generate"):
            return
        month = money.month_start(today)
        runs = self.env["property.bill.run"]
        if runs.search_count(
            [("estate_ids", "in", self.ids), ("month", "=", month), ("state", "!=", "reversed")],
            limit=1,
        ) or not self.env["property.fee.price"]._counts(self, "estate_id"):
            return
        run = runs.create(
            {
                "estate_ids": [Command.set(self.ids)],
                "month": month,
                "company_id": self.company_id.id,
            }
        )
        run._queue_job("generate", len(run._unit_ids()))
        run._hand_over_job()
        self._remind_accountants(
            run, self.env._("Look through the month's bills and have them checked")
        )

    def _calendar_collection_period(self):
        """Prepare last month's collection figures and ask the accountant to close them."""
        today = self._calendar_reached("collection_close_day")
        if not today:
            return
        month = money.add_months(money.month_start(today), -1)
        periods = self.env["property.collection.period"]
        domain = [("estate_id", "=", self.id), ("month", "=", month)]
        billed = self.env["property.charge"].search_count(
            [("estate_id", "=", self.id), ("month", "=", month), ("cancelled", "=", False)], limit=1
        )
        if billed and not periods.search_count(domain, limit=1):
            period = periods.create({"estate_id": self.id, "month": month})
            self._remind_accountants(
                period, self.env._("Close the collection figures of last month")
            )

    def _fee_accountants(self):
        """Return the accountants of the estate, its manager where there is none."""
        self.ensure_one()
        group = self.env.ref("property_service.group_accountant")
        users = self.sudo().user_ids.filtered(
            lambda user: user.active and group in user.all_group_ids
        )
        return users or self.sudo().manager_id

    def _remind_accountants(self, record, summary):
        """Give each accountant of the estate a to-do on `record`, due today."""
        for user in self._fee_accountants():
            record.sudo().activity_schedule(
                "property_service.mail_activity_type_fee_calendar",
                date_deadline=fields.Date.context_today(self),
                summary=summary,
                user_id=user.id,
            )
