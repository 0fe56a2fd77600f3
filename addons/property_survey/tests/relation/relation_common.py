# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from odoo.addons.property_service.tests.common import PropertyCase


class RelationCase(PropertyCase):
    """An estate with a steward, a second estate nobody of the users works for, and visits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls._make_unit("101")
        cls.neighbour = cls._make_unit("102")
        cls.steward = cls.users["steward"]
        cls.clerk = cls.users["staff"]
        cls.supervisor = cls.users["supervisor"]
        cls.manager = cls.users["manager"]
        cls.estate.manager_id = cls.manager
        cls.other_estate = cls._make_estate("Hill Park", "HP", user_ids=[Command.clear()])

    @classmethod
    def _purpose(cls, code):
        return cls.env.ref(f"property_survey.visit_purpose_{code}")

    @classmethod
    def _make_visit(cls, user=None, **values):
        values = {
            "estate_id": cls.estate.id,
            "unit_id": cls.home.id,
            "user_id": cls.steward.id,
            "companion_ids": [Command.set(cls.clerk.ids)],
            **values,
        }
        visits = cls.env["property.visit"].with_user(user or cls.steward)
        return visits.create(values)

    @classmethod
    def _visit(cls, opinions=(), user=None, **values):
        """Return a visit that is recorded, with (kind, text, answer) opinions."""
        visit = cls._make_visit(user, **values)
        visit.action_confirm()
        visit.action_start()
        visit.write(
            {
                "summary": "Talked about the lift",
                "opinion_ids": [
                    Command.create(
                        {"kind": kind, "description": text, "answer": answer, "topic": "repair"}
                    )
                    for kind, text, answer in opinions
                ],
            }
        )
        visit.action_record()
        return visit

    def _run(self, name):
        """Start a scheduled action of the room, as Odoo does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"property_survey.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()
