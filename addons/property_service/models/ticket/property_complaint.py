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
        "unreached": "_close_unreached",
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
            ("withdrawn", "Complaint withdrawn"),
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

    @api.model
    def _from_intake(self, intake):
        """Return the complaint made of a contact at the front desk (handbook B §0.4)."""
        return self.create(self._intake_values(intake, "complaint"))
