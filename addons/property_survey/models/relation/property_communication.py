# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_FACTS = {
    *("date", "way", "initiated_by", "topic", "content", "opinion", "agreed", "unit_id"),
    *("partner_id", "estate_id", "user_id", "private_account"),
}


class PropertyCommunication(models.Model):
    """A talk with a customer worth keeping (客户沟通记录表), form F3-1.

    Handbook B F3. What is agreed and still to be done has somebody in charge and a day; the
    supervisor reads every record, and puts right in writing what was promised without power.
    """

    _name = "property.communication"
    _description = "Communication with a customer"
    _inherit = ["property.procedure.mixin", "property.case.step.mixin", "property.decent.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "GT"
    _workflow_moves = {"logged": ("to_do", "done"), "to_do": ("done",)}
    _workflow_stamps = {"done": ("done_by_id", "done_date")}
    _case_clocks = {"to_do": ("todo",)}
    _case_done = {"done": ("todo",)}
    _case_end = ("done",)
    _case_steps = {"done": "_finish", "review": "_review", "correct": "_correct"}
    _decent_fields = ("content", "opinion", "agreed", "todo", "result", "review", "correction")

    user_id = fields.Many2one(string="Recorded by")
    date = fields.Datetime(
        "Talked at", required=True, default=fields.Datetime.now, index=True, tracking=True
    )
    way = fields.Selection(
        [
            ("phone", "Phone"),
            ("wechat", "WeChat or app"),
            ("face", "Face to face"),
            ("letter", "In writing"),
            ("meeting", "At a meeting"),
            ("activity", "At an activity"),
            ("other", "Other way"),
        ],
        "Way of talking",
        required=True,
        default="phone",
        index=True,
    )
    initiated_by = fields.Selection(
        [("customer", "The customer"), ("company", "Our side")],
        "Begun by",
        required=True,
        default="customer",
    )
    private_account = fields.Boolean(
        "Through a private account",
        help="Staff talk to customers by the company's accounts; what was said elsewhere is "
        "recorded here all the same.",
    )
    topic = fields.Selection(
        [
            ("service", "Services"),
            ("fee", "Fees"),
            ("complaint", "Complaint"),
            ("renovation", "Renovation"),
            ("neighbour", "Neighbours"),
            ("other", "Other matters"),
        ],
        "About",
        required=True,
        default="service",
        index=True,
    )
    content = fields.Text("What was said", required=True)
    opinion = fields.Text("Opinion of the customer")
    agreed = fields.Text("What was agreed")
    promise = fields.Boolean("Something was promised")
    todo = fields.Char("Still to be done", tracking=True)
    todo_user_id = fields.Many2one(
        "res.users", "To be done by whom", index="btree_not_null", tracking=True
    )
    todo_date = fields.Date("To be done until", tracking=True, index=True)
    result = fields.Text("Result of the follow-up", tracking=True)
    line_id = fields.Many2one("property.relation.line", "Line of a plan", index="btree_not_null")
    reviewed_by_id = fields.Many2one("res.users", "Read by", readonly=True, copy=False)
    reviewed_date = fields.Datetime("Read on", readonly=True, copy=False)
    review = fields.Char("Opinion of the supervisor", readonly=True, copy=False)
    correction = fields.Text("Correction in writing", readonly=True, copy=False, tracking=True)
    corrected_by_id = fields.Many2one("res.users", "Corrected by", readonly=True, copy=False)
    state = fields.Selection(
        [("logged", "Noted"), ("to_do", "Something to do"), ("done", "Done")],
        required=True,
        default="logged",
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    done_date = fields.Datetime("Done on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a communication with this number already."
    )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id

    @api.model_create_multi
    def create(self, vals_list):
        """Record talks; the line of a relation plan they were for is done."""
        talks = super().create(vals_list)
        for talk in talks.filtered("line_id"):
            line = talk.line_id
            line.check_access("read")
            if line.partner_id == talk.partner_id:
                line._finish(communication_id=talk.id)
        return talks

    def write(self, vals):
        if _FACTS & vals.keys() and not self._moving() and not self.env.su:
            if read := self.filtered(lambda talk: talk.reviewed_date or talk.state != "logged"):
                raise UserError(
                    self.env._(
                        "“%s” is fixed: what was said stays as it is. Record a further talk, or "
                        "have the supervisor correct it in writing.",
                        read[0].display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was talked about with a customer stays on record."))

    @api.model
    def _step_label(self, step):
        return {"todo": self.env._("Do what was agreed")}.get(step, step)

    def _deadline_agreed(self, step):
        """Return the end of the day until which it is to be done, in China."""
        if not self.todo_date:
            return None
        return fields.Datetime.to_datetime(self.todo_date).replace(hour=15, minute=59)

    def _handler_users(self):
        return self.todo_user_id or self.user_id

    def action_to_do(self):
        """Follow up: somebody does what was agreed until a day.

        :raises UserError: unless it says what, by whom and until when
        """
        for talk in self:
            if not (talk.todo and talk.todo_user_id and talk.todo_date):
                raise UserError(
                    self.env._(
                        "“%s”: enter what is still to be done, by whom and until when.",
                        talk.display_name,
                    )
                )
            talk._move_to("to_do")
            talk.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=talk.todo_date,
                summary=talk.todo,
                user_id=talk.todo_user_id.id,
            )
        return True

    def action_done(self):
        """Close talks nothing follows from; ask for the result where something had to be done."""
        if len(self) == 1 and self.state == "to_do" and not self.result:
            return self._ask("done", self.env._("Done"), self.env._("What came of it?"))
        for talk in self:
            if talk.state == "logged" and talk.todo:
                raise UserError(
                    self.env._("“%s” has something to do: follow it up instead.", talk.display_name)
                )
            if talk.state == "to_do" and not talk.result:
                raise UserError(self.env._("“%s”: enter the result.", talk.display_name))
        self._move_to("done")
        return True

    def _finish(self, text):
        self._move_to("done", result=text)
        self.activity_ids.sudo().filtered(lambda row: row.summary == self.todo).action_feedback(
            feedback=text
        )

    def action_review(self):
        """Ask the supervisor for an opinion on the record read."""
        self._check_supervisor()
        if len(self) > 1:
            self._review("")
            return True
        return self._ask(
            "review", self.env._("Read"), self.env._("Your opinion"), self.env._("Read and noted")
        )

    def _check_supervisor(self):
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise AccessError(self.env._("Communications are read and put right by a supervisor."))

    def _review(self, text):
        self._check_supervisor()
        for talk in self:
            if talk.user_id == self.env.user and not self.env.su:
                raise UserError(
                    self.env._("Somebody else reads your record “%s”.", talk.display_name)
                )
        self._with_move().write(
            {
                "review": text,
                "reviewed_by_id": self.env.uid,
                "reviewed_date": fields.Datetime.now(),
            }
        )

    def action_correct(self):
        """Ask for the written correction of what was promised without power (F3)."""
        self._check_supervisor()
        return self._ask(
            "correct",
            self.env._("Correct a promise"),
            self.env._("What was the customer told in writing instead?"),
        )

    def _correct(self, text):
        self._check_supervisor()
        self._with_move().write({"correction": text, "corrected_by_id": self.env.uid})
        self.message_post(body=self.env._("Corrected in writing: %s", text))
