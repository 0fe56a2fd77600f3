# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

SUBJECTS = [
    ("stairs", "Stairs and corridors"),
    ("roof", "Roof"),
    ("lobby", "Lobby and lift hall"),
    ("shaft", "Meters and pipe shafts"),
    ("facade", "Facade and balconies"),
    ("garage", "Underground garage"),
    ("road", "Roads and squares"),
    ("green", "Green areas"),
    ("clean", "Cleanliness"),
    ("order", "Order"),
    ("shop", "Shops"),
    ("plant", "Plant rooms"),
    ("site", "Renovation sites"),
    ("vacant", "Vacant units"),
]
METHODS = [
    ("look", "Look"),
    ("listen", "Listen"),
    ("touch", "Touch"),
    ("smell", "Smell"),
    ("test", "Test"),
    ("ask", "Ask"),
]


class PropertyPatrolItem(models.Model):
    """What is checked on a patrol, and what is normal: the library of handbook B §E2."""

    _name = "property.patrol.item"
    _description = "Check item of patrols"
    _order = "subject, sequence, id"

    name = fields.Char(required=True, translate=True)
    subject = fields.Selection(SUBJECTS, "Where", required=True, index=True)
    sequence = fields.Integer(default=10)
    standard = fields.Char(translate=True)
    method = fields.Selection(METHODS, "How to check", required=True, default="look")
    measured = fields.Boolean()
    value_unit = fields.Char("Unit of measure")
    value_min = fields.Float("Normal from", digits=(16, 2))
    value_max = fields.Float("Normal to", digits=(16, 2))
    photo_required = fields.Boolean()
    category_id = fields.Many2one(
        "property.case.category",
        "Category of a finding",
        domain="[('kind', '=', 'finding')]",
        index="btree_not_null",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    active = fields.Boolean(default=True)

    @api.constrains("measured", "value_min", "value_max")
    def _check_range(self):
        for item in self:
            if item.measured and item.value_max < item.value_min:
                raise ValidationError(
                    self.env._("%s: the normal range ends below its beginning.", item.name)
                )

    def _is_normal(self, value):
        """Return whether a measured value is in the normal range."""
        self.ensure_one()
        return not self.measured or self.value_min <= value <= self.value_max
