# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import consteq, hmac

from .property_survey_form import RETURNED


class PropertySurveyRoll(models.Model):
    """The list of the households that have taken their ballot of an anonymous campaign.

    One row for the whole campaign, holding a set: the row has no author and no times, and a
    household's taking a ballot rewrites all of it, so not even PostgreSQL's own columns tell in
    which order the households came. Nothing of the answers is written in that transaction.
    """

    _name = "property.survey.roll"
    _description = "List of voters of an anonymous survey"
    _log_access = False

    campaign_id = fields.Many2one(
        "property.survey.campaign", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, precompute=True)
    estate_id = fields.Many2one(related="campaign_id.estate_id", store=True, precompute=True)
    marks = fields.Json(readonly=True)

    _campaign_once = models.UniqueIndex("(campaign_id)", "The campaign has its list already.")


class PropertySurveyCampaign(models.Model):
    """Anonymous answers: a household takes a ballot, and the ballot knows no household.

    Taking a ballot writes the household's mark into the roll and hands the browser a random
    number with our signature; nothing else is stored. With that number, in another request, the
    browser has an answer made, whose key is derived from the number alone. Marks become dates on
    the forms only for several households at once (setting `survey_anonymity_group`), answers all
    bear the same time and author, and at the end they are renumbered in random order.
    """

    _inherit = "property.survey.campaign"

    def _make_roll(self):
        rolls = self.env["property.survey.roll"].sudo()
        for campaign in self:
            if not rolls.search_count([("campaign_id", "=", campaign.id)]):
                rolls.create({"campaign_id": campaign.id, "marks": []})

    def _roll(self):
        return self.env["property.survey.roll"].sudo().search([("campaign_id", "in", self.ids)])

    def _roll_marks(self):
        """Return the ids of the forms whose households have taken a ballot."""
        return set().union(*(roll.marks or [] for roll in self._roll()))

    def _take_ballot(self, form):
        """Mark the household of `form` and return its ballot, a signed random number.

        :return: (number, signature)
        """
        self.ensure_one()
        roll = self._roll().with_user(SUPERUSER_ID)
        # two at a time: the second one fails on this row and is tried again by the server
        roll.marks = sorted({*(roll.marks or []), form.id})
        roll.flush_recordset()
        number = secrets.token_urlsafe(24)
        return number, self._sign_ballot(number)

    def _sign_ballot(self, number):
        self.ensure_one()
        return hmac(self.env(su=True), "property_survey_ballot", f"{self.id}:{number}")

    def _answer_of_ballot(self, number, signature):
        """Return the answer of a ballot, made when it is first used; None for a forged ballot.

        :return: `survey.user_input` as superuser
        """
        self.ensure_one()
        if not consteq(self._sign_ballot(number), signature or ""):
            return None
        key = hmac(self.env(su=True), "property_survey_answer", f"{self.id}:{number}")
        survey = self.sudo().survey_id
        answer = (
            self.env["survey.user_input"]
            .sudo()
            .search([("survey_id", "=", survey.id), ("access_token", "=", key)], limit=1)
        )
        return answer or survey._property_admit(access_token=key, deadline=self._deadline_moment())

    @api.model
    def _anonymity_group(self, campaign):
        return max(campaign.estate_id._parameter("survey_anonymity_group"), 1)

    def _publish_roll(self, final=False):
        """Turn the marks into returned forms, for several households at once.

        :param bool final: also for fewer; they get the date of the last ones
        """
        for campaign in self.filtered("anonymous"):
            marks = campaign._roll_marks()
            forms = campaign.form_ids
            waiting = forms.filtered(lambda form, m=marks: form.id in m and form.state == "sent")
            if not waiting or (len(waiting) < self._anonymity_group(campaign) and not final):
                continue
            day = campaign._today()
            if final and len(waiting) < self._anonymity_group(campaign):
                online = forms.filtered(
                    lambda form: form.state in RETURNED and form.return_way == "online"
                )
                day = max(online.mapped("returned_date"), default=day)
            waiting = waiting.with_user(SUPERUSER_ID)
            waiting._move_to("returned_valid", returned_date=day, return_way="online")
            self.env.flush_all()
