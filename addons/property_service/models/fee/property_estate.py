# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...tools import money


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    price_ids = fields.One2many("property.fee.price", "estate_id", "Prices")
    price_count = fields.Integer(compute="_compute_price_count")

    def _compute_price_count(self):
        counts = self.env["property.fee.price"]._counts(self, "estate_id")
        for estate in self:
            estate.price_count = counts.get(estate, 0)

    def _due_date(self, month):
        """Return the day the bills of `month` (its first day) are due, by ``bill_due_mode``."""
        self.ensure_one()
        mode = self._parameter("bill_due_mode")
        if mode == "month_end":
            return money.month_end(month)
        if mode == "next_month_end":
            return money.month_end(money.add_months(month, 1))
        day = min(self._parameter("bill_due_day"), money.days_in_month(month))
        return month.replace(day=max(day, 1))

    def action_open_prices(self):
        """Open the price list of the estate."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prices of %(estate)s", estate=self.name),
            "res_model": "property.fee.price",
            "view_mode": "list,form",
            "domain": [("estate_id", "=", self.id)],
            "context": {"default_estate_id": self.id},
        }
