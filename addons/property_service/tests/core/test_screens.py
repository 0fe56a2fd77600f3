# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .screens_records import ScreensRecords

#: models whose screens may be empty here, each with its reason
WITHOUT_RECORDS = {}


@tagged("post_install", "-at_install")
class TestScreens(ScreensRecords):
    """Whoever sees a menu can use what it opens."""

    def test_every_menu_opens_for_who_sees_it(self):
        self.check_every_menu_opens()

    def test_every_screen_has_something_to_look_at(self):
        """Screens without a record prove nothing in the test above."""
        self.assertEqual(self.empty_screens(), set(WITHOUT_RECORDS))

    def test_menus_by_role(self):
        """Configuration is for supervisors and up; ID readings are for the manager."""
        menus = self.env["ir.ui.menu"]

        def sees(role, name):
            visible = menus.with_user(self.users[role])._visible_menu_ids()
            return self.env.ref(f"property_service.{name}").id in visible

        for role in ("reader", "staff", "cashier", "steward", "technician", "accountant"):
            self.assertTrue(sees(role, "menu_find_household"), role)
            self.assertFalse(sees(role, "menu_configuration"), role)
            self.assertFalse(sees(role, "menu_identity_log"), role)
        self.assertTrue(sees("supervisor", "menu_configuration"))
        self.assertFalse(sees("supervisor", "menu_identity_log"))
        self.assertTrue(sees("manager", "menu_identity_log"))
        self.assertFalse(sees("administrator", "menu_settings"), "only with the system's rights")

    def test_app_opens_with_what_the_role_begins_with(self):
        action = self.env.ref("property_service.menu_root").action
        screens = {
            "reader": "property_unit_action_find",
            "staff": "property_unit_action_find",
            "steward": "property_unit_action_find",
            "technician": "property_repair_action_mine",
            "cashier": "property_cashier_action",
            "accountant": "property_charge_action_overview",
            "supervisor": "property_deadline_action_wall",
            "manager": "property_charge_action_overview",
        }
        for role, screen in screens.items():
            with self.subTest(role=role):
                opened = action.with_user(self.users[role]).run()
                self.assertEqual(opened["xml_id"], f"property_service.{screen}")
        with self.assertRaises(AccessError):
            action.with_user(self.env.ref("base.public_user")).run()

    def test_nothing_for_other_employees(self):
        """An employee outside the property department sees neither menu nor record."""
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        self.assertFalse(self._actions(outsider))
        for name in ("property.unit", "property.occupancy", "property.archive.document"):
            with self.assertRaises(AccessError):
                self.env[name].with_user(outsider).search([])
        with self.assertRaises(AccessError):
            self.owner.with_user(outsider).read(["property_id_number"])
        with self.assertRaises(AccessError):
            self.owner.with_user(outsider).read(["property_emergency_phone"])

    def test_forms_of_new_records(self):
        """The “New” button of the main screens gives a form that can be filled in."""
        staff, manager = self.users["staff"], self.users["manager"]
        person = Form(self.env["res.partner"].with_user(staff))
        person.name = "New resident"
        person.property_id_number = "110101199003074477"
        resident = person.save()
        self.assertEqual(resident.property_id_number, "110***********4477")
        # what the browser sends for a form left empty
        self.env["res.partner"].with_user(staff).create(
            {"name": "Without ID", "property_id_number": False}
        )
        relation = Form(
            self.env["property.occupancy"]
            .with_user(staff)
            .with_context(default_unit_id=self.unit.id, default_role="family")
        )
        relation.partner_id = resident
        relation.date_start = date(2026, 1, 1)
        self.assertEqual(relation.save().state, "effective")
        paper = Form(
            self.env["property.archive.document"]
            .with_user(staff)
            .with_context(default_unit_id=self.unit.id)
        )
        paper.type_id = self.env.ref("property_service.archive_type_15")
        self.assertEqual(paper.save().name, "Correspondence")
        home = Form(self.env["property.unit"].with_user(manager))
        home.building_id = self.building
        home.number = "909"
        home.type_id = self.type_home
        home.gross_area = 88
        self.assertEqual(home.save().full_name, "1栋-909")
        estate = Form(self.env["property.estate"].with_user(self.users["administrator"]))
        estate.name = "River Park"
        estate.code = "RP"
        self.assertTrue(estate.save().analytic_account_id)

    def test_forms_of_dialogs(self):
        """Every dialog opens filled in with what it is about."""
        staff, supervisor = self.users["staff"], self.users["supervisor"]
        unit = self.unit.with_user(staff)
        for action in (
            unit.action_transfer(),
            unit.action_let(),
            unit.action_end_tenancy(),
            unit.action_change_payer(),
        ):
            self.assertEqual(self._dialog(action, staff).unit_id, self.unit)
        self.assertEqual(self._dialog(unit.action_change_state(), staff).unit_ids[:], self.unit)
        row = self.unit.occupancy_ids.with_user(staff)
        self.assertEqual(self._dialog(row.action_end(), staff).partner_id, self.owner)
        grid = self._dialog(self.building.with_user(supervisor).action_make_units(), supervisor)
        self.assertEqual(grid.type_id.category, "home")
        self.assertEqual(grid.line_count, 4)
        identity = self.users["identity"]
        reveal = self._dialog(self.owner.with_user(identity).action_reveal_id_number(), identity)
        self.assertEqual(reveal.partner_id, self.owner)
        approval = self.env["property.approval"].search([("state", "=", "pending")], limit=1)
        refusal = self._dialog(approval.with_user(supervisor).action_refuse(), supervisor)
        self.assertEqual(refusal.approval_id, approval)

    def _dialog(self, action, user):
        model = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        return Form(model)
