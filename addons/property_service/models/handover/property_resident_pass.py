# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money

_logger = logging.getLogger(__name__)

CATEGORIES = [
    ("owner", "Owner"),
    ("family", "Family"),
    ("tenant", "Tenant"),
    ("helper", "House-helper"),
]
_FACTS = ("unit_id", "holder_id", "category", "valid_until", "relation")


class PropertyResidentPass(models.Model):
    """The pass by which gate and desk know a resident (住户证, handbook A §23).

    Valid as long as what it rests on: an owner's for a year until its review, a tenant's to the
    end of the lease, a helper's for half a year at most. A lost number is blocked for good.
    """

    _name = "property.resident.pass"
    _description = "Resident pass"
    _inherit = [
        "property.living.mixin",
        "property.signature.mixin",
        "property.paper.mixin",
        "property.verify.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "ZH"
    _paper_procedure = "pass"
    _verify_code = "pass"
    _workflow_moves = {
        "applied": ("checked", "refused"),
        "checked": ("made", "refused"),
        "made": ("valid", "refused"),
        "valid": ("lost", "suspended", "withdrawn", "expired"),
        "suspended": ("valid", "withdrawn", "expired", "lost"),
        "lost": ("reissued", "withdrawn"),
        "expired": ("withdrawn",),
    }
    _workflow_stamps = {
        "checked": ("checked_by_id", "checked_date"),
        "made": ("made_by_id", "made_date"),
        "valid": ("issued_by_id", None),
        "lost": (None, "lost_date"),
        "withdrawn": ("withdrawn_by_id", "withdrawn_date"),
    }
    _case_end = ("refused", "withdrawn", "expired", "reissued")
    _living_open = ("applied", "checked")
    _living_facts = _FACTS
    _signature_locks = {"owner": _FACTS, "holder": _FACTS}
    _reasons = {
        "refuse": "_refuse",
        "suspend": "_suspend",
        "resume": "_resume",
        "withdraw": "_withdraw",
        "lost": "_lost",
        "warn": "_warn",
    }

    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(
        string="Applicant (owner)",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    holder_id = fields.Many2one(
        "res.partner", "Pass holder", required=True, ondelete="restrict", index=True
    )
    holder_id_number = fields.Char("ID no. (masked)", related="holder_id.property_id_number")
    gender = fields.Selection(related="holder_id.property_gender")
    relation = fields.Char("Relation to the owner")
    phone = fields.Char(compute="_compute_phone")
    category = fields.Selection(
        CATEGORIES,
        "Class of pass",
        required=True,
        compute="_compute_category",
        store=True,
        readonly=False,
        precompute=True,
    )
    photo = fields.Image(max_width=480, max_height=640)
    movein_id = fields.Many2one(
        "property.tenant.movein", "Moving in", ondelete="restrict", index="btree_not_null"
    )
    valid_until = fields.Date(
        "Valid until",
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        index="btree_not_null",
    )
    review_note = fields.Char("Last review", readonly=True, copy=False)
    issue_date = fields.Date("Handed out on", readonly=True, copy=False)
    replaces_id = fields.Many2one(
        "property.resident.pass", readonly=True, copy=False, index="btree_not_null"
    )
    fee = fields.Monetary("Cost fee", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_id = fields.Many2one(
        "property.charge", readonly=True, copy=False, index="btree_not_null"
    )
    warnings = fields.Integer("Warnings for lending it", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("applied", "Applied for"),
            ("checked", "Papers checked"),
            ("made", "Pass made"),
            ("valid", "Valid"),
            ("suspended", "Suspended"),
            ("lost", "Reported lost"),
            ("reissued", "Replaced by a new one"),
            ("withdrawn", "Taken back"),
            ("expired", "Expired"),
            ("refused", "Refused"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
    )
    checked_by_id = fields.Many2one("res.users", "Papers checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Papers checked on", readonly=True, copy=False)
    made_by_id = fields.Many2one("res.users", "Made by", readonly=True, copy=False)
    made_date = fields.Datetime("Pass made on", readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", "Handed out by", readonly=True, copy=False)
    lost_date = fields.Datetime("Reported lost on", readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False)
    withdrawn_date = fields.Datetime("Taken back on", readonly=True, copy=False)
    reminded = fields.Boolean("Reminded of the end", readonly=True, copy=False)

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Owner, application"),
            "holder": self.env._("Received by"),
        }

    def _signature_partner(self, role):
        return self.partner_id if role == "owner" else self.holder_id

    def _paper_conditions(self):
        return {self.category}

    # computes ------------------------------------------------------------------------------------

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for resident in self:
            resident.partner_id = resident.unit_id.owner_id

    @api.depends("holder_id.phone")
    def _compute_phone(self):
        for resident in self:
            resident.phone = resident.holder_id.phone

    def _relation_row(self):
        """Return the occupancy the pass rests on today, or an empty record."""
        self.ensure_one()
        rows = self.unit_id.occupancy_ids.filtered(
            lambda row: row.partner_id == self.holder_id and row._holds_on(self._today())
        )
        return rows[:1]

    @api.depends("unit_id", "holder_id", "movein_id")
    def _compute_category(self):
        kinds = {
            "owner": "owner",
            "co_owner": "owner",
            "tenant": "tenant",
            "co_resident": "tenant",
            "helper": "helper",
        }
        for resident in self:
            row = resident._relation_row() if resident.unit_id else None
            if row:
                resident.category = kinds.get(row.role, "family")
            else:
                resident.category = "tenant" if resident.movein_id else "family"

    @api.depends("category", "unit_id", "holder_id", "movein_id")
    def _compute_valid_until(self):
        for resident in self:
            if resident.state in ("applied", "checked"):
                resident.valid_until = resident._latest_end()
            else:
                resident.valid_until = resident.valid_until

    def _lease_end(self):
        """Return the end of the lease a tenant's pass rests on, or None."""
        if self.movein_id:
            return self.movein_id.lease_date_end
        rows = self.unit_id.occupancy_ids.filtered(
            lambda row: row.role == "tenant" and row._holds_on(self._today())
        )
        return rows[:1].lease_date_end or None

    def _latest_end(self):
        """Return the last day the pass may be valid (handbook A §23)."""
        self.ensure_one()
        if not self.estate_id or not self.category:
            return False
        today = self._today()
        if self.category == "tenant":
            return self._lease_end() or False
        key = "pass_months_helper" if self.category == "helper" else "pass_review_months"
        end = money.add_months(today, self.estate_id._parameter(key))
        row = self._relation_row() if self.unit_id else None
        if row and row.date_end:
            end = min(end, row.date_end)
        return end

    @api.constrains("valid_until", "category")
    def _check_valid_until(self):
        for resident in self.filtered(lambda row: row.state in ("applied", "checked")):
            latest = resident._latest_end()
            if (
                resident.category == "helper"
                and resident.valid_until
                and (resident.valid_until > latest)
            ):
                raise UserError(
                    self.env._(
                        "The pass of a house-helper is valid for %(months)s months at most, until "
                        "%(date)s.",
                        months=resident.estate_id._parameter("pass_months_helper"),
                        date=latest,
                    )
                )
            if (
                resident.category == "tenant"
                and resident.valid_until
                and latest
                and (resident.valid_until > latest)
            ):
                raise UserError(
                    self.env._(
                        "A tenant's pass ends with the lease, on %(date)s.",
                        date=latest,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        passes = super().create(vals_list)
        passes._make_papers()
        return passes

    def write(self, vals):
        result = super().write(vals)
        if "category" in vals:
            self._make_papers()
        return result

    def _check_papers_open(self):
        if self.filtered(lambda row: row.state not in ("applied", "checked")):
            raise UserError(self.env._("The papers of this pass were checked already."))

    # steps ---------------------------------------------------------------------------------------

    def action_check(self):
        """State that the papers are in order and the holder belongs to the home.

        :raises UserError: without papers, the owner's signature for others than himself, or a
            relation of the holder to the home; for a tenant without the end of the lease
        """
        self.check_access("write")
        for resident in self:
            resident._need_papers()
            if resident.category != "owner":
                resident._need_signatures(("owner",))
            row = resident._relation_row()
            registered = resident.movein_id and resident.movein_id.state not in (
                "reported",
                "papers_checked",
                "rejected",
            )
            if not row and not registered and not self._is_supervisor():
                raise UserError(
                    self.env._(
                        "%(name)s is not registered for %(unit)s: enter the relation first, or "
                        "have a supervisor decide.",
                        name=resident.holder_id.name,
                        unit=resident.unit_id.full_name,
                    )
                )
            if not resident.valid_until:
                raise UserError(
                    self.env._(
                        "%(unit)s: the end of the lease is not known; a tenant's pass ends with it.",
                        unit=resident.unit_id.full_name,
                    )
                )
            resident._move_to("checked")

    def _is_supervisor(self):
        return self.env.su or self.env.user.has_group("property_service.group_supervisor")

    def action_make(self):
        """State that the badge was printed.

        :raises UserError: without photo
        """
        self.check_access("write")
        for resident in self:
            if not resident.photo:
                raise UserError(
                    self.env._("%s: add the holder's photo first.", resident.display_name)
                )
            resident._move_to("made")

    def _before_signature(self, role):
        if role == "holder" and self.state != "made":
            raise UserError(
                self.env._("%s: make the pass before it is handed out.", self.display_name)
            )

    def _after_signature(self, signature):
        if signature.role == "holder":
            self._issue()

    def _issue(self):
        self._charge_fee()
        self._move_to("valid", issue_date=self._today())
        self.env["property.archive.document"]._file_record(
            self,
            "archive_type_10",
            report="property_service.action_report_resident_pass_application",
            partner=self.holder_id,
        )

    def _charge_fee(self):
        """Charge the cost of a pass: the first one by its setting, a lost one's by another."""
        amount = self.estate_id._parameter("pass_fee_again" if self.replaces_id else "pass_fee")
        if not amount:
            return
        self._with_move().write(
            {
                "fee": amount,
                "charge_id": self.env["property.charge"]
                ._charge(
                    [
                        {
                            "unit_id": self.unit_id.id,
                            "item_id": self.company_id._property_credential_item().id,
                            "amount": amount,
                            "origin_key": f"resident.pass,{self.id}",
                            "note": self.number,
                        }
                    ]
                )
                .id,
            }
        )

    def _refuse(self, reason):
        self._move_to("refused")
        self._say(self.env._("Refused: %(reason)s", reason=reason))

    def _say(self, text):
        for resident in self:
            resident.message_post(body=text)

    def _warn(self, reason):
        """Note that the pass was lent: first a warning, then suspended, then taken back."""
        for resident in self:
            count = resident.warnings + 1
            resident._with_move().warnings = count
            resident._say(self.env._("Warned for lending the pass: %(reason)s", reason=reason))
            if count == 2 and resident.state == "valid":
                resident._move_to("suspended")
            elif count > 2:
                resident._move_to("withdrawn")

    def _suspend(self, reason):
        self._move_to("suspended")
        self._say(self.env._("Suspended: %(reason)s", reason=reason))

    def _resume(self, reason):
        issued = {resident: resident.issued_by_id for resident in self}
        self._move_to("valid")
        for resident, user in issued.items():
            resident._with_move().issued_by_id = user
        self._say(self.env._("Valid again: %(reason)s", reason=reason))

    def _withdraw(self, reason):
        self._move_to("withdrawn")
        self._say(self.env._("Taken back: %(reason)s", reason=reason))

    def _lost(self, reason):
        """Block the number for good, and have the gate told."""
        for resident in self:
            resident._move_to("lost")
            resident._say(self.env._("Reported lost: %(reason)s", reason=reason))
            resident._tell(
                "supervisor",
                self.env._("Tell the gates: pass %s is lost", resident.number),
                reason,
            )

    def action_reissue(self):
        """Apply for a new pass in place of a lost one, and open it.

        :raises UserError: if the pass was not reported lost
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "lost":
            raise UserError(
                self.env._(
                    "%s: report the pass as lost first, so that its number is blocked.",
                    self.display_name,
                )
            )
        new = self.create(
            {
                "unit_id": self.unit_id.id,
                "holder_id": self.holder_id.id,
                "category": self.category,
                "relation": self.relation,
                "photo": self.photo,
                "movein_id": self.movein_id.id,
                "replaces_id": self.id,
            }
        )
        self._move_to("reissued")
        return new._open_form()

    def action_review(self):
        """Note the yearly review of a valid pass: it is valid until the next one."""
        self.check_access("write")
        for resident in self:
            if resident.state != "valid":
                raise UserError(self.env._("“%s” is not valid.", resident.display_name))
            if not resident._relation_row():
                raise UserError(
                    self.env._(
                        "%(name)s is not registered for %(unit)s any more: take the pass back.",
                        name=resident.holder_id.name,
                        unit=resident.unit_id.full_name,
                    )
                )
            resident._trusted().write(
                {
                    "valid_until": resident._latest_end(),
                    "review_note": self.env._(
                        "%(date)s by %(user)s", date=resident._today(), user=self.env.user.name
                    ),
                    "reminded": False,
                }
            )

    def _trusted(self):
        """Return the passes in an environment that may set what was signed: steps of ours only."""
        return self._with_move().sudo().with_context(property_signed_system=True)

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # what a guard sees ---------------------------------------------------------------------------

    def _verify_facts(self):
        today = self._today()
        valid = self.state == "valid" and bool(self.valid_until and self.valid_until >= today)
        status = self._state_label(self.state)
        if self.state == "valid" and not valid:
            status = self._state_label("expired")
        labels = dict(self._fields["category"]._description_selection(self.env))
        return {
            "title": self.env._("Resident pass"),
            "valid": valid,
            "status": status,
            "rows": [
                (self.env._("Pass no."), self.number),
                (self.env._("Class of pass"), labels.get(self.category, "")),
                (self.env._("Surname"), f"{(self.holder_id.name or '')[:1]}**"),
                (self.env._("Valid until"), str(self.valid_until or "")),
            ],
        }

    # the end -------------------------------------------------------------------------------------

    @api.model
    def _of_leaving(self, unit, partners):
        """Return the passes of `partners` for `unit` that still count."""
        return self.search(
            [
                ("unit_id", "=", unit.id),
                ("holder_id", "in", partners.ids),
                ("state", "in", ("valid", "suspended")),
            ]
        )

    @api.model
    def _cron_expire(self):
        """Let passes expire after their last day, and remind of those that soon will."""
        today = self._today()
        over = self.search([("state", "in", ("valid", "suspended")), ("valid_until", "<", today)])
        self.env["ir.cron"]._property_each(
            over,
            lambda row: row._move_to("expired") if row.state in ("valid", "suspended") else None,
            lambda row, _error: _logger.exception("Pass %s did not expire", row.id),
        )
        last = today
        soon = self.search(
            [
                ("state", "=", "valid"),
                ("reminded", "=", False),
                ("valid_until", ">=", last),
                ("valid_until", "<=", fields.Date.add(today, days=60)),
            ]
        ).filtered(
            lambda row: (
                row.valid_until
                <= fields.Date.add(today, days=row.estate_id._parameter("pass_remind_days"))
            )
        )

        def remind(resident):
            resident.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=resident.valid_until,
                summary=resident.env._("Renew or take back pass %s", resident.number),
                user_id=(resident.issued_by_id or resident.user_id or resident.env.user).id,
            )
            resident.reminded = True

        self.env["ir.cron"]._property_each(
            soon,
            remind,
            lambda row, _error: _logger.exception("No reminder for pass %s", row.id),
        )
