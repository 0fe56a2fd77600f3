# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertySurveyCategory(models.Model):
    """What opinions are about, for the Pareto chart (handbook B F6)."""

    _name = "property.survey.category"
    _description = "Category of opinions"
    _order = "other, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    other = fields.Boolean("All the rest", help="Comes last in a Pareto chart, however many.")
    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)


class PropertySurveyOpinion(models.Model):
    """An opinion in a household's own words, sorted into a category by staff.

    Taken from the answers without any link to them: of an anonymous campaign after its answers
    were put in random order.
    """

    _name = "property.survey.opinion"
    _description = "Opinion of a household"
    _order = "campaign_id desc, category_id, id"

    campaign_id = fields.Many2one(
        "property.survey.campaign", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="campaign_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    question = fields.Selection(
        [("best", "Best liked"), ("worst", "Least liked"), ("advice", "Advice")],
        "Question in words",
        required=True,
        default="advice",
    )
    text = fields.Text("Opinion", required=True)
    category_id = fields.Many2one("property.survey.category", ondelete="restrict", index=True)


class PropertySurveyCampaign(models.Model):
    _inherit = "property.survey.campaign"

    def _make_opinions(self):
        """Copy what households wrote in words, to be sorted by category."""
        self.ensure_one()
        lines = (
            self.env["survey.user_input.line"]
            .sudo()
            .search(
                [
                    ("survey_id", "=", self.survey_id.id),
                    ("question_id.property_open", "!=", False),
                    ("value_text_box", "!=", False),
                    ("user_input_id.property_invalid", "=", False),
                ],
                order="value_text_box",
            )
        )
        self.env["property.survey.opinion"].sudo().create(
            [
                {
                    "campaign_id": self.id,
                    "question": line.question_id.property_open,
                    "text": line.value_text_box,
                }
                for line in lines
            ]
        )

    def action_open_opinions(self):
        """Open the opinions to be sorted into categories."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opinions"),
            "res_model": "property.survey.opinion",
            "view_mode": "list",
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }

    def action_open_forms(self):
        """Open the forms of the households."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Survey forms"),
            "res_model": "property.survey.form",
            "view_mode": "list,kanban,form",
            "domain": [("campaign_id", "=", self.id)],
        }

    def action_open_results(self):
        """Open the figures of the items."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Survey results"),
            "res_model": "property.survey.result",
            "view_mode": "list,graph,pivot",
            "domain": [("campaign_id", "=", self.id)],
        }

    def action_print_register(self):
        """Print the register named `survey_register` in the context: forms F5-3 to F5-6."""
        register, options = self._register_asked()
        return register._action_pdf(options)

    def action_download_register(self):
        """Download the register named `survey_register` in the context as a workbook."""
        register, options = self._register_asked()
        return register._action_xlsx(options)

    def _register_asked(self):
        self.ensure_one()
        key = self.env.context.get("survey_register")
        if key not in ("forms", "checks", "returns", "items", "rates", "report"):
            raise UserError(self.env._("There is no such register."))
        register = self.env[f"property.register.survey.{key}"]
        return register, {"res_ids": self.ids, "estate_ids": self.estate_id.ids}
