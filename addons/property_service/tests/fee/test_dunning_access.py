# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_dunning import DunningCase

MODELS = (
    "property.dunning",
    "property.dunning.contact",
    "property.dunning.agreement",
    "property.dunning.agreement.line",
    "property.dunning.paper",
    "property.late.exemption",
    "property.late.rate",
    "property.late.waiver",
    "property.arrears.list",
    "property.parking.lease",
    "property.parking.dunning",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestDunningAccess(DunningCase):
    """Who may see and do what about arrears and parking, and nobody beyond his estates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls._make_estate("Hill Park", "HP")
        cls.stranger = new_test_user(
            cls.env,
            "test_stranger",
            groups="property_service.group_manager",
            company_id=cls.company.id,
            property_estate_ids=[Command.set(other.ids)],
        )

    def _one_of_each(self):
        case = self._open()
        self._contact(case)
        self.env["property.dunning.agreement"].create(
            {
                "dunning_id": case.id,
                "reason": "Hardship",
                "line_ids": [(0, 0, {"date_due": date(2026, 4, 2), "amount": 337.33})],
            }
        )
        self.env["property.dunning.paper"].create({"dunning_id": case.id, "name": "Contract"})
        self.env["property.late.exemption"].create(
            {"charge_id": self.charge.id, "kind": "waiver", "date_start": date(2026, 2, 1)}
        )
        self.env["property.late.rate"].create(
            {"estate_id": self.estate.id, "date_start": date(2026, 1, 1)}
        )
        self.env["property.late.waiver"].create(
            {"unit_id": self.unit.id, "partner_id": self.unit.owner_id.id, "reason": "Hospital"}
        )
        self.env["property.arrears.list"]._make(self.estate, date(2026, 3, 25))
        space = self._make_space("B1", self.unit)
        self.env["property.parking.lease"].create(
            {
                "estate_id": self.estate.id,
                "space_id": space.id,
                "home_id": self.unit.id,
                "partner_id": self.unit.owner_id.id,
                "plate": "A1",
            }
        )
        self.env["property.parking.dunning"].create(
            {
                "unit_id": space.id,
                "partner_id": self.unit.owner_id.id,
                "date_expired": date(2026, 2, 1),
            }
        )

    def test_nobody_sees_another_estate(self):
        self._one_of_each()
        for name in MODELS:
            with self.subTest(model=name):
                records = self.env[name].search([("estate_id", "=", self.estate.id)])
                self.assertTrue(records)
                self.assertFalse(
                    self.env[name]
                    .with_user(self.stranger)
                    .search([("estate_id", "=", self.estate.id)])
                )
                with (
                    mute_logger("odoo.addons.base.models.ir_rule"),
                    self.assertRaises(AccessError),
                ):
                    records.with_user(self.stranger).read(["display_name"])

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_who_may_what(self):
        """Readers see no debtors; cashiers set no rates; nobody deletes what is on record."""
        self._one_of_each()
        denied = {
            "reader": (("property.dunning", "read"), ("property.parking.lease", "write")),
            "staff": (("property.dunning", "write"), ("property.late.rate", "write")),
            "cashier": (("property.late.rate", "create"), ("property.dunning", "create")),
            "steward": (("property.late.exemption", "create"), ("property.dunning", "unlink")),
            "supervisor": (
                ("property.late.exemption", "write"),
                ("property.dunning.stage", "write"),
                ("property.dunning.contact", "unlink"),
            ),
        }
        for role, rows in denied.items():
            for name, operation in rows:
                with self.subTest(role=role, model=name, operation=operation):
                    model = self.env[name].with_user(self.users[role])
                    self.assertFalse(model.has_access(operation))

    def test_nobody_approves_his_own(self):
        self._one_of_each()
        waiver = self.env["property.late.waiver"].with_user(self.users["manager"])
        waiver = waiver.search([])
        waiver.write({"charge_ids": [Command.set(self.charge.ids)]})
        waiver.invalidate_recordset()
        self.env["property.late.exemption"].sudo().search([]).active = False
        waiver.action_submit()
        with self.assertRaises(AccessError):
            waiver.approval_ids.action_approve()
        with self.assertRaises(AccessError):
            waiver.with_user(self.users["cashier"]).approval_ids.action_approve()
