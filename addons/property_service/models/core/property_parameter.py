# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class PropertyParameter(models.Model):
    """A number or choice of the handbooks that a company may change (handbook B §10).

    Shipped with its default; a value per company or per estate overrides it. Code asks
    `_get()`, never a literal: design rule 5.
    """

    _name = "property.parameter"
    _description = "Setting of the handbook"
    _order = "room, sequence, key"

    key = fields.Char(required=True, readonly=True)
    name = fields.Char("Meaning", required=True, translate=True)
    room = fields.Selection(
        [
            ("core", "General"),
            ("estate", "Estate"),
            ("people", "People"),
            ("fee", "Fees"),
        ],
        "Area of work",
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    value_type = fields.Selection(
        [
            ("integer", "Whole number"),
            ("float", "Decimal number"),
            ("boolean", "Yes or no"),
            ("char", "Text"),
            ("choice", "Choice"),
        ],
        "Kind of value",
        required=True,
        readonly=True,
    )
    choices = fields.Char(readonly=True, help="Values a choice may take, separated by commas.")
    choice_labels = fields.Char(
        "Meanings of the choices",
        translate=True,
        readonly=True,
        help="What the choices mean, in their order, with commas.",
    )
    unit = fields.Char("Unit of measure", translate=True, readonly=True)
    default_value = fields.Char("Default value", readonly=True)
    firm = fields.Boolean(readonly=True, help="The default is stated by law or by the house rules.")
    source = fields.Char("Handbook section", readonly=True)
    value_ids = fields.One2many("property.parameter.value", "parameter_id", "Own values")
    effective_value = fields.Char("Value in force", compute="_compute_effective_value")
    effective_label = fields.Char("In force", compute="_compute_labels")
    default_label = fields.Char("Default", compute="_compute_labels")
    choice_help = fields.Char("Possible values", compute="_compute_labels")

    _key_unique = models.UniqueIndex("(key)", "A setting of this key exists already.")

    @api.depends("value_ids.value", "value_ids.estate_id", "default_value")
    @api.depends_context("company")
    def _compute_effective_value(self):
        for parameter in self:
            own = parameter.value_ids.filtered(
                lambda row: row.company_id == self.env.company and not row.estate_id
            )
            parameter.effective_value = own[:1].value or parameter.default_value

    @api.depends("effective_value", "default_value", "value_type", "choices", "choice_labels")
    @api.depends_context("lang")
    def _compute_labels(self):
        for parameter in self:
            labels = parameter._choice_map()
            parameter.effective_label = labels.get(
                parameter.effective_value, parameter.effective_value
            )
            parameter.default_label = labels.get(parameter.default_value, parameter.default_value)
            parameter.choice_help = "; ".join(f"{key} = {label}" for key, label in labels.items())

    def _choice_map(self):
        """Return {value: what it means to a reader}; empty where a value speaks for itself."""
        self.ensure_one()
        if self.value_type == "boolean":
            return {"1": self.env._("Yes"), "0": self.env._("No")}
        if self.value_type == "choice":
            choices = self._choice_list()
            text = (self.choice_labels or "").replace("，", ",")
            labels = [label.strip() for label in text.split(",")]
            if len(labels) != len(choices):
                labels = choices
            return dict(zip(choices, labels, strict=True))
        return {}

    @api.model
    def _get(self, key, estate=None, company=None):
        """Return the value in force, in its own type.

        :param str key: the parameter's key, e.g. ``bill_due_mode``
        :param estate: `property.estate` record, whose own value goes first
        :param company: `res.company` record; the estate's or the current one by default
        """
        company = company or (estate and estate.company_id) or self.env.company
        return self._get_cached(key, company.id, estate.id if estate else 0)

    @tools.ormcache("key", "company_id", "estate_id")
    def _get_cached(self, key, company_id, estate_id):
        parameter = self.sudo().search([("key", "=", key)], limit=1)
        if not parameter:
            raise KeyError(f"no such setting: {key}")
        values = {
            (row.company_id.id, row.estate_id.id or 0): row.value for row in parameter.value_ids
        }
        raw = values.get(
            (company_id, estate_id), values.get((company_id, 0), parameter.default_value)
        )
        return parameter._parse(raw)

    def _parse(self, raw):
        """Return the text `raw` in the parameter's type.

        :raises ValidationError: if it is none of that type
        """
        self.ensure_one()
        raw = (raw or "").strip()
        try:
            if self.value_type == "integer":
                return int(raw or 0)
            if self.value_type == "float":
                return float(raw or 0)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(value)s” is no number for the setting “%(name)s”.",
                    value=raw,
                    name=self.name,
                )
            ) from error
        if self.value_type == "boolean":
            if raw.lower() not in ("1", "0", "true", "false", ""):
                raise ValidationError(
                    self.env._(
                        "The setting “%(name)s” is switched by 1 or 0, not “%(value)s”.",
                        value=raw,
                        name=self.name,
                    )
                )
            return raw.lower() in ("1", "true")
        if self.value_type == "choice" and raw not in self._choice_list():
            raise ValidationError(
                self.env._(
                    "The setting “%(name)s” may be one of %(choices)s, not “%(value)s”.",
                    value=raw,
                    name=self.name,
                    choices=self._choice_list(),
                )
            )
        return raw

    def _choice_list(self):
        return [choice.strip() for choice in (self.choices or "").split(",") if choice.strip()]

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)


class PropertyParameterValue(models.Model):
    """A company's or an estate's own value of a setting."""

    _name = "property.parameter.value"
    _description = "Own value of a setting"
    _order = "company_id, estate_id nulls first"
    _check_company_auto = True

    parameter_id = fields.Many2one(
        "property.parameter", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    estate_id = fields.Many2one(
        "property.estate", check_company=True, ondelete="cascade", index=True
    )
    value = fields.Char(required=True)

    _value_unique = models.UniqueIndex(
        "(parameter_id, company_id, COALESCE(estate_id, 0))",
        "This setting has a value for that company or estate already.",
    )

    @api.constrains("value", "parameter_id")
    def _check_value(self):
        for row in self:
            row.parameter_id._parse(row.value)

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
