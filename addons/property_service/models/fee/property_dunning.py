# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools import money

#: Handbook B §9.6, reasons of arrears
REASONS = [
    ("forgotten", "Forgotten"),
    ("away", "Away for long, or vacant"),
    ("hardship", "Economic hardship"),
    ("service", "Dissatisfied with the service"),
    ("quality", "Defects of the building left over"),
    ("neighbours", "Neighbours or infringement"),
    ("tenant", "Tenant does not pay"),
    ("title", "Dispute of title, divorce or inheritance"),
    ("malicious", "Refuses without reason"),
    ("unreachable", "Cannot be reached"),
]
STATES = [
    ("running", "Being dunned"),
    ("promised", "Promised"),
    ("instalment", "Instalments agreed"),
    ("deferred", "Deferred"),
    ("disputed", "Disputed, frozen"),
    ("paused", "Paused"),
    ("settled", "Settled"),
    ("written_off", "Written off"),
]
CLOSED = ("settled", "written_off")
_WAITING = ("promised", "instalment", "deferred", "disputed", "paused")


class PropertyDunning(models.Model):
    """The dunning of one payer of one home, step by step, with evidence (handbook B H9).

    Opened by the scheduled action from what is overdue, closed the moment everything overdue is
    paid. A step goes up only when the earlier ones are on record, and proven where they have to
    be. What is owed is never kept here: `amount` repeats what the open charges say.
    """

    _name = "property.dunning"
    _description = "Dunning case"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "next_date, amount desc, id"
    _rec_name = "number"

    _number_form = "CJ"
    _workflow_moves = {
        "running": (*_WAITING, *CLOSED),
        **{
            state: ("running", *(other for other in _WAITING if other != state), *CLOSED)
            for state in _WAITING
        },
        # a receipt that settled it was voided, or the write-off taken back
        "settled": ("running",),
        "written_off": ("running",),
    }
    _workflow_stamps = {"settled": (None, "settled_date")}

    unit_id = fields.Many2one(string="Home")
    partner_id = fields.Many2one(
        "res.partner", "Debtor", required=True, ondelete="restrict", index=True
    )
    phone = fields.Char(related="partner_id.phone")
    recipient_ids = fields.Many2many(
        "res.partner",
        string="Demand goes to",
        compute="_compute_recipients",
        help="A tenant who pays by agreement, and the owner, who answers for it with him.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", index=True, tracking=True, help="The steward of the building."
    )
    stage_id = fields.Many2one(
        "property.dunning.stage",
        "Dunning step",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        default=lambda self: self.env["property.dunning.stage"]._by_code("call"),
        group_expand="_group_expand_stage",
    )
    stage_code = fields.Char(related="stage_id.code")
    stage_date = fields.Date("At this step since", readonly=True)
    next_stage_id = fields.Many2one("property.dunning.stage", compute="_compute_next_stage")
    next_needs_approval = fields.Boolean(compute="_compute_next_stage")
    state = fields.Selection(
        STATES, required=True, default="running", tracking=True, index=True, readonly=True
    )
    reason = fields.Selection(REASONS, "Reason of the arrears", tracking=True, index=True)
    pause_reason = fields.Char("Why it rests", readonly=True, tracking=True)
    amount = fields.Monetary("Overdue", readonly=True, tracking=True)
    amount_start = fields.Monetary(
        "At most owed", readonly=True, help="The largest sum that was overdue in this case."
    )
    amount_collected = fields.Monetary(
        "Collected", compute="_compute_collected", store=True, help="Of what was owed at most."
    )
    success = fields.Float(
        "Settled (%)", compute="_compute_collected", store=True, aggregator="avg"
    )
    late_amount = fields.Monetary("Late charge to date", compute="_compute_late")
    date_first_due = fields.Date("Overdue since", readonly=True)
    month_from = fields.Date("First month owed", readonly=True)
    month_to = fields.Date("Last month owed", readonly=True)
    limitation_date = fields.Date(
        "Limitation ends",
        readonly=True,
        index=True,
        help="Of the oldest claim that is not barred yet: years after it was due or was last "
        "demanded with proof.",
    )
    limitation_state = fields.Selection(
        [("ok", "Runs"), ("soon", "Ends soon"), ("passed", "Passed for a part")],
        "Limitation",
        compute="_compute_limitation_state",
        search="_search_limitation_state",
    )
    barred_amount = fields.Monetary(
        "Barred by limitation", readonly=True, default=0.0, help="Still shown, still payable."
    )
    limitation_warned = fields.Date(readonly=True)
    promise_date = fields.Date("Promised to pay on", readonly=True, index="btree_not_null")
    promise_amount = fields.Monetary("Promised amount", readonly=True)
    broken_count = fields.Integer("Broken promises", readonly=True)
    next_date = fields.Date("Next step on", readonly=True, index=True)
    next_step = fields.Char(compute="_compute_next_step")
    last_contact_id = fields.Many2one(
        "property.dunning.contact", "Last contact", readonly=True, index="btree_not_null"
    )
    last_contact_date = fields.Datetime(related="last_contact_id.date", string="Last contact on")
    contact_ids = fields.One2many("property.dunning.contact", "dunning_id", "Contacts")
    contact_count = fields.Integer(compute="_compute_contact_count")
    agreement_ids = fields.One2many("property.dunning.agreement", "dunning_id", "Agreements")
    paper_ids = fields.One2many("property.dunning.paper", "dunning_id", "File for the lawyer")
    exemption_ids = fields.One2many("property.late.exemption", "dunning_id")
    approved_stage_id = fields.Many2one(
        "property.dunning.stage", "Approved for", readonly=True, copy=False
    )
    asked_stage_id = fields.Many2one("property.dunning.stage", readonly=True, copy=False)
    complaint_open = fields.Boolean(compute="_compute_complaint_open")
    consent_by_id = fields.Many2one("res.users", "Manager's consent", readonly=True, copy=False)
    consent_date = fields.Datetime("Consent on", readonly=True, copy=False)
    settled_date = fields.Datetime("Paid in full on", readonly=True, copy=False)
    remark = fields.Char()

    _one_open = models.UniqueIndex(
        "(unit_id, partner_id) WHERE state NOT IN ('settled', 'written_off')",
        "There is an open dunning case of this payer for the home already.",
    )
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a case with this number already."
    )

    # what is shown -------------------------------------------------------------------------------

    @api.depends("number", "unit_id.full_name", "partner_id.name")
    def _compute_display_name(self):
        for case in self:
            parts = (case.number, case.unit_id.full_name, case.partner_id.name)
            case.display_name = " ".join(part for part in parts if part)

    @api.model
    def _group_expand_stage(self, stages, _domain):
        """Show every step as a column, also the empty ones."""
        return stages.search(
            [("company_id", "in", [False, *self.env.companies.ids])], order="sequence"
        )

    @api.depends("unit_id", "partner_id")
    def _compute_recipients(self):
        for case in self:
            owner = case.unit_id.owner_id
            tenant = case.unit_id.tenant_id
            both = case.partner_id == tenant and owner and owner != tenant
            case.recipient_ids = case.partner_id | owner if both else case.partner_id

    @api.depends("stage_id")
    def _compute_next_stage(self):
        for case in self:
            case.next_stage_id = case.stage_id and case.stage_id._next()
            case.next_needs_approval = case.next_stage_id.needs_approval

    @api.depends("amount", "amount_start", "state")
    def _compute_collected(self):
        for case in self:
            case.amount_collected = max(case.amount_start - case.amount, 0.0)
            case.success = 100.0 if case.state == "settled" else 0.0

    @api.depends("amount")
    def _compute_late(self):
        amounts = self.env["property.late.charge"]._amounts(self._overdue_charges())
        sums = {}
        for charge in self.env["property.charge"].browse(amounts):
            key = (charge.billed_unit_id.id, charge.partner_id.id)
            sums[key] = sums.get(key, 0.0) + amounts[charge.id]["amount"]
        for case in self:
            case.late_amount = sums.get((case.unit_id.id, case.partner_id.id), 0.0)

    @api.depends("contact_ids")
    def _compute_contact_count(self):
        counts = dict(
            self.env["property.dunning.contact"]._read_group(
                [("dunning_id", "in", self.ids)], ["dunning_id"], ["__count"]
            )
        )
        for case in self:
            case.contact_count = counts.get(case, 0)

    @api.depends("state", "stage_id", "last_contact_id.delivery", "contact_ids.stage_id")
    def _compute_next_step(self):
        for case in self:
            case.next_step = case._next_step_text()

    def _next_step_text(self):
        self.ensure_one()
        if self.state in CLOSED:
            return False
        if self.state == "promised":
            return self.env._("See whether the promise is kept")
        if self.state in ("instalment", "deferred"):
            return self.env._("See whether the agreement is kept")
        if self.state in ("disputed", "paused"):
            return self.env._("Find out whether it can go on")
        if self.last_contact_id.delivery == "pending":
            return self.env._("Deliver the notice and confirm it")
        stage = self.next_stage_id if self._stage_done(self.stage_id) else self.stage_id
        return stage.name

    def _compute_complaint_open(self):
        for case in self:
            case.complaint_open = bool(case._open_complaints())

    @api.depends("limitation_date", "barred_amount", "state")
    def _compute_limitation_state(self):
        today = fields.Date.context_today(self)
        for case in self:
            soon = case.limitation_date and case.limitation_date < case._limitation_warn_day(today)
            if case.state in CLOSED:
                case.limitation_state = False
            elif case.barred_amount:
                case.limitation_state = "passed"
            else:
                case.limitation_state = "soon" if soon else "ok"

    def _limitation_warn_day(self, today):
        months = self.env["property.parameter"]._get(
            "limitation_warn_months", company=self.company_id
        )
        return money.add_months(today, months)

    def _search_limitation_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        day = self._limitation_warn_day(fields.Date.context_today(self))
        is_open = Domain("state", "not in", CLOSED)
        passed = is_open & Domain("barred_amount", ">", 0)
        soon = is_open & Domain("barred_amount", "=", 0) & Domain("limitation_date", "<", day)
        domains = {
            "passed": passed,
            "soon": soon,
            "ok": is_open & ~passed & ~soon,
            False: Domain("state", "in", CLOSED),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    # the charges ---------------------------------------------------------------------------------

    def _overdue_charges(self):
        """Return the open charges of the cases that are overdue today."""
        pairs = {(case.unit_id.id, case.partner_id.id) for case in self}
        charges = self.env["property.charge"].search(
            [
                ("billed_unit_id", "in", self.unit_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "in", ("open", "partial")),
                ("date_due", "<", fields.Date.context_today(self)),
            ]
        )
        return charges.filtered(
            lambda charge: (charge.billed_unit_id.id, charge.partner_id.id) in pairs
        )

    def _open_complaints(self):
        """Hook: return the open service complaints of the home; nobody keeps them yet.

        A written notice while one is open needs the manager's consent (handbook B H9).
        """
        return False

    # creating and writing ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        today = fields.Date.context_today(self)
        for vals in vals_list:
            vals.setdefault("stage_date", today)
        cases = super().create(vals_list)
        for case in cases.filtered(lambda case: not case.user_id):
            case.user_id = case._default_user()
        cases.sudo()._assign_number()
        cases.sudo()._refresh()
        return cases

    def _default_user(self):
        self.ensure_one()
        return self.building_id.steward_ids[:1] or self.estate_id.manager_id

    def write(self, vals):
        if "stage_id" in vals and not self._moving():
            vals = dict(vals)
            stage = self.env["property.dunning.stage"].browse(vals.pop("stage_id"))
            for case in self.filtered(lambda case: case.stage_id != stage):
                case._go_to(stage)
        fixed = vals.keys() & {"unit_id", "partner_id"}
        if fixed:
            raise UserError(
                self.env._("A case is about one payer of one home: open another one instead.")
            )
        return super().write(vals) if vals else True

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if kept := self.filtered("contact_ids"):
            raise UserError(
                self.env._(
                    "“%(case)s” has contacts on record: it stays as evidence.",
                    case=kept[0].display_name,
                )
            )

    # step by step --------------------------------------------------------------------------------

    def _stage_done(self, stage):
        """Return whether `stage` is on record, and proven where it has to be."""
        self.ensure_one()
        contacts = self.contact_ids.filtered(lambda row: row.stage_id == stage)
        if stage.needs_proof:
            contacts = contacts.filtered("proven")
        return bool(contacts)

    def _check_step(self, target):
        """Refuse a step the case may not take (handbook B H9, §11.14).

        :param target: `property.dunning.stage`
        :raises UserError: telling what is missing
        """
        self.ensure_one()
        if self.state != "running":
            raise UserError(
                self.env._(
                    "%(case)s is “%(state)s”: let it go on before the next step.",
                    case=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        stages = self.env["property.dunning.stage"].search(
            [("sequence", ">", 0)], order="sequence, id"
        )
        if target.sequence <= self.stage_id.sequence:
            raise UserError(
                self.env._(
                    "%(case)s is at “%(stage)s” already: dunning does not go back.",
                    case=self.display_name,
                    stage=self.stage_id.name,
                )
            )
        for stage in stages.filtered(lambda row: row.sequence < target.sequence):
            if stage.skippable or self._stage_done(stage):
                continue
            if stage.needs_proof and self.contact_ids.filtered(
                lambda row, stage=stage: row.stage_id == stage
            ):
                raise UserError(
                    self.env._(
                        "“%(target)s” comes after “%(stage)s” has been proven: confirm its "
                        "delivery (signature, registered mail or photo).",
                        target=target.name,
                        stage=stage.name,
                    )
                )
            raise UserError(
                self.env._(
                    "“%(target)s” comes after “%(stage)s”: enter the record of it first.",
                    target=target.name,
                    stage=stage.name,
                )
            )
        self._check_term_passed(target)
        if target.number >= 3 and self._open_complaints() and not self.consent_by_id:
            raise UserError(
                self.env._(
                    "%(unit)s has an open complaint about our service: “%(target)s” needs the "
                    "manager's consent.",
                    unit=self.unit_id.full_name,
                    target=target.name,
                )
            )

    def _check_term_passed(self, target):
        """Refuse the next step while the term of a notice that reached the debtor still runs."""
        today = fields.Date.context_today(self)
        sent = self.contact_ids.filtered(
            lambda row: row.proven and row.deadline and row.stage_id.sequence < target.sequence
        )
        if sent and (deadline := max(sent.mapped("deadline"))) >= today:
            raise UserError(
                self.env._(
                    "The debtor has until %(date)s to pay: “%(target)s” comes after that.",
                    date=deadline,
                    target=target.name,
                )
            )

    def _go_to(self, stage):
        """Take the case to `stage`, one step up, if it may go there."""
        self.ensure_one()
        self.check_access("write")
        self._check_step(stage)
        if stage.needs_approval and self.approved_stage_id != stage:
            raise UserError(
                self.env._(
                    "“%(stage)s” is decided by the company: ask for the approval by the button.",
                    stage=stage.name,
                )
            )
        self._enter_stage(stage)

    def _enter_stage(self, stage):
        self._with_move().write(
            {"stage_id": stage.id, "stage_date": fields.Date.context_today(self)}
        )
        self._plan()

    def action_next_stage(self):
        """Take the case to its next step; steps the company decides on are asked for.

        :raises UserError: if the earlier step is not on record or not proven
        """
        for case in self:
            stage = case.next_stage_id
            if not stage:
                raise UserError(self.env._("There is no further step."))
            if stage.needs_approval and case.approved_stage_id != stage:
                case._ask_for(stage)
            else:
                case._go_to(stage)

    def action_skip_stage(self):
        """Take the case past a step that may be left out."""
        for case in self:
            stage = case.next_stage_id
            if not stage.skippable:
                raise UserError(
                    self.env._("“%(stage)s” cannot be left out.", stage=stage.name or "")
                )
            target = stage._next()
            if target.needs_approval and case.approved_stage_id != target:
                case._ask_for(target)
            else:
                case._go_to(target)

    def _ask_for(self, stage):
        """Ask the company for the lawyer's letter or the lawsuit (handbook B §8, form H9-4)."""
        self.ensure_one()
        self.check_access("write")
        self._check_step(stage)
        self.sudo()._check_file()
        self.sudo().asked_stage_id = stage
        self._request_approval(
            "lawsuit",
            self.env._("%(stage)s: %(case)s", stage=stage.name, case=self.display_name),
            amount=self.amount,
            reason=dict(self._fields["reason"]._description_selection(self.env)).get(self.reason),
        )

    def _approval_granted(self, approval):
        for case in self:
            case.approved_stage_id = case.asked_stage_id
            if case.state == "running":
                case._enter_stage(case.asked_stage_id)

    def _approval_refused(self, approval, reason):
        self.asked_stage_id = False
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))

    def action_consent(self):
        """Consent to written notices in spite of an open complaint; the manager does.

        :raises AccessError: for anybody else
        """
        if not self.env.su and not self.env.user.has_group("property_service.group_manager"):
            raise AccessError(self.env._("The manager gives this consent."))
        self.write({"consent_by_id": self.env.uid, "consent_date": fields.Datetime.now()})

    # side states ---------------------------------------------------------------------------------

    def _check_supervisor(self):
        if not self.env.su and not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(self.env._("The supervisor decides whether dunning rests."))
        self.check_access("write")

    def _dispute(self, reason):
        """Freeze disputed cases: no contact, and no late charge from today on (handbook B H8)."""
        self._check_supervisor()
        for case in self:
            case._move_to("disputed", pause_reason=reason, promise_date=False)
            case.sudo()._exempt("dispute", reason)
            case._plan()

    def _pause(self, reason):
        """Let cases rest: the debtor has died or moved, the home was sold …"""
        self._check_supervisor()
        for case in self:
            case._move_to("paused", pause_reason=reason, promise_date=False)
            case._plan()

    def action_resume(self):
        """Let cases that rested, or had a promise or an agreement, go on at their step."""
        for case in self:
            if case.state in ("disputed", "paused"):
                case._check_supervisor()
            case.check_access("write")
            case._move_to("running", pause_reason=False, promise_date=False, promise_amount=0)
            case.sudo()._end_exemptions()
            case._plan()

    def _exempt(self, kind, reason):
        """Let the overdue charges of the case bear no late charge from today on."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        self.env["property.late.exemption"].create(
            [
                {
                    "charge_id": charge.id,
                    "kind": kind,
                    "date_start": today,
                    "reason": reason,
                    "dunning_id": self.id,
                }
                for charge in self._overdue_charges()
            ]
        )

    def _end_exemptions(self):
        yesterday = fields.Date.context_today(self) - timedelta(days=1)
        running = self.exemption_ids.filtered(lambda row: not row.date_end)
        short = running.filtered(lambda row: row.date_start > yesterday)
        short.active = False
        (running - short).date_end = yesterday

    def action_dispute(self):
        """Open the dialog that freezes a disputed case."""
        return self._open_pause("disputed", self.env._("Freeze: disputed"))

    def action_pause(self):
        """Open the dialog that lets a case rest."""
        return self._open_pause("paused", self.env._("Let it rest"))

    def _open_pause(self, state, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "property.dunning.pause",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dunning_ids": self.ids, "default_state": state},
        }

    # smart buttons -------------------------------------------------------------------------------

    def action_log_contact(self):
        """Open a new contact of the case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New contact"),
            "res_model": "property.dunning.contact",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dunning_id": self.id, "dialog_size": "large"},
        }

    def action_open_charges(self):
        """Open what the case is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Overdue charges"),
            "res_model": "property.charge",
            "view_mode": "list,pivot,form",
            "domain": [("id", "in", self._overdue_charges().ids)],
            "context": {"create": False},
        }

    def action_open_contacts(self):
        """Open the contacts of the case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts of %(case)s", case=self.display_name),
            "res_model": "property.dunning.contact",
            "view_mode": "list,form",
            "domain": [("dunning_id", "=", self.id)],
            "context": {"default_dunning_id": self.id},
        }

    def action_print_notice(self):
        """Open the dialog that prints dunning notices (form H9-2) of the cases."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print dunning notices"),
            "res_model": "property.dunning.notice.print",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dunning_ids": self.ids},
        }

    def action_charge_late(self):
        """Charge the late charges of the case, for a settlement or a lawsuit (handbook B H8).

        :raises AccessError: for anybody but accountants and managers
        """
        if not self.env.su and not (
            self.env.user.has_group("property_service.group_accountant")
            or self.env.user.has_group("property_service.group_manager")
        ):
            raise AccessError(self.env._("Late charges are charged by accountants and managers."))
        for case in self:
            case.check_access("write")
            made = self.env["property.late.charge"].sudo()._make(case.sudo()._overdue_charges())
            if not made:
                raise UserError(
                    self.env._("%(case)s: there is no late charge.", case=case.display_name)
                )
            case.sudo()._refresh()
