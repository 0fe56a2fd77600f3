# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.property_service.report.core.property_register import Column


class PropertyRegisterActivist(models.AbstractModel):
    """社区文化积极分子名单 (form G5-1, handbook B G5): those who agreed to be listed."""

    _name = "property.register.activist"
    _description = "List of community activists"
    _inherit = "property.register"

    _register_options = ("estate_ids",)
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("List of Community Activists")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("name", self.env._("Person's name"), 8),
            Column("gender", self.env._("Gender"), 5, "mid"),
            Column("age", self.env._("Age"), 5, "mid"),
            Column("unit", self.env._("Room"), 12),
            Column("phone", self.env._("Phone"), 11, "mid"),
            Column("work", self.env._("Occupation or employer"), 14),
            Column("skills", self.env._("Special skills"), 14),
            Column("clubs", self.env._("Clubs of the person"), 14),
            Column("events", self.env._("Activities taken part in"), 18),
            Column("honours", self.env._("Commendations"), 16),
            Column("remark", self.env._("Remark"), 10),
        ]

    def _rows(self, options):
        people = self.env["property.activist"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("state", "in", ("active", "honoured")),
            ],
            order="estate_id, id",
        )
        genders = self._labels("res.partner", "property_gender")
        many = len(people.estate_id) > 1
        return [
            {
                "_section": person.estate_id.name if many else "",
                "index": number,
                "name": person.partner_id.name,
                "gender": genders.get(person.gender, ""),
                "age": str(person.age) if person.age else "",
                "unit": person.unit_id.full_name,
                "phone": person.phone,
                "work": " ".join(part for part in (person.occupation, person.employer) if part),
                "skills": person.skills,
                "clubs": person.club_names,
                "events": self._events(person),
                "honours": "；".join(
                    f"{row.date:%Y-%m} {row.name}" for row in person.commendation_ids
                ),
                "remark": person.note,
            }
            for number, person in enumerate(people, 1)
        ]

    def _events(self, person):
        if not person.event_count:
            return ""
        return self.env._(
            "%(count)s times: %(names)s", count=person.event_count, names=person.event_names
        )
