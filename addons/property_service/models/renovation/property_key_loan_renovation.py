# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_renovation_permit import VALID


class PropertyKeyLoan(models.Model):
    _inherit = "property.key.loan"

    permit_id = fields.Many2one(
        "property.renovation.permit",
        "Renovation permit",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain=[("state", "in", VALID)],
        tracking=True,
        help="A contractor has the keys at the longest until his permit ends.",
    )
    permit_reference = fields.Char(
        compute="_compute_permit", store=True, readonly=False, precompute=True
    )
    permit_until = fields.Date(
        compute="_compute_permit", store=True, readonly=False, precompute=True
    )

    @api.depends("permit_id.number", "permit_id.date_end")
    def _compute_permit(self):
        for loan in self:
            permit = loan.permit_id
            loan.permit_reference = permit.number or loan.permit_reference
            loan.permit_until = permit.date_end or loan.permit_until

    @api.onchange("permit_id")
    def _onchange_permit_id(self):
        dossier = self.permit_id.renovation_id
        self.partner_id = self.partner_id or dossier.lead_id
        self.organisation = self.organisation or dossier.contractor_id.name

    def action_approve(self):
        """Approve the loan; a contractor's permit has to be valid, and of that home.

        :raises UserError: naming the permit
        """
        for loan in self.filtered("permit_id"):
            permit = loan.permit_id.sudo()
            if not permit._is_valid() or permit.unit_id not in loan.key_ids.unit_id:
                raise UserError(
                    self.env._(
                        "%(loan)s: permit %(permit)s is not valid today, or not for the home of "
                        "these keys. Choose the permit of the home.",
                        loan=loan.display_name,
                        permit=permit.number,
                    )
                )
        return super().action_approve()


class PropertyRenovation(models.Model):
    _inherit = "property.renovation"

    key_loan_count = fields.Integer("Keys not back", compute="_compute_key_loan_count")

    @api.depends("permit_ids.key_loan_ids.state")
    def _compute_key_loan_count(self):
        for dossier in self:
            dossier.key_loan_count = len(dossier._keys_out())

    def _keys_out(self):
        """Return the loans of keys on the permits of the dossiers that are not back."""
        loans = self.permit_ids.key_loan_ids
        return loans.filtered(lambda loan: loan.state in loan._OUT)

    def action_open_key_loans(self):
        """Open the loans of keys to the contractor."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Keys lent out"),
            "res_model": "property.key.loan",
            "view_mode": "list,form",
            "domain": [("permit_id", "in", self.permit_ids.ids)],
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_borrower_kind": "contractor",
                "default_permit_id": self.permit_id.id,
            },
        }

    def _check_refundable(self):
        """Refuse a refund while the contractor has keys of the home.

        :raises UserError: naming the loan that is not back
        """
        super()._check_refundable()
        if loan := self._keys_out()[:1]:
            raise UserError(
                self.env._(
                    "%(loan)s: the contractor still has keys of %(unit)s. Take them back first.",
                    loan=loan.display_name,
                    unit=loan.key_ids.unit_id[:1].full_name,
                )
            )


class PropertyRenovationPermit(models.Model):
    _inherit = "property.renovation.permit"

    key_loan_ids = fields.One2many("property.key.loan", "permit_id", "Keys lent out")
