# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterArrears(models.AbstractModel):
    """Who owes overdue fees, of which months and kinds, by building (form H9-1)."""

    _name = "property.register.arrears"
    _description = "List of arrears"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date")

    def _title(self, options):
        return self.env._("List of Fees in Arrears")

    def _load(self, options):
        ledger = self._ledger()
        rows = ledger._debts(ledger._scope(options), self._date(options))
        return [row for row in rows if (row["amount"] or 0) > 0]

    def _subtitle(self, options):
        return super()._subtitle({**options, "date": str(self._date(options))})

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 13),
            Column("payer", self.env._("Householder"), 11),
            Column("phone", self.env._("Phone"), 12),
            Column("area", self.env._("Area (m²)"), 8, "area"),
            Column("price", self.env._("Price (yuan/m²)"), 7, "price"),
            Column("period", self.env._("Months in arrears"), 15),
            Column("months", self.env._("Number of months"), 6, "integer"),
            Column("fee", self.env._("Property fee owed"), 11, "money", total=True),
            Column("agency", self.env._("Shared and agency fees owed"), 10, "money", total=True),
            Column("parking", self.env._("Parking fee owed"), 10, "money", total=True),
            Column("amount", self.env._("Total owed"), 12, "money", total=True),
            Column("remark", self.env._("Remark"), 10),
        ]

    def _rows(self, options):
        rows = self._loaded(options)
        partners = self._partners(rows)
        lines = []
        for index, (unit, section, row) in enumerate(self._by_unit(rows), 1):
            partner = partners.get(row["partner_id"])
            lines.append(
                {
                    "_section": section,
                    "index": index,
                    "unit": unit.full_name,
                    "payer": partner and partner.name,
                    "phone": partner and partner.phone,
                    "area": unit.gross_area,
                    "price": row["price"],
                    "period": self._months(row["month_from"], row["month_to"]),
                    "months": row["month_count"],
                    "fee": row["fee"],
                    "agency": row["agency"],
                    "parking": row["parking"],
                    "amount": row["amount"],
                    "remark": "",
                }
            )
        return lines

    def _notes(self, options):
        return [self._age_note(self._loaded(options))]
