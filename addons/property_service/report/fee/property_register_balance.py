# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools import money
from ..core.property_register import Column


class PropertyRegisterBalance(models.AbstractModel):
    """What was bought from suppliers against what was sold to units (水电收支平衡表, H3)."""

    _name = "property.register.balance"
    _description = "Balance of water and power"
    _inherit = "property.register"

    _register_options = ("estate_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Balance of Water and Power")

    def _columns(self, options):
        return [
            Column("group", self.env._("Covered area"), 16),
            Column("kind", self.env._("Kind"), 7, "mid"),
            Column("bought", self.env._("Bought (main meter)"), 11, "area"),
            Column("sold", self.env._("Sold (unit meters)"), 11, "area"),
            Column("common", self.env._("Common meters"), 10, "area"),
            Column("loss", self.env._("Loss"), 9, "area"),
            Column("rate", self.env._("Loss (%)"), 7, "percent"),
            Column("bought_amount", self.env._("Supplier's bill (yuan)"), 12, "money", total=True),
            Column("sold_amount", self.env._("Charged to units (yuan)"), 12, "money", total=True),
            Column("shared_amount", self.env._("Shared (yuan)"), 11, "money", total=True),
            Column("difference", self.env._("Difference (yuan)"), 11, "money", total=True),
        ]

    def _rows(self, options):
        month = money.month_start(self._date(options, "month"))
        kinds = self._labels("property.meter", "kind")
        rows = []
        for estate in self._estates(options):
            usage = self._usage(estate, month)
            sold = self._sold(estate, month)
            shared = self._shared(estate, month)
            bought = self._bought(estate, month)
            groups = sorted(
                {*usage, *sold, *shared, *bought},
                key=lambda key: (key[0], key[1].id or 0),
            )
            for kind, group in groups:
                figures = usage.get((kind, group), {})
                main = figures.get("total", 0.0)
                units, common = figures.get("unit", 0.0), figures.get("common", 0.0)
                loss = main - units - common if main else None
                row = {
                    "_section": estate.name,
                    "group": group.name or self.env._("Without a group"),
                    "kind": kinds[kind],
                    "bought": main or None,
                    "sold": units,
                    "common": common,
                    "loss": loss,
                    "rate": loss / main if main else None,
                    "bought_amount": bought.get((kind, group)),
                    "sold_amount": sold.get((kind, group), 0.0),
                    "shared_amount": shared.get((kind, group), 0.0),
                }
                if row["bought_amount"] is not None:
                    row["difference"] = round(
                        row["sold_amount"] + row["shared_amount"] - row["bought_amount"], 2
                    )
                rows.append(row)
        return rows

    def _usage(self, estate, month):
        """Return {(kind, group): {use: usage}} of the month's readings."""
        figures = {}
        for kind, use, meter, usage in self.env["property.meter.reading"]._read_group(
            [("estate_id", "=", estate.id), ("month", "=", month), ("is_read", "=", True)],
            ["kind", "use", "meter_id"],
            ["usage:sum"],
        ):
            by_use = figures.setdefault((kind, meter.group_id), {})
            by_use[use] = by_use.get(use, 0.0) + usage
        return figures

    def _sold(self, estate, month):
        """Return {(kind, group): yuan} charged for the month's readings."""
        figures = {}
        for reading, amount in self.env["property.charge"]._read_group(
            [
                ("estate_id", "=", estate.id),
                ("reading_id.month", "=", month),
                ("cancelled", "=", False),
            ],
            ["reading_id"],
            ["amount:sum"],
        ):
            key = (reading.kind, reading.meter_id.group_id)
            figures[key] = figures.get(key, 0.0) + amount
        return figures

    def _shared(self, estate, month):
        """Return {(kind, group): yuan} parted among the units for the month."""
        figures = {}
        for share in self.env["property.share"].search(
            [("estate_id", "=", estate.id), ("month", "=", month), ("state", "!=", "draft")]
        ):
            key = (share.kind, share.group_id)
            figures[key] = figures.get(key, 0.0) + share.amount
        return figures

    def _bought(self, estate, month):
        """Return {(kind, group): yuan} of the suppliers' bills of the month.

        A bill is for the whole estate: it stands with the kind's only group, else apart.
        """
        figures = {}
        kinds = {row.item_id: row.kind for row in self.env["property.tariff"]._approved(estate)}
        groups = self.env["property.meter.group"].search([("estate_id", "=", estate.id)])
        for row in self.env["property.agency.settlement"].search(
            [
                ("estate_id", "=", estate.id),
                ("date_from", "<=", money.month_end(month)),
                ("date_to", ">=", month),
                ("amount_supplier", "!=", 0),
            ]
        ):
            if row.item_id not in kinds:
                continue
            kind = kinds[row.item_id]
            own = groups.filtered(lambda group, kind=kind: group.kind == kind)
            key = (kind, own if len(own) == 1 else groups.browse())
            figures[key] = figures.get(key, 0.0) + row.amount_supplier
        return figures

    def _signatures(self):
        return [self.env._("Prepared by"), self.env._("Reviewed by"), self.env._("Date")]
