# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import new_test_user

from ..common import PropertyCase

#: a picture of one pixel
PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOON = "2026-03-02 04:00:00"  # a Monday


class PatrolCase(PropertyCase):
    """Findings as cases that are called back about, and a route of three points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.unit.owner_id.phone = "13800000000"
        cls.steward = cls.users["steward"]
        cls.building.steward_ids = cls.steward
        cls.technician = cls.users["technician"]
        cls.supervisor = cls.users["supervisor"]
        cls.manager = cls.users["manager"]
        cls.outsider = new_test_user(
            cls.env,
            "test_outsider",
            groups="property_service.group_supervisor",
            company_id=cls.company.id,
            property_estate_ids=[Command.set(cls._make_estate("River Park", "RP").ids)],
        )

    @classmethod
    def _category(cls, code):
        return cls.env.ref(f"property_service.case_category_finding_{code}")

    @classmethod
    def _finding(cls, code="repair", **values):
        return cls.env["property.finding"].create(
            {
                "estate_id": cls.estate.id,
                "building_id": cls.building.id,
                "category_id": cls._category(code).id,
                "description": "Lamp broken",
                "finder_id": cls.steward.id,
                **values,
            }
        )

    @classmethod
    def _route(cls, count=3, **values):
        points = cls.env["property.patrol.point"].create(
            [
                {
                    "name": f"Point {number}",
                    "building_id": cls.building.id,
                    "floor": str(number),
                    "sequence": number,
                    "item_ids": [
                        Command.set(
                            [
                                cls.env.ref("property_service.patrol_item_stairs_1").id,
                                cls.env.ref("property_service.patrol_item_stairs_6").id,
                            ]
                        )
                    ],
                }
                for number in range(1, count + 1)
            ]
        )
        return cls.env["property.patrol.route"].create(
            {
                "name": "Building 1",
                "estate_id": cls.estate.id,
                "type_id": cls.env.ref("property_service.patrol_type_building").id,
                "point_ids": [Command.set(points.ids)],
                **values,
            }
        )

    @classmethod
    def _plan(cls, **values):
        if values.get("target", "route") == "route" and "route_id" not in values:
            values["route_id"] = cls._route().id
        return cls.env["property.patrol.plan"].create(
            {
                "name": "Daily patrol",
                "estate_id": cls.estate.id,
                "type_id": cls.env.ref("property_service.patrol_type_building").id,
                "user_ids": [Command.set(cls.steward.ids)],
                "date_start": "2026-03-01",
                "time_ids": [Command.create({"hour": 9, "minutes": 120})],
                **values,
            }
        )

    def _cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"property_service.{name}").method_direct_trigger()
        self.env.invalidate_all()
