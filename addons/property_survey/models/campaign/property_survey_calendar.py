# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import date, timedelta

from odoo import api, fields, models

from .property_survey_campaign import RUNNING

_logger = logging.getLogger(__name__)

#: to-dos of the calendar that were given out, each once
_TODO = "mail.mail_activity_data_todo"


class PropertySurveyCampaign(models.Model):
    """What the calendar asks for: reminders, closing, reports (handbook B F4, F5, F6)."""

    _inherit = "property.survey.campaign"

    reminder_step = fields.Integer("Reminders sent", readonly=True, copy=False, aggregator=None)
    report_told = fields.Boolean(readonly=True, copy=False)
    summary_told = fields.Boolean(readonly=True, copy=False)
    originals_told = fields.Boolean(readonly=True, copy=False)

    def _reminder_due(self, today):
        """Return which reminder is due: 1 halfway, 2 two days before the end, 0 none yet."""
        self.ensure_one()
        if self.date_return - timedelta(days=2) <= today:
            return 2
        return 1 if self.date_start + timedelta(days=(self.return_days + 1) // 2) <= today else 0

    @api.model
    def _cron_survey(self):
        """Publish marks, remind households, close what is over and ask for reports that are due."""
        campaigns = self.search([("state", "not in", ("draft", "finished", "cancelled"))])
        done = self.env["ir.cron"]._property_each(
            campaigns, lambda row: row._calendar_step(), self._calendar_failed, lock=True
        )
        if done:
            self._ask_yearly_summary()

    @api.model
    def _calendar_failed(self, campaign, error):
        _logger.warning("Calendar of survey campaign %s failed: %s", campaign.id, error)

    def _calendar_step(self):
        self.ensure_one()
        campaign = self._in_print_lang()
        today = campaign._today()
        if campaign.state in RUNNING:
            campaign._publish_roll()
            if campaign.date_return < today:
                campaign._ask_to_close()
            else:
                campaign._remind(today)
        if not campaign.report_told and campaign.state not in ("reported", "improving"):
            if campaign.date_report and campaign.date_report - timedelta(days=3) <= today:
                campaign.report_told = True
                campaign._todo(
                    campaign.env._("Hand in the report of the survey"), campaign.date_report
                )
        if campaign.state in ("reported", "improving") and not campaign.originals_back:
            if not campaign.originals_told and campaign.date_originals <= today:
                campaign.originals_told = True
                campaign._todo(campaign.env._("Ask for the original forms and file them"), today)

    def _todo(self, summary, deadline, role="supervisor"):
        for user in self._deadline_users(role):
            self.sudo().activity_schedule(
                _TODO, date_deadline=deadline, summary=summary, user_id=user.id
            )

    def _ask_to_close(self):
        if self.reminder_step < 3:
            self.reminder_step = 3
            self._todo(self.env._("The time to answer is over: close the survey"), self._today())

    def _remind(self, today):
        """Remind the households that have not answered, once per step."""
        step = self._reminder_due(today)
        if step <= self.reminder_step:
            return
        self.reminder_step = step
        marks = self._roll_marks()
        forms = self.form_ids.filtered(lambda form: form.state == "sent" and form.id not in marks)
        if not forms:
            return
        forms.write({"reminder_count": step})
        forms._mail_link(reminder=True)
        for user, group in (
            forms.filtered(lambda form: form.way != "portal")
            .grouped(lambda form: form.distributor_id or form.campaign_id.user_id)
            .items()
        ):
            if user:
                self.sudo().activity_schedule(
                    _TODO,
                    date_deadline=today,
                    user_id=user.id,
                    summary=self.env._(
                        "Remind %(count)s households of the survey", count=len(group)
                    ),
                    note=", ".join(group[:50].unit_id.mapped("full_name")),
                )

    @api.model
    def _ask_yearly_summary(self, today=None):
        """Ask the managers for the summary of last year's statistics, due on 5 January (B F6)."""
        today = today or self._today()
        estates = self.env["property.estate"].search([("active", "=", True)])
        for estate in estates:
            due = date(today.year, 1, min(estate._parameter("stat_summary_day"), 31))
            last = self.search(
                [
                    ("estate_id", "=", estate.id),
                    ("year", "=", today.year - 1),
                    ("state", "not in", ("draft", "cancelled")),
                ],
                order="date_start desc, id desc",
                limit=1,
            )
            if today.month == 1 and last and not last.summary_told:
                last.summary_told = True
                last = last._in_print_lang()
                last._todo(
                    last.env._(
                        "Summary of the use of statistics in %(year)s, with proposals",
                        year=today.year - 1,
                    ),
                    due,
                    "manager",
                )
