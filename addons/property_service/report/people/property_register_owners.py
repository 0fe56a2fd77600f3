# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

from ...models.people.property_occupancy import OWNER_ROLES
from ..core.property_register import Column

_LIVING = ("tenant", "family", "co_resident", "helper")
_PERSON_FIELDS = (
    "name",
    "phone",
    "property_home_phone",
    "property_gender",
    "property_employer",
    "property_vehicles",
)
_UNSOLD = ("unsold", "sold_pending")


class PropertyRegisterOwners(models.AbstractModel):
    """Owners' information 业主信息统计表: a row per owner and unit (handbook A §2).

    ID numbers are masked (A §9). A unit handed over without a known owner has a row too: what is
    missing is to be collected.
    """

    _name = "property.register.owners"
    _description = "Owners' information"
    _inherit = "property.register"
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Owners' information")

    def _columns(self, options):
        columns = [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Unit"), 11),
            Column("owner", self.env._("Owner"), 9),
            Column("gender", self.env._("Gender"), 5, "mid"),
            Column("id_number", self.env._("ID number (masked)"), 15, "mid"),
            Column("phone", self.env._("Phone"), 11, "mid"),
            Column("employer", self.env._("Employer"), 12),
            Column("gross", self.env._("Gross floor area (m²)"), 9, "area", True),
            Column("handover", self.env._("Handover date"), 9, "date"),
            Column("status", self.env._("Use status"), 8, "mid"),
            Column("residents", self.env._("Residents"), 7, "integer", True),
            Column("plate", self.env._("Car plate"), 10),
            Column("remark", self.env._("Remark"), 9),
        ]
        if self._shows_classes():
            columns.insert(-1, Column("classes", self.env._("Customer class"), 8))
        return columns

    def _shows_classes(self):
        """Return whether the user sees customers' classes: supervisors and up (A §8)."""
        return self.env.su or self.env.user.has_group("property_service.group_supervisor")

    def _rows(self, options):
        date = self._date(options)
        domain = self._unit_domain(options)
        occupancies = self.env["property.occupancy"]
        units = self.env["property.unit"].search(
            [*domain, ("main_unit_id", "=", False), ("state", "not in", _UNSOLD)]
        )
        holders = occupancies.search(
            [
                *domain,
                *occupancies._domain_on(date),
                ("role", "in", (*OWNER_ROLES, *_LIVING)),
            ],
            order="unit_id, role desc, date_start, id",
        )
        # all people at once, not unit by unit
        people = holders.filtered(lambda row: row.role in OWNER_ROLES).partner_id
        people.fetch(_PERSON_FIELDS)
        people.mapped("property_id_number")
        holders = holders.grouped("unit_id")
        sides = self.env["property.unit"].search(
            [("main_unit_id", "in", units.ids), ("plate", "!=", False)]
        )
        plates = sides.grouped("main_unit_id")
        classes = self._classes(options, date) if self._shows_classes() else {}
        facts = {
            "sections": self._building_sections(units.building_id),
            "states": self._labels("property.unit", "state"),
            "genders": self._labels("res.partner", "property_gender"),
            "roles": self._labels("property.occupancy", "role"),
        }
        rows = []
        for unit in units:
            held = holders.get(unit, occupancies)
            side = plates.get(unit, sides.browse())
            rows += self._rows_of(unit, held, side, classes, facts)
        for serial, row in enumerate(rows, 1):
            row["serial"] = serial
        return rows

    def _rows_of(self, unit, held, sides, classes, facts):
        """Return the rows of one unit: its owners'; areas and residents on the first only."""
        owners = held.filtered(lambda row: row.role in OWNER_ROLES)
        living = held.filtered(lambda row: row.role in _LIVING)
        if unit.state == "occupied_owner":
            living |= owners
        first = {
            "_section": facts["sections"][unit.building_id],
            "unit": unit.full_name,
            "gross": unit.gross_area,
            "handover": unit.handover_date,
            "status": facts["states"].get(unit.state),
            "residents": len(living.partner_id),
            "plate": "、".join(filter(None, [unit.plate, *sides.mapped("plate")])),
            "remark": unit.remark,
        }
        if not owners:
            return [{**first, "owner": self.env._("To be verified")}]
        rows = []
        for row in owners.sorted(lambda row: row.role != "owner"):
            person = row.partner_id
            base = first
            if rows:
                base = {
                    "_section": first["_section"],
                    "unit": unit.full_name,
                    "remark": facts["roles"]["co_owner"],
                }
            rows.append(
                {
                    **base,
                    "owner": person.name,
                    "gender": facts["genders"].get(person.property_gender),
                    "id_number": person.property_id_number,
                    "phone": person.phone or person.property_home_phone,
                    "employer": person.property_employer,
                    "plate": base.get("plate") or person.property_vehicles,
                    "classes": "、".join(classes.get((person, unit.estate_id), [])),
                }
            )
        return rows

    def _classes(self, options, date):
        """Return {(partner, estate): names of the classes in force on `date`}."""
        rows = self.env["property.customer.classification"].search(
            Domain(
                [
                    ("estate_id", "in", self._estates(options).ids),
                    ("state", "=", "active"),
                    ("date_start", "<=", date),
                ]
            )
            & (Domain("review_date", "=", False) | Domain("review_date", ">=", date)),
            order="class_id, id",
        )
        classes = {}
        for row in rows:
            classes.setdefault((row.partner_id, row.estate_id), []).append(row.class_id.name)
        return classes
