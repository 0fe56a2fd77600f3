# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

LEVELS = [
    ("minor", "Minor"),
    ("important", "Important"),
    ("major", "Major"),
    ("urgent", "Urgent"),
    ("hot", "Hot"),
    ("repeat", "Repeated"),
]
#: how serious a level is; lowering is up to the supervisor
RANK = {"minor": 0, "important": 1, "repeat": 1, "hot": 2, "urgent": 2, "major": 3}
#: the level one step up
UP = {"minor": "important", "important": "major", "repeat": "major", "hot": "major"}
#: who leads a complaint of a level
LEADS = {
    "minor": "supervisor",
    "important": "manager",
    "major": "company",
    "urgent": "manager",
    "hot": "manager",
    "repeat": "manager",
}
#: states in which a complaint is over
ENDED = ("closed", "invalid", "withdrawn")
#: channels on which the person is in front of us: the first response is given by taking it
FACE_TO_FACE = ("phone", "counter", "staff")
#: channels whose answer is written
WRITTEN = ("letter", "email")


class PropertyComplaint(models.Model):
    """A complaint (投诉) from the first word to the file, form C1-1.

    Handbook B C1–C4. Never deleted: what is no fault of ours is explained and kept as invalid,
    what is taken back as withdrawn. Who is complained about neither sees it nor works on it nor
    calls the customer back. The reply is due within 72 hours, weekends included.
    """

    _name = "property.complaint"
    _description = "Complaint"
    _inherit = [
        "property.case.mixin",
        "property.case.step.mixin",
        "property.approval.mixin",
    ]
    _order = "received_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "TS"
    _workflow_moves = {
        "received": ("assessed", "transferred", "invalid", "withdrawn", "external", "replied"),
        "assessed": ("transferred", "invalid", "withdrawn", "external", "replied"),
        "transferred": (
            *("investigating", "assessed", "received", "invalid", "withdrawn", "external"),
            "replied",
        ),
        "investigating": ("proposed", "invalid", "withdrawn", "external", "replied"),
        "proposed": ("replied", "investigating", "withdrawn", "external"),
        "replied": ("resolved", "disputed", "withdrawn", "external"),
        "disputed": ("investigating", "external", "withdrawn"),
        "resolved": ("followed_up", "closed", "disputed", "investigating", "external"),
        "followed_up": ("closed", "investigating", "external"),
        "external": ("investigating", "resolved", "closed", "withdrawn"),
        "closed": ("investigating",),
        "invalid": ("investigating",),
        "withdrawn": ("investigating",),
    }
    _workflow_stamps = {
        "assessed": ("assessed_by_id", "assessed_date"),
        "transferred": ("transferred_by_id", "transferred_date"),
        "proposed": ("proposed_by_id", "proposed_date"),
        "replied": ("replied_by_id", "replied_date"),
        "resolved": ("resolved_by_id", "resolved_date"),
        "followed_up": ("followed_up_by_id", "followed_up_date"),
        "closed": ("closed_by_id", "closed_date"),
        "invalid": ("assessed_by_id", "assessed_date"),
        "withdrawn": (None, "closed_date"),
    }
    _case_clocks = {
        "received": ("respond", "transfer", "assess", "reply", "age"),
        "transferred": ("receive", "track"),
        "investigating": ("progress",),
        "resolved": ("follow_up",),
        "external": ("outer",),
    }
    _case_done = {
        "transferred": ("transfer", "decide"),
        "investigating": ("receive", "track", "transfer", "outer"),
        "replied": ("reply", "reply_level", "progress", "respond", "receive", "track"),
        "resolved": ("handle", "solve", "age", "first_action", "outer"),
        "followed_up": ("follow_up",),
        "closed": ("follow_up", "outer", "handle", "solve", "age"),
        "invalid": ("respond", "assess", "transfer", "reply", "reply_level", "receive", "track"),
    }
    _case_end = ENDED
    _case_steps = {
        "return": "_return",
        "explain": "_explain",
        "withdraw": "_withdraw",
        "dispute": "_dispute",
        "reopen": "_reopen",
        "waive": "_waive_callback",
        "follow_up": "_follow_up",
        "outside": "_go_outside",
        "raise": "_step_up",
    }

    category_id = fields.Many2one(
        domain="[('kind', '=', 'complaint')]",
        required=True,
        default=lambda self: self.env["property.case.category"]._by_code("complaint", "other"),
    )
    category_first_action = fields.Text(related="category_id.first_action")
    category_rule = fields.Text(related="category_id.rule")
    group_id = fields.Many2one(
        "property.case.category",
        "Class",
        compute="_compute_group_id",
        store=True,
        index=True,
        help="Class of the company's report: the category's parent.",
    )
    received_date = fields.Datetime(
        "Received at", required=True, default=fields.Datetime.now, index=True, copy=False
    )
    customer_role = fields.Selection(
        [("owner", "Owner"), ("tenant", "Tenant"), ("other", "Other")],
        "Complains as",
        default="owner",
    )
    is_anonymous = fields.Boolean("Anonymous", tracking=True)
    manager_only = fields.Boolean(
        "For the manager only",
        tracking=True,
        help="Seen by the project manager, those above him and who works on it.",
    )
    event_date = fields.Datetime("Happened at")
    wish = fields.Text("What the customer wants")
    accused_ids = fields.Many2many(
        "hr.employee.public",
        "property_complaint_accused_rel",
        "complaint_id",
        "employee_id",
        "Staff complained about",
    )
    accused_user_ids = fields.Many2many(
        "res.users",
        "property_complaint_accused_user_rel",
        "complaint_id",
        "user_id",
        "Kept out",
        compute="_compute_accused_user_ids",
        store=True,
    )
    accused_department_id = fields.Many2one(
        "hr.department", "Department complained about", index="btree_not_null"
    )
    matter_id = fields.Many2one(
        "property.complaint.matter",
        "Common matter",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        domain="[('estate_id', '=?', estate_id)]",
        help="Complaints of several households about the same matter are handled together.",
    )
    is_hot = fields.Boolean("Hot matter", readonly=True, copy=False, index=True)
    is_repeat = fields.Boolean("Repeated", readonly=True, copy=False, index=True)
    reopen_count = fields.Integer("Times reopened", readonly=True, copy=False)
    validity = fields.Selection(
        [("valid", "Valid"), ("invalid", "Invalid")],
        "Valid or not",
        tracking=True,
        copy=False,
        index=True,
        help="Invalid: outside what was promised, or no fault found. Explained and kept all the "
        "same; only valid ones count in the complaint rate.",
    )
    level = fields.Selection(
        LEVELS,
        required=True,
        compute="_compute_level",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        index=True,
    )
    lead_role = fields.Selection(
        [
            ("supervisor", "Customer-service supervisor"),
            ("manager", "Project manager"),
            ("company", "Company leader"),
        ],
        "Led by",
        compute="_compute_lead_role",
        store=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        "Responsible department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
    )
    helper_department_ids = fields.Many2many(
        "hr.department",
        "property_complaint_helper_rel",
        "complaint_id",
        "department_id",
        "Helping departments",
    )
    handler_id = fields.Many2one(
        "res.users",
        "Person dealing with it",
        index="btree_not_null",
        tracking=True,
        domain="[('property_estate_ids', '=', estate_id), ('id', 'not in', accused_user_ids)]",
    )
    promised_date = fields.Datetime("Reply promised for", tracking=True)
    returned_reason = fields.Char("Returned because", readonly=True, copy=False)
    returned_by_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null")
    finding = fields.Text("Result of the investigation")
    cause = fields.Text("Cause of it")
    immediate_action = fields.Text("Immediate remedy")
    proposal = fields.Text("Proposed solution")
    measures = fields.Text("Measures taken")
    corrective_action = fields.Text(
        help="What keeps it from happening again; needed for major, hot and often repeated ones."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    compensation_amount = fields.Monetary("Compensation", tracking=True)
    liability_checked = fields.Boolean(help="Nothing is promised before it is clear who is liable.")
    insurer_informed = fields.Boolean()
    settlement_date = fields.Date(
        "Settlement signed on",
        help="The settlement note (和解协议) signed by both sides; before, nothing is agreed.",
    )
    compensation_paid_date = fields.Date("Compensation paid on")
    compensation_reference = fields.Char("Voucher of the payment")
    proposal_approved = fields.Boolean(readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    late_reason = fields.Char("Why it took longer")
    reply_ids = fields.One2many("property.complaint.reply", "complaint_id", "Replies")
    reply_channel = fields.Selection(
        lambda self: self._fields["channel"]._description_selection(self.env),
        "Way of reply",
        compute="_compute_reply_channel",
        store=True,
        readonly=False,
        precompute=True,
        help="The channel it came by, unless the customer says otherwise.",
    )
    accepted = fields.Selection(
        [("yes", "Accepts it"), ("no", "Not accepted")],
        "Customer's view",
        readonly=True,
        copy=False,
        tracking=True,
    )
    dispute_text = fields.Text("Why it was not accepted", readonly=True, copy=False)
    callback_waived = fields.Char("No callback because", readonly=True, copy=False, tracking=True)
    callback_note = fields.Text("Result of the callback", readonly=True, copy=False)
    callback_ok = fields.Selection(
        [("ok", "Satisfied"), ("fair", "Fairly satisfied"), ("bad", "Not satisfied")],
        "Satisfaction",
        readonly=True,
        copy=False,
        index=True,
    )
    outer_authority = fields.Selection(
        [
            ("hotline", "12345 hotline"),
            ("housing", "Housing authority"),
            ("street", "Street office or neighbourhood committee"),
            ("committee", "The owners' committee"),
            ("mediation", "Mediation"),
            ("court", "Arbitration or court"),
            ("media", "Media"),
        ],
        "Outside body",
        tracking=True,
    )
    outer_number = fields.Char("Number outside", index="btree_not_null", tracking=True)
    outer_due = fields.Datetime("Deadline set outside", tracking=True)
    outer_answer = fields.Text("Answer sent outside")
    outer_result = fields.Selection(
        [("ok", "Satisfied"), ("bad", "Not satisfied")], "Result outside"
    )
    repair_ref = fields.Reference(
        selection="_selection_repair", string="Repair", readonly=True, copy=False
    )
    end_reason = fields.Text(
        "Explanation to the customer", readonly=True, copy=False, tracking=True
    )
    state = fields.Selection(
        [
            ("received", "Just received"),
            ("assessed", "Assessed"),
            ("transferred", "With the department"),
            ("investigating", "Being handled"),
            ("proposed", "Solution proposed"),
            ("replied", "Replied"),
            ("disputed", "Disputed"),
            ("resolved", "Resolved"),
            ("followed_up", "Followed up"),
            ("closed", "Closed"),
            ("external", "Outside"),
            ("invalid", "Invalid, explained"),
            ("withdrawn", "Taken back"),
        ],
        required=True,
        default="received",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    first_response_date = fields.Datetime("First response at", readonly=True, copy=False)
    assessed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    assessed_date = fields.Datetime("Assessed on", readonly=True, copy=False)
    transferred_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    transferred_date = fields.Datetime("Passed on at", readonly=True, copy=False)
    signed_by_id = fields.Many2one("res.users", "Taken over by", readonly=True, copy=False)
    signed_date = fields.Datetime("Taken over at", readonly=True, copy=False)
    first_action_date = fields.Datetime("First action at", readonly=True, copy=False)
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    proposed_date = fields.Datetime("Proposed on", readonly=True, copy=False)
    replied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    replied_date = fields.Datetime("Replied at", readonly=True, copy=False)
    resolved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    resolved_date = fields.Datetime("Resolved at", readonly=True, copy=False)
    followed_up_by_id = fields.Many2one("res.users", "Called back by", readonly=True, copy=False)
    followed_up_date = fields.Datetime("Called back at", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed at", readonly=True, copy=False)
    reply_hours = fields.Float(
        "Hours to the reply",
        compute="_compute_hours",
        store=True,
        digits=(16, 1),
        aggregator="avg",
    )
    solve_hours = fields.Float(
        "Hours to the solution",
        compute="_compute_hours",
        store=True,
        digits=(16, 1),
        aggregator="avg",
    )

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a complaint with this number already."
    )
    _amount_positive = models.Constraint(
        "CHECK (compensation_amount >= 0)", "A compensation is not below zero."
    )

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {
            *("received_date", "signed_by_id", "signed_date", "first_response_date"),
            *("first_action_date", "proposal_approved", "approved_date", "is_hot", "is_repeat"),
            *("reopen_count", "accepted", "callback_waived", "callback_ok", "callback_note"),
            *("dispute_text", "returned_by_id", "returned_reason", "end_reason", "repair_ref"),
        }

    @api.model
    def _selection_repair(self):
        model = self.env.get("property.repair")
        return [] if model is None else [("property.repair", self.env._("Repair"))]

    @api.model
    def _group_expand_state(self, states, domain):
        return [
            state
            for state, _label in self._fields["state"].selection
            if state in states or state not in (*ENDED, "external", "disputed")
        ]

    # computed fields -----------------------------------------------------------------------------

    @api.depends("category_id.parent_id")
    def _compute_group_id(self):
        for complaint in self:
            complaint.group_id = complaint.category_id.parent_id or complaint.category_id

    @api.depends("accused_ids")
    def _compute_accused_user_ids(self):
        for complaint in self:
            employees = self.env["hr.employee"].sudo().browse(complaint.accused_ids.ids)
            complaint.accused_user_ids = employees.user_id

    @api.depends("category_id")
    def _compute_level(self):
        for complaint in self:
            usual = complaint.category_id.default_level or "minor"
            if not complaint.level or RANK[usual] > RANK[complaint.level]:
                complaint.level = usual

    @api.depends("level")
    def _compute_lead_role(self):
        for complaint in self:
            complaint.lead_role = LEADS.get(complaint.level, "supervisor")

    @api.depends("category_id")
    def _compute_department_id(self):
        for complaint in self:
            if complaint.state in ("received", "assessed", False):
                complaint.department_id = complaint.category_id.department_id

    @api.depends("channel")
    def _compute_reply_channel(self):
        for complaint in self:
            complaint.reply_channel = complaint.channel

    @api.depends("received_date", "replied_date", "resolved_date")
    def _compute_hours(self):
        for complaint in self:
            start = complaint.received_date
            for name, end in (
                ("reply_hours", complaint.replied_date),
                ("solve_hours", complaint.resolved_date),
            ):
                hours = (end - start).total_seconds() / 3600 if start and end else 0.0
                complaint[name] = hours

    @api.onchange("category_id")
    def _onchange_category_id(self):
        self.helper_department_ids = self.category_id.helper_department_ids

    @api.onchange("is_anonymous")
    def _onchange_is_anonymous(self):
        if self.is_anonymous:
            self.partner_id = self.contact_name = self.phone = False

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id and not self.is_anonymous:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id

    # rules ---------------------------------------------------------------------------------------

    @api.constrains("handler_id", "accused_ids", "accused_user_ids")
    def _check_handler(self):
        for complaint in self:
            if complaint.handler_id in complaint.sudo().accused_user_ids:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is complained about and cannot handle the complaint.",
                        name=complaint.handler_id.name,
                    )
                )

    @api.constrains("is_anonymous", "partner_id", "contact_name", "phone")
    def _check_person(self):
        for complaint in self:
            if not complaint.is_anonymous and not (
                complaint.partner_id or complaint.contact_name or complaint.unit_id
            ):
                raise ValidationError(
                    self.env._("Enter who complains, or mark the complaint as anonymous.")
                )

    @api.constrains("category_id")
    def _check_category(self):
        for complaint in self:
            if complaint.category_id.kind != "complaint":
                raise ValidationError(
                    self.env._(
                        "“%(category)s” is no category of complaints.",
                        category=complaint.category_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "helper_department_ids" not in vals and vals.get("category_id"):
                category = self.env["property.case.category"].browse(vals["category_id"])
                vals["helper_department_ids"] = [Command.set(category.helper_department_ids.ids)]
            if vals.get("is_anonymous"):
                vals.update(partner_id=False, contact_name=False, phone=False)
            self._refuse_own(vals)
        complaints = super().create(vals_list)
        complaints._keep_out_accused()
        complaints.filtered(lambda case: case.channel in FACE_TO_FACE)._respond()
        for complaint in complaints:
            if complaint.manager_only:
                complaint.sudo().user_id = complaint._deadline_users("manager")[:1]
            if complaint.channel == "authority":
                self.env["property.deadline"]._begin(complaint, "outer_contact")
        complaints._look_for_repeats()
        complaints.matter_id.sudo()._check_hot()
        return complaints

    def write(self, vals):
        if not self._moving() and not self.env.su:
            self._check_may_change(vals)
        before = {case: (case.level, case.category_id, case.accused_ids) for case in self}
        if vals.get("is_anonymous"):
            vals = {**vals, "partner_id": False, "contact_name": False, "phone": False}
        result = super().write(vals)
        changed = self.filtered(lambda case: before[case][:2] != (case.level, case.category_id))
        if changed and {"level", "category_id"} & vals.keys():
            changed._restart_clocks()
        if "accused_ids" in vals:
            self._keep_out_accused()
        if vals.get("matter_id"):
            self._look_for_repeats()
            self.matter_id.sudo()._check_hot()
        return result

    def _check_may_change(self, vals):
        """Refuse changes of what was decided, and lower levels by who may not.

        :raises UserError: if a complaint is over or its proposal is with the approvers
        """
        decided = {"proposal", "compensation_amount", "cause", "finding"} & vals.keys()
        facts = (
            decided
            | {"description", "validity", "level", "category_id", "partner_id"} & vals.keys()
        )
        for case in self:
            if case.state in ENDED and facts:
                raise UserError(
                    self.env._(
                        "“%(complaint)s” is over and stays as it is: reopen it where it goes on.",
                        complaint=case.number,
                    )
                )
            if decided and (case.approval_pending or case.proposal_approved):
                raise UserError(
                    self.env._(
                        "The solution of “%(complaint)s” is approved or waits for it: take it "
                        "back to work on it.",
                        complaint=case.number,
                    )
                )
            if "category_id" in vals and case.state in ("resolved", "followed_up"):
                raise UserError(
                    self.env._("The category can be changed until the complaint is resolved.")
                )
            if "level" in vals and RANK[vals["level"]] < RANK[case.level]:
                case._check_role("supervisor", self.env._("Lowering the level of a complaint"))
            if "validity" in vals and vals["validity"] != case.validity:
                case._check_role("supervisor", self.env._("Deciding whether a complaint is valid"))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A complaint is never deleted: explain it as invalid, or note that it was "
                "withdrawn."
            )
        )

    @api.model
    def _refuse_own(self, vals):
        """Refuse that somebody records a complaint about himself.

        :raises UserError: if so
        """
        ids = set()
        for command in vals.get("accused_ids") or ():
            if command[0] == Command.SET:
                ids |= set(command[2])
            elif command[0] == Command.LINK:
                ids.add(command[1])
        if ids and not self.env.su:
            if self.env.user in self.env["hr.employee"].sudo().browse(ids).user_id:
                raise UserError(
                    self.env._(
                        "This complaint is about you: let a colleague or your superior take it."
                    )
                )

    def _keep_out_accused(self):
        """Take the case out of the hands of those it is about (handbook B C1, bad cases)."""
        for case in self:
            accused = case.sudo().accused_user_ids
            if not accused:
                continue
            case.sudo().message_unsubscribe(accused.partner_id.ids)
            if case.user_id in accused:
                case.sudo().user_id = case._deadline_users("supervisor")[:1]
            rows = case.sudo().activity_ids
            rows.filtered(lambda row, accused=accused: row.user_id in accused).unlink()

    def _look_for_repeats(self):
        """Mark cases of who complained about the same matter before (level: repeated)."""
        for case in self.filtered("matter_id"):
            days = case.estate_id._parameter("complaint_repeat_days")
            since = case.received_date - timedelta(days=days)
            others = case.sudo().matter_id.complaint_ids.filtered(
                lambda other, case=case, since=since: (
                    other != case
                    and other.state != "withdrawn"
                    and since <= (other.closed_date or other.received_date)
                    and other.received_date <= case.received_date
                    and other.id < case.id
                    and other._household() == case._household()
                )
            )
            if others and case._household() and not case.is_repeat:
                case.sudo()._stamp(is_repeat=True)
                if RANK[case.level] < RANK["repeat"]:
                    case.sudo()._stamp(level="repeat")

    def _household(self):
        """Return what tells one household from another; False for an anonymous call."""
        self.ensure_one()
        if self.unit_id:
            return ("unit", self.unit_id.main_unit_id.id or self.unit_id.id)
        return self.partner_id and ("partner", self.partner_id.id)

    def _stamp(self, **values):
        """Write what the system keeps itself."""
        return self._with_move().write(values)

    # clocks --------------------------------------------------------------------------------------

    def _deadline_urgency(self):
        return self.level

    @api.model
    def _step_label(self, step):
        return {
            "respond": self.env._("First response"),
            "transfer": self.env._("Passing on to the department"),
            "assess": self.env._("Assessment"),
            "reply": self.env._("Reply"),
            "reply_level": self.env._("Reply by level"),
            "handle": self.env._("Handling by level"),
            "solve": self.env._("Solution by category"),
            "first_action": self.env._("First action on site"),
            "receive": self.env._("Taking over by the department"),
            "decide": self.env._("Decision on a returned one"),
            "track": self.env._("Check whether the department acts"),
            "progress": self.env._("Word on the progress"),
            "follow_up": self.env._("Callback"),
            "age": self.env._("Unsolved for long"),
            "outer_contact": self.env._("First contact for an outside order"),
            "outer": self.env._("Result for an outside order"),
        }.get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        return dict(self._fields["level"]._description_selection(self.env)).get(urgency, urgency)

    def _handler_users(self):
        return self.handler_id or self.user_id

    def _deadline_users(self, role):
        """Nobody is told about a complaint against himself; the next level is told instead."""
        accused = self.sudo().accused_user_ids
        ladder = ("handler", "dispatcher", "supervisor", "manager", "company")
        for step in ladder[ladder.index(role) if role in ladder else 0 :]:
            users = super()._deadline_users(step) - accused
            if users:
                return users
        return self.env["res.users"]

    def _deadline_breached(self, deadline):
        """A reply or a solution that is overdue goes one level up (handbook B C1)."""
        result = super()._deadline_breached(deadline)
        if deadline.step in ("reply", "handle"):
            self.sudo()._level_up(
                self.env._("Deadline missed: %(deadline)s", deadline=deadline.display_name)
            )
        elif deadline.step == "age" and self.level != "major" and self.validity != "invalid":
            self.sudo()._stamp(level="major")
            self.sudo()._tell_lead(self.env._("Unsolved for too long: major now"))
        return result

    def _level_up(self, reason):
        """Raise the level by one step and tell who leads the complaint now."""
        for case in self:
            if (level := UP.get(case.level)) and level != case.level:
                case._stamp(level=level)
            case.message_post(body=reason)
            case._tell_lead(reason)

    def _tell_lead(self, summary):
        """Give those who lead the complaint at its level a to-do."""
        for case in self.sudo():
            for user in case._deadline_users(case.lead_role or "supervisor"):
                case.activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=user.id
                )

    # the way through the house -------------------------------------------------------------------

    def action_respond(self):
        """Note that the customer got a first response (within 15 minutes, handbook B C1)."""
        self._respond()
        return True

    def _respond(self):
        fresh = self.filtered(lambda case: not case.first_response_date)
        fresh._stamp(first_response_date=fields.Datetime.now())
        self.env["property.deadline"]._of(fresh, ["respond", "outer_contact"])._finish()

    def action_assess(self):
        """Decide validity, level and category; an invalid one asks for its explanation.

        :raises UserError: if the validity is not chosen
        """
        self.ensure_one()
        self._check_role("supervisor", self.env._("Assessing a complaint"))
        if not self.validity:
            raise UserError(self.env._("Decide first whether the complaint is valid."))
        if self.validity == "invalid":
            return self._ask(
                "explain",
                self.env._("Invalid: explain it"),
                self.env._("What was explained to the customer, and how?"),
            )
        deadlines = self.env["property.deadline"]
        if self.state == "received":
            self._move_to("assessed")
        else:
            self._stamp(assessed_by_id=self.env.uid, assessed_date=fields.Datetime.now())
        deadlines._of(self, ["assess"])._finish()
        for step in ("reply_level", "handle", "solve"):
            if not deadlines._of(self, [step]):
                deadlines._begin(self, step, start=self.received_date)
        return True

    def _explain(self, text):
        """End a complaint that is none of our fault: explained, recorded, not deleted."""
        self._check_role("supervisor", self.env._("Calling a complaint invalid"))
        self._stamp(validity="invalid", end_reason=text)
        self._add_reply("final", self.reply_channel, text, "unknown")
        self._move_to("invalid")

    def action_transfer(self):
        """Pass the complaint on to the responsible department (within 20 minutes, form C2-1).

        :raises UserError: if no department is named
        """
        for case in self:
            if not case.department_id:
                raise UserError(self.env._("Choose the responsible department first."))
            if case.returned_reason:
                case._check_role(
                    "supervisor", self.env._("Deciding on a complaint that was returned")
                )
            case._move_to("transferred", returned_reason=False)
            self.env["property.deadline"]._begin(case, "first_action")
            lead = case.department_id.sudo().manager_id.user_id - case.sudo().accused_user_ids
            for user in case.handler_id or lead:
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Complaint to take over: sign for it"),
                    user_id=user.id,
                )
        return True

    def action_receive(self):
        """Sign for the complaint in the name of the department."""
        for case in self:
            case._refuse_accused()
            values = {"signed_by_id": self.env.uid, "signed_date": fields.Datetime.now()}
            if not case.handler_id:
                values["handler_id"] = self.env.uid
            case._move_to("investigating", **values)
            case.sudo().activity_feedback(["mail.mail_activity_data_todo"], user_id=self.env.uid)
        return True

    def _refuse_accused(self):
        if self.env.user in self.sudo().accused_user_ids:
            raise UserError(
                self.env._("The complaint is about you: somebody else has to work on it.")
            )

    def action_return(self):
        """Ask why the complaint is none of the department's."""
        return self._ask(
            "return", self.env._("Not ours"), self.env._("Why is it none of your department's?")
        )

    def _return(self, text):
        """Give it back to customer service, whose supervisor decides within the day (C2)."""
        target = "assessed" if self.assessed_date else "received"
        deadlines = self.env["property.deadline"]
        deadlines._of(self, ["receive", "track", "first_action"])._cancel()
        self._move_to(target, returned_reason=text, returned_by_id=self.env.uid)
        deadlines._begin(self, "decide")
        for user in self._deadline_users("supervisor"):
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Returned as “not ours”: decide who handles it"),
                note=text,
                user_id=user.id,
            )

    def action_first_action(self):
        """Note that the department took the first action of the category, e.g. was on site."""
        for case in self.filtered(lambda case: not case.first_action_date):
            case._stamp(first_action_date=fields.Datetime.now())
            self.env["property.deadline"]._of(case, ["first_action"])._finish()
        return True

    def action_make_repair(self):
        """Make a repair of a complaint that is one in disguise, and keep the complaint.

        :raises UserError: if there is a repair already
        """
        self.ensure_one()
        if self.repair_ref:
            raise UserError(self.env._("A repair was made of this complaint already."))
        repair = self._make_repair()
        self._stamp(repair_ref=f"{repair._name},{repair.id}")
        self.message_post(
            body=self.env._("Repair %(number)s made of it.", number=repair.display_name)
        )
        return self.action_open_repair()

    def _make_repair(self):
        """Return a repair made through the front desk's one door.

        :raises UserError: if repairs are not in use
        """
        if "property.repair" not in self.env or "property.intake" not in self.env:
            raise UserError(self.env._("Repairs are not in use here."))
        intakes = self.env["property.intake"]
        values = {
            "kind": "repair",
            "estate_id": self.estate_id.id,
            "unit_id": self.unit_id.id,
            "building_id": self.building_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "channel": "staff",
            "place": self.place,
            "description": self.env._(
                "%(description)s (complaint %(number)s)",
                description=self.description,
                number=self.number,
            ),
        }
        return intakes.create(values)._make_case()

    def action_open_repair(self):
        """Open the repair made of the complaint."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.repair_ref._name,
            "res_id": self.repair_ref.id,
            "view_mode": "form",
        }

    def action_propose(self):
        """Propose the solution; major and hot ones, letters and compensation need an approval.

        :raises UserError: if cause or solution are missing, or compensation was not checked
        """
        self.ensure_one()
        self._refuse_accused()
        if not self.validity:
            raise UserError(self.env._("The complaint has not been assessed yet."))
        if not self.cause or not self.proposal:
            raise UserError(self.env._("Write down the cause and the proposed solution first."))
        if self.compensation_amount and not self.liability_checked:
            raise UserError(self.env._("Check who is liable before any compensation is proposed."))
        self._move_to("proposed", proposal_approved=False)
        self._next_approval()
        return True

    def _next_approval(self):
        """Ask for the approval that is still missing; without any the solution is approved."""
        since = self.proposed_date
        granted = self.sudo().approval_ids.filtered(
            lambda row: row.state == "approved" and row.decided_date >= since
        )
        for matter, needed, amount in (
            ("compensation", self.compensation_amount > 0, self.compensation_amount),
            ("complaint_reply", self._reply_needs_approval(), 0.0),
        ):
            if needed and matter not in granted.mapped("matter"):
                self._request_approval(
                    matter,
                    self.env._("Complaint %(number)s", number=self.number),
                    amount,
                    None if self.manager_only else self.proposal,
                )
                return
        self.sudo()._stamp(proposal_approved=True, approved_date=fields.Datetime.now())

    def _reply_needs_approval(self):
        """Return whether the answer is approved before it is given: major, hot, in writing."""
        return (
            self.level in ("major", "hot", "urgent") or self.is_hot or self.reply_channel in WRITTEN
        )

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for case in self.filtered(lambda case: case.state == "proposed"):
            case._next_approval()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        for case in self.filtered(lambda case: case.state == "proposed"):
            case._move_to("investigating")
            case.message_post(body=self.env._("Not approved: %(reason)s", reason=reason))

    def action_rework(self):
        """Take a proposed solution back to work on it.

        :raises UserError: if it waits for an approval
        """
        for case in self:
            if case.approval_pending:
                raise UserError(self.env._("The solution waits for an approval."))
            case._move_to("investigating", proposal_approved=False, approved_date=False)
        return True

    # answers -------------------------------------------------------------------------------------

    def action_reply(self):
        """Open the dialog that records a reply to the customer."""
        self.ensure_one()
        kind = "final" if self.state == "proposed" and self.proposal_approved else "progress"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply to the customer"),
            "res_model": "property.complaint.answer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_complaint_id": self.id,
                "default_kind": kind,
                "default_channel": self.reply_channel,
                "default_content": self.proposal if kind == "final" else "",
            },
        }

    def _add_reply(self, kind, channel, content, accepted="unknown"):
        return self.env["property.complaint.reply"].create(
            {
                "complaint_id": self.id,
                "kind": kind,
                "channel": channel,
                "content": content,
                "accepted": accepted,
            }
        )

    def _reply(self, kind, channel, content, accepted="unknown"):
        """Record a reply; the final one moves the complaint on.

        :param str kind: first, progress, attempt or final
        :param str accepted: yes, no or unknown
        :raises UserError: if a final reply is not approved, late without a reason, or not in
            writing though the complaint was
        """
        self.ensure_one()
        self._refuse_accused()
        deadlines = self.env["property.deadline"]
        if kind == "final":
            self._check_final(channel)
        reply = self._add_reply(kind, channel, content, accepted)
        if kind != "attempt":
            self._respond()
        if kind == "progress":
            deadlines._of(self, ["progress"])._finish()
            if self.state in ("investigating", "proposed"):
                deadlines._begin(self, "progress")
        if kind == "final":
            view = {"yes": "yes", "no": "no"}.get(accepted, False)
            self._move_to("replied", accepted=view)
            if accepted == "no":
                self._dispute(content)
        return reply

    def _check_final(self, channel):
        if self.state != "proposed" or not self.proposal_approved:
            raise UserError(
                self.env._("The final reply follows the approved solution of the complaint.")
            )
        if self.reply_channel in WRITTEN and channel not in WRITTEN:
            raise UserError(self.env._("This complaint is answered in writing."))
        tries = self.reply_ids.filtered(lambda row: row.kind == "attempt")
        if tries and channel in WRITTEN and self.reply_channel not in WRITTEN:
            needed = self.estate_id._parameter("complaint_reply_attempts")
            if len(tries) < needed:
                raise UserError(
                    self.env._(
                        "A customer who cannot be reached is tried %(times)s times before he gets "
                        "a written reply.",
                        times=needed,
                    )
                )
        overdue = (
            self.env["property.deadline"]
            ._of(self, ["reply"])
            .filtered(lambda row: row.due < fields.Datetime.now())
        )
        if overdue and not self.late_reason:
            raise UserError(
                self.env._("The reply is overdue: write down why, and apologise to the customer.")
            )

    def _answer_publicly(self, text):
        """Answer with the one public answer to all households of a hot matter."""
        for case in self.filtered(lambda case: "replied" in self._workflow_moves[case.state]):
            case._add_reply("public", "counter", text)
            case._move_to("replied")

    def action_accept(self):
        """Note that the customer accepts the answer."""
        self._stamp(accepted="yes")
        self.reply_ids.filtered(lambda row: row.kind == "final")[-1:]._mark("yes")
        return True

    def action_dispute(self):
        """Ask why the customer does not accept the answer."""
        return self._ask(
            "dispute",
            self.env._("Not accepted"),
            self.env._("What does the customer not agree with?"),
        )

    def _dispute(self, text):
        """The customer does not accept: one level up (handbook B C1)."""
        self.reply_ids.filtered(lambda row: row.kind == "final")[-1:]._mark("no")
        self._move_to("disputed", accepted="no", dispute_text=text, proposal_approved=False)
        self.sudo()._level_up(self.env._("The customer does not accept the answer."))

    def action_investigate(self):
        """Take up a disputed complaint again, or one that came back from outside."""
        for case in self:
            case._move_to("investigating", proposal_approved=False)
            case._start_again()
        return True

    def _start_again(self):
        deadlines = self.env["property.deadline"]
        for step in ("reply", "handle"):
            if not deadlines._of(self, [step]):
                deadlines._begin(self, step)

    # the end -------------------------------------------------------------------------------------

    def action_resolve(self):
        """Note that the measures are done; the customer is called back next.

        :raises UserError: if the measures are not written down
        """
        for case in self:
            if not case.measures:
                raise UserError(self.env._("Write down which measures were taken."))
            case._move_to("resolved")
            case.filtered(lambda done: not done._callback_free())._case_settled()
        return True

    def _callback_free(self):
        """Return whether nobody is called back: anonymous, or a dispute of neighbours (C4)."""
        return bool(self.is_anonymous or self.category_id.no_callback or self.callback_waived)

    def action_follow_up(self):
        """Ask what the customer said when he was called back.

        :raises UserError: if the user handled the complaint or it is about him
        """
        self.ensure_one()
        self._check_may_call_back()
        return self._ask(
            "follow_up",
            self.env._("Called back"),
            self.env._("What did the customer say? (satisfied; else reopen the complaint)"),
        )

    def _check_may_call_back(self):
        if not self.env.su and self.env.user in self._callback_handlers():
            raise UserError(
                self.env._("Who handled a complaint or is its subject does not call back.")
            )

    def _follow_up(self, text):
        self._check_may_call_back()
        self._move_to("followed_up", callback_ok="ok", callback_note=text)

    def _callback_class(self):
        """Return the class by which a callback is planned, False where nobody is called."""
        return False if self._callback_free() else "complaint"

    def _callback_subject(self):
        """Return what the caller asks about; of a confidential complaint only its number."""
        return self.number if self.manager_only else self.description

    def _callback_person(self):
        """Return who is called back."""
        return self.partner_id

    def _callback_handlers(self):
        """Return the users who may not call back: who handled it, who it is about."""
        return self.sudo().accused_user_ids | self.handler_id | self.signed_by_id

    def _callback_result(self, callback):
        """Take the result of a callback: satisfied goes on, dissatisfied opens it again (C4).

        :param callback: record with `result` ok, fair or bad
        """
        for case in self.filtered(lambda case: case.state == "resolved"):
            note = callback.display_name
            if callback.result != "bad":
                case._move_to("followed_up", callback_ok=callback.result, callback_note=note)
                continue
            case._stamp(callback_ok="bad", callback_note=note)
            if case.reopen_count < case.estate_id._parameter("complaint_reopen_max"):
                case._open_again(self.env._("Not satisfied at the callback: %(name)s", name=note))
            else:
                case._move_to("external")
                case.message_post(
                    body=self.env._(
                        "Reopened often enough: tell the customer who else can help (owners' "
                        "committee, mediation, housing authority, 12345, court)."
                    )
                )

    def action_waive_callback(self):
        """Ask why nobody is called back (supervisor, handbook B §8)."""
        self._check_role("supervisor", self.env._("Waiving a callback"))
        return self._ask("waive", self.env._("No callback"), self.env._("Why is nobody called?"))

    def _waive_callback(self, text):
        self._check_role("supervisor", self.env._("Waiving a callback"))
        self._stamp(callback_waived=text)

    def action_close(self):
        """Close the complaint; major and hot ones are closed by the project manager (C4).

        :raises UserError: if a condition of closing is not met
        """
        for case in self:
            higher = case.level in ("major", "hot") or case.is_hot
            case._check_role(
                "manager" if higher else "supervisor", self.env._("Closing this complaint")
            )
            if missing := case._missing_to_close():
                raise UserError(
                    self.env._(
                        "“%(complaint)s” cannot be closed yet: %(missing)s",
                        complaint=case.number,
                        missing="; ".join(missing),
                    )
                )
            case._move_to("closed", end_reason=case.measures)
        return True

    def _missing_to_close(self):
        """Return what is missing for closing, in words (handbook B C4)."""
        missing = []
        if not self.replied_date:
            missing.append(self.env._("the customer has no reply"))
        if not self.measures:
            missing.append(self.env._("the measures are not written down"))
        if self.state == "resolved" and not self._callback_free():
            missing.append(self.env._("nobody called back, and it was not waived"))
        if self._needs_corrective_action() and not (
            self.corrective_action or self.matter_id.sudo().corrective_action
        ):
            missing.append(self.env._("a corrective action is needed"))
        if self.compensation_amount:
            if not self.settlement_date:
                missing.append(self.env._("the settlement note is not signed"))
            if not self.compensation_paid_date:
                missing.append(self.env._("the compensation is not paid"))
        return missing

    def _needs_corrective_action(self):
        """Return whether major, hot or repeated often enough for a corrective action."""
        often = self.estate_id._parameter("corrective_repeats")
        repeats = self.reopen_count
        if self.matter_id:
            repeats += len(self.sudo().matter_id.complaint_ids.filtered("is_repeat"))
        return self.level in ("major", "hot") or self.is_hot or repeats >= often

    def action_withdraw(self):
        """Ask why the complainant takes it back."""
        return self._ask(
            "withdraw", self.env._("Taken back"), self.env._("Why does the customer take it back?")
        )

    def _withdraw(self, text):
        self._move_to("withdrawn", end_reason=text)

    def action_reopen(self):
        """Ask what came back; within 30 days of closing, then it is a new complaint."""
        return self._ask("reopen", self.env._("Reopen"), self.env._("What came back?"))

    def _reopen(self, text):
        """Open a complaint again whose matter came back: counted as repeated (C1, C4).

        :raises UserError: if the time is over or it was reopened often enough
        """
        days = self.estate_id._parameter("complaint_repeat_days")
        since = self.closed_date or self.assessed_date
        if self.state in ENDED and since and fields.Datetime.now() > since + timedelta(days=days):
            raise UserError(
                self.env._(
                    "Closed more than %(days)s days ago: record it as a new complaint.", days=days
                )
            )
        if self.reopen_count >= self.estate_id._parameter("complaint_reopen_max"):
            raise UserError(
                self.env._(
                    "This complaint was reopened %(times)s times: tell the customer who else can "
                    "help, and take it outside.",
                    times=self.reopen_count,
                )
            )
        self._open_again(text)

    def _open_again(self, text):
        if self.state == "invalid":
            self._stamp(validity="valid")
        self._move_to(
            "investigating",
            reopen_count=self.reopen_count + 1,
            is_repeat=True,
            proposal_approved=False,
            closed_date=False,
            closed_by_id=False,
            callback_waived=False,
        )
        if RANK[self.level] < RANK["repeat"]:
            self._stamp(level="repeat")
        self._start_again()
        self.message_post(body=self.env._("Reopened: %(reason)s", reason=text))
        self._tell_lead(self.env._("Complaint reopened"))

    def action_outside(self):
        """Ask what goes on outside: 12345, authority, mediation, court."""
        self.ensure_one()
        if not self.outer_authority:
            raise UserError(self.env._("Choose the outside body first."))
        return self._ask("outside", self.env._("Outside"), self.env._("What goes on there?"))

    def _go_outside(self, text):
        self._move_to("external")
        self.message_post(body=text)

    def action_outer_done(self):
        """Note that the matter is settled outside.

        :raises UserError: if the answer that was sent is missing
        """
        for case in self:
            if not case.outer_answer:
                raise UserError(self.env._("Write down the answer that was sent outside."))
            if not case.measures:
                case.measures = case.outer_answer
            if not case.replied_date:
                case._stamp(replied_date=fields.Datetime.now(), replied_by_id=self.env.uid)
                self.env["property.deadline"]._of(case, ["reply", "reply_level"])._finish()
            case._move_to("resolved")
        return True

    def action_step_up(self):
        """Ask why the complaint goes one level up."""
        return self._ask("raise", self.env._("One level up"), self.env._("Why?"))

    def _step_up(self, text):
        self.sudo()._level_up(text)

    def action_merge(self):
        """Put the chosen complaints into one matter (group complaint).

        :raises UserError: if there is only one, or they are of several estates
        """
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two complaints about the same matter."))
        if len(self.estate_id) > 1:
            raise UserError(self.env._("The complaints are of several estates."))
        first = self.sorted("received_date")[0]
        matter = self.matter_id[:1] or self.env["property.complaint.matter"].create(
            {
                "name": (first.description or "").splitlines()[0][:60],
                "estate_id": first.estate_id.id,
                "category_id": first.category_id.id,
            }
        )
        self.matter_id = matter
        return {
            "type": "ir.actions.act_window",
            "res_model": matter._name,
            "res_id": matter.id,
            "view_mode": "form",
        }

    @api.model
    def _from_intake(self, intake):
        """Return the complaint made of a contact at the front desk (handbook B §0.4)."""
        return self.create(self._intake_values(intake, "complaint"))
