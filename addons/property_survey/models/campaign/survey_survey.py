# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

# Only our own pages hand out answers of a campaign; an object cannot come in from outside.
_ADMITTED = object()


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    property_campaign_ids = fields.One2many("property.survey.campaign", "survey_id", "Campaigns")

    def _property_campaign(self):
        """Return the campaign the survey was made for, as superuser; empty for other surveys."""
        return self.sudo().property_campaign_ids[:1]

    def _check_answer_creation(
        self, user, partner, email, test_entry=False, check_attempts=True, invite_token=False
    ):
        """Let nobody have a second answer: those of a campaign come from its households' pages."""
        campaign = self._property_campaign()
        if campaign and not test_entry:
            if self.env.context.get("property_survey_admitted") is not _ADMITTED:
                raise UserError(self.env._("Every household answers this survey once."))
        return super()._check_answer_creation(
            user, partner, email, test_entry, check_attempts, invite_token
        )

    def _property_admit(self, **values):
        """Return a new answer of a campaign's survey, bound to nobody who is logged in.

        :param values: further values of the `survey.user_input`
        """
        self.ensure_one()
        # as the superuser: who is logged in must not become author of an answer
        survey = self.with_user(self.env.ref("base.user_root")).sudo()
        survey = survey.with_context(property_survey_admitted=_ADMITTED, mail_create_nolog=True)
        answer = survey._create_answer(**values)
        # without the proof of admission, which must not reach a second one
        return self.env["survey.user_input"].sudo().browse(answer.id)
