# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CAUSES = [
    ("area", "Wrong area"),
    ("price", "Wrong price"),
    ("payer", "Wrong payer or period"),
    ("double", "Charged twice"),
    ("reading", "Wrong reading"),
    ("other", "Other"),
]


class PropertyAdjustment(models.Model):
    """Corrections of charges (调账, handbook B H12, H2): lines up and down, never an edit.

    Approved along the authority matrix, each line becomes a charge of its own (origin ``adjust``).
    What is reduced of a charge that was paid already becomes an advance receipt of the home, which
    can be refunded.
    """

    _name = "property.adjustment"
    _description = "Adjustment"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"

    _number_form = "TZ"
    _workflow_moves = {
        "draft": ("submitted", "cancelled"),
        "submitted": ("posted", "refused"),
        "refused": ("draft", "cancelled"),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "posted": (None, "posted_date"),
    }

    cause = fields.Selection(CAUSES, required=True, default="other", tracking=True)
    reason = fields.Text(required=True)
    area_old = fields.Float("Area so far (m²)", digits=(16, 2), readonly=True)
    area_new = fields.Float("Correct area (m²)", digits=(16, 2), readonly=True)
    area_basis = fields.Selection(
        [("gross_area", "Gross area"), ("inner_area", "Inner area")], readonly=True
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "property_adjustment_evidence_rel",
        bypass_search_access=True,
    )
    line_ids = fields.One2many("property.adjustment.line", "adjustment_id", "Lines", copy=True)
    amount_more = fields.Monetary("Charged more", compute="_compute_amounts", store=True)
    amount_less = fields.Monetary("Charged less", compute="_compute_amounts", store=True)
    amount = fields.Monetary("Net", compute="_compute_amounts", store=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for approval"),
            ("posted", "Posted"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, index="btree_not_null"
    )
    submitted_date = fields.Datetime("Submitted on", readonly=True, copy=False)
    posted_date = fields.Datetime("Posted on", readonly=True, copy=False)

    @api.depends("line_ids.amount")
    def _compute_amounts(self):
        for document in self:
            amounts = document.line_ids.mapped("amount")
            document.amount_more = sum(amount for amount in amounts if amount > 0)
            document.amount_less = sum(amount for amount in amounts if amount < 0)
            document.amount = document.amount_more + document.amount_less

    def write(self, vals):
        if not self.env.su:
            vals = {key: value for key, value in vals.items() if key != "number"}
        fixed = vals.keys() & {"unit_id", "cause", "line_ids", "area_new", "area_basis"}
        if fixed and self.filtered(lambda row: row.state != "draft"):
            raise UserError(
                self.env._("A submitted adjustment stays as it is: only a draft is changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unnumbered(self):
        if self.filtered("number"):
            raise UserError(self.env._("An adjustment with a number is withdrawn, not deleted."))

    def action_submit(self):
        """Ask for the approval of the adjustment.

        :raises UserError: without lines, or where a line reduces a charge below nothing
        """
        self.check_access("write")
        for document in self:
            if not document.line_ids:
                raise UserError(self.env._("Enter what is charged more or less, month by month."))
            document.line_ids._check_reducible()
            document.sudo()._assign_number()
            document._move_to("submitted")
            document._request_approval(
                "adjustment",
                self.env._(
                    "Adjustment %(number)s %(unit)s",
                    number=document.number,
                    unit=document.unit_id.full_name,
                ),
                amount=document.amount_more - document.amount_less,
                reason=document.reason,
            )

    def action_reset(self):
        """Send a refused adjustment back to draft."""
        self.check_access("write")
        self._move_to("draft")

    def action_cancel(self):
        """Withdraw the adjustment."""
        self.check_access("write")
        self._move_to("cancelled")

    def _approval_granted(self, approval):
        for document in self:
            document.line_ids._check_reducible()
            charges = (
                self.env["property.charge"]
                .sudo()
                ._charge([line._prepare_charge() for line in document.line_ids], set_off=True)
            )
            for line, charge in zip(document.line_ids, charges, strict=True):
                line.sudo().made_charge_id = charge
            document._move_to("posted")
            if document.area_new and document.area_basis:
                document.unit_id.sudo().write({document.area_basis: document.area_new})

    def _approval_refused(self, approval, reason):
        self._move_to("refused")

    def action_open_charges(self):
        """Open the charges the adjustment made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges of %(number)s", number=self.number or ""),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.made_charge_id.ids)],
        }


class PropertyAdjustmentLine(models.Model):
    """One item and month that is charged more or less."""

    _name = "property.adjustment.line"
    _description = "Adjustment line"
    _order = "adjustment_id, month, id"

    adjustment_id = fields.Many2one(
        "property.adjustment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="adjustment_id.company_id", store=True, index=True)
    estate_id = fields.Many2one(related="adjustment_id.estate_id", store=True, index=True)
    currency_id = fields.Many2one(related="adjustment_id.currency_id")
    charge_id = fields.Many2one(
        "property.charge",
        "Charge corrected",
        ondelete="restrict",
        index="btree_not_null",
    )
    item_id = fields.Many2one(
        "property.fee.item",
        compute="_compute_from_charge",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        ondelete="restrict",
        index=True,
    )
    month = fields.Date(
        compute="_compute_from_charge", store=True, precompute=True, readonly=False, required=True
    )
    charged = fields.Monetary(related="charge_id.amount", string="Charged so far")
    amount = fields.Monetary("More or less", required=True)
    note = fields.Char()
    made_charge_id = fields.Many2one(
        "property.charge", "Made", readonly=True, copy=False, index="btree_not_null"
    )

    @api.depends("charge_id")
    def _compute_from_charge(self):
        for line in self:
            line.item_id = line.charge_id.item_id or line.item_id
            line.month = line.charge_id.month or line.month

    @api.constrains("amount", "charge_id")
    def _check_amount(self):
        for line in self:
            if line.currency_id.is_zero(line.amount):
                raise ValidationError(self.env._("Enter what is charged more (+) or less (−)."))
            if line.amount < 0 and not line.charge_id:
                raise ValidationError(
                    self.env._(
                        "Name the charge that is reduced by %(amount).2f yuan.", amount=-line.amount
                    )
                )
            if line.charge_id and (
                line.charge_id.billed_unit_id != line.adjustment_id.unit_id._billed_unit()
            ):
                raise ValidationError(
                    self.env._(
                        "%(charge)s is not a charge of %(unit)s.",
                        charge=line.charge_id.display_name,
                        unit=line.adjustment_id.unit_id.full_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        if self.adjustment_id.filtered(lambda row: row.state != "draft"):
            raise UserError(
                self.env._("A submitted adjustment stays as it is: only a draft is changed.")
            )

    def _check_reducible(self):
        """Refuse to reduce charges that are reversed, or below nothing."""
        for charge, lines in self.grouped("charge_id").items():
            if not charge:
                continue
            if charge.state in ("draft", "cancelled", "written_off"):
                raise UserError(
                    self.env._(
                        "%(charge)s is “%(state)s”: only a posted charge is adjusted.",
                        charge=charge.display_name,
                        state=dict(charge._fields["state"]._description_selection(self.env))[
                            charge.state
                        ],
                    )
                )
            less = -sum(line.amount for line in lines if line.amount < 0)
            left = charge.amount - charge.amount_reduced
            if charge.currency_id.compare_amounts(less, left) > 0:
                raise UserError(
                    self.env._(
                        "%(charge)s: at most %(left).2f yuan can be taken off.",
                        charge=charge.display_name,
                        left=left,
                    )
                )

    def _prepare_charge(self):
        """Return the values `property.charge._charge()` takes for this line."""
        self.ensure_one()
        document, charge = self.adjustment_id, self.charge_id
        vals = {
            "unit_id": (charge.unit_id or document.unit_id).id,
            "item_id": self.item_id.id,
            "amount": self.amount,
            "month": self.month,
            "origin": "adjust",
            "origin_key": f"adjustment,{self.id}",
            "note": self.note or document.number,
        }
        if charge:
            vals.update(
                partner_id=charge.partner_id.id,
                date_start=charge.date_start,
                date_end=charge.date_end,
            )
            if self.amount < 0:
                vals["reduces_id"] = charge.id
        return vals
