# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

SOURCES = [
    ("callback", "Callback"),
    ("spot", "Spot check"),
    ("patrol", "Patrol"),
    ("repair", "Repair"),
    ("complaint", "Complaint"),
    ("survey", "Survey"),
    ("other", "Other"),
]
_SOURCE_OF = {
    "property.callback": "callback",
    "property.spot.check": "spot",
    "property.finding": "patrol",
    "property.patrol": "patrol",
    "property.repair": "repair",
    "property.complaint": "complaint",
}


class PropertyRectification(models.Model):
    """A rectification notice (整改通知单, form B2-1): written, within 24 hours, verified.

    Handbook B §B2. Issuing, signing for it, fixing and verifying each have their deadline; failing
    the verification takes the notice a level up and issues it anew.
    """

    _name = "property.rectification"
    _description = "Rectification notice"
    _inherit = ["property.case.mixin", "property.source.mixin", "property.patrol.reasoned"]
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "number"

    _number_form = "ZG"
    _workflow_moves = {
        "draft": ("issued", "cancelled"),
        "issued": ("received",),
        "received": ("fixing",),
        "fixing": ("fixed",),
        "fixed": ("verified", "failed"),
        "failed": ("issued",),
        "verified": ("closed",),
    }
    _workflow_stamps = {
        "issued": ("issued_by_id", "issued_date"),
        "received": ("received_by_id", "received_date"),
        "fixed": ("fixed_by_id", "fixed_date"),
        "verified": ("verified_by_id", "verified_date"),
        "failed": ("verified_by_id", "verified_date"),
    }
    _case_clocks = {
        "draft": ("issue",),
        "issued": ("receive", "fix"),
        "fixed": ("verify",),
        "failed": ("issue",),
    }
    _case_done = {
        "issued": ("issue",),
        "received": ("receive",),
        "fixed": ("fix",),
        "verified": ("verify",),
        "failed": ("verify",),
    }
    _case_end = ("closed", "cancelled")
    _reasons = {"fail": "action_fail", "cancel": "action_cancel"}

    channel = fields.Selection(default="staff")
    source_kind = fields.Selection(SOURCES, "Source", required=True, default="other", index=True)
    department_id = fields.Many2one(
        "hr.department", "Responsible department", index="btree_not_null", tracking=True
    )
    responsible_id = fields.Many2one(
        "res.users", "Responsible person", index="btree_not_null", tracking=True
    )
    description = fields.Text("Facts found")
    photo_ids = fields.Many2many("ir.attachment", string="Photos of the facts", copy=False)
    basis = fields.Char("Basis of the notice", help="Rule, standard or contract that was not kept.")
    requirement = fields.Text("What is to be done")
    days = fields.Float(
        "Days to put it right",
        digits=(16, 2),
        help="From issuing on. Empty: the time of the deadline policy.",
    )
    date_limit = fields.Datetime("To be put right by", compute="_compute_date_limit", store=True)
    level = fields.Integer(default=1, readonly=True, copy=False)
    cause = fields.Text("Cause found", tracking=True)
    measures = fields.Text("Measures taken", tracking=True)
    refused = fields.Boolean("Refused to sign", tracking=True)
    witness = fields.Char(help="Who saw the notice being handed over when it was not signed for.")
    verify_result = fields.Text("Result of the verification", tracking=True)
    corrective = fields.Boolean(
        "Corrective action needed", tracking=True, help="Handbook B F7: the cause is looked for."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("issued", "Notice issued"),
            ("received", "Signed for"),
            ("fixing", "Being put right"),
            ("fixed", "Put right"),
            ("failed", "Not put right"),
            ("verified", "Found right"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    issued_by_id = fields.Many2one("res.users", "Notice issued by", readonly=True, copy=False)
    issued_date = fields.Datetime("Notice issued on", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", "Signed for by", readonly=True, copy=False)
    received_date = fields.Datetime("Signed for on", readonly=True, copy=False)
    fixed_by_id = fields.Many2one("res.users", "Put right by", readonly=True, copy=False)
    fixed_date = fields.Datetime("Put right on", readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", "Verification by", readonly=True, copy=False)
    verified_date = fields.Datetime("Verification on", readonly=True, copy=False)
    in_time = fields.Boolean(
        "Put right in time", compute="_compute_in_time", store=True, help="From its deadline."
    )

    _source_index = models.Index("(res_model, res_id)")

    @api.depends("deadline_ids.due", "deadline_ids.step")
    def _compute_date_limit(self):
        for notice in self:
            rows = notice.sudo().deadline_ids.filtered(lambda row: row.step == "fix")
            notice.date_limit = max(rows.mapped("due"), default=False)

    @api.depends("deadline_ids.state", "deadline_ids.breached")
    def _compute_in_time(self):
        for notice in self:
            rows = notice.sudo().deadline_ids.filtered(lambda row: row.step == "fix")
            notice.in_time = bool(rows) and all(
                row.state == "kept" and not row.breached for row in rows
            )

    def _handler_users(self):
        return self.responsible_id or self.user_id

    def _callback_class(self):
        return False

    def _deadline_users(self, role):
        lead = self.department_id.sudo().manager_id.user_id
        if role == "dispatcher" and lead:
            return lead
        return super()._deadline_users(role)

    def _turn_clocks(self, state, previous=None):
        """Give the time for putting right that the issuer set on the notice, if he set one."""
        result = super()._turn_clocks(state, previous)
        if state == "issued":
            deadlines = self.env["property.deadline"]
            for notice in self.filtered(lambda row: row.days > 0):
                clock = deadlines._of(notice, ["fix"])
                clock.due = (notice.issued_date or fields.Datetime.now()) + timedelta(
                    days=notice.days
                )
                clock._set_next_check()
        return result

    @api.model
    def _issue(self, source_record, department, user, facts, days=0):
        """Make a notice about `source_record` and issue it (handbook B §B2).

        Who is no supervisor only proposes it: it stays a draft, whose clock of 24 hours runs.

        :param source_record: repair, complaint, callback, finding …; it has an `estate_id`
        :param department: responsible `hr.department`, may be empty
        :param user: responsible `res.users`, may be empty
        :param str facts: what is not as it should be
        :param float days: days to put it right; 0 for the time of the policy
        :return: the notice
        """
        notice = self._propose(source_record, department, user, facts, days)
        if notice._is_supervisor() and (notice.department_id or notice.responsible_id):
            notice._move_to("issued")
        return notice

    @api.model
    def _propose(self, source_record, department, user, facts, days=0):
        """Make the draft of a notice about `source_record`; parameters as of `_issue()`."""
        return self.create(
            {
                **self._place_values(source_record),
                **self._source_values(source_record),
                "source_kind": _SOURCE_OF.get(source_record._name, "other"),
                "department_id": department.id if department else False,
                "responsible_id": user.id if user else False,
                "description": facts,
                "days": days,
            }
        )

    def action_issue(self):
        """Issue the notice to who is responsible.

        :raises UserError: where nobody is named, or the user is no supervisor
        """
        for notice in self:
            if not notice._is_supervisor():
                raise UserError(
                    self.env._("A rectification notice is issued by a supervisor or the manager.")
                )
            if not notice.department_id and not notice.responsible_id:
                raise UserError(
                    self.env._(
                        "Name the department or the person the notice %(number)s goes to.",
                        number=notice.number,
                    )
                )
        self._move_to("issued")

    def action_receive(self):
        """Sign for the notice; who refuses is noted with a witness, and the manager is told.

        :raises UserError: where signing was refused and no witness is named
        """
        for notice in self:
            if notice.refused and not notice.witness:
                raise UserError(
                    self.env._("Signing was refused: name the witness of the handing over.")
                )
        self._move_to("received")
        for notice in self.filtered("refused"):
            for user in notice._deadline_users("manager"):
                notice.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("A rectification notice was not signed for"),
                    user_id=user.id,
                )

    def action_begin(self):
        """Begin to put it right."""
        self._move_to("fixing")

    def action_fixed(self):
        """State that it was put right, with cause and measures.

        :raises UserError: where one of them is missing
        """
        for notice in self:
            if not (notice.cause and notice.measures):
                raise UserError(
                    self.env._("State the cause found and the measures taken before you finish.")
                )
        self._move_to("fixed")

    def _check_verifier(self):
        for notice in self:
            if self.env.user in (notice.responsible_id | notice.fixed_by_id) and not self.env.su:
                raise UserError(
                    self.env._("Who put it right cannot verify it: notice %s.", notice.number)
                )

    def action_verify(self):
        """Confirm that it is put right, close the notice and tell the document it came from."""
        self._check_verifier()
        self._move_to("verified")
        self._move_to("closed")
        for notice in self:
            source = notice._source()
            if source is not None and hasattr(source, "_rectification_done"):
                source.sudo()._rectification_done(notice)

    def action_fail(self, reason=None):
        """Refuse what was done: the notice goes a level up and is issued anew.

        :param str reason: what is still wrong
        :raises UserError: without it
        """
        self._check_verifier()
        for notice in self:
            text = reason or notice.verify_result
            if not text:
                raise UserError(self.env._("State what is still wrong."))
            notice._move_to(
                "failed",
                verify_result=text,
                level=notice.level + 1,
                corrective=notice.corrective or notice.level >= 2,
            )
            for user in notice._deadline_users("manager" if notice.level > 2 else "supervisor"):
                notice.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Verification failed: issue the notice to somebody else"),
                    user_id=user.id,
                )

    def action_cancel(self, reason=None):
        """Drop a draft that is not needed, with the reason.

        :raises UserError: without a reason, or for who is no supervisor
        """
        if not reason or not self._is_supervisor():
            raise UserError(self.env._("A supervisor drops the draft of a notice, with a reason."))
        self._move_to("cancelled", verify_result=reason)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(notice.state not in ("draft", "cancelled") for notice in self):
            raise UserError(self.env._("An issued rectification notice is kept."))
