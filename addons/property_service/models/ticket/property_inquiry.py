# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

ENDED = ("closed", "declined")


class PropertyInquiry(models.Model):
    """What a customer asks, suggests, or needs help with (咨询、建议、求助).

    Handbook B D1, D2. An inquiry is answered at once from the answer book, or at a time agreed
    with the customer; a suggestion is assessed and answered within a week; help is sent by its
    grade — danger to life becomes an emergency.
    """

    _name = "property.inquiry"
    _description = "Inquiry"
    _inherit = ["property.case.mixin", "property.case.step.mixin"]
    _order = "received_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "ZX"
    _workflow_moves = {
        "open": ("answered", "pending", "forwarded", "working", "declined"),
        "pending": ("answered", "forwarded", "working", "declined"),
        "forwarded": ("answered", "working", "pending", "declined"),
        "working": ("answered", "declined"),
        "answered": ("followed_up", "closed", "open"),
        "followed_up": ("closed", "open"),
        "closed": ("open",),
        "declined": ("closed", "open"),
    }
    _workflow_stamps = {
        "forwarded": ("forwarded_by_id", "forwarded_date"),
        "working": (None, "started_date"),
        "answered": ("answered_by_id", "answered_date"),
        "declined": ("answered_by_id", "answered_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {"open": ("answer",), "forwarded": ("start",)}
    _case_done = {
        "working": ("start",),
        "answered": ("answer", "start"),
        "declined": ("answer", "start"),
    }
    _case_end = ("closed",)
    _case_steps = {"answer": "_answer", "decline": "_decline", "correct": "_correct"}

    kind = fields.Selection(
        [("inquiry", "Inquiry"), ("suggestion", "Suggestion"), ("help", "Help")],
        "What is asked",
        required=True,
        default="inquiry",
        index=True,
        tracking=True,
    )
    category_id = fields.Many2one(domain="[('kind', '=', 'inquiry')]")
    received_date = fields.Datetime(
        "Received at", required=True, default=fields.Datetime.now, index=True, copy=False
    )
    grade = fields.Selection(
        [
            ("life", "Danger to life"),
            ("urgent", "Urgent"),
            ("normal", "Ordinary"),
            ("convenience", "Convenience"),
        ],
        default="normal",
        tracking=True,
        help="Of a request for help: urgent is on site within 15 minutes, normal answered within "
        "two hours.",
    )
    answer_id = fields.Many2one(
        "property.answer",
        "From the answer book",
        index="btree_not_null",
        domain="['|', ('estate_ids', '=', False), ('estate_ids', 'in', estate_id)]",
    )
    answer = fields.Text(tracking=True)
    promised_date = fields.Datetime(
        "Answer promised for", tracking=True, help="The time agreed with the customer."
    )
    department_id = fields.Many2one("hr.department", "Department asked", index="btree_not_null")
    handler_id = fields.Many2one(
        "res.users", "Person dealing with it", index="btree_not_null", tracking=True
    )
    verdict = fields.Selection(
        [("adopted", "Adopted"), ("partly", "Partly adopted"), ("refused", "Not adopted")],
        tracking=True,
        help="Of a suggestion; for one not adopted the customer is told the reasons.",
    )
    effect = fields.Text(help="What an adopted suggestion brought, for the quarter's report.")
    outer_help = fields.Char("Outside help", help="110, 119, 120, locksmith, family.")
    outer_called_date = fields.Datetime("Outside help called at")
    entered_flat = fields.Boolean(
        "A flat was entered", help="Needs the owner's consent, or police and two witnesses."
    )
    entry_consent = fields.Char("Consent or witnesses")
    fee = fields.Float("Charged (yuan)", digits=(16, 2))
    emergency_id = fields.Many2one(
        "property.emergency", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("open", "Registered"),
            ("pending", "Answer at an agreed time"),
            ("forwarded", "With a department"),
            ("working", "Being worked on"),
            ("answered", "Answered"),
            ("followed_up", "Followed up"),
            ("closed", "Closed"),
            ("declined", "Declined"),
        ],
        required=True,
        default="open",
        tracking=True,
        index=True,
        group_expand=True,
    )
    at_once = fields.Boolean("Answered at once", readonly=True, copy=False)
    corrected = fields.Boolean("Answer corrected", readonly=True, copy=False, tracking=True)
    forwarded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    forwarded_date = fields.Datetime("Passed on at", readonly=True, copy=False)
    started_date = fields.Datetime("On site at", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True, copy=False)
    answered_date = fields.Datetime("Answered at", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed at", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is an inquiry with this number already."
    )

    def _workflow_stamp_fields(self):
        return super()._workflow_stamp_fields() | {"received_date", "at_once", "corrected"}

    @api.onchange("answer_id")
    def _onchange_answer_id(self):
        if self.answer_id:
            self.answer = self.answer_id.answer

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id

    def write(self, vals):
        frozen = vals.keys() & {"answer", "description", "verdict", "kind"}
        if frozen and not self._moving():
            if done := self.filtered(lambda case: case.state in ENDED):
                raise UserError(
                    self.env._("“%(inquiry)s” is closed and stays so.", inquiry=done[0].number)
                )
        result = super().write(vals)
        if {"grade", "kind", "category_id"} & vals.keys():
            self._restart_clocks()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a customer asked for stays in the register."))

    def _deadline_urgency(self):
        """Return the grade of help, else the kind: each has its own times."""
        return self.grade if self.kind == "help" else self.kind

    @api.model
    def _step_label(self, step):
        return {
            "answer": self.env._("Answer"),
            "start": self.env._("On site or started"),
        }.get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        labels = dict(self._fields["grade"]._description_selection(self.env))
        labels |= dict(self._fields["kind"]._description_selection(self.env))
        return labels.get(urgency, urgency)

    def _handler_users(self):
        return self.handler_id or self.user_id

    def action_answer(self):
        """Note the answer as given; what was answered while registering counts as at once.

        :raises UserError: if the answer, the verdict of a suggestion or its reasons are missing
        """
        for case in self:
            if not case.answer:
                raise UserError(self.env._("Write down what the customer was answered."))
            if case.kind == "suggestion" and not case.verdict:
                raise UserError(self.env._("Decide first whether the suggestion is adopted."))
            if case.entered_flat and not case.entry_consent:
                raise UserError(
                    self.env._(
                        "A flat was entered: name the owner's consent, or police and two witnesses."
                    )
                )
            case._move_to("answered", at_once=case.state == "open")
            if case.kind == "help":
                case._case_settled()
        return True

    def action_promise(self):
        """Promise the answer for the time agreed with the customer.

        :raises UserError: if no time is entered
        """
        for case in self:
            if not case.promised_date or case.promised_date <= fields.Datetime.now():
                raise UserError(
                    self.env._("Agree a time for the answer with the customer and enter it.")
                )
            case._move_to("pending")
            case.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Datetime.context_timestamp(case, case.promised_date).date(),
                summary=self.env._("Answer promised to the customer"),
                user_id=(case.handler_id or case.user_id or self.env.user).id,
            )
        return True

    def action_forward(self):
        """Pass it on to a department or person.

        :raises UserError: if neither is named
        """
        for case in self:
            if not case.department_id and not case.handler_id:
                raise UserError(self.env._("Choose the department or the person it is passed to."))
            case._move_to("forwarded")
            users = case.handler_id or case.department_id.sudo().manager_id.user_id
            for user in users:
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("To be answered or helped with"),
                    user_id=user.id,
                )
        return True

    def action_start(self):
        """Note that help is on site, or that an adopted suggestion is being carried out.

        :raises UserError: if a suggestion was not adopted
        """
        for case in self:
            if case.kind == "suggestion" and case.verdict not in ("adopted", "partly"):
                raise UserError(self.env._("Only an adopted suggestion is carried out."))
            case._move_to("working")
        return True

    def action_followed_up(self):
        """Note that the customer was asked whether he was helped."""
        self._move_to("followed_up")
        return True

    def action_close(self):
        """Close what is answered."""
        self._move_to("closed")
        return True

    def action_decline(self):
        """Ask why it is declined and what the customer may do instead."""
        return self._ask(
            "decline",
            self.env._("Declined"),
            self.env._("Why not, and what was offered to the customer instead?"),
        )

    def _decline(self, text):
        self._move_to("declined", answer=text)

    def action_correct(self):
        """Ask for the right answer, where a wrong one was given."""
        return self._ask(
            "correct",
            self.env._("Correct the answer"),
            self.env._("What was the customer told in the correction call?"),
            self.answer,
        )

    def _correct(self, text):
        """Correct a wrong answer: the customer is called, the answer book is put right (D1)."""
        old = self.answer or ""
        self._with_move().write({"answer": text, "corrected": True})
        self.message_post(body=self.env._("Corrected. Before: %(answer)s", answer=old))
        if self.answer_id:
            lead = self.answer_id.department_id.sudo().manager_id.user_id
            for user in lead or self._deadline_users("supervisor"):
                self.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("A wrong answer was given: check the answer book"),
                    user_id=user.id,
                )

    def _answer(self, text):
        self.answer = text
        self.action_answer()

    def action_make_emergency(self):
        """Make an emergency of a request for help where life is in danger."""
        self.ensure_one()
        if not self.emergency_id:
            self.emergency_id = self.env["property.emergency"]._from_intake(self)
        return self.action_open_emergency()

    def action_open_emergency(self):
        """Open the emergency made of it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.emergency",
            "res_id": self.emergency_id.id,
            "view_mode": "form",
        }

    def _callback_class(self):
        """Return the class by which a callback is planned (setting followup_days)."""
        return "help" if self.kind == "help" else "other"

    def _callback_person(self):
        """Return who is called back."""
        return self.partner_id

    def _callback_handlers(self):
        """Return the users who may not call back: who worked on it."""
        return self.handler_id | self.answered_by_id

    def _callback_result(self, callback):
        """Take the result of a callback: dissatisfied opens it again."""
        for case in self.filtered(lambda case: case.state == "answered"):
            case._move_to("open" if callback.result == "bad" else "followed_up")

    @api.model
    def _from_intake(self, intake):
        """Return the case made of a contact at the front desk: inquiry, suggestion or help."""
        kind = intake.kind if intake.kind in ("inquiry", "suggestion", "help") else "inquiry"
        return self.create({**self._intake_values(intake, "inquiry"), "kind": kind})
