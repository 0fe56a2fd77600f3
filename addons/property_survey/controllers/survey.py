# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.survey.controllers.main import Survey


class PropertySurvey(Survey):
    """Pages of households: from the code on the form to the questionnaire, and back when too late.

    Answers of campaigns are taken only while the campaign runs and while the person asked still
    lives there; whoever is logged in makes no difference.
    """

    def _check_validity(
        self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True
    ):
        campaign = survey_sudo._property_campaign()
        if not campaign:
            return super()._check_validity(
                survey_sudo,
                answer_sudo,
                answer_token,
                ensure_token=ensure_token,
                check_partner=check_partner,
            )
        code = super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token=ensure_token, check_partner=False
        )
        if code is not True or not answer_sudo or answer_sudo.test_entry:
            return code
        if answer_sudo.state != "done":
            refusal = campaign._refusal_of_answer(answer_sudo)
            if refusal:
                return f"property_{refusal}"
        return True

    def _redirect_with_error(self, access_data, error_key):
        campaign = access_data["survey_sudo"]._property_campaign()
        keys = {
            "survey_closed": "closed",
            "answer_deadline": "closed",
            "token_required": "not_open",
        }
        reason = keys.get(error_key) or str(error_key).removeprefix("property_")
        if campaign and (error_key in keys or str(error_key).startswith("property_")):
            return self._property_page(campaign, reason)
        return super()._redirect_with_error(access_data, error_key)

    def _property_page(self, campaign, reason, form=None):
        lang = campaign.estate_id._print_lang()
        return request.render(
            "property_survey.survey_page",
            {
                "campaign": campaign.with_context(lang=lang),
                "form": form,
                "reason": reason,
                "print_lang": lang,
            },
        )

    def _property_form(self, token):
        forms = request.env["property.survey.form"].sudo()
        return forms.search([("access_token", "=", token)], limit=1) if token else forms

    @http.route(
        "/property/survey/<string:token>", type="http", auth="public", website=True, sitemap=False
    )
    def property_survey(self, token, **_params):
        """Show a household what the survey is about, or why it cannot answer now."""
        form = self._property_form(token)
        if not form:
            raise request.not_found()
        return self._property_page(form.campaign_id, form.campaign_id._refusal(form), form)

    @http.route(
        "/property/survey/<string:token>/start",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def property_survey_start(self, token, **_params):
        """Open the questionnaire for a household; in an anonymous campaign hand it its ballot."""
        form = self._property_form(token)
        if not form:
            raise request.not_found()
        campaign = form.campaign_id
        kept = request.cookies.get(f"property_ballot_{campaign.id}")
        reason = campaign._refusal(form)
        if campaign.anonymous and reason == "answered" and kept:
            # taken before with this browser and perhaps not filled in yet
            return request.redirect(f"/property/ballot/{campaign.id}/{kept}")
        if reason:
            return self._property_page(campaign, reason, form)
        if not campaign.anonymous:
            answer = campaign._answer_of(form)
            return request.redirect(
                f"/survey/start/{answer.survey_id.access_token}?answer_token={answer.access_token}"
            )
        number, signature = campaign._take_ballot(form)
        response = request.redirect(f"/property/ballot/{campaign.id}/{number}/{signature}")
        response.set_cookie(
            f"property_ballot_{campaign.id}",
            f"{number}/{signature}",
            max_age=60 * 60 * 24 * 30,
            httponly=True,
            samesite="Lax",
        )
        return response

    @http.route(
        "/property/ballot/<int:campaign_id>/<string:number>/<string:signature>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def property_survey_ballot(self, campaign_id, number, signature, **_params):
        """Open the questionnaire for a ballot, whose household nobody knows any more."""
        campaign = request.env["property.survey.campaign"].sudo().browse(campaign_id).exists()
        if not campaign.anonymous:
            raise request.not_found()
        if not campaign._is_open():
            return self._property_page(campaign, "closed")
        answer = campaign._answer_of_ballot(number, signature)
        if not answer:
            raise request.not_found()
        return request.redirect(
            f"/survey/start/{answer.survey_id.access_token}?answer_token={answer.access_token}"
        )
