# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

SEVERITIES = [
    ("danger", "Danger"),
    ("serious", "Serious"),
    ("normal", "Ordinary"),
    ("minor", "Minor"),
]
#: states in which the problem is still there
OPEN = ("found", "assigned", "accepted", "fixing", "fixed", "recheck_failed", "deferred")


class PropertyFinding(models.Model):
    """Something found that is not as it should be, until it is verified (handbook B §E6).

    From a patrol, a spot check, a visit to a site or by hand. The clock begins when it is found;
    its time comes from the category. Who found it looks again; what is fixed on paper only goes
    back a level higher.
    """

    _name = "property.finding"
    _description = "Finding"
    _inherit = ["property.case.mixin", "property.patrol.reasoned"]
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "number"

    _number_form = "WT"
    _workflow_moves = {
        "found": ("fixed_on_spot", "assigned", "deferred"),
        "fixed_on_spot": ("closed",),
        "assigned": ("accepted", "assigned", "deferred", "fixed"),
        "accepted": ("fixing", "deferred", "fixed"),
        "fixing": ("fixed", "deferred"),
        "fixed": ("rechecked", "recheck_failed"),
        "recheck_failed": ("assigned", "deferred"),
        "deferred": ("assigned", "closed"),
        "rechecked": ("closed",),
    }
    _workflow_stamps = {
        "fixed_on_spot": ("fixed_by_id", "fixed_date"),
        "assigned": ("assigned_by_id", "assigned_date"),
        "accepted": ("accepted_by_id", "accepted_date"),
        "fixed": ("fixed_by_id", "fixed_date"),
        "rechecked": ("rechecked_by_id", "rechecked_date"),
        "recheck_failed": ("rechecked_by_id", "rechecked_date"),
        "closed": (None, "closed_date"),
    }
    _case_clocks = {"found": ("fix",), "fixed": ("recheck",), "recheck_failed": ("fix",)}
    _case_done = {
        "fixed_on_spot": ("fix",),
        "fixed": ("fix",),
        "rechecked": ("recheck",),
        "recheck_failed": ("recheck",),
    }
    _case_hold = ("deferred",)
    _case_end = ("closed",)
    _reasons = {
        "recheck_fail": "action_recheck_failed",
        "defer": "action_defer",
        "drop": "action_close_deferred",
    }
    _reasons_dated = ("defer",)

    channel = fields.Selection(default="patrol")
    category_id = fields.Many2one(domain=[("kind", "=", "finding")], required=True)
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
    )
    patrol_id = fields.Many2one(
        "property.patrol", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    visit_id = fields.Many2one(
        "property.patrol.visit", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    point_id = fields.Many2one("property.patrol.point", index="btree_not_null")
    item_id = fields.Many2one("property.patrol.item", "Check item", index="btree_not_null")
    finder_id = fields.Many2one(
        "res.users",
        "Found by",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        help="Looks again when it is put right.",
    )
    found_date = fields.Datetime(
        "Found on", required=True, default=fields.Datetime.now, readonly=True, index=True
    )
    department_id = fields.Many2one(
        "hr.department", "Responsible department", index="btree_not_null", tracking=True
    )
    responsible_id = fields.Many2one(
        "res.users", "Responsible person", index="btree_not_null", tracking=True
    )
    contractor_id = fields.Many2one(
        "res.partner", index="btree_not_null", help="Outside firm that executes."
    )
    measures = fields.Text("Measures taken", tracking=True)
    photo = fields.Image("Photo of the problem", max_width=1600, max_height=1600)
    photo_after = fields.Image("Photo afterwards", max_width=1600, max_height=1600)
    level = fields.Integer(default=1, readonly=True, copy=False)
    recheck_note = fields.Text("Result of the recheck", tracking=True, copy=False)
    defer_reason = fields.Char(readonly=True, copy=False, tracking=True)
    review_date = fields.Datetime("Look at it again on", readonly=True, copy=False, index=True)
    followup_model = fields.Char(readonly=True, copy=False)
    followup_id = fields.Many2oneReference(
        "Dealt with by", model_field="followup_model", readonly=True, copy=False
    )
    followup_name = fields.Char("Passed on as", readonly=True, copy=False)
    followup_waits = fields.Boolean(
        readonly=True, copy=False, help="Is put right when that document is done."
    )
    repeat_key = fields.Char(compute="_compute_repeat_key", store=True, index=True)
    repeat_count = fields.Integer(
        "Times found", compute="_compute_repeat_count", store=True, aggregator=None
    )
    repeated = fields.Boolean("Found again and again", compute="_compute_repeat_count", store=True)
    in_time = fields.Boolean("Put right in time", compute="_compute_in_time", store=True)
    date_limit = fields.Datetime("To be put right by", compute="_compute_in_time", store=True)
    count_found = fields.Integer("Found", default=1, readonly=True, copy=False)
    count_closed = fields.Integer("Closed in number", compute="_compute_figures", store=True)
    count_in_time = fields.Integer("In time", compute="_compute_figures", store=True)
    count_repeated = fields.Integer("Repeated", compute="_compute_figures", store=True)
    can_repair = fields.Boolean(compute="_compute_can_repair")
    state = fields.Selection(
        [
            ("found", "Found"),
            ("fixed_on_spot", "Put right at once"),
            ("assigned", "Assigned"),
            ("accepted", "Accepted"),
            ("fixing", "Being put right"),
            ("fixed", "To be rechecked"),
            ("recheck_failed", "Recheck failed"),
            ("deferred", "Put off"),
            ("rechecked", "Rechecked"),
            ("closed", "Closed"),
        ],
        required=True,
        default="found",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    assigned_by_id = fields.Many2one("res.users", "Assigned by", readonly=True, copy=False)
    assigned_date = fields.Datetime("Assigned on", readonly=True, copy=False)
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True, copy=False)
    accepted_date = fields.Datetime("Accepted on", readonly=True, copy=False)
    fixed_by_id = fields.Many2one("res.users", "Put right by", readonly=True, copy=False)
    fixed_date = fields.Datetime("Put right on", readonly=True, copy=False)
    rechecked_by_id = fields.Many2one("res.users", "Rechecked by", readonly=True, copy=False)
    rechecked_date = fields.Datetime("Rechecked on", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _followup = models.Index("(followup_model, followup_id) WHERE followup_id IS NOT NULL")

    @api.depends("category_id")
    def _compute_severity(self):
        for finding in self:
            code = finding.category_id.code
            finding.severity = {"DANGER": "danger", "FIRE": "serious", "SECURITY": "serious"}.get(
                code, finding.severity or "normal"
            )

    @api.depends("point_id", "unit_id", "building_id", "place", "item_id", "category_id")
    def _compute_repeat_key(self):
        for finding in self:
            where = (
                f"point{finding.point_id.id}"
                if finding.point_id
                else f"unit{finding.unit_id.id}"
                if finding.unit_id
                else f"place{finding.building_id.id},{(finding.place or '').strip()}"
            )
            what = (
                f"item{finding.item_id.id}"
                if finding.item_id
                else f"category{finding.category_id.id}"
            )
            finding.repeat_key = f"{where}|{what}"

    @api.depends("repeat_key", "found_date")
    def _compute_repeat_count(self):
        for finding in self:
            if not finding.estate_id or not finding.repeat_key:
                finding.repeat_count, finding.repeated = 1, False
                continue
            days = finding.estate_id._parameter("finding_repeat_days")
            moment = finding.found_date or fields.Datetime.now()
            before = self.sudo().search_count(
                [
                    ("estate_id", "=", finding.estate_id.id),
                    ("repeat_key", "=", finding.repeat_key),
                    ("found_date", ">=", moment - timedelta(days=days)),
                    ("found_date", "<=", moment),
                    ("id", "<", finding.id or finding._origin.id or 0),
                ]
            )
            finding.repeat_count = before + 1
            finding.repeated = before + 1 >= finding.estate_id._parameter("finding_repeat_count")

    @api.depends("deadline_ids.state", "deadline_ids.breached", "deadline_ids.due")
    def _compute_in_time(self):
        for finding in self:
            rows = finding.sudo().deadline_ids.filtered(lambda row: row.step == "fix")
            finding.in_time = bool(rows) and all(
                row.state == "kept" and not row.breached for row in rows
            )
            finding.date_limit = max(rows.mapped("due"), default=False)

    @api.depends("state", "in_time", "repeated")
    def _compute_figures(self):
        for finding in self:
            closed = finding.state == "closed" and bool(finding.fixed_date)
            finding.count_closed = int(closed)
            finding.count_in_time = int(closed and finding.in_time)
            finding.count_repeated = int(finding.repeated)

    def _compute_can_repair(self):
        able = "property.repair" in self.env
        for finding in self:
            finding.can_repair = able

    def _handler_users(self):
        if self.state == "fixed":
            return self.finder_id
        return self.responsible_id or self.user_id

    def _deadline_users(self, role):
        lead = self.department_id.sudo().manager_id.user_id
        if role == "dispatcher" and lead:
            return lead
        return super()._deadline_users(role)

    def _deadline_category(self):
        """What is dangerous has the time of danger, whatever it is about."""
        if self.severity == "danger":
            return self.env["property.case.category"]._by_code("finding", "DANGER")
        return super()._deadline_category()

    def _deadline_urgency(self):
        return self.severity

    def _callback_class(self):
        # who reported it is told how it ended
        return "management" if self.partner_id else False

    def _callback_handlers(self):
        return self.responsible_id | self.fixed_by_id

    def _move_to(self, state, **vals):
        """Move the findings; one that is closed after it was put right is settled."""
        result = super()._move_to(state, **vals)
        if state == "closed":
            self.filtered("fixed_date")._case_settled()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the supervisor what is found for the third time (handbook B §E6)."""
        if not self.env.su:
            for vals in vals_list:
                vals.pop("found_date", None)
        findings = super().create(vals_list)
        for finding in findings.filtered("repeated"):
            for user in finding._deadline_users("supervisor"):
                finding.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._(
                        "Found %(count)s times: look for the cause", count=finding.repeat_count
                    ),
                    user_id=user.id,
                )
        return findings

    def write(self, vals):
        """Change the running deadline with category or severity.

        :raises UserError: for whoever but a supervisor changes who found it, or when
        """
        if {"finder_id", "found_date"} & vals.keys() and not self._is_supervisor():
            if self.filtered(lambda row: row.state != "found") or "found_date" in vals:
                raise UserError(self.env._("Who found it looks again: a supervisor changes that."))
        result = super().write(vals)
        if {"category_id", "severity"} & vals.keys():
            self._restart_clocks()
        return result

    @api.model
    def _from_check(self, check):
        """Make the finding of something wrong at a patrol; put right at once, it is closed."""
        visit, point = check.visit_id, check.visit_id.point_id
        category = check.category_id or self.env["property.case.category"]._by_code(
            "finding", "OTHER"
        )
        finding = self.create(
            {
                "estate_id": visit.estate_id.id,
                "unit_id": (visit.unit_id or point.unit_id).id,
                "building_id": (
                    visit.unit_id.building_id or point.building_id or visit.patrol_id.building_id
                ).id,
                "place": visit.name,
                "patrol_id": visit.patrol_id.id,
                "visit_id": visit.id,
                "point_id": point.id,
                "item_id": check.item_id.id,
                "category_id": category.id,
                "department_id": category.department_id.id,
                "description": check.text,
                "photo": check.photo or visit.photo,
                "photo_after": check.photo_after,
            }
        )
        if check.fixed:
            finding.action_fixed_on_spot()
        return finding

    # steps ---------------------------------------------------------------------------------------

    def action_fixed_on_spot(self):
        """It was put right at once: a photo before and one afterwards prove it.

        :raises UserError: where a photo is missing
        """
        for finding in self:
            if not (finding.photo and finding.photo_after):
                raise UserError(
                    self.env._(
                        "%s: put right at once is proven by a photo before and one afterwards.",
                        finding.number,
                    )
                )
        self._move_to("fixed_on_spot")
        self._move_to("closed")

    def action_assign(self):
        """Hand the finding to the department or person responsible.

        :raises UserError: where neither is named
        """
        for finding in self:
            if not (finding.department_id or finding.responsible_id or finding.contractor_id):
                raise UserError(
                    self.env._("%s: name the department or person responsible.", finding.number)
                )
        self._move_to("assigned")

    def action_accept(self):
        """Take the finding on; where nobody was named, whoever accepts is responsible."""
        for finding in self:
            finding._move_to(
                "accepted", responsible_id=(finding.responsible_id or self.env.user).id
            )

    def action_begin(self):
        """Begin to put it right."""
        self._move_to("fixing")

    def action_fixed(self):
        """State that it is put right; who found it looks again.

        :raises UserError: without what was done
        """
        for finding in self:
            if not finding.measures:
                raise UserError(self.env._("%s: state what was done.", finding.number))
        self._move_to("fixed")

    def _check_finder(self):
        """Only who found it, or a supervisor who did not put it right, looks again."""
        for finding in self:
            user = self.env.user
            if self.env.su:
                continue
            if user in (finding.fixed_by_id | finding.responsible_id) and not (
                user == finding.finder_id and user != finding.fixed_by_id
            ):
                raise UserError(
                    self.env._("Who put it right does not recheck it: %s.", finding.number)
                )
            if user != finding.finder_id and not self._is_supervisor():
                raise UserError(
                    self.env._(
                        "%(number)s is rechecked by who found it: %(finder)s.",
                        number=finding.number,
                        finder=finding.finder_id.name,
                    )
                )

    def action_rechecked(self):
        """It is really put right: close the finding."""
        self._check_finder()
        self._move_to("rechecked")
        self._move_to("closed")

    def action_recheck_failed(self, reason=None):
        """It is not put right: back to who is responsible, a level higher, and the leaders know.

        :param str reason: what is still wrong
        :raises UserError: without it
        """
        if not reason:
            raise UserError(self.env._("State what is still wrong."))
        self._check_finder()
        for finding in self:
            finding._move_to("recheck_failed", recheck_note=reason, level=finding.level + 1)
            role = "dispatcher" if finding.level == 2 else "manager"
            for user in finding._deadline_users(role):
                finding.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Recheck failed: %s", reason),
                    user_id=user.id,
                )
            finding._move_to("assigned", followup_waits=False)

    def action_defer(self, reason=None, moment=None):
        """Defer the finding (needs funds, the developer …) until a day it is looked at again.

        :param str reason: why it cannot be put right now
        :param datetime moment: when it is looked at again
        :raises UserError: without them, in the past, for danger, or for who is no supervisor
        """
        if not self._is_supervisor():
            raise UserError(self.env._("A supervisor defers a finding."))
        if not reason or not moment:
            raise UserError(self.env._("Name the reason and when it is looked at again."))
        if moment <= fields.Datetime.now():
            raise UserError(self.env._("The day to look at it again lies ahead."))
        if any(finding.severity == "danger" for finding in self):
            raise UserError(self.env._("What is dangerous cannot be deferred."))
        self._move_to("deferred", defer_reason=reason, review_date=moment)

    def action_resume(self):
        """Go on with a deferred finding."""
        self.action_assign()
        self.write({"review_date": False})

    def action_close_deferred(self, reason=None):
        """Close a deferred finding that needs nothing more, with the reason.

        :raises UserError: without a reason, or for who is no supervisor
        """
        if not reason or not self._is_supervisor():
            raise UserError(self.env._("A supervisor closes a deferred finding, with a reason."))
        if any(finding.state != "deferred" for finding in self):
            raise UserError(self.env._("Only deferred findings are closed without a recheck."))
        self._move_to("closed", recheck_note=reason)

    # passing on ----------------------------------------------------------------------------------

    def _pass_on(self, document, waits):
        self._with_move().write(
            {
                "followup_model": document._name,
                "followup_id": document.id,
                "followup_name": (
                    document["number"] if "number" in document._fields else document.display_name
                ),
                "followup_waits": waits,
            }
        )
        if self.state == "found":
            self._move_to("assigned")

    def action_make_repair(self):
        """Make a repair order of the finding and wait for it (handbook B §E6, A2).

        :raises UserError: where it was passed on before, or repairs are not kept here
        """
        self.ensure_one()
        repairs = self.env.get("property.repair")
        if repairs is None:
            raise UserError(self.env._("Repairs are not kept here."))
        if self.followup_id:
            raise UserError(
                self.env._("This finding was passed on already as %s.", self.followup_name)
            )
        repair = repairs._from_finding(self)
        self._pass_on(repair, waits=True)
        return self.action_open_followup()

    def action_make_notice(self):
        """Make the rectification notice of the finding (form B2-1) and open it.

        :raises UserError: where it was passed on before
        """
        self.ensure_one()
        if self.followup_id:
            raise UserError(
                self.env._("This finding was passed on already as %s.", self.followup_name)
            )
        notice = self.env["property.rectification"]._issue(
            self, self.department_id, self.responsible_id, self.description
        )
        self._pass_on(notice, waits=True)
        return self.action_open_followup()

    def action_open_followup(self):
        """Open the document the finding was passed on as."""
        self.ensure_one()
        if not self.followup_id or self.followup_model not in self.env:
            raise UserError(self.env._("This finding was not passed on."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.followup_model,
            "res_id": self.followup_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _followup_done(self, documents):
        """Findings that waited for `documents` are put right now and wait for the recheck."""
        if documents._name == self._name or not documents.ids:
            return
        findings = self.sudo().search(
            [
                ("followup_model", "=", documents._name),
                ("followup_id", "in", documents.ids),
                ("followup_waits", "=", True),
                ("state", "in", ("assigned", "accepted", "fixing")),
            ]
        )
        for finding in findings:
            finding._move_to(
                "fixed",
                followup_waits=False,
                measures=finding.measures
                or self.env._("Done by %s", finding.followup_name or finding.followup_model),
            )

    def _rectification_done(self, notice):
        """The notice of the finding was verified: it is put right."""
        super()._rectification_done(notice)
        self.env["property.finding"]._followup_done(notice)

    @api.model
    def _cron_review(self):
        """Bring deferred findings back whose day has come; safe to run twice."""
        due = self.search(
            [("state", "=", "deferred"), ("review_date", "<=", fields.Datetime.now())], limit=500
        )

        def bring_back(finding):
            for user in finding._deadline_users("supervisor"):
                finding.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Deferred: decide how to go on"),
                    user_id=user.id,
                )
            finding.review_date = False

        self.env["ir.cron"]._property_each(
            due,
            bring_back,
            lambda finding, error: _logger.error(
                "Deferred finding %s cannot be brought back", finding.id, exc_info=error
            ),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Findings are kept."))
