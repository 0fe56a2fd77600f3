# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...tools import money


class PropertyDunningAgreement(models.Model):
    """Instalments or a deferral agreed with a debtor, with approval (form H9-5, handbook B H9)."""

    _name = "property.dunning.agreement"
    _description = "Agreement of instalments or deferral"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "FQ"
    _workflow_moves = {
        "draft": ("submitted", "cancelled"),
        "submitted": ("draft", "active", "refused"),
        "refused": ("draft",),
        "active": ("kept", "broken"),
    }
    _workflow_stamps = {"submitted": ("submitted_by_id", None), "active": (None, "active_date")}

    dunning_id = fields.Many2one(
        "property.dunning",
        "Case",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    unit_id = fields.Many2one(related="dunning_id.unit_id", store=True, index=True)
    estate_id = fields.Many2one(related="dunning_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="dunning_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="dunning_id.partner_id", store=True, index=True)
    kind = fields.Selection(
        [("instalment", "Instalments"), ("deferred", "Deferral")],
        required=True,
        default="instalment",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    months = fields.Integer(
        required=True, default=1, tracking=True, help="Of a deferral; or number of instalments."
    )
    reason = fields.Text(required=True)
    no_late_charge = fields.Boolean("No late charge while it is kept", default=True, tracking=True)
    charge_ids = fields.Many2many(
        "property.charge",
        "property_dunning_agreement_charge_rel",
        "agreement_id",
        "charge_id",
        "Charges",
        readonly=True,
    )
    amount = fields.Monetary("Agreed on", readonly=True)
    amount_paid = fields.Monetary("Paid of it", compute="_compute_paid")
    line_ids = fields.One2many("property.dunning.agreement.line", "agreement_id", "Payments")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for approval"),
            ("active", "In force"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    submitted_by_id = fields.Many2one("res.users", "Applied for by", readonly=True, copy=False)
    active_date = fields.Datetime("In force since", readonly=True, copy=False)

    _months_range = models.Constraint(
        "CHECK (months >= 1 AND months <= 36)", "Between 1 and 36 months can be agreed on."
    )
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is an agreement with this number already."
    )

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = " ".join(
                part for part in (agreement.number, agreement.unit_id.full_name) if part
            )

    @api.depends("charge_ids.amount_residual", "amount")
    def _compute_paid(self):
        for agreement in self:
            left = sum(agreement.charge_ids.mapped("amount_residual"))
            agreement.amount_paid = agreement.currency_id.round(max(agreement.amount - left, 0.0))

    @api.constrains("kind", "months")
    def _check_months(self):
        for agreement in self.filtered(lambda row: row.kind == "deferred"):
            most = self.env["property.parameter"]._get("hardship_deferral_max", agreement.estate_id)
            if agreement.months > most:
                raise ValidationError(
                    self.env._("Payment may be deferred by %(months)s months at most.", months=most)
                )

    @api.onchange("dunning_id", "kind", "months", "date")
    def _onchange_plan(self):
        """Propose the payments: equal parts a month apart, or one at the end of the deferral."""
        total = self.dunning_id.amount
        self.amount = total
        if not total or not self.date or self.months < 1:
            return
        currency = self.dunning_id.currency_id
        count = 1 if self.kind == "deferred" else self.months
        part = currency.round(total / count)
        first = self.months if self.kind == "deferred" else 1
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "date_due": money.add_months(self.date, first + number),
                        "amount": part
                        if number < count - 1
                        else currency.round(total - part * (count - 1)),
                    }
                )
                for number in range(count)
            ),
        ]

    def write(self, vals):
        fixed = vals.keys() & {"kind", "months", "date", "line_ids", "no_late_charge"}
        if fixed and (kept := self.filtered(lambda row: row.state not in ("draft", "refused"))):
            raise UserError(
                self.env._(
                    "“%(agreement)s” is being approved or was signed: it is not changed any more.",
                    agreement=kept[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered("number"):
            raise UserError(self.env._("“%(row)s” keeps its number.", row=kept[0].display_name))

    def action_submit(self):
        """Ask for the approval of the agreement.

        :raises UserError: if the payments do not come to what is overdue
        """
        for agreement in self:
            agreement.check_access("write")
            case = agreement.dunning_id
            case.sudo()._refresh()
            if case.state in ("settled", "written_off"):
                raise UserError(self.env._("%(case)s is closed.", case=case.display_name))
            total = sum(agreement.line_ids.mapped("amount"))
            if case.currency_id.compare_amounts(total, case.amount):
                raise UserError(
                    self.env._(
                        "The payments come to %(total).2f yuan, overdue are %(amount).2f yuan.",
                        total=total,
                        amount=case.amount,
                    )
                )
            if min(agreement.line_ids.mapped("date_due")) < fields.Date.context_today(self):
                raise UserError(self.env._("The payments lie in the future."))
            if agreement.kind == "deferred":
                last = max(agreement.line_ids.mapped("date_due"))
                if last > money.add_months(agreement.date, agreement.months):
                    raise UserError(
                        self.env._("The payment is due when the deferral ends, at the latest.")
                    )
            agreement.sudo()._assign_number()
            agreement._move_to(
                "submitted",
                amount=case.amount,
                charge_ids=[Command.set(case._overdue_charges().ids)],
            )
            agreement._request_approval(
                "deferral",
                self.env._(
                    "%(kind)s of %(amount).2f yuan: %(case)s",
                    kind=dict(agreement._fields["kind"]._description_selection(self.env))[
                        agreement.kind
                    ],
                    amount=case.amount,
                    case=case.display_name,
                ),
                amount=case.amount,
                reason=agreement.reason,
            )

    def action_withdraw(self):
        """Take agreements that wait for their approval, or were refused, back to draft."""
        for agreement in self:
            agreement._move_to("draft")
            agreement._withdraw_approval()

    def action_cancel(self):
        """Cancel drafts."""
        self._move_to("cancelled")

    def _approval_granted(self, approval):
        for agreement in self:
            case = agreement.dunning_id
            agreement._move_to("active")
            if case.state in ("settled", "written_off"):
                agreement._move_to("kept")
                continue
            if case.state != agreement.kind:
                case._move_to(agreement.kind, promise_date=False)
            if agreement.no_late_charge:
                case._exempt("agreement", agreement.number)
            case._plan()

    def _approval_refused(self, approval, reason):
        self._move_to("refused")
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))

    def _see_to(self):
        """Break agreements of which a payment is missing: dunning goes on, and late charges are
        due again for the whole time (handbook B H9)."""
        today = fields.Date.context_today(self)
        # a reconciliation in the same transaction does not tell figures that are not stored
        self.invalidate_recordset(["amount_paid"], flush=False)
        self.line_ids.invalidate_recordset(["paid"], flush=False)
        for agreement in self:
            due = sum(line.amount for line in agreement.line_ids if line.date_due < today)
            if agreement.currency_id.compare_amounts(agreement.amount_paid, due) >= 0:
                continue
            case = agreement.dunning_id
            agreement._move_to("broken")
            case.exemption_ids.filtered(
                lambda row, agreement=agreement: (
                    row.kind == "agreement" and row.reason == agreement.number
                )
            ).active = False
            if case.state in ("instalment", "deferred"):
                case._move_to("running", broken_count=case.broken_count + 1)
            case._plan()
            case.next_date = today
            read = case._as_told().env
            case._tell(
                read._("Agreement %(number)s is broken", number=agreement.number),
                read._(
                    "%(due).2f yuan were due by today, %(paid).2f yuan were paid.",
                    due=due,
                    paid=agreement.amount_paid,
                ),
            )


class PropertyDunningAgreementLine(models.Model):
    """A payment of an agreement."""

    _name = "property.dunning.agreement.line"
    _description = "Agreed payment"
    _order = "agreement_id, date_due, id"

    agreement_id = fields.Many2one(
        "property.dunning.agreement", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="agreement_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    date_due = fields.Date("Pay by", required=True)
    amount = fields.Monetary(required=True)
    paid = fields.Boolean(compute="_compute_paid", help="So much has been paid since.")

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter an amount above zero.")

    @api.depends("agreement_id.charge_ids.amount_residual", "amount", "date_due")
    def _compute_paid(self):
        for line in self:
            earlier = line.agreement_id.line_ids.filtered(
                lambda other, line=line: other.date_due <= line.date_due
            )
            due = sum(earlier.mapped("amount"))
            line.paid = (
                line.agreement_id.state in ("active", "kept")
                and line.currency_id.compare_amounts(line.agreement_id.amount_paid, due) >= 0
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        if self.agreement_id.filtered(lambda row: row.state not in ("draft", "refused")):
            raise UserError(self.env._("The agreement is not changed any more."))
