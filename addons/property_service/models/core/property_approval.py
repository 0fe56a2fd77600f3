# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PropertyApproval(models.Model):
    """A request for approval along the authority matrix, with every decision and its reason.

    One mechanism for all rooms (design rule 4): a document inherits `property.approval.mixin`,
    asks with `_request_approval()` and is told the outcome by `_approval_granted()` or
    `_approval_refused()`.
    """

    _name = "property.approval"
    _description = "Approval"
    _inherit = ["property.workflow.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _workflow_moves = {"pending": ("approved", "refused", "withdrawn")}
    _workflow_stamps = {
        "approved": (None, "decided_date"),
        "refused": (None, "decided_date"),
        "withdrawn": (None, "decided_date"),
    }

    name = fields.Char("Subject", required=True, readonly=True)
    matter = fields.Selection(
        lambda self: (
            self.env["property.authority"]._fields["matter"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    res_model = fields.Char("Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    estate_id = fields.Many2one("property.estate", readonly=True, index=True, check_company=True)
    amount = fields.Float("Amount (yuan)", digits=(16, 2), readonly=True)
    reason = fields.Text(readonly=True)
    requested_by_id = fields.Many2one(
        "res.users", "Requested by", required=True, readonly=True, index=True
    )
    decided_date = fields.Datetime("Decided on", readonly=True)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    step_ids = fields.One2many("property.approval.step", "approval_id", "Steps", readonly=True)
    current_group_id = fields.Many2one(
        "res.groups", "Waiting for", compute="_compute_current_group", store=True, index=True
    )
    can_decide = fields.Boolean(compute="_compute_can_decide", search="_search_can_decide")

    _document_index = models.Index("(res_model, res_id)")

    @api.depends("state", "step_ids.state")
    def _compute_current_group(self):
        for approval in self:
            step = approval._current_step()
            approval.current_group_id = step.group_id if approval.state == "pending" else False

    @api.depends_context("uid")
    @api.depends("current_group_id", "requested_by_id")
    def _compute_can_decide(self):
        groups = self.env.user.all_group_ids
        for approval in self:
            approval.can_decide = (
                approval.state == "pending"
                and approval.current_group_id in groups
                and approval.requested_by_id != self.env.user
            )

    def _search_can_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "pending"),
            ("current_group_id", "in", self.env.user.all_group_ids.ids),
            ("requested_by_id", "!=", self.env.uid),
        ]

    def _current_step(self):
        return self.step_ids.filtered(lambda step: step.state == "waiting").sorted(
            lambda step: (step.sequence, step.id)
        )[:1]

    def _document(self):
        return self.env[self.res_model].browse(self.res_id)

    def _check_may_decide(self):
        self.ensure_one()
        if self.state != "pending":
            raise UserError(
                self.env._("“%(subject)s” has already been decided.", subject=self.name)
            )
        if self.env.su:
            return
        if self.requested_by_id == self.env.user:
            raise AccessError(
                self.env._(
                    "You asked for “%(subject)s” yourself: somebody else of “%(group)s” has to "
                    "decide it.",
                    subject=self.name,
                    group=self.current_group_id.name,
                )
            )
        if self.current_group_id not in self.env.user.all_group_ids:
            raise AccessError(
                self.env._(
                    "“%(subject)s” is waiting for “%(group)s”.",
                    subject=self.name,
                    group=self.current_group_id.name,
                )
            )

    def action_approve(self):
        """Approve the step that is waiting; after the last one the document goes on.

        :raises AccessError: if the user is not of the step's group, or asked for it himself
        """
        for approval in self:
            approval.check_access("read")
            approval._check_may_decide()
            trusted = approval.sudo()
            trusted._current_step()._decide("approved")
            document = trusted._document().with_user(self.env.user).sudo()
            if trusted._current_step():
                document._approval_advanced(trusted)
            else:
                trusted._move_to("approved")
                document._approval_granted(trusted)
        return True

    def action_refuse(self):
        """Open the dialog that asks for the reason of a refusal."""
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "property.approval.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_approval_id": self.id},
        }

    def _refuse(self, reason):
        for approval in self:
            approval._check_may_decide()
            trusted = approval.sudo()
            trusted._current_step()._decide("refused", reason)
            trusted._move_to("refused")
            trusted._document().with_user(self.env.user).sudo()._approval_refused(trusted, reason)

    def action_open_document(self):
        """Open the document the approval is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }


class PropertyApprovalStep(models.Model):
    """One decision of an approval: which role, who decided, when and why."""

    _name = "property.approval.step"
    _description = "Approval step"
    _order = "approval_id, sequence, id"

    approval_id = fields.Many2one(
        "property.approval", required=True, ondelete="cascade", index=True, readonly=True
    )
    sequence = fields.Integer(readonly=True)
    group_id = fields.Many2one("res.groups", "Decided by", required=True, readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("approved", "Approved"), ("refused", "Refused")],
        default="waiting",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Decision by", readonly=True)
    date = fields.Datetime("Decision on", readonly=True)
    reason = fields.Char(readonly=True)

    def _decide(self, state, reason=None):
        self.ensure_one()
        self.write(
            {
                "state": state,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "reason": reason,
            }
        )
