# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ...tools.local_time import local_today

_logger = logging.getLogger(__name__)


class PropertyNotice(models.Model):
    """A notice to the residents (通知公告): outages, events, public answers.

    Handbook B D5. Draft → department → project manager → published by the front desk → expired →
    taken down and archived. An urgent one is published first and approved afterwards. Nothing
    hangs on a wall without number and last day; a wrong one is corrected by a new one.
    """

    _name = "property.notice"
    _description = "Public notice"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.case.step.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "published_date desc nulls first, id desc"
    _rec_name = "title"
    _check_company_auto = True

    _number_form = "GG"
    _workflow_moves = {
        "draft": ("dept_ok", "published", "cancelled"),
        "dept_ok": ("pm_ok", "draft", "cancelled"),
        "pm_ok": ("published", "draft", "cancelled"),
        "published": ("expired",),
        "expired": ("archived",),
    }
    _workflow_stamps = {
        "dept_ok": ("dept_by_id", "dept_date"),
        "pm_ok": (None, "approved_date"),
        "published": ("published_by_id", "published_date"),
        "expired": (None, "expired_date"),
        "archived": ("taken_down_by_id", "taken_down_date"),
    }
    _case_steps = {"withdraw": "_withdraw", "cancel": "_drop"}

    title = fields.Char("Headline", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("outage", "Outage"),
            ("event", "Event"),
            ("answer", "Public answer"),
            ("reminder", "Kind reminder"),
            ("other", "Other"),
        ],
        required=True,
        default="event",
        index=True,
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    building_ids = fields.Many2many(
        "property.building",
        "property_notice_building_rel",
        "notice_id",
        "building_id",
        "Buildings",
        domain="[('estate_id', '=', estate_id)]",
        help="Empty: the whole estate.",
    )
    body = fields.Text("Text of the notice", required=True)
    department_id = fields.Many2one(
        "hr.department", "Requesting department", index="btree_not_null", tracking=True
    )
    places = fields.Char("Places and channels", help="Boards, lifts, WeChat groups, app.")
    urgent = fields.Boolean(tracking=True, help="Published first, approved afterwards.")
    valid_until = fields.Date("Valid until", tracking=True, index=True)
    outage_kind = fields.Selection(
        [
            ("water", "Water"),
            ("power", "Power"),
            ("gas", "Gas"),
            ("lift", "Lift"),
            ("heating", "Heating or air conditioning"),
            ("network", "Network or TV"),
            ("road", "Road or parking"),
        ],
        "What is out",
    )
    area = fields.Char("Area affected")
    outage_start = fields.Datetime("Starts at")
    outage_end = fields.Datetime("Ends at")
    outage_reason = fields.Text("Reason")
    impact = fields.Text()
    hints = fields.Text("Please note")
    contact_phone = fields.Char("Phone")
    emergency_id = fields.Many2one("property.emergency", index="btree_not_null")
    complaint_id = fields.Many2one("property.complaint", index="btree_not_null")
    matter_id = fields.Many2one(
        "property.complaint.matter", "Common matter", index="btree_not_null"
    )
    replaces_id = fields.Many2one(
        "property.notice", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )
    is_valid = fields.Boolean(compute="_compute_is_valid", search="_search_is_valid")
    cancel_reason = fields.Char("Why withdrawn", readonly=True, copy=False, tracking=True)
    approver_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("dept_ok", "Checked by the department"),
            ("pm_ok", "Approved"),
            ("published", "Put up for all"),
            ("expired", "Expired, to be taken down"),
            ("archived", "Archived"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
        group_expand=True,
    )
    dept_by_id = fields.Many2one(
        "res.users", "Checked in the department by", readonly=True, copy=False
    )
    dept_date = fields.Datetime("Checked in the department on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", "Put up by", readonly=True, copy=False)
    published_date = fields.Datetime("Put up on", readonly=True, copy=False, index=True)
    expired_date = fields.Datetime("Expired on", readonly=True, copy=False)
    taken_down_by_id = fields.Many2one("res.users", "Taken down by", readonly=True, copy=False)
    taken_down_date = fields.Datetime("Taken down on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a notice with this number already."
    )
    _outage_order = models.Constraint(
        "CHECK (outage_end IS NULL OR outage_start IS NULL OR outage_end > outage_start)",
        "An outage cannot end before it starts.",
    )

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {"approver_id", "cancel_reason"}

    @api.depends("state", "valid_until")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for notice in self:
            notice.is_valid = notice.state == "published" and (
                not notice.valid_until or notice.valid_until >= today
            )

    @api.model
    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._valid_domain()
        return domain if True in value else ~domain

    @api.model
    def _valid_domain(self):
        """Return the domain of the notices that hold today."""
        return Domain("state", "=", "published") & Domain(
            "valid_until", ">=", fields.Date.context_today(self)
        )

    @api.onchange("outage_end")
    def _onchange_outage_end(self):
        if self.outage_end and not self.valid_until:
            self.valid_until = fields.Datetime.context_timestamp(self, self.outage_end).date()

    @api.onchange("estate_id")
    def _onchange_estate_id(self):
        self.contact_phone = self.contact_phone or self.estate_id.phone

    @api.constrains("building_ids", "estate_id")
    def _check_buildings(self):
        for notice in self:
            if notice.building_ids.estate_id - notice.estate_id:
                raise ValidationError(self.env._("The buildings are not of this estate."))

    def write(self, vals):
        frozen = vals.keys() & {
            *("title", "body", "valid_until", "building_ids", "estate_id", "kind"),
            *("outage_start", "outage_end", "outage_kind", "outage_reason", "area", "urgent"),
        }
        if frozen and not self._moving():
            for notice in self:
                if notice.state != "draft":
                    raise UserError(
                        self.env._(
                            "“%(notice)s” was checked as it is: take it back to the draft, or "
                            "publish a corrected one with a new number.",
                            notice=notice.title,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(notice.state != "draft" or notice.number for notice in self):
            raise UserError(self.env._("A notice keeps its place in the list: cancel it."))

    def _check_complete(self):
        """Refuse a notice that lacks what has to be on it.

        :raises UserError: if so
        """
        for notice in self:
            today = fields.Date.context_today(notice)
            if not notice.valid_until or notice.valid_until < today:
                raise UserError(
                    self.env._("A notice bears its last day: enter until when it is valid.")
                )
            if notice.kind != "outage":
                continue
            if not (notice.outage_kind and notice.outage_start and notice.outage_reason):
                raise UserError(
                    self.env._("A notice of an outage says what is out, from when, and why.")
                )
            ahead = notice.estate_id._parameter("outage_ahead_hours")
            first = fields.Datetime.now() + timedelta(hours=ahead)
            if not notice.urgent and notice.outage_start < first:
                raise UserError(
                    self.env._(
                        "A planned outage is announced %(hours)s hours ahead; mark the notice as "
                        "urgent if it is none.",
                        hours=ahead,
                    )
                )

    def action_check(self):
        """Check the notice for the department and ask the project manager."""
        self._check_role("supervisor", self.env._("Checking a notice for the department"))
        self._check_complete()
        for notice in self:
            notice._move_to("dept_ok")
            notice._request_approval(
                "notice", self.env._("Notice: %(title)s", title=notice.title), reason=notice.body
            )
        return True

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for notice in self:
            notice._with_move().approver_id = self.env.user
            if notice.state == "dept_ok":
                notice._move_to("pm_ok")
            else:
                notice._with_move().approved_date = fields.Datetime.now()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        for notice in self:
            if notice.state == "dept_ok":
                notice._move_to("draft")
            elif notice.state == "published":
                notice._withdraw(self.env._("Not approved afterwards: %(reason)s", reason=reason))

    def action_publish(self):
        """Publish what is approved: number it, put it up, show it to the residents."""
        for notice in self:
            if notice.state != "pm_ok":
                raise UserError(
                    self.env._("Only an approved notice is published, or an urgent one first.")
                )
            notice._publish()
        return True

    def action_publish_urgent(self):
        """Publish an urgent notice first; the project manager approves afterwards.

        :raises UserError: if it is not urgent
        """
        self._check_role("supervisor", self.env._("Publishing an urgent notice first"))
        for notice in self:
            if not notice.urgent:
                raise UserError(self.env._("Only an urgent notice is published before approval."))
            notice._publish()
            notice._request_approval(
                "notice",
                self.env._("Urgent notice: %(title)s", title=notice.title),
                reason=notice.body,
            )
        return True

    def _publish(self):
        self._check_complete()
        self._assign_number()
        self._move_to("published")
        if self.replaces_id.state == "published":
            self.replaces_id._withdraw(self.env._("Corrected by %(number)s", number=self.number))
        if self.emergency_id:
            told = self.emergency_id._in_print_lang().env._(
                "Owners told by notice %(number)s", number=self.number
            )
            self.emergency_id._log(told, "owners")

    def action_draft(self):
        """Take a notice back to the draft.

        :raises UserError: if it waits for its approval
        """
        for notice in self:
            if notice.approval_pending:
                raise UserError(self.env._("The notice waits for its approval."))
            notice._move_to("draft", approver_id=False, approved_date=False)
        return True

    def action_cancel(self):
        """Ask why the notice is not needed."""
        return self._ask("cancel", self.env._("Cancel the notice"), self.env._("Why?"))

    def _drop(self, text):
        self._withdraw_approval()
        self._move_to("cancelled", cancel_reason=text)

    def action_withdraw(self):
        """Ask why a published notice is taken down early."""
        return self._ask("withdraw", self.env._("Take down early"), self.env._("Why?"))

    def _withdraw(self, text):
        self._move_to("expired", cancel_reason=text)
        self._ask_to_take_down()

    def action_taken_down(self):
        """Note that the paper was taken down and destroyed; the original is archived."""
        for notice in self:
            notice._move_to("archived")
            notice.sudo().activity_ids.unlink()
        return True

    def action_correct(self):
        """Make a corrected notice with a number of its own; publishing it ends this one."""
        self.ensure_one()
        new = self.copy({"urgent": True})
        new._with_move().replaces_id = self
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def copy_data(self, default=None):
        values = super().copy_data(default)
        for notice, vals in zip(self, values, strict=True):
            vals["title"] = notice.title
            vals["building_ids"] = [Command.set(notice.building_ids.ids)]
        return values

    def _ask_to_take_down(self):
        """Give the stewards of the estate a to-do to take the paper down."""
        for notice in self.sudo():
            steward = self.env.ref("property_service.group_steward")
            supervisor = self.env.ref("property_service.group_supervisor")
            members = notice.estate_id.user_ids.filtered("active")
            users = members.filtered(
                lambda user, steward=steward, supervisor=supervisor: (
                    steward in user.all_group_ids and supervisor not in user.all_group_ids
                )
            )
            for user in users or members.filtered(
                lambda user, steward=steward: steward in user.all_group_ids
            ):
                notice.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Take the notice down and destroy it"),
                    user_id=user.id,
                )

    @api.model
    def _cron_expire(self):
        """Let notices expire whose last day is over, and tell the stewards to take them down.

        One that fails is logged and left for the next day; a second run finds nothing to do.
        """
        today = local_today()
        domain = [("state", "=", "published"), ("valid_until", "<", today)]

        def expire(notice):
            notice._move_to("expired")
            notice._ask_to_take_down()

        self.env["ir.cron"]._property_each(
            self.search(domain, limit=500),
            expire,
            lambda notice, _error: _logger.exception("Notice %s cannot expire", notice.id),
        )

    @api.model
    def _for_units(self, units):
        """Return the valid notices for those who live in `units`, the newest first."""
        if not units:
            return self.browse()
        area = Domain("building_ids", "=", False) | Domain(
            "building_ids", "in", units.building_id.ids
        )
        return self.search(
            self._valid_domain() & Domain("estate_id", "in", units.estate_id.ids) & area, limit=50
        )
