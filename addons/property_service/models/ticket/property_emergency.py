# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .property_emergency_plan import ROLES

#: mark of a log line -> steps whose clock ends with it
MARKS = {
    "confirmed": ("confirm",),
    "oral": ("oral",),
    "owners": ("owners",),
    "rescuer": ("rescuer",),
    "out": ("rescue",),
    "engineer": ("on_site",),
    "insurer": ("insurer",),
}


class PropertyEmergency(models.Model):
    """An emergency from the first call to the lessons (紧急事件), form D4-1.

    Handbook B D4. What happens is logged by the minute; marks in the log end the clocks: on site,
    rescuers there, people out, owners told, leaders told. The written report is due within four
    hours, the final one within 48.
    """

    _name = "property.emergency"
    _description = "Emergency"
    _inherit = ["property.case.mixin", "property.case.step.mixin"]
    _order = "reported_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "JJ"
    _workflow_moves = {
        "reported": ("confirmed", "false_alarm"),
        "confirmed": ("responding", "false_alarm"),
        "responding": ("controlled",),
        "controlled": ("recovering", "reporting", "responding"),
        "recovering": ("reporting", "responding"),
        "reporting": ("reviewed", "responding"),
        "reviewed": ("closed", "reporting"),
        "false_alarm": ("closed", "confirmed"),
    }
    _workflow_stamps = {
        "confirmed": ("confirmed_by_id", "confirmed_date"),
        "responding": (None, "responding_date"),
        "controlled": (None, "controlled_date"),
        "reviewed": ("reviewed_by_id", "reviewed_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {
        "reported": ("confirm", "on_site", "rescuer", "rescue", "owners", "first_report"),
        "confirmed": ("oral", "final_report"),
    }
    _case_done = {"confirmed": ("confirm",)}
    _case_end = ("closed", "false_alarm")
    _case_steps = {"false": "_false_alarm", "worse": "_worse"}

    category_id = fields.Many2one(domain="[('kind', '=', 'emergency')]", required=True)
    plan_id = fields.Many2one(
        "property.emergency.plan",
        compute="_compute_plan_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    reported_date = fields.Datetime(
        "Reported at", required=True, default=fields.Datetime.now, index=True, copy=False
    )
    happened_date = fields.Datetime("Happened at")
    finder = fields.Char("Found by")
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        tracking=True,
        index=True,
        help="1: deaths, major fire, structural danger. 2: serious. 3: facility accident or loss "
        "above 10,000 yuan. 4: staff hurt, theft from the company; handled by the site.",
    )
    commander_id = fields.Many2one(
        "res.users",
        "Commander on site",
        index="btree_not_null",
        tracking=True,
        help="The duty officer, until the manager is there.",
    )
    step_ids = fields.One2many("property.emergency.step", "emergency_id", "Checklist")
    log_ids = fields.One2many("property.emergency.log", "emergency_id")
    trapped_count = fields.Integer("Persons trapped")
    hurt_count = fields.Integer("Persons hurt")
    dead_count = fields.Integer("Persons dead")
    loss_amount = fields.Float("Estimated loss (yuan)", digits=(16, 2))
    spent_amount = fields.Float("Spent at once (yuan)", digits=(16, 2))
    unit_ids = fields.Many2many(
        "property.unit",
        "property_emergency_unit_rel",
        "emergency_id",
        "unit_id",
        "Homes affected",
        domain="[('estate_id', '=', estate_id)]",
    )
    cause = fields.Text("Cause of it")
    result = fields.Text("How it was handled")
    recovery = fields.Text("Recovery and comfort")
    insurance_number = fields.Char("Claim number of the insurer")
    outer_bodies = fields.Text("Outside bodies and when they came")
    first_report = fields.Text("First written report")
    first_report_date = fields.Datetime("First report at", readonly=True, copy=False)
    final_report = fields.Text()
    final_report_date = fields.Datetime("Final report at", readonly=True, copy=False)
    responsibility = fields.Text("Responsibility and lessons")
    prevention = fields.Text()
    false_reason = fields.Text("Why a false alarm", readonly=True, copy=False)
    statutory = fields.Boolean(
        "Statutory accident",
        readonly=True,
        copy=False,
        tracking=True,
        help="Persons in a lift for two hours or more: reported to market supervision.",
    )
    notice_ids = fields.One2many("property.notice", "emergency_id", "Public notices")
    state = fields.Selection(
        [
            ("reported", "Alarm received"),
            ("confirmed", "Confirmed on site"),
            ("responding", "Response"),
            ("controlled", "Under control"),
            ("recovering", "Recovery"),
            ("reporting", "Written report"),
            ("reviewed", "Lessons drawn"),
            ("closed", "Closed"),
            ("false_alarm", "False alarm"),
        ],
        required=True,
        default="reported",
        tracking=True,
        index=True,
        group_expand=True,
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_date = fields.Datetime("Confirmed at", readonly=True, copy=False)
    responding_date = fields.Datetime(readonly=True, copy=False)
    controlled_date = fields.Datetime("Under control at", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reviewed_date = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed at", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is an emergency with this number already."
    )
    _counts_positive = models.Constraint(
        "CHECK (trapped_count >= 0 AND hurt_count >= 0 AND dead_count >= 0 AND loss_amount >= 0 "
        "AND spent_amount >= 0)",
        "Numbers of persons and amounts are not below zero.",
    )

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {
            *("reported_date", "first_report_date", "final_report_date"),
            *("false_reason", "statutory"),
        }

    @api.depends("category_id", "estate_id")
    def _compute_plan_id(self):
        plans = self.env["property.emergency.plan"]
        for case in self:
            case.plan_id = (
                plans._of(case.category_id, case.estate_id)
                if case.category_id and case.estate_id
                else False
            )

    @api.constrains("spent_amount")
    def _check_spent(self):
        for case in self:
            limit = case.estate_id._parameter("emergency_spend_max")
            # constraints run with all rights: only the user's group tells who it is
            if case.spent_amount > limit and not self.env.user.has_group(
                "property_service.group_manager"
            ):
                raise ValidationError(
                    self.env._(
                        "The duty officer may spend up to %(limit).2f yuan; more is up to the "
                        "project manager.",
                        limit=limit,
                    )
                )

    @api.constrains("category_id")
    def _check_category(self):
        for case in self:
            if case.category_id.kind != "emergency":
                raise ValidationError(self.env._("Choose the kind of emergency."))

    @api.model_create_multi
    def create(self, vals_list):
        """Register emergencies, with the checklist of their plan, and call the manager."""
        cases = super().create(vals_list)
        for case in cases:
            written = case._in_print_lang()
            case.step_ids = written.plan_id._checklist()
            case._log(written.env._("Reported: %(text)s", text=case.description), "reported")
            for user in case._deadline_users("manager"):
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Emergency: %(kind)s", kind=case.category_id.name),
                    user_id=user.id,
                )
        return cases

    def write(self, vals):
        result = super().write(vals)
        if {"level", "category_id"} & vals.keys():
            self._restart_clocks()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("An emergency stays in the register; a wrong one is a false alarm.")
        )

    # clocks --------------------------------------------------------------------------------------

    def _deadline_urgency(self):
        return self.level

    @api.model
    def _step_label(self, step):
        return {
            "confirm": self.env._("Confirmed on site"),
            "on_site": self.env._("Own engineer on site"),
            "rescuer": self.env._("Maintenance firm on site"),
            "rescue": self.env._("Persons out of the lift"),
            "owners": self.env._("Owners told"),
            "oral": self.env._("Leaders told"),
            "first_report": self.env._("First written report"),
            "final_report": self.env._("Final report"),
        }.get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        return dict(self._fields["level"]._description_selection(self.env)).get(urgency, urgency)

    def _handler_users(self):
        return self.commander_id or self.user_id

    def _deadline_breached(self, deadline):
        result = super()._deadline_breached(deadline)
        if deadline.step == "rescue":
            self.sudo()._with_move().statutory = True
            self.sudo().message_post(
                body=self.env._(
                    "Persons have been in the lift for two hours: a statutory accident. Report it "
                    "to market supervision at once."
                )
            )
        return result

    def _log(self, text, mark=False, date=None):
        return self.env["property.emergency.log"].create(
            {
                "emergency_id": self.id,
                "date": date or fields.Datetime.now(),
                "mark": mark,
                "text": text,
            }
        )

    # the way through -----------------------------------------------------------------------------

    def action_confirm(self):
        """Confirm on site that it is real; the level decides how soon leaders are told.

        :raises UserError: if the level is not set
        """
        for case in self:
            if not case.level:
                raise UserError(self.env._("Set the level of the emergency first."))
            if not case.commander_id:
                case.commander_id = self.env.user
            case._move_to("confirmed")
            case._log(case._in_print_lang().env._("Confirmed on site"), "confirmed")
        return True

    def action_respond(self):
        """Start the response of the plan."""
        for case in self:
            case._move_to("responding")
            case._log(case._in_print_lang().env._("Response started"))
        return True

    def action_control(self):
        """Note that the emergency is under control.

        :raises UserError: if persons are still in the lift
        """
        deadlines = self.env["property.deadline"]
        for case in self:
            if deadlines._of(case, ["rescue"]) and case.trapped_count:
                raise UserError(
                    self.env._("Log first when the persons were out (mark “Persons out”).")
                )
            case._move_to("controlled")
            case._log(case._in_print_lang().env._("Under control"))
            deadlines._of(case, ["rescuer", "rescue", "on_site"])._cancel()
            case._case_settled()
        return True

    def action_recover(self):
        """Start to put things right again."""
        self._move_to("recovering")
        return True

    def action_worse(self):
        """Ask what broke out again."""
        return self._ask("worse", self.env._("Out of control again"), self.env._("What happened?"))

    def _worse(self, text):
        self._move_to("responding")
        self._log(text)

    def action_first_report(self):
        """Send the first written report (within 4 hours).

        :raises UserError: if it is not written
        """
        for case in self:
            if not case.first_report:
                raise UserError(self.env._("Write the first report before it is sent."))
            if case.first_report_date:
                raise UserError(self.env._("The first report was sent already."))
            case._with_move().first_report_date = fields.Datetime.now()
            self.env["property.deadline"]._of(case, ["first_report"])._finish()
            case._log(case._in_print_lang().env._("First written report sent"))
        return True

    def action_report(self):
        """Start writing the final report."""
        self._move_to("reporting")
        return True

    def action_final_report(self):
        """Send the final report and review what was learnt (manager).

        :raises UserError: if report, cause, lessons or prevention are missing
        """
        self._check_role("manager", self.env._("Sending the final report of an emergency"))
        for case in self:
            if not case.first_report_date:
                raise UserError(self.env._("The first written report was not sent."))
            if not (case.final_report and case.cause and case.prevention):
                raise UserError(
                    self.env._("The final report names the cause, the handling and the prevention.")
                )
            if case.loss_amount and not case.insurance_number:
                case.message_post(body=self.env._("Loss without a claim: was the insurer told?"))
            case._move_to("reviewed", final_report_date=fields.Datetime.now())
            self.env["property.deadline"]._of(case, ["final_report"])._finish()
        return True

    def action_close(self):
        """Close the emergency (manager)."""
        self._check_role("manager", self.env._("Closing an emergency"))
        self._move_to("closed")
        return True

    def action_false_alarm(self):
        """Ask what the alarm came from; the record stays."""
        return self._ask("false", self.env._("False alarm"), self.env._("What was it?"))

    def _false_alarm(self, text):
        self._move_to("false_alarm", false_reason=text)
        self._log(self._in_print_lang().env._("False alarm: %(text)s", text=text))

    def action_make_notice(self):
        """Prepare the notice to the owners: published first, approved afterwards."""
        self.ensure_one()
        kinds = {"lift": "lift", "water": "water", "power": "power", "gas": "gas"}
        notice = self.env["property.notice"].create(
            {
                "estate_id": self.estate_id.id,
                "building_ids": self.building_id.ids,
                "kind": "outage" if self.category_id.code in kinds else "event",
                "outage_kind": kinds.get(self.category_id.code, False),
                "outage_start": self.reported_date if self.category_id.code in kinds else False,
                "urgent": True,
                "title": self.category_id.name,
                "body": self.description,
                "emergency_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": notice._name,
            "res_id": notice.id,
            "view_mode": "form",
        }

    def _callback_class(self):
        """Return the class by which a callback is planned (setting followup_days)."""
        return "emergency"

    def _callback_person(self):
        """Return who is called back."""
        return self.partner_id

    def _callback_handlers(self):
        """Return the users who may not call back: who commanded."""
        return self.commander_id

    def _callback_result(self, callback):
        """Take the result of a callback: noted; a complaint is made of a bad one by hand."""
        for case in self:
            case.message_post(body=self.env._("Called back: %(name)s", name=callback.display_name))

    @api.model
    def _from_intake(self, intake):
        """Return the emergency made of a contact at the front desk."""
        values = self._intake_values(intake, "emergency")
        if "category_id" not in values:
            other = self.env["property.case.category"]._by_code("emergency", "other")
            values["category_id"] = other.id
        return self.create(values)


class PropertyEmergencyStep(models.Model):
    """A line of an emergency's checklist."""

    _name = "property.emergency.step"
    _description = "Checklist of an emergency"
    _order = "emergency_id, sequence, id"

    emergency_id = fields.Many2one(
        "property.emergency", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="emergency_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="emergency_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What is done", required=True)
    role = fields.Selection(ROLES, "Who")
    minutes = fields.Integer("Within (minutes)")
    done = fields.Boolean(readonly=True)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True, index="btree_not_null")
    done_date = fields.Datetime("At", readonly=True)

    def action_done(self):
        """Tick the step off and log it."""
        for step in self.filtered(lambda step: not step.done):
            step.sudo().write(
                {"done": True, "done_by_id": self.env.uid, "done_date": fields.Datetime.now()}
            )
            step.emergency_id._log(step.name)
        return True


class PropertyEmergencyLog(models.Model):
    """What happened when, by the minute; a line stays as it was written."""

    _name = "property.emergency.log"
    _description = "Log of an emergency"
    _order = "date, id"

    emergency_id = fields.Many2one(
        "property.emergency", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="emergency_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="emergency_id.company_id", store=True, index=True)
    date = fields.Datetime("At", required=True, default=fields.Datetime.now)
    mark = fields.Selection(
        [
            ("reported", "Alarm received"),
            ("confirmed", "Confirmed on site"),
            ("engineer", "Own engineer on site"),
            ("informed", "Outside help informed"),
            ("rescuer", "Outside help on site"),
            ("out", "Persons out"),
            ("owners", "Owners told"),
            ("oral", "Leaders told"),
            ("authority", "Authority told"),
            ("insurer", "Insurer told"),
        ]
    )
    text = fields.Char("What happened", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Recorded by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
    )

    @api.constrains("date")
    def _check_date(self):
        for line in self:
            if line.date > fields.Datetime.now():
                raise ValidationError(self.env._("The log holds what has happened."))

    @api.model_create_multi
    def create(self, vals_list):
        """Write log lines; a mark ends the clocks of its steps at the time of the line."""
        for vals in vals_list:
            vals.pop("user_id", None)
        lines = super().create(vals_list)
        deadlines = self.env["property.deadline"]
        for line in lines.filtered("mark"):
            if steps := MARKS.get(line.mark):
                deadlines._of(line.emergency_id, steps)._finish(line.date)
        return lines

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The log of an emergency is not changed: add a line."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of an emergency is not changed: add a line."))
