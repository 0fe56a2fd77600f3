# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools.figures import Figures
from ..core.property_register import Column


class PropertyRegisterCollectionRanking(models.AbstractModel):
    """Buildings and stewards by collection rate, the best first (收缴率排名, form H14-3)."""

    _name = "property.register.collection.ranking"
    _description = "Ranking of collection rates"
    _inherit = "property.register.collection"

    def _title(self, options):
        return self.env._("Ranking of Collection Rates")

    def _load(self, options):
        month, date = self._month(options), self._cutoff(options)
        rates = self.env["property.collection.rate"]
        return {
            "month": rates._figures(options, month, month, date, ("building",)),
            "homes": rates._figures(options, month, month, date).get((), Figures()),
        }

    def _columns(self, options):
        return [
            Column("rank", self.env._("Rank"), 5, "integer"),
            Column("name", self.env._("Area"), 16),
            Column("steward", self.env._("Steward"), 12),
            Column("due", self.env._("Due of the month"), 13, "money"),
            Column("paid", self.env._("Paid of the month"), 13, "money"),
            Column("rate", self.env._("Rate of the month"), 9, "percent"),
            Column("homes_due", self.env._("Homes due"), 8, "integer"),
            Column("homes_paid", self.env._("Homes paid"), 8, "integer"),
            Column("homes_rate", self.env._("Rate by homes"), 9, "percent"),
            Column("arrears_rate", self.env._("Rate of old arrears"), 9, "percent"),
            Column("overall_rate", self.env._("Overall rate"), 9, "percent"),
        ]

    def _rows(self, options):
        figures = {key[0]: value for key, value in self._loaded(options)["month"].items()}
        buildings = (
            self.env["property.building"]
            .with_context(active_test=False)
            .search([("id", "in", list(figures))])
        )
        several = len(buildings.estate_id) > 1
        by_building = [
            (
                f"{building.estate_id.name} {building.name}" if several else building.name,
                "、".join(building.sudo().steward_ids.mapped("name")),
                figures[building.id],
            )
            for building in buildings
        ]
        by_steward = {}
        for building in buildings:
            steward = building.sudo().steward_ids[:1]
            total = by_steward.get(steward, Figures())
            by_steward[steward] = total + figures[building.id]
        people = [
            (
                steward.name or self.env._("Without steward"),
                steward.name or "",
                total,
            )
            for steward, total in by_steward.items()
        ]
        return [
            *self._ranked(self.env._("By steward"), people),
            *self._ranked(self.env._("By building"), by_building),
        ]

    def _ranked(self, section, entries):
        """Return the rows of a section, best rate first; equal rates share a rank."""
        rows, rank, last = [], 0, None
        ordered = sorted(entries, key=lambda entry: (-(entry[2].rate or 0), entry[0]))
        for place, (name, steward, figures) in enumerate(ordered, 1):
            if figures.rate != last:
                rank, last = place, figures.rate
            rows.append(
                {
                    "_section": section,
                    "rank": rank,
                    "name": name,
                    "steward": steward,
                    "due": figures.due,
                    "paid": figures.paid,
                    "rate": figures.rate,
                    "homes_due": figures.homes_due,
                    "homes_paid": figures.homes_paid,
                    "homes_rate": figures.homes_rate,
                    "arrears_rate": figures.arrears_rate,
                    "overall_rate": figures.overall_rate,
                }
            )
        return rows

    def _total(self, columns, rows):
        return {}
