# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_activity_plan_line import FUNDING

#: states in which who pays is settled
_OPEN = ("idea", "scheme", "rejected")


class PropertyActivityFunding(models.Model):
    """Who pays for an activity (经费来源, handbook B G6).

    Owners' common income is theirs: it is used by their decision only, and so is a stand where a
    sponsor sells.
    """

    _name = "property.activity.funding"
    _description = "Source of funding of an activity"
    _inherit = "property.activity.part"
    _order = "event_id, sequence, id"

    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    source = fields.Selection(FUNDING, "Source of funding", required=True, default="service")
    partner_id = fields.Many2one(
        "res.partner", "Paid by", ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Monetary("Amount promised")
    received = fields.Monetary(
        "Invoiced to them", compute="_compute_received", help="Posted invoices of the activity."
    )
    decision = fields.Char("Owners' decision", help="Reference of the decision and its date.")
    sales_stand = fields.Boolean("Sells on site")
    in_kind = fields.Char("Given in kind")
    note = fields.Char("Remark")

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An amount is not below zero.")

    @api.depends("partner_id", "event_id")
    def _compute_received(self):
        rows = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [
                    ("property_activity_id", "in", self.event_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("move_type", "in", ("out_invoice", "out_receipt", "out_refund")),
                    ("state", "=", "posted"),
                ],
                ["property_activity_id", "partner_id"],
                ["amount_total_signed:sum"],
            )
        )
        found = {(event.id, partner.id): amount for event, partner, amount in rows}
        for funding in self:
            funding.received = found.get((funding.event_id.id, funding.partner_id.id), 0.0)

    def _check_open(self):
        for funding in self:
            event = funding.event_id
            if event.money_state in ("settled", "published") and not self.env.su:
                raise UserError(
                    self.env._("“%(event)s” has been settled already.", event=event.name)
                )
            if event.state not in _OPEN and not self.env.su:
                raise UserError(
                    self.env._(
                        "“%(event)s” was handed in with its sources of funding: take it back to "
                        "the scheme to change them.",
                        event=event.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Add sources while the scheme is being written."""
        rows = super().create(vals_list)
        rows._check_open()
        return rows

    def write(self, vals):
        if vals.keys() & {"source", "amount", "decision", "event_id", "sales_stand"}:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()
