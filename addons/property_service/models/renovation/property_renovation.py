# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Handbook A §28, state machine of the renovation case
STATES = [
    ("draft", "Draft"),
    ("submitted", "Declared"),
    ("precheck", "Pre-check at the desk"),
    ("returned", "Returned for completion"),
    ("first_review", "First review by engineering"),
    ("second_review", "Second review by the manager"),
    ("wait_authority", "Waiting for the authority"),
    ("approved", "Review passed"),
    ("rejected", "Not agreed to"),
    ("agreement", "Agreement signed"),
    ("paid", "Fees and deposits paid"),
    ("permitted", "Permit issued"),
    ("working", "Under construction"),
    ("suspended", "Work stopped"),
    ("completion", "Acceptance applied for"),
    ("rectify", "Acceptance: to be put right"),
    ("first_passed", "First acceptance passed"),
    ("second_passed", "Second acceptance passed"),
    ("refund", "Deposits being refunded"),
    ("closed", "Dossier filed"),
    ("cancelled", "Declaration withdrawn"),
]
#: states in which the declaration may still be changed
EDITABLE = ("draft", "returned")
#: states in which there is (or may be) work on the site
SITE_STATES = ("permitted", "working", "suspended", "completion", "rectify")
#: states of a dossier that is over
ENDED = ("closed", "cancelled", "rejected")
APPLICANTS = [
    ("owner", "Owner himself"),
    ("tenant", "Tenant or user"),
    ("agent", "Agent of the owner"),
]
MODES = [("company", "By a company"), ("self", "By the owner himself")]
USES = [
    ("own", "Lives there himself"),
    ("let", "To be let to one household"),
    ("shop", "Shop or office"),
    ("group", "Rooms let one by one"),
    ("other", "Other use"),
]
#: fields of the declaration that nobody changes once it is signed
DECLARATION_FIELDS = (
    "unit_id",
    "applicant_kind",
    "partner_id",
    "agent_id",
    "contractor_id",
    "mode",
    "lead_id",
    "fire_person",
    "worker_count",
    "date_start_plan",
    "date_end_plan",
    "item_ids",
    "load_kw",
    "hot_work",
)
#: set by the steps of the dossier, never by a caller
_SYSTEM_FIELDS = {
    "reinspect_date",
    "started_date",
    "suspend_cause",
    "state_reason",
    "return_reason",
    "copy_date",
    "rectify_count",
    "party_before",
    "party_changed_date",
    "party_pending",
    "unit_state_before",
    "version",
    "previous_id",
    "permit_id",
    "acceptance_reminded",
    "owner_id",
}
#: decided before the review: who pays, which law
_EARLY_FIELDS = {"payer_id", "law_id"}


