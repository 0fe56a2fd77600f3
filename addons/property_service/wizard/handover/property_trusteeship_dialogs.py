# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...models.handover.property_trusteeship import END_REASONS


class PropertyTrusteeshipEnd(models.TransientModel):
    """End of a trusteeship: why and since when (handbook A §42)."""

    _name = "property.trusteeship.end"
    _description = "End a trusteeship"

    trusteeship_id = fields.Many2one("property.trusteeship", required=True, ondelete="cascade")
    reason = fields.Selection(END_REASONS, "Reason of the end", required=True, default="owner")
    date = fields.Date(
        "Full fee from",
        required=True,
        default=fields.Date.context_today,
        help="First day without trusteeship; where it was let without telling us, the day of the "
        "proof.",
    )
    note = fields.Char("Note on the end")

    def action_apply(self):
        """End the trusteeship; what was paid too low since that day is billed."""
        self.ensure_one()
        self.trusteeship_id.check_access("write")
        self.trusteeship_id._finish(self.reason, self.date, self.note)
        return True


class PropertyTrusteeshipRenew(models.TransientModel):
    """Renewal of a trusteeship for another term."""

    _name = "property.trusteeship.renew"
    _description = "Renew a trusteeship"

    trusteeship_id = fields.Many2one("property.trusteeship", required=True, ondelete="cascade")
    date_end = fields.Date(
        "New end of the term",
        required=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
    )
    note = fields.Char("How the owner agreed", required=True)

    @api.depends("trusteeship_id")
    def _compute_date_end(self):
        for dialog in self:
            row = dialog.trusteeship_id
            months = row.estate_id._parameter("trustee_months") if row else 12
            dialog.date_end = row.date_end and row.date_end + relativedelta(months=months)

    def action_apply(self):
        """Renew the agreement; its lower fee goes to approval."""
        self.ensure_one()
        self.trusteeship_id.check_access("write")
        self.trusteeship_id._renew(self.date_end, self.note)
        return True
