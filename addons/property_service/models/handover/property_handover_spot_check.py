# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import month_bounds

#: subject -> (setting of the quota)
QUOTAS = {
    "concentrated": "handover_checks_concentrated",
    "routine": "handover_checks_routine",
    "charges": "handover_checks_charges",
}


class PropertyHandoverSpotCheck(models.Model):
    """The manager's check of handover records and charges (抽查记录表, handbook A §18).

    Planned each month by quota; what does not conform goes to the department in writing.
    """

    _name = "property.handover.spot.check"
    _description = "Spot check of handovers"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.handover.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, id"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "CC"
    _workflow_moves = {
        "planned": ("checked",),
        "checked": ("ok", "nonconforming"),
        "ok": ("closed",),
        "nonconforming": ("notice_issued",),
        "notice_issued": ("rectified",),
        "rectified": ("verified",),
        "verified": ("closed",),
    }
    _workflow_stamps = {
        "checked": ("checked_by_id", "checked_date"),
        "notice_issued": (None, "issued_date"),
        "verified": ("verified_by_id", "verified_date"),
        "closed": (None, "closed_date"),
    }

    estate_id = fields.Many2one("property.estate", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    month = fields.Date(required=True, readonly=True, index=True)
    subject = fields.Selection(
        [
            ("concentrated", "Records of the concentrated handover"),
            ("routine", "Records of routine handovers"),
            ("charges", "Handover charges"),
        ],
        "Subject checked",
        required=True,
        index=True,
    )
    date_due = fields.Date("To be checked by", required=True)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    handover_ids = fields.Many2many("property.handover", string="Cases looked at")
    scope = fields.Char("Scope and sample")
    findings = fields.Text("What was found")
    problem_kind = fields.Selection(
        [
            ("papers", "Papers incomplete"),
            ("signature", "Signature missing"),
            ("charge", "Charge wrong or not on the list"),
            ("receipt", "Receipt missing"),
            ("meter", "Reading wrong"),
            ("defect", "Defect not followed up"),
            ("late", "Recorded too late"),
            ("other", "Another problem"),
        ],
        "Kind of problem",
    )
    conform = fields.Selection([("yes", "Conforms"), ("no", "Does not conform")], "Result found")
    department_id = fields.Many2one("hr.department", "Department responsible", ondelete="restrict")
    responsible_id = fields.Many2one("res.users", "Who is responsible")
    days = fields.Integer("Days to put it right", default=3)
    corrective = fields.Boolean(
        "Corrective and preventive action needed",
        readonly=True,
        help="The same problem was found for the third time.",
    )
    rectification_id = fields.Many2one(
        "property.rectification", "Rectification notice", readonly=True, index="btree_not_null"
    )
    verify_note = fields.Char("Result of the verification")
    state = fields.Selection(
        [
            ("planned", "Check planned"),
            ("checked", "Checked on site"),
            ("ok", "In order"),
            ("nonconforming", "Nonconforming"),
            ("notice_issued", "Notice is issued"),
            ("rectified", "Is rectified"),
            ("verified", "Is verified"),
            ("closed", "Check closed"),
        ],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    checked_by_id = fields.Many2one("res.users", "Check made by", readonly=True)
    checked_date = fields.Datetime("Check made on", readonly=True)
    issued_date = fields.Datetime("Notice sent on", readonly=True)
    verified_by_id = fields.Many2one("res.users", "Verified by", readonly=True)
    verified_date = fields.Datetime("Verified on", readonly=True)
    closed_date = fields.Datetime("Closed on", readonly=True)

    @api.depends("state", "date_due")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for check in self:
            check.overdue = check.state == "planned" and check.date_due < today

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "planned"), ("date_due", "<", today)]

    @api.depends("number", "subject")
    def _compute_display_name(self):
        labels = dict(self._fields["subject"]._description_selection(self.env))
        for check in self:
            parts = (check.number, labels.get(check.subject))
            check.display_name = " ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks._assign_number()
        return checks

    # the plan ------------------------------------------------------------------------------------

    @api.model
    def _quota(self, estate, month):
        """Return {subject: checks the month asks for} (handbook A §18).

        Four of a concentrated handover that goes on in the month, one of routine ones, one of the
        charges; none where nothing is handed over.
        """
        first = month.replace(day=1)
        start, end = month_bounds(first)
        cases = self.env["property.handover"].search_count(
            [
                ("estate_id", "=", estate.id),
                ("check_in_date", "<", end),
                "|",
                ("filed_date", "=", False),
                ("filed_date", ">=", start),
            ],
            limit=1,
        )
        together = self.env["property.handover.batch"].search_count(
            [
                ("estate_id", "=", estate.id),
                ("state", "in", ("open", "noticed")),
                ("date_start", "<=", first + relativedelta(months=1, days=-1)),
                ("date_end", ">=", first),
            ],
            limit=1,
        )
        quota = {}
        if together:
            quota["concentrated"] = estate._parameter(QUOTAS["concentrated"])
        elif cases:
            quota["routine"] = estate._parameter(QUOTAS["routine"])
        if quota:
            quota["charges"] = estate._parameter(QUOTAS["charges"])
        return quota

    @api.model
    def _plan(self, estate, month):
        """Plan what is missing to the quota of a month, spread over it.

        :return: the checks of the month
        """
        first = month.replace(day=1)
        known = self.search([("estate_id", "=", estate.id), ("month", "=", first)])
        last = first + relativedelta(months=1, days=-1)
        values = []
        for subject, quota in self._quota(estate, first).items():
            there = len(known.filtered(lambda row, subject=subject: row.subject == subject))
            values += [
                {
                    "estate_id": estate.id,
                    "month": first,
                    "subject": subject,
                    "date_due": first + (last - first) * number / quota,
                    "handover_ids": [],
                }
                for number in range(there + 1, quota + 1)
            ]
        return known | self.create(values)

    @api.model
    def _cron_plan(self):
        """Plan the month's checks of every estate."""
        today = fields.Date.context_today(self)
        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            lambda estate: self._plan(estate, today),
            lambda estate, error: estate._message_log(body=str(error)),
        )

    def action_draw(self):
        """Draw cases from the pool: filed or under way in the month, not checked before."""
        for check in self:
            start, end = month_bounds(check.month)
            pool = self.env["property.handover"].search(
                [
                    ("estate_id", "=", check.estate_id.id),
                    ("check_in_date", "<", end),
                    ("state", "not in", ("checked_in", "docs_incomplete")),
                    ("spot_check_ids", "not any", [("subject", "=", check.subject)]),
                    "|",
                    ("filed_date", "=", False),
                    ("filed_date", ">=", start),
                ],
                order="id",
            )
            size = min(check.estate_id._parameter("handover_check_sample"), len(pool))
            # the same draw for the same check: nobody draws until he likes the result
            check.handover_ids = pool.browse(Random(check.id).sample(pool.ids, size))
            check.scope = self.env._("%(size)s of %(pool)s cases", size=size, pool=len(pool))
        return True

    # the check -----------------------------------------------------------------------------------

    def action_checked(self):
        """Note the result of the check, as the manager.

        :raises UserError: without findings and conclusion
        """
        self._check_in_group("manager", self.env._("Spot checks are made by the manager."))
        for check in self:
            if not check.conform or not check.findings:
                raise UserError(
                    self.env._(
                        "“%(check)s”: write down what was found and whether it conforms.",
                        check=check.display_name,
                    )
                )
            if check.conform == "no" and not (check.department_id or check.responsible_id):
                raise UserError(
                    self.env._(
                        "“%(check)s”: name the department or person that has to put it right.",
                        check=check.display_name,
                    )
                )
            if check.conform == "no" and not check.problem_kind:
                raise UserError(
                    self.env._("“%(check)s”: choose the kind of problem.", check=check.display_name)
                )
            check._move_to("checked")
            check._move_to("ok" if check.conform == "yes" else "nonconforming")
            if check.conform == "no":
                check._issue_notice()
            else:
                check._move_to("closed")
        return True

    def _issue_notice(self):
        """Write to the department; the third time a problem is found its cause is to be removed."""
        self.ensure_one()
        times = self.search_count(
            [
                ("estate_id", "=", self.estate_id.id),
                ("problem_kind", "=", self.problem_kind),
                ("conform", "=", "no"),
                ("checked_date", "!=", False),
            ]
        )
        corrective = times >= self.estate_id._parameter("finding_repeat_count")
        notice = self.env["property.rectification"]._issue(
            self, self.department_id, self.responsible_id, self.findings, self.days
        )
        if corrective:
            notice.sudo().corrective = True
        self._move_to("notice_issued", rectification_id=notice.id, corrective=corrective)

    def _rectification_done(self, notice):
        """Hook of the notice: what was found is put right and verified."""
        for check in self.filtered(lambda row: row.state == "notice_issued"):
            check._move_to("rectified")
            check._move_to("verified", verify_note=notice.verify_result or notice.measures)
            check._move_to("closed")

    def write(self, vals):
        """Keep what was found once the check is made."""
        fixed = {"findings", "conform", "subject", "handover_ids", "problem_kind"}
        if fixed & vals.keys() and not (self.env.su or self._moving()):
            made = self.filtered(lambda row: row.state != "planned")
            if made:
                raise UserError(
                    self.env._(
                        "“%(check)s” was made: what was found stays as it is.",
                        check=made[0].display_name,
                    )
                )
        return super().write(vals)

    def action_open_notice(self):
        """Open the rectification notice."""
        self.ensure_one()
        return self.rectification_id.get_formview_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if any(check.state != "planned" for check in self):
            raise UserError(self.env._("A check that was made is kept."))
