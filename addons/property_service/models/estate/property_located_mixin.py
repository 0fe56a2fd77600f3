# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyLocatedMixin(models.AbstractModel):
    """A document of one unit: where it belongs, for record rules, groups and searches.

    Building, estate and company are stored, because rules, lists and figures filter by them; they
    are known before the row is inserted.
    """

    _name = "property.located.mixin"
    _description = "Document of a unit"
    _check_company_auto = True

    unit_id = fields.Many2one(
        "property.unit", required=True, ondelete="restrict", index=True, check_company=True
    )
    building_id = fields.Many2one(
        related="unit_id.building_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="unit_id.building_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="unit_id.building_id.estate_id.company_id",
        store=True,
        index=True,
        precompute=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
