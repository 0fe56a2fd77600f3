# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCharge(models.Model):
    """Charges made of readings and of shares of common usage."""

    _inherit = "property.charge"

    reading_id = fields.Many2one(
        "property.meter.reading",
        "Meter reading",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
    )
    tariff_id = fields.Many2one(
        "property.tariff", ondelete="restrict", index="btree_not_null", readonly=True
    )
    share_line_id = fields.Many2one(
        "property.share.line",
        "Share of common usage",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
    )
