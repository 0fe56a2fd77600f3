# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyRenovationExtension(models.Model):
    """Extension of a permit: applied for in time, approved, paid, then it holds (handbook A §30).

    Form 装修许可证延期申请表. The fees per day of the new days are charged by the price list; the
    permit is extended when they are paid.
    """

    _name = "property.renovation.extension"
    _description = "Extension of a renovation permit"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "property.signature.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "YQ"
    _workflow_moves = {
        "draft": ("applied", "cancelled"),
        "applied": ("to_pay", "refused", "cancelled"),
        "to_pay": ("granted", "cancelled"),
    }
    _workflow_stamps = {
        "applied": ("applied_by_id", "applied_date"),
        "to_pay": ("approved_by_id", "approved_date"),
        "granted": (None, "granted_date"),
    }
    _signature_locks = {
        "owner": ("date_end_new", "reason", "renovation_id"),
        "contractor": ("date_end_new", "reason", "renovation_id"),
    }

    renovation_id = fields.Many2one(
        "property.renovation",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('state', 'in', ('permitted', 'working', 'suspended'))]",
    )
    unit_id = fields.Many2one(related="renovation_id.unit_id", store=True, index=True)
    estate_id = fields.Many2one(
        related="renovation_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="renovation_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    permit_id = fields.Many2one("property.renovation.permit", related="renovation_id.permit_id")
    date_end_old = fields.Date("Valid until so far", related="permit_id.date_end")
    date_end_granted = fields.Date("Valid until at the application", readonly=True, copy=False)
    date_end_new = fields.Date("Extended until", required=True, tracking=True)
    days = fields.Integer("More days", compute="_compute_days", store=True)
    reason = fields.Text("Reason of the extension", required=True)
    late = fields.Boolean(
        "Applied for late",
        readonly=True,
        copy=False,
        help="Later than the setting allows before the permit ends; after it, the work stops until "
        "the extension holds.",
    )
    money_ids = fields.One2many(
        "property.renovation.money", "extension_id", "Fees of the extension"
    )
    amount = fields.Monetary("Further fees", compute="_compute_amount")
    cs_opinion = fields.Char("Opinion of the desk")
    refuse_reason = fields.Char("Refused because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("applied", "Waiting for approval"),
            ("to_pay", "Approved, to be paid"),
            ("granted", "Extension holds"),
            ("refused", "Extension refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    applied_by_id = fields.Many2one("res.users", "Application taken by", readonly=True, copy=False)
    applied_date = fields.Datetime("Applied for on", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Extension approved by", readonly=True, copy=False
    )
    approved_date = fields.Datetime("Extension approved on", readonly=True, copy=False)
    granted_date = fields.Datetime("Extension holds since", readonly=True, copy=False)

    @api.depends("date_end_new", "date_end_old", "date_end_granted")
    def _compute_days(self):
        for row in self:
            old = row.date_end_granted or row.date_end_old
            row.days = (row.date_end_new - old).days if row.date_end_new and old else 0

    @api.depends("money_ids.amount", "days", "renovation_id")
    def _compute_amount(self):
        for row in self:
            values = row.money_ids.filtered("allowed").mapped("amount") or [
                line["amount"] for line in row._prepare_rows() if line["allowed"]
            ]
            row.amount = sum(values)

    def _prepare_rows(self):
        """Return the values of the money rows: what is charged by the day, for the new days."""
        self.ensure_one()
        dossier = self.renovation_id
        if not dossier.unit_id or self.days <= 0:
            return []
        prices = self.env["property.renovation.price"]._of_unit(dossier.unit_id)
        return [
            dossier._prepare_money(price, self.days, self)
            for price in prices.filtered("on_extension")
        ]

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Renovating party (extension)"),
            "contractor": self.env._("Contractor (extension)"),
        }

    def _signature_partner(self, role):
        return self.renovation_id._signature_partner(f"finish_{role}")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.sudo()._assign_number()
        return rows

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if self.filtered(lambda row: row.state != "draft"):
            raise UserError(self.env._("An extension that was applied for is kept."))

    def write(self, vals):
        system = {"date_end_granted", "late", "refuse_reason", "number"}
        if system & vals.keys() and not self._moving() and not self.env.su:
            raise UserError(
                self.env._("%(extension)s: this is kept by its steps.", extension=self[:1].number)
            )
        if {"date_end_new", "renovation_id"} & vals.keys() and not self._moving():
            if late := self.filtered(lambda row: row.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(extension)s was applied for: it stays as it is.",
                        extension=late[0].number,
                    )
                )
        return super().write(vals)

    def action_apply(self):
        """Apply for the extension, signed by renovating party and contractor.

        :raises UserError: naming what does not fit
        """
        self.check_access("write")
        for row in self:
            dossier, permit = row.renovation_id, row.permit_id
            if dossier.state not in ("permitted", "working", "suspended") or not permit._is_live():
                raise UserError(
                    self.env._(
                        "%(dossier)s has no permit that could be extended.",
                        dossier=dossier.display_name,
                    )
                )
            if row.date_end_new <= permit.date_end:
                raise UserError(
                    self.env._(
                        "The permit holds until %(date)s: the new end lies after it.",
                        date=permit.date_end,
                    )
                )
            if dossier.extension_ids.filtered(
                lambda other, row=row: other != row and other.state in ("applied", "to_pay")
            ):
                raise UserError(
                    self.env._(
                        "%(dossier)s has an extension on its way already.",
                        dossier=dossier.display_name,
                    )
                )
            row._need_signatures(dossier._roles("owner", "contractor"))
            ahead = timedelta(days=row.estate_id._parameter("renovation_extension_ahead_days"))
            today = fields.Date.context_today(row)
            row._move_to(
                "applied",
                date_end_granted=permit.date_end,
                late=today > permit.date_end - ahead,
            )
            row._request_approval(
                "renovation_extension",
                self.env._(
                    "Extension %(number)s of %(unit)s until %(date)s",
                    number=row.number,
                    unit=row.unit_id.full_name,
                    date=row.date_end_new,
                ),
                amount=row.amount,
                reason=row.reason,
            )

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for row in self:
            rows = self.env["property.renovation.money"].sudo().create(row._prepare_rows())
            row._move_to("to_pay")
            rows._ask()
            row.renovation_id._money_changed()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self._move_to("refused", refuse_reason=reason)

    def _grant(self):
        """Extend the permit: approved and paid. Work stopped by the expiry goes on."""
        for row in self:
            row._move_to("granted")
            permit = row.permit_id.sudo()
            values = {"date_end": row.date_end_new, "date_end_first": row.date_end_granted}
            stopped = permit.state == "suspended"
            if stopped:
                permit._with_move().write(values)
            else:
                permit._move_to("extended", **values)
            dossier = row.renovation_id
            if dossier.state == "suspended" and dossier.suspend_cause == "expired":
                dossier._move_to("working", suspend_cause=False, state_reason=False)
            dossier.message_post(
                body=self.env._("Permit extended until %(date)s.", date=row.date_end_new)
            )
            self.env["property.archive.document"]._file_record(
                row,
                "archive_type_12",
                report="property_service.action_report_renovation_extension",
                partner=dossier.partner_id,
            )

    def action_cancel(self):
        """Take the application back; open fees of it are charged back."""
        self.check_access("write")
        for row in self:
            row._withdraw_approval()
            for money in row.sudo().money_ids.filtered("charge_id"):
                row.renovation_id._reduce_fee(
                    money, money.amount, self.env._("Extension withdrawn")
                )
            row._move_to("cancelled")


class PropertyRenovation(models.Model):
    _inherit = "property.renovation"

    extension_ids = fields.One2many("property.renovation.extension", "renovation_id", "Extensions")

    def action_extend(self):
        """Open the application for an extension of the permit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extension of the permit"),
            "res_model": "property.renovation.extension",
            "view_mode": "form",
            "context": {"default_renovation_id": self.id},
        }
