# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..core.property_register import Column


class PropertyRegisterArchive(models.AbstractModel):
    """Directory of an archive box: a row per household file, with what it lacks (handbook A §6)."""

    _name = "property.register.archive"
    _description = "Directory of household files"
    _inherit = "property.register"
    _register_options = ("estate_ids", "building_ids")

    def _title(self, options):
        return self.env._("Directory of household files")

    def _subtitle(self, options):
        day = fields.Date.to_string(fields.Date.context_today(self))
        return super()._subtitle({**options, "date": day})

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("file", self.env._("File no."), 10),
            Column("unit", self.env._("Unit"), 11),
            Column("owner", self.env._("Owner"), 11),
            Column("handover", self.env._("Handover date"), 9, "date"),
            Column("papers", self.env._("Documents"), 7, "integer", True),
            Column("pages", self.env._("Pages"), 5, "integer", True),
            Column("lacking", self.env._("Missing"), 4, "integer", True),
            Column("missing", self.env._("Missing documents"), 60),
            Column("remark", self.env._("Remark"), 9),
        ]

    def _signatures(self):
        return [self.env._("Archivist"), self.env._("Inspected by"), self.env._("Date")]

    def _rows(self, options):
        today = fields.Date.context_today(self)
        units = self.env["property.unit"].search(
            [
                *self._unit_domain(options),
                ("main_unit_id", "=", False),
                ("state", "not in", ("unsold", "sold_pending")),
            ]
        )
        owners = self._owner_names(options, today)
        filed = {
            unit: (count, pages)
            for unit, count, pages in self.env["property.archive.document"]._read_group(
                [
                    ("unit_id", "in", units.ids),
                    ("state", "in", ("received", "checked", "filed", "lent")),
                ],
                ["unit_id"],
                ["__count", "pages:sum"],
            )
        }
        missing = units._missing_papers()
        sections = self._building_sections(units.building_id)
        rows = []
        for serial, unit in enumerate(units, 1):
            papers, pages = filed.get(unit, (0, 0))
            rows.append(
                {
                    "_section": sections[unit.building_id],
                    "serial": serial,
                    "file": unit.archive_number,
                    "unit": unit.full_name,
                    "owner": "、".join(owners.get(unit, [])),
                    "handover": unit.handover_date,
                    "papers": papers,
                    "pages": pages,
                    "lacking": len(missing[unit]),
                    "missing": "、".join(missing[unit].mapped("name")),
                    "remark": unit.remark,
                }
            )
        return rows

    def _owner_names(self, options, date):
        """Return {unit: names of its owners on `date`, the first owner first}."""
        occupancies = self.env["property.occupancy"]
        rows = occupancies.search(
            [
                *self._unit_domain(options),
                *occupancies._domain_on(date),
                ("role", "in", ("owner", "co_owner")),
            ],
            order="unit_id, role desc, id",
        )
        rows.partner_id.fetch(["name"])
        return {
            unit: list(dict.fromkeys(held.mapped("partner_id.name")))
            for unit, held in rows.grouped("unit_id").items()
        }
