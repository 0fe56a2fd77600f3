# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class PropertyProcedureMixin(models.AbstractModel):
    """What every guided procedure of a household is: whose, since when, until when.

    Handbook A §57, B §0.4. A room's document inherits this one (or `property.case.mixin`, which
    adds what a case of the service centre has besides), declares its moves
    (`property.workflow.mixin`) and, beside them, which clocks run: `_case_clocks` names for a
    state the steps whose clock starts on arrival, `_case_done` those that are done with it,
    `_case_hold` the states in which clocks stand still and `_case_end` those that end the case.
    """

    _name = "property.procedure.mixin"
    _description = "Guided procedure"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]

    #: state -> steps whose clock starts there
    _case_clocks = {}
    #: state -> steps that are done there
    _case_done = {}
    #: states in which the clocks stand still
    _case_hold = ()
    #: states that end the case; clocks still running are cancelled
    _case_end = ()

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(
        "property.unit",
        "Room",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        domain="[('estate_id', '=?', estate_id)]",
    )
    building_id = fields.Many2one(
        "property.building",
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="restrict", index="btree_not_null", tracking=True
    )
    phone = fields.Char(compute="_compute_phone", store=True, readonly=False, precompute=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner of the case",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
        help="Keeps an eye on it until the customer has an answer (首问负责).",
    )
    deadline_ids = fields.One2many(
        "property.deadline",
        "res_id",
        "Deadlines",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
    )
    date_due = fields.Datetime(
        "Due next", compute="_compute_date_due", store=True, index="btree_not_null"
    )
    breached = fields.Boolean("Deadline missed", readonly=True, copy=False, index=True)
    lateness = fields.Selection(
        [("ok", "In time"), ("soon", "Due soon"), ("late", "Overdue")],
        compute="_compute_lateness",
        search="_search_lateness",
    )

    @api.depends("unit_id")
    def _compute_place(self):
        for case in self:
            if case.unit_id:
                case.estate_id = case.unit_id.estate_id
                case.building_id = case.unit_id.building_id

    def _whereabouts(self):
        """Return where it is, in words: the room, else the place noted, else the building."""
        self.ensure_one()
        return self.unit_id.full_name or self._place_noted() or self.building_id.name or ""

    def _place_noted(self):
        """Hook: what is written down of the place, where the case has no room of its own."""
        return ""

    @api.depends("partner_id")
    def _compute_phone(self):
        for case in self:
            case.phone = case.phone or case.partner_id.phone

    @api.depends("deadline_ids.due", "deadline_ids.state")
    def _compute_date_due(self):
        for case in self:
            running = case.sudo().deadline_ids.filtered(lambda row: row.state == "running")
            case.date_due = min(running.mapped("due"), default=False)

    @api.depends("date_due")
    def _compute_lateness(self):
        now = fields.Datetime.now()
        for case in self:
            if not case.date_due:
                case.lateness = False
            elif case.date_due < now:
                case.lateness = "late"
            else:
                running = case.sudo().deadline_ids.filtered(lambda row: row.state == "running")
                case.lateness = "soon" if any(running.mapped("warned")) else "ok"

    def _search_lateness(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        late = Domain("date_due", "<", now)
        running = Domain("date_due", ">=", now)
        warned = Domain("deadline_ids", "any", [("state", "=", "running"), ("warned", "=", True)])
        parts = {
            "late": late,
            "soon": running & warned,
            "ok": running & ~warned,
            False: Domain("date_due", "=", False),
        }
        return Domain.OR([parts[key] for key in value if key in parts])

    # clocks --------------------------------------------------------------------------------------

    def _deadline_category(self):
        """Hook: the category the policies are looked up with."""
        return self.env["property.case.category"]

    def _deadline_urgency(self):
        """Hook: the urgency or level the policies are looked up with."""
        return False

    def _deadline_wanted(self, step):
        """Hook: whether the clock of `step` is to run for this case at all."""
        return True

    def _deadline_agreed(self, step):
        """Hook: the moment (UTC) agreed with the customer by which `step` is due, or None.

        Its clock then ends at that moment; the policy's time says how long before it starts.
        """
        return

    @api.model_create_multi
    def create(self, vals_list):
        """Number new cases and start the clocks of the state they begin in."""
        cases = super().create(vals_list)
        cases._assign_number()
        for state, group in cases.grouped("state").items():
            group._turn_clocks(state)
        return cases

    def _move_to(self, state, **vals):
        """Move as the workflow does, and start, stop, pause or end the clocks that go with it."""
        before = {case: case.state for case in self}
        result = super()._move_to(state, **vals)
        for previous, group in self.grouped(lambda case: before[case]).items():
            if previous != state:
                group._turn_clocks(state, previous)
        return result

    def _turn_clocks(self, state, previous=None):
        deadlines = self.env["property.deadline"]
        if previous in self._case_hold and state not in self._case_hold:
            deadlines._of(self)._resume()
        if done := self._case_done.get(state):
            deadlines._of(self, done)._finish()
        if starts := self._case_clocks.get(state):
            for step in starts:
                running = deadlines._of(self, [step]).mapped("res_id")
                idle = self.filtered(
                    lambda case, step=step, running=running: (
                        case.id not in running and case._deadline_wanted(step)
                    )
                )
                deadlines._begin(idle, step)
        if state in self._case_hold and previous not in self._case_hold:
            held = self.filtered(lambda case: case._hold_stops_clock())
            deadlines._of(held)._pause()
        if state in self._case_end:
            deadlines._of(self)._cancel()

    def _hold_stops_clock(self):
        """Hook: whether the reason of the hold stops the clocks."""
        return True

    def _restart_clocks(self):
        """Compute running deadlines anew after urgency, level or category changed.

        They keep their start: who makes a case more urgent does not win time.
        """
        deadlines = self.env["property.deadline"]
        for case in self:
            for old in deadlines._of(case):
                policy = old.policy_id._find(
                    case._name,
                    old.step,
                    case._deadline_category(),
                    case._deadline_urgency(),
                    case.estate_id,
                )
                if not policy:
                    old._cancel()
                elif policy != old.policy_id:
                    old.write(
                        {
                            "policy_id": policy.id,
                            "due": case._deadline_agreed(old.step)
                            or policy._due(old.clock_start, old.minutes_run),
                            "warned": False,
                            "told_percent": 0,
                        }
                    )
                    old._set_next_check()

    def _deadline_breached(self, deadline):
        """Hook: a deadline of the case was missed; keeps it on the case."""
        self.sudo().breached = True
        case, deadline = self._in_print_lang(deadline)
        case.sudo().message_post(
            body=case.env._("Deadline missed: %(deadline)s", deadline=deadline.display_name)
        )

    def _deadline_tell(self, deadline, role, warning):
        """Give those of `role` a to-do about a deadline that is near or over."""
        case, deadline = self._in_print_lang(deadline)
        text = (
            case.env._("Due soon: %(deadline)s") if warning else case.env._("Overdue: %(deadline)s")
        )
        for user in case._deadline_users(role):
            case.sudo().activity_schedule(
                "property_service.mail_activity_type_deadline",
                date_deadline=fields.Date.context_today(self),
                summary=text % {"deadline": deadline.display_name},
                user_id=user.id,
            )

    def _in_print_lang(self, *records):
        """Return the case, and `records`, in the language of the estate's papers.

        What scheduled actions write is read by people, not by the user they run as.
        """
        self.ensure_one()
        lang = self.estate_id.sudo()._print_lang()
        found = [record.with_context(lang=lang) for record in (self, *records)]
        return found if records else found[0]

    def _deadline_users(self, role):
        """Return the users who stand for `role` (a value of the escalation) on this case."""
        self.ensure_one()
        estate = self.estate_id.sudo()
        members = estate.user_ids.filtered("active")
        if role == "handler":
            return self._handler_users() or self.user_id or self._deadline_users("supervisor")
        if role == "dispatcher":
            return self._dispatch_users() or self._deadline_users("supervisor")
        if role == "manager":
            return estate.manager_id or members.filtered(self._is_in("manager"))
        if role == "company":
            return members.filtered(self._is_in("administrator"))[:3] or estate.manager_id
        own = members.filtered(self._is_in("supervisor"))
        higher = own.filtered(self._is_in("manager"))
        return (own - higher) or own

    def _is_in(self, name):
        group = self.env.ref(f"property_service.group_{name}")
        return lambda user: group in user.all_group_ids

    def _dispatch_users(self):
        """Hook: the users who give the work of the case to somebody."""
        return self.env["res.users"]

    def _handler_users(self):
        """Hook: the users who work on the case now."""
        return self.user_id

    @api.model
    def _step_label(self, step):
        """Hook: what the clock of `step` is called in the user's language."""
        return self.env["property.deadline"]._step_labels().get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        """Hook: what an urgency or level of a policy is called in the user's language."""
        return urgency
