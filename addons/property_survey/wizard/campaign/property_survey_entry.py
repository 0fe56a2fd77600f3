# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertySurveyEntry(models.TransientModel):
    """Paper answers keyed in: a line per sheet, a digit per item (handbook B F4, F5).

    A digit is the number of the grade in the order of the questionnaire, 0 or a dash a blank.
    """

    _name = "property.survey.entry"
    _description = "Paper answers of a survey"

    campaign_id = fields.Many2one("property.survey.campaign", required=True)
    estate_id = fields.Many2one(related="campaign_id.estate_id")
    anonymous = fields.Boolean(related="campaign_id.anonymous")
    way = fields.Selection(
        [("paper", "On paper"), ("phone", "By phone")],
        "Way of answering",
        default="paper",
        required=True,
    )
    legend = fields.Text("How to key in", compute="_compute_legend")
    line_ids = fields.One2many("property.survey.entry.line", "entry_id", "Sheets")

    @api.depends("campaign_id")
    def _compute_legend(self):
        for entry in self:
            template = entry.campaign_id.template_id
            grades = "，".join(
                f"{number} {grade.name}" for number, grade in enumerate(template.grade_ids, 1)
            )
            items = "，".join(
                f"{number} {item.name}"
                for number, item in enumerate(template.section_ids.item_ids, 1)
            )
            entry.legend = f"{grades}，0 —\n{items}"

    def action_save(self):
        """Keep the sheets as answers.

        :raises UserError: for a digit that is no grade, a wrong number of digits, a form that has
            no paper answer, or more anonymous sheets than came back
        """
        self.ensure_one()
        campaign = self.campaign_id
        campaign.check_access("write")
        campaign._check_role("staff", self.env._("Answers are keyed in by the service centre."))
        if campaign.state not in ("distributing", "collecting", "verify"):
            raise UserError(self.env._("“%(name)s” takes no more answers.", name=campaign.name))
        sheets = [(line, line._codes()) for line in self.line_ids]
        if campaign.anonymous:
            self._check_room(len(sheets))
        for line, codes in sheets:
            form = line.form_id
            if not campaign.anonymous:
                self._take_form(form)
            way = form.return_way if form.return_way in ("paper", "phone") else self.way
            campaign._enter(codes, line._words(), form, way)
        if campaign.anonymous:
            campaign.sudo().entered_count += len(sheets)
        return {"type": "ir.actions.act_window_close"}

    def _check_room(self, more):
        """Refuse more sheets without a name than households have returned."""
        campaign = self.campaign_id
        back = len(campaign.form_ids.filtered(lambda form: form.return_way in ("paper", "phone")))
        if campaign.entered_count + more > back:
            raise UserError(
                self.env._(
                    "%(back)s paper forms of “%(name)s” have come back and %(entered)s were keyed "
                    "in: there cannot be %(more)s more. Register their return first.",
                    back=back,
                    name=campaign.name,
                    entered=campaign.entered_count,
                    more=more,
                )
            )

    def _take_form(self, form):
        if not form or form.campaign_id != self.campaign_id:
            raise UserError(self.env._("State the form of every sheet: the answers bear a name."))
        if form.state == "sent":
            if self.way == "phone":
                form.action_return_phone()
            else:
                form.action_return()
        elif form.state not in ("returned_valid", "returned_invalid"):
            raise UserError(
                self.env._(
                    "Form %(number)s is “%(state)s”: it has no answer.",
                    number=form.number,
                    state=form._state_label(form.state),
                )
            )


class PropertySurveyEntryLine(models.TransientModel):
    """A sheet of paper."""

    _name = "property.survey.entry.line"
    _description = "Sheet of a paper answer"

    entry_id = fields.Many2one(
        "property.survey.entry", required=True, ondelete="cascade", index=True
    )
    campaign_id = fields.Many2one(related="entry_id.campaign_id")
    form_id = fields.Many2one(
        "property.survey.form",
        domain="[('campaign_id', '=', campaign_id), ('state', '!=', 'to_send')]",
    )
    codes = fields.Char("Grades", required=True)
    best = fields.Char("Best liked")
    worst = fields.Char("Least liked")
    advice = fields.Char()

    def _codes(self):
        """Return the numbers of the grades, 0 where blank.

        :raises UserError: where they do not fit the questionnaire
        """
        self.ensure_one()
        template = self.campaign_id.template_id
        items, grades = len(template.section_ids.item_ids), len(template.grade_ids)
        text = "".join((self.codes or "").split()).replace("-", "0")
        if len(text) != items or not text.isascii() or not text.isdigit():
            raise UserError(
                self.env._(
                    "“%(codes)s” needs %(items)s digits, one for each item.",
                    codes=self.codes,
                    items=items,
                )
            )
        codes = [int(digit) for digit in text]
        if max(codes) > grades:
            raise UserError(
                self.env._(
                    "“%(codes)s” has a grade above %(grades)s.", codes=self.codes, grades=grades
                )
            )
        return codes

    def _words(self):
        return {"best": self.best, "worst": self.worst, "advice": self.advice}
