# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterPrices(models.AbstractModel):
    """Fee items and price standards for the notice board (form H1-1, 明码标价).

    What is in force on a day, by type of unit. A single unit's own price is agreed with its owner
    and is not posted up.
    """

    _name = "property.register.prices"
    _description = "Fee items and price standards"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date")

    def _title(self, options):
        return self.env._("Fee Items and Price Standards")

    def _columns(self, options):
        return [
            Column("item", self.env._("Fee item"), 14),
            Column("basis", self.env._("Basis of the charge"), 20),
            Column("scope", self.env._("Charged to"), 14),
            Column("method", self.env._("How it is computed"), 14),
            Column("unit", self.env._("Unit of price"), 12),
            Column("price", self.env._("Price (yuan)"), 9, "price"),
            Column("cycle", self.env._("Cycle"), 7),
            Column("start", self.env._("In force from"), 10, "date"),
            Column("document", self.env._("Contract or decision"), 16),
        ]

    def _rows(self, options):
        date = self._date(options)
        estates = self._estates(options)
        prices = self.env["property.fee.price"].search(
            [
                ("estate_id", "in", estates.ids),
                ("state", "=", "approved"),
                ("unit_id", "=", False),
                ("date_start", "<=", date),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", date),
            ]
        )
        items = self.env["property.fee.item"]
        bases, cycles = (
            dict(items._fields[name]._description_selection(self.env))
            for name in ("basis", "cycle")
        )
        order = {estate: index for index, estate in enumerate(estates)}
        return [
            {
                "_section": price.estate_id.name,
                "item": price.item_id.name,
                "basis": price.item_id.legal_basis,
                "scope": price.type_id.name,
                "method": bases[price.item_id.basis],
                "unit": price.price_unit_name,
                "price": price.price,
                "cycle": cycles[price.item_id.cycle] if price.item_id.periodic else "",
                "start": price.date_start,
                "document": price.basis_document,
            }
            for price in prices.sorted(
                lambda price: (
                    order[price.estate_id],
                    price.item_id.priority,
                    price.item_id.sequence,
                    price.item_id.id,
                    price.type_id.sequence,
                    price.type_id.id,
                )
            )
        ]

    def _notes(self, options):
        notes = []
        for estate in self._estates(options):
            parts = [estate.name]
            if estate.phone:
                parts.append(self.env._("Service phone: %(phone)s", phone=estate.phone))
            if estate.complaint_phone:
                parts.append(self.env._("Complaints: %(phone)s", phone=estate.complaint_phone))
            if len(parts) > 1:
                notes.append("  ".join(parts))
        notes.append(self.env._("Consumer hotline 12315. Prices include tax."))
        return notes

    def _signatures(self):
        return [self.env._("Company (seal)"), self.env._("Date")]
