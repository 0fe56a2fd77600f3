# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column
from .fee_ledger import AGES


class PropertyRegisterAgeing(models.AbstractModel):
    """What is owed on a day by age and building (form H14-2).

    Its total is the balance of the receivable accounts for these homes on that day; so what is
    billed but not due yet has a column of its own.
    """

    _name = "property.register.ageing"
    _description = "Ageing of arrears by building"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date")
    _register_groups = None
    _ageing_by = "building"

    def _title(self, options):
        return self.env._("Ageing of Arrears")

    def _load(self, options):
        ledger = self._ledger()
        return ledger._ageing(ledger._scope(options), self._date(options), self._ageing_by)

    def _subtitle(self, options):
        return super()._subtitle({**options, "date": str(self._date(options))})

    def _columns(self, options):
        titles = self._age_titles()
        return [
            *self._key_columns(),
            *(Column(key, title, 11, "money", total=True) for key, title in titles.items()),
            Column("amount", self.env._("Total"), 13, "money", total=True),
        ]

    def _key_columns(self):
        return [
            Column("building", self.env._("Building"), 14),
            Column("homes", self.env._("Homes"), 7, "integer", total=True),
        ]

    def _rows(self, options):
        rows = {row["building_id"]: row for row in self._loaded(options)}
        buildings = (
            self.env["property.building"]
            .with_context(active_test=False)
            .search([("id", "in", list(rows))])
        )
        return [
            {
                "_section": building.estate_id.name,
                "building": building.name,
                "homes": rows[building.id]["homes"],
                **self._amounts(rows[building.id]),
            }
            for building in buildings
        ]

    def _amounts(self, row):
        return {
            key: row[key] or None for key in ("not_due", *(key for key, _top in AGES), "amount")
        }

    def _notes(self, options):
        return [
            self.env._(
                "Age from the day due. The total is the receivable of the books on that day."
            )
        ]


class PropertyRegisterAgeingUnit(models.AbstractModel):
    """What is owed on a day by age and home (form H14-2, detailed)."""

    _name = "property.register.ageing.unit"
    _description = "Ageing of arrears by home"
    _inherit = "property.register.ageing"

    _register_groups = ("property_service.group_staff",)
    _ageing_by = "unit"

    def _title(self, options):
        return self.env._("Ageing of Arrears by Home")

    def _key_columns(self):
        return [
            Column("unit", self.env._("Room"), 14),
            Column("payer", self.env._("Householder"), 12),
            Column("first_due", self.env._("Oldest due"), 10, "date"),
        ]

    def _rows(self, options):
        rows = self._loaded(options)
        partners = self._partners(rows)
        return [
            {
                "_section": section,
                "unit": unit.full_name,
                "payer": partners[row["partner_id"]].name if row["partner_id"] else "",
                "first_due": row["first_due"],
                **self._amounts(row),
            }
            for unit, section, row in self._by_unit(rows)
        ]
