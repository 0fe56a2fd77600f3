# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools.figures import Figures
from ..core.property_register import Column

_AMOUNTS = ("due", "paid", "opening", "recovered", "advance", "closing", "homes_due", "homes_paid")


class PropertyRegisterCollection(models.AbstractModel):
    """Monthly report of collection by building (form H14-1): month, year so far, old arrears."""

    _name = "property.register.collection"
    _description = "Monthly collection report by building"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "month")
    _register_groups = (
        "property_service.group_supervisor",
        "property_service.group_accountant",
    )
    _collection_by = ("estate", "building")

    def _title(self, options):
        return self.env._("Monthly Report of Collection")

    def _subtitle(self, options):
        return super()._subtitle(
            {**options, "month": str(self._month(options)), "date": str(self._cutoff(options))}
        )

    def _load(self, options):
        """Return ({key: figures of the month}, {key: figures of the year}, totals of both)."""
        month, date = self._month(options), self._cutoff(options)
        rates = self.env["property.collection.rate"]
        january = month.replace(month=1)
        return {
            "month": rates._figures(options, month, month, date, self._collection_by),
            "year": rates._figures(options, january, month, date, self._collection_by),
            "homes": rates._figures(options, month, month, date).get((), Figures()),
        }

    def _columns(self, options):
        return [
            Column("name", self._name_title(), 14),
            Column("due", self.env._("Due of the month"), 12, "money", total=True),
            Column("paid", self.env._("Paid of the month"), 12, "money", total=True),
            Column("rate", self.env._("Rate of the month"), 8, "percent", total=True),
            Column("year_due", self.env._("Due this year"), 13, "money", total=True),
            Column("year_paid", self.env._("Paid this year"), 13, "money", total=True),
            Column("year_rate", self.env._("Rate this year"), 8, "percent", total=True),
            Column("opening", self.env._("Old arrears"), 12, "money", total=True),
            Column("recovered", self.env._("Old arrears paid"), 11, "money", total=True),
            Column("arrears_rate", self.env._("Rate of old arrears"), 8, "percent", total=True),
            Column("overall_rate", self.env._("Overall rate"), 8, "percent", total=True),
            Column("advance", self.env._("Advance balance"), 12, "money", total=True),
            Column("closing", self.env._("Arrears at the end"), 12, "money", total=True),
        ]

    def _name_title(self):
        return self.env._("Building")

    def _names(self, keys):
        """Return {key: (section, name)} of the rows, in the order they are listed."""
        buildings = (
            self.env["property.building"]
            .with_context(active_test=False)
            .search([("id", "in", [building for _estate, building in keys])])
        )
        return {
            (building.estate_id.id, building.id): (building.estate_id.name, building.name)
            for building in buildings
        }

    def _rows(self, options):
        loaded = self._loaded(options)
        empty = Figures()
        rows = []
        for key, (section, name) in self._names({*loaded["month"], *loaded["year"]}).items():
            figures = loaded["month"].get(key, empty)
            year = loaded["year"].get(key, empty)
            rows.append(
                {
                    "_section": section,
                    "name": name,
                    **{name: getattr(figures, name) for name in _AMOUNTS},
                    "year_due": year.due,
                    "year_paid": year.paid,
                    **self._rates(figures, year),
                }
            )
        return rows

    def _rates(self, figures, year):
        return {
            "rate": figures.rate,
            "arrears_rate": figures.arrears_rate,
            "overall_rate": figures.overall_rate,
            "year_rate": year.rate,
        }

    def _total(self, columns, rows):
        """Sums, and the rates of the sums."""
        sums = {
            name: round(sum(row[name] or 0 for row in rows), 2)
            for name in (*_AMOUNTS, "year_due", "year_paid")
        }
        figures = Figures(**{name: sums[name] for name in _AMOUNTS})
        return {
            **sums,
            **self._rates(figures, Figures(due=sums["year_due"], paid=sums["year_paid"])),
        }

    def _notes(self, options):
        homes = self._loaded(options)["homes"]
        return [
            self.env._(
                "By homes: %(paid)s of %(due)s homes have paid the whole month (%(rate)s).",
                paid=homes.homes_paid,
                due=homes.homes_due,
                rate=f"{(homes.homes_rate or 0) * 100:.2f}%",
            ),
            self.env._(
                "Paid: money allocated to the charges due, earlier prepayments included. Advance "
                "receipts are for later months and count in no rate."
            ),
        ]

    def _signatures(self):
        return [
            self.env._("Prepared by"),
            self.env._("Finance"),
            self.env._("Project manager"),
            self.env._("Date"),
        ]


class PropertyRegisterCollectionItem(models.AbstractModel):
    """Monthly report of collection by fee item (form H14-1)."""

    _name = "property.register.collection.item"
    _description = "Monthly collection report by item"
    _inherit = "property.register.collection"

    _collection_by = ("estate", "item")

    def _title(self, options):
        return self.env._("Monthly Report of Collection by Item")

    def _name_title(self):
        return self.env._("Fee item")

    def _names(self, keys):
        estates = self.env["property.estate"].browse({estate for estate, _item in keys})
        items = self.env["property.fee.item"].browse({item for _estate, item in keys if item})
        return {
            (estate.id, item.id or None): (
                estate.name,
                item.name or self.env._("Advance receipts"),
            )
            for estate in estates.sorted()
            for item in [*items.sorted(), items.browse()]
            if (estate.id, item.id or None) in keys
        }
