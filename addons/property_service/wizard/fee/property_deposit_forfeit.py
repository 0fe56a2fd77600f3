# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyDepositForfeit(models.TransientModel):
    """Asks for the cause a deposit is forfeited for and the notice given (handbook B H6)."""

    _name = "property.deposit.forfeit"
    _description = "Forfeit a deposit"

    deposit_id = fields.Many2one("property.deposit", required=True, ondelete="cascade")
    cause = fields.Char(required=True)
    notice_date = fields.Date("Notice given on", required=True)

    def action_forfeit(self):
        """Ask for the approval of the forfeiture."""
        self.ensure_one()
        self.deposit_id._forfeit(self.cause, self.notice_date)
