# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

_MINUTES = {"minutes", "attendee_ids", "agenda", "date", "place"}


class PropertyOwnersMeeting(models.Model):
    """A talk with owners (业主恳谈会、见面会): agenda, attendance, minutes and actions (B F3)."""

    _name = "property.owners.meeting"
    _description = "Owners' meeting"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.case.step.mixin",
        "property.decent.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    _number_form = "KT"
    _workflow_moves = {
        "planned": ("announced", "cancelled"),
        "announced": ("held", "planned", "cancelled"),
        "held": ("closed",),
    }
    _workflow_stamps = {
        "announced": ("announced_by_id", "announced_date"),
        "held": ("held_by_id", "held_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_steps = {"cancel": "_drop"}
    _decent_fields = ("minutes",)

    name = fields.Char("Subject of the meeting", required=True, tracking=True)
    plan_id = fields.Many2one(
        "property.owners.meeting.plan",
        "Plan of the year",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
        ondelete="cascade",
    )
    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        index=True,
        compute="_compute_estate_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Datetime("Time of the meeting", required=True, tracking=True, index=True)
    date_stop = fields.Datetime("Until", compute="_compute_date_stop", store=True, readonly=False)
    place = fields.Char("Place of the meeting")
    host_id = fields.Many2one("res.users", "Chaired by", index="btree_not_null")
    staff_ids = fields.Many2many(
        "res.users", "property_owners_meeting_staff_rel", string="Staff taking part"
    )
    invited = fields.Char(help="E.g. owners of building 1, the owners' committee.")
    expected = fields.Integer("Owners expected")
    agenda = fields.Text("Items of the agenda")
    attendee_ids = fields.One2many("property.owners.meeting.attendee", "meeting_id", "Attendance")
    attendee_count = fields.Integer("Owners present", compute="_compute_counts")
    minutes = fields.Text("Minutes of the meeting")
    action_ids = fields.One2many("property.owners.meeting.action", "meeting_id", "Actions agreed")
    open_count = fields.Integer("Actions open", compute="_compute_counts")
    drop_reason = fields.Char("Not held because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("planned", "To be held"),
            ("announced", "Announced"),
            ("held", "Held"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    announced_by_id = fields.Many2one("res.users", "Announced by", readonly=True, copy=False)
    announced_date = fields.Datetime("Announced on", readonly=True, copy=False)
    held_by_id = fields.Many2one("res.users", "Minutes by", readonly=True, copy=False)
    held_date = fields.Datetime("Minutes kept on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    @api.depends("plan_id")
    def _compute_estate_id(self):
        for meeting in self:
            meeting.estate_id = meeting.plan_id.estate_id or meeting.estate_id

    @api.depends("date")
    def _compute_date_stop(self):
        for meeting in self:
            if meeting.date:
                meeting.date_stop = fields.Datetime.add(meeting.date, hours=2)

    @api.depends("attendee_ids", "action_ids.done")
    def _compute_counts(self):
        for meeting in self:
            meeting.attendee_count = len(meeting.attendee_ids)
            meeting.open_count = len(meeting.action_ids.filtered(lambda row: not row.done))

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings._assign_number()
        return meetings

    def write(self, vals):
        if _MINUTES & vals.keys() and not self._moving() and not self.env.su:
            if done := self.filtered(lambda meeting: meeting.state in ("held", "closed")):
                raise UserError(
                    self.env._("The minutes of “%s” are kept as they are.", done[0].name)
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if any(meeting.state not in ("planned", "cancelled") for meeting in self):
            raise UserError(self.env._("An announced meeting is cancelled, not deleted."))

    def action_announce(self):
        """Announce meetings.

        :raises UserError: without agenda, place or an approved plan
        """
        for meeting in self:
            if not (meeting.agenda and meeting.place):
                raise UserError(self.env._("“%s”: enter the agenda and the place.", meeting.name))
            if meeting.plan_id and meeting.plan_id.state != "approved":
                raise UserError(
                    self.env._(
                        "“%(meeting)s”: the plan %(plan)s is not approved yet.",
                        meeting=meeting.name,
                        plan=meeting.plan_id.display_name,
                    )
                )
            meeting._move_to("announced")
        return True

    def action_held(self):
        """Keep the minutes; those in charge of actions get a to-do.

        :raises UserError: without minutes or attendance
        """
        for meeting in self:
            if not meeting.minutes or not meeting.attendee_ids:
                raise UserError(
                    self.env._("“%s”: enter who was there and the minutes.", meeting.name)
                )
            meeting._move_to("held")
            for action in meeting.action_ids.filtered(lambda row: not row.done):
                meeting.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=action.date_limit,
                    summary=action.name,
                    user_id=action.user_id.id,
                )
        return True

    def action_close(self):
        """Close meetings whose actions are all done.

        :raises UserError: naming an action that is open
        """
        for meeting in self:
            if still := meeting.action_ids.filtered(lambda row: not row.done):
                raise UserError(
                    self.env._(
                        "“%(meeting)s”: “%(action)s” is not done yet.",
                        meeting=meeting.name,
                        action=still[0].name,
                    )
                )
            meeting._move_to("closed")
        return True

    def action_cancel(self):
        """Ask why the meeting is not held."""
        return self._ask("cancel", self.env._("Cancel the meeting"), self.env._("Why?"))

    def _drop(self, text):
        self._move_to("cancelled", drop_reason=text)


class PropertyOwnersMeetingAttendee(models.Model):
    """Somebody who was at an owners' meeting."""

    _name = "property.owners.meeting.attendee"
    _description = "Present at an owners' meeting"
    _order = "meeting_id, id"

    meeting_id = fields.Many2one(
        "property.owners.meeting", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="meeting_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="meeting_id.company_id", store=True, index=True)
    unit_id = fields.Many2one("property.unit", "Room", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    name = fields.Char(
        "Person's name",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    opinion = fields.Char("What was brought up")

    @api.depends("partner_id")
    def _compute_name(self):
        for row in self:
            row.name = row.name or row.partner_id.name

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id


class PropertyOwnersMeetingAction(models.Model):
    """What was agreed at an owners' meeting: who does it until when."""

    _name = "property.owners.meeting.action"
    _description = "Action of an owners' meeting"
    _order = "meeting_id, date_limit, id"

    meeting_id = fields.Many2one(
        "property.owners.meeting", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="meeting_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="meeting_id.company_id", store=True, index=True)
    name = fields.Char("What is done", required=True)
    user_id = fields.Many2one("res.users", "By whom", required=True, index=True)
    date_limit = fields.Date("Until", required=True)
    done = fields.Boolean()
    result = fields.Char()
