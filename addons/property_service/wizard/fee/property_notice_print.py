# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import money

#: notices of one document from which the dialog advises to print by building
MANY = 500


class PropertyNoticePrint(models.TransientModel):
    """Asks which payment notices to print: of a bill run or an estate, all or some buildings."""

    _name = "property.notice.print"
    _description = "Print payment notices"

    run_id = fields.Many2one("property.bill.run", "Bill run", ondelete="cascade")
    estate_ids = fields.Many2many(
        "property.estate",
        string="Estates",
        compute="_compute_estate_ids",
        store=True,
        readonly=False,
        required=True,
    )
    building_ids = fields.Many2many(
        "property.building",
        string="Buildings",
        domain="[('estate_id', 'in', estate_ids)]",
        help="Empty: all buildings.",
    )
    scope = fields.Selection(
        [("month", "The month's bill and arrears"), ("open", "Everything open")],
        "What to print",
        required=True,
        default="month",
    )
    month = fields.Date(
        compute="_compute_month", store=True, readonly=False, help="Any day of the month."
    )
    layout = fields.Selection(
        [("half", "Two on a page"), ("page", "One on a page")],
        "Page layout",
        required=True,
        default="half",
    )
    settled = fields.Boolean("Also homes with nothing to pay")
    home_count = fields.Integer("Homes", compute="_compute_home_count")
    many = fields.Boolean(compute="_compute_home_count")

    @api.depends("run_id")
    def _compute_estate_ids(self):
        mine = self.env["property.estate"].search([], limit=2)
        for dialog in self:
            dialog.estate_ids = (
                dialog.run_id.estate_ids
                or dialog.estate_ids
                or (mine if len(mine) == 1 else mine.browse())
            )

    @api.depends("run_id")
    def _compute_month(self):
        for dialog in self:
            dialog.month = dialog.run_id.month or money.month_start(
                dialog.month or fields.Date.context_today(self)
            )

    @api.depends("run_id", "estate_ids", "building_ids", "scope", "month", "settled")
    def _compute_home_count(self):
        for dialog in self:
            dialog.home_count = len(dialog._homes())
            dialog.many = dialog.home_count > MANY

    def _homes_with(self, domain):
        """Return the ids of the chosen estates' homes with charges of `domain`."""
        domain = Domain(domain) & Domain("estate_id", "in", self.estate_ids.ids)
        if self.building_ids:
            domain &= Domain("billed_unit_id.building_id", "in", self.building_ids.ids)
        groups = self.env["property.charge"]._read_group(domain, ["billed_unit_id"], [])
        return {unit.id for (unit,) in groups}

    def _homes(self):
        """Return the ids of the homes that get a notice."""
        self.ensure_one()
        if not self.estate_ids:
            return set()
        owing = Domain("state", "in", ("open", "partial"))
        billed = Domain("state", "in", ("open", "partial", "paid"))
        if self.scope == "open" or not self.month:
            homes = self._homes_with(owing)
        else:
            month = money.month_start(self.month)
            homes = self._homes_with(owing & Domain("month", "<=", month))
            if self.settled:
                homes |= self._homes_with(billed & Domain("month", "=", month))
        if self.run_id:
            homes &= self._homes_with(billed & Domain("run_id", "=", self.run_id.id))
        return homes

    def _notices(self):
        """Return the notices the dialog asks for (see `property.payment.notice`)."""
        self.ensure_one()
        by_month = self.scope == "month"
        return self.env["property.payment.notice"]._notices(
            self.env["property.unit"].browse(self._homes()),
            month=money.month_start(self.month) if by_month else None,
            settled=self.settled and by_month,
        )

    def action_print(self):
        """Print the notices as one document.

        :raises UserError: if there is nothing to print
        """
        self.ensure_one()
        if self.scope == "month" and not self.month:
            raise UserError(self.env._("Choose the month."))
        if not self.home_count:
            raise UserError(self.env._("Nothing is open: there is no payment notice to print."))
        return self.env.ref("property_service.action_report_payment_notice_batch").report_action(
            self, config=False
        )


class PropertyBillRun(models.Model):
    _inherit = "property.bill.run"

    def action_print_notices(self):
        """Open the dialog that prints the payment notices of the run (form H2-1)."""
        self.ensure_one()
        if self.state not in ("posted", "notified", "closed"):
            raise UserError(
                self.env._("“%(run)s” is not posted yet: nobody owes it.", run=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print payment notices"),
            "res_model": "property.notice.print",
            "view_mode": "form",
            "target": "new",
            "context": {"default_run_id": self.id},
        }
