# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import local_time, local_today

_logger = logging.getLogger(__name__)

#: states in which nothing of a household is waited for any more
_OVER = ("closed", "analysed", "reported", "improving", "finished", "cancelled")


class PropertySurveyCampaign(models.Model):
    """Personal answers are kept as long as setting `survey_retention_years` says (handbook B F5).

    Then forms, answers and what households wrote are removed; every figure of the campaign stays:
    results of items and totals are kept by themselves, returns and verification calls as they
    were counted on the day of the removal (`kept_figures`).
    """

    _inherit = "property.survey.campaign"

    kept_figures = fields.Json("Figures kept", readonly=True, copy=False)
    personal_removed_date = fields.Date("Personal answers removed on", readonly=True, copy=False)

    @api.model
    def _cron_retention(self):
        """Remove the personal answers of campaigns whose time of keeping is over."""
        campaigns = self.search([("state", "in", _OVER), ("personal_removed_date", "=", False)])
        due = campaigns.filtered(lambda campaign: campaign._retention_over())
        self.env["ir.cron"]._property_each(
            due,
            lambda campaign: campaign._remove_personal(),
            lambda campaign, _error: _logger.exception("Answers of survey %s stay", campaign.id),
            lock=True,
        )

    def _retention_over(self):
        """Return whether the years of keeping are over; with 0 years nothing is removed."""
        self.ensure_one()
        years = self.estate_id._parameter("survey_retention_years")
        limit = local_time(local_today() - relativedelta(years=years))
        ended = self.closed_date or local_time(self.date_return)
        return years > 0 and ended < limit

    def _remove_personal(self):
        """Keep the figures, remove who was asked and what was answered."""
        self.ensure_one()
        campaign = self.sudo()
        campaign._with_move().write(
            {
                "kept_figures": {
                    "states": campaign._form_states().get(campaign.id, {}),
                    "checks": campaign._check_states().get(campaign.id, {}),
                    "buildings": campaign._buildings(),
                },
                "personal_removed_date": local_today(),
            }
        )
        campaign.env["survey.user_input"].search(
            [("survey_id", "=", campaign.survey_id.id), ("survey_id", "!=", False)]
        ).unlink()
        campaign._roll().unlink()
        campaign.form_ids._with_move().unlink()
        words = campaign._in_print_lang().env._("Removed after the time of keeping")
        campaign.opinion_ids.write({"text": words})
        campaign.message_post(
            body=campaign._in_print_lang().env._(
                "The time of keeping is over: forms, answers and opinions in words were removed, "
                "the figures stay."
            )
        )
