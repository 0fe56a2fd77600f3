# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterAgency(models.AbstractModel):
    """Money collected for suppliers and passed on (form H11-1, 代收代缴费用结算表)."""

    _name = "property.register.agency"
    _description = "Settlement of fees collected for others"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Settlement of Fees Collected for Others")

    def _columns(self, options):
        return [
            Column("supplier", self.env._("Passed on to"), 16),
            Column("item", self.env._("Item settled"), 12),
            Column("period", self.env._("Period"), 18, "mid"),
            Column("amount_supplier", self.env._("Main meter's amount"), 12, "money", total=True),
            Column("amount_charged", self.env._("Charged to owners"), 12, "money", total=True),
            Column("amount_collected", self.env._("Collected"), 12, "money", total=True),
            Column("amount_uncollected", self.env._("Not collected"), 12, "money", total=True),
            Column("amount_paid", self.env._("Passed on"), 12, "money", total=True),
            Column(
                "amount_difference",
                self.env._("Difference (loss/common usage)"),
                12,
                "money",
                total=True,
            ),
            Column("explanation", self.env._("Explanation"), 18),
        ]

    def _rows(self, options):
        domain = [("estate_id", "in", self._estates(options).ids)]
        if options.get("res_ids"):
            domain.append(("id", "in", options["res_ids"]))
        if options.get("date_from"):
            domain.append(("date_to", ">=", options["date_from"]))
        if options.get("date_to"):
            domain.append(("date_from", "<=", options["date_to"]))
        rows = self.env["property.agency.settlement"].search(
            domain, order="estate_id, date_from, item_id"
        )
        names = [
            "amount_supplier",
            "amount_charged",
            "amount_collected",
            "amount_uncollected",
            "amount_paid",
            "amount_difference",
        ]
        return [
            {
                "_section": row.estate_id.name,
                "supplier": row.supplier_id.name,
                "item": row.item_id.name,
                "period": f"{row.date_from}~{row.date_to}",
                "explanation": row.explanation,
                **{name: row[name] for name in names},
            }
            for row in rows
        ]

    def _signatures(self):
        return [
            self.env._("Prepared by"),
            self.env._("Finance"),
            self.env._("Received by"),
            self.env._("Date"),
        ]
