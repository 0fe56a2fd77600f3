# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PropertyClubMeeting(models.Model):
    """A meeting or rehearsal of a club: when, where, who came, what was agreed (handbook B G5)."""

    _name = "property.club.meeting"
    _description = "Meeting of a club"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _workflow_moves = {"planned": ("held", "cancelled")}

    name = fields.Char("Subject of the meeting", required=True, tracking=True)
    club_id = fields.Many2one(
        "property.club", required=True, ondelete="restrict", index=True, tracking=True
    )
    estate_id = fields.Many2one(
        related="club_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="club_id.company_id", store=True, index=True, precompute=True
    )
    date_start = fields.Datetime("Meeting from", required=True, tracking=True, index=True)
    date_end = fields.Datetime("Meeting until", required=True)
    venue_id = fields.Many2one(
        "property.venue",
        "Place of the meeting",
        compute="_compute_venue_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
    )
    booking_id = fields.Many2one(
        "property.venue.booking",
        "Booking of the venue",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('venue_id', '=', venue_id), ('estate_id', '=', estate_id)]",
    )
    attendee_ids = fields.Many2many(
        "property.club.member", string="Members present", domain="[('club_id', '=', club_id)]"
    )
    guest_count = fields.Integer("Guests")
    attendance = fields.Integer("Present together", compute="_compute_attendance", store=True)
    attendance_rate = fields.Float("Attendance rate", compute="_compute_attendance_rate")
    minutes = fields.Text("Minutes of the meeting")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)
    state = fields.Selection(
        [("planned", "Meeting planned"), ("held", "Meeting held"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        tracking=True,
        index=True,
        copy=False,
    )

    _period = models.Constraint("CHECK (date_end > date_start)", "A meeting ends after it begins.")
    _guests = models.Constraint("CHECK (COALESCE(guest_count, 0) >= 0)", "Guests: zero or more.")

    @api.depends("club_id")
    def _compute_venue_id(self):
        for meeting in self:
            meeting.venue_id = meeting.venue_id or meeting.club_id.venue_id

    @api.depends("attendee_ids", "guest_count")
    def _compute_attendance(self):
        for meeting in self:
            meeting.attendance = len(meeting.attendee_ids) + meeting.guest_count

    @api.depends("attendee_ids", "club_id")
    def _compute_attendance_rate(self):
        for meeting in self:
            members = meeting.club_id.member_count
            meeting.attendance_rate = len(meeting.attendee_ids) / members if members else 0.0

    @api.constrains("attendee_ids", "club_id")
    def _check_attendees(self):
        for meeting in self:
            if strange := meeting.attendee_ids.filtered(
                lambda row, meeting=meeting: row.club_id != meeting.club_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s is no member of “%(club)s”: count guests as guests.",
                        person=strange[0].partner_id.name,
                        club=meeting.club_id.name,
                    )
                )

    @api.onchange("booking_id")
    def _onchange_booking_id(self):
        if self.booking_id:
            self.date_start, self.date_end = self.booking_id.date_start, self.booking_id.date_end

    def write(self, vals):
        if {"date_start", "date_end", "attendee_ids", "minutes", "club_id"} & vals.keys():
            if not self._moving() and (kept := self.filtered(lambda row: row.state == "held")):
                raise UserError(
                    self.env._("“%s” was held: its minutes stay as they are.", kept[0].name)
                )
        return super().write(vals)

    def action_hold(self):
        """Note that the meeting was held.

        :raises UserError: without attendance or minutes, or before it began
        """
        self.check_access("write")
        for meeting in self:
            if meeting.date_start > fields.Datetime.now():
                raise UserError(self.env._("“%s” has not begun yet.", meeting.name))
            if not meeting.attendance or not (meeting.minutes or "").strip():
                raise UserError(self.env._("“%s”: enter who came and the minutes.", meeting.name))
        self._move_to("held")

    def action_cancel(self):
        """Note that the meeting does not take place."""
        self.check_access("write")
        self._move_to("cancelled")
