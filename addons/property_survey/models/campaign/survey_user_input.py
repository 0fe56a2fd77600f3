# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models

#: columns that tell when and by whom a row was written
_TIMES = ("create_date", "write_date")
_USERS = ("create_uid", "write_uid")


class SurveyUserInput(models.Model):
    """Answers of campaigns: bound to a form where the campaign is not anonymous.

    Where it is anonymous nothing in the row says when it was written or by whom: author, times,
    language and log are the same for all answers of the campaign (`_property_blur`), and once
    the campaign is closed the rows get new numbers in random order (`property.survey.mix`).
    """

    _inherit = "survey.user_input"

    property_form_id = fields.Many2one(
        "property.survey.form",
        "Form of the household",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    property_way = fields.Selection(
        [("online", "Online"), ("paper", "On paper"), ("phone", "By phone")],
        "Way of answering",
        readonly=True,
    )
    property_invalid = fields.Boolean("Invalid answer", readonly=True)

    def _property_anonymous(self):
        """Return those that belong to an anonymous campaign."""
        return self.filtered(lambda answer: answer.survey_id._property_campaign().anonymous)

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._property_anonymous()._property_blur()
        return answers

    def write(self, vals):
        anonymous = self._property_anonymous()
        if not anonymous:
            return super().write(vals)
        quiet = anonymous.with_user(SUPERUSER_ID).with_context(
            tracking_disable=True, mail_notrack=True
        )
        result = super(SurveyUserInput, quiet).write({**vals, "partner_id": False, "email": False})
        anonymous._property_blur()
        rest = self - anonymous
        return super(SurveyUserInput, rest).write(vals) if rest else result

    def _property_blur(self):
        """Give answers of anonymous campaigns the author and times all others have, too."""
        if not self:
            return
        self.env.flush_all()
        for answer in self:
            day = answer.survey_id._property_campaign()._blurred_moment()
            self.env.cr.execute(
                "UPDATE survey_user_input SET create_date=%(day)s, write_date=%(day)s,"
                " create_uid=1, write_uid=1, partner_id=NULL, email=NULL, nickname=NULL,"
                " invite_token=NULL, lang_id=NULL, property_form_id=NULL, property_way=NULL,"
                " start_datetime=CASE WHEN start_datetime IS NULL THEN NULL ELSE %(day)s END,"
                " end_datetime=CASE WHEN end_datetime IS NULL THEN NULL ELSE %(day)s END"
                " WHERE id=%(answer)s",
                {"day": day, "answer": answer.id},
            )
            self.env.cr.execute(
                "UPDATE survey_user_input_line SET create_date=%(day)s, write_date=%(day)s,"
                " create_uid=1, write_uid=1 WHERE user_input_id=%(answer)s",
                {"day": day, "answer": answer.id},
            )
            self.env.cr.execute(
                "DELETE FROM mail_message WHERE model='survey.user_input' AND res_id=%s",
                [answer.id],
            )
            self.env.cr.execute(
                "DELETE FROM mail_followers WHERE res_model='survey.user_input' AND res_id=%s",
                [answer.id],
            )
        self.invalidate_recordset(flush=False)
        self.user_input_line_ids.invalidate_recordset(flush=False)

    def _notify_new_participation_subscribers(self):
        """Tell nobody about answers of an anonymous campaign: the message would name its author."""
        named = self - self._property_anonymous()
        return super(SurveyUserInput, named)._notify_new_participation_subscribers()

    def _mark_done(self):
        """Note on the household's form that its answer has come in."""
        result = super()._mark_done()
        for answer in self.sudo().filtered("property_form_id"):
            answer.property_form_id._answered(answer.property_way or "online")
        return result


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.user_input_id._property_anonymous()._property_blur()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.user_input_id._property_anonymous()._property_blur()
        return result
