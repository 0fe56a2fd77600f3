# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools import identity

ID_TYPES = [
    ("resident_id", "Resident ID card"),
    ("credit_code", "Unified social credit code"),
    ("business_licence", "Business licence"),
    ("passport", "Passport"),
    ("hk_macau_permit", "Hong Kong and Macao permit"),
    ("taiwan_permit", "Taiwan permit"),
    ("foreign_resident_id", "Foreigner's residence card"),
    ("other", "Other"),
]


class PropertyIdentity(models.Model):
    """The one place where a person's ID number is kept.

    Nobody has access rows for reading it: everybody sees the mask on the partner, and the full
    number comes only from `_reveal()`, which writes the log. Handbook A §9.
    """

    _name = "property.identity"
    _description = "ID number"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    id_type = fields.Selection(ID_TYPES, required=True, default="resident_id")
    number = fields.Char(required=True, index=True)

    _partner_unique = models.UniqueIndex("(partner_id)", "A person has one ID number.")

    @api.constrains("number", "id_type")
    def _check_number(self):
        for record in self:
            if record.id_type == "resident_id" and identity.resident_id_problem(record.number):
                raise ValidationError(
                    self.env._(
                        "The resident ID number of %(person)s, %(number)s, fails its check digit: "
                        "compare it with the card.",
                        person=record.partner_id.name,
                        number=identity.mask_id(record.number),
                    )
                )

    @api.model
    def _set(self, numbers):
        """Keep ID numbers in one go.

        :param dict numbers: {partner: (id_type, number)}; an empty number removes the record
        :raises ValidationError: if a resident ID number fails its check digit
        """
        trusted = self.sudo()
        kept = {
            record.partner_id.id: record
            for record in trusted.search([("partner_id", "in", [p.id for p in numbers])])
        }
        new = []
        for partner, (id_type, number) in numbers.items():
            record = kept.get(partner.id)
            if not number:
                record and record.unlink()
            elif not record:
                new.append({"partner_id": partner.id, "id_type": id_type, "number": number})
            elif (record.id_type, record.number) != (id_type, number):
                record.write({"id_type": id_type, "number": number})
        if new:
            trusted.create(new)

    @api.model
    def _partners_of(self, numbers):
        """Return {number: partner} of those `numbers` that are known."""
        found = self.sudo().search([("number", "in", list(numbers))], order="id desc")
        return {record.number: record.partner_id.sudo(False) for record in found}

    @api.model
    def _reveal(self, partner, reason):
        """Return the full ID number of `partner` and log who read it, when and why.

        :raises AccessError: if the user is not of the group that needs full numbers
        :raises UserError: without a reason
        """
        if not self.env.user.has_group("property_service.group_identity"):
            raise AccessError(
                self.env._("Full ID numbers are shown only to those who need them for their work.")
            )
        partner.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("State why you need the full ID number: it is logged."))
        record = self.sudo().search([("partner_id", "=", partner.id)])
        self.env["property.identity.log"].sudo().create(
            {"partner_id": partner.id, "user_id": self.env.uid, "reason": reason.strip()}
        )
        return record.number


class PropertyIdentityLog(models.Model):
    """Who read whose full ID number, when and why; never changed, never deleted."""

    _name = "property.identity.log"
    _description = "Reading of an ID number"
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", "Read by", required=True, readonly=True, index=True, ondelete="restrict"
    )
    reason = fields.Char(required=True, readonly=True)
