# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertySurveyCampaign(models.Model):
    """What follows from a campaign: analyses and corrective actions (handbook B F5 to F7)."""

    _inherit = "property.survey.campaign"

    analysis_ids = fields.One2many("property.survey.analysis", "campaign_id", "Analyses")
    corrective_ids = fields.One2many(
        "property.corrective.action", "campaign_id", "Corrective actions"
    )
    analysis_count = fields.Integer(compute="_compute_analysis_count")
    corrective_count = fields.Integer(compute="_compute_corrective_count")
    corrective_open_count = fields.Integer(compute="_compute_corrective_count")

    @api.depends("analysis_ids")
    def _compute_analysis_count(self):
        for campaign in self:
            campaign.analysis_count = len(campaign.analysis_ids)

    @api.depends("corrective_ids.state")
    def _compute_corrective_count(self):
        for campaign in self:
            actions = campaign.corrective_ids
            campaign.corrective_count = len(actions)
            campaign.corrective_open_count = len(
                actions.filtered(lambda action: action.state not in action._case_end)
            )

    def _open_corrective(self):
        """Open a corrective action for each item below its target that has none yet."""
        actions = self.env["property.corrective.action"]
        for campaign in self:
            below = campaign.result_ids.filtered(lambda row: not row.met)
            for row in below - campaign.corrective_ids.result_id:
                actions |= actions.create(
                    {
                        **actions._source_values(campaign),
                        "estate_id": campaign.estate_id.id,
                        "campaign_id": campaign.id,
                        "result_id": row.id,
                        "source": "survey",
                        "name": self.env._("%(item)s below target", item=row.name),
                        "fact": self.env._(
                            "%(item)s: %(rate)s %%, target %(target)s %% (%(campaign)s)",
                            item=row.name,
                            rate=f"{row.rate:.2f}",
                            target=f"{row.target:g}",
                            campaign=campaign.name,
                        ),
                    }
                )
        return actions

    def action_new_analysis(self):
        """Open the analysis of the campaign; a new one where it has none."""
        self.ensure_one()
        analysis = self.analysis_ids[:1] or self.env["property.survey.analysis"].create(
            {
                "name": self.env._("Analysis of %(campaign)s", campaign=self.name),
                "campaign_id": self.id,
                "estate_id": self.estate_id.id,
                "source": "opinions" if self.opinion_ids else "items",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": analysis._name,
            "res_id": analysis.id,
            "view_mode": "form",
        }

    def action_open_corrective(self):
        """Open the corrective actions of the campaign."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective actions"),
            "res_model": "property.corrective.action",
            "view_mode": "list,kanban,form",
            "domain": [("campaign_id", "=", self.id)],
            "context": {
                "default_campaign_id": self.id,
                "default_estate_id": self.estate_id.id,
            },
        }
