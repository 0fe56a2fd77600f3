# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError


class PropertyCustomerClass(models.Model):
    """A class of customers (handbook A §7); classes add service, they never take any away."""

    _name = "property.customer.class"
    _description = "Customer class"
    _order = "axis, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    axis = fields.Selection(
        [
            ("identity", "Identity"),
            ("living", "Living state"),
            ("payment", "Payment behaviour"),
            ("service", "Service behaviour"),
            ("care", "Care needs"),
            ("value", "Customer value"),
            ("influence", "Influence"),
        ],
        required=True,
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    confidential = fields.Boolean(
        "For supervisors only", help="Who has this class is seen by supervisors and above only."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "There is a class with this code already.")


class PropertyCustomerClassification(models.Model):
    """A customer's class, with who proposed and who approved it and when it is reviewed."""

    _name = "property.customer.classification"
    _description = "Class of a customer"
    _inherit = ["property.workflow.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _workflow_moves = {
        "proposed": ("active", "cancelled"),
        "active": ("cancelled",),
    }
    _workflow_stamps = {
        "active": ("approved_by_id", "approved_date"),
        "cancelled": (None, "cancelled_date"),
    }

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    class_id = fields.Many2one(
        "property.customer.class", required=True, ondelete="restrict", index=True
    )
    estate_id = fields.Many2one("property.estate", required=True, index=True, check_company=True)
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    reason = fields.Char(required=True)
    date_start = fields.Date("Valid from", required=True, default=fields.Date.context_today)
    review_date = fields.Date(
        "Review by",
        compute="_compute_review_date",
        store=True,
        readonly=False,
        help="Classes are reviewed twice a year; after that day the class no longer counts.",
    )
    state = fields.Selection(
        [("proposed", "Proposed"), ("active", "Active"), ("cancelled", "Cancelled")],
        required=True,
        default="proposed",
        index=True,
    )
    proposed_by_id = fields.Many2one(
        "res.users", "Proposed by", required=True, readonly=True, default=lambda self: self.env.user
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_date = fields.Datetime("Approved on", readonly=True)
    cancelled_date = fields.Datetime("Cancelled on", readonly=True)

    _open_unique = models.UniqueIndex(
        "(partner_id, class_id, estate_id) WHERE state != 'cancelled'",
        "The customer has this class in the estate already.",
    )

    @api.depends("partner_id.name", "class_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.partner_id.name or ''}: {row.class_id.name or ''}"

    @api.depends("date_start", "estate_id")
    def _compute_review_date(self):
        for row in self:
            months = (
                row.estate_id._parameter("customer_class_review_months") if row.estate_id else 6
            )
            row.review_date = row.date_start and row.date_start + relativedelta(months=months)

    def action_approve(self):
        """Approve proposed classes.

        :raises AccessError: below the supervisor, and for a proposal of one's own (handbook A §7)
        """
        if not self.env.su:
            if not self.env.user.has_group("property_service.group_supervisor"):
                raise AccessError(self.env._("A customer's class is approved by a supervisor."))
            if own := self.filtered(lambda row: row.proposed_by_id == self.env.user):
                raise AccessError(
                    self.env._(
                        "You proposed “%(row)s” yourself: somebody else has to approve it.",
                        row=own[0].display_name,
                    )
                )
        self._move_to("active")

    def action_cancel(self):
        """Cancel classes."""
        self._move_to("cancelled")
