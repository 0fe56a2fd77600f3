# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_day
from ..people.property_occupancy import OWNER_ROLES
from ..renovation.property_renovation import SITE_STATES

_logger = logging.getLogger(__name__)

APPLICANTS = [
    ("owner", "Owner"),
    ("family", "Family or agent"),
    ("tenant", "Tenant"),
    ("company", "Company or shop"),
    ("contractor", "Renovation contractor"),
]
CONFIRMATIONS = [
    ("shown", "Pass or ID shown, matches the file"),
    ("signed", "Owner signed here"),
    ("written", "Written authorisation"),
    ("phone", "By phone, ID number checked"),
    ("lease", "Agency certificate with authorisation or lease inventory"),
    ("seal", "Company seal and handler's ID"),
    ("tools", "Own tools, registered on entry"),
]
#: handbook A §26, §34: by which ways the owner's consent may be shown, by who applies
_WAYS = {
    "owner": ("shown", "signed", "phone"),
    "family": ("signed", "written", "phone"),
    "tenant": ("signed", "written", "phone", "lease"),
    "company": ("seal",),
    "contractor": ("signed", "written", "phone", "tools"),
}
_FACTS = ("unit_id", "applicant_kind", "applicant_name", "date", "reason")
_SIGNED = (*_FACTS, "line_ids")


