# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL


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
        hidden = self.survey_id.filtered(lambda survey: survey._property_campaign().anonymous)
        return self.filtered(lambda answer: answer.survey_id in hidden)

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

    def _property_blur(self, lines=None):
        """Give answers of anonymous campaigns the author and times all others have, too.

        Four statements, however many answers there are.

        :param lines: the lines that were written, where it was no more than these
        """
        if not self:
            return
        lines = self.user_input_line_ids if lines is None else lines
        self.env.flush_all()
        self._property_stamp(
            SQL("survey_user_input"),
            SQL("row.id = blurred.id"),
            SQL(
                ", partner_id = NULL, email = NULL, nickname = NULL, invite_token = NULL,"
                " lang_id = NULL, property_form_id = NULL, property_way = NULL,"
                " start_datetime = CASE WHEN row.start_datetime IS NOT NULL THEN blurred.day END,"
                " end_datetime = CASE WHEN row.end_datetime IS NOT NULL THEN blurred.day END"
            ),
        )
        self._property_stamp(
            SQL("survey_user_input_line"),
            SQL("row.user_input_id = blurred.id AND row.id = ANY(%s)", lines.ids),
        )
        for table, model in (("mail_message", "model"), ("mail_followers", "res_model")):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(model),
                    self._name,
                    self.ids,
                )
            )
        self.invalidate_recordset(flush=False)
        lines.invalidate_recordset(flush=False)

    def _property_stamp(self, table, where, more=None):
        """Write the campaign's one moment and author on rows of a table, in one statement.

        :param SQL table: the table
        :param SQL where: which of its rows belong to the answer `blurred.id`
        :param SQL more: further assignments
        """
        days = {survey: survey._property_campaign()._blurred_moment() for survey in self.survey_id}
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s row
                   SET create_date = blurred.day, write_date = blurred.day,
                       create_uid = %(root)s, write_uid = %(root)s %(more)s
                  FROM unnest(%(answers)s::int[], %(days)s::timestamp[]) AS blurred(id, day)
                 WHERE %(where)s
                """,
                table=table,
                where=where,
                more=more or SQL(),
                root=SUPERUSER_ID,
                answers=self.ids,
                days=[days[answer.survey_id] for answer in self],
            )
        )

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
        lines.user_input_id._property_anonymous()._property_blur(lines)
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.user_input_id._property_anonymous()._property_blur(self)
        return result
