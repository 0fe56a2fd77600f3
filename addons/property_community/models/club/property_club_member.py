# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import local_today


class PropertyClubMember(models.Model):
    """Somebody in a club, from when to when (handbook B G5)."""

    _name = "property.club.member"
    _description = "Member of a club"
    _inherit = ["property.guarded.mixin"]
    _order = "club_id, date_left desc nulls first, role, id"
    _check_company_auto = True

    club_id = fields.Many2one("property.club", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="club_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="club_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Resident", required=True, ondelete="restrict", index=True
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
    phone = fields.Char("Phone (masked)", related="partner_id.property_phone_masked")
    role = fields.Selection(
        [("1_leader", "Leads"), ("2_deputy", "Deputy of the leader"), ("3_member", "Club member")],
        "Task in the club",
        required=True,
        default="3_member",
    )
    date_joined = fields.Date("Joined on", required=True, default=fields.Date.context_today)
    date_left = fields.Date("Left on")

    _once = models.UniqueIndex(
        "(club_id, partner_id) WHERE date_left IS NULL",
        "This person is a member of the club already.",
    )
    _period = models.Constraint(
        "CHECK (date_left IS NULL OR date_left >= date_joined)",
        "A member does not leave before he joined.",
    )

    @api.depends("partner_id", "club_id")
    def _compute_unit_id(self):
        for member in self:
            rows = member.partner_id.sudo().property_occupancy_ids.filtered(
                lambda row, member=member: (
                    row.current and row.unit_id.estate_id == member.club_id.estate_id
                )
            )
            member.unit_id = member.unit_id or rows[:1].unit_id

    @api.depends("partner_id.name", "club_id.name")
    def _compute_display_name(self):
        for member in self:
            member.display_name = member.partner_id.name

    @api.constrains("partner_id", "declared_minor", "guardian_id", "guardian_consent_date")
    def _check_minor(self):
        self._check_guardian()

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._set_leader()
        return members

    def write(self, vals):
        result = super().write(vals)
        if {"role", "partner_id"} & vals.keys():
            self._set_leader()
        return result

    def _set_leader(self):
        """The member who leads is the leader of the club."""
        for member in self.filtered(lambda row: row.role == "1_leader" and not row.date_left):
            member.club_id.leader_id = member.partner_id

    def action_leave(self):
        """Note that the members leave the club today."""
        self.check_access("write")
        self.filtered(lambda row: not row.date_left).date_left = local_today()
        # who has left may join again
        self.flush_recordset(["date_left"])
