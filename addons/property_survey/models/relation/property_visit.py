# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .property_relation_plan import WAYS

_logger = logging.getLogger(__name__)

GRADES = [("a", "A Satisfied"), ("b", "B Fairly satisfied"), ("c", "C Dissatisfied")]
#: states in which the customer was met
MET = ("recorded", "issues_assigned", "answered", "closed")
#: states in which the visit is still to be made
OPEN = ("planned", "confirmed", "visiting")
#: facts that are fixed once the visit is recorded
FACTS = {
    *("way", "purpose_id", "unit_id", "partner_id", "user_id", "companion_ids", "summary"),
    *("told", "estate_id", "satisfaction", "last_issues", "preferences", "important_days"),
}


class PropertyVisit(models.Model):
    """A visit to a customer (客户走访、VIP回访), forms F2-1 and F2-2.

    Handbook B F2. Appointment first, two persons at a home; opinions are sorted item by item and
    each is answered, or becomes a case of its own, a complaint at once; the customer has an answer
    within three days. The customer's signature is voluntary.
    """

    _name = "property.visit"
    _description = "Customer visit"
    _inherit = [
        "property.procedure.mixin",
        "property.case.step.mixin",
        "property.signature.mixin",
        "property.decent.mixin",
    ]
    _order = "date_planned desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "ZF"
    _workflow_moves = {
        "planned": ("confirmed", "visiting", "cancelled", "no_meet"),
        "confirmed": ("visiting", "planned", "cancelled", "no_meet"),
        "visiting": ("recorded", "no_meet"),
        "recorded": ("issues_assigned", "answered", "closed"),
        "issues_assigned": ("answered",),
        "answered": ("closed",),
        "no_meet": ("planned",),
    }
    _workflow_stamps = {
        "confirmed": ("confirmed_by_id", "confirmed_date"),
        "visiting": (None, "started_date"),
        "recorded": ("recorded_by_id", "recorded_date"),
        "issues_assigned": (None, "assigned_date"),
        "answered": ("answered_by_id", "answered_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {"recorded": ("answer",)}
    _case_done = {"answered": ("answer",), "closed": ("answer",)}
    _case_end = ("closed", "cancelled", "no_meet")
    _case_steps = {"cancel": "_drop", "no_meet": "_not_met"}
    _signature_locks = {"customer": ("summary", "told", "satisfaction")}
    _decent_fields = ("summary", "told", "preferences", "last_issues", "remark")

    way = fields.Selection(
        WAYS, "Way of the visit", required=True, default="home", tracking=True, index=True
    )
    purpose_id = fields.Many2one(
        "property.visit.purpose",
        "Purpose of the visit",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        default=lambda self: self.env.ref("property_survey.visit_purpose_regular", False),
    )
    vip = fields.Boolean("VIP visit", related="purpose_id.vip", store=True)
    user_id = fields.Many2one(string="Visited by")
    companion_ids = fields.Many2many(
        "res.users",
        "property_visit_companion_rel",
        "visit_id",
        "user_id",
        "Accompanied by",
        help="A home is visited by two.",
    )
    leader_id = fields.Many2one("res.users", "Leader taking part", index="btree_not_null")
    date_planned = fields.Datetime(
        "Appointment at", required=True, default=fields.Datetime.now, tracking=True, index=True
    )
    date_end = fields.Datetime("Until", compute="_compute_date_end")
    promised_date = fields.Datetime(
        "Answer agreed for", tracking=True, help="Empty: within the days of the deadline policy."
    )
    told = fields.Text("What was explained", help="What was improved since the last time.")
    summary = fields.Text("What was talked about")
    opinion_ids = fields.One2many("property.visit.opinion", "visit_id", "Opinions of the customer")
    opinion_count = fields.Integer("Opinions", compute="_compute_opinions", store=True)
    handled_count = fields.Integer("Opinions handled", compute="_compute_opinions", store=True)
    vip_level = fields.Char("VIP level", compute="_compute_vip_level")
    preferences = fields.Char("Preferences in service")
    important_days = fields.Char("Days that matter")
    last_issues = fields.Text("What became of the last issues")
    satisfaction = fields.Selection(GRADES, "How satisfied", copy=False, tracking=True)
    next_date = fields.Date("Next visit on", copy=False)
    next_visit_id = fields.Many2one(
        "property.visit", "Next visit", readonly=True, copy=False, index="btree_not_null"
    )
    line_ids = fields.One2many("property.relation.line", "visit_id", "Lines of plans")
    remark = fields.Char()
    drop_reason = fields.Char("Not made because", readonly=True, copy=False, tracking=True)
    met = fields.Boolean("Customer met", compute="_compute_met", store=True, index=True)
    state = fields.Selection(
        [
            ("planned", "To be arranged"),
            ("confirmed", "Appointment made"),
            ("visiting", "Being visited"),
            ("recorded", "Recorded"),
            ("issues_assigned", "Issues handed on"),
            ("answered", "Customer answered"),
            ("closed", "Closed"),
            ("no_meet", "Nobody met"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    confirmed_by_id = fields.Many2one("res.users", "Appointment by", readonly=True, copy=False)
    confirmed_date = fields.Datetime("Appointment made on", readonly=True, copy=False)
    started_date = fields.Datetime("Visited on", readonly=True, copy=False, index=True)
    recorded_by_id = fields.Many2one("res.users", "Recorded by", readonly=True, copy=False)
    recorded_date = fields.Datetime("Recorded on", readonly=True, copy=False)
    assigned_date = fields.Datetime("Issues handed on at", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True, copy=False)
    answered_date = fields.Datetime("Customer answered on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a visit with this number already."
    )

    @api.depends("number", "partner_id.name")
    def _compute_display_name(self):
        for visit in self:
            parts = (visit.number, visit.partner_id.name)
            visit.display_name = " ".join(part for part in parts if part) or self.env._("New visit")

    @api.depends("state")
    def _compute_met(self):
        for visit in self:
            visit.met = visit.state in MET

    @api.depends("date_planned")
    def _compute_date_end(self):
        for visit in self:
            minutes = visit.estate_id._parameter("visit_minutes") if visit.estate_id else 20
            visit.date_end = visit.date_planned and visit.date_planned + timedelta(minutes=minutes)

    @api.depends("opinion_ids.handled")
    def _compute_opinions(self):
        for visit in self:
            visit.opinion_count = len(visit.opinion_ids)
            visit.handled_count = len(visit.opinion_ids.filtered("handled"))

    @api.depends("partner_id", "estate_id")
    def _compute_vip_level(self):
        rows = self.env["property.customer.classification"]
        if rows.has_access("read"):
            rows = rows.search(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("state", "=", "active"),
                    ("axis", "in", ("grade", "value")),
                ]
            )
        for visit in self:
            own = rows.filtered(
                lambda row, visit=visit: (
                    row.partner_id == visit.partner_id and row.estate_id == visit.estate_id
                )
            )
            visit.vip_level = "、".join(own.class_id.mapped("name"))

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id

    @api.constrains("partner_id", "unit_id")
    def _check_whom(self):
        for visit in self:
            if not visit.partner_id:
                raise ValidationError(self.env._("Choose the customer who is visited."))

    @api.model_create_multi
    def create(self, vals_list):
        units = self.env["property.unit"]
        for vals in vals_list:
            if vals.get("unit_id") and not vals.get("partner_id"):
                unit = units.browse(vals["unit_id"])
                vals["partner_id"] = (unit.tenant_id or unit.owner_id).id
        return super().create(vals_list)

    def write(self, vals):
        if FACTS & vals.keys() and not self._moving() and not self.env.su:
            if done := self.filtered(lambda visit: visit.state not in OPEN):
                raise UserError(
                    self.env._(
                        "“%(visit)s” is recorded: what was said stays as it is. Record a further "
                        "visit instead.",
                        visit=done[0].display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A visit stays in the register: cancel it instead."))

    # clocks --------------------------------------------------------------------------------------

    @api.model
    def _step_label(self, step):
        return {"answer": self.env._("Answer the customer")}.get(step, step)

    def _deadline_wanted(self, step):
        """Return whether the customer waits for an answer at all."""
        return any(not opinion.handled for opinion in self.opinion_ids)

    def _deadline_agreed(self, step):
        return self.promised_date or None

    @api.model
    def _signature_labels(self):
        """Return who may sign: the customer, if he likes."""
        return {"customer": self.env._("Customer (voluntary)")}

    def _signature_partner(self, role):
        return self.partner_id

    def _before_signature(self, role):
        if self.state in ("planned", "confirmed"):
            raise UserError(self.env._("The customer signs what was talked about: visit first."))

    # steps ---------------------------------------------------------------------------------------

    def action_confirm(self):
        """Note that the customer agreed to the appointment."""
        self._move_to("confirmed")
        return True

    def action_unconfirm(self):
        """Take the appointment back, e.g. to agree another time; also after nobody was met."""
        self._move_to("planned")
        return True

    def action_start(self):
        """Begin the visit.

        :raises UserError: for a home without appointment, or visited by too few (setting)
        """
        for visit in self:
            if visit.way == "home":
                if visit.state == "planned":
                    raise UserError(
                        self.env._(
                            "“%s”: a home is visited by appointment. Agree a time with the "
                            "customer and confirm it, or speak by phone.",
                            visit.display_name,
                        )
                    )
                persons = visit.estate_id._parameter("visit_home_persons")
                if len(visit.user_id | visit.companion_ids | visit.leader_id) < persons:
                    raise UserError(
                        self.env._(
                            "“%(visit)s”: a home is visited by %(count)s persons. Enter who "
                            "comes along.",
                            visit=visit.display_name,
                            count=persons,
                        )
                    )
            visit._move_to("visiting")
        return True

    def action_record(self):
        """Record the visit: complaints become cases at once, the clock of the answer starts.

        :raises UserError: if it is not written down what was talked about
        """
        for visit in self:
            if not (visit.summary or "").strip():
                raise UserError(
                    self.env._("“%s”: write down what was talked about.", visit.display_name)
                )
            visit.opinion_ids.filtered(
                lambda opinion: opinion.kind == "complaint" and not opinion.intake_id
            )._make_case()
            visit._move_to("recorded")
            visit.line_ids._finish()
            visit._plan_next()
        return True

    def _plan_next(self):
        """Make the next visit, where a day for it was agreed."""
        for visit in self.filtered(lambda row: row.next_date and not row.next_visit_id):
            moment = fields.Datetime.to_datetime(visit.next_date) + timedelta(hours=2)
            visit.next_visit_id = visit.copy({"date_planned": moment})

    def action_assign(self):
        """Hand the issues on: what was not answered on the spot becomes a case.

        :raises UserError: if there is nothing to hand on
        """
        for visit in self:
            waiting = visit.opinion_ids.filtered(lambda row: not row.handled)
            if not waiting:
                raise UserError(
                    self.env._("“%s” has no issue that waits for anybody.", visit.display_name)
                )
            waiting.filtered(
                lambda row: not row.intake_id and row.kind in row._case_kinds()
            )._make_case()
            visit._move_to("issues_assigned")
        return True

    def action_answer(self):
        """Note that the customer was told what became of every opinion.

        :raises UserError: naming the opinions without an answer
        """
        for visit in self:
            missing = visit.opinion_ids.filtered(lambda row: not row.handled)
            if missing:
                raise UserError(
                    self.env._(
                        "“%(visit)s”: these opinions have no answer yet: %(opinions)s",
                        visit=visit.display_name,
                        opinions="；".join(missing.mapped("description")),
                    )
                )
            visit._move_to("answered")
        return True

    def action_close(self):
        """Close visits whose opinions are all answered.

        :raises UserError: if the customer still waits for an answer
        """
        for visit in self:
            if visit.state == "recorded" and visit.opinion_count > visit.handled_count:
                raise UserError(
                    self.env._("“%s”: the customer still waits for an answer.", visit.display_name)
                )
            visit._move_to("closed")
        return True

    def action_no_meet(self):
        """Ask what happened where the customer was not met."""
        return self._ask(
            "no_meet", self.env._("Nobody met"), self.env._("What happened, what was left there?")
        )

    def _not_met(self, text):
        self._move_to("no_meet", drop_reason=text)

    def action_cancel(self):
        """Ask why the visit is not made; a customer who refuses is called by phone."""
        return self._ask(
            "cancel", self.env._("Cancel the visit"), self.env._("Why is the visit not made?")
        )

    def _drop(self, text):
        self._move_to("cancelled", drop_reason=text)

    def action_by_phone(self):
        """Speak by phone instead, where the customer wants no visit (handbook B F2)."""
        self.filtered(lambda visit: visit.state in ("planned", "confirmed")).write({"way": "phone"})
        return True

    @api.model
    def _cron_check(self):
        """Remind visitors of visits begun and not recorded the same day (F2, bad cases)."""
        midnight = fields.Datetime.now() - timedelta(hours=12)
        stale = self.search([("state", "=", "visiting"), ("started_date", "<", midnight)])

        def remind(visit):
            words = visit._in_print_lang()
            summary = words.env._("Record the visit: complaints are registered the same day")
            if summary not in visit.sudo().activity_ids.mapped("summary"):
                visit.sudo().activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=visit.user_id.id
                )

        self.env["ir.cron"]._property_each(
            stale,
            remind,
            lambda visit, _error: _logger.exception("No reminder of visit %s", visit.id),
        )
