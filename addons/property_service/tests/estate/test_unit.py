# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestUnit(PropertyCase):
    """Unit master data (handbook A §1)."""

    def test_names(self):
        unit = self._make_unit("101")
        self.assertEqual(unit.display_name, "1栋-1单元-101")
        self.assertEqual(unit.search_key, "1-1-101")
        shop = self._make_unit("S01", entrance="", type_id=self.type_shop.id)
        self.assertEqual(shop.display_name, "1栋-S01")
        self.building.name = "A座"
        self.assertEqual(unit.display_name, "A座-1单元-101")

    def test_empty_form(self):
        """A form that is not filled in yet names nothing."""
        unit = self.env["property.unit"].new({})
        self.assertEqual((unit.full_name, unit.search_key, unit.archive_number), ("", "", ""))
        self.assertNotIn("False", self.env["property.occupancy"].new({}).display_name)

    def test_order_of_kanban_columns(self):
        for number, state in (("101", "vacant"), ("102", "unsold"), ("103", "leased")):
            self._make_unit(number, state=state)
        groups = self.env["property.unit"].with_context(read_group_expand=True)
        found = groups.formatted_read_group(
            [("building_id", "=", self.building.id)], ["state"], ["__count"]
        )
        self.assertEqual([group["state"] for group in found], ["unsold", "leased", "vacant"])

    def test_number_is_unique(self):
        self._make_unit("101")
        self._make_unit("101", entrance="2单元")
        for entrance in ("1单元", ""):
            if not entrance:
                self._make_unit("101", entrance="")
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.cr.savepoint(),
            ):
                self._make_unit("101", entrance=entrance, owner=False)

    def test_areas(self):
        for values in (
            {"area": 0},
            {"area": 100, "inner_area": 100.01},
            {"area": 100, "usable_area": 120},
        ):
            with self.assertRaises(ValidationError):
                self._make_unit("101", owner=False, **values)
        self._make_unit("P1", area=0, owner=False, type_id=self.type_parking.id)

    def test_area_is_changed_by_the_manager(self):
        """Fees depend on it."""
        unit = self._make_unit("101", 118.36)
        for role in ("staff", "accountant", "supervisor"):
            with self.assertRaises(AccessError, msg=role):
                unit.with_user(self.users[role]).gross_area = 120
        unit.with_user(self.users["supervisor"]).write({"gross_area": 118.36, "layout": "3室2厅"})
        unit.with_user(self.users["manager"]).gross_area = 119.02
        self.assertEqual(unit.gross_area, 119.02)

    def test_state_only_by_process(self):
        unit = self._make_unit("101")
        for role, user in self.users.items():
            # a reader may not write at all, and AccessError is a UserError too
            with self.assertRaises(UserError, msg=role):
                unit.with_user(user).write({"state": "vacant"})
        with self.assertRaises(UserError):
            unit.with_context(property_workflow_move=object()).write({"state": "vacant"})
        with self.assertRaises(UserError):
            unit._set_state("unsold", "sold back")

    def test_state_by_hand_needs_a_reason(self):
        unit = self._make_unit("101")
        staff = self.users["staff"]
        action = unit.with_user(staff).action_change_state()
        dialog = self.env[action["res_model"]].with_user(staff).with_context(**action["context"])
        form = Form(dialog)
        form.state = "vacant"
        with self.assertRaises(AssertionError):
            form.save()
        form.reason = "The owner reported it"
        form.save().action_apply()
        self.assertEqual(unit.state, "vacant")
        self.assertIn("The owner reported it", str(unit.message_ids[0].body))
        with self.assertRaises(AccessError):
            self.env[action["res_model"]].with_user(self.users["reader"]).create({})

    def test_parking_is_billed_with_a_home(self):
        home = self._make_unit("101")
        space = self._make_unit("P1", area=0, owner=False, type_id=self.type_parking.id)
        space.main_unit_id = home
        self.assertEqual(home.side_unit_ids, space)
        other = self._make_unit("P2", area=0, owner=False, type_id=self.type_parking.id)
        with self.assertRaises(ValidationError):
            other.main_unit_id = space
        with self.assertRaises(ValidationError):
            home.main_unit_id = home

    def test_search(self):
        """By any spelling of the room, by name, by phone, by plate."""
        unit = self._make_unit("204", plate="川A12345")
        unit.owner_id.write({"name": "欧阳修文", "phone": "13812345678"})
        other = self._make_unit("204", entrance="2单元")
        units = self.env["property.unit"].with_user(self.users["staff"])

        def found(text):
            return units.search([("display_name", "ilike", text)])

        for text in (
            "1-1-204",
            "1栋1单元204",
            "1栋1单元204室",
            "１栋-1单元-204",
            "1#1单元204",
            "1幢1单元204号",
        ):
            self.assertEqual(found(text), unit, text)
        for text in ("204", "204室", "1-204", "1栋204"):
            self.assertEqual(found(text), unit | other, text)
        for text in ("欧阳", "12345678", "a12345"):
            self.assertEqual(found(text), unit, text)
        self.assertFalse(found("9-9-204"))
        self.assertEqual(
            [pair[0] for pair in units.name_search("1-1-204", [("active", "=", True)])], [unit.id]
        )

    def test_search_by_holder(self):
        unit = self._make_unit("101")
        empty = self._make_unit("102", owner=False)
        units = self.env["property.unit"]
        mine = [("building_id", "=", self.building.id)]
        self.assertEqual(units.search([*mine, ("owner_id", "=", unit.owner_id.id)]), unit)
        self.assertEqual(units.search([*mine, ("owner_id", "ilike", "owner 101")]), unit)
        self.assertEqual(units.search([*mine, ("payer_id", "=", False)]), empty)
        self.assertEqual(units.search([*mine, ("payer_id", "!=", False)]), unit)
        self.assertEqual(units.search([*mine, ("owner_id.name", "=", "Owner 101")]), unit)
        self.assertEqual(
            units.search([*mine, ("payer_id", "in", [False, unit.owner_id.id])]), unit | empty
        )

    def test_own_estates_only(self):
        unit = self._make_unit("101")
        other = self._make_estate("River Park", "RP")
        building = self.env["property.building"].create({"name": "1栋", "estate_id": other.id})
        foreign = self._make_unit("101", building=building)
        for role in ("reader", "staff", "manager"):
            units = self.env["property.unit"].with_user(self.users[role])
            self.assertEqual(units.search([("number", "=", "101")]), unit, role)
            with self.assertRaises(AccessError):
                foreign.with_user(self.users[role]).read(["number"])
        self.users["staff"].property_estate_ids = [Command.link(other.id)]
        found = self.env["property.unit"].with_user(self.users["staff"]).search([])
        self.assertIn(foreign, found)


