# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..estate.property_meter import KINDS as SUPPLIES


class PropertyHandoverIncident(models.Model):
    """Trouble at the desks and what was done (现场突发事件记录, handbook A §19)."""

    _name = "property.handover.incident"
    _description = "Incident of a handover"
    _inherit = ["property.procedure.mixin", "property.handover.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "TF"
    _workflow_moves = {
        "reported": ("handling", "solved"),
        "handling": ("escalated", "solved"),
        "escalated": ("solved",),
        "solved": ("reviewed",),
    }
    _workflow_stamps = {
        "handling": ("handled_by_id", "handled_date"),
        "escalated": ("escalated_by_id", "escalated_date"),
        "solved": (None, "solved_date"),
        "reviewed": ("reviewed_by_id", "reviewed_date"),
    }
    _case_clocks = {"reported": ("solve",)}
    _case_done = {"solved": ("solve",)}
    _case_end = ("reviewed",)

    batch_id = fields.Many2one(
        "property.handover.batch", "Handover batch", ondelete="restrict", index="btree_not_null"
    )
    kind = fields.Selection(
        [
            ("crowd", "Crowding"),
            ("group", "Owners refuse together"),
            ("system", "Network or paper failure"),
            ("dispute", "Dispute about an inspection"),
            ("media", "Media or police"),
            ("injury", "Injury or illness"),
            ("cash", "Cash surplus or shortage"),
            ("other", "Other incident"),
        ],
        "Kind of incident",
        required=True,
        default="other",
        index=True,
    )
    date = fields.Datetime("Happened on", required=True, default=fields.Datetime.now)
    place = fields.Char("Where", required=True)
    persons = fields.Char("Persons involved")
    description = fields.Text("What happened", required=True)
    advice = fields.Text("What is advised", compute="_compute_advice")
    measures = fields.Text("Measures taken")
    result = fields.Text("How it ended")
    lesson = fields.Text("What is learned from it")
    recorded_late = fields.Boolean(
        "Recorded too late",
        compute="_compute_recorded_late",
        store=True,
        help="Not recorded on the same day: a finding of the control.",
    )
    state = fields.Selection(
        [
            ("reported", "Incident reported"),
            ("handling", "Being handled"),
            ("escalated", "Passed up"),
            ("solved", "Is solved"),
            ("reviewed", "Reviewed"),
        ],
        required=True,
        default="reported",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    handled_by_id = fields.Many2one("res.users", "Handled by", readonly=True)
    handled_date = fields.Datetime("Handled since", readonly=True)
    escalated_by_id = fields.Many2one("res.users", "Passed up by", readonly=True)
    escalated_date = fields.Datetime("Passed up on", readonly=True)
    solved_date = fields.Datetime("Solved on", readonly=True)
    reviewed_by_id = fields.Many2one("res.users", "Reviewed by", readonly=True)
    reviewed_date = fields.Datetime("Reviewed on", readonly=True)

    @api.onchange("batch_id")
    def _onchange_batch_id(self):
        if self.batch_id:
            self.estate_id = self.batch_id.estate_id
            self.place = self.place or self.batch_id.place

    def _place_noted(self):
        return self.place

    @api.depends("kind")
    def _compute_advice(self):
        advice = {
            "crowd": self.env._("Call numbers, keep to the appointments, open another desk."),
            "group": self.env._(
                "Ask them into a separate room; the manager and the developer talk, nobody argues "
                "at the desks."
            ),
            "system": self.env._(
                "Go on with the paper forms, keep their numbers apart, enter them today."
            ),
            "dispute": self.env._("Let a third party measure; note it on the inspection form."),
            "media": self.env._("One spokesperson only; everybody else refers to him."),
            "injury": self.env._("First aid, call 120, report to the manager, keep the place."),
            "cash": self.env._("Two persons count and deposit; the accountant is told."),
        }
        for incident in self:
            incident.advice = advice.get(incident.kind, False)

    @api.depends("date", "create_date")
    def _compute_recorded_late(self):
        for incident in self:
            made = incident.create_date or fields.Datetime.now()
            slot = self.env["property.handover.slot"]
            incident.recorded_late = bool(
                incident.date and slot._local(made).date() > slot._local(incident.date).date()
            )

    @api.model
    def _step_label(self, step):
        return {"solve": self.env._("Solve the incident")}.get(step, step)

    def action_handle(self):
        """Begin to handle it."""
        self._move_to("handling")
        return True

    def action_escalate(self):
        """Pass it up: the manager is told."""
        self._move_to("escalated")
        for incident in self:
            for user in incident._deadline_users("manager"):
                incident.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Incident at a handover: take over"),
                    user_id=user.id,
                )
        return True

    def action_solve(self):
        """Note how it ended.

        :raises UserError: without measures and result
        """
        for incident in self:
            if not incident.measures or not incident.result:
                raise UserError(
                    self.env._(
                        "“%(incident)s”: write down what was done and how it ended.",
                        incident=incident.display_name,
                    )
                )
        self._move_to("solved")
        return True

    def action_review(self):
        """Note what is learned from it, as a supervisor.

        :raises UserError: without it
        """
        self._check_in_group("supervisor", self.env._("Incidents are reviewed by a supervisor."))
        for incident in self:
            if not incident.lesson:
                raise UserError(
                    self.env._(
                        "“%(incident)s”: write down what is learned from it.",
                        incident=incident.display_name,
                    )
                )
        self._move_to("reviewed")
        return True


class PropertyHandoverUtility(models.Model):
    """Water, power or gas that cannot be opened in time (水电气不能开通, handbook A §19)."""

    _name = "property.handover.utility"
    _description = "Supply not ready"
    _inherit = ["property.procedure.mixin", "property.handover.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _number_form = "WKT"
    _workflow_moves = {
        "reported": ("temporary", "opened"),
        "temporary": ("opened",),
        "opened": ("closed",),
    }
    _workflow_stamps = {
        "opened": ("opened_by_id", "opened_date"),
        "closed": (None, "closed_date"),
    }
    _case_clocks = {"reported": ("open",)}
    _case_done = {"opened": ("open",)}
    _case_end = ("closed",)

    batch_id = fields.Many2one(
        "property.handover.batch", "Handover batch", ondelete="restrict", index="btree_not_null"
    )
    supply = fields.Selection(SUPPLIES, required=True, default="gas", index=True)
    unit_ids = fields.Many2many(
        "property.unit",
        string="Homes without it",
        domain="[('estate_id', '=', estate_id)]",
        required=True,
    )
    unit_count = fields.Integer("Number of homes", compute="_compute_unit_count")
    cause = fields.Text("Why it cannot be opened", required=True)
    promised_date = fields.Date("Promised for", required=True, tracking=True)
    missed = fields.Integer("Promises missed", readonly=True, copy=False)
    told_owners = fields.Boolean("Owners told in writing", tracking=True)
    temporary = fields.Char("Temporary supply", help="With a meter of its own, at cost; by whom.")
    developer_signed = fields.Boolean("Developer signed who bears the cost", tracking=True)
    company_level = fields.Boolean("Taken to the company", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("reported", "Cannot be opened"),
            ("temporary", "Supplied temporarily"),
            ("opened", "Is opened"),
            ("closed", "Owners informed, read"),
        ],
        required=True,
        default="reported",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    opened_by_id = fields.Many2one("res.users", "Opening noted by", readonly=True)
    opened_date = fields.Datetime("Opened on", readonly=True)
    closed_date = fields.Datetime("Concluded on", readonly=True)

    @api.onchange("batch_id")
    def _onchange_batch_id(self):
        if self.batch_id:
            self.estate_id = self.batch_id.estate_id

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        for fault in self:
            fault.unit_count = len(fault.unit_ids)

    def _place_noted(self):
        """Return the first of the homes, and that there are more."""
        first = self.unit_ids[:1].full_name or ""
        return f"{first}…" if len(self.unit_ids) > 1 else first

    @api.depends("number", "supply")
    def _compute_display_name(self):
        labels = dict(self._fields["supply"]._description_selection(self.env))
        for fault in self:
            parts = (labels.get(fault.supply), fault.number)
            fault.display_name = " ".join(part for part in parts if part)

    def _deadline_agreed(self, step):
        if step != "open" or not self.promised_date:
            return None
        return self.env["property.handover.slot"]._moment(self.promised_date, 24.0)

    @api.model
    def _step_label(self, step):
        return {"open": self.env._("Open the supply")}.get(step, step)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("missed", None)
            vals.pop("company_level", None)
        return super().create(vals_list)

    def write(self, vals):
        """A new promise lets the clock run again; those missed are counted by the system."""
        if {"missed", "company_level"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("Missed promises are counted by the system."))
        result = super().write(vals)
        if "promised_date" in vals:
            for fault in self.filtered(lambda row: row.state in ("reported", "temporary")):
                self.env["property.deadline"]._of(fault, ["open"])._cancel()
                self.env["property.deadline"]._begin(fault, "open")
        return result

    def _deadline_breached(self, deadline):
        """A promised day has passed: the second time the company is told (handbook A §19)."""
        super()._deadline_breached(deadline)
        fault = self.sudo()
        fault.missed += 1
        if fault.missed >= fault.estate_id._parameter("handover_promise_limit"):
            fault.company_level = True
            for user in fault._deadline_users("company"):
                fault.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._(
                        "Promised day missed twice: talk with the developer about compensation"
                    ),
                    user_id=user.id,
                )

    def action_temporary(self):
        """Note the temporary supply; the developer has signed who bears the cost.

        :raises UserError: without it
        """
        for fault in self:
            if not fault.temporary:
                raise UserError(
                    self.env._(
                        "“%(fault)s”: describe the temporary supply.", fault=fault.display_name
                    )
                )
            if not fault.developer_signed:
                raise UserError(
                    self.env._(
                        "“%(fault)s”: the developer has to sign who bears the cost.",
                        fault=fault.display_name,
                    )
                )
        self._move_to("temporary")
        return True

    def action_opened(self):
        """Note that the supply is opened: meters are read next, owners told."""
        self._move_to("opened")
        for fault in self:
            rows = self.env["property.handover.meter"].search(
                [
                    ("unit_id", "in", fault.unit_ids.ids),
                    ("kind", "=", fault.supply),
                    ("status", "in", ("missing", "closed")),
                ]
            )
            rows.sudo()._with_move().write({"status": "ok", "expected_date": False})
            rows.sudo().filtered(lambda row: row.state != "listed")._with_move().write(
                {"state": "listed"}
            )
        return True

    def action_close(self):
        """Conclude: owners were told and the meters are read."""
        self._move_to("closed")
        return True
