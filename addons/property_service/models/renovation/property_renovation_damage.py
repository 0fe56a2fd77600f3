# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyRenovationDamage(models.Model):
    """One damage of a renovation: what, how much, on which ground, with photo (handbook A §38)."""

    _name = "property.renovation.damage"
    _description = "Damage by a renovation"
    _inherit = ["property.file.mixin"]
    _order = "renovation_id, id"

    renovation_id = fields.Many2one(
        "property.renovation", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="renovation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="renovation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char("What is damaged", required=True)
    basis = fields.Char("Clause of the agreement", required=True)
    amount = fields.Monetary("Estimated damage", required=True)
    photo_ids = fields.Many2many(
        "ir.attachment", string="Photos", bypass_search_access=True, copy=False
    )
    approved = fields.Boolean("Approved by the manager", readonly=True, copy=False)
    amount_taken = fields.Monetary("Taken from deposits", readonly=True, copy=False)
    amount_claimed = fields.Monetary(
        "To be claimed besides", compute="_compute_amount_claimed", store=True
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter the amount of the damage.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.pop("approved", None)
                vals.pop("amount_taken", None)
        return super().create(vals_list)

    @api.depends("amount", "amount_taken", "approved", "renovation_id.state")
    def _compute_amount_claimed(self):
        for row in self:
            settled = row.renovation_id.state in ("refund", "closed")
            row.amount_claimed = row.amount - row.amount_taken if settled and row.approved else 0.0

    def write(self, vals):
        if not self.env.su:
            if {"approved", "amount_taken"} & vals.keys():
                raise UserError(self.env._("The manager approves damage by the approval."))
            if {"name", "basis", "amount", "renovation_id"} & vals.keys():
                self._check_unapproved()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unapproved(self):
        self._check_unapproved()

    def _check_unapproved(self):
        if kept := self.filtered("approved"):
            raise UserError(
                self.env._(
                    "“%(damage)s” is approved: it stays as it is.",
                    damage=kept[0].name,
                )
            )


class PropertyRenovationClaim(models.Model):
    """A neighbour's claim against the renovating party, e.g. for a leak (handbook A §38).

    While it is open, no more than its estimate is held back of the deposits.
    """

    _name = "property.renovation.claim"
    _description = "Neighbour's claim from a renovation"
    _inherit = ["property.workflow.mixin"]
    _order = "renovation_id, id"
    _check_company_auto = True

    _workflow_moves = {"open": ("settled", "dropped")}

    renovation_id = fields.Many2one(
        "property.renovation", required=True, ondelete="restrict", index=True
    )
    estate_id = fields.Many2one(related="renovation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="renovation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    unit_id = fields.Many2one(
        "property.unit", "Damaged room", required=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Neighbour", ondelete="restrict", index="btree_not_null"
    )
    name = fields.Char("Damage claimed", required=True)
    estimate = fields.Monetary("Estimated damage", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("open", "Claim open"), ("settled", "Claim settled"), ("dropped", "Claim dropped")],
        required=True,
        default="open",
    )
    note = fields.Char("How it was settled")

    _estimate_positive = models.Constraint(
        "CHECK (estimate > 0)", "Enter the estimated damage of the claim."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A claim is kept: settle or drop it."))

    def write(self, vals):
        if {"estimate", "unit_id", "renovation_id"} & vals.keys():
            if self.filtered(lambda row: row.state != "open"):
                raise UserError(self.env._("This claim is settled: it stays as it is."))
        return super().write(vals)

    def action_settle(self):
        """Settle the claim: the parties agree; what was held back is free.

        :raises UserError: without a note of how
        """
        self.check_access("write")
        for claim in self:
            if not (claim.note or "").strip():
                raise UserError(self.env._("Note how the claim was settled."))
        self._move_to("settled")
        self.renovation_id._release_withheld()

    def action_drop(self):
        """Drop the claim: nothing is owed."""
        self.check_access("write")
        self._move_to("dropped")
        self.renovation_id._release_withheld()


class PropertyRenovation(models.Model):
    """Damage, deductions in their order, money held for a neighbour's claim (handbook A §38)."""

    _inherit = "property.renovation"

    damage_ids = fields.One2many("property.renovation.damage", "renovation_id", "Damage list")
    damage_amount = fields.Monetary("Damage together", compute="_compute_damage", store=True)
    claim_ids = fields.One2many(
        "property.renovation.claim", "renovation_id", "Claims of neighbours"
    )
    claim_amount = fields.Monetary("Held for claims", compute="_compute_claims", store=True)

    @api.depends("damage_ids.amount")
    def _compute_damage(self):
        for dossier in self:
            dossier.damage_amount = sum(dossier.damage_ids.mapped("amount"))

    @api.depends("claim_ids.estimate", "claim_ids.state")
    def _compute_claims(self):
        for dossier in self:
            rows = dossier.claim_ids.filtered(lambda row: row.state == "open")
            dossier.claim_amount = sum(rows.mapped("estimate"))

    def _damage_unapproved(self):
        """Return the rows of the damage list the manager has not approved."""
        self.ensure_one()
        return self.damage_ids.filtered(lambda row: not row.approved)

    def action_submit_damage(self):
        """Ask the manager to approve the damage list; without it nothing is deducted.

        :raises UserError: without rows to approve, or without a photo of each
        """
        self.check_access("write")
        for dossier in self:
            rows = dossier._damage_unapproved()
            if not rows:
                raise UserError(self.env._("There is no damage to be approved."))
            if bare := rows.filtered(lambda row: not row.photo_ids):
                raise UserError(
                    self.env._(
                        "“%(damage)s”: attach a photo; nothing is deducted without a record.",
                        damage=bare[0].name,
                    )
                )
            dossier._request_approval(
                "renovation_damage",
                self.env._(
                    "Damage list of %(number)s %(unit)s",
                    number=dossier.number,
                    unit=dossier.unit_id.full_name,
                ),
                amount=sum(rows.mapped("amount")),
                reason="；".join(rows.mapped("name")),
            )

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        if approval.matter == "renovation_damage":
            self.damage_ids.sudo().write({"approved": True})

    def _deduction_plan(self, deposits):
        """Spread the approved damage over the deposits: the contractor's first, then the owner's.

        :param deposits: `property.deposit` records in the order of `_held_deposits()`
        :return: list of (deposit, damage, amount in yuan); what is left is claimed besides
        """
        self.ensure_one()
        free = {deposit: deposit._held_now() for deposit in deposits}
        plan = []
        for row in self.damage_ids.filtered("approved"):
            left = row.amount - row.amount_taken
            for deposit in deposits:
                part = self.currency_id.round(min(left, free[deposit]))
                if part <= 0:
                    continue
                plan.append((deposit, row, part))
                free[deposit] -= part
                left -= part
        return plan

    def _withhold_plan(self, deposits, plan):
        """Return {deposit: yuan held back for open claims}, the contractor's first."""
        self.ensure_one()
        left = self.claim_amount
        taken = {}
        for deposit, _row, amount in plan:
            taken[deposit] = taken.get(deposit, 0.0) + amount
        result = {}
        for deposit in deposits:
            part = self.currency_id.round(min(left, deposit._held_now() - taken.get(deposit, 0.0)))
            result[deposit] = max(part, 0.0)
            left -= result[deposit]
        return result

    def _release_withheld(self):
        """Free what was held back of the deposits, as far as claims are settled."""
        for dossier in self:
            deposits = dossier.sudo().money_ids.deposit_id.filtered("amount_withheld")
            left = dossier.claim_amount
            for deposit in deposits.sorted(lambda row: (row.kind_id.code != "DECO_FIRM", row.id)):
                keep = min(left, deposit.amount_withheld)
                left -= keep
                deposit._withhold(keep)