@tagged("post_install", "-at_install")
class TestBuildingGrid(PropertyCase):
    """Units of a building in one go."""

    def _grid(self, **values):
        return self.env["property.building.grid"].create(
            {"building_id": self.building.id, "gross_area": 90, **values}
        )

    def test_floors_and_numbers_once(self):
        grid = self._grid(
            entrances="1单元，2单元", floor_from=1, floor_to=5, skip_floors="4", per_floor=2
        )
        self.assertEqual(grid.line_count, 16)
        grid.action_make()
        self.assertEqual(self.building.unit_count, 16)
        self.assertEqual(
            self.building.unit_ids.filtered(lambda unit: unit.entrance == "2单元").mapped("number"),
            ["101", "102", "201", "202", "301", "302", "501", "502"],
        )
        self.assertEqual(set(self.building.unit_ids.mapped("state")), {"unsold"})
        grid.action_make()
        self._grid(entrances="2单元,3单元", floor_to=1, per_floor=3).action_make()
        self.building.invalidate_recordset()
        self.assertEqual(self.building.unit_count, 16 + 1 + 3)

    def test_basements_and_prefix(self):
        self._grid(floor_from=-1, floor_to=1, per_floor=1, prefix="S", digits=3).action_make()
        self.assertEqual(set(self.building.unit_ids.mapped("number")), {"SB1001", "S1001"})

    def test_nonsense(self):
        for values in (
            {"floor_from": 5, "floor_to": 1},
            {"per_floor": 0},
            {"floor_to": 300, "per_floor": 300},
            {"skip_floors": "four"},
        ):
            grid = self._grid(**values)
            self.assertEqual(grid.line_count, 0)
            with self.assertRaises(UserError):
                grid.action_make()

    def test_supervisor_makes_units(self):
        with self.assertRaises(AccessError):
            self.env["property.building.grid"].with_user(self.users["staff"]).create(
                {"building_id": self.building.id}
            )
        supervisor = self.users["supervisor"]
        self._grid(per_floor=1).with_user(self.env.user)
        grid = self.env["property.building.grid"].with_user(supervisor)
        grid.create({"building_id": self.building.id, "gross_area": 90}).action_make()
        self.assertEqual(self.building.unit_count, 4)


@tagged("post_install", "-at_install")
class TestEstate(PropertyCase):
    """An estate and its side in the ledger."""

    def test_ledger_of_its_own(self):
        self.assertTrue(self.estate.analytic_account_id)
        self.assertEqual(self.estate.journal_id.type, "sale")
        other = self._make_estate("River Park", "LG2")
        self.assertNotEqual(other.journal_id, self.estate.journal_id)
        self.estate.name = "Lake Garden East"
        self.assertEqual(self.estate.analytic_account_id.name, "Lake Garden East")

    def test_counts(self):
        self._make_unit("101", 90)
        self._make_unit("102", 110)
        self.assertEqual((self.estate.building_count, self.estate.unit_count), (1, 2))
        self.assertEqual(self.estate.total_area, 200)

    def test_company_is_fixed_with_buildings(self):
        company = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(UserError):
            self.estate.company_id = company

    def test_journal_items(self):
        """The smart button finds what was booked for the estate."""
        self._make_unit("101", 100)
        self._make_price(self._make_item(), 2)
        run = self._bill()
        action = self.estate.action_open_ledger()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.move_id, run.invoice_ids)
        self.assertAlmostEqual(sum(lines.mapped("balance")), -188.68)
