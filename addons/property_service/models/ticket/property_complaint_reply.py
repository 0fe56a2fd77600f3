# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_case_mixin import CHANNELS


class PropertyComplaintReply(models.Model):
    """What the complainant was told, by which channel, and whether he accepts it.

    Handbook B C2. A reply stays as it was given: only the customer's view is added later.
    """

    _name = "property.complaint.reply"
    _description = "Reply to a complaint"
    _order = "date, id"
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "property.complaint", required=True, ondelete="cascade", index=True, readonly=True
    )
    estate_id = fields.Many2one(related="complaint_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("first", "First response"),
            ("progress", "Word on the progress"),
            ("attempt", "Not reached"),
            ("final", "Reply"),
            ("public", "Public answer"),
        ],
        required=True,
        readonly=True,
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    date = fields.Datetime(
        "Given at", required=True, default=fields.Datetime.now, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Replied By",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
        index=True,
    )
    content = fields.Text("Words of the reply", required=True, readonly=True)
    accepted = fields.Selection(
        [("yes", "Accepts it"), ("no", "Not accepted"), ("unknown", "Not said")],
        "Customer's view",
        required=True,
        default="unknown",
    )

    def write(self, vals):
        if set(vals) - {"accepted"}:
            raise UserError(self.env._("A reply stays as it was given: record another one."))
        return super().write(vals)

    def _mark(self, accepted):
        """Note the customer's view of the replies: yes, no or unknown."""
        self.write({"accepted": accepted})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A reply stays as it was given: record another one."))
