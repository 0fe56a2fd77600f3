# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...models.core.property_signature import WAYS


class PropertySign(models.TransientModel):
    """Somebody signs a document on the screen, or it is noted how else he agreed."""

    _name = "property.sign"
    _description = "Signing"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    role = fields.Char("Role of the signature", required=True)
    choice = fields.Selection(
        "_choice_selection", string="Signs as", compute="_compute_choice", readonly=False
    )
    choices = fields.Json(compute="_compute_choices")
    way = fields.Selection(WAYS, "Way of signing", required=True, default="drawn")
    name = fields.Char(
        "Name of the signer", compute="_compute_name", store=True, readonly=False, precompute=True
    )
    image = fields.Binary("Drawing", attachment=False)
    note = fields.Char("Note of the signature")
    witnesses = fields.Char()

    @api.model
    def _choice_selection(self):
        """Return the roles of every document that is signed.

        The browser learns a selection without knowing the document: `choices` leaves its own.
        """
        return [
            (f"{name}:{role}", label)
            for name, model in self.env.items()
            if hasattr(model, "_signature_labels") and not model._abstract
            for role, label in model._signature_labels().items()
        ]

    @api.depends("res_model", "role")
    def _compute_choice(self):
        for dialog in self:
            dialog.choice = dialog.role and f"{dialog.res_model}:{dialog.role}"

    @api.depends("res_model", "res_id")
    def _compute_choices(self):
        for dialog in self:
            labels = dialog._document()._signature_labels()
            dialog.choices = [f"{dialog.res_model}:{role}" for role in labels]

    @api.onchange("choice")
    def _onchange_choice(self):
        self.role = (self.choice or "").partition(":")[2]

    @api.depends("role")
    def _compute_name(self):
        for dialog in self:
            document = dialog._document()
            partner = document._signature_partner(dialog.role) if dialog.role else None
            dialog.name = partner.name if partner else dialog.name

    def _document(self):
        """Return the document that is signed, as the user may see it.

        :raises UserError: if there is no such document
        """
        model = self.env.get(self.res_model)
        if model is None or not hasattr(model, "_sign"):
            raise UserError(self.env._("This document cannot be signed."))
        return model.browse(self.res_id)

    def action_sign(self):
        """Put the signature under the document."""
        self.ensure_one()
        document = self._document()
        document._sign(
            self.role,
            self.name,
            image=self.image,
            way=self.way,
            partner=document._signature_partner(self.role),
            note=self.note,
            witnesses=self.witnesses,
        )
        return {"type": "ir.actions.act_window_close"}


class PropertySignVoid(models.TransientModel):
    """A supervisor voids the signatures of a document, with the reason."""

    _name = "property.sign.void"
    _description = "Voiding of signatures"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    role = fields.Char(readonly=True)
    reason = fields.Char("Reason of voiding", required=True)

    def action_void(self):
        """Void every signature of the document.

        :raises AccessError: below the supervisor
        """
        self.ensure_one()
        model = self.env.get(self.res_model)
        if model is None or not hasattr(model, "_void_signatures"):
            raise UserError(self.env._("This document cannot be signed."))
        if not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor voids signatures."))
        document = model.browse(self.res_id)
        document.check_access("write")
        document._void_signatures(self.reason)
        if hasattr(document, "message_post"):
            document.message_post(
                body=self.env._("Signatures voided: %(reason)s", reason=self.reason)
            )
        return {"type": "ir.actions.act_window_close"}
