# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyWarrantyTerm(models.Model):
    """How long the developer answers for a kind of defect in a building (handbook B A5)."""

    _name = "property.warranty.term"
    _description = "Term of the developer's warranty"
    _order = "estate_id, building_id, category_id, id"
    _check_company_auto = True

    estate_id = fields.Many2one("property.estate", required=True, index=True, check_company=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    building_id = fields.Many2one(
        "property.building",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
        help="Empty: all buildings.",
    )
    category_id = fields.Many2one(
        "property.case.category",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'repair')]",
    )
    date_start = fields.Date("Completed on", required=True)
    date_end = fields.Date("Warranty until", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Responsible company", help="Empty: the developer of the estate."
    )

    _period = models.Constraint(
        "CHECK (date_end >= date_start)", "The warranty ends before it starts."
    )

    @api.model
    def _of(self, category, estate, building, date):
        """Return the term that covers a defect reported on `date`; empty where none does."""
        if not category or not estate:
            return self.browse()
        return self.sudo().search(
            [
                ("estate_id", "=", estate.id),
                ("building_id", "in", (False, building.id if building else False)),
                ("category_id", "in", category._and_parents().ids),
                ("date_start", "<=", date),
                ("date_end", ">=", date),
            ],
            order="building_id, date_end desc",
            limit=1,
        )
