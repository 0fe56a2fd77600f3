# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_callback import METHODS


class PropertyCallbackAttempt(models.Model):
    """One call, visit or message of a callback, answered or not."""

    _name = "property.callback.attempt"
    _description = "Attempt of a callback"
    _order = "date desc, id desc"

    callback_id = fields.Many2one(
        "property.callback", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="callback_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="callback_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Called by", required=True, default=lambda self: self.env.user, readonly=True
    )
    method = fields.Selection(METHODS, "Way of callback", required=True, default="phone")
    reached = fields.Boolean()
    note = fields.Char("Remark")

    @api.model_create_multi
    def create(self, vals_list):
        """Record attempts as of now and by the user who is working: neither can be chosen."""
        for vals in vals_list:
            if not self.env.su:
                vals.pop("date", None)
                vals.pop("user_id", None)
        return super().create(vals_list)

    def write(self, vals):
        """Attempts stay as they were recorded.

        :raises UserError: for whoever edits one
        """
        if (
            not self.env.su
            and {"date", "user_id", "reached", "method", "callback_id"} & vals.keys()
        ):
            raise UserError(self.env._("Attempts stay as they were recorded."))
        return super().write(vals)
