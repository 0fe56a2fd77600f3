# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)


class PropertyCommittee(models.Model):
    """The owners' committee of an estate, its term and members (业主委员会, handbook B F8).

    Where there is none in office, letters and reports go to the street office instead, and notices
    to all owners.
    """

    _name = "property.committee"
    _description = "Owners' committee"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "estate_id, date_end desc"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("office",),
        "office": ("expired", "dissolved"),
        "expired": ("office", "dissolved"),
    }
    _workflow_stamps = {"office": (None, "office_date"), "expired": (None, "expired_date")}

    name = fields.Char("Name of the committee", required=True, tracking=True)
    estate_id = fields.Many2one("property.estate", required=True, index=True, tracking=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date_start = fields.Date("Term from", required=True, tracking=True)
    date_end = fields.Date("Term until", required=True, tracking=True)
    filing_number = fields.Char("Filed with the street office under")
    phone = fields.Char()
    address = fields.Char("Office of the committee")
    member_ids = fields.One2many("property.committee.member", "committee_id")
    chair_id = fields.Many2one("res.partner", compute="_compute_chair_id")
    letter_ids = fields.One2many("property.committee.letter", "committee_id", "Letters")
    letter_count = fields.Integer("Letters and meetings", compute="_compute_letter_count")
    days_left = fields.Integer("Days left of the term", compute="_compute_days_left")
    state = fields.Selection(
        [
            ("draft", "Being elected"),
            ("office", "In office"),
            ("expired", "Term ended"),
            ("dissolved", "Dissolved"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    office_date = fields.Datetime("In office since", readonly=True, copy=False)
    expired_date = fields.Datetime("Found to have ended on", readonly=True, copy=False)
    note = fields.Text()

    _one_in_office = models.UniqueIndex(
        "(estate_id) WHERE state = 'office'",
        "There is a committee in office in this estate already.",
    )
    _term_order = models.Constraint("CHECK (date_end > date_start)", "A term ends after it begins.")

    @api.depends("member_ids.role", "member_ids.date_end")
    def _compute_chair_id(self):
        for committee in self:
            chairs = committee.member_ids.filtered(
                lambda row: row.role == "chair" and not row.date_end
            )
            committee.chair_id = chairs[:1].partner_id

    @api.depends("letter_ids")
    def _compute_letter_count(self):
        counts = dict(
            self.env["property.committee.letter"]._read_group(
                [("committee_id", "in", self.ids)], ["committee_id"], ["__count"]
            )
        )
        for committee in self:
            committee.letter_count = counts.get(committee._origin, 0)

    @api.depends("date_end")
    def _compute_days_left(self):
        today = local_today()
        for committee in self:
            committee.days_left = (committee.date_end - today).days if committee.date_end else 0

    @api.model
    def _of(self, estate):
        """Return the committee in office of an estate today, empty where there is none."""
        today = local_today()
        return self.search(
            [
                ("estate_id", "=", estate.id),
                ("state", "=", "office"),
                ("date_start", "<=", today),
                ("date_end", ">=", today),
            ],
            limit=1,
        )

    def action_office(self):
        """Note that the committee is elected and filed; or re-elected after its term.

        :raises UserError: without members or with a term that is over
        """
        today = local_today()
        for committee in self:
            if not committee.member_ids.filtered(lambda row: row.role == "chair"):
                raise UserError(
                    self.env._("“%s”: enter the members, the chair among them.", committee.name)
                )
            if committee.date_end < today:
                raise UserError(
                    self.env._("“%s”: the term is over; enter the new one.", committee.name)
                )
            committee._move_to("office")
        return True

    def action_dissolve(self):
        """Note that the committee was dissolved."""
        self._move_to("dissolved")
        return True

    def action_open_letters(self):
        """Open the letters to and from the committee."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters and meetings"),
            "res_model": "property.committee.letter",
            "view_mode": "list,form",
            "domain": [("committee_id", "=", self.id)],
            "context": {
                "default_estate_id": self.estate_id.id,
                "default_committee_id": self.id,
            },
        }

    @api.model
    def _cron_terms(self):
        """Tell managers of terms that end soon; end those that are over."""
        today = local_today()

        def check(committee):
            estate = committee.estate_id
            words = self.with_context(lang=estate._print_lang()).env
            tell = self.env["property.relation.plan"]._tell
            if committee.date_end < today:
                committee._move_to("expired")
                tell(
                    estate,
                    "manager",
                    words._(
                        "The term of the owners' committee is over: report to the street office, "
                        "inform owners by notice"
                    ),
                )
            elif committee.date_end <= today + timedelta(
                days=estate._parameter("committee_warn_days")
            ):
                tell(
                    estate,
                    "manager",
                    words._(
                        "The term of the owners' committee ends on %s: remind of the election",
                        committee.date_end,
                    ),
                )

        self.env["ir.cron"]._property_each(
            self.search([("state", "=", "office")]),
            check,
            lambda committee, _error: _logger.exception("Term of committee %s", committee.id),
        )


class PropertyCommitteeMember(models.Model):
    """A member of an owners' committee."""

    _name = "property.committee.member"
    _description = "Member of an owners' committee"
    _order = "committee_id, sequence, id"
    _rec_name = "partner_id"

    committee_id = fields.Many2one(
        "property.committee", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="committee_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="committee_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one("res.partner", "Owner", required=True, index=True)
    unit_id = fields.Many2one("property.unit", "Room", index="btree_not_null")
    phone_masked = fields.Char(related="partner_id.property_phone_masked")
    role = fields.Selection(
        [
            ("chair", "Chair"),
            ("vice", "Deputy chair"),
            ("member", "Committee member"),
            ("alternate", "Substitute"),
        ],
        "Office held",
        required=True,
        default="member",
    )
    duty = fields.Char("In charge of")
    date_start = fields.Date("Member from")
    date_end = fields.Date("Member until", help="Where somebody leaves before the term ends.")

    @api.constrains("partner_id", "committee_id")
    def _check_owner(self):
        for row in self:
            held = (
                self.env["property.occupancy"]
                .sudo()
                .search_count(
                    [
                        ("partner_id", "=", row.partner_id.id),
                        ("estate_id", "=", row.committee_id.estate_id.id),
                        ("role", "in", ("owner", "co_owner")),
                        ("current", "=", True),
                    ],
                    limit=1,
                )
            )
            if not held:
                raise ValidationError(
                    self.env._(
                        "%(name)s owns nothing in %(estate)s: only owners are members of the "
                        "committee.",
                        name=row.partner_id.name,
                        estate=row.committee_id.estate_id.name,
                    )
                )


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    street_office_id = fields.Many2one(
        "res.partner",
        "Street office or residents' committee",
        index="btree_not_null",
        help="Reported to where there is no owners' committee in office.",
    )
    committee_ids = fields.One2many("property.committee", "estate_id", "Owners' committees")
