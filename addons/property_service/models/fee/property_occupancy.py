# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyOccupancy(models.Model):
    """Who pays which fee item, where owner and tenant divide them."""

    _inherit = "property.occupancy"

    payer_item_ids = fields.Many2many(
        "property.fee.item",
        "property_occupancy_item_rel",
        "occupancy_id",
        "item_id",
        "Pays these items",
    )

    def _history_fields(self):
        return super()._history_fields() | {"payer_item_ids"}

    @api.constrains("payer_item_ids", "pays_items_only", "is_payer", "date_start", "date_end")
    def _check_payer_items(self):
        for row in self.filtered(lambda row: row.is_payer and row.pays_items_only):
            if not row.payer_item_ids:
                raise ValidationError(
                    self.env._("Say which fee items %(row)s pays.", row=row.display_name)
                )
            # the other payers' rows are locked, so that two clerks cannot both pass this check
            others = self.sudo().search(
                [
                    ("unit_id", "=", row.unit_id.id),
                    ("id", "!=", row.id),
                    ("is_payer", "=", True),
                    ("pays_items_only", "=", True),
                    ("state", "!=", "pending"),
                    ("payer_item_ids", "in", row.payer_item_ids.ids),
                ]
            )
            row.unit_id.sudo().lock_for_update(allow_referencing=True)
            for other in others:
                if (not row.date_end or other.date_start <= row.date_end) and (
                    not other.date_end or other.date_end >= row.date_start
                ):
                    raise ValidationError(
                        self.env._(
                            "%(unit)s: %(item)s is paid by %(person)s in that time already.",
                            unit=row.unit_id.full_name,
                            item=(other.payer_item_ids & row.payer_item_ids)[0].name,
                            person=other.partner_id.name,
                        )
                    )
