# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyComplaintMatter(models.Model):
    """One matter that several households complain about: merged, and hot from three on.

    Handbook B C1. Three households within 30 days make a matter hot: the project manager leads,
    one public answer goes to all of them, and a corrective action is planned.
    """

    _name = "property.complaint.matter"
    _description = "Matter of complaints"
    _inherit = ["property.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "hot_date desc nulls last, id desc"
    _check_company_auto = True

    name = fields.Char("Name of the matter", required=True, tracking=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    category_id = fields.Many2one(
        "property.case.category",
        domain="[('kind', '=', 'complaint')]",
        ondelete="restrict",
        index=True,
    )
    complaint_ids = fields.One2many("property.complaint", "matter_id", "Complaints")
    complaint_count = fields.Integer("Number of complaints", compute="_compute_counts")
    household_count = fields.Integer(
        "Households", compute="_compute_counts", help="In the days that count for a hot matter."
    )
    hot_date = fields.Datetime("Hot since", readonly=True, copy=False, index=True)
    user_id = fields.Many2one(
        "res.users", "Led by", index="btree_not_null", tracking=True, copy=False
    )
    analysis = fields.Text("Analysis of the cause")
    public_answer = fields.Text(help="One answer to all, without anybody's data.")
    answer_approved = fields.Boolean(readonly=True, copy=False)
    answered_date = fields.Datetime("Answered on", readonly=True, copy=False)
    corrective_action = fields.Text()
    notice_id = fields.Many2one(
        "property.notice", readonly=True, copy=False, index="btree_not_null"
    )
    active = fields.Boolean(default=True)

    @api.depends("complaint_ids.matter_id", "complaint_ids.state")
    def _compute_counts(self):
        for matter in self:
            rows = matter.sudo().complaint_ids
            matter.complaint_count = len(rows)
            matter.household_count = len(matter._households())

    def _households(self):
        """Return the households that complained within the days of setting `hot_days`."""
        self.ensure_one()
        if not self.estate_id:
            return set()
        since = fields.Datetime.now() - timedelta(days=self.estate_id._parameter("hot_days"))
        rows = self.sudo().complaint_ids.filtered(
            lambda case: case.state not in ("withdrawn", "invalid") and case.received_date >= since
        )
        return {case._household() for case in rows} - {False}

    def _check_hot(self):
        """Make matters hot that reached the threshold of setting `hot_threshold`."""
        for matter in self:
            threshold = matter.estate_id._parameter("hot_threshold")
            if not matter.hot_date and len(matter._households()) >= threshold:
                matter._become_hot()
            if matter.hot_date:
                matter._heat_complaints()

    def _become_hot(self):
        lead = self.estate_id.manager_id or self.env["res.users"]
        self.write(
            {
                "hot_date": fields.Datetime.now(),
                "user_id": lead.id or self.user_id.id,
                "corrective_action": self.corrective_action
                or self.env._(
                    "To be planned: cause, measure, responsible department, limit, check of the "
                    "effect."
                ),
            }
        )
        self.message_post(body=self.env._("The matter is hot: several households complain."))
        if lead:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Hot matter: lead it, answer publicly, plan the correction"),
                user_id=lead.id,
            )

    def _heat_complaints(self):
        for case in self.complaint_ids.filtered(
            lambda case: not case.is_hot and case.state not in ("closed", "withdrawn", "invalid")
        ):
            case._stamp(is_hot=True)
            if case.level in ("minor", "important", "repeat"):
                case._stamp(level="hot")

    def write(self, vals):
        if "public_answer" in vals:
            if not self.env.su and any(matter.approval_pending for matter in self):
                raise UserError(self.env._("The answer waits for its approval."))
            vals = {**vals, "answer_approved": False}
        return super().write(vals)

    def action_submit_answer(self):
        """Ask for the approval of the public answer.

        :raises UserError: if there is none
        """
        self.ensure_one()
        if not self.public_answer:
            raise UserError(self.env._("Write the public answer first."))
        self._request_approval(
            "complaint_reply",
            self.env._("Public answer: %(matter)s", matter=self.name),
            reason=self.public_answer,
        )
        return True

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        self.answer_approved = True

    def action_answer_all(self):
        """Answer all complaints of the matter at once, and prepare the notice for the board.

        :raises UserError: if the answer is not approved
        """
        self.ensure_one()
        if not self.answer_approved:
            raise UserError(self.env._("The public answer has to be approved first."))
        self.complaint_ids._answer_publicly(self.public_answer)
        if not self.notice_id:
            self.notice_id = self.env["property.notice"].create(
                {
                    "estate_id": self.estate_id.id,
                    "kind": "answer",
                    "title": self.name,
                    "body": self.public_answer,
                    "matter_id": self.id,
                }
            )
        self.answered_date = fields.Datetime.now()
        return True

    def action_open_complaints(self):
        """Open the complaints of the matter."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints"),
            "res_model": "property.complaint",
            "view_mode": "list,form",
            "domain": [("matter_id", "=", self.id)],
            "context": {
                "default_matter_id": self.id,
                "default_estate_id": self.estate_id.id,
                "default_category_id": self.category_id.id,
            },
        }
