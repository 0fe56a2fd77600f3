# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyHandoverMixin(models.AbstractModel):
    """What documents of a handover share: who may decide, reasons, signatures on paper in sets."""

    _name = "property.handover.mixin"
    _description = "Document of a handover"
    _inherit = ["property.patrol.reasoned"]

    def _need_reason(self, reason):
        """Return the reason without blanks around it.

        :raises UserError: where there is none
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("State the reason."))
        return reason

    def _sign_on_paper(self, roles):
        """Note that the paper forms of the documents were signed by `roles`, all at once.

        For the desks of a concentrated handover, where people sign the printed form. Whoever has
        signed already is left out; everything else is as with `_sign()`.

        :param roles: keys of `_signature_labels()`
        :return: the `property.signature` records
        """
        self.check_access("write")
        signed = {
            (row.res_id, row.role)
            for row in self.env["property.signature"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("role", "in", list(roles)),
                    ("void_reason", "in", (False, "")),
                ],
                ["res_id", "role"],
            )
        }
        now, values = fields.Datetime.now(), []
        for role in roles:
            todo = self.filtered(lambda doc, role=role: (doc.id, role) not in signed)
            if todo:
                todo._before_signature(role)
            for document in todo:
                partner = document._signature_partner(role)
                values.append(
                    {
                        "res_model": self._name,
                        "res_id": document.id,
                        "estate_id": document.estate_id.id,
                        "role": role,
                        "name": partner.name or self.env.user.name,
                        "partner_id": partner.id,
                        "way": "paper",
                        "user_id": self.env.uid,
                        "date": now,
                    }
                )
        signatures = self.env["property.signature"].sudo().create(values)
        self.invalidate_recordset(["signature_ids"])
        for signature in signatures:
            self.browse(signature.res_id)._after_signature(signature)
        return signatures
