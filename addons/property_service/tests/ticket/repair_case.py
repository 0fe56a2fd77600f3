# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta

from odoo import Command, fields

from ..common import PropertyCase

#: a signature: any picture
SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
        "rkJggg=="
    )
)


class RepairCase(PropertyCase):
    """A home, two technicians, and the way of a repair in small steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.owner = cls.unit.owner_id
        cls.owner.phone = "13800000001"
        cls.estate.manager_id = cls.users["manager"]
        cls.leak = cls.env.ref("property_service.repair_category_water_leak")
        cls.sanitary = cls.env.ref("property_service.repair_category_toilet_bath")
        cls.employees = cls.env["hr.employee"].create(
            [
                {"name": "Plumber", "user_id": cls.users["technician"].id},
                {"name": "Electrician"},
                {"name": "Joiner"},
            ]
        )
        cls.plumber, cls.electrician, cls.joiner = cls.employees
        cls.technicians = cls.env["property.technician"].create(
            [
                {
                    "employee_id": cls.plumber.id,
                    "category_ids": [Command.set((cls.leak | cls.sanitary).ids)],
                },
                {
                    "employee_id": cls.electrician.id,
                    "category_ids": [
                        Command.set(cls.env.ref("property_service.repair_category_power_out").ids)
                    ],
                },
                {"employee_id": cls.joiner.id, "category_ids": [Command.set(cls.leak.ids)]},
            ]
        )
        cls.price_elbow = cls.env["property.service.price"].create(
            {"code": "S01", "name": "Replace an elbow", "uom": "piece", "price": 60.0}
        )
        cls.elbow = cls.env["product.product"].create(
            {"name": "Elbow DN20", "list_price": 18.0, "standard_price": 7.0}
        )
        cls.env["hr.employee"].flush_model()

    @classmethod
    def _intake(cls, **values):
        return (
            cls.env["property.intake"]
            .with_user(cls.users["staff"])
            .create(
                {
                    "kind": "repair",
                    "unit_id": cls.unit.id,
                    "partner_id": cls.owner.id,
                    "description": "Pipe burst in the kitchen",
                    "category_id": cls.leak.id,
                    **values,
                }
            )
        )

    @classmethod
    def _accepted(cls, **values):
        """Return a repair the desk has accepted."""
        return cls._intake(**values)._make_case()

    def _as(self, role, record):
        return record.with_user(self.users[role])

    @classmethod
    def _lines(cls):
        return [
            Command.create({"kind": "labour", "price_id": cls.price_elbow.id}),
            Command.create({"kind": "material", "product_id": cls.elbow.id}),
        ]

    def _on_site(self, repair, technician=None):
        """Dispatch and arrive as the plumber."""
        self._as("staff", repair)._dispatch(technician or self.plumber)
        mine = self._as("technician", repair)
        if repair.technician_user_id != self.users["technician"]:
            mine = self._as("supervisor", repair)
        mine.action_pick_up()
        mine.action_arrive()
        return mine

    def _done(self, repair, technician=None):
        """Do free work until it is to be accepted."""
        repair.payer_class = "free_promise"
        mine = self._on_site(repair, technician)
        mine.solution = "Elbow replaced, tested"
        mine.action_done()
        return mine

    def _signed(self, repair, technician=None):
        """Do free work and let the customer sign."""
        mine = self._done(repair, technician)
        mine.write({"customer_signature": SIGNATURE, "satisfaction": "A"})
        mine.action_accept_signed()
        return mine

    def _deadline(self, case, step, states=("running", "paused", "kept", "missed")):
        return self.env["property.deadline"]._of(case, [step], states)

    def _check_deadlines(self):
        """Run the scheduled action of the deadlines."""
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_deadline").method_direct_trigger()

    @staticmethod
    def _later(**span):
        return fields.Datetime.now() + timedelta(**span)
