# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyApprovalMixin(models.AbstractModel):
    """What a document needs to ask for approval (handbook B §8)."""

    _name = "property.approval.mixin"
    _description = "Document with approval"

    approval_ids = fields.One2many(
        "property.approval",
        "res_id",
        "Approvals",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
    )
    approval_pending = fields.Boolean(compute="_compute_approval_pending")

    @api.depends("approval_ids.state")
    def _compute_approval_pending(self):
        pending = dict(
            self.env["property.approval"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "pending"),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        for document in self:
            document.approval_pending = bool(pending.get(document.id))

    def _request_approval(self, matter, subject, amount=0.0, reason=None):
        """Ask for the approval of `matter`; without any step in the matrix it is granted at once.

        :param str matter: a matter of `property.authority`
        :param str subject: one line that tells the approver what it is about
        :param float amount: what is at stake, in yuan
        :param str reason: why
        :return: the `property.approval` record
        :raises UserError: if the document is waiting for an approval already
        """
        self.ensure_one()
        if self.approval_pending:
            raise UserError(
                self.env._(
                    "“%(document)s” is already waiting for an approval.",
                    document=self.display_name,
                )
            )
        company = self.company_id
        estate = self.estate_id if "estate_id" in self._fields else None
        steps = self.env["property.authority"]._steps(matter, company, estate, amount)
        approval = (
            self.env["property.approval"]
            .sudo()
            .create(
                {
                    "name": subject,
                    "matter": matter,
                    "res_model": self._name,
                    "res_id": self.id,
                    "company_id": company.id,
                    "estate_id": estate.id if estate else False,
                    "amount": amount,
                    "reason": reason,
                    "requested_by_id": self.env.uid,
                    "step_ids": [
                        fields.Command.create({"sequence": number, "group_id": step.group_id.id})
                        for number, step in enumerate(steps, 1)
                    ],
                }
            )
        )
        if not steps:
            approval._move_to("approved")
            self.sudo()._approval_granted(approval)
        return approval

    def _withdraw_approval(self):
        """Take back the request for approval that is still pending."""
        self.sudo().approval_ids.filtered(lambda row: row.state == "pending")._move_to("withdrawn")

    def _approval_advanced(self, approval):
        """Hook: a step of `approval` was approved and another one waits."""

    def _approval_granted(self, approval):
        """Hook: every step of `approval` was approved."""

    def _approval_refused(self, approval, reason):
        """Hook: a step of `approval` was refused for `reason`."""
