# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterReceivable(models.AbstractModel):
    """What was billed for a month, building by item (form H2-2), net of credit notes."""

    _name = "property.register.receivable"
    _description = "Summary of receivables"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "month")
    _register_groups = None

    def _title(self, options):
        return self.env._("Summary of Receivable Fees")

    def _load(self, options):
        ledger = self._ledger()
        rows = ledger._billed(ledger._scope(options), self._month(options))
        items = self.env["property.fee.item"].browse(
            {row["item_id"] for row in rows if row["item_id"]}
        )
        return {"rows": rows, "items": items.sorted()}

    def _subtitle(self, options):
        return super()._subtitle({**options, "month": str(self._month(options))})

    def _columns(self, options):
        return [
            Column("building", self.env._("Building"), 12),
            Column("homes", self.env._("Homes"), 7, "integer", total=True),
            *(
                Column(f"item_{item.id}", item.name, 12, "money", total=True)
                for item in self._loaded(options)["items"]
            ),
            Column("amount", self.env._("Total"), 13, "money", total=True),
        ]

    def _rows(self, options):
        lines = {}
        for row in self._loaded(options)["rows"]:
            line = lines.setdefault(row["building_id"], {})
            if row["item_id"]:
                line[f"item_{row['item_id']}"] = row["amount"]
            else:
                line.update(homes=row["homes"], amount=row["amount"])
        buildings = (
            self.env["property.building"]
            .with_context(active_test=False)
            .search([("id", "in", list(lines))])
        )
        return [
            {
                "_section": building.estate_id.name,
                "building": building.name,
                "homes": 0,
                "amount": 0.0,
                **lines[building.id],
            }
            for building in buildings
        ]

    def _signatures(self):
        return [
            self.env._("Prepared by"),
            self.env._("Customer service supervisor"),
            self.env._("Finance"),
            self.env._("Date"),
        ]
