# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
from random import Random

from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_survey_form import RETURNED


class PropertySurveyCheck(models.Model):
    """A verification call: whether the household really got and answered its form (B F4, F5).

    A share of the returned forms (setting `survey_verify_share`) is drawn when a survey is
    verified; a supervisor who neither handed out nor collected the form calls. What the household
    answered is not asked, so anonymous surveys are verified the same way.
    """

    _name = "property.survey.check"
    _description = "Verification call of a survey"
    _inherit = ["property.workflow.mixin", "property.case.step.mixin"]
    _order = "campaign_id desc, id"
    _check_company_auto = True
    _rec_name = "form_id"

    _workflow_moves = {
        "drawn": ("genuine", "untrue", "no_contact"),
        "no_contact": ("genuine", "untrue"),
    }
    _workflow_stamps = {
        "genuine": ("call_user_id", "call_date"),
        "untrue": ("call_user_id", "call_date"),
        "no_contact": ("call_user_id", "call_date"),
    }
    _case_steps = {"untrue": "_untrue"}

    form_id = fields.Many2one(
        "property.survey.form", required=True, ondelete="cascade", index=True, readonly=True
    )
    campaign_id = fields.Many2one(related="form_id.campaign_id", store=True, index=True)
    estate_id = fields.Many2one(
        related="form_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="form_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(related="form_id.unit_id")
    partner_id = fields.Many2one(related="form_id.partner_id")
    phone = fields.Char(related="partner_id.phone")
    distributor_id = fields.Many2one(related="form_id.distributor_id", string="Handed out by")
    collector_id = fields.Many2one(related="form_id.collector_id", string="Taken in by")
    returned_date = fields.Date(related="form_id.returned_date")
    note = fields.Char("What the household said")
    call_user_id = fields.Many2one(
        "res.users", "Verified by", readonly=True, copy=False, index="btree_not_null"
    )
    call_date = fields.Datetime("Verified on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("drawn", "To be verified"),
            ("no_contact", "Household not reached"),
            ("genuine", "Answered by the household"),
            ("untrue", "Not answered by the household"),
        ],
        "Outcome",
        required=True,
        default="drawn",
        index=True,
        group_expand=True,
        copy=False,
    )

    _form_once = models.UniqueIndex("(form_id)", "This form is drawn already.")

    def write(self, vals):
        """Keep what was recorded.

        :raises UserError: for whoever edits the note of a call that was made
        """
        if "note" in vals and not self._moving() and not self.env.su:
            if self.filtered(lambda check: check.state in ("genuine", "untrue")):
                raise UserError(self.env._("A verification that was recorded stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Verification calls are kept."))

    def _check_caller(self):
        self._check_role("supervisor", self.env._("Answers are verified by a supervisor."))
        for check in self:
            if check.campaign_id.state != "verify":
                raise UserError(
                    self.env._("“%(name)s” is not being verified.", name=check.campaign_id.name)
                )
            if self.env.user in (check.distributor_id | check.collector_id) and not self.env.su:
                raise UserError(
                    self.env._(
                        "You handed out or took in the form %(form)s; somebody else verifies it.",
                        form=check.form_id.number,
                    )
                )

    def action_genuine(self):
        """State that the household answered itself.

        :raises UserError: for who handed the form out or took it in
        """
        self._check_caller()
        self._move_to("genuine")

    def action_no_contact(self):
        """State that the household was not reached; it may be called again."""
        self._check_caller()
        self.filtered(lambda check: check.state == "drawn")._move_to("no_contact")

    def action_untrue(self):
        """Ask what was found."""
        self._check_caller()
        return self._ask(
            "untrue", self.env._("Not answered by the household"), self.env._("What was found?")
        )

    def _untrue(self, text):
        """Put the answer aside and tell the manager (F4: filled in by staff; F5: form void).

        In an anonymous survey the answer cannot be found; the register keeps what was heard.
        """
        self._check_caller()
        self._move_to("untrue", note=text)
        for check in self:
            form, campaign = check.form_id, check.campaign_id
            if form.state == "returned_valid" and not campaign.anonymous:
                form._mark_invalid(text)
            told = campaign._in_print_lang()
            told._todo(
                told.env._("Form %(form)s was not answered by the household", form=form.number),
                campaign._today(),
                "manager",
            )


class PropertySurveyForm(models.Model):
    _inherit = "property.survey.form"

    check_ids = fields.One2many("property.survey.check", "form_id", "Verification calls")
    check_state = fields.Selection(related="check_ids.state", string="Verification of the answer")


class PropertySurveyCampaign(models.Model):
    """The draw of the verification calls and what they found (handbook B F5: verify)."""

    _inherit = "property.survey.campaign"

    check_ids = fields.One2many("property.survey.check", "campaign_id", "Verification calls")
    check_count = fields.Integer("Calls to verify", compute="_compute_checks")
    check_open_count = fields.Integer("Calls not made", compute="_compute_checks")
    untrue_count = fields.Integer("Not answered by households", compute="_compute_checks")

    @api.depends("check_ids.state", "kept_figures")
    def _compute_checks(self):
        found = self._check_states()
        for campaign in self:
            states = found.get(campaign.id, {})
            campaign.check_count = sum(states.values())
            campaign.check_open_count = states.get("drawn", 0)
            campaign.untrue_count = states.get("untrue", 0)

    def _check_states(self):
        """Return {campaign: {state: calls}}; as they were kept where the forms were removed."""
        counts = {row.id: row.kept_figures["checks"] for row in self if row.kept_figures}
        for campaign, state, count in (
            self.env["property.survey.check"]
            .sudo()
            ._read_group([("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"])
        ):
            if not campaign.kept_figures:
                counts.setdefault(campaign.id, {})[state] = count
        return counts

    def _draw_checks(self):
        """Draw the share of the returned forms that is verified, rounded up.

        The seed of the sample decides, so the draw can be repeated; drawing again adds only what
        is missing.

        :return: the calls
        """
        checks = self.env["property.survey.check"].sudo()
        for campaign in self:
            forms = campaign.form_ids.filtered(lambda form: form.state in RETURNED).sorted("id")
            drawn = campaign.sudo().check_ids.form_id
            share = campaign.estate_id._parameter("survey_verify_share")
            wanted = math.ceil(len(forms) * share / 100 - 1e-9) - len(drawn)
            left = (forms - drawn).ids
            chosen = Random(f"{campaign.seed} verify").sample(left, max(min(wanted, len(left)), 0))
            checks |= checks.create([{"form_id": form_id} for form_id in sorted(chosen)])
        return checks

    def _check_verified(self):
        """Refuse to close while calls that were drawn are not made.

        :raises UserError: naming how many
        """
        for campaign in self:
            if campaign.state == "verify" and campaign.check_open_count:
                raise UserError(
                    self.env._(
                        "%(count)s verification calls of “%(name)s” are still to be made.",
                        count=campaign.check_open_count,
                        name=campaign.name,
                    )
                )

    def action_open_checks(self):
        """Open the register of the verification calls."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification calls"),
            "res_model": "property.survey.check",
            "view_mode": "list",
            "domain": [("campaign_id", "=", self.id)],
        }
