# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: registrations that count as having taken part
_TOOK_PART = ("open", "done")


class PropertyActivist(models.Model):
    """A resident who helps the community along (积极分子, form G5-1, handbook B G5).

    Data of activists is kept with their consent only; a minor needs the guardian's.
    """

    _name = "property.activist"
    _description = "Activist"
    _inherit = [
        "property.guarded.mixin",
        "property.workflow.mixin",
        "property.patrol.reasoned",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "estate_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    _workflow_moves = {
        "candidate": ("active", "left"),
        "active": ("honoured", "left"),
        "honoured": ("left",),
        "left": ("candidate",),
    }
    _workflow_stamps = {
        "active": (None, "active_date"),
        "honoured": (None, "honoured_date"),
        "left": (None, "left_date"),
    }
    _reasons = {"leave": "_leave", "withdraw": "_withdraw_consent"}

    partner_id = fields.Many2one(
        "res.partner", "Resident", required=True, ondelete="restrict", index=True, tracking=True
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(
        "property.unit",
        "Home",
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('estate_id', '=', estate_id)]",
    )
    lives_here = fields.Boolean("Still lives here", compute="_compute_lives_here")
    gender = fields.Selection(related="partner_id.property_gender")
    phone = fields.Char("Phone (masked)", related="partner_id.property_phone_masked")
    occupation = fields.Char("Occupation of the person", related="partner_id.property_occupation")
    employer = fields.Char("Employer of the person", related="partner_id.property_employer")
    skills = fields.Char("Special skills", tracking=True)
    note = fields.Text("Remark on the person")
    user_id = fields.Many2one(
        "res.users",
        "Kept in touch by",
        default=lambda self: self.env.user,
        index="btree_not_null",
    )
    consent_date = fields.Date("Agreed to be listed on", tracking=True)
    consent_ids = fields.Many2many(
        "ir.attachment",
        "property_activist_consent_rel",
        string="Papers of the consent",
        bypass_search_access=True,
        copy=False,
    )
    member_ids = fields.One2many(related="partner_id.property_club_member_ids", string="In clubs")
    club_names = fields.Char("Clubs of the person", compute="_compute_club_names")
    commendation_ids = fields.One2many(
        "property.activist.commendation", "activist_id", "Commendations"
    )
    event_count = fields.Integer("Activities taken part in", compute="_compute_event_count")
    event_names = fields.Char("Names of the activities", compute="_compute_event_count")
    reason = fields.Char("Reason of leaving", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        [
            ("candidate", "Candidate"),
            ("active", "Takes an active part"),
            ("honoured", "Honoured"),
            ("left", "No longer active"),
        ],
        required=True,
        default="candidate",
        tracking=True,
        index=True,
        copy=False,
        group_expand=True,
    )
    active_date = fields.Datetime("Active since", readonly=True, copy=False)
    honoured_date = fields.Datetime("Honoured on", readonly=True, copy=False)
    left_date = fields.Datetime("No longer active since", readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(estate_id, partner_id)", "This person is on the list of the estate already."
    )

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {"reason"}

    @api.depends("partner_id", "estate_id")
    def _compute_unit_id(self):
        for person in self:
            person.unit_id = person.unit_id or person._homes()[:1]

    def _homes(self):
        """Return the units of the estate the person holds now."""
        rows = self.partner_id.sudo().property_occupancy_ids
        return rows.filtered(
            lambda row: row.current and row.unit_id.estate_id == self.estate_id
        ).unit_id

    @api.depends("partner_id", "estate_id")
    def _compute_lives_here(self):
        for person in self:
            person.lives_here = bool(person._homes())

    @api.depends("member_ids.date_left", "estate_id")
    def _compute_club_names(self):
        for person in self:
            rows = person.sudo().member_ids.filtered(
                lambda row, person=person: not row.date_left and row.estate_id == person.estate_id
            )
            person.club_names = "、".join(rows.club_id.mapped("name"))

    def _compute_event_count(self):
        """Count the events the person was registered for and came to, or is to come."""
        rows = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                [("partner_id", "in", self.partner_id.ids), ("state", "in", _TOOK_PART)],
                ["partner_id"],
                ["event_id:recordset"],
            )
        )
        events = dict(rows)
        for person in self:
            found = events.get(person.partner_id, self.env["event.event"]).sudo()
            found = found.filtered(
                lambda event, person=person: (
                    event.company_id in (person.company_id, event.company_id.browse())
                )
            )
            person.event_count = len(found)
            person.event_names = "、".join(found.sorted("date_begin", reverse=True).mapped("name"))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_candidates(self):
        if kept := self.filtered(lambda row: row.state in ("active", "honoured")):
            raise UserError(
                self.env._("%s is on the list: note that he leaves first.", kept[0].display_name)
            )

    # steps ---------------------------------------------------------------------------------------

    def action_activate(self):
        """Put the person on the list: lives here, has agreed, and so has a minor's guardian.

        :raises UserError: naming what is missing
        """
        self.check_access("write")
        for person in self:
            if not person.lives_here:
                raise UserError(
                    self.env._(
                        "%(person)s holds no home in “%(estate)s” (any more): only residents are "
                        "on the list.",
                        person=person.display_name,
                        estate=person.estate_id.name,
                    )
                )
            if not person.consent_date:
                raise UserError(
                    self.env._(
                        "%s has not agreed to be listed: note the day of the consent.",
                        person.display_name,
                    )
                )
            person._check_guardian()
            person._move_to("active")

    def action_honour(self):
        """Note that the person was honoured.

        :raises UserError: without a commendation on record
        """
        self.check_access("write")
        for person in self:
            if not person.commendation_ids:
                raise UserError(
                    self.env._(
                        "%s: enter the commendation first (title, date, by whom).",
                        person.display_name,
                    )
                )
            person._move_to("honoured")

    def action_again(self):
        """Take somebody who had left as a candidate again."""
        self.check_access("write")
        self._move_to("candidate", reason=False)

    def _leave(self, reason):
        """Note that the person is no longer active.

        :param str reason: why
        """
        self._move_to("left", reason=reason)

    def _withdraw_consent(self, reason):
        """The person takes the consent back: leaves, and what was kept with it is removed.

        :param str reason: how it was told
        """
        for person in self:
            if person.state != "left":
                person._leave(reason)
            person.write(
                {
                    "consent_date": False,
                    "skills": False,
                    "note": False,
                    "guardian_id": False,
                    "guardian_relation": False,
                    "guardian_consent_date": False,
                }
            )

    def action_open_events(self):
        """Open the registrations of the person for activities."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Activities of %(person)s", person=self.display_name),
            "res_model": "event.registration",
            "view_mode": "list,form",
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("state", "in", list(_TOOK_PART)),
            ],
        }


class PropertyActivistCommendation(models.Model):
    """A commendation of an activist."""

    _name = "property.activist.commendation"
    _description = "Commendation of an activist"
    _order = "date desc, id desc"

    activist_id = fields.Many2one(
        "property.activist", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="activist_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="activist_id.company_id", store=True, index=True)
    name = fields.Char("Title of the commendation", required=True)
    date = fields.Date("Commended on", required=True, default=fields.Date.context_today)
    issuer = fields.Char("Commended by")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)


class ResPartner(models.Model):
    """The clubs of a resident."""

    _inherit = "res.partner"

    property_club_member_ids = fields.One2many(
        "property.club.member",
        "partner_id",
        "Memberships in clubs",
        groups="property_service.group_reader",
    )
