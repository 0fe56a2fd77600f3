# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.property_service.tools.local_time import local_today

#: age of majority (民法典 art. 17)
ADULT = 18


class PropertyGuardedMixin(models.AbstractModel):
    """A person of the community work; one under 18 takes part with his guardian's consent.

    Handbook B G5 (minors need guardian), 未成年人保护法. A model has `partner_id` and asks
    `_check_guardian()` when the person begins.
    """

    _name = "property.guarded.mixin"
    _description = "Person who may need a guardian"

    age = fields.Integer(
        compute="_compute_age",
        compute_sudo=True,
        groups="property_service.group_staff",
        help="0: the date of birth is not registered.",
    )
    declared_minor = fields.Boolean(
        "Said to be under 18", help="Where the date of birth is not registered."
    )
    is_minor = fields.Boolean("Under 18", compute="_compute_age", compute_sudo=True)
    guardian_id = fields.Many2one("res.partner", ondelete="restrict", index="btree_not_null")
    guardian_phone = fields.Char("Phone of the guardian", related="guardian_id.phone")
    guardian_relation = fields.Char("Relation of the guardian", help="E.g. mother.")
    guardian_consent_date = fields.Date("Guardian agreed on")

    @api.depends("partner_id.property_birthday", "declared_minor")
    def _compute_age(self):
        today = local_today()
        for person in self:
            born = person.partner_id.property_birthday
            if born:
                had = (today.month, today.day) >= (born.month, born.day)
                person.age = max(today.year - born.year - (0 if had else 1), 0)
                person.is_minor = person.age < ADULT
            else:
                person.age = 0
                person.is_minor = person.declared_minor

    @api.constrains("guardian_id", "partner_id")
    def _check_guardian_is_another(self):
        for person in self.filtered("guardian_id"):
            if person.guardian_id == person.partner_id:
                raise ValidationError(
                    self.env._(
                        "%s cannot be his own guardian: enter the parent or another adult.",
                        person.partner_id.name,
                    )
                )
            born = person.guardian_id.sudo().property_birthday
            if (
                born
                and born.replace(day=min(born.day, 28)).replace(year=born.year + ADULT)
                > local_today()
            ):
                raise ValidationError(
                    self.env._("%s is under 18: the guardian is an adult.", person.guardian_id.name)
                )

    def _check_guardian(self):
        """Refuse a minor without guardian and the day the guardian agreed.

        :raises ValidationError: naming the person and what is missing
        """
        for person in self:
            if person.is_minor and not (person.guardian_id and person.guardian_consent_date):
                raise ValidationError(
                    self.env._(
                        "%s is under 18: enter the guardian and the day the guardian agreed.",
                        person.partner_id.name,
                    )
                )
