# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_today

FIELDS = [
    ("art", "Music, dance and stage"),
    ("sport", "Sport and fitness"),
    ("chess", "Chess and cards"),
    ("painting", "Painting and calligraphy"),
    ("reading", "Reading and photography"),
    ("volunteer", "Volunteers and public benefit"),
    ("family", "Parents and children"),
    ("other", "Other field"),
]


class PropertyClub(models.Model):
    """A club of residents (群众文化社团, handbook B G5): they run it, we help."""

    _name = "property.club"
    _description = "Club of residents"
    _inherit = [
        "property.workflow.mixin",
        "property.patrol.reasoned",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "estate_id, name, id"
    _check_company_auto = True

    _workflow_moves = {
        "forming": ("active", "closed"),
        "active": ("dormant", "closed"),
        "dormant": ("active", "closed"),
    }
    _workflow_stamps = {
        "active": (None, "active_date"),
        "dormant": (None, "dormant_date"),
        "closed": (None, "closed_date"),
    }
    _reasons = {"dormant": "_rest", "close": "_close"}

    name = fields.Char("Name of the club", required=True, tracking=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    field = fields.Selection(
        FIELDS, "Field of the club", required=True, default="art", index=True, tracking=True
    )
    color = fields.Integer()
    image_128 = fields.Image("Emblem", max_width=128, max_height=128)
    leader_id = fields.Many2one(
        "res.partner", "Club leader", ondelete="restrict", index="btree_not_null", tracking=True
    )
    leader_phone = fields.Char("Phone of the leader", related="leader_id.property_phone_masked")
    user_id = fields.Many2one(
        "res.users",
        "Contact of the service centre",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    member_ids = fields.One2many("property.club.member", "club_id", "Club members")
    member_count = fields.Integer("Members now", compute="_compute_counts")
    meeting_ids = fields.One2many("property.club.meeting", "club_id", "Club meetings")
    meeting_count = fields.Integer("Meetings held", compute="_compute_counts")
    last_meeting = fields.Datetime("Last meeting", compute="_compute_counts")
    support_ids = fields.One2many("property.club.support", "club_id", "Support money")
    support_amount = fields.Monetary("Support granted", compute="_compute_counts")
    booking_ids = fields.One2many("property.venue.booking", "club_id", "Bookings of the club")
    booking_count = fields.Integer("Number of bookings", compute="_compute_counts")
    rules = fields.Text("Rules of the club")
    rules_ids = fields.Many2many(
        "ir.attachment",
        "property_club_rules_rel",
        string="Papers of the club",
        bypass_search_access=True,
        copy=False,
    )
    activity_time = fields.Char("Time of activity", help="E.g. Tuesdays and Fridays, 19:00–20:30.")
    venue_id = fields.Many2one(
        "property.venue",
        "Usual venue",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
    )
    filed_date = fields.Date("Filed with the residents' committee on", tracking=True)
    filed_number = fields.Char("Filing no.")
    reason = fields.Char("Reason of the last step", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        [
            ("forming", "Forming"),
            ("active", "Club active"),
            ("dormant", "Dormant"),
            ("closed", "Dissolved"),
        ],
        required=True,
        default="forming",
        tracking=True,
        index=True,
        copy=False,
        group_expand=True,
    )
    active_date = fields.Datetime("Active club since", readonly=True, copy=False)
    dormant_date = fields.Datetime("Dormant since", readonly=True, copy=False)
    closed_date = fields.Datetime("Dissolved on", readonly=True, copy=False)

    _name_unique = models.UniqueIndex(
        "(estate_id, name) WHERE state != 'closed'",
        "This estate has a club of that name already.",
    )

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {"reason"}

    @api.depends(
        "member_ids.date_left",
        "meeting_ids.state",
        "meeting_ids.date_start",
        "support_ids.state",
        "support_ids.amount",
        "booking_ids",
    )
    def _compute_counts(self):
        today = local_today()
        members = self._counted(
            "property.club.member",
            [
                ("club_id", "in", self.ids),
                "|",
                ("date_left", "=", False),
                ("date_left", ">", today),
            ],
            ["__count"],
        )
        meetings = self._counted(
            "property.club.meeting",
            [("club_id", "in", self.ids), ("state", "=", "held")],
            ["__count", "date_start:max"],
        )
        support = self._counted(
            "property.club.support",
            [("club_id", "in", self.ids), ("state", "in", ("granted", "billed"))],
            ["amount:sum"],
        )
        bookings = self._counted(
            "property.venue.booking", [("club_id", "in", self.ids)], ["__count"]
        )
        for club in self:
            club.member_count = members.get(club, (0,))[0]
            club.meeting_count, club.last_meeting = meetings.get(club, (0, False))
            club.support_amount = support.get(club, (0.0,))[0]
            club.booking_count = bookings.get(club, (0,))[0]

    def _counted(self, model, domain, aggregates):
        rows = self.env[model]._read_group(domain, ["club_id"], aggregates)
        return {row[0]: row[1:] for row in rows}

    # steps ---------------------------------------------------------------------------------------

    def action_activate(self):
        """Let the club begin, or begin again: it has leader, rules and enough members.

        :raises UserError: naming what is missing
        """
        self.check_access("write")
        for club in self:
            needed = club.estate_id._parameter("club_min_members")
            missing = [
                text
                for ok, text in (
                    (club.leader_id, self.env._("a leader")),
                    (club.rules or club.rules_ids, self.env._("rules")),
                    (
                        club.member_count >= needed,
                        self.env._(
                            "%(needed)s members (now %(count)s)",
                            needed=needed,
                            count=club.member_count,
                        ),
                    ),
                )
                if not ok
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "“%(club)s” cannot begin yet; it needs: %(missing)s.",
                        club=club.name,
                        missing="、".join(missing),
                    )
                )
            club._move_to("active", reason=False)

    def _rest(self, reason):
        """Note that the club rests.

        :param str reason: why
        """
        self._move_to("dormant", reason=reason)

    def _close(self, reason):
        """Dissolve the club; its members leave with it.

        :param str reason: why
        :raises UserError: while support money waits for its decision
        """
        for club in self:
            if club.support_ids.filtered(lambda row: row.state == "asked"):
                raise UserError(
                    self.env._(
                        "“%s”: support money waits for its decision: decide it first.", club.name
                    )
                )
            club._move_to("closed", reason=reason)
            club.member_ids.action_leave()
            # its name is free for another club
            club.flush_recordset(["state"])

    def action_book_venue(self):
        """Open a new booking of the club's usual venue."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.venue.booking",
            "view_mode": "form",
            "context": {
                "default_club_id": self.id,
                "default_applicant_kind": "club",
                "default_organiser": self.name,
                "default_partner_id": self.leader_id.id,
                "default_venue_id": self.venue_id.id,
                "default_unit_id": self._leader_unit().id,
            },
        }

    def _leader_unit(self):
        """Return the home of the leader in the estate; fee and deposit are booked on it."""
        self.ensure_one()
        row = self.member_ids.filtered(lambda row: row.partner_id == self.leader_id)[:1]
        return row.unit_id

    def action_open_bookings(self):
        """Open the bookings of the club."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bookings of %(club)s", club=self.name),
            "res_model": "property.venue.booking",
            "view_mode": "list,calendar,form",
            "domain": [("club_id", "=", self.id)],
        }

    def action_open_meetings(self):
        """Open the meetings of the club."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meetings of %(club)s", club=self.name),
            "res_model": "property.club.meeting",
            "view_mode": "list,calendar,form",
            "domain": [("club_id", "=", self.id)],
            "context": {"default_club_id": self.id},
        }
