# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    property_prepay_account_id = fields.Many2one(
        related="company_id.property_prepay_account_id", readonly=False
    )
    property_agency_account_id = fields.Many2one(
        related="company_id.property_agency_account_id", readonly=False
    )
    property_transfer_journal_id = fields.Many2one(
        related="company_id.property_transfer_journal_id", readonly=False
    )
