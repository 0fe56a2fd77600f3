# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertySignatureMixin(models.AbstractModel):
    """Signatures under a document, and what they make read-only (handbook A §0.4, §58).

    A model names its roles in `_signature_labels()` and, in `_signature_locks`, the fields that
    nobody may change once that role has signed. Rows of the document ask `_check_unsigned()` of
    it before they change.
    """

    _name = "property.signature.mixin"
    _description = "Signed document"

    #: role -> names of the fields that are fixed once this role has signed
    _signature_locks = {}

    signature_ids = fields.One2many(
        "property.signature",
        "res_id",
        "Signatures",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
    )

    @api.model
    def _signature_labels(self):
        """Hook: return {role: who that is, in the user's language}, in the order of signing."""
        return {}

    def _signature_partner(self, role):
        """Hook: the person who signs as `role`, proposed in the dialog; empty where unknown."""
        return self.env["res.partner"]

    def _valid_signatures(self, role=None):
        """Return the signatures that count, of `role` where one is named."""
        return self.sudo().signature_ids.filtered(
            lambda row: not row.void_reason and role in (None, row.role)
        )

    def _is_signed(self, role):
        """Return whether `role` has signed, or refused to before witnesses."""
        self.ensure_one()
        return bool(self._valid_signatures(role))

    def _sign(self, role, name, image=None, way="drawn", partner=None, note=None, witnesses=None):
        """Put a signature under the document.

        :param str role: a key of `_signature_labels()`
        :param str name: who signed
        :param image: the drawing, base64; needed for ``drawn``
        :param str way: ``drawn``, ``paper``, ``phone`` or ``refused``
        :param partner: `res.partner` who signed, where known
        :param str note: e.g. the number that was called, or why it was refused
        :param str witnesses: at least two names where it was refused
        :return: the `property.signature`
        :raises UserError: without drawing or witnesses, or if that role has signed already
        """
        self.ensure_one()
        self.check_access("write")
        labels = self._signature_labels()
        if role not in labels:
            raise UserError(self.env._("Nobody signs “%s” like that.", self.display_name))
        if self._is_signed(role):
            raise UserError(
                self.env._(
                    "“%(document)s” is signed already by: %(role)s.",
                    document=self.display_name,
                    role=labels[role],
                )
            )
        if not (name or "").strip():
            raise UserError(self.env._("Write down the name of who signs."))
        if way == "drawn" and not image:
            raise UserError(self.env._("%s has not signed on the screen yet.", name))
        if way == "refused":
            people = [
                part for part in (witnesses or "").replace("，", "、").split("、") if part.strip()
            ]
            if len(people) < 2 or not note:
                raise UserError(
                    self.env._(
                        "A refused signature needs the reason and two witnesses, like 王芳、李强."
                    )
                )
        self._before_signature(role)
        signature = (
            self.env["property.signature"]
            .sudo()
            .create(
                {
                    "res_model": self._name,
                    "res_id": self.id,
                    "estate_id": self.estate_id.id,
                    "role": role,
                    "name": name.strip(),
                    "partner_id": partner.id if partner else False,
                    "way": way,
                    "image": image if way == "drawn" else False,
                    "note": note,
                    "witnesses": witnesses,
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                }
            )
        )
        self.invalidate_recordset(["signature_ids"])
        self._after_signature(signature)
        return signature

    def _before_signature(self, role):
        """Hook: raise UserError where `role` may not sign yet."""

    def _after_signature(self, signature):
        """Hook: what follows from `signature`."""

    def _need_signatures(self, roles):
        """Refuse to go on without the signatures of `roles`.

        :raises UserError: naming the document and who has not signed
        """
        labels = self._signature_labels()
        for document in self:
            missing = [labels[role] for role in roles if not document._is_signed(role)]
            if missing:
                raise UserError(
                    self.env._(
                        "“%(document)s” is not signed yet by: %(roles)s.",
                        document=document.display_name,
                        roles="、".join(missing),
                    )
                )

    def _void_signatures(self, reason, roles=None):
        """Void signatures, so that the document can be changed and signed again.

        :param str reason: why; kept with each signature
        :param roles: whose; None: everybody's
        """
        rows = self._valid_signatures().filtered(lambda row: roles is None or row.role in roles)
        rows.write({"void_reason": reason})

    def _check_unsigned(self, names):
        """Refuse a change of the fields `names` where a signature has fixed them.

        :raises UserError: naming the document and who signed
        """
        if self.env.su and self.env.context.get("property_signed_system"):
            return
        names = set(names)
        watched = {role for role, fixed in self._signature_locks.items() if names & set(fixed)}
        if not watched:
            return
        labels = self._signature_labels()
        for document in self:
            signed = document._valid_signatures().filtered(lambda row: row.role in watched)
            if signed:
                raise UserError(
                    self.env._(
                        "“%(document)s” was signed by %(name)s (%(role)s) and is read-only. A "
                        "supervisor can void the signature with a reason.",
                        document=document.display_name,
                        name=signed[0].name,
                        role=labels.get(signed[0].role, signed[0].role),
                    )
                )

    def write(self, vals):
        self._check_unsigned(vals)
        return super().write(vals)

    def action_sign(self):
        """Open the dialog in which somebody signs; the context may name the role."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign here"),
            "res_model": "property.sign",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_role": self.env.context.get("signature_role") or self._next_role(),
            },
        }

    def action_void_signatures(self):
        """Open the dialog that voids signatures with a reason."""
        self.ensure_one()
        return {
            **self.action_sign(),
            "name": self.env._("Void the signatures"),
            "res_model": "property.sign.void",
        }

    def _next_role(self):
        """Return the first role that has not signed."""
        return next((role for role in self._signature_labels() if not self._is_signed(role)), False)
