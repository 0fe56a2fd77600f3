# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_text

_logger = logging.getLogger(__name__)

BORROWERS = [
    ("staff", "Own staff"),
    ("sales", "Sales or letting agent"),
    ("developer", "Developer"),
    ("contractor", "Renovation contractor"),
    ("other", "Somebody else"),
]
#: classes of keys that open somebody's home: identity or the owner's word is needed
HOME_CLASSES = ("unsold", "vacant")
_SIGNED = (
    "key_ids",
    "borrower_kind",
    "borrower_name",
    "partner_id",
    "organisation",
    "purpose",
    "permit_until",
)
_FACTS = (*_SIGNED, "return_due")


class PropertyKeyLoan(models.Model):
    """A loan of keys: no key leaves without a name (form 钥匙领用登记表, handbook A §20).

    Requested, approved, lent with the signatures of borrower and keeper, returned with both again
    after a look at home and key. The person who returns is the one who borrowed.
    """

    _name = "property.key.loan"
    _description = "Loan of keys"
    _inherit = ["property.living.mixin", "property.signature.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _OUT = ("out", "overdue", "reminded")

    _number_form = "YL"
    _workflow_moves = {
        "requested": ("approved", "refused", "cancelled"),
        "approved": ("out", "refused", "cancelled"),
        "out": ("overdue", "returned", "lost"),
        "overdue": ("out", "reminded", "returned", "lost"),
        "reminded": ("out", "reminded", "returned", "lost"),
        "returned": ("closed",),
    }
    _workflow_stamps = {
        "approved": ("approved_by_id", "approved_date"),
        "out": (None, None),
        "reminded": ("reminded_by_id", "reminded_date"),
        "returned": ("received_by_id", "returned_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_end = ("closed", "refused", "cancelled", "lost")
    _living_open = ("requested", "approved")
    _living_facts = _FACTS
    _signature_locks = {
        "borrower": _SIGNED,
        "issuer": _SIGNED,
        "returner": ("returned_quantity", "condition", "condition_note"),
        "receiver": ("returned_quantity", "condition", "condition_note"),
    }
    _reasons = {
        "refuse": "_refuse",
        "cancel": "_cancel",
        "extend": "_extend",
        "remind": "_remind",
        "other_returner": "_allow_other_returner",
    }

    key_ids = fields.Many2many(
        "property.key",
        string="Keys lent",
        required=True,
        domain="[('state', '=', 'in_store'), ('never_lent', '=', False),"
        " ('key_class', 'not in', ('custody', 'repair'))]",
        check_company=True,
    )
    unit_id = fields.Many2one(
        compute="_compute_unit_id", store=True, readonly=False, precompute=True
    )
    location_names = fields.Char("Rooms/places", compute="_compute_keys", store=True)
    key_codes = fields.Char("Key nos.", compute="_compute_keys", store=True)
    quantity = fields.Integer("Number of keys", compute="_compute_keys", store=True)
    borrower_kind = fields.Selection(
        BORROWERS, "Who borrows", required=True, default="staff", tracking=True
    )
    borrower_user_id = fields.Many2one("res.users", "Employee", index="btree_not_null")
    borrower_name = fields.Char(
        "Borrower",
        compute="_compute_borrower_name",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    partner_id = fields.Many2one(string="Borrower's contact")
    organisation = fields.Char("Department/company")
    identity_checked = fields.Boolean(
        "Identity checked", help="ID or work card was shown; the guard has checked it."
    )
    id_last4 = fields.Char("ID, last 4", size=4)
    owner_confirmed = fields.Char(
        "Owner's confirmation", help="Whom of the owners was asked, when and how."
    )
    purpose = fields.Char("Reason of the loan", required=True, tracking=True)
    permit_reference = fields.Char("Permit no.")
    permit_until = fields.Date("Permit valid until")
    date_requested = fields.Datetime(
        "Loan asked for on", required=True, default=fields.Datetime.now, readonly=True
    )
    return_due = fields.Datetime(
        "To be returned by",
        compute="_compute_return_due",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        index="btree_not_null",
    )
    extended = fields.Boolean("Extended once", readonly=True, copy=False)
    out_date = fields.Datetime("Lent out on", readonly=True, copy=False)
    issued_by_id = fields.Many2one(
        "res.users", "Handed out by", readonly=True, copy=False, index="btree_not_null"
    )
    returned_quantity = fields.Integer("Keys returned", copy=False)
    condition = fields.Selection(
        [
            ("good", "Home and keys in order"),
            ("open", "Home was left open"),
            ("damage", "Something is damaged"),
            ("missing", "Keys are missing"),
        ],
        "Condition on return",
        copy=False,
        tracking=True,
    )
    condition_note = fields.Char("What was found on return", copy=False)
    other_returner = fields.Char("Returned by another person because", readonly=True, copy=False)
    late = fields.Boolean("Too late", compute="_compute_late", search="_search_late")
    currency_id = fields.Many2one(related="company_id.currency_id")
    compensation = fields.Monetary(copy=False)
    charge_id = fields.Many2one(
        "property.charge", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("requested", "Asked for"),
            ("approved", "Approved"),
            ("out", "Lent"),
            ("overdue", "Overdue"),
            ("reminded", "Reminded"),
            ("returned", "Brought back"),
            ("closed", "Closed"),
            ("lost", "Key lost"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="requested",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    reminded_by_id = fields.Many2one("res.users", "Reminded by", readonly=True, copy=False)
    reminded_date = fields.Datetime("Reminded on", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False)
    returned_date = fields.Datetime("Returned on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _out_due = models.Index("(return_due) WHERE state = 'out'")

    @api.model
    def _group_expand_state(self, states, _domain):
        return ["requested", "approved", "out", "overdue", "reminded", "returned"]

    @api.model
    def _signature_labels(self):
        return {
            "borrower": self.env._("Borrower, on lending"),
            "issuer": self.env._("Key keeper, on lending"),
            "returner": self.env._("Borrower, on return"),
            "receiver": self.env._("Key keeper, on return"),
        }

    def _signature_partner(self, role):
        if role in ("borrower", "returner"):
            return self.partner_id or self.borrower_user_id.partner_id
        return self.env.user.partner_id

    # computes ------------------------------------------------------------------------------------

    @api.depends("key_ids")
    def _compute_unit_id(self):
        for loan in self:
            loan.unit_id = loan.key_ids[:1].unit_id

    @api.depends("unit_id", "key_ids.estate_id")
    def _compute_place(self):
        super()._compute_place()
        for loan in self.filtered(lambda row: not row.unit_id):
            loan.estate_id = loan.key_ids[:1].estate_id or loan.estate_id

    @api.depends("key_ids.code", "key_ids.quantity", "key_ids.unit_id", "key_ids.place")
    def _compute_keys(self):
        for loan in self:
            loan.key_codes = "、".join(loan.key_ids.mapped("code"))
            names = dict.fromkeys(key.location_name for key in loan.key_ids if key.location_name)
            loan.location_names = "、".join(names)
            loan.quantity = sum(loan.key_ids.mapped("quantity"))

    @api.depends("borrower_user_id", "partner_id")
    def _compute_borrower_name(self):
        for loan in self:
            person = loan.partner_id or loan.borrower_user_id.partner_id
            loan.borrower_name = person.name or loan.borrower_name

    @api.depends("borrower_kind", "permit_until", "estate_id")
    def _compute_return_due(self):
        for loan in self:
            if loan.state in self._OUT or not loan.estate_id:
                loan.return_due = loan.return_due
                continue
            loan.return_due = loan._default_due()

    def _default_due(self):
        """Return when keys of a loan that begins now are due back (settings, handbook A §20)."""
        self.ensure_one()
        today = self._today()
        hour = self.estate_id._parameter(
            "key_loan_hour_sales" if self.borrower_kind == "sales" else "key_loan_hour"
        )
        if self.borrower_kind == "contractor" and self.permit_until:
            return self._at(max(self.permit_until, today), 24)
        return self._at(today, hour)

    @api.depends("state", "return_due")
    def _compute_late(self):
        now = fields.Datetime.now()
        for loan in self:
            loan.late = bool(loan.state in self._OUT and loan.return_due and loan.return_due < now)

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = [("state", "in", self._OUT), ("return_due", "<", fields.Datetime.now())]
        return domain if True in value else ["!", "&", *domain]

    @api.onchange("key_ids", "borrower_kind")
    def _onchange_key_ids(self):
        never = self.key_ids.filtered("never_lent")
        if never:
            self.key_ids -= never

    @api.constrains("key_ids", "return_due")
    def _check_keys(self):
        for loan in self:
            if not loan.key_ids:
                raise UserError(self.env._("Choose the keys that are lent."))
            if len(loan.key_ids.estate_id) > 1:
                raise UserError(self.env._("The keys of one loan belong to one estate."))
            if never := loan.key_ids.filtered("never_lent"):
                never._check_lendable()

    # steps ---------------------------------------------------------------------------------------

    def action_approve(self):
        """Approve the loan, as head of the department or of customer service.

        :raises AccessError: below the supervisor
        :raises UserError: by the borrower himself; for a home without identity or owner's word;
            for a key that is not to be had
        """
        self._check_in_group(
            "supervisor", self.env._("A loan of keys is approved by a supervisor.")
        )
        for loan in self:
            if loan.borrower_user_id == self.env.user and not self.env.su:
                raise UserError(
                    self.env._("Nobody approves his own loan: %(loan)s.", loan=loan.display_name)
                )
            loan.key_ids._check_lendable()
            outside = loan.borrower_kind != "staff"
            homes = loan.key_ids.filtered(lambda key: key.key_class in HOME_CLASSES)
            if (outside or homes) and not (loan.identity_checked or loan.owner_confirmed):
                raise UserError(
                    self.env._(
                        "%(loan)s: %(name)s has not proved who he is. Check the ID, or ask the "
                        "owner and note his confirmation; else refuse.",
                        loan=loan.display_name,
                        name=loan.borrower_name or "",
                    )
                )
            if not loan.borrower_name:
                raise UserError(
                    self.env._("%(loan)s: no key leaves without a name.", loan=loan.display_name)
                )
            loan._check_due()
        self._move_to("approved")

    def _check_due(self):
        """Refuse a return later than the settings allow for this kind of borrower."""
        limit = self._default_due()
        if self.return_due and self.return_due > limit:
            raise UserError(
                self.env._(
                    "%(loan)s: keys lent to “%(kind)s” come back by %(limit)s at the latest; a "
                    "day more needs an explanation (button “Extend by a day”).",
                    loan=self.display_name,
                    kind=dict(self._fields["borrower_kind"]._description_selection(self.env))[
                        self.borrower_kind
                    ],
                    limit=local_text(limit),
                )
            )

    def _refuse(self, reason):
        self._move_to("refused")
        self._note(self.env._("Refused: %(reason)s", reason=reason))

    def _cancel(self, reason):
        self._move_to("cancelled")
        self._note(self.env._("Withdrawn: %(reason)s", reason=reason))

    def _note(self, text):
        for loan in self:
            loan.message_post(body=text)

    def _before_signature(self, role):
        if role in ("borrower", "issuer") and self.state != "approved":
            raise UserError(
                self.env._(
                    "%(loan)s is “%(state)s”: keys are handed out after the approval.",
                    loan=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        if role in ("returner", "receiver"):
            if self.state not in self._OUT:
                raise UserError(self.env._("%(loan)s is not out.", loan=self.display_name))
            self._check_return()

    def _check_return(self):
        if not self.condition:
            raise UserError(
                self.env._(
                    "%(loan)s: look at home and keys together and note their condition first.",
                    loan=self.display_name,
                )
            )
        if self.condition != "good" and not self.condition_note:
            raise UserError(
                self.env._("%(loan)s: write down what was found.", loan=self.display_name)
            )
        if self.returned_quantity < self.quantity and self.condition != "missing":
            raise UserError(
                self.env._(
                    "%(loan)s: %(returned)s of %(lent)s keys are back. Note “Keys are missing”, "
                    "or count again.",
                    loan=self.display_name,
                    returned=self.returned_quantity,
                    lent=self.quantity,
                )
            )

    def _sign(self, role, name, image=None, way="drawn", partner=None, note=None, witnesses=None):
        """Sign; the person who returns must be the one who borrowed (handbook A §20)."""
        self.ensure_one()
        if (
            role in ("borrower", "returner")
            and (name or "").strip() != self.borrower_name
            and not (role == "returner" and self.other_returner)
        ):
            raise UserError(
                self.env._(
                    "%(loan)s was borrowed by %(borrower)s, who signs and returns in person. A "
                    "supervisor can allow somebody else to return, with the reason.",
                    loan=self.display_name,
                    borrower=self.borrower_name or "",
                )
            )
        return super()._sign(role, name, image, way, partner, note, witnesses)

    def _after_signature(self, signature):
        """With both signatures the keys go out, or are back."""
        if self.state == "approved" and self._is_signed("borrower") and self._is_signed("issuer"):
            self._lend()
        elif (
            self.state in self._OUT and self._is_signed("returner") and self._is_signed("receiver")
        ):
            self._take_back()

    def _lend(self):
        self.key_ids._check_lendable()
        self.key_ids._take_out()
        self._move_to("out", out_date=fields.Datetime.now(), issued_by_id=self.env.uid)

    def _take_back(self):
        if self.condition == "missing":
            self._move_to("lost")
            for key in self.key_ids.filtered(lambda key: key.state == "issued"):
                self.env["property.key.loss"]._report(key, loan=self, company_pays=False)
            return
        self.key_ids._put_back()
        self._move_to("returned")
        if self.condition == "good":
            self._move_to("closed")
        else:
            self._tell(
                "supervisor",
                self.env._("Damage after a loan of keys: %(loan)s", loan=self.display_name),
                self.condition_note,
            )

    def _extend(self, reason):
        """Put off the return by the setting's days, once, with the explanation."""
        for loan in self:
            days = loan.estate_id._parameter("key_loan_extension_days")
            if loan.extended or loan.borrower_kind == "sales" or not days:
                raise UserError(
                    self.env._(
                        "%(loan)s cannot be put off (again): the keys come back first.",
                        loan=loan.display_name,
                    )
                )
            base = max(loan.return_due, self._at(loan._today(), 0))
            vals = {"return_due": base + timedelta(days=days), "extended": True}
            if loan.state == "out":
                loan._with_move().write(vals)
            else:
                loan._move_to("out", **vals)
            loan._note(self.env._("Put off: %(reason)s", reason=reason))

    def _remind(self, reason):
        """Note a reminder by phone: who was reached and what he said."""
        self._move_to("reminded")
        self._note(self.env._("Reminded: %(answer)s", answer=reason))

    def _allow_other_returner(self, reason):
        self._check_in_group(
            "supervisor", self.env._("A supervisor allows another person to return keys.")
        )
        self.other_returner = reason

    def action_lost(self):
        """The borrower reports that he has lost the keys."""
        self.check_access("write")
        for loan in self:
            loan._move_to("lost")
            for key in loan.key_ids.filtered(lambda key: key.state == "issued"):
                self.env["property.key.loss"]._report(key, loan=loan, company_pays=False)

    def action_close(self):
        """Close a loan with damage: charge the compensation where one was agreed.

        :raises UserError: if compensation shall be charged without a home or payer
        """
        self.check_access("write")
        for loan in self:
            if loan.compensation:
                if not loan.unit_id or not loan.partner_id:
                    raise UserError(
                        self.env._(
                            "%(loan)s: there is no contact or home to charge the compensation to; "
                            "claim it by the contract and set the amount to zero.",
                            loan=loan.display_name,
                        )
                    )
                loan._with_move().charge_id = self.env["property.charge"]._charge(
                    [
                        {
                            "unit_id": loan.unit_id.id,
                            "item_id": loan.company_id._property_credential_item().id,
                            "partner_id": loan.partner_id.id,
                            "amount": loan.compensation,
                            "origin_key": f"key.loan,{loan.id}",
                            "note": loan.condition_note,
                        }
                    ]
                )
            loan._move_to("closed")

    # the overdue ---------------------------------------------------------------------------------

    @api.model
    def _cron_overdue(self):
        """Mark loans that are past their time, and have the keeper call the borrower."""
        late = self.search(
            [("state", "=", "out"), ("return_due", "<", fields.Datetime.now())], order="return_due"
        )

        def mark(loan):
            if loan.state == "out":
                loan._move_to("overdue")
                keeper = loan.key_ids.cabinet_id.keeper_id[:1] or loan.issued_by_id
                loan.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=loan._today(),
                    summary=loan.env._(
                        "Call %(name)s: keys %(keys)s are overdue",
                        name=loan.borrower_name,
                        keys=loan.key_codes,
                    ),
                    user_id=(keeper or loan.user_id or loan.env.user).id,
                )

        self.env["ir.cron"]._property_each(
            late,
            mark,
            lambda loan, _error: _logger.exception("Loan of keys %s stays unmarked", loan.id),
            lock=True,
        )
