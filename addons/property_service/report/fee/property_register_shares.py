# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools import money
from ..core.property_register import Column


class PropertyRegisterShares(models.AbstractModel):
    """Quantity, price and amount of shared usage for the notice board (form H3-2)."""

    _name = "property.register.shares"
    _description = "Publication of shared fees"
    _inherit = "property.register"

    _register_options = ("estate_ids", "month")

    def _title(self, options):
        return self.env._("Publication of Shared Fees")

    def _columns(self, options):
        return [
            Column("area", self.env._("Covered area"), 16),
            Column("item", self.env._("Fee item"), 10),
            Column("total", self.env._("Main meter's quantity"), 10, "area"),
            Column("units", self.env._("Sum of the units"), 10, "area"),
            Column("quantity", self.env._("Shared quantity"), 10, "area"),
            Column("price", self.env._("Price"), 8, "price"),
            Column("amount", self.env._("Amount"), 10, "money", total=True),
            Column("method", self.env._("Way of sharing"), 10, "mid"),
            Column("weight", self.env._("Area or households shared by"), 11, "area"),
            Column("unit_amount", self.env._("Amount per unit shared by"), 10, "price"),
        ]

    def _shares(self, options):
        domain = [
            ("estate_id", "in", self._estates(options).ids),
            ("state", "in", ("computed", "published", "billed")),
        ]
        if options.get("res_ids"):
            domain.append(("id", "in", options["res_ids"]))
        else:
            domain.append(("month", "=", money.month_start(self._date(options, "month"))))
        return self.env["property.share"].search(domain, order="estate_id, kind, group_id")

    def _rows(self, options):
        methods = self._labels("property.share", "method")
        return [
            {
                "_section": share.estate_id.name,
                "area": share.group_id.name,
                "item": share.item_id.name,
                "total": share.total_usage,
                "units": share.unit_usage,
                "quantity": share.quantity,
                "price": share.price,
                "amount": share.amount,
                "method": methods[share.method],
                "weight": share.weight_total,
                "unit_amount": share.unit_amount,
            }
            for share in self._shares(options)
        ]

    def _notes(self, options):
        notes = []
        for share in self._shares(options):
            parts = [f"{share.group_id.name} {share.item_id.name}"]
            parts.append(
                self.env._(
                    "period %(first)s to %(last)s", first=share.date_from, last=share.date_to
                )
            )
            if share.loss:
                parts.append(
                    self.env._(
                        "loss %(loss)s, of which not shared %(borne)s",
                        loss=money.plain(share.loss),
                        borne=money.plain(share.loss_borne),
                    )
                )
            if share.exclusion_basis:
                parts.append(
                    self.env._("units left out by: %(basis)s", basis=share.exclusion_basis)
                )
            if share.date_published:
                parts.append(self.env._("published on %(date)s", date=share.date_published))
            notes.append("；".join(parts))
        estate = self._estates(options)[:1]
        if estate.phone:
            notes.append(self.env._("Objections and questions: %(phone)s", phone=estate.phone))
        return notes

    def _signatures(self):
        return [self.env._("Company (seal)"), self.env._("Date")]
