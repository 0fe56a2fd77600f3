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

    # steps ---------------------------------------------------------------------------------------

    def _check_words(self, text, message):
        if not (text or "").strip():
            raise UserError(message)

    def _check_reported(self):
        """Refuse to settle what the law asks to report as long as it is not reported.

        :raises UserError: naming the case
        """
        for case in self:
            if case.report_at_once and not case.reported_date and not case.before_takeover:
                raise UserError(
                    self.env._(
                        "%(violation)s: the law asks to report it at once; report it first.",
                        violation=case.display_name,
                    )
                )

    def _check_photos(self):
        for case in self:
            if not case.photo_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: attach a photo or video of the violation.",
                        violation=case.display_name,
                    )
                )

    def action_dissuade(self, reason=None):
        """Note the dissuasion on the spot: what was said to whom; the owner is phoned.

        :param str reason: what was said, and the answer
        :raises UserError: without it
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note what was said to whom, and the answer."))
        for case in self:
            case._move_to("dissuaded")
            case._log("dissuasion", reason)

    def action_corrected(self, reason=None):
        """Note that it was corrected at once; it is closed after another look.

        :raises UserError: without what was seen
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note how it was corrected."))
        self._check_reported()
        for case in self:
            case._move_to("corrected")
            case._log("corrected", reason, case.photo_after_ids)

    def action_dissuasion_failed(self, reason=None):
        """Note that dissuasion has failed: from then on the hours until the report count.

        :param str reason: what the party says or does
        :raises UserError: without it, or before any dissuasion
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note what the party says or does."))
        for case in self:
            if case.state in ("found", "passed", "closed"):
                raise UserError(
                    self.env._(
                        "%(violation)s is “%(state)s”: dissuade first.",
                        violation=case.display_name,
                        state=case._state_label(case.state),
                    )
                )
        self._fail(reason)

    def _fail(self, reason):
        for case in self:
            if not case.failed_date:
                case._with_move().write({"failed_date": fields.Datetime.now()})
            case._log("failed", reason)
            case._start_report_clock()
            case._tell(
                "supervisor",
                self.env._(
                    "Dissuasion failed, report to the authority: %(violation)s",
                    violation=case.display_name,
                ),
            )

    def action_issue_notice(self):
        """Issue the written notice with its deadline; no deadline named: that of the kind.

        :raises AccessError: below the supervisor
        :raises UserError: without photos, with a deadline that is over
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Issuing of a notice"))
        self._check_photos()
        now = fields.Datetime.now()
        for case in self:
            deadline = case.notice_deadline
            if deadline and deadline <= now and case.notice_count:
                deadline = False
            if deadline and deadline <= now:
                raise UserError(
                    self.env._(
                        "%(violation)s: the deadline of the notice lies ahead.",
                        violation=case.display_name,
                    )
                )
            if case.notice_count:
                case._void_signatures(self.env._("A further notice is issued."))
            number = case.notice_count + 1
            case._move_to(
                "notice_issued",
                notice_deadline=deadline or now + timedelta(hours=case.type_id.hours),
                notice_count=number,
                notice_number=f"{case.number}-{number}",
                served_way=False,
                mail_number=False,
            )
            case._log(
                "notice",
                self.env._(
                    "Notice %(number)s, to be put right until %(deadline)s",
                    number=case.notice_number,
                    deadline=fields.Datetime.context_timestamp(
                        self.with_context(tz="Asia/Shanghai"), case.notice_deadline
                    ).strftime("%Y-%m-%d %H:%M"),
                ),
            )
            if number == 1:
                case._note_conduct()
            if case.stop_work and case.renovation_id.state == "working":
                case.action_stop_work(self.env._("Notice %(number)s", number=case.notice_number))

    def _note_conduct(self):
        """Put the violation on the credit record of the contractor; it bars nobody."""
        for case in self.filtered("contractor_id"):
            self.env["property.contractor.record"].sudo().create(
                {
                    "partner_id": case.contractor_id.id,
                    "renovation_id": case.renovation_id.id,
                    "estate_id": case.estate_id.id,
                    "kind": "bad",
                    "note": f"{case.type_id.display_name}: {case.number}",
                    "user_id": self.env.uid,
                }
            )

    def action_served(self):
        """Note that the notice is served: signed for, or posted before two witnesses, or mailed.

        :raises UserError: naming what proves it is missing
        """
        self.check_access("write")
        for case in self:
            signatures = case._valid_signatures()
            refused = signatures.filtered(lambda row: row.way == "refused")
            if case.mail_number:
                way = "mail"
            elif signatures - refused:
                way = "signed"
            elif refused:
                if not case.posted_photo_ids:
                    raise UserError(
                        self.env._(
                            "%(violation)s: signing was refused; post the notice at the door and "
                            "attach a photo of it.",
                            violation=case.display_name,
                        )
                    )
                way = "posted"
            else:
                raise UserError(
                    self.env._(
                        "%(violation)s: have the notice signed for. Where signing is refused, "
                        "record two witnesses and post it, or send it by registered mail.",
                        violation=case.display_name,
                    )
                )
            case._move_to("served", served_way=way)
            case._log(
                "served",
                dict(self._fields["served_way"]._description_selection(self.env))[way],
                case.posted_photo_ids,
                "；".join(row.witnesses for row in refused if row.witnesses) or False,
            )
            self.env["property.archive.document"]._file_record(
                case,
                "archive_type_12",
                report="property_service.action_report_renovation_violation_notice",
                name=self.env._("Violation notice %(number)s", number=case.notice_number),
            )

    def action_recheck(self):
        """Begin the re-check."""
        self.check_access("write")
        self._move_to("recheck")

    def action_pass(self, reason=None):
        """Pass the re-check: it is put right; the supervisor may let the work go on.

        :param str reason: what was seen
        :raises UserError: without it or without a photo
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note the result of the re-check."))
        self._check_reported()
        for case in self:
            if not case.photo_after_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: attach a photo of the re-check.",
                        violation=case.display_name,
                    )
                )
            case._move_to("passed", recheck_result=reason)
            case._log("passed", reason, case.photo_after_ids)
            if not case.report_at_once:
                self.env["property.deadline"]._of(case, ["report"])._cancel()
            dossier = case.renovation_id
            if dossier.state == "suspended" and not dossier._open_violations():
                dossier._tell_site(self.env._("Violations are put right: the work may go on"))

    def action_recheck_failed(self, reason=None):
        """Note that it is not put right: dissuasion has failed, the hours until the report count.

        :param str reason: what is still wrong
        :raises UserError: without it
        """
        self.check_access("write")
        self._check_words(reason, self.env._("State what is still wrong."))
        for case in self:
            if case.state != "recheck":
                raise UserError(
                    self.env._(
                        "%(violation)s is “%(state)s”: begin the re-check first.",
                        violation=case.display_name,
                        state=case._state_label(case.state),
                    )
                )
            case._with_move().write(
                {"recheck_result": reason, "recheck_count": case.recheck_count + 1}
            )
            case._log("recheck_failed", reason, case.photo_after_ids)
            case._fail(reason)

    def action_stop_work(self, reason=None):
        """Stop the work: the permit is withheld until the violation is put right.

        :param str reason: why
        :raises AccessError: below the supervisor
        :raises UserError: without a reason or without a permit to withhold
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Stopping of the work"))
        self._check_words(reason, self.env._("State why the work is stopped."))
        for case in self:
            dossier = case.renovation_id
            if not dossier.permit_id:
                raise UserError(
                    self.env._(
                        "%(violation)s: there is no permit to withhold. Order the declaration and "
                        "report to the authority.",
                        violation=case.display_name,
                    )
                )
            if dossier.state == "working":
                dossier.action_suspend(f"{case.type_id.display_name}: {reason}")
            if case.state == "recheck":
                case._move_to("suspended")
            case._log("stopped", reason)

    # authority -----------------------------------------------------------------------------------

    def _check_report(self):
        """Refuse a report without facts, evidence or addressee.

        :raises UserError: naming what is missing
        """
        self._check_photos()
        for case in self:
            if not case.report_authority:
                raise UserError(
                    self.env._(
                        "%(violation)s: name the authority it is reported to.",
                        violation=case.display_name,
                    )
                )
            if not case.committee_copy:
                raise UserError(
                    self.env._(
                        "%(violation)s: state whether the owners' committee has a copy.",
                        violation=case.display_name,
                    )
                )
            if not case.report_at_once and not case.failed_date:
                raise UserError(
                    self.env._(
                        "%(violation)s: dissuade first and note that it failed; only %(codes)s is "
                        "reported at once.",
                        violation=case.display_name,
                        codes="P1",
                    )
                )

    def action_report(self):
        """Report to the authority, with the evidence, and tell the owners' committee.

        :raises AccessError: below the supervisor
        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Report to the authority"))
        self._check_report()
        for case in self:
            case._move_to("reported", report_number=f"{case.number}-R")
            case._log("reported", case.report_authority)
            case._tell(
                "manager",
                self.env._(
                    "Reported to the authority, keep the receipt: %(violation)s",
                    violation=case.display_name,
                ),
            )
            self.env["property.archive.document"]._file_record(
                case,
                "archive_type_12",
                report="property_service.action_report_renovation_violation_report",
                name=self.env._("Report of violation %(number)s", number=case.number),
            )

    def action_authority(self, reason=None):
        """Note that the authority deals with it; its receipt is kept.

        :param str reason: who deals with it, what was said
        :raises UserError: without it or without the receipt
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note who deals with it and what was said."))
        for case in self:
            if not case.report_receipt and not case.report_receipt_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: keep the receipt of the authority: enter its number or "
                        "attach it.",
                        violation=case.display_name,
                    )
                )
            case._move_to("authority")
            case._log("authority", reason, case.report_receipt_ids)

    def action_repeat_report(self, reason=None):
        """Note a repeated report, where the authority does not act; the street office is told.

        :param str reason: to whom, what
        :raises UserError: without it, or before the first report
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note to whom it was reported again, and what."))
        for case in self:
            if case.state not in ("reported", "authority"):
                raise UserError(
                    self.env._("%(violation)s was not reported yet.", violation=case.display_name)
                )
            case._log("repeated", reason)

    def action_claim(self):
        """Pursue the breach: damages of the agreement, or the court (stop, restore).

        An amount goes on the dossier's damage list, which the manager approves.

        :raises AccessError: below the manager
        :raises UserError: without the clause it rests on
        """
        self.check_access("write")
        self._check_role("manager", self.env._("Pursuing a breach"))
        for case in self:
            self._check_words(
                case.claim_basis,
                self.env._(
                    "%(violation)s: name the clause of agreement or covenant.",
                    violation=case.display_name,
                ),
            )
            case._move_to("claimed")
            case._log("claimed", f"{case.claim_basis} {case.claim_amount or 0:.2f}")
            if case.claim_amount:
                case._make_damage()

    def action_deduct(self):
        """Put the damage on the dossier's list, to be approved and deducted from the deposits.

        :raises UserError: without amount or clause
        """
        self.check_access("write")
        for case in self:
            if not case.claim_amount or not case.claim_basis:
                raise UserError(
                    self.env._(
                        "%(violation)s: enter the damage in yuan and the clause it rests on.",
                        violation=case.display_name,
                    )
                )
        self._make_damage()

    def _make_damage(self):
        for case in self:
            if case.damage_ids:
                continue
            dossier = case.renovation_id
            if not dossier:
                raise UserError(
                    self.env._(
                        "%(violation)s has no dossier with deposits: claim it on its own.",
                        violation=case.display_name,
                    )
                )
            self.env["property.renovation.damage"].sudo().create(
                {
                    "renovation_id": dossier.id,
                    "violation_id": case.id,
                    "name": f"{case.number} {case.type_id.name}",
                    "basis": case.claim_basis,
                    "amount": case.claim_amount,
                    "photo_ids": [Command.set(case.photo_ids.ids)],
                }
            )

    # end -----------------------------------------------------------------------------------------

    def _check_closable(self):
        self._check_reported()
        for case in self:
            if case.reported_date and not case.report_receipt and not case.report_receipt_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: keep the receipt of the authority: enter its number or "
                        "attach it.",
                        violation=case.display_name,
                    )
                )
            if case.state == "found" and not case.before_takeover:
                raise UserError(
                    self.env._(
                        "%(violation)s: a violation is dissuaded first; only one from before the "
                        "take-over is recorded and closed.",
                        violation=case.display_name,
                    )
                )
            if case.state == "corrected" and not case.photo_after_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: look at it again and attach a photo.",
                        violation=case.display_name,
                    )
                )

    def action_close(self, reason=None):
        """Close the case with its result; the evidence stays.

        :param str reason: the result
        :raises AccessError: below the supervisor
        :raises UserError: without a result, or while the report or its receipt is missing
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Closing of a violation"))
        self._check_words(reason, self.env._("State the result of the case."))
        self._check_closable()
        for case in self:
            case._move_to("closed", result=reason)
            case._log("closed", reason)
            case.activity_ids.sudo().action_done()

    def action_improvement(self, reason=None):
        """Issue the manager's written improvement notice to who is in charge of the site.

        :param str reason: what has to get better
        :raises AccessError: below the manager
        :raises UserError: without it, or where there is one already
        """
        self.ensure_one()
        self.check_access("write")
        self._check_role("manager", self.env._("Improvement notice"))
        self._check_words(reason, self.env._("State what has to get better."))
        if self.improvement_id:
            raise UserError(
                self.env._(
                    "%(violation)s has improvement notice %(number)s already.",
                    violation=self.display_name,
                    number=self.improvement_id.number,
                )
            )
        responsible = self.renovation_id.user_id or self.user_id
        notice = self.env["property.rectification"]._issue(self, None, responsible, reason)
        self.sudo().improvement_id = notice
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.rectification",
            "res_id": notice.id,
            "views": [(False, "form")],
        }

    def action_open_renovation(self):
        """Open the dossier of the site."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.renovation",
            "res_id": self.renovation_id.id,
            "views": [(False, "form")],
        }


class PropertyRenovationViolationStep(models.Model):
    """One piece of the evidence: what was said, served, seen, when, by whom; never changed."""

    _name = "property.renovation.violation.step"
    _description = "Evidence of a violation"
    _inherit = ["property.file.mixin"]
    _order = "violation_id, date, id"

    violation_id = fields.Many2one(
        "property.renovation.violation", required=True, ondelete="restrict", index=True
    )
    estate_id = fields.Many2one(related="violation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="violation_id.company_id", store=True, index=True)
    date = fields.Datetime("Time", required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ("found", "Violation found"),
            ("dissuasion", "Dissuasion by word"),
            ("corrected", "Corrected at once"),
            ("failed", "Dissuasion failed"),
            ("notice", "Written notice issued"),
            ("served", "Notice served"),
            ("passed", "Re-check passed"),
            ("recheck_failed", "Re-check failed"),
            ("stopped", "Work stopped by order"),
            ("reported", "Reported to the authority"),
            ("authority", "In the authority's hands"),
            ("repeated", "Reported again"),
            ("claimed", "Breach pursued"),
            ("closed", "Violation closed"),
        ],
        "Step of the case",
        required=True,
    )
    note = fields.Text("What happened")
    witnesses = fields.Char()
    user_id = fields.Many2one("res.users", "Recorded by", required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Photos and papers", bypass_search_access=True
    )


class PropertyRenovationDamage(models.Model):
    _inherit = "property.renovation.damage"

    violation_id = fields.Many2one(
        "property.renovation.violation", readonly=True, ondelete="restrict", index="btree_not_null"
    )
