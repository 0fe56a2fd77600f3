# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyRenovation(models.Model):
    """Owner or tenant change while a renovation goes on (handbook A §5, §28; 条例 art. 41, 47)."""

    _inherit = "property.renovation"

    party_changed_date = fields.Date("Duties passed on on", readonly=True, copy=False)
    party_before = fields.Char("Renovating party before", readonly=True, copy=False)
    party_pending = fields.Boolean(
        "New party has to sign",
        readonly=True,
        copy=False,
        help="Room or tenancy changed hands: the new renovating party signs the agreement anew; "
        "before that no acceptance is applied for. Deposits stay with who paid them.",
    )

    def _pass_duties(self, partner, reason):
        """Let `partner` be the renovating party from now on; who paid keeps his deposits.

        Signatures of the party before that bind for the future are voided, so that the new one
        signs the agreement.

        :param partner: `res.partner`
        :param str reason: what happened, for the file
        """
        for dossier in self.sudo():
            if not partner or dossier.partner_id == partner:
                continue
            signed = dossier._is_signed("agreement_owner")
            dossier._void_signatures(reason, ["owner", "agreement_owner", "finish_owner"])
            dossier.with_context(property_signed_system=True).write(
                {
                    "party_before": dossier.partner_id.name,
                    "partner_id": partner.id,
                    "phone": partner.phone,
                    "applicant_kind": "owner"
                    if partner == dossier.owner_id
                    else dossier.applicant_kind,
                    "party_changed_date": fields.Date.context_today(dossier),
                    "party_pending": signed,
                }
            )
            if not dossier.money_ids.filtered(lambda row: row.deposit_id or row.charge_id):
                dossier.payer_id = partner
                dossier.money_ids.filtered(lambda row: row.side == "owner").payer_id = partner
            dossier.message_post(
                body=self.env._(
                    "%(reason)s Duties of the renovation pass to %(new)s; deposits stay with who "
                    "paid them (%(payer)s).",
                    reason=reason,
                    new=partner.name,
                    payer=dossier.payer_id.name or "",
                )
            )
            dossier._tell_site(self.env._("New renovating party: have the agreement signed anew"))

    def _owner_changed(self, owner, before):
        """The room has a new owner: duties of the owner pass, those of a tenant stay his."""
        for dossier in self.sudo():
            reason = self.env._("The room was transferred to %(owner)s.", owner=owner.name)
            dossier._with_move().write({"owner_id": owner.id})
            if dossier.partner_id in before or dossier.applicant_kind != "tenant":
                dossier._pass_duties(owner, reason)
            else:
                dossier.message_post(body=reason)

    def _tenant_left(self, tenants):
        """The tenant who renovates has left: the owner answers for the site (条例 art. 47)."""
        for dossier in self.sudo().filtered(lambda row: row.partner_id in tenants):
            dossier._pass_duties(
                dossier.owner_id or dossier.unit_id.owner_id,
                self.env._("The tenant has moved out."),
            )

    def _after_signature(self, signature):
        super()._after_signature(signature)
        if signature.role == "agreement_owner" and self.party_pending:
            self.sudo().party_pending = False