class PropertyGatePass(models.Model):
    """The slip without which no large goods leave (物品放行条, handbook A §26, §34).

    One number, one slip, one day. The guard compares the goods with it; anything else than what
    is written stays. Slips come back to customer service and are reconciled every week.
    """

    _name = "property.gate.pass"
    _description = "Exit slip"
    _inherit = [
        "property.living.mixin",
        "property.signature.mixin",
        "property.verify.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "FX"
    _verify_code = "exit"
    _workflow_moves = {
        "applied": ("owner_confirmed", "released", "refused", "expired", "void"),
        "owner_confirmed": ("issued", "refused", "expired", "void"),
        "issued": ("released", "refused", "expired", "void"),
        "released": ("collected",),
        "collected": ("reconciled",),
        "refused": ("reconciled",),
    }
    _workflow_stamps = {
        "owner_confirmed": ("confirmed_by_id", "confirmed_date"),
        "issued": ("issued_by_id", "issued_date"),
        "released": ("released_by_id", "released_date"),
        "collected": ("collected_by_id", "collected_date"),
        "reconciled": ("reconciled_by_id", "reconciled_date"),
        "refused": ("refused_by_id", "refused_date"),
    }
    _case_end = ("reconciled", "expired", "void")
    _living_open = ("applied",)
    _living_facts = _FACTS
    _signature_locks = {
        "applicant": _SIGNED,
        "owner": _SIGNED,
        "guard": (*_SIGNED, "vehicle", "exit_gate"),
    }
    _reasons = {
        "refuse": "_refuse",
        "void": "_void",
        "night": "_release_at_night",
    }

    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(
        string="Applicant's contact",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    applicant_kind = fields.Selection(
        APPLICANTS, "Applies as", required=True, default="owner", tracking=True
    )
    applicant_name = fields.Char(
        "Applicant",
        required=True,
        compute="_compute_applicant_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    id_last4 = fields.Char("ID, last 4", size=4)
    owner_name = fields.Char("Owner's name", compute="_compute_owner_name", store=True)
    date = fields.Date(
        "Day the goods leave",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        index=True,
        help="The slip is valid on this day only.",
    )
    reason = fields.Selection(
        [
            ("moving", "Moving out"),
            ("part", "Some goods taken away"),
            ("repair", "To be repaired or exchanged"),
            ("sold", "Sold or given away"),
            ("site", "Tools and materials of a renovation"),
            ("other", "Other reason"),
        ],
        "Reason of taking out",
        required=True,
        default="part",
    )
    reason_note = fields.Char("Details of the reason")
    line_ids = fields.One2many("property.gate.pass.line", "gate_pass_id", "Goods")
    goods_text = fields.Char("Goods in short", compute="_compute_goods_text", store=True)
    moveout_id = fields.Many2one(
        "property.moveout", "Moving out", ondelete="restrict", index="btree_not_null"
    )
    renovation_id = fields.Many2one(
        "property.renovation",
        "Renovation dossier",
        compute="_compute_renovation_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('unit_id', '=', unit_id)]",
    )
    carrier = fields.Char()
    vehicle = fields.Char("Plate no.")
    confirmation_way = fields.Selection(
        CONFIRMATIONS, "How the owner confirmed", copy=False, tracking=True
    )
    confirmation_note = fields.Char(
        "Details of the confirmation", help="Number called, time, who answered; paper seen."
    )
    copy_ids = fields.Many2many(
        "ir.attachment", string="Papers and photos", bypass_search_access=True, copy=False
    )
    dispute = fields.Boolean(
        "Family dispute", help="Divorce, inheritance, quarrel: all owners agree, or the police."
    )
    all_owners_agree = fields.Boolean("All owners agree")
    police_note = fields.Char("Police (who, number, when)")
    stolen = fields.Boolean("Suspected theft")
    doubtful_released_by_id = fields.Many2one(
        "res.users", "Doubts cleared by", readonly=True, copy=False
    )
    arrears_text = fields.Char("Open fees", related="unit_id.release_warning")
    fees_talked = fields.Boolean("Open fees talked about")
    fees_settled = fields.Boolean("Fees settled", compute="_compute_fees_settled")
    issue_place = fields.Char("Issued at")
    night = fields.Boolean("Night emergency", readonly=True, copy=False)
    shift_leader = fields.Char("Shift leader")
    exit_gate = fields.Char("Gate")
    guard_name = fields.Char("Guard", readonly=True, copy=False)
    guard_note = fields.Char("Guard's note", readonly=True, copy=False)
    refuse_reason = fields.Char("Refused because", readonly=True, copy=False)
    void_reason = fields.Char("Void because", readonly=True, copy=False)
    week_id = fields.Many2one(
        "property.gate.week", "Reconciled in", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("applied", "Applied for"),
            ("owner_confirmed", "Owner confirmed"),
            ("issued", "Slip issued"),
            ("released", "Goods released"),
            ("collected", "Slip back"),
            ("reconciled", "Reconciled"),
            ("refused", "Not let out"),
            ("expired", "Expired"),
            ("void", "Void"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    confirmed_by_id = fields.Many2one(
        "res.users", "Confirmation taken by", readonly=True, copy=False
    )
    confirmed_date = fields.Datetime("Confirmed on", readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", "Issued by", readonly=True, copy=False)
    issued_date = fields.Datetime("Slip issued on", readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", "Released by", readonly=True, copy=False)
    released_date = fields.Datetime("Goods left on", readonly=True, copy=False, index=True)
    collected_by_id = fields.Many2one("res.users", "Slip taken back by", readonly=True, copy=False)
    collected_date = fields.Datetime("Slip taken back on", readonly=True, copy=False)
    reconciled_by_id = fields.Many2one("res.users", "Reconciled by", readonly=True, copy=False)
    reconciled_date = fields.Datetime("Reconciled on", readonly=True, copy=False)
    refused_by_id = fields.Many2one("res.users", "Refused by", readonly=True, copy=False)
    refused_date = fields.Datetime("Refused on", readonly=True, copy=False)

    @api.model
    def _group_expand_state(self, states, _domain):
        return ["applied", "owner_confirmed", "issued", "released", "collected"]

    @api.model
    def _signature_labels(self):
        return {
            "applicant": self.env._("Applicant"),
            "owner": self.env._("Owner"),
            "guard": self.env._("Guard"),
        }

    def _signature_partner(self, role):
        if role == "owner":
            return self.unit_id.owner_id
        return self.partner_id if role == "applicant" else self.env.user.partner_id

    # computes ------------------------------------------------------------------------------------

    @api.depends("unit_id", "applicant_kind")
    def _compute_partner_id(self):
        for slip in self:
            unit = slip.unit_id
            if slip.applicant_kind == "owner":
                slip.partner_id = unit.owner_id
            elif slip.applicant_kind == "tenant":
                slip.partner_id = unit.tenant_id
            else:
                slip.partner_id = slip.partner_id - unit.owner_id - unit.tenant_id

    @api.depends("partner_id")
    def _compute_applicant_name(self):
        for slip in self:
            slip.applicant_name = slip.partner_id.name or slip.applicant_name

    @api.depends("partner_id")
    def _compute_phone(self):
        for slip in self:
            slip.phone = slip.partner_id.phone or slip.phone

    @api.depends("unit_id")
    def _compute_owner_name(self):
        for slip in self:
            slip.owner_name = slip.unit_id.owner_names

    @api.depends("line_ids.name", "line_ids.quantity", "line_ids.uom")
    def _compute_goods_text(self):
        for slip in self:
            slip.goods_text = "、".join(
                f"{line.name} × {line.quantity:g}{line.uom or ''}" for line in slip.line_ids
            )

    @api.depends("unit_id", "moveout_id.state")
    def _compute_fees_settled(self):
        for slip in self:
            slip.fees_settled = not slip.unit_id.release_warning

    # steps ---------------------------------------------------------------------------------------

    @api.depends("unit_id", "reason")
    def _compute_renovation_id(self):
        """The site the tools and materials come from: the home's dossier at work."""
        sites = self.env["property.renovation"].search(
            [("unit_id", "in", self.unit_id.ids), ("state", "in", SITE_STATES)], order="id"
        )
        by_unit = {site.unit_id: site for site in sites}
        for slip in self:
            known = slip.renovation_id.unit_id == slip.unit_id and slip.renovation_id
            of_site = slip.reason == "site" and (known or by_unit.get(slip.unit_id))
            slip.renovation_id = of_site or False

    def action_confirm(self):
        """Note that the owner agrees, in one of the ways this kind of applicant may use.

        :raises UserError: without goods, consent, ID, or where there is a dispute or suspicion
        """
        self.check_access("write")
        for slip in self:
            slip._check_goods()
            slip._check_confirmation()
            slip._check_doubts()
            slip._move_to("owner_confirmed")

    def _check_goods(self):
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%s: list the goods exactly, with their number; anything else stays at the "
                    "gate.",
                    self.display_name,
                )
            )

    def _check_confirmation(self):
        kinds = dict(self._fields["applicant_kind"]._description_selection(self.env))
        ways = dict(self._fields["confirmation_way"]._description_selection(self.env))
        allowed = _WAYS[self.applicant_kind]
        if self.confirmation_way not in allowed:
            raise UserError(
                self.env._(
                    "%(slip)s: for “%(kind)s” the owner's consent is shown by one of: %(ways)s.",
                    slip=self.display_name,
                    kind=kinds[self.applicant_kind],
                    ways="；".join(ways[way] for way in allowed),
                )
            )
        way = self.confirmation_way
        if way == "signed":
            self._need_signatures(("owner",))
        elif way in ("phone", "written", "lease", "seal") and not self.confirmation_note:
            raise UserError(
                self.env._(
                    "%s: note whom you called when, or which paper you saw.", self.display_name
                )
            )
        if self.applicant_kind in ("family", "company", "contractor") and not self.id_last4:
            raise UserError(
                self.env._(
                    "%s: check the applicant's ID and note its last four digits.",
                    self.display_name,
                )
            )
        if way == "written" and not self.copy_ids:
            raise UserError(
                self.env._(
                    "%s: attach the authorisation and the copy of the ID.", self.display_name
                )
            )
        self._check_contractor()
        if self.reason == "moving" and self.applicant_kind in ("tenant", "company"):
            self._check_moveout()

    def _check_contractor(self):
        """Refuse what a contractor may not take on his own word (handbook A §34)."""
        if self.confirmation_way == "tools":
            for line in self.line_ids:
                line._check_registered()
        if special := self.line_ids.filtered("special"):
            if self.confirmation_way not in ("signed", "phone") or not self.copy_ids:
                raise UserError(
                    self.env._(
                        "%(slip)s: %(goods)s belongs to the home (removed wall, door, developer's "
                        "goods): the owner confirms by phone or here, and a photo is kept.",
                        slip=self.display_name,
                        goods="、".join(special.mapped("name")),
                    )
                )

    def _check_moveout(self):
        if self.moveout_id.state not in ("settled", "credentials_returned", "released"):
            raise UserError(
                self.env._(
                    "%(slip)s: who moves out settles the accounts first: begin or finish the "
                    "moving out of %(unit)s.",
                    slip=self.display_name,
                    unit=self.unit_id.full_name,
                )
            )

    def _check_doubts(self):
        owners = self.unit_id.occupancy_ids.filtered(
            lambda row: row.role in OWNER_ROLES and row._holds_on(self._today())
        )
        if self.dispute and not (self.all_owners_agree or self.police_note):
            raise UserError(
                self.env._(
                    "%(slip)s: the family is in dispute: both owners (%(owners)s) agree here, or "
                    "the police decides.",
                    slip=self.display_name,
                    owners="、".join(owners.partner_id.mapped("name")),
                )
            )
        if self.stolen and not self.police_note:
            raise UserError(
                self.env._(
                    "%s: theft is suspected: call the police and note it; nothing leaves before.",
                    self.display_name,
                )
            )
        if self.dispute or self.stolen:
            self._check_in_group(
                "supervisor", self.env._("A doubtful exit slip is decided by a supervisor.")
            )
            self._with_move().doubtful_released_by_id = self.env.user

    def action_issue(self):
        """Issue the slip: valid on its day only.

        :raises UserError: for a day that is over, or with open fees nobody has talked about
        """
        self.check_access("write")
        for slip in self:
            if slip.date < slip._today():
                raise UserError(
                    self.env._(
                        "%s: that day is over; void this slip and write a new one.",
                        slip.display_name,
                    )
                )
            if slip.arrears_text and not slip.fees_talked:
                raise UserError(
                    self.env._(
                        "%(slip)s: %(arrears)s Talk to the customer about paying, then tick “Open "
                        "fees talked about”.",
                        slip=slip.display_name,
                        arrears=slip.arrears_text,
                    )
                )
            slip._move_to("issued")

    def _void(self, reason):
        """Make a slip void; it keeps its number."""
        self._move_to("void", void_reason=reason)

    def action_copy_slip(self):
        """Write a new slip with the same goods, e.g. after a refusal or when the day was missed."""
        self.ensure_one()
        new = self.copy(
            {
                "date": self._today(),
                "line_ids": [
                    fields.Command.create(line.copy_data()[0] | {"gate_pass_id": False})
                    for line in self.line_ids
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "views": [(False, "form")],
        }

    # the end of the day --------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Let slips whose day is over expire."""
        open_states = ("applied", "owner_confirmed", "issued")
        over = self.search([("state", "in", open_states), ("date", "<", self._today())])
        self.env["ir.cron"]._property_each(
            over,
            lambda slip: slip._move_to("expired") if slip.state in open_states else None,
            lambda slip, _error: _logger.exception("Exit slip %s did not expire", slip.id),
            lock=True,
        )

    def _released_day(self):
        """Return the day the goods left, in China."""
        return local_day(self.released_date)
