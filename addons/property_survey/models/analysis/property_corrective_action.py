# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

SOURCES = [
    ("survey", "Survey item below target"),
    ("pareto", "Pareto analysis"),
    ("complaint", "Complaint"),
    ("violation", "Repeated violation or finding"),
    ("check", "Failed internal check"),
    ("figure", "Figure missed for two months"),
    ("other", "Other"),
]
# Words that say no more than “do better”: a measure is something else (handbook B F7).
_EMPTY_WORDS = re.compile(
    r"(今后|以后|进一步|切实|继续|对|员工|人员|全体|相关|我们|要|的|和|与|及|并|进行|工作|力度|"
    r"加强|强化|提高|提升|增强|加大|注意|重视|教育|培训|宣传|学习|意识|管理|责任心|责任|素质|思想|"
    r"strengthen(ed|ing)?|more|better|improve|education|training|awareness|staff|of|the|and|to)",
    re.IGNORECASE,
)


def says_nothing(text):
    """Return whether a measure is nothing but “strengthen education” in whatever words."""
    return not re.sub(r"[\W_]+", "", _EMPTY_WORDS.sub("", text or ""))


class PropertyCorrectiveAction(models.Model):
    """A corrective or preventive action (纠正/预防措施实施通知单, form F7-1; handbook B F7).

    Removes the cause and not only the symptom: cause within 3 days, plan within 5, carried out
    within 30, its effect verified 1 to 3 months later by somebody who did not do it.
    """

    _name = "property.corrective.action"
    _description = "Corrective action"
    _inherit = ["property.living.mixin", "property.source.mixin", "property.approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _number_form = "JZ"
    _workflow_initial = ("opened", "proposed")
    _workflow_moves = {
        "proposed": ("opened", "dismissed"),
        "opened": ("containment", "cause"),
        "containment": ("cause",),
        "cause": ("plan",),
        "plan": ("approved", "cause"),
        "approved": ("implementing",),
        "implementing": ("verify",),
        "verify": ("closed", "ineffective"),
        "ineffective": ("cause",),
        "closed": ("ineffective",),
    }
    _workflow_stamps = {
        "dismissed": (None, "dismissed_date"),
        "approved": ("approved_by_id", "approved_date"),
        "verify": (None, "done_date"),
        "closed": ("verified_by_id", "verified_date"),
        "ineffective": ("verified_by_id", "verified_date"),
    }
    _case_clocks = {
        "opened": ("cause",),
        "cause": ("cause",),
        "plan": ("plan",),
        "approved": ("implement",),
        "verify": ("effect",),
    }
    _case_done = {
        "plan": ("cause",),
        "approved": ("plan",),
        "verify": ("implement",),
        "closed": ("effect",),
        "ineffective": ("effect",),
    }
    _case_end = ("closed", "dismissed")
    _reasons = {
        "ineffective": "action_ineffective",
        "dismiss": "action_dismiss",
        "back": "action_came_back",
    }
    _living_open = ("proposed", "opened", "containment", "cause", "plan")
    _living_facts = ("fact", "kind", "cause", "corrective", "preventive", "responsible_id")

    name = fields.Char("Subject", required=True)
    kind = fields.Selection(
        [("corrective", "Corrective"), ("preventive", "Preventive")],
        "Kind of measure",
        required=True,
        default="corrective",
        tracking=True,
    )
    source = fields.Selection(SOURCES, "Triggered by", required=True, default="other", index=True)
    campaign_id = fields.Many2one(
        "property.survey.campaign", ondelete="restrict", index="btree_not_null"
    )
    result_id = fields.Many2one(
        "property.survey.result", "Item below target", ondelete="set null", index="btree_not_null"
    )
    department_id = fields.Many2one(
        "hr.department", "Responsible department", index="btree_not_null", tracking=True
    )
    responsible_id = fields.Many2one(
        "res.users", "Responsible person", index="btree_not_null", tracking=True
    )
    verifier_id = fields.Many2one("res.users", index="btree_not_null", tracking=True)
    fact = fields.Text("What does not conform", required=True)
    containment = fields.Text("Put right at once")
    cause = fields.Text("Cause found", help="By man, machine, material, method, environment.")
    corrective = fields.Text("Corrective measures")
    preventive = fields.Text("Preventive measures")
    date_due_plan = fields.Date("To be carried out by")
    completion = fields.Text("What was carried out")
    documents = fields.Text("Documents changed")
    cost = fields.Float("Cost (yuan)", digits=(16, 2))
    verify_result = fields.Text("Result of the verification")
    ineffective_count = fields.Integer(
        "Times without effect", readonly=True, copy=False, aggregator=None
    )
    level = fields.Selection(
        [("estate", "Estate"), ("company", "Company")],
        default="estate",
        readonly=True,
        copy=False,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("opened", "Opened"),
            ("containment", "Put right at once"),
            ("cause", "Cause being found"),
            ("plan", "Measures being planned"),
            ("approved", "Approved"),
            ("implementing", "Being carried out"),
            ("verify", "Effect being verified"),
            ("ineffective", "Without effect"),
            ("closed", "Closed"),
            ("dismissed", "Not needed"),
        ],
        required=True,
        default="opened",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    done_date = fields.Datetime("Carried out on", readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", "Verification by", readonly=True, copy=False)
    verified_date = fields.Datetime("Verification on", readonly=True, copy=False)

    def _handler_users(self):
        return self.responsible_id or self.user_id

    def _deadline_users(self, role):
        if self.level == "company" and role in ("supervisor", "manager"):
            return super()._deadline_users("company")
        return super()._deadline_users(role)

    def _need(self, name):
        for action in self:
            if not (action[name] or ""):
                label = action._fields[name]._description_string(self.env)
                raise UserError(
                    self.env._(
                        "“%(field)s” of %(number)s is still missing.",
                        field=label,
                        number=action.number,
                    )
                )

    def action_contain(self):
        """State what was put right at once."""
        self._need("containment")
        self._move_to("containment")

    def action_cause(self):
        """Begin to look for the cause."""
        self._move_to("cause")

    def action_plan(self):
        """Go on to the measures; the cause is found.

        :raises UserError: without the cause
        """
        self._need("cause")
        self._move_to("plan")

    def action_submit(self):
        """Ask the project manager to approve the measures (handbook B §8).

        :raises UserError: without person or measure, or with a measure that says nothing
        """
        for action in self:
            if action.state != "plan":
                raise UserError(self.env._("%s has no plan to approve.", action.number))
            action._need("responsible_id")
            texts = [text for text in (action.corrective, action.preventive) if text]
            if not texts:
                action._need("corrective")
            if all(says_nothing(text) for text in texts):
                raise UserError(
                    self.env._(
                        "“%(text)s” is no measure: state what changes in work, equipment or "
                        "rules, and how it is checked.",
                        text=texts[0],
                    )
                )
            action._request_approval("corrective_action", action.name, action.cost)

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self.message_post(body=self.env._("Not approved: %(reason)s", reason=reason))

    def action_implement(self):
        """Begin to carry the measures out."""
        self._move_to("implementing")

    def action_done(self):
        """State that the measures were carried out; somebody else verifies their effect.

        :raises UserError: without a description
        """
        self._need("completion")
        self._move_to("verify")

    def _check_verifier(self):
        for action in self:
            if self.env.user == action.responsible_id and not self.env.su:
                raise UserError(self.env._("Who did it cannot verify it: %s.", action.number))
            if action.verifier_id and action.verifier_id == action.responsible_id:
                raise UserError(
                    self.env._("Verifier and responsible person differ: %s.", action.number)
                )
        self._check_role("supervisor", self.env._("Effects are verified by a supervisor."))

    def action_close(self):
        """State that the measures have effect.

        :raises UserError: by who carried them out, or without the result
        """
        self._check_verifier()
        self._need("verify_result")
        self._move_to("closed", recurrence=False)

    def action_ineffective(self, reason=None):
        """State that the measures have no effect: the cause is looked for anew.

        The second time the matter goes to the company.

        :param str reason: what was found
        :raises UserError: without it, or by who carried the measures out
        """
        self._check_verifier()
        for action in self:
            text = reason or action.verify_result
            if not text:
                action._need("verify_result")
            action._begin_again(verify_result=text)

    def _begin_again(self, **values):
        """Look for the cause anew; the second time the matter goes to the company."""
        count = self.ineffective_count + 1
        self._move_to(
            "ineffective",
            ineffective_count=count,
            level="company" if count >= 2 else self.level,
            **values,
        )
        self._move_to("cause")
        if count >= 2:
            self._tell("company", self.env._("Measures were twice without effect: %s", self.number))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_opened(self):
        if any(action.state != "opened" for action in self):
            raise UserError(self.env._("A corrective action that was begun is kept."))
