# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.property_service.tools.local_time import local_today

from ...tools import privacy

_logger = logging.getLogger(__name__)

FORMS = [
    ("board", "Publicity board"),
    ("banner", "Banner"),
    ("wechat", "WeChat account"),
    ("lecture", "Lecture"),
    ("door", "From door to door"),
]
CONTENTS = [
    ("policy", "Law and policy"),
    ("notice", "Public notices"),
    ("service", "Service information"),
    ("safety", "Safety and fire"),
    ("environment", "Environment and waste"),
    ("activity", "Activities and festivals"),
    ("promise", "Service promises"),
]
#: forms that hang somewhere and have to be taken down
_HANGING = ("board", "banner")
_TEXTS = ("name", "summary", "body", "place", "effect")
_FROZEN = {
    *("name", "summary", "body", "form", "content", "estate_id", "notice_id"),
    *("issue_year", "issue_number"),
}


class PropertyPublicity(models.Model):
    """One issue of the community's publicity (社区宣传记录, form G4-1, handbook B G4, A §55).

    Planned, made, approved as every public notice is, posted, and taken down after a month. Where
    the paper is a public notice (`property.notice`), that one has text, number and approval; this
    record only says where and how long it hung.
    """

    _name = "property.publicity"
    _description = "Publicity record"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "property.case.step.mixin",
        "property.verify.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_planned desc, id desc"
    _check_company_auto = True

    _number_form = "XC"
    _verify_code = "board"
    _workflow_moves = {
        "planned": ("made", "cancelled"),
        "made": ("approved", "planned", "cancelled"),
        "approved": ("posted", "planned", "cancelled"),
        "posted": ("removed",),
    }
    _workflow_stamps = {
        "made": ("maker_id", "made_date"),
        "approved": (None, "approved_date"),
        "posted": ("posted_by_id", "posted_date"),
        "removed": ("removed_by_id", "removed_date"),
    }
    _case_steps = {"cancel": "_drop", "back": "_back"}

    name = fields.Char("Theme", required=True, tracking=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    form = fields.Selection(
        FORMS, "Form of publicity", required=True, default="board", index=True, tracking=True
    )
    content = fields.Selection(CONTENTS, "Class of content", required=True, default="service")
    issue_year = fields.Integer("Year of the issue", readonly=True, copy=False, aggregator=None)
    issue_number = fields.Integer(
        "Number of the issue",
        copy=False,
        aggregator=None,
        help="Counted per estate, form and year; empty: the next one.",
    )
    issue = fields.Char("Issue no.", compute="_compute_issue", store=True)
    date_planned = fields.Date(
        "Planned for", required=True, default=fields.Date.context_today, index=True, tracking=True
    )
    summary = fields.Text("Summary of the content")
    body = fields.Text("Text of the page", help="What is printed as the page of the board.")
    place = fields.Char("Place of the publicity", help="Which board, gate, building, account.")
    user_id = fields.Many2one(
        "res.users",
        "Editor",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    notice_id = fields.Many2one(
        "property.notice",
        "Public notice posted",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
        help="Where the paper is a public notice: its text, number and approval are there.",
    )
    photo_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)
    photo_count = fields.Integer("Number of photos", compute="_compute_photo_count")
    cost = fields.Monetary("Cost of materials", tracking=True)
    effect = fields.Text("Effect of the publicity")
    reach = fields.Integer("People reached")
    valid_until = fields.Date(
        "Hangs until", tracking=True, index=True, help="Empty when posted: a month from then."
    )
    days_left = fields.Integer("Days left", compute="_compute_expired")
    expired = fields.Boolean(
        "Still up after its last day", compute="_compute_expired", search="_search_expired"
    )
    reminded_date = fields.Date("Reminder given on", readonly=True, copy=False)
    reason = fields.Char("Reason of the last step", readonly=True, copy=False, tracking=True)
    checked_by_id = fields.Many2one(
        "res.users", "Proofread by", readonly=True, copy=False, index="btree_not_null"
    )
    approver_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("planned", "Being planned"),
            ("made", "Made ready"),
            ("approved", "Approved"),
            ("posted", "Put up for all"),
            ("removed", "Taken down"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        tracking=True,
        index=True,
        copy=False,
        group_expand="_group_expand_state",
    )
    maker_id = fields.Many2one("res.users", "Made by (editor)", readonly=True, copy=False)
    made_date = fields.Datetime("Made ready on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", "Put up by", readonly=True, copy=False)
    posted_date = fields.Datetime("Put up on", readonly=True, copy=False, index=True)
    removed_by_id = fields.Many2one("res.users", "Taken down by", readonly=True, copy=False)
    removed_date = fields.Datetime("Taken down on", readonly=True, copy=False)

    _issue_once = models.UniqueIndex(
        "(estate_id, form, issue_year, issue_number)",
        "There is an issue with this number already: leave the number empty for the next one.",
    )
    _cost_positive = models.Constraint(
        "CHECK (COALESCE(cost, 0) >= 0 AND COALESCE(reach, 0) >= 0)",
        "Costs and people reached are not below zero.",
    )

    @api.model
    def _group_expand_state(self, states, _domain):
        return ["planned", "made", "approved", "posted"]

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {
            *("approver_id", "checked_by_id", "reason", "reminded_date")
        }

    @api.depends("issue_year", "issue_number")
    def _compute_issue(self):
        for record in self:
            record.issue = (
                f"{record.issue_year}-{record.issue_number:02d}" if record.issue_number else False
            )

    @api.depends("name", "issue")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(part for part in (record.issue, record.name) if part)

    @api.depends("photo_ids")
    def _compute_photo_count(self):
        for record in self:
            record.photo_count = len(record.photo_ids)

    @api.depends("state", "valid_until")
    def _compute_expired(self):
        today = local_today()
        for record in self:
            hangs = record.state == "posted" and record.valid_until
            record.days_left = (record.valid_until - today).days if hangs else 0
            record.expired = bool(hangs and record.valid_until < today)

    @api.model
    def _search_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = self._search([("state", "=", "posted"), ("valid_until", "<", local_today())])
        return [("id", "in" if True in value else "not in", ids)]

    @api.onchange("notice_id")
    def _onchange_notice_id(self):
        notice = self.notice_id
        if notice:
            self.name = self.name or notice.title
            self.content = "notice"
            self.valid_until = notice.valid_until
            self.place = self.place or notice.places

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            record._with_move()._number_issue()
        records._assign_number()
        return records

    def _number_issue(self):
        """Give the issue its year and, where it has none, the next number."""
        self.ensure_one()
        self.issue_year = self.date_planned.year
        if self.issue_number:
            return
        last = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("estate_id", "=", self.estate_id.id),
                ("form", "=", self.form),
                ("issue_year", "=", self.issue_year),
            ],
            order="issue_number desc",
            limit=1,
        )
        self.issue_number = last.issue_number + 1

    def write(self, vals):
        if _FROZEN & vals.keys() and not self._moving():
            for record in self:
                if record.state not in ("planned", "made") or record.approval_pending:
                    raise UserError(
                        self.env._(
                            "“%(issue)s” was checked as it is: take it back to planning first.",
                            issue=record.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if kept := self.filtered(lambda record: record.state not in ("planned", "cancelled")):
            raise UserError(
                self.env._("“%s” keeps its place in the record: cancel it.", kept[0].display_name)
            )

    @api.constrains(*_TEXTS)
    def _check_personal_data(self):
        """Personal data is never posted: ID numbers, mobile numbers, who owes fees (G4, A §55)."""
        for record in self:
            text = "\n".join(record[name] for name in _TEXTS if record[name])
            estate = record.estate_id
            own = (estate.phone, estate.complaint_phone, estate.company_id.phone)
            if numbers := privacy.personal_numbers(text, own):
                raise ValidationError(
                    self.env._(
                        "“%(theme)s” holds personal numbers (%(numbers)s): ID and mobile numbers "
                        "of people are never posted. Take them out; name the service phone.",
                        theme=record.name,
                        numbers="、".join(numbers),
                    )
                )
            if privacy.speaks_of_debts(text):
                record._check_debtors(text)

    def _check_debtors(self, text):
        """Refuse a text about unpaid fees that names a room or somebody who owes.

        :raises ValidationError: without repeating the name
        """
        found = privacy.rooms(text)
        debtors = (
            self.env["property.charge"]
            .sudo()
            ._read_group(
                [
                    ("estate_id", "=", self.estate_id.id),
                    ("state", "in", ("open", "partial")),
                    ("date_due", "<", local_today()),
                ],
                ["partner_id"],
            )
        )
        names = [partner.name for (partner,) in debtors if len(partner.name or "") > 1]
        if found or any(name in text for name in names):
            raise ValidationError(
                self.env._(
                    "“%(theme)s” is about unpaid fees and names people or rooms: debtors are "
                    "never named in public. Write to them, or post figures only.",
                    theme=self.name,
                )
            )

    # steps ---------------------------------------------------------------------------------------

    def action_make(self):
        """Note that the issue is made and ready to be checked.

        :raises UserError: without summary or place
        """
        self.check_access("write")
        for record in self:
            if not record.place or not (record.summary or record.notice_id):
                raise UserError(
                    self.env._(
                        "“%s”: enter the place and a summary of the content.", record.display_name
                    )
                )
        self._move_to("made")

    def action_check(self):
        """Proofread the issue and ask the manager; a public notice brings its own approval.

        :raises AccessError: below the supervisor
        :raises UserError: if the notice it posts is not approved yet
        """
        self._check_role("supervisor", self.env._("Proofreading what is posted"))
        for record in self:
            if record.state != "made":
                raise UserError(
                    self.env._("“%s” is not ready to be proofread.", record.display_name)
                )
            record._check_personal_data()
            record._with_move().checked_by_id = self.env.user
            notice = record.notice_id
            if not notice:
                record._request_approval(
                    "notice",
                    self.env._("Publicity: %(issue)s", issue=record.display_name),
                    reason=record.summary,
                )
                continue
            if notice.state not in ("pm_ok", "published"):
                raise UserError(
                    self.env._(
                        "The notice “%(notice)s” is “%(state)s”: have it approved first.",
                        notice=notice.title,
                        state=notice._state_label(notice.state),
                    )
                )
            record._move_to("approved", approver_id=notice.approver_id.id)
        return True

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        self._move_to("approved", approver_id=self.env.uid)

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self._move_to("planned", reason=reason)

    def action_post(self):
        """Put the issue up; one that hung at the same place before is taken down with it.

        :raises UserError: if the notice it posts is not published, or its last day is over
        """
        self.check_access("write")
        today = local_today()
        for record in self:
            notice = record.notice_id
            if notice and notice.state != "published":
                raise UserError(
                    self.env._(
                        "Publish the notice “%s” first: nothing hangs without its number.",
                        notice.title,
                    )
                )
            months = record.estate_id._parameter("publicity_valid_months")
            until = record.valid_until or notice.valid_until
            until = until or today + relativedelta(months=months)
            if record.form in _HANGING and until < today:
                raise UserError(
                    self.env._(
                        "“%(issue)s”: its last day %(date)s is over: enter another one.",
                        issue=record.display_name,
                        date=until,
                    )
                )
            record._move_to(
                "posted", valid_until=until if record.form in _HANGING else record.valid_until
            )
            record._replace_previous()
        return True

    def _replace_previous(self):
        """Take down what hung at the same place before."""
        for record in self.filtered(lambda row: row.form == "board" and row.place):
            before = self.search(
                [
                    ("id", "!=", record.id),
                    ("estate_id", "=", record.estate_id.id),
                    ("form", "=", "board"),
                    ("place", "=ilike", record.place),
                    ("state", "=", "posted"),
                ]
            )
            before._take_down(self.env._("Replaced by %s", record.display_name))

    def action_remove(self):
        """Note that the issue was taken down and destroyed, or is over."""
        self.check_access("write")
        self._take_down(False)
        return True

    def _take_down(self, reason):
        for record in self:
            record._move_to("removed", reason=reason)
            record.sudo().activity_ids.unlink()

    def action_back(self):
        """Ask why the issue goes back to planning."""
        return self._ask("back", self.env._("Back to planning"), self.env._("Why?"))

    def _back(self, text):
        self._withdraw_approval()
        self._move_to("planned", reason=text, approver_id=False)

    def action_cancel(self):
        """Ask why the issue is not needed."""
        return self._ask("cancel", self.env._("Cancel the issue"), self.env._("Why?"))

    def _drop(self, text):
        self._withdraw_approval()
        self._move_to("cancelled", reason=text)

    def action_open_notice(self):
        """Open the public notice that is posted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.notice",
            "res_id": self.notice_id.id,
            "view_mode": "form",
        }

    # what a reader of the board sees -------------------------------------------------------------

    def _verify_facts(self):
        today = local_today()
        valid = self.state == "posted" and (not self.valid_until or self.valid_until >= today)
        rows = [
            (self.env._("Issue no."), self.issue or ""),
            (self.env._("Theme"), self.name),
            (self.env._("Estate"), self.estate_id.name),
            (self.env._("Form no."), self.number),
        ]
        if self.posted_date:
            rows.append((self.env._("Put up on"), str(self.posted_date.date())))
        if self.valid_until:
            rows.append((self.env._("Hangs until"), str(self.valid_until)))
        if self.notice_id.number:
            rows.append((self.env._("No. of the notice"), self.notice_id.number))
        return {
            "title": self.env._("Page of the notice board"),
            "valid": valid,
            "status": self.env._("Posted by us") if valid else self.env._("Not valid any more"),
            "rows": rows,
        }

    # scheduled actions ---------------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Ask the stewards to take down what hangs after its last day; told once for each."""
        found = self.search(
            [
                ("state", "=", "posted"),
                ("valid_until", "<", local_today()),
                ("reminded_date", "=", False),
            ],
            limit=500,
        )

        def remind(record):
            record._with_move().reminded_date = local_today()
            words = record.with_context(lang=record.estate_id._print_lang())
            for user in record._keepers():
                words.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=local_today(),
                    summary=words.env._("Take down or renew: %s", words.display_name),
                    user_id=user.id,
                )

        self.env["ir.cron"]._property_each(
            found,
            remind,
            lambda record, _error: _logger.exception("No reminder of publicity %s", record.id),
        )

    def _keepers(self):
        """Return the users who look after the boards: stewards of the estate, else the editor."""
        self.ensure_one()
        steward = self.env.ref("property_service.group_steward")
        higher = self.env.ref("property_service.group_supervisor")
        members = self.estate_id.sudo().user_ids.filtered("active")
        stewards = members.filtered(
            lambda user: steward in user.all_group_ids and higher not in user.all_group_ids
        )
        return stewards or self.user_id or members[:1]

    @api.model
    def _cron_plan(self):
        """Plan the month's issue of the notice board in every estate that has none yet."""
        first = local_today().replace(day=1)
        estates = self.env["property.estate"].search([("user_ids", "!=", False)])
        planned = self.search(
            [
                ("form", "=", "board"),
                ("estate_id", "in", estates.ids),
                ("date_planned", ">=", first),
                ("date_planned", "<", first + relativedelta(months=1)),
                ("state", "!=", "cancelled"),
            ]
        )

        def plan(estate):
            if not estate._parameter("publicity_per_month"):
                return
            words = self.with_context(lang=estate._print_lang())
            words.create(
                {
                    "name": words.env._("Issue of %s, theme to be set", f"{first:%Y-%m}"),
                    "estate_id": estate.id,
                    "date_planned": first + relativedelta(days=9),
                    "user_id": estate.manager_id.id,
                }
            )

        self.env["ir.cron"]._property_each(
            estates - planned.estate_id,
            plan,
            lambda estate, _error: _logger.exception("No issue planned for estate %s", estate.id),
        )