class PropertyRenovation(models.Model):
    """The dossier of one renovation, from the declaration to the refund (handbook A §28–§30, §38).

    One record holds declaration, papers, reviews, agreement, money, permit, acceptance and refund;
    the steps are in the files beside this one. It books no money itself: deposits and charges of
    the fee room do, and tell the dossier when they are paid or given back.
    """

    _name = "property.renovation"
    _description = "Renovation"
    _inherit = [
        "property.procedure.mixin",
        "property.paper.mixin",
        "property.approval.mixin",
        "property.signature.mixin",
        "property.patrol.reasoned",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "SB"
    _paper_procedure = "renovation"
    _workflow_moves = {
        "draft": ("submitted", "cancelled"),
        "submitted": ("precheck", "cancelled"),
        "precheck": ("returned", "first_review", "cancelled"),
        "returned": ("submitted", "cancelled"),
        "first_review": ("second_review", "returned", "rejected", "cancelled"),
        "second_review": ("approved", "wait_authority", "rejected", "cancelled"),
        "wait_authority": ("second_review", "cancelled"),
        # closed: a supplement, whose work goes under the permit of the site it adds to
        "approved": ("agreement", "cancelled", "closed"),
        "agreement": ("paid", "cancelled"),
        # back: the receipt was voided on the day it was written
        "paid": ("permitted", "agreement", "cancelled"),
        "permitted": ("working", "cancelled"),
        "working": ("suspended", "completion"),
        "suspended": ("working", "completion"),
        "completion": ("first_passed", "rectify"),
        "rectify": ("completion",),
        # the re-inspection after a month may find something, too
        "first_passed": ("second_passed", "rectify"),
        "second_passed": ("refund",),
        "cancelled": ("refund",),
        "refund": ("closed",),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "precheck": ("precheck_by_id", "precheck_date"),
        "first_review": ("complete_by_id", "complete_date"),
        "second_review": ("first_review_by_id", "first_review_date"),
        "approved": ("approved_by_id", "approved_date"),
        "rejected": ("approved_by_id", "rejected_date"),
        "agreement": ("agreement_by_id", "agreement_date"),
        "paid": ("paid_by_id", "paid_date"),
        "permitted": ("permitted_by_id", "permitted_date"),
        "suspended": ("suspended_by_id", "suspended_date"),
        "completion": (None, "completion_date"),
        "first_passed": ("first_passed_by_id", "first_passed_date"),
        "second_passed": ("second_passed_by_id", "second_passed_date"),
        "refund": ("refund_by_id", "refund_date"),
        "closed": (None, "closed_date"),
        "cancelled": ("cancelled_by_id", "cancelled_date"),
    }
    _case_clocks = {
        "submitted": ("precheck",),
        # the two days of the review begin when the papers are complete (§28, bad cases)
        "first_review": ("review",),
        "approved": ("copy",),
        "completion": ("inspect",),
        "rectify": ("rectify",),
        "first_passed": ("reinspect",),
        "refund": ("refund",),
    }
    _case_done = {
        "first_review": ("precheck",),
        "returned": ("precheck", "review"),
        "approved": ("review",),
        "rejected": ("review",),
        "first_passed": ("inspect",),
        "completion": ("rectify",),
        "rectify": ("inspect", "reinspect"),
        "second_passed": ("reinspect",),
        "closed": ("refund",),
    }
    _case_hold = ("wait_authority",)
    _case_end = ENDED
    _signature_locks = {
        "owner": DECLARATION_FIELDS,
        "contractor": DECLARATION_FIELDS,
    }
    _reasons = {
        "return": "action_return",
        "suspend": "action_suspend",
        "cancel": "action_cancel",
        "rectify": "action_rectify",
        "revoke": "action_revoke",
    }

    user_id = fields.Many2one(string="In charge")
    partner_id = fields.Many2one(
        string="Renovating party",
        help="Owner or user who renovates: signs, bears the duties (装修人).",
        compute="_compute_partner",
        store=True,
        readonly=False,
        precompute=True,
    )
    owner_id = fields.Many2one(
        "res.partner",
        "Owner of the room",
        compute="_compute_owner",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    applicant_kind = fields.Selection(
        APPLICANTS, "Declared by", required=True, default="owner", tracking=True
    )
    agent_id = fields.Many2one(
        "res.partner", "Authorised agent", ondelete="restrict", index="btree_not_null"
    )
    relation = fields.Char("Relation to the owner")
    payer_id = fields.Many2one(
        "res.partner",
        "Pays for the owner's side",
        compute="_compute_payer",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Pays the owner's fees and deposit, and gets the deposit back, whoever owns or lives "
        "in the room by then.",
    )
    gross_area = fields.Float(related="unit_id.gross_area")
    law_id = fields.Many2one(
        "property.renovation.law",
        "Legal profile",
        compute="_compute_law",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    date_declared = fields.Date(
        "Date of declaration", required=True, default=fields.Date.context_today, tracking=True
    )
    mode = fields.Selection(MODES, "Way of renovating", required=True, default="company")
    contractor_id = fields.Many2one(
        "res.partner",
        "Renovation contractor",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="Chosen by the renovating party: nobody may be prescribed (Order 110, art. 19).",
    )
    contractor_license = fields.Char(
        related="contractor_id.property_contractor_license", readonly=False
    )
    contractor_bad = fields.Integer(related="contractor_id.property_contractor_bad")
    contractor_good = fields.Integer(related="contractor_id.property_contractor_good")
    lead_id = fields.Many2one(
        "res.partner",
        "Person in charge of the site",
        ondelete="restrict",
        index="btree_not_null",
    )
    lead_phone = fields.Char(
        "Phone of the site",
        compute="_compute_lead_phone",
        store=True,
        readonly=False,
        precompute=True,
    )
    fire_person = fields.Char("Responsible for fire safety")
    worker_count = fields.Integer("Number of workers")
    date_start_plan = fields.Date("Planned start", tracking=True)
    date_end_plan = fields.Date("Planned end", tracking=True, index=True)
    item_ids = fields.One2many("property.renovation.item", "renovation_id", "Work items", copy=True)
    flag_ids = fields.Many2many(
        "property.renovation.flag", string="Sensitive parts", compute="_compute_flags"
    )
    items_text = fields.Char("Main work", compute="_compute_items_text", store=True)
    load_kw = fields.Float("Estimated load (kW)", digits=(16, 2))
    hot_work = fields.Boolean("Hot work needed")
    use_kind = fields.Selection(USES, "Real purpose", tracking=True)
    intention = fields.Text(
        "Real intention",
        help="Asked before the review: who will live or work there, walls, wet rooms, commercial "
        "use, rooms let one by one (§28).",
    )
    work_hours = fields.Char(
        "Permitted hours", compute="_compute_work_hours", store=True, readonly=False
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "property.renovation",
        "Earlier version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    supplement_ids = fields.One2many(
        "property.renovation", "previous_id", "Later versions", readonly=True
    )
    remark = fields.Text("Remark on the dossier")
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
        group_expand="_expand_states",
    )

    # stamps
    submitted_by_id = fields.Many2one(
        "res.users", "Declaration taken by", readonly=True, copy=False
    )
    submitted_date = fields.Datetime("Declared at", readonly=True, copy=False)
    precheck_by_id = fields.Many2one("res.users", "Pre-checked by", readonly=True, copy=False)
    precheck_date = fields.Datetime("Pre-check begun at", readonly=True, copy=False)
    complete_by_id = fields.Many2one("res.users", "Found complete by", readonly=True, copy=False)
    complete_date = fields.Datetime("Papers complete at", readonly=True, copy=False)
    first_review_by_id = fields.Many2one("res.users", "First review by", readonly=True, copy=False)
    first_review_date = fields.Datetime("First review at", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Second review by", readonly=True, copy=False)
    approved_date = fields.Datetime("Review passed at", readonly=True, copy=False)
    rejected_date = fields.Datetime("Not agreed to at", readonly=True, copy=False)
    agreement_by_id = fields.Many2one(
        "res.users", "Agreement handled by", readonly=True, copy=False
    )
    agreement_date = fields.Datetime("Agreement signed at", readonly=True, copy=False)
    paid_by_id = fields.Many2one("res.users", "Cashier of the fees", readonly=True, copy=False)
    paid_date = fields.Datetime("Fees and deposits paid at", readonly=True, copy=False)
    permitted_by_id = fields.Many2one("res.users", "Permit issued by", readonly=True, copy=False)
    permitted_date = fields.Datetime("Permit issued at", readonly=True, copy=False)
    suspended_by_id = fields.Many2one("res.users", "Work stopped by", readonly=True, copy=False)
    suspended_date = fields.Datetime("Work stopped at", readonly=True, copy=False)
    completion_date = fields.Datetime("Acceptance applied for at", readonly=True, copy=False)
    first_passed_by_id = fields.Many2one(
        "res.users", "First acceptance by", readonly=True, copy=False
    )
    first_passed_date = fields.Datetime("First acceptance at", readonly=True, copy=False)
    second_passed_by_id = fields.Many2one(
        "res.users", "Second acceptance by", readonly=True, copy=False
    )
    second_passed_date = fields.Datetime("Second acceptance at", readonly=True, copy=False)
    refund_by_id = fields.Many2one("res.users", "Refund begun by", readonly=True, copy=False)
    refund_date = fields.Datetime("Refund begun at", readonly=True, copy=False)
    closed_date = fields.Datetime("Dossier filed at", readonly=True, copy=False)
    cancelled_by_id = fields.Many2one("res.users", "Withdrawn by", readonly=True, copy=False)
    cancelled_date = fields.Datetime("Withdrawn at", readonly=True, copy=False)
    state_reason = fields.Char("Reason of the last step", readonly=True, copy=False)

    _plan_order = models.Constraint(
        "CHECK (date_end_plan IS NULL OR date_start_plan IS NULL"
        " OR date_end_plan >= date_start_plan)",
        "A renovation cannot end before it starts.",
    )
    _open_site = models.Index("(unit_id) WHERE state NOT IN ('closed', 'cancelled', 'rejected')")

    # computed ------------------------------------------------------------------------------------

    @api.model
    def _expand_states(self, states, domain):
        """Show the states of the board that are worked in, whether or not there are dossiers."""
        busy = [
            "submitted",
            "precheck",
            "first_review",
            "second_review",
            "agreement",
            "working",
            "completion",
            "first_passed",
            "refund",
        ]
        shown = set(states) | set(busy)
        return [state for state, _label in STATES if state in shown]

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for dossier in self:
            parts = (dossier.number, dossier.unit_id.full_name)
            dossier.display_name = " ".join(part for part in parts if part)

    @api.depends("unit_id")
    def _compute_owner(self):
        for dossier in self:
            if dossier.unit_id and dossier.state in (False, *EDITABLE):
                dossier.owner_id = dossier.unit_id.owner_id

    @api.depends("unit_id", "applicant_kind")
    def _compute_partner(self):
        for dossier in self:
            if dossier.state not in (False, *EDITABLE) or not dossier.unit_id:
                continue
            unit = dossier.unit_id
            tenant = dossier.applicant_kind == "tenant"
            dossier.partner_id = (tenant and unit.tenant_id) or unit.owner_id

    @api.depends("partner_id")
    def _compute_payer(self):
        for dossier in self:
            if dossier.state in (False, *EDITABLE):
                dossier.payer_id = dossier.partner_id

    @api.depends("estate_id")
    def _compute_law(self):
        for dossier in self:
            if dossier.estate_id and dossier.state in (False, *EDITABLE):
                dossier.law_id = dossier.estate_id._renovation_law()

    @api.depends("law_id", "unit_id")
    def _compute_work_hours(self):
        for dossier in self:
            dossier.work_hours = (
                dossier.law_id._hours_for(dossier.unit_id) if dossier.law_id else False
            )

    @api.depends("lead_id")
    def _compute_lead_phone(self):
        for dossier in self:
            dossier.lead_phone = dossier.lead_id.phone or dossier.lead_phone

    @api.depends("item_ids.flag_ids")
    def _compute_flags(self):
        for dossier in self:
            dossier.flag_ids = dossier.item_ids.flag_ids

    @api.depends("item_ids.place", "item_ids.name")
    def _compute_items_text(self):
        for dossier in self:
            dossier.items_text = "；".join(
                " ".join(part for part in (item.place, item.name) if part)
                for item in dossier.item_ids
            )

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        dossiers = super().create(vals_list)
        dossiers._make_papers()
        return dossiers

    def write(self, vals):
        fixed = set(DECLARATION_FIELDS) & vals.keys()
        if fixed and not self._moving() and not self.env.su:
            if late := self.filtered(lambda dossier: dossier.state not in EDITABLE):
                raise UserError(
                    self.env._(
                        "%(dossier)s is “%(state)s”: what was declared stays as it is. Return it "
                        "for completion, or declare a new version.",
                        dossier=late[0].display_name,
                        state=late[0]._state_label(late[0].state),
                    )
                )
        if not self._moving() and not self.env.su:
            early = (*EDITABLE, "submitted", "precheck")
            if _SYSTEM_FIELDS & vals.keys() or (
                _EARLY_FIELDS & vals.keys() and self.filtered(lambda row: row.state not in early)
            ):
                raise UserError(
                    self.env._(
                        "%(dossier)s: this is kept by the steps of the dossier.",
                        dossier=self[:1].display_name,
                    )
                )
        result = super().write(vals)
        if {"applicant_kind", "mode", "agent_id", "unit_id"} & vals.keys():
            self.filtered(lambda dossier: dossier.state in EDITABLE)._make_papers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda dossier: dossier.state != "draft"):
            raise UserError(
                self.env._(
                    "%(dossier)s was declared: withdraw it instead of deleting it.",
                    dossier=kept[0].display_name,
                )
            )

    @api.model
    def _domain_open(self):
        """Return the domain of the dossiers that are not over."""
        return Domain("state", "not in", ENDED)

    @api.model
    def _step_label(self, step):
        return {
            "precheck": self.env._("Pre-check the same day"),
            "review": self.env._("Both reviews"),
            "copy": self.env._("Copy of the approved declaration to the owner"),
            "inspect": self.env._("Acceptance the same day"),
            "rectify": self.env._("Putting right before acceptance"),
            "reinspect": self.env._("Re-inspection after use"),
            "refund": self.env._("Refund of the deposits"),
        }.get(step, step)

    # signatures and papers -----------------------------------------------------------------------

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Renovating party (declaration)"),
            "contractor": self.env._("Contractor (declaration)"),
            "notice_owner": self.env._("Renovating party (prohibited acts)"),
            "notice_contractor": self.env._("Contractor (prohibited acts)"),
            "agreement_owner": self.env._("Renovating party (agreement)"),
            "agreement_contractor": self.env._("Contractor (agreement)"),
            "agreement_company": self.env._("Property company (agreement)"),
            "condition_owner": self.env._("Renovating party (condition of the room)"),
            "condition_company": self.env._("Property company (condition of the room)"),
            "permit": self.env._("Receiver of the permit"),
            "finish_owner": self.env._("Renovating party (acceptance)"),
            "finish_contractor": self.env._("Contractor (acceptance)"),
        }

    def _signature_partner(self, role):
        self.ensure_one()
        if role.endswith("company"):
            return self.env.user.partner_id
        if role.endswith("contractor"):
            return self.lead_id or self.contractor_id
        if self.applicant_kind == "agent" and self.agent_id:
            return self.agent_id
        return self.partner_id

    def _roles(self, owner, contractor):
        """Return the roles that have to sign: without a firm nobody signs for one."""
        self.ensure_one()
        return [owner, contractor] if self.mode == "company" else [owner]

    def _paper_conditions(self):
        """Say which papers of §28 are needed for this declaration."""
        self.ensure_one()
        conditions = {self.applicant_kind, self.mode, *self.item_ids.flag_ids.mapped("code")}
        if self.item_ids.flag_ids.filtered("document_required"):
            conditions.add("reserved")
        if self.unit_id.category and self.unit_id.category != "home":
            conditions.add("commercial")
        return conditions
