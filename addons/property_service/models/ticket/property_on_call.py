# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class PropertyOnCall(models.Model):
    """Who is on call for an estate, when and for which trades (handbook B A7).

    The roster of nights and holidays. Outside the working hours whoever is on call goes before all
    others on the dispatcher's list and is told in place of the dispatcher; who does not take an
    order in time is followed by the deputy, then by the supervisor.
    """

    _name = "property.on.call"
    _description = "On-call duty"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "planned": ("active", "cancelled"),
        "active": ("handed_over",),
    }
    _workflow_stamps = {
        "active": ("begun_by_id", "begun_date"),
        "handed_over": ("handed_by_id", "handed_date"),
    }

    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date_start = fields.Datetime("Starts at", required=True, index=True)
    date_end = fields.Datetime("Ends at", required=True, index=True)
    category_ids = fields.Many2many(
        "property.case.category",
        "property_on_call_category_rel",
        string="Trades",
        domain="[('kind', '=', 'repair')]",
        help="Kinds of repairs; empty: everything.",
    )
    employee_id = fields.Many2one(
        "hr.employee", "On call", required=True, index=True, check_company=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users", compute="_compute_users", compute_sudo=True, store=True, index=True
    )
    phone = fields.Char(
        "Phone to reach", compute="_compute_phone", compute_sudo=True, store=True, readonly=False
    )
    deputy_id = fields.Many2one(
        "hr.employee", "Deputy on call", index="btree_not_null", check_company=True, tracking=True
    )
    deputy_user_id = fields.Many2one(
        "res.users", compute="_compute_users", compute_sudo=True, store=True
    )
    deputy_phone = fields.Char(
        "Phone of the deputy",
        compute="_compute_deputy_phone",
        compute_sudo=True,
        store=True,
        readonly=False,
    )
    state = fields.Selection(
        [
            ("planned", "Rostered"),
            ("active", "On duty"),
            ("handed_over", "Duty handed over"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    note = fields.Text("Handed over in words", copy=False)
    begun_by_id = fields.Many2one("res.users", "Begun by", readonly=True, copy=False)
    begun_date = fields.Datetime("Begun on", readonly=True, copy=False)
    handed_by_id = fields.Many2one("res.users", "Handed over by", readonly=True, copy=False)
    handed_date = fields.Datetime("Handed over on", readonly=True, copy=False)
    open_count = fields.Integer("Open emergency repairs", compute="_compute_open_count")

    _period = models.Constraint("CHECK (date_end > date_start)", "The duty ends before it starts.")

    @api.depends("employee_id.user_id", "deputy_id.user_id")
    def _compute_users(self):
        for duty in self:
            duty.user_id = duty.employee_id.user_id
            duty.deputy_user_id = duty.deputy_id.user_id

    @api.depends("employee_id")
    def _compute_phone(self):
        for duty in self:
            duty.phone = duty._phone_of(duty.employee_id)

    @api.depends("deputy_id")
    def _compute_deputy_phone(self):
        for duty in self:
            duty.deputy_phone = duty._phone_of(duty.deputy_id)

    @staticmethod
    def _phone_of(person):
        return person.mobile_phone or person.work_phone or person.user_id.phone

    @api.depends("employee_id.name", "estate_id.name")
    def _compute_display_name(self):
        for duty in self:
            name = duty.sudo().employee_id.name or ""
            duty.display_name = f"{duty.estate_id.name or ''} {name}".strip()

    def _compute_open_count(self):
        for duty in self:
            duty.open_count = self.env["property.repair"].search_count(duty._open_domain())

    def _open_domain(self):
        """Return the domain of the repairs that pass from this duty to the next."""
        self.ensure_one()
        return [
            ("estate_id", "=", self.estate_id.id),
            ("state", "in", ("accepted", "dispatched", "on_the_way", "on_site", "quoted")),
            ("urgency", "in", ("U0", "U1")),
        ]

    @api.constrains("employee_id", "deputy_id")
    def _check_deputy(self):
        for duty in self:
            if duty.deputy_id and duty.deputy_id == duty.employee_id:
                raise ValidationError(self.env._("The deputy is somebody else."))

    @api.constrains("estate_id", "date_start", "date_end", "category_ids", "state")
    def _check_overlap(self):
        for duty in self.filtered(lambda duty: duty.state != "cancelled"):
            others = self.search(
                [
                    ("id", "!=", duty.id),
                    ("estate_id", "=", duty.estate_id.id),
                    ("state", "!=", "cancelled"),
                    ("date_start", "<", duty.date_end),
                    ("date_end", ">", duty.date_start),
                ]
            )
            for other in others:
                same = not (duty.category_ids or other.category_ids)
                if same or duty.category_ids & other.category_ids:
                    raise ValidationError(
                        self.env._(
                            "%(name)s is on call for the same trades at that time: only one can "
                            "be called first.",
                            name=other.sudo().employee_id.name,
                        )
                    )

    def write(self, vals):
        facts = {"employee_id", "date_start", "date_end", "estate_id", "category_ids"}
        roster = facts | {"deputy_id", "phone", "deputy_phone"}
        if roster & vals.keys() and not self._moving():
            self._check_supervisor()
        if facts & vals.keys() and self.filtered(lambda duty: duty.state == "handed_over"):
            raise UserError(self.env._("A duty that was handed over stays as it was."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if self.filtered(lambda duty: duty.state in ("active", "handed_over")):
            raise UserError(self.env._("A duty that has begun stays on the roster."))

    # who is called -------------------------------------------------------------------------------

    @api.model
    def _current(self, estate, category=None, moment=None):
        """Return who is on call: the duty for the trade before the one for everything.

        :param estate: `property.estate` record
        :param category: `property.case.category` of the repair, or None
        :param moment: datetime (UTC), now where none is given
        :return: a duty, or an empty record
        """
        moment = moment or fields.Datetime.now()
        lineage = category._and_parents().ids if category else []
        duties = self.sudo().search(
            Domain("estate_id", "=", estate.id)
            & Domain("state", "in", ("planned", "active"))
            & Domain("date_start", "<=", moment)
            & Domain("date_end", ">", moment)
            & (Domain("category_ids", "=", False) | Domain("category_ids", "in", lineage))
        )
        return duties.sorted(lambda duty: (not duty.category_ids, duty.id))[:1]

    @api.model
    def _called_first(self, estate, category=None):
        """Return the duty that is called first now; empty in the working hours."""
        now = fields.Datetime.now()
        calendar = estate.sudo().company_id.resource_calendar_id
        if calendar:
            start = utc.localize(now)
            end = utc.localize(fields.Datetime.add(now, minutes=1))
            if calendar.get_work_hours_count(start, end, compute_leaves=True) > 0:
                return self.browse()
        return self._current(estate, category, now)

    # the duty ------------------------------------------------------------------------------------

    def action_begin(self):
        """Begin the duty."""
        self._check_on_duty()
        self._move_to("active")
        return True

    def action_hand_over(self):
        """Hand the duty over; what is not finished is named in writing (handbook B I2).

        :raises UserError: if emergency repairs are open and nothing is written about them
        """
        self._check_on_duty()
        for duty in self:
            if duty.open_count and not (duty.note or "").strip():
                raise UserError(
                    self.env._(
                        "%(count)s emergency repairs are not finished: write down how they stand "
                        "before the duty is handed over.",
                        count=duty.open_count,
                    )
                )
            duty._move_to("handed_over")
        return True

    def action_cancel(self):
        """Take the duty off the roster; for a supervisor."""
        self._check_supervisor()
        self._move_to("cancelled")
        return True

    def _check_on_duty(self):
        for duty in self:
            if self.env.user not in (duty.user_id | duty.deputy_user_id):
                duty._check_supervisor()

    def _check_supervisor(self):
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise UserError(self.env._("The roster is changed by a supervisor."))

    def action_open_repairs(self):
        """Open the emergency repairs that are not finished."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open emergency repairs"),
            "res_model": "property.repair",
            "view_mode": "list,form",
            "domain": self._open_domain(),
        }

    @api.model
    def _cron_begin(self):
        """Begin the duties whose time has come, and remind who is on call."""
        due = self.search(
            [("state", "=", "planned"), ("date_start", "<=", fields.Datetime.now())],
            order="date_start, id",
            limit=200,
        )

        def begin(duty):
            duty._move_to("active")
            words = duty.with_context(lang=duty.estate_id._print_lang()).env
            if duty.user_id:
                duty.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=words._("You are on call for %(estate)s", estate=duty.estate_id.name),
                    user_id=duty.user_id.id,
                )

        def failed(duty, error):
            _logger.warning("Duty %s cannot begin: %s", duty.id, error)

        self.env["ir.cron"]._property_each(due, begin, failed)


class PropertyTechnician(models.Model):
    _inherit = "property.technician"

    @api.model
    def _propose(self, repair):
        """Return the technicians for `repair`; outside the working hours who is on call first."""
        found = super()._propose(repair)
        duty = self.env["property.on.call"]._called_first(repair.estate_id, repair.category_id)
        if not duty:
            return found
        barred = repair._technicians_barred()
        first = self.browse()
        for person in (duty.employee_id, duty.deputy_id):
            if person and person not in barred:
                first |= self.search([("employee_id", "=", person.id)], limit=1)
        return first + (found - first)


class PropertyRepair(models.Model):
    """The escalation outside the working hours goes to who is on call."""

    _inherit = "property.repair"

    on_call_id = fields.Many2one(
        "property.on.call", "Called on duty", readonly=True, copy=False, index="btree_not_null"
    )

    def _dispatch(self, technician, helpers=None):
        result = super()._dispatch(technician, helpers)
        for repair in self:
            duty = self.env["property.on.call"]._called_first(repair.estate_id, repair.category_id)
            if duty and technician in (duty.employee_id | duty.deputy_id):
                repair._with_move().write({"on_call_id": duty.id})
        return result

    def _deadline_users(self, role):
        """Return who stands for `role`; the dispatcher outside working hours is who is on call."""
        if role == "dispatcher":
            duty = self.env["property.on.call"]._called_first(self.estate_id, self.category_id)
            if users := (duty.user_id or duty.deputy_user_id):
                return users
        return super()._deadline_users(role)

    def _deadline_breached(self, deadline):
        """Who is on call does not take the order: call the deputy (handbook B A7, bad cases)."""
        result = super()._deadline_breached(deadline)
        duty = self.sudo().on_call_id
        if deadline.step == "pickup" and duty and self.state == "dispatched":
            self._call_deputy(duty)
        return result

    def _call_deputy(self, duty):
        """Give the deputy a to-do, or the supervisor where the deputy does not answer either."""
        case = self._in_print_lang().sudo()
        if duty.deputy_id and case.technician_id == duty.employee_id:
            text = case.env._(
                "%(name)s does not answer: call the deputy %(deputy)s, phone %(phone)s.",
                name=duty.employee_id.name,
                deputy=duty.deputy_id.name,
                phone=duty.deputy_phone or "—",
            )
            users = duty.deputy_user_id or case._deadline_users("supervisor")
        else:
            text = case.env._(
                "Nobody on call answers: the supervisor decides who goes to %(repair)s.",
                repair=case.display_name,
            )
            users = case._deadline_users("supervisor")
        case.message_post(body=text)
        for user in users:
            case.activity_schedule(
                "property_service.mail_activity_type_deadline", summary=text, user_id=user.id
            )
