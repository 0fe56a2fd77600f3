# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterUnpaid(models.AbstractModel):
    """Homes that have not paid the month's bill yet, for reminding (form H14-4, of the 25th)."""

    _name = "property.register.unpaid"
    _description = "List of unpaid homes"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "month")

    def _title(self, options):
        return self.env._("List of Unpaid Homes")

    def _load(self, options):
        ledger = self._ledger()
        rows = ledger._debts(ledger._scope(options), self._cutoff(options), self._month(options))
        return [row for row in rows if (row["of_month"] or 0) > 0]

    def _subtitle(self, options):
        return super()._subtitle(
            {**options, "month": str(self._month(options)), "date": str(self._cutoff(options))}
        )

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 14),
            Column("payer", self.env._("Householder"), 12),
            Column("phone", self.env._("Phone"), 13),
            Column("area", self.env._("Area (m²)"), 9, "area"),
            Column("of_month", self.env._("Open of the month"), 12, "money", total=True),
            Column("earlier", self.env._("Open of earlier months"), 12, "money", total=True),
            Column("amount", self.env._("Total"), 12, "money", total=True),
            Column("steward", self.env._("Steward"), 12),
            Column("remark", self.env._("Remark"), 16),
        ]

    def _rows(self, options):
        rows = self._loaded(options)
        partners = self._partners(rows)
        lines = []
        for index, (unit, section, row) in enumerate(self._by_unit(rows), 1):
            partner = partners.get(row["partner_id"])
            earlier = row["earlier"] or 0.0
            lines.append(
                {
                    "_section": section,
                    "index": index,
                    "unit": unit.full_name,
                    "payer": partner and partner.name,
                    "phone": partner and partner.phone,
                    "area": unit.gross_area,
                    "of_month": row["of_month"],
                    "earlier": earlier or None,
                    "amount": round(row["of_month"] + earlier, 2),
                    "steward": "、".join(unit.building_id.sudo().steward_ids.mapped("name")),
                    "remark": "",
                }
            )
        return lines

    def _notes(self, options):
        return [
            self.env._(
                "%(count)s homes have not paid.", count=len(self._units(self._loaded(options)))
            )
        ]
