# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterPrepaid(models.AbstractModel):
    """Advance receipts of homes: opening, movements and balance (form H5-1)."""

    _name = "property.register.prepaid"
    _description = "Ledger of advance receipts"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")

    def _title(self, options):
        return self.env._("Ledger of Advance Receipts")

    def _period(self, options):
        first, last = super()._period(options)
        return (first if options.get("date_from") else last.replace(day=1)), last

    def _subtitle(self, options):
        first, last = self._period(options)
        return super()._subtitle({**options, "date_from": str(first), "date_to": str(last)})

    def _load(self, options):
        ledger = self._ledger()
        return ledger._prepaid(ledger._scope(options), *self._period(options))

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 14),
            Column("payer", self.env._("Householder"), 12),
            Column("opening", self.env._("Opening balance"), 12, "money", total=True),
            Column("received", self.env._("Received in the period"), 12, "money", total=True),
            Column("set_off", self.env._("Set off in the period"), 12, "money", total=True),
            Column("period", self.env._("Months set off"), 15),
            Column("refunded", self.env._("Refunded"), 11, "money", total=True),
            Column("other", self.env._("Transferred in"), 11, "money", total=True),
            Column("balance", self.env._("Balance"), 12, "money", total=True),
        ]

    def _rows(self, options):
        rows = self._loaded(options)
        partners = self._partners(rows)
        return [
            {
                "_section": section,
                "index": index,
                "unit": unit.full_name,
                "payer": partners[row["partner_id"]].name if row["partner_id"] else "",
                "period": self._months(row["month_from"], row["month_to"]),
                "balance": row["balance"],
                **{
                    key: row[key] or None
                    for key in ("opening", "received", "set_off", "refunded", "other")
                },
            }
            for index, (unit, section, row) in enumerate(self._by_unit(rows), 1)
        ]

    def _notes(self, options):
        return [
            self.env._(
                "Transferred in: paid on bills that were reversed later, and other entries. The "
                "balance is that of the account of advance receipts."
            )
        ]
