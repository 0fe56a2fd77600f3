# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: Handbook A §37, state machine of the violation case
STATES = [
    ("found", "Violation found"),
    ("dissuaded", "Dissuaded by word"),
    ("corrected", "Corrected at once"),
    ("notice_issued", "Written notice issued"),
    ("served", "Notice served"),
    ("recheck", "Being re-checked"),
    ("passed", "Re-check passed"),
    ("suspended", "Work stopped by order"),
    ("reported", "Reported to the authority"),
    ("authority", "In the authority's hands"),
    ("claimed", "Breach pursued"),
    ("closed", "Violation closed"),
]
#: states in which the violation is put right or over
SETTLED = ("passed", "closed")
#: what nobody changes any more once the notice is served
_NOTICE_FIELDS = ("type_id", "description", "danger", "requirement", "notice_deadline", "stop_work")
_STAMPED = {"notice_number", "notice_count", "failed_date", "report_number", "damage_ids"}


class PropertyRenovationViolation(models.Model):
    """A violation on a site from finding to closing (违章装修处理, handbook A §37).

    The company dissuades, asks in writing, reports, and claims what the agreement says. Nothing
    here takes anybody's tools, cuts supplies, fines, or opens a door by force.
    """

    _name = "property.renovation.violation"
    _description = "Violation on a site"
    _inherit = [
        "property.procedure.mixin",
        "property.signature.mixin",
        "property.patrol.reasoned",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "WZC"
    _workflow_moves = {
        "found": ("dissuaded", "reported", "closed"),
        "dissuaded": ("corrected", "notice_issued", "reported"),
        "corrected": ("closed", "notice_issued"),
        "notice_issued": ("served", "reported"),
        "served": ("recheck", "reported"),
        "recheck": ("passed", "notice_issued", "suspended", "reported"),
        "passed": ("closed",),
        "suspended": ("recheck", "reported"),
        "reported": ("authority", "notice_issued", "served", "recheck", "claimed"),
        "authority": ("recheck", "claimed", "closed"),
        "claimed": ("recheck", "closed"),
    }
    _workflow_stamps = {
        "dissuaded": ("dissuaded_by_id", "dissuaded_date"),
        "corrected": (None, "corrected_date"),
        "notice_issued": ("notice_by_id", "notice_date"),
        "served": (None, "served_date"),
        "recheck": ("recheck_by_id", "recheck_date"),
        "suspended": ("suspended_by_id", "suspended_date"),
        "reported": ("reported_by_id", "reported_date"),
        "authority": (None, "authority_date"),
        "claimed": ("claimed_by_id", "claimed_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {
        "found": ("dissuade",),
        "corrected": ("verify",),
        "notice_issued": ("serve",),
        "served": ("rectify",),
        "authority": ("follow",),
    }
    _case_done = {
        "dissuaded": ("dissuade",),
        "notice_issued": ("verify",),
        "served": ("serve",),
        "recheck": ("rectify", "follow"),
        "reported": ("report", "dissuade"),
        "claimed": ("follow",),
        "closed": ("verify", "follow"),
    }
    _case_end = ("closed",)
    _signature_locks = {"owner": _NOTICE_FIELDS, "contractor": _NOTICE_FIELDS}
    _reasons = {
        "dissuade": "action_dissuade",
        "correct": "action_corrected",
        "fail": "action_dissuasion_failed",
        "pass": "action_pass",
        "again": "action_recheck_failed",
        "stop": "action_stop_work",
        "authority": "action_authority",
        "repeat": "action_repeat_report",
        "improve": "action_improvement",
        "close": "action_close",
    }

    renovation_id = fields.Many2one(
        "property.renovation",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        compute="_compute_renovation",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('unit_id', '=', unit_id)]",
        help="Empty where work goes on without any declaration.",
    )
    partner_id = fields.Many2one(
        string="Renovating party",
        compute="_compute_parties",
        store=True,
        readonly=False,
        precompute=True,
    )
    contractor_id = fields.Many2one(
        "res.partner",
        "Renovation contractor",
        compute="_compute_parties",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    permit_number = fields.Char(related="renovation_id.permit_number")
    type_id = fields.Many2one(
        "property.renovation.violation.type",
        "Kind of violation",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    code = fields.Char(related="type_id.code", store=True, index=True)
    level = fields.Selection(related="type_id.level", store=True, index=True)
    report_at_once = fields.Boolean(related="type_id.report_at_once")
    place = fields.Char("Place in the room")
    description = fields.Text("Facts of the violation", required=True)
    legal_basis = fields.Char(related="type_id.legal_basis")
    danger = fields.Char(
        "Possible consequence", compute="_compute_texts", store=True, readonly=False
    )
    requirement = fields.Char(
        "Requirement of the notice", compute="_compute_texts", store=True, readonly=False
    )
    found_date = fields.Datetime(
        "Violation found at", required=True, default=fields.Datetime.now, index=True
    )
    found_by_id = fields.Many2one(
        "res.users",
        "Violation found by",
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    source = fields.Selection(
        [
            ("patrol", "Patrol"),
            ("complaint", "Complaint of a neighbour"),
            ("gate", "Found by the gate guard"),
            ("acceptance", "Acceptance"),
            ("takeover", "Take-over of the estate"),
            ("other", "Other"),
        ],
        "How it came to light",
        required=True,
        default="patrol",
    )
    before_takeover = fields.Boolean(
        "From before the take-over",
        help="Recorded to limit the responsibility of the company; blocks no refund.",
    )
    visit_id = fields.Many2one(
        "property.patrol.visit",
        "Visit of the patrol",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "property_renovation_violation_photo_rel",
        string="Photos of the violation",
        bypass_search_access=True,
        copy=False,
    )
    photo_after_ids = fields.Many2many(
        "ir.attachment",
        "property_renovation_violation_after_rel",
        string="Photos of the re-check",
        bypass_search_access=True,
        copy=False,
    )
    posted_photo_ids = fields.Many2many(
        "ir.attachment",
        "property_renovation_violation_posted_rel",
        string="Photo of the posted notice",
        bypass_search_access=True,
        copy=False,
    )
    step_ids = fields.One2many(
        "property.renovation.violation.step", "violation_id", "Chain of evidence", readonly=True
    )
    owner_phoned = fields.Datetime("Owner phoned at", copy=False)
    failed_date = fields.Datetime("Dissuasion failed at", readonly=True, copy=False, tracking=True)
    notice_number = fields.Char("Notice no.", readonly=True, copy=False)
    notice_count = fields.Integer("Notices issued", readonly=True, copy=False)
    notice_deadline = fields.Datetime("To be put right until", copy=False, tracking=True)
    stop_work = fields.Boolean(
        "Stop the work", compute="_compute_texts", store=True, readonly=False
    )
    served_way = fields.Selection(
        [
            ("signed", "Signed for"),
            ("posted", "Refused, posted at the door"),
            ("mail", "Registered mail"),
        ],
        "Way of delivery",
        copy=False,
    )
    mail_number = fields.Char("Number of the registered mail", copy=False)
    recheck_result = fields.Text("Result of the re-check", readonly=True, copy=False)
    recheck_count = fields.Integer("Re-checks failed", readonly=True, copy=False)
    report_authority = fields.Char(
        "Reported to", compute="_compute_texts", store=True, readonly=False
    )
    report_request = fields.Text("What the authority is asked for", copy=False)
    report_number = fields.Char("Number of the report", readonly=True, copy=False)
    report_due = fields.Datetime("Report until", compute="_compute_report_due")
    report_receipt = fields.Char("Receipt of the authority", copy=False)
    report_receipt_ids = fields.Many2many(
        "ir.attachment",
        "property_renovation_violation_receipt_rel",
        string="Copy of the receipt",
        bypass_search_access=True,
        copy=False,
    )
    committee_copy = fields.Selection(
        [("given", "Copy given"), ("none", "There is no owners' committee")],
        "Copy to the owners' committee",
        copy=False,
    )
    claim_basis = fields.Char("Clause the claim rests on", copy=False)
    claim_amount = fields.Monetary("Damages claimed", copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    damage_ids = fields.One2many(
        "property.renovation.damage", "violation_id", "Deductions", readonly=True
    )
    improvement_id = fields.Many2one(
        "property.rectification",
        "Improvement notice",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    barring_note = fields.Char("Rule on barring", compute="_compute_barring_note")
    repeat_count = fields.Integer("Times on this site", compute="_compute_repeat_count")
    result = fields.Text("Result of the case", readonly=True, copy=False)
    count = fields.Integer("Number of violations", default=1, readonly=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="found",
        index=True,
        tracking=True,
        copy=False,
        group_expand="_expand_states",
    )
    dissuaded_by_id = fields.Many2one("res.users", "Dissuaded by", readonly=True, copy=False)
    dissuaded_date = fields.Datetime("Dissuaded at", readonly=True, copy=False)
    corrected_date = fields.Datetime("Corrected at", readonly=True, copy=False)
    notice_by_id = fields.Many2one(
        "res.users", "Violation notice issued by", readonly=True, copy=False
    )
    notice_date = fields.Datetime("Violation notice issued at", readonly=True, copy=False)
    served_date = fields.Datetime("Notice served at", readonly=True, copy=False)
    recheck_by_id = fields.Many2one("res.users", "Re-checked by", readonly=True, copy=False)
    recheck_date = fields.Datetime("Re-checked at", readonly=True, copy=False)
    suspended_by_id = fields.Many2one("res.users", "Work stopped by", readonly=True, copy=False)
    suspended_date = fields.Datetime("Work stopped at", readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", "Reported by", readonly=True, copy=False)
    reported_date = fields.Datetime("Reported at", readonly=True, copy=False)
    authority_date = fields.Datetime("Taken up by the authority", readonly=True, copy=False)
    claimed_by_id = fields.Many2one("res.users", "Claimed by", readonly=True, copy=False)
    claimed_date = fields.Datetime("Claimed at", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Violation closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Violation closed at", readonly=True, copy=False)

    _open_of_site = models.Index("(renovation_id) WHERE state NOT IN ('passed', 'closed')")

    # computed ------------------------------------------------------------------------------------

    @api.model
    def _expand_states(self, states, domain):
        shown = {*states, "found", "dissuaded", "notice_issued", "served", "recheck", "reported"}
        return [state for state, _label in STATES if state in shown]

    @api.depends("number", "code", "unit_id.full_name")
    def _compute_display_name(self):
        for case in self:
            parts = (case.number, case.code, case.unit_id.full_name)
            case.display_name = " ".join(part for part in parts if part)

    @api.depends("unit_id")
    def _compute_renovation(self):
        for case in self:
            if case.renovation_id and case.renovation_id.unit_id == case.unit_id:
                continue
            case.renovation_id = case.unit_id and self.env["property.renovation"].search(
                [
                    ("unit_id", "=", case.unit_id.id),
                    ("permit_id", "!=", False),
                    *self.env["property.renovation"]._domain_open(),
                ],
                limit=1,
            )

    @api.depends("renovation_id", "unit_id")
    def _compute_parties(self):
        for case in self:
            dossier = case.renovation_id
            case.partner_id = dossier.partner_id or case.unit_id.owner_id
            case.contractor_id = dossier.contractor_id

    @api.depends("type_id")
    def _compute_texts(self):
        for case in self:
            kind = case.type_id
            case.danger = kind.danger
            case.requirement = kind.requirement
            case.stop_work = kind.stop_work
            case.report_authority = kind.authority

    @api.depends("failed_date", "found_date", "type_id.report_at_once")
    def _compute_report_due(self):
        for case in self:
            clock = case.sudo().deadline_ids.filtered(lambda row: row.step == "report")
            case.report_due = clock[:1].due

    @api.depends("renovation_id.law_id.barring_rule", "renovation_id.agreement_date")
    def _compute_barring_note(self):
        for case in self:
            dossier = case.renovation_id
            law = dossier.law_id
            if not law and case.estate_id:
                law = case.estate_id._renovation_law()
            rule = law.barring_rule
            if rule == "never":
                case.barring_note = self.env._(
                    "Workers and materials of a declared renovation are let in here: local law "
                    "forbids to bar them."
                )
            elif rule == "no_agreement":
                case.barring_note = (
                    self.env._("The agreement is signed: workers and materials are let in.")
                    if dossier.agreement_date
                    else self.env._(
                        "No agreement is signed: workers and materials may be barred here."
                    )
                )
            else:
                case.barring_note = self.env._(
                    "Workers and materials are barred only as far as agreement and covenant say."
                )

    def _compute_repeat_count(self):
        counts = {
            (renovation.id, kind.id): count
            for renovation, kind, count in self._read_group(
                [("renovation_id", "in", self.renovation_id.ids)],
                ["renovation_id", "type_id"],
                ["__count"],
            )
        }
        for case in self:
            case.repeat_count = counts.get((case.renovation_id.id, case.type_id.id), 1)

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Record violations; the supervisor knows of serious ones at once (handbook A §37)."""
        if not self.env.su:
            for vals in vals_list:
                for name in _STAMPED & vals.keys():
                    vals.pop(name)
        cases = super().create(vals_list)
        for case in cases:
            case._log("found", case.description, case.photo_ids)
            if case.before_takeover:
                self.env["property.deadline"]._of(case, ["dissuade"])._cancel()
                continue
            if case.report_at_once:
                case._start_report_clock()
            if case.level in ("P", "A"):
                case._tell(
                    "supervisor",
                    self.env._("Serious violation: %(violation)s", violation=case.display_name),
                )
        return cases

    def write(self, vals):
        if _STAMPED & vals.keys() and not self._moving() and not self.env.su:
            raise UserError(self.env._("Notice and report of a violation are kept by the system."))
        fixed = {"unit_id", "renovation_id", "found_date", "found_by_id", "before_takeover"}
        if fixed & vals.keys() and not self._moving() and not self.env.su:
            if late := self.filtered(lambda case: case.state != "found"):
                raise UserError(
                    self.env._(
                        "%(violation)s is being dealt with: where, when and by whom it was found "
                        "stays.",
                        violation=late[0].display_name,
                    )
                )
        if not self.env.su and not self._moving():
            if closed := self.filtered(lambda case: case.state == "closed"):
                if {"description", "photo_ids", "type_id"} & vals.keys():
                    raise UserError(
                        self.env._(
                            "%(violation)s is closed: it stays as it is.",
                            violation=closed[0].display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Violations are kept with their evidence."))

    @api.model
    def _from_check(self, check):
        """Record the violation a patrol found (handbook A §59); corrected at once, it says so.

        :param check: `property.patrol.check` with result ×, text and photo
        """
        visit = check.visit_id
        kind = check.violation_type_id or check.item_id.violation_type_id
        if not kind:
            kind = self.env["property.renovation.violation.type"].search(
                [("code", "=", "P5")], limit=1
            )
        case = self.create(
            {
                "unit_id": visit.unit_id.id,
                "renovation_id": visit.renovation_id.id,
                "type_id": kind.id,
                "place": check.item_id.name,
                "description": check.text,
                "visit_id": visit.id,
                "source": "patrol",
                "user_id": visit.renovation_id.user_id.id or self.env.uid,
            }
        )
        if image := check.photo or visit.photo:
            case.photo_ids = case._attach(f"{check.item_id.name}.png", image)
        if check.fixed and not kind.report_at_once:
            case.action_dissuade(self.env._("Told on the spot, put right at once."))
            if check.photo_after:
                case.photo_after_ids = case._attach(
                    f"{check.item_id.name}-2.png", check.photo_after
                )
            case.action_corrected(self.env._("Put right in the presence of the patrol."))
        return case

    def _attach(self, name, image):
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": name, "datas": image, "res_model": self._name, "res_id": self.id})
        )

    # clocks --------------------------------------------------------------------------------------

    def _deadline_urgency(self):
        self.ensure_one()
        return "at_once" if self.type_id.report_at_once else self.type_id.level

    @api.model
    def _urgency_label(self, urgency):
        if urgency == "at_once":
            return self.env._("Reported at once")
        levels = dict(
            self.env["property.renovation.violation.type"]
            ._fields["level"]
            ._description_selection(self.env)
        )
        return levels.get(urgency, urgency)

    @api.model
    def _step_label(self, step):
        return {
            "dissuade": self.env._("Dissuasion on the spot"),
            "verify": self.env._("Look at what was corrected"),
            "serve": self.env._("Serving of the notice"),
            "rectify": self.env._("Deadline of the notice"),
            "report": self.env._("Report to the authority"),
            "follow": self.env._("Follow-up at the authority"),
        }.get(step, step)

    def _deadline_agreed(self, step):
        """The notice's own deadline counts; the report is due as the place's law says."""
        if step == "rectify":
            return self.notice_deadline or None
        if step == "report" and self.failed_date and not self.report_at_once:
            law = self.renovation_id.law_id or self.estate_id._renovation_law()
            hours = law.report_hours
            return self.failed_date + timedelta(hours=hours) if hours else None
        return super()._deadline_agreed(step)

    def _start_report_clock(self):
        """Start the clock of the report, unless it runs or the report was made."""
        deadlines = self.env["property.deadline"]
        for case in self:
            if not case.reported_date and not deadlines._of(case, ["report"]):
                deadlines._begin(case, "report")

    def _tell(self, role, summary):
        for case in self:
            for user in case._deadline_users(role):
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(case),
                    summary=summary,
                    user_id=user.id,
                )

    def _log(self, kind, note, photos=None, witnesses=None):
        """Add to the evidence of the case: what happened, when, by whom."""
        for case in self:
            self.env["property.renovation.violation.step"].sudo().create(
                {
                    "violation_id": case.id,
                    "kind": kind,
                    "note": note,
                    "witnesses": witnesses,
                    "user_id": self.env.uid,
                    "attachment_ids": [Command.set(photos.ids)] if photos else False,
                }
            )

    # signatures ----------------------------------------------------------------------------------

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Renovating party (notice received)"),
            "contractor": self.env._("Contractor (notice received)"),
        }

    def _signature_partner(self, role):
        self.ensure_one()
        if role == "owner":
            return self.partner_id
        return self.renovation_id.lead_id or self.contractor_id

    def _before_signature(self, role):
        super()._before_signature(role)
        if not self.notice_date:
            raise UserError(
                self.env._("%(violation)s: issue the notice first.", violation=self.display_name)
            )
