# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class PropertyRefusedWord(models.Model):
    """A word that may not be written about a customer (handbook B F1, F3).

    A customer may ask for a copy of what is kept about him (个人信息保护法 art. 45): facts only.
    """

    _name = "property.refused.word"
    _description = "Word refused in notes"
    _order = "name"

    name = fields.Char("Refused word", required=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "This word is on the list already."
    )

    @tools.ormcache("company_id")
    def _words(self, company_id):
        """Return the words refused in a company, as a tuple."""
        rows = self.sudo().search([("company_id", "in", (False, company_id))])
        return tuple(word.strip().lower() for word in rows.mapped("name") if word.strip())

    @api.model
    def _find(self, text, company=None):
        """Return the first refused word in `text`, or None."""
        text = (text or "").lower()
        words = self._words((company or self.env.company).id)
        return next((word for word in words if word in text), None)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class PropertyDecentMixin(models.AbstractModel):
    """Notes about customers in which insulting words are refused."""

    _name = "property.decent.mixin"
    _description = "Notes without insults"

    #: fields whose text is read
    _decent_fields = ()

    def _check_decent(self, vals):
        """Refuse values in which a customer is insulted.

        :raises ValidationError: naming the word and the field
        """
        words = self.env["property.refused.word"]
        for name in self._decent_fields:
            if not isinstance(vals.get(name), str):
                continue
            if word := words._find(vals[name]):
                raise ValidationError(
                    self.env._(
                        "“%(word)s” may not be written about a customer (%(field)s): note the "
                        "facts only. The customer can ask for a copy of it.",
                        word=word,
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_decent(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_decent(vals)
        return super().write(vals)
