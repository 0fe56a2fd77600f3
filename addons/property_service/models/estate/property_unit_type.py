# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

CATEGORIES = [
    ("home", "Residence"),
    ("shop", "Shop"),
    ("office", "Office"),
    ("parking", "Parking space"),
    ("storage", "Storage room"),
    ("other", "Other"),
]


class PropertyUnitType(models.Model):
    """A type of units; prices hang on it (handbook A §1, handbook B H1)."""

    _name = "property.unit.type"
    _description = "Unit type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    category = fields.Selection(CATEGORIES, required=True, default="home")
    synonyms = fields.Char(
        help="Other words that imported registers use for this type, separated by commas."
    )
    billable = fields.Boolean(
        "Charged",
        default=True,
        help="A unit of a charged type without a price is listed as an exception of a bill run.",
    )
    active = fields.Boolean(default=True)
    unit_count = fields.Integer(compute="_compute_unit_count")

    _name_unique = models.UniqueIndex("(name)", "There is a unit type of this name already.")

    def _compute_unit_count(self):
        counts = dict(
            self.env["property.unit"]._read_group(
                [("type_id", "in", self.ids)], ["type_id"], ["__count"]
            )
        )
        for unit_type in self:
            unit_type.unit_count = counts.get(unit_type, 0)

    def _by_word(self):
        """Return {word: type} of every name and synonym, for reading registers."""
        words = {}
        for unit_type in self.search([]):  # pylint: disable=no-search-all
            names = {unit_type.name, unit_type.with_context(lang="en_US").name}
            if self.env["res.lang"]._get_code("zh_CN"):
                names.add(unit_type.with_context(lang="zh_CN").name)
            names.update(word.strip() for word in (unit_type.synonyms or "").split(","))
            words.update({name: unit_type for name in names if name})
        return words
